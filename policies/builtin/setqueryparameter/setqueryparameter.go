// Package setqueryparameter implements set-query-parameter, which sets, appends to or
// removes a query parameter of the request that is forwarded. Names compare without regard
// to case; values are encoded. All other parameters go on byte for byte as they came.
package setqueryparameter

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the set-query-parameter policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "set-query-parameter",
	Chapter:  policies.Transformation,
	Sections: policies.In(policies.Inbound, policies.Backend),
	Compile:  compile,
})

type config struct {
	// Name of the parameter.
	Name policies.Value[string] `attr:"name,required"`
	// Exists says what happens when the parameter is there already: "override" replaces
	// it, "skip" leaves it, "append" adds another one of the name, "delete" removes it.
	Exists policies.Value[string] `attr:"exists-action" default:"override" oneof:"override skip append delete"`
	// Values of the parameter; each becomes a parameter of its own.
	Values []policies.Value[string] `elem:"value"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if name, ok := cfg.Name.Constant(); ok && name == "" {
		c.Errorf(cfg.Name.Range, "the name of a query parameter is not empty")
	}
	action, constant := cfg.Exists.Constant()
	switch {
	case constant && action == "delete" && len(cfg.Values) > 0:
		c.Warnf(cfg.Values[0].Range, "the value of a parameter that is deleted has no effect")
	case constant && action != "delete" && len(cfg.Values) == 0:
		c.Warnf(cfg.Name.Range, "there is no <value> for the parameter")
	}
	return cfg.step
}

func (cfg *config) step(ctx context.Context, x *exchange.Exchange) error {
	name, err := cfg.Name.Get(ctx, x)
	if err != nil {
		return err
	}
	action, err := cfg.Exists.Get(ctx, x)
	if err != nil {
		return err
	}
	u := &x.Request.URL
	switch {
	case action == "skip" && u.Parameter(name) != nil:
		return nil
	case action == "delete":
		u.SetParameter(name)
		return nil
	}
	values := make([]string, len(cfg.Values))
	for i := range cfg.Values {
		if values[i], err = cfg.Values[i].Get(ctx, x); err != nil {
			return err
		}
	}
	if action == "append" {
		u.AddParameter(name, values...)
		return nil
	}
	u.SetParameter(name, values...)
	return nil
}
