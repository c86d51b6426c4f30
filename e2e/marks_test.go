package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// backendAddress is the environment variable that makes this program the backend of the marks, so
// that it can be killed and stopped as a process.
const backendAddress = "APIMGW_E2E_BACKEND"

// serveMarks is a backend that answers with the mark that a request has, and prints those that
// have none.
func serveMarks(address string) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	l, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	s := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mark := r.Header.Get(processed)
		if mark == "" {
			fmt.Println("unprocessed:", r.Method, r.URL)
		}
		body, _ := io.ReadAll(r.Body) // of one that breaks off nobody reads the answer
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, mark+string(body)) // the client may be gone
	})}
	context.AfterFunc(ctx, func() { _ = s.Close() }) // the clients are Envoys
	fmt.Println("listening")
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

// A marksBackend is a process of serveMarks, which can be started again.
type marksBackend struct {
	*process
	t       testing.TB
	address string
	before  strings.Builder // what those before it have printed
}

func newMarksBackend(t testing.TB) *marksBackend {
	t.Helper()
	b := &marksBackend{t: t, address: freePort(t)}
	b.start()
	return b
}

func (b *marksBackend) start() {
	b.t.Helper()
	if b.process != nil {
		b.before.WriteString(b.out.String())
	}
	self, err := os.Executable()
	if err != nil {
		b.t.Fatal(err)
	}
	b.process = command{program: self, env: []string{backendAddress + "=" + b.address}}.start(b.t)
	b.prints(&b.out, "listening")
}

// spared fails the test if a request has come that no policy has seen.
func (b *marksBackend) spared() {
	b.t.Helper()
	for line := range strings.Lines(b.before.String() + b.out.String()) {
		if strings.HasPrefix(line, "unprocessed") {
			b.t.Errorf("a request has reached the backend without its policies: %s", line)
		}
	}
}

// marks is a folder of APIs whose policies mark what goes by with the API's name and a version,
// and the clients' view of it: they tell answers that are right from those that must not be.
type marks struct {
	tree
	mu sync.Mutex
	// version that the folder has.
	version int
	// seen is when the first answer of a version came, by API: a change of several files may take
	// effect in steps.
	seen map[string]map[int]time.Time
}

// markedAPIs are APIs by name, with the ways in which requests go.
var markedAPIs = []struct{ name, method, backend, body, outbound, onError string }{
	{name: "both", outbound: "yes"},
	{name: "inbound"},
	{name: "relayed", outbound: "yes", backend: `<retry condition="@(context.Response == null)" count="1" interval="0">%s</retry>`},
	{name: "body", method: "POST", body: "yes", outbound: "yes"},
}

func newMarks(t testing.TB, backend string) *marks {
	t.Helper()
	m := &marks{tree: newTree(t, backend, "-- policy.xml --\n<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>\n"), seen: map[string]map[int]time.Time{}}
	for _, api := range markedAPIs {
		method := api.method
		if method == "" {
			method = http.MethodGet
		}
		m.write("apis/"+api.name+"/apiInformation.json", fmt.Sprintf(`{"properties": {"displayName": %q, "path": %q, "protocols": ["http"], "serviceUrl": "http://%s", "subscriptionRequired": false}}`, api.name, api.name, backend))
		m.write("apis/"+api.name+"/operations/any/operationInformation.json", fmt.Sprintf(`{"properties": {"displayName": "Any", "method": %q, "urlTemplate": "/*"}}`, method))
	}
	m.next()
	return m
}

// forwardTimeout is that of the marked APIs, in seconds.
const forwardTimeout = 2

