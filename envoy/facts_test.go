package envoy_test

import (
	_ "embed"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"text/template"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extprocfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_proc/v3"
	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// The facts about Envoy that the gateway is built on and that its documentation does not
// promise, or gets wrong. When one fails with a new Envoy, the design has to be looked at,
// not only the test.

//go:embed testdata/facts.yaml
var factsConfig string

// floor is the body of every answer that nobody made on purpose.
func floor(code int) string {
	return fmt.Sprintf(`{ "statusCode": %d, "message": "Internal server error" }`, code)
}

// A facts is one Envoy with the configuration of testdata/facts.yaml and what is around it.
type facts struct {
	envoy   *envoytest.Envoy
	address string // of the listener

	mu      sync.Mutex
	scripts map[string]script // by the request's x-case
	seen    map[string]string // request heads that the raw backend got, by x-case
}

// A script is what the ext_proc server does with one stream, whose first message it gets.
type script func(s *stream, first *extprocv3.ProcessingRequest) error

func startFacts(t *testing.T) *facts {
	t.Helper()
	f := &facts{scripts: map[string]script{}, seen: map[string]string{}}
	socket := filepath.Join(envoytest.Dir(t), "ep.sock")
	f.serve(t, socket)
	type place struct{ Name, Port, Path, Filter string }
	var data struct{ Backends, Sockets []place }
	for name, address := range map[string]string{
		"shop": envoytest.EchoBackend(t), "alt": f.rawBackend(t), "refused": envoytest.RefusedAddress(t),
		"reset": envoytest.ResetBackend(t), "silent": envoytest.SilentBackend(t), "garbage": envoytest.ReplyBackend(t, "nonsense\r\n\r\n"),
	} {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			t.Fatal(err)
		}
		data.Backends = append(data.Backends, place{Name: name, Port: port})
	}
	data.Sockets = []place{{Name: "ep", Path: socket, Filter: "apim"}, {Name: "gone", Path: socket + ".not", Filter: "gone"}}
	var config strings.Builder
	if err := template.Must(template.New("facts").Parse(factsConfig)).Execute(&config, data); err != nil {
		t.Fatal(err)
	}
	f.envoy = envoytest.Start(t, envoytest.Options{Config: config.String()})
	f.address = f.envoy.Address("facts")
	return f
}

// rawBackend answers "200 Get GKE" with the body "alt!", and keeps the request's head.
func (f *facts) rawBackend(t *testing.T) string {
	return envoytest.Backend(t, func(conn net.Conn, head string) {
		f.mu.Lock()
		f.seen[headerOf(head, "x-case")] = head
		f.mu.Unlock()
		_, _ = conn.Write([]byte("HTTP/1.1 200 Get GKE\r\nContent-Length: 4\r\nX-Mixed-Case: Yes\r\nconnection: close\r\n\r\nalt!")) // the client is Envoy
	})
}

func (f *facts) head(id string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen[id]
}

func headerOf(head, name string) string {
	for line := range strings.Lines(head) {
		if n, v, ok := strings.Cut(line, ":"); ok && strings.EqualFold(n, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// serve runs the ext_proc server.
func (f *facts) serve(t *testing.T, socket string) {
	t.Helper()
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	extprocv3.RegisterExternalProcessorServer(server, factsProcessor{facts: f})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l) // ends with Stop
	}()
	t.Cleanup(func() {
		server.Stop()
		<-done
	})
}

type factsProcessor struct {
	extprocv3.UnimplementedExternalProcessorServer
	*facts
}

func (p factsProcessor) Process(server extprocv3.ExternalProcessor_ProcessServer) error {
	first, err := server.Recv()
	if err != nil {
		return err
	}
	s := &stream{server}
	p.mu.Lock()
	script := p.scripts[s.header(first, "x-case")]
	p.mu.Unlock()
	if script == nil {
		script = pass
	}
	return script(s, first)
}

// A stream is one ext_proc stream.
type stream struct {
	extprocv3.ExternalProcessor_ProcessServer
}

func (s *stream) header(m *extprocv3.ProcessingRequest, name string) string {
	lines := m.GetRequestHeaders().GetHeaders().GetHeaders()
	if m.GetResponseHeaders() != nil {
		lines = m.GetResponseHeaders().GetHeaders().GetHeaders()
	}
	for _, h := range lines {
		if h.GetKey() == name {
			return string(h.GetRawValue())
		}
	}
	return ""
}

// set is a header line that replaces, add one that is added.
func set(name, value string) *corev3.HeaderValueOption {
	return &corev3.HeaderValueOption{Header: &corev3.HeaderValue{Key: name, RawValue: []byte(value)}}
}

func add(name, value string) *corev3.HeaderValueOption {
	h := set(name, value)
	h.Append = wrapperspb.Bool(true) //nolint:staticcheck // the only one that Envoy's ext_proc reads
	return h
}

func headers(h ...*corev3.HeaderValueOption) *extprocv3.HeaderMutation {
	return &extprocv3.HeaderMutation{SetHeaders: h}
}

func onRequest(r *extprocv3.CommonResponse) *extprocv3.ProcessingResponse {
	return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_RequestHeaders{RequestHeaders: &extprocv3.HeadersResponse{Response: r}}}
}

