package message

import (
	"context"
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
	// Text is the new body: a text, which is taken as it is, or an expression that returns
	// one or a byte[].
	Text policies.Value[[]byte] `text:"raw"`
	// Value is another way to write the text.
	Value *policies.Value[[]byte] `elem:"value"`
	// Element itself.
	Element *document.Element `element:""`
}

// Content is a compiled Body: it makes the content of a message.
type Content func(ctx context.Context, x *exchange.Exchange) ([]byte, error)

// Compile checks the settings and compiles the element.
func (b Body) Compile(c *policies.Compiler) Content {
	if b.Template == "liquid" {
		a, _ := b.Element.Attr("template")
		c.NotBuiltYet(a.Value.Whole(), "a Liquid template in <set-body>")
	}
	if b.Value == nil {
		return b.Text.Get
	}
	if b.Text.Set() && strings.TrimSpace(b.Element.Content.String()) != "" {
		c.Errorf(b.Text.Range, "<set-body> has a text or a <value>, not both")
	}
	return b.Value.Get
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
