package extproc

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/policies/exchange"
)

const onError = `<on-error><return-response><set-status code="599" reason="Shown" /><set-body>@(context.LastError.Source + " " + context.LastError.Reason)</set-body></return-response></on-error>`

// TestRelayGone checks that what was to go by a relay which is not there fails, and goes on
// when it is back.
func TestRelayGone(t *testing.T) {
	t.Parallel()
	g := startGateway(t, compile(t, nil, apiOf("shop", "http://"+envoytest.EchoBackend(t), retried(`count="3"`, ``)+onError)), Options{})
	if r := envoytest.Get(t, g.address, "/shop/x"); r.Status() != 200 {
		t.Fatalf("response is %s", r)
	}
	g.stopRelay()
	for range 2 {
		if r := envoytest.Get(t, g.address, "/shop/x"); r.Line != "HTTP/1.1 599 Shown" || r.Body != "forward-request BackendConnectionFailure" {
			t.Errorf("without a relay the response is %s", r)
		}
	}
	envoytest.Serve(t, filepath.Join(filepath.Dir(g.socket), "relay.sock"), g.options.Relay.Run)
	if r := envoytest.Get(t, g.address, "/shop/x"); r.Status() != 200 {
		t.Errorf("with a relay again the response is %s", r)
	}
}

// TestRelayNeverReached checks that a session does not wait without an end for its request.
func TestRelayNeverReached(t *testing.T) {
	t.Parallel()
	g := startGateway(t, compile(t, nil, apiOf("shop", "http://"+envoytest.EchoBackend(t), retried(`count="3"`, ``)+onError)), Options{ArrivalTimeout: 200 * time.Millisecond})
	g.stopRelay()
	envoytest.Serve(t, filepath.Join(filepath.Dir(g.socket), "relay.sock"), func(ctx context.Context, l net.Listener) error {
		go func() {
			<-ctx.Done()
			_ = l.Close()
		}()
		for {
			conn, err := l.Accept()
			if err != nil {
				return nil //nolint:nilerr // it is closed
			}
			context.AfterFunc(ctx, func() { _ = conn.Close() })
		}
	})
	if r := envoytest.Get(t, g.address, "/shop/x"); r.Line != "HTTP/1.1 500 Internal Server Error" || r.Body != floor(500) {
		t.Errorf("the response is %s", r)
	}
}

// TestRelayTokens checks that nobody gets through the relay's door without a session.
func TestRelayTokens(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	backend := envoytest.HTTPBackend(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	g := startGateway(t, compile(t, nil, apiOf("shop", "http://"+backend, `<inbound><set-header name="x-apim-token"><value>x</value></set-header></inbound>`)), Options{})
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: &protocols, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", filepath.Join(filepath.Dir(g.socket), "relay.sock"))
	}}
	defer transport.CloseIdleConnections()
	for _, token := range []string{"", "guessed", "x"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://relay/shop/x", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("x-apim-token", token)
		response, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != 500 || string(body) != floor(500) {
			t.Errorf("with the token %q the relay answers %d %s", token, response.StatusCode, body)
		}
	}
	if calls.Load() != 0 {
		t.Error("the backend was called")
	}
}

