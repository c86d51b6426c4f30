package extproc

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/extproc/relay"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
	"github.com/apimgw/apimgw/xds"
)

const bodyLimit = 100_000

// A gateway is an Envoy with this package's server and xds's.
type gateway struct {
	t       *testing.T
	address string
	current *plan.Current
	socket  string
	options Options
	stop    func() // the ext_proc server
	// stopRelay stops the relay.
	stopRelay func()
	envoy     *envoytest.Envoy

	mu      sync.Mutex
	records []Record
	log     strings.Builder
}

func startGateway(t *testing.T, p *plan.Plan, o Options) *gateway {
	t.Helper()
	return startGatewayWith(t, p, o, xds.Options{})
}

// startGatewayWith has settings of Envoy's, too.
func startGatewayWith(t *testing.T, p *plan.Plan, o Options, x xds.Options) *gateway {
	t.Helper()
	dir := envoytest.Dir(t)
	g := &gateway{t: t, current: &plan.Current{}, socket: filepath.Join(dir, "ext_proc.sock"), options: o}
	g.options.Plan, g.options.Log, g.options.BodyLimit = g.current, g.record, bodyLimit
	g.options.Logger = slog.New(slog.NewTextHandler(g, nil))
	xdsSocket, relaySocket, egress := filepath.Join(dir, "xds.sock"), filepath.Join(dir, "relay.sock"), filepath.Join(dir, "egress.sock")
	bootstrap, err := envoy.Bootstrap{
		Admin: envoy.UnixAddress(filepath.Join(dir, "admin.sock")), XDSSocket: xdsSocket, ExtProcSocket: g.socket, RelaySocket: relaySocket,
	}.Render()
	if err != nil {
		t.Fatal(err)
	}
	x.Listen, x.BodyLimit, x.EgressSocket = "127.0.0.1:0", bodyLimit, egress
	configuration := xds.NewServer(xds.ServerOptions{Options: x})
	envoytest.Serve(t, xdsSocket, configuration.Run)
	g.options.Relay = relay.New(relay.Options{EgressSocket: egress, Logger: g.options.Logger})
	g.stopRelay = envoytest.Serve(t, relaySocket, g.options.Relay.Run)
	g.start()
	e := envoytest.Start(t, envoytest.Options{Config: string(bootstrap), NoWait: true})
	if err := configuration.Publish(t.Context(), p, func() { g.current.Store(p) }); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := configuration.Acknowledged(ctx); err != nil {
		t.Fatal(err)
	}
	e.WaitReady()
	g.address, g.envoy = e.Address(xds.ListenerName), e
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log of ext_proc:\n%s", g.log.String())
		}
	})
	return g
}

// start starts the ext_proc server.
func (g *gateway) start() { g.stop = envoytest.Serve(g.t, g.socket, New(g.options).Run) }

func (g *gateway) record(r Record) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.records = append(g.records, r)
}

func (g *gateway) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.log.Write(p)
}

// answered is what became of the last request of an API.
func (g *gateway) answered(api string) (last Record) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range g.records {
		if r.API == api {
			last = r
		}
	}
	return last
}

// ended are the requests that have ended.
func (g *gateway) ended() []Record {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.records)
}

// A turn is one request through the gateway, to an API of its own, and what must come of it.
type turn struct {
	backend string // echo if empty
	policy  string
	key     bool // the API asks for one

	method, body string
	target       string // below the API; /x if empty
	headers      []string

	line    string
	want    map[string]string // response headers; "-" means absent
	content string
	part    string // of the content
	echo    func(*testing.T, envoytest.Echo)
	rest    string // behind the response; "-" means that the connection goes on as it should
}

const (
	keyMissing = `{ "statusCode": 401, "message": "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API." }`
	notFound   = `{ "statusCode": 404, "message": "Resource not found" }`
	unexpected = `{ "statusCode": 500, "message": "Internal server error", "activityId": "`
)

