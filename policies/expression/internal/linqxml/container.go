package linqxml

import (
	"iter"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// nodeBytes is what a node takes of a budget, besides its text.
const nodeBytes = 96

// A Sequence is a C# enumerable that is no string. An item that comes with an error is the
// last.
type Sequence interface {
	Items() iter.Seq2[any, error]
}

// Add adds content at the end of a container: nodes, attributes, sequences of those, or
// values, which become text.
func Add(b *clr.Budget, c Container, items ...any) error {
	return each(items, func(item any) error {
		switch v := item.(type) {
		case Node:
			return insertNode(b, c, v, len(c.children().nodes))
		case *XAttribute:
			return addAttribute(c, v)
		}
		s, err := contentText(item)
		if err != nil {
			return err
		}
		return addString(b, c, s)
	})
}

// AddFirst adds content at the beginning of a container.
func AddFirst(b *clr.Budget, c Container, items ...any) error { return insert(b, c, 0, items) }

// insert adds content before the node at an index. Texts that come together are one.
func insert(b *clr.Budget, c Container, i int, items []any) error {
	var last *XText
	return each(items, func(item any) error {
		switch v := item.(type) {
		case Node:
			before := len(c.children().nodes)
			if err := insertNode(b, c, v, i); err != nil {
				return err
			}
			last = nil
			i += len(c.children().nodes) - before
			return nil
		case *XAttribute:
			return clr.ClassArgument.Throw("An attribute cannot be added to content.")
		}
		s, err := contentText(item)
		if err != nil {
			return err
		}
		if last != nil {
			last.value += s
			return b.Take(int64(len(last.value)))
		}
		if i > 0 {
			if t, ok := c.children().nodes[i-1].(*XText); ok && s != "" {
				last = t
				t.value += s
				return b.Take(int64(len(t.value)))
			}
		}
		if err := c.validateText(s); err != nil || s == "" {
			return err
		}
		last = &XText{value: s}
		i++
		return insertNode(b, c, last, i-1)
	})
}

// each goes through content, sequences within it, and leaves out null.
func each(items []any, f func(any) error) error {
	for _, item := range items {
		if item == nil {
			continue
		}
		if data, ok := item.([]byte); ok {
			for _, b := range data {
				if err := f(b); err != nil {
					return err
				}
			}
			continue
		}
		s, ok := item.(Sequence)
		if !ok {
			if err := f(item); err != nil {
				return err
			}
			continue
		}
		for v, err := range s.Items() {
			if err == nil {
				err = each([]any{v}, f)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// insertNode puts a node before the one at an index. One that is in a tree, or that the
// container is in, is copied.
func insertNode(b *clr.Budget, c Container, n Node, i int) error {
	if err := c.validate(n, i); err != nil {
		return err
	}
	if n.owner() != nil || outermost(c) == n {
		copied, err := n.clone(b)
		if err != nil {
			return err
		}
		n = copied
	}
	held := c.children()
	held.nodes = slices.Insert(held.nodes, i, n)
	held.text = false
	n.setOwner(c)
	return nil
}

func outermost(c Container) Node {
	for c.owner() != nil {
		c = c.owner()
	}
	return c
}

// addString adds text at the end: to the text that is there, or as a new one.
func addString(b *clr.Budget, c Container, s string) error {
	if err := c.validateText(s); err != nil {
		return err
	}
	held := c.children()
	if s == "" {
		_, isElement := c.(*XElement)
		held.text = held.text || isElement && len(held.nodes) == 0
		return nil
	}
	if n := len(held.nodes); n > 0 {
		if t, ok := held.nodes[n-1].(*XText); ok {
			t.value += s
			return b.Take(int64(len(t.value)))
		}
	}
	return insertNode(b, c, &XText{value: s}, len(held.nodes))
}

// RemoveNodes takes all nodes out of the container.
func RemoveNodes(c Container) {
	held := c.children()
	for _, n := range held.nodes {
		n.setOwner(nil)
	}
	held.nodes, held.text = nil, false
}

// ReplaceNodes takes all nodes out of the container and adds content.
func ReplaceNodes(b *clr.Budget, c Container, items ...any) error {
	// Content may be nodes of this container, or a query over them: look first.
	var flat []any
	if err := each(items, func(item any) error {
		flat = append(flat, item)
		return nil
	}); err != nil {
		return err
	}
	RemoveNodes(c)
	return Add(b, c, flat...)
}

// Nodes goes through the container's nodes. As in .NET, it ends at a node that is taken out.
func Nodes(c Container) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		held := c.children()
		for i := 0; i < len(held.nodes); i++ {
			n := held.nodes[i]
			if !yield(n) || n.owner() != c {
				return
			}
			if i >= len(held.nodes) || held.nodes[i] != n {
				i = slices.Index(held.nodes, n) // others came or went
			}
		}
	}
}

// First is the first node, or nil.
func First(c Container) Node { return edge(c, 0) }

// Last is the last node, or nil.
func Last(c Container) Node { return edge(c, len(c.children().nodes)-1) }

func edge(c Container, i int) Node {
	if len(c.children().nodes) == 0 {
		return nil
	}
	return c.children().nodes[i]
}

// Elements goes through the container's elements.
func Elements(c Container) iter.Seq[*XElement] {
	return func(yield func(*XElement) bool) {
		for n := range Nodes(c) {
			if e, ok := n.(*XElement); ok && !yield(e) {
				return
			}
		}
	}
}

// Element is the first element with a name, or nil.
func Element(c Container, name XName) *XElement {
	for e := range WithName(Elements(c), name) {
		return e
	}
	return nil
}

// WithName passes the elements with a name.
func WithName(elements iter.Seq[*XElement], name XName) iter.Seq[*XElement] {
	return func(yield func(*XElement) bool) {
		for e := range elements {
			if e.name == name && !yield(e) {
				return
			}
		}
	}
}

// DescendantNodes goes through all nodes below the container, in document order.
func DescendantNodes(c Container) iter.Seq[Node] {
	return func(yield func(Node) bool) { descend(c, yield) }
}

// WalkDescendants goes through all nodes below the container, in document order, and then
// fails as .NET does when it cannot go on from a node because that was taken out.
func WalkDescendants(c Container, f func(Node) error) error {
	var n Node = c
	var places []int // where the walk is in each container that it is in
	for {
		if inner, ok := n.(Container); ok && First(inner) != nil {
			n, places = First(inner), append(places, 0)
		} else {
			for {
				if n == c {
					return nil
				}
				if n.owner() == nil {
					return clr.NullReferenceError()
				}
				last := len(places) - 1
				next, place := nextFrom(n, places[last])
				if next != nil {
					n, places[last] = next, place
					break
				}
				n, places = n.owner(), places[:last]
			}
		}
		if err := f(n); err != nil {
			return err
		}
	}
}

// nextFrom is the sibling after n, and its place; nil for none. n is likely to be at hint.
func nextFrom(n Node, hint int) (Node, int) {
	c := n.owner()
	if c == nil {
		return nil, 0
	}
	nodes := c.children().nodes
	if hint >= len(nodes) || nodes[hint] != n {
		hint = slices.Index(nodes, n)
	}
	if hint+1 >= len(nodes) {
		return nil, 0
	}
	return nodes[hint+1], hint + 1
}

func descend(c Container, yield func(Node) bool) bool {
	held := c.children()
	for i := 0; i < len(held.nodes); i++ {
		n := held.nodes[i]
		if !yield(n) {
			return false
		}
		if inner, ok := n.(Container); ok && !descend(inner, yield) {
			return false
		}
	}
	return true
}

// Descendants goes through all elements below the container, in document order.
func Descendants(c Container) iter.Seq[*XElement] {
	return func(yield func(*XElement) bool) {
		for n := range DescendantNodes(c) {
			if e, ok := n.(*XElement); ok && !yield(e) {
				return
			}
		}
	}
}

// value is the text of all descendants.
func value(c Container) string {
	held := c.children()
	if len(held.nodes) == 1 {
		if t, ok := held.nodes[0].(TextNode); ok {
			return t.Value()
		}
	}
	var b strings.Builder
	for n := range DescendantNodes(c) {
		if t, ok := n.(TextNode); ok {
			b.WriteString(t.Value())
		}
	}
	return b.String()
}

// copyNodes clones what a container holds into another.
func copyNodes(b *clr.Budget, from, to Container) error {
	source, held := from.children(), to.children()
	held.text = source.text
	if len(source.nodes) > 0 {
		held.nodes = make([]Node, 0, len(source.nodes))
	}
	for _, n := range source.nodes {
		c, err := n.clone(b)
		if err != nil {
			return err
		}
		c.setOwner(to)
		held.nodes = append(held.nodes, c)
	}
	return nil
}