// TestRelayClientGoes checks that everything ends when the client goes: the backend's
// request, and a wait.
func TestRelayClientGoes(t *testing.T) {
	t.Parallel()
	waiting, gone := make(chan struct{}, 1), make(chan struct{}, 1)
	backend := envoytest.Backend(t, func(conn net.Conn, _ string) {
		waiting <- struct{}{}
		_, _ = io.Copy(io.Discard, conn)
		gone <- struct{}{}
	})
	sleep := func(ctx context.Context, _ *exchange.Exchange) error {
		waiting <- struct{}{}
		<-ctx.Done()
		gone <- struct{}{}
		return ctx.Err()
	}
	ok := "http://" + envoytest.ReplyBackend(t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nconnection: close\r\n\r\n")
	g := startGateway(t, compile(t, map[string]probeFunc{"sleep": sleep},
		apiOf("forward", "http://"+backend, retried(`count="3"`, ``)),
		apiOf("between", ok, `<backend><forward-request /><probe do="sleep" /><forward-request /></backend>`),
		apiOf("outbound", ok, twice+`<outbound><probe do="sleep" /></outbound>`),
	), Options{})
	for _, api := range []string{"forward", "between", "outbound"} {
		conn := envoytest.Dial(t, g.address)
		conn.Send(envoytest.Request("GET", "/"+api+"/x", ""))
		<-waiting
		conn.Close()
		select {
		case <-gone:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: it goes on", api)
		}
	}
	envoytest.Eventually(t, "all are told", func() bool { return len(g.ended()) == 3 })
	for _, r := range g.ended() {
		if r.Err == nil || r.Err.Reason != exchange.ReasonClientConnectionFailure {
			t.Errorf("%s: the record is %+v", r.API, r)
		}
	}
}

// TestRelayStreams checks that bytes pass as they come, in both directions at once.
func TestRelayStreams(t *testing.T) {
	t.Parallel()
	backend := envoytest.HTTPBackend(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		if err := c.EnableFullDuplex(); err != nil {
			panic(err) // HTTP/1.1 can
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_ = c.Flush()
		lines := bufio.NewScanner(r.Body)
		for lines.Scan() {
			fmt.Fprintf(w, "%s!\n", lines.Text())
			_ = c.Flush()
		}
	}))
	g := startGateway(t, compile(t, nil, apiOf("talk", "http://"+backend, retried(`count="1"`, ``)+`<outbound><set-header name="x-a"><value>1</value></set-header></outbound>`)), Options{})
	body, say := io.Pipe()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+g.address+"/talk/x", body)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.Header.Get("x-a") != "1" {
		t.Errorf("headers are %v", response.Header)
	}
	answers := bufio.NewReader(response.Body)
	for _, word := range []string{"one", "two", "three"} {
		fmt.Fprintln(say, word)
		if got, err := answers.ReadString('\n'); got != word+"!\n" {
			t.Fatalf("answer to %q is %q, %v", word, got, err)
		}
	}
	_ = say.Close()
	if rest, err := io.ReadAll(answers); len(rest) > 0 || err != nil {
		t.Errorf("at the end came %q, %v", rest, err)
	}
}

