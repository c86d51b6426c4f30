package relay

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

// A Request is one attempt: what a backend gets.
type Request struct {
	// Cluster of Envoy's that it goes to.
	Cluster string
	// Told are lines for Envoy's filters, which backends do not get.
	Told []exchange.Field
	// Method, Authority and Path (with the query) as they are sent.
	Method, Authority, Path string
	// Lines of the head, checked, without those that frame the message.
	Lines []exchange.Field
	// Content is the body, if it is in memory; otherwise Body is, which is streamed. Both
	// nil is none.
	Content []byte
	Body    io.Reader
	// Length of Body; negative when it is not known.
	Length int64
	// Timeout from the end of the request until the head of the answer; 0 is none.
	Timeout time.Duration
	// ContinueTimeout is how long the backend may take to say that it wants the body; 0:
	// it is not asked.
	ContinueTimeout time.Duration
}

// A Reply is what came of an attempt.
type Reply struct {
	Status int
	// Reason is the phrase; empty if it is the standard one.
	Reason string
	// Lines of the head, in lower case and sorted, without those that frame the message.
	Lines []exchange.Field
	// Length of the body; negative when it is not known.
	Length int64
	// Body is to be closed.
	Body io.ReadCloser
	// Details are Envoy's, when it made the reply because it got none of the backend.
	Details string
}

// Errors of Forward, beside those of the context and of the connection to Envoy.
var (
	// ErrTimeout: no answer came in time.
	ErrTimeout = errors.New("the backend did not answer in time")
	// ErrContinueTimeout: the backend did not say in time that it wants the body.
	ErrContinueTimeout = errors.New("the backend did not ask for the body in time")
)

// newTransport connects to Envoy's listener for what is forwarded. It is HTTP/1.1, which
// carries reason phrases.
func newTransport(socket string) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", socket)
		},
		DisableCompression:  true,
		MaxIdleConnsPerHost: 256, IdleConnTimeout: 30 * time.Second,
		// Requests that ask before they send have a timeout of their own.
		ExpectContinueTimeout: 24 * time.Hour,
	}
}

// Forward sends a request through Envoy and waits for the head of the answer. When the
// context ends, so does the reply's body.
func (r *Relay) Forward(ctx context.Context, q *Request) (*Reply, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	a := &attempt{cancel: cancel}
	response, err := r.transport.RoundTrip(q.http(ctx, a)) //nolint:bodyclose // the reply has it
	a.stop()
	if cause := context.Cause(ctx); cause != nil {
		err = cause
		if response != nil {
			_ = response.Body.Close() // nobody reads it
		}
	}
	if err != nil {
		cancel(err)
		return nil, err
	}
	return replyOf(response, cancel), nil
}

// http is the request as the transport takes it.
func (q *Request) http(ctx context.Context, a *attempt) *http.Request {
	h := make(http.Header, len(q.Lines)+3)
	for _, f := range q.Lines {
		name := http.CanonicalHeaderKey(f.Name)
		h[name] = append(h[name], f.Value)
	}
	if h["User-Agent"] == nil {
		h["User-Agent"] = []string{""} // none of the transport's own
	}
	h.Del("Expect") // what Envoy has asked of the client
	h.Set(plan.HeaderCluster, q.Cluster)
	for _, f := range q.Told {
		h.Set(f.Name, f.Value)
	}
	target := q.Path
	if strings.HasPrefix(target, "//") { // which the transport would take for a host
		target = "//" + q.Authority + target
	}
	out := &http.Request{
		Method: q.Method, URL: &url.URL{Scheme: "http", Host: "egress", Opaque: target}, Host: q.Authority, Header: h,
		Body: http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	begin := func() { a.start(q.Timeout, ErrTimeout) }
	body, length := q.body()
	if body == nil {
		begin()
		return out.WithContext(ctx)
	}
	out.Body, out.ContentLength = upload{body, begin}, length
	if q.ContinueTimeout > 0 {
		h.Set("Expect", "100-continue")
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
			Wait100Continue: func() { a.start(q.ContinueTimeout, ErrContinueTimeout) },
			Got100Continue:  a.restart,
		})
	}
	return out.WithContext(ctx)
}

// body is what is sent; nil is nothing.
func (q *Request) body() (io.Reader, int64) {
	switch {
	case len(q.Content) > 0:
		return bytes.NewReader(q.Content), int64(len(q.Content))
	case q.Content != nil || q.Body == nil || q.Length == 0:
		return nil, 0
	}
	return q.Body, max(q.Length, -1)
}

// An attempt has a clock, which the transport's goroutines start.
type attempt struct {
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	timer *time.Timer
	over  bool
}

// start begins to wait, unless the attempt is over or waits already.
func (a *attempt) start(d time.Duration, cause error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if d > 0 && !a.over && a.timer == nil {
		a.timer = time.AfterFunc(d, func() { a.cancel(cause) })
	}
}

// restart ends one wait, so that another may begin.
func (a *attempt) restart() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil && a.timer.Stop() {
		a.timer = nil
	}
}

func (a *attempt) stop() {
	a.restart()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.over = true
}

// An upload tells when the whole body is sent.
type upload struct {
	io.Reader
	sent func()
}

// Read reads on.
func (u upload) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		u.sent()
	}
	return n, err
}

// Close does nothing: the body is the visit's.
func (u upload) Close() error { return nil }

// replyOf a response of Envoy's listener.
func replyOf(response *http.Response, cancel context.CancelCauseFunc) *Reply {
	reply := &Reply{
		Status: response.StatusCode, Length: response.ContentLength, Body: &download{response.Body, cancel},
		Details: response.Header.Get(plan.HeaderDetails),
	}
	if _, phrase, _ := strings.Cut(response.Status, " "); phrase != http.StatusText(response.StatusCode) {
		reply.Reason = phrase
	}
	for name, values := range response.Header {
		for _, value := range values {
			reply.Lines = append(reply.Lines, exchange.Field{Name: strings.ToLower(name), Value: value})
		}
	}
	slices.SortStableFunc(reply.Lines, func(a, b exchange.Field) int { return strings.Compare(a.Name, b.Name) })
	return reply
}

// A download ends its request when it is closed.
type download struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
}

// smallRest is what is read of a body that nobody wants, so that its connection can be used
// again.
const smallRest = 64 << 10

// Close ends the request.
func (d *download) Close() error {
	err := d.ReadCloser.Close()
	d.cancel(errDone)
	return err
}

// Discard closes the reply. A small body is read to its end, within a second, so that the
// connections that brought it stay.
func (r *Reply) Discard() {
	if 0 < r.Length && r.Length <= smallRest {
		late := time.AfterFunc(time.Second, func() { _ = r.Body.Close() })
		_, _ = io.Copy(io.Discard, r.Body) // what is lost is a connection
		late.Stop()
	}
	_ = r.Body.Close() // only read
}
