// Package setbody implements set-body, which replaces the body: of the request in inbound
// and backend, of the response in outbound and on-error.
//
// The new body is the element's text as it is written, white space included, or what an
// expression returns. XML elements inside of it are the body as they are written, too.
// Content-Type stays as it was, but for a charset, which becomes utf-8;
// Content-Encoding is removed. Liquid templates are not built yet.
package setbody

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the set-body policy.
var Kind = policies.Define(policies.Spec[message.Body]{
	Name:     "set-body",
	Chapter:  policies.Transformation,
	Sections: policies.Anywhere,
	Compile:  compile,
})

func compile(c *policies.Compiler, cfg message.Body) policies.Step {
	content := cfg.Compile(c)
	request := c.Section() == policies.Inbound || c.Section() == policies.Backend
	return func(ctx context.Context, x *exchange.Exchange) error {
		made, err := content(ctx, x)
		if err != nil {
			return err
		}
		if request {
			message.Replace(&x.Request.Headers, &x.Request.Body, made)
			return nil
		}
		if x.Response == nil { // nothing was forwarded, and no policy made one
			x.Response = exchange.NewResponse(200, "")
		}
		message.Replace(&x.Response.Headers, &x.Response.Body, made)
		return nil
	}
}