func floor(code int) string {
	return fmt.Sprintf(`{ "statusCode": %d, "message": "Internal server error" }`, code)
}

var turns = map[string]turn{
	"plain": {
		target: "/items/7?x=1&y", line: "HTTP/1.1 200 OK",
		echo: func(t *testing.T, e envoytest.Echo) {
			t.Helper()
			if e.Target != "/base/items/7?x=1&y" || e.Headers["X-Request-Id"] != nil {
				t.Errorf("the backend got %+v", e)
			}
			for name := range e.Headers {
				if strings.HasPrefix(name, "X-Apim-") || strings.HasPrefix(name, "X-Envoy-") {
					t.Errorf("the backend got %s", name)
				}
			}
		},
	},
	"Hello From Google": {
		policy: `<outbound><return-response><set-status code="200" reason="Get GKE" /><set-body>Hello From Google</set-body></return-response></outbound>`,
		line:   "HTTP/1.1 200 Get GKE", content: "Hello From Google",
		want: map[string]string{"content-length": "17", "content-type": "-", "x-apim-reason": "-", "x-apim-cl": "-", "transfer-encoding": "-"},
	},
	"hello from inbound": {
		policy: `<inbound><return-response><set-status code="200" reason="Get GKE" /><set-body>Hello From Google</set-body></return-response></inbound>`,
		line:   "HTTP/1.1 200 Get GKE", content: "Hello From Google", want: map[string]string{"content-length": "17", "x-apim-reason": "-"},
	},
	"no key": {
		key: true, line: "HTTP/1.1 401 Access Denied", content: keyMissing,
		want: map[string]string{"content-type": "application/json", "content-length": "152"},
	},
	"no operation": {
		method: "DELETE", line: "HTTP/1.1 404 Resource Not Found", content: notFound, want: map[string]string{"content-length": "54", "content-type": "application/json"},
	},
	"no backend call": {policy: `<backend />`, line: "HTTP/1.1 200 OK", want: map[string]string{"content-length": "0"}},
	"request header": {
		policy: `<inbound><set-header name="x-a"><value>1</value></set-header></inbound>`, headers: []string{"x-a: 0", "X-A: 2"},
		echo: func(t *testing.T, e envoytest.Echo) {
			t.Helper()
			if got := e.Headers["X-A"]; len(got) != 1 || got[0] != "1" {
				t.Errorf("the backend got x-a %q", got)
			}
		},
	},
	"response header and status": {
		policy: `<outbound><set-header name="x-a"><value>1</value></set-header><set-status code="404" reason="Gone Fishing" /></outbound>`,
		line:   "HTTP/1.1 404 Gone Fishing", want: map[string]string{"x-a": "1", "x-apim-reason": "-"}, part: `"target":"/base/x"`,
	},
	"request body on demand": {
		policy: `<inbound><probe do="read request" /></inbound>`, method: "POST", body: "hello",
		echo: echoes("POST", "hello", "X-Read", "hello"),
	},
	"request body read and replaced": {
		policy: `<inbound><probe do="read request" /><set-body>something longer</set-body></inbound>`, method: "POST", body: "hello",
		echo: echoes("POST", "something longer", "Content-Length", "16"),
	},
	"request body replaced unread": {
		policy: `<inbound><set-body>something longer</set-body></inbound>`, method: "POST", body: "hello",
		echo: echoes("POST", "something longer", "", ""),
	},
	"request body taken": {
		policy: `<inbound><probe do="take request" /></inbound>`, method: "POST", body: "hello", echo: echoes("POST", "", "", ""),
	},
	"request body made": {
		policy: `<inbound><probe do="POST" /><set-body>made</set-body></inbound>`, echo: echoes("POST", "made", "", ""),
	},
	"method": {policy: `<inbound><probe do="PUT" /></inbound>`, echo: echoes("PUT", "", "", "")},
	"response body on demand": {
		policy: `<outbound><probe do="read response" /></outbound>`, backend: "raw", line: "HTTP/1.1 200 Get GKE", content: "raw!",
		want: map[string]string{"x-read": "raw!", "content-length": "4"},
	},
	"response body read and replaced": {
		policy: `<outbound><probe do="read response" /><set-body>something longer</set-body></outbound>`, backend: "raw",
		line: "HTTP/1.1 200 Get GKE", content: "something longer", want: map[string]string{"content-length": "16"},
	},
	"response body replaced unread": {
		policy: `<outbound><set-body>something longer</set-body></outbound>`, backend: "raw",
		line: "HTTP/1.1 200 Get GKE", content: "something longer", want: map[string]string{"content-length": "16", "transfer-encoding": "-"},
	},
	"response body taken": {
		policy: `<outbound><probe do="take response" /></outbound>`, backend: "raw", line: "HTTP/1.1 200 Get GKE", want: map[string]string{"content-length": "0"},
	},
	"cookies": {policy: `<outbound><probe do="set cookies" /></outbound>`, want: map[string]string{"set-cookie": "a=1"}},
	"204 instead of a body": {
		policy: `<outbound><set-status code="204" /></outbound>`, line: "HTTP/1.1 204 No Content", rest: "-", want: map[string]string{"content-length": "-"},
	},
	"204 by a policy": {
		policy: `<inbound><return-response><set-status code="204" /><set-body>x</set-body></return-response></inbound>`,
		line:   "HTTP/1.1 204 No Content", rest: "-",
	},
	"HEAD": {method: "HEAD", line: "HTTP/1.1 200 OK", rest: "-"},
	"HEAD with another body": {
		method: "HEAD", policy: `<outbound><set-body>four</set-body></outbound>`, line: "HTTP/1.1 200 OK", rest: "-", want: map[string]string{"content-length": "4"},
	},
	"HEAD by a policy": {
		method: "HEAD", policy: `<inbound><return-response><set-body>four</set-body></return-response></inbound>`, rest: "-", want: map[string]string{"content-length": "4"},
	},
	"GET becomes HEAD": {
		policy: `<inbound><probe do="HEAD" /></inbound>`, backend: "head", line: "HTTP/1.1 200 OK", rest: "-", want: map[string]string{"content-length": "0"},
	},
	"HEAD becomes GET": {method: "HEAD", policy: `<inbound><probe do="GET" /></inbound>`, line: "HTTP/1.1 200 OK", rest: "-"},
	"refused": {
		backend: "refused", policy: `<on-error><set-header name="x-a"><value>1</value></set-header></on-error>`,
		line: "HTTP/1.1 500 Internal Server Error", part: unexpected, want: map[string]string{"x-a": "1", "x-apim-details": "-"},
	},
	"refused, on-error answers": {
		backend: "refused", policy: `<on-error><return-response><set-status code="503" reason="Backend Sad" /><set-body>sorry</set-body></return-response></on-error>`,
		line: "HTTP/1.1 503 Backend Sad", content: "sorry", want: map[string]string{"content-length": "5"},
	},
	"the caller's own address": {
		policy: `<inbound><ip-filter action="allow"><address>127.0.0.1</address></ip-filter><base /></inbound>`, headers: []string{"X-Forwarded-For: 203.0.113.9", "X-Apim-Ip: 203.0.113.9"},
		line: "HTTP/1.1 200 OK",
	},
	"refused, nobody looks": {backend: "refused", line: "HTTP/1.1 500 Internal Server Error", content: floor(500), want: map[string]string{"x-apim-details": "-"}},
	"too late": {
		backend: "silent", policy: `<backend><forward-request timeout-ms="100" /></backend><on-error><set-header name="x-a"><value>1</value></set-header></on-error>`,
		line: "HTTP/1.1 500 Internal Server Error", part: unexpected, want: map[string]string{"x-a": "1"},
	},
	"reset": {
		backend: "reset", policy: `<on-error><set-header name="x-a"><value>1</value></set-header></on-error>`,
		line: "HTTP/1.1 500 Internal Server Error", part: unexpected, want: map[string]string{"x-a": "1"},
	},
	"another backend":                       {backend: "refused", policy: `<inbound><probe do="to raw" /></inbound>`, line: "HTTP/1.1 200 Get GKE", content: "raw!"},
	"another backend, after the body":       {backend: "refused", method: "POST", body: "hello", policy: `<inbound><probe do="read request" /><probe do="to raw" /></inbound>`, line: "HTTP/1.1 200 Get GKE", content: "raw!"},
	"another backend, and the body is new":  {backend: "refused", method: "POST", body: "hello", policy: `<inbound><set-body>new</set-body><probe do="to raw" /></inbound>`, line: "HTTP/1.1 200 Get GKE", content: "raw!"},
	"a backend that no plan knows":          {policy: `<inbound><probe do="to unknown" /></inbound>`, line: "HTTP/1.1 200 Get GKE", content: "raw!"},
	"two Hosts":                             {headers: []string{"Host: a", "Host: b"}, line: "HTTP/1.1 400 Bad Request", part: "one host"},
	"a mutation that Envoy would not check": {policy: `<inbound><probe do="no name" /></inbound>`, line: "HTTP/1.1 500 Internal Server Error", part: unexpected},
	"odd path": {policy: `<inbound><probe do="odd path" /></inbound>`, echo: func(t *testing.T, e envoytest.Echo) {
		t.Helper()
		wantTarget(t, e, "/base/no%20slash%7F/%C3%A4%23?a=b%20c")
	}},
	"a panic":                  {policy: `<inbound><probe do="panic" /></inbound>`, line: "HTTP/1.1 500 Internal Server Error", part: unexpected},
	"framing":                  {policy: `<inbound><probe do="framing" /></inbound>`, method: "POST", body: "hello", echo: echoes("POST", "hello", "Content-Length", "5")},
	"many lines of a response": {backend: "many", policy: `<outbound><return-response><set-status code="200" reason="Few" /></return-response></outbound>`, line: "HTTP/1.1 200 Few", want: map[string]string{"x-many": "-"}},
}

