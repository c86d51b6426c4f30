package extproc

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/apimgw/apimgw/extproc/relay"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

// forwardByRelay forwards the request by the relay, as often as it is called, and follows
// redirects.
func (s *session) forwardByRelay(x *exchange.Exchange, f exchange.Forward) error {
	if x.Backend == nil {
		return &exchange.Error{Reason: exchange.ReasonBackendConnectionFailure, Message: "The API has no backend, and no policy has chosen one."}
	}
	if err := s.handOver(x); err != nil {
		return err
	}
	s.discard()
	a, err := s.newAttempt(x, f)
	if err != nil {
		return err
	}
	begin := time.Now()
	reply, err := s.follow(a, f.FollowRedirects)
	s.waited += time.Since(begin)
	if err != nil {
		return err
	}
	s.enterReply(a, reply)
	x.Response = s.handover.response
	return nil
}

// discard forgets the answer of an attempt that another one follows.
func (s *session) discard() {
	h := s.handover
	if h.reply != nil {
		h.reply.Discard()
		h.reply, h.response = nil, nil
	}
}

// An attempt is one forward: a request, and those that redirects make of it.
type attempt struct {
	relay.Request
	backend *exchange.Backend
	own     destination  // to the backend
	url     exchange.URL // where it goes
	via     exchange.Connection
	version string           // of HTTP
	open    []exchange.Field // the lines without the backend's credentials
}

// newAttempt makes the request as policies have left it.
func (s *session) newAttempt(x *exchange.Exchange, f exchange.Forward) (*attempt, error) {
	a, err := s.requestOf(x, f)
	if err != nil {
		return nil, cannotForward("The request cannot be forwarded", err)
	}
	a.Timeout, a.ContinueTimeout = f.Timeout, f.ContinueTimeout
	return a, s.content(&a.Request, &x.Request.Body, f.BufferRequestBody)
}

// requestOf makes all but the body.
func (s *session) requestOf(x *exchange.Exchange, f exchange.Forward) (*attempt, error) {
	own, err := s.destinationOf(x, f.HTTPVersion)
	if err != nil {
		return nil, err
	}
	authority, err := s.authority(x, own.cluster)
	if err != nil {
		return nil, err
	}
	s.byProxy(own.cluster)
	method := x.Request.Method
	if !isToken(method) || method == http.MethodConnect {
		return nil, fmt.Errorf("%q cannot be its method", method)
	}
	headers := x.Request.Headers
	withCredentials(&headers, x.Backend.Headers)
	a := &attempt{
		Request: relay.Request{Method: method, Authority: authority, Path: target(x)},
		backend: x.Backend, own: own, url: x.Backend.URL, via: x.Connection, version: f.HTTPVersion,
	}
	a.via.Certificate = ""
	a.take(own)
	a.url.Path, a.url.Query, _ = strings.Cut(a.Path, "?")
	if a.Lines, err = wholeLines(headers.Fields()); err != nil {
		return nil, err
	}
	a.open, err = wholeLines(x.Request.Headers.Fields())
	return a, err
}

// content is what is sent of the body. One that is not here is streamed, once, unless it is
// to be kept.
func (s *session) content(q *relay.Request, b *exchange.Body, keep bool) error {
	h := s.handover
	if keep && b.Present() && !b.Changed() && !b.Fetched() {
		if _, err := b.Bytes(h.visit.Context()); err != nil {
			return err
		}
	}
	switch {
	case b.Changed() || b.Fetched():
		q.Content = b.Final()
	case !b.Present():
	case h.consumed != nil:
		return h.consumed
	default:
		h.consumed = bodyConsumed()
		q.Body, q.Length = h.visit.Body(), s.relayedLength()
	}
	return nil
}

