// Package setstatus implements set-status, which sets the status code and the reason of
// the response. The pipeline goes on: where the backend is called afterwards, its status
// takes the place of this one.
package setstatus

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the set-status policy.
var Kind = policies.Define(policies.Spec[message.Status]{
	Name:     "set-status",
	Chapter:  policies.Transformation,
	Sections: policies.Anywhere,
	Compile:  compile,
})

func compile(c *policies.Compiler, cfg message.Status) policies.Step {
	set := cfg.Compile(c)
	return func(ctx context.Context, x *exchange.Exchange) error {
		if x.Response == nil {
			x.Response = exchange.NewResponse(200, "")
		}
		return set(ctx, x, x.Response)
	}
}
