package linqxml

import (
	"iter"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// An XElement is an element.
type XElement struct {
	node
	content
	name  XName
	attrs []*XAttribute
	// prefix as it was written, of an element that was read.
	prefix string
}

// NewElement makes an element with content, as new XElement(name, content…) does.
func NewElement(b *clr.Budget, name XName, items ...any) (*XElement, error) {
	if err := b.Take(nodeBytes); err != nil {
		return nil, err
	}
	e := &XElement{name: name}
	return e, Add(b, e, items...)
}

// CopyElement is new XElement(other).
func CopyElement(b *clr.Budget, other *XElement) (*XElement, error) {
	n, err := other.clone(b)
	if err != nil {
		return nil, err
	}
	return n.(*XElement), nil
}

// NodeType is Element.
func (e *XElement) NodeType() NodeType { return ElementNode }

// TypeName is the full name of the class.
func (e *XElement) TypeName() string { return "System.Xml.Linq.XElement" }

// ToString is the element as indented XML.
func (e *XElement) ToString() string { return text(e) }

// Name is the element's name.
func (e *XElement) Name() XName { return e.name }

// WrittenPrefix is the prefix that the element's name had in the text that it was read from.
func (e *XElement) WrittenPrefix() string { return e.prefix }

// SetName renames the element.
func (e *XElement) SetName(n XName) { e.name = n }

// Value is the text of all descendants.
func (e *XElement) Value() string { return value(e) }

// SetValue replaces the content by a text.
func (e *XElement) SetValue(b *clr.Budget, s string) error {
	RemoveNodes(e)
	return addString(b, e, s)
}

// IsEmpty reports whether the element has no content at all, so that it is written as one
// tag.
func (e *XElement) IsEmpty() bool { return len(e.nodes) == 0 && !e.text }

// HasElements reports whether the element has elements.
func (e *XElement) HasElements() bool {
	for range Elements(e) {
		return true
	}
	return false
}

// HasAttributes reports whether the element has attributes.
func (e *XElement) HasAttributes() bool { return len(e.attrs) > 0 }

// Attributes goes through the attributes.
func (e *XElement) Attributes() iter.Seq[*XAttribute] {
	return func(yield func(*XAttribute) bool) {
		for i := 0; i < len(e.attrs); i++ {
			if a := e.attrs[i]; !yield(a) || a.in != e {
				return
			}
		}
	}
}

// Attribute is the attribute with a name, or nil.
func (e *XElement) Attribute(name XName) *XAttribute {
	for _, a := range e.attrs {
		if a.name == name {
			return a
		}
	}
	return nil
}

// SetAttributeValue changes an attribute, adds it, or with null removes it.
func (e *XElement) SetAttributeValue(name XName, v any) error {
	a := e.Attribute(name)
	if v == nil {
		if a != nil {
			return a.Remove()
		}
		return nil
	}
	s, err := valueText(v)
	if err != nil {
		return err
	}
	if a != nil {
		a.value = s
		return nil
	}
	e.attrs = append(e.attrs, &XAttribute{name: name, value: s, in: e})
	return nil
}

// SetElementValue changes the text of a child element, adds the element, or with null
// removes it.
func (e *XElement) SetElementValue(b *clr.Budget, name XName, v any) error {
	child := Element(e, name)
	if v == nil {
		if child != nil {
			return Remove(child)
		}
		return nil
	}
	s, err := valueText(v)
	if err != nil {
		return err
	}
	if child != nil {
		return child.SetValue(b, s)
	}
	child, err = NewElement(b, name, s)
	if err != nil {
		return err
	}
	return insertNode(b, e, child, len(e.nodes))
}

// SetAnyValue is SetValue(object): it replaces the content by the text of a value.
func (e *XElement) SetAnyValue(b *clr.Budget, v any) error {
	if v == nil {
		return clr.ArgumentNullError("value")
	}
	s, err := valueText(v)
	if err != nil {
		return err
	}
	return e.SetValue(b, s)
}

// RemoveAttributes takes all attributes away.
func (e *XElement) RemoveAttributes() {
	for _, a := range e.attrs {
		a.in = nil
	}
	e.attrs = nil
}

// RemoveAll takes all attributes and nodes away.
func (e *XElement) RemoveAll() {
	e.RemoveAttributes()
	RemoveNodes(e)
}

// ReplaceAttributes takes all attributes away and adds content.
func (e *XElement) ReplaceAttributes(b *clr.Budget, items ...any) error {
	e.RemoveAttributes()
	return Add(b, e, items...)
}

// ReplaceAll takes attributes and nodes away and adds content.
func (e *XElement) ReplaceAll(b *clr.Budget, items ...any) error {
	e.RemoveAttributes()
	return ReplaceNodes(b, e, items...)
}

// AncestorsAndSelf goes through the element and those it is in.
func (e *XElement) AncestorsAndSelf() iter.Seq[*XElement] {
	return func(yield func(*XElement) bool) {
		for at := e; at != nil; at = at.Parent() {
			if !yield(at) {
				return
			}
		}
	}
}

// DefaultNamespace is the default namespace where the element is.
func (e *XElement) DefaultNamespace() XNamespace {
	for at := range e.AncestorsAndSelf() {
		for _, a := range at.attrs {
			if a.name == (XName{local: "xmlns"}) {
				return Namespace(a.value)
			}
		}
	}
	return NoNamespace
}

// NamespaceOfPrefix is the namespace that a prefix stands for where the element is.
func (e *XElement) NamespaceOfPrefix(prefix string) (XNamespace, bool) {
	for at := range e.AncestorsAndSelf() {
		for _, a := range at.attrs {
			if a.name == (XName{xmlnsURI, prefix}) {
				return Namespace(a.value), true
			}
		}
	}
	switch prefix {
	case "xml":
		return XMLNamespace, true
	case "xmlns":
		return XMLNSNamespace, true
	}
	return NoNamespace, false
}

// PrefixOfNamespace is a prefix that stands for a namespace where the element is.
func (e *XElement) PrefixOfNamespace(n XNamespace) (string, bool) {
	for at := range e.AncestorsAndSelf() {
		for _, a := range at.attrs {
			if a.name.space != xmlnsURI || a.value != n.uri {
				continue
			}
			// The prefix may mean something else further in.
			if now, _ := e.NamespaceOfPrefix(a.name.local); now == n {
				return a.name.local, true
			}
		}
	}
	switch n.uri {
	case xmlURI:
		return "xml", true
	case xmlnsURI:
		return "xmlns", true
	}
	return "", false
}

func (e *XElement) children() *content { return &e.content }

func (e *XElement) validate(n Node, _ int) error {
	switch n.(type) {
	case *XDocument, *XDocumentType:
		return cannotAdd(n)
	}
	return nil
}

func (e *XElement) validateText(string) error { return nil }

func cannotAdd(n Node) error {
	return clr.ClassArgument.Throwf("A node of type %s cannot be added to content.", n.NodeType())
}

func (e *XElement) clone(b *clr.Budget) (Node, error) {
	if err := b.Take(nodeBytes + int64(len(e.attrs))*nodeBytes); err != nil {
		return nil, err
	}
	c := &XElement{name: e.name}
	for _, a := range e.attrs {
		c.attrs = append(c.attrs, &XAttribute{name: a.name, value: a.value, in: c})
	}
	return c, copyNodes(b, e, c)
}

func (e *XElement) equals(o *XElement) bool {
	return e.name == o.name && slices.EqualFunc(e.attrs, o.attrs, func(a, b *XAttribute) bool {
		return a.name == b.name && a.value == b.value
	}) && nodesEqual(&e.content, &o.content)
}
