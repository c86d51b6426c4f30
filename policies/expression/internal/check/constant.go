package check

import (
	"math"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func constant(t *types.Type, v any, s syntax.Span) *Const { return &Const{node: node{t, s}, Value: v} }

// asConst returns the constant that an expression is, or nil.
func asConst(e Expr) *Const {
	k, ok := e.(*Const)
	if !ok || isBad(e) {
		return nil
	}
	return k
}

func isNull(e Expr) bool { return e.Type().Kind == types.Null }

// Integer returns a constant of an integer type, char, bool or enumeration as a number;
// an ulong as its bits.
func Integer(v any) (int64, bool) {
	switch v := v.(type) {
	case int32:
		return int64(v), true
	case int64:
		return v, true
	case clr.Char:
		return int64(v), true
	case uint8:
		return int64(v), true
	case int8:
		return int64(v), true
	case int16:
		return int64(v), true
	case uint16:
		return int64(v), true
	case uint32:
		return int64(v), true
	case uint64:
		return int64(v), true
	case clr.Enum:
		return v.Value, true
	}
	return 0, false
}

// Box makes a boxed value of an integer type, char or enumeration, cut to its size.
func Box(t *types.Type, n int64) any {
	switch t.Kind {
	case types.Int32:
		return int32(n)
	case types.Int64:
		return n
	case types.Char:
		return clr.Char(n)
	case types.Byte:
		return uint8(n)
	case types.SByte:
		return int8(n)
	case types.Int16:
		return int16(n)
	case types.UInt16:
		return uint16(n)
	case types.UInt32:
		return uint32(n)
	case types.UInt64:
		return uint64(n)
	case types.Enum:
		return library.EnumOf(t, n)
	}
	return nil
}

// Fits reports whether a number is in the range of an integer type; unsigned tells that n
// holds the bits of an ulong.
func Fits(t *types.Type, n int64, unsigned bool) bool {
	if unsigned && n < 0 {
		return t.Kind == types.UInt64
	}
	switch t.Kind {
	case types.Int32, types.Enum:
		return n >= math.MinInt32 && n <= math.MaxInt32
	case types.Int64:
		return true
	case types.Char, types.UInt16:
		return n >= 0 && n <= math.MaxUint16
	case types.Byte:
		return n >= 0 && n <= math.MaxUint8
	case types.SByte:
		return n >= math.MinInt8 && n <= math.MaxInt8
	case types.Int16:
		return n >= math.MinInt16 && n <= math.MaxInt16
	case types.UInt32:
		return n >= 0 && n <= math.MaxUint32
	case types.UInt64:
		return n >= 0
	}
	return false
}

// Float returns a constant of type float or double.
func Float(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case float32:
		return float64(v), true
	}
	return 0, false
}

// foldConvert converts a constant between number types; nil when it cannot be done here.
func (c *checker) foldConvert(k *Const, to *types.Type, cast bool) Expr {
	from := k.typ
	if n, ok := Integer(k.Value); ok {
		switch to.Kind {
		case types.Single:
			return constant(to, float32(wide(from, n)), k.span)
		case types.Double:
			return constant(to, wide(from, n), k.span)
		case types.Decimal:
			if from.Kind == types.UInt64 {
				return constant(to, clr.DecimalFromUint(uint64(n)), k.span)
			}
			return constant(to, clr.DecimalFromInt(n), k.span)
		}
		if !to.IsIntegral() && to.Kind != types.Enum {
			return nil
		}
		if !Fits(to, n, from.Kind == types.UInt64) && cast && c.checkedConstant() {
			c.errorf(k.span, Overflow, "the constant %s does not fit %s", clr.ToString(k.Value), quoted(to))
			return bad(k.span)
		}
		return constant(to, Box(to, n), k.span)
	}
	if d, ok := k.Value.(clr.Decimal); ok {
		return c.foldDecimal(k, d, to)
	}
	f, ok := Float(k.Value)
	if !ok {
		return nil
	}
	switch {
	case to.Kind == types.Single:
		return constant(to, float32(f), k.span)
	case to.Kind == types.Double:
		return constant(to, f, k.span)
	case to.Kind == types.UInt64 && f > -1 && f < 1<<64:
		return constant(to, uint64(f), k.span)
	case to.IsIntegral() && f >= -1<<63 && f < 1<<63 && Fits(to, int64(f), false):
		return constant(to, Box(to, int64(f)), k.span)
	case to.IsIntegral() && c.unchecked:
		return nil
	case to.IsIntegral():
		c.errorf(k.span, Overflow, "the constant %s does not fit %s", clr.ToString(k.Value), quoted(to))
		return bad(k.span)
	}
	return nil
}

