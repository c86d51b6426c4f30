package linqxml

import (
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// An XDocument is a document: one element, with comments and processing instructions
// around it.
type XDocument struct {
	node
	content
	declaration *XDeclaration
}

// NewDocument makes a document of content; a declaration may be among it.
func NewDocument(b *clr.Budget, items ...any) (*XDocument, error) {
	d := &XDocument{}
	for _, item := range items {
		if declaration, ok := item.(*XDeclaration); ok {
			d.declaration = declaration
			continue
		}
		if err := Add(b, d, item); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// CopyDocument is new XDocument(other).
func CopyDocument(b *clr.Budget, other *XDocument) (*XDocument, error) {
	n, err := other.clone(b)
	if err != nil {
		return nil, err
	}
	return n.(*XDocument), nil
}

// NodeType is Document.
func (d *XDocument) NodeType() NodeType { return DocumentNode }

// TypeName is the full name of the class.
func (d *XDocument) TypeName() string { return "System.Xml.Linq.XDocument" }

// ToString is the document as indented XML, without its declaration.
func (d *XDocument) ToString() string { return text(d) }

// Root is the document's element, or nil.
func (d *XDocument) Root() *XElement {
	for e := range Elements(d) {
		return e
	}
	return nil
}

// DocumentType is the document's type declaration, or nil.
func (d *XDocument) DocumentType() *XDocumentType {
	for n := range Nodes(d) {
		if t, ok := n.(*XDocumentType); ok {
			return t
		}
	}
	return nil
}

// Declaration is the document's declaration, or nil.
func (d *XDocument) Declaration() *XDeclaration { return d.declaration }

// SetDeclaration changes the document's declaration.
func (d *XDocument) SetDeclaration(x *XDeclaration) { d.declaration = x }

func (d *XDocument) children() *content { return &d.content }

func (d *XDocument) validate(n Node, i int) error {
	switch x := n.(type) {
	case *XElement:
		if d.Root() != nil || d.DocumentType() != nil && slices.Index(d.nodes, Node(d.DocumentType())) >= i {
			return clr.InvalidOperationError("This operation would create an incorrectly structured document.")
		}
	case *XDocumentType:
		if d.DocumentType() != nil || d.Root() != nil && slices.Index(d.nodes, Node(d.Root())) < i {
			return clr.InvalidOperationError("This operation would create an incorrectly structured document.")
		}
	case *XText:
		return d.validateText(x.value)
	case *XCData, *XDocument:
		return cannotAdd(n)
	}
	return nil
}

func (d *XDocument) validateText(s string) error {
	if strings.Trim(s, " \t\r\n") != "" {
		return clr.ClassArgument.Throw("Non-whitespace characters cannot be added to content.")
	}
	return nil
}

func (d *XDocument) clone(b *clr.Budget) (Node, error) {
	if err := b.Take(nodeBytes); err != nil {
		return nil, err
	}
	c := &XDocument{}
	if d.declaration != nil {
		declaration := *d.declaration
		c.declaration = &declaration
	}
	return c, copyNodes(b, d, c)
}

// An XDeclaration is what begins a document: <?xml version="1.0"?>. Empty parts are left
// out.
type XDeclaration struct{ Version, Encoding, Standalone string }

// TypeName is the full name of the class.
func (x *XDeclaration) TypeName() string { return "System.Xml.Linq.XDeclaration" }

// ToString is the declaration as it is written.
func (x *XDeclaration) ToString() string {
	var b strings.Builder
	b.WriteString("<?xml")
	for _, part := range [...]struct{ name, value string }{
		{"version", x.Version}, {"encoding", x.Encoding}, {"standalone", x.Standalone},
	} {
		if part.value != "" {
			b.WriteString(" " + part.name + `="` + part.value + `"`)
		}
	}
	b.WriteString("?>")
	return b.String()
}
