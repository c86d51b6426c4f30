package sendrequest

import (
	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/credentials"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/document"
)

type identity struct {
	// Resource that the token is for.
	Resource policies.Value[string] `attr:"resource,required"`
	// ClientID of a user-assigned identity.
	ClientID policies.Value[string] `attr:"client-id"`
	// Variable that gets the token.
	Variable string `attr:"output-token-variable-name"`
	// IgnoreError goes on without a token.
	IgnoreError bool `attr:"ignore-error" default:"false"`
	// Element itself.
	Element *document.Element `element:""`
}

// authentication is how a request authenticates itself: in one way.
type authentication struct {
	basic       *credentials.Basic
	certificate *credentials.Certificate
	identity    *identity

	chosen *credentials.Chosen // of the certificate; nil without one
}

// compile checks the settings.
func (a *authentication) compile(c *policies.Compiler, policy string) {
	var at []diag.Range
	if a.basic != nil {
		at = append(at, a.basic.Element.Open)
	}
	if a.certificate != nil {
		at = append(at, a.certificate.Element.Open)
		a.chosen = a.certificate.Compile(c, true)
	}
	if a.identity != nil {
		at = append(at, a.identity.Element.Open)
		c.NotBuiltYet(a.identity.Element.Open, "<authentication-managed-identity> in <"+policy+">")
	}
	if len(at) > 1 {
		c.Errorf(at[1], "<%s> has one way to authenticate itself, not several", policy)
	}
}
