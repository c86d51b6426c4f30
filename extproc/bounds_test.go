package extproc

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/xds"
)

// TestBounds checks that nobody waits for ever where no policy has set a time: Envoy's own times,
// which are short here, end it.
func TestBounds(t *testing.T) {
	t.Parallel()
	silent := "http://" + envoytest.SilentBackend(t)
	events := "http://" + stalling(t, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n")
	const forever = `<backend><forward-request timeout="0" %s/></backend>`
	policy := func(attributes string) string { return strings.ReplaceAll(forever, "%s", attributes) }
	stop := make(chan struct{})
	hang := func(context.Context, *exchange.Exchange) error {
		<-stop // whatever the context says
		return nil
	}
	const outbound = `<outbound>` + mark + `</outbound>`
	g := startGatewayWith(t, compile(t, map[string]probeFunc{"hang": hang},
		apiOf("watched", silent, policy("")+onError), apiOf("unwatched", silent, policy("")), apiOf("relayed", silent, policy(`follow-redirects="true" `)+onError),
		apiOf("hung", silent, `<inbound><probe do="hang" /></inbound>`), apiOf("hung-late", "http://"+envoytest.EchoBackend(t), `<outbound><probe do="hang" /></outbound>`),
		apiOf("events", events, policy("")+outbound), apiOf("events-unwatched", events, policy("")), apiOf("events-relayed", events, policy(`follow-redirects="true" `)+outbound),
	), Options{DrainTimeout: time.Second}, xds.Options{IdleTimeout: time.Second, MessageTimeout: time.Second})
	t.Cleanup(func() { close(stop) }) // before the server stops
	for name, c := range map[string]struct{ request, line, body string }{
		"a silent backend":                       {envoytest.Request("GET", "/watched/x", ""), "HTTP/1.1 599 Shown", "forward-request Timeout"},
		"a silent backend that nobody looks at":  {envoytest.Request("GET", "/unwatched/x", ""), "HTTP/1.1 500 Internal Server Error", floor(500)},
		"a silent backend by the relay":          {envoytest.Request("GET", "/relayed/x", ""), "HTTP/1.1 599 Shown", "forward-request Timeout"},
		"a policy that hangs in inbound":         {envoytest.Request("GET", "/hung/x", ""), "HTTP/1.1 500 Internal Server Error", floor(500)},
		"a policy that hangs in outbound":        {envoytest.Request("GET", "/hung-late/x", ""), "HTTP/1.1 500 Internal Server Error", floor(500)},
		"an upload that stops":                   {"POST /unwatched/x HTTP/1.1\nHost: a\nContent-Length: 10\n\nhello", "HTTP/1.1 500 Internal Server Error", floor(500)},
		"an upload that stops, and is looked at": {"POST /watched/x HTTP/1.1\nHost: a\nContent-Length: 10\n\nhello", "HTTP/1.1 599 Shown", "forward-request Timeout"},
		"an upload that stops, by the relay":     {"POST /relayed/x HTTP/1.1\nHost: a\nContent-Length: 10\n\nhello", "HTTP/1.1 599 Shown", "forward-request Timeout"},
		"a stream of events":                     {envoytest.Request("GET", "/events/x", ""), "HTTP/1.1 200 OK", "data: 1\n\n"},
		"a stream that nobody looks at":          {envoytest.Request("GET", "/events-unwatched/x", ""), "HTTP/1.1 200 OK", "data: 1\n\n"},
		"a stream by the relay":                  {envoytest.Request("GET", "/events-relayed/x", ""), "HTTP/1.1 200 OK", "data: 1\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := envoytest.Dial(t, g.address)
			conn.Send(c.request)
			r, err := conn.TryRead("GET")
			if r.Line != c.line || r.Body != c.body {
				t.Errorf("the response is %s, %v", r, err)
			}
			if cut := r.Status() == 200; cut != (err != nil) {
				t.Errorf("the end of the response is %v", err)
			}
			for _, h := range r.Headers {
				if leaky(h.Name, h.Value) {
					t.Errorf("the client gets %s: %s", h.Name, h.Value)
				}
			}
		})
	}
}

