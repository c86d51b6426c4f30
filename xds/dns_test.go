package xds

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	dnsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/dns/v3"
	caresv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/network/dns_resolver/cares/v3"
	"golang.org/x/net/dns/dnsmessage"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/sync/plan"
)

// A nameServer answers every question for an address with one that can be changed, good for a
// second.
type nameServer struct {
	conn    net.PacketConn
	address atomic.Value // [4]byte
	asked   atomic.Int64
}

func startNameServer(t *testing.T, address [4]byte) *nameServer {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &nameServer{conn: conn}
	n.address.Store(address)
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.serve()
	}()
	t.Cleanup(func() {
		_ = conn.Close() // which ends serve
		<-done
	})
	return n
}

func (n *nameServer) serve() {
	buffer := make([]byte, 1500)
	for {
		size, from, err := n.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buffer[:size]) != nil || len(m.Questions) != 1 {
			continue
		}
		n.asked.Add(1)
		m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
		if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
				Body:   &dnsmessage.AResource{A: n.address.Load().([4]byte)},
			}}
		}
		if answer, err := m.Pack(); err == nil {
			_, _ = n.conn.WriteTo(answer, from) // Envoy asks again
		}
	}
}

// askHere makes a cluster ask a name server of the test, as it would ask the system's.
func askHere(t *testing.T, c *clusterv3.Cluster, n *nameServer) {
	t.Helper()
	var byName dnsv3.DnsCluster
	if err := c.GetClusterType().GetTypedConfig().UnmarshalTo(&byName); err != nil {
		t.Fatal(err)
	}
	var resolver caresv3.CaresDnsResolverConfig
	if err := byName.GetTypedDnsResolverConfig().GetTypedConfig().UnmarshalTo(&resolver); err != nil {
		t.Fatal(err)
	}
	at := n.conn.LocalAddr().(*net.UDPAddr)
	resolver.Resolvers = []*corev3.Address{{Address: &corev3.Address_SocketAddress{SocketAddress: &corev3.SocketAddress{
		Protocol: corev3.SocketAddress_UDP, Address: at.IP.String(), PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: uint32(at.Port)}, //nolint:gosec // a port
	}}}}
	byName.TypedDnsResolverConfig.TypedConfig = wrap(&resolver)
	c.GetClusterType().TypedConfig = wrap(&byName)
}

