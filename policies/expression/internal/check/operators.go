package check

import (
	"math"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func (c *checker) unary(e *syntax.Unary) Expr {
	if e.Op == syntax.Increment || e.Op == syntax.Decrement {
		return c.increment(e.X, e.Op, false, e.Span)
	}
	if e.Op == syntax.Sub {
		if k := c.smallest(e); k != nil {
			return k
		}
	}
	x := c.typed(e.X)
	if isBad(x) {
		return x
	}
	return c.applyUnary(e.Op, x, e.Span)
}

// smallest is the constant -2147483648 or -9223372036854775808, whose digits alone are no
// int or long.
func (c *checker) smallest(e *syntax.Unary) Expr {
	l, ok := e.X.(*syntax.Literal)
	switch {
	case ok && l.Kind == syntax.UIntLiteral && l.Int == 1<<31:
		return constant(types.IntType, int32(math.MinInt32), e.Span)
	case ok && l.Kind == syntax.ULongLiteral && l.Int == 1<<63:
		return constant(types.LongType, int64(math.MinInt64), e.Span)
	}
	return nil
}

func (c *checker) applyUnary(op syntax.Op, x Expr, s syntax.Span) Expr {
	t := x.Type()
	if t.Kind == types.Nullable {
		return c.liftUnary(op, x, s)
	}
	if m := c.userOperator(op, []Expr{x}, s); m != nil {
		return m
	}
	switch {
	case op == syntax.Not && t.Kind == types.Bool:
	case op == syntax.Complement && t.Kind == types.Enum:
	case op != syntax.Not && t.IsNumeric():
		if t = unaryType(op, t); t == nil {
			return c.badUnary(op, x, s)
		}
		x = c.convert(x, t)
	default:
		return c.badUnary(op, x, s)
	}
	if op == syntax.Add {
		return x
	}
	if k := c.foldUnary(op, x, s); k != nil {
		return k
	}
	if d, ok := x.(*Const); ok && op == syntax.Sub {
		if v, ok := d.Value.(clr.Decimal); ok {
			return constant(t, v.Negate(), s)
		}
	}
	return &Unary{node{t, s}, op, x, c.checked}
}

// unaryType is the type that + - or ~ works in; nil when there is none.
func unaryType(op syntax.Op, t *types.Type) *types.Type {
	p := types.Promote(t, types.ByteType)
	switch {
	case op == syntax.Complement && !p.IsIntegral():
		return nil
	case op == syntax.Sub && p.Kind == types.UInt32:
		return types.LongType
	case op == syntax.Sub && p.Kind == types.UInt64:
		return nil
	}
	return p
}

func (c *checker) liftUnary(op syntax.Op, x Expr, s syntax.Span) Expr {
	a := c.temp(x.Type().Elem)
	body := c.applyUnary(op, c.local(a, x.Span()), s)
	if isBad(body) {
		return body
	}
	return &Lifted{node: node{types.NullableOf(body.Type()), s}, Op: op, X: x, A: a, Body: body}
}

func (c *checker) badUnary(op syntax.Op, x Expr, s syntax.Span) Expr {
	c.errorf(s, BadOperator, "operator '%s' cannot be applied to %s", op, describe(x))
	return bad(s)
}

func (c *checker) binary(e *syntax.Binary) Expr {
	switch e.Op {
	case syntax.AndAlso, syntax.OrElse:
		return c.logic(e)
	case syntax.Coalesce:
		return c.coalesce(e)
	}
	x, y := c.typed(e.X), c.typed(e.Y)
	if isBad(x) || isBad(y) {
		return bad(e.Span)
	}
	return c.applyBinary(e.Op, x, y, e.Span)
}

func (c *checker) logic(e *syntax.Binary) Expr {
	x, y := c.typed(e.X), c.typed(e.Y)
	if isBad(x) || isBad(y) {
		return bad(e.Span)
	}
	if x.Type().Kind != types.Bool || y.Type().Kind != types.Bool {
		c.badBinary(e.Op, x, y, e.Span)
		if x.Type().Kind == types.Nullable || y.Type().Kind == types.Nullable {
			c.help("a bool? is no condition: compare it with == true")
		}
		return bad(e.Span)
	}
	and := e.Op == syntax.AndAlso
	if k := asConst(x); k != nil {
		if k.Value.(bool) != and {
			return constant(types.BoolType, !and, e.Span)
		}
		return y
	}
	if k := asConst(y); k != nil && k.Value.(bool) == and {
		return x
	}
	return &Logic{node{types.BoolType, e.Span}, and, x, y}
}

func (c *checker) badBinary(op syntax.Op, x, y Expr, s syntax.Span) Expr {
	c.errorf(s, BadOperator, "operator '%s' cannot be applied to operands of type %s and %s", op, describe(x), describe(y))
	return bad(s)
}

func (c *checker) coalesce(e *syntax.Binary) Expr {
	x := c.typed(e.X)
	y := c.expr(e.Y)
	if isBad(x) || isBad(y) && !hasNoType(y) {
		return bad(e.Span)
	}
	t := x.Type()
	if isNull(x) && !isNull(y) && !isBad(y) {
		return y
	}
	if !t.MayBeNull() || isNull(x) {
		return c.badBinary(e.Op, x, y, e.Span)
	}
	if k := asConst(x); k != nil && k.Value == nil && !isBad(y) {
		return c.convert(y, c.coalesceType(x, y))
	}
	result := c.coalesceType(x, y)
	if result == nil {
		return c.badBinary(e.Op, x, y, e.Span)
	}
	temp := c.temp(t.Underlying())
	var then Expr
	if types.Identical(result, t) && t.Kind == types.Nullable {
		then = c.convert(c.local(temp, x.Span()), t)
	} else {
		then = c.convert(c.local(temp, x.Span()), result)
	}
	return &Coalesce{node{result, e.Span}, x, temp, then, c.convert(y, result)}
}

// coalesceType is the type of x ?? y; nil when there is none.
func (c *checker) coalesceType(x, y Expr) *types.Type {
	t := x.Type()
	switch {
	case t.Kind == types.Nullable && c.convertible(y, t.Elem):
		return t.Elem
	case c.convertible(y, t):
		return t
	case !isNull(y) && !hasNoType(y) && c.convertibleType(t.Underlying(), y.Type()):
		return y.Type()
	}
	return nil
}

func (c *checker) convertibleType(from, to *types.Type) bool {
	return types.Implicit(from, to) != types.None || c.userConversion(from, to, false) != nil
}

// applyBinary applies an arithmetic, bitwise, comparison or equality operator.
func (c *checker) applyBinary(op syntax.Op, x, y Expr, s syntax.Span) Expr {
	a, b := x.Type(), y.Type()
	if a.Kind == types.Void || b.Kind == types.Void {
		return c.badBinary(op, x, y, s)
	}
	equality := op == syntax.Equal || op == syntax.NotEqual
	switch {
	case equality && a.IsTuple() && b.IsTuple() && len(a.Args) == len(b.Args):
		return c.tupleEquality(x, y, op, s)
	case equality && isNull(y):
		return c.nullComparison(x, op == syntax.NotEqual, y, s)
	case equality && isNull(x):
		return c.nullComparison(y, op == syntax.NotEqual, x, s)
	case op == syntax.Add && (a.Kind == types.String || b.Kind == types.String):
		// XNamespace has a + of its own.
		if e := c.userOperator(op, []Expr{x, y}, s); e != nil {
			return e
		}
		return c.concat(x, y, s)
	}
	if e := c.userOperator(op, []Expr{x, y}, s); e != nil {
		return e
	}
	x, y = nullOperand(x, y), nullOperand(y, x)
	if x.Type().Kind == types.Nullable || y.Type().Kind == types.Nullable {
		return c.liftBinary(op, x, y, s)
	}
	return c.plainBinary(op, x, y, s)
}

// nullOperand gives the literal null beside a value the nullable type of that.
func nullOperand(x, other Expr) Expr {
	if t := other.Type(); isNull(x) && t.IsValue() && t.Kind != types.Nullable {
		return constant(types.NullableOf(t), nil, x.Span())
	}
	return x
}

func (c *checker) concat(x, y Expr, s syntax.Span) Expr {
	out := &Concat{node: node{types.StringType, s}}
	for _, p := range []Expr{x, y} {
		if inner, ok := p.(*Concat); ok {
			out.Parts = append(out.Parts, inner.Parts...)
		} else {
			out.Parts = append(out.Parts, p)
		}
	}
	return foldConcat(out)
}

func (c *checker) nullComparison(x Expr, negate bool, null Expr, s syntax.Span) Expr {
	t := x.Type()
	if isNull(x) {
		return constant(types.BoolType, !negate, s)
	}
	if !t.MayBeNull() && !t.IsNumeric() && t.Kind != types.Bool && t.Kind != types.Struct && t.Kind != types.Enum {
		op := syntax.Equal
		if negate {
			op = syntax.NotEqual
		}
		return c.badBinary(op, x, null, s)
	}
	return c.nullTest(x, negate, s)
}

func (c *checker) nullTest(x Expr, negate bool, s syntax.Span) Expr {
	if k := asConst(x); k != nil {
		return constant(types.BoolType, (k.Value == nil) != negate, s)
	}
	return &IsNull{node{types.BoolType, s}, x, negate}
}

func (c *checker) plainBinary(op syntax.Op, x, y Expr, s syntax.Span) Expr {
	a, b := x.Type(), y.Type()
	switch {
	case op == syntax.ShiftLeft || op == syntax.ShiftRight:
		return c.shift(op, x, y, s)
	case a.IsNumeric() && b.IsNumeric():
		return c.arithmetic(op, x, y, s)
	case a.Kind == types.Bool && b.Kind == types.Bool:
		return c.onBools(op, x, y, s)
	case a.Kind == types.Enum || b.Kind == types.Enum:
		return c.onEnums(op, x, y, s)
	case op == syntax.Equal || op == syntax.NotEqual:
		return c.equality(op, x, y, s)
	}
	return c.badBinary(op, x, y, s)
}

func isComparison(op syntax.Op) bool { return op >= syntax.Equal && op <= syntax.GreaterOrEqual }

func isBitwise(op syntax.Op) bool { return op == syntax.And || op == syntax.Or || op == syntax.Xor }

func (c *checker) arithmetic(op syntax.Op, x, y Expr, s syntax.Span) Expr {
	t := promoted(x, y)
	if t == nil || isBitwise(op) && !t.IsIntegral() {
		return c.badBinary(op, x, y, s)
	}
	x, y = c.convert(x, t), c.convert(y, t)
	if isBad(x) || isBad(y) {
		return bad(s)
	}
	if k := c.foldBinary(op, x, y, s); k != nil {
		return k
	}
	if k := asConst(y); k != nil && (op == syntax.Div || op == syntax.Rem) && t.IsIntegral() {
		if n, _ := Integer(k.Value); n == 0 {
			c.errorf(s, DivideByZero, "division by constant zero")
			return bad(s)
		}
	}
	if isComparison(op) {
		t = types.BoolType
	}
	return &Binary{node{t, s}, op, x, y, c.checked}
}

// promoted is the type of arithmetic; a constant int that is not negative goes with an
// ulong, or an uint.
func promoted(x, y Expr) *types.Type {
	a, b := x.Type(), y.Type()
	for _, unsigned := range []*types.Type{types.ULongType, types.UIntType} {
		if a.Kind == unsigned.Kind && constantFits(y, unsigned) || b.Kind == unsigned.Kind && constantFits(x, unsigned) {
			return unsigned
		}
	}
	return types.Promote(a, b)
}

func (c *checker) onBools(op syntax.Op, x, y Expr, s syntax.Span) Expr {
	if !isBitwise(op) && op != syntax.Equal && op != syntax.NotEqual {
		return c.badBinary(op, x, y, s)
	}
	if k := c.foldBinary(op, x, y, s); k != nil {
		return k
	}
	return &Binary{node{types.BoolType, s}, op, x, y, false}
}

func (c *checker) onEnums(op syntax.Op, x, y Expr, s syntax.Span) Expr {
	t := x.Type()
	if t.Kind != types.Enum {
		t = y.Type()
	}
	sum := op == syntax.Add || op == syntax.Sub
	result := t
	switch {
	case types.Identical(x.Type(), y.Type()) && (isComparison(op) || isBitwise(op)):
	case types.Identical(x.Type(), y.Type()) && op == syntax.Sub:
		result = types.IntType
	case sum && (x.Type().IsIntegral() || y.Type().IsIntegral()):
		x, y = c.tryConvert(x, t, true), c.tryConvert(y, t, true)
	case (isComparison(op) || isBitwise(op)) && c.convertible(x, t) && c.convertible(y, t):
		x, y = c.convert(x, t), c.convert(y, t)
	default:
		return c.badBinary(op, x, y, s)
	}
	if isComparison(op) {
		result = types.BoolType
	}
	if isComparison(op) || isBitwise(op) {
		if k := c.foldBinary(op, x, y, s); k != nil {
			return k
		}
	}
	return &Binary{node{result, s}, op, x, y, false}
}

func (c *checker) shift(op syntax.Op, x, y Expr, s syntax.Span) Expr {
	t := x.Type()
	if !t.IsIntegral() || !c.convertible(y, types.IntType) {
		return c.badBinary(op, x, y, s)
	}
	t = types.Promote(t, types.ByteType)
	x, y = c.convert(x, t), c.convert(y, types.IntType)
	a, b := asConst(x), asConst(y)
	if a == nil || b == nil {
		return &Binary{node{t, s}, op, x, y, false}
	}
	m, _ := Integer(a.Value)
	n, _ := Integer(b.Value)
	return constant(t, Box(t, Shift(op, t, m, n)), s)
}

// Shift shifts a number of a type; the count is cut to the type's size.
func Shift(op syntax.Op, t *types.Type, m, n int64) int64 {
	if t.Kind == types.Int64 || t.Kind == types.UInt64 {
		n &= 63
	} else {
		n &= 31
	}
	switch {
	case op == syntax.ShiftLeft:
		return m << n
	case t.Kind == types.UInt64:
		return int64(uint64(m) >> n)
	case t.Kind == types.UInt32:
		return int64(uint32(m) >> n)
	}
	return m >> n
}

// equality compares texts by value and other references by identity.
func (c *checker) equality(op syntax.Op, x, y Expr, s syntax.Span) Expr {
	a, b := x.Type(), y.Type()
	negate := op == syntax.NotEqual
	if a.Kind == types.String && b.Kind == types.String {
		if k := c.foldBinary(op, x, y, s); k != nil {
			return k
		}
		return &Binary{node{types.BoolType, s}, op, x, y, false}
	}
	if !a.IsReference() || !b.IsReference() || types.Explicit(a, b) == types.None && types.Explicit(b, a) == types.None {
		return c.badBinary(op, x, y, s)
	}
	text := a.Kind == types.String || b.Kind == types.String
	if text {
		side := x
		if a.Kind == types.String {
			side = y
		}
		c.warnf(s, ReferenceEquality, "cast the side of type "+side.Type().String()+" to string: (string)",
			"this compares references, not texts")
	}
	return &Same{node{types.BoolType, s}, x, y, negate, c.opts.Lenient && text}
}

// liftBinary applies an operator to operands of which some are nullable.
func (c *checker) liftBinary(op syntax.Op, x, y Expr, s syntax.Span) Expr {
	a, b := c.temp(x.Type().Underlying()), c.temp(y.Type().Underlying())
	left, right := Expr(c.local(a, x.Span())), Expr(c.local(b, y.Span()))
	if k := asConst(y); k != nil && k.Value != nil && k.typ.Kind != types.Nullable {
		right = constant(b.Type, k.Value, k.span)
	}
	if k := asConst(x); k != nil && k.Value != nil && k.typ.Kind != types.Nullable {
		left = constant(a.Type, k.Value, k.span)
	}
	n := len(c.list)
	body := c.applyBinary(op, left, right, s)
	if isBad(body) {
		c.list = c.list[:n]
		return c.badBinary(op, x, y, s)
	}
	t := body.Type()
	if !isComparison(op) {
		t = types.NullableOf(t)
	}
	return &Lifted{node: node{t, s}, Op: op, X: x, Y: y, A: a, B: b, Body: body}
}

// userOperator finds an operator that the operands' classes declare; nil when none fits.
func (c *checker) userOperator(op syntax.Op, operands []Expr, s syntax.Span) Expr {
	var found []*candidate
	seen := map[*types.Def]bool{}
	for _, x := range operands {
		for t := x.Type(); t != nil && t.Def != nil && t.Kind != types.Enum && !seen[t.Def]; t = baseClass(t) {
			seen[t.Def] = true
			class := c.lib.ClassOf(t.Def)
			if class == nil {
				continue
			}
			for _, m := range class.Named(op.String()) {
				if len(m.Signature.Params) == len(operands) {
					found = append(found, &candidate{member: m, of: t, sig: m.Signature})
				}
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	args := make([]*arg, len(operands))
	for i, x := range operands {
		args[i] = &arg{expr: x, span: x.Span()}
	}
	var fit []*candidate
	for _, f := range found {
		if c.applicable(f, args) == nil {
			fit = append(fit, f)
		}
	}
	best := c.best(fit, args)
	if best == nil {
		return nil
	}
	return c.finish(best, nil, args, s)
}

func baseClass(t *types.Type) *types.Type {
	for _, b := range types.Bases(t) {
		if b.Kind == types.Class {
			return b
		}
	}
	return nil
}
