package library

import (
	"cmp"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
)

// compareItems is the default comparison of two values of one type: null comes first,
// texts compare linguistically.
func compareItems(a, b any) (int, error) {
	switch {
	case a == nil && b == nil:
		return 0, nil
	case a == nil:
		return -1, nil
	case b == nil:
		return 1, nil
	}
	if n, ok := compareSame(a, b); ok {
		return n, nil
	}
	if v, ok := a.(*newtonsoft.JValue); ok {
		other, ok := b.(*newtonsoft.JValue)
		if !ok {
			return 0, clr.ClassArgument.Throw("Object must be of type JValue.")
		}
		return v.CompareTo(other)
	}
	if c, ok := a.(interface{ CompareTo(any) (int, error) }); ok {
		return c.CompareTo(b)
	}
	return 0, clr.ClassInvalidOperation.Throw("Failed to compare two elements in the array.")
}

func compareSame(a, b any) (int, bool) {
	switch a := a.(type) {
	case string:
		if b, ok := b.(string); ok {
			return clr.CompareLinguistic(a, b, false), true
		}
	case bool:
		b, ok := b.(bool)
		return boolInt(a) - boolInt(b), ok
	case clr.Decimal:
		b, ok := b.(clr.Decimal)
		return a.Compare(b), ok
	case clr.DateTime:
		b, ok := b.(clr.DateTime)
		return a.Compare(b), ok
	case clr.DateTimeOffset:
		b, ok := b.(clr.DateTimeOffset)
		return a.Compare(b), ok
	case clr.TimeSpan:
		b, ok := b.(clr.TimeSpan)
		return cmp.Compare(a, b), ok
	case clr.Guid:
		b, ok := b.(clr.Guid)
		return a.Compare(b), ok
	case clr.Enum:
		b, ok := b.(clr.Enum)
		return cmp.Compare(a.Value, b.Value), ok
	}
	return compareNumbers(a, b)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func compareNumbers(a, b any) (int, bool) {
	switch a := a.(type) {
	case int32:
		return compareAs(a, b)
	case int64:
		return compareAs(a, b)
	case float64:
		return compareAs(a, b)
	case clr.Char:
		return compareAs(a, b)
	case uint8:
		return compareAs(a, b)
	case int8:
		return compareAs(a, b)
	case int16:
		return compareAs(a, b)
	case uint16:
		return compareAs(a, b)
	case uint32:
		return compareAs(a, b)
	case uint64:
		return compareAs(a, b)
	case float32:
		return compareAs(a, b)
	}
	return 0, false
}

func compareAs[T cmp.Ordered](a T, b any) (int, bool) {
	c, ok := b.(T)
	return cmp.Compare(a, c), ok
}
