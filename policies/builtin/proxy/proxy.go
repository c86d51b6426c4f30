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
	"cmp"
	"context"
	"encoding/base64"
	"net"
	"net/url"

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
	name := policies.AnyProxy
	if ref, constant := cfg.Ref(); constant {
		name = c.Proxy(cfg.URL.Range, ref)
	} else {
		c.AnyProxy()
	}
	c.NeedsResponse() // which may be the proxy's own
	return func(ctx context.Context, x *exchange.Exchange) error {
		u, err := cfg.Get(ctx, x)
		if err != nil {
			return err
		}
		x.Connection.Proxy = name
		x.Connection.ProxyAddress = net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "80"))
		x.Connection.ProxyAuthorization = authorization(u)
		return nil
	}
}

// authorization is what a proxy is told of who asks; empty if that is nothing.
func authorization(u *url.URL) string {
	if u.User == nil {
		return ""
	}
	password, _ := u.User.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password))
}
