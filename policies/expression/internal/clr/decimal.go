package clr

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// Decimal is C#'s decimal: a 96-bit integer with a sign, divided by a power of ten up to
// 28. The zero Decimal is 0. It keeps its scale: 1.10 is not the same text as 1.1, though
// equal.
type Decimal struct {
	lo       uint64
	hi       uint32
	scale    uint8
	negative bool
}

const maxScale = 28

// The limits of decimal.
var (
	DecimalMaxValue = Decimal{lo: math.MaxUint64, hi: math.MaxUint32}
	DecimalMinValue = Decimal{lo: math.MaxUint64, hi: math.MaxUint32, negative: true}
)

var tens = func() (t [60]*big.Int) {
	t[0] = big.NewInt(1)
	for i := 1; i < len(t); i++ {
		t[i] = new(big.Int).Mul(t[i-1], big.NewInt(10))
	}
	return t
}()

// DecimalFromInt makes a decimal of an integer.
func DecimalFromInt(v int64) Decimal {
	if v < 0 {
		return Decimal{lo: -uint64(v), negative: true}
	}
	return Decimal{lo: uint64(v)}
}

// DecimalFromUint makes a decimal of an unsigned integer.
func DecimalFromUint(v uint64) Decimal { return Decimal{lo: v} }

// DecimalFromDouble is the cast from double: 15 significant digits.
func DecimalFromDouble(v float64) (Decimal, error) { return decimalFromFloat(v, 64) }

// DecimalFromSingle is the cast from float: 7 significant digits.
func DecimalFromSingle(v float32) (Decimal, error) { return decimalFromFloat(float64(v), 32) }

func decimalFromFloat(v float64, size int) (Decimal, error) {
	if math.IsNaN(v) || math.Abs(v) > 7.9228162514264338e28 {
		return Decimal{}, decimalOverflow()
	}
	n := parseScientific(strconv.AppendFloat(nil, v, 'e', significant(size)-1, 64), 0)
	if len(n.digits) == 0 {
		return Decimal{}, nil
	}
	m, _ := new(big.Int).SetString(string(n.digits), 10)
	d, err := fitDecimal(m, len(n.digits)-n.point, n.negative)
	if d.isZero() {
		d = Decimal{}
	}
	return d, err
}

func decimalOverflow() error {
	return ClassOverflow.Throw("Value was either too large or too small for a Decimal.")
}

func (d Decimal) magnitude() *big.Int {
	m := new(big.Int).SetUint64(uint64(d.hi))
	m.Lsh(m, 64)
	return m.Or(m, new(big.Int).SetUint64(d.lo))
}

func (d Decimal) signed() *big.Int {
	m := d.magnitude()
	if d.negative {
		m.Neg(m)
	}
	return m
}

// fitDecimal makes a decimal of m / 10^scale, dropping digits, half to even, until it fits.
func fitDecimal(m *big.Int, scale int, negative bool) (Decimal, error) {
	if scale < 0 {
		if -scale >= len(tens) && m.Sign() != 0 {
			return Decimal{}, decimalOverflow()
		}
		m = new(big.Int).Mul(m, tens[min(-scale, len(tens)-1)])
		scale = 0
	}
	drop := max(0, scale-maxScale)
	if m.BitLen() > 96 {
		drop = max(drop, min(scale, (m.BitLen()-96)*3/10))
	}
	for ; drop <= scale; drop++ {
		if rounded := divideHalfEven(m, drop); rounded.BitLen() <= 96 {
			return newDecimal(rounded, scale-drop, negative), nil
		}
	}
	return Decimal{}, decimalOverflow()
}

func newDecimal(m *big.Int, scale int, negative bool) Decimal {
	lo := new(big.Int).And(m, new(big.Int).SetUint64(math.MaxUint64))
	hi := new(big.Int).Rsh(m, 64)
	return Decimal{lo: lo.Uint64(), hi: uint32(hi.Uint64()), scale: uint8(scale), negative: negative}
}

