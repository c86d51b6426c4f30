// Package proxy implements proxy, which sends requests to the backend through an HTTP proxy.
// It takes effect when the request is forwarded, to whichever backend, and in place of the
// proxy of a backend entity.
//
// The proxy itself is spoken to without TLS, and authenticated to with Basic credentials. A
// backend with TLS is reached through a tunnel (CONNECT), so that the proxy sees only its
// name; others are asked for by their whole URL. A proxy that asks for NTLM, Negotiate or
// Digest is an error of the request.
package proxy

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/credentials"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the proxy policy.
var Kind = policies.Define(policies.Spec[credentials.Proxy]{
	Name:     "proxy",
	Chapter:  policies.Routing,
	Sections: policies.In(policies.Inbound),
	Compile:  compile,
})

func compile(c *policies.Compiler, cfg credentials.Proxy) policies.Step {
	if !cfg.Check(c) {
		return nil
	}
	var ref policies.ProxyRef
	for _, setting := range []struct {
		value *policies.Value[string]
		text  *string
	}{{&cfg.URL, &ref.URL}, {&cfg.Username, &ref.Username}, {&cfg.Password, &ref.Password}} {
		text, constant := setting.value.Constant()
		if !constant {
			c.NotBuiltYet(setting.value.Range, "an expression in <proxy> (named values are)")
			return nil
		}
		*setting.text = text
	}
	name := c.Proxy(cfg.URL.Range, ref)
	c.NeedsResponse() // which may be the proxy's own
	return func(_ context.Context, x *exchange.Exchange) error {
		x.Connection.Proxy = name
		return nil
	}
}
