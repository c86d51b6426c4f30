// Package setheader implements set-header, which sets, appends to or removes a header: of
// the request in inbound and backend, of the response in outbound and on-error.
//
// Values that are appended or given together go out as one line, joined with commas. A few
// headers keep a line for each value, as commas mean something else in them: Set-Cookie,
// WWW-Authenticate and those with dates, among others. The headers that frame a message
// (Content-Length, Transfer-Encoding, Connection, Keep-Alive) are the gateway's own.
package setheader

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the set-header policy.
var Kind = policies.Define(policies.Spec[message.Header]{
	Name:     "set-header",
	Chapter:  policies.Transformation,
	Sections: policies.Anywhere,
	Compile:  compile,
})

func compile(c *policies.Compiler, cfg message.Header) policies.Step {
	set := cfg.Compile(c)
	if c.Section() == policies.Inbound || c.Section() == policies.Backend {
		return func(ctx context.Context, x *exchange.Exchange) error { return set(ctx, x, &x.Request.Headers) }
	}
	return func(ctx context.Context, x *exchange.Exchange) error {
		if x.Response == nil { // nothing was forwarded, and no policy made one
			x.Response = exchange.NewResponse(200, "")
		}
		return set(ctx, x, &x.Response.Headers)
	}
}
