// Package authenticationbasic implements authentication-basic, which gives the request to the
// backend a user name and a password: the header Authorization, in place of the one that is
// there. A later set-header may replace it.
package authenticationbasic

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/credentials"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the authentication-basic policy.
var Kind = policies.Define(policies.Spec[credentials.Basic]{
	Name:     "authentication-basic",
	Chapter:  policies.Authentication,
	Sections: policies.In(policies.Inbound),
	Compile:  compile,
})

func compile(_ *policies.Compiler, cfg credentials.Basic) policies.Step {
	return func(ctx context.Context, x *exchange.Exchange) error {
		return cfg.Apply(ctx, x, &x.Request.Headers)
	}
}
