package extproc

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
	"github.com/apimgw/apimgw/xds"
)

// A failure is something that goes wrong with a request. It is a row of the table in
// docs/fidelity.md, which is made of testdata/failures.md, which this test writes with -update.
type failure struct {
	what string
	// backend is its URL; an echo if empty, and none at all if "-".
	backend string
	// inbound and outbound are policies there, forward are attributes of forward-request, and
	// around is put around it, with %s in its place.
	inbound, outbound, forward, around string
	// onError is the whole section, where the row says what it does.
	onError string
	// request to an API's path; a GET if nil.
	request func(path string) string
	// entity makes the backend a backend entity, which checks names.
	entity bool
	// breaker is the type of a backend entity whose circuit breakers the first request trips.
	breaker string
	// early is what goes wrong before any policy runs: on-error cannot say anything.
	early bool
	// breaks is the backend that breaks off its answer when the client has got its head.
	breaks *breaking
	// api changes the API.
	api func(*catalog.API)

	path     string // of the row's APIs begins so
	outcomes []outcome
}

// A way is a program in which a failure happens.
type way struct {
	name              string
	outbound, onError string
	relayed           bool
	observed          bool // apimgw sees every response, as with an access log
}

const (
	mark      = `<set-header name="x-a" exists-action="override"><value>1</value></set-header>`
	showError = `<return-response><set-status code="599" reason="Shown" /><set-body>@{
		var e = context.LastError;
		return new JObject(new JProperty("source", e.Source), new JProperty("reason", e.Reason), new JProperty("message", e.Message), new JProperty("scope", e.Scope),
			new JProperty("section", e.Section), new JProperty("path", e.Path), new JProperty("policyId", e.PolicyId), new JProperty("status", context.Response.StatusCode)).ToString(Newtonsoft.Json.Formatting.None);
	}</set-body></return-response>`
)

// The first three ways say what a row is; the others must give the same, or the row says what.
var ways = []way{
	{name: "outbound, without on-error", outbound: mark},
	{name: "on-error answers", onError: showError},
	{name: "on-error changes", outbound: mark, onError: mark},
	{name: "inbound only"},
	{name: "inbound only, observed", observed: true},
	{name: "relayed, without on-error", outbound: mark, relayed: true},
	{name: "relayed, on-error answers", onError: showError, relayed: true},
	{name: "relayed, on-error changes", outbound: mark, onError: mark, relayed: true},
}

// A lastError is context.LastError as on-error shows it.
type lastError struct {
	Source, Reason, Message, Scope, Section, Path, PolicyID string
	Status                                                  int
}

// An outcome is what a client gets.
type outcome struct {
	line   string
	body   string // with an id as "…"
	marked bool
	cut    bool // the answer is not whole
	error  *lastError
}

const bodyRead = `<set-variable name="body" value="@(context.%s.Body.As<string>(preserveContent: true))" />`

