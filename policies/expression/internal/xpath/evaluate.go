package xpath

import (
	"cmp"
	"math"
	"slices"
)

// A Resolver tells what prefixes stand for.
type Resolver interface {
	// ResolvePrefix is the namespace that a prefix stands for.
	ResolvePrefix(prefix string) (uri string, ok bool)
}

// Evaluate runs the query at a node. r may be nil; step is called for each node that is
// looked at, and ends the evaluation with its error.
func (q *Query) Evaluate(n Node, r Resolver, step func() error) (any, error) {
	e := &evaluation{step: step, uris: map[string]string{}}
	for _, prefix := range q.prefixes {
		if r == nil {
			return nil, errorf("Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function.")
		}
		uri, ok := r.ResolvePrefix(prefix)
		if !ok {
			return nil, errorf("Namespace prefix '%s' is not defined.", prefix)
		}
		e.uris[prefix] = uri
	}
	return q.root.eval(e, place{n, 1, 1})
}

// Select runs a query that must give nodes.
func (q *Query) Select(n Node, r Resolver, step func() error) ([]Node, error) {
	v, err := q.Evaluate(n, r, step)
	if err != nil {
		return nil, err
	}
	found, ok := v.([]Node)
	if !ok {
		return nil, errorf("Expression must evaluate to a node-set.")
	}
	return found, nil
}

// An evaluation is one run of a query.
type evaluation struct {
	step func() error
	uris map[string]string
	// order numbers the nodes of a tree in document order, once that is asked for.
	order map[Node]int
}

// A place is where an expression is evaluated: a node, its position, and how many there are.
type place struct {
	node     Node
	position int
	last     int
}

type expr interface {
	eval(e *evaluation, at place) (any, error)
}

type constant struct{ value any }

func (c constant) eval(*evaluation, place) (any, error) { return c.value, nil }

type test func(*evaluation, Node) bool

type step struct {
	axis       axis
	test       test
	predicates []expr
}

type pathExpr struct {
	start    expr // nil: the place, or the root
	absolute bool
	steps    []step
}

func (p *pathExpr) eval(e *evaluation, at place) (any, error) {
	current := []Node{at.node}
	switch {
	case p.start != nil:
		v, err := p.start.eval(e, at)
		if err != nil {
			return nil, err
		}
		set, ok := v.([]Node)
		if !ok {
			return nil, errorf("Expression must evaluate to a node-set.")
		}
		current = set
	case p.absolute:
		current = []Node{rootOf(at.node)}
	}
	var err error
	for _, s := range p.steps {
		if current, err = s.from(e, current); err != nil {
			return nil, err
		}
	}
	return current, nil
}

// from takes the step from each node.
func (s step) from(e *evaluation, from []Node) ([]Node, error) {
	var out []Node
	for _, n := range from {
		found, err := s.at(e, n)
		if err != nil {
			return nil, err
		}
		if s.axis.reverse {
			slices.Reverse(found)
		}
		out = append(out, found...)
	}
	if len(from) < 2 {
		return out, nil
	}
	return e.sorted(out)
}

// at takes the step from one node: what it leads to in the axis' own order.
func (s step) at(e *evaluation, n Node) ([]Node, error) {
	var out []Node
	if up := n.QueryParent(); s.axis.beside && up != nil {
		// Finding a place among many siblings takes time that no node is looked at.
		for range len(up.QueryChildren()) / siblingsPerStep {
			if err := e.step(); err != nil {
				return nil, err
			}
		}
	}
	for found := range s.axis.of(n) {
		if err := e.step(); err != nil {
			return nil, err
		}
		if s.test(e, found) {
			out = append(out, found)
		}
	}
	return filtered(e, out, s.predicates)
}

// siblingsPerStep is how many siblings may be passed over for one step of the budget.
const siblingsPerStep = 64

// filtered keeps the nodes for which all predicates hold.
func filtered(e *evaluation, set []Node, predicates []expr) ([]Node, error) {
	for _, p := range predicates {
		var kept []Node
		for i, n := range set {
			if err := e.step(); err != nil {
				return nil, err
			}
			v, err := p.eval(e, place{n, i + 1, len(set)})
			if err != nil {
				return nil, err
			}
			if f, ok := v.(float64); ok && f != float64(i+1) || !ok && !toBool(v) {
				continue
			}
			kept = append(kept, n)
		}
		set = kept
	}
	return set, nil
}

