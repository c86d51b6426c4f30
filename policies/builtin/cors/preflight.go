package cors

import (
	"context"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
)

// preflight answers a request that asks what is allowed, or leaves it to the next cors
// policy.
func (f *filter) preflight(ctx context.Context, x *exchange.Exchange) error {
	from, _ := x.Request.Headers.First("Origin")
	audience, err := f.allows(ctx, x, from)
	if err != nil {
		return err
	}
	if audience == nobody {
		terminate, err := f.terminate.Get(ctx, x)
		if err == nil && terminate {
			x.Finish(exchange.NewResponse(200, ""))
		}
		return err
	}
	r := exchange.NewResponse(200, "")
	method, _ := x.Request.Headers.First("Access-Control-Request-Method")
	asked, _ := x.Request.Headers.Joined("Access-Control-Request-Headers")
	allowed, err := f.allowsMethod(ctx, x, method)
	if err != nil {
		return err
	}
	if allowed && f.allowsHeaders(asked) {
		if err := f.answer(ctx, x, r, audience, from, method, asked); err != nil {
			return err
		}
	}
	x.Finish(r)
	return nil
}

// answer allows what was asked for, and no more.
func (f *filter) answer(ctx context.Context, x *exchange.Exchange, r *exchange.Response, allowed audience, from, method, asked string) error {
	credentials, err := f.credentials.Get(ctx, x)
	if err != nil {
		return err
	}
	maxAge, err := f.maxAge.Get(ctx, x)
	if err != nil {
		return err
	}
	allow(&r.Headers, allowed, from, credentials)
	r.Headers.Set("Access-Control-Allow-Methods", method)
	if asked != "" {
		r.Headers.Set("Access-Control-Allow-Headers", asked)
	}
	if maxAge > 0 {
		r.Headers.Set("Access-Control-Max-Age", strconv.Itoa(maxAge))
	}
	return nil
}

func (f *filter) allowsMethod(ctx context.Context, x *exchange.Exchange, method string) (bool, error) {
	for i := range f.methods {
		allowed, err := f.methods[i].Get(ctx, x)
		if err != nil {
			return false, err
		}
		if allowed == "*" || strings.EqualFold(allowed, method) {
			return true, nil
		}
	}
	return false, nil
}

func (f *filter) allowsHeaders(asked string) bool {
	for name := range strings.SplitSeq(asked, ",") {
		if name = strings.TrimSpace(name); name != "" && !lists(f.headers, name) {
			return false
		}
	}
	return true
}
