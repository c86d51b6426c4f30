package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apimgw/apimgw/policies/diag"
)

// A reporter collects the messages about one expression. Of messages that begin at the
// same place only the first is kept: what follows is mostly its consequence.
type reporter struct {
	text diag.Text
	list diag.List
	last int // where the last message begins; -1 before the first
	// torn: something has no end, so brackets after it are missed in vain.
	torn bool
}

func (r *reporter) errorf(s Span, code diag.Code, help, format string, args ...any) {
	if s.Start == r.last || len(r.list) >= most {
		return
	}
	r.last = s.Start
	r.list.Errorf(r.text.Range(s.Start, s.Stop), code, format, args...)
	r.list[len(r.list)-1].Help = help
}

// written is what the author wrote at a place. Messages quote it rather than the text:
// that may have come from a named value, which may be secret.
func (r *reporter) written(s Span) string { return r.text.Range(s.Start, s.Stop).Text() }

// A lexer cuts a piece of the text, up to end, into tokens.
type lexer struct {
	*reporter
	scan scanner
	s    string // the text up to the end of the piece
	i    int
}

func newLexer(r *reporter, start, end int) *lexer {
	s := r.text.String()[:end]
	return &lexer{reporter: r, scan: scanner{text: s}, s: s, i: start}
}

// tokens returns all tokens, the last being endOfText.
func (l *lexer) tokens() []token {
	out := make([]token, 0, (len(l.s)-l.i)/4+2)
	for {
		t := l.next()
		out = append(out, t)
		if t.kind == endOfText {
			return out
		}
	}
}

func (l *lexer) next() token {
	l.blanks()
	start := l.i
	if start >= len(l.s) {
		return token{endOfText, len(l.s), len(l.s)}
	}
	k := l.token()
	return token{k, start, l.i}
}

// blanks skips white space and comments.
func (l *lexer) blanks() {
	for l.i < len(l.s) {
		rest := l.s[l.i:]
		switch c := rest[0]; {
		case c == ' ', c == '\t', c == '\n', c == '\r', c == '\f', c == '\v':
			l.i++
		case strings.HasPrefix(rest, "//"):
			l.i = l.scan.lineComment(l.i)
		case strings.HasPrefix(rest, "/*"):
			end, ok := l.scan.blockComment(l.i)
			if !ok {
				l.errorf(Span{l.i, l.i + 2}, BadSyntax, "end it with */", "comment without an end")
				l.torn = true
				end = len(l.s)
			}
			l.i = end
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(rest)
			if !unicode.IsSpace(r) && r != '\uFEFF' {
				return
			}
			l.i += n
		default:
			return
		}
	}
}

func (l *lexer) token() kind {
	rest := l.s[l.i:]
	c := rest[0]
	switch {
	case isIdentifierStart(c):
		return l.word()
	case c >= '0' && c <= '9', c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		return l.number()
	case c == '"':
		return l.quoted()
	case c == '\'':
		return l.character()
	case c == '$', c == '@':
		return l.prefixed()
	case c >= utf8.RuneSelf:
		if r, _ := utf8.DecodeRuneInString(rest); unicode.IsLetter(r) {
			return l.word()
		}
		return l.stray()
	}
	for n := min(3, len(rest)); n > 0; n-- {
		k, ok := punctuation[rest[:n]]
		if !ok || k == questionDot && len(rest) > 2 && rest[2] >= '0' && rest[2] <= '9' {
			continue // a ?.5 : b
		}
		l.i += n
		return k
	}
	return l.stray()
}

// punctuation has no >> and no ?[: those the parser puts together.
var punctuation = func() map[string]kind {
	m := make(map[string]kind)
	for k := leftParen; k < kwAbstract; k++ {
		m[kindText[k]] = k
	}
	return m
}()

func isIdentifierStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// word reads an identifier or keyword.
func (l *lexer) word() kind {
	start := l.i
	l.skipWord()
	if k, ok := keywords[l.s[start:l.i]]; ok {
		return k
	}
	return identifier
}

