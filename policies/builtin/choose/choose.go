// Package choose implements choose, which runs the policies of the first <when> whose
// condition is true, or those of <otherwise>. Conditions behind that one are not evaluated.
package choose

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the choose policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "choose",
	Chapter:  policies.Control,
	Sections: policies.Anywhere,
	Compile:  compile,
})

type config struct {
	// When are the branches, in the order in which their conditions are looked at.
	When []when `elem:"when,required"`
	// Otherwise is the branch for when no condition is true.
	Otherwise *otherwise `elem:"otherwise"`
}

type when struct {
	// Condition of the branch.
	Condition policies.Value[bool] `attr:"condition,required"`
	// Branch is the element; its policies are those that run.
	Branch *document.Element `element:"steps"`
}

type otherwise struct {
	// Branch is the element; its policies are those that run.
	Branch *document.Element `element:"steps"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	branches := make([]*document.Element, 0, len(cfg.When)+1)
	for i := range cfg.When {
		branches = append(branches, cfg.When[i].Branch)
	}
	if cfg.Otherwise != nil {
		branches = append(branches, cfg.Otherwise.Branch)
	}
	steps := c.Choice(branches...)
	return func(ctx context.Context, x *exchange.Exchange) error {
		for i := range cfg.When {
			ok, err := cfg.When[i].Condition.Get(ctx, x)
			if err != nil {
				return err
			}
			if ok {
				return steps[i].Run(ctx, x)
			}
		}
		if cfg.Otherwise != nil {
			return steps[len(steps)-1].Run(ctx, x)
		}
		return nil
	}
}
