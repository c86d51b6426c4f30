package xmldom

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
)

// A Reader is an XmlReader: a place in a text that only goes forwards. The text is read
// when the first node is asked for, the whole of it.
type Reader struct {
	settings Settings
	text     string
	read     bool
	closed   bool
	events   []event
	// at is the event, -1 before the first; attribute is one of its element's, or -1.
	at, attribute int
}

// Settings are the XmlReaderSettings that matter here.
type Settings struct {
	IgnoreWhitespace, IgnoreComments, IgnoreProcessingInstructions bool
}

// TypeName is the full name of the class.
func (*Settings) TypeName() string { return "System.Xml.XmlReaderSettings" }

// ToString is the full name of the class.
func (s *Settings) ToString() string { return s.TypeName() }

// An event is a node that the reader comes to, or the end of an element.
type event struct {
	node  Node
	end   bool
	depth int
}

// NewReader makes a reader of a text. nil are the default settings.
func NewReader(text string, s *Settings) *Reader {
	r := &Reader{text: text, at: -1, attribute: -1}
	if s != nil {
		r.settings = *s
	}
	return r
}

// TypeName is the full name of the class.
func (*Reader) TypeName() string { return "System.Xml.XmlReader" }

// ToString is the full name of the class.
func (r *Reader) ToString() string { return r.TypeName() }

// Close ends the reading.
func (r *Reader) Close() { r.closed = true }

// Read goes to the next node, and reports whether there is one.
func (r *Reader) Read(b *clr.Budget) (bool, error) {
	if r.closed {
		return false, nil
	}
	if !r.read {
		if err := r.open(b); err != nil {
			return false, err
		}
	}
	r.attribute = -1
	r.at = min(r.at+1, len(r.events))
	return r.at < len(r.events), nil
}

func (r *Reader) open(b *clr.Budget) error {
	r.read = true
	d := NewDocument()
	d.KeepsSpace = true
	if err := d.LoadXML(b, r.text); err != nil {
		return err
	}
	r.takeDeclaration(d)
	r.add(d.children, 0)
	return b.Take(int64(len(r.events)) * nodeBytes)
}

// takeDeclaration gives the declaration the text that it was written with, and attributes.
func (r *Reader) takeDeclaration(d *Document) {
	declaration, ok := At(d.children, 0).(*Declaration)
	if !ok {
		return
	}
	written, _, _ := strings.Cut(strings.TrimPrefix(r.text, "<?xml"), "?>")
	declaration.value = strings.Trim(written, " \t\r\n")
	for rest := declaration.value; rest != ""; {
		name, after, _ := strings.Cut(rest, "=")
		after = strings.TrimLeft(after, " \t\r\n")
		if after == "" {
			return
		}
		a := d.make(linqxml.AttributeNode)
		a.local = strings.Trim(name, " \t\r\n")
		a.value, rest, _ = strings.Cut(after[1:], after[:1])
		declaration.attributes = append(declaration.attributes, a.self.(*Attribute))
	}
}

func (r *Reader) add(nodes []Node, depth int) {
	for _, n := range nodes {
		if r.ignores(n) {
			continue
		}
		r.events = append(r.events, event{n, false, depth})
		if e, ok := n.(*Element); ok && !e.Empty() {
			r.add(e.children, depth+1)
			r.events = append(r.events, event{n, true, depth})
		}
	}
}

func (r *Reader) ignores(n Node) bool {
	switch Kind(n) {
	case WhitespaceNode:
		return r.settings.IgnoreWhitespace
	case linqxml.CommentNode:
		return r.settings.IgnoreComments
	case linqxml.ProcessingInstructionNode:
		return r.settings.IgnoreProcessingInstructions
	}
	return false
}

// EOF reports whether the end was reached.
func (r *Reader) EOF() bool { return r.read && r.at >= len(r.events) }

// Node is the node that the reader is at, or nil.
func (r *Reader) Node() Node {
	if r.at < 0 || r.at >= len(r.events) {
		return nil
	}
	n := r.events[r.at].node
	if r.attribute >= 0 {
		return n.core().attributes[r.attribute]
	}
	return n
}

