package document

import (
	"strings"
	"unicode/utf8"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/expression"
)

// A span is a piece of the document, in byte offsets.
type span struct{ start, end int }

// An expr is an expression in the document.
type expr struct {
	span
	// bare: entities in its string literals are not entities, as the author wrote the
	// rest of it bare.
	bare bool
	// torn: it has no end, and span.end is a guess.
	torn bool
}

// A tag is a start tag.
type tag struct {
	span
	name  span
	attrs []attr
}

// An attr is an attribute of a start tag. The value is what stands between the quotes.
type attr struct{ name, value span }

// A masker makes a text that is XML of one that only becomes XML when its expressions are
// taken out. The mask is as long as the text, so offsets in one are offsets in the other.
// Mistakes it finds it reports and masks too, so that the rest can be read.
type masker struct {
	src  *diag.Source
	s    string
	mask []byte
	list diag.List

	tags  []tag
	exprs []expr

	entities *decoded // of the whole text; made when first needed
	failures int      // scans that found no end
	gaveUp   int      // where the last of too many of those is
	literal  int      // up to here it is known that no literal holds an expression with quotes
}

// maxFailures is how many expressions without an end are tried in one document; each may
// cost a look at all the rest of it.
const maxFailures = 32

// filler stands in the mask for what is not shown to the XML parser.
const filler = 'x'

func newMasker(src *diag.Source) *masker {
	return &masker{src: src, s: src.Text(), mask: []byte(src.Text())}
}

func (m *masker) errorf(start, end int, code diag.Code, help, format string, args ...any) {
	m.list.Errorf(m.src.Range(start, end), code, format, args...)
	m.list[len(m.list)-1].Help = help
}

func (m *masker) warnf(start, end int, code diag.Code, help, format string, args ...any) {
	m.list.Warnf(m.src.Range(start, end), code, format, args...)
	m.list[len(m.list)-1].Help = help
}

// hide puts filler over a piece of the mask.
func (m *masker) hide(start, end int, c byte) {
	for i := start; i < end; i++ {
		m.mask[i] = c
	}
}

// run masks the whole text.
func (m *masker) run() {
	for i := m.prolog(); i < len(m.s); {
		rest := m.s[i:]
		switch {
		case strings.HasPrefix(rest, "<!--"):
			i = m.comment(i)
		case strings.HasPrefix(rest, "<![CDATA["):
			i = m.until(i, "]]>", "CDATA section")
		case strings.HasPrefix(rest, "<!"):
			i = m.directive(i)
		case strings.HasPrefix(rest, "<?"):
			i = m.instruction(i)
		case strings.HasPrefix(rest, "</"):
			i = m.until(i, ">", "end tag")
		case rest[0] == '<' && len(rest) > 1 && isNameStart(rest[1]):
			i = m.startTag(i)
		default:
			i = m.text(i)
		}
	}
}

// isNameStart reports whether a name may begin with the byte.
func isNameStart(c byte) bool {
	return isNameByte(c) && c != '-' && c != '.' && (c < '0' || c > '9')
}

// prolog hides a byte order mark and the XML declaration. The text is UTF-8 whatever the
// declaration says, as it was read already.
func (m *masker) prolog() int {
	i := 0
	if strings.HasPrefix(m.s, "\uFEFF") {
		i = len("\uFEFF")
	}
	m.hide(0, i, ' ')
	if strings.HasPrefix(m.s[i:], "<?xml") && len(m.s) > i+5 && strings.IndexByte(space, m.s[i+5]) >= 0 {
		end := m.until(i, "?>", "XML declaration")
		m.hide(i, end, ' ')
		return end
	}
	return i
}

// until returns the offset after the next end of a piece of markup.
func (m *masker) until(i int, end, what string) int {
	n := strings.Index(m.s[i:], end)
	if n < 0 {
		m.errorf(i, min(i+2, len(m.s)), MalformedXML, "it ends with "+end, "%s without an end", what)
		m.hide(i, len(m.s), ' ')
		return len(m.s)
	}
	return i + n + len(end)
}

