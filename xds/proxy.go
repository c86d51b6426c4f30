package xds

import (
	"encoding/base64"
	"math"
	"net"
	"strconv"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	credentialinjectorv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/credential_injector/v3"
	upstreamcodecv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/upstream_codec/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	snidfpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/sni_dynamic_forward_proxy/v3"
	tcpproxyv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	genericsecretv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/formatter/generic_secret/v3"
	injectedgenericv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/http/injected_credentials/generic/v3"
	internalupstreamv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/internal_upstream/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	upstreamhttpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	metadatav3 "github.com/envoyproxy/go-control-plane/envoy/type/metadata/v3"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/sync/plan"
)

// A forward proxy is gone through in one of two ways. A backend with TLS (or one that is
// spoken to in HTTP/2) gets a tunnel: its cluster connects to an internal listener of Envoy's,
// which asks the proxy with CONNECT for the address that the endpoint's metadata tells. Any
// other is asked for at the proxy by its whole URL. Credentials are secrets in both.

// tunnelMetadata is where an endpoint has the address of its backend.
const tunnelMetadata = "apim.tunnel"

// Names of what belongs to a proxy: the listener of its tunnels, the cluster of the proxy
// itself, and the secret with its credentials.
func tunnelName(p plan.Proxy) string      { return "tunnel/" + p.Name }
func hopName(p plan.Proxy) string         { return "proxy/" + p.Name }
func proxySecretName(p plan.Proxy) string { return "proxy/" + p.Name }

// A proxy that only the request names has one tunnel for all, too: filter state made of the
// request tells where it leads, and by which proxy; see destination. Connections that differ
// in that are not shared. Such a proxy is told its credentials by the request.

// Names of that filter state.
const (
	tunnelState        = "apim.tunnel"
	proxyState         = "apim.proxy"
	authorizationState = "apim.proxy_authorization"
)

// tunneled reports whether a target is reached by a tunnel.
func tunneled(t plan.Target) bool { return t.Proxy.Name != "" && (t.TLS || t.HTTP2) }

// proxySecret are the credentials as a proxy gets them.
func proxySecret(p plan.Proxy) *tlsv3.Secret {
	text := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.Username+":"+p.Password.Reveal()))
	return &tlsv3.Secret{Name: proxySecretName(p), Type: &tlsv3.Secret_GenericSecret{GenericSecret: &tlsv3.GenericSecret{
		Secret: &corev3.DataSource{Specifier: &corev3.DataSource_InlineString{InlineString: text}},
	}}}
}

func proxySecretConfig(p plan.Proxy) *tlsv3.SdsSecretConfig {
	return &tlsv3.SdsSecretConfig{Name: proxySecretName(p), SdsConfig: overADS()}
}

// hop connects to a proxy, for its tunnels.
func hop(p plan.Proxy, o Options) *clusterv3.Cluster {
	c := basicCluster(hopName(p), protocol(plan.Target{}), o)
	if p.Name == policies.AnyProxy {
		asRequested(c)
	} else {
		at(c, p.Host, p.Port)
	}
	return c
}

// tunnel takes what clusters connect to behind a proxy.
func tunnel(p plan.Proxy) *listenerv3.Listener {
	t := &tcpproxyv3.TcpProxy{
		StatPrefix:       "tunnel",
		ClusterSpecifier: &tcpproxyv3.TcpProxy_Cluster{Cluster: hopName(p)},
		TunnelingConfig:  &tcpproxyv3.TcpProxy_TunnelingConfig{Hostname: "%DYNAMIC_METADATA(" + tunnelMetadata + ":address)%"},
	}
	if p.Username != "" {
		t.TunnelingConfig.HeadersToAdd = []*corev3.HeaderValueOption{overwrite("proxy-authorization", "%SECRET(proxy)%")}
		t.TunnelingConfig.Formatters = []*corev3.TypedExtensionConfig{{
			Name: "envoy.formatter.generic_secret",
			TypedConfig: wrap(&genericsecretv3.GenericSecret{
				SecretConfigs: map[string]*tlsv3.SdsSecretConfig{"proxy": proxySecretConfig(p)},
			}),
		}}
	}
	filters := []*listenerv3.Filter{{
		Name: "apim.tunnel", ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: wrap(t)},
	}}
	if p.Name == policies.AnyProxy {
		t.TunnelingConfig.Hostname = fromState(tunnelState)
		t.TunnelingConfig.HeadersToAdd = []*corev3.HeaderValueOption{overwrite("proxy-authorization", fromState(authorizationState))}
		filters = []*listenerv3.Filter{resolveProxy(), {
			Name: "apim.tunnel", ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: wrap(t)},
		}}
	}
	return &listenerv3.Listener{
		Name:              tunnelName(p),
		ListenerSpecifier: &listenerv3.Listener_InternalListener{InternalListener: &listenerv3.Listener_InternalListenerConfig{}},
		// Clients have used up the gateway's connections; what they ask for still has to be
		// forwarded.
		IgnoreGlobalConnLimit: true,
		FilterChains:          []*listenerv3.FilterChain{{Filters: filters}},
	}
}

func fromState(name string) string { return "%FILTER_STATE(" + name + ":PLAIN)%" }

// resolveProxy finds the address of a proxy that the request names.
func resolveProxy() *listenerv3.Filter {
	return &listenerv3.Filter{
		Name: "apim.dynamic",
		ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: wrap(&snidfpv3.FilterConfig{
			PortSpecifier: &snidfpv3.FilterConfig_PortValue{PortValue: 80}, DnsCacheConfig: dnsCache(),
		})},
	}
}

