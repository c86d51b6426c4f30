package linqxml

import (
	"cmp"
	"iter"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// An Object is anything in a tree: a Node or an *XAttribute. It is C#'s XObject.
type Object interface {
	// NodeType is the member of the enumeration System.Xml.XmlNodeType.
	NodeType() NodeType
	// Parent is the element the object is in, or nil.
	Parent() *XElement
	// TypeName is the full name of the class.
	TypeName() string
	// ToString is the object as XML, or the name of its class where that fails.
	ToString() string
}

// A Node is a node of a tree: *XElement, *XDocument, *XText, *XCData, *XComment,
// *XDocumentType or *XProcessingInstruction. It is C#'s XNode.
type Node interface {
	Object

	owner() Container
	setOwner(Container)
	clone(*clr.Budget) (Node, error)
	write(*writer) error
}

// A Container is a node that has nodes: *XElement or *XDocument. It is C#'s XContainer.
type Container interface {
	Node
	children() *content
	// validate refuses a node that cannot be put before the one at index i.
	validate(n Node, i int) error
	// validateText refuses text that cannot be added.
	validateText(s string) error
}

// NodeType is the enumeration System.Xml.XmlNodeType.
type NodeType int32

// The types of the nodes of a tree, numbered as in C#.
const (
	ElementNode               NodeType = 1
	AttributeNode             NodeType = 2
	TextNodeType              NodeType = 3
	CDATANode                 NodeType = 4
	ProcessingInstructionNode NodeType = 7
	CommentNode               NodeType = 8
	DocumentNode              NodeType = 9
	DocumentTypeNode          NodeType = 10
)

var nodeTypeNames = map[NodeType]string{
	ElementNode: "Element", AttributeNode: "Attribute", TextNodeType: "Text", CDATANode: "CDATA",
	ProcessingInstructionNode: "ProcessingInstruction", CommentNode: "Comment", DocumentNode: "Document", DocumentTypeNode: "DocumentType",
}

// String is the type's name in C#.
func (t NodeType) String() string { return nodeTypeNames[t] }

// node is what every node has.
type node struct{ in Container }

func (n *node) owner() Container     { return n.in }
func (n *node) setOwner(c Container) { n.in = c }

// Parent is the element the node is in, or nil.
func (n *node) Parent() *XElement {
	e, _ := n.in.(*XElement)
	return e
}

// content is what a container holds.
type content struct {
	nodes []Node
	// text: there is an empty text and nothing else, so an element has a start and an end
	// tag.
	text bool
}

// Document is the document an object is in, or nil.
func Document(o Object) *XDocument {
	n, ok := o.(Node)
	if !ok {
		if n = nodeOf(o.Parent()); n == nil {
			return nil
		}
	}
	for n.owner() != nil {
		n = n.owner()
	}
	d, _ := n.(*XDocument)
	return d
}

func nodeOf(e *XElement) Node {
	if e == nil {
		return nil
	}
	return e
}

// Next is the node after n, or nil.
func Next(n Node) Node { return sibling(n, 1) }

// Previous is the node before n, or nil.
func Previous(n Node) Node { return sibling(n, -1) }

func sibling(n Node, step int) Node {
	c := n.owner()
	if c == nil {
		return nil
	}
	nodes := c.children().nodes
	i := slices.Index(nodes, n) + step
	if i < 0 || i >= len(nodes) {
		return nil
	}
	return nodes[i]
}

// Ancestors goes through the elements that the node is in, innermost first.
func Ancestors(n Node) iter.Seq[*XElement] {
	return func(yield func(*XElement) bool) {
		for e := n.Parent(); e != nil; e = e.Parent() {
			if !yield(e) {
				return
			}
		}
	}
}

// NodesAfterSelf goes through the nodes after n. As in .NET, it ends at a node that is
// taken out.
func NodesAfterSelf(n Node) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		c := n.owner()
		if c == nil {
			return
		}
		place := slices.Index(c.children().nodes, n)
		for next, place := nextFrom(n, place); next != nil; next, place = nextFrom(next, place) {
			if !yield(next) {
				return
			}
		}
	}
}

// NodesBeforeSelf goes through the nodes before n.
func NodesBeforeSelf(n Node) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		c := n.owner()
		if c == nil {
			return
		}
		place := 0
		for before := First(c); before != nil && before != n; before, place = nextFrom(before, place) {
			if !yield(before) {
				return
			}
		}
	}
}

