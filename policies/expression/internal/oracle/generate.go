package oracle

import (
	_ "embed"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// A Generator makes random expressions that are well typed, from the rules of grammar.txt.
type Generator struct {
	random *rand.Rand
	names  int // how many nodes have names of their own
}

// NewGenerator makes a generator; equal seeds make equal expressions.
func NewGenerator(seed uint64) *Generator {
	return &Generator{random: rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15))}
}

// A Node is a random expression or statement: a rule, and a node for each of its places.
type Node struct {
	rule *rule
	name string // the end of its names
	kids []*Node
}

// A rule is a way to make something of a type.
type rule struct {
	typ    string
	ours   []string // text around the places
	theirs []string // the same for mcs
	places []hole
}

// A hole is where a rule has another node.
type hole struct {
	typ    string
	change bool   // a variable that may be changed
	binds  []name // what may be used in it besides
}

// A name is a variable of the generated text.
type name struct {
	name, typ string
	change    bool
}

// rules of a type: leaves have no places.
type rules struct{ leaves, branches []*rule }

//go:embed grammar.txt
var grammarText string

var grammar = readGrammar(grammarText)

// readGrammar reads grammar.txt, which tells how it is written.
func readGrammar(text string) map[string]*rules {
	out := map[string]*rules{}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "[") {
			name, _, _ := strings.Cut(line[1:], " ")
			out[name] = &rules{}
		}
	}
	typ, branches := "", false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			typ, _, _ = strings.Cut(line[1:], " ")
			branches = false
		case line == "|":
			branches = true
		case branches:
			out[typ].branches = append(out[typ].branches, readRule(out, typ, line))
		default:
			out[typ].leaves = append(out[typ].leaves, readRule(out, typ, line))
		}
	}
	return out
}

func readRule(known map[string]*rules, typ, line string) *rule {
	ours, theirs, other := strings.Cut(line, " ~~ ")
	r := &rule{typ: typ}
	r.ours, r.places = readPlaces(known, ours)
	r.theirs = r.ours
	if other {
		var places []hole
		if r.theirs, places = readPlaces(known, theirs); !slices.EqualFunc(places, r.places, samePlace) {
			panic("grammar.txt: the two sides have other places: " + line)
		}
	}
	return r
}

func samePlace(a, b hole) bool {
	return a.typ == b.typ && a.change == b.change && slices.Equal(a.binds, b.binds)
}

// readPlaces splits a rule's text at its places. The dollar sign of an interpolated text
// is none of a place: what follows it is no type.
func readPlaces(known map[string]*rules, text string) (parts []string, places []hole) {
	part := ""
	for {
		before, rest, ok := strings.Cut(text, "$")
		part += before
		if !ok {
			return append(parts, part), places
		}
		inside, after, closed := strings.Cut(rest, "$")
		p := readPlace(inside)
		if !closed || known[p.typ] == nil && p.typ != "any" {
			part, text = part+"$", rest
			continue
		}
		parts, places = append(parts, part), append(places, p)
		part, text = "", after
	}
}

func readPlace(text string) hole {
	typ, binds, _ := strings.Cut(text, "/")
	p := hole{}
	p.typ, p.change = strings.CutPrefix(typ, "set ")
	for bind := range strings.SplitSeq(binds, "/") {
		if called, typ, ok := strings.Cut(bind, " "); ok {
			v := name{name: called}
			v.typ, v.change = strings.CutSuffix(typ, "!")
			p.binds = append(p.binds, v)
		}
	}
	return p
}

// resultTypes are what whole expressions are of.
var resultTypes = []string{
	"int", "long", "uint", "short", "byte", "double", "decimal", "bool", "flag", "char", "string", "string", "maybe", "ints", "strings", "array1",
	"object", "array", "token", "dict", "date", "span", "bytes", "xml", "xmls", "tuple", "builder", "obj",
}

// Expression makes an expression of some depth, or a block.
func (g *Generator) Expression(depth int) *Node {
	if g.random.IntN(3) == 0 {
		return g.make("block", nil, depth+2)
	}
	return g.make("any", nil, depth)
}

