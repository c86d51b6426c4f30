package clr

import (
	"encoding/base64"
	"errors"
	"math"
	"strconv"
	"strings"
)

// ToBase64 is Convert.ToBase64String.
func ToBase64(b *Budget, data []byte) (string, error) {
	if err := b.Take(int64(base64.StdEncoding.EncodedLen(len(data)))); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(data), nil
}

// ToBase64Lines is ToBase64 with a line break after every 76 characters.
func ToBase64Lines(b *Budget, data []byte) (string, error) {
	text, err := ToBase64(b, data)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for len(text) > 76 {
		out.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	return out.String() + text, nil
}

// FromBase64 is Convert.FromBase64String: white space is passed over, padding required.
func FromBase64(s string) ([]byte, error) {
	if strings.ContainsAny(s, " \t\r\n") {
		s = strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(s)
	}
	data, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, FormatError("The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.")
	}
	return data, nil
}

// ToInteger is Convert.ToInt32 and its like: v converted to an integer type, as the bits
// of a uint64. A null is 0; floating-point numbers are rounded half to even.
func ToInteger(v any, t IntegerType) (uint64, error) {
	switch v := v.(type) {
	case nil:
		return 0, nil
	case string:
		return parseBits(v, t)
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case float32:
		return roundToInteger(float64(v), t)
	case float64:
		return roundToInteger(v, t)
	case Decimal:
		rounded, err := v.Round(0, MidpointToEven)
		if err != nil {
			return 0, err
		}
		return DecimalToInteger(rounded, t)
	}
	if n, ok := signedValue(v); ok {
		if n < t.Min() || n > 0 && uint64(n) > t.Max() {
			return 0, t.Overflow()
		}
		return uint64(n), nil
	}
	if n, ok := unsignedValue(v); ok {
		if n > t.Max() {
			return 0, t.Overflow()
		}
		return n, nil
	}
	return 0, notConvertible(v, t.typeName())
}

func (t IntegerType) typeName() string {
	switch {
	case t == CharType:
		return "Char"
	case t == SByteType:
		return "SByte"
	case t == ByteType:
		return "Byte"
	case t.Signed:
		return "Int" + itoa(t.Bits)
	}
	return "UInt" + itoa(t.Bits)
}

func notConvertible(v any, to string) error {
	if !isConvertible(v) {
		return CastError(TypeName(v), "System.IConvertible")
	}
	return invalidConversion(v, to)
}

// isConvertible reports whether a value is of a basic type.
func isConvertible(v any) bool {
	switch v.(type) {
	case bool, Char, string, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64, Decimal, DateTime, Enum:
		return true
	}
	return false
}

func invalidConversion(v any, to string) error {
	from := strings.TrimPrefix(TypeName(v), "System.")
	return ClassInvalidCast.Throwf("Invalid cast from '%s' to '%s'.", from, to)
}

func parseBits(s string, t IntegerType) (uint64, error) {
	if t == CharType {
		c, err := ParseChar(s)
		return uint64(c), err
	}
	if t.Signed {
		n, err := ParseInt(s, t)
		return uint64(n), err
	}
	return ParseUint(s, t)
}

func roundToInteger(v float64, t IntegerType) (uint64, error) {
	bits, err := DoubleToIntegerChecked(math.RoundToEven(v), t)
	if err != nil {
		return 0, t.Overflow()
	}
	return bits, nil
}

func signedValue(v any) (int64, bool) {
	switch v := v.(type) {
	case int8:
		return int64(v), true
	case int16:
		return int64(v), true
	case int32:
		return int64(v), true
	case int64:
		return v, true
	case Enum:
		return v.Value, true
	}
	return 0, false
}

func unsignedValue(v any) (uint64, bool) {
	switch v := v.(type) {
	case uint8:
		return uint64(v), true
	case uint16:
		return uint64(v), true
	case uint32:
		return uint64(v), true
	case uint64:
		return v, true
	case Char:
		return uint64(v), true
	}
	return 0, false
}

// ToBool is Convert.ToBoolean.
func ToBool(v any) (bool, error) {
	switch v := v.(type) {
	case nil:
		return false, nil
	case bool:
		return v, nil
	case string:
		return ParseBool(v)
	case float32:
		return v != 0, nil
	case float64:
		return v != 0, nil
	case Decimal:
		return !v.isZero(), nil
	case Char:
		return false, invalidConversion(v, "Boolean")
	}
	if n, ok := signedValue(v); ok {
		return n != 0, nil
	}
	if n, ok := unsignedValue(v); ok {
		return n != 0, nil
	}
	return false, notConvertible(v, "Boolean")
}

