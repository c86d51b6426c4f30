package e2e

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

// processed is the header by which a backend knows that a request has passed the policies.
const processed = "X-Processed"

// A backend answers and counts. It can go away and come back at the same address.
type backend struct {
	t       testing.TB
	address string
	handler http.Handler
	server  *http.Server
	done    chan struct{}

	// requests that came, and those of them without the header processed.
	requests, unprocessed atomic.Int64
}

// fromBackend is the body of a backend's answers.
const fromBackend = "from the backend"

// newBackend starts a backend that answers every request with 200.
func newBackend(t testing.TB) *backend {
	return newBackendOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // what came of it is not the backend's affair
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, fromBackend) // the client may be gone
	}))
}

func newBackendOf(t testing.TB, handler http.Handler) *backend {
	t.Helper()
	b := &backend{t: t, address: "127.0.0.1:0", handler: handler}
	b.start()
	t.Cleanup(b.stop)
	return b
}

// start begins to serve: at first, or again.
func (b *backend) start() {
	b.t.Helper()
	var listener net.Listener
	eventually(b.t, patience, "the backend can listen", func() (ok bool) {
		var err error
		listener, err = new(net.ListenConfig).Listen(context.Background(), "tcp", b.address)
		return err == nil
	})
	b.address = listener.Addr().String()
	b.server = &http.Server{Handler: http.HandlerFunc(b.serve), ReadHeaderTimeout: time.Minute}
	b.done = make(chan struct{})
	go func() {
		defer close(b.done)
		if err := b.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			b.t.Errorf("backend: %v", err)
		}
	}()
}

// stop breaks all connections and listens no more.
func (b *backend) stop() {
	_ = b.server.Close() // connections of Envoy
	<-b.done
}

func (b *backend) serve(w http.ResponseWriter, r *http.Request) {
	b.requests.Add(1)
	if r.Header.Get(processed) == "" {
		b.unprocessed.Add(1)
	}
	b.handler.ServeHTTP(w, r)
}

// spared fails the test if a request has reached the backend that no policy has seen.
func (b *backend) spared() {
	b.t.Helper()
	if n := b.unprocessed.Load(); n > 0 {
		b.t.Errorf("%d of %d requests reached the backend without having passed the policies", n, b.requests.Load())
	}
}

// slowBackend tells when a request has arrived, and answers it when it may.
func slowBackend(t testing.TB, arrived chan<- struct{}, answer <-chan struct{}) *backend {
	return newBackendOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		select {
		case <-answer:
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, fromBackend) // the client may be gone
	}))
}
