package xpath

import (
	"iter"
	"slices"
)

// Kind is what a node is.
type Kind uint8

// The kinds of nodes that XPath tells apart.
const (
	Root Kind = iota
	Element
	Attribute
	Text
	Comment
	Instruction
)

// A Node is a node of a tree. Two values are the same node when they are equal. What no
// query sees, such as an attribute that declares a namespace, is no one's child or
// attribute.
type Node interface {
	// QueryKind is what the node is.
	QueryKind() Kind
	// QueryName is the name of an element or an attribute, or the target of an instruction.
	QueryName() (prefix, local, uri string)
	// QueryValue is the node as a string.
	QueryValue() string
	// QueryParent is the node it is in, nil for the outermost.
	QueryParent() Node
	// QueryChildren are the nodes in it, without attributes.
	QueryChildren() []Node
	// QueryAttributes are an element's attributes.
	QueryAttributes() []Node
}

// nodes goes through nodes in an axis' own order.
type nodes = iter.Seq[Node]

// An axis leads from a node to others; a reverse axis goes backwards through the document.
type axis struct {
	of      func(Node) nodes
	reverse bool
	// beside: the axis looks for the node among its siblings.
	beside bool
	// principal is the kind of node that a name or * stands for.
	principal Kind
}

var axes = map[string]axis{
	"self":               {of: self, principal: Element},
	"child":              {of: children, principal: Element},
	"descendant":         {of: descendants, principal: Element},
	"descendant-or-self": {of: withSelf(descendants), principal: Element},
	"attribute":          {of: attributes, principal: Attribute},
	"parent":             {of: parent, principal: Element, reverse: true},
	"ancestor":           {of: ancestors, principal: Element, reverse: true},
	"ancestor-or-self":   {of: withSelf(ancestors), principal: Element, reverse: true},
	"following-sibling":  {of: followingSiblings, principal: Element, beside: true},
	"preceding-sibling":  {of: precedingSiblings, principal: Element, reverse: true, beside: true},
	"following":          {of: following, principal: Element, beside: true},
	"preceding":          {of: preceding, principal: Element, reverse: true, beside: true},
	"namespace":          {of: func(Node) nodes { return slices.Values[[]Node](nil) }, principal: Attribute},
}

func self(n Node) nodes { return func(yield func(Node) bool) { yield(n) } }

func children(n Node) nodes { return slices.Values(n.QueryChildren()) }

func attributes(n Node) nodes {
	if n.QueryKind() != Element {
		return slices.Values[[]Node](nil)
	}
	return slices.Values(n.QueryAttributes())
}

func parent(n Node) nodes {
	return func(yield func(Node) bool) {
		if p := n.QueryParent(); p != nil {
			yield(p)
		}
	}
}

func ancestors(n Node) nodes {
	return func(yield func(Node) bool) {
		for p := n.QueryParent(); p != nil && yield(p); p = p.QueryParent() {
			continue
		}
	}
}

func descendants(n Node) nodes { return func(yield func(Node) bool) { descend(n, yield) } }

// descend yields what is below a node, and reports whether to go on.
func descend(n Node, yield func(Node) bool) bool {
	for _, c := range n.QueryChildren() {
		if !yield(c) || !descend(c, yield) {
			return false
		}
	}
	return true
}

// ascend yields what is below a node, last first.
func ascend(n Node, yield func(Node) bool) bool {
	for _, c := range slices.Backward(n.QueryChildren()) {
		if !ascend(c, yield) || !yield(c) {
			return false
		}
	}
	return true
}

func withSelf(of func(Node) nodes) func(Node) nodes {
	return func(n Node) nodes {
		return func(yield func(Node) bool) {
			if !yield(n) {
				return
			}
			of(n)(yield)
		}
	}
}

// siblings are the children that the node is one of, and its place.
func siblings(n Node) ([]Node, int) {
	p := n.QueryParent()
	if p == nil || n.QueryKind() == Attribute {
		return nil, 0
	}
	all := p.QueryChildren()
	return all, slices.Index(all, n)
}

func followingSiblings(n Node) nodes {
	all, at := siblings(n)
	return slices.Values(all[min(at+1, len(all)):])
}

func precedingSiblings(n Node) nodes {
	all, at := siblings(n)
	return func(yield func(Node) bool) {
		for _, s := range slices.Backward(all[:max(at, 0)]) {
			if !yield(s) {
				return
			}
		}
	}
}

func following(n Node) nodes {
	return func(yield func(Node) bool) {
		if n.QueryKind() == Attribute {
			n = n.QueryParent()
			if n == nil || !descend(n, yield) {
				return
			}
		}
		for ; n != nil; n = n.QueryParent() {
			for s := range followingSiblings(n) {
				if !yield(s) || !descend(s, yield) {
					return
				}
			}
		}
	}
}

func preceding(n Node) nodes {
	return func(yield func(Node) bool) {
		if n.QueryKind() == Attribute {
			n = n.QueryParent()
		}
		for ; n != nil; n = n.QueryParent() {
			for s := range precedingSiblings(n) {
				if !ascend(s, yield) || !yield(s) {
					return
				}
			}
		}
	}
}

// rootOf is the outermost node.
func rootOf(n Node) Node {
	for p := n.QueryParent(); p != nil; p = p.QueryParent() {
		n = p
	}
	return n
}