// comment hides what a comment says.
func (m *masker) comment(i int) int {
	end := m.until(i, "-->", "comment")
	if m.mask[i] == ' ' {
		return end
	}
	body := m.s[i+4 : max(i+4, end-3)]
	if at := strings.Index(body+"-", "--"); at >= 0 {
		m.warnf(i+4+at, min(i+4+at+2, end), MalformedXML, "other tools will refuse the document", "XML does not allow -- inside a comment")
	}
	if end < i+7 { // <!--> ends with its own dashes
		m.hide(i, end, ' ')
		return end
	}
	m.hide(i+4, end-3, filler)
	return end
}

// directive refuses <!DOCTYPE and the like.
func (m *masker) directive(i int) int {
	end := len(m.s)
	depth := 0
	for j := i; j < len(m.s); j++ {
		switch m.s[j] {
		case '<', '[':
			depth++
		case ']':
			depth--
		case '>':
			depth--
			if depth == 0 {
				end = j + 1
				j = len(m.s)
			}
		}
	}
	m.errorf(i, min(i+len("<!DOCTYPE"), end), NoDTD, "remove it", "document type declarations are not allowed in a policy document")
	m.hide(i, end, ' ')
	return end
}

// instruction hides a processing instruction; policies have none.
func (m *masker) instruction(i int) int {
	end := m.until(i, "?>", "processing instruction")
	if strings.HasPrefix(m.s[i:], "<?xml ") {
		m.errorf(i, end, MalformedXML, "to have one in a value, put the value into <![CDATA[ ]]>", "an XML declaration stands only at the start of the document")
	}
	m.hide(i, end, ' ')
	return end
}

// startTag reads a start tag and masks the expressions in its attributes.
func (m *masker) startTag(i int) int {
	t := tag{name: span{i + 1, m.nameEnd(i + 1)}}
	t.start = i
	for j := t.name.end; ; {
		j = m.skipSpace(j)
		switch {
		case j >= len(m.s):
			if !m.list.HasErrors() { // else it is a quote that has no end
				m.errorf(i, t.name.end, UnclosedTag, "", "<%s has no >", m.s[t.name.start:t.name.end])
			}
			m.hide(i, len(m.s), ' ')
			return len(m.s)
		case m.s[j] == '>':
			t.end = j + 1
		case strings.HasPrefix(m.s[j:], "/>"):
			t.end = j + 2
		case m.s[j] == '<':
			m.errorf(i, t.name.end, UnclosedTag, "", "<%s has no >", m.s[t.name.start:t.name.end])
			m.hide(i, j, ' ')
			return j
		default:
			j = m.attribute(&t, j)
			continue
		}
		m.tags = append(m.tags, t)
		return t.end
	}
}

func (m *masker) nameEnd(i int) int {
	for i < len(m.s) && isNameByte(m.s[i]) {
		i++
	}
	return i
}

func (m *masker) skipSpace(i int) int {
	for i < len(m.s) && strings.IndexByte(space, m.s[i]) >= 0 {
		i++
	}
	return i
}

