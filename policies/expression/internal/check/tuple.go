package check

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func (c *checker) tupleType(t *syntax.TupleType) *types.Type {
	var names []string
	var items []*types.Type
	for _, e := range t.Elems {
		item := c.typ(e.Type)
		if item == nil || item.IsInvalid() {
			return types.InvalidType
		}
		name := ""
		if e.Name != nil {
			name = e.Name.Name
		}
		items, names = append(items, item), append(names, name)
	}
	return types.TupleOf(names, items)
}

// tuple resolves (x, y). While an element has no type of its own, the tuple has none.
func (c *checker) tuple(e *syntax.Tuple) Expr {
	out := &NewTuple{node: node{types.InvalidType, e.Span}}
	var names []string
	var items []*types.Type
	typed := true
	for _, el := range e.Elems {
		x := c.expr(el.X)
		if isBad(x) && !hasNoType(x) {
			return bad(e.Span)
		}
		if x.Type().Kind == types.Void {
			c.errorf(x.Span(), NoType, "the call returns nothing")
			return bad(e.Span)
		}
		typed = typed && !isBad(x) && !isNull(x)
		out.Values = append(out.Values, x)
		items, names = append(items, x.Type()), append(names, itemName(el))
	}
	if typed {
		out.typ = types.TupleOf(names, items)
	}
	return out
}

// itemName is the name of an element: the one that is written, or that of what it is.
func itemName(e *syntax.TupleElem) string {
	if e.Name != nil {
		return e.Name.Name
	}
	name := ""
	switch x := e.X.(type) {
	case *syntax.Name:
		name = x.Name
	case *syntax.Member:
		name = x.Name.Name
	}
	if strings.HasPrefix(name, "Item") {
		return ""
	}
	return name
}

// tupleFits reports whether a written tuple becomes a type: each element does.
func (c *checker) tupleFits(x *NewTuple, t *types.Type) bool {
	to := t.Underlying()
	if !to.IsTuple() || len(to.Args) != len(x.Values) {
		return !isBad(x) && types.Implicit(x.typ, t) != types.None
	}
	for i, v := range x.Values {
		if !c.convertible(v, to.Args[i]) {
			return false
		}
	}
	return true
}

func (c *checker) tupleTo(x *NewTuple, t *types.Type) Expr {
	to := t.Underlying()
	if !to.IsTuple() || len(to.Args) != len(x.Values) {
		c.errorf(x.span, NoConversion, "a tuple of %d elements does not become %s", len(x.Values), quoted(t))
		return bad(x.span)
	}
	out := &NewTuple{node: node{to, x.span}}
	for i, v := range x.Values {
		out.Values = append(out.Values, c.convert(v, to.Args[i]))
	}
	if anyBad(out.Values) {
		return bad(x.span)
	}
	if t != to {
		return c.applyBuiltin(out, t, types.Wrap, false)
	}
	return out
}

// tupleConverts reports whether each item of a tuple converts to the other's.
func (c *checker) tupleConverts(from, to *types.Type) bool {
	if !to.IsTuple() || len(from.Args) != len(to.Args) {
		return false
	}
	for i := range from.Args {
		if !c.convertibleType(from.Args[i], to.Args[i]) {
			return false
		}
	}
	return true
}

// keep evaluates a tuple once; items are its parts.
func (c *checker) keep(x Expr) (step Expr, items []Expr) {
	temp := c.temp(x.Type())
	temp.assigned = true
	for i, t := range x.Type().Args {
		items = append(items, &Field{node{t, x.Span()}, c.local(temp, x.Span()), i})
	}
	return &Assign{node{x.Type(), x.Span()}, c.local(temp, x.Span()), x}, items
}

func (c *checker) convertItems(x Expr, t *types.Type) Expr {
	step, items := c.keep(x)
	out := &NewTuple{node: node{t, x.Span()}}
	for i, item := range items {
		out.Values = append(out.Values, c.convert(item, t.Args[i]))
	}
	return &Seq{node{t, x.Span()}, []Expr{step}, out}
}

// tupleEquality compares item by item.
func (c *checker) tupleEquality(x, y Expr, op syntax.Op, s syntax.Span) Expr {
	first, left := c.keep(x)
	second, right := c.keep(y)
	var out Expr
	for i := range left {
		e := c.applyBinary(op, left[i], right[i], s)
		if isBad(e) {
			return e
		}
		if out == nil {
			out = e
			continue
		}
		out = &Logic{node{types.BoolType, s}, op == syntax.Equal, out, e}
	}
	return &Seq{node{types.BoolType, s}, []Expr{first, second}, out}
}