func onResponse(r *extprocv3.CommonResponse) *extprocv3.ProcessingResponse {
	return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_ResponseHeaders{ResponseHeaders: &extprocv3.HeadersResponse{Response: r}}}
}

func immediate(code int32, details, body string, h ...*corev3.HeaderValueOption) *extprocv3.ProcessingResponse {
	return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_ImmediateResponse{ImmediateResponse: &extprocv3.ImmediateResponse{
		Status: &typev3.HttpStatus{Code: typev3.StatusCode(code)}, Details: details, Body: []byte(body), Headers: headers(h...),
	}}}
}

func replace(body string, h ...*corev3.HeaderValueOption) *extprocv3.CommonResponse {
	return &extprocv3.CommonResponse{
		Status: extprocv3.CommonResponse_CONTINUE_AND_REPLACE, HeaderMutation: headers(h...),
		BodyMutation: &extprocv3.BodyMutation{Mutation: &extprocv3.BodyMutation_Body{Body: []byte(body)}},
	}
}

// reroute sends the request to another cluster, as ext_proc does when a policy chooses a backend.
func reroute(cluster string, h ...*corev3.HeaderValueOption) *extprocv3.CommonResponse {
	h = append(h, set("x-apim-key", "?generic"), set("x-apim-cluster", cluster))
	return &extprocv3.CommonResponse{HeaderMutation: headers(h...), ClearRouteCache: true}
}

// mode is an override; what it does not name stays off.
func mode(response extprocfilterv3.ProcessingMode_HeaderSendMode, requestBody, responseBody extprocfilterv3.ProcessingMode_BodySendMode) *extprocfilterv3.ProcessingMode {
	return &extprocfilterv3.ProcessingMode{ResponseHeaderMode: response, RequestBodyMode: requestBody, ResponseBodyMode: responseBody}
}

const (
	send     = extprocfilterv3.ProcessingMode_SEND
	skip     = extprocfilterv3.ProcessingMode_SKIP
	none     = extprocfilterv3.ProcessingMode_NONE
	buffered = extprocfilterv3.ProcessingMode_BUFFERED
)

// Scripts.

func pass(s *stream, _ *extprocv3.ProcessingRequest) error { return s.Send(onRequest(nil)) }

// answer sends one message for the request's headers.
func answer(r *extprocv3.ProcessingResponse) script {
	return func(s *stream, _ *extprocv3.ProcessingRequest) error { return s.Send(r) }
}

// withResponse routes to a cluster and answers its response headers by a reply, which may look at them.
func withResponse(cluster string, reply func(*stream, *extprocv3.ProcessingRequest) *extprocv3.ProcessingResponse) script {
	return func(s *stream, _ *extprocv3.ProcessingRequest) error {
		r := onRequest(reroute(cluster))
		r.ModeOverride = mode(send, none, none)
		if err := s.Send(r); err != nil {
			return err
		}
		m, err := s.Recv()
		if err != nil {
			return err
		}
		return s.Send(reply(s, m))
	}
}

func always(r *extprocv3.ProcessingResponse) func(*stream, *extprocv3.ProcessingRequest) *extprocv3.ProcessingResponse {
	return func(*stream, *extprocv3.ProcessingRequest) *extprocv3.ProcessingResponse { return r }
}

// A fact is one request and what must come of it. Empty wants are not looked at.
type fact struct {
	method, target, body string
	headers              []string
	script               script

	line    string            // status line
	vhost   string            // that answered
	want    map[string]string // response headers; "-" means that it is absent
	content string            // body of the response
	rest    string            // bytes behind the response
	echo    func(t *testing.T, e envoytest.Echo)
	sent    []string // parts of the head that the raw backend got; with a leading "!", parts it did not get
}

