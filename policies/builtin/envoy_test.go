package builtin_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/extproc"
	"github.com/apimgw/apimgw/extproc/relay"
	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/policytest"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
	"github.com/apimgw/apimgw/xds"
)

// TestArchivesThroughEnvoy runs the archives of all rooms through a real Envoy. What comes
// out must be what comes out in process.
func TestArchivesThroughEnvoy(t *testing.T) {
	t.Parallel()
	runArchives(t, false)
}

// TestArchivesThroughRelay runs them with every forward going by the relay.
func TestArchivesThroughRelay(t *testing.T) {
	t.Parallel()
	runArchives(t, true)
}

func runArchives(t *testing.T, byRelay bool) {
	rooms, err := filepath.Glob("*/testdata")
	if err != nil {
		t.Fatal(err)
	}
	g := startGateway(t, byRelay)
	for _, room := range rooms {
		cases, err := policytest.Load(room)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			if c.Request == nil || c.Want["response"] == "" {
				continue
			}
			t.Run(filepath.Dir(room)+"/"+c.Name, func(t *testing.T) {
				if c.InProcess != "" {
					t.Skip(c.InProcess)
				}
				g.run(t, c)
			})
		}
	}
}

// A gateway is an Envoy with the servers that it needs. It serves one case after the other.
type gateway struct {
	address  string
	current  *plan.Current
	xds      *xds.Server
	log      envoytest.Log
	backends map[string]string // address by the host that cases call it

	mu   sync.Mutex
	c    *policytest.Case
	sent []string // requests that backends got
}

// trustedHops makes the X-Forwarded-For of requests count: Envoy itself puts the machine's
// own address in the place of a loopback one, and cases come from 127.0.0.1.
const trustedHops = 1

func startGateway(t *testing.T, byRelay bool) *gateway {
	t.Helper()
	dir := envoytest.Dir(t)
	g := &gateway{current: &plan.Current{}, backends: map[string]string{}}
	procSocket, xdsSocket := filepath.Join(dir, "ext_proc.sock"), filepath.Join(dir, "xds.sock")
	relaySocket, egress := filepath.Join(dir, "relay.sock"), filepath.Join(dir, "egress.sock")
	bootstrap, err := envoy.Bootstrap{
		Admin: envoy.UnixAddress(filepath.Join(dir, "admin.sock")), XDSSocket: xdsSocket, ExtProcSocket: procSocket, RelaySocket: relaySocket,
	}.Render()
	if err != nil {
		t.Fatal(err)
	}
	g.xds = xds.NewServer(xds.ServerOptions{Options: xds.Options{Listen: "127.0.0.1:0", TrustedHops: trustedHops, EgressSocket: egress}})
	envoytest.Serve(t, xdsSocket, g.xds.Run)
	logger := slog.New(slog.NewTextHandler(&g.log, nil))
	r := relay.New(relay.Options{EgressSocket: egress, Logger: logger})
	envoytest.Serve(t, relaySocket, r.Run)
	envoytest.Serve(t, procSocket, extproc.New(extproc.Options{Plan: g.current, TrustedHops: trustedHops, Relay: r, RelayAll: byRelay, Logger: logger}).Run)
	e := envoytest.Start(t, envoytest.Options{Config: string(bootstrap), NoWait: true})
	g.publish(t, &catalog.Catalog{}, nil)
	e.WaitReady()
	g.address = e.Address(xds.ListenerName)
	return g
}

// publish makes Envoy and the processor serve a catalog.
func (g *gateway) publish(t *testing.T, c *catalog.Catalog, services *policies.Services) {
	t.Helper()
	if err := c.Seal(); err != nil {
		t.Fatal(err)
	}
	p, list := plan.Compile(c, plan.Options{
		Kinds: builtin.Kinds, Known: builtin.Known, Services: services,
	}, nil)
	if list.HasErrors() {
		t.Fatalf("the case does not compile:\n%s", list)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := g.xds.Publish(ctx, p, func() { g.current.Store(p) }); err != nil {
		t.Fatal(err)
	}
	if err := g.xds.Acknowledged(ctx); err != nil {
		t.Fatal(err)
	}
}

// run runs a case and compares what came out with what its archive wants.
func (g *gateway) run(t *testing.T, c *policytest.Case) {
	t.Helper()
	g.begin(t, c)
	callees := c.StartCallees(t)
	g.publish(t, c.Catalog(g.rewrite), callees.Services())
	from := g.log.Len()
	r := envoytest.Exchange(t, g.address, requestText(c.Request))
	result := policytest.Result{Upstream: "not called\n", Callee: callees.Calls(t.Context()), Response: g.restore(responseText(r))}
	g.mu.Lock()
	result.Response = g.restore(result.Response)
	if len(g.sent) > 0 {
		result.Upstream = g.restore(strings.Join(g.sent, "---\n"))
	}
	g.mu.Unlock()
	want := *c
	want.Want = maps.Clone(c.Want)
	delete(want.Want, "errors")
	delete(want.Want, "trace")
	want.Compare(t, result)
	if t.Failed() {
		t.Logf("the log:\n%s", g.log.Since(from))
	}
}

var hostName = regexp.MustCompile(`[a-z]+\.test(:\d+)?`)

// begin makes a backend for each host to which the case may forward.
func (g *gateway) begin(t *testing.T, c *policytest.Case) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.c, g.sent = c, nil
	clear(g.backends)
	var hosts []string
	c.Catalog(func(s string) string {
		hosts = append(hosts, hostName.FindAllString(s, -1)...)
		return s
	})
	for _, host := range hosts {
		name, _, _ := strings.Cut(host, ":")
		if c.Callees[name] == nil && g.backends[host] == "" {
			g.backends[host] = g.backend(t)
		}
	}
}