// attribute reads one attribute and returns the offset after it. What is no attribute is
// hidden.
func (m *masker) attribute(t *tag, i int) int {
	a := attr{name: span{i, m.nameEnd(i)}}
	name := m.s[i:a.name.end]
	if name == "" || !isNameStart(name[0]) {
		return m.stray(t, i)
	}
	j := m.skipSpace(a.name.end)
	if j >= len(m.s) || m.s[j] != '=' {
		m.errorf(i, a.name.end, MalformedXML, `write `+name+`="…"`, "attribute %s has no value", name)
		m.hide(i, a.name.end, ' ')
		return a.name.end
	}
	j = m.skipSpace(j + 1)
	if j >= len(m.s) || m.s[j] != '"' && m.s[j] != '\'' {
		end := m.wordEnd(j)
		m.errorf(i, end, MalformedXML, `write `+name+`="…"`, "the value of attribute %s is not in quotes", name)
		m.hide(i, end, ' ')
		return end
	}
	before, exprs := len(m.list), len(m.exprs)
	a.value = span{j + 1, m.value(j+1, m.s[j])}
	if end := m.unclosedValue(a.value); end >= 0 {
		m.list, m.exprs = m.list[:before], m.exprs[:exprs]
		copy(m.mask[end:a.value.end], m.s[end:a.value.end])
		m.errorf(j, j+1, MalformedXML, "", "the value of attribute %s has no closing quote", name)
		m.hide(i, end, ' ')
		return end
	}
	end := a.value.end + 1
	if end < len(m.s) && isNameStart(m.s[end]) {
		m.errorf(end, m.nameEnd(end), MalformedXML, "", "white space is missing before attribute %s", m.s[end:m.nameEnd(end)])
	}
	for _, b := range t.attrs {
		if m.s[b.name.start:b.name.end] == name {
			m.errorf(i, a.name.end, DuplicateAttribute, "", "attribute %s is there twice", name)
			m.hide(i, end, ' ')
			return end
		}
	}
	t.attrs = append(t.attrs, a)
	return end
}

// unclosedValue returns where a value without a closing quote was meant to end, or -1 when
// it has one. A quote counts as another value's when a whole tag's end and the next tag
// come before it.
func (m *masker) unclosedValue(value span) int {
	text := m.s[value.start:value.end]
	if i := strings.IndexAny(text, "<>@"); i >= 0 && text[i] == '>' && strings.HasPrefix(strings.TrimLeft(text[i+1:], space), "<") {
		if i > 0 && text[i-1] == '/' {
			i--
		}
		return value.start + i
	}
	if value.end < len(m.s) {
		return -1
	}
	return len(m.s)
}

// wordEnd returns the end of what stands at i in a tag, up to white space or the tag's end.
func (m *masker) wordEnd(i int) int {
	end := i + strings.IndexAny(m.s[i:]+">", " \t\r\n>")
	if end > i+1 && m.s[end-1] == '/' && strings.HasPrefix(m.s[end:], ">") {
		end--
	}
	return end
}

// stray reports what stands in a tag and is no attribute.
func (m *masker) stray(t *tag, i int) int {
	end := max(m.wordEnd(i), i+1)
	m.errorf(i, end, MalformedXML, "", "%s in the tag <%s> is no attribute", m.s[i:end], m.s[t.name.start:t.name.end])
	m.hide(i, end, ' ')
	return end
}

// value masks the attribute value that begins at i and returns where its closing quote
// is, or the end of the text.
func (m *masker) value(i int, quote byte) int {
	end := m.expressions(i, quote, func(j int) int { return m.guessQuote(j, quote) })
	literal := i
	if end > i {
		literal = end
	}
	for j := literal; j < len(m.s); j++ {
		switch c := m.s[j]; c {
		case quote:
			return j
		case '<':
			m.errorf(j, j+1, MalformedXML, "write &lt;", "< in an attribute value")
			m.mask[j] = filler
		case '&':
			j += m.ampersand(j)
		case '@':
			if k, ok := m.embedded(j, quote); ok {
				j = k - 1
			}
		}
	}
	return len(m.s)
}

// text masks text up to the next markup.
func (m *masker) text(i int) int {
	j := m.expressions(i, '<', m.guessEndTag)
	for ; j < len(m.s); j++ {
		switch m.s[j] {
		case '<':
			if rest := m.s[j:]; len(rest) > 1 && (isNameStart(rest[1]) || strings.IndexByte("/!?", rest[1]) >= 0) {
				return j
			}
			m.errorf(j, j+1, MalformedXML, "write &lt;", "< in text")
			m.mask[j] = filler
		case '&':
			j += m.ampersand(j)
		case ']':
			if strings.HasPrefix(m.s[j:], "]]>") {
				m.errorf(j, j+3, MalformedXML, "write ]]&gt;", "]]> in text")
				m.hide(j, j+3, filler)
			}
		}
	}
	return len(m.s)
}

