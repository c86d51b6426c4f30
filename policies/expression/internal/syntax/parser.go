package syntax

import (
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
)

const (
	// deepest is how deep brackets, blocks and right-hand sides may nest.
	deepest = 200
	// longest is how many operators of one level may follow each other.
	longest = 1000
	// most is how many messages one expression gets.
	most = 20
)

// Parse parses one policy expression, @( … ) or @{ … }, which is all of text but for
// white space around it. The unit is never nil, and complete but for the places that
// messages tell of; there a BadExpr, BadType or BadStmt stands.
func Parse(text diag.Text) (*Unit, diag.List) {
	s := text.String()
	u := &Unit{Span: Span{0, len(s)}, Text: text}
	r := &reporter{text: text, last: -1}
	start := len(s) - len(strings.TrimLeft(s, " \t\r\n\f\v"))
	if !strings.HasPrefix(s[start:], "@(") && !strings.HasPrefix(s[start:], "@{") {
		r.errorf(Span{start, len(s)}, BadSyntax, "", "an expression begins with @( or @{")
		u.Expr = &BadExpr{u.Span}
		return u, r.list
	}
	u.Start = start
	end, ok := Scan(s, start, nil)
	if !ok {
		end = len(s)
	}
	u.Stop = end
	p := newParser(r, start+1, end)
	if s[start+1] == '(' {
		u.Expr = p.inline()
	} else {
		u.Block = p.block()
	}
	if rest := strings.TrimSpace(s[end:]); ok && rest != "" {
		at := end + strings.Index(s[end:], rest)
		r.last = -1
		r.errorf(Span{at, at + len(rest)}, BadSyntax, `let the expression be the whole value, such as @("text " + …) or @($"text {…}")`,
			"text after the end of the expression")
	}
	r.list.Sort()
	return u, r.list
}

// A parser makes the tree of a piece of the text.
type parser struct {
	*reporter
	scan   scanner
	tokens []token
	i      int
	depth  *int
	failed int // index of the token at which the last message was made
}

func newParser(r *reporter, start, end int) *parser {
	l := newLexer(r, start, end)
	return &parser{reporter: r, scan: l.scan, tokens: l.tokens(), depth: new(int), failed: -1}
}

// nested returns a parser of a piece inside of what p parses.
func (p *parser) nested(start, end int) *parser {
	n := newParser(p.reporter, start, end)
	n.depth = p.depth
	return n
}

// The tokens.

func (p *parser) tok() token { return p.tokens[p.i] }

func (p *parser) at(k kind) bool { return p.tokens[p.i].kind == k }

// peek returns the kind of the token n after the current one.
func (p *parser) peek(n int) kind { return p.kindAt(p.i + n) }

func (p *parser) kindAt(i int) kind {
	if i >= len(p.tokens) {
		return endOfText
	}
	return p.tokens[i].kind
}

func (p *parser) advance() token {
	t := p.tokens[p.i]
	if t.kind != endOfText {
		p.i++
	}
	return t
}

// skip reads the current token if it is of that kind.
func (p *parser) skip(k kind) bool {
	if !p.at(k) {
		return false
	}
	p.advance()
	return true
}

// listUpTo parses what stands between commas up to a closer, which is left. A comma may be
// the last of it.
func (p *parser) listUpTo(closer kind, item func()) {
	for !p.at(closer) && !p.at(endOfText) {
		item()
		if !p.skip(comma) {
			return
		}
	}
}

func (p *parser) textOf(t token) string { return p.text.String()[t.start:t.end] }

// atWord reports whether the current token is a word that is no keyword, such as var.
func (p *parser) atWord(word string) bool { return p.isWord(p.i, word) }

func (p *parser) isWord(i int, word string) bool {
	return p.kindAt(i) == identifier && p.textOf(p.tokens[i]) == word
}

// previous is the offset just after the last token that was read.
func (p *parser) previous() int {
	if p.i == 0 {
		return p.tokens[0].start
	}
	return p.tokens[p.i-1].end
}

// from is the span from an offset up to the last token that was read.
func (p *parser) from(start int) Span { return Span{start, max(start, p.previous())} }

func spanOf(t token) Span { return Span{t.start, t.end} }

// The messages. Of those made at one token the first is kept.

func (p *parser) failedHere() bool { return p.failed == p.i || p.at(badToken) }

func (p *parser) fail(s Span, code diag.Code, help, format string, args ...any) {
	if p.failedHere() {
		p.failed = p.i
		return
	}
	p.failed = p.i
	p.errorf(s, code, help, format, args...)
}

// unexpected reports the current token.
func (p *parser) unexpected(where string) {
	t := p.tok()
	what := p.written(spanOf(t))
	if t.kind == endOfText {
		what = "the end"
	}
	p.fail(spanOf(t), BadSyntax, "", "unexpected %s %s", what, where)
}

