package credentials

import (
	"context"
	"net/url"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/callout"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Proxy are the settings of proxy.
type Proxy struct {
	// URL of the proxy: http, a host and a port.
	URL policies.Value[string] `attr:"url,required"`
	// Username the proxy asks for.
	Username policies.Value[string] `attr:"username"`
	// Password the proxy asks for.
	Password policies.Value[string] `attr:"password"`
}

// Check reports what is wrong with the settings, and whether they are right.
func (p *Proxy) Check(c *policies.Compiler) bool {
	ok := true
	if text, constant := p.URL.Constant(); constant {
		if _, err := callout.ParseProxy(text); err != nil {
			c.Errorf(p.URL.Range, "%s", err)
			ok = false
		}
	}
	if p.Password.Set() && !p.Username.Set() {
		c.Errorf(p.Password.Range, "a password needs a username")
		ok = false
	}
	return ok
}

// Ref are the settings, if none of them is an expression.
func (p *Proxy) Ref() (ref policies.ProxyRef, constant bool) {
	var known [3]bool
	ref.URL, known[0] = p.URL.Constant()
	ref.Username, known[1] = p.Username.Constant()
	ref.Password, known[2] = p.Password.Constant()
	return ref, known == [3]bool{true, true, true}
}

// Get is where the proxy is, with its credentials.
func (p *Proxy) Get(ctx context.Context, x *exchange.Exchange) (*url.URL, error) {
	text, err := p.URL.Get(ctx, x)
	if err != nil {
		return nil, err
	}
	u, err := callout.ParseProxy(text)
	if err != nil {
		return nil, &policies.Error{Reason: exchange.ReasonExpressionFailure, Message: err.Error() + ".", Cause: err}
	}
	name, err := p.Username.Get(ctx, x)
	if err != nil {
		return nil, err
	}
	password, err := p.Password.Get(ctx, x)
	if err != nil {
		return nil, err
	}
	if name != "" {
		u.User = url.UserPassword(name, password)
	}
	return u, nil
}
