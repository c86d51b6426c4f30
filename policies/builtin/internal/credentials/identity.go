package credentials

import (
	"context"
	"fmt"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Identity are the settings of authentication-managed-identity.
type Identity struct {
	// Resource that the token is for: an App ID URI, or the id of an application.
	Resource policies.Value[string] `attr:"resource,required"`
	// ClientID of a user-assigned identity; without it, the gateway's own is used.
	ClientID policies.Value[string] `attr:"client-id"`
	// Variable that gets the token; then the request does not.
	Variable string `attr:"output-token-variable-name"`
	// IgnoreError goes on without a token.
	IgnoreError bool `attr:"ignore-error" default:"false"`
	// Element itself.
	Element *document.Element `element:""`
}

// Apply gets a token, and sets the variable, or Authorization in place of the one that is
// there.
func (i *Identity) Apply(ctx context.Context, x *exchange.Exchange, source policies.Identity, h *exchange.Headers) error {
	resource, err := i.Resource.Get(ctx, x)
	if err != nil {
		return err
	}
	client, err := i.ClientID.Get(ctx, x)
	if err != nil {
		return err
	}
	var token string
	if over := x.Await(ctx, func() { token, err = source.Token(ctx, resource, client) }); over != nil {
		return fmt.Errorf("get a token: %w", over)
	}
	switch {
	case err == nil && i.Variable != "":
		x.Variables.Set(i.Variable, token)
	case err == nil:
		h.Set("Authorization", "Bearer "+token)
	case !i.IgnoreError:
		return &policies.Error{Reason: "ManagedIdentityTokenFailure", Message: fmt.Sprintf("There is no token of the managed identity for %s: %s.", resource, err), Cause: err}
	}
	return nil
}