func TestFacts(t *testing.T) {
	t.Parallel()
	f := startFacts(t)
	for group, cases := range map[string]map[string]fact{
		"virtual hosts": virtualHostFacts, "internal headers": internalHeaderFacts, "local replies": localReplyFacts,
		"immediate response": immediateFacts, "replaced response": replaceFacts, "modes": modeFacts,
		"header mutations": mutationFacts, "failing closed": failureFacts, "reason phrases": reasonFacts, "timeouts": timeoutFacts,
	} {
		for name, c := range cases {
			t.Run(group+"/"+name, func(t *testing.T) {
				t.Parallel()
				f.check(t, c)
			})
		}
	}
	for name, c := range rawFacts {
		t.Run("malformed/"+name, func(t *testing.T) {
			t.Parallel()
			r := envoytest.Exchange(t, f.address, c.request)
			if r.Line != c.line {
				t.Errorf("status line %q, want %q", r.Line, c.line)
			}
			if c.body != "" && r.Body != c.body {
				t.Errorf("body %q, want %q", r.Body, c.body)
			}
		})
	}
}

// A body of which more than the limit has come before ext_proc asks for it is stuck: Envoy
// neither reads on nor answers. So ext_proc asks for no body whose length is above the limit,
// and waits for none without a deadline.
func TestFactBodyAboveTheLimit(t *testing.T) {
	t.Parallel()
	f := startFacts(t)
	arrived, asked := make(chan struct{}), make(chan struct{})
	f.scripts[t.Name()] = func(s *stream, _ *extprocv3.ProcessingRequest) error {
		<-arrived
		r := onRequest(nil)
		r.ModeOverride = mode(skip, buffered, none)
		if err := s.Send(r); err != nil {
			return err
		}
		close(asked)
		_, err := s.Recv()
		return err
	}
	conn := envoytest.Dial(t, f.address)
	go conn.TrySend(envoytest.Request("POST", "/shop/x", strings.Repeat("x", 8<<20), "x-case: "+t.Name()))
	envoytest.Eventually(t, "more than the limit has arrived", func() bool {
		stats, err := f.envoy.Admin.Stats(t.Context(), "^http.facts.downstream_cx_rx_bytes_total$")
		return err == nil && stats["http.facts.downstream_cx_rx_bytes_total"] > 1<<20
	})
	close(arrived)
	<-asked
	if got := conn.Rest(500 * time.Millisecond); got != "" {
		t.Errorf("there is an answer, so this is repaired:\n%s", got)
	}
}

func (f *facts) check(t *testing.T, c fact) {
	t.Helper()
	id := t.Name()
	f.mu.Lock()
	f.scripts[id] = c.script
	f.mu.Unlock()
	verb := orElse(c.method, "GET")
	conn := envoytest.Dial(t, f.address)
	conn.Send(envoytest.Request(verb, orElse(c.target, "/shop/x"), c.body, append([]string{"x-case: " + id}, c.headers...)...))
	r := conn.Read(verb)
	if c.line != "" && r.Line != c.line {
		t.Errorf("status line %q, want %q", r.Line, c.line)
	}
	if got := r.Header("x-vhost"); c.vhost != "" && got != c.vhost {
		t.Errorf("virtual host %q, want %q", got, c.vhost)
	}
	for name, want := range c.want {
		if got, ok := r.Lookup(name); !ok && want != "-" || ok && got != want {
			t.Errorf("%s: %q (there: %v), want %q", name, got, ok, want)
		}
	}
	if c.content != "" && r.Body != c.content {
		t.Errorf("body %q, want %q", r.Body, c.content)
	}
	if c.rest != "" {
		if rest := conn.Rest(300 * time.Millisecond); rest != c.rest {
			t.Errorf("behind the response %q, want %q", rest, c.rest)
		}
	}
	if c.echo != nil {
		c.echo(t, envoytest.ReadEcho(t, r))
	}
	head := f.head(id)
	for _, part := range c.sent {
		absent, isAbsent := strings.CutPrefix(part, "!")
		if isAbsent && strings.Contains(head, absent) || !isAbsent && !strings.Contains(head, part) {
			t.Errorf("the backend got, against %q:\n%s", part, head)
		}
	}
	if t.Failed() {
		t.Logf("the response:\n%s", r)
	}
}

