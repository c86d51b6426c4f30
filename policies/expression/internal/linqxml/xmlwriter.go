package linqxml

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// Conformance is the enumeration System.Xml.ConformanceLevel.
type Conformance int32

// What an XmlWriter writes.
const (
	ConformanceAuto Conformance = iota
	ConformanceFragment
	ConformanceDocument
)

// WriterSettings are a System.Xml.XmlWriterSettings.
type WriterSettings struct {
	Indent, OmitDeclaration, NewLineOnAttributes bool
	IndentChars, NewLineChars                    string
	Conformance                                  Conformance
}

// NewWriterSettings are the settings of a new XmlWriterSettings.
func NewWriterSettings() *WriterSettings {
	return &WriterSettings{IndentChars: "  ", NewLineChars: "\n", Conformance: ConformanceDocument}
}

// TypeName is the class.
func (*WriterSettings) TypeName() string { return "System.Xml.XmlWriterSettings" }

// ToString is the class's name.
func (s *WriterSettings) ToString() string { return s.TypeName() }

// writeState is where an XmlWriter is.
type writeState uint8

const (
	atStart writeState = iota
	inProlog
	inTag
	inAttribute
	inContent
	behindRoot
	closed
)

var stateNames = [...]string{
	atStart: "Start", inProlog: "Prolog", inTag: "Element Start Tag", inAttribute: "Attribute", inContent: "Element Content",
	behindRoot: "EndRootElement", closed: "Closed",
}

// An XMLWriter is a System.Xml.XmlWriter of a text.
type XMLWriter struct {
	w        *writer
	target   *clr.StringBuilder
	settings WriterSettings
	state    writeState
	open     []openTag
	// attribute that is begun: its name as written, or the prefix that it declares.
	attribute  string
	declares   bool
	value      strings.Builder
	attributes []XName
}

// An Optional is a text that may be null.
type Optional struct {
	Text  string
	Valid bool
}

// An openTag is an element that was begun, and what held outside of it.
type openTag struct {
	tag                        string
	mixed                      bool
	start, names, declarations int
	content                    int // where the content begins
	// full: there was content, though it be empty.
	full bool
}

// NewXMLWriter is XmlWriter.Create for a builder of text.
func NewXMLWriter(b *clr.Budget, target *clr.StringBuilder, s *WriterSettings) *XMLWriter {
	if s == nil {
		s = NewWriterSettings()
	}
	x := &XMLWriter{w: newWriter(b, DisableFormatting), target: target, settings: *s}
	x.w.compact = !s.Indent
	x.w.indentChars, x.w.newLine = s.IndentChars, s.NewLineChars
	return x
}

// TypeName is the class.
func (*XMLWriter) TypeName() string { return "System.Xml.XmlWriter" }

// ToString is the class's name.
func (x *XMLWriter) ToString() string { return x.TypeName() }

// Settings are those the writer was made with.
func (x *XMLWriter) Settings() *WriterSettings {
	s := x.settings
	return &s
}

func (x *XMLWriter) refuse(token string) error {
	if x.state == closed {
		return clr.ClassInvalidOperation.Throw("The Writer is closed or in error state.")
	}
	text := "Token " + token + " in state " + stateNames[x.state] + " would result in an invalid XML document."
	if x.state == behindRoot || x.state == atStart || x.state == inProlog {
		text += " Make sure that the ConformanceLevel setting is set to ConformanceLevel.Fragment or ConformanceLevel.Auto if you want to write an XML fragment. "
	}
	return clr.ClassInvalidOperation.Throw(text)
}

// StartDocument writes the declaration; standalone is "", "yes" or "no".
func (x *XMLWriter) StartDocument(standalone string) error {
	if x.state != atStart {
		if x.state == closed {
			return x.refuse("StartDocument")
		}
		return clr.ClassInvalidOperation.Throw("Cannot call WriteStartDocument on writers that are not in the Start state.")
	}
	if x.settings.Conformance == ConformanceFragment {
		return clr.ClassInvalidOperation.Throw("WriteStartDocument cannot be called on writers created with ConformanceLevel.Fragment.")
	}
	x.settings.Conformance = ConformanceDocument
	x.state = inProlog
	if x.settings.OmitDeclaration {
		return nil
	}
	d := XDeclaration{Version: "1.0", Encoding: "utf-16", Standalone: standalone}
	x.w.out = append(x.w.out, d.ToString()...)
	return nil
}

// markup makes ready for an element, a comment or an instruction.
func (x *XMLWriter) markup(token string) error {
	switch x.state {
	case atStart:
		if x.settings.Conformance == ConformanceDocument {
			return x.StartDocument("")
		}
		x.state = inProlog
	case inTag, inAttribute:
		return x.finishTag()
	case behindRoot:
		if token == "StartElement" && x.settings.Conformance == ConformanceDocument {
			return x.refuse(token)
		}
	case closed:
		return x.refuse(token)
	}
	return nil
}