// next writes the policies of another version.
func (m *marks) next() {
	m.t.Helper()
	m.mu.Lock()
	m.version++
	version := m.version
	m.mu.Unlock()
	for _, api := range markedAPIs {
		mark := fmt.Sprintf("%s %d", api.name, version)
		inbound := `<base /><set-header name="X-Processed" exists-action="override"><value>` + mark + `</value></set-header>`
		if api.body != "" {
			inbound += `<set-body>@(" read " + context.Request.Body.As<string>())</set-body>`
		}
		backend, outbound := fmt.Sprintf(`<forward-request timeout="%d" />`, forwardTimeout), "<base />"
		if api.backend != "" {
			backend = fmt.Sprintf(api.backend, backend)
		}
		if api.outbound != "" {
			outbound += `<set-header name="X-Outbound" exists-action="override"><value>` + mark + `</value></set-header>`
		}
		m.renameOver("apis/"+api.name+"/policy.xml", "<policies><inbound>"+inbound+"</inbound><backend>"+backend+"</backend><outbound>"+outbound+"</outbound><on-error><base /></on-error></policies>")
	}
}

// requests are one for each API.
func (m *marks) requests() []string {
	var out []string
	for _, api := range markedAPIs {
		if api.method == http.MethodPost {
			out = append(out, "POST /"+api.name+"/x HTTP/1.1\r\nHost: gateway.test\r\nContent-Length: 5\r\n\r\nhello")
			continue
		}
		out = append(out, "GET /"+api.name+"/x HTTP/1.1\r\nHost: gateway.test\r\n\r\n")
	}
	return out
}

// Kinds of answers to requests for the marked APIs, beside those of the load.
const (
	right   = "200, marked"
	floored = "500 by Envoy"
	turned  = "500 by apimgw"
	early   = "503 by apimgw"
	wrong   = "must not be: "
)

// kind tells what an answer is.
func (m *marks) kind(s sent, r *http.Response, body string) string {
	switch {
	case r.StatusCode == http.StatusInternalServerError && body == ofEnvoy:
		return floored
	case r.StatusCode == http.StatusInternalServerError && withoutID(body) == internalError:
		return turned
	case r.StatusCode == http.StatusServiceUnavailable && body == `{ "statusCode": 503, "message": "The gateway has no configuration yet." }`:
		return early
	case r.StatusCode != http.StatusOK:
		return wrong + r.Status + ": " + body
	}
	_, path, _ := strings.Cut(s.request, " /")
	name, _, _ := strings.Cut(path, "/")
	for _, api := range markedAPIs {
		if api.name != name {
			continue
		}
		mark, suffix := body, ""
		if api.body != "" {
			mark, suffix, _ = strings.Cut(body, " read ")
			if suffix != "hello" {
				return wrong + "the body " + body
			}
		}
		if outbound := r.Header.Get("X-Outbound"); (api.outbound != "") != (outbound != "") || outbound != "" && outbound != mark {
			return wrong + "outbound " + outbound + " after inbound " + mark
		}
		return m.current(s, name, mark)
	}
	return wrong + "nobody asked for " + name
}

// current checks the mark: it is the API's, and not of a version that was followed by another one
// before the request was sent.
func (m *marks) current(s sent, name, mark string) string {
	text, ok := strings.CutPrefix(mark, name+" ")
	version, err := strconv.Atoi(text)
	m.mu.Lock()
	defer m.mu.Unlock()
	if !ok || err != nil || version > m.version {
		return wrong + name + " answered by the policy of " + mark
	}
	if m.seen[name] == nil {
		m.seen[name] = map[int]time.Time{}
	}
	for newer, since := range m.seen[name] {
		if newer > version && s.begin.After(since) {
			return wrong + fmt.Sprintf("%s is older than version %d, which was in effect", mark, newer)
		}
	}
	if m.seen[name][version].IsZero() {
		m.seen[name][version] = time.Now()
	}
	if version < m.version {
		return outdated
	}
	return right
}

// outdated is the kind of answers of a version that the folder has no more, before any of the next
// one.
const outdated = "200, marked by the version before"

// stop has a process stand still until it is told to go on.
func stopped(t testing.TB, pid int) (goOn func()) {
	t.Helper()
	send := func(s syscall.Signal) {
		if err := syscall.Kill(pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Errorf("signal %d: %v", pid, err)
		}
	}
	send(syscall.SIGSTOP)
	once := sync.OnceFunc(func() { send(syscall.SIGCONT) })
	t.Cleanup(once)
	return once
}
