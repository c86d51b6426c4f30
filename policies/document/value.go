package document

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/expression"
)

// largestExpansion is how many bytes named values may add to a document.
const largestExpansion = 4 << 20

// A content puts together the text of one element or attribute.
type content struct {
	r      *reader
	b      diag.Builder
	whole  diag.Text // the author's text
	origin diag.Range
	liquid bool
	// attribute: line ends and tabs of a literal become blanks.
	attribute bool
}

func (r *reader) content(at int, liquid bool) *content {
	return &content{r: r, whole: r.whole(), origin: r.src.Range(at, at), liquid: liquid}
}

func (r *reader) whole() diag.Text { return diag.NewText(r.src) }

// value returns the value of an attribute.
func (r *reader) value(at span, liquid bool) diag.Text {
	c := r.content(at.start, liquid)
	c.attribute = true
	c.pieces(at)
	return c.done()
}

// text adds text of an element: a CDATA section, or text with entities and expressions.
func (c *content) text(at span) {
	const open, end = "<![CDATA[", "]]>"
	if strings.HasPrefix(c.r.s[at.start:at.end], open) {
		c.decode(span{at.start + len(open), at.end - len(end)}, decodeNothing, false)
		return
	}
	c.pieces(at)
}

// pieces adds text with entities and expressions.
func (c *content) pieces(at span) {
	exprs := c.r.exprs
	i := sort.Search(len(exprs), func(i int) bool { return exprs[i].start >= at.start })
	from := at.start
	for ; i < len(exprs) && exprs[i].start < at.end; i++ {
		c.decode(span{from, exprs[i].start}, decodeEverything, c.attribute)
		c.expression(exprs[i])
		from = exprs[i].end
	}
	c.decode(span{from, at.end}, decodeEverything, c.attribute)
}

// expression adds an expression. Which entities in it are entities depends on how the
// author wrote it. With &quot; for its quotes, or in a document that is XML as it stands,
// all are. Otherwise it was written bare, and an &amp; in a string literal means just
// that; outside of literals it can only be an operator.
func (c *content) expression(e expr) {
	text := c.r.s[e.start:e.end]
	if strings.IndexByte(text, '&') < 0 || !e.bare && (!c.r.bare || c.r.encoded(text)) {
		c.decode(e.span, decodeEverything, false)
		return
	}
	from := e.start
	expression.Scan(c.r.s[:e.end], e.start, func(start, end int) {
		c.decode(span{from, start}, decodeOperators, false)
		c.decode(span{start, end}, decodeNothing, false)
		from = end
	})
	c.decode(span{from, e.end}, decodeOperators, false)
}

// encoded reports whether an expression of a document with bare expressions is itself
// written with entities. If it has both &quot; and ", the reading that is C# wins.
func (r *reader) encoded(text string) bool {
	if strings.IndexByte(text, '"') < 0 {
		return true
	}
	if !strings.Contains(text, "&quot;") {
		return false
	}
	if end, ok := expression.Scan(text, 0, nil); !ok || end != len(text) {
		return true
	}
	return !expression.Syntax(diag.Literal(decodeAll(text).text, diag.Range{})).HasErrors()
}

// A decoding says which entities are entities.
type decoding uint8

const (
	decodeNothing decoding = iota
	decodeOperators
	decodeEverything
)

// decode adds a piece of the author's text, with entities decoded, line ends as XML has
// them, and named values put in.
func (c *content) decode(at span, d decoding, blanks bool) {
	s := c.r.s[:at.end]
	from := at.start
	replace := func(i, n int, with string) int {
		c.b.Append(c.whole.Slice(from, i))
		c.b.Replace(with, c.r.src.Range(i, i+n))
		from = i + n
		return from
	}
	for i := at.start; i < at.end; {
		next := strings.IndexAny(s[i:], "&{\r\n\t")
		if next < 0 {
			break
		}
		i += next
		switch s[i] {
		case '&':
			if r, n, ok := entity(s[i:]); ok && (d == decodeEverything || d == decodeOperators && strings.ContainsRune("<>&", r)) {
				i = replace(i, n, string(r))
				continue
			}
		case '{':
			if name, ok := reference(s[i:]); ok {
				n := len(name) + len("{{}}")
				if value, ok := c.named(i, name); ok {
					replace(i, n, value)
				}
				i += n
				continue
			}
		case '\r':
			n := 1
			if strings.HasPrefix(s[i:], "\r\n") {
				n = 2
			}
			i = replace(i, n, lineEnd(blanks))
			continue
		case '\n', '\t':
			if blanks {
				i = replace(i, 1, " ")
				continue
			}
		}
		i++
	}
	c.b.Append(c.whole.Slice(from, at.end))
}