var virtualHostFacts = map[string]fact{
	"path":                     {target: "/shop/x", vhost: "shop"},
	"path itself":              {target: "/shop", vhost: "shop"},
	"path with a query":        {target: "/shop?/x/eu", vhost: "shop"},
	"longest path wins":        {target: "/shop/eu/x", vhost: "shop-eu"},
	"longest path itself":      {target: "/shop/eu", vhost: "shop-eu"},
	"whole segments only":      {target: "/shopping", vhost: "unknown", line: "HTTP/1.1 503 Service Unavailable"},
	"longer segment":           {target: "/shop/europe", vhost: "shop"},
	"case does not matter":     {target: "/SHOP/Eu/x", vhost: "shop-eu"},
	"revision":                 {target: "/shop;rev=2/x", vhost: "shop"},
	"revision of the longer":   {target: "/shop/eu;rev=2/x", vhost: "shop-eu"},
	"dot segments":             {target: "/shop/../shop/eu/./x", vhost: "shop-eu"},
	"escaped letters":          {target: "/sh%6Fp/x", vhost: "shop"},
	"escaped slash stays":      {target: "/shop%2Feu/x", vhost: "unknown"},
	"double slash stays":       {target: "/shop//eu", vhost: "shop"},
	"a query is no generic":    {target: "/?generic", vhost: "unknown"},
	"nor is an escaped one":    {target: "/%3Fgeneric", vhost: "unknown"},
	"absolute target":          {target: "http://x.test/shop/x", vhost: "shop", echo: wantHost("x.test")},
	"two Hosts become one":     {headers: []string{"Host: a", "Host: b"}, vhost: "shop", echo: wantHost("a,b")},
	"operation without policy": {target: "/shop/native", content: "native", script: answer(immediate(500, "apim_never", ""))},
}

func wantHost(host string) func(*testing.T, envoytest.Echo) {
	return func(t *testing.T, e envoytest.Echo) {
		t.Helper()
		if e.Host != host {
			t.Errorf("the backend got Host %q, want %q", e.Host, host)
		}
	}
}

func wantHeader(name, want string) func(*testing.T, envoytest.Echo) {
	return func(t *testing.T, e envoytest.Echo) {
		t.Helper()
		if got := strings.Join(e.Headers[name], "|"); got != want {
			t.Errorf("the backend got %s: %q, want %q", name, got, want)
		}
	}
}

var internalHeaderFacts = map[string]fact{
	"forged ones change nothing": {
		headers: []string{"x-apim-key: ?generic", "X-Apim-Cluster: alt", "x-apim-reason: hello", "x-apim-other: 1"},
		vhost:   "shop", line: "HTTP/1.1 200 OK",
		echo: func(t *testing.T, e envoytest.Echo) {
			t.Helper()
			for name := range e.Headers {
				if strings.HasPrefix(name, "X-Apim-") {
					t.Errorf("the backend got %s", name)
				}
			}
		},
	},
	"ext_proc does not see forged ones": {
		headers: []string{"x-apim-reason: hello"},
		script: func(s *stream, m *extprocv3.ProcessingRequest) error {
			return s.Send(immediate(200, "apim_seen", "["+s.header(m, "x-apim-reason")+"]["+s.header(m, "x-apim-key")+"]"))
		},
		content: "[][/shop/x/.]",
	},
	"another backend by clear_route_cache": {
		script: answer(onRequest(reroute("alt", set(":path", "/elsewhere?a=%20b"), set(":authority", "alt.test")))),
		vhost:  "generic", content: "alt!", sent: []string{"GET /elsewhere?a=%20b HTTP/1.1", "alt.test", "!x-apim"},
	},
	"another backend from the unknown": {
		target: "/nowhere", script: answer(onRequest(reroute("alt"))), vhost: "generic", content: "alt!",
	},
	"without clear the first route stays": {
		script: answer(onRequest(&extprocv3.CommonResponse{HeaderMutation: headers(set("x-apim-key", "?generic"), set("x-apim-cluster", "alt"))})),
		vhost:  "shop",
	},
	"another backend from the body": {
		method: "POST", body: "abc",
		script: func(s *stream, _ *extprocv3.ProcessingRequest) error {
			m, err := readBody(s)
			if err != nil {
				return err
			}
			r := replace(strings.ToUpper(string(m.GetRequestBody().GetBody())), set("x-apim-key", "?generic"), set("x-apim-cluster", "alt"), set("content-length", "3"))
			r.Status, r.ClearRouteCache = extprocv3.CommonResponse_CONTINUE, true
			return s.Send(&extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_RequestBody{RequestBody: &extprocv3.BodyResponse{Response: r}}})
		},
		vhost: "generic", content: "alt!",
	},
	"a cluster that is not there": {
		script: answer(onRequest(reroute("nobody"))), line: "HTTP/1.1 503 Service Unavailable", content: floor(503), want: map[string]string{"x-apim-details": "-"},
	},
}

// readBody asks for the request's body and waits for it.
func readBody(s *stream) (*extprocv3.ProcessingRequest, error) {
	r := onRequest(nil)
	r.ModeOverride = mode(skip, buffered, none)
	if err := s.Send(r); err != nil {
		return nil, err
	}
	return s.Recv()
}

