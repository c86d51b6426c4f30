package relay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

// A bench is a relay between a client and a listener, which stand for Envoy.
type bench struct {
	*Relay
	client *http.Transport
}

// start starts a relay; what it forwards comes to the handler.
func start(t *testing.T, handler http.HandlerFunc) *bench {
	t.Helper()
	dir := envoytest.Dir(t)
	egress := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	envoytest.Serve(t, filepath.Join(dir, "egress.sock"), func(ctx context.Context, l net.Listener) error {
		context.AfterFunc(ctx, func() { _ = egress.Close() })
		if err := egress.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	r := New(Options{EgressSocket: filepath.Join(dir, "egress.sock"), DrainTimeout: time.Second})
	socket := filepath.Join(dir, "relay.sock")
	envoytest.Serve(t, socket, r.Run)
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	client := &http.Transport{Protocols: &protocols, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	}}
	t.Cleanup(client.CloseIdleConnections)
	return &bench{r, client}
}

// visit sends a request as Envoy would, and returns what comes of it.
func (b *bench) visit(ctx context.Context, t *testing.T, token, method, body string) (status int, content string, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, "http://relay/x", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(plan.HeaderToken, token)
	response, err := b.client.RoundTrip(r)
	if err != nil {
		return 0, "", err
	}
	read, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	return response.StatusCode, string(read), err
}

func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	w.Header().Set("X-B", "2")
	w.Header().Set("X-A", "1")
	fmt.Fprintf(w, "%s %s %s %s cluster=%s agent=%q expect=%q %s", r.Method, r.Host, r.RequestURI, r.Header.Get("X-Line"), r.Header.Get(plan.HeaderCluster), r.UserAgent(), r.Header.Get("Expect"), body)
}

func TestVisit(t *testing.T) {
	t.Parallel()
	b := start(t, echo)
	v := b.Expect(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-v.Arrived()
		reply, err := b.Forward(v.Context(), &Request{
			Cluster: "there", Method: "PUT", Authority: "a.test", Path: "//odd?q=1", Body: v.Body(), Length: -1,
			Lines: []exchange.Field{{Name: "x-line", Value: "l"}, {Name: "expect", Value: "100-continue"}},
		})
		if err != nil {
			t.Error(err)
			v.Leave()
			return
		}
		if len(reply.Lines) < 2 || reply.Lines[len(reply.Lines)-1] != (exchange.Field{Name: "x-b", Value: "2"}) || reply.Reason != "" {
			t.Errorf("the reply is %+v", reply)
		}
		v.Answer(&Answer{Status: 201, Length: -1, Body: reply.Body, Lines: []exchange.Field{{Name: "set-cookie", Value: "a"}, {Name: "set-cookie", Value: "b"}}})
		v.Leave() // after the answer it does nothing
	}()
	status, content, err := b.visit(t.Context(), t, v.Token(), "POST", "hello")
	if want := `PUT a.test http://a.test//odd?q=1 l cluster=there agent="" expect="" hello`; status != 201 || content != want || err != nil {
		t.Errorf("%d %q %v, want %q", status, content, err, want)
	}
	<-done
	if status, content, _ := b.visit(t.Context(), t, v.Token(), "POST", "hello"); status != 500 || content != `{ "statusCode": 500, "message": "Internal server error" }` {
		t.Errorf("a used token gets %d %s", status, content)
	}
	<-v.Context().Done()
}

// TestVisitEnds checks what becomes of a visit in all the ways in which there is no answer.
func TestVisitEnds(t *testing.T) {
	t.Parallel()
	b := start(t, echo)
	left := b.Expect(t.Context())
	go func() {
		<-left.Arrived()
		left.Leave()
		left.Leave()
	}()
	if status, _, err := b.visit(t.Context(), t, left.Token(), "GET", ""); err == nil {
		t.Errorf("left, the answer is %d", status)
	}
	if context.Cause(left.Context()) == nil {
		t.Error("left, the context goes on")
	}
	never := b.Expect(t.Context())
	never.Leave()
	if status, _, _ := b.visit(t.Context(), t, never.Token(), "GET", ""); status != 500 {
		t.Errorf("too late, the answer is %d", status)
	}
	gone := b.Expect(t.Context())
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-gone.Arrived()
		cancel()
	}()
	if status, _, err := b.visit(ctx, t, gone.Token(), "GET", ""); err == nil {
		t.Errorf("gone, the answer is %d", status)
	}
	<-gone.Context().Done()
	gone.Leave()
	session, end := context.WithCancelCause(t.Context())
	ended := b.Expect(session)
	end(errors.ErrUnsupported)
	<-ended.Context().Done()
	if cause := context.Cause(ended.Context()); !errors.Is(cause, errors.ErrUnsupported) {
		t.Errorf("the cause is %v", cause)
	}
	ended.Leave()
	lost := b.Expect(t.Context())
	lost.Lose(errors.ErrUnsupported)
	if cause := context.Cause(lost.Context()); !errors.Is(cause, errors.ErrUnsupported) {
		t.Errorf("lost, the cause is %v", cause)
	}
	lost.Leave()
	if b.mu.Lock(); len(b.expected) != 0 {
		t.Errorf("%d visits are still expected", len(b.expected))
	}
	b.mu.Unlock()
}

