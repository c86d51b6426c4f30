// Package setvariable implements set-variable, which keeps a value under a name, for
// expressions of later policies: context.Variables["name"].
//
// A literal is always a string, be it a number or not. An expression keeps its type, which
// must be one that a variable can have: bool, the numbers, string, char, Guid, DateTime,
// TimeSpan, byte[], and JSON of Newtonsoft.Json.
package setvariable

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the set-variable policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "set-variable",
	Chapter:  policies.Control,
	Sections: policies.Anywhere,
	Compile:  compile,
})

type config struct {
	// Name of the variable. Its case matters.
	Name string `attr:"name,required"`
	// Value it is set to.
	Value policies.Value[any] `attr:"value,required"`
}

func compile(_ *policies.Compiler, cfg config) policies.Step {
	return func(ctx context.Context, x *exchange.Exchange) error {
		value, err := cfg.Value.Get(ctx, x)
		if err != nil {
			return err
		}
		x.Variables.Set(cfg.Name, value)
		return nil
	}
}