// failures are the rows, by the headings over them.
func failures(t *testing.T, ours *envoytest.Authority) map[string][]failure {
	t.Helper()
	strangers := envoytest.NewAuthority(t)
	now := time.Now().Add(-time.Minute)
	reply := func(text string) string { return "http://" + envoytest.ReplyBackend(t, text) }
	readRequest, readResponse := fmt.Sprintf(bodyRead, "Request"), fmt.Sprintf(bodyRead, "Response")
	failing := reply("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
	large := strings.Repeat("x", 5*bodyLimit)
	breaks := func(what, first, then string, reset bool) failure {
		b := &breaking{}
		return failure{what: what, backend: b.backend(t, first, then, reset), breaks: b}
	}
	post := func(body string) func(string) string {
		return func(path string) string { return envoytest.Request("POST", path, body) }
	}
	throws := func(id string) string {
		return `<set-header id="` + id + `" name="x-b"><value>@(((string)null).Trim())</value></set-header>`
	}
	return map[string][]failure{
		"The backend is not reached": {
			{what: "the connection is refused", backend: "http://" + envoytest.RefusedAddress(t)},
			{what: "nobody answers the connection (10 s)", backend: "http://" + unansweredAddress(t)},
			{what: "its name has no address", backend: "http://does-not-exist.invalid"},
			{what: "its name, of an expression, has no address", inbound: `<set-backend-service base-url="@("http://does-not-" + "exist.invalid")" />`},
			{what: "there is no backend", backend: "-"},
			{what: "its circuit breaker is open", backend: failing, breaker: "Single"},
			{what: "the circuit breakers of a pool are open", backend: failing, breaker: "Pool"},
			{what: "Envoy does not know it yet", inbound: `<probe do="to nowhere" />`},
		},
		"TLS to the backend": {
			{what: "its certificate is of an authority that is not trusted", backend: secureBackend(t, strangers.Sign("127.0.0.1", now), &tls.Config{})},
			{what: "its certificate has expired", backend: secureBackend(t, ours.Sign("127.0.0.1", now.Add(-2*time.Hour)), &tls.Config{})},
			{what: "its certificate is not valid yet", backend: secureBackend(t, ours.Sign("127.0.0.1", now.Add(2*time.Hour)), &tls.Config{})},
			{what: "its certificate has another name, and a backend entity checks it", backend: secureBackend(t, ours.Sign("192.0.2.1", now), &tls.Config{}), entity: true},
			{what: "it speaks TLS 1.1 at most", backend: secureBackend(t, ours.Sign("127.0.0.1", now), &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})},
			{what: "it wants a client's certificate, TLS 1.2", backend: secureBackend(t, ours.Sign("127.0.0.1", now), &tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12})},
			{what: "it wants a client's certificate, TLS 1.3", backend: secureBackend(t, ours.Sign("127.0.0.1", now), &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13})},
			{what: "it speaks no TLS", backend: "https://" + hasty(t, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")},
			{what: "it speaks TLS to http", backend: reply(alertTLS)},
		},
		"The backend does not answer": {
			{what: "no headers within the timeout", backend: "http://" + envoytest.SilentBackend(t), forward: `timeout-ms="100"`},
			{what: "half of the headers within the timeout", backend: "http://" + stalling(t, "HTTP/1.1 200 OK\r\nX-Half"), forward: `timeout-ms="200"`},
			{what: "no connection within the timeout", backend: "http://" + unansweredAddress(t), forward: `timeout-ms="200"`},
			{what: "it closes the connection", backend: reply("")},
			{what: "it resets the connection", backend: "http://" + envoytest.ResetBackend(t)},
			{what: "it closes the connection within the headers", backend: reply("HTTP/1.1 200 OK\r\nX-Half")},
			{what: "it resets the connection within the headers", backend: "http://" + resetting(t, "HTTP/1.1 200 OK\r\nX-Half")},
		},
		"The backend's answer is not HTTP": {
			{what: "it is nonsense", backend: reply("nonsense\r\n\r\n")},
			{what: "it is HTTP/2, unasked", backend: reply("\x00\x00\x00\x04\x00\x00\x00\x00\x00")},
			{what: "HTTP/2 is wanted, it speaks HTTP/1.1", backend: reply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), forward: `http-version="2"`},
			{what: "its status is no number", backend: reply("HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n")},
			{what: "a header has no colon", backend: reply("HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 0\r\n\r\n")},
			{what: "its headers are too large (100 KB)", backend: reply("HTTP/1.1 200 OK\r\nX-Large: " + strings.Repeat("x", 100_000) + "\r\nContent-Length: 0\r\n\r\n")},
			{what: "its headers are too many (1001)", backend: reply("HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Many: v\r\n", 1001) + "Content-Length: 0\r\n\r\n")},
			{what: "its length is no number", backend: reply("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")},
			{what: "it has two lengths", backend: reply("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")},
			{what: "it has a length and chunks", backend: reply("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")},
			{what: "it switches to another protocol, unasked", backend: reply("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")},
		},
		"The backend's body": {
			breaks("cut off, of a known length", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "", false),
			breaks("cut off, in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "", false),
			breaks("reset", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "", true),
			breaks("a chunk is nonsense", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "nonsense\r\n", false),
			{what: "longer than its length", backend: reply("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhalf and more")},
			{what: "cut off, and outbound reads it", backend: reply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), outbound: readResponse},
			{what: "cut off, in chunks, and outbound reads it", backend: reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"), outbound: readResponse},
			{what: "reset, and outbound reads it", backend: "http://" + resetting(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), outbound: readResponse},
			{what: "it stops, and outbound reads it", backend: "http://" + stalling(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), outbound: readResponse},
			{what: "too large, and outbound reads it", backend: reply(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(large), large)), outbound: readResponse},
			{what: "too large, in chunks, and outbound reads it", backend: reply(fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(large), large)), outbound: readResponse},
			{what: "a stream of events, and outbound reads it", backend: "http://" + stalling(t, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n"), outbound: readResponse},
		},
		"The request": {
			{what: "no API has its path", early: true, request: func(string) string { return envoytest.Request("GET", "/nowhere", "") }},
			{what: "no operation has its method", request: func(path string) string { return envoytest.Request("DELETE", path, "") }},
			{what: "the key is missing", api: func(a *catalog.API) { a.SubscriptionRequired = true }},
			{what: "the key is unknown", api: func(a *catalog.API) { a.SubscriptionRequired = true }, request: func(path string) string {
				return envoytest.Request("GET", path, "", "Ocp-Apim-Subscription-Key: x")
			}},
			{what: "its body is too large, and inbound reads it", inbound: readRequest, request: post(large)},
			{what: "its body is too large, in chunks, and inbound reads it", inbound: readRequest, request: func(path string) string {
				return fmt.Sprintf("POST %s HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n%x\r\n%s\r\n0\r\n\r\n", path, len(large), large)
			}},
			{what: "its body stops, and inbound reads it", inbound: readRequest, request: func(path string) string {
				return "POST " + path + " HTTP/1.1\nHost: a\nContent-Length: 10\n\nhello"
			}},
			{what: "the headers are too large (100 KB)", early: true, request: func(path string) string {
				return envoytest.Request("GET", path, "", "X-Large: "+strings.Repeat("x", 100_000))
			}},
			{what: "it is malformed", early: true, request: func(path string) string { return "GET " + path + " HTTP/1.1\nHost: a\nno colon\n\n" }},
			{what: "it has two Hosts", early: true, request: func(path string) string { return envoytest.Request("GET", path, "", "Host: a", "Host: b") }},
		},
		"Policies": {
			{what: "an expression throws in inbound", inbound: throws("in")},
			{what: "an expression throws in backend, in a branch", around: `<choose><when condition="@(false)" /><when condition="@(true)">` + throws("back") + `%s</when></choose>`},
			{what: "an expression throws in outbound", outbound: throws("out")},
			{what: "an expression throws in on-error, too", inbound: throws("in"), onError: mark + throws("error")},
			{what: "a status of the backend is an error", backend: reply("HTTP/1.1 503 Sad\r\nContent-Length: 4\r\n\r\ntea!"), forward: `fail-on-error-status-code="true"`},
			{what: "an expression gives a bad header", inbound: `<set-header name="x-b"><value>@("a\n" + context.Request.Method)</value></set-header>`},
			{what: "an expression gives a bad header in outbound", outbound: `<set-header name="x-b"><value>@("a\n" + context.Request.Method)</value></set-header>`},
		},
	}
}

