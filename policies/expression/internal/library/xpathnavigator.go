package library

import (
	"iter"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
	"github.com/apimgw/apimgw/policies/expression/internal/xmldom"
	"github.com/apimgw/apimgw/policies/expression/internal/xpath"
)

const xpathNamespace = "System.Xml.XPath."

// A navigator is an XPathNavigator: a place in a tree, which moves.
type navigator struct{ at xpath.Node }

// TypeName is the class.
func (*navigator) TypeName() string { return xpathNamespace + "XPathNavigator" }

// ToString is the text of the node.
func (n *navigator) ToString() string { return n.at.QueryValue() }

func (n *navigator) clone() *navigator { return &navigator{n.at} }

// nodeKinds are the values of XPathNodeType.
var nodeKinds = [...]int32{
	xpath.Root: 0, xpath.Element: 1, xpath.Attribute: 2, xpath.Text: 4, xpath.Instruction: 7, xpath.Comment: 8,
}

func xpathNodeTypeEnum() *Class {
	return &Class{
		Name: xpathNamespace + "XPathNodeType", Kind: types.Enum, Doc: "What a node is to XPath.",
		Values: "Root Element Attribute Namespace Text SignificantWhitespace Whitespace ProcessingInstruction Comment All",
	}
}

// to moves to a node, if there is one.
func (n *navigator) to(node xpath.Node) bool {
	if node != nil {
		n.at = node
	}
	return node != nil
}

func (n *navigator) name() (prefix, local, uri string) { return n.at.QueryName() }

// siblings are the nodes beside the node, and its place.
func (n *navigator) siblings() ([]xpath.Node, int) {
	p := n.at.QueryParent()
	if p == nil || n.at.QueryKind() == xpath.Attribute {
		return nil, -1
	}
	all := p.QueryChildren()
	return all, slices.Index(all, n.at)
}

func (n *navigator) beside(step int) bool {
	all, at := n.siblings()
	if at < 0 || at+step < 0 || at+step >= len(all) {
		return false
	}
	return n.to(all[at+step])
}

func (n *navigator) attribute(step int) bool {
	p := n.at.QueryParent()
	if p == nil || n.at.QueryKind() != xpath.Attribute {
		return false
	}
	all := p.QueryAttributes()
	at := slices.Index(all, n.at) + step
	return at < len(all) && n.to(all[at])
}

// firstOf is the first of some nodes that has a name.
func firstOf(nodes []xpath.Node, local, uri string) xpath.Node {
	for _, n := range nodes {
		if _, l, u := n.QueryName(); l == local && u == uri && (n.QueryKind() == xpath.Element || n.QueryKind() == xpath.Attribute) {
			return n
		}
	}
	return nil
}

func edgeOf(nodes []xpath.Node) xpath.Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[0]
}

func queryAttributes(n xpath.Node) []xpath.Node {
	if n.QueryKind() != xpath.Element {
		return nil
	}
	return n.QueryAttributes()
}

func xpathNavigatorClass() *Class {
	members := append(navigatorFacts(), navigatorMoves()...)
	return &Class{
		Name: xpathNamespace + "XPathNavigator", Go: TypeFor[*navigator](), Abstract: true, Doc: "A place in an XML tree, for moves and queries.",
		Members: append(members, navigatorQueries()...),
	}
}

func navigatorFacts() []Member {
	named := func(f func(prefix, local, uri string) string) Code {
		return F1(func(n *navigator) string { return f(n.name()) })
	}
	as := func(typ, name string, convert func(string) (any, error)) Member {
		return M(typ+" "+name+" { get; }", "The text of the node as "+typ+".", E1(func(n *navigator) (any, error) { return convert(n.at.QueryValue()) }))
	}
	return []Member{
		M("string Name { get; }", "The qualified name.", named(func(prefix, local, _ string) string {
			if prefix == "" {
				return local
			}
			return prefix + ":" + local
		})),
		M("string LocalName { get; }", "The name without its prefix.", named(func(_, local, _ string) string { return local })),
		M("string Prefix { get; }", "The prefix of the name.", named(func(prefix, _, _ string) string { return prefix })),
		M("string NamespaceURI { get; }", "The namespace of the name.", named(func(_, _, uri string) string { return uri })),
		M("string Value { get; }", "The text of the node.", F1((*navigator).ToString)),
		M("string ToString()", "The text of the node.", F1((*navigator).ToString)),
		M("XPathNodeType NodeType { get; }", "What the node is.", F1(func(n *navigator) int32 { return nodeKinds[n.at.QueryKind()] })),
		M("bool HasChildren { get; }", "Whether there are nodes in the node.", F1(func(n *navigator) bool { return len(n.at.QueryChildren()) > 0 })),
		M("bool HasAttributes { get; }", "Whether the node has attributes.", F1(func(n *navigator) bool { return len(queryAttributes(n.at)) > 0 })),
		as("int", "ValueAsInt", xmlInteger[int32](clr.Int32Type)),
		as("long", "ValueAsLong", xmlInteger[int64](clr.Int64Type)),
		as("double", "ValueAsDouble", boxing(linqxml.ToDouble)),
		as("bool", "ValueAsBoolean", boxing(linqxml.ToBoolean)),
		M("string GetAttribute(string localName, string namespaceURI)", "The value of an attribute, or an empty text.", F3(func(n *navigator, local, uri string) string {
			if a := firstOf(queryAttributes(n.at), local, uri); a != nil {
				return a.QueryValue()
			}
			return ""
		})),
	}
}

