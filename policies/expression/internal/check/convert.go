package check

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// convertible reports whether an expression becomes a type without a cast.
func (c *checker) convertible(x Expr, t *types.Type) bool {
	switch x := x.(type) {
	case *lambdaExpr:
		return t.Kind == types.Delegate && len(delegateOf(t).Params) == len(x.syntax.Params)
	case *methodGroup:
		return t.Kind == types.Delegate
	case *defaultExpr, *Throw:
		return true
	case *NewTuple:
		return c.tupleFits(x, t)
	}
	from := x.Type()
	if from.IsTuple() && c.tupleConverts(from, t) {
		return true
	}
	return types.Implicit(from, t) != types.None || constantFits(x, t) || c.userConversion(from, t, false) != nil
}

// convertibleByType is convertible, but for constants that fit a type other than their own.
func (c *checker) convertibleByType(x Expr, t *types.Type) bool {
	if constantFits(x, t) {
		return types.Implicit(x.Type(), t) != types.None
	}
	return c.convertible(x, t)
}

// constantFits: a constant int becomes a smaller integer type that it fits, and the
// constant 0 any enumeration.
func constantFits(x Expr, t *types.Type) bool {
	k := asConst(x)
	if k == nil {
		return false
	}
	to := t.Underlying()
	n, ok := Integer(k.Value)
	switch {
	case !ok:
		return false
	case to.Kind == types.Enum:
		return n == 0 && k.typ.IsIntegral()
	case k.typ.Kind == types.Int32 && to.IsIntegral() && to.Kind != types.Char:
		return Fits(to, n, false)
	case k.typ.Kind == types.Int64 && to.Kind == types.UInt64:
		return n >= 0
	}
	return false
}

// convert makes an expression a value of a type, without a cast being written.
func (c *checker) convert(x Expr, t *types.Type) Expr {
	if t.IsInvalid() {
		return bad(x.Span())
	}
	switch x := x.(type) {
	case *lambdaExpr:
		return c.lambdaTo(x, t)
	case *methodGroup:
		return c.groupTo(x, t)
	case *defaultExpr:
		return zero(t, x.span)
	case *Throw:
		return &Throw{node{t, x.span}, x.X}
	case *NewTuple:
		if isBad(x) || t.Underlying().IsTuple() {
			return c.tupleTo(x, t)
		}
	}
	if isBad(x) {
		return x
	}
	if e := c.tryConvert(x, t, false); e != nil {
		return e
	}
	from := x.Type()
	if from.Kind == types.Void {
		c.errorf(x.Span(), NoConversion, "the call returns nothing, where a value of type %s is wanted", quoted(t))
		return bad(x.Span())
	}
	if k := asConst(x); k != nil && from.IsIntegral() && t.IsIntegral() && types.Explicit(from, t) != types.None {
		c.errorf(x.Span(), Overflow, "the constant %s does not fit %s", clr.ToString(k.Value), quoted(t))
		return bad(x.Span())
	}
	if isNull(x) {
		c.errorf(x.Span(), NoConversion, "null does not become %s, which is a value type that is never null", quoted(t))
		return bad(x.Span())
	}
	c.errorf(x.Span(), NoConversion, "no implicit conversion from %s to %s", quoted(from), quoted(t))
	if types.Explicit(from, t) != types.None || c.userConversion(from, t, true) != nil {
		c.help("a cast exists: write (%s)", t)
	}
	return bad(x.Span())
}

// tryConvert converts if that is possible, and is nil otherwise.
func (c *checker) tryConvert(x Expr, t *types.Type, cast bool) Expr {
	from := x.Type()
	how := types.Implicit(from, t)
	if how == types.None && from.IsTuple() && c.tupleConverts(from, t) {
		return c.convertItems(x, t)
	}
	if how == types.None && constantFits(x, t) {
		if k := c.foldConvert(asConst(x), t.Underlying(), false); k != nil {
			return c.tryConvert(k, t, false)
		}
	}
	if how == types.None {
		if m := c.userConversion(from, t, false); m != nil {
			return c.applyConversion(m, x, t)
		}
	}
	if how == types.None && cast {
		if m := c.userConversion(from, t, true); m != nil {
			return c.applyConversion(m, x, t)
		}
		how = types.Explicit(from, t)
	}
	return c.applyBuiltin(x, t, how, cast)
}