// foldDecimal converts a constant of type decimal. It is an error that it does not fit,
// even inside unchecked(…).
func (c *checker) foldDecimal(k *Const, d clr.Decimal, to *types.Type) Expr {
	switch {
	case to.Kind == types.Double:
		return constant(to, d.Double(), k.span)
	case !to.IsIntegral():
		return nil
	}
	n, ok := d.Int64()
	unsigned := false
	if !ok {
		var u uint64
		u, unsigned = d.Uint64()
		n = int64(u)
	}
	if !ok && !unsigned || !Fits(to, n, unsigned) {
		c.errorf(k.span, Overflow, "the constant %s does not fit %s", clr.ToString(k.Value), quoted(to))
		return bad(k.span)
	}
	return constant(to, Box(to, n), k.span)
}

// checkedConstant: constants are checked unless inside unchecked(…).
func (c *checker) checkedConstant() bool { return !c.unchecked }

func wide(t *types.Type, n int64) float64 {
	if t.Kind == types.UInt64 {
		return float64(uint64(n))
	}
	return float64(n)
}

// foldUnary applies an operator to a constant; nil when it is not constant.
func (c *checker) foldUnary(op syntax.Op, x Expr, s syntax.Span) Expr {
	k := asConst(x)
	if k == nil {
		return nil
	}
	if b, ok := k.Value.(bool); ok && op == syntax.Not {
		return constant(types.BoolType, !b, s)
	}
	if f, ok := Float(k.Value); ok && op == syntax.Sub {
		return c.foldConvert(constant(types.DoubleType, -f, s), k.typ, false)
	}
	n, ok := Integer(k.Value)
	if !ok || op == syntax.Not {
		return nil
	}
	if op == syntax.Complement {
		return constant(k.typ, Box(k.typ, ^n), s)
	}
	if n == math.MinInt64 && k.typ.Kind == types.Int64 || k.typ.Kind == types.Int32 && n == math.MinInt32 {
		return c.overflow(s)
	}
	return constant(k.typ, Box(k.typ, -n), s)
}

func (c *checker) overflow(s syntax.Span) Expr {
	if c.unchecked {
		return nil
	}
	c.errorf(s, Overflow, "the operation overflows at compile time in checked mode")
	return bad(s)
}

// foldBinary applies an operator to constants of one type; nil when it is not constant.
func (c *checker) foldBinary(op syntax.Op, x, y Expr, s syntax.Span) Expr {
	a, b := asConst(x), asConst(y)
	if a == nil || b == nil {
		return nil
	}
	switch v := a.Value.(type) {
	case string:
		w, ok := b.Value.(string)
		if !ok {
			return nil
		}
		if r, ok := compared(op, cmpOrdered(v, w), v == w); ok && (op == syntax.Equal || op == syntax.NotEqual) {
			return constant(types.BoolType, r, s)
		}
		return nil
	case bool:
		return foldBools(op, v, b.Value.(bool), s)
	}
	if d, ok := a.Value.(clr.Decimal); ok {
		return c.foldDecimals(op, d, b.Value.(clr.Decimal), s)
	}
	if f, ok := Float(a.Value); ok {
		g, _ := Float(b.Value)
		return c.foldFloats(op, a.typ, f, g, s)
	}
	m, ok := Integer(a.Value)
	n, ok2 := Integer(b.Value)
	if !ok || !ok2 {
		return nil
	}
	return c.foldIntegers(op, a.typ, m, n, s)
}

