package xds

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	extprocfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_proc/v3"
	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/sync/plan"
)

// secureBackend tells the protocol and the server name that it was called with. It returns its
// port.
func secureBackend(t *testing.T, cert tls.Certificate) int {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "%s %s", r.Proto, r.TLS.ServerName) // the client is Envoy
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	s.EnableHTTP2 = true
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // handshakes that Envoy breaks off
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Listener.Addr().(*net.TCPAddr).Port
}

// How a backend's certificate is checked.
func TestBackendTLS(t *testing.T) {
	t.Parallel()
	ours, strangers := envoytest.NewAuthority(t), envoytest.NewAuthority(t)
	right, address, wrong, stranger := secureBackend(t, ours.Sign("localhost", time.Now())), secureBackend(t, ours.Sign("127.0.0.1", time.Now())), secureBackend(t, ours.Sign("192.0.2.1", time.Now())), secureBackend(t, strangers.Sign("127.0.0.1", time.Now()))
	const refused = "500 TLS"
	tests := []struct {
		name   string
		target plan.Target
		want   string
	}{
		{"right name", plan.Target{Host: "localhost", Port: right}, "200 HTTP/1.1 localhost"},
		{"right address", plan.Target{Host: "127.0.0.1", Port: address}, "200 HTTP/1.1 "},
		{"a name for an address", plan.Target{Host: "127.0.0.1", Port: right}, refused},
		{"wrong name", plan.Target{Host: "127.0.0.1", Port: wrong}, refused},
		{"wrong name, not checked", plan.Target{Host: "127.0.0.1", Port: wrong, SkipName: true}, "200 HTTP/1.1 "},
		{"stranger", plan.Target{Host: "127.0.0.1", Port: stranger}, refused},
		{"stranger, name not checked", plan.Target{Host: "127.0.0.1", Port: stranger, SkipName: true}, refused},
		{"stranger, chain not checked", plan.Target{Host: "127.0.0.1", Port: stranger, SkipChain: true, SkipName: true}, "200 HTTP/1.1 "},
		{"chain not checked, so no name either", plan.Target{Host: "127.0.0.1", Port: wrong, SkipChain: true}, "200 HTTP/1.1 "},
		{"HTTP/2", plan.Target{Host: "localhost", Port: right, HTTP2: true}, "200 HTTP/2.0 localhost"},
	}
	g := startGateway(t, ServerOptions{Options: Options{CAFile: ours.File()}})
	p := fakePlan{version: "1"}
	for i := range tests {
		tests[i].target.TLS = true
		p.targets = append(p.targets, tests[i].target)
		p.routes = append(p.routes, plan.Route{Name: tests[i].name, Path: "/" + strconv.Itoa(i), Cluster: tests[i].target.Cluster()})
	}
	g.publish(p)
	g.on(func(map[string]string) *extprocv3.ProcessingResponse { return headersReply() }, shortDetails)
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := g.get("/" + strconv.Itoa(i))
			if got := strconv.Itoa(r.Status()) + " " + r.Body; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	for _, tt := range []struct {
		name    string
		cluster plan.Target
		host    string
		port    int
		names   []string
		want    string
	}{
		{"dynamic", plan.Target{}, "localhost", right, []string{plan.HeaderServerName, "localhost"}, "200 HTTP/1.1 localhost"},
		{"dynamic, checked", plan.Target{}, "localhost", right, []string{plan.HeaderServerName, "localhost", plan.HeaderCheckedName, "localhost"}, "200 HTTP/1.1 localhost"},
		{"dynamic, checked address", plan.Target{}, "127.0.0.1", address, []string{plan.HeaderCheckedName, "127.0.0.1"}, "200 HTTP/1.1 "},
		{"dynamic, any name", plan.Target{}, "127.0.0.1", wrong, nil, "200 HTTP/1.1 "},
		{"dynamic, wrong name", plan.Target{}, "127.0.0.1", wrong, []string{plan.HeaderCheckedName, "127.0.0.1"}, refused},
		{"dynamic, stranger", plan.Target{}, "127.0.0.1", stranger, nil, refused},
		{"dynamic, HTTP/2", plan.Target{HTTP2: true}, "localhost", right, nil, "200 HTTP/2.0 "},
		{"dynamic, negotiated", plan.Target{Negotiate: true}, "localhost", right, nil, "200 HTTP/2.0 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.cluster.Dynamic, tt.cluster.TLS = true, true
			g.on(func(map[string]string) *extprocv3.ProcessingResponse {
				return toCluster(tt.cluster.Cluster(), append(tt.names, ":authority", "other.test", plan.HeaderDial, net.JoinHostPort(tt.host, strconv.Itoa(tt.port)))...)
			}, shortDetails)
			r := g.get("/x")
			if got := strconv.Itoa(r.Status()) + " " + r.Body; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// shortDetails puts "TLS" for a reply that Envoy made because it does not trust the backend.
func shortDetails(h map[string]string) *extprocv3.ProcessingResponse {
	if details := h[plan.HeaderDetails]; details != "" {
		if strings.Contains(details, "CERTIFICATE_VERIFY_FAILED") {
			details = "TLS"
		}
		return responseReply(details)
	}
	return responseHeadersReply()
}

// A backend without TLS that speaks HTTP/2.
func TestBackendHTTP2(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }))
	s.Config.Protocols = &http.Protocols{}
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	t.Cleanup(s.Close)
	b := target(t, s.Listener.Addr().String())
	b.HTTP2 = true
	g := startGateway(t, ServerOptions{})
	g.publish(fakePlan{version: "1", targets: []plan.Target{b}, routes: []plan.Route{{Name: "a", Path: "/a", Cluster: b.Cluster()}}})
	if r := g.get("/a"); r.Body != "HTTP/2.0" {
		t.Errorf("got\n%s", r)
	}
}