// TestClientGone checks that what a client has left is ended: the backend's request is aborted,
// and one that was cut off half way does not look whole to it.
func TestClientGone(t *testing.T) {
	t.Parallel()
	type arrived struct {
		path string
		err  error // of reading the request's body, or of its context after that
	}
	heard, ended := make(chan struct{}, 16), make(chan arrived, 16)
	var calls atomic.Int32 // of backends that must not be called
	begin := func(context.Context, *exchange.Exchange) error {
		heard <- struct{}{}
		return nil
	}
	backend := "http://" + envoytest.HTTPBackend(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/read") || strings.HasPrefix(r.URL.Path, "/kept") {
			calls.Add(1)
		}
		heard <- struct{}{}
		if strings.HasSuffix(r.URL.Path, "-answering") {
			_, _ = io.WriteString(w, "first")
			_ = http.NewResponseController(w).Flush()
		}
		_, err := io.Copy(io.Discard, r.Body)
		if err == nil {
			<-r.Context().Done()
			err = r.Context().Err()
		}
		ended <- arrived{r.URL.Path, err}
	}))
	read := `<inbound><probe do="begin" />` + fmt.Sprintf(bodyRead, "Request") + `</inbound>`
	const outbound, relayed = `<outbound>` + mark + `</outbound>`, `<backend><forward-request follow-redirects="true" /></backend>`
	kept := `<inbound><probe do="begin" /></inbound><backend><forward-request follow-redirects="true" buffer-request-body="true" /></backend>`
	policies := map[string]string{"unwatched": "", "watched": outbound, "relayed": relayed + outbound, "read": read, "kept": kept}
	apis := make([]*catalog.API, 0, len(policies))
	for name, policy := range policies {
		apis = append(apis, apiOf(name, backend+"/"+name, policy))
	}
	g := startGateway(t, compile(t, map[string]probeFunc{"begin": begin}, apis...), Options{})
	half := func(api string) string { return "POST /" + api + "/x HTTP/1.1\nHost: a\nContent-Length: 10\n\nhello" }
	chunks := func(api string) string {
		return "POST /" + api + "/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n5\r\nhello\r\n"
	}
	for name, c := range map[string]struct {
		request string
		called  bool // the backend
		answer  bool // the client leaves while the answer comes
	}{
		"while the backend thinks, nobody looks":    {envoytest.Request("GET", "/unwatched/x", ""), true, false},
		"while the backend thinks":                  {envoytest.Request("GET", "/watched/x", ""), true, false},
		"while the backend thinks, by the relay":    {envoytest.Request("GET", "/relayed/x", ""), true, false},
		"within the request, nobody looks":          {half("unwatched"), true, false},
		"within the request":                        {half("watched"), true, false},
		"within the request, by the relay":          {half("relayed"), true, false},
		"within the chunks, nobody looks":           {chunks("unwatched"), true, false},
		"within the chunks":                         {chunks("watched"), true, false},
		"within the chunks, by the relay":           {chunks("relayed"), true, false},
		"within a request that inbound reads":       {half("read"), false, false},
		"within chunks that inbound reads":          {chunks("read"), false, false},
		"within a request that is kept":             {half("kept"), false, false},
		"within chunks that are kept":               {chunks("kept"), false, false},
		"within the answer, nobody looks":           {envoytest.Request("GET", "/unwatched/x-answering", ""), true, true},
		"within the answer":                         {envoytest.Request("GET", "/watched/x-answering", ""), true, true},
		"within the answer that comes by the relay": {envoytest.Request("GET", "/relayed/x-answering", ""), true, true},
	} {
		before := len(g.ended())
		conn := envoytest.Dial(t, g.address)
		conn.SendRaw(strings.ReplaceAll(strings.ReplaceAll(c.request, "\r\n", "\n"), "\n", "\r\n"))
		<-heard
		if c.answer {
			if r, err := conn.TryHead(); err != nil || r.Status() != 200 {
				t.Fatalf("%s: the head is %s, %v", name, r, err)
			}
		}
		conn.Close()
		if c.called {
			select {
			case a := <-ended:
				if a.err == nil {
					t.Errorf("%s: the backend takes the request for a whole one", name)
				}
			case <-time.After(20 * time.Second):
				t.Fatalf("%s: the backend's request goes on", name)
			}
		}
		envoytest.Eventually(t, "the session ends", func() bool { return len(g.ended()) > before })
	}
	if n := calls.Load(); n > 0 {
		t.Errorf("backends were called %d times with requests that were cut off", n)
	}
}

// TestChunkedBody checks that a body of unknown length which a policy has read goes on as policies
// have left it: with other headers, another path, another backend.
func TestChunkedBody(t *testing.T) {
	t.Parallel()
	address := envoytest.EchoBackend(t)
	const read, more = `<inbound>` + bodyRead, `<set-header name="x-b"><value>@(((string)context.Variables["body"]).Length.ToString())</value></set-header><rewrite-uri template="/other" />`
	g := startGateway(t, compile(t, nil,
		apiOf("same", "http://"+address, fmt.Sprintf(read, "Request")+more+`</inbound>`),
		apiOf("replaced", "http://"+address, fmt.Sprintf(read, "Request")+more+`<set-body>@("<" + (string)context.Variables["body"] + ">")</set-body></inbound>`),
		apiOf("elsewhere", "http://"+envoytest.RefusedAddress(t), fmt.Sprintf(read, "Request")+more+`<set-backend-service base-url="@("http://" + "`+address+`")" /></inbound>`),
	), Options{})
	large := strings.Repeat("x", bodyLimit-1)
	for api, want := range map[string]string{"same": "%s", "replaced": "<%s>", "elsewhere": "%s"} {
		for _, body := range []string{"hello", large} {
			half := len(body) / 2
			r := envoytest.Exchange(t, g.address, fmt.Sprintf("POST /%s/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", api, half, body[:half], len(body)-half, body[half:]))
			if r.Status() != 200 {
				t.Errorf("%s: the response is %.300s", api, r.String())
				continue
			}
			e := envoytest.ReadEcho(t, r)
			if e.Body != fmt.Sprintf(want, body) || e.Target != "/other" || strings.Join(e.Headers["X-B"], "|") != fmt.Sprint(len(body)) {
				t.Errorf("%s: the backend got %s with %d bytes, x-b %q", api, e.Target, len(e.Body), e.Headers["X-B"])
			}
		}
	}
}
