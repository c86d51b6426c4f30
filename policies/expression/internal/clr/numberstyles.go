package clr

import (
	"strconv"
	"strings"
)

// NumberStyles are the flags of what the text of a number may have.
type NumberStyles int32

// The flags.
const (
	numberLeadingWhite NumberStyles = 1 << iota
	numberTrailingWhite
	numberLeadingSign
	numberTrailingSign
	numberParentheses
	numberDecimalPoint
	numberThousands
	numberExponent
	numberCurrency
	numberHex
)

// Plain is the text of a number with no more than digits, a sign before them, a point and
// an exponent: what is allowed beside them is taken off. A number that has what is not
// allowed cannot be read.
func (f NumberStyles) Plain(s string) (string, error) {
	invalid := badNumber(s)
	rest := s
	if f&numberLeadingWhite != 0 {
		rest = TrimStart(rest)
	}
	if f&numberTrailingWhite != 0 {
		rest = TrimEnd(rest)
	}
	sign := ""
	if f&numberParentheses != 0 && len(rest) > 2 && rest[0] == '(' && rest[len(rest)-1] == ')' {
		sign, rest = "-", rest[1:len(rest)-1]
	}
	if f&numberCurrency != 0 {
		rest = strings.TrimPrefix(rest, "¤")
	}
	if f&numberLeadingSign != 0 && sign == "" && rest != "" && (rest[0] == '-' || rest[0] == '+') {
		sign, rest = rest[:1], rest[1:]
	}
	if n := len(rest); f&numberTrailingSign != 0 && sign == "" && n > 0 && (rest[n-1] == '-' || rest[n-1] == '+') {
		sign, rest = rest[n-1:], rest[:n-1]
	}
	whole, power := rest, ""
	if i := strings.IndexAny(rest, "eE"); i > 0 {
		whole, power = rest[:i], rest[i:]
	}
	for i := range len(whole) {
		switch c := whole[i]; {
		case isDigit(c), c == '.' && f&numberDecimalPoint != 0, c == ',' && f&numberThousands != 0 && i > 0:
		default:
			return "", invalid
		}
	}
	if power != "" && f&numberExponent == 0 || whole == "" {
		return "", invalid
	}
	return strings.TrimPrefix(sign, "+") + strings.ReplaceAll(whole, ",", "") + power, nil
}

// IsHex reports whether the text has hexadecimal digits.
func (f NumberStyles) IsHex() bool { return f&numberHex != 0 }

// ParseHex reads the bits of a number in hexadecimal digits, which have no sign.
func (f NumberStyles) ParseHex(s string, t IntegerType) (uint64, error) {
	rest := s
	if f&numberLeadingWhite != 0 {
		rest = TrimStart(rest)
	}
	if f&numberTrailingWhite != 0 {
		rest = TrimEnd(rest)
	}
	if rest == "" || strings.Trim(rest, "0123456789abcdefABCDEF") != "" {
		return 0, badNumber(s)
	}
	v, err := strconv.ParseUint(rest, 16, t.Bits)
	if err != nil {
		return 0, t.Overflow()
	}
	return v, nil
}

// Integral is the text of a whole number without point and exponent, which may be zeros: for
// the integer types.
func Integral(plain string) (string, error) {
	if !strings.ContainsAny(plain, ".eE") {
		return plain, nil
	}
	plain, err := Expanded(plain)
	if err != nil {
		return "", err
	}
	d, err := ParseDecimal(plain)
	if err != nil {
		return "", err
	}
	if d.Truncate().Compare(d) != 0 {
		return "", ClassOverflow.Throw("Value was either too large or too small for an integer.")
	}
	return d.Truncate().Normal().String(), nil
}

// mostExponent is more than any decimal has digits.
const mostExponent = 60

// Expanded is the text of a number without an exponent.
func Expanded(plain string) (string, error) {
	i := strings.IndexAny(plain, "eE")
	if i < 0 {
		return plain, nil
	}
	power, err := strconv.Atoi(plain[i+1:])
	if err != nil {
		return "", badNumber(plain)
	}
	number, negative := cutSign(plain[:i])
	whole, fraction, _ := strings.Cut(number, ".")
	power = max(min(power, mostExponent), -mostExponent)
	switch {
	case power >= 0:
		fraction += strings.Repeat("0", max(0, power-len(fraction)))
		whole, fraction = whole+fraction[:power], fraction[power:]
	default:
		whole = strings.Repeat("0", max(0, -power-len(whole)+1)) + whole
		whole, fraction = whole[:len(whole)+power], whole[len(whole)+power:]+fraction
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative {
		whole = "-" + whole
	}
	return whole, nil
}
