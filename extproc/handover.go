package extproc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/extproc/relay"
	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

// A handover is what a session knows of a request that is at the relay. Envoy's message is
// answered then; the next one, whatever it is, comes to incoming.
type handover struct {
	visit    *relay.Visit
	incoming chan incoming
	lost     error // why the request is no longer at the relay
	consumed error // why the body cannot be sent or read any more

	reply    *relay.Reply       // of the last attempt that was answered
	response *exchange.Response // what policies see of it
	head     bool               // it is an answer to HEAD
}

// errEarly is why forwarding ends when Envoy has answered the request by itself.
var errEarly = errors.New("envoy has answered the request by itself")

// handOver sends Envoy's request to the relay and waits for it there.
func (s *session) handOver(x *exchange.Exchange) error {
	if s.handover != nil {
		return s.handover.lost
	}
	if s.pending != wire.RequestHeaders && s.pending != wire.RequestBody || s.part {
		return &exchange.Error{Reason: exchange.ReasonGatewayFailure, Message: "The request can no longer be forwarded."}
	}
	h := &handover{visit: s.server.options.Relay.Expect(s.stream.Context()), incoming: make(chan incoming, 1)}
	s.handover, s.forwarded = h, true
	s.route(envoy.ClusterRelay)
	s.set(plan.HeaderToken, h.visit.Token())
	s.set(headerTimeout, "0")
	if s.pending == wire.RequestHeaders {
		s.reply.Mode.ResponseHeaders = true
	}
	s.leaveBody(&x.Request.Body)
	if err := s.send(); err != nil {
		h.lost = err
		return err
	}
	go h.listen(s.stream)
	return s.arrive()
}

// leaveBody keeps a body that is here already from being sent to the relay.
func (s *session) leaveBody(b *exchange.Body) {
	switch {
	case !b.Changed() && !b.Fetched() || s.received.bare:
		return
	case s.pending == wire.RequestBody:
		s.set("content-length", "0")
	default:
		s.reply.Replace = true
	}
	s.reply.BodyChanged = true
}

// listen waits for the next message. It ends with the stream at the latest; nobody need wait
// for it.
func (h *handover) listen(st stream) {
	var in incoming
	in.err = st.RecvMsg(&in.message)
	h.incoming <- in
	if in.err != nil {
		h.visit.Lose(in.err)
	} else {
		h.visit.Lose(errEarly)
	}
}

// arrive waits until the request is at the relay.
func (s *session) arrive() error {
	h := s.handover
	late := time.NewTimer(s.server.options.ArrivalTimeout)
	defer late.Stop()
	select {
	case <-h.visit.Arrived():
		return nil
	case <-h.visit.Context().Done():
		return s.lose()
	case <-late.C:
		s.broken = errors.New("the request did not arrive at the relay in time")
		h.lost = &exchange.Error{Reason: exchange.ReasonGatewayFailure, Message: "The request did not arrive at the relay in time.", Cause: s.broken}
		return h.lost
	}
}

// lose finds out why the request is no longer at the relay: the client has gone, or Envoy
// has answered by itself, which can then be answered as any response.
func (s *session) lose() error {
	h := s.handover
	if h.lost != nil {
		return h.lost
	}
	late := time.NewTimer(s.server.options.ArrivalTimeout)
	defer late.Stop()
	select {
	case in := <-h.incoming:
		h.lost = s.receive(in)
	case <-late.C:
		s.broken = context.Cause(h.visit.Context())
		h.lost = &exchange.Error{Reason: exchange.ReasonGatewayFailure, Message: "Envoy has given up the request.", Cause: s.broken}
	}
	if h.lost == nil {
		h.lost = s.upstream.failure()
	}
	return h.lost
}

// receive takes what came to incoming: it must be the headers of a response.
func (s *session) receive(in incoming) error {
	if in.err != nil {
		s.broken = in.err
		return &exchange.Error{Reason: exchange.ReasonClientConnectionFailure, Message: "The client closed the connection.", Cause: in.err}
	}
	s.message, s.pending = in.message, in.message.Phase
	if s.pending != wire.ResponseHeaders {
		return s.unexpected()
	}
	s.enterResponse()
	return nil
}

// leave ends what is at the relay.
func (h *handover) leave() {
	if h != nil {
		h.visit.Leave()
	}
}

// readRelayed reads the request's body at the relay.
func (s *session) readRelayed() ([]byte, error) {
	h := s.handover
	switch {
	case h.lost != nil:
		return nil, h.lost
	case h.consumed != nil:
		return nil, h.consumed
	case s.tooLarge(s.received.length):
		return nil, requestTooLarge(nil)
	}
	content, err := h.visit.ReadBody(s.server.options.BodyLimit, s.server.options.BodyTimeout)
	switch {
	case err == nil:
		return content, nil
	case errors.Is(err, relay.ErrTooLarge):
		h.consumed = requestTooLarge(err)
	case errors.Is(err, os.ErrDeadlineExceeded):
		late := requestLate()
		late.Cause = err
		h.consumed = late
	default:
		h.consumed = s.lose()
	}
	return nil, h.consumed
}