// showDetails answers a local reply by what ext_proc was told of it.
func showDetails(s *stream, m *extprocv3.ProcessingRequest) *extprocv3.ProcessingResponse {
	text := s.header(m, ":status") + " " + s.header(m, "x-apim-details")
	return onResponse(replace(text, set(":status", "299"), set("x-apim-reason", "Seen"), set("x-apim-cl", fmt.Sprint(len(text)))))
}

var localReplyFacts = map[string]fact{
	"refused": {
		script: withResponse("refused", showDetails), line: "HTTP/1.1 299 Seen",
		content: "503 upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}",
		want:    map[string]string{"x-apim-details": "-", "x-apim-cl": "-", "transfer-encoding": "-"},
	},
	"reset": {
		script:  withResponse("reset", showDetails),
		content: "503 upstream_reset_before_response_started{connection_termination}",
	},
	"garbage": {
		script:  withResponse("garbage", showDetails),
		content: "502 upstream_reset_before_response_started{protocol_error}",
	},
	"no such cluster": {script: withResponse("nobody", showDetails), content: "503 cluster_not_found"},
	"not looked at, the details do not leak": {
		script: answer(onRequest(reroute("refused"))), line: "HTTP/1.1 503 Service Unavailable",
		content: floor(503), want: map[string]string{"x-apim-details": "-"},
	},
	"a backend's answer has no details": {script: withResponse("alt", showDetails), content: "200 "},
}

var immediateFacts = map[string]fact{
	"ours passes the floor": {
		script: answer(immediate(401, "apim_key", "ours", set("content-type", "text/x"), set("x-apim-reason", "Access Denied"))),
		line:   "HTTP/1.1 401 Access Denied", content: "ours",
		want: map[string]string{"content-type": "text/x", "content-length": "4", "x-apim-reason": "-"},
	},
	"without details it meets the floor": {script: answer(immediate(401, "", "ours")), line: "HTTP/1.1 401 Unauthorized", content: floor(401)},
	"several lines by append": {
		script: answer(immediate(200, "apim_x", "", set("set-cookie", "a=1"), add("set-cookie", "b=2"))),
		want:   map[string]string{"set-cookie": "a=1"},
	},
	"any status":                {script: answer(immediate(799, "apim_x", "b")), line: "HTTP/1.1 799 Unknown", content: "b"},
	"a status below 200 is 200": {script: answer(immediate(100, "apim_x", "b")), line: "HTTP/1.1 200 OK", content: "b"},
	"204 with a body breaks the connection": {
		script: answer(immediate(204, "apim_x", "bod")), line: "HTTP/1.1 204 No Content", rest: "bod",
	},
	"HEAD has no body": {
		method: "HEAD", script: answer(immediate(200, "apim_x", "four")), want: map[string]string{"content-length": "4"},
	},
	"in the response phase Lua is passed by": {
		script: withResponse("alt", always(immediate(502, "apim_x", "imm", set("x-apim-reason", "Sad")))),
		line:   "HTTP/1.1 502 Bad Gateway", content: "imm", want: map[string]string{"x-apim-reason": "Sad", "x-mixed-case": "-"},
	},
}

var replaceFacts = map[string]fact{
	"content-length goes": {
		script: withResponse("alt", always(onResponse(replace("new", set("content-length", "3"))))),
		line:   "HTTP/1.1 200 Get GKE", content: "new", want: map[string]string{"content-length": "-", "transfer-encoding": "chunked"},
	},
	"the helper brings it back": {
		script: withResponse("alt", always(onResponse(replace("new", set(":status", "404"), set("x-apim-reason", "Resource Not Found"), set("x-apim-cl", "3"))))),
		line:   "HTTP/1.1 404 Resource Not Found", content: "new",
		want: map[string]string{"content-length": "3", "transfer-encoding": "-", "x-apim-cl": "-", "x-apim-reason": "-"},
	},
	"headers of the backend stay": {
		script: withResponse("alt", always(onResponse(replace("new")))), want: map[string]string{"x-mixed-case": "Yes"},
	},
	"HEAD with a body breaks the connection": {
		method: "HEAD", script: withResponse("alt", always(onResponse(replace("new")))), rest: "new",
	},
	"of a request": {
		method: "PUT", body: "old", vhost: "generic",
		script: answer(onRequest(func() *extprocv3.CommonResponse {
			r := replace("brand new", reroute("alt", set(":path", "/q")).GetHeaderMutation().GetSetHeaders()...)
			r.ClearRouteCache = true
			return r
		}())),
		sent: []string{"PUT /q HTTP/1.1", "chunked", "!ontent-"},
	},
	"no new body leaves the old": {
		script:  withResponse("alt", always(onResponse(&extprocv3.CommonResponse{Status: extprocv3.CommonResponse_CONTINUE_AND_REPLACE}))),
		content: "alt!",
	},
}

