package xmldom

import (
	"slices"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
)

// NewDocument makes an empty document.
func NewDocument() *Document {
	d := &Document{}
	d.self, d.kind = d, linqxml.DocumentNode
	return d
}

// LoadXML replaces the document by what a text says.
func (d *Document) LoadXML(b *clr.Budget, text string) error {
	o := linqxml.DropWhiteSpace
	if d.KeepsSpace {
		o = linqxml.PreserveWhiteSpace
	}
	x, err := linqxml.ParseDocument(b, text, o)
	if err != nil {
		return err
	}
	RemoveChildren(d)
	return d.take(b, x)
}

// take puts what was read into the document.
func (d *Document) take(b *clr.Budget, x *linqxml.XDocument) error {
	if declaration := x.Declaration(); declaration != nil {
		text := strings.TrimSuffix(strings.TrimPrefix(declaration.ToString(), "<?xml "), "?>")
		if _, err := d.put(b, d, DeclarationNode, "", "xml", "", text); err != nil {
			return err
		}
	}
	for n := range linqxml.Nodes(x) {
		if err := d.takeNode(b, d, n, false); err != nil {
			return err
		}
	}
	return nil
}

// put makes a node at the end of another.
func (d *Document) put(b *clr.Budget, in Node, kind NodeType, prefix, local, uri, value string) (*base, error) {
	n, err := d.Create(b, kind, prefix, local, uri, value)
	if err != nil {
		return nil, err
	}
	c := n.core()
	c.parent = in
	in.core().children = append(in.core().children, n)
	return c, nil
}

func (d *Document) takeNode(b *clr.Budget, in Node, n linqxml.Node, keep bool) error {
	var err error
	switch n := n.(type) {
	case *linqxml.XElement:
		return d.takeElement(b, in, n, keep)
	case *linqxml.XCData:
		_, err = d.put(b, in, linqxml.CDATANode, "", "", "", n.Value())
	case *linqxml.XText:
		kind := linqxml.TextNodeType
		if strings.Trim(n.Value(), " \t\r\n") == "" {
			if kind = WhitespaceNode; keep {
				kind = SignificantWhitespaceNode
			}
		}
		_, err = d.put(b, in, kind, "", "", "", n.Value())
	case *linqxml.XComment:
		_, err = d.put(b, in, linqxml.CommentNode, "", "", "", n.Value())
	case *linqxml.XProcessingInstruction:
		_, err = d.put(b, in, linqxml.ProcessingInstructionNode, "", n.Target(), "", n.Data())
	}
	return err
}

func (d *Document) takeElement(b *clr.Budget, in Node, e *linqxml.XElement, keep bool) error {
	c, err := d.put(b, in, linqxml.ElementNode, e.WrittenPrefix(), e.Name().LocalName(), e.Name().NamespaceName(), "")
	if err != nil {
		return err
	}
	c.empty = e.IsEmpty()
	for a := range e.Attributes() {
		n, err := d.Create(b, linqxml.AttributeNode, a.WrittenPrefix(), a.Name().LocalName(), a.Name().NamespaceName(), a.Value())
		if err != nil {
			return err
		}
		attribute := n.(*Attribute)
		if a.Name().LocalName() == "xmlns" && attribute.prefix == "" {
			attribute.uri = linqxml.XMLNSNamespace.NamespaceName()
		}
		if attribute.prefix == "xml" && attribute.local == "space" {
			keep = attribute.value == "preserve"
		}
		attribute.parent = c.self
		c.attributes = append(c.attributes, attribute)
	}
	for n := range linqxml.Nodes(e) {
		if err := d.takeNode(b, c.self, n, keep); err != nil {
			return err
		}
	}
	return nil
}

// Create makes a node without a parent.
func (d *Document) Create(b *clr.Budget, kind NodeType, prefix, local, uri, value string) (Node, error) {
	if err := b.Take(nodeBytes + int64(len(value))); err != nil {
		return nil, err
	}
	c := d.make(kind)
	c.prefix, c.local, c.uri, c.value = prefix, local, uri, value
	c.empty = kind == linqxml.ElementNode
	return c.self, nil
}

// CreateNamed makes an element or an attribute of a qualified name.
func (d *Document) CreateNamed(b *clr.Budget, kind NodeType, qualified, uri string) (Node, error) {
	prefix, local, ok := strings.Cut(qualified, ":")
	if !ok {
		prefix, local = "", qualified
	}
	if kind == linqxml.AttributeNode && (qualified == "xmlns" || prefix == "xmlns") {
		uri = linqxml.XMLNSNamespace.NamespaceName()
	}
	for _, part := range strings.Split(qualified, ":") {
		if _, err := linqxml.NoNamespace.Name(part); err != nil {
			return nil, err
		}
	}
	return d.Create(b, kind, prefix, local, uri, "")
}