func echoes(method, body, name, value string) func(*testing.T, envoytest.Echo) {
	return func(t *testing.T, e envoytest.Echo) {
		t.Helper()
		if e.Method != method || e.Body != body {
			t.Errorf("the backend got %s %q, want %s %q", e.Method, e.Body, method, body)
		}
		if got := strings.Join(e.Headers[name], "|"); name != "" && got != value {
			t.Errorf("the backend got %s: %q, want %q", name, got, value)
		}
	}
}

func wantTarget(t *testing.T, e envoytest.Echo, want string) {
	t.Helper()
	if e.Target != want {
		t.Errorf("the backend got %q, want %q", e.Target, want)
	}
}

// TestGateway runs requests through a real Envoy.
func TestGateway(t *testing.T) {
	t.Parallel()
	raw := envoytest.ReplyBackend(t, "HTTP/1.1 200 Get GKE\r\nContent-Length: 4\r\nconnection: close\r\n\r\nraw!")
	backends := map[string]string{
		"": envoytest.EchoBackend(t), "raw": raw, "refused": envoytest.RefusedAddress(t), "silent": envoytest.SilentBackend(t), "reset": envoytest.ResetBackend(t),
		"head": envoytest.ReplyBackend(t, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nconnection: close\r\n\r\n"),
		"many": envoytest.ReplyBackend(t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nconnection: close\r\n"+manyLines()+"\r\n"),
	}
	to := func(cluster string) probeFunc {
		return func(_ context.Context, x *exchange.Exchange) error {
			host, port := exchange.SplitHost(raw)
			x.Backend = &exchange.Backend{URL: exchange.URL{Scheme: "http", Host: host, Port: port}, Cluster: cluster}
			return nil
		}
	}
	host, port := exchange.SplitHost(raw)
	probes := map[string]probeFunc{"to raw": to(plan.Target{Host: host, Port: port}.Cluster()), "to unknown": to("")}
	var apis []*apiUnderTest
	for name, c := range turns {
		apis = append(apis, &apiUnderTest{name: name, turn: c, path: "api" + strconv.Itoa(len(apis))})
	}
	var all []*catalog.API
	for _, a := range apis {
		api := apiOf(a.path, "http://"+backends[a.turn.backend]+"/base", a.turn.policy)
		api.SubscriptionRequired = a.turn.key
		all = append(all, api)
	}
	g := startGateway(t, compile(t, probes, all...), Options{})
	for _, a := range apis {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			g.check(t, a)
		})
	}
	t.Run("unknown path", func(t *testing.T) {
		t.Parallel()
		if r := envoytest.Get(t, g.address, "/nowhere"); r.Line != "HTTP/1.1 404 Resource Not Found" || r.Body != notFound {
			t.Errorf("response is %s", r)
		}
	})
}

