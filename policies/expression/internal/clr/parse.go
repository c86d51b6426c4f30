package clr

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// An IntegerType is one of C#'s integer types, for what they have in common.
type IntegerType struct {
	Bits   int
	Signed bool
	// overflow names the type in messages, with its article.
	overflow string
}

// The integer types.
var (
	SByteType  = IntegerType{8, true, "a signed byte"}
	ByteType   = IntegerType{8, false, "an unsigned byte"}
	Int16Type  = IntegerType{16, true, "an Int16"}
	UInt16Type = IntegerType{16, false, "a UInt16"}
	Int32Type  = IntegerType{32, true, "an Int32"}
	UInt32Type = IntegerType{32, false, "a UInt32"}
	Int64Type  = IntegerType{64, true, "an Int64"}
	UInt64Type = IntegerType{64, false, "a UInt64"}
	// CharType takes part in conversions.
	CharType = IntegerType{16, false, "a character"}
)

// Overflow is the exception for a value that does not fit.
func (t IntegerType) Overflow() *Exception {
	return ClassOverflow.Throw("Value was either too large or too small for " + t.overflow + ".")
}

// Min and Max are the limits; Max of ulong is the bits of a uint64.
func (t IntegerType) Min() int64 {
	if !t.Signed {
		return 0
	}
	return -1 << (t.Bits - 1)
}

// Max is the largest value.
func (t IntegerType) Max() uint64 {
	if t.Signed {
		return 1<<(t.Bits-1) - 1
	}
	return 1<<t.Bits - 1
}

func badNumber(s string) error {
	return FormatError("The input string '" + s + "' was not in a correct format.")
}

// ParseInt is Parse of a signed type.
func ParseInt(s string, t IntegerType) (int64, error) {
	negative, magnitude, err := parseInteger(s, t)
	if err != nil {
		return 0, err
	}
	if negative {
		return -int64(magnitude), nil
	}
	return int64(magnitude), nil
}

// ParseUint is Parse of an unsigned type.
func ParseUint(s string, t IntegerType) (uint64, error) {
	_, magnitude, err := parseInteger(s, t)
	return magnitude, err
}

func parseInteger(s string, t IntegerType) (negative bool, magnitude uint64, err error) {
	text := trimNumber(s)
	text, negative = cutSign(text)
	if text == "" || !allDigits(text) {
		return false, 0, badNumber(s)
	}
	magnitude, err = strconv.ParseUint(text, 10, 64)
	limit := t.Max()
	if negative {
		limit = -uint64(t.Min())
	}
	if err != nil || magnitude > limit {
		return false, 0, t.Overflow()
	}
	return negative, magnitude, nil
}

func cutSign(s string) (rest string, negative bool) {
	switch {
	case s == "":
	case s[0] == '+':
		return s[1:], false
	case s[0] == '-':
		return s[1:], true
	case strings.HasPrefix(s, "\u2212"):
		return s[len("\u2212"):], true
	}
	return s, false
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// trimNumber drops the white space that numbers may have around them, and null characters
// at the end.
func trimNumber(s string) string {
	s = strings.TrimRight(s, "\x00")
	return strings.Trim(s, " \t\n\v\f\r")
}

// ParseDouble is double.Parse: what is too large becomes infinite.
func ParseDouble(s string) (float64, error) { return parseFloat(s, 64) }

// ParseSingle is float.Parse.
func ParseSingle(s string) (float32, error) {
	v, err := parseFloat(s, 32)
	return float32(v), err
}

func parseFloat(s string, bits int) (float64, error) {
	text := trimNumber(s)
	digits, ok := plainNumber(text, true, false)
	if !ok {
		if v, named := namedFloat(Trim(s)); named {
			return v, nil
		}
		return 0, badNumber(s)
	}
	v, err := strconv.ParseFloat(digits, bits)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, badNumber(s)
	}
	return v, nil
}

func namedFloat(s string) (float64, bool) {
	switch strings.ToLower(s) {
	case "nan", "+nan", "-nan", "infinity", "+infinity", "-infinity":
		v, err := strconv.ParseFloat(strings.TrimLeft(strings.ToLower(s), "+"), 64)
		if err != nil {
			v, err = strconv.ParseFloat("nan", 64)
		}
		return v, err == nil
	}
	return 0, false
}

// plainNumber reads a sign, digits with group separators, a fraction, and, where they are
// allowed, an exponent or a sign at the end. It returns the number as Go writes it.
func plainNumber(s string, exponent, trailingSign bool) (string, bool) {
	rest, negative := cutSign(s)
	signed := len(rest) != len(s)
	out := make([]byte, 0, len(s)+1)
	out = append(out, '+')
	i, digits, pointed := 0, 0, false
scan:
	for ; i < len(rest); i++ {
		switch c := rest[i]; {
		case c >= '0' && c <= '9':
			out = append(out, c)
			digits++
		case c == '.' && !pointed:
			out = append(out, c)
			pointed = true
		case c == ',' && digits > 0 && !pointed:
		default:
			break scan
		}
	}
	if digits == 0 {
		return "", false
	}
	rest = rest[i:]
	if exponent {
		var power string
		power, rest = cutExponent(rest)
		out = append(out, power...)
	}
	if trailingSign && !signed && rest != "" {
		rest = strings.TrimLeft(rest, " \t\n\v\f\r")
		rest, negative = cutSign(rest)
	}
	if negative {
		out[0] = '-'
	}
	return string(out), rest == ""
}

func cutExponent(s string) (power, rest string) {
	if s == "" || s[0]|0x20 != 'e' {
		return "", s
	}
	digits, negative := cutSign(s[1:])
	n := 0
	for n < len(digits) && digits[n] >= '0' && digits[n] <= '9' {
		n++
	}
	if n == 0 {
		return "", s
	}
	power = "e+"
	if negative {
		power = "e-"
	}
	return power + digits[:n], digits[n:]
}

// ParseDecimal is decimal.Parse.
func ParseDecimal(s string) (Decimal, error) {
	text, ok := plainNumber(trimNumber(s), false, true)
	if !ok {
		return Decimal{}, badNumber(s)
	}
	return decimalFromText(text)
}

// decimalFromText reads a sign, digits and perhaps a point.
func decimalFromText(text string) (Decimal, error) {
	whole, fraction, _ := strings.Cut(text[1:], ".")
	if len(whole)+len(fraction) > 1000 {
		// More digits than count: what is cut off cannot decide a half.
		whole = strings.TrimLeft(whole, "0")
		if len(whole) > 40 {
			return Decimal{}, decimalOverflow()
		}
		fraction = fraction[:min(len(fraction), 900)]
	}
	m, ok := new(big.Int).SetString("0"+whole+fraction, 10)
	if !ok {
		return Decimal{}, badNumber(text)
	}
	return fitDecimal(m, len(fraction), text[0] == '-')
}

// ParseBool is bool.Parse.
func ParseBool(s string) (bool, error) {
	text := strings.TrimRight(Trim(s), "\x00")
	text = Trim(text)
	switch {
	case EqualIgnoreCase(text, "true"):
		return true, nil
	case EqualIgnoreCase(text, "false"):
		return false, nil
	}
	return false, FormatError("String '" + s + "' was not recognized as a valid Boolean.")
}

// BoolText is ToString() of a bool.
func BoolText(v bool) string {
	if v {
		return "True"
	}
	return "False"
}