func (l *lexer) skipWord() {
	for l.i < len(l.s) {
		c := l.s[l.i]
		if isIdentifierStart(c) || c >= '0' && c <= '9' {
			l.i++
			continue
		}
		if c < utf8.RuneSelf {
			return
		}
		r, n := utf8.DecodeRuneInString(l.s[l.i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Mc, r) {
			return
		}
		l.i += n
	}
}

// number reads the extent of a number; what it is worth is for the parser.
func (l *lexer) number() kind {
	start := l.i
	k := integerLiteral
	l.digits()
	if l.i-start == 1 && l.s[start] == '0' && l.i < len(l.s) && strings.IndexByte("xXbB", l.s[l.i]) >= 0 {
		l.skipWord() // digits, letters of hexadecimal digits, and the suffix
		return k
	}
	if l.i+1 < len(l.s) && l.s[l.i] == '.' && l.s[l.i+1] >= '0' && l.s[l.i+1] <= '9' {
		k = realLiteral
		l.i++
		l.digits()
	}
	if n := exponent(l.s[l.i:]); n > 0 {
		k = realLiteral
		l.i += n
		l.digits()
	}
	suffix := l.i
	l.skipWord()
	switch l.s[suffix:l.i] {
	case "f", "F", "d", "D", "m", "M":
		k = realLiteral
	}
	return k
}

func (l *lexer) digits() {
	for l.i < len(l.s) && (l.s[l.i] >= '0' && l.s[l.i] <= '9' || l.s[l.i] == '_') {
		l.i++
	}
}

// exponent returns the length of an e, its sign and its first digit, or 0.
func exponent(s string) int {
	if len(s) < 2 || s[0] != 'e' && s[0] != 'E' {
		return 0
	}
	n := 1
	if s[1] == '+' || s[1] == '-' {
		n = 2
	}
	if n < len(s) && s[n] >= '0' && s[n] <= '9' {
		return n + 1
	}
	return 0
}

// quoted reads "…".
func (l *lexer) quoted() kind {
	start := l.i
	if strings.HasPrefix(l.s[l.i:], `"""`) {
		return l.raw(start)
	}
	end, ok := l.scan.quoted(l.i)
	l.i = end
	if !ok {
		return l.unterminated(start)
	}
	if strings.HasPrefix(l.s[l.i:], "u8") {
		l.i += 2
		l.errorf(Span{l.i - 2, l.i}, NewerCSharp, "write Encoding.UTF8.GetBytes(…)", "the suffix u8 is newer than C# 7.3")
	}
	return stringLiteral
}

// raw refuses the strings of C# 11, """ … """.
func (l *lexer) raw(start int) kind {
	quotes := strings.IndexByte(l.s[start:], '"') + start
	l.errorf(Span{start, quotes + 3}, NewerCSharp, `write @"…" with quotes inside doubled`, `a string in """ is newer than C# 7.3`)
	end, ok := l.scan.quoted(quotes)
	if !ok {
		end = len(l.s)
	}
	l.i = end
	return badToken
}

// unterminated reports a string without an end. The token goes up to the end of the line.
func (l *lexer) unterminated(start int) kind {
	l.torn = true
	l.i = l.scan.lineComment(start)
	l.errorf(Span{start, start + 1}, BadLiteral, `a " inside of the string is written \"; a string over lines is written @"…"`,
		"string without an end on its line")
	return badToken
}

// character reads '…'. What is inside is for the parser.
func (l *lexer) character() kind {
	start := l.i
	end, ok := l.scan.escaped(l.i)
	l.i = end
	if !ok {
		l.i = start + 1
		l.errorf(Span{start, start + 1}, BadLiteral, "", "single quote without a second one")
		return badToken
	}
	return characterLiteral
}

// prefixed reads what begins with $ or @.
func (l *lexer) prefixed() kind {
	start, rest := l.i, l.s[l.i:]
	if n := len(rest) - len(strings.TrimLeft(rest, "$@")); strings.HasPrefix(rest[n:], `"""`) && strings.IndexByte(rest[:n], '$') >= 0 &&
		strings.IndexByte(rest[:n], '@') < 0 {
		return l.raw(start)
	}
	if n, verbatim := interpolationStart(rest); n > 0 {
		end, ok := l.scan.interpolated(l.i+n, verbatim, 1, nil)
		l.i = end
		if !ok {
			return l.brokenInterpolation(start, n)
		}
		return interpolatedString
	}
	if strings.HasPrefix(rest, `@"`) {
		end, ok := l.scan.verbatim(l.i + 2)
		l.i = end
		if !ok {
			l.torn = true
			l.errorf(Span{start, start + 2}, BadLiteral, `a " inside of @"…" is written ""`, "string without an end")
			return badToken
		}
		return stringLiteral
	}
	if r, _ := utf8.DecodeRuneInString(rest[1:]); rest[0] == '@' && (unicode.IsLetter(r) || r == '_') {
		l.i++
		l.skipWord()
		return identifier
	}
	if strings.HasPrefix(rest, "@(") || strings.HasPrefix(rest, "@{") {
		l.i++
		l.errorf(Span{start, start + 2}, BadSyntax, "inside of an expression C# is written without @", "an expression inside of an expression")
		return l.next().kind
	}
	return l.stray()
}

// brokenInterpolation reports an interpolated string that does not end.
func (l *lexer) brokenInterpolation(start, prefix int) kind {
	l.torn = true
	l.i = l.scan.lineComment(start)
	l.errorf(Span{start, start + prefix}, BadLiteral,
		`each { needs its }; braces that are text are doubled, {{ and }}; a " in the text is written \"`,
		"interpolated string without an end")
	return badToken
}

// stray reports a character that C# has no use for.
func (l *lexer) stray() kind {
	r, n := utf8.DecodeRuneInString(l.s[l.i:])
	at := Span{l.i, l.i + n}
	l.i += n
	switch r {
	case '“', '”', '„', '«', '»':
		l.errorf(at, BadSyntax, `write "`, "typographic quote %s", l.written(at))
	case '‘', '’', '`', '´':
		l.errorf(at, BadSyntax, `write "`, "%s is no quote of C#", l.written(at))
	case '–', '—':
		l.errorf(at, BadSyntax, "write -", "typographic dash %s", l.written(at))
	case '#':
		l.errorf(at, NoSuchCSharp, "", "preprocessor directives are not for expressions")
	case '\\':
		l.errorf(at, BadSyntax, "outside of strings nothing is escaped", `unexpected \`)
	default:
		l.errorf(at, BadSyntax, "", "unexpected character %s", l.written(at))
	}
	return badToken
}
