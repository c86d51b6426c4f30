package message

import (
	"context"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Body is the element set-body.
type Body struct {
	// Template is "liquid" when the text is a Liquid template.
	Template string `attr:"template" default:"none" oneof:"liquid none"`
	// Nil says how a template sees XML elements with xsi:nil="true".
	Nil string `attr:"xsi-nil" default:"blank" oneof:"blank null"`
	// ParseDate says whether a template sees text that looks like a date as one.
	ParseDate bool `attr:"parse-date" default:"true"`
	// HTMLDecode has no effect: entities in an expression are decoded wherever they stand for
	// characters of its code.
	HTMLDecode bool `attr:"html-decode-expression" default:"false"`
	// Text is the new body: a text, which is taken as it is, or an expression that returns
	// one or a byte[].
	Text policies.Value[[]byte] `text:"raw"`
	// Value is another way to write the text.
	Value *policies.Value[[]byte] `elem:"value"`
	// Element itself. Elements inside of it are the new body, as they are written.
	Element *document.Element `element:"any"`
}

// Content is a compiled Body: it makes the content of a message.
type Content func(ctx context.Context, x *exchange.Exchange) ([]byte, error)

// Compile checks the settings and compiles the element.
func (b Body) Compile(c *policies.Compiler) Content {
	if b.Template == "liquid" {
		a, _ := b.Element.Attr("template")
		c.NotBuiltYet(a.Value.Whole(), "a Liquid template in <set-body>")
	}
	if b.isXML() {
		return b.xml(c)
	}
	if b.Value == nil {
		return b.Text.Get
	}
	if b.Text.Set() && strings.TrimSpace(b.Element.Content.String()) != "" {
		c.Errorf(b.Text.Range, "<set-body> has a text or a <value>, not both")
	}
	return b.Value.Get
}

// isXML reports whether the body is written as XML elements. A <value> alone is the other
// way to write a text.
func (b Body) isXML() bool {
	return slices.ContainsFunc(b.Element.Children, func(e *document.Element) bool { return e.Name != "value" })
}

// xml makes a body of the elements. Expressions stand for a whole value only.
func (b Body) xml(c *policies.Compiler) Content {
	warnOfExpressions(c, b.Element.Children)
	made := []byte(b.Element.XML().String())
	return func(context.Context, *exchange.Exchange) ([]byte, error) { return made, nil }
}

func warnOfExpressions(c *policies.Compiler, elements []*document.Element) {
	for _, e := range elements {
		if document.IsExpression(e.Content) {
			c.Warnf(e.Content.TrimSpace().Whole(), "an expression inside of XML is not evaluated: let it make the whole body")
		}
		for i := range e.Attributes {
			if v := e.Attributes[i].Value; document.IsExpression(v) {
				c.Warnf(v.TrimSpace().Whole(), "an expression inside of XML is not evaluated: let it make the whole body")
			}
		}
		warnOfExpressions(c, e.Children)
	}
}

// Replace puts new content into a message, and makes the headers that describe the content
// fit.
func Replace(h *exchange.Headers, b *exchange.Body, content []byte) {
	b.Replace(content)
	h.Remove("Content-Encoding")
	if value, ok := h.First("Content-Type"); ok {
		if fixed := withUTF8(value); fixed != value {
			h.Set("Content-Type", fixed)
		}
	}
}

// withUTF8 changes the charset parameter of a content type, if it has one, to utf-8.
func withUTF8(contentType string) string {
	parts := strings.Split(contentType, ";")
	for i, part := range parts[1:] {
		name, value, _ := strings.Cut(part, "=")
		if strings.EqualFold(strings.TrimSpace(name), "charset") && !strings.EqualFold(strings.Trim(value, ` "`), "utf-8") {
			parts[i+1] = name + "=utf-8"
		}
	}
	return strings.Join(parts, ";")
}