// headings is their order.
var headings = []string{
	"The backend is not reached", "TLS to the backend", "The backend does not answer", "The backend's answer is not HTTP", "The backend's body", "The request", "Policies",
}

// policy of a row in a way.
func (f *failure) policy(w way) string {
	attributes := f.forward
	if w.relayed {
		attributes += ` follow-redirects="true"`
	}
	around, onError := f.around, w.onError
	if around == "" {
		around = "%s"
	}
	if onError != "" && f.onError != "" {
		onError = f.onError
	}
	outbound := w.outbound + f.outbound
	return "<inbound>" + mark + f.inbound + "</inbound><backend>" + fmt.Sprintf(around, "<forward-request "+attributes+" />") + "</backend><outbound>" + outbound + "</outbound><on-error>" + onError + "</on-error>"
}

// rowsAtOnce is how many rows run at once.
const rowsAtOnce = 8

// TestFailures runs everything that can go wrong in each way, and compares the table of what
// came of it with the one in testdata.
func TestFailures(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere there is no address that answers no connection")
	}
	ours := envoytest.NewAuthority(t)
	all := failures(t, ours)
	gateways := startFailureGateways(t, all, ours.File())
	var running sync.WaitGroup
	turns := make(chan struct{}, rowsAtOnce)
	for _, heading := range headings {
		for i := range all[heading] {
			running.Go(func() {
				turns <- struct{}{}
				defer func() { <-turns }()
				all[heading][i].run(t, gateways)
			})
		}
	}
	running.Wait()
	var b strings.Builder
	for _, heading := range headings {
		writeFailures(&b, heading, all[heading])
	}
	golden(t, filepath.Join("testdata", "failures.md"), b.String())
}

// golden compares with a file, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update && !t.Failed() {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) == got {
		return
	}
	t.Errorf("what goes wrong has other consequences than %s says; if they are meant, run this test with -update, and make generate", file)
	have := strings.Split(string(want), "\n")
	for _, line := range strings.Split(got, "\n") {
		if !strings.Contains("\n"+string(want)+"\n", "\n"+line+"\n") {
			t.Logf("new: %s", line)
		}
	}
	for _, line := range have {
		if !strings.Contains("\n"+got+"\n", "\n"+line+"\n") {
			t.Logf("old: %s", line)
		}
	}
}