// ampersand checks the entity at i, and returns how many more bytes than one it has. A bare
// one stands for itself: Microsoft's own samples have it in the templates of rewrite-uri.
func (m *masker) ampersand(i int) int {
	_, n, ok := entity(m.s[i:])
	switch {
	case n == 0:
		m.warnf(i, i+1, MalformedXML, "write &amp;, as other tools will refuse the document", "a bare & is not XML")
		m.mask[i] = filler
		return 0
	case !ok:
		m.errorf(i, i+n, NoDTD, "XML knows &amp; &lt; &gt; &quot; &apos; and numbers such as &#160;", "unknown entity %s", m.s[i:i+n])
		m.hide(i, i+n, filler)
	}
	return n - 1
}

// expressions masks the expression at the start of a value, after white space, and
// whatever expressions follow it directly. It returns the offset after the last one, or i
// when there is none. closer is the byte that ends the value; guess says where a value
// ends whose expression does not.
func (m *masker) expressions(i int, closer byte, guess func(int) int) int {
	end := i
	for {
		j := m.skipSpace(end)
		if !m.startsExpression(j) {
			return end
		}
		e, ok := m.scan(j, closer)
		if !ok {
			if closer == '<' && m.isMarkup(e.end) {
				return end // written as XML: no need to mask
			}
			e.end = guess(j)
		}
		m.exprs = append(m.exprs, e)
		m.hide(e.start, e.end, filler)
		end = e.end
	}
}

func (m *masker) startsExpression(i int) bool {
	return i+1 < len(m.s) && m.s[i] == '@' && (m.s[i+1] == '(' || m.s[i+1] == '{')
}

func (m *masker) isMarkup(i int) bool {
	return strings.HasPrefix(m.s[i:], "<!--") || strings.HasPrefix(m.s[i:], "<![CDATA[")
}

// scan finds the end of the expression at i. The text may have it bare or with entities;
// both are tried, and the one after which the value ends wins.
func (m *masker) scan(i int, closer byte) (expr, bool) {
	if m.failures >= maxFailures {
		return expr{span: span{i, i}}, false
	}
	if strings.IndexByte(m.s[i:], '&') < 0 {
		end, ok := expression.Scan(m.s, i, nil)
		return m.found(i, end, false, ok)
	}
	if m.entities == nil {
		d := decodeAll(m.s)
		m.entities = &d
	}
	end, ok := expression.Scan(m.entities.text, m.entities.offset(i), nil)
	end = m.entities.original(end)
	if ok && m.closes(end, closer) {
		return m.found(i, end, false, true)
	}
	if bareEnd, bareOK := expression.Scan(m.s, i, nil); bareOK && (!ok || m.closes(bareEnd, closer)) {
		return m.found(i, bareEnd, true, true)
	}
	return m.found(i, end, false, ok)
}

func (m *masker) found(start, end int, bare, ok bool) (expr, bool) {
	if !ok {
		m.failures++
		if m.failures == maxFailures {
			m.gaveUp = start
		}
	}
	return expr{span: span{start, end}, bare: bare, torn: !ok}, ok
}

// closes reports whether a value may end at i.
func (m *masker) closes(i int, closer byte) bool {
	i = m.skipSpace(i)
	return i < len(m.s) && m.s[i] == closer
}

// embedded masks an expression inside of a literal value that XML would end in the middle
// of it. That is a mistake, but only one.
func (m *masker) embedded(i int, quote byte) (int, bool) {
	if i < m.literal || !m.startsExpression(i) {
		return 0, false
	}
	e, ok := m.scan(i, quote)
	if !ok {
		return 0, false
	}
	if strings.IndexByte(m.s[e.start:e.end], quote) < 0 {
		m.literal = e.end
		return 0, false
	}
	m.errorf(e.start, e.end, MixedExpression, mixedHelp, "an expression inside of other text is not evaluated")
	m.hide(e.start, e.end, filler)
	m.exprs = append(m.exprs, e)
	return e.end, true
}

