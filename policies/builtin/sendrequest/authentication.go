package sendrequest

import (
	"context"
	"encoding/base64"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

type basic struct {
	// Username of the credentials.
	Username policies.Value[string] `attr:"username,required"`
	// Password of the credentials.
	Password policies.Value[string] `attr:"password,required"`
	// Element itself.
	Element *document.Element `element:""`
}

// apply sets Authorization.
func (b *basic) apply(ctx context.Context, x *exchange.Exchange, h *exchange.Headers) error {
	name, err := b.Username.Get(ctx, x)
	if err != nil {
		return err
	}
	password, err := b.Password.Get(ctx, x)
	if err != nil {
		return err
	}
	h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(name+":"+password)))
	return nil
}

type certificate struct {
	// Thumbprint of a certificate of the service.
	Thumbprint policies.Value[string] `attr:"thumbprint"`
	// CertificateID is the name of a certificate of the service.
	CertificateID policies.Value[string] `attr:"certificate-id"`
	// Body of a certificate: a byte[] with PFX.
	Body policies.Value[any] `attr:"body"`
	// Password of the body.
	Password policies.Value[string] `attr:"password"`
	// Element itself.
	Element *document.Element `element:""`
}

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

// checkAuthentication refuses what cannot be done.
func checkAuthentication(c *policies.Compiler, policy string, b *basic, cert *certificate, id *identity) {
	var at []diag.Range
	if b != nil {
		at = append(at, b.Element.Open)
	}
	if cert != nil {
		at = append(at, cert.Element.Open)
		c.NotBuiltYet(cert.Element.Open, "<authentication-certificate> in <"+policy+">")
	}
	if id != nil {
		at = append(at, id.Element.Open)
		c.NotBuiltYet(id.Element.Open, "<authentication-managed-identity> in <"+policy+">")
	}
	if len(at) > 1 {
		c.Errorf(at[1], "<%s> has one way to authenticate itself, not several", policy)
	}
}
