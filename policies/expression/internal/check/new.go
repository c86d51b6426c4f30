package check

import (
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func (c *checker) newObject(e *syntax.New) Expr {
	t := c.typ(e.Type)
	if t == nil || t.IsInvalid() {
		for _, a := range e.Args {
			if a.Value != nil {
				c.bind(a.Value)
			}
		}
		return bad(e.Span)
	}
	x := c.construct(t, e)
	if isBad(x) || e.Init == nil {
		return x
	}
	return c.initialise(x, e.Init)
}

func (c *checker) construct(t *types.Type, e *syntax.New) Expr {
	args := c.args(e.Args)
	if t.Kind == types.Nullable {
		return c.newNullable(t, args, e)
	}
	if t.Kind == types.Delegate && len(args) == 1 && args[0].expr != nil {
		return c.convert(args[0].expr, t)
	}
	if t.Def == nil || t.Kind == types.Interface || t.Def.Static || t.Def.Abstract {
		c.errorf(e.Span, WrongArguments, "no object of type %s can be made: it is abstract or an interface", quoted(t))
		return bad(e.Span)
	}
	var all []*candidate
	if class := c.lib.ClassOf(t.Def); class != nil {
		for _, m := range class.Named(".ctor") {
			all = append(all, c.candidateOf(found{m, t}))
		}
	}
	if t.IsValue() && len(args) == 0 {
		return zero(t, e.Span)
	}
	if len(all) == 0 {
		c.errorf(e.Span, WrongArguments, "%s has no constructor", quoted(t))
		return bad(e.Span)
	}
	x := c.resolve(all, nil, args, e.Span, span(e.Type), "the constructor of "+quoted(t))
	if call, ok := x.(*Call); ok {
		call.typ = t
	}
	return x
}

func (c *checker) newNullable(t *types.Type, args []*arg, e *syntax.New) Expr {
	switch {
	case len(args) == 0:
		return constant(t, nil, e.Span)
	case len(args) == 1 && args[0].expr != nil:
		return c.convert(c.convert(args[0].expr, t.Elem), t)
	}
	c.errorf(e.Span, WrongArguments, "the constructor of %s takes one value", quoted(t))
	return bad(e.Span)
}

// initialise runs the initialiser of a new object.
func (c *checker) initialise(x Expr, init syntax.Expr) Expr {
	temp := c.temp(x.Type())
	out := &Build{node: node{x.Type(), x.Span()}, X: x, Temp: temp}
	c.initSteps(out, func(s syntax.Span) Expr { return c.local(temp, s) }, init)
	if anyBad(out.Steps) {
		return bad(x.Span())
	}
	return out
}

// initSteps adds the steps of an initialiser for the object that target yields.
func (c *checker) initSteps(out *Build, target func(syntax.Span) Expr, init syntax.Expr) {
	switch init := init.(type) {
	case *syntax.CollectionInit:
		for _, e := range init.Elems {
			out.Steps = append(out.Steps, c.addElement(target(e.Span), e))
		}
	case *syntax.ObjectInit:
		for _, m := range init.Members {
			c.initMember(out, target, m)
		}
	}
}

func (c *checker) addElement(target Expr, e *syntax.ElemInit) Expr {
	g := &methodGroup{node: node{types.InvalidType, e.Span}, recv: target, of: target.Type(), name: "Add", nameAt: e.Span}
	if len(c.members(target.Type(), "Add")) == 0 {
		c.errorf(e.Span, UnknownMember, "%s has no method \"Add\", which a collection initialiser needs", quoted(target.Type()))
		return bad(e.Span)
	}
	var args []*arg
	for _, v := range e.Values {
		args = append(args, &arg{expr: c.expr(v), span: span(v)})
	}
	if anyBadArg(args) {
		return bad(e.Span)
	}
	return c.callGroup(g, args, e.Span)
}

func (c *checker) initMember(out *Build, target func(syntax.Span) Expr, m *syntax.MemberInit) {
	place := func(s syntax.Span) Expr { return c.initTarget(target(s), m) }
	switch m.Value.(type) {
	case *syntax.ObjectInit, *syntax.CollectionInit:
		c.initSteps(out, place, m.Value)
		return
	}
	to := place(m.Span)
	if call, ok := to.(*Call); ok && !call.Member.HasSetter {
		c.errorf(m.Span, NotAssignable, "%s is read-only", memberName(call))
		to = bad(m.Span)
	}
	if isBad(to) {
		c.expr(m.Value)
		out.Steps = append(out.Steps, to)
		return
	}
	value := c.exprAs(m.Value, to.Type())
	if isBad(value) {
		out.Steps = append(out.Steps, value)
		return
	}
	out.Steps = append(out.Steps, &Assign{node{to.Type(), m.Span}, to, value})
}

func (c *checker) initTarget(x Expr, m *syntax.MemberInit) Expr {
	bound := &boundExpr{Span: m.Span, x: x}
	if len(m.Args) > 0 {
		return c.index(&syntax.Index{Span: m.Span, X: bound, Args: m.Args})
	}
	for _, f := range c.members(x.Type(), m.Name.Name) {
		if !f.member.Static && (f.member.Kind == library.Property || f.member.Kind == library.FieldMember) {
			return c.readMember(f, x, m.Span, m.Name.Span)
		}
	}
	return c.unknownMember(m.Name.Span, x.Type(), m.Name.Name, c.memberNames(x.Type(), false))
}
