package xds

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	deltav3 "github.com/envoyproxy/go-control-plane/pkg/server/delta/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"
	"google.golang.org/protobuf/proto"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/sync/plan"
)

// A Server tells Envoys over delta ADS what to run, and knows what they do run.
type Server struct {
	options ServerOptions
	tracker *tracker
	caches  map[string]*cachev3.LinearCache // by type URL

	publishing sync.Mutex    // one at a time
	first      chan struct{} // closed when there is something to serve
	snapshot   *Snapshot     // what the caches hold
	routes     []plan.Route
	targets    []plan.Target
	hostnames  []plan.Hostname
	leftovers  map[leftover]time.Time
	removal    *time.Timer

	keys     sync.Mutex // held while one is published
	keyPairs map[string]KeyPair
}

// A leftover is a resource that no plan names any more, until its grace is over.
type leftover struct{ typeURL, name string }

// ServerOptions of a Server.
type ServerOptions struct {
	// Options of the snapshots.
	Options
	// Logger; nil is silent.
	Logger *slog.Logger
	// AckTimeout is how long Publish waits for Envoy's word before it goes on without it; 0
	// means 5 seconds.
	AckTimeout time.Duration
	// Grace is how long a cluster stays when no plan names it any more: for the requests
	// that began with the plan before. 0 means 5 minutes, the longest default timeout.
	Grace time.Duration
	// Warm, if not nil, returns when Envoy's new clusters can be used: Envoy acknowledges a
	// cluster whose name it still looks up. [WarmClusters] makes one.
	Warm func(ctx context.Context) error
}

// NewServer makes a server. Envoys that connect wait for the first plan.
func NewServer(o ServerOptions) *Server {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.AckTimeout == 0 {
		o.AckTimeout = 5 * time.Second
	}
	if o.Grace == 0 {
		o.Grace = 5 * time.Minute
	}
	s := &Server{options: o, caches: map[string]*cachev3.LinearCache{}, first: make(chan struct{}), snapshot: &Snapshot{}, leftovers: map[leftover]time.Time{}, keyPairs: map[string]KeyPair{}}
	s.tracker = newTracker(func(node, typeURL, text string) {
		o.Logger.Error("envoy refuses a configuration and goes on with the one before", "node", node, "type", typeURL, "error", text)
	})
	for _, typeURL := range []string{resourcev3.ClusterType, resourcev3.ListenerType, resourcev3.RouteType, resourcev3.SecretType} {
		s.caches[typeURL] = cachev3.NewLinearCache(typeURL)
	}
	return s
}

// Run serves Envoys on the listener until the context ends. Beside ADS it has gRPC's health
// and reflection services.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	server := grpc.NewServer(
		// Envoy pings every 30 seconds; gRPC would take that for an attack.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Minute, Timeout: 20 * time.Second}),
	)
	streams, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	discoveryv3.RegisterAggregatedDiscoveryServiceServer(server, ads{delta: deltav3.NewServer(streams, s.mux(), s.tracker), first: s.first})
	healthv1.RegisterHealthServer(server, health.NewServer())
	reflection.Register(server)

	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve xDS: %w", err)
	case <-ctx.Done():
	}
	stop()
	server.Stop() // streams of Envoys never end by themselves
	s.stopRemoval()
	if err := <-ended; err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("serve xDS: %w", err)
	}
	return nil
}

// ads is the service that Envoy calls. Only its delta protocol is spoken.
type ads struct {
	discoveryv3.UnimplementedAggregatedDiscoveryServiceServer
	delta deltav3.Server
	first <-chan struct{}
}

// DeltaAggregatedResources is the stream of one Envoy. Before the first plan it says
// nothing: an Envoy that runs since before we were started would be told that all it serves
// is gone.
func (a ads) DeltaAggregatedResources(stream discoveryv3.AggregatedDiscoveryService_DeltaAggregatedResourcesServer) error {
	select {
	case <-a.first:
	case <-stream.Context().Done():
		return stream.Context().Err()
	}
	return a.delta.DeltaStreamHandler(stream, resourcev3.AnyType)
}

