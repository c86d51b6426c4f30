package library

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A parser reads the signature of a member, or a type. Declarations are ours: a mistake in
// one is a bug, and panics when the library is first loaded.
type parser struct {
	library *Library
	class   *Class
	text    string
	tokens  []string
	at      int
	scope   []*types.Type // type parameters in scope
}

func (l *Library) parser(c *Class, text string) *parser {
	p := &parser{library: l, class: c, text: text, scope: c.Def.Params}
	p.tokens = tokenize(text)
	return p
}

func tokenize(text string) []string {
	var out []string
	word := func(c byte) bool {
		return c == '_' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	for i := 0; i < len(text); {
		start := i
		switch {
		case text[i] == ' ':
			i++
			continue
		case word(text[i]):
			for i < len(text) && word(text[i]) {
				i++
			}
		case text[i] == '"':
			i += 2 + strings.IndexByte(text[i+1:], '"')
		case text[i] == '\'':
			i += 3
		default:
			i++
		}
		out = append(out, text[start:i])
	}
	return out
}

func (p *parser) fail(format string, args ...any) {
	panic(fmt.Sprintf("library: %s: %q: %s", p.class.Name, p.text, fmt.Sprintf(format, args...)))
}

func (p *parser) peek() string {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return ""
}

func (p *parser) next() string {
	t := p.peek()
	p.at++
	return t
}

func (p *parser) accept(t string) bool {
	if p.peek() == t {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(t string) {
	if got := p.next(); got != t {
		p.fail("%q where %q is expected", got, t)
	}
}

// only reads a type that is the whole text.
func (p *parser) only() *types.Type {
	t := p.typ()
	if p.at < len(p.tokens) {
		p.fail("%q after the type", p.peek())
	}
	return t
}

// member reads a signature.
func (p *parser) member(m *Member) {
	m.Signature = &types.Signature{}
	for {
		switch {
		case p.accept("static"), p.accept("const"):
			m.Static = true
			continue
		case p.accept("readonly"):
			continue
		}
		break
	}
	switch {
	case p.peek() == "implicit" || p.peek() == "explicit":
		m.Kind, m.Name = Conversion, p.next()
		p.expect("operator")
		m.Signature.Result = p.typ()
		p.params(m, ")")
	case p.isConstructor():
		p.next()
		m.Kind, m.Name = Constructor, ".ctor"
		m.Signature.Result = p.class.Def.Type()
		p.params(m, ")")
	default:
		p.declareTypeParams(m)
		m.Signature.Result = p.typ()
		p.named(m)
		p.bounds(m.Signature)
	}
	if p.at < len(p.tokens) {
		p.fail("%q at the end", p.peek())
	}
}

// bounds reads what follows "where".
func (p *parser) bounds(s *types.Signature) {
	for p.accept("where") {
		if s.Bounds == nil {
			s.Bounds = make([]*types.Type, len(s.TypeParams))
		}
		param := p.typ()
		p.expect(":")
		bound := p.typ()
		i := slices.Index(s.TypeParams, param)
		if i < 0 {
			p.fail("%s is no type parameter", param)
		}
		s.Bounds[i] = bound
	}
}

func (p *parser) isConstructor() bool {
	name := p.class.Def.Name
	name = name[strings.LastIndexByte(name, '+')+1:]
	return p.peek() == name && p.at+1 < len(p.tokens) && p.tokens[p.at+1] == "("
}

// declareTypeParams looks ahead for Name<T, U>( and brings T and U into scope, since the
// result type before the name may mention them.
func (p *parser) declareTypeParams(m *Member) {
	open := -1
	depth := 0
	for i := p.at; i < len(p.tokens) && p.tokens[i] != "(" && p.tokens[i] != "{" && p.tokens[i] != "operator"; i++ {
		switch p.tokens[i] {
		case "<":
			if depth == 0 {
				open = i
			}
			depth++
		case ">":
			depth--
			if depth == 0 && i+1 < len(p.tokens) && p.tokens[i+1] != "(" {
				open = -1
			}
		}
	}
	if open < 0 {
		return
	}
	for i := open + 1; p.tokens[i] != ">"; i++ {
		if p.tokens[i] != "," {
			m.Signature.TypeParams = append(m.Signature.TypeParams, types.NewParameter(p.tokens[i]))
		}
	}
	p.scope = append(append([]*types.Type(nil), m.Signature.TypeParams...), p.scope...)
}

// named reads what follows the result type: the name, and what tells the kind of member.
func (p *parser) named(m *Member) {
	switch {
	case p.accept("operator"):
		m.Kind, m.Static = Operator, true
		for p.peek() != "(" {
			m.Name += p.next()
		}
		p.params(m, ")")
	case p.accept("this"):
		m.Kind, m.Name = Indexer, "this[]"
		p.params(m, "]")
		p.accessors()
	default:
		m.Name = p.next()
		if p.accept("<") {
			for !p.accept(">") {
				p.next()
			}
		}
		switch p.peek() {
		case "(":
			m.Kind = Method
			p.params(m, ")")
		case "{":
			m.Kind = Property
			p.accessors()
		default:
			m.Kind = FieldMember
		}
	}
}

func (p *parser) accessors() {
	p.expect("{")
	for !p.accept("}") {
		if t := p.next(); t != "get" && t != "set" && t != ";" {
			p.fail("%q in the accessors", t)
		}
	}
}

func (p *parser) params(m *Member, closer string) {
	p.next()
	for !p.accept(closer) {
		m.Signature.Params = append(m.Signature.Params, p.param(m))
		p.accept(",")
	}
}

func (p *parser) param(m *Member) types.Param {
	out := types.Param{}
	switch {
	case p.accept("this"):
		m.Extension, m.Static = true, true
	case p.accept("params"):
		out.Variadic = true
	case p.accept("out"):
		out.Out = true
	case p.accept("ref"):
		out.Out, out.Ref = true, true
	}
	out.Type = p.typ()
	out.Name = p.next()
	if p.accept("=") {
		out.Optional = true
		out.Default = p.value(out.Type)
	}
	return out
}

// value reads the default of a parameter.
func (p *parser) value(t *types.Type) any {
	word := p.next()
	switch {
	case word == "null" || word == "default":
		return nil
	case word == "true" || word == "false":
		return word == "true"
	case word[0] == '"':
		return word[1 : len(word)-1]
	case t.Kind == types.Enum:
		n, ok := t.Def.Value(word[strings.LastIndexByte(word, '.')+1:])
		if !ok {
			p.fail("no value %s", word)
		}
		return clr.Enum{Type: p.library.byDef[t.Def].enum, Value: n}
	}
	sign := ""
	if word == "-" {
		sign, word = "-", p.next()
	}
	n, err := strconv.ParseInt(sign+word, 0, 32)
	if err != nil {
		p.fail("%v", err)
	}
	return int32(n)
}

// typ reads a type.
func (p *parser) typ() *types.Type {
	t := p.named0()
	for {
		switch {
		case p.accept("?"):
			t = types.NullableOf(t)
		case p.peek() == "[" && p.at+1 < len(p.tokens) && (p.tokens[p.at+1] == "]" || p.tokens[p.at+1] == ","):
			p.next()
			rank := 1
			for p.accept(",") {
				rank++
			}
			p.expect("]")
			t = types.MultiArrayOf(t, rank)
		default:
			return t
		}
	}
}

func (p *parser) named0() *types.Type {
	name := p.next()
	for _, s := range p.scope {
		if s.Name == name {
			return s
		}
	}
	if t := types.ByKeyword(name); t != nil {
		return t
	}
	var args []*types.Type
	if p.accept("<") {
		for !p.accept(">") {
			args = append(args, p.typ())
			p.accept(",")
		}
	}
	return p.find(name, args)
}

func (p *parser) find(name string, args []*types.Type) *types.Type {
	short := name[strings.LastIndexByte(name, '.')+1:]
	var found *types.Def
	for _, d := range p.library.byName[short] {
		if len(d.Params) != len(args) || name != short && d.FullName() != name {
			continue
		}
		if found != nil {
			p.fail("%s may be %s or %s", name, found.FullName(), d.FullName())
		}
		found = d
	}
	if found == nil {
		p.fail("no type %s with %d type parameters", name, len(args))
	}
	if found.Params == nil {
		return found.Type()
	}
	return found.Of(args...)
}