// A WebSocket goes through ext_proc and then freely.
func TestWebSocket(t *testing.T) {
	t.Parallel()
	b := target(t, envoytest.Backend(t, func(conn net.Conn, head string) {
		if !strings.Contains(strings.ToLower(head), "upgrade: websocket") {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n") // the client is Envoy
		_, _ = io.Copy(conn, conn)
	}))
	g := startGateway(t, ServerOptions{})
	g.publish(fakePlan{version: "1", targets: []plan.Target{b}, routes: []plan.Route{{Name: "a", Path: "/a", Cluster: b.Cluster()}}})
	g.on(func(map[string]string) *extprocv3.ProcessingResponse { return headersReply("x-seen", "1") }, nil)
	c := envoytest.Dial(t, g.address())
	c.Send(envoytest.Request("GET", "/a", "", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="))
	if r := c.Read("GET"); r.Status() != 101 {
		t.Fatalf("got\n%s", r)
	}
	c.SendRaw("ping\x00\xff")
	if got := c.Rest(time.Second); got != "ping\x00\xff" {
		t.Errorf("came back %q", got)
	}
}

// A body that a policy wants but that is too large is turned away, and ext_proc is told; one
// that no policy wants is not.
func TestBodyLimit(t *testing.T) {
	t.Parallel()
	b := target(t, envoytest.EchoBackend(t))
	g := startGateway(t, ServerOptions{Options: Options{BodyLimit: 2 << 20}})
	g.publish(fakePlan{version: "1", targets: []plan.Target{b}, routes: []plan.Route{{Name: "a", Path: "/a", Cluster: b.Cluster()}}})
	g.on(func(map[string]string) *extprocv3.ProcessingResponse {
		r := headersReply()
		r.ModeOverride = &extprocfilterv3.ProcessingMode{RequestBodyMode: extprocfilterv3.ProcessingMode_BUFFERED, ResponseHeaderMode: extprocfilterv3.ProcessingMode_SEND}
		return r
	}, func(h map[string]string) *extprocv3.ProcessingResponse {
		return responseReply(h[plan.HeaderDetails])
	})
	head, body, _ := strings.Cut(envoytest.Request("POST", "/a", strings.Repeat("x", 3<<20)), "\n\n")
	c := envoytest.Dial(t, g.address())
	c.Send(head + "\n\n")
	envoytest.Eventually(t, "ext_proc has asked for the body", func() bool {
		stats, err := g.envoy.Admin.Stats(t.Context(), "ext_proc.stream_msgs_received$")
		return err == nil && stats["http.gateway.ext_proc.stream_msgs_received"] == 1
	})
	go c.TrySend(body) // Envoy answers before it has all
	if r := c.Read("POST"); r.Status() != http.StatusRequestEntityTooLarge || r.Body != "request_payload_too_large" {
		t.Errorf("got\n%s", r)
	}
	g.on(func(map[string]string) *extprocv3.ProcessingResponse { return headersReply() }, nil)
	r := envoytest.Exchange(t, g.address(), envoytest.Request("POST", "/a", strings.Repeat("x", 3<<20)))
	if e := envoytest.ReadEcho(t, r); len(e.Body) != 3<<20 {
		t.Errorf("of a body that no policy wants %d bytes arrived", len(e.Body))
	}
}

// A new backend's name has been looked up before the plan moves.
func TestPublishWarm(t *testing.T) {
	t.Parallel()
	var g *gateway
	g = startGateway(t, ServerOptions{Warm: func(ctx context.Context) error { return WarmClusters(g.envoy.Admin)(ctx) }})
	g.publish(fakePlan{version: "0"})
	echo := target(t, envoytest.EchoBackend(t))
	for i := range 10 {
		b := plan.Target{Host: fmt.Sprintf("h%d.localhost", i), Port: echo.Port}
		if i == 9 {
			b.Host = "no-such-host.invalid"
		}
		g.on(func(map[string]string) *extprocv3.ProcessingResponse { return toCluster(b.Cluster()) }, func(h map[string]string) *extprocv3.ProcessingResponse {
			return responseReply(h[":status"] + " " + h[plan.HeaderDetails])
		})
		err := g.Publish(t.Context(), fakePlan{version: b.Host, targets: []plan.Target{b}}, func() {
			r := g.get("/x")
			if strings.Contains(r.Body, "cluster_not_found") {
				t.Errorf("%s cannot be used: %s", b.Host, r.Body)
			}
			t.Logf("%s: %s", b.Host, r.Body)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A client that speaks HTTP/2 is served as one that speaks HTTP/1, but for the phrase.
func TestClientHTTP2(t *testing.T) {
	t.Parallel()
	b := named(t, "backend")
	g := startGateway(t, ServerOptions{})
	g.publish(fakePlan{version: "1", targets: []plan.Target{b}, routes: []plan.Route{{Name: "a", Path: "/a", Cluster: b.Cluster()}}})
	g.on(func(map[string]string) *extprocv3.ProcessingResponse { return headersReply() }, func(map[string]string) *extprocv3.ProcessingResponse {
		return responseReply("replaced", ":status", "201", plan.HeaderReason, "Made", plan.HeaderLength, "8")
	})
	transport := &http.Transport{Protocols: &http.Protocols{}}
	transport.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(transport.CloseIdleConnections)
	for range 3 {
		resp, err := (&http.Client{Transport: transport}).Get("http://" + g.address() + "/A/x")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close() // read to its end
		if resp.Proto != "HTTP/2.0" || resp.StatusCode != http.StatusCreated || string(body) != "replaced" || resp.ContentLength != 8 {
			t.Errorf("%s %s, length %d: %q", resp.Proto, resp.Status, resp.ContentLength, body)
		}
		for name := range resp.Header {
			if strings.HasPrefix(strings.ToLower(name), "x-apim-") {
				t.Errorf("the client got %s", name)
			}
		}
	}
}