var modeFacts = map[string]fact{
	"request body on demand": {
		method: "POST", body: "hello",
		script: func(s *stream, _ *extprocv3.ProcessingRequest) error {
			m, err := readBody(s)
			if err != nil {
				return err
			}
			return s.Send(immediate(200, "apim_x", "got "+string(m.GetRequestBody().GetBody())))
		},
		content: "got hello",
	},
	"no body, no message": {
		script: func(s *stream, _ *extprocv3.ProcessingRequest) error {
			r := onRequest(reroute("alt"))
			r.ModeOverride = mode(send, buffered, none)
			if err := s.Send(r); err != nil {
				return err
			}
			m, err := s.Recv()
			if err != nil {
				return err
			}
			return s.Send(onResponse(replace(fmt.Sprintf("%T", m.GetRequest()))))
		},
		content: "*ext_procv3.ProcessingRequest_ResponseHeaders",
	},
	"response body on demand, late": {
		script: withResponseBody("alt"), line: "HTTP/1.1 404 Late", content: "ALT!", want: map[string]string{"content-length": "4"},
	},
	"response body of a local reply, late": {
		script: withResponseBody("refused"), line: "HTTP/1.1 404 Late", content: strings.ToUpper(floor(503)),
	},
	"an end is no failure": {
		script: func(s *stream, _ *extprocv3.ProcessingRequest) error { return s.Send(onRequest(nil)) }, line: "HTTP/1.1 200 OK",
	},
}

// withResponseBody asks for the body when it has the response's headers, and puts it in capitals.
func withResponseBody(cluster string) script {
	return func(s *stream, _ *extprocv3.ProcessingRequest) error {
		r := onRequest(reroute(cluster))
		r.ModeOverride = mode(send, none, none)
		if err := s.Send(r); err != nil {
			return err
		}
		if _, err := s.Recv(); err != nil {
			return err
		}
		r = onResponse(nil)
		r.ModeOverride = mode(send, none, buffered)
		if err := s.Send(r); err != nil {
			return err
		}
		m, err := s.Recv()
		if err != nil {
			return err
		}
		body := strings.ToUpper(string(m.GetResponseBody().GetBody()))
		changed := replace(body, set(":status", "404"), set("content-length", fmt.Sprint(len(body))), set("x-apim-reason", "Late"))
		changed.Status = extprocv3.CommonResponse_CONTINUE
		return s.Send(&extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_ResponseBody{ResponseBody: &extprocv3.BodyResponse{Response: changed}}})
	}
}