// TestAnswers checks what goes out by methods and statuses.
func TestAnswers(t *testing.T) {
	t.Parallel()
	b := start(t, echo)
	for name, c := range map[string]struct {
		method  string
		answer  Answer
		content string
		length  int64
	}{
		"whole":        {"GET", Answer{Status: 200, Length: 4, Body: io.NopCloser(strings.NewReader("four"))}, "four", 4},
		"stream":       {"GET", Answer{Status: 200, Length: -1, Body: io.NopCloser(strings.NewReader("four"))}, "four", -1},
		"empty":        {"GET", Answer{Status: 200, Length: 0}, "", 0},
		"HEAD":         {"HEAD", Answer{Status: 200, Length: 4, Body: io.NopCloser(strings.NewReader("four"))}, "", 4},
		"no content":   {"GET", Answer{Status: 204, Length: 4, Body: io.NopCloser(strings.NewReader("four"))}, "", -1},
		"odd, no body": {"GET", Answer{Status: 799, Length: 0}, "", 0},
	} {
		v := b.Expect(t.Context())
		go func() {
			<-v.Arrived()
			v.Answer(&c.answer)
		}()
		r, err := http.NewRequestWithContext(t.Context(), c.method, "http://relay/x", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(plan.HeaderToken, v.Token())
		response, err := b.client.RoundTrip(r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		content, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != c.answer.Status || string(content) != c.content || response.ContentLength != c.length {
			t.Errorf("%s: %d %q of %d, %v", name, response.StatusCode, content, response.ContentLength, err)
		}
		if response.Header.Get("Date") != "" || response.Header.Get("Content-Type") != "" {
			t.Errorf("%s: headers are %v", name, response.Header)
		}
	}
}

// TestForwardClocks checks the two timeouts, and that neither is there while the body is on
// its way.
func TestForwardClocks(t *testing.T) {
	t.Parallel()
	b := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/silent" {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
			return
		}
		echo(w, r)
	})
	forward := func(q Request) error {
		q.Method, q.Authority, q.Length = "POST", "a.test", -1
		reply, err := b.Forward(t.Context(), &q)
		if err == nil {
			reply.Discard()
		}
		return err
	}
	if err := forward(Request{Path: "/silent", Timeout: 20 * time.Millisecond}); !errors.Is(err, ErrTimeout) {
		t.Errorf("without a body: %v", err)
	}
	if err := forward(Request{Path: "/silent", Content: []byte("x"), Timeout: 20 * time.Millisecond}); !errors.Is(err, ErrTimeout) {
		t.Errorf("with a body: %v", err)
	}
	if err := forward(Request{Path: "/silent", Content: []byte("x"), ContinueTimeout: 20 * time.Millisecond}); !errors.Is(err, ErrContinueTimeout) {
		t.Errorf("asking: %v", err)
	}
	if err := forward(Request{Path: "/x", Content: []byte("x"), ContinueTimeout: time.Minute, Timeout: time.Minute}); err != nil {
		t.Errorf("asking, and asked: %v", err)
	}
	slow, send := io.Pipe()
	time.AfterFunc(60*time.Millisecond, func() { _ = send.Close() })
	if err := forward(Request{Path: "/x", Body: slow, Timeout: 20 * time.Millisecond}); err != nil {
		t.Errorf("a slow client: %v", err)
	}
}

// TestForwardFails checks that nobody hangs when Envoy is not there, and that its own
// replies are told.
func TestForwardFails(t *testing.T) {
	t.Parallel()
	r := New(Options{EgressSocket: filepath.Join(t.TempDir(), "none.sock")})
	if _, err := r.Forward(t.Context(), &Request{Method: "GET", Authority: "a", Path: "/"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without Envoy: %v", err)
	}
	b := start(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(plan.HeaderDetails, "cluster_not_found")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	reply, err := b.Forward(t.Context(), &Request{Method: "GET", Authority: "a", Path: "/"})
	if err != nil || reply.Details != "cluster_not_found" {
		t.Errorf("the reply is %+v, %v", reply, err)
	}
	reply.Discard()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.ErrUnsupported)
	if _, err := b.Forward(ctx, &Request{Method: "GET", Authority: "a", Path: "/"}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("ended before: %v", err)
	}
}

// BenchmarkRelay measures what a relayed request costs beside the two connections to Envoy.
func BenchmarkRelay(b *testing.B) {
	r := New(Options{})
	w := &discard{header: http.Header{}}
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://relay/x", http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var wg sync.WaitGroup
	for b.Loop() {
		v := r.Expect(b.Context())
		request.Header.Set(plan.HeaderToken, v.Token())
		wg.Go(func() {
			<-v.Arrived()
			v.Answer(&Answer{Status: 200, Length: 0})
			v.Leave()
		})
		clear(w.header)
		r.ServeHTTP(w, request)
		wg.Wait()
	}
}

// A discard is a response that nobody sees.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// FlushError flushes nothing.
func (d *discard) FlushError() error { return nil }
