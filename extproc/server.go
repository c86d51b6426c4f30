package extproc

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"runtime"
	"time"

	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	"github.com/apimgw/apimgw/extproc/relay"
	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/sync/plan"
)

// Options of a server. Plan is needed.
type Options struct {
	// Plan that new requests begin with.
	Plan *plan.Current
	// Logger of the server and its sessions; nil logs nothing.
	Logger *slog.Logger
	// Log gets a record of each request, in the request's goroutine; nil gets none.
	Log func(Record)
	// ObserveResponses asks for the headers of every response, so that each record has a
	// status. It costs another message for requests of which no policy wants the response.
	ObserveResponses bool
	// BodyLimit is the largest body that a policy can read, in either direction; 0 means
	// plan.UsualBodyLimit. It must not be above the limit that xds gives Envoy.
	BodyLimit int
	// BodyTimeout is how long a body that a policy reads may take to arrive; 0 means 1
	// minute.
	BodyTimeout time.Duration
	// TrustedHops is the number of proxies in front whose X-Forwarded-For is believed, as
	// xds has it.
	TrustedHops int
	// Relay runs forwards that are more than one of Envoy's. Without one, requests that need
	// it fail.
	Relay *relay.Relay
	// RelayAll forwards by the relay even what one forward of Envoy can do. It is for tests
	// that hold both ways against each other.
	RelayAll bool
	// ArrivalTimeout is how long a request may take from Envoy to the relay; 0 means 10
	// seconds.
	ArrivalTimeout time.Duration
	// DrainTimeout is how long requests may take to end when the server stops; 0 means
	// 10 seconds.
	DrainTimeout time.Duration
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.BodyLimit == 0 {
		o.BodyLimit = plan.UsualBodyLimit
	}
	if o.BodyTimeout == 0 {
		o.BodyTimeout = time.Minute
	}
	if o.ArrivalTimeout == 0 {
		o.ArrivalTimeout = 10 * time.Second
	}
	if o.DrainTimeout == 0 {
		o.DrainTimeout = 10 * time.Second
	}
	return o
}

// A Server serves Envoy's ext_proc filter.
type Server struct {
	options Options
	health  *health.Server
}

// maxStreams is how many requests share a connection: gRPC has one reader and one writer
// for each, so busy workers of Envoy should have several.
const maxStreams = 100

// streamWorkers are goroutines that serve one stream after the other: their stacks have
// grown to what policies need. They are few, so that their stacks are warm; when all wait,
// streams get goroutines of their own.
func streamWorkers() uint32 { return uint32(4 * runtime.GOMAXPROCS(0)) } //nolint:gosec // a few

// New makes a server.
func New(o Options) *Server {
	s := &Server{options: o.withDefaults(), health: health.NewServer()}
	s.setHealth(healthpb.HealthCheckResponse_NOT_SERVING)
	return s
}

// Ready tells health checks that the first plan is published.
func (s *Server) Ready() { s.setHealth(healthpb.HealthCheckResponse_SERVING) }

func (s *Server) setHealth(status healthpb.HealthCheckResponse_ServingStatus) {
	s.health.SetServingStatus("", status)
	s.health.SetServingStatus(service.ServiceName, status)
}

// Run serves on the listener until the context ends; then requests that have begun may end.
// Beside ext_proc it has gRPC's health and reflection services.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	server := s.newGRPC()
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve ext_proc: %w", err)
	case <-ctx.Done():
	}
	s.stop(server)
	if err := <-done; err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("serve ext_proc: %w", err)
	}
	return nil
}

func (s *Server) newGRPC() *grpc.Server {
	server := grpc.NewServer(
		grpc.ForceServerCodecV2(wire.NewCodec()),
		grpc.MaxRecvMsgSize(s.options.BodyLimit+1<<20), grpc.MaxConcurrentStreams(maxStreams),
		grpc.InitialWindowSize(1<<20), grpc.InitialConnWindowSize(4<<20), // as they are: no probing
		// Envoy pings by itself; gRPC would take that for an attack.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Minute, Timeout: 20 * time.Second}),
		grpc.WaitForHandlers(true), grpc.NumStreamWorkers(streamWorkers()),
	)
	server.RegisterService(&service, s)
	healthpb.RegisterHealthServer(server, s.health)
	reflection.Register(server)
	return server
}

// stop ends the server: gracefully, and after the drain timeout by force.
func (s *Server) stop(server *grpc.Server) {
	s.health.Shutdown()
	force := time.AfterFunc(s.options.DrainTimeout, server.Stop)
	defer force.Stop()
	server.GracefulStop()
}

// A processor is what serves the service's streams.
type processor interface{ process(st stream) error }

var _ processor = (*Server)(nil)

// service is envoy.service.ext_proc.v3.ExternalProcessor with streams of the messages of
// package wire. Its descriptor is the generated one, which reflection tells.
var service = grpc.ServiceDesc{
	ServiceName: extprocv3.ExternalProcessor_ServiceDesc.ServiceName,
	HandlerType: (*processor)(nil),
	Streams: []grpc.StreamDesc{{
		StreamName: "Process", ServerStreams: true, ClientStreams: true,
		Handler: func(server any, st grpc.ServerStream) error { return server.(processor).process(st) },
	}},
	Metadata: extprocv3.ExternalProcessor_ServiceDesc.Metadata,
}

// Listen makes a Unix socket that the owner and the group may connect to. A socket that an
// earlier process left there is removed; one that still answers is an error.
func Listen(ctx context.Context, path string) (net.Listener, error) {
	if err := removeStale(ctx, path); err != nil {
		return nil, fmt.Errorf("listen on %s: %w", path, err)
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if err := os.Chmod(path, 0o660); err != nil {
		return nil, errors.Join(fmt.Errorf("listen: %w", err), l.Close())
	}
	return l, nil
}

func removeStale(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSocket == 0:
		return errors.New("there is a file that is no socket")
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", path)
	if err == nil {
		return errors.Join(errors.New("another process serves it"), conn.Close())
	}
	return os.Remove(path)
}
