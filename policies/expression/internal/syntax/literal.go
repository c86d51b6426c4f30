package syntax

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// integer makes a literal of an integer token.
func (p *parser) integer(t token) Expr {
	text := strings.ReplaceAll(strings.ToLower(p.textOf(t)), "_", "")
	digits := strings.TrimRight(text, "ul")
	if digits == "" || digits == "0x" || digits == "0b" {
		digits = text // reported below
	}
	suffix := text[len(digits):]
	base := 10
	switch {
	case strings.HasPrefix(digits, "0x"):
		digits, base = digits[2:], 16
	case strings.HasPrefix(digits, "0b"):
		digits, base = digits[2:], 2
	}
	at := Span{t.start, t.end}
	n, err := strconv.ParseUint(digits, base, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		p.errorf(at, BadLiteral, "write it as a decimal, with the suffix m, or as a double, with d", "%s is too large for any integer type", p.written(at))
		return &BadExpr{at}
	case err != nil || strings.HasSuffix(p.textOf(t), "_") || !isIntegerSuffix(suffix):
		p.errorf(at, BadLiteral, "", "%s is no number", p.written(at))
		return &BadExpr{at}
	}
	return &Literal{Span: at, Kind: integerKind(n, suffix), Int: n}
}

func isIntegerSuffix(s string) bool {
	return s == "" || s == "u" || s == "l" || s == "ul" || s == "lu"
}

// integerKind returns the first kind that the value fits, of those its suffix allows.
func integerKind(n uint64, suffix string) LiteralKind {
	switch unsigned, long := strings.Contains(suffix, "u"), strings.Contains(suffix, "l"); {
	case !unsigned && !long && n <= math.MaxInt32:
		return IntLiteral
	case !long && n <= math.MaxUint32:
		return UIntLiteral
	case !unsigned && n <= math.MaxInt64:
		return LongLiteral
	}
	return ULongLiteral
}

// realNumber makes a literal of a real token.
func (p *parser) realNumber(t token) Expr {
	at := Span{t.start, t.end}
	text := strings.ToLower(strings.ReplaceAll(p.textOf(t), "_", ""))
	digits := strings.TrimRight(text, "abcdfghijklmnopqrstuvwxyz")
	digits = strings.TrimSuffix(digits, "e")
	lit := &Literal{Span: at, Kind: DoubleLiteral}
	bits := 64
	switch text[len(digits):] {
	case "", "d":
	case "f":
		lit.Kind, bits = FloatLiteral, 32
	case "m":
		lit.Kind, lit.String = DecimalLiteral, digits
		return lit
	default:
		p.errorf(at, BadLiteral, "", "%s is no number", p.written(at))
		return &BadExpr{at}
	}
	var err error
	lit.Float, err = strconv.ParseFloat(digits, bits)
	if errors.Is(err, strconv.ErrRange) && math.IsInf(lit.Float, 0) {
		p.errorf(at, BadLiteral, "", "%s is too large", p.written(at))
		return &BadExpr{at}
	}
	return lit
}

// character makes a literal of a character token.
func (p *parser) character(t token) Expr {
	at := Span{t.start, t.end}
	value := p.unescape(t.start+1, t.end-1, plainString)
	units := 0
	var unit uint16
	for s := value; s != ""; units++ {
		r, n := decodeUnit(s)
		if r > 0xFFFF {
			units++
		}
		unit = uint16(r)
		s = s[n:]
	}
	switch units {
	case 1:
		return &Literal{Span: at, Kind: CharLiteral, Int: uint64(unit)}
	case 0:
		p.errorf(at, BadLiteral, `the empty string is ""`, "single quotes hold one character")
	default:
		help := `write "` + strings.Trim(p.written(at), "'") + `"`
		if len(help) > 60 || strings.Count(help, `"`) > 2 {
			help = `write strings in double quotes`
		}
		p.errorf(at, BadLiteral, help, "single quotes hold one character")
	}
	return &BadExpr{at}
}

// decodeUnit decodes the first character of WTF-8 text.
func decodeUnit(s string) (rune, int) {
	if len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return utf8.DecodeRuneInString(s)
}

// stringValue makes a literal of a string token.
func (p *parser) stringValue(t token) Expr {
	lit := &Literal{Span: Span{t.start, t.end}, Kind: StringLiteral}
	text := p.textOf(t)
	if strings.HasPrefix(text, "@") {
		lit.String = p.unescape(t.start+2, t.end-1, verbatimString)
		return lit
	}
	end := t.start + strings.LastIndexByte(text, '"') // u8 was reported
	lit.String = p.unescape(t.start+1, end, plainString)
	return lit
}

// A quoting says what is special in the text of a string.
type quoting struct{ verbatim, braces bool }

var (
	plainString    = quoting{}
	verbatimString = quoting{verbatim: true}
)

