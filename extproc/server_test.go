package extproc

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

func TestMain(m *testing.M) {
	// A backend of net/http holds a connection for a while after it has refused a body.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// dial starts a server and connects to it.
func dial(t *testing.T, s *Server) *grpc.ClientConn {
	t.Helper()
	socket := filepath.Join(envoytest.Dir(t), "ext_proc.sock")
	envoytest.Serve(t, socket, s.Run)
	conn, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := New(Options{Plan: &plan.Current{}})
	client := healthpb.NewHealthClient(dial(t, s))
	check := func(service string, want healthpb.HealthCheckResponse_ServingStatus) {
		t.Helper()
		r, err := client.Check(t.Context(), &healthpb.HealthCheckRequest{Service: service})
		if err != nil || r.GetStatus() != want {
			t.Errorf("health of %q is %v, %v; want %v", service, r.GetStatus(), err, want)
		}
	}
	check("", healthpb.HealthCheckResponse_NOT_SERVING)
	check(service.ServiceName, healthpb.HealthCheckResponse_NOT_SERVING)
	s.Ready()
	check("", healthpb.HealthCheckResponse_SERVING)
	check(service.ServiceName, healthpb.HealthCheckResponse_SERVING)
}

// TestReflection checks what grpcurl asks for: the list of services and a description.
func TestReflection(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream, err := reflectionpb.NewServerReflectionClient(dial(t, New(Options{Plan: &plan.Current{}}))).ServerReflectionInfo(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(r *reflectionpb.ServerReflectionRequest) *reflectionpb.ServerReflectionResponse {
		t.Helper()
		if err := stream.Send(r); err != nil {
			t.Fatal(err)
		}
		answer, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	list := ask(&reflectionpb.ServerReflectionRequest{MessageRequest: &reflectionpb.ServerReflectionRequest_ListServices{}})
	var names []string
	for _, s := range list.GetListServicesResponse().GetService() {
		names = append(names, s.GetName())
	}
	if !slices.Contains(names, service.ServiceName) || !slices.Contains(names, "grpc.health.v1.Health") {
		t.Errorf("services are %v", names)
	}
	described := ask(&reflectionpb.ServerReflectionRequest{MessageRequest: &reflectionpb.ServerReflectionRequest_FileContainingSymbol{
		FileContainingSymbol: service.ServiceName + ".Process",
	}})
	if files := described.GetFileDescriptorResponse().GetFileDescriptorProto(); len(files) == 0 || !strings.Contains(string(files[0]), "ExternalProcessor") {
		t.Errorf("the description is %v", described)
	}
}

// TestGeneratedClient speaks to the server as everybody else does.
func TestGeneratedClient(t *testing.T) {
	t.Parallel()
	conn := dial(t, New(Options{Plan: planOf(t, `<inbound><set-header name="x-a"><value>1</value></set-header></inbound>`)}))
	stream, err := extprocv3.NewExternalProcessorClient(conn).Process(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(message("GET", "/shop/x", nil)); err != nil {
		t.Fatal(err)
	}
	r, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	set := r.GetRequestHeaders().GetResponse().GetHeaderMutation().GetSetHeaders()
	if !slices.ContainsFunc(set, func(h *corev3.HeaderValueOption) bool { return h.GetHeader().GetKey() == "x-a" }) {
		t.Errorf("the reply is %v", r)
	}
	if err := stream.CloseSend(); err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err == nil || err.Error() != "EOF" {
		t.Errorf("the stream ends with %v", err)
	}
}

// TestMalformedMessage checks that what cannot be read fails closed.
func TestMalformedMessage(t *testing.T) {
	t.Parallel()
	conn := dial(t, New(Options{Plan: planOf(t, "")}))
	stream, err := extprocv3.NewExternalProcessorClient(conn).Process(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&extprocv3.ProcessingRequest{ObservabilityMode: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); status.Code(err) != codes.Internal {
		t.Errorf("the stream ends with %v", err)
	}
}

// TestPanicFailsClosed checks that a fault of ours ends the stream with an error.
func TestPanicFailsClosed(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	current := planOf(t, "")
	st := newScriptStream(t, []string{"-> GET /shop/x", "-> end"})
	server := New(Options{Plan: current, Logger: slog.New(slog.NewTextHandler(&log, nil)), Log: func(Record) { panic("fault") }})
	if err := server.process(st); status.Code(err) != codes.Internal || strings.Contains(err.Error(), "fault") {
		t.Errorf("the stream ends with %v", err)
	}
	if !strings.Contains(log.String(), "fault") {
		t.Errorf("the log is %s", log.String())
	}
}

func TestRecord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy  string
		observe bool
		script  []string
		want    Record
	}{
		"streamed by": {"", false, []string{"-> GET /shop/x?k=1", "-> end"}, Record{Method: "GET", Path: "/shop/x", API: "shop", Operation: "get"}},
		"observed":    {"", true, []string{"-> GET /shop/x", "-> 404", "-> end"}, Record{Method: "GET", Path: "/shop/x", API: "shop", Operation: "get", Status: 404}},
		"no API":      {"", false, []string{"-> GET /y", "-> end"}, Record{Method: "GET", Path: "/y", Status: 404}},
		"refused":     {"", false, []string{"-> GET /shop/x", ":authority: a,b", "-> end"}, Record{Method: "GET", Status: 400}},
		"client gone": {`<inbound><probe do="read request" /></inbound>`, false, []string{"-> POST /shop/x body", "-> cancel"}, Record{Method: "POST", Path: "/shop/x", API: "shop", Operation: "post"}},
	} {
		var got []Record
		server := New(Options{Plan: planOf(t, c.policy), ObserveResponses: c.observe, Log: func(r Record) { got = append(got, r) }})
		_ = server.process(newScriptStream(t, c.script)) // the scripts check it
		if len(got) != 1 {
			t.Fatalf("%s: %d records", name, len(got))
		}
		r := got[0]
		if r.Duration <= 0 || r.IPAddress != "203.0.113.9" || r.ID == [16]byte{} || (r.Err != nil) != (name == "no API" || name == "refused" || name == "client gone") {
			t.Errorf("%s: record is %+v", name, r)
		}
		r.Duration, r.Backend, r.IPAddress, r.ID, r.Err = 0, 0, "", [16]byte{}, nil
		if r != c.want {
			t.Errorf("%s: record is %+v, want %+v", name, r, c.want)
		}
	}
}

func TestAddressOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		list    string
		trusted int
		want    string
	}{{"1.1.1.1", 0, "1.1.1.1"}, {"1.1.1.1, 2.2.2.2", 0, "2.2.2.2"}, {"1.1.1.1,2.2.2.2, 3.3.3.3", 1, "2.2.2.2"}, {"1.1.1.1", 2, "1.1.1.1"}, {"", 0, ""}} {
		if got := addressOf(c.list, c.trusted); got != c.want {
			t.Errorf("%q with %d trusted proxies is %q, want %q", c.list, c.trusted, got, c.want)
		}
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	for id, keeps := range map[string]bool{
		"b7d1c7f0-4c1d-4e0c-9b59-0d6f4f2b9a77": true, "B7D1C7F0-4C1D-4E0C-9B59-0D6F4F2B9A77": true,
		"b7d1c7f0-4c1d-4e0c-9b59-0d6f4f2b9a7x": false, "b7d1c7f0x4c1d-4e0c-9b59-0d6f4f2b9a77": false, "": false,
	} {
		s := &session{x: exchange.New(nil, &exchange.Request{})}
		if got := s.takeID(id); got != keeps {
			t.Errorf("%q is taken: %v", id, got)
		}
	}
	s := &session{x: exchange.New(nil, &exchange.Request{})}
	s.makeID()
	if s.x.ID[6]>>4 != 4 || s.x.ID[8]>>6 != 2 {
		t.Errorf("%x is no version 4 UUID", s.x.ID)
	}
}

func TestListen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(envoytest.Dir(t), "s.sock")
	l, err := Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("the socket is %v, %v", info, err)
	}
	if _, err := Listen(t.Context(), path); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a second listener: %v", err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // as a process that was killed leaves it
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Listen(t.Context(), path)
	if err != nil {
		t.Fatalf("over a socket that was left: %v", err)
	}
	defer again.Close()
	file := path + ".txt"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(t.Context(), file); err == nil {
		t.Error("a file was taken for a socket")
	}
}