// TestRelayCutOff checks that an answer which breaks off does not look whole, of known
// length or not.
func TestRelayCutOff(t *testing.T) {
	t.Parallel()
	known := "http://" + envoytest.ReplyBackend(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
	chunked := "http://" + envoytest.ReplyBackend(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
	g := startGateway(t, compile(t, nil,
		apiOf("known", known, twice), apiOf("chunked", chunked, twice),
		apiOf("read", chunked, twice+`<outbound><probe do="read response" /></outbound>`+onError),
	), Options{})
	for _, api := range []string{"known", "chunked"} {
		response, err := http.Get("http://" + g.address + "/" + api + "/x") //nolint:noctx // a test
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		// Where nothing has been sent yet when it breaks off, it is an error as any other.
		cut := response.StatusCode == 200 && string(body) == "half" && err != nil
		if !cut && (response.StatusCode != 500 || string(body) != floor(500)) {
			t.Errorf("%s: %d %q, and no mistake is seen", api, response.StatusCode, body)
		}
	}
	if r := envoytest.Get(t, g.address, "/read/x"); r.Line != "HTTP/1.1 599 Shown" || r.Body != "probe BackendConnectionFailure" {
		t.Errorf("read, the response is %s", r)
	}
}

// TestRelayLargeBodies checks the limits of bodies that are kept or read.
func TestRelayLargeBodies(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 5*bodyLimit)
	backend := "http://" + envoytest.HTTPBackend(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		if n == 0 {
			_, _ = io.WriteString(w, large)
			return
		}
		fmt.Fprint(w, n)
	}))
	g := startGateway(t, compile(t, nil,
		apiOf("kept", backend, retried(`count="1"`, `buffer-request-body="true"`)),
		apiOf("read", backend, twice+`<outbound><probe do="read response" /></outbound>`),
		apiOf("streamed", backend, retried(`count="1"`, ``)),
	), Options{BodyTimeout: 300 * time.Millisecond})
	const (
		tooLarge = `{ "statusCode": 413, "message": "The request's body is too large." }`
		late     = `{ "statusCode": 408, "message": "The request's body did not arrive in time." }`
	)
	chunked := fmt.Sprintf("POST /kept/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n%x\r\n%s\r\n0\r\n\r\n", len(large), large)
	for name, c := range map[string]struct {
		request, content string
		status           int
	}{
		"kept":                        {envoytest.Request("POST", "/kept/x", large), tooLarge, 413},
		"kept, of unknown length":     {chunked, tooLarge, 413},
		"kept, and does not come":     {"POST /kept/x HTTP/1.1\nHost: a\nContent-Length: 10\n\nhello", late, 408},
		"a response that is read":     {envoytest.Request("GET", "/read/x", ""), "", 500},
		"streamed":                    {envoytest.Request("POST", "/streamed/x", large), fmt.Sprint(len(large)), 200},
		"a response that is not read": {envoytest.Request("GET", "/streamed/x", ""), large, 200},
	} {
		r := envoytest.Exchange(t, g.address, c.request)
		if r.Status() != c.status || c.content != "" && r.Body != c.content {
			t.Errorf("%s: response is %.200s", name, r.String())
		}
	}
}

// TestRelayFlatMemory streams a lot in both directions: what is under way is all that is
// held.
func TestRelayFlatMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const size = 256 << 20
	backend := "http://" + envoytest.HTTPBackend(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil || n > 0 && n != size {
			http.Error(w, fmt.Sprint(n, err), http.StatusBadRequest)
			return
		}
		if n == 0 {
			_, _ = io.CopyN(w, zeros{}, size)
		}
	}))
	g := startGateway(t, compile(t, nil, apiOf("large", backend, retried(`count="1"`, ``))), Options{})
	var peak atomic.Uint64
	before := heap()
	watch, stop := context.WithCancel(t.Context())
	defer stop()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for tick := time.NewTicker(50 * time.Millisecond); ; {
			select {
			case <-tick.C:
				peak.Store(max(peak.Load(), heap()))
			case <-watch.Done():
				tick.Stop()
				return
			}
		}
	}()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	for _, upload := range []bool{true, false} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+g.address+"/large/x", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if upload {
			r.Body, r.ContentLength = io.NopCloser(io.LimitReader(zeros{}, size)), size
		}
		response, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != 200 || !upload && n != size {
			t.Fatalf("upload %v: %d after %d bytes, %v", upload, response.StatusCode, n, err)
		}
	}
	stop()
	<-watched
	if grown := int64(peak.Load()) - int64(before); grown > 24<<20 { //nolint:gosec // some megabytes
		t.Errorf("the heap has grown by %d MB", grown>>20)
	}
}

// heap is what is allocated and not yet collected.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

type zeros struct{}

// Read reads zeros.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestRelayBackendDies kills the backend between attempts.
func TestRelayBackendDies(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }), ReadHeaderTimeout: time.Minute}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l) // until it is killed
	}()
	kill := func(_ context.Context, x *exchange.Exchange) error {
		if x.Response != nil {
			_ = server.Close()
			<-served
		}
		return nil
	}
	g := startGateway(t, compile(t, map[string]probeFunc{"kill": kill}, apiOf("shop", "http://"+l.Addr().String(),
		`<backend><retry condition="@(context.Response == null || context.Response.StatusCode == 503)" count="2" interval="0"><forward-request /><probe do="kill" /></retry></backend>`+onError)), Options{})
	if r := envoytest.Get(t, g.address, "/shop/x"); r.Line != "HTTP/1.1 599 Shown" || r.Body != "forward-request BackendConnectionFailure" {
		t.Errorf("the response is %s", r)
	}
}