// unescape returns what the text from start to end stands for.
func (p *parser) unescape(start, end int, q quoting) string {
	s := p.text.String()[:end]
	if !strings.ContainsAny(s[start:], `\"{}`) {
		return s[start:]
	}
	b := make([]byte, 0, end-start)
	for i := start; i < end; {
		switch c := s[i]; {
		case c == '\\' && !q.verbatim:
			b, i = p.escape(b, s, i)
			continue
		case c == '"' && q.verbatim, c == '{' && q.braces, c == '}' && q.braces:
			if i+1 < end && s[i+1] == c {
				i++
			} else if c == '}' {
				p.errorf(Span{i, i + 1}, BadLiteral, "a brace that is text is doubled: }}", "} without { in an interpolated string")
			}
		}
		b = append(b, s[i])
		i++
	}
	return string(b)
}

var escapes = map[byte]byte{
	'\'': '\'', '"': '"', '\\': '\\', '0': 0, 'a': 7, 'b': 8, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11,
}

// escape appends what the escape at i stands for and returns the offset after it.
func (p *parser) escape(b []byte, s string, i int) ([]byte, int) {
	if i+1 >= len(s) {
		return b, len(s)
	}
	c := s[i+1]
	if e, ok := escapes[c]; ok {
		return append(b, e), i + 2
	}
	least, most := 0, 0
	switch c {
	case 'u':
		least, most = 4, 4
	case 'U':
		least, most = 8, 8
	case 'x':
		least, most = 1, 4
	}
	n := i + 2
	for n < len(s) && n < i+2+most && isHex(s[n]) {
		n++
	}
	code, err := strconv.ParseUint(s[i+2:n], 16, 32)
	if most == 0 || n-i-2 < least || err != nil || code > utf8.MaxRune {
		_, size := utf8.DecodeRuneInString(s[i+1:])
		p.errorf(Span{i, i + 1 + size}, BadLiteral, `a backslash itself is written \\, or the string @"…"`, "unknown escape %s", p.written(Span{i, i + 1 + size}))
		return append(b, s[i:i+1+size]...), i + 1 + size
	}
	return appendUnit(b, rune(code)), n
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// appendUnit appends a character or half of a surrogate pair, in WTF-8: halves that meet
// become the character.
func appendUnit(b []byte, r rune) []byte {
	if r < 0xD800 || r > 0xDFFF {
		return utf8.AppendRune(b, r)
	}
	if n := len(b); r >= 0xDC00 && n >= 3 && b[n-3] == 0xED && b[n-2] >= 0xA0 && b[n-2] < 0xB0 {
		high := 0xD000 | rune(b[n-2]&0x3F)<<6 | rune(b[n-1]&0x3F)
		return utf8.AppendRune(b[:n-3], 0x10000+(high-0xD800)<<10+(r-0xDC00))
	}
	return append(b, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0xBF, 0x80|byte(r)&0xBF)
}

// interpolated parses an interpolated string.
func (p *parser) interpolated(t token) Expr {
	out := &Interpolated{Span: Span{t.start, t.end}}
	n, verbatim := interpolationStart(p.textOf(t))
	q := quoting{verbatim: verbatim, braces: true}
	var holes []hole
	p.scan.interpolated(t.start+n, verbatim, 1, &holes)
	from := t.start + n
	for _, h := range holes {
		out.addText(p, from, h.start-1, q)
		out.Parts = append(out.Parts, p.hole(h, quoting{verbatim: verbatim}))
		from = h.end + 1
	}
	out.addText(p, from, t.end-1, q)
	return out
}

func (x *Interpolated) addText(p *parser, start, end int, q quoting) {
	if start < end {
		x.Parts = append(x.Parts, &InterpolatedPart{Span: Span{start, end}, Text: p.unescape(start, end, q)})
	}
}

// hole parses what stands in the braces of an interpolated string.
func (p *parser) hole(h hole, q quoting) *InterpolatedPart {
	part := &InterpolatedPart{Span: Span{h.start - 1, h.end + 1}}
	if !p.enter(part.Span) {
		part.Expr = &BadExpr{part.Span}
		return part
	}
	defer p.leave()
	in := p.nested(h.start, h.colon)
	if in.at(endOfText) {
		p.errorf(part.Span, BadSyntax, "braces that are text are doubled, {{ and }}", "nothing between { and }")
		part.Expr = &BadExpr{part.Span}
		return part
	}
	part.Expr = in.expr()
	if in.at(comma) {
		in.advance()
		part.Alignment = in.expr()
	}
	if !in.at(endOfText) && !in.failedHere() {
		in.unexpected("after the expression in braces")
	}
	if h.colon < h.end {
		part.Format = p.unescape(h.colon+1, h.end, q)
		if part.Format == "" {
			p.errorf(Span{h.colon, h.colon + 1}, BadLiteral, "", "no format after :")
		}
		p.checkColon(h)
	}
	return part
}

// checkColon explains the commonest mistake in a hole: the : of a ?: begins a format.
func (p *parser) checkColon(h hole) {
	before := p.text.String()[h.start:h.colon]
	if strings.Contains(before, "?") && len(p.list) > 0 && p.last >= h.start-1 && p.last <= h.colon {
		p.list[len(p.list)-1].Help = "a ?: inside of braces needs parentheses: {(a ? b : c)}"
	}
}