// text makes ready for text.
func (x *XMLWriter) text() error {
	switch x.state {
	case inTag:
		x.open[len(x.open)-1].full = true
		return x.finishTag()
	case atStart, inProlog, behindRoot:
		if x.settings.Conformance == ConformanceDocument {
			return x.refuse("Content")
		}
		x.state = inProlog
	case closed:
		return x.refuse("Content")
	}
	return nil
}

func checkName(name string) error {
	if name == "" {
		return clr.ArgumentError("The empty string '' is not a valid local name.", "")
	}
	if n := nameLength(name); n < len(name) {
		return clr.ArgumentError("Invalid name character in '"+name+"'. "+badNameMessage(name, n), "")
	}
	return nil
}

// StartElement begins an element. A prefix or a namespace that is not valid is found.
func (x *XMLWriter) StartElement(prefix Optional, local string, uri Optional) error {
	if err := checkName(local); err != nil {
		return err
	}
	if err := x.markup("StartElement"); err != nil {
		return err
	}
	w := x.w
	p, ns := prefix.Text, uri.Text
	if !prefix.Valid && uri.Valid {
		p, _ = w.lookupPrefix(ns)
	}
	if !uri.Valid {
		if i := w.lookup(p); i >= 0 {
			ns = w.names[i].uri
		}
	}
	if p != "" && ns == "" {
		return clr.ArgumentError("Cannot use a prefix with an empty namespace.", "")
	}
	w.indent()
	x.open = append(x.open, openTag{mixed: w.mixed, start: w.start, names: len(w.names), declarations: len(w.declarations), tag: qualified(p, local)})
	w.depth++
	w.start = len(w.names)
	w.out = append(append(w.out, '<'), qualified(p, local)...)
	x.state, x.attributes = inTag, x.attributes[:0]
	return w.mean(p, ns)
}

// finishTag ends a start tag.
func (x *XMLWriter) finishTag() error {
	if err := x.EndAttribute(); err != nil {
		return err
	}
	w := x.w
	for i := len(w.names) - 1; i >= w.start; i-- {
		if m := w.names[i]; m.pending {
			w.attributeText(declarationName(m.prefix), m.uri)
		}
	}
	w.out = append(w.out, '>')
	if len(x.open) == 1 && x.settings.Conformance == ConformanceDocument {
		w.mixed = false
	}
	x.open[len(x.open)-1].content = len(w.out)
	x.state = inContent
	return x.pay()
}

// pay takes from the budget what has been written since it last did.
func (x *XMLWriter) pay() error {
	w := x.w
	n := len(w.out) - w.paid
	w.paid = len(w.out)
	if n <= 0 || w.budget == nil {
		return nil
	}
	return w.budget.Take(int64(n))
}

// EndElement ends the innermost element; full: with an end tag, though it be empty.
func (x *XMLWriter) EndElement(full bool) error {
	if x.state == closed {
		return x.refuse("EndElement")
	}
	if len(x.open) == 0 {
		return clr.ClassInvalidOperation.Throw("There was no XML start tag open.")
	}
	if x.state == inTag || x.state == inAttribute {
		if err := x.finishTag(); err != nil {
			return err
		}
	}
	w, e := x.w, x.open[len(x.open)-1]
	x.open = x.open[:len(x.open)-1]
	w.depth--
	if len(w.out) == e.content && !full && !e.full {
		w.out = append(w.out[:len(w.out)-1], " />"...)
	} else {
		if len(w.out) != e.content {
			w.indent()
		}
		w.out = append(append(append(w.out, "</"...), e.tag...), '>')
	}
	w.mixed, w.start, w.names, w.declarations = e.mixed, e.start, w.names[:e.names], w.declarations[:e.declarations]
	x.state = inContent
	if len(x.open) == 0 {
		x.state = behindRoot
	}
	return x.pay()
}

// StartAttribute begins an attribute of the element that was begun.
func (x *XMLWriter) StartAttribute(prefix Optional, local string, uri Optional) error {
	if err := x.EndAttribute(); err != nil {
		return err
	}
	if x.state != inTag {
		return x.refuse("StartAttribute")
	}
	if err := checkName(local); err != nil {
		return err
	}
	w := x.w
	p, ns := prefix.Text, uri.Text
	if !uri.Valid && p != "" && p != "xmlns" {
		if i := w.lookup(p); i >= 0 {
			ns = w.names[i].uri
		}
	}
	if !prefix.Valid && ns == xmlnsURI && local != "xmlns" {
		p = "xmlns"
	}
	x.declares = p == "xmlns" || p == "" && local == "xmlns"
	if x.declares {
		if ns != "" && ns != xmlnsURI {
			return clr.ArgumentError("Prefix \"xmlns\" is reserved for use by XML.", "")
		}
		ns = xmlnsURI
	} else {
		p = x.attributePrefix(p, ns)
		if p != "" {
			if err := w.mean(p, ns); err != nil {
				return err
			}
		}
	}
	name := XName{local: local, space: ns}
	for _, a := range x.attributes {
		if a == name {
			return clr.ClassXML.Throwf("'%s' is a duplicate attribute name.", qualified(p, local))
		}
	}
	x.attributes = append(x.attributes, name)
	x.attribute, x.state = qualified(p, local), inAttribute
	x.value.Reset()
	return nil
}