// expect reads a token of a kind, or reports that it is missing.
func (p *parser) expect(k kind) (token, bool) {
	if p.at(k) {
		return p.advance(), true
	}
	p.fail(p.missing(k), BadSyntax, "", "%s expected", k)
	return p.tok(), false
}

// missing is where a token is missed: after what comes before, if it is one that ends or
// separates something.
func (p *parser) missing(k kind) Span {
	if k == semicolon || p.at(endOfText) {
		return Span{p.previous(), p.previous()}
	}
	return spanOf(p.tok())
}

// close reads the partner of a bracket.
func (p *parser) close(k kind, open token) {
	if p.at(k) {
		p.advance()
		return
	}
	if p.at(endOfText) && !p.torn {
		p.fail(spanOf(open), BadSyntax, "", "%s without its %s", open.kind, k)
		return
	}
	if p.failedHere() || p.torn {
		return
	}
	before := len(p.list)
	p.fail(spanOf(p.tok()), BadSyntax, "", "%s expected", k)
	if len(p.list) > before {
		d := &p.list[len(p.list)-1]
		d.Related = append(d.Related, diag.Related{Range: p.text.Range(open.start, open.end), Message: open.kind.String() + " is here"})
	}
}

// enter counts a level of nesting. When there are too many, it reports that and gives up
// on the rest of the text.
func (p *parser) enter(s Span) bool {
	*p.depth++
	if *p.depth <= deepest {
		return true
	}
	*p.depth--
	p.tooComplex(s, "the expression nests too deep")
	return false
}

func (p *parser) leave() { *p.depth-- }

func (p *parser) tooComplex(s Span, message string) {
	p.fail(s, TooComplex, "compute parts of it in variables first", "%s", message)
	p.i = len(p.tokens) - 1
	p.failed = p.i
}

// skipTo goes to the next token of a kind, over whatever brackets are between. It stays
// at a closing bracket of what is around.
func (p *parser) skipTo(stop ...kind) {
	depth := 0
	for !p.at(endOfText) {
		k := p.tok().kind
		if depth == 0 {
			for _, s := range stop {
				if k == s {
					return
				}
			}
		}
		switch k {
		case leftParen, leftBracket, leftBrace:
			depth++
		case rightParen, rightBracket, rightBrace:
			if depth == 0 {
				return
			}
			depth--
		}
		p.advance()
	}
}

// partner returns the index of the token that closes the bracket at i, or -1.
func (p *parser) partner(i int) int {
	depth := 0
	for ; i < len(p.tokens); i++ {
		switch p.tokens[i].kind {
		case leftParen, leftBracket, leftBrace:
			depth++
		case rightParen, rightBracket, rightBrace:
			depth--
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}

// ident reads a name.
func (p *parser) ident() Ident {
	if p.at(identifier) {
		t := p.advance()
		return Ident{Span: spanOf(t), Name: strings.TrimPrefix(p.textOf(t), "@")}
	}
	help := ""
	if p.tok().kind.isKeyword() || p.at(queryWord) {
		help = "a keyword as a name is written @" + p.textOf(p.tok())
	}
	p.fail(p.missing(identifier), BadSyntax, help, "name expected")
	return Ident{Span: Span{p.tok().start, p.tok().start}}
}

// inline parses what stands in @( … ), brackets included.
func (p *parser) inline() Expr {
	open := p.advance()
	if help := p.statementHelp(); help != "" {
		p.fail(spanOf(p.tok()), BadStatement, help, "@( … ) holds an expression, not a statement")
		return &BadExpr{spanOf(p.tok())}
	}
	x := p.expr()
	switch {
	case p.at(semicolon):
		p.fail(spanOf(p.tok()), BadSyntax, "remove it, or write @{ return …; }", "an expression in @( … ) has no ;")
	default:
		p.close(rightParen, open)
		if !p.at(endOfText) && !p.failedHere() {
			p.unexpected("after the expression")
		}
	}
	return x
}

// statementHelp tells what to do about a statement where an expression should be, or "".
func (p *parser) statementHelp() string {
	const help = "write statements as @{ …; return …; }"
	switch k := p.tok().kind; k {
	case kwReturn:
		return "remove return, or write @{ return …; }"
	case kwIf, kwFor, kwForeach, kwWhile, kwDo, kwSwitch, kwTry, kwConst:
		return help
	default:
		if p.isLambda() || p.isQuery() || !p.declares() {
			return ""
		}
		if i := p.skipType(p.i, 0); i < 0 || p.kindAt(i+1) == assign || p.kindAt(i+1) == semicolon {
			return help
		}
	}
	return ""
}
