// Package crossdomain implements cross-domain, which lets Flash and Silverlight clients of
// other sites call the gateway: it serves the cross-domain policy file in it as
// /crossdomain.xml of the gateway's host. To any other request it does nothing.
//
// The file is public, no subscription key is asked for. An API with an operation for
// /crossdomain.xml is found first; the policy then answers in its place, once the key was
// checked. Of several policies the first one answers.
package crossdomain

import (
	"context"
	"slices"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the cross-domain policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "cross-domain",
	Chapter:  policies.CrossDomain,
	Sections: policies.In(policies.Inbound),
	Scopes:   policies.At(policies.Global),
	Compile:  compile,
})

type config struct {
	// Element itself. In it is one <cross-domain-policy>, in Adobe's format for such files.
	Element *document.Element `element:"any"`
}

// rules are what a cross-domain policy file may have.
var rules = []string{"site-control", "allow-access-from", "allow-http-request-headers-from", "allow-access-from-identity"}

const path = "/crossdomain.xml"

func compile(c *policies.Compiler, cfg config) policies.Step {
	e := cfg.Element
	if len(e.Children) != 1 || e.Children[0].Name != "cross-domain-policy" || e.Content.TrimSpace().Len() > 0 {
		c.Errorf(e.Open, "in <cross-domain> is one <cross-domain-policy>, and nothing else")
		return nil
	}
	for _, rule := range e.Children[0].Children {
		if !slices.Contains(rules, rule.Name) {
			c.Warnf(rule.Open, "<%s> is nothing that a cross-domain policy file has", rule.Name)
		}
	}
	file := []byte(e.XML().TrimSpace().String())
	step := func(_ context.Context, x *exchange.Exchange) error {
		r := x.Request
		if r.OriginalURL.Path == path && (r.OriginalMethod == "GET" || r.OriginalMethod == "HEAD") {
			x.Finish(response(file))
		}
		return nil
	}
	c.Unmatched(step)
	return step
}

func response(file []byte) *exchange.Response {
	r := exchange.NewResponse(200, "")
	r.Headers.Set("Content-Type", "text/x-cross-domain-policy")
	r.Body.Replace(file)
	return r
}