func manyLines() string {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "x-many-%d: v\r\n", i)
	}
	return b.String()
}

// An apiUnderTest is the API of a turn.
type apiUnderTest struct {
	name, path string
	turn       turn
}

func (g *gateway) check(t *testing.T, a *apiUnderTest) {
	t.Helper()
	c := a.turn
	method, target := c.method, c.target
	if method == "" {
		method = "GET"
	}
	if target == "" {
		target = "/x"
	}
	conn := envoytest.Dial(t, g.address)
	conn.Send(envoytest.Request(method, "/"+a.path+target, c.body, c.headers...))
	r := conn.Read(method)
	if c.line != "" && r.Line != c.line {
		t.Errorf("status line %q, want %q", r.Line, c.line)
	}
	for name, want := range c.want {
		if got, ok := r.Lookup(name); !ok && want != "-" || ok && got != want {
			t.Errorf("%s: %q (there: %v), want %q", name, got, ok, want)
		}
	}
	if c.content != "" && r.Body != c.content || !strings.Contains(r.Body, c.part) {
		t.Errorf("body %q, want %q%q", r.Body, c.content, c.part)
	}
	if c.echo != nil {
		c.echo(t, envoytest.ReadEcho(t, r))
	}
	if c.rest == "-" {
		conn.Send(envoytest.Request("GET", "/nowhere", ""))
		if next := conn.Read("GET"); next.Body != notFound {
			t.Errorf("the next response on the connection is %s", next)
		}
	}
	if t.Failed() {
		t.Logf("the response:\n%s", r)
	}
}

