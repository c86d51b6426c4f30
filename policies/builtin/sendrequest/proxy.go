package sendrequest

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

type proxy struct {
	// URL of the proxy: http, a host and a port.
	URL policies.Value[string] `attr:"url,required"`
	// Username the proxy asks for.
	Username policies.Value[string] `attr:"username"`
	// Password the proxy asks for.
	Password policies.Value[string] `attr:"password"`
}

func (p *proxy) compile(c *policies.Compiler) {
	if text, ok := p.URL.Constant(); ok {
		if _, err := parseProxy(text); err != nil {
			c.Errorf(p.URL.Range, "%s", err)
		}
	}
	if p.Password.Set() && !p.Username.Set() {
		c.Errorf(p.Password.Range, "a password needs a username")
	}
}

// parseProxy reads the URL of a proxy, which is spoken to without TLS.
func parseProxy(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, fmt.Errorf("the URL of a proxy is http://host:port, not %q", text)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// url is where the proxy is, with its credentials.
func (p *proxy) url(ctx context.Context, x *exchange.Exchange) (*url.URL, error) {
	text, err := p.URL.Get(ctx, x)
	if err != nil {
		return nil, err
	}
	u, err := parseProxy(text)
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
