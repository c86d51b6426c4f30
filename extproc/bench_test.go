package extproc

import (
	"context"
	"io"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/extproc/wire"
)

// benchPolicies are those of architecture.md, section 6.
var benchPolicies = []struct{ name, policy string }{
	{"none", ""},
	{"constant", `<inbound><set-header name="x-a"><value>constant</value></set-header></inbound>`},
	{"expression", `<inbound><set-header name="x-a"><value>@(context.Request.Headers.GetValueOrDefault("user-agent", "") + "!")</value></set-header></inbound>`},
	{"outbound", `<outbound><set-header name="x-a"><value>constant</value></set-header></outbound>`},
}

func benchMessages(b *testing.B) (request, response []byte) {
	b.Helper()
	m := func(kind, rest string, lines ...string) []byte {
		data, err := proto.Marshal(message(kind, rest, lines))
		if err != nil {
			b.Fatal(err)
		}
		return data
	}
	return m("GET", "/shop/orders/4711?expand=lines", "user-agent: Mozilla/5.0 (X11; Linux x86_64)", "accept: application/json",
			"accept-encoding: gzip, deflate, br", "x-correlation: 0123456789abcdef0123456789abcdef", "x-forwarded-proto: http"),
		m("200", "body", "content-type: application/json", "content-length: 120", "date: Wed, 25 Nov 2026 00:00:00 GMT", "etag: \"1\"")
}

// BenchmarkSession is a session without gRPC: messages in bytes in and out.
func BenchmarkSession(b *testing.B) {
	for _, p := range benchPolicies {
		b.Run(p.name, func(b *testing.B) {
			server := New(Options{Plan: planOf(b, p.policy)})
			st := &memoryStream{ctx: b.Context(), codec: wire.NewCodec()}
			st.request, st.response = benchMessages(b)
			b.ReportAllocs()
			for b.Loop() {
				st.begin()
				if err := server.process(st); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A memoryStream sends one request, and its response if it is asked for.
type memoryStream struct {
	ctx               context.Context //nolint:containedctx // it is what gRPC's stream has
	codec             wire.Codec
	request, response []byte
	received, sent    int
	wanted            bool
}

func (s *memoryStream) begin() { s.received, s.sent, s.wanted = 0, 0, false }

func (s *memoryStream) Context() context.Context { return s.ctx }

func (s *memoryStream) RecvMsg(m any) error {
	s.received++
	switch {
	case s.received == 1:
		return s.codec.Unmarshal(mem.BufferSlice{mem.SliceBuffer(s.request)}, m)
	case s.received == 2 && s.wanted:
		return s.codec.Unmarshal(mem.BufferSlice{mem.SliceBuffer(s.response)}, m)
	}
	return io.EOF
}

func (s *memoryStream) SendMsg(m any) error {
	s.sent++
	s.wanted = s.wanted || m.(*wire.Reply).Mode.ResponseHeaders
	data, err := s.codec.Marshal(m)
	data.Free()
	return err
}

// BenchmarkServer is the same through gRPC over a Unix socket, beside a server that does
// nothing with the generated code.
func BenchmarkServer(b *testing.B) {
	request, _ := benchMessages(b)
	b.Run("empty generated", func(b *testing.B) {
		server := grpc.NewServer()
		extprocv3.RegisterExternalProcessorServer(server, emptyProcessor{})
		benchServer(b, server, request)
	})
	for _, p := range benchPolicies[:3] {
		b.Run(p.name, func(b *testing.B) { benchServer(b, New(Options{Plan: planOf(b, p.policy)}).newGRPC(), request) })
	}
}

func benchServer(b *testing.B, server *grpc.Server, request []byte) {
	b.Helper()
	socket := filepath.Join(envoytest.Dir(b), "s.sock")
	l, err := Listen(b.Context(), socket)
	if err != nil {
		b.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(l) // ends with Stop
	}()
	conn, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.ForceCodecV2(bytesCodec{})))
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = conn.Close()
		server.Stop()
		<-ended
	}()
	b.ReportAllocs()
	before := cpuTime(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := callOnce(b.Context(), conn, request); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-ns/op") // of server and client
}

// cpuTime is that of the process: on a busy machine it says more than the clock.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// callOnce does what Envoy does for a request: a stream, a message each way, and a reset.
func callOnce(ctx context.Context, conn *grpc.ClientConn, request []byte) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := conn.NewStream(ctx, &service.Streams[0], "/"+service.ServiceName+"/Process")
	if err != nil {
		return err
	}
	if err := stream.SendMsg(&request); err != nil {
		return err
	}
	var reply []byte
	return stream.RecvMsg(&reply)
}

// bytesCodec carries bytes, so that the client costs as little as it can.
type bytesCodec struct{}

func (bytesCodec) Name() string { return "proto" }

func (bytesCodec) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(*v.(*[]byte))}, nil
}

func (bytesCodec) Unmarshal(data mem.BufferSlice, v any) error {
	*v.(*[]byte) = data.Materialize()
	return nil
}

type emptyProcessor struct {
	extprocv3.UnimplementedExternalProcessorServer
}

func (emptyProcessor) Process(s extprocv3.ExternalProcessor_ProcessServer) error {
	for {
		if _, err := s.Recv(); err != nil {
			return err
		}
		if err := s.Send(&extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_RequestHeaders{RequestHeaders: &extprocv3.HeadersResponse{
			Response: &extprocv3.CommonResponse{HeaderMutation: &extprocv3.HeaderMutation{SetHeaders: []*corev3.HeaderValueOption{
				{Header: &corev3.HeaderValue{Key: "x-a", RawValue: []byte("constant")}},
			}}},
		}}}); err != nil {
			return err
		}
	}
}