// TestGatewayServerDies checks that nothing passes when the server is gone, and that all is
// well when it is back.
func TestGatewayServerDies(t *testing.T) {
	t.Parallel()
	g := startGateway(t, compile(t, nil, apiOf("shop", "http://"+envoytest.EchoBackend(t), `<inbound><set-header name="x-a"><value>1</value></set-header></inbound>`)), Options{ObserveResponses: true})
	if r := envoytest.Get(t, g.address, "/shop/x"); r.Status() != 200 {
		t.Fatalf("response is %s", r)
	}
	if r := g.answered("shop"); r.Status != 200 || r.Method != "GET" || r.Path != "/shop/x" || r.Operation != "get" || net.ParseIP(r.IPAddress) == nil || r.Backend <= 0 || r.Duration < r.Backend {
		t.Errorf("the record is %+v", r)
	}
	g.stop()
	if r := envoytest.Get(t, g.address, "/shop/x"); r.Line != "HTTP/1.1 500 Internal Server Error" || r.Body != floor(500) {
		t.Errorf("without a server the response is %s", r)
	}
	g.start()
	if r := envoytest.Get(t, g.address, "/shop/x"); r.Status() != 200 {
		t.Errorf("with a server again the response is %s", r)
	}
}

// TestGatewayClientGoes checks that policies learn of a client that has gone, in each place
// where they may be.
func TestGatewayClientGoes(t *testing.T) {
	t.Parallel()
	waiting, gone := make(chan struct{}, 1), make(chan struct{}, 1)
	wait := func(ctx context.Context, _ *exchange.Exchange) error {
		waiting <- struct{}{}
		<-ctx.Done()
		gone <- struct{}{}
		return ctx.Err()
	}
	probes := map[string]probeFunc{"wait": wait}
	echo := "http://" + envoytest.EchoBackend(t)
	g := startGateway(t, compile(t, probes,
		apiOf("inbound", echo, `<inbound><probe do="wait" /></inbound>`),
		apiOf("body", echo, `<inbound><probe do="read request" /><probe do="wait" /></inbound>`),
		apiOf("outbound", echo, `<outbound><probe do="wait" /></outbound>`),
	), Options{})
	for _, api := range []string{"inbound", "body", "outbound"} {
		conn := envoytest.Dial(t, g.address)
		conn.Send(envoytest.Request("POST", "/"+api+"/x", "hello"))
		<-waiting
		conn.Close()
		select {
		case <-gone:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: the context goes on", api)
		}
	}
}