func lineEnd(blanks bool) string {
	if blanks {
		return " "
	}
	return "\n"
}

// named returns the value of {{name}} at i.
func (c *content) named(i int, name string) (string, bool) {
	value, ok := c.r.values[name]
	if !ok {
		if !c.liquid {
			c.r.unknownValue(i, name)
		}
		return "", false
	}
	c.r.expanded += len(value)
	if c.r.expanded > largestExpansion {
		if c.r.expanded-len(value) <= largestExpansion {
			c.r.errorf(i, i+len(name)+len("{{}}"), TooLarge, "", "named values make the document too large")
		}
		return "", false
	}
	return value, true
}

func (r *reader) unknownValue(i int, name string) {
	help := diag.DidYouMean(name, slices.Sorted(maps.Keys(r.values)))
	if help == "" {
		help = "define it, or write the braces with a blank between if text is meant"
	}
	r.errorf(i, i+len(name)+len("{{}}"), UnknownNamedValue, help, "there is no named value %q", name)
}

// done returns the text, having checked what can be said of any value.
func (c *content) done() diag.Text {
	t := c.b.Text(c.origin)
	s := t.String()
	if IsExpression(t) {
		c.r.check(t)
		return t
	}
	if i := expressionIn(s); i >= 0 && !c.liquid {
		if end, ok := expression.Scan(s, i, nil); ok {
			c.r.list.Warnf(t.Range(i, end), MixedExpression, "an expression inside of other text is not evaluated")
			c.r.list[len(c.r.list)-1].Help = mixedHelp
		}
	}
	return t
}

// expressionIn returns where @( or @{ stands in text, or -1.
func expressionIn(text string) int {
	paren, brace := strings.Index(text, "@("), strings.Index(text, "@{")
	if paren < 0 || brace >= 0 && brace < paren {
		return brace
	}
	return paren
}

// check reports an expression that does not end where its value does. Whoever compiles
// the expression would say the same, but not every value is compiled.
func (r *reader) check(t diag.Text) {
	s := t.String()
	start := len(s) - len(strings.TrimLeft(s, space))
	end, ok := expression.Scan(s, start, nil)
	if ok && strings.Trim(s[end:], space) == "" {
		return
	}
	list := expression.Syntax(t)
	if !list.HasErrors() {
		list.Errorf(t.Range(start, start+len("@(")), UnclosedExpression, "the expression that begins here does not end")
	}
	r.list = append(r.list, list...)
}

// xml returns a piece of the document as it was written, with named values put in.
func (r *reader) xml(at span) diag.Text {
	var b diag.Builder
	whole := r.whole()
	from, cdata := at.start, at.start
	for i := at.start; i < at.end; {
		rest := r.s[i:at.end]
		name, isReference := reference(rest)
		switch {
		case strings.HasPrefix(rest, "<!--"):
			i += strings.Index(rest, "-->") + len("-->")
		case strings.HasPrefix(rest, "<![CDATA["):
			cdata = i + strings.Index(rest, "]]>")
			i++
		case isReference:
			end := i + len(name) + len("{{}}")
			if value, ok := r.values[name]; ok {
				if i >= cdata {
					value = escaper.Replace(value)
				}
				b.Append(whole.Slice(from, i))
				b.Replace(value, r.src.Range(i, end))
				from = end
			}
			i = end
		default:
			i++
		}
	}
	b.Append(whole.Slice(from, at.end))
	return b.Text(r.src.Range(at.start, at.end))
}

// escaper makes text that stands for itself both in XML text and in attribute values.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;")
