package jsonxml

import (
	"strings"
	"unicode/utf8"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
)

// JSONOptions say how XML becomes JSON.
type JSONOptions struct {
	// JavaScriptFriendly leaves out namespace declarations, comments and processing
	// instructions, and gives attributes and text names that JavaScript's dot notation can
	// have: an attribute its own name, text $t.
	JavaScriptFriendly bool
	// AlwaysArrays makes an array of every child element, also of one that is alone.
	AlwaysArrays bool
	// KeepWhiteSpace keeps texts between elements that are nothing but white space.
	KeepWhiteSpace bool
	// TrimValues takes white space off the ends of texts and attributes.
	TrimValues bool
	// Empty says what an element without content is.
	Empty Empty
}

// Empty is what an element without attributes and content becomes.
type Empty int

// What an empty element becomes.
const (
	// EmptyAsWritten is null for <a/>, and an empty text for <a></a>.
	EmptyAsWritten Empty = iota
	// EmptyAsText is an empty text.
	EmptyAsText
	// EmptyAsNull is null.
	EmptyAsNull
)

// ToJSON converts an XML document. Prefixes are joined to names by a dollar sign; an
// attribute is @name, text beside attributes or elements is #text; elements of one name
// become an array in the place of the first.
func ToJSON(text string, o JSONOptions) ([]byte, error) {
	budget := clr.NewBudget(memory)
	load := linqxml.DropWhiteSpace
	if o.KeepWhiteSpace {
		load = linqxml.PreserveWhiteSpace
	}
	d, err := linqxml.ParseDocument(budget, text, load)
	if err != nil {
		return nil, own(err)
	}
	w := jsonWriter{JSONOptions: o, budget: budget, out: make([]byte, 0, len(text))}
	if err := w.document(d); err != nil {
		return nil, own(err)
	}
	return w.out, nil
}

type jsonWriter struct {
	JSONOptions
	budget *clr.Budget
	out    []byte
	paid   int
	depth  int
	scope  scope
}

// A member of an object, with all values that it has.
type member struct {
	name   string
	values []any // string, *linqxml.XElement
	array  bool
}

// members are an object being gathered.
type members struct {
	list  []member
	index map[string]int // when there are many
}

// indexFrom is how many members an object has before their names are put in a map.
const indexFrom = 16

func (m *members) add(name string, value any, array bool) {
	if i := m.find(name); i >= 0 {
		m.list[i].values = append(m.list[i].values, value)
		return
	}
	if m.index != nil {
		m.index[name] = len(m.list)
	}
	m.list = append(m.list, member{name, []any{value}, array})
}

