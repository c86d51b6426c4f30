package xds

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extprocfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_proc/v3"
	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/grpc"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/sync/plan"
)

// A gateway is a Server, an Envoy that it configures, and an ext_proc server that does what
// a test says.
type gateway struct {
	*Server
	t      *testing.T
	envoy  *envoytest.Envoy
	log    *envoytest.Log
	config string // of the Envoy
	socket string // of the Server
	stop   func() // the Server

	mu     sync.Mutex
	answer func(headers map[string]string) *extprocv3.ProcessingResponse
	reply  func(headers map[string]string) *extprocv3.ProcessingResponse
}

func startGateway(t *testing.T, o ServerOptions) *gateway {
	t.Helper()
	dir := envoytest.Dir(t)
	g := &gateway{t: t, log: &envoytest.Log{}}
	xdsSocket, procSocket := filepath.Join(dir, "xds.sock"), filepath.Join(dir, "ext_proc.sock")
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	admin := envoy.UnixAddress(filepath.Join(dir, "admin.sock"))
	bootstrap, err := envoy.Bootstrap{Admin: admin, XDSSocket: xdsSocket, ExtProcSocket: procSocket}.Render()
	if err != nil {
		t.Fatal(err)
	}
	o.Logger = slog.New(slog.NewTextHandler(g.log, nil))
	g.Server = NewServer(o)
	g.socket, g.stop = xdsSocket, envoytest.Serve(t, xdsSocket, g.Run)
	envoytest.Serve(t, procSocket, g.runExtProc)
	g.config = string(bootstrap)
	g.envoy = envoytest.Start(t, envoytest.Options{Config: string(bootstrap), NoWait: true})
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server's log:\n%s", g.log)
		}
	})
	return g
}

func (g *gateway) runExtProc(ctx context.Context, l net.Listener) error {
	server := grpc.NewServer()
	extprocv3.RegisterExternalProcessorServer(server, processor{gateway: g})
	go func() {
		<-ctx.Done()
		server.Stop()
	}()
	return server.Serve(l)
}

// on says what ext_proc answers to a request's headers, and if reply is not nil, to the
// response's.
func (g *gateway) on(answer, reply func(headers map[string]string) *extprocv3.ProcessingResponse) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answer, g.reply = answer, reply
}

type processor struct {
	extprocv3.UnimplementedExternalProcessorServer
	*gateway
}

func (p processor) Process(s extprocv3.ExternalProcessor_ProcessServer) error {
	m, err := s.Recv()
	if err != nil {
		return err
	}
	p.mu.Lock()
	answer, reply := p.answer, p.reply
	p.mu.Unlock()
	r := headersReply()
	if answer != nil {
		r = answer(headersOf(m.GetRequestHeaders()))
	}
	if reply != nil && r.GetModeOverride() == nil {
		r.ModeOverride = &extprocfilterv3.ProcessingMode{ResponseHeaderMode: extprocfilterv3.ProcessingMode_SEND}
	}
	if err := s.Send(r); err != nil || reply == nil {
		return err
	}
	if m, err = s.Recv(); err != nil {
		return err
	}
	return s.Send(reply(headersOf(m.GetResponseHeaders())))
}

func headersOf(h *extprocv3.HttpHeaders) map[string]string {
	out := map[string]string{}
	for _, line := range h.GetHeaders().GetHeaders() {
		out[line.GetKey()] = string(line.GetRawValue())
	}
	return out
}

func mutation(pairs ...string) *extprocv3.HeaderMutation {
	m := &extprocv3.HeaderMutation{}
	for i := 0; i < len(pairs); i += 2 {
		m.SetHeaders = append(m.SetHeaders, &corev3.HeaderValueOption{Header: &corev3.HeaderValue{Key: pairs[i], RawValue: []byte(pairs[i+1])}})
	}
	return m
}

// headersReply lets the request go on, with some headers.
func headersReply(pairs ...string) *extprocv3.ProcessingResponse {
	return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_RequestHeaders{RequestHeaders: &extprocv3.HeadersResponse{
		Response: &extprocv3.CommonResponse{HeaderMutation: mutation(pairs...)},
	}}}
}

// toCluster sends the request to a cluster of ext_proc's choice.
func toCluster(name string, pairs ...string) *extprocv3.ProcessingResponse {
	r := headersReply(append(pairs, plan.HeaderKey, plan.GenericKey, plan.HeaderCluster, name)...)
	r.GetRequestHeaders().GetResponse().ClearRouteCache = true
	return r
}

// responseHeadersReply lets the response go on as it is.
func responseHeadersReply() *extprocv3.ProcessingResponse {
	return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_ResponseHeaders{ResponseHeaders: &extprocv3.HeadersResponse{}}}
}

// responseReply replaces the body of a response.
func responseReply(body string, pairs ...string) *extprocv3.ProcessingResponse {
	return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_ResponseHeaders{ResponseHeaders: &extprocv3.HeadersResponse{
		Response: &extprocv3.CommonResponse{
			Status: extprocv3.CommonResponse_CONTINUE_AND_REPLACE, HeaderMutation: mutation(pairs...),
			BodyMutation: &extprocv3.BodyMutation{Mutation: &extprocv3.BodyMutation_Body{Body: []byte(body)}},
		},
	}}}
}

func immediate(code int32, body string, pairs ...string) *extprocv3.ProcessingResponse {
	return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_ImmediateResponse{ImmediateResponse: &extprocv3.ImmediateResponse{
		Status: &typev3.HttpStatus{Code: typev3.StatusCode(code)}, Details: plan.DetailsPrefix + "test", Body: []byte(body), Headers: mutation(pairs...),
	}}}
}

// publish changes to a plan.
func (g *gateway) publish(p fakePlan) {
	g.t.Helper()
	moved := false
	if err := g.Publish(g.t.Context(), p, func() { moved = true }); err != nil {
		g.t.Fatalf("publish %s: %v", p.version, err)
	}
	if !moved {
		g.t.Fatalf("publish %s: the plan has not moved", p.version)
	}
	g.acknowledged()
}

// acknowledged waits until Envoy runs what was published.
func (g *gateway) acknowledged() {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), 20*time.Second)
	defer cancel()
	if err := g.Acknowledged(ctx); err != nil {
		g.t.Fatal(err)
	}
	g.envoy.WaitReady()
}

func (g *gateway) address() string {
	g.t.Helper()
	return g.envoy.Address(ListenerName)
}

// get is a GET, answered by the status line and the body.
func (g *gateway) get(path string, headers ...string) envoytest.Response {
	g.t.Helper()
	return envoytest.Get(g.t, g.address(), path, headers...)
}

// target of host:port.
func target(t *testing.T, address string) plan.Target {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	n, err := net.LookupPort("tcp", port)
	if err != nil {
		t.Fatal(err)
	}
	return plan.Target{Host: host, Port: n}
}

// named is a backend that answers with its name.
func named(t *testing.T, name string) plan.Target {
	t.Helper()
	return target(t, envoytest.ReplyBackend(t, fmt.Sprintf("HTTP/1.1 200 Get GKE\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(name), name)))
}

// sent is the number of resources that were sent to Envoy.
func (g *gateway) sent() int {
	g.tracker.mu.Lock()
	defer g.tracker.mu.Unlock()
	return g.tracker.sent
}
