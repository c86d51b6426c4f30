package xds

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/sync/plan"
)

// The real Envoy serves what a plan says: APIs by path, the chosen backend, the unknown.
func TestServe(t *testing.T) {
	t.Parallel()
	g := startGateway(t, ServerOptions{Options: Options{CAFile: SystemCAFile()}})
	shop, eu, other := named(t, "shop"), named(t, "eu"), named(t, "other")
	refused := target(t, envoytest.RefusedAddress(t))
	forger := target(t, envoytest.ReplyBackend(t, "HTTP/1.1 200 OK\r\nx-apim-reason: Forged\r\nx-apim-cl: 2\r\nx-apim-details: forged\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfour"))
	local := target(t, envoytest.EchoBackend(t))
	byName := plan.Target{Host: "localhost", Port: local.Port}
	g.publish(fakePlan{version: "1", targets: []plan.Target{shop, eu, other, refused, forger, local, byName}, routes: []plan.Route{
		{Name: "shop", Path: "/shop", Cluster: shop.Cluster()},
		{Name: "shop-eu", Path: "/shop/eu", Cluster: eu.Cluster()},
		{Name: "mock", Path: "/mock"},
		{Name: "refused", Path: "/refused", Cluster: refused.Cluster()},
		{Name: "forger", Path: "/forger", Cluster: forger.Cluster()},
		{Name: "echo", Path: "/echo", Cluster: local.Cluster()},
		{Name: "odd", Path: "/odd path/é", Cluster: shop.Cluster()},
		{Name: "by-name", Path: "/by-name", Cluster: byName.Cluster()},
	}})
	type wants struct {
		line, body string
		absent     []string
	}
	pass := func(map[string]string) *extprocv3.ProcessingResponse { return headersReply() }
	choose := func(name string, pairs ...string) func(map[string]string) *extprocv3.ProcessingResponse {
		return func(map[string]string) *extprocv3.ProcessingResponse { return toCluster(name, pairs...) }
	}
	floor500 := `{ "statusCode": 500, "message": "Internal server error" }`
	tests := []struct {
		name, target  string
		headers       []string
		answer, reply func(map[string]string) *extprocv3.ProcessingResponse
		want          wants
		echo          func(*testing.T, envoytest.Echo)
	}{
		{name: "API", target: "/shop/x", answer: pass, want: wants{line: "HTTP/1.1 200 Get GKE", body: "shop"}},
		{name: "path itself", target: "/Shop?a=/eu", answer: pass, want: wants{body: "shop"}},
		{name: "longest path", target: "/shop/eu/x", answer: pass, want: wants{body: "eu"}},
		{name: "revision", target: "/shop;rev=2/eu", answer: pass, want: wants{body: "shop"}},
		{name: "escaped path", target: "/odd%20path/%C3%A9/x", answer: pass, want: wants{body: "shop"}},
		{name: "backend by name", target: "/by-name/x", answer: pass, want: wants{line: "HTTP/1.1 200 OK"}},
		{name: "whole segments", target: "/shopping", answer: pass, want: wants{line: "HTTP/1.1 500 Internal Server Error", body: floor500}},
		{name: "unknown asks ext_proc", target: "/nowhere", answer: func(map[string]string) *extprocv3.ProcessingResponse {
			return immediate(404, "no", plan.HeaderReason, "Resource Not Found")
		}, want: wants{line: "HTTP/1.1 404 Resource Not Found", body: "no", absent: []string{plan.HeaderReason}}},
		{name: "another backend", target: "/shop/x", answer: choose(other.Cluster()), want: wants{body: "other"}},
		{name: "a backend for an API without one", target: "/mock/x", answer: choose(other.Cluster()), want: wants{body: "other"}},
		{name: "a backend for a path that Envoy does not know", target: "/new/x", answer: choose(other.Cluster()), want: wants{body: "other"}},
		{name: "dynamic backend", target: "/mock/x", answer: choose(plan.ClusterDynamicHTTP, plan.HeaderDial, net.JoinHostPort("localhost", strconv.Itoa(local.Port))), want: wants{line: "HTTP/1.1 200 OK"}},
		{name: "dynamic backend by address", target: "/mock/x", answer: choose(plan.ClusterDynamicHTTP, plan.HeaderDial, net.JoinHostPort("127.0.0.1", strconv.Itoa(local.Port))), want: wants{line: "HTTP/1.1 200 OK"}},
		{name: "dynamic backend that clouds keep secrets at", target: "/mock/x", answer: choose(plan.ClusterDynamicHTTP, plan.HeaderDial, "169.254.169.254:80"), reply: func(h map[string]string) *extprocv3.ProcessingResponse {
			return responseReply(h[plan.HeaderDetails])
		}, want: wants{line: "HTTP/1.1 500 Internal Server Error", body: "dns_resolution_failure{address_denied}"}},
		{
			name: "forged headers", target: "/echo/x", headers: []string{"x-apim-key: ?generic", "x-apim-cluster: " + other.Cluster(), "x-apim-reason: a", "x-envoy-upstream-rq-timeout-ms: 1", "x-envoy-original-dst-host: 1.2.3.4"}, answer: pass,
			echo: func(t *testing.T, e envoytest.Echo) {
				t.Helper()
				for name := range e.Headers {
					if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-apim-") || strings.HasPrefix(lower, "x-envoy-") || lower == "x-request-id" {
						t.Errorf("the backend got %s", name)
					}
				}
			},
		},
		{
			name: "the caller's address", target: "/echo/x", headers: []string{"X-Forwarded-For: 192.0.2.1", "X-Request-Id: mine"}, answer: pass,
			echo: func(t *testing.T, e envoytest.Echo) {
				t.Helper()
				if got := e.Headers["X-Forwarded-For"]; len(got) != 1 || got[0] != "192.0.2.1,127.0.0.1" {
					t.Errorf("X-Forwarded-For %q, want the caller's with the peer appended", got)
				}
				if got := e.Headers["X-Request-Id"]; !slices.Equal(got, []string{"mine"}) {
					t.Errorf("X-Request-Id %q, want it untouched", got)
				}
			},
		},
		{name: "refused, seen by ext_proc", target: "/refused/x", answer: pass, reply: func(h map[string]string) *extprocv3.ProcessingResponse {
			return responseReply(h[plan.HeaderDetails][:30], ":status", "502", plan.HeaderReason, "Backend Sad", plan.HeaderLength, "30")
		}, want: wants{line: "HTTP/1.1 502 Backend Sad", body: "upstream_reset_before_response", absent: []string{plan.HeaderDetails, plan.HeaderReason, plan.HeaderLength, "transfer-encoding"}}},
		{name: "refused, not seen", target: "/refused/x", answer: pass, want: wants{line: "HTTP/1.1 500 Internal Server Error", body: floor500, absent: []string{plan.HeaderDetails}}},
		{name: "a backend forges helpers", target: "/forger/x", answer: pass, want: wants{line: "HTTP/1.1 200 OK", body: "four", absent: []string{plan.HeaderReason, plan.HeaderLength, plan.HeaderDetails}}},
		{name: "a backend forges details", target: "/forger/x", answer: pass, reply: func(h map[string]string) *extprocv3.ProcessingResponse {
			return responseReply("["+h[plan.HeaderDetails]+"]", plan.HeaderReason, "", plan.HeaderLength, "2")
		}, want: wants{line: "HTTP/1.1 200 OK", body: "[]"}},
		{name: "ext_proc gone wrong in the response", target: "/shop/x", answer: pass, reply: func(map[string]string) *extprocv3.ProcessingResponse {
			return headersReply() // an answer to another question
		}, want: wants{line: "HTTP/1.1 500 Internal Server Error", body: floor500, absent: []string{plan.HeaderDetails}}},
	}
	for _, tt := range tests { // one after the other: they share ext_proc
		t.Run(tt.name, func(t *testing.T) {
			g.on(tt.answer, tt.reply)
			r := g.get(tt.target, tt.headers...)
			if tt.want.line != "" && r.Line != tt.want.line {
				t.Errorf("status line %q, want %q", r.Line, tt.want.line)
			}
			if tt.want.body != "" && r.Body != tt.want.body {
				t.Errorf("body %q, want %q", r.Body, tt.want.body)
			}
			for _, name := range tt.want.absent {
				if value, ok := r.Lookup(name); ok {
					t.Errorf("the client got %s: %q", name, value)
				}
			}
			if tt.echo != nil {
				tt.echo(t, envoytest.ReadEcho(t, r))
			}
		})
	}
	t.Run("malformed", func(t *testing.T) {
		r := envoytest.Exchange(t, g.address(), "GET /shop/x HTTP/1.1\nHost: a\nno colon\n\n")
		if r.Line != "HTTP/1.1 400 Bad Request" || r.Body != `{ "statusCode": 400, "message": "The request is malformed or too large." }` {
			t.Errorf("got\n%s", r)
		}
	})
}