// startFailureGateways starts a gateway that observes responses and one that does not, with an
// API for each row and way.
func startFailureGateways(t *testing.T, all map[string][]failure, ca string) map[bool]*gateway {
	t.Helper()
	echo := "http://" + envoytest.EchoBackend(t)
	toNowhere := func(_ context.Context, x *exchange.Exchange) error {
		x.Backend = &exchange.Backend{URL: exchange.URL{Scheme: "http", Host: "nowhere.test"}, Cluster: plan.Target{Host: "nowhere.test", Port: 80}.Cluster()}
		return nil
	}
	c := &catalog.Catalog{}
	for i := range headings {
		for j := range all[headings[i]] {
			f := &all[headings[i]][j]
			f.path = fmt.Sprintf("f%d-%d", i, j)
			if f.entity || f.breaker != "" {
				c.Backends = append(c.Backends, f.backends()...)
				f.inbound = `<set-backend-service backend-id="backend-` + cmp.Or(f.breaker, "entity") + `" />`
			}
			for n, w := range ways {
				c.APIs = append(c.APIs, f.catalogAPI(echo, w, n))
			}
		}
	}
	p := compileCatalog(t, map[string]probeFunc{"to nowhere": toNowhere}, c)
	gateways := map[bool]*gateway{}
	for _, observed := range []bool{false, true} {
		o := Options{BodyTimeout: 2 * time.Second, ObserveResponses: observed}
		gateways[observed] = startGatewayWith(t, p, o, xds.Options{CAFile: ca})
	}
	return gateways
}

// backends are the row's backend entities.
func (f *failure) backends() []*catalog.Backend {
	single := &catalog.Backend{ID: "backend-" + cmp.Or(f.breaker, "entity"), Type: "Single", URL: f.backend}
	if f.breaker == "" {
		return []*catalog.Backend{single}
	}
	single.CircuitBreaker = &catalog.CircuitBreaker{Count: 1, Interval: time.Hour, TripDuration: time.Hour, StatusCodes: []catalog.StatusRange{{Min: 503, Max: 503}}}
	if f.breaker != "Pool" {
		return []*catalog.Backend{single}
	}
	pool := single.ID
	single.ID += "-member"
	return []*catalog.Backend{single, {ID: pool, Type: "Pool", Members: []catalog.PoolMember{{ID: single.ID, Weight: 1}}}}
}

// catalogAPI is the API of a row in the nth way.
func (f *failure) catalogAPI(echo string, w way, n int) *catalog.API {
	url := f.backend
	switch url {
	case "":
		url = echo
	case "-":
		url = ""
	}
	name := fmt.Sprintf("%s-%d", f.path, n)
	if f.breaks != nil {
		url += "/" + name
	}
	api := apiOf(name, url, f.policy(w))
	if f.api != nil {
		f.api(api)
	}
	return api
}

// run runs a row in all ways.
func (f *failure) run(t *testing.T, gateways map[bool]*gateway) {
	t.Helper()
	if f.breaker != "" {
		f.once(t, gateways[true].address, "/"+f.path+"-0/x")
	}
	f.outcomes = make([]outcome, len(ways))
	var running sync.WaitGroup
	for n, w := range ways {
		running.Go(func() { f.outcomes[n] = f.once(t, gateways[w.observed].address, fmt.Sprintf("/%s-%d/x", f.path, n)) })
	}
	running.Wait()
}

var requestID = regexp.MustCompile(`"activityId": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"`)

// once sends the request and reads what comes.
func (f *failure) once(t *testing.T, address, path string) outcome {
	request := envoytest.Request("GET", path, "")
	if f.request != nil {
		request = f.request(path)
	}
	conn := envoytest.Dial(t, address)
	defer conn.Close()
	conn.TrySend(request)
	r, err := conn.TryHead()
	if f.breaks != nil {
		close(f.breaks.of(path))
	}
	if err == nil && r.Line != "" {
		r.Body, err = conn.TryBody(r, "GET")
	}
	for _, h := range r.Headers {
		if leaky(h.Name, h.Value) {
			t.Errorf("%s: the client gets %s: %s", path, h.Name, h.Value)
		}
	}
	if word := wordOfOurs.FindString(r.Line + r.Body); word != "" {
		t.Errorf("%s: the client reads %q in %s %s", path, word, r.Line, r.Body)
	}
	o := outcome{line: strings.TrimPrefix(r.Line, "HTTP/1.1 "), marked: r.Header("x-a") == "1", cut: err != nil || r.Line == ""}
	o.body = requestID.ReplaceAllString(r.Body, `"activityId": "…"`)
	if r.Status() == 599 {
		o.error = &lastError{}
		if err := json.Unmarshal([]byte(r.Body), o.error); err != nil {
			t.Errorf("%s: on-error shows %s: %v", path, r.Body, err)
		}
	}
	return o
}

