package xmldom

import (
	"iter"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
)

// NodeType is the enumeration System.Xml.XmlNodeType.
type NodeType = linqxml.NodeType

// The types of nodes that LINQ to XML does not have, numbered as in C#.
const (
	FragmentNode              NodeType = 11
	WhitespaceNode            NodeType = 13
	SignificantWhitespaceNode NodeType = 14
	EndElementNode            NodeType = 15
	DeclarationNode           NodeType = 17
)

// A Node is a node of a document, C#'s XmlNode: *Document, *Element, *Attribute, *Text,
// *CData, *Comment, *Instruction, *Declaration, *Whitespace, *SignificantWhitespace or
// *Fragment.
type Node interface {
	// TypeName is the full name of the class.
	TypeName() string
	core() *base
}

// base is what every node has.
type base struct {
	self     Node
	kind     NodeType
	document *Document
	parent   Node
	// prefix, local and uri are the name of an element or an attribute; local is the target
	// of an instruction.
	prefix, local, uri string
	value              string
	children           []Node
	attributes         []*Attribute
	// empty: the element is written without an end tag.
	empty bool
}

func (b *base) core() *base { return b }

// The classes of nodes.
type (
	// A Document is an XmlDocument.
	Document struct {
		base
		// KeepsSpace: white space between elements is kept when a text is read.
		KeepsSpace bool
	}
	// An Element is an XmlElement.
	Element struct{ base }
	// An Attribute is an XmlAttribute; its parent is the element that it is of.
	Attribute struct{ base }
	// A Text is an XmlText.
	Text struct{ base }
	// A CData is an XmlCDataSection.
	CData struct{ base }
	// A Comment is an XmlComment.
	Comment struct{ base }
	// An Instruction is an XmlProcessingInstruction.
	Instruction struct{ base }
	// A Declaration is an XmlDeclaration.
	Declaration struct{ base }
	// A Whitespace is an XmlWhitespace.
	Whitespace struct{ base }
	// A SignificantWhitespace is an XmlSignificantWhitespace.
	SignificantWhitespace struct{ base }
	// A Fragment is an XmlDocumentFragment.
	Fragment struct{ base }
)

// TypeName is the full name of the class.
func (*Document) TypeName() string { return "System.Xml.XmlDocument" }

// TypeName is the full name of the class.
func (*Element) TypeName() string { return "System.Xml.XmlElement" }

// TypeName is the full name of the class.
func (*Attribute) TypeName() string { return "System.Xml.XmlAttribute" }

// TypeName is the full name of the class.
func (*Text) TypeName() string { return "System.Xml.XmlText" }

// TypeName is the full name of the class.
func (*CData) TypeName() string { return "System.Xml.XmlCDataSection" }

// TypeName is the full name of the class.
func (*Comment) TypeName() string { return "System.Xml.XmlComment" }

// TypeName is the full name of the class.
func (*Instruction) TypeName() string { return "System.Xml.XmlProcessingInstruction" }

// TypeName is the full name of the class.
func (*Declaration) TypeName() string { return "System.Xml.XmlDeclaration" }

// TypeName is the full name of the class.
func (*Whitespace) TypeName() string { return "System.Xml.XmlWhitespace" }

// TypeName is the full name of the class.
func (*SignificantWhitespace) TypeName() string { return "System.Xml.XmlSignificantWhitespace" }

// TypeName is the full name of the class.
func (*Fragment) TypeName() string { return "System.Xml.XmlDocumentFragment" }

// make is a node without a parent.
func (d *Document) make(kind NodeType) *base {
	var n Node
	switch kind {
	case linqxml.ElementNode:
		n = &Element{}
	case linqxml.AttributeNode:
		n = &Attribute{}
	case linqxml.TextNodeType:
		n = &Text{}
	case linqxml.CDATANode:
		n = &CData{}
	case linqxml.CommentNode:
		n = &Comment{}
	case linqxml.ProcessingInstructionNode:
		n = &Instruction{}
	case DeclarationNode:
		n = &Declaration{}
	case WhitespaceNode:
		n = &Whitespace{}
	case SignificantWhitespaceNode:
		n = &SignificantWhitespace{}
	default:
		n = &Fragment{}
	}
	b := n.core()
	b.self, b.kind, b.document = n, kind, d
	return b
}

// Kind is the node's type.
func Kind(n Node) NodeType { return n.core().kind }