// A plan that changes nothing for Envoy sends nothing.
func TestPublishNothingNew(t *testing.T) {
	t.Parallel()
	g := startGateway(t, ServerOptions{})
	backend := named(t, "b")
	p := fakePlan{version: "1", targets: []plan.Target{backend}, routes: []plan.Route{{Name: "a", Path: "/a", Cluster: backend.Cluster()}}}
	g.publish(p)
	before := g.sent()
	p.version = "2"
	for range 3 {
		g.publish(p)
	}
	if n := g.sent() - before; n != 0 {
		t.Errorf("%d resources were sent", n)
	}
	if r := g.get("/a"); r.Body != "b" {
		t.Errorf("got\n%s", r)
	}
}

// While APIs come, change their backend and go, no request fails, and each request is
// forwarded to what the plan says that ext_proc has.
func TestPublishWithoutGap(t *testing.T) {
	t.Parallel()
	g := startGateway(t, ServerOptions{Grace: 50 * time.Millisecond})
	answer := func(name string) plan.Target {
		return target(t, envoytest.HTTPBackend(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, name) })))
	}
	one, two := answer("one"), answer("two")
	stays := plan.Route{Name: "stays", Path: "/stays", Cluster: one.Cluster()}
	plans := []fakePlan{
		{version: "one", targets: []plan.Target{one}, routes: []plan.Route{stays, {Name: "moves", Path: "/moves", Cluster: one.Cluster()}}},
		{version: "two", targets: []plan.Target{one, two}, routes: []plan.Route{stays, {Name: "moves", Path: "/moves", Cluster: two.Cluster()}, {Name: "new", Path: "/new", Cluster: two.Cluster()}}},
		{version: "gone", targets: []plan.Target{one}, routes: []plan.Route{stays}},
	}
	g.publish(plans[0])
	g.on(func(map[string]string) *extprocv3.ProcessingResponse { return headersReply() }, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var load sync.WaitGroup
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
	address := g.address()
	count := 0
	load.Go(func() {
		for ctx.Err() == nil {
			resp, err := client.Get("http://" + address + "/stays/x")
			if err != nil {
				t.Errorf("under load: %v", err)
				return
			}
			body, _ := io.ReadAll(resp.Body) // compared
			_ = resp.Body.Close()
			if count++; resp.StatusCode != 200 || string(body) != "one" {
				t.Errorf("under load: %s %q", resp.Status, body)
				return
			}
		}
	})
	for range 5 {
		for _, p := range plans {
			g.publish(p)
			switch p.version {
			case "one":
				envoytest.Eventually(t, "/moves leads to one", func() bool { return g.get("/moves").Body == "one" })
			case "two":
				envoytest.Eventually(t, "/moves leads to two", func() bool { return g.get("/moves").Body == "two" })
				envoytest.Eventually(t, "/new leads to two", func() bool { return g.get("/new").Body == "two" })
			}
		}
	}
	cancel()
	load.Wait()
	client.CloseIdleConnections()
	if count < 10 {
		t.Errorf("only %d requests", count)
	}
	envoytest.Eventually(t, "the cluster that nothing names is removed", func() bool {
		dump, err := g.envoy.Admin.ConfigDump(t.Context(), "dynamic_active_clusters")
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(dump), one.Cluster()) && !strings.Contains(string(dump), two.Cluster())
	})
}