// Root is the document's element, or nil.
func (d *Document) Root() *Element {
	for _, c := range d.children {
		if e, ok := c.(*Element); ok {
			return e
		}
	}
	return nil
}

// Import copies a node of any document for this one.
func (d *Document) Import(b *clr.Budget, n Node, deep bool) (Node, error) {
	from := n.core()
	if from.kind == linqxml.DocumentNode {
		return nil, clr.ClassInvalidOperation.Throw("Cannot import nodes of type 'Document'.")
	}
	c, err := d.Create(b, from.kind, from.prefix, from.local, from.uri, from.value)
	if err != nil {
		return nil, err
	}
	to := c.core()
	to.empty = from.empty
	for _, a := range from.attributes {
		copied, err := d.Import(b, a, true)
		if err != nil {
			return nil, err
		}
		copied.core().parent = c
		to.attributes = append(to.attributes, copied.(*Attribute))
	}
	if !deep {
		return c, nil
	}
	return c, d.importChildren(b, n, c)
}

func (d *Document) importChildren(b *clr.Budget, from, to Node) error {
	for _, child := range from.core().children {
		copied, err := d.Import(b, child, true)
		if err != nil {
			return err
		}
		copied.core().parent = to
		to.core().children = append(to.core().children, copied)
	}
	return nil
}

// Clone copies a node; a document with all that is in it.
func Clone(b *clr.Budget, n Node, deep bool) (Node, error) {
	d, ok := n.(*Document)
	if !ok {
		return n.core().document.Import(b, n, deep)
	}
	out := NewDocument()
	out.KeepsSpace = d.KeepsSpace
	if !deep {
		return out, nil
	}
	return out, out.importChildren(b, d, out)
}

// Insert puts a node, or what is in a fragment, before the child at a place. A node that
// is elsewhere is taken from there.
func Insert(in, n Node, at int) (Node, error) {
	to := in.core()
	if fragment, ok := n.(*Fragment); ok {
		for _, c := range slices.Clone(fragment.children) {
			if _, err := Insert(in, c, at); err != nil {
				return nil, err
			}
			at++
		}
		return n, nil
	}
	if err := canHold(in, n); err != nil {
		return nil, err
	}
	if old := Parent(n); old != nil {
		i := slices.Index(old.core().children, n)
		if old == in && i < at {
			at--
		}
		old.core().children = slices.Delete(old.core().children, i, i+1)
	}
	n.core().parent = in
	to.children = slices.Insert(to.children, at, n)
	return n, nil
}

// maxDepth is how deep nodes may be nested.
const maxDepth = 4096

func canHold(in, n Node) error {
	depth := 0
	for p := in; p != nil; p = p.core().parent {
		if depth++; depth > maxDepth {
			return &clr.LimitError{What: "elements are nested more than " + strconv.Itoa(maxDepth) + " deep"}
		}
		if p == n {
			return clr.ClassArgument.Throw("Cannot insert a node or any ancestor of that node as a child of itself.")
		}
	}
	document := in.core().document
	if d, ok := in.(*Document); ok {
		document = d
	}
	switch kind := Kind(n); {
	case n.core().document != document:
		return clr.ClassArgument.Throw("The node to be inserted is from a different document context.")
	case !holds(in, kind):
		return clr.ClassInvalidOperation.Throw("The specified node cannot be inserted as the valid child of this node, because the specified node is the wrong type.")
	case in == Node(document) && kind == linqxml.ElementNode && document.Root() != nil && Node(document.Root()) != n:
		return clr.ClassInvalidOperation.Throw("This document already has a 'DocumentElement' node.")
	}
	return nil
}

func holds(in Node, kind NodeType) bool {
	switch Kind(in) {
	case linqxml.DocumentNode:
		return kind != linqxml.TextNodeType && kind != linqxml.CDATANode && kind != linqxml.AttributeNode && kind != linqxml.DocumentNode
	case linqxml.ElementNode, FragmentNode:
		return kind != linqxml.AttributeNode && kind != linqxml.DocumentNode && kind != DeclarationNode
	}
	return false
}

// Remove takes a child out.
func Remove(in, n Node) (Node, error) {
	i := slices.Index(in.core().children, n)
	if i < 0 {
		return nil, clr.ClassArgument.Throw("The node to be removed is not a child of this node.")
	}
	in.core().children = slices.Delete(in.core().children, i, i+1)
	n.core().parent = nil
	return n, nil
}

// RemoveChildren takes all children out.
func RemoveChildren(n Node) {
	for _, c := range n.core().children {
		c.core().parent = nil
	}
	n.core().children = nil
}