// ToDouble is Convert.ToDouble.
func ToDouble(v any) (float64, error) {
	switch v := v.(type) {
	case nil:
		return 0, nil
	case string:
		return ParseDouble(v)
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case float32:
		return float64(v), nil
	case float64:
		return v, nil
	case Decimal:
		return v.Double(), nil
	case Char:
		return 0, invalidConversion(v, "Double")
	}
	if n, ok := signedValue(v); ok {
		return float64(n), nil
	}
	if n, ok := unsignedValue(v); ok {
		return float64(n), nil
	}
	return 0, notConvertible(v, "Double")
}

// ToDecimal is Convert.ToDecimal.
func ToDecimal(v any) (Decimal, error) {
	switch v := v.(type) {
	case nil:
		return Decimal{}, nil
	case string:
		return ParseDecimal(v)
	case bool:
		if v {
			return DecimalFromInt(1), nil
		}
		return Decimal{}, nil
	case float32:
		return DecimalFromSingle(v)
	case float64:
		return DecimalFromDouble(v)
	case Decimal:
		return v, nil
	case Char:
		return Decimal{}, invalidConversion(v, "Decimal")
	}
	if n, ok := signedValue(v); ok {
		return DecimalFromInt(n), nil
	}
	if n, ok := unsignedValue(v); ok {
		return DecimalFromUint(n), nil
	}
	return Decimal{}, notConvertible(v, "Decimal")
}

// ToDateTime is Convert.ToDateTime.
func ToDateTime(v any, now DateTime) (DateTime, error) {
	switch v := v.(type) {
	case nil:
		return DateTimeMinValue, nil
	case DateTime:
		return v, nil
	case string:
		return ParseDateTime(v, now)
	}
	return DateTime{}, notConvertible(v, "DateTime")
}

// IntToBase is Convert.ToString(value, base) of an integer of so many bits, for base 2, 8,
// 10 or 16.
func IntToBase(v int64, bits, base int) (string, error) {
	switch base {
	case 10:
		return strconv.FormatInt(v, 10), nil
	case 2, 8, 16:
		return strconv.FormatUint(uint64(v)&(1<<bits-1), base), nil
	}
	return "", ArgumentError("Invalid Base.", "")
}

// IntFromBase is Convert.ToInt32(text, base) and its like, as the bits of a uint64. In
// other bases than 10 the text has the bits of the number, so FFFFFFFF is -1.
func IntFromBase(s string, t IntegerType, base int) (uint64, error) {
	if base != 2 && base != 8 && base != 10 && base != 16 {
		return 0, ArgumentError("Invalid Base.", "")
	}
	if s == "" {
		return 0, OutOfRangeError("startIndex", "Index was out of range. Must be non-negative and less than the size of the collection.")
	}
	digits, negative := cutSign(s)
	if negative && base != 10 {
		return 0, ArgumentError("String cannot contain a minus sign if the base is not 10.", "")
	}
	if negative && !t.Signed {
		return 0, ClassOverflow.Throw("The string was being parsed as an unsigned number and could not have a negative sign.")
	}
	if base == 16 && (strings.HasPrefix(digits, "0x") || strings.HasPrefix(digits, "0X")) {
		digits = digits[2:]
	}
	n, err := strconv.ParseUint(digits, base, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, badDigits(digits, base)
	}
	return fitBase(n, err != nil, negative, t, base)
}

func badDigits(digits string, base int) error {
	if digits == "" {
		return FormatError("Could not find any recognizable digits.")
	}
	if _, err := strconv.ParseUint(digits[:1], base, 8); err != nil {
		return FormatError("Could not find any recognizable digits.")
	}
	return FormatError("Additional non-parsable characters are at the end of the string.")
}

func fitBase(n uint64, overflowed, negative bool, t IntegerType, base int) (uint64, error) {
	limit := uint64(1)<<t.Bits - 1
	if base == 10 {
		limit = t.Max()
		if negative {
			limit = -uint64(t.Min())
		}
	}
	if overflowed || n > limit {
		return 0, t.Overflow()
	}
	if negative {
		return -n, nil
	}
	if t.Signed && t.Bits < 64 && n > t.Max() {
		return n - 1<<t.Bits, nil
	}
	return n, nil
}
