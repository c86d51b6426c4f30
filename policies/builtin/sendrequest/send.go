package sendrequest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/callout"
	"github.com/apimgw/apimgw/policies/exchange"
)

// send makes the call and reads the whole answer.
func (c *call) send(ctx context.Context, client policies.HTTPClient) (*exchange.Response, error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	r, err := c.request(limited)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, c.failure(ctx, limited, err)
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, c.failure(ctx, limited, err)
	}
	return response(answer, content), nil
}

func (c *call) request(ctx context.Context) (*http.Request, error) {
	if c.proxy != nil {
		ctx = callout.WithProxy(ctx, c.proxy)
	}
	if c.pair != nil {
		ctx = callout.WithCertificate(ctx, c.pair)
	}
	r, err := http.NewRequestWithContext(ctx, c.method, c.url.String(), bytes.NewReader(c.body))
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	r.Header, r.Host = c.header, c.url.Host
	if c.host != "" {
		r.Host = c.host
	}
	return r, nil
}

// to is who is called, for messages. The rest of the URL may have secrets.
func (c *call) to() string { return c.url.Scheme + "://" + c.url.Host }

// failure is what a failed call comes to.
func (c *call) failure(ctx, limited context.Context, err error) error {
	to := c.to()
	var (
		denied  *callout.DeniedError
		refusal *callout.ProxyAuthenticationError
	)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("call %s: %w", to, context.Cause(ctx))
	case limited.Err() != nil:
		return &policies.Error{Reason: exchange.ReasonTimeout, Message: fmt.Sprintf("The call of %s did not end within %v.", to, c.timeout), Cause: err}
	case errors.Is(err, callout.ErrTooLarge):
		return &policies.Error{Reason: "ResponseTooLarge", Message: "The answer of " + to + " is larger than policies may read.", Cause: err}
	case errors.As(err, &refusal):
		return &policies.Error{Reason: exchange.ReasonBackendConnectionFailure, Message: "The call of " + to + " failed: " + refusal.Error() + ".", Cause: err}
	case errors.As(err, &denied):
		return &policies.Error{Reason: exchange.ReasonBackendConnectionFailure, Message: "The gateway's settings do not allow to call " + to + ".", Cause: err}
	}
	return &policies.Error{Reason: exchange.ReasonBackendConnectionFailure, Message: "The call of " + to + " failed.", Cause: err}
}

// response is the answer as a value of expressions.
func response(answer *http.Response, content []byte) *exchange.Response {
	_, reason, _ := strings.Cut(answer.Status, " ")
	var fields []exchange.Field
	for _, name := range slices.Sorted(maps.Keys(answer.Header)) {
		if transport(name) {
			continue
		}
		for _, value := range answer.Header[name] {
			fields = append(fields, exchange.Field{Name: name, Value: value})
		}
	}
	return &exchange.Response{
		StatusCode: answer.StatusCode, Reason: reason, Headers: exchange.NewHeaders(fields), Body: exchange.BodyOf(content),
	}
}

// hop are the headers that belong to a connection and not to the message, or to how it is
// framed there.
var hop = []string{
	"connection", "content-length", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
	"te", "trailer", "transfer-encoding", "upgrade",
}

func transport(name string) bool {
	return slices.ContainsFunc(hop, func(h string) bool { return len(h) == len(name) && strings.EqualFold(h, name) })
}

// copied are the headers of the client's request that a copy of it has. What Envoy notes in
// headers for itself is not part of the request.
func copied(fields []exchange.Field) exchange.Headers {
	var kept []exchange.Field
	for _, f := range fields {
		if !transport(f.Name) && !strings.HasPrefix(strings.ToLower(f.Name), "x-envoy-") {
			kept = append(kept, f)
		}
	}
	return exchange.NewHeaders(kept)
}
