package extproc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

// details of every reply that is ours, by which Envoy's floor tells it from others.
const details = plan.DetailsPrefix + "response"

// finish answers the message that is pending with x.Response. A response that cannot be
// sent becomes a 500, since nobody is left to run on-error.
func (s *session) finish(ctx context.Context) error {
	if s.broken != nil {
		return s.broken
	}
	if s.handover != nil && s.handover.lost == nil {
		return s.finishRelayed(ctx)
	}
	if s.pending == wire.None && s.overdue == nil {
		return nil // the answer is streamed to the client as it comes
	}
	if s.x.Response == nil {
		s.x.Response = exchange.NewResponse(http.StatusOK, "")
	}
	err := s.writeResponse(ctx, s.x.Response)
	if s.broken != nil {
		return s.broken
	}
	if err != nil {
		s.cannotSend(ctx, err)
		if err := s.writeResponse(ctx, s.x.Response); err != nil {
			return err
		}
	}
	return s.send()
}

// cannotSend replaces a response that cannot be sent.
func (s *session) cannotSend(ctx context.Context, err error) {
	s.server.options.Logger.LogAttrs(ctx, slog.LevelError, "response cannot be sent",
		slog.String("operation", s.operation()), slog.Any("error", err))
	s.clear()
	s.x.LastError = &exchange.Error{Reason: exchange.ReasonGatewayFailure, Message: "The response cannot be sent: " + err.Error() + ".", Cause: err}
	s.x.Response = policies.DefaultResponse(s.x.LastError, s.x.ID)
}

// writeResponse writes the last reply.
func (s *session) writeResponse(ctx context.Context, r *exchange.Response) error {
	if err := s.checkStatus(r); err != nil {
		return err
	}
	body, changed, err := s.bodyOf(ctx, r)
	switch {
	case err != nil:
		return err
	case !s.inResponse() || s.mustEnd(r, changed):
		return s.writeImmediate(r, body)
	}
	return s.writeChanges(r, body, changed)
}

func (s *session) checkStatus(r *exchange.Response) error {
	if hasControl(r.Reason) {
		return errors.New("the reason phrase has control characters")
	}
	if (r.StatusCode < 200 || r.StatusCode > 999) && r.StatusCode != s.upstream.status {
		return fmt.Errorf("%d is no status of a response", r.StatusCode)
	}
	return nil
}

func (s *session) inResponse() bool {
	return s.pending == wire.ResponseHeaders || s.pending == wire.ResponseBody
}

// mustEnd reports whether the backend's response cannot be changed into r: a call of gRPC
// or a WebSocket that has begun, a body of which a part has come, and one in answer to HEAD.
func (s *session) mustEnd(r *exchange.Response, changed bool) bool {
	switch {
	case s.part:
		return true
	case s.received.grpc:
		return changed
	case s.upstream.status == http.StatusSwitchingProtocols:
		return r.StatusCode != http.StatusSwitchingProtocols || changed
	}
	return s.request.OriginalMethod == http.MethodHead && s.sentMethod != http.MethodHead && !s.upstream.bare
}

// bodyOf is the body that the response goes on with, and whether it is another one than
// the one that Envoy holds.
func (s *session) bodyOf(ctx context.Context, r *exchange.Response) ([]byte, bool, error) {
	if r == &s.response && !r.Body.Changed() {
		return nil, !s.upstream.bare && bodiless(r.StatusCode) && !bodiless(s.upstream.status), nil
	}
	if r.Body.Changed() || r.Body.Fetched() {
		return r.Body.Final(), true, nil
	}
	body, err := r.Body.Bytes(ctx) // of a response that a policy made around another body
	return body, true, err
}

// bodiless reports whether a response of the status has no body, whatever it was given.
func bodiless(status int) bool {
	return status == http.StatusNoContent || status == http.StatusNotModified
}

// writeImmediate writes an answer that ends the request whatever the backend does. In the
// response phase Envoy takes it past the filter that sets reason phrases.
func (s *session) writeImmediate(r *exchange.Response, body []byte) error {
	if err := setLines(&s.reply, r.Headers.Fields()); err != nil {
		return err
	}
	if !s.inResponse() && r.Reason != "" && (s.overdue == nil || s.overdue.phase != wire.ResponseBody) {
		s.set(plan.HeaderReason, r.Reason)
	}
	switch {
	case bodiless(r.StatusCode):
	case s.received.grpc:
		s.reply.Body = callMessage(body)
	default:
		s.reply.Body = body
	}
	s.immediate = wire.Immediate{Status: r.StatusCode, Details: details}
	s.reply.Immediate = &s.immediate
	return nil
}

// writeChanges writes what turns the response that Envoy holds into r.
func (s *session) writeChanges(r *exchange.Response, body []byte, changed bool) error {
	if r.StatusCode != s.upstream.status {
		s.set(":status", strconv.Itoa(r.StatusCode))
	}
	if err := changeHeaders(&s.reply, s.upstream.fields, r.Headers.Fields()); err != nil {
		return err
	}
	if changed {
		s.writeResponseBody(r, body)
	}
	// A phrase of the backend stays when the status changes, so then one is sent along.
	if r != &s.response || r.StatusCode != s.upstream.status || r.Reason != "" {
		s.set(plan.HeaderReason, r.Reason)
	}
	if !changed && s.upstream.bare && s.sentMethod == http.MethodHead && s.request.OriginalMethod != http.MethodHead {
		s.set("content-length", "0") // the backend's is that of a body that does not come
	}
	return nil
}

// writeResponseBody replaces the body. The length of one that Envoy has buffered is a
// header like others; otherwise Envoy drops it, and the filter that sets reason phrases
// brings it back.
func (s *session) writeResponseBody(r *exchange.Response, body []byte) {
	length := strconv.Itoa(len(body))
	s.reply.BodyChanged = true
	if !bodiless(r.StatusCode) && s.request.OriginalMethod != http.MethodHead {
		s.reply.Body = body
	}
	if s.pending == wire.ResponseHeaders {
		s.reply.Replace = true
	}
	switch {
	case bodiless(r.StatusCode):
		s.reply.Remove = append(s.reply.Remove, "content-length")
	case s.pending == wire.ResponseHeaders:
		s.set(plan.HeaderLength, length)
	default:
		s.set("content-length", length)
	}
}