// mux is the caches as one.
func (s *Server) mux() *cachev3.MuxCache {
	mux := &cachev3.MuxCache{
		Classify:      func(r *cachev3.Request) string { return r.GetTypeUrl() },
		ClassifyDelta: func(r *cachev3.DeltaRequest) string { return r.GetTypeUrl() },
		Caches:        map[string]cachev3.Cache{},
	}
	for typeURL, c := range s.caches {
		mux.Caches[typeURL] = c
	}
	return mux
}

// Publish changes Envoy over to a plan without a gap:
//
//  1. secrets, clusters and API paths that the plan adds are sent, and Envoy's word is waited
//     for;
//  2. move is called: it makes the plan the one that new requests begin with;
//  3. API paths that lead to another cluster now are changed, those that are gone are
//     removed; clusters that nothing names any more are removed when Grace is over.
//
// If Envoy refuses what is added, everything stays as it was, move is not called, and the
// error is a [RefusedError]; it is one too if Envoy refuses what changes in the third step,
// when the plan has moved. If Envoy says nothing in time, or is not there, Publish goes on:
// it will be told when it comes. A plan that changes nothing for Envoy is only moved to.
func (s *Server) Publish(ctx context.Context, p Plan, move func()) error {
	s.publishing.Lock()
	defer s.publishing.Unlock()
	if s.isPublished() && slices.Equal(s.routes, p.Routes()) && slices.Equal(s.targets, p.Targets()) && slices.Equal(s.hostnames, p.Hostnames()) {
		move()
		return nil
	}
	next, err := NewSnapshot(p, s.options.Options)
	if err != nil {
		return fmt.Errorf("make envoy's configuration: %w", err)
	}
	if err := s.add(ctx, next); err != nil {
		return fmt.Errorf("publish to envoy: %w", err)
	}
	move()
	s.routes, s.targets, s.hostnames = p.Routes(), p.Targets(), p.Hostnames()
	err = s.settle(ctx, next)
	if !s.isPublished() {
		close(s.first)
	}
	if err != nil {
		return fmt.Errorf("publish to envoy: %w", err)
	}
	return nil
}

func (s *Server) isPublished() bool {
	select {
	case <-s.first:
		return true
	default:
		return false
	}
}

// Acknowledged waits until an Envoy is connected and each that is runs what was published
// last. If one refuses it, the error is a [RefusedError]: of the listener, when its port is
// taken.
func (s *Server) Acknowledged(ctx context.Context) error {
	for {
		if err := s.acknowledged(ctx); !errors.Is(err, errNotYet) {
			return err
		}
	}
}

// acknowledged is one try of Acknowledged.
func (s *Server) acknowledged(ctx context.Context) error {
	for {
		s.publishing.Lock()
		snapshot := s.snapshot
		s.publishing.Unlock()
		for typeURL, all := range map[string]map[string]types.Resource{
			resourcev3.ClusterType: resources(snapshot.Clusters), resourcev3.RouteType: resources(snapshot.Routes), resourcev3.ListenerType: resources(snapshot.Listeners),
		} {
			versions, err := versionsOf(all, nil)
			if err != nil {
				return err
			}
			if err := s.awaitVersions(ctx, typeURL, versions); err != nil {
				return err
			}
		}
		s.publishing.Lock()
		same := s.snapshot == snapshot
		s.publishing.Unlock()
		if same {
			return s.keyPairsAcknowledged(ctx)
		}
	}
}

// awaitVersions waits for an Envoy's word on resources, but not for long: it never comes for
// those that something newer has replaced meanwhile.
func (s *Server) awaitVersions(ctx context.Context, typeURL string, versions map[string]string) error {
	soon, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	err := s.tracker.wait(soon, typeURL, versions, true)
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return errNotYet
	}
	return err
}