// What is added is in Envoy before the plan moves, what changes or goes is changed after.
func TestPublishOrder(t *testing.T) {
	t.Parallel()
	g := startGateway(t, ServerOptions{Grace: time.Hour})
	one, two := named(t, "one"), named(t, "two")
	g.publish(fakePlan{version: "1", targets: []plan.Target{one}, routes: []plan.Route{
		{Name: "moves", Path: "/moves", Cluster: one.Cluster()}, {Name: "goes", Path: "/goes", Cluster: one.Cluster()},
	}})
	g.on(func(map[string]string) *extprocv3.ProcessingResponse { return headersReply() }, nil)
	next := fakePlan{version: "2", targets: []plan.Target{two}, routes: []plan.Route{
		{Name: "moves", Path: "/moves", Cluster: two.Cluster()},
		{Name: "below", Path: "/moves/below", Cluster: two.Cluster()},
		{Name: "new", Path: "/new", Cluster: two.Cluster()},
	}}
	err := g.Publish(t.Context(), next, func() {
		for path, want := range map[string]string{"/new": "two", "/moves": "one", "/moves/below": "one", "/goes": "one"} {
			envoytest.Eventually(t, path+" leads to "+want, func() bool { return g.get(path).Body == want })
		}
		g.on(func(map[string]string) *extprocv3.ProcessingResponse { return toCluster(two.Cluster()) }, nil)
		if r := g.get("/anything"); r.Body != "two" {
			t.Errorf("the new cluster cannot be used before the plan moves:\n%s", r)
		}
		g.on(func(map[string]string) *extprocv3.ProcessingResponse { return headersReply() }, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/new": "two", "/moves": "two", "/moves/below": "two"} {
		envoytest.Eventually(t, path+" leads to "+want, func() bool { return g.get(path).Body == want })
	}
	envoytest.Eventually(t, "/goes is gone", func() bool { return g.get("/goes").Status() == 500 })
	g.on(func(map[string]string) *extprocv3.ProcessingResponse { return toCluster(one.Cluster()) }, nil)
	if r := g.get("/old"); r.Body != "one" {
		t.Errorf("the old cluster is gone before its grace is over:\n%s", r)
	}
}

// What Envoy refuses is told with Envoy's words, and the plan before goes on.
func TestPublishRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "missing.pem")
	g := startGateway(t, ServerOptions{Options: Options{CAFile: SystemCAFile()}})
	good := named(t, "good")
	p := fakePlan{version: "1", targets: []plan.Target{good}, routes: []plan.Route{{Name: "a", Path: "/a", Cluster: good.Cluster()}}}
	g.publish(p)
	g.options.CAFile = file // as if it had been deleted
	bad := p
	bad.version = "2"
	secure := plan.Target{TLS: true, Host: "127.0.0.1", Port: 1}
	bad.targets = append(slices.Clone(p.targets), secure)
	err := g.Publish(t.Context(), bad, func() { t.Error("the plan has moved") })
	var refused *RefusedError
	if !errors.As(err, &refused) || !strings.Contains(refused.Text, "missing.pem") || refused.Node != "apimgw" {
		t.Fatalf("error %v, want what Envoy said", err)
	}
	if r := g.get("/a"); r.Body != "good" {
		t.Errorf("the plan before does not go on:\n%s", r)
	}
	g.options.CAFile = SystemCAFile()
	bad.version = "3"
	g.publish(bad)
	if !strings.Contains(g.log.String(), "envoy refuses a configuration") {
		t.Errorf("it is not logged:\n%s", g.log)
	}
}

