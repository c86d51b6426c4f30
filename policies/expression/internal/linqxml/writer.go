package linqxml

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// SaveOptions is the enumeration System.Xml.Linq.SaveOptions.
type SaveOptions int32

// How XML is written.
const (
	// Indented: on several lines, where there is no text.
	Indented SaveOptions = 0
	// DisableFormatting writes everything on one line.
	DisableFormatting SaveOptions = 1
	// OmitDuplicateNamespaces leaves out declarations that are in force already.
	OmitDuplicateNamespaces SaveOptions = 2
)

// Text is node.ToString(options).
func Text(b *clr.Budget, n Node, options SaveOptions) (string, error) {
	return written(newWriter(b, options), n)
}

// Save is the text that node.Save(writer, options) writes: the node with a declaration that
// names the encoding of the writer.
func Save(b *clr.Budget, n Node, encoding string, options SaveOptions) (string, error) {
	w := newWriter(b, options)
	d := XDeclaration{Version: "1.0", Encoding: encoding}
	if document, ok := n.(*XDocument); ok && document.declaration != nil {
		d.Standalone = document.declaration.Standalone
	}
	w.out = append(w.out, d.ToString()...)
	return written(w, n)
}

func written(w *writer, n Node) (string, error) {
	if e, ok := n.(*XElement); ok {
		w.pushAncestors(e)
	}
	if err := n.write(w); err != nil {
		return "", err
	}
	b := w.budget
	if err := b.Take(int64(len(w.out))); err != nil {
		return "", err
	}
	return string(w.out), nil
}

func attributeText(a *XAttribute) string {
	w := newWriter(nil, DisableFormatting)
	w.start = len(w.names)
	if err := w.attribute(a); err != nil {
		return a.TypeName()
	}
	return strings.TrimPrefix(string(w.out), " ")
}

// A writer writes XML as .NET's XmlWriter does: how it indents, and which prefix it gives
// a namespace that nobody declared.
type writer struct {
	out     []byte
	budget  *clr.Budget
	paid    int
	compact bool
	omit    bool // declarations that are in force already
	depth   int
	mixed   bool
	textEnd int // where the last text ended; nothing is indented right after it

	newLine, indentChars string
	handed               int // how much of out was handed over, by an XMLWriter

	// declarations are the xmlns attributes in force, innermost last.
	declarations []binding
	// names are the meanings of prefixes in force, as XmlWriter keeps them: one entry for
	// each element, one for each new prefix.
	names []meaning
	// start is where the entries of the innermost element begin.
	start int
}

// A meaning is what a prefix stands for.
type meaning struct {
	binding
	// pending: the declaration has still to be written.
	pending bool
}

func newWriter(b *clr.Budget, options SaveOptions) *writer {
	return &writer{budget: b, compact: options&DisableFormatting != 0, omit: options&OmitDuplicateNamespaces != 0, newLine: "\n", indentChars: "  ", names: []meaning{
		{binding: binding{"xmlns", xmlnsURI}}, {binding: binding{"xml", xmlURI}}, {},
	}}
}

// pushAncestors makes the declarations of the elements that e is in known.
func (w *writer) pushAncestors(e *XElement) {
	var chain []*XElement
	for at := range Ancestors(e) {
		chain = append(chain, at)
	}
	for i := len(chain) - 1; i >= 0; i-- {
		// .NET goes through these elements from the inside, and puts each declaration before
		// those that it has.
		before := len(w.declarations)
		w.pushDeclarations(chain[i])
		slices.Reverse(w.declarations[before:])
	}
}

func (w *writer) pushDeclarations(e *XElement) {
	for _, a := range e.attrs {
		if a.IsNamespaceDeclaration() {
			prefix := a.name.local
			if a.name.space == "" {
				prefix = ""
			}
			w.declarations = append(w.declarations, binding{prefix, a.value})
		}
	}
}

func (w *writer) check() error {
	if len(w.out)-w.paid < 1<<16 {
		return nil
	}
	w.paid = len(w.out)
	if w.paid > clr.MaxText {
		return w.budget.Take(int64(w.paid))
	}
	return nil
}

// indent begins a new line, but not at the start, nor where there is text.
func (w *writer) indent() {
	if w.compact || w.mixed || w.textEnd == len(w.out) {
		return
	}
	w.out = append(w.out, w.newLine...)
	for range w.depth {
		w.out = append(w.out, w.indentChars...)
	}
}

func (d *XDocument) write(w *writer) error {
	for _, n := range d.nodes {
		if err := n.write(w); err != nil {
			return err
		}
	}
	return nil
}

