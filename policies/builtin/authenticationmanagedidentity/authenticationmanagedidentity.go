// Package authenticationmanagedidentity implements authentication-managed-identity, which gets
// an access token of Microsoft Entra for the identity that the gateway runs as, and gives it to
// the backend: the header Authorization, in place of the one that is there. With
// output-token-variable-name the token goes into a variable, and the request stays as it is.
//
// Where the token comes from, the gateway's environment says. APIMGW_IDENTITY_TOKEN is the token
// itself, for any resource: for trying things out. With AZURE_FEDERATED_TOKEN_FILE,
// AZURE_TENANT_ID and AZURE_CLIENT_ID it is that of a workload identity of Kubernetes, whose
// webhook sets them; with AZURE_CLIENT_SECRET in place of the file, that of an application. With
// IDENTITY_ENDPOINT and IDENTITY_HEADER it is that of an app in Azure. Otherwise the metadata
// service of a virtual machine in Azure is asked.
//
// A token is kept until five minutes before it expires. It is sent to whatever backend is
// chosen later. When there is none, the request fails, unless ignore-error="true".
package authenticationmanagedidentity

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/credentials"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the authentication-managed-identity policy.
var Kind = policies.Define(policies.Spec[credentials.Identity]{
	Name:     "authentication-managed-identity",
	Chapter:  policies.Authentication,
	Sections: policies.In(policies.Inbound),
	Compile:  compile,
})

func compile(c *policies.Compiler, cfg credentials.Identity) policies.Step {
	source := c.Services().Identity
	return func(ctx context.Context, x *exchange.Exchange) error {
		return cfg.Apply(ctx, x, source, &x.Request.Headers)
	}
}