func (g *Generator) make(typ string, scope []name, depth int) *Node {
	if typ == "any" {
		typ = resultTypes[g.random.IntN(len(resultTypes))]
	}
	if n := g.variable(typ, scope, false); n != nil && g.random.IntN(3) == 0 {
		return n
	}
	choice := grammar[typ].branches
	if depth <= 0 || g.random.IntN(8) == 0 || len(choice) == 0 {
		choice = grammar[typ].leaves
	}
	for {
		if n := g.node(choice[g.random.IntN(len(choice))], scope, depth); n != nil {
			return n
		}
	}
}

// node makes a node of a rule, or nil where the rule wants a variable that there is not.
func (g *Generator) node(r *rule, scope []name, depth int) *Node {
	for _, p := range r.places {
		if p.change && g.variable(p.typ, scope, true) == nil {
			return nil
		}
	}
	g.names++
	n := &Node{rule: r, name: strconv.Itoa(g.names)}
	for _, p := range r.places {
		if p.change {
			n.kids = append(n.kids, g.variable(p.typ, scope, true))
			continue
		}
		inner := slices.Clone(scope)
		for _, v := range p.binds {
			inner = append(inner, name{v.name + n.name, v.typ, v.change})
		}
		n.kids = append(n.kids, g.make(p.typ, inner, depth-1))
	}
	return n
}

// variable picks one of a type, or nil.
func (g *Generator) variable(typ string, scope []name, change bool) *Node {
	var of []string
	for _, v := range scope {
		if v.typ == typ && (v.change || !change) {
			of = append(of, v.name)
		}
	}
	if len(of) == 0 {
		return nil
	}
	text := []string{of[g.random.IntN(len(of))]}
	return &Node{rule: &rule{typ: typ, ours: text, theirs: text}}
}

// String is the text of the expression, or the whole block.
func (n *Node) String() string { return n.text(false) }

// Mono is the expression as mcs is to be asked for it.
func (n *Node) Mono() string { return n.text(true) }

func (n *Node) text(mono bool) string {
	parts := n.rule.ours
	if mono {
		parts = n.rule.theirs
	}
	var b strings.Builder
	for i, part := range parts {
		b.WriteString(n.named(part))
		if i >= len(n.kids) {
			continue
		}
		text := n.kids[i].text(mono)
		if parts[i+1] != "" && strings.ContainsRune(".?[(", rune(parts[i+1][0])) && n.kids[i].name != "" {
			text = "(" + text + ")"
			if mono && strings.Contains(text, "?") {
				text = "Plain.Of" + text // mcs goes on with a ?. inside of parentheses as if they were not there
			}
		}
		b.WriteString(text)
	}
	return b.String()
}

// named puts the node's name in the place of # before a letter.
func (n *Node) named(part string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(part, "#")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if rest == "" || rest[0] < 'a' || rest[0] > 'z' || len(rest) > 1 && rest[1] >= 'a' && rest[1] <= 'z' {
			b.WriteByte('#')
			part = rest
			continue
		}
		b.WriteString(rest[:1] + n.name)
		part = rest[1:]
	}
}

// Smaller returns expressions of the same type that are simpler: a part of it, or itself
// with a place made simpler. Where that takes a variable away from where it is declared,
// neither compiler takes the result.
func (n *Node) Smaller() []*Node {
	var out []*Node
	if len(n.kids) > 0 {
		for _, r := range grammar[n.rule.typ].leaves {
			out = append(out, &Node{rule: r, name: n.name})
		}
	}
	n.descendants(func(d *Node) {
		if d != n && d.rule.typ == n.rule.typ {
			out = append(out, d)
		}
	})
	for i, kid := range n.kids {
		if n.rule.places[i].change {
			continue
		}
		for _, smaller := range kid.Smaller() {
			kids := slices.Clone(n.kids)
			kids[i] = smaller
			out = append(out, &Node{n.rule, n.name, kids})
		}
	}
	return out
}

func (n *Node) descendants(visit func(*Node)) {
	visit(n)
	for _, kid := range n.kids {
		kid.descendants(visit)
	}
}
