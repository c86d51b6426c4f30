// Package limitconcurrency implements limit-concurrency, which runs the policies inside of it
// unless as many requests as are allowed are inside already. One more is turned away at
// once with 429; nothing waits.
//
// Slots are counted by the key, in this process. Policies with the same key share the count,
// wherever they stand, and each compares it with its own max-count. A slot is free again when
// the policies inside have run: around forward-request that is when the headers of the
// backend's answer have arrived.
package limitconcurrency

import (
	"context"
	"fmt"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the limit-concurrency policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "limit-concurrency",
	Chapter:  policies.Limits,
	Sections: policies.Anywhere,
	Compile:  compile,
})

type config struct {
	// Key of what is counted.
	Key policies.Value[string] `attr:"key,required"`
	// MaxCount is how many requests may be inside.
	MaxCount int `attr:"max-count,required" min:"1"`
	// Branch is the element; its policies are those that run.
	Branch *document.Element `element:"steps"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if len(cfg.Branch.Children) == 0 {
		c.Errorf(c.Here(), "there are no policies in <limit-concurrency>")
	}
	if c.Section() == policies.Backend {
		c.NeedsResponse() // otherwise a forward ends before there is an answer
	}
	steps, slots := c.Steps(cfg.Branch), c.Services().Slots
	return func(ctx context.Context, x *exchange.Exchange) error {
		key, err := cfg.Key.Get(ctx, x)
		if err != nil {
			return err
		}
		release, ok := slots.Take(key, cfg.MaxCount)
		if !ok {
			return &policies.Error{
				Reason:  "ConcurrencyLimitExceeded",
				Message: fmt.Sprintf("There are %d requests for this key already.", cfg.MaxCount),
				Status:  429, Public: "Too many requests",
			}
		}
		defer release()
		return steps.Run(ctx, x)
	}
}