// follow sends the request and follows redirects if it is to.
func (s *session) follow(a *attempt, redirects bool) (*relay.Reply, error) {
	reply, err := s.attempt(a)
	for n := 0; err == nil && redirects && n < exchange.MaxRedirects; n++ {
		to, ok := exchange.RedirectOf(a.Method, a.url, reply.Status, locationOf(reply))
		if !ok {
			break
		}
		if !to.Bare && a.Body != nil {
			reply.Discard()
			return nil, bodyConsumed()
		}
		reply.Discard()
		if err = a.redirect(to); err == nil {
			reply, err = s.attempt(a)
		}
	}
	return reply, err
}

func locationOf(reply *relay.Reply) string {
	for _, f := range reply.Lines {
		if f.Name == "location" {
			return f.Value
		}
	}
	return ""
}

// redirect makes the request another one. A backend's credentials stay with the backend, as
// does the certificate that it was shown.
func (a *attempt) redirect(to exchange.Redirect) error {
	same := to.URL.Scheme == a.backend.URL.Scheme && strings.EqualFold(to.URL.Authority(), a.backend.URL.Authority())
	if same {
		a.take(a.own)
	} else {
		d, err := a.elsewhere(&to.URL)
		if err != nil {
			return cannotForward("The redirect cannot be followed", err)
		}
		a.take(d)
		a.Lines = a.open
	}
	a.Lines, a.open = to.Headers(a.Lines), to.Headers(a.open)
	a.url, a.Method, a.Authority, a.Path = to.URL, to.Method, to.URL.Authority(), escapePath(to.URL.PathAndQuery())
	if to.Bare {
		a.Content, a.Body = nil, nil
	}
	return nil
}

// take makes the request go to it.
func (a *attempt) take(d destination) { a.Cluster, a.Told = d.cluster, d.told }

// elsewhere is another backend. HTTP/2 is asked for there, but is not a condition.
func (a *attempt) elsewhere(u *exchange.URL) (destination, error) {
	version := a.version
	if version == "2" {
		version = "2or1"
	}
	return dynamicDestination(u, a.via, version, false)
}

// attempt sends the request once.
func (s *session) attempt(a *attempt) (*relay.Reply, error) {
	ctx := s.handover.visit.Context()
	reply, err := s.server.options.Relay.Forward(ctx, &a.Request)
	switch {
	case ctx.Err() != nil:
		return nil, s.lose()
	case errors.Is(err, relay.ErrTimeout):
		return nil, backendLate(err)
	case errors.Is(err, relay.ErrContinueTimeout):
		return nil, &exchange.Error{Reason: exchange.ReasonTimeout, Message: "The backend did not ask for the request's body in time.", Cause: err}
	case err != nil:
		return nil, &exchange.Error{
			Reason:  exchange.ReasonBackendConnectionFailure,
			Message: "The connection to the backend could not be established or was aborted.", Cause: err,
		}
	case reply.Details != "":
		reply.Discard()
		u := upstream{details: reply.Details}
		return nil, u.failure()
	case reply.Status == http.StatusSwitchingProtocols:
		reply.Discard()
		return nil, switched()
	}
	_, asked := plan.Proxied(a.Cluster)
	if err := refusedByProxy(asked, reply.Status, reply.Lines); err != nil {
		reply.Discard()
		return nil, err
	}
	return reply, nil
}

// enterReply makes what policies see of the answer.
func (s *session) enterReply(a *attempt, reply *relay.Reply) {
	h := s.handover
	h.reply, h.head = reply, a.Method == http.MethodHead
	r := &exchange.Response{StatusCode: reply.Status, Reason: reply.Reason}
	fields, events := reply.Lines[:0], false
	for _, f := range reply.Lines {
		if !notOurs(f.Name) {
			events = events || f.Name == "content-type" && strings.HasPrefix(f.Value, "text/event-stream")
			fields = append(fields, f)
		}
	}
	r.Headers = exchange.NewHeaders(fields)
	if !h.head && !bodiless(reply.Status) && reply.Length != 0 {
		r.Body = exchange.FetchedFrom(&relayedBody{session: s, reply: reply, events: events})
	}
	h.response = r
}
