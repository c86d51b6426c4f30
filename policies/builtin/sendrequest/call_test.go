package sendrequest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/sendrequest"
	"github.com/apimgw/apimgw/policies/callout"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
)

func noProxy(*url.URL) (*url.URL, error) { return nil, nil }

func server(t testing.TB, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// compile makes a program of policies in inbound, with an empty backend section.
func compile(t testing.TB, inbound string, services *policies.Services) *policies.Program {
	t.Helper()
	engine, _ := policies.NewEngine(policies.Options{Kinds: []policies.Kind{sendrequest.Kind, sendrequest.OneWay}, Services: services})
	text := "<policies><inbound>" + inbound + "</inbound><backend/><outbound/><on-error/></policies>"
	p, list := engine.Compile(policies.Document{Scope: policies.API, Source: diag.NewSource("p", text)}, nil)
	if len(list) > 0 {
		t.Fatal(list)
	}
	return p
}

func callTo(to, attributes string) string {
	return `<send-request response-variable-name="r" ` + attributes + `><set-url>` + to + `</set-url><set-method>GET</set-method></send-request>`
}

// run runs a program on a request.
func run(ctx context.Context, p *policies.Program) *exchange.Exchange {
	x := exchange.New(nil, &exchange.Request{Method: "GET"})
	p.Run(ctx, x)
	return x
}

func TestFailures(t *testing.T) {
	t.Parallel()
	slow := server(t, func(w http.ResponseWriter, r *http.Request) { // the headers come in time, the body does not
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	cut := server(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "begin")
	})
	large := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", 1001)) })
	secure := httptest.NewUnstartedServer(nil)
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	for name, c := range map[string]struct {
		to, attributes, reason, message string
		cause                           error
	}{
		"a slow body":      {slow, `timeout-ms="100"`, exchange.ReasonTimeout, "did not end within 100ms", context.DeadlineExceeded},
		"a body cut off":   {cut, "", exchange.ReasonBackendConnectionFailure, "failed", io.ErrUnexpectedEOF},
		"a large body":     {large, "", "ResponseTooLarge", "larger than policies may read", callout.ErrTooLarge},
		"another protocol": {strings.Replace(slow, "http:", "https:", 1), "", exchange.ReasonBackendConnectionFailure, "failed", nil},
		"no trust":         {secure.URL, "", exchange.ReasonBackendConnectionFailure, "failed", nil},
		"unknown name":     {"http://nosuch.invalid/secret", "", exchange.ReasonBackendConnectionFailure, "http://nosuch.invalid failed", nil},
		"denied":           {"http://169.254.169.254/secret", "", exchange.ReasonBackendConnectionFailure, "settings do not allow to call http://169.254.169.254", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := callout.New(callout.Options{BodyLimit: 1000, Proxy: noProxy})
			t.Cleanup(client.Close)
			services := &policies.Services{HTTP: client}
			e := run(t.Context(), compile(t, callTo(c.to, c.attributes), services)).LastError
			if e == nil || e.Reason != c.reason || !strings.Contains(e.Message, c.message) || c.cause != nil && !errors.Is(e, c.cause) {
				t.Errorf("the error is %v", e)
			}
			if e != nil && strings.Contains(e.Message, "secret") {
				t.Errorf("the message has the path: %s", e.Message)
			}
			x := run(t.Context(), compile(t, callTo(c.to, c.attributes+` ignore-error="true"`), services))
			if r, ok := x.Variables.Get("r"); x.LastError != nil || r != nil || !ok {
				t.Errorf("ignored: error %v, variable %v %t", x.LastError, r, ok)
			}
		})
	}
}

func TestTheClientGoesAway(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	to := server(t, func(_ http.ResponseWriter, r *http.Request) {
		defer close(ended)
		cancel()
		<-r.Context().Done()
	})
	x := run(ctx, compile(t, callTo(to, `ignore-error="true"`), &policies.Services{HTTP: callout.New(callout.Options{Proxy: noProxy})}))
	<-ended
	if _, set := x.Variables.Get("r"); set || x.LastError == nil || x.LastError.Reason != exchange.ReasonClientConnectionFailure {
		t.Errorf("error %v, variable set %t", x.LastError, set)
	}
}

