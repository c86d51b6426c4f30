package plan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
)

// operations finds the operation of one API by method, path and query. It is a tree of
// path segments for each method; a request costs as much as its path is long, however
// many operations there are.
//
// Precedence, where several templates fit: a literal segment before a partial one before
// a parameter before a wildcard, from left to right; then the template with more query
// parameters, then the one with more literal query values, then the one declared first.
type operations struct {
	methods []methodTree
}

type methodTree struct {
	method string
	root   node
}

type node struct {
	literals  map[string]*node // by lower-case text
	partials  []partialNode    // most text first
	parameter *node
	ends      []ending // templates that end here, most specific first
	wildcards []ending // templates whose wildcard begins here
}

type partialNode struct {
	segment segment
	node    *node
}

type ending struct {
	operation *operation
	order     int
}

// add puts an operation into the tree. It reports the one that it can never be told
// from, if there is one.
func (o *operations) add(op *operation, order int) *operation {
	n := o.tree(op.facts.Method)
	for _, seg := range op.template.segments {
		n = n.child(seg)
	}
	list := &n.ends
	if op.template.wildcard != "" {
		list = &n.wildcards
	}
	for _, e := range *list {
		if sameQuery(e.operation.template.query, op.template.query) {
			return e.operation
		}
	}
	*list = append(*list, ending{op, order})
	slices.SortStableFunc(*list, func(a, b ending) int {
		qa, qb := a.operation.template.query, b.operation.template.query
		return cmp.Or(cmp.Compare(len(qb), len(qa)), cmp.Compare(literals(qb), literals(qa)), cmp.Compare(a.order, b.order))
	})
	return nil
}

func (o *operations) tree(method string) *node {
	for i := range o.methods {
		if strings.EqualFold(o.methods[i].method, method) {
			return &o.methods[i].root
		}
	}
	o.methods = append(o.methods, methodTree{method: method})
	return &o.methods[len(o.methods)-1].root
}

func (n *node) child(seg segment) *node {
	if text, ok := seg.literal(); ok {
		if n.literals == nil {
			n.literals = map[string]*node{}
		}
		key := strings.ToLower(text)
		if n.literals[key] == nil {
			n.literals[key] = &node{}
		}
		return n.literals[key]
	}
	if seg.whole() {
		if n.parameter == nil {
			n.parameter = &node{}
		}
		return n.parameter
	}
	for _, p := range n.partials {
		if sameText(p.segment, seg) {
			return p.node
		}
	}
	made := &node{}
	n.partials = append(n.partials, partialNode{seg, made})
	slices.SortStableFunc(n.partials, func(a, b partialNode) int { return cmp.Compare(textLength(b.segment), textLength(a.segment)) })
	return made
}

func sameText(a, b segment) bool {
	return slices.EqualFunc(a, b, func(x, y part) bool {
		return strings.EqualFold(x.literal, y.literal) && (x.parameter == "") == (y.parameter == "")
	})
}

func textLength(s segment) int {
	n := 0
	for _, p := range s {
		n += len(p.literal)
	}
	return n
}

func sameQuery(a, b []queryPart) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		if !slices.ContainsFunc(b, func(y queryPart) bool {
			return strings.EqualFold(x.name, y.name) && (x.parameter == "") == (y.parameter == "") && x.literal == y.literal
		}) {
			return false
		}
	}
	return true
}

func literals(q []queryPart) int {
	n := 0
	for _, p := range q {
		if p.parameter == "" {
			n++
		}
	}
	return n
}

// A match is an operation and the values of its path parameters, decoded, in template
// order.
type match struct {
	operation *operation
	values    []string
}

// find the operation for a path below the API's (without a leading slash) and a query.
func (o *operations) find(method, path string, url *exchange.URL) (match, bool) {
	path = strings.TrimSuffix(path, "/")
	for i := range o.methods {
		if !strings.EqualFold(o.methods[i].method, method) {
			continue
		}
		var space [8]string
		s := search{url: url}
		if s.walk(&o.methods[i].root, path, path == "", space[:0]) {
			return s.found, true
		}
		return match{}, false
	}
	return match{}, false
}

// search walks the tree, most specific branch first, and comes back where one leads
// nowhere.
type search struct {
	url   *exchange.URL
	found match
}

func (s *search) walk(n *node, rest string, atEnd bool, values []string) bool {
	if atEnd {
		return s.end(n.ends, values) || s.wild(n.wildcards, "", values)
	}
	text, after, more := strings.Cut(rest, "/")
	text = exchange.UnescapePath(text)
	if next := n.literal(text); next != nil && s.walk(next, after, !more, values) {
		return true
	}
	for _, p := range n.partials {
		if got, ok := p.segment.match(text, values); ok && s.walk(p.node, after, !more, got) {
			return true
		}
	}
	if n.parameter != nil && text != "" && s.walk(n.parameter, after, !more, append(values, text)) {
		return true
	}
	return s.wild(n.wildcards, rest, values)
}

// literal finds a child by its text, without an allocation for short ones.
func (n *node) literal(text string) *node {
	if len(n.literals) == 0 {
		return nil
	}
	var space [64]byte
	key := appendLower(space[:0], text)
	return n.literals[string(key)]
}

func (s *search) wild(list []ending, rest string, values []string) bool {
	if len(list) == 0 {
		return false
	}
	return s.end(list, append(values, exchange.UnescapePath(rest)))
}

func (s *search) end(list []ending, values []string) bool {
	for _, e := range list {
		if e.operation.template.acceptsQuery(s.url) {
			s.found = match{e.operation, append([]string(nil), values...)}
			return true
		}
	}
	return false
}

// acceptsQuery reports whether the URL has every query parameter that the template names.
func (t *template) acceptsQuery(url *exchange.URL) bool {
	for _, q := range t.query {
		if _, ok := q.value(url); !ok {
			return false
		}
	}
	return true
}

// value of the query parameter in a URL; not ok when it is absent or another literal.
func (q *queryPart) value(url *exchange.URL) (string, bool) {
	for name, value := range url.Parameters {
		if strings.EqualFold(name, q.name) && (q.parameter != "" || value == q.literal || value == exchange.UnescapeQuery(q.literal)) {
			return value, true
		}
	}
	return "", false
}

// appendLower appends s with ASCII letters in lower case; other letters are lowered by
// Unicode's rules.
func appendLower(dst []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c >= 0x80 {
			return append(dst, strings.ToLower(s[i:])...)
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}
