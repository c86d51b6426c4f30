// Package setmethod implements set-method, which sets the method of the request that is
// forwarded. The operation is matched by then: it stays the one of the client's method.
package setmethod

import (
	"context"
	"fmt"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the set-method policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "set-method",
	Chapter:  policies.Transformation,
	Sections: policies.In(policies.Inbound, policies.OnError),
	Compile:  compile,
})

type config struct {
	// Method is the new one, such as PATCH.
	Method policies.Value[string] `text:"required"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if method, ok := cfg.Method.Constant(); ok && !message.IsToken(method) {
		c.Errorf(cfg.Method.Range, "a method has no blanks, brackets or the like")
	}
	return func(ctx context.Context, x *exchange.Exchange) error {
		method, err := cfg.Method.Get(ctx, x)
		if err != nil {
			return err
		}
		if !message.IsToken(method) {
			return &policies.Error{
				Reason:  exchange.ReasonExpressionFailure,
				Message: fmt.Sprintf("The expression's value %q is no valid method.", method),
			}
		}
		x.Request.Method = method
		return nil
	}
}