var errNotYet = errors.New("envoy has not answered yet")

// add sends what the next snapshot has and the one before has not.
func (s *Server) add(ctx context.Context, next *Snapshot) error {
	s.nameAgain(next)
	if err := s.addTunnels(ctx, next); err != nil {
		return err
	}
	before := s.snapshot
	added := changed(before.Clusters, next.Clusters)
	if err := s.send(ctx, resourcev3.ClusterType, added, nil); err != nil {
		return errors.Join(err, s.revert(resourcev3.ClusterType, added, resources(before.Clusters)))
	}
	if len(added) > 0 {
		s.warm(ctx)
	}
	s.snapshot = before.with(&Snapshot{Clusters: next.Clusters})

	extended := map[string]*routev3.RouteConfiguration{}
	for name, r := range next.Routes {
		if merged := withAdded(before.Routes[name], r); merged != nil {
			extended[name] = merged
		}
	}
	if err := s.send(ctx, resourcev3.RouteType, resources(extended), nil); err != nil {
		return errors.Join(err, s.revert(resourcev3.RouteType, resources(extended), resources(before.Routes)))
	}
	s.snapshot.Routes = union(before.Routes, extended)
	return nil
}

// settle makes Envoy run the next snapshot and nothing else, but for clusters that go later.
func (s *Server) settle(ctx context.Context, next *Snapshot) error {
	before := s.snapshot
	err := errors.Join(
		s.send(ctx, resourcev3.SecretType, changed(before.Secrets, next.Secrets), nil), // renewed ones
		s.send(ctx, resourcev3.RouteType, changed(before.Routes, next.Routes), nil),
		s.send(ctx, resourcev3.ListenerType, changed(before.Listeners, next.Listeners), nil),
	)
	gone := time.Now().Add(s.options.Grace)
	leave(s, resourcev3.ClusterType, before.Clusters, next.Clusters, gone)
	leave(s, resourcev3.ListenerType, before.Listeners, next.Listeners, gone)
	leave(s, resourcev3.SecretType, before.Secrets, next.Secrets, gone)
	s.snapshot = before.with(next)
	s.snapshot.Routes = next.Routes
	s.scheduleRemoval()
	return err
}

// nameAgain keeps leftovers that the next snapshot has.
func (s *Server) nameAgain(next *Snapshot) {
	for l := range s.leftovers {
		if next.has(l) {
			delete(s.leftovers, l)
		}
	}
}

// leave notes what goes when its grace is over.
func leave[M any](s *Server, typeURL string, before, next map[string]M, gone time.Time) {
	for name := range before {
		l := leftover{typeURL, name}
		if _, waits := s.leftovers[l]; !waits {
			if _, stays := next[name]; !stays {
				s.leftovers[l] = gone
			}
		}
	}
}

// addTunnels sends what new clusters need that connect: secrets, which Envoy asks for when
// something names them, and listeners of its own.
func (s *Server) addTunnels(ctx context.Context, next *Snapshot) error {
	before := s.snapshot
	fresh := map[string]types.Resource{}
	for name, secret := range next.Secrets {
		if before.Secrets[name] == nil {
			fresh[name] = secret
		}
	}
	if err := s.caches[resourcev3.SecretType].UpdateResources(fresh, nil); err != nil {
		return fmt.Errorf("send secrets: %w", err)
	}
	inside := map[string]*listenerv3.Listener{}
	for name, l := range next.Listeners {
		if l.GetInternalListener() != nil {
			inside[name] = l
		}
	}
	added := changed(before.Listeners, inside)
	if err := s.send(ctx, resourcev3.ListenerType, added, nil); err != nil {
		return errors.Join(err, s.revert(resourcev3.ListenerType, added, resources(before.Listeners)))
	}
	s.snapshot = before.with(&Snapshot{Listeners: inside, Secrets: withNew(before.Secrets, next.Secrets)})
	return nil
}

