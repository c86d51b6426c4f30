package check

import (
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// body resolves the block of an expression @{ … }.
func (c *checker) body(f *Func, b *syntax.Block) {
	c.returns = new([]*Return)
	f.Block = c.block(b)
	c.settleReturns(f, nil)
}

// settleReturns finds the type of what a function returns, unless it is given, and
// converts all returned values to it.
func (c *checker) settleReturns(f *Func, result *types.Type) {
	var values []Expr
	for _, r := range *c.returns {
		if r.X != nil {
			values = append(values, r.X)
		}
	}
	if result == nil {
		for _, v := range values {
			if hasNoType(v) {
				c.errorf(v.Span(), NoType, "the returned expression has no type here")
			}
		}
		result = c.returnType(values)
	}
	f.Result = result
	for _, r := range *c.returns {
		switch {
		case result.Kind == types.Void && r.X != nil:
			c.errorf(r.span, BadReturn, "nothing is returned here, so return takes no value")
		case result.Kind != types.Void && r.X == nil:
			c.errorf(r.span, BadReturn, "a value of type %s must be returned", quoted(result))
		case r.X != nil && !isBad(r.X) || r.X != nil && hasNoType(r.X):
			r.X = c.convert(r.X, result)
		}
	}
}

// returnType is the best common type of what is returned; object when there is none.
func (c *checker) returnType(values []Expr) *types.Type {
	if len(values) == 0 {
		return types.VoidType
	}
	if anyBad(values) {
		return types.InvalidType
	}
	if t := c.bestCommon(values); t != nil {
		return t
	}
	for _, v := range values {
		if v.Type().IsValue() && v.Type().Kind != types.Nullable && c.anyNull(values) && c.allConvert(values, types.NullableOf(v.Type())) {
			return types.NullableOf(v.Type())
		}
	}
	return types.ObjectType
}

func (c *checker) anyNull(values []Expr) bool {
	for _, v := range values {
		if isNull(v) {
			return true
		}
	}
	return false
}

func (c *checker) allConvert(values []Expr, t *types.Type) bool {
	for _, v := range values {
		if !c.convertible(v, t) {
			return false
		}
	}
	return true
}

func (c *checker) block(b *syntax.Block) *Block {
	out := &Block{span: b.Span}
	defer c.push(&out.Vars)()
	c.statements(out, b.Stmts)
	return out
}

func (c *checker) statements(out *Block, list []syntax.Stmt) {
	for _, s := range list {
		if f, ok := s.(*syntax.LocalFunc); ok {
			out.Funcs = append(out.Funcs, c.declareFunc(f))
		}
	}
	for _, s := range list {
		if st := c.stmt(s); st != nil {
			out.Stmts = append(out.Stmts, st)
		}
	}
	for _, f := range out.Funcs {
		c.bindLocal(f)
	}
}

// embedded resolves a statement that is the body of another one.
func (c *checker) embedded(s syntax.Stmt) Stmt {
	if b, ok := s.(*syntax.Block); ok {
		return c.block(b)
	}
	out := &Block{span: span(s)}
	defer c.push(&out.Vars)()
	switch s.(type) {
	case *syntax.LocalDecl, *syntax.LocalFunc:
		c.errorf(span(s), BadJump, "a declaration needs braces around it here")
	}
	if st := c.stmt(s); st != nil {
		out.Stmts = append(out.Stmts, st)
	}
	return out
}

func (c *checker) stmt(s syntax.Stmt) Stmt {
	switch s := s.(type) {
	case *syntax.Block:
		return c.block(s)
	case *syntax.LocalDecl:
		return c.localDecl(s)
	case *syntax.ExprStmt:
		x := c.expr(s.X)
		if _, ok := x.(*Throw); !ok && hasNoType(x) {
			c.errorf(x.Span(), NoType, "the expression has no type here")
		}
		return &ExprStmt{x}
	case *syntax.If:
		return &If{c.exprAs(s.Cond, types.BoolType), c.embedded(s.Then), c.optional(s.Else)}
	case *syntax.For:
		return c.forLoop(s)
	case *syntax.ForEach:
		return c.forEach(s)
	case *syntax.While:
		out := &Loop{span: s.Span, Cond: c.exprAs(s.Cond, types.BoolType)}
		out.Body = c.loopBody(s.Body)
		return out
	case *syntax.Do:
		out := &Loop{span: s.Span, PostCond: true, Body: c.loopBody(s.Body)}
		out.Cond = c.exprAs(s.Cond, types.BoolType)
		return out
	case *syntax.Switch:
		return c.switchStmt(s)
	case *syntax.Break:
		if c.breakable == 0 {
			c.badJump(s.Span, "there is no loop or switch to break out of")
		}
		return &Break{}
	case *syntax.Continue:
		if c.loops == 0 {
			c.badJump(s.Span, "there is no loop to continue")
		}
		return &Continue{}
	case *syntax.Return:
		return c.returnStmt(s)
	case *syntax.ThrowStmt:
		return c.throwStmt(s)
	case *syntax.Try:
		return c.tryStmt(s)
	case *syntax.Using:
		return c.using(s)
	case *syntax.CheckedStmt:
		checked, unchecked := c.checked, c.unchecked
		c.checked, c.unchecked = !s.Unchecked, s.Unchecked
		defer func() { c.checked, c.unchecked = checked, unchecked }()
		return c.block(s.Block)
	}
	return nil
}

func (c *checker) badJump(s syntax.Span, message string) {
	if c.inFinally {
		message = "a finally block is left at its end only"
	}
	c.errorf(s, BadJump, "%s", message)
}

func (c *checker) optional(s syntax.Stmt) Stmt {
	if s == nil {
		return nil
	}
	return c.embedded(s)
}

func (c *checker) loopBody(s syntax.Stmt) Stmt {
	c.loops++
	c.breakable++
	defer func() { c.loops--; c.breakable-- }()
	return c.embedded(s)
}

func (c *checker) localDecl(s *syntax.LocalDecl) Stmt {
	t := c.typ(s.Type)
	if t == nil && len(s.Vars) > 1 {
		c.errorf(span(s.Type), NoType, "var declares one variable: write the type, or a declaration for each")
	}
	var out []Stmt
	for _, d := range s.Vars {
		out = append(out, c.declarator(s, t, d))
	}
	if len(out) == 1 {
		return out[0]
	}
	return &Block{Stmts: out, span: s.Span}
}

func (c *checker) declarator(s *syntax.LocalDecl, t *types.Type, d *syntax.Declarator) Stmt {
	if d.Init == nil {
		if t == nil {
			c.errorf(d.Span, NoType, "a variable declared with var needs a value")
			t = types.InvalidType
		}
		return &Decl{Var: c.declare(d.Name.Name, t, d.Name.Span)}
	}
	var init Expr
	if t == nil {
		init = c.inferred(d.Init)
		t = init.Type()
	} else {
		init = c.exprAs(d.Init, t)
	}
	v := c.declare(d.Name.Name, t, d.Name.Span)
	if s.Const {
		v.readOnly = "constant"
		k := asConst(init)
		if k == nil && !isBad(init) {
			c.errorf(span(d.Init), NotConstant, "the value of a constant must be constant")
		}
		v.constant = k
	}
	return &Decl{Var: v, Init: init}
}

// inferred resolves the value of a variable declared with var.
func (c *checker) inferred(e syntax.Expr) Expr {
	if init, ok := e.(*syntax.ArrayInit); ok {
		c.errorf(init.Span, NoType, "an array initialiser has no type: write new[] { … }")
		return bad(init.Span)
	}
	x := c.typed(e)
	if isNull(x) || x.Type().Kind == types.Void {
		what := "null"
		if !isNull(x) {
			what = "a call that returns nothing"
		}
		c.errorf(x.Span(), NoType, "the type of a variable declared with var does not follow from %s", what)
		return bad(x.Span())
	}
	if isThrow(x) {
		return bad(x.Span())
	}
	return x
}

func (c *checker) forLoop(s *syntax.For) Stmt {
	out := &Loop{span: s.Span}
	defer c.push(&out.Vars)()
	if s.Decl != nil {
		out.Init = append(out.Init, c.localDecl(s.Decl))
	}
	for _, e := range s.Init {
		out.Init = append(out.Init, &ExprStmt{c.typed(e)})
	}
	if s.Cond != nil {
		out.Cond = c.exprAs(s.Cond, types.BoolType)
	}
	for _, e := range s.Post {
		out.Post = append(out.Post, c.typed(e))
	}
	out.Body = c.loopBody(s.Body)
	return out
}

func (c *checker) forEach(s *syntax.ForEach) Stmt {
	out := &ForEach{X: c.typed(s.X), span: s.Span}
	if k := asConst(out.X); k != nil && k.Value == nil {
		c.errorf(out.X.Span(), NoConversion, "foreach cannot go through null")
		out.X = bad(out.X.Span())
	}
	elem := c.elementType(out.X)
	if s.Target != nil {
		c.forEachTuple(out, elem, s)
		return out
	}
	var vars []*Var
	defer c.push(&vars)()
	t := c.typ(s.Type)
	if elem == nil {
		elem = types.InvalidType
	}
	if t == nil {
		t = elem
	}
	out.Item = c.temp(elem)
	out.Var = c.declare(s.Name.Name, t, s.Name.Span)
	out.Var.readOnly = "foreach variable"
	out.Value = c.local(out.Item, s.Name.Span)
	if !elem.IsInvalid() && !t.IsInvalid() {
		if v := c.tryConvert(out.Value, t, true); v != nil {
			out.Value = v
		} else {
			c.errorf(span(s.Type), NoConversion, "the elements are %s, which is not %s", quoted(elem), quoted(t))
		}
	}
	out.Body = c.loopBody(s.Body)
	return out
}

// elementType is what foreach finds in a value; nil with a message when it finds nothing.
func (c *checker) elementType(x Expr) *types.Type {
	t := x.Type()
	if t.IsInvalid() {
		return nil
	}
	if t.Kind == types.Array {
		return t.Elem
	}
	if t.Kind == types.String {
		return types.CharType
	}
	for _, f := range c.members(t, "GetEnumerator") {
		result := types.Substitute(f.member.Signature.Result, params(f.of), f.of.Args)
		if e := types.Base(result, types.IEnumerator); e != nil {
			return e.Args[0]
		}
	}
	if e := types.Base(t, types.IEnumerable); e != nil {
		return e.Args[0]
	}
	if types.Base(t, types.IEnumerableUntyped) != nil {
		return types.ObjectType
	}
	c.errorf(x.Span(), NoConversion, "foreach cannot go through a value of type %s", quoted(t))
	if t.Kind == types.Object {
		c.help("the value has the type object here: cast it first")
	}
	return nil
}

func (c *checker) returnStmt(s *syntax.Return) Stmt {
	out := &Return{span: s.Span}
	if c.inFinally {
		c.badJump(s.Span, "")
	}
	if s.X != nil {
		out.X = c.expr(s.X)
		if out.X.Type().Kind == types.Void {
			c.errorf(out.X.Span(), NoConversion, "the call returns nothing")
			out.X = bad(s.Span)
		}
	}
	*c.returns = append(*c.returns, out)
	return out
}

func (c *checker) throwStmt(s *syntax.ThrowStmt) Stmt {
	if s.X != nil {
		return &ExprStmt{&Throw{node{types.VoidType, s.Span}, c.exprAs(s.X, types.ExceptionClass.Type())}}
	}
	if len(c.catches) == 0 {
		c.errorf(s.Span, BadJump, "throw without an exception is only possible in a catch")
		return nil
	}
	caught := c.catches[len(c.catches)-1]
	return &ExprStmt{&Throw{node{types.VoidType, s.Span}, c.local(caught, s.Span)}}
}

func (c *checker) tryStmt(s *syntax.Try) Stmt {
	out := &Try{Block: c.block(s.Block)}
	for i, h := range s.Catches {
		out.Catches = append(out.Catches, c.catch(out, h))
		c.reachableCatch(out.Catches, s.Catches[:i], h)
	}
	if s.Finally != nil {
		out.Finally = c.finally(s.Finally)
	}
	return out
}

// finally resolves a finally block, which is left at its end only.
func (c *checker) finally(b *syntax.Block) *Block {
	loops, breakable, inFinally := c.loops, c.breakable, c.inFinally
	c.loops, c.breakable, c.inFinally = 0, 0, true
	defer func() { c.loops, c.breakable, c.inFinally = loops, breakable, inFinally }()
	return c.block(b)
}

func (c *checker) catch(out *Try, s *syntax.Catch) *Catch {
	h := &Catch{Type: types.ExceptionClass.Type()}
	if out.Caught == nil {
		out.Caught = c.temp(types.ExceptionClass.Type())
		out.Caught.assigned = true
	}
	if s.Type != nil {
		h.Type = c.typ(s.Type)
		if !h.Type.IsInvalid() && !types.IsSubtype(h.Type, types.ExceptionClass.Type()) {
			c.errorf(span(s.Type), NoConversion, "%s is no exception", quoted(h.Type))
		}
	}
	var vars []*Var
	defer c.push(&vars)()
	if s.Name != nil {
		h.Var = c.declare(s.Name.Name, h.Type, s.Name.Span)
		h.Var.assigned = true
	}
	if s.When != nil {
		h.When = c.exprAs(s.When, types.BoolType)
	}
	c.catches = append(c.catches, out.Caught)
	h.Block = c.block(s.Block)
	c.catches = c.catches[:len(c.catches)-1]
	return h
}

// reachableCatch refuses a catch, the last of all, when an earlier one without a filter
// takes its exceptions.
func (c *checker) reachableCatch(all []*Catch, earlier []*syntax.Catch, s *syntax.Catch) {
	last := len(all) - 1
	for i, e := range earlier {
		switch {
		case e.When != nil || all[i].Type.IsInvalid() || all[last].Type.IsInvalid():
		case e.Type == nil:
			c.errorf(s.Span, AlreadyHandled, "nothing follows a catch without a type")
			return
		case s.Type != nil && types.IsSubtype(all[last].Type, all[i].Type):
			c.errorf(span(s.Type), AlreadyHandled, "an earlier catch takes all exceptions of this type, or of %s", quoted(all[i].Type))
			return
		}
	}
}

// using resolves a using statement: a declaration and a body, and behind them the disposing
// of what matters when it is disposed of, which few things here do.
func (c *checker) using(s *syntax.Using) Stmt {
	out := &Block{span: s.Span}
	defer c.push(&out.Vars)()
	var held []*Var
	if s.Decl != nil {
		out.Stmts = append(out.Stmts, c.localDecl(s.Decl))
		for _, v := range out.Vars {
			v.readOnly = "variable of a using statement"
			c.disposable(v.Type, v.span)
		}
		held = slices.Clone(out.Vars)
	} else {
		x := c.typed(s.X)
		c.disposable(x.Type(), x.Span())
		v := c.temp(x.Type())
		out.Stmts = append(out.Stmts, &Decl{Var: v, Init: x})
		held = []*Var{v}
	}
	out.Stmts = append(out.Stmts, c.disposing(held, c.embedded(s.Body), s.Span))
	return out
}

// disposing is a body after which variables are disposed of, the last one first.
func (c *checker) disposing(held []*Var, body Stmt, s syntax.Span) Stmt {
	finally := &Block{span: s}
	for _, v := range slices.Backward(held) {
		if v.Type.Def == nil {
			continue
		}
		class := c.lib.ClassOf(v.Type.Def)
		if class == nil || !class.Disposes {
			continue
		}
		finally.Stmts = append(finally.Stmts, &ExprStmt{&Call{
			node: node{types.VoidType, s}, Member: class.Named("Dispose")[0], Recv: c.local(v, s),
			Site: &library.Site{Type: v.Type, Result: types.VoidType},
		}})
	}
	if len(finally.Stmts) == 0 {
		return body
	}
	return &Try{Block: &Block{Stmts: []Stmt{body}, span: s}, Finally: finally}
}

func (c *checker) disposable(t *types.Type, s syntax.Span) {
	if t.IsInvalid() || t.Kind == types.Null || types.IsSubtype(t, types.IDisposable.Type()) {
		return
	}
	c.errorf(s, NoConversion, "%s cannot be used in a using statement: it is not disposable", quoted(t))
}

// declareFunc declares a local function, so that it can be called before it is written.
func (c *checker) declareFunc(s *syntax.LocalFunc) *LocalFunc {
	f := &LocalFunc{decl: s, span: s.Span, sig: new(types.Signature)}
	into := c.scope.into
	c.scope.into = nil // a function is made anew for the section of a switch that declares it
	f.Var = c.declare(s.Name.Name, types.ObjectType, s.Name.Span)
	c.scope.into = into
	f.Var.fn, f.Var.assigned = f, true
	f.Func = &Func{Name: s.Name.Name, Outer: c.fn, slots: map[*Var]int{}}
	defer c.typeParams(f)()
	for _, p := range s.Params {
		t := c.typ(p.Type)
		if t == nil {
			t = types.InvalidType
		}
		c.localParam(f, p, t)
	}
	f.Func.Result = c.typ(s.Result)
	if f.Func.Result == nil {
		f.Func.Result = types.InvalidType
	}
	f.sig.TypeParams, f.sig.Result = f.generics, f.Func.Result
	return f
}

// localParam adds a parameter to a local function.
func (c *checker) localParam(f *LocalFunc, p *syntax.Param, t *types.Type) {
	v := &Var{Name: p.Name.Name, Type: t, Owner: f.Func, span: p.Name.Span, assigned: p.Mode != syntax.ByOut}
	sig := types.Param{Name: p.Name.Name, Type: t, Variadic: p.Variadic, Optional: p.Default != nil}
	switch p.Mode {
	case syntax.ByOut:
		sig.Out, v.Out = true, true
		f.Func.outs = append(f.Func.outs, v)
	case syntax.ByRef:
		sig.Out, sig.Ref, v.Out = true, true, true
	case syntax.ByIn:
		v.readOnly = inParameter
	}
	if p.Variadic && t.Kind != types.Array && !t.IsInvalid() {
		c.errorf(span(p.Type), NoConversion, "params takes an array")
	}
	if p.Default != nil {
		x := c.exprAs(p.Default, t)
		k := asConst(x)
		switch {
		case k != nil:
			sig.Default = k.Value
		case !isBad(x):
			c.errorf(x.Span(), NotConstant, "the value of a parameter that may be left out must be constant")
		}
	}
	f.Func.Params = append(f.Func.Params, v)
	f.sig.Params = append(f.sig.Params, sig)
}

// typeParams brings the type parameters of a local function into scope.
func (c *checker) typeParams(f *LocalFunc) func() {
	saved := c.scope
	c.scope = &scope{outer: saved, fn: c.fn, vars: new([]*Var), names: map[string]*Var{}}
	for _, p := range f.decl.TypeParams {
		var t *types.Type
		for _, have := range f.generics {
			if have.Name == p.Name {
				t = have
			}
		}
		if t == nil {
			t = types.NewParameter(p.Name)
			f.generics = append(f.generics, t)
		}
		c.scope.names[p.Name] = &Var{Name: p.Name, Type: t, Owner: c.fn}
	}
	return func() { c.scope = saved }
}

// bindLocal resolves the body of a local function, when all variables of its block are
// known.
func (c *checker) bindLocal(f *LocalFunc) {
	leave := c.enter(f.Func)
	defer leave()
	pop := c.typeParams(f)
	defer pop()
	for _, p := range f.Func.Params {
		p.Slot = f.Func.Slots
		f.Func.Slots++
		if c.lookup(p.Name) != nil {
			c.errorf(p.span, DuplicateName, "a variable named %q is declared here already", p.Name)
		}
		c.scope.names[p.Name] = p
	}
	if f.decl.Expr != nil {
		if f.Func.Result.Kind == types.Void {
			f.Func.Expr = c.typed(f.decl.Expr)
		} else {
			f.Func.Expr = c.exprAs(f.decl.Expr, f.Func.Result)
		}
		return
	}
	f.Func.Block = c.block(f.decl.Block)
	c.settleReturns(f.Func, f.Func.Result)
}