func (m *members) find(name string) int {
	if m.index == nil && len(m.list) >= indexFrom {
		m.index = make(map[string]int, 2*indexFrom)
		for i := range m.list {
			m.index[m.list[i].name] = i
		}
	}
	if m.index != nil {
		if i, ok := m.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range m.list {
		if m.list[i].name == name {
			return i
		}
	}
	return -1
}

// document writes the declaration's parts, what stands around the outermost element, and
// that element.
func (w *jsonWriter) document(d *linqxml.XDocument) error {
	var m members
	if x := d.Declaration(); x != nil {
		for _, part := range [...]struct{ name, value string }{{"version", x.Version}, {"encoding", x.Encoding}, {"standalone", x.Standalone}} {
			if part.value != "" {
				m.add(part.name, part.value, false)
			}
		}
	}
	w.children(&m, d, false)
	return w.object(&m)
}

// children gathers the nodes of a container.
func (w *jsonWriter) children(m *members, c linqxml.Container, array bool) {
	var text strings.Builder
	for n := range linqxml.Nodes(c) {
		switch n := n.(type) {
		case *linqxml.XElement:
			m.add(w.elementName(n), n, array)
		case *linqxml.XText:
			w.text(m, &text, "#text", n.Value())
		case *linqxml.XCData:
			w.text(m, &text, "#cdata-section", n.Value())
		case *linqxml.XProcessingInstruction:
			if !w.JavaScriptFriendly {
				m.add("?"+n.Target(), n.Data(), false)
			}
		}
	}
	if text.Len() > 0 {
		m.add("$t", text.String(), false)
	}
}

// text gathers a text: each by itself, or all together for JavaScript.
func (w *jsonWriter) text(m *members, all *strings.Builder, name, value string) {
	value = w.trimmed(value)
	if w.JavaScriptFriendly {
		all.WriteString(value)
		return
	}
	m.add(name, value, false)
}

// trimmed is a text, without white space at its ends if that is wanted.
func (w *jsonWriter) trimmed(value string) string {
	if w.TrimValues {
		return strings.TrimSpace(value)
	}
	return value
}

func (w *jsonWriter) object(m *members) error {
	w.out = append(w.out, '{')
	for i, member := range m.list {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.out = append(appendString(w.out, member.name), ':')
		if err := w.values(member); err != nil {
			return err
		}
	}
	w.out = append(w.out, '}')
	return w.pay()
}

// pay takes what was written since the last time from the budget.
func (w *jsonWriter) pay() error {
	n := len(w.out) - w.paid
	if n < 1<<12 {
		return nil
	}
	w.paid = len(w.out)
	if w.paid > clr.MaxText {
		return errTooLarge
	}
	return w.budget.Take(int64(n))
}

func (w *jsonWriter) values(m member) error {
	if len(m.values) == 1 && !m.array {
		return w.value(m.values[0])
	}
	w.out = append(w.out, '[')
	for i, v := range m.values {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		if err := w.value(v); err != nil {
			return err
		}
	}
	w.out = append(w.out, ']')
	return nil
}

func (w *jsonWriter) value(v any) error {
	if e, ok := v.(*linqxml.XElement); ok {
		return w.element(e)
	}
	w.out = appendString(w.out, v.(string))
	return w.pay()
}

// element writes the value of an element: null, a text or an object.
func (w *jsonWriter) element(e *linqxml.XElement) error {
	if w.depth++; w.depth > maxDepth {
		return errTooDeep
	}
	outer := w.scope.len()
	w.declare(e)
	var m members
	w.attributes(&m, e)
	alone := len(m.list) == 0
	w.children(&m, e, w.AlwaysArrays)
	err := w.content(e, &m, alone)
	w.scope.leave(outer)
	w.depth--
	return err
}

// content writes gathered members. An element that has nothing but a text is that text.
func (w *jsonWriter) content(e *linqxml.XElement, m *members, alone bool) error {
	empty := linqxml.First(e) == nil
	switch {
	case !alone:
		return w.object(m)
	case empty, w.JavaScriptFriendly && len(m.list) == 0:
		w.empty(empty && e.IsEmpty())
		return nil
	case len(m.list) == 1 && (m.list[0].name == "$t" || m.list[0].name == "#text" && linqxml.First(e) == linqxml.Last(e)):
		if s, ok := m.list[0].values[0].(string); ok && (s != "" || w.Empty == EmptyAsWritten) {
			return w.value(s)
		} else if ok {
			w.empty(false)
			return nil
		}
	}
	return w.object(m)
}

// empty writes the value of an element without content; it may be written as an empty tag.
func (w *jsonWriter) empty(isTag bool) {
	if w.Empty == EmptyAsNull || w.Empty == EmptyAsWritten && isTag {
		w.out = append(w.out, "null"...)
		return
	}
	w.out = append(w.out, `""`...)
}

func (w *jsonWriter) attributes(m *members, e *linqxml.XElement) {
	for a := range e.Attributes() {
		switch {
		case !w.JavaScriptFriendly:
			m.add("@"+w.attributeName(a), w.trimmed(a.Value()), false)
		case !a.IsNamespaceDeclaration():
			m.add(w.attributeName(a), w.trimmed(a.Value()), false)
		}
	}
}

// declare takes the namespace declarations of an element.
func (w *jsonWriter) declare(e *linqxml.XElement) {
	for a := range e.Attributes() {
		switch {
		case !a.IsNamespaceDeclaration():
		case a.Name().NamespaceName() == "":
			w.scope.declare("", a.Value())
		default:
			w.scope.declare(a.Name().LocalName(), a.Value())
		}
	}
}

func (w *jsonWriter) elementName(e *linqxml.XElement) string {
	outer := w.scope.len()
	w.declare(e)
	name := w.qualified(e.Name(), true)
	w.scope.leave(outer)
	return name
}

func (w *jsonWriter) attributeName(a *linqxml.XAttribute) string {
	return w.qualified(a.Name(), false)
}

// qualified is a name with the prefix that its namespace has here.
func (w *jsonWriter) qualified(n linqxml.XName, isElement bool) string {
	switch n.Namespace() {
	case linqxml.NoNamespace:
		return n.LocalName()
	case linqxml.XMLNamespace:
		return "xml$" + n.LocalName()
	case linqxml.XMLNSNamespace:
		return "xmlns$" + n.LocalName()
	}
	if prefix := w.scope.prefix(n.NamespaceName(), isElement); prefix != "" {
		return prefix + "$" + n.LocalName()
	}
	return n.LocalName()
}

// appendString writes a string as Json.NET does.
func appendString(out []byte, s string) []byte {
	out = append(out, '"')
	from := 0
	for i, c := range s {
		if c >= ' ' && c != '"' && c != '\\' && c != 0x85 && c != 0x2028 && c != 0x2029 {
			continue
		}
		out = append(out, s[from:i]...)
		out = appendEscape(out, c)
		from = i + utf8.RuneLen(c)
	}
	return append(append(out, s[from:]...), '"')
}

func appendEscape(out []byte, c rune) []byte {
	switch c {
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	case '"', '\\':
		return append(out, '\\', byte(c))
	}
	const hex = "0123456789abcdef"
	return append(out, '\\', 'u', hex[c>>12&15], hex[c>>8&15], hex[c>>4&15], hex[c&15])
}
