package extproc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

var _ exchange.Driver = (*session)(nil)

// headerTimeout limits the time until the backend's response headers, where it is not the
// usual one, which Envoy's routes have.
const headerTimeout = "x-envoy-upstream-rq-per-try-timeout-ms"

// Forward implements [exchange.Driver]: it answers Envoy's message with what has changed,
// and, unless nobody looks at the response, waits for its headers.
func (s *session) Forward(_ context.Context, x *exchange.Exchange, f exchange.Forward) error {
	if s.relayed {
		return s.forwardByRelay(x, f)
	}
	if s.http2 {
		f.HTTPVersion = "2"
	}
	if err := s.canForward(x, f); err != nil {
		return err
	}
	if err := s.writeRequest(x, f); err != nil {
		s.clear()
		return cannotForward("The request cannot be forwarded", err)
	}
	s.forwarded, s.sentMethod = true, x.Request.Method
	whole := s.received.bare || s.pending == wire.RequestBody || s.reply.Replace
	begin := time.Now()
	if err := s.send(); err != nil || !s.watch {
		return err
	}
	if err := s.awaitHeaders(f.Timeout, whole); err != nil {
		return err
	}
	s.waited = time.Since(begin)
	if s.pending != wire.ResponseHeaders {
		return s.unexpected()
	}
	s.enterResponse()
	if s.upstream.details != "" {
		return s.upstream.failure()
	}
	if s.upstream.status == http.StatusSwitchingProtocols && !s.received.upgrade {
		return switched()
	}
	if err := refusedByProxy(s.asksProxy, s.upstream.status, s.upstream.fields); err != nil {
		return err
	}
	x.Response = &s.response
	return nil
}

// forwardSlack is left to Envoy to tell of a timeout by itself.
const forwardSlack = 500 * time.Millisecond

// awaitHeaders waits for the response's headers. A timeout that may end before Envoy has given up
// connecting is watched here, if the request is whole: the time in which a client still sends does
// not count.
func (s *session) awaitHeaders(timeout time.Duration, whole bool) error {
	if timeout <= 0 || timeout >= plan.ConnectTimeout || !whole {
		return s.next()
	}
	return s.nextWithin(timeout+forwardSlack, wire.ResponseHeaders, backendLate(nil))
}

// canForward refuses what one forward of Envoy cannot express.
func (s *session) canForward(x *exchange.Exchange, f exchange.Forward) error {
	refuse := func(reason, message string) error { return &exchange.Error{Reason: reason, Message: message} }
	switch {
	case s.forwarded && s.received.streams():
		return refuse(exchange.ReasonGatewayFailure, "A gRPC call or a WebSocket is forwarded once.")
	case s.forwarded:
		return refuse(exchange.ReasonGatewayFailure, "A second forward-request in one request needs the relay, and there is none.")
	case (f.FollowRedirects || f.ContinueTimeout > 0) && !s.received.streams():
		return refuse(exchange.ReasonGatewayFailure, "Following redirects and waiting for 100 Continue need the relay, and there is none.")
	case s.pending != wire.RequestHeaders && s.pending != wire.RequestBody || s.part:
		return refuse(exchange.ReasonGatewayFailure, "The request can no longer be forwarded.")
	case x.Backend == nil:
		return refuse(exchange.ReasonBackendConnectionFailure, "The API has no backend, and no policy has chosen one.")
	}
	return nil
}

// writeRequest writes the reply that sends the request on its way.
func (s *session) writeRequest(x *exchange.Exchange, f exchange.Forward) error {
	if err := s.writeTarget(x, f); err != nil {
		return err
	}
	if err := s.writeMethod(x.Request.Method); err != nil {
		return err
	}
	if f.Timeout != plan.UsualTimeout {
		s.set(headerTimeout, milliseconds(f.Timeout))
	}
	headers := x.Request.Headers
	withCredentials(&headers, x.Backend.Headers)
	if err := changeHeaders(&s.reply, s.received.fields, headers.Fields()); err != nil {
		return err
	}
	if s.pending == wire.RequestHeaders {
		s.reply.Mode.ResponseHeaders = s.watch
	}
	return s.writeRequestBody(&x.Request.Body)
}

// milliseconds writes a timeout; 0 is none.
func milliseconds(d time.Duration) string {
	if d <= 0 {
		return "0"
	}
	return strconv.FormatInt(max(1, d.Milliseconds()), 10)
}

