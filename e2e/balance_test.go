package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// A member is a backend that answers with its name, and with a status that can be set.
type member struct {
	*backend
	name   string
	status atomic.Int64
	after  atomic.Value // Retry-After; a string
}

func newMember(t testing.TB, name string) *member {
	m := &member{name: name}
	m.status.Store(http.StatusOK)
	m.after.Store("")
	m.backend = newBackendOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // what came of it is not the backend's affair
		if after := m.after.Load().(string); after != "" {
			w.Header().Set("Retry-After", after)
		}
		w.WriteHeader(int(m.status.Load()))
		_, _ = fmt.Fprintf(w, "%s %s %s", m.name, r.Header.Get("X-Member"), r.URL.Path) // the client may be gone
	}))
	return m
}

// entity is the member as a backend entity; the rule is a circuit breaker's, or empty.
func (m *member) entity(rule string) string {
	if rule != "" {
		rule = `, "circuitBreaker": {"rules": [` + rule + `]}`
	}
	return fmt.Sprintf(`
-- backends/%[1]s/backendInformation.json --
{"properties": {"protocol": "http", "url": "http://%[2]s/of/%[1]s", "credentials": {"header": {"X-Member": ["key of %[1]s"]}}%[3]s}}
`, m.name, m.address, rule)
}

// said is what the member answers to a request for /x.
func (m *member) said() string { return fmt.Sprintf("%[1]s key of %[1]s /of/%[1]s/x", m.name) }

// rule is a circuit breaker's that counts answers of 500 to 599 and failures to answer.
func rule(condition, trip string) string {
	return `{"name": "failing", "failureCondition": {` + condition + `, "interval": "PT1M",
		"statusCodeRanges": [{"min": 500, "max": 599}], "errorReasons": ["Server errors"]}, "tripDuration": "` + trip + `", "acceptRetryAfter": true}`
}

// balancedAPI is an API that sends everything to what the attribute says.
func balancedAPI(name, setting, forward string) string {
	return strings.NewReplacer("NAME", name, "SETTING", setting, "FORWARD", forward).Replace(`
-- apis/NAME/apiInformation.json --
{"properties": {"displayName": "NAME", "path": "NAME", "protocols": ["http", "ws"], "subscriptionRequired": false}}
-- apis/NAME/operations/get/operationInformation.json --
{"properties": {"displayName": "Get", "method": "GET", "urlTemplate": "/*"}}
-- apis/NAME/operations/post/operationInformation.json --
{"properties": {"displayName": "Post", "method": "POST", "urlTemplate": "/*"}}
-- apis/NAME/policy.xml --
<policies><inbound><set-backend-service SETTING /></inbound><backend>FORWARD</backend></policies>
`)
}

const (
	plainForward = `<forward-request />`
	// retriedForward is what people put around pools.
	retriedForward = `<retry count="2" interval="0" first-fast-retry="true" condition="@(context.Response.StatusCode == 429 || (context.Response.StatusCode >= 500 && !context.Response.StatusReason.Contains(&quot;Backend pool&quot;)))"><forward-request buffer-request-body="true" /></retry>`
	// unavailable is the body of an answer while a circuit is open.
	unavailable = `{ "statusCode": 503, "message": "Service Unavailable" }`
)

// A circuit opens at the count or the percentage, the caller gets a 503 that is the gateway's,
// and after the trip duration all is as before. Operators are told.
func TestCircuitBreaker(t *testing.T) {
	t.Parallel()
	count, percentage, gone := newMember(t, "count"), newMember(t, "percentage"), newMember(t, "gone")
	f := newTree(t, "", count.entity(rule(`"count": 3`, "PT1H"))+percentage.entity(rule(`"percentage": 50`, "PT1S"))+gone.entity(rule(`"count": 2`, "PT1S"))+
		balancedAPI("c", `backend-id="count"`, plainForward)+balancedAPI("p", `backend-id="@(&quot;percent&quot; + &quot;age&quot;)"`, plainForward)+
		balancedAPI("g", `backend-id="gone"`, plainForward))
	g := runGateway(t, f)

	count.status.Store(500)
	for range 3 {
		expect(t, g.address, "/c/x", "HTTP/1.1 500 Internal Server Error", count.said())
	}
	for range 3 {
		expect(t, g.address, "/c/x", "HTTP/1.1 503 Service Unavailable", unavailable)
	}
	if n := count.requests.Load(); n != 3 {
		t.Errorf("the backend got %d requests", n)
	}
	g.logs(1, "circuit breaker tripped", "backend", "count", "rule", "failing", "last", "500", "failures", float64(3))

	for _, status := range []int64{200, 200, 500} {
		percentage.status.Store(status)
		expect(t, g.address, "/p/x", fmt.Sprintf("HTTP/1.1 %d %s", status, http.StatusText(int(status))), percentage.said())
	}
	expect(t, g.address, "/p/x", "HTTP/1.1 500 Internal Server Error", percentage.said())
	expect(t, g.address, "/p/x", "HTTP/1.1 503 Service Unavailable", unavailable)
	percentage.status.Store(200)
	eventually(t, patience, "the circuit is closed again", func() bool { return envoytest.Get(t, g.address, "/p/x").Body == percentage.said() })
	g.logs(1, "circuit breaker reset", "backend", "percentage")

	gone.stop()
	for range 2 {
		expect(t, g.address, "/g/x", "HTTP/1.1 500 Internal Server Error", internalError)
	}
	expect(t, g.address, "/g/x", "HTTP/1.1 503 Service Unavailable", unavailable)
	g.logs(1, "circuit breaker tripped", "backend", "gone", "last", "BackendConnectionFailure")
	gone.start()
	eventually(t, patience, "the backend is called again", func() bool { return envoytest.Get(t, g.address, "/g/x").Body == gone.said() })
}

