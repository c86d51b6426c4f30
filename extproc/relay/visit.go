package relay

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// A Visit is one request that a session hands over. The session uses it in its own
// goroutine, and leaves it at its end.
type Visit struct {
	token   string
	relay   *Relay
	arrived chan struct{}
	body    io.Reader // set before arrived is closed, as control is
	control *http.ResponseController

	live   context.Context
	end    context.CancelCauseFunc
	detach func() bool // from the session's context

	leave    sync.Once
	answered atomic.Bool
	answer   chan *Answer // at most one; closed when the session has left
}

// Causes with which the context of a visit ends.
var (
	errLeft = errors.New("the session has ended")
	errGone = errors.New("envoy has given up the request")
	errDone = errors.New("the request is answered")
)

// Expect begins a visit. The context is the session's: when it ends before there is an
// answer, so does what is forwarded for the visit.
func (r *Relay) Expect(ctx context.Context) *Visit {
	v := &Visit{token: rand.Text(), relay: r, arrived: make(chan struct{}), answer: make(chan *Answer, 1)}
	v.live, v.end = context.WithCancelCause(context.WithoutCancel(ctx))
	v.detach = context.AfterFunc(ctx, func() { v.end(context.Cause(ctx)) })
	r.mu.Lock()
	defer r.mu.Unlock()
	r.expected[v.token] = v
	return v
}

// take returns the visit of a token and forgets it; nil if there is none.
func (r *Relay) take(token string) *Visit {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.expected[token]
	delete(r.expected, token)
	return v
}

// Token names the visit to the relay.
func (v *Visit) Token() string { return v.token }

// Arrived is closed when the request has come.
func (v *Visit) Arrived() <-chan struct{} { return v.arrived }

// Body is that of the request, as it comes; only after the request has arrived.
func (v *Visit) Body() io.Reader { return v.body }

// Context is for everything that is forwarded for the visit. It ends when Envoy gives up the
// request, when the session ends without an answer, and when the answer is written.
func (v *Visit) Context() context.Context { return v.live }

// ReadBody reads the whole body of the request. It fails with ErrTooLarge or, when the body
// does not come in time, with os.ErrDeadlineExceeded.
func (v *Visit) ReadBody(limit int, timeout time.Duration) ([]byte, error) {
	if err := v.control.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(v.body, int64(limit)+1))
	if err == nil && len(content) > limit {
		err = ErrTooLarge
	}
	return content, err
}

// ErrTooLarge is the error of a body above the limit.
var ErrTooLarge = errors.New("the body is too large")

// Lose ends the context of a visit without an answer: Envoy has told the session that the
// request is over.
func (v *Visit) Lose(cause error) {
	if !v.answered.Load() {
		v.end(cause)
	}
}

// Answer answers Envoy's request, which must have arrived. What streams goes on although
// the session ends.
func (v *Visit) Answer(a *Answer) {
	v.answered.Store(true)
	v.detach()
	v.leave.Do(func() {
		v.answer <- a
		close(v.answer)
	})
}

// Leave gives up the visit, unless it was answered. It may be called again.
func (v *Visit) Leave() {
	v.relay.take(v.token)
	v.leave.Do(func() {
		v.detach()
		v.end(errLeft)
		close(v.answer)
	})
}

// serve lends the request to the session and writes its answer. When there is none, or it
// is cut off, Envoy's request is reset.
func (v *Visit) serve(w http.ResponseWriter, r *http.Request) {
	defer v.end(errDone)
	v.body, v.control = r.Body, http.NewResponseController(w)
	close(v.arrived)
	// Also while an answer streams: the backend may have nothing to send, which would tell.
	defer context.AfterFunc(r.Context(), func() { v.end(errGone) })()
	select {
	case a, ok := <-v.answer:
		if !ok {
			panic(http.ErrAbortHandler)
		}
		if err := a.write(w, r.Method); err != nil {
			panic(http.ErrAbortHandler)
		}
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}