// Kind is the type of what the reader is at.
func (r *Reader) Kind() NodeType {
	switch n := r.Node(); {
	case n == nil:
		return 0
	case r.events[r.at].end:
		return EndElementNode
	default:
		return Kind(n)
	}
}

// Depth is how many elements the reader is in.
func (r *Reader) Depth() int {
	switch {
	case r.Node() == nil:
		return 0
	case r.attribute >= 0:
		return r.events[r.at].depth + 1
	}
	return r.events[r.at].depth
}

// Element is the element that the reader is at the start of, or one of whose attributes it
// is at, or nil.
func (r *Reader) Element() *Element {
	if r.Node() == nil || r.events[r.at].end {
		return nil
	}
	e, _ := r.events[r.at].node.(*Element)
	return e
}

// Attributes are those of the element or the declaration that the reader is at.
func (r *Reader) Attributes() []*Attribute {
	if r.Node() == nil || r.events[r.at].end {
		return nil
	}
	return r.events[r.at].node.core().attributes
}

// IsEmpty reports whether the reader is at an element without an end tag.
func (r *Reader) IsEmpty() bool {
	e := r.Element()
	return e != nil && r.attribute < 0 && e.Empty()
}

// MoveToAttribute goes to an attribute, and reports whether there is one.
func (r *Reader) MoveToAttribute(i int) bool {
	if i < 0 || i >= len(r.Attributes()) {
		return false
	}
	r.attribute = i
	return true
}

// AttributeIndex is which attribute the reader is at, or -1.
func (r *Reader) AttributeIndex() int { return r.attribute }

// MoveToElement goes back from an attribute to its element.
func (r *Reader) MoveToElement() bool {
	was := r.attribute >= 0
	r.attribute = -1
	return was
}

// MoveToContent goes to the next element, end of an element, or text.
func (r *Reader) MoveToContent(b *clr.Budget) (NodeType, error) {
	r.MoveToElement()
	for {
		switch k := r.Kind(); k {
		case linqxml.ElementNode, EndElementNode, linqxml.TextNodeType, linqxml.CDATANode:
			return k, nil
		}
		if ok, err := r.Read(b); !ok || err != nil {
			return 0, err
		}
	}
}

// Skip goes behind the node, and behind what is in it.
func (r *Reader) Skip(b *clr.Budget) error {
	r.MoveToElement()
	if r.Kind() == linqxml.ElementNode && !r.IsEmpty() {
		r.at = r.endOf()
	}
	_, err := r.Read(b)
	return err
}

// endOf is where the element at the reader's place ends.
func (r *Reader) endOf() int {
	at := r.events[r.at]
	i := r.at
	for r.events[i].node != at.node || !r.events[i].end {
		i++
	}
	return i
}

// Text takes texts that follow one another, also with comments between them when those are
// passed over.
func (r *Reader) Text(b *clr.Budget, pass bool) (string, error) {
	var out strings.Builder
	for {
		switch k := r.Kind(); k {
		case linqxml.TextNodeType, linqxml.CDATANode, WhitespaceNode, SignificantWhitespaceNode:
			out.WriteString(r.Node().core().value)
		default:
			if !pass || k != linqxml.CommentNode && k != linqxml.ProcessingInstructionNode {
				return out.String(), b.Take(int64(out.Len()))
			}
		}
		if _, err := r.Read(b); err != nil {
			return "", err
		}
	}
}

// ElementText takes an element that has only text, and goes behind it.
func (r *Reader) ElementText(b *clr.Budget, method string) (string, error) {
	r.MoveToElement()
	if r.Kind() != linqxml.ElementNode {
		return "", clr.ClassInvalidOperation.Throwf("The %s method is not supported on node type %s. If you want to read typed content of an element, use the ReadElementContentAs method.", method, TypeText(r.Kind()))
	}
	empty := r.IsEmpty()
	if _, err := r.Read(b); err != nil || empty {
		return "", err
	}
	text, err := r.Text(b, true)
	if err != nil {
		return "", err
	}
	if r.Kind() != EndElementNode {
		return "", clr.ClassXML.Throwf("Unexpected node type %s. %s method can only be called on elements with simple or empty content.", TypeText(r.Kind()), method)
	}
	_, err = r.Read(b)
	return text, err
}