// A backend whose address changes is followed as soon as its name server's answer has run
// out, on connections that were open as well.
func TestAddressChanges(t *testing.T) {
	t.Parallel()
	before := envoytest.HTTPBackend(t, sayer("before"))
	_, port, err := net.SplitHostPort(before)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.2", port))
	if err != nil {
		t.Skipf("this system has no second loopback address: %v", err)
	}
	after := &http.Server{Handler: sayer("after"), ReadHeaderTimeout: time.Minute}
	go func() { _ = after.Serve(l) }() // until it is closed
	t.Cleanup(func() { _ = after.Close() })

	names := startNameServer(t, [4]byte{127, 0, 0, 1})
	target := plan.Target{Host: "moving.example", Port: l.Addr().(*net.TCPAddr).Port}
	c, err := cluster(target, Options{}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	askHere(t, c, names)
	text, err := protojson.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	e := envoytest.Start(t, envoytest.Options{Config: fmt.Sprintf(oneCluster, target.Cluster(), text)})
	address := e.Address("one")
	client := envoytest.Dial(t, address)
	ask := func() string {
		client.Send(envoytest.Request("GET", "/", ""))
		return client.Read("GET").Body
	}
	for range 3 {
		if got := ask(); got != "before" {
			t.Fatalf("the backend says %q", got)
		}
	}
	names.address.Store([4]byte{127, 0, 0, 2})
	changed, asked := time.Now(), names.asked.Load()
	for ask() != "after" {
		if time.Since(changed) > 30*time.Second {
			t.Fatalf("after %v and %d questions the address is the old one", time.Since(changed), names.asked.Load()-asked)
		}
	}
	t.Logf("the new address is in use %v after the change", time.Since(changed))
	for range 10 {
		if got := ask(); got != "after" {
			t.Errorf("later the backend says %q", got)
		}
	}
}

// Dynamic backends are not connected to at link-local addresses, however they are written, by
// whatever name they are found, and whatever the request's Host.
func TestDeniedAddresses(t *testing.T) {
	t.Parallel()
	names := startNameServer(t, [4]byte{127, 0, 0, 1})
	server := names.conn.LocalAddr().String()
	local := envoytest.EchoBackend(t)
	_, port, err := net.SplitHostPort(local)
	if err != nil {
		t.Fatal(err)
	}
	for _, egress := range []bool{false, true} {
		address := dynamicEnvoy(t, server, egress)
		ask := func(cluster, dial string) string {
			r := envoytest.Exchange(t, address, "GET /x HTTP/1.1\nhost: "+local+"\nx-apim-cluster: "+cluster+"\nx-apim-dial: "+dial+"\n\n")
			if r.Status() == http.StatusOK {
				return "OK"
			}
			return r.Header(plan.HeaderDetails)
		}
		names.address.Store([4]byte{127, 0, 0, 1})
		if got := ask(plan.ClusterDynamicHTTP, "good.example:"+port); got != "OK" {
			t.Errorf("a name that may be connected to: %s", got)
		}
		names.address.Store([4]byte{169, 254, 169, 254})
		for _, target := range plan.DynamicTargets() {
			for _, host := range []string{
				"169.254.169.254", "169.254.0.1", "[fe80::1]", "[febf::1]", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "[::FFFF:a9fe:a9fe]",
				"[0:0:0:0:0:ffff:a9fe:1]", "[64:ff9b::169.254.169.254]", "[2002:a9fe:a9fe::1]", "bad.example", "BAD.example.", "169.254.169.254.example",
			} {
				if got := ask(target.Cluster(), host+":"+port); got != "dns_resolution_failure{address_denied}" {
					t.Errorf("%s by %s: %s", host, target.Cluster(), got)
				}
			}
		}
	}
}

// dynamicEnvoy is an Envoy with the dynamic clusters and a listener with the filters before
// them, the egress' or the gateway's, which asks a name server for names.
func dynamicEnvoy(t *testing.T, server string, egress bool) (address string) {
	t.Helper()
	o := Options{CAFile: envoytest.NewAuthority(t).File()}.withDefaults()
	manager := egressManager(o)
	if !egress {
		manager.HttpFilters = nil
		for _, f := range connectionManager(o).GetHttpFilters() {
			if name := f.GetName(); name == "apim.destination" || name == "apim.dynamic" || name == "apim.router" {
				manager.HttpFilters = append(manager.HttpFilters, f)
			}
		}
	}
	manager.GetRouteConfig().ResponseHeadersToRemove = nil
	l := &listenerv3.Listener{Name: "one", Address: tcp("127.0.0.1", 0), FilterChains: []*listenerv3.FilterChain{{Filters: []*listenerv3.Filter{{
		Name: "http", ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: wrap(manager)},
	}}}}}
	clusters, err := clusters(nil, o)
	if err != nil {
		t.Fatal(err)
	}
	inline := func(m proto.Message) string {
		text, err := protojson.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	host, port, _ := net.SplitHostPort(server)
	config := `typed_dns_resolver_config: {name: envoy.network.dns_resolver.cares, typed_config: {"@type": type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig,
  resolvers: [{socket_address: {protocol: UDP, address: ` + host + `, port_value: ` + port + `}}]}}
static_resources:
  listeners: [` + inline(l) + `]
  clusters:
`
	for _, c := range clusters {
		config += "  - " + inline(c) + "\n"
	}
	return envoytest.Start(t, envoytest.Options{Config: config}).Address("one")
}

func sayer(what string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.Copy(w, strings.NewReader(what)) // the client is Envoy
	})
}

// oneCluster is an Envoy with a listener and a cluster.
const oneCluster = `
static_resources:
  listeners:
  - name: one
    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: one
          route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: "/"}, route: {cluster: "%s"}}]}]}
          http_filters:
          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - %s
`