// CompareDocumentOrder tells which of two nodes of one tree comes first: it is negative when
// a does. A nil node comes before all.
func CompareDocumentOrder(a, b Node) (int, error) {
	switch {
	case a == b:
		return 0, nil
	case isNil(a):
		return -1, nil
	case isNil(b):
		return 1, nil
	}
	pathA, pathB := ownersOf(a), ownersOf(b)
	if pathA[0] != pathB[0] {
		return 0, clr.InvalidOperationError("A common ancestor is missing.")
	}
	for i := 1; ; i++ {
		switch {
		case i == len(pathA):
			return -1, nil
		case i == len(pathB):
			return 1, nil
		case pathA[i] != pathB[i]:
			nodes := pathA[i].owner().children().nodes
			return cmp.Compare(slices.Index(nodes, pathA[i]), slices.Index(nodes, pathB[i])), nil
		}
	}
}

// ownersOf are the node and those it is in, outermost first.
func ownersOf(n Node) []Node {
	out := []Node{n}
	for c := n.owner(); c != nil; c = c.owner() {
		out = append(out, c)
	}
	slices.Reverse(out)
	return out
}

// Remove takes the node out of its parent.
func Remove(n Node) error {
	c := n.owner()
	if c == nil {
		return errNoParent()
	}
	held := c.children()
	i := slices.Index(held.nodes, n)
	held.nodes = slices.Delete(held.nodes, i, i+1)
	n.setOwner(nil)
	return nil
}

func errNoParent() error { return clr.InvalidOperationError("The parent is missing.") }

// AddAfterSelf adds content after the node.
func AddAfterSelf(b *clr.Budget, n Node, items ...any) error { return addBeside(b, n, 1, items) }

// AddBeforeSelf adds content before the node.
func AddBeforeSelf(b *clr.Budget, n Node, items ...any) error { return addBeside(b, n, 0, items) }

func addBeside(b *clr.Budget, n Node, offset int, items []any) error {
	c := n.owner()
	if c == nil {
		return errNoParent()
	}
	return insert(b, c, slices.Index(c.children().nodes, n)+offset, items)
}

// ReplaceWith puts content in the node's place.
func ReplaceWith(b *clr.Budget, n Node, items ...any) error {
	c := n.owner()
	if c == nil {
		return errNoParent()
	}
	i := slices.Index(c.children().nodes, n)
	if err := Remove(n); err != nil {
		return err
	}
	return insert(b, c, i, items)
}

// DeepEquals reports whether two trees are equal in names, attributes and text.
func DeepEquals(a, b Node) bool {
	if isNil(a) || isNil(b) {
		return isNil(a) && isNil(b)
	}
	if a.NodeType() != b.NodeType() {
		return false
	}
	switch x := a.(type) {
	case *XElement:
		return x.equals(b.(*XElement))
	case *XDocument:
		return nodesEqual(&x.content, &b.(*XDocument).content)
	case TextNode:
		return x.Value() == b.(TextNode).Value()
	case *XComment:
		return x.value == b.(*XComment).value
	case *XProcessingInstruction:
		y := b.(*XProcessingInstruction)
		return x.target == y.target && x.data == y.data
	case *XDocumentType:
		y := b.(*XDocumentType)
		return x.DocumentTypeParts == y.DocumentTypeParts
	}
	return false
}

func isNil(n Node) bool { return n == nil }

// nodesEqual compares what two containers hold: texts that come together as one, and an
// empty text as different from nothing.
func nodesEqual(a, b *content) bool {
	s, isText := a.textOnly()
	t, alsoText := b.textOnly()
	if isText || alsoText {
		return isText == alsoText && s == t
	}
	return slices.EqualFunc(joined(a.nodes), joined(b.nodes), DeepEquals)
}

// textOnly is the text of content that is nothing else.
func (c *content) textOnly() (string, bool) {
	text := ""
	for _, n := range c.nodes {
		t, ok := n.(*XText)
		if !ok {
			return "", false
		}
		text += t.value
	}
	return text, c.text || len(c.nodes) > 0
}

// joined are nodes, with texts that come together as one.
func joined(nodes []Node) []Node {
	out := make([]Node, 0, len(nodes))
	for _, n := range nodes {
		t, ok := n.(*XText)
		if !ok {
			out = append(out, n)
			continue
		}
		if last := len(out) - 1; last >= 0 {
			if before, ok := out[last].(*XText); ok {
				out[last] = &XText{value: before.value + t.value}
				continue
			}
		}
		if t.value != "" {
			out = append(out, t)
		}
	}
	return out
}

func text(n Node) string {
	s, err := Text(nil, n, Indented)
	if err != nil {
		return n.TypeName()
	}
	return s
}