// deconstruct assigns the parts of a value. All of them are evaluated before the first is
// assigned.
func (c *checker) deconstruct(target *syntax.Tuple, value Expr, s syntax.Span) Expr {
	out := &Seq{node: node{types.VoidType, s}}
	var assign []Expr
	if !c.takeApart(target, value, &out.Steps, &assign) {
		return bad(s)
	}
	out.Steps = append(out.Steps, assign...)
	return out
}

func (c *checker) takeApart(target *syntax.Tuple, value Expr, steps, assign *[]Expr) bool {
	parts, ok := c.parts(value, len(target.Elems), steps)
	for i, e := range target.Elems {
		part := Expr(bad(target.Span))
		if ok {
			part = parts[i]
		}
		if inner, nested := e.X.(*syntax.Tuple); nested {
			ok = ok && c.takeApart(inner, part, steps, assign)
			continue
		}
		ok = c.takePart(e.X, part, steps, assign) && ok
	}
	return ok
}

// parts are what a value is taken apart into: the items of a tuple, or the key and the
// value of a pair.
func (c *checker) parts(value Expr, n int, steps *[]Expr) ([]Expr, bool) {
	if t, ok := value.(*NewTuple); ok && len(t.Values) == n {
		return t.Values, true
	}
	if isBad(value) {
		if hasNoType(value) {
			c.errorf(value.Span(), NoType, "the type of what is taken apart does not follow from it")
		}
		return nil, false
	}
	t := value.Type()
	if t.Def != types.KeyValuePair && !t.IsTuple() || len(t.Args) != n {
		c.errorf(value.Span(), NoConversion, "%s is not taken apart into %d parts", describe(value), n)
		return nil, false
	}
	step, items := c.keep(value)
	*steps = append(*steps, step)
	if t.IsTuple() {
		return items, true
	}
	for i, name := range []string{"Key", "Value"} {
		field := items[i].(*Field)
		for _, f := range c.members(t, name) {
			items[i] = c.readMember(f, field.X, value.Span(), value.Span())
		}
	}
	return items, true
}

// takePart lets one part be the value of a target.
func (c *checker) takePart(e syntax.Expr, part Expr, steps, assign *[]Expr) bool {
	if n, ok := e.(*syntax.Name); ok && n.Name == "_" && c.lookup("_") == nil {
		return c.discard(part, steps)
	}
	var to Expr
	if d, ok := e.(*syntax.DeclExpr); ok {
		if d.Name.Name == "_" {
			return c.discard(part, steps)
		}
		to = c.declarePart(d, part)
	} else {
		to = c.target(e)
	}
	if isBad(to) {
		return false
	}
	part = c.convert(part, to.Type())
	if isBad(part) {
		return false
	}
	temp := c.temp(to.Type())
	temp.assigned = true
	s := part.Span()
	*steps = append(*steps, &Assign{node{to.Type(), s}, c.local(temp, s), part})
	*assign = append(*assign, &Assign{node{to.Type(), span(e)}, to, c.local(temp, s)})
	return true
}

func (c *checker) discard(part Expr, steps *[]Expr) bool {
	if !isBad(part) && asConst(part) == nil {
		*steps = append(*steps, part)
	}
	return !isBad(part) || hasNoType(part)
}

func (c *checker) declarePart(d *syntax.DeclExpr, part Expr) Expr {
	t := c.typ(d.Type)
	if t == nil {
		t = part.Type()
		if isNull(part) || isBad(part) && hasNoType(part) {
			c.errorf(d.Span, NoType, "the type of %q does not follow from %s", d.Name.Name, describe(part))
			t = types.InvalidType
		}
	}
	v := c.declare(d.Name.Name, t, d.Name.Span)
	if t.IsInvalid() {
		return bad(d.Span)
	}
	return c.local(v, d.Span)
}

// forEachTuple resolves foreach (var (a, b) in xs).
func (c *checker) forEachTuple(out *ForEach, elem *types.Type, s *syntax.ForEach) {
	if elem == nil {
		elem = types.InvalidType
	}
	out.Item, out.Var = c.temp(elem), c.temp(elem)
	out.Item.assigned, out.Var.assigned = true, true
	out.Value = c.local(out.Item, s.Target.Span)
	body := &Block{span: s.Span}
	defer c.push(&body.Vars)()
	body.Stmts = append(body.Stmts, &ExprStmt{c.deconstruct(s.Target, c.local(out.Var, s.Target.Span), s.Target.Span)})
	for _, v := range body.Vars {
		v.readOnly = "foreach variable"
	}
	body.Stmts = append(body.Stmts, c.loopBody(s.Body))
	out.Body = body
}