var mutationFacts = map[string]fact{
	"value instead of raw_value is empty": {
		script: answer(onRequest(&extprocv3.CommonResponse{HeaderMutation: headers(&corev3.HeaderValueOption{Header: &corev3.HeaderValue{Key: "x-a", Value: "lost"}})})),
		echo: func(t *testing.T, e envoytest.Echo) {
			t.Helper()
			if v, ok := e.Headers["X-A"]; !ok || v[0] != "" {
				t.Errorf("X-A is %q, %v; want it there and empty", v, ok)
			}
		},
	},
	"append adds a line": {
		headers: []string{"x-a: 1"},
		script:  answer(onRequest(&extprocv3.CommonResponse{HeaderMutation: headers(add("x-a", "2"))})), echo: wantHeader("X-A", "1|2"),
	},
	"append_action is not read": {
		headers: []string{"x-a: 1"},
		script: answer(onRequest(&extprocv3.CommonResponse{HeaderMutation: headers(&corev3.HeaderValueOption{
			Header: &corev3.HeaderValue{Key: "x-a", RawValue: []byte("2")}, AppendAction: corev3.HeaderValueOption_APPEND_IF_EXISTS_OR_ADD,
		})})), echo: wantHeader("X-A", "2"),
	},
	"removal comes first": {
		headers: []string{"x-a: 1"},
		script: answer(onRequest(&extprocv3.CommonResponse{HeaderMutation: &extprocv3.HeaderMutation{
			RemoveHeaders: []string{"x-a"}, SetHeaders: []*corev3.HeaderValueOption{set("x-a", "2")},
		}})), echo: wantHeader("X-A", "2"),
	},
	"line ends are refused":  {script: answer(onRequest(&extprocv3.CommonResponse{HeaderMutation: headers(set("x-a", "a\r\nb: c"))})), line: "HTTP/1.1 500 Internal Server Error", content: floor(500)},
	"names are checked":      {script: answer(onRequest(&extprocv3.CommonResponse{HeaderMutation: headers(set("x a", "v"))})), line: "HTTP/1.1 500 Internal Server Error", content: floor(500)},
	"empty names are not":    {script: answer(onRequest(reroute("alt", set("", "v")))), sent: []string{"\n: v"}},
	"paths are not":          {script: answer(onRequest(reroute("alt", set(":path", "/a b")))), sent: []string{"GET /a b HTTP/1.1"}},
	"a path without slash":   {script: answer(onRequest(reroute("alt", set(":path", "a")))), line: "HTTP/1.1 404 Not Found", content: floor(404)},
	"methods are not":        {script: answer(onRequest(reroute("alt", set(":method", "A B")))), sent: []string{"A B / HTTP/1.1"}, target: "/"},
	"Host is the authority":  {script: answer(onRequest(&extprocv3.CommonResponse{HeaderMutation: headers(set("host", "h.test"))})), echo: wantHost("h.test")},
	"150 request headers":    {script: answer(onRequest(&extprocv3.CommonResponse{HeaderMutation: headers(many(150)...)})), line: "HTTP/1.1 200 OK"},
	"150 response headers":   {script: withResponse("alt", always(onResponse(&extprocv3.CommonResponse{HeaderMutation: headers(many(150)...)}))), line: "HTTP/1.1 200 Get GKE"},
	"each line arrives":      {headers: []string{"x-a: 1", "X-A: 2"}, script: lines, content: "1|2"},
	"bytes arrive raw":       {headers: []string{"x-a: \xff\xfe"}, script: lines, content: "\xff\xfe"},
	"a body's length, wrong": {method: "POST", body: "abc", script: wrongLength, line: "HTTP/1.1 500 Internal Server Error", content: floor(500)},
}

func many(n int) []*corev3.HeaderValueOption {
	var h []*corev3.HeaderValueOption
	for i := range n {
		h = append(h, set(fmt.Sprintf("x-many-%d", i), "v"))
	}
	return h
}

// lines answers with the lines of x-a as ext_proc sees them.
func lines(s *stream, m *extprocv3.ProcessingRequest) error {
	var values []string
	for _, h := range m.GetRequestHeaders().GetHeaders().GetHeaders() {
		if h.GetKey() == "x-a" {
			values = append(values, string(h.GetRawValue()))
		}
	}
	return s.Send(immediate(200, "apim_x", strings.Join(values, "|")))
}

// wrongLength replaces a buffered body and leaves its old content-length.
func wrongLength(s *stream, _ *extprocv3.ProcessingRequest) error {
	if _, err := readBody(s); err != nil {
		return err
	}
	r := replace("longer than before")
	r.Status = extprocv3.CommonResponse_CONTINUE
	return s.Send(&extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_RequestBody{RequestBody: &extprocv3.BodyResponse{Response: r}}})
}

var failureFacts = map[string]fact{
	"returning early passes the request unprocessed": {
		script: func(*stream, *extprocv3.ProcessingRequest) error { return nil }, line: "HTTP/1.1 200 OK", vhost: "shop",
	},
	"an error status is 500": {
		script: func(*stream, *extprocv3.ProcessingRequest) error { return status.Error(codes.Internal, "secret") },
		line:   "HTTP/1.1 500 Internal Server Error", content: floor(500), want: map[string]string{"x-apim-details": "-"},
	},
	"an error in the response phase is 500": {
		script: func(s *stream, _ *extprocv3.ProcessingRequest) error {
			r := onRequest(reroute("alt"))
			r.ModeOverride = mode(send, none, none)
			if err := s.Send(r); err != nil {
				return err
			}
			if _, err := s.Recv(); err != nil {
				return err
			}
			return status.Error(codes.Internal, "secret")
		},
		// This reply goes past the Lua filter, which takes the details away from others: so the
		// mapper that adds them must not match it.
		line: "HTTP/1.1 500 Internal Server Error", content: floor(500), want: map[string]string{"x-apim-details": "-"},
	},
	"an answer to another question is 500": {
		script: answer(onResponse(nil)), line: "HTTP/1.1 500 Internal Server Error", content: floor(500),
	},
	"silence is 504": {
		script: func(s *stream, _ *extprocv3.ProcessingRequest) error {
			<-s.Context().Done()
			return s.Context().Err()
		},
		line: "HTTP/1.1 504 Gateway Timeout", content: floor(504),
	},
	"no server is 500": {target: "/gone/x", line: "HTTP/1.1 500 Internal Server Error", content: floor(500)},
}

