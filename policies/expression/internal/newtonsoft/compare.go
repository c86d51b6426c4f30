package newtonsoft

import (
	"bytes"
	"cmp"
	"math"
	"math/big"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// compareAs compares two values as values of a type of token.
func compareAs(kind JTokenType, a, b any) (int, error) {
	switch {
	case a == nil && b == nil:
		return 0, nil
	case b == nil:
		return 1, nil
	case a == nil:
		return -1, nil
	}
	switch kind {
	case Integer, Float:
		return compareNumbers(kind, a, b)
	case Comment, String, Raw:
		return clr.CompareOrdinal(clr.ToString(a), clr.ToString(b)), nil
	case Boolean:
		return compareConverted(a, b, toBoolean, func(x, y bool) int { return truth(x) - truth(y) })
	case Date:
		return compareDates(a, b)
	case Bytes:
		return compareSame(a, b, "byte[]", bytes.Compare)
	case GUID:
		return compareSame(a, b, "Guid", clr.Guid.Compare)
	case URI:
		return compareSame(a, b, "Uri", func(x, y *clr.URI) int {
			return clr.CompareLinguistic(x.ToString(), y.ToString(), false)
		})
	case TimeSpan:
		return compareSame(a, b, "TimeSpan", cmp.Compare[clr.TimeSpan])
	}
	return 0, clr.OutOfRangeValueError("valueType", "Unexpected value type: "+kind.String(), kind.String())
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareConverted compares what both values convert to.
func compareConverted[T any](a, b any, convert func(any) (T, error), compare func(T, T) int) (int, error) {
	x, err := convert(a)
	if err != nil {
		return 0, err
	}
	y, err := convert(b)
	if err != nil {
		return 0, err
	}
	return compare(x, y), nil
}

// compareSame compares values that must be of one C# type.
func compareSame[T any](a, b any, class string, compare func(T, T) int) (int, error) {
	x, ok := a.(T)
	y, ok2 := b.(T)
	if !ok || !ok2 {
		return 0, clr.ClassArgument.Throwf("Object must be of type %s.", class)
	}
	return compare(x, y), nil
}

// compareNumbers compares as the widest of: decimal, when either is one or a ulong;
// double; and, if the type of token is Integer, long.
func compareNumbers(kind JTokenType, a, b any) (int, error) {
	if x, ok := a.(BigInteger); ok {
		return compareBig(x, b)
	}
	if y, ok := b.(BigInteger); ok {
		n, err := compareBig(y, a)
		return -n, err
	}
	switch {
	case isDecimal(a) || isDecimal(b):
		return compareConverted(a, b, toDecimal, clr.Decimal.Compare)
	case kind == Float || isFloat(a) || isFloat(b):
		return compareConverted(a, b, toDouble, compareDoubles)
	}
	return compareConverted(a, b, toLong, cmp.Compare[int64])
}

func toLong(v any) (int64, error) {
	n, err := toInteger(v, ToInt64)
	return int64(n), err
}

func isDecimal(v any) bool {
	switch v.(type) {
	case clr.Decimal, uint64:
		return true
	}
	return false
}

func isFloat(v any) bool {
	switch v.(type) {
	case float32, float64:
		return true
	}
	return false
}

// compareDoubles takes numbers as equal when they differ by rounding only.
func compareDoubles(x, y float64) int {
	if x == y {
		return 0
	}
	tolerance := (math.Abs(x) + math.Abs(y) + 10) * 0x1p-52
	if d := x - y; -tolerance < d && tolerance > d {
		return 0
	}
	return cmp.Compare(x, y)
}

func compareBig(x BigInteger, v any) (int, error) {
	switch v := v.(type) {
	case BigInteger:
		return x.n.Cmp(v.n), nil
	case float32, float64, clr.Decimal:
		return compareConverted(any(x), v, toDouble, cmp.Compare[float64])
	case string:
		n, ok := new(big.Int).SetString(clr.Trim(v), 10)
		if !ok {
			return 0, clr.FormatError("The value could not be parsed.")
		}
		return x.n.Cmp(n), nil
	}
	if n, ok := v.(uint64); ok {
		return x.n.Cmp(new(big.Int).SetUint64(n)), nil
	}
	n, err := clr.ToInteger(v, clr.Int64Type)
	return x.n.Cmp(big.NewInt(int64(n))), err
}

func compareDates(a, b any) (int, error) {
	if x, ok := a.(clr.DateTime); ok {
		if y, ok := b.(clr.DateTimeOffset); ok {
			b = y.DateTime()
		}
		y, err := toDateTime(b)
		return cmp.Compare(x.Ticks(), y.Ticks()), err
	}
	return compareConverted(a, b, toOffset, clr.DateTimeOffset.Compare)
}
