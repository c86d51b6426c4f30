package policytest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

// A driver serves the case's request in process. It is exchange.Driver.
type driver struct {
	c     *Case
	needs policies.Needs
	sent  []string // requests as the backend got them
	last  *Message // the backend's last answer
	gone  bool     // the request's body has been sent and was not kept
	trace strings.Builder
}

// failures are the ways in which a backend does not answer, and their errors.
var failures = map[string]exchange.Error{
	"":        {},
	"refused": {Reason: exchange.ReasonBackendConnectionFailure, Message: "The connection to the backend was refused."},
	"reset":   {Reason: exchange.ReasonBackendConnectionFailure, Message: "The backend closed the connection."},
	"timeout": {Reason: exchange.ReasonTimeout, Message: "The backend did not answer in time."},
}

// exchange makes the exchange of the request, matched to the API and the operation.
func (d *driver) exchange() (*exchange.Exchange, error) {
	m, facts := d.c.Request, &d.c.Context
	method, target, err := m.requestLine()
	if err != nil {
		return nil, err
	}
	host, ok := m.field("host")
	if !ok {
		host = "gateway.test"
	}
	r := &exchange.Request{Method: method, OriginalMethod: method, IPAddress: "127.0.0.1"}
	r.OriginalURL, err = exchange.ParseURL("http://" + host)
	if err != nil {
		return nil, fmt.Errorf("the host %q: %w", host, err)
	}
	r.OriginalURL.Path, r.OriginalURL.Query, _ = strings.Cut(target, "?")
	r.URL = r.OriginalURL
	r.Headers = exchange.NewHeaders(slices.DeleteFunc(slices.Clone(m.Fields), func(f exchange.Field) bool { return f.Name == "host" }))
	if m.Body != nil {
		r.Body = exchange.FetchedFrom(fetched(m.Body))
	}
	x := exchange.New(d, r)
	x.ID = [16]byte{0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x47, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00}
	x.Received = Now
	if _, traced := d.c.Want["trace"]; traced {
		x.Trace, x.Tracing = d, true
	}
	return x, facts.enter(x)
}

// fetched is a body that the transport hands over when asked.
type fetched []byte

// FetchBody returns the body.
func (f fetched) FetchBody(context.Context) ([]byte, error) { return f, nil }

// serve runs the program as a plan would have it.
func (d *driver) serve(ctx context.Context, p *policies.Program, x *exchange.Exchange) {
	rest, inAPI := strings.CutPrefix(x.Request.OriginalURL.Path, d.c.Context.API.Path)
	matched, ok := match(d.c.Context.Operation.URLTemplate, rest, &x.Request.OriginalURL)
	method := x.Request.OriginalMethod
	wanted, preflight := x.Request.Headers.First("access-control-request-method")
	switch {
	case inAPI && ok && method == d.c.Context.Operation.Method:
		x.Request.MatchedParameters, x.Request.URL.Path = matched, rest
		p.Run(ctx, x)
		return
	case inAPI && ok && preflight && method == "OPTIONS" && wanted == d.c.Context.Operation.Method && x.Request.Headers.Has("origin"):
		x.Request.MatchedParameters = matched
		if p.Preflight(ctx, x) {
			return
		}
	}
	if p.Unmatched(ctx, x) {
		return
	}
	p.Fail(ctx, x, &exchange.Error{
		Source: "configuration", Reason: exchange.ReasonOperationNotFound,
		Message: "Unable to match incoming request to an operation.",
		Status:  404, StatusReason: "Resource Not Found", Public: "Resource not found",
	})
}

// Forward records the request and answers as the archive says.
func (d *driver) Forward(ctx context.Context, x *exchange.Exchange, f exchange.Forward) error {
	if x.Backend == nil {
		return &exchange.Error{Reason: exchange.ReasonBackendConnectionFailure, Message: "There is no backend to forward to."}
	}
	a, err := d.newAttempt(ctx, x, f)
	if err != nil {
		return err
	}
	if err := d.attempt(a); err != nil {
		return err
	}
	for n := 0; f.FollowRedirects && n < exchange.MaxRedirects && a.redirect(d.last); n++ {
		if err := d.attempt(a); err != nil {
			return err
		}
	}
	if !d.needs.Response {
		return nil // streamed
	}
	status, reason, err := d.last.statusLine()
	if err != nil {
		return err
	}
	x.Response = &exchange.Response{StatusCode: status, Reason: reason, Headers: exchange.NewHeaders(slices.Clone(d.last.Fields))}
	if d.last.Body != nil {
		x.Response.Body = exchange.FetchedFrom(fetched(d.last.Body))
	}
	return nil
}

// content is the body that a message goes on with.
func content(ctx context.Context, b *exchange.Body) ([]byte, error) {
	if b.Changed() {
		return b.Final(), nil
	}
	return b.Bytes(ctx)
}

// response writes the response as the client gets it.
func (d *driver) response(x *exchange.Exchange) string {
	if x.Response == nil {
		return d.last.String()
	}
	r := x.Response
	body, err := content(context.Background(), &r.Body)
	if err != nil && !errors.Is(err, exchange.ErrBodyTaken) {
		return fmt.Sprintf("no response: %v\n", err)
	}
	if x.Request.OriginalMethod == "HEAD" || r.StatusCode == 204 || r.StatusCode == 304 {
		body = nil
	}
	m := Message{Start: StatusLine(r.StatusCode, r.Reason), Fields: r.Headers.Fields(), Body: body}
	return m.String()
}
