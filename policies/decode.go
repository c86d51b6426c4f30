package policies

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/document"
)

// decode fills in the struct that is the element's schema, and reports all mistakes. It
// reports whether there was none. The root element of a policy has an id as well.
func (c *Compiler) decode(s *schema, e *document.Element, into reflect.Value, root bool) bool {
	before := c.mistakes
	c.checkAttributes(s, e, root)
	c.checkChildren(s, e)
	c.checkText(s, e)
	for i := range s.fields {
		c.decodeField(&s.fields[i], e, into.Field(s.fields[i].index))
	}
	ok := c.mistakes == before
	if !ok {
		c.checkPolicies(s, e)
	}
	return ok
}

// checkPolicies compiles the policies inside an element that has mistakes, for theirs.
func (c *Compiler) checkPolicies(s *schema, e *document.Element) {
	for i := range s.fields {
		if s.fields[i].children == childrenPolicies {
			c.Steps(e)
		}
	}
}

func (c *Compiler) checkAttributes(s *schema, e *document.Element, root bool) {
	for i := range e.Attributes {
		a := &e.Attributes[i]
		if slices.Contains(s.attrs, a.Name) || root && a.Name == "id" {
			continue
		}
		help := diag.DidYouMean(a.Name, s.attrs)
		if help == "" {
			help = has(e.Name, "attribute", s.attrs)
		}
		c.report(a.NameRange, UnknownAttribute, help, "unknown attribute %q on <%s>", a.Name, e.Name)
	}
}

func (c *Compiler) checkChildren(s *schema, e *document.Element) {
	if s.open {
		return
	}
	for _, child := range e.Children {
		if slices.Contains(s.children, child.Name) {
			continue
		}
		help := diag.DidYouMean(child.Name, s.children)
		if help == "" {
			help = has(e.Name, "element", s.children)
		}
		c.report(child.Open, UnknownElement, help, "unknown element <%s> in <%s>", child.Name, e.Name)
	}
}

// has tells in words what an element can hold.
func has(element, what string, names []string) string {
	switch len(names) {
	case 0:
		return fmt.Sprintf("<%s> has no %ss", element, what)
	case 1:
		return fmt.Sprintf("<%s> has the %s %s", element, what, names[0])
	}
	last := len(names) - 1
	return fmt.Sprintf("<%s> has the %ss %s and %s", element, what, strings.Join(names[:last], ", "), names[last])
}

func (c *Compiler) checkText(s *schema, e *document.Element) {
	if s.hasText {
		return
	}
	for i := range s.fields {
		if s.fields[i].children == childrenAny {
			return
		}
	}
	if text := e.Content.TrimSpace(); text.Len() > 0 {
		c.report(text.Whole(), UnexpectedText, "", "<%s> has no text", e.Name)
	}
}

func (c *Compiler) decodeField(f *field, e *document.Element, into reflect.Value) {
	switch f.origin {
	case fromAttribute:
		if a, ok := e.Attr(f.name); ok {
			c.set(f, target(f, into), a.Value, a.NameRange, fmt.Sprintf("the attribute %q of <%s>", f.name, e.Name))
			return
		}
		if f.required {
			c.report(e.Open, MissingAttribute, "", "<%s> needs the attribute %q", e.Name, f.name)
		}
	case fromText:
		if e.Content.TrimSpace().Len() > 0 || f.raw && e.Content.Len() > 0 {
			c.setText(f, target(f, into), e)
			return
		}
		if f.required {
			c.report(e.Open, MissingElement, "", "<%s> needs a text", e.Name)
		}
	case fromChild:
		c.decodeChildren(f, e, into)
		return
	case fromElement:
		into.Set(reflect.ValueOf(e))
		return
	}
	if !f.required && !f.pointer {
		c.fallback(f, into)
	}
}

// fallback gives a setting that was not written its default. Define made sure that it is
// one.
func (c *Compiler) fallback(f *field, into reflect.Value) {
	if f.rules.has {
		_ = setterOf(into.Addr()).setLiteral(f.rules.fallback, f.rules)
	}
}

func (c *Compiler) decodeChildren(f *field, e *document.Element, into reflect.Value) {
	var first *document.Element
	for _, child := range e.Children {
		if child.Name != f.name {
			continue
		}
		if first != nil && !f.list {
			c.report(child.Open, DuplicateElement, "", "<%s> may be in <%s> only once", f.name, e.Name)
			continue
		}
		if first == nil {
			first = child
		}
		c.decodeChild(f, child, into)
	}
	switch {
	case first != nil:
	case f.required:
		c.report(e.Open, MissingElement, "", "<%s> needs <%s>", e.Name, f.name)
	case !f.list && !f.pointer && f.nested == nil:
		c.fallback(f, into)
	}
}

func (c *Compiler) decodeChild(f *field, child *document.Element, into reflect.Value) {
	if f.list {
		into.Set(reflect.Append(into, reflect.Zero(into.Type().Elem())))
		into = into.Index(into.Len() - 1)
	}
	into = target(f, into)
	if f.nested != nil {
		c.decode(f.nested, child, into, false)
		return
	}
	c.checkAttributes(&schema{}, child, false)
	c.checkChildren(&schema{}, child)
	c.setText(f, into, child)
}

// target is where a setting is put: what a pointer points to, made if need be.
func target(f *field, into reflect.Value) reflect.Value {
	if !f.pointer {
		return into
	}
	if into.IsNil() {
		into.Set(reflect.New(into.Type().Elem()))
	}
	return into.Elem()
}

func (c *Compiler) setText(f *field, into reflect.Value, e *document.Element) {
	text := e.Content
	if !f.raw || document.IsExpression(text) {
		text = text.TrimSpace()
	}
	c.set(f, into, text, e.Open, fmt.Sprintf("the text of <%s>", e.Name))
}

// set sets one setting to what was written. An empty text has no place of its own, so
// messages about it point at its name.
func (c *Compiler) set(f *field, into reflect.Value, text diag.Text, name diag.Range, what string) {
	at := text.Whole()
	if text.Len() == 0 {
		at = name
	}
	setter := setterOf(into.Addr())
	value, takesExpression := setter.(expressionSetter)
	if takesExpression {
		value.setRange(at)
	}
	if document.IsExpression(text) {
		if takesExpression {
			value.setExpression(c, text.TrimSpace(), f.rules)
			return
		}
		c.report(at, LiteralOnly, "", "%s cannot be an expression", what)
		return
	}
	if err := setter.setLiteral(text.String(), f.rules); err != nil {
		help := diag.DidYouMean(strings.TrimSpace(text.String()), f.rules.oneOf)
		// What the author wrote is quoted, as a named value may be secret.
		c.report(at, InvalidValue, help, "%s is %q, which %s", what, text.Whole().Text(), err)
	}
}