// Retry-After of the answer that opens the circuit is how long it stays open. An edit of a
// policy leaves it open.
func TestCircuitBreakerRetryAfter(t *testing.T) {
	t.Parallel()
	m := newMember(t, "busy")
	f := newTree(t, "", m.entity(rule(`"count": 1`, "PT1H"))+balancedAPI("b", `backend-id="busy"`, plainForward))
	g := runGateway(t, f)
	m.status.Store(503)
	m.after.Store("2")
	begin := time.Now()
	expect(t, g.address, "/b/x", "HTTP/1.1 503 Service Unavailable", m.said())
	m.status.Store(200)
	f.add("", balancedAPI("b", `backend-id="busy"`, `<set-header name="X-Edited"><value>yes</value></set-header>`+plainForward))
	g.logs(2, "configuration applied")
	expect(t, g.address, "/b/x", "HTTP/1.1 503 Service Unavailable", unavailable)
	if time.Since(begin) > 1900*time.Millisecond {
		t.Skip("this machine is too slow to tell")
	}
	eventually(t, patience, "the circuit is closed again", func() bool { return envoytest.Get(t, g.address, "/b/x").Body == m.said() })
	if took := time.Since(begin); took < 2*time.Second {
		t.Errorf("the circuit was open for %v", took)
	}
}

// A pool: members take turns by weight, the next priority comes in when all circuits of the
// better one are open, a retry goes on with another member, and in the end there is a 503.
func TestPool(t *testing.T) {
	t.Parallel()
	a, b, c := newMember(t, "a"), newMember(t, "b"), newMember(t, "c")
	f := newTree(t, "", a.entity(rule(`"count": 1`, "PT1H"))+b.entity(rule(`"count": 1`, "PT1H"))+c.entity(rule(`"count": 1`, "PT1H"))+`
-- backends/world/backendInformation.json --
{"properties": {"type": "Pool", "pool": {"services": [
  {"id": "/subscriptions/0/resourceGroups/g/providers/Microsoft.ApiManagement/service/s/backends/a", "priority": 1, "weight": 2},
  {"id": "/backends/b", "priority": 1, "weight": 1}, {"id": "c", "priority": 2}]}}}
`+balancedAPI("p", `backend-id="world"`, retriedForward)+balancedAPI("q", `backend-id="world"`, plainForward))
	g := runGateway(t, f)
	for range 30 {
		envoytest.Get(t, g.address, "/q/x")
	}
	if got := [3]int64{a.requests.Load(), b.requests.Load(), c.requests.Load()}; got != [3]int64{20, 10, 0} {
		t.Errorf("the members got %v requests", got)
	}

	a.status.Store(500)
	for range 3 { // by the relay: whoever meets a goes on with b
		r := envoytest.Exchange(t, g.address, envoytest.Request("POST", "/p/x", "a body"))
		if r.Body != b.said() {
			t.Errorf("a retried request got %s", r)
		}
	}
	if n := a.requests.Load(); n != 21 {
		t.Errorf("a got %d requests", n)
	}
	b.status.Store(500)
	expect(t, g.address, "/p/x", "HTTP/1.1 200 OK", c.said())
	expect(t, g.address, "/q/x", "HTTP/1.1 200 OK", c.said())
	c.status.Store(500)
	expect(t, g.address, "/p/x", "HTTP/1.1 503 Service Unavailable", unavailable)
	expect(t, g.address, "/q/x", "HTTP/1.1 503 Service Unavailable", unavailable)
	if n := c.requests.Load(); n != 3 {
		t.Errorf("c got %d requests", n)
	}
}