func (g *gateway) backend(t *testing.T) string {
	t.Helper()
	if g.c.UpstreamError == "refused" {
		return envoytest.RefusedAddress(t)
	}
	return envoytest.HTTPBackend(t, http.HandlerFunc(g.serve))
}

// rewrite puts the addresses of backends in place of their hosts.
func (g *gateway) rewrite(s string) string {
	return hostName.ReplaceAllStringFunc(s, func(host string) string {
		if address, ok := g.backends[host]; ok {
			return address
		}
		return host
	})
}

// restore is the way back.
func (g *gateway) restore(s string) string {
	for _, host := range slices.Sorted(maps.Keys(g.backends)) {
		s = strings.ReplaceAll(s, g.backends[host], host)
	}
	return s
}

// serve is a backend: it records the request, and answers as the archive says.
func (g *gateway) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client sees that there is no answer
	}
	g.mu.Lock()
	m := policytest.Message{Start: r.Method + " " + r.RequestURI + " HTTP/1.1", Fields: fieldsOf(r), Body: body}
	g.sent = append(g.sent, m.String())
	c, answer := g.c, g.answer(g.c.Upstream[min(len(g.sent), len(g.c.Upstream))-1])
	g.mu.Unlock()
	if c.UpstreamError == "timeout" || answer.Start == "timeout" {
		<-r.Context().Done()
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err) // HTTP/1.1 can be hijacked
	}
	defer func() { _ = conn.Close() }()
	if c.UpstreamError == "reset" || answer.Start == "reset" {
		_ = conn.(*net.TCPConn).SetLinger(0)
		return
	}
	_, _ = io.WriteString(conn, wireText(g.leading(answer))) // what Envoy makes of it is what is looked at
}

// leading is an answer whose Location leads to a backend of the test.
func (g *gateway) leading(m *policytest.Message) *policytest.Message {
	out := *m
	out.Fields = slices.Clone(m.Fields)
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, f := range out.Fields {
		if f.Name == "location" {
			out.Fields[i].Value = g.rewrite(f.Value)
		}
	}
	return &out
}

// answer is a backend's answer with the addresses of backends in place of their hosts.
func (g *gateway) answer(m *policytest.Message) *policytest.Message {
	out := &policytest.Message{Start: m.Start, Body: []byte(g.rewrite(string(m.Body)))}
	for _, f := range m.Fields {
		out.Fields = append(out.Fields, exchange.Field{Name: f.Name, Value: g.rewrite(f.Value)})
	}
	return out
}

func fieldsOf(r *http.Request) []exchange.Field {
	out := []exchange.Field{{Name: "host", Value: r.Host}}
	for name, values := range r.Header {
		for _, value := range values {
			out = append(out, exchange.Field{Name: name, Value: value})
		}
	}
	return out
}

// wireText is a response as it goes over a connection.
func wireText(m *policytest.Message) string {
	var b strings.Builder
	b.WriteString(m.Start + "\r\n")
	for _, f := range m.Fields {
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	fmt.Fprintf(&b, "content-length: %d\r\nconnection: close\r\n\r\n%s", len(m.Body), m.Body)
	return b.String()
}

// requestText is a request as envoytest sends it.
func requestText(m *policytest.Message) string {
	var b strings.Builder
	b.WriteString(m.Start + "\n")
	fields := m.Fields
	if !slices.ContainsFunc(fields, func(f exchange.Field) bool { return f.Name == "host" }) {
		fields = append([]exchange.Field{{Name: "host", Value: "gateway.test"}}, fields...)
	}
	for _, f := range fields {
		b.WriteString(f.Name + ": " + f.Value + "\n")
	}
	b.WriteString("x-forwarded-for: 127.0.0.1\n")
	if m.Body != nil {
		fmt.Fprintf(&b, "content-length: %d\n", len(m.Body))
	}
	return b.String() + "\n" + string(m.Body)
}

var activity = regexp.MustCompile(`"activityId": "[0-9a-f-]{36}"`)

// responseText writes a response as archives want it, with the request id of the cases.
func responseText(r envoytest.Response) string {
	m := policytest.Message{Start: r.Line, Body: []byte(r.Body)}
	for _, h := range r.Headers {
		m.Fields = append(m.Fields, exchange.Field{Name: h.Name, Value: h.Value})
	}
	return activity.ReplaceAllString(m.String(), `"activityId": "11223344-5566-4788-99aa-bbccddeeff00"`)
}
