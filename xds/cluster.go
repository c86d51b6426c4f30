package xds

import (
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"strings"
	"time"

	xdscorev3 "github.com/cncf/xds/go/xds/core/v3"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	dnscommonv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/common/dns/v3"
	dnsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/dns/v3"
	dfpclusterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/dynamic_forward_proxy/v3"
	dfpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/common/dynamic_forward_proxy/v3"
	preservecasev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/http/header_formatters/preserve_case/v3"
	caresv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/network/dns_resolver/cares/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	upstreamhttpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/apimgw/apimgw/policies/callout"
	"github.com/apimgw/apimgw/sync/plan"
)

const (
	// keepIdle is how long an idle connection to a backend is kept: below what most servers
	// do, since a request that meets a closing connection fails.
	keepIdle = 30 * time.Second
	// maxHeaders is the number of header lines in a message, in either direction.
	maxHeaders = 1000
)

// caFiles are where systems keep the certificate authorities they trust.
var caFiles = []string{
	"/etc/ssl/certs/ca-certificates.crt",                // Debian, Alpine, distroless
	"/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, RHEL
	"/etc/ssl/ca-bundle.pem",                            // openSUSE
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // CentOS
	"/etc/ssl/cert.pem",                                 // macOS, Alpine
}

// SystemCAFile finds the file of certificate authorities that this system trusts, SSL_CERT_FILE
// first. It is empty if there is none; backends with TLS that are checked cannot be used then.
func SystemCAFile() string {
	for _, path := range append([]string{os.Getenv("SSL_CERT_FILE")}, caFiles...) {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// clusters are those of the targets, and the dynamic ones.
func clusters(targets []plan.Target, o Options) (map[string]*clusterv3.Cluster, error) {
	all := map[string]*clusterv3.Cluster{}
	for _, t := range targets {
		if t.Dynamic && t.TLS && o.CAFile == "" { // as those that are always there
			continue
		}
		c, err := cluster(t, o)
		if err != nil {
			return nil, fmt.Errorf("backend %s: %w", t.Cluster(), err)
		}
		all[c.GetName()] = c
	}
	// They are always there: which policy chooses a backend by an expression is then no
	// concern of Envoy's.
	for _, t := range plan.DynamicTargets() {
		if !t.TLS || o.CAFile != "" {
			all[t.Cluster()] = dynamic(t, o)
		}
	}
	return all, nil
}

// protocolOptions is where a cluster has its HTTP.
const protocolOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"

// cluster connects to a target.
func cluster(t plan.Target, o Options) (*clusterv3.Cluster, error) {
	if t.Dynamic {
		return dynamic(t, o), nil
	}
	if t.Port < 1 || t.Port > math.MaxUint16 {
		return nil, fmt.Errorf("the port %d does not exist", t.Port)
	}
	c := basicCluster(t.Cluster(), protocol(t), o)
	host := strings.TrimSuffix(strings.TrimPrefix(t.Host, "["), "]")
	if t.TLS {
		if !t.SkipChain && o.CAFile == "" {
			return nil, errNoCAFile
		}
		t.Host = host
		c.TransportSocket = tlsSocket(tlsContext(t, o))
	}
	switch {
	case tunneled(t):
		byTunnel(c, t, host, c.GetTransportSocket())
	case t.Proxy.Name != "":
		byURL(c, t, protocol(t))
	default:
		at(c, host, t.Port)
	}
	return c, nil
}

var errNoCAFile = errors.New("its certificate cannot be checked: no file of certificate authorities is known")

// dynamic forwards to whatever a request names. TLS takes its names from the request, too, see
// destination.
func dynamic(t plan.Target, o Options) *clusterv3.Cluster {
	c := basicCluster(t.Cluster(), protocol(t), o)
	if t.TLS {
		t.SkipName = true
		c.TransportSocket = tlsSocket(tlsContext(t, o))
	}
	switch {
	case tunneled(t):
		byTunnel(c, t, "", c.GetTransportSocket())
	case t.Proxy.Name != "":
		byURL(c, t, protocol(t))
	default:
		asRequested(c)
	}
	return c
}

// basicCluster has what all clusters of backends share.
func basicCluster(name string, spoken *upstreamhttpv3.HttpProtocolOptions, o Options) *clusterv3.Cluster {
	unlimited := wrapperspb.UInt32(math.MaxUint32)
	return &clusterv3.Cluster{
		Name:                          name,
		ConnectTimeout:                seconds(plan.ConnectTimeout),
		PerConnectionBufferLimitBytes: connectionBuffer(o),
		// How much a backend may be asked at once is for policies to say.
		CircuitBreakers: &clusterv3.CircuitBreakers{Thresholds: []*clusterv3.CircuitBreakers_Thresholds{{
			MaxConnections: unlimited, MaxPendingRequests: unlimited, MaxRequests: unlimited, MaxRetries: unlimited,
		}}},
		TypedExtensionProtocolOptions: map[string]*anypb.Any{
			protocolOptions: wrap(spoken),
		},
	}
}

// protocol is the HTTP that a backend is spoken to in.
func protocol(t plan.Target) *upstreamhttpv3.HttpProtocolOptions {
	p := &upstreamhttpv3.HttpProtocolOptions{
		CommonHttpProtocolOptions: &corev3.HttpProtocolOptions{
			IdleTimeout: seconds(keepIdle), MaxHeadersCount: wrapperspb.UInt32(maxHeaders),
		},
	}
	explicit := &upstreamhttpv3.HttpProtocolOptions_ExplicitHttpConfig{
		ProtocolConfig: &upstreamhttpv3.HttpProtocolOptions_ExplicitHttpConfig_HttpProtocolOptions{HttpProtocolOptions: keepPhrases()},
	}
	if t.Negotiate {
		p.UpstreamProtocolOptions = &upstreamhttpv3.HttpProtocolOptions_AutoConfig{AutoConfig: &upstreamhttpv3.HttpProtocolOptions_AutoHttpConfig{
			HttpProtocolOptions: keepPhrases(), Http2ProtocolOptions: &corev3.Http2ProtocolOptions{},
		}}
		return p
	}
	if t.HTTP2 {
		explicit.ProtocolConfig = &upstreamhttpv3.HttpProtocolOptions_ExplicitHttpConfig_Http2ProtocolOptions{Http2ProtocolOptions: &corev3.Http2ProtocolOptions{}}
	}
	p.UpstreamProtocolOptions = &upstreamhttpv3.HttpProtocolOptions_ExplicitHttpConfig_{ExplicitHttpConfig: explicit}
	return p
}

// keepPhrases passes a backend's reason phrases on, and its spelling of header names.
func keepPhrases() *corev3.Http1ProtocolOptions {
	return &corev3.Http1ProtocolOptions{HeaderKeyFormat: &corev3.Http1ProtocolOptions_HeaderKeyFormat{
		HeaderFormat: &corev3.Http1ProtocolOptions_HeaderKeyFormat_StatefulFormatter{StatefulFormatter: &corev3.TypedExtensionConfig{
			Name:        "envoy.http.stateful_header_formatters.preserve_case",
			TypedConfig: wrap(&preservecasev3.PreserveCaseFormatterConfig{ForwardReasonPhrase: true}),
		}},
	}}
}

// byDNS finds a backend by its name, again and again. Each address is one endpoint, but for
// localhost: where its server listens, IPv4 or IPv6, is tried out at each connection.
func byDNS(host string) *clusterv3.Cluster_ClusterType {
	c := &dnsv3.DnsCluster{
		RespectDnsTtl: true, DnsLookupFamily: dnscommonv3.DnsLookupFamily_V4_PREFERRED,
		TypedDnsResolverConfig: resolver(),
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		c.DnsLookupFamily, c.AllAddressesInSingleEndpoint = dnscommonv3.DnsLookupFamily_ALL, true
	}
	return &clusterv3.Cluster_ClusterType{ClusterType: &clusterv3.Cluster_CustomClusterType{Name: "envoy.cluster.dns", TypedConfig: wrap(c)}}
}

// resolver asks a name server twice, for a second and for two. Envoy takes no requests before
// it has asked for each name once, and would try for more than a minute where nobody answers.
func resolver() *corev3.TypedExtensionConfig {
	return &corev3.TypedExtensionConfig{
		Name:        "envoy.network.dns_resolver.cares",
		TypedConfig: wrap(&caresv3.CaresDnsResolverConfig{QueryTimeoutSeconds: wrapperspb.UInt64(1), QueryTries: wrapperspb.UInt32(2)}),
	}
}

// tlsContext says how a backend's certificate is checked: the chain against CAFile, the name
// against the target's host. Without the chain the name proves nothing, so SkipChain skips
// both.
func tlsContext(t plan.Target, o Options) *tlsv3.UpstreamTlsContext {
	common := &tlsv3.CommonTlsContext{TlsParams: &tlsv3.TlsParameters{
		TlsMinimumProtocolVersion: tlsv3.TlsParameters_TLSv1_2, TlsMaximumProtocolVersion: tlsv3.TlsParameters_TLSv1_3,
	}}
	if t.HTTP2 {
		common.AlpnProtocols = []string{"h2"}
	}
	showing(common, t)
	if !t.SkipChain {
		validation := &tlsv3.CertificateValidationContext{
			TrustedCa: &corev3.DataSource{Specifier: &corev3.DataSource_Filename{Filename: o.CAFile}},
		}
		if !t.SkipName {
			validation.MatchTypedSubjectAltNames = []*tlsv3.SubjectAltNameMatcher{subjectName(t.Host)}
		}
		common.ValidationContextType = &tlsv3.CommonTlsContext_ValidationContext{ValidationContext: validation}
	}
	c := &tlsv3.UpstreamTlsContext{CommonTlsContext: common}
	if net.ParseIP(t.Host) == nil {
		c.Sni = t.Host // a name only; addresses are not allowed in it
	}
	return c
}

func subjectName(host string) *tlsv3.SubjectAltNameMatcher {
	kind := tlsv3.SubjectAltNameMatcher_DNS
	if net.ParseIP(host) != nil {
		kind = tlsv3.SubjectAltNameMatcher_IP_ADDRESS
	}
	return &tlsv3.SubjectAltNameMatcher{SanType: kind, Matcher: &matcherv3.StringMatcher{
		MatchPattern: &matcherv3.StringMatcher_Exact{Exact: host},
	}}
}

func tlsSocket(c *tlsv3.UpstreamTlsContext) *corev3.TransportSocket {
	return &corev3.TransportSocket{
		Name:       "envoy.transport_sockets.tls",
		ConfigType: &corev3.TransportSocket_TypedConfig{TypedConfig: wrap(c)},
	}
}

// asRequested makes a cluster connect to what plan.HeaderDial names.
func asRequested(c *clusterv3.Cluster) {
	c.LbPolicy = clusterv3.Cluster_CLUSTER_PROVIDED
	c.ClusterDiscoveryType = &clusterv3.Cluster_ClusterType{ClusterType: &clusterv3.Cluster_CustomClusterType{
		Name: "envoy.clusters.dynamic_forward_proxy",
		TypedConfig: wrap(&dfpclusterv3.ClusterConfig{
			ClusterImplementationSpecifier: &dfpclusterv3.ClusterConfig_DnsCacheConfig{DnsCacheConfig: dnsCache()},
			AllowInsecureClusterOptions:    true, // which name a certificate has to have, the request says
		}),
	}}
}

// dnsCache holds the names that dynamic clusters have looked up; filter and clusters share
// one by having the same settings. Addresses by which clouds tell a machine its secrets are
// never connected to.
func dnsCache() *dfpv3.DnsCacheConfig {
	return &dfpv3.DnsCacheConfig{
		Name:                  "dynamic",
		DnsLookupFamily:       clusterv3.Cluster_V4_PREFERRED,
		MaxHosts:              wrapperspb.UInt32(4096),
		ResolvedAddressFilter: denied(),
	}
}

// denied are the addresses that policies may not call either.
func denied() *matcherv3.AddressMatcher {
	m := &matcherv3.AddressMatcher{}
	for _, p := range callout.Denied() {
		m.Ranges = append(m.Ranges, &xdscorev3.CidrRange{AddressPrefix: p.Addr().String(), PrefixLen: wrapperspb.UInt32(uint32(p.Bits()))}) //nolint:gosec // up to 128
	}
	return m
}
