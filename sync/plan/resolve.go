package plan

import (
	"context"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
)

// A Resolution is how one request is served.
type Resolution struct {
	// Program that serves it; never nil.
	Program *policies.Program
	// Failure of a built-in step (no such operation, no valid key, a policy that does
	// not compile), or nil. The program's on-error runs for it.
	Failure *exchange.Error
	// Preflight is a CORS preflight request that no operation of its own answers.
	Preflight bool
	// Cluster is where Envoy forwards by itself, because the request's path leads it to
	// the virtual host of the API's path; empty when there is none, or when Envoy may still
	// forward elsewhere. The API's own backend is another one where versions of an API differ.
	Cluster string
	// GRPC is a call of a gRPC API: backends are spoken to in HTTP/2, whatever a policy says.
	GRPC bool
}

// Run serves the exchange. Afterwards x.Response is what the client gets, unless the
// driver streams the backend's answer.
func (r Resolution) Run(ctx context.Context, x *exchange.Exchange) {
	switch {
	case r.Failure != nil:
		if r.Failure.Reason != exchange.ReasonOperationNotFound || !r.Program.Unmatched(ctx, x) {
			r.Program.Fail(ctx, x, r.Failure)
		}
	case r.Preflight:
		if !r.Program.Preflight(ctx, x) {
			r.Program.Fail(ctx, x, notFound())
		}
	default:
		r.Program.Run(ctx, x)
	}
}

// Resolve finds the API and the operation for a request, checks the subscription key, and
// fills in what the exchange is matched to. It needs x.Request's OriginalMethod,
// OriginalURL and Headers, and x.Received.
func (p *Plan) Resolve(x *exchange.Exchange) Resolution {
	x.Deployment = p.deployment
	r := x.Request
	r.Method, r.URL = r.OriginalMethod, r.OriginalURL
	f := p.apis.find(r)
	if f.api == nil || !p.speaks(f.api, r.OriginalURL.Scheme) {
		return Resolution{Program: p.global.programOr(p.empty), Failure: notFound()}
	}
	p.enter(x, f)
	made := p.resolve(x, f)
	made.GRPC = f.api.source.Type == catalog.GRPC
	if !x.Received.Before(f.group.certain) {
		made.Cluster = f.group.forwards
	}
	return made
}

// resolve finds the operation of the API, and in which context it is called.
func (p *Plan) resolve(x *exchange.Exchange, f found) Resolution {
	a, r := f.api, x.Request
	query := a.query(r)
	m, ok := a.operations.find(r.OriginalMethod, f.rest, query)
	if !ok {
		return p.unmatched(x, f)
	}
	p.match(x, m, query)
	s, context, failure := p.authorize(x, a)
	if failure != nil {
		made := m.operation.resolution(a, 0, p.empty)
		made.Failure = failure
		return made
	}
	p.identify(x, a, s, context)
	return m.operation.resolution(a, context, p.empty)
}

// resolution is that of an operation in one of its API's contexts.
func (o *operation) resolution(a *api, context int, empty *policies.Program) Resolution {
	c := &a.contexts[context].compiled
	if o.own != nil {
		c = &o.own[context]
	}
	r := Resolution{Program: c.programOr(empty)}
	if c.broken {
		r.Failure = invalidPolicy()
	}
	return r
}

// speaks reports whether the API is served by the scheme, which is "ws" or "wss" for the
// handshake of a WebSocket. Which of TLS and no TLS may be no matter; requests and handshakes
// are always told apart.
func (p *Plan) speaks(a *api, scheme string) bool {
	if len(a.source.Protocols) == 0 && !a.sockets() {
		return true
	}
	if len(a.source.Protocols) == 0 {
		return isHandshake(scheme)
	}
	for _, protocol := range a.source.Protocols {
		protocol = strings.ToLower(protocol)
		if p.ignoreProtocols {
			protocol, scheme = secure(protocol), secure(scheme)
		}
		switch {
		case a.sockets():
			protocol = handshakeOf(protocol)
		case a.source.Type == catalog.GraphQL && handshakeOf(protocol) == scheme: // subscriptions
			return true
		}
		if protocol == scheme {
			return true
		}
	}
	return false
}

func isHandshake(scheme string) bool { return scheme == "ws" || scheme == "wss" }

// secure is the scheme with TLS.
func secure(scheme string) string {
	switch scheme {
	case "http":
		return "https"
	case "ws":
		return "wss"
	}
	return scheme
}

// handshakeOf is the scheme of WebSockets at the place of an HTTP scheme.
func handshakeOf(scheme string) string {
	switch scheme {
	case "http":
		return "ws"
	case "https":
		return "wss"
	}
	return scheme
}

