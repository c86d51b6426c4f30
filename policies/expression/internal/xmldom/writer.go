package xmldom

import (
	"slices"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
)

// Outer is a node as XML, on one line.
func Outer(b *clr.Budget, n Node) (string, error) {
	w := &writer{budget: b}
	err := w.node(n)
	return w.out.String(), err
}

// Inner is what is in a node as XML.
func Inner(b *clr.Budget, n Node) (string, error) {
	if a, ok := n.(*Attribute); ok {
		return escapedAttribute(a.value), nil
	}
	w := &writer{budget: b} // .NET writes the declarations that the content needs again
	for _, c := range n.core().children {
		if err := w.node(c); err != nil {
			return "", err
		}
	}
	return w.out.String(), nil
}

// A binding is a prefix and what it stands for.
type binding struct{ prefix, uri string }

type writer struct {
	budget *clr.Budget
	out    strings.Builder
	paid   int
	// scope are the declarations that were written, innermost last.
	scope []binding
	depth int
}

func (w *writer) node(n Node) error {
	b := n.core()
	switch b.kind {
	case linqxml.ElementNode:
		if err := w.element(n.(*Element)); err != nil {
			return err
		}
	case linqxml.AttributeNode:
		w.attribute(Name(n), b.value)
	case linqxml.CDATANode:
		w.out.WriteString("<![CDATA[" + b.value + "]]>")
	case linqxml.CommentNode:
		w.out.WriteString("<!--" + b.value + "-->")
	case linqxml.ProcessingInstructionNode, DeclarationNode:
		w.out.WriteString("<?" + Name(n))
		if b.value != "" {
			w.out.WriteString(" " + b.value)
		}
		w.out.WriteString("?>")
	case linqxml.DocumentNode, FragmentNode:
		for _, c := range b.children {
			if err := w.node(c); err != nil {
				return err
			}
		}
	default:
		w.out.WriteString(escapedText(b.value))
	}
	grown := w.out.Len() - w.paid
	w.paid = w.out.Len()
	return w.budget.Take(int64(grown))
}

func (w *writer) element(e *Element) error {
	before := len(w.scope)
	w.depth++
	defer func() { w.scope, w.depth = w.scope[:before], w.depth-1 }()
	tag := Name(e)
	w.out.WriteString("<" + tag)
	for _, a := range e.attributes {
		if prefix, ok := a.declares(); ok {
			w.scope = append(w.scope, binding{prefix, a.value})
		}
	}
	added := w.declare(nil, e.prefix, e.uri)
	generated := 0
	for _, a := range e.attributes {
		name := Name(a)
		if _, ok := a.declares(); !ok && a.uri != "" {
			prefix, known := w.prefixFor(a)
			if !known {
				generated++
				prefix = "d" + strconv.Itoa(w.depth) + "p" + strconv.Itoa(generated)
			}
			name = prefix + ":" + a.local
			added = w.declare(added, prefix, a.uri)
		}
		w.attribute(name, a.value)
	}
	for _, x := range slices.Backward(added) {
		name := "xmlns"
		if x.prefix != "" {
			name = "xmlns:" + x.prefix
		}
		w.attribute(name, x.uri)
	}
	return w.content(e, tag)
}

func (w *writer) content(e *Element, tag string) error {
	if e.Empty() {
		w.out.WriteString(" />")
		return nil
	}
	w.out.WriteString(">")
	for _, c := range e.children {
		if err := w.node(c); err != nil {
			return err
		}
	}
	w.out.WriteString("</" + tag + ">")
	return nil
}

// declares is the prefix that the attribute says something about, if it does.
func (a *Attribute) declares() (prefix string, ok bool) {
	switch {
	case a.prefix == "xmlns":
		return a.local, true
	case a.prefix == "" && a.local == "xmlns":
		return "", true
	}
	return "", false
}

// prefixFor is the attribute's prefix, or one that stands for its namespace.
func (w *writer) prefixFor(a *Attribute) (string, bool) {
	if a.prefix != "" {
		return a.prefix, true
	}
	for _, x := range slices.Backward(w.scope) {
		if x.uri == a.uri && x.prefix != "" && w.meaning(x.prefix) == a.uri {
			return x.prefix, true
		}
	}
	return "", false
}

// declare notes a declaration that is missing.
func (w *writer) declare(added []binding, prefix, uri string) []binding {
	if prefix == "xml" || w.meaning(prefix) == uri {
		return added
	}
	w.scope = append(w.scope, binding{prefix, uri})
	return append(added, binding{prefix, uri})
}

func (w *writer) meaning(prefix string) string {
	for i := len(w.scope) - 1; i >= 0; i-- {
		if w.scope[i].prefix == prefix {
			return w.scope[i].uri
		}
	}
	return ""
}

func (w *writer) attribute(name, value string) {
	if w.out.Len() > 0 {
		w.out.WriteByte(' ')
	}
	w.out.WriteString(name + `="` + escapedAttribute(value) + `"`)
}

var textEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

var attributeEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "&#xA;", "\r", "&#xD;")

func escapedText(s string) string { return textEscapes.Replace(s) }

func escapedAttribute(s string) string { return attributeEscapes.Replace(s) }
