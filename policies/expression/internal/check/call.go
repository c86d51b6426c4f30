package check

import (
	"fmt"

	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// An arg is one argument of a call, resolved as far as it can be without a parameter.
type arg struct {
	name string
	span syntax.Span
	// expr may be a lambdaExpr, a methodGroup or a defaultExpr.
	expr Expr
	// out arguments: a variable that exists, or one to declare. ref arguments are out
	// arguments that have a value before.
	out, ref bool
	decl     *syntax.OutDecl
}

func (c *checker) args(list []*syntax.Arg) []*arg {
	out := make([]*arg, len(list))
	for i, a := range list {
		r := &arg{span: a.Span}
		if a.Name != nil {
			r.name = a.Name.Name
		}
		switch {
		case a.Mode == syntax.ByOut && a.Decl != nil:
			r.out, r.decl = true, a.Decl
		case a.Mode == syntax.ByOut:
			r.out, r.expr = true, c.target(a.Value)
		case a.Mode == syntax.ByRef:
			r.out, r.ref, r.expr = true, true, c.target(a.Value)
		default: // an in argument is passed as a value
			r.expr = c.bind(a.Value)
			if _, ok := r.expr.(*methodGroup); !ok {
				r.expr = c.expr1(r.expr)
			}
		}
		out[i] = r
	}
	return out
}

func anyBadArg(all []*arg) bool {
	for _, a := range all {
		if a.expr == nil {
			continue
		}
		if _, group := a.expr.(*methodGroup); !group && isBad(a.expr) && !hasNoType(a.expr) {
			return true
		}
	}
	return false
}

func (c *checker) call(e *syntax.Call) Expr {
	var fun Expr
	if m, ok := e.Fun.(*syntax.Member); ok {
		fun = c.memberOf(m, true)
	} else {
		fun = c.bind(e.Fun)
	}
	if g, ok := fun.(*methodGroup); ok {
		args := c.args(e.Args)
		if anyBadArg(args) {
			return bad(e.Span)
		}
		return c.callGroup(g, args, e.Span)
	}
	fun = c.expr1(fun)
	args := c.args(e.Args)
	if isBad(fun) || anyBadArg(args) {
		return bad(e.Span)
	}
	if fun.Type().Kind != types.Delegate {
		c.errorf(span(e.Fun), NotAValue, "%s cannot be called like a method", describe(fun))
		return bad(e.Span)
	}
	return c.invoke(fun, args, e.Span)
}

// callGroup calls one of the methods of a name.
func (c *checker) callGroup(g *methodGroup, args []*arg, s syntax.Span) Expr {
	if g.local != nil {
		return c.callLocal(g.local, g.args, args, s)
	}
	static := g.recv == nil
	var all []*candidate
	for _, f := range c.members(g.of, g.name) {
		if f.member.Kind == library.Method && f.member.Static == static {
			all = append(all, c.candidateOf(f))
		}
	}
	if static {
		for _, m := range c.lib.Extensions(g.name) {
			if m.Class.Def == g.of.Def {
				all = append(all, c.candidateOf(found{m, g.of}))
			}
		}
		return c.resolveNamed(all, g, nil, args, s)
	}
	if len(all) > 0 {
		n := len(c.list)
		if e := c.resolveNamed(all, g, g.recv, args, s); !isBad(e) || len(c.lib.Extensions(g.name)) == 0 {
			return e
		}
		told := c.list[n:]
		c.list = c.list[:n]
		if e := c.callExtension(g, args, s); e != nil && !isBad(e) {
			return e
		}
		c.list = append(c.list[:n], told...)
		return bad(s)
	}
	if e := c.callExtension(g, args, s); e != nil {
		return e
	}
	if g.nothing {
		return c.unknownMember(g.nameAt, g.of, g.name, c.memberNames(g.of, false))
	}
	c.errorf(g.nameAt, UnknownMember, "%q is a static method: write %s.%s", g.name, g.of, g.name)
	return bad(s)
}

// callExtension calls an extension method; nil when none of the name takes the receiver.
func (c *checker) callExtension(g *methodGroup, args []*arg, s syntax.Span) Expr {
	var all []*candidate
	for _, m := range c.lib.Extensions(g.name) {
		all = append(all, c.candidateOf(found{m, m.Class.Def.Type()}))
	}
	recv := &arg{expr: g.recv, span: g.recv.Span()}
	all = c.taking(all, recv)
	if len(all) == 0 {
		return nil
	}
	return c.resolveNamed(all, g, nil, append([]*arg{recv}, args...), s)
}

// taking keeps the extension methods whose first parameter takes the receiver.
func (c *checker) taking(all []*candidate, recv *arg) []*candidate {
	var out []*candidate
	for _, f := range all {
		p := f.sig.Params[0].Type
		t := recv.expr.Type()
		if len(f.member.Signature.TypeParams) > 0 {
			in := types.NewInference(f.member.Signature.TypeParams)
			in.Argument(p, t)
			in.Fix()
			p = types.Substitute(p, f.member.Signature.TypeParams, in.Args())
		}
		if types.Implicit(t, p) != types.None {
			out = append(out, f)
		}
	}
	return out
}

func (c *checker) resolveNamed(all []*candidate, g *methodGroup, recv Expr, args []*arg, s syntax.Span) Expr {
	if len(g.args) > 0 {
		var fit []*candidate
		for _, f := range all {
			if len(f.member.Signature.TypeParams) == len(g.args) {
				fit = append(fit, f.with(g.args))
			}
		}
		if len(fit) == 0 {
			c.errorf(g.nameAt, WrongArguments, "%q does not take %d type arguments", g.name, len(g.args))
			return bad(s)
		}
		all = fit
	}
	return c.resolve(all, recv, args, s, g.nameAt, fmt.Sprintf("%q of %s", g.name, quoted(g.of)))
}

// resolve chooses among candidates and makes the call. at is where messages about the
// choice point, what what they call it.
func (c *checker) resolve(all []*candidate, recv Expr, args []*arg, s, at syntax.Span, what string) Expr {
	if anyBadArg(args) {
		return bad(s)
	}
	var fit []*candidate
	var why *misfit
	for _, f := range all {
		m := c.applicable(f, args)
		if m == nil {
			fit = append(fit, f)
		} else if why == nil || m.rank > why.rank {
			why = m
		}
	}
	if len(fit) == 0 {
		c.noOverload(all, args, why, at, what)
		return bad(s)
	}
	best := c.best(fit, args)
	if best == nil {
		c.errorf(at, AmbiguousCall, "the call of %s is ambiguous: %s and %s fit equally well", what, fit[0].member.Declared, fit[1].member.Declared)
		return bad(s)
	}
	if recv == nil || recv.Type().Kind != types.Anonymous { // whose class has members of its own
		c.allowMember(at, best.member)
	}
	if best.member.Name == "As" && best.of != nil && best.of.Def.Name == "IMessageBody" && !isBodyType(best.typeArgs[0]) {
		c.errorf(at, WrongArguments, "a body is not read as %s, but as %s", quoted(best.typeArgs[0]), library.BodyTypes)
		return bad(s)
	}
	return c.finish(best, recv, args, s)
}

// isBodyType reports whether a body can be read as a type.
func isBodyType(t *types.Type) bool {
	if t.Kind == types.String || types.Identical(t, types.ByteArray) || t.IsInvalid() {
		return true
	}
	return t.Def != nil && library.IsBodyClass(t.Def.Name)
}

func (c *checker) noOverload(all []*candidate, args []*arg, why *misfit, at syntax.Span, what string) {
	if why != nil {
		why.at(at)
	}
	switch {
	case why == nil:
		c.errorf(at, WrongArguments, "%s takes no arguments like these", what)
	case len(all) == 1 || why.rank >= rankInfer:
		if why.report(c, what) {
			return
		}
	default:
		c.errorf(at, WrongArguments, "no overload of %s takes %s", what, countArgs(args))
	}
	if len(all) > 1 {
		help := ""
		for i, f := range all {
			if i > 0 {
				help += "; "
			}
			if i == 6 {
				help += "…"
				break
			}
			help += f.member.Declared
		}
		c.help("overloads: %s", help)
	} else if len(all) == 1 {
		c.help("declared as: %s", all[0].member.Declared)
	}
}

func countArgs(args []*arg) string {
	if len(args) == 1 {
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", len(args))
}

// finish makes the call of a chosen candidate.
func (c *checker) finish(f *candidate, recv Expr, args []*arg, s syntax.Span) Expr {
	site := &library.Site{TypeArgs: f.typeArgs, Type: f.of, Result: f.sig.Result}
	out := &Call{
		node: node{f.sig.Result, s}, Member: f.member, Site: site, Recv: recv,
		NoNullCheck: f.of != nil && f.of.Def == types.NullableStruct,
	}
	out.Args = make([]Expr, len(f.sig.Params))
	for i, p := range f.sig.Params {
		out.Args[i] = c.argument(f, i, p, args, s)
		if isBad(out.Args[i]) {
			return bad(s)
		}
	}
	if f.sig.Result.Kind == types.Object && f.of != nil && f.of.Kind == types.Nullable {
		out.typ = f.of
	}
	return out
}

// argument is what a parameter is called with.
func (c *checker) argument(f *candidate, i int, p types.Param, args []*arg, s syntax.Span) Expr {
	if f.expanded && i == len(f.sig.Params)-1 {
		rest := &NewArray{node: node{p.Type, s}}
		for _, a := range args[min(i, len(args)):] {
			rest.Elems = append(rest.Elems, c.convert(a.expr, p.Type.Elem))
		}
		if anyBad(rest.Elems) {
			return bad(s)
		}
		return rest
	}
	at := f.mapping[i]
	if at < 0 {
		return c.defaultOf(p, s)
	}
	a := args[at]
	if p.Out {
		return c.outArgument(a, p.Type)
	}
	return c.convert(a.expr, p.Type)
}

func (c *checker) defaultOf(p types.Param, s syntax.Span) Expr {
	if p.Default == nil {
		return zero(p.Type, s)
	}
	return c.convert(constant(literalType(p.Default, p.Type), p.Default, s), p.Type)
}

func literalType(v any, t *types.Type) *types.Type {
	if r := library.RuntimeType(v); r != nil {
		return r
	}
	return t
}

func (c *checker) outArgument(a *arg, t *types.Type) Expr {
	out := &Out{node: node{t, a.span}, Ref: a.ref}
	if a.decl != nil {
		if a.decl.Name.Name != "_" {
			out.Var = c.declare(a.decl.Name.Name, t, a.decl.Name.Span)
		}
		return out
	}
	switch x := a.expr.(type) {
	case *Local:
		out.Var = x.Var
	case *Element:
		out.Target = x
	default:
		c.errorf(a.span, NotAssignable, "an out or ref argument must be a variable or an element of an array")
		return bad(a.span)
	}
	return out
}

// callLocal calls a local function.
func (c *checker) callLocal(f *LocalFunc, typeArgs []*types.Type, args []*arg, s syntax.Span) Expr {
	all := &candidate{member: f.member(), sig: f.sig}
	switch len(typeArgs) {
	case 0:
	case len(f.generics):
		all = all.with(typeArgs)
	default:
		c.errorf(s, WrongArguments, "%q does not take %d type arguments", f.Var.Name, len(typeArgs))
		return bad(s)
	}
	if why := c.applicable(all, args); why != nil {
		why.at(s).report(c, fmt.Sprintf("%q", f.Var.Name))
		return bad(s)
	}
	out := &CallLocal{node: node{all.sig.Result, s}, Func: f}
	for i, p := range all.sig.Params {
		x := c.argument(all, i, p, args, s)
		if isBad(x) {
			return x
		}
		if _, isOut := x.(*Out); !isOut && f.Func.Params[i].Type.Kind == types.Parameter {
			x = &Convert{node: node{f.Func.Params[i].Type, x.Span()}, X: x, How: types.Upcast}
		}
		out.Args = append(out.Args, x)
	}
	c.use(f.Var)
	if f.Func.Result.Kind == types.Parameter {
		out.typ = f.Func.Result
		return &Convert{node: node{all.sig.Result, s}, X: out, How: types.Downcast}
	}
	return out
}

// member is a stand-in for the library's, for messages and the choice of an overload.
func (f *LocalFunc) member() *library.Member {
	return &library.Member{Name: f.Var.Name, Declared: f.Var.Name, Signature: f.sig, Static: true}
}

// invoke calls a delegate.
func (c *checker) invoke(fun Expr, args []*arg, s syntax.Span) Expr {
	sig := delegateOf(fun.Type())
	f := &candidate{member: &library.Member{Name: "Invoke", Declared: fun.Type().String(), Signature: sig}, sig: sig}
	if c.opts.Strict {
		c.errorf(fun.Span(), TypeDenied, "usage of type '%s' is not supported within expressions", fun.Type().Def.FullName())
		c.help("use a local function instead of a delegate")
	}
	if why := c.applicable(f, args); why != nil {
		why.at(s).report(c, "the delegate")
		return bad(s)
	}
	out := &Invoke{node: node{sig.Result, s}, Fun: fun}
	for i, p := range sig.Params {
		x := c.argument(f, i, p, args, s)
		if isBad(x) {
			return x
		}
		out.Args = append(out.Args, x)
	}
	return out
}