func power10(n int) *big.Int {
	if n < len(tens) {
		return tens[n]
	}
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

func divideHalfEven(m *big.Int, digits int) *big.Int {
	if digits == 0 {
		return m
	}
	return divideRounding(m, digits, MidpointToEven)
}

// divideRounding is m / 10^digits for m ≥ 0, rounded.
func divideRounding(m *big.Int, digits int, mode MidpointRounding) *big.Int {
	by := power10(digits)
	q, r := new(big.Int).QuoRem(m, by, new(big.Int))
	half := r.Lsh(r, 1).Cmp(by)
	if half > 0 || half == 0 && (mode == MidpointAwayFromZero || q.Bit(0) == 1) {
		q.Add(q, big.NewInt(1))
	}
	return q
}

// isZero reports whether the value is zero, of whatever scale and sign.
func (d Decimal) isZero() bool { return d.lo == 0 && d.hi == 0 }

// Negate is -d.
func (d Decimal) Negate() Decimal {
	d.negative = !d.negative
	return d
}

// Abs is Math.Abs(d).
func (d Decimal) Abs() Decimal {
	d.negative = false
	return d
}

// Sign is Math.Sign(d).
func (d Decimal) Sign() int {
	switch {
	case d.isZero():
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// Add is d + e.
func (d Decimal) Add(e Decimal) (Decimal, error) {
	if d.scale == e.scale && d.hi == 0 && e.hi == 0 && d.negative == e.negative {
		if sum, carry := bits.Add64(d.lo, e.lo, 0); carry == 0 {
			return Decimal{lo: sum, scale: d.scale, negative: d.negative}, nil
		}
	}
	a, b, scale := align(d, e)
	sum := a.Add(a, b)
	negative := sum.Sign() < 0 || sum.Sign() == 0 && d.negative && e.negative
	return fitDecimal(sum.Abs(sum), scale, negative)
}

// Sub is d - e.
func (d Decimal) Sub(e Decimal) (Decimal, error) { return d.Add(e.Negate()) }

func align(d, e Decimal) (a, b *big.Int, scale int) {
	a, b = d.signed(), e.signed()
	switch {
	case d.scale < e.scale:
		a.Mul(a, tens[e.scale-d.scale])
	case d.scale > e.scale:
		b.Mul(b, tens[d.scale-e.scale])
	}
	return a, b, int(max(d.scale, e.scale))
}

// Mul is d * e.
func (d Decimal) Mul(e Decimal) (Decimal, error) {
	scale, negative := int(d.scale)+int(e.scale), d.negative != e.negative
	small := d.hi|e.hi == 0 && d.lo|e.lo <= math.MaxUint32
	if scale > maxScale+19 || !small && (d.isZero() || e.isZero()) {
		return Decimal{}, nil
	}
	if d.hi == 0 && e.hi == 0 && scale <= maxScale {
		if hi, lo := bits.Mul64(d.lo, e.lo); hi <= math.MaxUint32 {
			return Decimal{lo: lo, hi: uint32(hi), scale: uint8(scale), negative: negative}, nil
		}
	}
	m := d.magnitude()
	return fitDecimal(m.Mul(m, e.magnitude()), scale, negative)
}

// Div is d / e.
func (d Decimal) Div(e Decimal) (Decimal, error) {
	if e.isZero() {
		return Decimal{}, DivideByZeroError()
	}
	negative := d.negative != e.negative
	a, b := d.magnitude(), e.magnitude()
	scale := int(d.scale) - int(e.scale)
	if scale < 0 {
		a.Mul(a, tens[-scale])
		scale = 0
	}
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Sign() == 0 {
		return fitDecimal(q, scale, negative)
	}
	return divideOn(q, r, b, scale, negative)
}

// divideOn goes on dividing until nothing remains or no more digits fit.
func divideOn(q, r, b *big.Int, scale int, negative bool) (Decimal, error) {
	digit := new(big.Int)
	for r.Sign() != 0 && scale < maxScale {
		r.Mul(r, tens[1])
		digit.QuoRem(r, b, r)
		next := new(big.Int).Mul(q, tens[1])
		next.Add(next, digit)
		if next.BitLen() > 96 {
			r.Add(r, new(big.Int).Mul(digit, b))
			r.Quo(r, tens[1])
			break
		}
		q = next
		scale++
	}
	half := new(big.Int).Lsh(r, 1).Cmp(b)
	if half > 0 || half == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	for scale > 0 {
		short, rest := new(big.Int).QuoRem(q, tens[1], new(big.Int))
		if rest.Sign() != 0 {
			break
		}
		q = short
		scale--
	}
	return fitDecimal(q, scale, negative)
}

// Rem is d % e: it has the sign of d.
func (d Decimal) Rem(e Decimal) (Decimal, error) {
	if e.isZero() {
		return Decimal{}, DivideByZeroError()
	}
	a, b, scale := align(d.Abs(), e.Abs())
	if a.Cmp(b) < 0 {
		return d, nil
	}
	return fitDecimal(a.Rem(a, b), scale, d.negative)
}

// Compare is decimal.Compare: -1, 0 or 1.
func (d Decimal) Compare(e Decimal) int {
	if d.scale == e.scale && d.negative == e.negative && d.hi == e.hi && d.lo == e.lo {
		return 0
	}
	a, b, _ := align(d, e)
	return a.Cmp(b)
}

// Equal is ==.
func (d Decimal) Equal(e Decimal) bool { return d.Compare(e) == 0 }

// Normal is d without zeros at the end, so that equal decimals are the same.
func (d Decimal) Normal() Decimal {
	m, scale := d.magnitude(), int(d.scale)
	for scale > 0 {
		q, r := new(big.Int).QuoRem(m, tens[1], new(big.Int))
		if r.Sign() != 0 {
			break
		}
		m = q
		scale--
	}
	return newDecimal(m, scale, d.negative && m.Sign() != 0)
}

// Round is Math.Round(d, digits, mode).
func (d Decimal) Round(digits int, mode MidpointRounding) (Decimal, error) {
	if digits < 0 || digits > maxScale {
		return Decimal{}, OutOfRangeError("decimals", "Decimal can only round to between 0 and 28 digits of precision.")
	}
	if int(d.scale) <= digits {
		return d, mode.check()
	}
	drop := int(d.scale) - digits
	var m *big.Int
	switch mode {
	case MidpointToEven, MidpointAwayFromZero:
		m = divideRounding(d.magnitude(), drop, mode)
	default:
		if err := mode.check(); err != nil {
			return Decimal{}, err
		}
		var r *big.Int
		m, r = new(big.Int).QuoRem(d.magnitude(), tens[drop], new(big.Int))
		if r.Sign() != 0 && mode.directedAway(d.negative) {
			m.Add(m, big.NewInt(1))
		}
	}
	return newDecimal(m, digits, d.negative), nil
}

// Truncate is Math.Truncate(d).
func (d Decimal) Truncate() Decimal { return d.directed(MidpointToZero) }

// Floor is Math.Floor(d).
func (d Decimal) Floor() Decimal { return d.directed(MidpointToNegativeInfinity) }

// Ceiling is Math.Ceiling(d).
func (d Decimal) Ceiling() Decimal { return d.directed(MidpointToPositiveInfinity) }

func (d Decimal) directed(mode MidpointRounding) Decimal {
	r, err := d.Round(0, mode)
	if err != nil {
		return d // digits and mode are valid: cannot happen
	}
	return r
}

// Double is the cast to double.
func (d Decimal) Double() float64 {
	v, err := strconv.ParseFloat(d.String(), 64)
	if err != nil {
		return math.NaN() // the text of a decimal is a number: cannot happen
	}
	return v
}

// Int64 is the value without its fraction, when it fits.
func (d Decimal) Int64() (int64, bool) {
	m := d.Truncate().signed()
	return m.Int64(), m.IsInt64()
}

// Uint64 is the value without its fraction, when it fits.
func (d Decimal) Uint64() (uint64, bool) {
	m := d.Truncate().signed()
	return m.Uint64(), m.IsUint64()
}

// String is ToString().
func (d Decimal) String() string {
	var digits string
	if d.hi == 0 {
		digits = strconv.FormatUint(d.lo, 10)
	} else {
		digits = d.magnitude().String()
	}
	if scale := int(d.scale); scale > 0 {
		if len(digits) <= scale {
			digits = strings.Repeat("0", scale-len(digits)+1) + digits
		}
		digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if d.negative && !d.isZero() {
		return "-" + digits
	}
	return digits
}

// Format is ToString(format).
func (d Decimal) Format(b *Budget, format string) (string, error) {
	s, standard, err := parseSpecifier(format)
	if err != nil {
		return "", err
	}
	if standard && s.letter|0x20 == 'g' && s.precision <= 0 {
		return d.String(), nil
	}
	if standard && s.letter|0x20 == 'r' {
		return "", badSpecifier()
	}
	n := numeral{kind: decimalNumeral, negative: d.negative, plain: 29}
	if !d.isZero() {
		n.digits = []byte(d.magnitude().String())
		n.point = len(n.digits) - int(d.scale)
	}
	return n.format(b, format, s, standard)
}
