package sendrequest

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/credentials"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
)

// authentication is how a request authenticates itself: in one way.
type authentication struct {
	basic       *credentials.Basic
	certificate *credentials.Certificate
	identity    *credentials.Identity

	chosen *credentials.Chosen // of the certificate; nil without one
	source policies.Identity
}

// compile checks the settings.
func (a *authentication) compile(c *policies.Compiler, policy string) {
	a.source = c.Services().Identity
	var at []diag.Range
	if a.basic != nil {
		at = append(at, a.basic.Element.Open)
	}
	if a.certificate != nil {
		at = append(at, a.certificate.Element.Open)
		a.chosen = a.certificate.Compile(c, true)
	}
	if a.identity != nil {
		at = append(at, a.identity.Element.Open)
	}
	if len(at) > 1 {
		c.Errorf(at[1], "<%s> has one way to authenticate itself, not several", policy)
	}
}

// apply sets the headers by which the request authenticates itself.
func (a *authentication) apply(ctx context.Context, x *exchange.Exchange, h *exchange.Headers) error {
	switch {
	case a.basic != nil:
		return a.basic.Apply(ctx, x, h)
	case a.identity != nil:
		return a.identity.Apply(ctx, x, a.source, h)
	}
	return nil
}