// enter makes the exchange one of the API.
func (p *Plan) enter(x *exchange.Exchange, f found) {
	x.API, x.Backend = f.api.facts, f.api.backend
	u := &x.Request.URL
	u.Path = ""
	if f.slash {
		u.Path = "/" + f.rest
	}
	if x.Backend != nil {
		u.Scheme, u.Host, u.Port = x.Backend.URL.Scheme, x.Backend.URL.Host, x.Backend.URL.Port
	}
}

// match makes the exchange one of the operation.
func (p *Plan) match(x *exchange.Exchange, m match, query *exchange.URL) {
	o := m.operation
	x.Operation = o.facts
	t := &o.template
	if len(t.names) == 0 {
		return
	}
	fields := make([]exchange.Field, 0, len(t.names))
	for i, value := range m.values {
		fields = append(fields, exchange.Field{Name: t.names[i], Value: value})
	}
	for i := range t.query {
		if q := &t.query[i]; q.parameter != "" {
			value, _ := q.value(query)
			fields = append(fields, exchange.Field{Name: q.parameter, Value: value})
		}
	}
	x.Request.MatchedParameters = fields
}

// unmatched serves a request that is for an API but for none of its operations: a CORS
// preflight for one, or nothing.
func (p *Plan) unmatched(x *exchange.Exchange, f found) Resolution {
	a := f.api
	fail := Resolution{Program: a.contexts[0].programOr(p.empty), Failure: notFound()}
	wanted, ok := preflightMethod(x.Request)
	if !ok {
		return fail
	}
	query := a.query(x.Request)
	m, ok := a.operations.find(wanted, f.rest, query)
	if !ok {
		return fail
	}
	p.match(x, m, query)
	context := a.open
	if key, ok := queryKey(x.Request, a); ok {
		if s, i, ok := p.keys.open(key, a); ok {
			context = i
			p.identify(x, a, s, i)
		}
	}
	r := m.operation.resolution(a, max(context, 0), p.empty)
	r.Preflight = true
	return r
}

// preflightMethod is the method that a CORS preflight request asks for.
func preflightMethod(r *exchange.Request) (string, bool) {
	if r.OriginalMethod != "OPTIONS" || !r.Headers.Has("Origin") {
		return "", false
	}
	return r.Headers.First("Access-Control-Request-Method")
}

// authorize finds the subscription, which may be nil, and the context in which the API is
// called.
func (p *Plan) authorize(x *exchange.Exchange, a *api) (*subscription, int, *exchange.Error) {
	if key, ok := keyOf(x.Request, a); ok {
		s, context, ok := p.keys.open(key, a)
		if !ok {
			return nil, 0, accessDenied(x, exchange.ReasonSubscriptionKeyInvalid, invalidKey, invalidKey)
		}
		return s, context, nil
	}
	switch {
	case a.open >= 0:
		return nil, a.open, nil
	case !a.source.SubscriptionRequired:
		return nil, 0, nil
	}
	return nil, 0, accessDenied(x, exchange.ReasonSubscriptionKeyNotFound, missingKey+"this API.", missingKey+"an API.")
}

// identify fills in whose request it is.
func (p *Plan) identify(x *exchange.Exchange, a *api, s *subscription, context int) {
	if s != nil {
		x.Subscription, x.User = s.facts, s.user
	}
	if context > 0 {
		x.Product = p.products[a.contexts[context].product]
	}
}

const (
	missingKey = "Access denied due to missing subscription key. Make sure to include subscription key when making requests to "
	invalidKey = "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."
)

func accessDenied(x *exchange.Exchange, reason, message, public string) *exchange.Error {
	realm := "https://" + x.Request.OriginalURL.Authority() + strings.TrimSuffix(x.API.Path, "/")
	return &exchange.Error{
		Source: "authorization", Reason: reason, Message: message,
		Status: 401, StatusReason: "Access Denied", Public: public,
		Headers: []exchange.Field{{
			Name:  "WWW-Authenticate",
			Value: `AzureApiManagementKey realm="` + realm + `",name="` + x.API.KeyHeader + `",type="header"`,
		}},
	}
}

func notFound() *exchange.Error {
	return &exchange.Error{
		Source: "configuration", Reason: exchange.ReasonOperationNotFound,
		Message: "Unable to match incoming request to an operation.",
		Status:  404, StatusReason: "Resource Not Found", Public: "Resource not found",
	}
}

// invalidPolicy is how an operation fails whose policy does not compile. What is wrong was
// reported when it was loaded.
func invalidPolicy() *exchange.Error {
	return &exchange.Error{
		Source: "configuration", Reason: "PolicyInvalid",
		Message: "The policy of this operation does not compile.", Status: 500,
	}
}