// writeTarget writes where the request goes: authority, path, and the cluster if it is not
// the one to which Envoy forwards by itself.
func (s *session) writeTarget(x *exchange.Exchange, f exchange.Forward) error {
	d, err := s.destinationOf(x, f.HTTPVersion)
	if err != nil {
		return err
	}
	authority, err := s.authority(x, d.cluster)
	if err != nil {
		return err
	}
	if authority != s.received.authority {
		s.set(":authority", authority)
	}
	if path := target(x); path != s.received.path {
		s.set(":path", path)
	}
	if d.cluster != s.cluster {
		s.route(d.cluster)
	}
	for _, f := range d.told {
		s.set(f.Name, f.Value)
	}
	s.byProxy(d.cluster)
	return nil
}

// route makes Envoy choose the cluster.
func (s *session) route(cluster string) {
	s.set(plan.HeaderKey, plan.GenericKey)
	s.set(plan.HeaderCluster, cluster)
	s.reply.ClearRouteCache = true
}

// authority is the backend's, unless a policy has set Host. A proxy that is asked for a whole
// URL does not pass another Host on (RFC 9112, section 3.2.2), so it is not told any.
func (s *session) authority(x *exchange.Exchange, cluster string) (string, error) {
	own := x.Backend.URL.Authority()
	if _, byURL := plan.Proxied(cluster); byURL {
		return own, nil
	}
	host, ok := x.Request.Headers.First("host")
	switch {
	case !ok, s.received.upgrade: // policies cannot change that of a WebSocket
		return own, nil
	case host == "" || hasControl(host) || strings.ContainsAny(host, ", \t/"):
		return "", fmt.Errorf("%q is no Host", host)
	}
	return host, nil
}

// target is the path and query that the backend gets: its base URL's, followed by the
// request's.
func target(x *exchange.Exchange) string {
	base, u := &x.Backend.URL, x.Request.URL
	prefix, rest := strings.TrimRight(base.Path, "/"), strings.TrimPrefix(u.Path, "/")
	slash := "/"
	if u.Path == "" && base.Path != "" {
		prefix, slash = base.Path, "" // the base as it is
	}
	switch {
	case base.Query == "":
	case u.Query == "":
		u.Query = base.Query
	default:
		u.Query = base.Query + "&" + u.Query
	}
	withQuery(&u, x.Backend.Query)
	if u.Query == "" {
		return escapePath(prefix + slash + rest)
	}
	return escapePath(prefix + slash + rest + "?" + u.Query)
}

// withQuery sets a backend's parameters; one of the same name that came with the request
// does not count.
func withQuery(u *exchange.URL, credentials []exchange.Field) {
	for i, f := range credentials {
		if hasName(credentials[:i], f.Name) {
			u.AddParameter(f.Name, f.Value)
		} else {
			u.SetParameter(f.Name, f.Value)
		}
	}
}

// withCredentials sets a backend's headers in a copy of the request's, which policies never
// see.
func withCredentials(h *exchange.Headers, credentials []exchange.Field) {
	if len(credentials) == 0 {
		return
	}
	*h = h.Clone()
	for i, f := range credentials {
		if hasName(credentials[:i], f.Name) {
			h.Add(f.Name, f.Value)
		} else {
			h.Set(f.Name, f.Value)
		}
	}
}

// writeMethod writes the method. When HEAD is changed to another one or another one to
// HEAD, client and backend disagree on whether the response has a body, so the response
// must come by here.
func (s *session) writeMethod(method string) error {
	original := s.request.OriginalMethod
	if method == original {
		return nil
	}
	if !isToken(method) || method == http.MethodConnect {
		return fmt.Errorf("%q cannot be its method", method)
	}
	if method == http.MethodHead || original == http.MethodHead {
		if s.pending != wire.RequestHeaders && !s.watch {
			return fmt.Errorf("its method cannot be changed from %s to %s after its body was read", original, method)
		}
		s.watch = true
	}
	s.set(":method", method)
	return nil
}

// writeRequestBody writes the body if it is not the one that came. Without asking for the
// old one, Envoy takes the content-length away, and a filter behind us puts it back.
func (s *session) writeRequestBody(b *exchange.Body) error {
	if !b.Changed() {
		return nil
	}
	body := b.Final()
	switch {
	case s.received.grpc || s.received.upgrade:
		return errors.New("the body of a gRPC call or a WebSocket is a stream and cannot be replaced")
	case s.pending == wire.RequestBody:
		s.set("content-length", strconv.Itoa(len(body)))
	case s.received.bare && len(body) == 0:
		return nil
	default:
		s.reply.Replace = true
		s.set(plan.HeaderLength, strconv.Itoa(len(body)))
	}
	s.reply.Body, s.reply.BodyChanged = body, true
	return nil
}