func bodyConsumed() error {
	return &exchange.Error{
		Reason:  exchange.ReasonGatewayFailure,
		Message: `The request's body has gone to the backend; another attempt needs buffer-request-body="true".`,
	}
}

// finishRelayed answers Envoy's request at the relay, and lets the answer pass when it
// comes by.
func (s *session) finishRelayed(ctx context.Context) error {
	h := s.handover
	if s.x.Response == nil {
		s.x.Response = exchange.NewResponse(http.StatusOK, "")
	}
	answer, err := s.answer(ctx, s.x.Response)
	if err != nil {
		s.cannotSend(ctx, err)
		if answer, err = s.answer(ctx, s.x.Response); err != nil {
			return err
		}
	}
	h.visit.Answer(answer)
	if err := s.receive(<-h.incoming); err != nil {
		return err
	}
	if s.upstream.details != "" || s.upstream.status != answer.Status {
		return s.replaced(ctx)
	}
	if s.x.Response.Reason != "" {
		s.set(plan.HeaderReason, s.x.Response.Reason)
	}
	if err := s.send(); err != nil {
		return err
	}
	if h.reply != nil && answer.Body != h.reply.Body {
		h.reply.Discard()
	}
	return nil
}

// replaced answers in place of Envoy, which has answered in place of the relay. What is in memory
// is still there to be sent; what the relay was streaming is lost.
func (s *session) replaced(ctx context.Context) error {
	r, streamed := s.x.Response, s.handover.response
	if r == streamed && r.Body.Present() && !r.Body.Changed() && !r.Body.Fetched() {
		s.cannotSend(ctx, fmt.Errorf("envoy has answered in its place: %w", s.upstream.failure()))
	}
	if err := s.writeResponse(ctx, s.x.Response); err != nil {
		return err
	}
	return s.send()
}

// answer is a response as the relay sends it.
func (s *session) answer(ctx context.Context, r *exchange.Response) (*relay.Answer, error) {
	if err := s.checkStatus(r); err != nil {
		return nil, err
	}
	lines, err := wholeLines(r.Headers.Fields())
	if err != nil {
		return nil, err
	}
	a := &relay.Answer{Status: r.StatusCode, Lines: lines, Length: -1}
	h := s.handover
	switch {
	case bodiless(r.StatusCode):
		return a, nil
	case r == h.response && !r.Body.Changed() && !r.Body.Fetched():
		a.Length = h.reply.Length
		if !h.head {
			a.Body = h.reply.Body
		} else if s.request.OriginalMethod != http.MethodHead {
			a.Length = 0 // not that of a body that does not come
		}
		return a, nil
	}
	content := r.Body.Final()
	if !r.Body.Changed() && !r.Body.Fetched() {
		if content, err = r.Body.Bytes(ctx); err != nil { // a policy made it around another body
			return nil, err
		}
	}
	a.Length, a.Body = int64(len(content)), io.NopCloser(bytes.NewReader(content))
	return a, nil
}

// relayedLength is that of the request's body as it comes to the relay.
func (s *session) relayedLength() int64 {
	n, err := strconv.ParseInt(s.received.length, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// A relayedBody fetches the body of the last attempt's answer.
type relayedBody struct {
	session *session
	reply   *relay.Reply
	events  bool
}

// FetchBody reads it.
func (b *relayedBody) FetchBody(context.Context) ([]byte, error) {
	o := &b.session.server.options
	switch {
	case b.events:
		return nil, endless()
	case b.reply.Length > int64(o.BodyLimit):
		return nil, responseTooLarge()
	}
	late := time.AfterFunc(o.BodyTimeout, func() { _ = b.reply.Body.Close() })
	content, err := io.ReadAll(io.LimitReader(b.reply.Body, int64(o.BodyLimit)+1))
	if !late.Stop() {
		late := responseLate()
		late.Cause = err
		return nil, late
	}
	_ = b.reply.Body.Close() // only read
	switch {
	case err != nil:
		return nil, &exchange.Error{Reason: exchange.ReasonBackendConnectionFailure, Message: "The response's body was cut off.", Cause: err}
	case len(content) > o.BodyLimit:
		return nil, responseTooLarge()
	}
	return content, nil
}

// streams reports whether what follows the headers goes both ways for as long as it likes: a
// gRPC call or a WebSocket. Envoy forwards it by itself, once.
func (r *received) streams() bool { return r.grpc || r.upgrade }
