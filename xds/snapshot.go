package xds

import (
	"errors"
	"fmt"
	"strings"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/apimgw/apimgw/sync/plan"
)

// A Plan is what xds needs to know of a plan.
type Plan interface {
	// Routes are the API paths, each once.
	Routes() []plan.Route
	// Targets are what clusters connect to, each once.
	Targets() []plan.Target
	// Hostnames are names that clients with TLS ask for, each once.
	Hostnames() []plan.Hostname
}

var _ Plan = (*plan.Plan)(nil)

// Options of the data path. The zero value works, but for TLS backends CAFile is needed.
type Options struct {
	// Listen is the gateway's address, host:port; empty means 0.0.0.0:8080.
	Listen string
	// TLSListen is the address of a second listener, with TLS; empty means there is none.
	TLSListen string
	// KeyPairs are the names of the key pairs of that listener; see [Server.PublishKeyPair].
	// A client gets the one whose certificate has the name it asks for, or else the first.
	KeyPairs []string
	// ClientCertificates asks the clients of that listener for a certificate. They need not
	// have one, and any is accepted: what it is worth is for policies to say.
	ClientCertificates bool
	// CAFile holds the certificate authorities that backends are checked against, as Envoy
	// sees the file system.
	CAFile string
	// BodyLimit is the largest body, in bytes, that Envoy holds for a policy, in either
	// direction; 0 means plan.UsualBodyLimit. Of one that may be larger, ext_proc must not ask
	// for all: if part of it has come already, Envoy waits for the rest and does not read it.
	BodyLimit int
	// TrustedHops is the number of proxies in front whose X-Forwarded-For is believed.
	TrustedHops int
	// MessageTimeout is how long ext_proc may take over one message; 0 means 5 minutes.
	// It is a last resort: ext_proc has deadlines of its own, and answers.
	MessageTimeout time.Duration
	// EgressSocket is the path of the Unix socket at which Envoy takes the requests that the
	// relay forwards; empty means that there is no relay.
	EgressSocket string
	// IdleTimeout ends a request in which nothing has moved for so long; 0 means 15
	// minutes. It bounds event streams and WebSockets that fall silent.
	IdleTimeout time.Duration
}

func (o Options) withDefaults() Options {
	if o.Listen == "" {
		o.Listen = "0.0.0.0:8080"
	}
	if o.BodyLimit == 0 {
		o.BodyLimit = plan.UsualBodyLimit
	}
	if o.MessageTimeout == 0 {
		o.MessageTimeout = 5 * time.Minute
	}
	if o.IdleTimeout == 0 {
		o.IdleTimeout = 15 * time.Minute
	}
	return o
}

// A Snapshot is everything that Envoy runs for one plan. It never changes.
type Snapshot struct {
	// Listeners by name.
	Listeners map[string]*listenerv3.Listener
	// Routes by name.
	Routes map[string]*routev3.RouteConfiguration
	// Clusters by name.
	Clusters map[string]*clusterv3.Cluster
	// Secrets by name: client certificates, credentials of proxies, certificates of host names.
	// Key pairs of the options are not among them.
	Secrets map[string]*tlsv3.Secret
}

// NewSnapshot makes what Envoy needs for a plan. An error is a setting that Envoy would
// refuse; it names the resource.
func NewSnapshot(p Plan, o Options) (*Snapshot, error) {
	o = o.withDefaults()
	listeners, err := listeners(p.Hostnames(), o)
	if err != nil {
		return nil, err
	}
	clusters, err := clusters(p.Targets(), o)
	if err != nil {
		return nil, err
	}
	tunnels(p.Targets(), listeners, clusters, o)
	if o.EgressSocket != "" {
		listeners[egressName] = egress(o)
	}
	s := &Snapshot{
		Listeners: listeners,
		Routes:    map[string]*routev3.RouteConfiguration{routesName: routes(p.Routes(), o)},
		Clusters:  clusters,
		Secrets:   secrets(p.Targets(), p.Hostnames(), o),
	}
	return s, s.check()
}

// with is the snapshot and another one; where both have a resource, it is the other's.
func (s *Snapshot) with(next *Snapshot) *Snapshot {
	return &Snapshot{
		Listeners: union(s.Listeners, next.Listeners), Routes: union(s.Routes, next.Routes),
		Clusters: union(s.Clusters, next.Clusters), Secrets: union(s.Secrets, next.Secrets),
	}
}

func (s *Snapshot) has(l leftover) bool {
	switch l.typeURL {
	case resourcev3.ClusterType:
		return s.Clusters[l.name] != nil
	case resourcev3.ListenerType:
		return s.Listeners[l.name] != nil
	}
	return s.Secrets[l.name] != nil
}

func (s *Snapshot) remove(l leftover) {
	switch l.typeURL {
	case resourcev3.ClusterType:
		delete(s.Clusters, l.name)
	case resourcev3.ListenerType:
		delete(s.Listeners, l.name)
	default:
		delete(s.Secrets, l.name)
	}
}

// check finds what Envoy would refuse, or take and then not serve.
func (s *Snapshot) check() error {
	var errs []error
	for name, c := range s.Clusters {
		errs = append(errs, invalid("cluster", name, c.ValidateAll()))
	}
	for name, l := range s.Listeners {
		errs = append(errs, invalid("listener", name, l.ValidateAll()))
	}
	for name, r := range s.Routes {
		errs = append(errs, invalid("routes", name, r.ValidateAll()), s.checkClusters(r), checkDomains(r))
	}
	return errors.Join(errs...)
}

func invalid(kind, name string, err error) error {
	if err != nil {
		return fmt.Errorf("%s %q is not valid for envoy: %w", kind, name, err)
	}
	return nil
}

// checkClusters finds routes to clusters that are not there: Envoy takes them, and answers
// 503 to each request.
func (s *Snapshot) checkClusters(r *routev3.RouteConfiguration) error {
	for _, host := range r.GetVirtualHosts() {
		for _, route := range host.GetRoutes() {
			if name := route.GetRoute().GetCluster(); name != "" && s.Clusters[name] == nil {
				return fmt.Errorf("virtual host %q forwards to the cluster %q, which is not there", host.GetName(), name)
			}
		}
	}
	return nil
}

// checkDomains finds domains that two virtual hosts have: Envoy refuses the whole table.
func checkDomains(r *routev3.RouteConfiguration) error {
	owner := make(map[string]string, 2*len(r.GetVirtualHosts()))
	for _, host := range r.GetVirtualHosts() {
		for _, domain := range host.GetDomains() {
			key := strings.ToLower(domain) // as Envoy does
			if other, taken := owner[key]; taken {
				return fmt.Errorf("virtual hosts %q and %q have the same path %q", other, host.GetName(), domain)
			}
			owner[key] = host.GetName()
		}
	}
	return nil
}

// wrap puts a message into an Any. The bytes are the same each time, so that what has not
// changed is seen not to have.
func wrap(m proto.Message) *anypb.Any {
	a := &anypb.Any{}
	if err := anypb.MarshalFrom(a, m, proto.MarshalOptions{Deterministic: true}); err != nil {
		panic(fmt.Sprintf("xds: marshal %T: %v", m, err)) // only for strings that are not UTF-8, and ours are constants
	}
	return a
}

func seconds(d time.Duration) *durationpb.Duration { return durationpb.New(d) }
