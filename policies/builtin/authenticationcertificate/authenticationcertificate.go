// Package authenticationcertificate implements authentication-certificate, which shows the
// backend a client certificate in TLS: one of the service's, by its id or its thumbprint, or
// a PFX that the policy holds itself.
//
// It takes effect when the request is forwarded, to whichever backend, and in place of the
// certificate of a backend entity. A backend without TLS, or one that asks for no
// certificate, is shown none. The certificate that the client has shown, which is
// context.Request.Certificate, stays what it is.
//
// An expression may say which of the service's certificates it is; one that does not exist
// is an error of the request. A body that an expression makes for each request has to be one
// of the service's certificates, too; one that is the same for all requests, such as
// @(Convert.FromBase64String("{{pfx}}")), may be any.
package authenticationcertificate

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/credentials"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the authentication-certificate policy.
var Kind = policies.Define(policies.Spec[credentials.Certificate]{
	Name:     "authentication-certificate",
	Chapter:  policies.Authentication,
	Sections: policies.In(policies.Inbound),
	Compile:  compile,
})

func compile(c *policies.Compiler, cfg credentials.Certificate) policies.Step {
	chosen := cfg.Compile(c, false)
	if chosen.Find == nil {
		c.ShowsCertificate(chosen.Certificate)
	} else {
		c.ShowsAnyCertificate()
	}
	return func(ctx context.Context, x *exchange.Exchange) error {
		made, err := chosen.Get(ctx, x)
		if err != nil {
			return err
		}
		x.Connection.Certificate = made.Name
		return nil
	}
}