func cmpOrdered[T int64 | uint64 | float64 | string](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func compared(op syntax.Op, cmp int, equal bool) (result, ok bool) {
	switch op {
	case syntax.Equal:
		return equal, true
	case syntax.NotEqual:
		return !equal, true
	case syntax.Less:
		return cmp < 0, true
	case syntax.Greater:
		return cmp > 0, true
	case syntax.LessOrEqual:
		return cmp < 0 || equal, true
	case syntax.GreaterOrEqual:
		return cmp > 0 || equal, true
	}
	return false, false
}

func foldBools(op syntax.Op, a, b bool, s syntax.Span) Expr {
	switch op {
	case syntax.Equal:
		return constant(types.BoolType, a == b, s)
	case syntax.NotEqual, syntax.Xor:
		return constant(types.BoolType, a != b, s)
	case syntax.And:
		return constant(types.BoolType, a && b, s)
	case syntax.Or:
		return constant(types.BoolType, a || b, s)
	}
	return nil
}

func (c *checker) foldDecimals(op syntax.Op, a, b clr.Decimal, s syntax.Span) Expr {
	if r, ok := compared(op, a.Compare(b), a.Equal(b)); ok {
		return constant(types.BoolType, r, s)
	}
	if (op == syntax.Div || op == syntax.Rem) && b.Sign() == 0 {
		c.errorf(s, DivideByZero, "division by constant zero")
		return bad(s)
	}
	r, err := DecimalOperation(op, a, b)
	if err != nil {
		c.errorf(s, Overflow, "the operation overflows at compile time")
		return bad(s)
	}
	return constant(types.DecimalType, r, s)
}

// DecimalOperation is arithmetic on decimals.
func DecimalOperation(op syntax.Op, a, b clr.Decimal) (clr.Decimal, error) {
	switch op {
	case syntax.Add:
		return a.Add(b)
	case syntax.Sub:
		return a.Sub(b)
	case syntax.Mul:
		return a.Mul(b)
	case syntax.Div:
		return a.Div(b)
	}
	return a.Rem(b)
}

func (c *checker) foldFloats(op syntax.Op, t *types.Type, a, b float64, s syntax.Span) Expr {
	if r, ok := compared(op, cmpOrdered(a, b), a == b); ok {
		return constant(types.BoolType, r, s)
	}
	var r float64
	switch op {
	case syntax.Add:
		r = a + b
	case syntax.Sub:
		r = a - b
	case syntax.Mul:
		r = a * b
	case syntax.Div:
		r = a / b
	case syntax.Rem:
		r = math.Mod(a, b)
	default:
		return nil
	}
	return c.foldConvert(constant(types.DoubleType, r, s), t, false)
}

func (c *checker) foldIntegers(op syntax.Op, t *types.Type, a, b int64, s syntax.Span) Expr {
	unsigned := t.Kind == types.UInt64
	cmp := cmpOrdered(a, b)
	if unsigned {
		cmp = cmpOrdered(uint64(a), uint64(b))
	}
	if r, ok := compared(op, cmp, a == b); ok {
		return constant(types.BoolType, r, s)
	}
	r, fits := int64(0), true
	switch op {
	case syntax.And:
		r = a & b
	case syntax.Or:
		r = a | b
	case syntax.Xor:
		r = a ^ b
	case syntax.Add:
		r = a + b
		fits = !overflows(unsigned, r < a, uint64(r) < uint64(a), b < 0)
	case syntax.Sub:
		r = a - b
		fits = !overflows(unsigned, r > a, uint64(r) > uint64(a), b < 0)
	case syntax.Mul:
		r, fits = multiply(a, b, unsigned)
	case syntax.Div, syntax.Rem:
		return c.foldDivision(op, t, a, b, s)
	default:
		return nil
	}
	if !fits || !Fits(t, r, unsigned) {
		if e := c.overflow(s); e != nil {
			return e
		}
	}
	return constant(t, Box(t, r), s)
}

func overflows(unsigned, wrongSigned, wrongUnsigned, negative bool) bool {
	if unsigned {
		return wrongUnsigned
	}
	return wrongSigned != negative
}

func multiply(a, b int64, unsigned bool) (int64, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	r := a * b
	if unsigned {
		return r, uint64(r)/uint64(b) == uint64(a)
	}
	wraps := a == -1 && b == math.MinInt64 || b == -1 && a == math.MinInt64
	return r, r/b == a && !wraps
}

func (c *checker) foldDivision(op syntax.Op, t *types.Type, a, b int64, s syntax.Span) Expr {
	if b == 0 {
		c.errorf(s, DivideByZero, "division by constant zero")
		return bad(s)
	}
	if t.Kind == types.UInt64 {
		if op == syntax.Div {
			return constant(t, uint64(a)/uint64(b), s)
		}
		return constant(t, uint64(a)%uint64(b), s)
	}
	if b == -1 && (a == math.MinInt64 || t.Kind == types.Int32 && a == math.MinInt32) {
		if e := c.overflow(s); e != nil {
			return e
		}
		return nil
	}
	if op == syntax.Div {
		return constant(t, Box(t, a/b), s)
	}
	return constant(t, Box(t, a%b), s)
}