func navigatorMoves() []Member {
	move := func(name, doc string, f func(*navigator) bool) Member { return M("bool "+name+"()", doc, F1(f)) }
	return []Member{
		M("XPathNavigator Clone()", "Another navigator at the same place.", F1((*navigator).clone)),
		M("bool IsSamePosition(XPathNavigator other)", "Whether both are at one node.", F2(func(n, other *navigator) bool { return other != nil && n.at == other.at })),
		M("void MoveToRoot()", "Goes to the outermost node.", F1(func(n *navigator) Void {
			for n.to(n.at.QueryParent()) {
				continue
			}
			return Void{}
		})),
		move("MoveToParent", "Goes to the node that the node is in.", func(n *navigator) bool { return n.to(n.at.QueryParent()) }),
		move("MoveToFirstChild", "Goes to the first node in the node.", func(n *navigator) bool { return n.to(edgeOf(n.at.QueryChildren())) }),
		move("MoveToNext", "Goes to the node after the node.", func(n *navigator) bool { return n.beside(1) }),
		move("MoveToPrevious", "Goes to the node before the node.", func(n *navigator) bool { return n.beside(-1) }),
		move("MoveToFirst", "Goes to the first node beside the node.", func(n *navigator) bool {
			all, at := n.siblings()
			return at >= 0 && n.to(all[0])
		}),
		move("MoveToFirstAttribute", "Goes to the first attribute.", func(n *navigator) bool { return n.to(edgeOf(queryAttributes(n.at))) }),
		move("MoveToNextAttribute", "Goes to the attribute after the attribute.", func(n *navigator) bool { return n.attribute(1) }),
		M("bool MoveToAttribute(string localName, string namespaceURI)", "Goes to an attribute.",
			F3(func(n *navigator, local, uri string) bool { return n.to(firstOf(queryAttributes(n.at), local, uri)) })),
		M("bool MoveToChild(string localName, string namespaceURI)", "Goes to the first element of a name in the node.",
			F3(func(n *navigator, local, uri string) bool { return n.to(firstOf(n.at.QueryChildren(), local, uri)) })),
		M("bool MoveTo(XPathNavigator other)", "Goes to the place of another navigator.", F2(func(n, other *navigator) bool { return other != nil && n.to(other.at) })),
	}
}

func navigatorQueries() []Member {
	const resolver, withPrefixes = ", IXmlNamespaceResolver resolver", " with prefixes"
	all := func(c Call, n *navigator, text string, m *xmldom.NamespaceManager) (*nodeIterator, error) {
		found, err := selectAt(c, n.at, text, m)
		return &nodeIterator{from: n.at, nodes: found}, err
	}
	first := func(c Call, n *navigator, text string, m *xmldom.NamespaceManager) (*navigator, error) {
		found, err := selectAt(c, n.at, text, m)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		return &navigator{found[0]}, nil
	}
	value := func(c Call, n *navigator, text string, m *xmldom.NamespaceManager) (any, error) {
		v, err := evaluateAt(c, n.at, text, m)
		if found, ok := v.([]xpath.Node); ok {
			return &nodeIterator{from: n.at, nodes: found}, err
		}
		return v, err
	}
	without := func(f func(Call, *navigator, string, *xmldom.NamespaceManager) (any, error)) Code {
		return C2(func(c Call, n *navigator, text string) (any, error) { return f(c, n, text, nil) })
	}
	return []Member{
		M("XPathNodeIterator Select(string xpath)", "The nodes that an XPath query finds.",
			C2(func(c Call, n *navigator, text string) (*nodeIterator, error) { return all(c, n, text, nil) })),
		M("XPathNodeIterator Select(string xpath"+resolver+")", "The nodes that an XPath query"+withPrefixes+" finds.", C3(all)),
		M("XPathNavigator SelectSingleNode(string xpath)", "The first node that an XPath query finds, or null.",
			C2(func(c Call, n *navigator, text string) (*navigator, error) { return first(c, n, text, nil) })),
		M("XPathNavigator SelectSingleNode(string xpath"+resolver+")", "The first node that an XPath query"+withPrefixes+" finds, or null.", C3(first)),
		M("object Evaluate(string xpath)", "What an XPath query gives: a double, a string, a bool, or nodes.", without(value)),
		M("object Evaluate(string xpath"+resolver+")", "What an XPath query"+withPrefixes+" gives.", C3(value)),
	}
}

// A nodeIterator is an XPathNodeIterator.
type nodeIterator struct {
	from  xpath.Node // where the query began
	nodes []xpath.Node
	at    int
}

// TypeName is the class.
func (*nodeIterator) TypeName() string { return xpathNamespace + "XPathNodeIterator" }

// ToString is the class's name.
func (i *nodeIterator) ToString() string { return i.TypeName() }

// Items goes through the nodes that are left.
func (i *nodeIterator) Items() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, n := range i.nodes[i.at:] {
			if !yield(&navigator{n}, nil) {
				return
			}
		}
	}
}

func xpathNodeIteratorClass() *Class {
	return &Class{
		Name: xpathNamespace + "XPathNodeIterator", Go: TypeFor[*nodeIterator](), Abstract: true, Bases: "IEnumerable", Doc: "Nodes that a query found.",
		Members: []Member{
			M("int Count { get; }", "The number of nodes.", F1(func(i *nodeIterator) int { return len(i.nodes) })),
			M("int CurrentPosition { get; }", "Which node it is at, from 1; 0 before the first.", F1(func(i *nodeIterator) int { return i.at })),
			M("XPathNavigator Current { get; }", "The node it is at; before the first, where the query began.", F1(func(i *nodeIterator) *navigator {
				if i.at == 0 {
					return &navigator{i.from}
				}
				return &navigator{i.nodes[i.at-1]}
			})),
			M("bool MoveNext()", "Goes to the next node; false at the end.", F1(func(i *nodeIterator) bool {
				if i.at >= len(i.nodes) {
					return false
				}
				i.at++
				return true
			})),
		},
	}
}
