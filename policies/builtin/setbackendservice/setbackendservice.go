// Package setbackendservice implements set-backend-service, which chooses where the request
// is forwarded to: another base URL, or a backend entity. The path behind the API's and the
// query stay.
//
// The last one that runs counts. Only where a broader scope has chosen a backend entity, a
// base-url of a narrower scope has no effect: another backend-id has. Service Fabric and
// Dapr are not built yet.
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
	// BackendID names a backend entity.
	BackendID policies.Value[string] `attr:"backend-id"`
	// ResolveCondition is for Service Fabric: when to look for the service again.
	ResolveCondition policies.Value[string] `attr:"sf-resolve-condition"`
	// ServiceInstance is for Service Fabric: the instance of the service.
	ServiceInstance policies.Value[string] `attr:"sf-service-instance-name"`
	// PartitionKey is for Service Fabric.
	PartitionKey policies.Value[string] `attr:"sf-partition-key"`
	// Listener is for Service Fabric: one of several listeners of the service.
	Listener policies.Value[string] `attr:"sf-listener-name"`
	// ReplicaType is for Service Fabric: primary or secondary.
	ReplicaType policies.Value[string] `attr:"sf-replica-type"`
	// DaprAppID is for Dapr: the service that is called.
	DaprAppID policies.Value[string] `attr:"dapr-app-id"`
	// DaprMethod is for Dapr: what is called.
	DaprMethod policies.Value[string] `attr:"dapr-method"`
	// DaprNamespace is for Dapr: where the service is.
	DaprNamespace policies.Value[string] `attr:"dapr-namespace"`
	// Element itself.
	Element *document.Element `element:""`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if !cfg.check(c) {
		return nil
	}
	rank := int(c.Scope()) + 1
	if cfg.BackendID.Set() {
		return cfg.entity(c, rank)
	}
	return cfg.base(c, rank)
}

func (cfg *config) check(c *policies.Compiler) bool {
	for _, a := range cfg.Element.Attributes {
		if strings.HasPrefix(a.Name, "sf-") || strings.HasPrefix(a.Name, "dapr-") {
			c.NotBuiltYet(a.NameRange, fmt.Sprintf("the attribute %q of <set-backend-service>", a.Name))
			return false
		}
	}
	if cfg.BaseURL.Set() == cfg.BackendID.Set() {
		c.Errorf(cfg.Element.Open, "<set-backend-service> has either base-url or backend-id")
		return false
	}
	return true
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
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return &policies.Error{Reason: "BackendURLInvalid", Message: fmt.Sprintf("%q is not an absolute http or https URL.", text), Cause: err}
		}
		use(x, &exchange.Backend{URL: u}, 0)
		return nil
	}
}

func use(x *exchange.Exchange, b *exchange.Backend, rank int) {
	x.Backend, x.BackendRank = b, rank
	u := &x.Request.URL
	u.Scheme, u.Host, u.Port = b.URL.Scheme, b.URL.Host, b.URL.Port
}