// sorted puts nodes into document order and drops doubles.
func (e *evaluation) sorted(set []Node) ([]Node, error) {
	if len(set) < 2 {
		return set, nil
	}
	if e.order == nil {
		e.order = map[Node]int{}
		if err := e.number(rootOf(set[0])); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(set, func(a, b Node) int { return cmp.Compare(e.order[a], e.order[b]) })
	return slices.Compact(set), nil
}

func (e *evaluation) number(n Node) error {
	if err := e.step(); err != nil {
		return err
	}
	e.order[n] = len(e.order)
	if n.QueryKind() == Element {
		for _, a := range n.QueryAttributes() {
			e.order[a] = len(e.order)
		}
	}
	for _, c := range n.QueryChildren() {
		if err := e.number(c); err != nil {
			return err
		}
	}
	return nil
}

type filterExpr struct {
	of         expr
	predicates []expr
}

func (f *filterExpr) eval(e *evaluation, at place) (any, error) {
	v, err := f.of.eval(e, at)
	if err != nil {
		return nil, err
	}
	set, ok := v.([]Node)
	if !ok {
		return nil, errorf("Expression must evaluate to a node-set.")
	}
	return asAny(filtered(e, set, f.predicates))
}

func asAny(set []Node, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return set, nil
}

type unionExpr struct{ left, right expr }

func (u *unionExpr) eval(e *evaluation, at place) (any, error) {
	var all []Node
	for _, x := range []expr{u.left, u.right} {
		v, err := x.eval(e, at)
		if err != nil {
			return nil, err
		}
		set, ok := v.([]Node)
		if !ok {
			return nil, errorf("Expression must evaluate to a node-set.")
		}
		all = append(all, set...)
	}
	return asAny(e.sorted(all))
}

type negation struct {
	of       expr
	negative bool
}

func (n *negation) eval(e *evaluation, at place) (any, error) {
	v, err := n.of.eval(e, at)
	if err != nil {
		return nil, err
	}
	if n.negative {
		return -toNumber(v), nil
	}
	return toNumber(v), nil
}

type binaryExpr struct {
	op          string
	left, right expr
}

func (b *binaryExpr) eval(e *evaluation, at place) (any, error) {
	left, err := b.left.eval(e, at)
	if err != nil {
		return nil, err
	}
	switch {
	case b.op == "or" && toBool(left):
		return true, nil
	case b.op == "and" && !toBool(left):
		return false, nil
	}
	right, err := b.right.eval(e, at)
	if err != nil {
		return nil, err
	}
	switch b.op {
	case "or", "and":
		return toBool(right), nil
	case "+":
		return toNumber(left) + toNumber(right), nil
	case "-":
		return toNumber(left) - toNumber(right), nil
	case "*":
		return toNumber(left) * toNumber(right), nil
	case "div":
		return toNumber(left) / toNumber(right), nil
	case "mod":
		return math.Mod(toNumber(left), toNumber(right)), nil
	}
	return e.compare(b.op, left, right)
}

// compare holds for nodes when it holds for any of them.
func (e *evaluation) compare(op string, left, right any) (bool, error) {
	leftSet, leftIs := left.([]Node)
	rightSet, rightIs := right.([]Node)
	if b, ok := right.(bool); ok && leftIs {
		return compareValues(op, toBool(left), b), nil
	}
	if b, ok := left.(bool); ok && rightIs {
		return compareValues(op, b, toBool(right)), nil
	}
	lefts, rights := []any{left}, []any{right}
	if leftIs {
		lefts = valuesOf(leftSet)
	}
	if rightIs {
		rights = valuesOf(rightSet)
	}
	for _, l := range lefts {
		for _, r := range rights {
			if err := e.step(); err != nil {
				return false, err
			}
			if compareValues(op, l, r) {
				return true, nil
			}
		}
	}
	return false, nil
}

func valuesOf(set []Node) []any {
	out := make([]any, len(set))
	for i, n := range set {
		out[i] = n.QueryValue()
	}
	return out
}

func compareValues(op string, left, right any) bool {
	if op == "=" || op == "!=" {
		return equalValues(left, right) == (op == "=")
	}
	l, r := toNumber(left), toNumber(right)
	switch op {
	case "<":
		return l < r
	case "<=":
		return l <= r
	case ">":
		return l > r
	}
	return l >= r
}

func equalValues(left, right any) bool {
	_, leftBool := left.(bool)
	_, rightBool := right.(bool)
	_, leftNumber := left.(float64)
	_, rightNumber := right.(float64)
	switch {
	case leftBool || rightBool:
		return toBool(left) == toBool(right)
	case leftNumber || rightNumber:
		return toNumber(left) == toNumber(right)
	}
	return toString(left) == toString(right)
}