// A port that is taken is a refusal too, known when Envoy has tried it.
func TestPublishPortTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	g := startGateway(t, ServerOptions{Options: Options{Listen: l.Addr().String()}})
	if err := g.Publish(t.Context(), fakePlan{version: "1"}, func() {}); err != nil {
		t.Fatal(err)
	}
	err = g.Acknowledged(t.Context())
	var refused *RefusedError
	if !errors.As(err, &refused) || refused.Resource != ListenerName || !strings.Contains(refused.Text, "Address already in use") {
		t.Errorf("error %v, want that the address is in use", err)
	}
}

// Another Envoy that comes, or the same that comes again with nothing, is told everything;
// Publish waits for all of them.
func TestAnotherEnvoy(t *testing.T) {
	t.Parallel()
	g := startGateway(t, ServerOptions{})
	one, two := named(t, "one"), named(t, "two")
	p := fakePlan{version: "1", targets: []plan.Target{one}, routes: []plan.Route{{Name: "a", Path: "/a", Cluster: one.Cluster()}}}
	g.publish(p)
	first := g.envoy
	g.envoy = envoytest.Start(t, envoytest.Options{Config: g.config, NoWait: true})
	envoytest.Eventually(t, "both are connected", func() bool { return g.Connected() == 2 })
	g.acknowledged()
	if r := g.get("/a"); r.Body != "one" {
		t.Errorf("of the second Envoy:\n%s", r)
	}
	p = fakePlan{version: "2", targets: []plan.Target{one, two}, routes: []plan.Route{{Name: "a", Path: "/a", Cluster: two.Cluster()}}}
	g.publish(p)
	for name, e := range map[string]*envoytest.Envoy{"first": first, "second": g.envoy} {
		envoytest.Eventually(t, "the "+name+" leads to two", func() bool {
			return envoytest.Get(t, e.Address(ListenerName), "/a").Body == "two"
		})
	}
	first.Stop()
	envoytest.Eventually(t, "one is connected", func() bool { return g.Connected() == 1 })
	p.routes[0].Path = "/b"
	g.publish(p)
}