// attributePrefix is the prefix that an attribute gets: what it asks for, unless that means
// another namespace in its element.
func (x *XMLWriter) attributePrefix(prefix, uri string) string {
	if uri == "" {
		return ""
	}
	w := x.w
	if prefix != "" {
		if i := w.lookup(prefix); i < w.start || w.names[i].uri == uri {
			return prefix
		}
		return w.generatePrefix()
	}
	prefix, _ = w.lookupPrefix(uri)
	for i := len(w.names) - 1; prefix == "" && i >= 0; i-- {
		if m := w.names[i]; m.uri == uri && m.prefix != "" && w.lookup(m.prefix) == i {
			prefix = m.prefix
		}
	}
	if prefix == "" {
		return w.generatePrefix()
	}
	return prefix
}

// EndAttribute ends the attribute that was begun, if any.
func (x *XMLWriter) EndAttribute() error {
	if x.state != inAttribute {
		return nil
	}
	x.state = inTag
	value := x.value.String()
	if x.declares {
		prefix := strings.TrimPrefix(strings.TrimPrefix(x.attribute, "xmlns"), ":")
		if err := x.w.explicit(prefix, value); err != nil {
			return err
		}
	}
	if x.settings.NewLineOnAttributes && x.settings.Indent {
		x.w.textEnd = -1
		x.w.indent()
		x.w.out = append(x.w.out, x.attribute...)
		x.w.out = append(appendEscaped(append(x.w.out, `="`...), value, &attributeEscapes), '"')
		return nil
	}
	x.w.attributeText(x.attribute, value)
	return nil
}

// String writes text, escaped.
func (x *XMLWriter) String(s string) error {
	if err := checkWritten(s); err != nil {
		return err
	}
	if x.state == inAttribute {
		return x.addValue(s)
	}
	if err := x.text(); err != nil {
		return err
	}
	return x.wrote(NewText(s).write(x.w))
}

func (x *XMLWriter) addValue(s string) error {
	x.value.WriteString(s)
	if x.w.budget == nil {
		return nil
	}
	return x.w.budget.Take(int64(len(s)))
}

// Raw writes text as it is.
func (x *XMLWriter) Raw(s string) error {
	if x.state == inAttribute {
		return x.addValue(s)
	}
	var err error
	switch x.state {
	case atStart:
		err = x.markup("RawData")
	case inTag, closed:
		err = x.text()
	}
	if err != nil {
		return err
	}
	x.w.mixed = true
	x.w.out = append(x.w.out, s...)
	x.w.textEnd = len(x.w.out)
	return x.pay()
}

// Node writes a node of a tree.
func (x *XMLWriter) Node(n Node) error {
	var err error
	switch n := n.(type) {
	case *XText, *XCData:
		err = x.text()
	case *XDocument:
		for c := range Nodes(n) {
			if err := x.Node(c); err != nil {
				return err
			}
		}
		return nil
	case *XElement:
		err = x.markup("StartElement")
	case *XComment:
		err = x.markup("Comment")
	case *XProcessingInstruction:
		err = x.markup("PI")
	default:
		err = x.markup("Dtd")
	}
	if err != nil {
		return err
	}
	_, element := n.(*XElement)
	err = x.wrote(n.write(x.w))
	if element && len(x.open) == 0 {
		x.state = behindRoot
	}
	return err
}

func (x *XMLWriter) wrote(err error) error {
	if err != nil {
		return err
	}
	return x.pay()
}

// Save writes a document that is, or consists of, a node.
func (x *XMLWriter) Save(n Node) error {
	standalone := ""
	if d, ok := n.(*XDocument); ok && d.declaration != nil {
		standalone = d.declaration.Standalone
	}
	if x.state == atStart {
		if err := x.StartDocument(standalone); err != nil {
			return err
		}
	}
	if err := x.Node(n); err != nil {
		return err
	}
	return x.EndDocument()
}

// LookupPrefix finds the prefix that means a namespace.
func (x *XMLWriter) LookupPrefix(uri string) (string, bool) { return x.w.lookupPrefix(uri) }

// EndDocument ends all elements that were begun.
func (x *XMLWriter) EndDocument() error {
	for len(x.open) > 0 {
		if err := x.EndElement(false); err != nil {
			return err
		}
	}
	if x.state != behindRoot && x.settings.Conformance == ConformanceDocument {
		return x.refuse("EndDocument")
	}
	return nil
}

// Flush hands over what was written.
func (x *XMLWriter) Flush(b *clr.Budget) error {
	if x.state == inTag || x.state == inAttribute {
		return nil // a start tag is not over yet
	}
	return x.hand(b)
}

func (x *XMLWriter) hand(b *clr.Budget) error {
	err := x.target.Append(b, string(x.w.out[x.w.handed:]))
	x.w.handed = len(x.w.out)
	return err
}

// Close ends all elements and hands over what was written.
func (x *XMLWriter) Close(b *clr.Budget) error {
	if x.state == closed {
		return nil
	}
	for len(x.open) > 0 {
		if err := x.EndElement(false); err != nil {
			return err
		}
	}
	x.state = closed
	return x.hand(b)
}