// TypeText is a node type's name.
func TypeText(k NodeType) string {
	if s := k.String(); s != "" {
		return s
	}
	return map[NodeType]string{
		0: "None", FragmentNode: "DocumentFragment", WhitespaceNode: "Whitespace", SignificantWhitespaceNode: "SignificantWhitespace",
		EndElementNode: "EndElement", DeclarationNode: "XmlDeclaration",
	}[k]
}

// ToFollowing goes to the next element for which is holds, however deep.
func (r *Reader) ToFollowing(b *clr.Budget, is func(*Element) bool) (bool, error) {
	for {
		ok, err := r.Read(b)
		if !ok || err != nil {
			return false, err
		}
		if e := r.Element(); e != nil && is(e) {
			return true, nil
		}
	}
}

// ToDescendant goes to the next element below the reader's place for which is holds.
func (r *Reader) ToDescendant(b *clr.Budget, is func(*Element) bool) (bool, error) {
	depth := r.Depth()
	switch {
	case r.at < 0:
		depth = -1
	case r.Kind() != linqxml.ElementNode || r.IsEmpty():
		return false, nil
	}
	for {
		ok, err := r.Read(b)
		if !ok || err != nil || r.Depth() <= depth {
			return false, err
		}
		if e := r.Element(); e != nil && is(e) {
			return true, nil
		}
	}
}

// ToNextSibling goes to the next element beside the reader's place for which is holds.
func (r *Reader) ToNextSibling(b *clr.Budget, is func(*Element) bool) (bool, error) {
	for {
		if err := r.Skip(b); err != nil {
			return false, err
		}
		if e := r.Element(); e != nil && is(e) {
			return true, nil
		}
		if r.Kind() == EndElementNode || r.Node() == nil {
			return false, nil
		}
	}
}

// Take takes the node, with all that is in it, and goes behind it.
func (r *Reader) Take(b *clr.Budget) (Node, error) {
	r.MoveToElement()
	if r.Kind() == EndElementNode {
		return nil, cannotRead(EndElementNode)
	}
	n := r.Node()
	return n, r.Skip(b)
}

// ToLinq makes a node of LINQ to XML of a node.
func ToLinq(b *clr.Budget, n Node) (linqxml.Node, error) {
	c := n.core()
	switch c.kind {
	case linqxml.DocumentNode:
		text, err := Outer(b, n)
		if err != nil {
			return nil, err
		}
		return linqxml.ParseDocument(b, text, linqxml.PreserveWhiteSpace)
	case linqxml.ElementNode:
		return toElement(b, n.(*Element))
	case linqxml.TextNodeType, WhitespaceNode, SignificantWhitespaceNode:
		return linqxml.NewText(c.value), nil
	case linqxml.CDATANode:
		return linqxml.NewCData(c.value), nil
	case linqxml.CommentNode:
		return linqxml.NewComment(c.value), nil
	case linqxml.ProcessingInstructionNode:
		return linqxml.NewProcessingInstruction(c.local, c.value)
	}
	return nil, cannotRead(c.kind)
}

func cannotRead(k NodeType) error {
	return clr.ClassInvalidOperation.Throwf("The XmlReader should not be on a node of type %s.", TypeText(k))
}

func toElement(b *clr.Budget, e *Element) (*linqxml.XElement, error) {
	name, err := linqxml.Namespace(e.uri).Name(e.local)
	if err != nil {
		return nil, err
	}
	out, err := linqxml.NewElement(b, name)
	if err != nil {
		return nil, err
	}
	for _, a := range e.attributes {
		uri := a.uri
		if Name(a) == "xmlns" {
			uri = ""
		}
		name, err := linqxml.Namespace(uri).Name(a.local)
		if err == nil {
			err = out.SetAttributeValue(name, a.value)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, c := range e.children {
		child, err := ToLinq(b, c)
		if err == nil {
			err = linqxml.Add(b, out, child)
		}
		if err != nil {
			return nil, err
		}
	}
	if !e.Empty() && len(e.children) == 0 {
		err = out.SetValue(b, "")
	}
	return out, err
}