// TestGatewayLargeBodies checks that bodies which are too large, or do not come, are not
// waited for without an end.
func TestGatewayLargeBodies(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 5*bodyLimit)
	backend := envoytest.HTTPBackend(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/known" {
			w.Header().Set("Content-Length", strconv.Itoa(len(large)))
		}
		_, _ = io.WriteString(w, large)
	}))
	g := startGateway(t, compile(t, nil,
		apiOf("request", "http://"+backend, `<inbound><probe do="read request" /></inbound><on-error><set-header name="x-a"><value>1</value></set-header></on-error>`),
		apiOf("response", "http://"+backend, `<outbound><probe do="read response" /></outbound>`),
	), Options{BodyTimeout: 200 * time.Millisecond})
	const (
		tooLarge = `{ "statusCode": 413, "message": "The request's body is too large." }`
		late     = `{ "statusCode": 408, "message": "The request's body did not arrive in time." }`
	)
	chunked := fmt.Sprintf("POST /request/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n%x\r\n%s\r\n0\r\n\r\n", len(large), large)
	stalled := "POST /request/x HTTP/1.1\nHost: a\nContent-Length: 10\n\nhello"
	for name, c := range map[string]struct {
		request, content string
		status           int
	}{
		"request":                     {envoytest.Request("POST", "/request/x", large), tooLarge, 413},
		"request of unknown length":   {chunked, tooLarge, 413},
		"request that does not come":  {stalled, late, 408},
		"response":                    {envoytest.Request("GET", "/response/known", ""), "", 500},
		"response of unknown length":  {envoytest.Request("GET", "/response/x", ""), "", 500},
		"a request that nobody reads": {envoytest.Request("POST", "/response/known", large), "", 500},
	} {
		r := envoytest.Exchange(t, g.address, c.request)
		if r.Status() != c.status || c.content != "" && r.Body != c.content || !strings.HasPrefix(r.Body, "{ \"statusCode\"") {
			t.Errorf("%s: response is %s", name, r)
		}
	}
}

// TestGatewayEvents checks that events pass one by one although a policy changes headers.
func TestGatewayEvents(t *testing.T) {
	t.Parallel()
	next := make(chan struct{})
	backend := envoytest.HTTPBackend(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range 3 {
			fmt.Fprintf(w, "data: %d\n\n", i)
			w.(http.Flusher).Flush()
			<-next
		}
	}))
	g := startGateway(t, compile(t, nil, apiOf("events", "http://"+backend, `<outbound><set-header name="x-a"><value>1</value></set-header></outbound>`)), Options{})
	r, err := http.Get("http://" + g.address + "/events/x") //nolint:noctx // a test
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	for i := range 3 {
		event := make([]byte, len("data: 0\n\n"))
		if _, err := io.ReadFull(r.Body, event); err != nil || string(event) != fmt.Sprintf("data: %d\n\n", i) {
			t.Fatalf("event %d is %q, %v", i, event, err)
		}
		next <- struct{}{}
	}
	if r.Header.Get("x-a") != "1" {
		t.Errorf("headers are %v", r.Header)
	}
}

