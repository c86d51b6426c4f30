package check

import (
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A candidate is a method that a call may mean.
type candidate struct {
	member *library.Member
	// of is the type that declares it, with its arguments.
	of *types.Type
	// sig has the type parameters of the class and, once known, of the method replaced.
	sig      *types.Signature
	typeArgs []*types.Type
	given    bool // type arguments were written
	// expanded: the rest of the arguments goes into the array of a "params" parameter.
	expanded bool
	// mapping tells for each parameter which argument it gets; -1 is its default.
	mapping  []int
	defaults int
}

func (c *checker) candidateOf(f found) *candidate {
	return &candidate{member: f.member, of: f.of, sig: f.member.Signature.Substitute(params(f.of), f.of.Args)}
}

func (f *candidate) with(args []*types.Type) *candidate {
	return &candidate{
		member: f.member, of: f.of, typeArgs: args, given: true,
		sig: f.sig.Substitute(f.member.Signature.TypeParams, args),
	}
}

// A misfit tells why a candidate does not take the arguments. The higher its rank, the
// nearer it was.
type misfit struct {
	rank  int
	span  syntax.Span
	param types.Param
	arg   *arg
	text  string
	// lambda has a mistake in its body when its parameters are inputs, or does not return a
	// result, which is nil when it is not known.
	lambda *lambdaExpr
	inputs []*types.Type
	result *types.Type
}

const (
	rankCount = iota
	rankName
	rankType
	rankInfer
	rankLambda
	rankBound
)

// at sets the place of a misfit that has none.
func (m *misfit) at(s syntax.Span) *misfit {
	if m.span == (syntax.Span{}) {
		m.span = s
	}
	return m
}

// report tells why; the result is whether that was a mistake inside of a lambda, of which
// the overloads that there are say nothing.
func (m *misfit) report(c *checker, what string) bool {
	if m.lambda != nil {
		n := len(c.list)
		if c.lambdaFunc(m.lambda, m.inputs, nil); c.list[n:].HasErrors() {
			return true
		}
		if m.result != nil {
			if c.lambdaFunc(m.lambda, m.inputs, m.result); c.list[n:].HasErrors() {
				return true
			}
		}
	}
	switch {
	case m.rank == rankCount:
		c.errorf(m.span, WrongArguments, "%s %s", what, m.text)
	case m.rank == rankBound:
		c.errorf(m.span, WrongArguments, "the type argument of %s is %s", what, m.text)
	case m.rank == rankName:
		c.errorf(m.span, WrongArguments, "%s has no parameter named %q", what, m.text)
	case m.rank == rankInfer || m.arg == nil:
		c.errorf(m.span, CannotInfer, "the type arguments of %s do not follow from its arguments: write them, as in %s<T>(…)", what, m.text)
	default:
		c.errorf(m.span, WrongArguments, "the argument for %q of %s is %s, where %s is wanted", m.param.Name, what, describeArg(m.arg), quoted(m.param.Type))
	}
	return false
}

func describeArg(a *arg) string {
	switch {
	case a.expr == nil:
		return "an out argument"
	case a.ref:
		return "ref " + a.expr.Type().String()
	case a.out:
		return "out " + a.expr.Type().String()
	}
	switch a.expr.(type) {
	case *lambdaExpr:
		return "a lambda"
	case *methodGroup:
		return "a method"
	}
	return describe(a.expr)
}

// applicable reports whether a candidate takes the arguments: nil, or why not. It settles
// mapping, type arguments and signature.
func (c *checker) applicable(f *candidate, args []*arg) *misfit {
	normal := c.fits(f, args, false)
	if normal == nil || !isVariadic(f.sig) {
		return normal
	}
	if expanded := c.fits(f, args, true); expanded == nil || expanded.rank > normal.rank {
		return expanded
	}
	return normal
}

func isVariadic(s *types.Signature) bool {
	return len(s.Params) > 0 && s.Params[len(s.Params)-1].Variadic
}

func (c *checker) fits(f *candidate, args []*arg, expanded bool) *misfit {
	f.expanded = expanded
	open := f.sig
	if why := f.arrange(args); why != nil {
		return why
	}
	if len(f.member.Signature.TypeParams) > 0 && !f.given {
		if why := c.infer(f, args); why != nil {
			f.sig = open
			return why
		}
	}
	for i := range f.sig.Params {
		if why := c.fitsParam(f, i, args); why != nil {
			f.sig = open
			return why
		}
	}
	if why := f.exceeds(args); why != nil {
		f.sig = open
		return why
	}
	return nil
}

// exceeds tells of a type argument that the method does not take. C# 7.3 leaves out such
// a method before it looks which one fits best.
func (f *candidate) exceeds(args []*arg) *misfit {
	for i, bound := range f.member.Signature.Bounds {
		if bound == nil || i >= len(f.typeArgs) {
			continue
		}
		switch types.Implicit(f.typeArgs[i], bound) {
		case types.Identity, types.Upcast:
		default:
			return &misfit{rank: rankBound, span: lastSpan(args), text: f.typeArgs[i].String() + ", where " + quoted(bound) + " is wanted"}
		}
	}
	return nil
}

// arrange maps arguments to parameters.
func (f *candidate) arrange(args []*arg) *misfit {
	n := len(f.sig.Params)
	fixed := n
	if f.expanded {
		fixed--
	}
	f.mapping, f.defaults = make([]int, n), 0
	for i := range f.mapping {
		f.mapping[i] = -1
	}
	for i, a := range args {
		at := i
		if a.name != "" {
			if at = f.parameter(a.name); at < 0 || f.mapping[at] >= 0 {
				return &misfit{rank: rankName, span: a.span, text: a.name}
			}
		}
		switch {
		case at < fixed:
			f.mapping[at] = i
		case !f.expanded:
			return &misfit{rank: rankCount, span: a.span, text: tooMany(n)}
		}
	}
	for i := range fixed {
		if f.mapping[i] >= 0 {
			continue
		}
		if !f.sig.Params[i].Optional {
			return &misfit{rank: rankCount, span: lastSpan(args), text: "needs an argument for \"" + f.sig.Params[i].Name + "\""}
		}
		f.defaults++
	}
	return nil
}

func tooMany(n int) string {
	switch n {
	case 0:
		return "takes no arguments"
	case 1:
		return "takes 1 argument"
	}
	return "takes " + itoa(n) + " arguments"
}

func itoa(n int) string {
	if n >= 10 {
		return itoa(n/10) + itoa(n%10)
	}
	return string(rune('0' + n))
}

func lastSpan(args []*arg) syntax.Span {
	if len(args) == 0 {
		return syntax.Span{}
	}
	return args[len(args)-1].span
}

func (f *candidate) parameter(name string) int {
	for i, p := range f.sig.Params {
		if p.Name == name {
			return i
		}
	}
	return -1
}

// each calls use for every argument with the type of what it is passed to.
func (f *candidate) each(args []*arg, use func(p types.Param, t *types.Type, a *arg) *misfit) *misfit {
	last := len(f.sig.Params) - 1
	for i, p := range f.sig.Params {
		if f.expanded && i == last {
			for _, a := range args[min(last, len(args)):] {
				if why := use(p, p.Type.Elem, a); why != nil {
					return why
				}
			}
			continue
		}
		if f.mapping[i] >= 0 {
			if why := use(p, p.Type, args[f.mapping[i]]); why != nil {
				return why
			}
		}
	}
	return nil
}

func (c *checker) fitsParam(f *candidate, i int, args []*arg) *misfit {
	one := &candidate{sig: f.sig, expanded: f.expanded, mapping: f.mapping}
	return one.each(args, func(p types.Param, t *types.Type, a *arg) *misfit {
		if p.Name != f.sig.Params[i].Name {
			return nil
		}
		if c.accepts(p, t, a) {
			return nil
		}
		p.Type = t
		why := &misfit{rank: rankType, span: a.span, param: p, arg: a}
		if l, ok := a.expr.(*lambdaExpr); ok && t.Kind == types.Delegate {
			sig := delegateOf(t)
			if why.inputs = inputsOf(sig); len(why.inputs) == len(l.syntax.Params) {
				why.rank, why.lambda, why.result = rankLambda, l, sig.Result
			}
		}
		return why
	})
}

func (c *checker) accepts(p types.Param, t *types.Type, a *arg) bool {
	if p.Out != a.out || p.Ref != a.ref {
		return false
	}
	if p.Out {
		return a.decl != nil && (a.decl.Type == nil || c.declares(a.decl.Type, t)) ||
			a.expr != nil && types.Identical(a.expr.Type(), t)
	}
	switch x := a.expr.(type) {
	case *lambdaExpr:
		return c.lambdaFits(x, t)
	case *methodGroup:
		return t.Kind == types.Delegate && c.groupFits(x, t)
	}
	return c.convertible(a.expr, t)
}

func (c *checker) declares(decl syntax.Type, t *types.Type) bool {
	declared := c.typ(decl)
	return declared == nil || types.Identical(declared, t)
}

// infer settles the type arguments of a generic method.
func (c *checker) infer(f *candidate, args []*arg) *misfit {
	params := f.member.Signature.TypeParams
	in := types.NewInference(params)
	in.Converts = c.declaresConversion
	f.each(args, func(p types.Param, t *types.Type, a *arg) *misfit {
		switch {
		case a.expr != nil && !hasNoType(a.expr) && !isGroup(a.expr):
			in.Argument(t, a.expr.Type())
		case a.decl != nil && a.decl.Type != nil:
			if declared := c.typ(a.decl.Type); declared != nil {
				in.Argument(t, declared)
			}
		}
		return nil
	})
	ok := in.Fix()
	why := &misfit{rank: rankInfer, span: lastSpan(args), text: f.member.Name}
	for range params {
		if in.Done() {
			break
		}
		f.each(args, func(p types.Param, t *types.Type, a *arg) *misfit {
			c.inferLambda(in, params, t, a, why)
			return nil
		})
		ok = in.Fix() && ok
	}
	if !ok || !in.Done() {
		return why
	}
	f.typeArgs = in.Args()
	f.sig = f.sig.Substitute(params, f.typeArgs)
	return nil
}

func isGroup(e Expr) bool {
	_, ok := e.(*methodGroup)
	return ok
}

// inferLambda learns from what a lambda returns, once the types of its parameters are
// known.
func (c *checker) inferLambda(in *types.Inference, params []*types.Type, t *types.Type, a *arg, why *misfit) {
	if t.Kind != types.Delegate || a.expr == nil {
		return
	}
	sig := delegateOf(t)
	if !types.Mentions(sig.Result, params) {
		return
	}
	inputs := make([]*types.Type, len(sig.Params))
	for i, p := range sig.Params {
		inputs[i] = types.Substitute(p.Type, params, in.Args())
		if types.Mentions(inputs[i], params) {
			return
		}
	}
	var result *types.Type
	switch x := a.expr.(type) {
	case *lambdaExpr:
		if result = c.lambdaResult(x, inputs); result == nil && len(inputs) == len(x.syntax.Params) && why.lambda == nil {
			why.rank, why.lambda, why.inputs = rankLambda, x, inputs
		}
	case *methodGroup:
		result = c.groupResult(x, inputs)
	}
	if result != nil {
		in.Argument(sig.Result, result)
	}
}

// best is the candidate that is better than all others; nil when there is none.
func (c *checker) best(fit []*candidate, args []*arg) *candidate {
	for _, f := range fit {
		wins := true
		for _, g := range fit {
			if f != g && !c.better(f, g, args) {
				wins = false
				break
			}
		}
		if wins {
			return f
		}
	}
	return nil
}

func (c *checker) better(f, g *candidate, args []*arg) bool {
	better, worse := false, false
	for i, a := range args {
		ft, gt := f.typeFor(i), g.typeFor(i)
		if ft == nil || gt == nil || types.Identical(ft, gt) {
			continue
		}
		switch {
		case c.betterTarget(a, ft, gt):
			better = true
		case c.betterTarget(a, gt, ft):
			worse = true
		}
	}
	if better != worse {
		return better
	}
	if better { // each is better somewhere
		return false
	}
	return f.beatsTied(g)
}

// beatsTied decides between candidates whose parameters are equally good.
func (f *candidate) beatsTied(g *candidate) bool {
	if a, b := len(f.member.Signature.TypeParams), len(g.member.Signature.TypeParams); (a == 0) != (b == 0) {
		return a == 0
	}
	if f.expanded != g.expanded {
		return !f.expanded
	}
	if (f.defaults == 0) != (g.defaults == 0) {
		return f.defaults == 0
	}
	if f.expanded && len(f.sig.Params) != len(g.sig.Params) {
		return len(f.sig.Params) > len(g.sig.Params)
	}
	a, b := f.genericity(), g.genericity()
	if a != b {
		return a < b
	}
	return f.of != nil && g.of != nil && !types.Identical(f.of, g.of) && types.IsSubtype(f.of, g.of)
}

// genericity counts how many parameters are bare type parameters: the fewer, the more
// specific.
func (f *candidate) genericity() int {
	n := 0
	for _, p := range f.member.Signature.Params {
		if p.Type.Kind == types.Parameter {
			n++
		}
	}
	return n
}

// typeFor is the type that argument i is passed to.
func (f *candidate) typeFor(i int) *types.Type {
	for at, m := range f.mapping {
		if m == i {
			return f.sig.Params[at].Type
		}
	}
	if f.expanded {
		return f.sig.Params[len(f.sig.Params)-1].Type.Elem
	}
	return nil
}

// betterTarget reports whether an argument converts better to a than to b.
func (c *checker) betterTarget(x *arg, a, b *types.Type) bool {
	if x.expr == nil {
		return false
	}
	if l, ok := x.expr.(*lambdaExpr); ok {
		return c.betterLambda(l, a, b)
	}
	t := x.expr.Type()
	switch {
	case types.Identical(t, a):
		return true
	case types.Identical(t, b):
		return false
	}
	return betterType(a, b)
}

func betterType(a, b *types.Type) bool {
	toB, toA := types.Implicit(a, b) != types.None, types.Implicit(b, a) != types.None
	if toB != toA {
		return toB
	}
	signed := map[types.Kind]bool{types.SByte: true, types.Int16: true, types.Int32: true, types.Int64: true}
	return signed[a.Kind] && b.IsIntegral() && !signed[b.Kind]
}

// betterLambda compares delegate types by what they return.
func (c *checker) betterLambda(l *lambdaExpr, a, b *types.Type) bool {
	if a.Kind != types.Delegate || b.Kind != types.Delegate {
		return false
	}
	p, q := delegateOf(a), delegateOf(b)
	if len(p.Params) != len(q.Params) {
		return false
	}
	inputs := make([]*types.Type, len(p.Params))
	for i := range p.Params {
		if !types.Identical(p.Params[i].Type, q.Params[i].Type) {
			return false
		}
		inputs[i] = p.Params[i].Type
	}
	result := c.lambdaResult(l, inputs)
	switch {
	case result == nil || types.Identical(p.Result, q.Result):
		return false
	case types.Identical(result, p.Result):
		return true
	case types.Identical(result, q.Result):
		return false
	case q.Result.Kind == types.Void:
		return p.Result.Kind != types.Void
	}
	return betterType(p.Result, q.Result)
}
