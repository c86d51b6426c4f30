package extproc

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

// An upstream is the response as it came: the backend's, or one that Envoy made because it
// got none.
type upstream struct {
	status  int
	fields  []exchange.Field // without pseudo-headers, framing and helpers
	bare    bool             // without a body
	events  bool             // server-sent events, which have no end
	length  string           // content-length
	details string           // of Envoy's own replies: what went wrong
}

// enterResponse makes s.response of the response headers that have come.
func (s *session) enterResponse() {
	u := &s.upstream
	fields := s.message.Fields
	u.bare = s.message.EndOfStream
	u.fields = fields[:0]
	for _, f := range fields {
		switch {
		case f.Name == ":status":
			u.status, _ = strconv.Atoi(f.Value) // Envoy's own
		case f.Name == plan.HeaderDetails:
			u.details = f.Value
		case f.Name == "content-length":
			u.length = f.Value
		case notOurs(f.Name):
		default:
			u.events = u.events || f.Name == "content-type" && strings.HasPrefix(f.Value, "text/event-stream")
			u.fields = append(u.fields, f)
		}
	}
	s.forwarded = true
	s.response = exchange.Response{StatusCode: u.status, Headers: exchange.NewHeaders(u.fields)}
	if !u.bare {
		s.response.Body = exchange.FetchedFrom((*responseBody)(s))
	}
}

// responseBody fetches the body of the response.
type responseBody session

// FetchBody asks for the body and waits for it.
func (b *responseBody) FetchBody(context.Context) ([]byte, error) {
	s := (*session)(b)
	switch {
	case s.overdue != nil:
		return nil, responseLate()
	case s.pending != wire.ResponseHeaders:
		return nil, errors.New("the response's body can no longer be read")
	case s.upstream.events:
		return nil, endless()
	case s.received.grpc, s.upstream.status == http.StatusSwitchingProtocols:
		return nil, errors.New("the body of a gRPC call or a WebSocket is a stream and cannot be read")
	case s.tooLarge(s.upstream.length):
		return nil, responseTooLarge()
	}
	s.reply.Mode = wire.Mode{ResponseHeaders: true, ResponseBody: true, Partial: s.upstream.length == ""}
	if err := s.send(); err != nil {
		return nil, err
	}
	if err := s.nextWithin(s.server.options.BodyTimeout, wire.ResponseBody, responseLate()); err != nil {
		return nil, s.brokenOff(err)
	}
	if s.pending != wire.ResponseBody {
		return nil, s.unexpected()
	}
	if s.isPart() {
		return nil, responseTooLarge()
	}
	return s.message.Body, nil
}

// brokenOff is the error of a stream that ends while the response's body is waited for. Envoy
// does not tell why, and has answered the client by itself.
func (s *session) brokenOff(err error) error {
	var e *exchange.Error
	if s.broken != nil && errors.As(err, &e) {
		e.Message = "The client closed the connection, or the response broke off, or it is larger than this gateway reads."
	}
	return err
}

// failure is the error of a reply that Envoy made itself.
func (u *upstream) failure() error {
	e := failureOf(u.details)
	e.Cause = errors.New("envoy: " + u.details)
	return e
}
