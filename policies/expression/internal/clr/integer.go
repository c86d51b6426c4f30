package clr

import "math"

// Signed are Go's types for C#'s signed integers that have arithmetic of their own.
type Signed interface{ ~int32 | ~int64 }

// Unsigned are Go's types for C#'s unsigned integers that have arithmetic of their own.
type Unsigned interface{ ~uint32 | ~uint64 }

// C# adds, subtracts and multiplies as Go does when nothing is checked: the result wraps.

// Div is a / b.
func Div[T Signed](a, b T) (T, error) {
	switch {
	case b == 0:
		return 0, DivideByZeroError()
	case b == -1 && a != 0 && a == -a:
		return 0, ClassOverflow.New()
	}
	return a / b, nil
}

// Rem is a % b.
func Rem[T Signed](a, b T) (T, error) {
	switch {
	case b == 0:
		return 0, DivideByZeroError()
	case b == -1 && a != 0 && a == -a:
		return 0, ClassOverflow.New()
	}
	return a % b, nil
}

// DivUnsigned is a / b.
func DivUnsigned[T Unsigned](a, b T) (T, error) {
	if b == 0 {
		return 0, DivideByZeroError()
	}
	return a / b, nil
}

// RemUnsigned is a % b.
func RemUnsigned[T Unsigned](a, b T) (T, error) {
	if b == 0 {
		return 0, DivideByZeroError()
	}
	return a % b, nil
}

// AddChecked is checked(a + b).
func AddChecked[T Signed | Unsigned](a, b T) (T, error) {
	sum := a + b
	if (sum < a) != (b < 0) {
		return 0, ClassOverflow.New()
	}
	return sum, nil
}

// SubChecked is checked(a - b).
func SubChecked[T Signed | Unsigned](a, b T) (T, error) {
	difference := a - b
	if (difference > a) != (b < 0) {
		return 0, ClassOverflow.New()
	}
	return difference, nil
}

// MulChecked is checked(a * b).
func MulChecked[T Signed | Unsigned](a, b T) (T, error) {
	if a == 0 || b == 0 {
		return 0, nil
	}
	product := a * b
	if product/b != a || isMinusOne(b) && a == product || isMinusOne(a) && b == product {
		return 0, ClassOverflow.New()
	}
	return product, nil
}

func isMinusOne[T Signed | Unsigned](v T) bool { return v+1 == 0 && v < 0 }

// FloatRem is a % b of floating-point numbers.
func FloatRem(a, b float64) float64 { return math.Mod(a, b) }

// DoubleToInt64 is the unchecked cast: truncation, and the smallest value when the number
// does not fit, as on x86.
func DoubleToInt64(v float64) int64 {
	if v >= -0x1p63 && v < 0x1p63 {
		return int64(v)
	}
	return math.MinInt64
}

// DoubleToInt32 is the unchecked cast to int.
func DoubleToInt32(v float64) int32 {
	if v > -0x1p31-1 && v < 0x1p31 {
		return int32(v)
	}
	return math.MinInt32
}

// DoubleToUint64 is the unchecked cast to ulong.
func DoubleToUint64(v float64) uint64 {
	switch {
	case v >= 0x1p63 && v < 0x1p64:
		return uint64(v-0x1p63) + 1<<63
	case v > -0x1p63 && v < 0x1p63:
		return uint64(int64(v))
	}
	return 1 << 63
}

// DoubleToUint32 is the unchecked cast to uint.
func DoubleToUint32(v float64) uint32 { return uint32(DoubleToInt64(v)) }

// DoubleToIntegerChecked is the checked cast to an integer type: the value truncated, as
// the bits of a uint64.
func DoubleToIntegerChecked(v float64, t IntegerType) (uint64, error) {
	whole := math.Trunc(v)
	limit := math.Ldexp(1, t.Bits)
	if t.Signed {
		limit /= 2
	}
	if math.IsNaN(v) || whole >= limit || whole < float64(t.Min()) {
		return 0, ClassOverflow.New()
	}
	if t.Signed {
		return uint64(int64(whole)), nil
	}
	return DoubleToUint64(whole), nil
}

// DecimalToInteger is the cast of a decimal to an integer type, as the bits of a uint64.
func DecimalToInteger(d Decimal, t IntegerType) (uint64, error) {
	if t.Signed {
		v, ok := d.Int64()
		if !ok || v < t.Min() || v > 0 && uint64(v) > t.Max() {
			return 0, t.Overflow()
		}
		return uint64(v), nil
	}
	v, ok := d.Uint64()
	if !ok || v > t.Max() {
		return 0, t.Overflow()
	}
	return v, nil
}