// withNew has what is not there before.
func withNew[M any](before, next map[string]M) map[string]M {
	out := map[string]M{}
	for name, m := range next {
		if _, was := before[name]; !was {
			out[name] = m
		}
	}
	return out
}

// changed are the resources of next that are not the same before.
func changed[M proto.Message](before, next map[string]M) map[string]types.Resource {
	out := map[string]types.Resource{}
	for name, r := range next {
		if old, was := before[name]; !was || !proto.Equal(old, r) {
			out[name] = r
		}
	}
	return out
}

// union has everything of both; where both have it, what next has.
func union[M any](before, next map[string]M) map[string]M {
	out := make(map[string]M, len(before)+len(next))
	maps.Copy(out, before)
	maps.Copy(out, next)
	return out
}

// resources are the messages as the cache takes them.
func resources[M proto.Message](in map[string]M) map[string]types.Resource {
	out := make(map[string]types.Resource, len(in))
	for name, m := range in {
		out[name] = m
	}
	return out
}

// withAdded is the table before with the virtual hosts that only the next one has, in the
// order of the next; nil if there are none to add. A host below a path that is there
// already takes requests from it: that is no addition but a change, and has to wait.
func withAdded(before, next *routev3.RouteConfiguration) *routev3.RouteConfiguration {
	if before == nil {
		return next
	}
	old, stays := hostsByName(before), hostsByName(next)
	hosts := make([]*routev3.VirtualHost, 0, len(next.GetVirtualHosts()))
	added := false
	for _, host := range next.GetVirtualHosts() {
		switch name := strings.ToLower(host.GetName()); {
		case old[name] != nil:
			hosts = append(hosts, old[name])
		case !below(name, old):
			hosts = append(hosts, host)
			added = true
		}
	}
	if !added {
		return nil
	}
	for _, host := range before.GetVirtualHosts() {
		if stays[strings.ToLower(host.GetName())] == nil {
			hosts = append(hosts, host)
		}
	}
	return table(hosts)
}

// hostsByName are the hosts of a table by their paths in lower case: case does not tell paths
// apart.
func hostsByName(r *routev3.RouteConfiguration) map[string]*routev3.VirtualHost {
	hosts := make(map[string]*routev3.VirtualHost, len(r.GetVirtualHosts()))
	for _, host := range r.GetVirtualHosts() {
		hosts[strings.ToLower(host.GetName())] = host
	}
	return hosts
}

// below reports whether a path is below that of one of the hosts.
func below(path string, hosts map[string]*routev3.VirtualHost) bool {
	if hosts["/"] != nil {
		return true
	}
	for i := 1; i < len(path); i++ {
		if path[i] == '/' && hosts[path[:i]] != nil {
			return true
		}
	}
	return false
}

