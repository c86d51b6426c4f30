package check

import (
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// delegateOf is what a delegate type is called with.
func delegateOf(t *types.Type) *types.Signature {
	return t.Def.Invoke.Substitute(t.Def.Params, t.Args)
}

func inputsOf(s *types.Signature) []*types.Type {
	out := make([]*types.Type, len(s.Params))
	for i, p := range s.Params {
		out[i] = p.Type
	}
	return out
}

// try runs f and takes back whatever messages it made; it reports whether there were none.
func (c *checker) try(f func()) bool {
	n := len(c.list)
	f()
	ok := !c.list[n:].HasErrors()
	c.list = c.list[:n]
	return ok
}

// lambdaFunc resolves the body of a lambda for parameters of these types; nil when the
// numbers differ. result is nil when it is to be found out.
func (c *checker) lambdaFunc(l *lambdaExpr, inputs []*types.Type, result *types.Type) *Func {
	if len(l.syntax.Params) != len(inputs) {
		return nil
	}
	if c.fuel--; c.fuel < 0 {
		if c.fuel == -1 {
			c.errorf(l.span, TooComplex, "lambdas nest too deep")
		}
		return nil
	}
	f := &Func{Name: "lambda", Outer: c.fn, slots: map[*Var]int{}}
	leave := c.enter(f)
	defer leave()
	for i, p := range l.syntax.Params {
		t := inputs[i]
		if l.ranges != nil {
			f.Params = append(f.Params, c.rangeParameter(l.ranges[i], t))
			continue
		}
		if p.Type != nil {
			if written := c.typ(p.Type); written != nil && !types.Identical(written, t) {
				c.errorf(p.Span, NoConversion, "the parameter is %s, where %s is wanted", quoted(written), quoted(t))
			}
		}
		v := c.parameter(p.Name, t)
		f.Params = append(f.Params, v)
	}
	if l.syntax.Block != nil {
		c.lambdaBlock(f, l.syntax.Block, result)
	} else {
		c.lambdaExpr(f, l.syntax.Expr, result)
	}
	return f
}

// parameter declares a parameter; several may be called "_".
func (c *checker) parameter(name syntax.Ident, t *types.Type) *Var {
	var v *Var
	if name.Name == "_" && c.lookup("_") != nil {
		v = c.temp(t)
	} else {
		v = c.declare(name.Name, t, name.Span)
	}
	v.assigned = true
	return v
}

// enter begins a function of its own; the result ends it.
func (c *checker) enter(f *Func) func() {
	fn, sc, returns, catches, receivers := c.fn, c.scope, c.returns, c.catches, c.receivers
	loops, breakable, inFinally := c.loops, c.breakable, c.inFinally
	c.fn, c.catches = f, nil
	c.loops, c.breakable, c.inFinally = 0, 0, false
	c.returns = new([]*Return)
	c.scope = &scope{outer: sc, fn: f, vars: new([]*Var)}
	return func() {
		c.scope.close()
		c.fn, c.scope, c.returns, c.catches, c.receivers = fn, sc, returns, catches, receivers
		c.loops, c.breakable, c.inFinally = loops, breakable, inFinally
	}
}

func (c *checker) lambdaExpr(f *Func, e syntax.Expr, result *types.Type) {
	switch {
	case result == nil:
		f.Expr = c.typed(e)
		f.Result = f.Expr.Type()
	case result.Kind == types.Void:
		f.Result = result
		if t, ok := e.(*syntax.Throw); ok {
			f.Expr = c.convert(c.throwExpr(t.X, t.Span), types.ObjectType)
			return
		}
		f.Expr = c.typed(e)
		if !syntax.IsStatement(e) && !isBad(f.Expr) {
			c.errorf(f.Expr.Span(), BadReturn, "nothing is returned here, so this must be a call, an assignment, ++, -- or new")
		}
	default:
		f.Result = result
		f.Expr = c.exprAs(e, result)
	}
}

func (c *checker) lambdaBlock(f *Func, b *syntax.Block, result *types.Type) {
	f.Block = c.block(b)
	c.settleReturns(f, result)
}

// lambdaResult is the type that a lambda returns for such parameters; nil when its body
// has mistakes.
func (c *checker) lambdaResult(l *lambdaExpr, inputs []*types.Type) *types.Type {
	var f *Func
	if !c.try(func() { f = c.lambdaFunc(l, inputs, nil) }) || f == nil || f.Result == nil {
		return nil
	}
	if f.Result.IsInvalid() {
		return nil
	}
	return f.Result
}

// lambdaFits reports whether a lambda becomes a delegate type.
func (c *checker) lambdaFits(l *lambdaExpr, t *types.Type) bool {
	if t.Kind != types.Delegate {
		return false
	}
	sig := delegateOf(t)
	if len(sig.Params) != len(l.syntax.Params) {
		return false
	}
	return c.try(func() { c.lambdaFunc(l, inputsOf(sig), sig.Result) })
}

func (c *checker) lambdaTo(l *lambdaExpr, t *types.Type) Expr {
	if t.Kind != types.Delegate {
		c.errorf(l.span, NoConversion, "a lambda does not become %s, which is no delegate type", quoted(t))
		return bad(l.span)
	}
	sig := delegateOf(t)
	n := len(c.list)
	f := c.lambdaFunc(l, inputsOf(sig), sig.Result)
	if f == nil {
		if len(c.list) == n {
			c.errorf(l.span, WrongArguments, "%s takes %d arguments, the lambda has %d", quoted(t), len(sig.Params), len(l.syntax.Params))
		}
		return bad(l.span)
	}
	if c.list[n:].HasErrors() {
		return bad(l.span)
	}
	return &Lambda{node{t, l.span}, f}
}

// groupFunc makes a function of a method that is used as a value.
func (c *checker) groupFunc(g *methodGroup, inputs []*types.Type, result *types.Type) *Func {
	f := &Func{Name: g.name, Outer: c.fn, slots: map[*Var]int{}}
	leave := c.enter(f)
	defer leave()
	var args []*arg
	for _, t := range inputs {
		v := c.temp(t)
		v.assigned = true
		f.Params = append(f.Params, v)
		args = append(args, &arg{expr: c.local(v, g.span), span: g.span})
	}
	f.Expr = c.callGroup(g, args, g.span)
	f.Result = f.Expr.Type()
	if result != nil && result.Kind != types.Void {
		f.Expr = c.convert(f.Expr, result)
		f.Result = result
	}
	return f
}

func (c *checker) groupResult(g *methodGroup, inputs []*types.Type) *types.Type {
	var f *Func
	if !c.try(func() { f = c.groupFunc(g, inputs, nil) }) || f.Result.IsInvalid() {
		return nil
	}
	return f.Result
}

func (c *checker) groupFits(g *methodGroup, t *types.Type) bool {
	sig := delegateOf(t)
	return c.try(func() { c.groupFunc(g, inputsOf(sig), sig.Result) })
}

func (c *checker) groupTo(g *methodGroup, t *types.Type) Expr {
	if t.Kind != types.Delegate {
		c.errorf(g.span, NotAValue, "%q is a method: call it with ()", g.name)
		return bad(g.span)
	}
	sig := delegateOf(t)
	f := c.groupFunc(g, inputsOf(sig), sig.Result)
	if isBad(f.Expr) {
		return bad(g.span)
	}
	return &Lambda{node{t, g.span}, f}
}