func (t *XText) write(w *writer) error {
	if err := checkWritten(t.value); err != nil {
		return err
	}
	w.mixed = true
	w.out = appendEscaped(w.out, w.lines(t.value), &textEscapes)
	w.textEnd = len(w.out)
	return nil
}

func (t *XCData) write(w *writer) error {
	if err := checkWritten(t.value); err != nil {
		return err
	}
	w.mixed = true
	w.out = append(w.out, "<![CDATA["...)
	w.out = append(w.out, strings.ReplaceAll(w.lines(t.value), "]]>", "]]]]><![CDATA[>")...)
	w.out = append(w.out, "]]>"...)
	w.textEnd = len(w.out)
	return nil
}

// lines is a text with the line ends that are written.
func (w *writer) lines(s string) string {
	s = lineEnds(s)
	if w.newLine != "\n" {
		s = strings.ReplaceAll(s, "\n", w.newLine)
	}
	return s
}

// checkWritten refuses characters that cannot stand in XML.
func checkWritten(s string) error {
	i := badChar(s)
	if i < 0 {
		return nil
	}
	c, _ := utf8.DecodeRuneInString(s[i:])
	return clr.ClassArgument.Throwf("'%s', hexadecimal value %s, is an invalid character.", printable(c), hexadecimal(c))
}

func (c *XComment) write(w *writer) error {
	if err := checkWritten(c.value); err != nil {
		return err
	}
	w.indent()
	// A comment may not hold two hyphens, nor end with one.
	s := w.lines(c.value)
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "- -")
	}
	if strings.HasSuffix(s, "-") {
		s += " "
	}
	w.out = append(append(append(w.out, "<!--"...), s...), "-->"...)
	return nil
}

func (p *XProcessingInstruction) write(w *writer) error {
	if err := checkWritten(p.data); err != nil {
		return err
	}
	w.indent()
	w.out = append(append(w.out, "<?"...), p.target...)
	if p.data != "" {
		w.out = append(append(w.out, ' '), strings.ReplaceAll(w.lines(p.data), "?>", "? >")...)
	}
	w.out = append(w.out, "?>"...)
	return nil
}

func (e *XElement) write(w *writer) error {
	if err := w.check(); err != nil {
		return err
	}
	w.indent()
	mixed, start, names, declarations := w.mixed, w.start, len(w.names), len(w.declarations)
	w.depth++
	tag, err := w.startTag(e)
	if err != nil {
		return err
	}
	if e.IsEmpty() {
		w.out = append(w.out, " />"...)
	} else if err := w.body(e, tag); err != nil {
		return err
	}
	w.depth--
	w.mixed, w.start, w.names, w.declarations = mixed, start, w.names[:names], w.declarations[:declarations]
	return nil
}

// body writes the content and the end tag.
func (w *writer) body(e *XElement, tag string) error {
	w.out = append(w.out, '>')
	begin := len(w.out)
	for _, n := range e.nodes {
		if err := n.write(w); err != nil {
			return err
		}
	}
	if len(w.out) > begin {
		w.depth--
		w.indent()
		w.depth++
	}
	w.out = append(append(append(w.out, "</"...), tag...), '>')
	return nil
}

// startTag writes a start tag up to its end, and returns the name as written.
func (w *writer) startTag(e *XElement) (string, error) {
	w.pushDeclarations(e)
	w.start = len(w.names)
	prefix, ok := w.declaredPrefix(e.name.space, true)
	if !ok {
		prefix, _ = w.lookupPrefix(e.name.space)
	}
	tag := qualified(prefix, e.name.local)
	w.out = append(append(w.out, '<'), tag...)
	if err := w.mean(prefix, e.name.space); err != nil {
		return "", err
	}
	for _, a := range e.attrs {
		if err := checkWritten(a.value); err != nil {
			return "", err
		}
		if err := w.attribute(a); err != nil {
			return "", err
		}
	}
	for i := len(w.names) - 1; i >= w.start; i-- {
		if m := w.names[i]; m.pending {
			w.attributeText(declarationName(m.prefix), m.uri)
		}
	}
	return tag, nil
}

func declarationName(prefix string) string {
	if prefix == "" {
		return "xmlns"
	}
	return "xmlns:" + prefix
}

func qualified(prefix, local string) string {
	if prefix == "" {
		return local
	}
	return prefix + ":" + local
}

