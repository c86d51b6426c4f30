package relay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/apimgw/apimgw/sync/plan"
)

// Options of a relay. EgressSocket is needed.
type Options struct {
	// EgressSocket is the path of the Unix socket at which Envoy takes what is forwarded.
	EgressSocket string
	// Logger; nil logs nothing.
	Logger *slog.Logger
	// DrainTimeout is how long requests may take to end when the relay stops; 0 means 10
	// seconds.
	DrainTimeout time.Duration
}

// A Relay serves Envoy's requests for sessions, and forwards what those send.
type Relay struct {
	options   Options
	transport *http.Transport

	mu       sync.Mutex
	expected map[string]*Visit // by token
}

// New makes a relay.
func New(o Options) *Relay {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.DrainTimeout == 0 {
		o.DrainTimeout = 10 * time.Second
	}
	return &Relay{options: o, transport: newTransport(o.EgressSocket), expected: map[string]*Visit{}}
}

const (
	// maxStreams is how many requests share a connection of Envoy's.
	maxStreams = 100
	// streamWindow is how much of a request's body waits here to be forwarded. All streams
	// of a connection may wait at once and hold up no other.
	streamWindow = 128 << 10
)

// Run serves on the listener until the context ends; then requests that have begun may end.
// It speaks HTTP/2 without TLS.
func (r *Relay) Run(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: r, Protocols: new(http.Protocols), ReadHeaderTimeout: time.Minute,
		HTTP2:    &http.HTTP2Config{MaxConcurrentStreams: maxStreams, MaxReceiveBufferPerStream: streamWindow, MaxReceiveBufferPerConnection: (maxStreams + 1) * streamWindow},
		ErrorLog: slog.NewLogLogger(r.options.Logger.Handler(), slog.LevelDebug),
	}
	server.Protocols.SetUnencryptedHTTP2(true)
	defer r.transport.CloseIdleConnections()
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve the relay: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.options.DrainTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		_ = server.Close() // what has not ended in time is cut off
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the relay: %w", err)
	}
	return nil
}

// ServeHTTP serves a request of Envoy's: it belongs to the session that its token names.
func (r *Relay) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	v := r.take(request.Header.Get(plan.HeaderToken))
	if v == nil {
		r.refuse(w, request)
		return
	}
	v.serve(w, request)
}

// refuse answers a request that is nobody's.
func (r *Relay) refuse(w http.ResponseWriter, request *http.Request) {
	r.options.Logger.LogAttrs(request.Context(), slog.LevelError, "request without a session at the relay", slog.String("path", request.URL.Path))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, `{ "statusCode": 500, "message": "Internal server error" }`) // whoever asks may be gone
}
