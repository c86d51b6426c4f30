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

// Errors of reading a response's body.
var (
	errEvents           = errors.New("the response is a stream of events, which has no end, and cannot be read")
	errResponseTooLarge = errors.New("the response's body is larger than this gateway reads")
)

// responseBody fetches the body of the response.
type responseBody session

// FetchBody asks for the body and waits for it.
func (b *responseBody) FetchBody(context.Context) ([]byte, error) {
	s := (*session)(b)
	switch {
	case s.pending != wire.ResponseHeaders:
		return nil, errors.New("the response's body can no longer be read")
	case s.upstream.events:
		return nil, errEvents
	case s.received.grpc, s.upstream.status == http.StatusSwitchingProtocols:
		return nil, errors.New("the body of a gRPC call or a WebSocket is a stream and cannot be read")
	case s.tooLarge(s.upstream.length):
		return nil, errResponseTooLarge
	}
	s.reply.Mode = wire.Mode{ResponseHeaders: true, ResponseBody: true}
	if err := s.send(); err != nil {
		return nil, err
	}
	if err := s.awaitBody(http.StatusInternalServerError, "Internal server error"); err != nil {
		return nil, err
	}
	if s.pending != wire.ResponseBody {
		return nil, s.unexpected()
	}
	return s.message.Body, nil
}

// failure is the error of a reply that Envoy made itself, told by its details. They are not
// promised to be stable, so what is unknown is still a failure of the backend.
func (u *upstream) failure() error {
	e := &exchange.Error{
		Reason:  exchange.ReasonBackendConnectionFailure,
		Message: "The connection to the backend could not be established or was aborted.",
		Cause:   errors.New("envoy: " + u.details),
	}
	begins := func(prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(u.details, p) {
				return true
			}
		}
		return false
	}
	switch {
	case begins("upstream_per_try_timeout", "upstream_response_timeout", "response_timeout", "stream_idle_timeout", "max_duration_timeout", "upstream_max_stream_duration_reached"):
		e.Reason, e.Message = exchange.ReasonTimeout, "The backend did not answer in time."
	case begins("request_payload_too_large"):
		return requestTooLarge(e.Cause)
	case begins("no_healthy_upstream", "dns_"):
		e.Message = "The backend's host name could not be resolved, or has no address that may be used."
	case begins("cluster_not_found"):
		e.Message = "The backend is not known to Envoy yet."
	}
	return e
}

// requestTooLarge is the error of a request whose body is wanted but above the limit.
func requestTooLarge(cause error) error {
	return &exchange.Error{
		Reason: "RequestTooLarge", Message: "The request's body is larger than this gateway reads.",
		Status: http.StatusRequestEntityTooLarge, Public: "The request's body is too large.", Cause: cause,
	}
}