// wordOfOurs are those of which clients should not read.
var wordOfOurs = regexp.MustCompile(`(?i)envoy|upstream|grpc|ext_proc|connect error|x-apim-|codec|\.sock`)

// leaky reports whether a header is one that clients should not get.
func leaky(name, value string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "x-apim-") || strings.HasPrefix(name, "x-envoy-") || wordOfOurs.MatchString(value)
}

// writeFailures writes the rows of a heading in Markdown.
func writeFailures(b *strings.Builder, heading string, rows []failure) {
	fmt.Fprintf(b, "### %s\n\n| what goes wrong | `LastError` | its message | without on-error the client gets | otherwise |\n|---|---|---|---|---|\n", heading)
	for _, row := range rows {
		o := row.outcomes
		cells := []string{row.what, o[1].where(), o[1].message(), o[0].String(), strings.Join(row.others(), "; ")}
		for i, cell := range cells {
			cells[i] = strings.NewReplacer("|", `\|`, "\n", " ").Replace(cell)
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
	b.WriteString("\n")
}

// where is who raised the error, why, and where it stands.
func (o outcome) where() string {
	if o.error == nil {
		return "–"
	}
	e := o.error
	s := fmt.Sprintf("`%s` `%s`", e.Source, e.Reason)
	if e.Section != "" {
		s += fmt.Sprintf(", %s, %s", e.Section, e.Scope)
	}
	if e.Path != "" {
		s += fmt.Sprintf(", `%s`", e.Path)
	}
	if e.PolicyID != "" {
		s += fmt.Sprintf(", id `%s`", e.PolicyID)
	}
	return s
}

func (o outcome) message() string {
	if o.error == nil {
		return "–"
	}
	return o.error.Message
}

const (
	unexpectedError = `{ "statusCode": 500, "message": "Internal server error", "activityId": "…" }`
	withoutID       = `{ "statusCode": 500, "message": "Internal server error" }`
)

// String tells an outcome in a few words.
func (o outcome) String() string {
	var body struct{ Message string }
	s := o.line
	switch {
	case o.line == "":
		return "the connection is closed"
	case o.body == unexpectedError:
	case o.body == withoutID:
		s += ", without `activityId`"
	case o.error != nil:
		s += ", of on-error"
		if o.line != "599 Shown" {
			s += ", whose phrase is lost"
		}
	case json.Unmarshal([]byte(o.body), &body) == nil && body.Message != "":
		s += ": “" + body.Message + "”"
	case len(o.body) > 40:
		s += ", a body"
	case o.body != "":
		s += ", `" + o.body + "`"
	default:
		s += ", no body"
	}
	if o.cut {
		s += ", and the connection is broken off"
	}
	return s
}

// others are the ways whose outcome does not follow from the first two.
func (f *failure) others() []string {
	o := f.outcomes
	var out []string
	tell := func(n int, same bool) {
		if !same {
			out = append(out, ways[n].name+": "+o[n].String())
		}
	}
	silent := o[1].error == nil && o[1].alike(o[0]) && o[2].alike(o[0])
	switch {
	case f.early, silent && (o[0].ok() || f.onError != ""):
	case silent:
		out = append(out, "on-error does not run")
	default:
		changed := o[0]
		changed.marked = true
		tell(1, o[1].line == "599 Shown")
		tell(2, o[2] == changed)
	}
	tell(3, o[3].alike(o[0]))
	tell(4, o[4].alike(o[0]) && o[4].body == o[0].body)
	if e := o[6].error; e != nil && (o[1].error == nil || *e != *o[1].error) {
		return append(out, "by the relay on-error runs: "+o[6].where()+": "+o[6].message())
	}
	for n := 5; n < len(ways); n++ {
		tell(n, o[n].error != nil || o[n] == o[n-5])
	}
	return out
}

// ok reports whether the client sees no error, if it may see that the answer breaks off.
func (o outcome) ok() bool { return strings.HasPrefix(o.line, "2") || strings.HasPrefix(o.line, "101") }

// alike compares outcomes, but for what outbound has set and for the id of an unexpected error.
func (o outcome) alike(other outcome) bool {
	plain := func(o outcome) outcome {
		o.marked = false
		if o.body == withoutID {
			o.body = unexpectedError
		}
		return o
	}
	return plain(o) == plain(other)
}