// Without an Envoy a plan is published all the same.
func TestPublishWithoutEnvoy(t *testing.T) {
	t.Parallel()
	s := NewServer(ServerOptions{})
	moved := 0
	for _, p := range []fakePlan{manyAPIs(1), manyAPIs(2), {}} {
		if err := s.Publish(t.Context(), p, func() { moved++ }); err != nil {
			t.Fatal(err)
		}
	}
	if moved != 3 {
		t.Errorf("moved %d times, want 3", moved)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Acknowledged(ctx); !errors.Is(err, errNotAcknowledged) || !strings.Contains(err.Error(), "no envoy is connected") {
		t.Errorf("error %v, want that there is no Envoy", err)
	}
	s.stopRemoval()
}

// When apimgw is started again, the Envoy that stayed goes on serving what it has, and is
// told only what is new.
func TestServerStartsAgain(t *testing.T) {
	t.Parallel()
	g := startGateway(t, ServerOptions{})
	one, two := named(t, "one"), named(t, "two")
	p := fakePlan{version: "1", targets: []plan.Target{one}, routes: []plan.Route{{Name: "a", Path: "/a", Cluster: one.Cluster()}}}
	g.publish(p)
	g.stop()
	g.Server = NewServer(g.options)
	g.stop = envoytest.Serve(t, g.socket, g.Run)
	envoytest.Eventually(t, "envoy tries to connect", func() bool {
		stats, err := g.envoy.Admin.Stats(t.Context(), "cluster.apim_xds.upstream_cx_total")
		return err == nil && stats["cluster.apim_xds.upstream_cx_total"] > 1
	})
	if r := g.get("/a"); r.Body != "one" {
		t.Errorf("before the first plan:\n%s", r)
	}
	g.publish(p)
	if n := g.sent(); n != 0 {
		t.Errorf("%d resources were sent although nothing is new", n)
	}
	g.publish(fakePlan{version: "2", targets: []plan.Target{two}, routes: []plan.Route{{Name: "a", Path: "/a", Cluster: two.Cluster()}}})
	envoytest.Eventually(t, "/a leads to two", func() bool { return g.get("/a").Body == "two" })
}

// grpcurl finds what it needs.
func TestReflectionAndHealth(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(envoytest.Dir(t), "xds.sock")
	envoytest.Serve(t, socket, NewServer(ServerOptions{}).Run)
	conn, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	status, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{})
	if err != nil || status.GetStatus() != healthv1.HealthCheckResponse_SERVING {
		t.Errorf("health: %v, %v", status, err)
	}
	stream, err := reflectionv1.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}}); err != nil {
		t.Fatal(err)
	}
	answer, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range answer.GetListServicesResponse().GetService() {
		names = append(names, s.GetName())
	}
	if !slices.Contains(names, "envoy.service.discovery.v3.AggregatedDiscoveryService") {
		t.Errorf("services %q", names)
	}
}