func (c *checker) applyBuiltin(x Expr, t *types.Type, how types.Conversion, cast bool) Expr {
	k := asConst(x)
	switch how {
	case types.None:
		return nil
	case types.Identity:
		return x
	case types.Nothing:
		return constant(t, nil, x.Span())
	case types.Numeric:
		if k != nil {
			if folded := c.foldConvert(k, t, cast); folded != nil {
				return folded
			}
		}
	case types.Wrap:
		if k != nil {
			if inner := c.tryConvert(x, t.Elem, cast); inner != nil && asConst(inner) != nil {
				return constant(t, asConst(inner).Value, x.Span())
			}
		}
	}
	return &Convert{node: node{t, x.Span()}, X: x, How: how, Checked: c.checked, Cast: cast}
}

func (c *checker) cast(e *syntax.Cast) Expr {
	t := c.typ(e.Type)
	if t == nil || t.IsInvalid() {
		c.expr(e.X)
		return bad(e.Span)
	}
	x := c.expr(e.X)
	switch x.(type) {
	case *lambdaExpr, *defaultExpr:
		return c.convert(x, t)
	}
	if isBad(x) {
		return x
	}
	if out := c.tryConvert(x, t, true); out != nil {
		return respan(out, e.Span)
	}
	c.errorf(e.Span, NoConversion, "%s cannot be cast to %s", describe(x), quoted(t))
	return bad(e.Span)
}

// respan gives a new conversion or constant the place of the cast around it.
func respan(x Expr, s syntax.Span) Expr {
	switch x := x.(type) {
	case *Convert:
		x.span = s
	case *Call:
		x.span = s
	}
	return x
}

// userConversion finds the conversion operator between two types; nil when there is none
// or no best one.
func (c *checker) userConversion(from, to *types.Type, explicit bool) *library.Member {
	if from.IsInvalid() || to.IsInvalid() || from.Kind == types.Null || from.Kind == types.Void ||
		from.Kind == types.Object || from.Kind == types.Interface || to.Kind == types.Interface || to.Kind == types.Object {
		return nil
	}
	var best *library.Member
	for _, m := range c.conversions(from, to, explicit) {
		p, r := m.Signature.Params[0].Type, m.Signature.Result
		if !fitsConversion(from, p, explicit) || !fitsConversion(r, to, explicit) {
			continue
		}
		if best == nil || betterConversion(m, best, from, to) {
			best = m
		}
	}
	return best
}

// fitsConversion: operands of a conversion operator convert by inheritance or widening;
// its result as well, and in a cast also to what derives from it.
func fitsConversion(from, to *types.Type, explicit bool) bool {
	if types.Implicit(from, to) != types.None {
		return true
	}
	return explicit && (types.Implicit(to, from) == types.Upcast && from.IsReference() || from.IsNumeric() && to.IsNumeric())
}

func betterConversion(m, than *library.Member, from, to *types.Type) bool {
	score := func(m *library.Member) int {
		n := 0
		if types.Identical(m.Signature.Params[0].Type, from) {
			n += 2
		}
		if types.Identical(m.Signature.Result, to) {
			n += 2
		}
		return n
	}
	if a, b := score(m), score(than); a != b {
		return a > b
	}
	p, q := m.Signature.Params[0].Type, than.Signature.Params[0].Type
	return types.Implicit(p, q) != types.None && !types.Identical(p, q)
}

// conversions lists the operators that the classes of both types declare.
func (c *checker) conversions(from, to *types.Type, explicit bool) []*library.Member {
	var out []*library.Member
	seen := map[*library.Class]bool{}
	var visit func(t *types.Type)
	visit = func(t *types.Type) {
		if t.Def == nil || t.Kind == types.Interface {
			return
		}
		class := c.lib.ClassOf(t.Def)
		if class != nil && !seen[class] {
			seen[class] = true
			out = append(out, class.Named("implicit")...)
			if explicit {
				out = append(out, class.Named("explicit")...)
			}
		}
		for _, b := range types.Bases(t) {
			visit(b)
		}
	}
	visit(from.Underlying())
	visit(to.Underlying())
	return out
}

// declaresConversion reports whether a class declares an implicit conversion between types.
func (c *checker) declaresConversion(from, to *types.Type) bool {
	for _, m := range c.conversions(from, to, false) {
		if types.Implicit(from, m.Signature.Params[0].Type) != types.None && types.Identical(m.Signature.Result, to) {
			return true
		}
	}
	return false
}