// Members differ in all that backends differ in: TLS, and the version of HTTP that comes of it.
func TestPoolOfKinds(t *testing.T) {
	t.Parallel()
	plain, secure := tellsVersion(t, false, false), tellsVersion(t, true, true)
	g := runGateway(t, newTree(t, "", `
-- backends/plain/backendInformation.json --
{"properties": {"protocol": "http", "url": "http://`+plain+`"}}
-- backends/secure/backendInformation.json --
{"properties": {"protocol": "http", "url": "https://`+secure+`", "tls": {"validateCertificateChain": false, "validateCertificateName": false}}}
-- backends/both/backendInformation.json --
{"properties": {"type": "Pool", "pool": {"services": [{"id": "plain"}, {"id": "secure"}]}}}
`+balancedAPI("p", `backend-id="both"`, `<forward-request http-version="2or1" />`)))
	for range 2 {
		expect(t, g.address, "/p/x", "HTTP/1.1 200 OK", "HTTP/1.1")
		expect(t, g.address, "/p/x", "HTTP/1.1 200 OK", "HTTP/2.0")
	}
}

// With session affinity a client keeps its member, also with another gateway, until the
// member's circuit opens or the member is taken out.
func TestSessionAffinity(t *testing.T) {
	t.Parallel()
	a, b := newMember(t, "a"), newMember(t, "b")
	pool := func(members string) string {
		return `
-- backends/sticky/backendInformation.json --
{"properties": {"type": "Pool", "pool": {"services": [` + members + `], "sessionAffinity": {"sessionId": {"source": "Cookie", "name": "SessionId"}}}}}
`
	}
	f := newTree(t, "", a.entity(rule(`"count": 1`, "PT1H"))+b.entity("")+pool(`{"id": "a"}, {"id": "b"}`)+
		balancedAPI("s", `backend-id="sticky"`, plainForward)+balancedAPI("r", `backend-id="sticky"`, retriedForward))
	g := runGateway(t, f)
	first := envoytest.Get(t, g.address, "/s/x")
	set := first.Header("set-cookie")
	mine, attributes, _ := strings.Cut(set, ";")
	if first.Body != a.said() || !strings.HasPrefix(mine, "SessionId=") || attributes != " Path=/; HttpOnly" || strings.Contains(set, "127.0.0.1") {
		t.Fatalf("the first answer is\n%s", first)
	}
	for range 4 {
		for _, target := range []string{"/s/x", "/r/x"} {
			r := envoytest.Get(t, g.address, target, "Cookie: theme=dark; "+mine)
			if again, ok := r.Lookup("set-cookie"); r.Body != a.said() || ok {
				t.Errorf("%s: with the cookie %s answers, and sets %q", target, r.Body, again)
			}
		}
	}
	replica := runGateway(t, f)
	for range 3 {
		expect(t, replica.address, "/s/x", "HTTP/1.1 200 OK", a.said(), "Cookie: "+mine)
	}
	if r := envoytest.Get(t, g.address, "/s/x", "Cookie: SessionId=nonsense"); r.Body != b.said() {
		t.Errorf("with a cookie that says nothing %s answers", r.Body)
	}
	if r := envoytest.Get(t, g.address, "/r/x"); r.Body != a.said() || r.Header("set-cookie") != set {
		t.Errorf("by the relay the first answer is\n%s", r)
	}

	a.status.Store(500)
	expect(t, g.address, "/s/x", "HTTP/1.1 500 Internal Server Error", a.said(), "Cookie: "+mine)
	moved := expect(t, g.address, "/s/x", "HTTP/1.1 200 OK", b.said(), "Cookie: "+mine)
	set = moved.Header("set-cookie")
	other, _, _ := strings.Cut(set, ";")
	if other == "" || other == mine {
		t.Errorf("whose member is out gets the cookie %q", set)
	}

	f.add("", pool(`{"id": "a"}`))
	g.logs(2, "configuration applied")
	a.status.Store(200)
	f.add("", a.entity("")) // and so no circuit is open
	g.logs(3, "configuration applied")
	back := expect(t, g.address, "/s/x", "HTTP/1.1 200 OK", a.said(), "Cookie: "+other)
	if set := back.Header("set-cookie"); !strings.HasPrefix(set, mine) {
		t.Errorf("whose member is gone gets the cookie %q", set)
	}
}