func (w *writer) attribute(a *XAttribute) error {
	switch {
	case a.IsNamespaceDeclaration():
		prefix := a.name.local
		if a.name.space == "" {
			prefix = ""
		}
		if i := w.lookup(prefix); w.omit && i >= 0 && w.names[i].uri == a.value && (i < w.start || !w.names[i].pending) {
			return nil
		}
		if err := w.explicit(prefix, a.value); err != nil {
			return err
		}
		w.attributeText(declarationName(prefix), a.value)
		return nil
	case a.name.space == "":
		w.attributeText(a.name.local, a.value)
		return nil
	}
	prefix, ok := w.declaredPrefix(a.name.space, false)
	if !ok {
		if prefix, ok = w.lookupPrefix(a.name.space); !ok || prefix == "" {
			prefix = w.generatePrefix()
		}
	}
	if err := w.mean(prefix, a.name.space); err != nil {
		return err
	}
	w.attributeText(qualified(prefix, a.name.local), a.value)
	return nil
}

func (w *writer) attributeText(name, value string) {
	w.out = append(append(append(w.out, ' '), name...), `="`...)
	w.out = append(appendEscaped(w.out, value, &attributeEscapes), '"')
}

// declaredPrefix finds a prefix for a namespace among the xmlns attributes in force.
func (w *writer) declaredPrefix(uri string, allowDefault bool) (string, bool) {
	switch uri {
	case "":
		return "", true
	case xmlURI:
		return "xml", true
	}
	for i := len(w.declarations) - 1; i >= 0; i-- {
		d := w.declarations[i]
		if d.uri != uri || d.prefix == "" && !allowDefault {
			continue
		}
		if !redeclared(w.declarations[i+1:], d.prefix) {
			return d.prefix, true
		}
	}
	return "", false
}

func redeclared(later []binding, prefix string) bool {
	for _, d := range later {
		if d.prefix == prefix {
			return true
		}
	}
	return false
}

// lookup finds the meaning of a prefix, or -1.
func (w *writer) lookup(prefix string) int {
	for i := len(w.names) - 1; i >= 0; i-- {
		if w.names[i].prefix == prefix {
			return i
		}
	}
	return -1
}

// lookupPrefix finds a prefix that means a namespace.
func (w *writer) lookupPrefix(uri string) (string, bool) {
	for i := len(w.names) - 1; i >= 0; i-- {
		if m := w.names[i]; m.uri == uri && w.lookup(m.prefix) == i {
			return m.prefix, true
		}
	}
	return "", false
}

// mean makes a prefix mean a namespace in the innermost element; its declaration is
// written with the tag unless it is in force already.
func (w *writer) mean(prefix, uri string) error {
	i := w.lookup(prefix)
	if i >= w.start {
		return w.sameMeaning(i, uri)
	}
	known := i >= 0 && w.names[i].uri == uri
	if !known || prefix != "xml" && prefix != "xmlns" {
		w.names = append(w.names, meaning{binding: binding{prefix, uri}, pending: !known})
	}
	return nil
}

// sameMeaning refuses a second meaning of a prefix in one tag.
func (w *writer) sameMeaning(i int, uri string) error {
	if m := w.names[i]; m.uri != uri {
		return clr.ClassXML.Throwf("The prefix '%s' cannot be redefined from '%s' to '%s' within the same start element tag.", m.prefix, m.uri, uri)
	}
	return nil
}

// explicit notes a declaration that stands among the attributes.
func (w *writer) explicit(prefix, uri string) error {
	if i := w.lookup(prefix); i >= w.start {
		w.names[i].pending = false
		return w.sameMeaning(i, uri)
	}
	w.names = append(w.names, meaning{binding: binding{prefix, uri}})
	return nil
}

func (w *writer) generatePrefix() string {
	prefix := "p" + strconv.Itoa(len(w.names)-3)
	if w.lookup(prefix) < 0 {
		return prefix
	}
	for i := 0; ; i++ {
		if other := prefix + strconv.Itoa(i); w.lookup(other) < 0 {
			return other
		}
	}
}

// textEscapes are what text cannot hold as it is, attributeEscapes what values of attributes
// cannot; "" is a byte that stays.
var (
	textEscapes      = [256]string{'<': "&lt;", '>': "&gt;", '&': "&amp;"}
	attributeEscapes = [256]string{'<': "&lt;", '>': "&gt;", '&': "&amp;", '"': "&quot;", '\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;"}
)

func appendEscaped(out []byte, s string, escapes *[256]string) []byte {
	done := 0
	for i := range len(s) {
		if e := escapes[s[i]]; e != "" {
			out = append(append(out, s[done:i]...), e...)
			done = i + 1
		}
	}
	return append(out, s[done:]...)
}
