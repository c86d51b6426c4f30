package xpath

import (
	"slices"
	"strconv"
	"strings"
)

// maxDepth is how deep a query may be nested.
const maxDepth = 200

// A Query is a compiled query. It runs on any number of trees at once.
type Query struct {
	root expr
	// prefixes that the query has.
	prefixes []string
}

// Compile reads a query.
func Compile(text string) (*Query, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{text: text, tokens: tokens}
	root, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek().kind != end {
		return nil, badToken(text)
	}
	return &Query{root, p.prefixes}, nil
}

type parser struct {
	text     string
	tokens   []token
	at       int
	depth    int
	prefixes []string
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

// is reports whether the next token is one of these operators.
func (p *parser) is(ops ...string) bool {
	t := p.peek()
	return t.kind == operator && slices.Contains(ops, t.text)
}

func (p *parser) accept(op string) bool {
	if p.is(op) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(op string) error {
	if !p.accept(op) {
		return badToken(p.text)
	}
	return nil
}

// levels are the operators of two operands, those that bind least first.
var levels = [][]string{{"or"}, {"and"}, {"=", "!="}, {"<", "<=", ">", ">="}, {"+", "-"}, {"*", "div", "mod"}}

func (p *parser) or() (expr, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, errorf("The xpath query is too complex.")
	}
	return p.binary(0)
}

func (p *parser) binary(level int) (expr, error) {
	if level == len(levels) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	for err == nil && p.is(levels[level]...) {
		op := p.take().text
		var right expr
		if right, err = p.binary(level + 1); err == nil {
			left = &binaryExpr{op, left, right}
		}
	}
	return left, err
}

func (p *parser) unary() (expr, error) {
	negative := false
	minus := false
	for p.accept("-") {
		negative, minus = !negative, true
	}
	x, err := p.union()
	if err != nil || !minus {
		return x, err
	}
	return &negation{x, negative}, nil
}

func (p *parser) union() (expr, error) {
	left, err := p.path()
	for err == nil && p.accept("|") {
		var right expr
		if right, err = p.path(); err == nil {
			left = &unionExpr{left, right}
		}
	}
	return left, err
}

// path reads a location path, or a filter that one may follow.
func (p *parser) path() (expr, error) {
	if p.startsFilter() {
		x, err := p.filter()
		if err != nil || !p.is("/", "//") {
			return x, err
		}
		out := &pathExpr{start: x}
		return out, p.steps(out)
	}
	out := &pathExpr{}
	switch {
	case p.accept("//"):
		out.absolute = true
		out.steps = append(out.steps, anyBelow())
	case p.accept("/"):
		out.absolute = true
		if !p.startsStep() {
			return out, nil
		}
	}
	s, err := p.step()
	if err != nil {
		return nil, err
	}
	out.steps = append(out.steps, s)
	return out, p.steps(out)
}

// steps reads the steps that follow, each with its slash.
func (p *parser) steps(out *pathExpr) error {
	for p.is("/", "//") {
		if p.take().text == "//" {
			out.steps = append(out.steps, anyBelow())
		}
		s, err := p.step()
		if err != nil {
			return err
		}
		out.steps = append(out.steps, s)
	}
	return nil
}

func anyBelow() step { return step{axis: axes["descendant-or-self"], test: anyNode} }

func (p *parser) startsStep() bool {
	t := p.peek()
	return t.kind == name || p.is("@", ".", "..")
}

// startsFilter reports whether a primary expression comes next, not a step.
func (p *parser) startsFilter() bool {
	t := p.peek()
	switch t.kind {
	case literal, number:
		return true
	case operator:
		return t.text == "(" || t.text == "$"
	case name:
		after := p.tokens[p.at+1]
		return after.kind == operator && after.text == "(" && !isNodeType(t.text)
	}
	return false
}

func isNodeType(s string) bool {
	return s == "node" || s == "text" || s == "comment" || s == "processing-instruction"
}

func (p *parser) filter() (expr, error) {
	x, err := p.primary()
	if err != nil || !p.is("[") {
		return x, err
	}
	predicates, err := p.predicates()
	return &filterExpr{x, predicates}, err
}

func (p *parser) predicates() ([]expr, error) {
	var out []expr
	for p.accept("[") {
		x, err := p.or()
		if err == nil {
			err = p.expect("]")
		}
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func (p *parser) primary() (expr, error) {
	t := p.take()
	switch {
	case t.kind == literal:
		return constant{t.text}, nil
	case t.kind == number:
		f, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return nil, badToken(p.text)
		}
		return constant{f}, nil
	case t.kind == name:
		return p.call(t.text)
	case t.text == "$":
		return nil, errorf("XsltContext is needed for this query because of an unknown function.")
	}
	x, err := p.or()
	if err != nil {
		return nil, err
	}
	return x, p.expect(")")
}

func (p *parser) call(called string) (expr, error) {
	p.at++ // the parenthesis
	var args []expr
	for !p.accept(")") {
		if len(args) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		x, err := p.or()
		if err != nil {
			return nil, err
		}
		args = append(args, x)
	}
	f, ok := functions[called]
	switch {
	case !ok:
		return nil, errorf("Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function.")
	case len(args) < f.least || f.most >= 0 && len(args) > f.most:
		return nil, errorf("Function '%s' in '%s' has an invalid number of arguments.", called, p.text)
	}
	return &callExpr{f.run, args}, nil
}

func (p *parser) step() (step, error) {
	switch {
	case p.accept("."):
		return step{axis: axes["self"], test: anyNode}, nil
	case p.accept(".."):
		return step{axis: axes["parent"], test: anyNode}, nil
	}
	s := step{axis: axes["child"]}
	if p.accept("@") {
		s.axis = axes["attribute"]
	} else if after := p.tokens[min(p.at+1, len(p.tokens)-1)]; p.peek().kind == name && after.kind == operator && after.text == "::" {
		a, ok := axes[p.take().text]
		if !ok {
			return s, badToken(p.text)
		}
		s.axis = a
		p.at++
	}
	var err error
	if s.test, err = p.nodeTest(s.axis.principal); err != nil {
		return s, err
	}
	s.predicates, err = p.predicates()
	return s, err
}

func (p *parser) nodeTest(principal Kind) (test, error) {
	t := p.take()
	if t.kind != name {
		if t.kind == end {
			return nil, errorf("Expression must evaluate to a node-set.")
		}
		return nil, badToken(p.text)
	}
	if isNodeType(t.text) && p.accept("(") {
		return p.typeTest(t.text)
	}
	if t.text == "*" {
		return func(_ *evaluation, n Node) bool { return n.QueryKind() == principal }, nil
	}
	prefix, local, prefixed := strings.Cut(t.text, ":")
	if !prefixed {
		return func(_ *evaluation, n Node) bool {
			_, l, uri := n.QueryName()
			return n.QueryKind() == principal && l == t.text && uri == ""
		}, nil
	}
	if !slices.Contains(p.prefixes, prefix) {
		p.prefixes = append(p.prefixes, prefix)
	}
	return func(e *evaluation, n Node) bool {
		_, l, uri := n.QueryName()
		return n.QueryKind() == principal && (local == "*" || l == local) && uri == e.uris[prefix]
	}, nil
}

func (p *parser) typeTest(called string) (test, error) {
	target := ""
	if called == "processing-instruction" && p.peek().kind == literal {
		target = p.take().text
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	switch called {
	case "text":
		return kindTest(Text), nil
	case "comment":
		return kindTest(Comment), nil
	case "processing-instruction":
		return func(_ *evaluation, n Node) bool {
			_, l, _ := n.QueryName()
			return n.QueryKind() == Instruction && (target == "" || l == target)
		}, nil
	}
	return anyNode, nil
}

func kindTest(k Kind) test { return func(_ *evaluation, n Node) bool { return n.QueryKind() == k } }

func anyNode(*evaluation, Node) bool { return true }