// TestRelayNotForStreams checks that WebSockets and gRPC calls are forwarded by Envoy although
// the policy could retry.
func TestRelayNotForStreams(t *testing.T) {
	t.Parallel()
	backend := "http://" + envoytest.Backend(t, func(conn net.Conn, _ string) {
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		_, _ = io.Copy(conn, conn)
	})
	g := startGateway(t, compile(t, nil, apiOf("open", backend, retried(`count="1"`, ``)), apiOf("again", "http://"+envoytest.RefusedAddress(t), retried(`count="1"`, ``)+onError)), Options{})
	upgrade := func(api string) (*envoytest.Conn, envoytest.Response) {
		conn := envoytest.Dial(t, g.address)
		conn.Send("GET /" + api + "/x HTTP/1.1\nHost: a\nConnection: Upgrade\nUpgrade: websocket\n\n")
		return conn, conn.Read("GET")
	}
	conn, r := upgrade("open")
	if r.Status() != 101 {
		t.Fatalf("response is %s", r)
	}
	conn.SendRaw("hello")
	if got := conn.Rest(500 * time.Millisecond); got != "hello" {
		t.Errorf("the backend says %q", got)
	}
	if _, r := upgrade("again"); r.Line != "HTTP/1.1 599 Shown" || r.Body != "forward-request GatewayFailure" {
		t.Errorf("response is %s", r)
	}
}

// TestRelayTargets checks that the backend gets the target as it is, whatever it looks like.
func TestRelayTargets(t *testing.T) {
	t.Parallel()
	address := envoytest.EchoBackend(t)
	g := startGateway(t, compile(t, nil,
		apiOf("plain", "http://"+address, ``), apiOf("relayed", "http://"+address, retried(`count="1"`, ``)),
	), Options{})
	for _, target := range []string{"/x", "//x", "///x//?", "/a%2Fb", "/a:b@c", "/?a=b?c&d", "/x;y=1,2", "/%C3%A4", "/a|b"} {
		var got [2]envoytest.Echo
		for i, api := range []string{"/plain", "/relayed"} {
			got[i] = envoytest.ReadEcho(t, envoytest.Get(t, g.address, api+target, "X-Odd:   blanks\t", "User-Agent: me", "Accept-Encoding: br"))
		}
		if got[0].Target != got[1].Target || fmt.Sprint(got[0].Headers) != fmt.Sprint(got[1].Headers) {
			t.Errorf("%s: the backend gets\n%+v\nand by the relay\n%+v", target, got[0], got[1])
		}
	}
}

// TestRelayRedirectElsewhere checks that a redirect reaches a host that no plan names, and that
// a backend's credentials and the Host that a policy has set do not go there.
func TestRelayRedirectElsewhere(t *testing.T) {
	t.Parallel()
	elsewhere := envoytest.EchoBackend(t)
	first := make(chan http.Header, 1)
	backend := envoytest.HTTPBackend(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first <- r.Header
		http.Redirect(w, r, "http://"+elsewhere+"/there", http.StatusTemporaryRedirect)
	}))
	g := startGateway(t, compile(t, nil, apiOf("shop", "http://"+backend,
		`<inbound><probe do="credentials" /><set-header name="Host"><value>mine.test</value></set-header></inbound><backend><forward-request follow-redirects="true" /></backend>`)), Options{})
	e := envoytest.ReadEcho(t, envoytest.Get(t, g.address, "/shop/x", "X-Own: 1"))
	if got := <-first; len(got["X-Key"]) != 2 {
		t.Errorf("the backend got %v", got)
	}
	if e.Target != "/there" || e.Headers["X-Key"] != nil || len(e.Headers["X-Own"]) != 1 || e.Host != elsewhere {
		t.Errorf("elsewhere came %+v", e)
	}
}