// send changes resources and waits for Envoy's word. The error is a refusal; silence is
// logged and no error.
func (s *Server) send(ctx context.Context, typeURL string, update map[string]types.Resource, remove []string) error {
	if len(update) == 0 && len(remove) == 0 {
		return nil
	}
	versions, err := versionsOf(update, remove)
	if err != nil {
		return err
	}
	if err := s.caches[typeURL].UpdateResources(update, remove); err != nil {
		return fmt.Errorf("send %s: %w", typeURL, err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.AckTimeout)
	defer cancel()
	err = s.tracker.wait(ctx, typeURL, versions, false)
	if errors.Is(err, errNotAcknowledged) {
		s.options.Logger.WarnContext(ctx, "going on without envoy's word", "type", typeURL, "error", err)
		return nil
	}
	return err
}

// versionsOf are the versions by which the cache and Envoy will call the resources.
func versionsOf(update map[string]types.Resource, remove []string) (map[string]string, error) {
	versions := make(map[string]string, len(update)+len(remove))
	for name, r := range update {
		text, err := cachev3.MarshalResource(r)
		if err != nil {
			return nil, fmt.Errorf("marshal %q: %w", name, err)
		}
		versions[name] = cachev3.HashResource(text)
	}
	for _, name := range remove {
		versions[name] = ""
	}
	return versions, nil
}

// revert puts resources back that Envoy refused.
func (s *Server) revert(typeURL string, refused, before map[string]types.Resource) error {
	back := map[string]types.Resource{}
	var remove []string
	for name := range refused {
		if old, was := before[name]; was {
			back[name] = old
		} else {
			remove = append(remove, name)
		}
	}
	if err := s.caches[typeURL].UpdateResources(back, remove); err != nil {
		return fmt.Errorf("take back what envoy refused: %w", err)
	}
	return nil
}

// warm waits until new clusters can be used, or the time is over.
func (s *Server) warm(ctx context.Context) {
	if s.options.Warm == nil || s.Connected() == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.AckTimeout)
	defer cancel()
	if err := s.options.Warm(ctx); err != nil {
		s.options.Logger.WarnContext(ctx, "going on although envoy has not looked up all backends", "error", err)
	}
}

// scheduleRemoval sets a timer for the first of the leftovers. publishing is locked.
func (s *Server) scheduleRemoval() {
	s.stopTimer()
	var first time.Time
	for _, gone := range s.leftovers {
		if first.IsZero() || gone.Before(first) {
			first = gone
		}
	}
	if !first.IsZero() {
		s.removal = time.AfterFunc(time.Until(first), s.removeLeftovers)
	}
}

// removeLeftovers removes the clusters whose grace is over.
func (s *Server) removeLeftovers() {
	s.publishing.Lock()
	defer s.publishing.Unlock()
	now := time.Now()
	over := map[string][]string{} // by type
	kept := (&Snapshot{}).with(s.snapshot)
	for l, gone := range s.leftovers {
		if gone.After(now) {
			continue
		}
		over[l.typeURL] = append(over[l.typeURL], l.name)
		delete(s.leftovers, l)
		kept.remove(l)
	}
	s.snapshot = kept
	// Secrets last: what names one has to be gone.
	for _, typeURL := range []string{resourcev3.ClusterType, resourcev3.ListenerType} {
		if err := s.send(context.Background(), typeURL, nil, over[typeURL]); err != nil {
			s.options.Logger.Error("envoy keeps what nothing names", "type", typeURL, "names", over[typeURL], "error", err)
		}
	}
	if err := s.caches[resourcev3.SecretType].UpdateResources(nil, over[resourcev3.SecretType]); err != nil {
		s.options.Logger.Error("forget secrets that nothing names", "error", err)
	}
	s.scheduleRemoval()
}

func (s *Server) stopRemoval() {
	s.publishing.Lock()
	defer s.publishing.Unlock()
	s.stopTimer()
}

func (s *Server) stopTimer() {
	if s.removal != nil {
		s.removal.Stop()
	}
}

// Connected is the number of Envoys that are connected.
func (s *Server) Connected() int {
	s.tracker.mu.Lock()
	defer s.tracker.mu.Unlock()
	return len(s.tracker.streams)
}

// WarmClusters returns a function for [ServerOptions.Warm] that asks Envoy whether it still
// looks up the names of clusters.
func WarmClusters(admin *envoy.Admin) func(ctx context.Context) error {
	const stat = "cluster_manager.warming_clusters"
	return func(ctx context.Context) error {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			stats, err := admin.Stats(ctx, "^"+stat+"$")
			if err != nil {
				return fmt.Errorf("wait for envoy's clusters: %w", err)
			}
			if stats[stat] == 0 {
				return nil
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("wait for %d of envoy's clusters: %w", stats[stat], context.Cause(ctx))
			case <-tick.C:
			}
		}
	}
}