// byTunnel makes a cluster reach a target through its proxy's tunnel, with the transport
// that the target itself has.
func byTunnel(c *clusterv3.Cluster, t plan.Target, host string, inside *corev3.TransportSocket) {
	address := net.JoinHostPort(host, strconv.Itoa(t.Port))
	if t.Dynamic {
		address = "dynamic"
	}
	c.ClusterDiscoveryType = &clusterv3.Cluster_Type{Type: clusterv3.Cluster_STATIC}
	c.LoadAssignment = &endpointv3.ClusterLoadAssignment{
		ClusterName: c.GetName(),
		Endpoints: []*endpointv3.LocalityLbEndpoints{{LbEndpoints: []*endpointv3.LbEndpoint{{
			HostIdentifier: &endpointv3.LbEndpoint_Endpoint{Endpoint: &endpointv3.Endpoint{Address: &corev3.Address{
				Address: &corev3.Address_EnvoyInternalAddress{EnvoyInternalAddress: &corev3.EnvoyInternalAddress{
					AddressNameSpecifier: &corev3.EnvoyInternalAddress_ServerListenerName{ServerListenerName: tunnelName(t.Proxy)},
					EndpointId:           address,
				}},
			}}},
			Metadata: &corev3.Metadata{FilterMetadata: map[string]*structpb.Struct{tunnelMetadata: {
				Fields: map[string]*structpb.Value{"address": structpb.NewStringValue(address)},
			}}},
		}}}},
	}
	if inside == nil {
		inside = &corev3.TransportSocket{Name: "envoy.transport_sockets.raw_buffer", ConfigType: rawBuffer()}
	}
	c.TransportSocket = &corev3.TransportSocket{
		Name: "envoy.transport_sockets.internal_upstream",
		ConfigType: &corev3.TransportSocket_TypedConfig{TypedConfig: wrap(&internalupstreamv3.InternalUpstreamTransport{
			PassthroughMetadata: []*internalupstreamv3.InternalUpstreamTransport_MetadataValueSource{{
				Kind: &metadatav3.MetadataKind{Kind: &metadatav3.MetadataKind_Host_{Host: &metadatav3.MetadataKind_Host{}}}, Name: tunnelMetadata,
			}},
			TransportSocket: inside,
		})},
	}
}

// byURL makes a cluster ask a proxy for whole URLs.
func byURL(c *clusterv3.Cluster, t plan.Target, spoken *upstreamhttpv3.HttpProtocolOptions) {
	if t.Proxy.Name == policies.AnyProxy {
		asRequested(c)
	} else {
		at(c, t.Proxy.Host, t.Proxy.Port)
	}
	spoken.GetExplicitHttpConfig().GetHttpProtocolOptions().SendFullyQualifiedUrl = true
	if t.Proxy.Username != "" {
		spoken.HttpFilters = []*hcmv3.HttpFilter{credentialsFor(t.Proxy), upstreamCodec()}
	}
	c.TypedExtensionProtocolOptions[protocolOptions] = wrap(spoken)
}

// credentialsFor tells a proxy who asks. Without the secret nothing is sent.
func credentialsFor(p plan.Proxy) *hcmv3.HttpFilter {
	return &hcmv3.HttpFilter{Name: "apim.proxy", ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: wrap(&credentialinjectorv3.CredentialInjector{
		Overwrite: true,
		Credential: &corev3.TypedExtensionConfig{
			Name:        "envoy.http.injected_credentials.generic",
			TypedConfig: wrap(&injectedgenericv3.Generic{Credential: proxySecretConfig(p), Header: "proxy-authorization"}),
		},
	})}}
}

func upstreamCodec() *hcmv3.HttpFilter {
	return &hcmv3.HttpFilter{Name: "apim.codec", ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: wrap(&upstreamcodecv3.UpstreamCodec{})}}
}

// proxies are those of the targets, by name.
func proxies(targets []plan.Target) map[string]plan.Proxy {
	out := map[string]plan.Proxy{}
	for _, t := range targets {
		if t.Proxy.Name != "" {
			out[t.Proxy.Name] = t.Proxy
		}
	}
	return out
}

// tunnels adds the listeners and clusters of the proxies that targets with tunnels have.
func tunnels(targets []plan.Target, listeners map[string]*listenerv3.Listener, clusters map[string]*clusterv3.Cluster, o Options) {
	for _, t := range targets {
		if tunneled(t) {
			listeners[tunnelName(t.Proxy)] = tunnel(t.Proxy)
			clusters[hopName(t.Proxy)] = hop(t.Proxy, o)
		}
	}
}

// at makes a cluster connect to a host by its name or its address.
func at(c *clusterv3.Cluster, host string, port int) {
	if net.ParseIP(host) != nil {
		c.ClusterDiscoveryType = &clusterv3.Cluster_Type{Type: clusterv3.Cluster_STATIC}
	} else {
		c.ClusterDiscoveryType = byDNS(host)
	}
	port = min(max(port, 0), math.MaxUint16)
	c.LoadAssignment = &endpointv3.ClusterLoadAssignment{
		ClusterName: c.GetName(),
		Endpoints: []*endpointv3.LocalityLbEndpoints{{LbEndpoints: []*endpointv3.LbEndpoint{{
			HostIdentifier: &endpointv3.LbEndpoint_Endpoint{Endpoint: &endpointv3.Endpoint{Address: tcp(host, uint32(port))}}, //nolint:gosec // in range
		}}}},
	}
}
