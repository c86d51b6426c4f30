// Package mockresponse implements mock-response, which ends the pipeline and answers with
// what the operation's definition documents: the example of the response's representation,
// or else a sample made of its schema. Where nothing is documented for the status the body
// is empty.
package mockresponse

import (
	"context"
	"mime"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the mock-response policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "mock-response",
	Chapter:  policies.Transformation,
	Sections: policies.In(policies.Inbound, policies.Outbound, policies.OnError),
	Compile:  compile,
})

type config struct {
	// Enabled is false where the policy is to do nothing.
	Enabled bool `attr:"enabled" default:"true"`
	// Status selects one of the operation's responses, and is the status that is sent.
	Status int `attr:"status-code" default:"200" min:"200" max:"999"`
	// ContentType selects the representation; without it the first one is taken.
	ContentType string `attr:"content-type"`
	// Index of the example, from 0.
	Index int `attr:"index" default:"0" min:"0"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if !message.IsFieldValue(cfg.ContentType) {
		c.Errorf(c.Here(), "a content type has no line breaks or control characters")
	}
	if !cfg.Enabled {
		return func(context.Context, *exchange.Exchange) error { return nil }
	}
	return func(_ context.Context, x *exchange.Exchange) error {
		x.Finish(mock(x.Operation, cfg.Status, cfg.ContentType, cfg.Index))
		return nil
	}
}

// mock makes the response that an operation documents.
func mock(o *exchange.Operation, status int, contentType string, index int) *exchange.Response {
	r := exchange.NewResponse(status, "")
	representation := find(o, status, contentType)
	if representation == nil {
		return r
	}
	if contentType == "" {
		contentType = representation.ContentType
	}
	if contentType != "" {
		r.Headers.Set("Content-Type", contentType)
	}
	body := representation.Sample
	if index < len(representation.Examples) {
		body = representation.Examples[index]
	}
	r.Body.Replace([]byte(body))
	return r
}

func find(o *exchange.Operation, status int, contentType string) *exchange.Representation {
	if o == nil {
		return nil
	}
	for i := range o.Responses {
		if o.Responses[i].StatusCode != status {
			continue
		}
		list := o.Responses[i].Representations
		for j := range list {
			if contentType == "" || sameType(list[j].ContentType, contentType) {
				return &list[j]
			}
		}
	}
	return nil
}

// sameType compares media types without their parameters.
func sameType(a, b string) bool {
	am, _, aerr := mime.ParseMediaType(a)
	bm, _, berr := mime.ParseMediaType(b)
	return strings.EqualFold(a, b) || aerr == nil && berr == nil && am == bm
}
