package setbackendservice

import (
	"context"
	"net/url"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

// daprBase is where a Dapr sidecar listens for calls of services.
const (
	daprBase = "http://localhost:3500"
	daprPath = "/v1.0/invoke/"
)

// isDapr reports whether a service is called by Dapr.
func (cfg *config) isDapr() bool {
	id, constant := cfg.BackendID.Constant()
	return constant && id == "dapr"
}

// dapr makes the request a call of a service.
func (cfg *config) dapr(c *policies.Compiler, rank int) policies.Step {
	require(c, cfg, "dapr-app-id", &cfg.DaprAppID)
	require(c, cfg, "dapr-method", &cfg.DaprMethod)
	base := c.Backend(cfg.BackendID.Range, policies.BackendRef{BaseURL: daprBase})
	return func(ctx context.Context, x *exchange.Exchange) error {
		app, err := cfg.DaprAppID.Get(ctx, x)
		if err != nil {
			return err
		}
		namespace, err := cfg.DaprNamespace.Get(ctx, x)
		if err != nil {
			return err
		}
		method, err := cfg.DaprMethod.Get(ctx, x)
		if err != nil {
			return err
		}
		if app == "" || method == "" {
			return &policies.Error{Reason: "BackendNotFound", Message: "A call by Dapr names a service and a method; dapr-app-id or dapr-method is empty."}
		}
		b := *base
		b.URL.Path, b.URL.Query = daprTarget(app, namespace, method)
		use(x, &b, rank)
		x.Request.URL.Path = ""
		return nil
	}
}

// require reports an attribute that is missing or empty.
func require(c *policies.Compiler, cfg *config, name string, v *policies.Value[string]) {
	if text, constant := v.Constant(); constant && text == "" {
		c.Errorf(cfg.Element.Open, "<set-backend-service> with backend-id=\"dapr\" needs %s", name)
	}
}

// daprTarget is the path and the query of a call.
func daprTarget(app, namespace, method string) (path, query string) {
	if namespace != "" {
		app += "." + namespace
	}
	method, query, _ = strings.Cut(strings.TrimPrefix(method, "/"), "?")
	return daprPath + url.PathEscape(app) + "/method/" + method, query
}
