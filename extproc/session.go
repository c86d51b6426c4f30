package extproc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

// A stream is what a session needs of gRPC's.
type stream interface {
	Context() context.Context
	SendMsg(m any) error
	RecvMsg(m any) error
}

// A session serves one request. It is used by one goroutine.
type session struct {
	server *Server
	stream stream

	message wire.Message // the last one
	pending wire.Phase   // what the message was about, until it is answered
	reply   wire.Reply   // the next one, as far as it is written
	broken  error        // why the stream is of no use any more
	overdue *overdue     // nil unless a message did not come in time

	x        *exchange.Exchange
	request  exchange.Request
	received received
	cluster  string // to which Envoy forwards by itself
	watch    bool   // the response's headers are asked for
	// asksProxy: what answers may be a proxy.
	asksProxy bool

	relayed  bool      // forwards go by the relay
	handover *handover // nil until the first of them

	forwarded  bool
	sentMethod string // to the backend
	response   exchange.Response
	upstream   upstream

	begin  time.Time
	waited time.Duration // for the backend

	// part: the body of the last message is the beginning of one that is too large.
	part bool
	// http2: backends are spoken to in HTTP/2, whatever a policy says.
	http2 bool

	immediate wire.Immediate
	lines     [6]wire.Line // the first of a reply
}

// process serves one stream to its end. It returns nil only when Envoy has ended it.
func (o *Server) process(st stream) (err error) {
	s := &session{server: o, stream: st}
	s.clear()
	defer func() {
		if fault := recover(); fault != nil {
			err = o.panicked(st.Context(), fault)
		}
		s.handover.leave()
	}()
	if err = s.serve(st.Context()); err == nil {
		err = s.drain()
	}
	if err != nil {
		return s.failed(err)
	}
	return nil
}

// serve answers the request.
func (s *session) serve(ctx context.Context) error {
	if err := s.next(); err != nil {
		return err
	}
	if s.pending != wire.RequestHeaders {
		return s.unexpected()
	}
	s.begin = time.Now()
	s.x = exchange.New(s, &s.request)
	s.x.Received = s.begin.UTC()
	what, current := s.admit(), s.server.options.Plan.Load()
	switch {
	case what != "":
		s.refuse(http.StatusBadRequest, what)
	case current == nil:
		s.refuse(http.StatusServiceUnavailable, "The gateway has no configuration yet.")
	default:
		s.run(ctx, current)
	}
	err := s.finish(ctx)
	s.log()
	return err
}

// run runs the request's program.
func (s *session) run(ctx context.Context, current *plan.Plan) {
	resolution := current.Resolve(s.x)
	s.cluster, s.http2 = resolution.Cluster, resolution.GRPC
	needs := resolution.Program.Needs()
	s.relayed = (needs.Relay || s.server.options.RelayAll) && s.server.options.Relay != nil && !s.received.streams()
	s.watch = s.server.options.ObserveResponses || needs.Response
	resolution.Run(ctx, s.x)
}

// refuse answers a request that no plan is asked about.
func (s *session) refuse(code int, what string) {
	s.x.LastError = &exchange.Error{Source: "configuration", Reason: "RequestRefused", Message: what, Status: code, Public: what}
	s.x.Response = policies.DefaultResponse(s.x.LastError, s.x.ID)
}

// tooLarge reports whether a body of the content-length must not be asked for.
func (s *session) tooLarge(contentLength string) bool {
	if contentLength == "" {
		return false
	}
	n, err := strconv.ParseInt(contentLength, 10, 64)
	return err != nil || n > int64(s.server.options.BodyLimit)
}

// isPart reports whether the body that has come is the beginning of one that is too large.
// The rest of it is still to come, so all that can be done is to answer the client.
func (s *session) isPart() bool {
	s.part = len(s.message.Body) > s.server.options.BodyLimit
	return s.part
}

// send answers the pending message.
func (s *session) send() error {
	s.reply.Phase = s.pending
	err := s.stream.SendMsg(&s.reply)
	s.clear()
	s.pending = wire.None
	if err != nil {
		return s.gone(err)
	}
	return nil
}

// clear begins a new reply.
func (s *session) clear() { s.reply = wire.Reply{Set: s.lines[:0]} }

// set writes a header line whose value needs no check.
func (s *session) set(name, value string) {
	s.reply.Set = append(s.reply.Set, wire.Line{Name: name, Value: value})
}

// unexpected is the failure of a message that should not have come.
func (s *session) unexpected() error {
	s.broken = status.Error(codes.Internal, "unexpected "+s.pending.String())
	return s.broken
}

// unlessEnd is the error of a stream, unless Envoy has ended it in good order.
func unlessEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// failed is the status with which a stream ends on which a message is not answered. Envoy
// makes a 500 of it, if it is still there.
func (s *session) failed(err error) error {
	ctx := s.stream.Context()
	if ctx.Err() != nil {
		return status.FromContextError(ctx.Err()).Err() // the usual end: Envoy cancels a stream that it is done with
	}
	s.server.options.Logger.LogAttrs(ctx, slog.LevelError, "session failed",
		slog.String("path", s.request.OriginalURL.Path), slog.Any("error", err))
	return status.Error(codes.Internal, "the session failed")
}

func (o *Server) panicked(ctx context.Context, fault any) error {
	o.options.Logger.LogAttrs(ctx, slog.LevelError, "session panicked",
		slog.String("panic", fmt.Sprint(fault)), slog.String("stack", string(debug.Stack())))
	return status.Error(codes.Internal, "the session failed")
}