func (c *checker) applyConversion(m *library.Member, x Expr, t *types.Type) Expr {
	p, r := m.Signature.Params[0].Type, m.Signature.Result
	arg := c.tryConvert(x, p, true)
	if arg == nil {
		return nil
	}
	call := &Call{
		node: node{r, x.Span()}, Member: m, Args: []Expr{arg},
		Site: &library.Site{Type: m.Class.Def.Type(), Result: r},
	}
	if types.Identical(r, t) {
		return call
	}
	return c.applyBuiltin(call, t, types.Explicit(r, t), true)
}

func (c *checker) as(e *syntax.As) Expr {
	t := c.typ(e.Type)
	x := c.typed(e.X)
	if t == nil || t.IsInvalid() || isBad(x) {
		return bad(e.Span)
	}
	if !t.MayBeNull() {
		c.errorf(e.Span, NoConversion, "as gives a reference or a nullable, not %s", quoted(t))
		return bad(e.Span)
	}
	if isNull(x) {
		return constant(t, nil, e.Span)
	}
	how := types.Explicit(x.Type(), t)
	switch how {
	case types.Identity, types.Upcast, types.Wrap:
		return respan(c.applyBuiltin(x, t, how, false), e.Span)
	case types.Downcast:
		return &As{node{t, e.Span}, x}
	}
	c.errorf(e.Span, NoConversion, "%s cannot be converted to %s by as", describe(x), quoted(t))
	return bad(e.Span)
}

func (c *checker) is(e *syntax.Is) Expr {
	x := c.typed(e.X)
	return c.pattern(x, e.Pattern, e.Span)
}

// pattern tests a value.
func (c *checker) pattern(x Expr, p syntax.Pattern, s syntax.Span) Expr {
	switch p := p.(type) {
	case *syntax.ConstPattern:
		return c.constPattern(x, p.X, s)
	case *syntax.TypePattern:
		if p.Const != nil && c.isConstName(p.Const) {
			return c.constPattern(x, p.Const, s)
		}
		return c.typePattern(x, c.typ(p.Type), nil, s)
	case *syntax.DeclPattern:
		t := c.typ(p.Type)
		if t == nil { // var
			v := c.patternVar(p, x.Type())
			return &Is{node: node{types.BoolType, s}, X: x, To: x.Type(), Var: v, Always: true}
		}
		return c.typePattern(x, t, c.patternVar(p, t), s)
	}
	return bad(s)
}

func (c *checker) patternVar(p *syntax.DeclPattern, t *types.Type) *Var {
	if p.Name.Name == "_" || t.IsInvalid() {
		return nil
	}
	return c.declare(p.Name.Name, t, p.Name.Span)
}

// isConstName reports whether a name after "is" is a value, which must be a constant, and
// no type.
func (c *checker) isConstName(e syntax.Expr) bool {
	n := len(c.list)
	x := c.bind(e)
	c.list = c.list[:n]
	_, isLocal := x.(*Local)
	return isLocal || asConst(x) != nil
}

func (c *checker) constPattern(x Expr, e syntax.Expr, s syntax.Span) Expr {
	v := c.typed(e)
	if isBad(x) || isBad(v) {
		return bad(s)
	}
	k := asConst(v)
	if k == nil {
		c.errorf(span(e), NotConstant, "a constant is expected")
		return bad(s)
	}
	if k.Value == nil {
		return c.nullTest(x, false, s)
	}
	if x.Type().Kind != types.Object {
		if k = asConst(c.convert(k, x.Type().Underlying())); k == nil {
			return bad(s)
		}
	}
	return &IsConst{node{types.BoolType, s}, x, k}
}

func (c *checker) typePattern(x Expr, t *types.Type, v *Var, s syntax.Span) Expr {
	if t == nil || t.IsInvalid() || isBad(x) {
		return bad(s)
	}
	if types.Explicit(x.Type(), t) == types.None {
		if v == nil && asConst(x) != nil {
			return constant(types.BoolType, false, s)
		}
		if v == nil {
			return &Is{node: node{types.BoolType, s}, X: x, To: t}
		}
		c.errorf(s, NoConversion, "a value of type %s is never of type %s", quoted(x.Type()), quoted(t))
		return bad(s)
	}
	return &Is{node: node{types.BoolType, s}, X: x, To: t, Var: v}
}