// Name is the qualified name, or what stands for one, such as #text.
func Name(n Node) string {
	b := n.core()
	switch b.kind {
	case linqxml.ElementNode, linqxml.AttributeNode:
		if b.prefix != "" {
			return b.prefix + ":" + b.local
		}
		return b.local
	case linqxml.ProcessingInstructionNode:
		return b.local
	}
	return standIns[b.kind]
}

var standIns = map[NodeType]string{
	linqxml.DocumentNode: "#document", linqxml.TextNodeType: "#text", linqxml.CDATANode: "#cdata-section", linqxml.CommentNode: "#comment",
	DeclarationNode: "xml", WhitespaceNode: "#whitespace", SignificantWhitespaceNode: "#significant-whitespace", FragmentNode: "#document-fragment",
}

// LocalName is the name without its prefix.
func LocalName(n Node) string {
	if b := n.core(); b.local != "" {
		return b.local
	}
	return Name(n)
}

// Prefix of the name.
func Prefix(n Node) string { return n.core().prefix }

// Namespace of the name.
func Namespace(n Node) string { return n.core().uri }

// OwnerDocument is the document that made the node; nil of a document.
func OwnerDocument(n Node) *Document { return n.core().document }

// OwnerElement is the element that an attribute is of, or nil.
func (a *Attribute) OwnerElement() *Element {
	e, _ := a.parent.(*Element)
	return e
}

// Parent is the node that a node is in, or nil.
func Parent(n Node) Node {
	b := n.core()
	if b.kind == linqxml.AttributeNode || b.parent == nil {
		return nil
	}
	return b.parent
}

// Children are the nodes in a node.
func Children(n Node) []Node { return n.core().children }

// Sibling is the node that many places after a node, or nil.
func Sibling(n Node, step int) Node {
	p := Parent(n)
	if p == nil {
		return nil
	}
	all := p.core().children
	return At(all, slices.Index(all, n)+step)
}

// At is the node at a place, or nil.
func At(nodes []Node, i int) Node {
	if i < 0 || i >= len(nodes) {
		return nil
	}
	return nodes[i]
}

// Value is the node's own text; false of a node that has none, such as an element.
func Value(n Node) (string, bool) {
	b := n.core()
	switch b.kind {
	case linqxml.ElementNode, linqxml.DocumentNode, FragmentNode:
		return "", false
	}
	return b.value, true
}

// SetValue changes the node's own text.
func SetValue(n Node, s string) error {
	if _, ok := Value(n); !ok {
		return clr.ClassInvalidOperation.Throwf("Cannot set a value on node type '%s'.", typeNames[Kind(n)])
	}
	n.core().value = s
	return nil
}

var typeNames = map[NodeType]string{linqxml.ElementNode: "Element", linqxml.DocumentNode: "Document", FragmentNode: "DocumentFragment"}

// InnerText is the text of all descendants.
func InnerText(n Node) string {
	if s, ok := Value(n); ok {
		return s
	}
	var out strings.Builder
	appendInner(&out, n)
	return out.String()
}

func appendInner(out *strings.Builder, n Node) {
	for _, c := range n.core().children {
		switch Kind(c) {
		case linqxml.TextNodeType, linqxml.CDATANode, WhitespaceNode, SignificantWhitespaceNode:
			out.WriteString(c.core().value)
		default:
			if _, ok := Value(c); !ok {
				appendInner(out, c)
			}
		}
	}
}

// SetInnerText replaces the content by a text.
func SetInnerText(b *clr.Budget, n Node, s string) error {
	c := n.core()
	switch c.kind {
	case linqxml.DocumentNode:
		return clr.ClassInvalidOperation.Throw("The 'InnerText' of a 'Document' node is read-only and cannot be set.")
	case linqxml.ElementNode, FragmentNode:
		RemoveChildren(n)
		if s == "" {
			return nil
		}
		t, err := c.document.Create(b, linqxml.TextNodeType, "", "", "", s)
		if err != nil {
			return err
		}
		_, err = Insert(n, t, len(c.children))
		return err
	}
	return SetValue(n, s)
}

// nodeBytes is about how much a node takes.
const nodeBytes = 200

// ToString is the full name of the class.
func (b *base) ToString() string { return b.self.TypeName() }

// Items goes through the node's children.
func (b *base) Items() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, c := range slices.Clone(b.children) {
			if !yield(c, nil) {
				return
			}
		}
	}
}