// TestGatewayWebSocket checks that a WebSocket opens with the headers that policies set,
// and then carries bytes both ways, and that outbound can turn it away.
func TestGatewayWebSocket(t *testing.T) {
	t.Parallel()
	backend := "http://" + envoytest.Backend(t, func(conn net.Conn, head string) {
		if !strings.Contains(strings.ToLower(head), "x-a: 1") {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		buffer := make([]byte, 5)
		for {
			if _, err := io.ReadFull(conn, buffer); err != nil {
				return
			}
			_, _ = conn.Write([]byte(strings.ToUpper(string(buffer))))
		}
	})
	const inbound = `<inbound><set-header name="x-a"><value>1</value></set-header><probe do="read request" /></inbound>`
	g := startGateway(t, compile(t, nil,
		apiOf("open", backend, inbound+`<outbound><set-header name="x-b"><value>2</value></set-header></outbound>`),
		apiOf("away", backend, inbound+`<outbound><return-response><set-status code="403" /></return-response></outbound>`),
		apiOf("read", backend, inbound+`<outbound><probe do="read response" /></outbound>`),
	), Options{})
	open := func(api string) (*envoytest.Conn, envoytest.Response) {
		conn := envoytest.Dial(t, g.address)
		conn.Send("GET /" + api + "/x HTTP/1.1\nHost: a\nConnection: Upgrade\nUpgrade: websocket\n\n")
		return conn, conn.Read("GET")
	}
	conn, r := open("open")
	if r.Status() != 101 || r.Header("x-b") != "2" {
		t.Fatalf("response is %s", r)
	}
	conn.SendRaw("hello")
	if got := conn.Rest(500 * time.Millisecond); got != "HELLO" {
		t.Errorf("the backend says %q", got)
	}
	if _, r := open("away"); r.Status() != 403 {
		t.Errorf("turned away, the response is %s", r)
	}
	if _, r := open("read"); r.Status() != 500 || !strings.HasPrefix(r.Body, unexpected) {
		t.Errorf("with its body wanted, the response is %s", r)
	}
}

// TestGatewayLastError checks what on-error is told of a backend.
func TestGatewayLastError(t *testing.T) {
	t.Parallel()
	show := func(_ context.Context, x *exchange.Exchange) error {
		text, err := json.Marshal([]string{x.LastError.Source, x.LastError.Reason, x.LastError.Section})
		r := exchange.NewResponse(599, "Shown")
		r.Body.Replace(text)
		x.Finish(r)
		return err
	}
	probes := map[string]probeFunc{"show": show}
	const policy = `<on-error><probe do="show" /></on-error>`
	g := startGateway(t, compile(t, probes,
		apiOf("refused", "http://"+envoytest.RefusedAddress(t), policy),
		apiOf("reset", "http://"+envoytest.ResetBackend(t), policy),
		apiOf("garbage", "http://"+envoytest.ReplyBackend(t, "nonsense\r\n\r\n"), policy),
		apiOf("nohost", "http://does-not-exist.invalid", policy),
		apiOf("late", "http://"+envoytest.SilentBackend(t), `<backend><forward-request timeout-ms="50" /></backend>`+policy),
	), Options{})
	for api, reason := range map[string]string{
		"refused": exchange.ReasonBackendConnectionFailure, "reset": exchange.ReasonBackendConnectionFailure,
		"garbage": exchange.ReasonBackendConnectionFailure, "nohost": exchange.ReasonBackendConnectionFailure, "late": exchange.ReasonTimeout,
	} {
		r := envoytest.Get(t, g.address, "/"+api+"/x")
		if want := `["forward-request","` + reason + `","backend"]`; r.Line != "HTTP/1.1 599 Shown" || r.Body != want {
			t.Errorf("%s: response is %s, want %s", api, r, want)
		}
	}
}
