package linqxml

import (
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// An XAttribute is an attribute.
type XAttribute struct {
	name  XName
	value string
	in    *XElement
	// prefix as it was written, of an attribute that was read.
	prefix string
}

// NewAttribute makes an attribute of any value but null.
func NewAttribute(name XName, v any) (*XAttribute, error) {
	if v == nil {
		return nil, clr.ArgumentNullError("value")
	}
	s, err := valueText(v)
	if err != nil {
		return nil, err
	}
	return &XAttribute{name: name, value: s}, nil
}

// NodeType is Attribute.
func (a *XAttribute) NodeType() NodeType { return AttributeNode }

// TypeName is the full name of the class.
func (a *XAttribute) TypeName() string { return "System.Xml.Linq.XAttribute" }

// ToString is the attribute as it is written in a tag.
func (a *XAttribute) ToString() string { return attributeText(a) }

// Parent is the element that has the attribute, or nil.
func (a *XAttribute) Parent() *XElement { return a.in }

// Name is the attribute's name.
func (a *XAttribute) Name() XName { return a.name }

// WrittenPrefix is the prefix that the attribute's name had in the text that it was read from.
func (a *XAttribute) WrittenPrefix() string { return a.prefix }

// Value is the attribute's value.
func (a *XAttribute) Value() string { return a.value }

// SetValue changes the value.
func (a *XAttribute) SetValue(s string) { a.value = s }

// SetAnyValue changes the value to the text of one that is not null.
func (a *XAttribute) SetAnyValue(v any) error {
	if v == nil {
		return clr.ArgumentNullError("value")
	}
	s, err := valueText(v)
	if err == nil {
		a.value = s
	}
	return err
}

// IsNamespaceDeclaration reports whether the attribute declares a namespace.
func (a *XAttribute) IsNamespaceDeclaration() bool {
	return a.name.space == xmlnsURI || a.name == XName{local: "xmlns"}
}

// Next is the attribute after this one, or nil.
func (a *XAttribute) Next() *XAttribute { return a.sibling(1) }

// Previous is the attribute before this one, or nil.
func (a *XAttribute) Previous() *XAttribute { return a.sibling(-1) }

func (a *XAttribute) sibling(step int) *XAttribute {
	if a.in == nil {
		return nil
	}
	i := slices.Index(a.in.attrs, a) + step
	if i < 0 || i >= len(a.in.attrs) {
		return nil
	}
	return a.in.attrs[i]
}

// Remove takes the attribute off its element.
func (a *XAttribute) Remove() error {
	if a.in == nil {
		return errNoParent()
	}
	i := slices.Index(a.in.attrs, a)
	a.in.attrs = slices.Delete(a.in.attrs, i, i+1)
	a.in = nil
	return nil
}

func addAttribute(c Container, a *XAttribute) error {
	e, ok := c.(*XElement)
	if !ok {
		return clr.ClassArgument.Throw("An attribute cannot be added to content.")
	}
	if e.Attribute(a.name) != nil {
		return clr.InvalidOperationError("Duplicate attribute.")
	}
	if a.in != nil {
		a = &XAttribute{name: a.name, value: a.value}
	}
	a.in = e
	e.attrs = append(e.attrs, a)
	return nil
}