const mixedHelp = `let the expression be the whole value, such as @("text " + …) or @($"text {…}")`

// guessQuote returns the first quote from which the tag goes on as a tag does.
func (m *masker) guessQuote(i int, quote byte) int {
	first := -1
	if m.failures >= maxFailures {
		return len(m.s)
	}
	for j := i; j < len(m.s); j++ {
		if m.s[j] != quote {
			continue
		}
		if first < 0 {
			first = j
		}
		k := m.skipSpace(j + 1)
		rest := m.s[k:]
		if strings.HasPrefix(rest, ">") && !strings.HasPrefix(rest, ">=") || strings.HasPrefix(rest, "/>") {
			return j
		}
		if n := m.nameEnd(k); k > j+1 && n > k && strings.HasPrefix(m.s[n:], "=") && !strings.HasPrefix(m.s[n:], "==") {
			return j
		}
	}
	if first < 0 {
		return len(m.s)
	}
	return first
}

// guessEndTag returns the next end tag of the element that was opened last.
func (m *masker) guessEndTag(i int) int {
	if m.failures >= maxFailures {
		return len(m.s)
	}
	if len(m.tags) > 0 {
		name := m.tags[len(m.tags)-1].name
		if n := strings.Index(m.s[i:], "</"+m.s[name.start:name.end]); n >= 0 {
			return i + n
		}
	}
	if n := strings.Index(m.s[i:], "</"); n >= 0 {
		return i + n
	}
	return len(m.s)
}

// abandoned reports that the rest of the document was not read.
func (m *masker) abandoned() {
	if m.gaveUp > 0 {
		m.errorf(m.gaveUp, m.gaveUp+len("@("), UnclosedExpression, "", "too many expressions do not end; the rest is not read")
	}
}

// unclosed reports the expressions without an end, of a document that cannot be read as a
// tree, whose values are therefore not looked at.
func (m *masker) unclosed() {
	for _, e := range m.exprs {
		if !e.torn {
			continue
		}
		text := diag.TextOf(m.src.Range(e.start, e.end))
		list := expression.Syntax(text)
		if strings.IndexByte(text.String(), '&') >= 0 || !list.HasErrors() {
			list = nil
			list.Errorf(text.Range(0, len("@(")), UnclosedExpression, "the expression that begins here does not end")
		}
		m.list = append(m.list, list...)
	}
}

// checkCharacters reports the first byte that no XML may hold.
func (m *masker) checkCharacters() bool {
	for i, r := range m.s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(m.s[i:]); n == 1 {
				m.errorf(i, i+1, MalformedXML, "save the file as UTF-8", "the text is not UTF-8")
				return false
			}
		}
		if !isXMLRune(r) {
			m.errorf(i, i+utf8.RuneLen(r), MalformedXML, "", "character U+%04X is not allowed in XML", r)
			return false
		}
	}
	return true
}

// bareDocument reports whether any expression stands in the text as XML could not have it.
func (m *masker) bareDocument() bool {
	for _, t := range m.tags {
		for _, a := range t.attrs {
			value := m.s[a.value.start:a.value.end]
			if strings.IndexByte(value, m.s[a.value.start-1]) >= 0 {
				return true
			}
		}
	}
	for _, e := range m.exprs {
		text := m.s[e.start:e.end]
		if strings.IndexByte(text, '<') >= 0 {
			return true
		}
		for i := strings.IndexByte(text, '&'); i >= 0; {
			if _, n, _ := entity(text[i:]); n == 0 {
				return true
			}
			next := strings.IndexByte(text[i+1:], '&')
			if next < 0 {
				break
			}
			i += 1 + next
		}
	}
	return false
}
