package policytest

import (
	"context"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
)

// An attempt is a request as a backend gets it.
type attempt struct {
	method  string
	url     exchange.URL
	headers []exchange.Field
	body    []byte
	// absolute: the target is a whole URL, as a proxy wants it.
	absolute bool
}

// newAttempt makes the request of what policies have left.
func (d *driver) newAttempt(ctx context.Context, x *exchange.Exchange, f exchange.Forward) (*attempt, error) {
	r, base := x.Request, &x.Backend.URL
	a := &attempt{method: r.Method, url: *base}
	if rest := strings.TrimPrefix(r.URL.Path, "/"); r.URL.Path != "" || base.Path == "" {
		a.url.Path = strings.TrimRight(base.Path, "/") + "/" + rest
	}
	a.url.Query = strings.Trim(base.Query+"&"+r.URL.Query, "&")
	headers := r.Headers.Clone()
	if !headers.Has("host") {
		headers.Set("host", base.Authority())
	}
	for _, c := range x.Backend.Headers {
		headers.Set(c.Name, c.Value)
	}
	for _, c := range x.Backend.Query {
		a.url.AddParameter(c.Name, c.Value)
	}
	a.headers = headers.Fields()
	a.byProxy(x.Connection)
	var err error
	a.body, err = d.requestBody(ctx, &r.Body, f.BufferRequestBody)
	return a, err
}

// requestBody is the body that is sent. Like a stream, one that nobody has read is sent once,
// unless it is to be kept.
func (d *driver) requestBody(ctx context.Context, b *exchange.Body, keep bool) ([]byte, error) {
	if keep || b.Changed() || b.Fetched() || !b.Present() {
		return content(ctx, b)
	}
	if d.gone {
		return nil, &exchange.Error{Reason: exchange.ReasonGatewayFailure, Message: `The request's body has gone to the backend; another attempt needs buffer-request-body="true".`}
	}
	d.gone = true
	return d.c.Request.Body, nil
}

// attempt records the request and takes the next answer.
func (d *driver) attempt(a *attempt) error {
	target := a.url.PathAndQuery()
	if a.absolute {
		target = a.url.String()
	}
	m := Message{Start: a.method + " " + target + " HTTP/1.1", Fields: a.headers, Body: a.body}
	if d.c.UpstreamError != "refused" {
		d.sent = append(d.sent, m.String())
	}
	if d.c.UpstreamError != "" {
		failure := failures[d.c.UpstreamError]
		return &failure
	}
	d.last = d.c.Upstream[min(len(d.sent), len(d.c.Upstream))-1]
	if failure, fails := failures[d.last.Start]; fails {
		return &failure
	}
	return nil
}

// redirect makes the request the one that an answer leads to.
func (a *attempt) redirect(answer *Message) bool {
	status, _, err := answer.statusLine()
	if err != nil {
		return false
	}
	location, _ := answer.field("location")
	to, ok := exchange.RedirectOf(a.method, a.url, status, location)
	if !ok {
		return false
	}
	a.method, a.url, a.headers = to.Method, to.URL, to.Headers(a.headers)
	for i := range a.headers {
		if a.headers[i].Name == "host" {
			a.headers[i].Value = to.URL.Authority()
		}
	}
	if to.Bare {
		a.body = nil
	}
	return true
}
