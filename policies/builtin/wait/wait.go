// Package wait implements wait, which runs the policies inside of it side by side: calls of
// send-request, and whole branches of choose.
//
// With for="all" the pipeline goes on when every one has ended; an error is raised then, the
// first that there was. With for="any" it goes on when the first one has ended, well or with
// an error, and the others are cancelled. A return-response inside ends the pipeline and
// cancels the others, too.
//
// While one policy waits for an answer the others go on, in the order in which they
// are written; apart from that one runs at a time, so they may use the same variables.
package wait

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the wait policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "wait",
	Chapter:  policies.Control,
	Sections: policies.In(policies.Inbound, policies.Backend, policies.Outbound),
	Compile:  compile,
})

type config struct {
	// For says what is waited for: "all" policies, or "any" one of them.
	For policies.Value[string] `attr:"for" default:"all" oneof:"all any"`
	// Branch is the element; its policies are those that run.
	Branch *document.Element `element:"steps"`
}

// allowed are the policies that may be directly inside: those of the documentation, and
// those that the published schema has besides.
var allowed = []string{
	"authentication-managed-identity", "cache-lookup-value", "cache-store-value", "choose", "forward-request", "send-request",
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if len(cfg.Branch.Children) == 0 {
		c.Errorf(c.Here(), "there are no policies in <wait>")
	}
	for _, e := range cfg.Branch.Children {
		if !slices.Contains(allowed, e.Name) {
			c.Errorf(e.Open, "<%s> may not be directly in <wait>: only %s may", e.Name, strings.Join(allowed, ", "))
		}
	}
	steps := c.Steps(cfg.Branch)
	return func(ctx context.Context, x *exchange.Exchange) error {
		what, err := cfg.For.Get(ctx, x)
		if err != nil {
			return err
		}
		return run(ctx, x, steps, what == "any")
	}
}

// errOver cancels policies that are no longer waited for.
var errOver = errors.New("another policy in <wait> has ended")

// run runs each step as a branch.
func run(ctx context.Context, x *exchange.Exchange, steps policies.Steps, any bool) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var first error
	over := false
	branches := make([]func(), len(steps))
	for i := range steps {
		branches[i] = func() {
			if over {
				return
			}
			panicked := true
			defer func() { // one at a time is here
				if over = over || any || panicked || x.Finished(); over {
					cancel(errOver)
				}
			}()
			err := steps[i:i+1].Run(ctx, x)
			if !over && first == nil {
				first = err
			}
			panicked = false
		}
	}
	x.Branch(branches...)
	return first
}
