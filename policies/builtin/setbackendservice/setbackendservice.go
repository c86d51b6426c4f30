// Package setbackendservice implements set-backend-service, which chooses where the request
// is forwarded to: another base URL, or a backend entity. The path behind the API's and the
// query stay.
//
// The last one that runs counts. Only where a broader scope has chosen a backend entity, a
// base-url of a narrower scope has no effect: another backend-id has.
//
// A backend entity brings along its credentials, its TLS settings and its circuit breaker. While
// that is open, forwarding fails with 503 (reason CircuitBreakerOpen), and nothing is sent. An
// entity may be a pool: then each forward chooses one of its members, also each attempt
// of a retry, which so goes on with another one when a circuit breaker has opened.
//
// With the id dapr the request is a call of a service by the Dapr sidecar beside the gateway,
// at port 3500 of localhost: /v1.0/invoke/{dapr-app-id}.{dapr-namespace}/method/{dapr-method}
// takes the place of the operation's path; the query stays. Settings of Service Fabric (sf-…)
// are not for self-hosted gateways: the policy is skipped then.
package setbackendservice

import (
	"context"
	"fmt"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the set-backend-service policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "set-backend-service",
	Chapter:  policies.Routing,
	Sections: policies.In(policies.Inbound, policies.Backend),
	Compile:  compile,
})

type config struct {
	// BaseURL is the new absolute base URL: scheme, host and the path before the
	// operation's.
	BaseURL policies.Value[string] `attr:"base-url"`
	// BackendID names a backend entity; dapr calls a service by Dapr.
	BackendID policies.Value[string] `attr:"backend-id"`
	// ResolveCondition is for Service Fabric.
	ResolveCondition policies.Value[string] `attr:"sf-resolve-condition"`
	// ServiceInstance is for Service Fabric.
	ServiceInstance policies.Value[string] `attr:"sf-service-instance-name"`
	// PartitionKey is for Service Fabric.
	PartitionKey policies.Value[string] `attr:"sf-partition-key"`
	// Listener is for Service Fabric.
	Listener policies.Value[string] `attr:"sf-listener-name"`
	// ReplicaType is for Service Fabric.
	ReplicaType policies.Value[string] `attr:"sf-replica-type"`
	// DaprAppID is the service that Dapr calls.
	DaprAppID policies.Value[string] `attr:"dapr-app-id"`
	// DaprMethod is what Dapr calls of it: a name, or a path with or without a query.
	DaprMethod policies.Value[string] `attr:"dapr-method"`
	// DaprNamespace is where the service is, if that is not where the gateway is.
	DaprNamespace policies.Value[string] `attr:"dapr-namespace"`
	// Element itself.
	Element *document.Element `element:""`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if !cfg.check(c) {
		return nil
	}
	rank := int(c.Scope()) + 1
	switch {
	case cfg.isDapr():
		return cfg.dapr(c, rank)
	case cfg.BackendID.Set():
		return cfg.entity(c, rank)
	}
	return cfg.base(c, rank)
}

// check reports whether there is something to compile.
func (cfg *config) check(c *policies.Compiler) bool {
	if a := cfg.attribute("sf-"); a != nil {
		c.Warnf(a.NameRange, "self-hosted gateways have no Service Fabric: <set-backend-service> with %q is skipped", a.Name)
		return false
	}
	if cfg.BaseURL.Set() == cfg.BackendID.Set() {
		c.Errorf(cfg.Element.Open, "<set-backend-service> has either base-url or backend-id")
		return false
	}
	if a := cfg.attribute("dapr-"); a != nil && !cfg.isDapr() {
		c.Errorf(a.NameRange, "%q belongs to backend-id=\"dapr\"", a.Name)
		return false
	}
	return true
}

// attribute is the first one whose name begins so, or nil.
func (cfg *config) attribute(prefix string) *document.Attribute {
	for i := range cfg.Element.Attributes {
		if a := &cfg.Element.Attributes[i]; strings.HasPrefix(a.Name, prefix) {
			return a
		}
	}
	return nil
}

// entity chooses a backend entity.
func (cfg *config) entity(c *policies.Compiler, rank int) policies.Step {
	if id, ok := cfg.BackendID.Constant(); ok {
		b := c.Backend(cfg.BackendID.Range, policies.BackendRef{ID: id})
		return func(_ context.Context, x *exchange.Exchange) error {
			use(x, b, rank)
			return nil
		}
	}
	c.DynamicBackend()
	resolve := c.ResolveBackend()
	return func(ctx context.Context, x *exchange.Exchange) error {
		id, err := cfg.BackendID.Get(ctx, x)
		if err != nil {
			return err
		}
		b, err := resolve(policies.BackendRef{ID: id})
		if err != nil {
			return &policies.Error{Reason: "BackendNotFound", Message: fmt.Sprintf("There is no backend %q that can be used.", id), Cause: err}
		}
		use(x, b, rank)
		return nil
	}
}

// base chooses a base URL.
func (cfg *config) base(c *policies.Compiler, rank int) policies.Step {
	if text, ok := cfg.BaseURL.Constant(); ok {
		b := c.Backend(cfg.BaseURL.Range, policies.BackendRef{BaseURL: strings.TrimSpace(text)})
		return func(_ context.Context, x *exchange.Exchange) error {
			if x.BackendRank == 0 || x.BackendRank >= rank {
				use(x, b, 0)
			}
			return nil
		}
	}
	c.DynamicBackend()
	return func(ctx context.Context, x *exchange.Exchange) error {
		text, err := cfg.BaseURL.Get(ctx, x)
		if err != nil || x.BackendRank != 0 && x.BackendRank < rank {
			return err
		}
		u, err := exchange.ParseURL(strings.TrimSpace(text))
		if err != nil || !forwardable(u.Scheme) || u.Host == "" {
			return &policies.Error{Reason: "BackendURLInvalid", Message: fmt.Sprintf("%q is not an absolute http or https URL.", text), Cause: err}
		}
		use(x, &exchange.Backend{URL: u}, 0)
		return nil
	}
}

func forwardable(scheme string) bool {
	return scheme == "http" || scheme == "https" || scheme == "ws" || scheme == "wss"
}

func use(x *exchange.Exchange, b *exchange.Backend, rank int) {
	x.Backend, x.BackendRank = b, rank
	if b.URL.Host == "" { // a pool: where it leads to is chosen at each forward
		return
	}
	u := &x.Request.URL
	u.Scheme, u.Host, u.Port = b.URL.Scheme, b.URL.Host, b.URL.Port
}
