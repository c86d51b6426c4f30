package credentials

import (
	"context"
	"encoding/base64"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Basic are the settings of authentication-basic.
type Basic struct {
	// Username of the credentials.
	Username policies.Value[string] `attr:"username,required"`
	// Password of the credentials.
	Password policies.Value[string] `attr:"password,required"`
	// Element itself.
	Element *document.Element `element:""`
}

// Apply sets Authorization, in place of the one that is there.
func (b *Basic) Apply(ctx context.Context, x *exchange.Exchange, h *exchange.Headers) error {
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
