// Package document reads policy documents as authors write them.
//
// Authors write expressions bare inside XML, condition="@(x.Contains("a") && n < 2)",
// which no XML parser takes. [Parse] finds each expression first and goes on from there:
// the result is a tree of elements in which every name, attribute and text knows where
// it was written. It knows nothing of policies: what an element means is for others.
package document

import (
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
)

// An Element is one element of a policy document.
type Element struct {
	// Name as written, with its prefix when it has one.
	Name string
	// Open is where the name stands in the start tag.
	Open diag.Range
	// Range is the whole element, from its start tag through its end tag.
	Range diag.Range
	// Attributes in the order written.
	Attributes []Attribute
	// Children are the elements directly inside.
	Children []*Element
	// Content is the text directly inside, that of children left out: entities decoded,
	// CDATA joined, XML comments dropped, named values put in.
	Content diag.Text
	// Parent is the element around this one; nil for the root.
	Parent *Element

	reader *reader
	inner  span // what stands between the tags
	liquid bool // {{ }} in it may belong to a Liquid template
}

// An Attribute is one attribute of an element.
type Attribute struct {
	Name string
	// NameRange is where the name stands.
	NameRange diag.Range
	// Value with entities decoded and named values put in.
	Value diag.Text
}

// NamedValues are the named values that {{name}} may refer to, by display name.
// A message about a value that came from one must quote what the author wrote
// (Text.Whole().Text()), for the value may be secret.
type NamedValues map[string]string

// Attr returns the attribute of that name.
func (e *Element) Attr(name string) (*Attribute, bool) {
	for i := range e.Attributes {
		if e.Attributes[i].Name == name {
			return &e.Attributes[i], true
		}
	}
	return nil, false
}

// Child returns the first child of that name.
func (e *Element) Child(name string) (*Element, bool) {
	for _, c := range e.Children {
		if c.Name == name {
			return c, true
		}
	}
	return nil, false
}

// XML returns what stands between the element's tags as the author wrote it, named values
// put in (escaped, outside of CDATA). It is for policies whose setting is XML itself.
func (e *Element) XML() diag.Text { return e.reader.xml(e.inner) }

// IsExpression reports whether a value is a policy expression: after white space it
// begins with @( or @{. Text that holds one further on is a literal.
func IsExpression(t diag.Text) bool {
	s := strings.TrimLeft(t.String(), space)
	return strings.HasPrefix(s, "@(") || strings.HasPrefix(s, "@{")
}

// space is what XML calls white space.
const space = " \t\r\n"
