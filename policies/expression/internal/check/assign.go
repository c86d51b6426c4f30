package check

import (
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func (c *checker) assign(e *syntax.Assign) Expr {
	if t, ok := e.Target.(*syntax.Tuple); ok && e.Op == syntax.None {
		return c.deconstruct(t, c.expr(e.Value), e.Span)
	}
	target := c.target(e.Target)
	if isBad(target) {
		c.expr(e.Value)
		return target
	}
	if e.Op == syntax.None {
		return &Assign{node{target.Type(), e.Span}, target, c.exprAs(e.Value, target.Type())}
	}
	value := c.typed(e.Value)
	if isBad(value) {
		return value
	}
	if !c.readable(target, e.Span) {
		return bad(e.Span)
	}
	old := c.temp(target.Type())
	return c.compound(target, old, c.applyBinary(e.Op, c.local(old, target.Span()), value, e.Span), value, false, e.Span)
}

// compound assigns a computed value. The result of the operator is cast to the target's
// type where the operand alone would convert to it.
func (c *checker) compound(target Expr, old *Var, result, operand Expr, post bool, s syntax.Span) Expr {
	if isBad(result) {
		return result
	}
	t := target.Type()
	if !c.convertible(result, t) && (operand == nil || c.convertible(operand, t)) {
		if cast := c.tryConvert(result, t, true); cast != nil {
			result = cast
		}
	}
	result = c.convert(result, t)
	if isBad(result) {
		return result
	}
	return &Compound{node{t, s}, target, old, result, post}
}

func (c *checker) increment(e syntax.Expr, op syntax.Op, post bool, s syntax.Span) Expr {
	target := c.target(e)
	if isBad(target) {
		return target
	}
	t := target.Type()
	if u := t.Underlying(); !u.IsNumeric() && u.Kind != types.Enum {
		return c.badUnary(op, target, s)
	}
	if !c.readable(target, s) {
		return bad(s)
	}
	arithmetic := syntax.Add
	if op == syntax.Decrement {
		arithmetic = syntax.Sub
	}
	old := c.temp(t)
	one := constant(types.IntType, int32(1), s)
	return c.compound(target, old, c.applyBinary(arithmetic, c.local(old, s), one, s), nil, post, s)
}

// target resolves what stands left of an assignment.
func (c *checker) target(e syntax.Expr) Expr {
	x := c.expr(e)
	switch x := x.(type) {
	case *Local:
		if x.Var.readOnly != "" {
			c.errorf(x.span, NotAssignable, "%q cannot be assigned: it is a %s", x.Var.Name, x.Var.readOnly)
			return bad(x.span)
		}
		return x
	case *Element:
		return x
	case *Field:
		if l, ok := x.X.(*Local); ok && l.typ.IsTuple() && l.Var.readOnly == "" {
			return x
		}
		if x.X.Type().IsTuple() {
			c.errorf(x.span, NotAssignable, "an item of a tuple is assigned only where the tuple is a variable")
			return bad(x.span)
		}
		what, name := "property of an anonymous object", x.X.Type().Fields[x.Index].Name
		if n, ok := e.(*syntax.Name); ok {
			what, name = c.lookup(n.Name).readOnly, n.Name
		}
		c.errorf(x.span, NotAssignable, "%q cannot be assigned: it is a %s", name, what)
		return bad(x.span)
	case *Call:
		if x.Member.HasSetter {
			return x
		}
		if x.Member.Kind == library.Property || x.Member.Kind == library.Indexer || x.Member.Kind == library.FieldMember {
			c.errorf(x.span, NotAssignable, "%s is read-only", memberName(x))
			return bad(x.span)
		}
	}
	if !isBad(x) {
		c.errorf(span(e), NotAssignable, "the left side of an assignment must be a variable, a property or an element")
	}
	return bad(span(e))
}

func memberName(x *Call) string {
	if x.Member.Kind == library.Indexer {
		return "the indexer of " + quoted(x.Site.Type)
	}
	return "\"" + x.Member.Name + "\" of " + quoted(x.Site.Type)
}

// readable refuses a compound assignment to what can only be set.
func (c *checker) readable(target Expr, s syntax.Span) bool {
	if call, ok := target.(*Call); ok && call.Member.Call == nil {
		c.errorf(s, NotAssignable, "%s can only be set", memberName(call))
		return false
	}
	return true
}