// PlaceOf is where a child is among the others; without one, behind all.
func PlaceOf(in, child Node) (int, error) {
	if child == nil {
		return len(in.core().children), nil
	}
	i := slices.Index(in.core().children, child)
	if i < 0 {
		return 0, clr.ClassArgument.Throw("The reference node is not a child of this node.")
	}
	return i, nil
}

// Elements goes through the elements below a node, in document order.
func Elements(n Node, yield func(*Element) error) error {
	for _, c := range n.core().children {
		e, ok := c.(*Element)
		if !ok {
			continue
		}
		if err := yield(e); err != nil {
			return err
		}
		if err := Elements(e, yield); err != nil {
			return err
		}
	}
	return nil
}

// Attributes of an element.
func Attributes(n Node) []*Attribute { return n.core().attributes }

// Attribute is the attribute of a qualified name, or nil.
func (e *Element) Attribute(qualified string) *Attribute {
	return e.find(func(a *Attribute) bool { return Name(a) == qualified })
}

// AttributeIn is the attribute of a local name in a namespace, or nil.
func (e *Element) AttributeIn(local, uri string) *Attribute {
	return e.find(func(a *Attribute) bool { return a.local == local && a.uri == uri })
}

func (e *Element) find(is func(*Attribute) bool) *Attribute {
	if i := slices.IndexFunc(e.attributes, is); i >= 0 {
		return e.attributes[i]
	}
	return nil
}

// SetAttribute changes an attribute or adds it.
func (e *Element) SetAttribute(b *clr.Budget, qualified, uri, value string) error {
	a := e.Attribute(qualified)
	if a == nil {
		n, err := e.document.CreateNamed(b, linqxml.AttributeNode, qualified, uri)
		if err != nil {
			return err
		}
		a = n.(*Attribute)
		a.parent = e
		e.attributes = append(e.attributes, a)
	}
	a.value = value
	return nil
}

// PutAttribute adds an attribute in the place of one of its name, which is returned.
func (e *Element) PutAttribute(a *Attribute) (*Attribute, error) {
	switch {
	case a.document != e.document:
		return nil, clr.ClassArgument.Throw("The named node is from a different document context.")
	case a.parent != nil && a.parent != Node(e):
		return nil, clr.ClassInvalidOperation.Throw("The 'Attribute' node cannot be inserted because it is already an attribute of another element.")
	}
	old := e.AttributeIn(a.local, a.uri)
	if old == a {
		return a, nil
	}
	if old != nil {
		e.RemoveAttribute(old)
	}
	a.parent = e
	e.attributes = append(e.attributes, a)
	return old, nil
}

// RemoveAttribute takes an attribute off; nil is none.
func (e *Element) RemoveAttribute(a *Attribute) {
	if i := slices.Index(e.attributes, a); a != nil && i >= 0 {
		e.attributes = slices.Delete(e.attributes, i, i+1)
		a.parent = nil
	}
}

// Empty reports whether the element is written without an end tag.
func (e *Element) Empty() bool { return e.empty && len(e.children) == 0 }

// SetEmpty says so, and takes what is in the element out.
func (e *Element) SetEmpty(empty bool) {
	if empty {
		RemoveChildren(e)
	}
	e.empty = empty
}

// SetInner replaces what is in an element or a fragment by what a text says. Prefixes mean
// what they mean where the node is.
func SetInner(b *clr.Budget, n Node, text string) error {
	c := n.core()
	switch c.kind {
	case linqxml.DocumentNode:
		return n.(*Document).LoadXML(b, text)
	case linqxml.ElementNode, FragmentNode:
	case linqxml.AttributeNode:
		c.value = text
		return nil
	default:
		return clr.ClassInvalidOperation.Throw("Cannot set the 'InnerXml' for the current node because it is either read-only or cannot have children.")
	}
	tag := "<x"
	for _, x := range inScope(n) {
		if x.prefix == "" {
			tag += ` xmlns="` + escapedAttribute(x.uri) + `"`
		} else {
			tag += " xmlns:" + x.prefix + `="` + escapedAttribute(x.uri) + `"`
		}
	}
	read := NewDocument()
	read.KeepsSpace = c.document.KeepsSpace
	if err := read.LoadXML(b, tag+">"+text+"</x>"); err != nil {
		return err
	}
	RemoveChildren(n)
	return c.document.importChildren(b, read.Root(), n)
}

// inScope are the prefixes that stand for something in a node.
func inScope(n Node) []binding {
	var out []binding
	known := func(prefix string) bool {
		return slices.ContainsFunc(out, func(x binding) bool { return x.prefix == prefix })
	}
	for ; n != nil; n = n.core().parent {
		for _, a := range n.core().attributes {
			if prefix, ok := a.declares(); ok && !known(prefix) {
				out = append(out, binding{prefix, a.value})
			}
		}
	}
	return out
}
