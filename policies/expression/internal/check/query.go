package check

import (
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A query is a query expression while it becomes calls of Select, Where and so on. Its
// elements are the range variable or, when there are several, anonymous objects with a
// property for each (C# calls them transparent identifiers).
type query struct {
	c   *checker
	src Expr
	// names are the range variables.
	names []syntax.Ident
}

func (c *checker) query(e *syntax.Query) Expr {
	from := e.Clauses[0].(*syntax.FromClause)
	q := &query{c: c, src: c.typed(cast(from.X, from.Type))}
	q.name(from.Name)
	q.body(e, e.Clauses[1:])
	return respan(q.src, e.Span)
}

// cast is the sequence of a clause whose variable has a type.
func cast(x syntax.Expr, t syntax.Type) syntax.Expr {
	if t == nil {
		return x
	}
	s := span(x)
	method := &syntax.Member{Span: s, X: x, Name: syntax.Ident{Span: span(t), Name: "Cast"}, TypeArgs: []syntax.Type{t}}
	return &syntax.Call{Span: s, Fun: method, Args: []*syntax.Arg{}}
}

// body applies clauses and what ends them, and goes on after into.
func (q *query) body(e *syntax.Query, clauses []syntax.Clause) {
	done := false
	for i, clause := range clauses {
		var result syntax.Expr
		if i == len(clauses)-1 && e.By == nil {
			result = e.Select
		}
		done = q.clause(clause, result)
	}
	switch {
	case done:
	case e.By != nil:
		q.group(e)
	case len(clauses) == 0 || !q.isElement(e.Select):
		q.call("Select", span(e.Select), q.lambda(e.Select, q.names))
	}
	if e.Into == nil {
		return
	}
	q.names = nil
	q.name(*e.Into)
	q.body(e.Then, e.Then.Clauses)
}

// clause applies a clause. Those that combine sequences make the result of the query at
// once when nothing follows them; then it reports true.
func (q *query) clause(clause syntax.Clause, result syntax.Expr) bool {
	switch k := clause.(type) {
	case *syntax.WhereClause:
		q.call("Where", k.Span, q.lambda(k.Cond, q.names))
	case *syntax.OrderByClause:
		method := "OrderBy"
		for _, key := range k.Keys {
			if key.Descending {
				method += "Descending"
			}
			q.call(method, key.Span, q.lambda(key.X, q.names))
			method = "ThenBy"
		}
	case *syntax.LetClause:
		before := q.names
		q.name(k.Name)
		q.call("Select", k.Span, q.lambda(q.object(k.X), before))
	case *syntax.FromClause:
		q.from(k, result)
		return result != nil
	case *syntax.JoinClause:
		q.join(k, result)
		return result != nil
	}
	return false
}

func (q *query) from(k *syntax.FromClause, result syntax.Expr) {
	n, elem := len(q.c.list), elementOf(q.src.Type())
	inner := q.lambda(cast(k.X, k.Type), q.names)
	q.combine("SelectMany", k.Span, k.Name, result, inner)
	if !isBad(q.src) || elem == nil {
		return
	}
	t := q.c.lambdaResult(inner.expr.(*lambdaExpr), []*types.Type{elem})
	if t != nil && elementOf(t) == nil {
		q.c.list = q.c.list[:n]
		q.notSequence(inner.span, quoted(t), t, "SelectMany")
	}
}

func (q *query) join(k *syntax.JoinClause, result syntax.Expr) {
	n, elem := len(q.c.list), elementOf(q.src.Type())
	x := q.c.typed(cast(k.X, k.Type))
	method, name := "Join", k.Name
	q.fresh(name)
	if k.Into != nil {
		method, name = "GroupJoin", *k.Into
	}
	inner := &arg{expr: x, span: x.Span()}
	left, right := q.lambda(k.Left, q.names), q.lambda(k.Right, []syntax.Ident{k.Name})
	q.combine(method, k.Span, name, result, inner, left, right)
	if isBad(q.src) && !isBad(x) && elem != nil {
		q.explainJoin(n, x, left, right, elem)
	}
}

// explainJoin tells why a join was not possible; the message about it is the last of those
// after n.
func (q *query) explainJoin(n int, x Expr, left, right *arg, elem *types.Type) {
	c, other := q.c, elementOf(x.Type())
	if other == nil {
		c.list = c.list[:n]
		q.notSequence(x.Span(), describe(x), x.Type(), "Join")
		return
	}
	a := c.lambdaResult(left.expr.(*lambdaExpr), []*types.Type{elem})
	b := c.lambdaResult(right.expr.(*lambdaExpr), []*types.Type{other})
	if a != nil && b != nil && types.Implicit(a, b) == types.None && types.Implicit(b, a) == types.None {
		c.list = c.list[:n]
		c.errorf(syntax.Span{Start: left.span.Start, Stop: right.span.Stop}, BadOperator,
			"equals compares %s with %s, which are not converted into each other", quoted(a), quoted(b))
	}
}

// elementOf is what a sequence has; nil when the type is none.
func elementOf(t *types.Type) *types.Type {
	if t.IsInvalid() {
		return nil
	}
	if base := types.Base(t, types.IEnumerable); base != nil {
		return base.Args[0]
	}
	return nil
}

// combine calls a method that joins each element with others; what it makes of them is
// the result, or when there is none an object with all range variables.
func (q *query) combine(method string, at syntax.Span, name syntax.Ident, result syntax.Expr, args ...*arg) {
	before := q.names
	q.name(name)
	if result == nil {
		result = q.object(nil)
	}
	q.call(method, at, append(args, q.lambda(result, before, []syntax.Ident{name}))...)
}

func (q *query) group(e *syntax.Query) {
	args := []*arg{q.lambda(e.By, q.names)}
	if !q.isElement(e.Select) {
		args = append(args, q.lambda(e.Select, q.names))
	}
	q.call("GroupBy", syntax.Span{Start: e.Select.Pos(), Stop: e.By.End()}, args...)
}

// isElement reports whether an expression is just the range variable.
func (q *query) isElement(e syntax.Expr) bool {
	n, ok := e.(*syntax.Name)
	return ok && len(q.names) == 1 && n.Name == q.names[0].Name && len(n.TypeArgs) == 0
}

// name adds a range variable.
func (q *query) name(name syntax.Ident) {
	q.fresh(name)
	q.names = append(slices.Clone(q.names), name)
}

// fresh refuses a name that is taken.
func (q *query) fresh(name syntax.Ident) {
	taken := slices.ContainsFunc(q.names, func(n syntax.Ident) bool { return n.Name == name.Name })
	if taken || name.Name == "context" || q.c.lookup(name.Name) != nil {
		q.c.errorf(name.Span, DuplicateName, "a variable named %q is declared here already", name.Name)
	}
}

// object makes an object of all range variables, the last of which is let be x when that
// is not nil.
func (q *query) object(x syntax.Expr) syntax.Expr {
	out := &syntax.NewAnonymous{}
	for i, n := range q.names {
		m := &syntax.AnonymousMember{Span: n.Span, Name: n, Value: &syntax.Name{Span: n.Span, Name: n.Name}}
		if x != nil && i == len(q.names)-1 {
			m.Value = x
		}
		out.Span = n.Span
		out.Members = append(out.Members, m)
	}
	return out
}

// lambda makes the argument of a method: a function of elements, for each of which there
// are range variables.
func (q *query) lambda(body syntax.Expr, ranges ...[]syntax.Ident) *arg {
	s := span(body)
	l := &syntax.Lambda{Span: s, Expr: body}
	for range ranges {
		l.Params = append(l.Params, &syntax.Param{Span: s})
	}
	return &arg{span: s, expr: &lambdaExpr{node: node{types.InvalidType, s}, syntax: l, ranges: ranges}}
}

// call lets the sequence be what a method makes of it.
func (q *query) call(method string, at syntax.Span, args ...*arg) {
	if isBad(q.src) {
		return
	}
	c, t := q.c, q.src.Type()
	if isNull(q.src) || t.Kind == types.Void || !q.has(method) {
		q.notSequence(q.src.Span(), describe(q.src), t, method)
		q.src = bad(q.src.Span())
		return
	}
	g := &methodGroup{node: node{types.InvalidType, at}, recv: q.src, of: t, name: method, nameAt: at}
	q.src = c.callGroup(g, args, at)
}

func (q *query) notSequence(at syntax.Span, what string, t *types.Type, method string) {
	q.c.errorf(at, UnknownMember, "%s cannot be queried: it has no method %q", what, method)
	if t.Kind == types.Object {
		q.c.help("the value has the type object here: cast it first, as in (JArray)x")
	}
}

// has reports whether the sequence has a method, or an extension method takes it.
func (q *query) has(method string) bool {
	for _, f := range q.c.members(q.src.Type(), method) {
		if f.member.Kind == library.Method && !f.member.Static {
			return true
		}
	}
	var all []*candidate
	for _, m := range q.c.lib.Extensions(method) {
		all = append(all, q.c.candidateOf(found{m, m.Class.Def.Type()}))
	}
	return len(q.c.taking(all, &arg{expr: q.src})) > 0
}

// rangeParameter declares what a parameter of a query's lambda stands for.
func (c *checker) rangeParameter(names []syntax.Ident, t *types.Type) *Var {
	v := c.temp(t)
	v.assigned = true
	if c.scope.names == nil {
		c.scope.names = map[string]*Var{}
	}
	if len(names) == 1 {
		v.Name, v.span, v.readOnly = names[0].Name, names[0].Span, "range variable"
		c.scope.names[v.Name] = v
		*c.scope.vars = append(*c.scope.vars, v)
		return v
	}
	for i, n := range names {
		c.scope.names[n.Name] = &Var{
			Name: n.Name, Type: t.Fields[i].Type, Owner: c.fn, span: n.Span, readOnly: "range variable", part: v, index: i,
		}
	}
	return v
}