var reasonFacts = map[string]fact{
	"the backend's passes": {
		script: answer(onRequest(reroute("alt"))), line: "HTTP/1.1 200 Get GKE", want: map[string]string{"X-Mixed-Case": "Yes"},
	},
	"it stays when the status changes": {
		script: withResponse("alt", always(onResponse(&extprocv3.CommonResponse{HeaderMutation: headers(set(":status", "404"))}))),
		line:   "HTTP/1.1 404 Get GKE",
	},
	"an empty one is the standard one": {
		script: withResponse("alt", always(onResponse(&extprocv3.CommonResponse{HeaderMutation: headers(set(":status", "404"), set("x-apim-reason", ""))}))),
		line:   "HTTP/1.1 404 Not Found",
	},
	"ours": {
		script: withResponse("alt", always(onResponse(&extprocv3.CommonResponse{HeaderMutation: headers(set("x-apim-reason", "My Reason"))}))),
		line:   "HTTP/1.1 200 My Reason", content: "alt!",
	},
}

var timeoutFacts = map[string]fact{
	"per try": {
		script: answer(onRequest(reroute("silent", set("x-envoy-upstream-rq-per-try-timeout-ms", "100")))),
		line:   "HTTP/1.1 504 Gateway Timeout", content: floor(504),
	},
	"its details": {
		script: func(s *stream, _ *extprocv3.ProcessingRequest) error {
			r := onRequest(reroute("silent", set("x-envoy-upstream-rq-per-try-timeout-ms", "100")))
			r.ModeOverride = mode(send, none, none)
			if err := s.Send(r); err != nil {
				return err
			}
			m, err := s.Recv()
			if err != nil {
				return err
			}
			return s.Send(showDetails(s, m))
		},
		content: "504 upstream_per_try_timeout",
	},
	"clients cannot set it": {
		headers: []string{"x-envoy-upstream-rq-per-try-timeout-ms: 1", "x-envoy-upstream-rq-timeout-ms: 1"},
		line:    "HTTP/1.1 200 OK", echo: wantHeader("X-Envoy-Upstream-Rq-Per-Try-Timeout-Ms", ""),
	},
	"the backend does not see it": {
		script: answer(onRequest(reroute("alt", set("x-envoy-upstream-rq-per-try-timeout-ms", "5000")))), sent: []string{"!x-envoy-upstream", "!x-envoy-expected"},
	},
}

// rawFacts are requests that Envoy's codec refuses. They get an answer, since no route, and
// so no ext_proc, has been chosen for them.
var rawFacts = map[string]struct{ request, line, body string }{
	"request line":          {"GET /shop /x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400 Bad Request", floor(400)},
	"HTTP/0.9":              {"GET /shop\n\n", "HTTP/1.1 426 Upgrade Required", floor(426)},
	"header":                {"GET /shop/x HTTP/1.1\nHost: a\nno colon\n\n", "HTTP/1.1 400 Bad Request", floor(400)},
	"two framings":          {"POST /shop/x HTTP/1.1\nHost: a\nContent-Length: 3\nTransfer-Encoding: chunked\n\n0\r\n\r\n", "HTTP/1.1 400 Bad Request", floor(400)},
	"two lengths":           {"POST /shop/x HTTP/1.1\nHost: a\nContent-Length: 3\nContent-Length: 4\n\nabcd", "HTTP/1.1 400 Bad Request", floor(400)},
	"unknown coding":        {"POST /shop/x HTTP/1.1\nHost: a\nTransfer-Encoding: x\n\n", "HTTP/1.1 501 Not Implemented", floor(501)},
	"unknown method":        {"NOTAMETHOD /shop/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400 Bad Request", floor(400)},
	"HTTP/1.0":              {"GET /shop/x HTTP/1.0\n\n", "HTTP/1.1 426 Upgrade Required", floor(426)},
	"fragment":              {"GET /shop/x#a HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400 Bad Request", floor(400)},
	"NUL":                   {"GET /shop/x%00 HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400 Bad Request", floor(400)},
	"no Host":               {"GET /shop/x HTTP/1.1\n\n", "HTTP/1.1 400 Bad Request", floor(400)},
	"headers of 70 KB":      {"GET /shop/x HTTP/1.1\nHost: a\nx: " + strings.Repeat("y", 70_000) + "\n\n", "HTTP/1.1 431 Request Header Fields Too Large", floor(431)},
	"star is without route": {"OPTIONS * HTTP/1.1\nHost: a\n\n", "HTTP/1.1 404 Not Found", floor(404)},
}
