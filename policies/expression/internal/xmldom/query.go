package xmldom

import (
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/xpath"
)

// A point is a node of a document as XPath sees it.
type point struct{ Node }

// Point is a node for a query.
func Point(n Node) xpath.Node { return point{n} }

// NodeAt is the node that a query found.
func NodeAt(n xpath.Node) Node { return n.(point).Node }

// QueryKind is what the node is.
func (p point) QueryKind() xpath.Kind { return queryKind(Kind(p.Node)) }

func queryKind(kind linqxml.NodeType) xpath.Kind {
	switch kind {
	case linqxml.ElementNode:
		return xpath.Element
	case linqxml.AttributeNode:
		return xpath.Attribute
	case linqxml.CommentNode:
		return xpath.Comment
	case linqxml.ProcessingInstructionNode:
		return xpath.Instruction
	case linqxml.DocumentNode, FragmentNode:
		return xpath.Root
	}
	return xpath.Text
}

// QueryName is its name.
func (p point) QueryName() (prefix, local, uri string) {
	b := p.core()
	return b.prefix, b.local, b.uri
}

// QueryValue is the node as a string.
func (p point) QueryValue() string { return InnerText(p.Node) }

// QueryParent is the node it is in.
func (p point) QueryParent() xpath.Node {
	if up := p.core().parent; up != nil {
		return point{up}
	}
	return nil
}

// QueryChildren are the nodes in it.
func (p point) QueryChildren() []xpath.Node {
	children := p.core().children
	out := make([]xpath.Node, 0, len(children))
	for _, c := range children {
		if Kind(c) != DeclarationNode {
			out = append(out, point{c})
		}
	}
	return out
}

// QueryAttributes are its attributes, without declarations of namespaces.
func (p point) QueryAttributes() []xpath.Node {
	out := make([]xpath.Node, 0, len(p.core().attributes))
	for _, a := range p.core().attributes {
		if a.uri != linqxml.XMLNSNamespace.NamespaceName() {
			out = append(out, point{a})
		}
	}
	return out
}

// A linqPoint is an object of LINQ to XML as XPath sees it.
type linqPoint struct{ linqxml.Object }

// LinqPoint is a node of LINQ to XML for a query.
func LinqPoint(o linqxml.Object) xpath.Node { return linqPoint{o} }

// LinqAt is the object that a query found.
func LinqAt(n xpath.Node) linqxml.Object { return n.(linqPoint).Object }

// QueryKind is what the node is.
func (p linqPoint) QueryKind() xpath.Kind { return queryKind(p.NodeType()) }

// QueryName is its name.
func (p linqPoint) QueryName() (prefix, local, uri string) {
	switch o := p.Object.(type) {
	case *linqxml.XElement:
		prefix, _ = o.PrefixOfNamespace(o.Name().Namespace())
		return prefix, o.Name().LocalName(), o.Name().NamespaceName()
	case *linqxml.XAttribute:
		if in := o.Parent(); in != nil && o.Name().NamespaceName() != "" {
			prefix, _ = in.PrefixOfNamespace(o.Name().Namespace())
		}
		return prefix, o.Name().LocalName(), o.Name().NamespaceName()
	case *linqxml.XProcessingInstruction:
		return "", o.Target(), ""
	}
	return "", "", ""
}

// QueryValue is the node as a string.
func (p linqPoint) QueryValue() string {
	switch o := p.Object.(type) {
	case interface{ Value() string }:
		return o.Value()
	case *linqxml.XProcessingInstruction:
		return o.Data()
	case *linqxml.XDocument:
		if root := o.Root(); root != nil {
			return root.Value()
		}
	}
	return ""
}

// QueryParent is the node it is in.
func (p linqPoint) QueryParent() xpath.Node {
	if e := p.Parent(); e != nil {
		return linqPoint{e}
	}
	if _, ok := p.Object.(*linqxml.XDocument); ok {
		return nil
	}
	if d := linqxml.Document(p.Object); d != nil {
		return linqPoint{d}
	}
	return nil
}

// QueryChildren are the nodes in it.
func (p linqPoint) QueryChildren() []xpath.Node {
	c, ok := p.Object.(linqxml.Container)
	if !ok {
		return nil
	}
	var out []xpath.Node
	for n := range linqxml.Nodes(c) {
		out = append(out, linqPoint{n})
	}
	return out
}

// QueryAttributes are its attributes, without declarations of namespaces.
func (p linqPoint) QueryAttributes() []xpath.Node {
	e, ok := p.Object.(*linqxml.XElement)
	if !ok {
		return nil
	}
	var out []xpath.Node
	for a := range e.Attributes() {
		if !a.IsNamespaceDeclaration() {
			out = append(out, linqPoint{a})
		}
	}
	return out
}

// A NamespaceManager is an XmlNamespaceManager without scopes.
type NamespaceManager struct {
	prefixes []binding
}

// TypeName is the full name of the class.
func (*NamespaceManager) TypeName() string { return "System.Xml.XmlNamespaceManager" }

// NewNamespaceManager makes one that knows the prefixes that everybody knows.
func NewNamespaceManager() *NamespaceManager {
	return &NamespaceManager{[]binding{
		{"", ""}, {"xml", linqxml.XMLNamespace.NamespaceName()}, {"xmlns", linqxml.XMLNSNamespace.NamespaceName()},
	}}
}

// Add says what a prefix stands for.
func (m *NamespaceManager) Add(prefix, uri string) {
	for i := range m.prefixes {
		if m.prefixes[i].prefix == prefix {
			m.prefixes[i].uri = uri
			return
		}
	}
	m.prefixes = append(m.prefixes, binding{prefix, uri})
}

// ResolvePrefix is the namespace that a prefix stands for.
func (m *NamespaceManager) ResolvePrefix(prefix string) (string, bool) {
	for _, x := range m.prefixes {
		if x.prefix == prefix {
			return x.uri, true
		}
	}
	return "", false
}

// PrefixOf is a prefix that stands for a namespace.
func (m *NamespaceManager) PrefixOf(uri string) (string, bool) {
	for i := len(m.prefixes) - 1; i >= 0; i-- {
		if x := m.prefixes[i]; x.uri == uri {
			return x.prefix, true
		}
	}
	return "", false
}

// Remove takes a prefix away that stands for a namespace.
func (m *NamespaceManager) Remove(prefix, uri string) {
	for i, x := range m.prefixes {
		if x.prefix == prefix && x.uri == uri {
			m.prefixes = append(m.prefixes[:i:i], m.prefixes[i+1:]...)
			return
		}
	}
}
