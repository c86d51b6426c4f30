// Package findandreplace implements find-and-replace, which replaces a text in the body by
// another one: in the request's in inbound and backend, in the response's in outbound and
// on-error.
//
// Every occurrence is replaced. Case matters, and nothing in the text is a pattern. Headers
// are not looked at, and a body whose Content-Encoding says that it is compressed is left
// as it is. A body in another charset than UTF-8 becomes UTF-8 when something in it is
// replaced.
package findandreplace

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the find-and-replace policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "find-and-replace",
	Chapter:  policies.Transformation,
	Sections: policies.Anywhere,
	Compile:  compile,
})

type config struct {
	// From is the text to look for.
	From policies.Value[string] `attr:"from,required"`
	// To is what is put in its place; empty to remove it.
	To policies.Value[string] `attr:"to,required"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if from, ok := cfg.From.Constant(); ok && from == "" {
		c.Errorf(cfg.From.Range, "the text to look for is not empty")
	}
	find := message.ReadsBody(c)
	return func(ctx context.Context, x *exchange.Exchange) error {
		part, ok := find(x)
		if !ok || !part.Body.Present() || part.Encoding() != "" {
			return nil
		}
		from, err := cfg.From.Get(ctx, x)
		if err != nil {
			return err
		}
		if from == "" {
			return &policies.Error{Reason: exchange.ReasonExpressionFailure, Message: "The expression's value, the text to look for, is empty."}
		}
		to, err := cfg.To.Get(ctx, x)
		if err != nil {
			return err
		}
		return part.ReplaceAll(ctx, []message.Replacement{{From: from, To: to}})
	}
}
