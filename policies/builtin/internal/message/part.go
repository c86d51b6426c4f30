package message

import (
	"context"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression"
)

// A Part is the message that a policy works on, as far as its body goes.
type Part struct {
	Headers *exchange.Headers
	Body    *exchange.Body
}

// ReadsBody notes that the current policy reads the body of its section's message, and
// returns what finds that message: the request's in inbound and backend, the response's in
// outbound and on-error. It is not there when there is no response.
func ReadsBody(c *policies.Compiler) func(*exchange.Exchange) (Part, bool) {
	if OfRequest(c) {
		c.ReadsRequestBody()
	} else {
		c.ReadsResponseBody()
	}
	return find(c)
}

// MayReadBody is ReadsBody for a policy that looks at the message's headers first, and
// leaves the bodies of most messages alone.
func MayReadBody(c *policies.Compiler) func(*exchange.Exchange) (Part, bool) {
	if OfRequest(c) {
		c.MayReadRequestBody()
	} else {
		c.MayReadResponseBody()
	}
	return find(c)
}

// OfRequest reports whether the message of the current section is the request.
func OfRequest(c *policies.Compiler) bool {
	return c.Section() == policies.Inbound || c.Section() == policies.Backend
}

func find(c *policies.Compiler) func(*exchange.Exchange) (Part, bool) {
	if OfRequest(c) {
		return func(x *exchange.Exchange) (Part, bool) {
			return Part{&x.Request.Headers, &x.Request.Body}, true
		}
	}
	return func(x *exchange.Exchange) (Part, bool) {
		if x.Response == nil {
			return Part{}, false
		}
		return Part{&x.Response.Headers, &x.Response.Body}, true
	}
}

// Text is the body as text, decoded by the charset of its content type.
func (p Part) Text(ctx context.Context) (string, error) {
	content, err := p.Body.Bytes(ctx)
	if err != nil || len(content) == 0 {
		return "", err
	}
	return expression.BodyText(content, p.ContentType())
}

// ContentType is the value of Content-Type; empty without one.
func (p Part) ContentType() string {
	value, _ := p.Headers.First("Content-Type")
	return value
}

// Encoding is the value of Content-Encoding of a body that is compressed; empty for one
// that is not.
func (p Part) Encoding() string {
	value, _ := p.Headers.Joined("Content-Encoding")
	if strings.EqualFold(strings.TrimSpace(value), "identity") {
		return ""
	}
	return value
}

// Replace puts new content, in UTF-8, in the place of the body.
func (p Part) Replace(content []byte) { Replace(p.Headers, p.Body, content) }

// MediaType is a content type without its parameters, in lower case.
func MediaType(contentType string) string {
	name, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(name))
}

// IsJSON reports whether a media type is one of JSON.
func IsJSON(mediaType string) bool {
	return mediaType == "application/json" || mediaType == "text/json" || strings.HasSuffix(mediaType, "+json")
}

// IsXML reports whether a media type is one of XML.
func IsXML(mediaType string) bool {
	return mediaType == "application/xml" || mediaType == "text/xml" || strings.HasSuffix(mediaType, "+xml")
}

// IsText reports whether a media type is one whose content is text.
func IsText(mediaType string) bool {
	if strings.HasPrefix(mediaType, "text/") || IsJSON(mediaType) || IsXML(mediaType) {
		return true
	}
	switch mediaType {
	case "application/javascript", "application/ecmascript", "application/x-javascript", "application/x-www-form-urlencoded", "application/graphql":
		return true
	}
	return false
}