// The handshakes of WebSockets count.
func TestCircuitBreakerOfWebSockets(t *testing.T) {
	t.Parallel()
	m := newMember(t, "socket")
	m.status.Store(503)
	g := runGateway(t, newTree(t, m.address, m.entity(rule(`"count": 2`, "PT1H"))+`
-- apis/w/apiInformation.json --
{"properties": {"displayName": "w", "path": "w", "protocols": ["ws"], "serviceUrl": "ws://$BACKEND/chat", "type": "websocket", "subscriptionRequired": false}}
-- apis/w/operations/onHandshake/policy.xml --
<policies><inbound><base /><set-backend-service backend-id="socket" /></inbound><backend><base /></backend></policies>
`))
	upgrade := []string{"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="}
	const said = "socket key of socket /of/socket"
	for _, body := range []string{said, said, unavailable} {
		expect(t, g.address, "/w", "HTTP/1.1 503 Service Unavailable", body, upgrade...)
	}
}

// gRPC calls count, by the status of their headers.
func TestCircuitBreakerOfGRPC(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		_, _ = io.Copy(io.Discard, r.Body) // what came of it is not the backend's affair
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	t.Cleanup(s.Close)
	m := &member{backend: &backend{address: s.Listener.Addr().String()}, name: "calls"}
	g := runGateway(t, newTree(t, "", m.entity(rule(`"count": 2`, "PT1H"))+balancedAPI("g", `backend-id="calls"`, `<forward-request http-version="2" />`)))
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(transport.CloseIdleConnections)
	for n := range 4 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+g.address+"/g/service/Method", strings.NewReader("\x00\x00\x00\x00\x00"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/grpc")
		r.Header.Set("Te", "trailers")
		answer, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		if n > 1 && answer.Header.Get("Grpc-Status") != "14" {
			t.Errorf("while the circuit is open a call gets %s with %v", answer.Status, answer.Header)
		}
	}
	if calls.Load() != 2 {
		t.Errorf("the backend got %d calls", calls.Load())
	}
}

// Many clients at once see nothing but answers of members, while one of them fails and its
// circuit opens and closes.
func TestPoolUnderLoad(t *testing.T) {
	t.Parallel()
	a, b := newMember(t, "a"), newMember(t, "b")
	f := newTree(t, "", a.entity(rule(`"count": 1`, "PT1S"))+b.entity("")+`
-- backends/two/backendInformation.json --
{"properties": {"type": "Pool", "pool": {"services": [{"id": "a"}, {"id": "b"}]}}}
`+balancedAPI("p", `backend-id="two"`, retriedForward))
	g := runGateway(t, f)
	stop := make(chan struct{})
	var clients sync.WaitGroup
	var answers, failures atomic.Int64
	for range 16 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				answers.Add(1)
				if r := envoytest.Get(t, g.address, "/p/x"); r.Body != a.said() && r.Body != b.said() {
					failures.Add(1)
					t.Errorf("a client got\n%s", r)
				}
			}
		})
	}
	for range 2 {
		trips := len(g.records("circuit breaker tripped", "backend", "a"))
		a.status.Store(500)
		g.logs(trips+1, "circuit breaker tripped", "backend", "a")
		n := b.requests.Load()
		eventually(t, patience, "b serves alone", func() bool { return b.requests.Load() > n+100 })
		a.status.Store(200)
		n = a.requests.Load()
		eventually(t, patience, "a is back", func() bool { return a.requests.Load() > n+100 })
	}
	close(stop)
	clients.Wait()
	t.Logf("%d answers; a gave %d, b %d", answers.Load(), a.requests.Load(), b.requests.Load())
}

// With backend-id="dapr" the request goes to the sidecar beside the gateway.
func TestDapr(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:3500")
	if err != nil {
		t.Skipf("the sidecar's port is taken: %v", err)
	}
	sidecar := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, r.Host, " ", r.RequestURI) // the client may be gone
	})}
	go func() { _ = sidecar.Serve(l) }() // until it is closed
	t.Cleanup(func() { _ = sidecar.Close() })
	g := runGateway(t, newTree(t, "", balancedAPI("d",
		`backend-id="dapr" dapr-app-id="echo" dapr-namespace="@(context.Request.Headers.GetValueOrDefault(&quot;ns&quot;, &quot;&quot;))" dapr-method="back/now"`, plainForward)))
	expect(t, g.address, "/d/any/path?x=1", "HTTP/1.1 200 OK", "localhost:3500 /v1.0/invoke/echo/method/back/now?x=1")
	expect(t, g.address, "/d/other", "HTTP/1.1 200 OK", "localhost:3500 /v1.0/invoke/echo.echo-app/method/back/now", "ns: echo-app")
}
