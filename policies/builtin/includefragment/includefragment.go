// Package includefragment implements include-fragment, which stands for the policies of a
// fragment. They are put in its place when the policy is loaded, and are treated as if they
// were written there: in this section, at this scope.
package includefragment

import (
	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/document"
)

// Kind is the include-fragment policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "include-fragment",
	Chapter:  policies.Control,
	Sections: policies.Anywhere,
	Compile:  compile,
})

type config struct {
	// ID of the fragment.
	ID string `attr:"fragment-id,required"`
	// Element itself.
	Element *document.Element `element:""`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	id, _ := cfg.Element.Attr("fragment-id")
	c.Include(id.Value.Whole(), cfg.ID)
	return nil
}
