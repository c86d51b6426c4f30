package clr

import (
	"math"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// A numeral is a number as decimal digits, ready to be laid out: 0.DIGITS × 10^point.
type numeral struct {
	negative bool
	// digits has no leading zeros; it is empty for zero.
	digits []byte
	point  int
	// kind decides what becomes of a negative zero, and the defaults of G.
	kind numeralKind
	// noDefaultPrecision is how many digits before the point G writes plainly.
	plain int
}

type numeralKind int

const (
	integerNumeral numeralKind = iota
	decimalNumeral
	floatNumeral
)

// digit returns digit i, zero beyond the end.
func (n *numeral) digit(i int) byte {
	if i < 0 || i >= len(n.digits) {
		return '0'
	}
	return n.digits[i]
}

// round keeps so many digits, half away from zero, and drops zeros at the end.
func (n *numeral) round(keep int) {
	up := keep >= 0 && keep < len(n.digits) && n.digits[keep] >= '5'
	if keep < 0 {
		keep = 0
	}
	if keep < len(n.digits) {
		n.digits = n.digits[:keep]
	}
	if up {
		n.increment()
	}
	n.trim()
}

func (n *numeral) increment() {
	for i := len(n.digits) - 1; i >= 0; i-- {
		if n.digits[i] < '9' {
			n.digits[i]++
			n.digits = n.digits[:i+1]
			return
		}
	}
	n.digits = []byte{'1'}
	n.point++
}

func (n *numeral) trim() {
	for len(n.digits) > 0 && n.digits[len(n.digits)-1] == '0' {
		n.digits = n.digits[:len(n.digits)-1]
	}
	if len(n.digits) == 0 {
		n.point = 0
		if n.kind != floatNumeral {
			n.negative = false
		}
	}
}

func integerDigits(negative bool, magnitude uint64, plain int) numeral {
	n := numeral{negative: negative, kind: integerNumeral, plain: plain}
	if magnitude != 0 {
		n.digits = strconv.AppendUint(nil, magnitude, 10)
		n.point = len(n.digits)
	}
	return n
}

// A specifier is a standard format: a letter and a precision, or -1.
type specifier struct {
	letter    byte
	precision int
}

// parseSpecifier reads a standard format; ok is false for a custom one.
func parseSpecifier(format string) (s specifier, ok bool, err error) {
	if format == "" {
		return specifier{'G', -1}, true, nil
	}
	c := format[0]
	if c|0x20 < 'a' || c|0x20 > 'z' {
		return specifier{}, false, nil
	}
	if len(format) == 1 {
		return specifier{c, -1}, true, nil
	}
	precision := 0
	for _, d := range []byte(format[1:]) {
		if d < '0' || d > '9' {
			return specifier{}, false, nil
		}
		if precision = precision*10 + int(d-'0'); precision > 999_999_999 {
			return specifier{}, false, badSpecifier()
		}
	}
	return specifier{c, precision}, true, nil
}

func badSpecifier() error { return FormatError("Format specifier was invalid.") }

// or is the precision, or a default.
func (s specifier) or(precision int) int {
	if s.precision < 0 {
		return precision
	}
	return s.precision
}

// FormatInt is ToString(format) of a signed integer of so many bits.
func FormatInt(b *Budget, v int64, bits int, format string) (string, error) {
	s, standard, err := parseSpecifier(format)
	if err != nil {
		return "", err
	}
	if standard && (s.letter == 'G' || s.letter == 'g' || s.letter == 'D' || s.letter == 'd') && s.precision <= 0 {
		return strconv.FormatInt(v, 10), nil
	}
	magnitude := uint64(v)
	if v < 0 {
		magnitude = -magnitude
	}
	if standard && isRadix(s.letter) {
		return formatRadix(b, uint64(v)&(1<<bits-1), s)
	}
	return integerDigits(v < 0, magnitude, plainDigits(bits, true)).format(b, format, s, standard)
}

// FormatUint is ToString(format) of an unsigned integer of so many bits.
func FormatUint(b *Budget, v uint64, bits int, format string) (string, error) {
	s, standard, err := parseSpecifier(format)
	if err != nil {
		return "", err
	}
	if standard && isRadix(s.letter) {
		return formatRadix(b, v, s)
	}
	return integerDigits(false, v, plainDigits(bits, false)).format(b, format, s, standard)
}

func isRadix(letter byte) bool { return letter|0x20 == 'x' || letter|0x20 == 'b' }

func plainDigits(bits int, signed bool) int {
	switch bits {
	case 8:
		return 3
	case 16:
		return 5
	case 32:
		return 10
	}
	if signed {
		return 19
	}
	return 20
}

func formatRadix(b *Budget, v uint64, s specifier) (string, error) {
	base := 16
	if s.letter|0x20 == 'b' {
		base = 2
	}
	digits := strconv.FormatUint(v, base)
	if s.letter == 'X' {
		digits = strings.ToUpper(digits)
	}
	return zeroPadded(b, digits, s.precision)
}

func zeroPadded(b *Budget, digits string, width int) (string, error) {
	if len(digits) >= width {
		return digits, nil
	}
	if err := b.Take(int64(width)); err != nil {
		return "", err
	}
	return strings.Repeat("0", width-len(digits)) + digits, nil
}

// FormatDouble is ToString(format) of a double.
func FormatDouble(b *Budget, v float64, format string) (string, error) {
	return formatFloat(b, v, 64, format)
}

// FormatSingle is ToString(format) of a float.
func FormatSingle(b *Budget, v float32, format string) (string, error) {
	return formatFloat(b, float64(v), 32, format)
}

func formatFloat(b *Budget, v float64, bits int, format string) (string, error) {
	s, standard, err := parseSpecifier(format)
	switch {
	case err != nil:
		return "", err
	case math.IsNaN(v):
		return "NaN", nil
	case math.IsInf(v, 1):
		return "Infinity", nil
	case math.IsInf(v, -1):
		return "-Infinity", nil
	}
	if !standard {
		n := floatDigits(v, bits, significant(bits), true)
		return n.picture(b, format)
	}
	n, ok := floatNumeralFor(v, bits, &s)
	if !ok {
		return "", badSpecifier()
	}
	return n.standard(b, s)
}

// significant is how many digits custom formats see, and the last exponent of G.
func significant(bits int) int {
	if bits == 32 {
		return 7
	}
	return 15
}

// floatNumeralFor takes as many digits as the specifier shows.
func floatNumeralFor(v float64, bits int, s *specifier) (numeral, bool) {
	switch s.letter | 0x20 {
	case 'e':
		return floatDigits(v, bits, s.or(6)+1, true), true
	case 'f', 'n', 'c':
		return floatDigits(v, bits, s.or(2), false), true
	case 'p':
		return floatDigits(v, bits, s.or(2)+2, false), true
	case 'r':
		*s = specifier{s.letter - ('R' - 'G'), -1}
	case 'g':
	default:
		return numeral{}, false
	}
	if s.precision <= 0 {
		return shortestDigits(v, bits), true
	}
	return floatDigits(v, bits, s.precision, true), true
}

func shortestDigits(v float64, bits int) numeral {
	var buf [32]byte
	return parseScientific(strconv.AppendFloat(buf[:0], v, 'e', -1, bits), significant(bits))
}

// exactDigits is more digits than any double has.
const exactDigits = 1100

// floatDigits takes count digits of the exact value: significant ones, or those after the
// point; half away from zero.
func floatDigits(v float64, bits, count int, isSignificant bool) numeral {
	if _, fraction := math.Modf(v); fraction == 0 && math.Abs(v) < 1<<53 {
		n := integerDigits(math.Signbit(v), uint64(math.Abs(v)), significant(bits))
		n.kind = floatNumeral
		if isSignificant {
			n.round(count)
		}
		n.trim()
		return n
	}
	n := parseScientific(strconv.AppendFloat(nil, v, 'e', digitsNeeded(v), 64), significant(bits))
	if isSignificant {
		n.round(count)
	} else {
		n.round(n.point + count)
	}
	return n
}

// digitsNeeded is how many digits after the first show v exactly.
func digitsNeeded(v float64) int {
	_, exponent := math.Frexp(v)
	if exponent > 53 {
		return exponent/3 + 2
	}
	return min(exactDigits, 53-exponent+20)
}

// parseScientific reads what strconv writes: d.ddde±dd.
func parseScientific(text []byte, plain int) numeral {
	n := numeral{kind: floatNumeral, plain: plain}
	if text[0] == '-' {
		n.negative = true
		text = text[1:]
	}
	e := strings.IndexByte(string(text), 'e')
	exponent, _ := strconv.Atoi(string(text[e+1:]))
	n.digits = append(make([]byte, 0, e), text[0])
	if e > 2 {
		n.digits = append(n.digits, text[2:e]...)
	}
	n.point = exponent + 1
	if n.digits[0] == '0' {
		n.digits = n.digits[:0]
	}
	n.trim()
	return n
}

// DoubleText is ToString() of a double.
func DoubleText(v float64) string { return floatText(v, 64) }

// SingleText is ToString() of a float.
func SingleText(v float32) string { return floatText(float64(v), 32) }

func floatText(v float64, bits int) string {
	if i := int64(v); float64(i) == v && i > -1e6 && i < 1e6 && (i != 0 || !math.Signbit(v)) {
		return strconv.FormatInt(i, 10)
	}
	text, err := formatFloat(nil, v, bits, "")
	if err != nil {
		return "" // no budget and a valid format: cannot happen
	}
	return text
}

func (n numeral) format(b *Budget, format string, s specifier, standard bool) (string, error) {
	if standard {
		return n.standard(b, s)
	}
	return n.picture(b, format)
}

// standard lays the number out by a standard format.
func (n numeral) standard(b *Budget, s specifier) (string, error) {
	if err := b.Take(int64(max(0, s.precision)) + int64(max(0, n.point)) + int64(len(n.digits))); err != nil {
		return "", err
	}
	var out []byte
	switch s.letter | 0x20 {
	case 'd':
		if n.kind != integerNumeral {
			return "", badSpecifier()
		}
		digits, err := zeroPadded(b, n.whole(), s.precision)
		return n.signed(digits), err
	case 'g':
		return n.general(s), nil
	case 'e':
		n.round(s.or(6) + 1)
		out = n.appendScientific(nil, s.or(6), s.letter, 3)
	case 'f':
		out = n.appendFixed(nil, s.or(2), false)
	case 'n':
		out = n.appendFixed(nil, s.or(2), true)
	case 'c':
		out = n.appendFixed([]byte("¤"), s.or(2), true)
		if n.isNegative() {
			return "(" + string(out) + ")", nil
		}
		return string(out), nil
	case 'p':
		n.shift(2)
		out = append(n.appendFixed(nil, s.or(2), true), " %"...)
	default:
		return "", badSpecifier()
	}
	return n.signed(string(out)), nil
}

func (n *numeral) shift(by int) {
	if len(n.digits) > 0 {
		n.point += by
	}
}

// isNegative reports whether a sign is written; call it after rounding.
func (n *numeral) isNegative() bool {
	return n.negative && (len(n.digits) > 0 || n.kind == floatNumeral)
}

func (n *numeral) signed(text string) string {
	if n.isNegative() {
		return "-" + text
	}
	return text
}

func (n *numeral) whole() string {
	if n.point <= 0 {
		return "0"
	}
	return string(n.appendWhole(nil, false))
}

func (n *numeral) appendWhole(out []byte, grouped bool) []byte {
	if n.point <= 0 {
		return append(out, '0')
	}
	for i := range n.point {
		if grouped && i > 0 && (n.point-i)%3 == 0 {
			out = append(out, ',')
		}
		out = append(out, n.digit(i))
	}
	return out
}

func (n *numeral) appendFixed(out []byte, decimals int, grouped bool) []byte {
	n.round(n.point + decimals)
	out = n.appendWhole(out, grouped)
	if decimals == 0 {
		return out
	}
	out = append(out, '.')
	for i := range decimals {
		out = append(out, n.digit(n.point+i))
	}
	return out
}

func (n *numeral) appendScientific(out []byte, decimals int, e byte, exponentDigits int) []byte {
	out = append(out, n.digit(0))
	if decimals > 0 {
		out = append(out, '.')
		for i := range decimals {
			out = append(out, n.digit(1+i))
		}
	}
	return appendExponent(append(out, e), n.exponent(), exponentDigits, true)
}

func (n *numeral) exponent() int {
	if len(n.digits) == 0 {
		return 0
	}
	return n.point - 1
}

func appendExponent(out []byte, exponent, width int, plus bool) []byte {
	if exponent < 0 {
		out = append(out, '-')
		exponent = -exponent
	} else if plus {
		out = append(out, '+')
	}
	digits := itoa(exponent)
	for range width - len(digits) {
		out = append(out, '0')
	}
	return append(out, digits...)
}

// general lays out by G: plain unless the number is very large or small, or has more
// digits before the point than the precision.
func (n *numeral) general(s specifier) string {
	limit := n.plain
	if s.precision > 0 {
		limit = s.precision
		n.round(s.precision)
	} else if n.kind == decimalNumeral {
		return n.signed(string(n.appendPlain(nil)))
	}
	if len(n.digits) > 0 && (n.point > limit || n.point < -3) {
		e := byte('E')
		if s.letter == 'g' {
			e = 'e'
		}
		return n.signed(string(n.appendScientific(nil, len(n.digits)-1, e, 2)))
	}
	return n.signed(string(n.appendPlain(nil)))
}

func (n *numeral) appendPlain(out []byte) []byte {
	out = n.appendWhole(out, false)
	decimals := len(n.digits) - n.point
	if decimals <= 0 {
		return out
	}
	out = append(out, '.')
	for i := range decimals {
		out = append(out, n.digit(n.point+i))
	}
	return out
}
