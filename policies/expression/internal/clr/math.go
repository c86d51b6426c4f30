package clr

import "math"

// MidpointRounding says how a value half way between two is rounded.
type MidpointRounding int32

// The ways of rounding.
const (
	MidpointToEven MidpointRounding = iota
	MidpointAwayFromZero
	MidpointToZero
	MidpointToNegativeInfinity
	MidpointToPositiveInfinity
)

func (m MidpointRounding) check() error {
	if m < MidpointToEven || m > MidpointToPositiveInfinity {
		return ArgumentError("The value '"+itoa(int(m))+"' is not valid for this usage of the type MidpointRounding.", "mode")
	}
	return nil
}

// directedAway reports whether a directed rounding goes away from zero.
func (m MidpointRounding) directedAway(negative bool) bool {
	return m == MidpointToNegativeInfinity && negative || m == MidpointToPositiveInfinity && !negative
}

// RoundDouble is Math.Round(v, digits, mode).
func RoundDouble(v float64, digits int, mode MidpointRounding) (float64, error) {
	if digits < 0 || digits > 15 {
		return 0, OutOfRangeError("digits", "Rounding digits must be between 0 and 15, inclusive.")
	}
	if err := mode.check(); err != nil {
		return 0, err
	}
	if math.Abs(v) >= 1e16 || math.IsNaN(v) {
		return v, nil
	}
	power := math.Pow10(digits)
	return roundWhole(v*power, mode) / power, nil
}

func roundWhole(v float64, mode MidpointRounding) float64 {
	switch mode {
	case MidpointAwayFromZero:
		return math.Round(v)
	case MidpointToZero:
		return math.Trunc(v)
	case MidpointToNegativeInfinity:
		return math.Floor(v)
	case MidpointToPositiveInfinity:
		return math.Ceil(v)
	}
	return math.RoundToEven(v)
}

// AbsInt is Math.Abs of a signed integer of so many bits.
func AbsInt(v int64, bits int) (int64, error) {
	if v < 0 && v == -1<<(bits-1) {
		return 0, ClassOverflow.Throw("Negating the minimum value of a twos complement number is invalid.")
	}
	return max(v, -v), nil
}

// SignDouble is Math.Sign.
func SignDouble(v float64) (int32, error) {
	switch {
	case math.IsNaN(v):
		return 0, ClassArithmetic.Throw("Function does not accept floating point Not-a-Number values.")
	case v > 0:
		return 1, nil
	case v < 0:
		return -1, nil
	}
	return 0, nil
}

// LogBase is Math.Log(a, newBase).
func LogBase(a, newBase float64) float64 {
	switch {
	case math.IsNaN(a):
		return a
	case math.IsNaN(newBase):
		return newBase
	case newBase == 1, a != 1 && (newBase == 0 || math.IsInf(newBase, 1)):
		return math.NaN()
	}
	return math.Log(a) / math.Log(newBase)
}

// IEEERemainder is Math.IEEERemainder.
func IEEERemainder(x, y float64) float64 { return math.Remainder(x, y) }