func TestOfACopy(t *testing.T) {
	t.Parallel()
	got := make(chan *http.Request, 1)
	to := server(t, func(_ http.ResponseWriter, r *http.Request) { got <- r })
	p := compile(t, `<send-request mode="copy" response-variable-name="r" />`, &policies.Services{HTTP: callout.New(callout.Options{Proxy: noProxy})})
	base, err := exchange.ParseURL(to + "/base/?code=1")
	if err != nil {
		t.Fatal(err)
	}
	x := exchange.New(nil, &exchange.Request{
		Method: "POST", URL: exchange.URL{Path: "/a%20b", Query: "x=1"},
		Headers: exchange.NewHeaders([]exchange.Field{
			{Name: "te", Value: "trailers"},
			{Name: "proxy-authorization", Value: "hush"},
			{Name: "expect", Value: "100-continue"},
			{Name: "upgrade", Value: "h2c"},
			{Name: "x-envoy-external-address", Value: "127.0.0.1"},
			{Name: "host", Value: "set.example"},
			{Name: "x-a", Value: "1"},
			{Name: "x-a", Value: "2"},
		}),
		Body: exchange.BodyOf([]byte("taken")),
	})
	x.Backend = &exchange.Backend{URL: base}
	if _, err := x.Request.Body.Take(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Run(t.Context(), x)
	if x.LastError != nil {
		t.Fatal(x.LastError)
	}
	r := <-got
	if r.Method != "POST" || r.RequestURI != "/base/a%20b?code=1&x=1" || r.Host != "set.example" || r.ContentLength != 0 {
		t.Errorf("the copy is %s %s of %s with %d bytes", r.Method, r.RequestURI, r.Host, r.ContentLength)
	}
	if len(r.Header) != 2 || len(r.Header["X-A"]) != 2 || r.Header.Get("Content-Length") != "0" {
		t.Errorf("the headers are %v", r.Header)
	}
	x = exchange.New(nil, &exchange.Request{Method: "GET"})
	p.Run(t.Context(), x)
	if x.LastError == nil || x.LastError.Reason != exchange.ReasonBackendConnectionFailure {
		t.Errorf("a copy without a backend: %v", x.LastError)
	}
}

// log is a log that several goroutines write.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds to the log.
func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

const oneWay = `<send-one-way-request timeout="5"><set-url>URL/secret</set-url><set-method>POST</set-method></send-one-way-request>`

func TestOneWayOutlivesItsRequest(t *testing.T) {
	t.Parallel()
	proceed, called := make(chan struct{}), make(chan string, 1)
	to := server(t, func(_ http.ResponseWriter, r *http.Request) {
		<-proceed
		called <- r.Method + " " + r.URL.Path
	})
	var said log
	services := &policies.Services{
		HTTP: callout.New(callout.Options{Proxy: noProxy}), Background: policies.NewBackground(policies.BackgroundOptions{}),
		Logger: slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	ctx, cancel := context.WithCancel(t.Context())
	x := run(ctx, compile(t, strings.Replace(oneWay, "URL", to, 1), services))
	cancel() // the request is over
	if x.LastError != nil || x.Response.StatusCode != 200 {
		t.Fatalf("error %v", x.LastError)
	}
	close(proceed)
	if n := services.Background.Close(t.Context()); n != 0 || <-called != "POST /secret" {
		t.Errorf("%d calls were cancelled", n)
	}
	if got := said.b.String(); !strings.Contains(got, "status=200") || strings.Contains(got, "secret") {
		t.Errorf("the log is %s", got)
	}
}

func TestOneWayFailuresAreLogged(t *testing.T) {
	t.Parallel()
	waiting := make(chan struct{})
	to := server(t, func(_ http.ResponseWriter, r *http.Request) {
		close(waiting)
		<-r.Context().Done()
	})
	var said log
	services := &policies.Services{
		HTTP: callout.New(callout.Options{Proxy: noProxy}), Background: policies.NewBackground(policies.BackgroundOptions{Jobs: 1}),
		Logger: slog.New(slog.NewTextHandler(&said, nil)),
	}
	p := compile(t, strings.Replace(oneWay, "URL", to, 1), services)
	if x := run(t.Context(), p); x.LastError != nil {
		t.Fatal(x.LastError)
	}
	<-waiting
	if x := run(t.Context(), p); x.LastError != nil { // there is no room for it
		t.Fatal(x.LastError)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if n := services.Background.Close(over); n != 1 {
		t.Errorf("%d calls were cancelled", n)
	}
	run(t.Context(), p)
	got := said.b.String()
	for _, want := range []string{policies.ErrBackgroundFull.Error(), policies.ErrBackgroundClosed.Error(), context.Canceled.Error(), "to=" + to} {
		if !strings.Contains(got, want) {
			t.Errorf("the log has no %q:\n%s", want, got)
		}
	}
	if strings.Count(got, "one-way request failed") != 3 || strings.Contains(got, "secret") {
		t.Errorf("the log is\n%s", got)
	}
}

func TestOperatorsDenyNetworks(t *testing.T) {
	t.Parallel()
	to := server(t, func(http.ResponseWriter, *http.Request) { t.Error("it was called") })
	client := callout.New(callout.Options{Proxy: noProxy, Networks: callout.Networks{Deny: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}})
	x := run(t.Context(), compile(t, callTo(to, ""), &policies.Services{HTTP: client}))
	var denied *callout.DeniedError
	if !errors.As(x.LastError, &denied) {
		t.Errorf("error %v", x.LastError)
	}
}

func BenchmarkSendRequest(b *testing.B) {
	to := server(b, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"active":true}`) })
	p := compile(b, callTo(to, ""), &policies.Services{HTTP: callout.New(callout.Options{Proxy: noProxy})})
	b.ReportAllocs()
	for b.Loop() {
		if x := run(b.Context(), p); x.LastError != nil {
			b.Fatal(x.LastError)
		}
	}
}
