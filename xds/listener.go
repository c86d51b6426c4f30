package xds

import (
	"fmt"
	"net"
	"strconv"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	dfpfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/dynamic_forward_proxy/v3"
	routerv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/apimgw/apimgw/sync/plan"
)

// ListenerName is the name of the gateway's listener, by which Envoy's admin interface tells
// its address.
const ListenerName = "gateway"

// connectionBuffer is how much of what is under way a connection holds before its sender has
// to wait. Envoy's limit for bodies is never less than it.
func connectionBuffer(o Options) *wrapperspb.UInt32Value {
	return wrapperspb.UInt32(uint32(min(o.BodyLimit, 1<<20))) //nolint:gosec // not negative
}

// listeners are those that take clients' requests, by name.
func listeners(hostnames []plan.Hostname, o Options) (map[string]*listenerv3.Listener, error) {
	plain, err := listener(o)
	if err != nil {
		return nil, err
	}
	all := map[string]*listenerv3.Listener{ListenerName: plain}
	if o.TLSListen != "" {
		if all[TLSListenerName], err = tlsListener(hostnames, o); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// listener takes the gateway's requests. Nothing in it depends on the plan: a change of a
// listener closes its connections.
func listener(o Options) (*listenerv3.Listener, error) {
	address, err := socketAddress(o.Listen)
	if err != nil {
		return nil, fmt.Errorf("the gateway's address: %w", err)
	}
	return &listenerv3.Listener{
		Name: ListenerName, Address: address,
		PerConnectionBufferLimitBytes: connectionBuffer(o),
		FilterChains: []*listenerv3.FilterChain{{Filters: []*listenerv3.Filter{{
			Name:       "apim.http",
			ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: wrap(connectionManager(o))},
		}}}},
	}, nil
}

func socketAddress(hostPort string) (*corev3.Address, error) {
	host, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("%q: the port is not a number up to 65535", hostPort)
	}
	if host == "" {
		host = "0.0.0.0"
	}
	if net.ParseIP(host) == nil {
		return nil, fmt.Errorf("%q: the host is not an IP address", hostPort)
	}
	return tcp(host, uint32(n)), nil
}

func tcp(host string, port uint32) *corev3.Address {
	return &corev3.Address{Address: &corev3.Address_SocketAddress{SocketAddress: &corev3.SocketAddress{
		Address: host, PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: port},
	}}}
}

// connectionManager is the HTTP of the gateway.
func connectionManager(o Options) *hcmv3.HttpConnectionManager {
	return &hcmv3.HttpConnectionManager{
		StatPrefix: "gateway",
		RouteSpecifier: &hcmv3.HttpConnectionManager_Rds{Rds: &hcmv3.Rds{
			RouteConfigName: routesName,
			ConfigSource:    overADS(),
		}},
		// Envoy, ext_proc and the backend see one path: dot segments and escapes of plain
		// characters are resolved once, here. Double and escaped slashes stay, since they may
		// be part of a parameter's value; ";rev=N" stays, since it names a revision.
		NormalizePath:                wrapperspb.Bool(true),
		MergeSlashes:                 false,
		PathWithEscapedSlashesAction: hcmv3.HttpConnectionManager_KEEP_UNCHANGED,
		EarlyHeaderMutationExtensions: []*corev3.TypedExtensionConfig{
			strip(o),
		},
		// Control headers of strangers (x-envoy-*) are removed, X-Forwarded-For is appended to:
		// by strip, unless Envoy has to find the caller's address in it.
		UseRemoteAddress:           wrapperspb.Bool(true),
		SkipXffAppend:              o.TrustedHops == 0,
		XffNumTrustedHops:          uint32(o.TrustedHops), //nolint:gosec // a few
		SchemeHeaderTransformation: scheme(o, "http"),
		ServerHeaderTransformation: hcmv3.HttpConnectionManager_PASS_THROUGH,
		GenerateRequestId:          wrapperspb.Bool(false), // x-request-id is the caller's and the backend's affair
		CommonHttpProtocolOptions: &corev3.HttpProtocolOptions{
			IdleTimeout: seconds(time.Hour),
			// Also the limit for what policies add. The limit of 60 KB together stays.
			MaxHeadersCount: wrapperspb.UInt32(maxHeaders),
		},
		Http2ProtocolOptions: &corev3.Http2ProtocolOptions{
			MaxConcurrentStreams:        wrapperspb.UInt32(100),
			InitialStreamWindowSize:     wrapperspb.UInt32(64 << 10),
			InitialConnectionWindowSize: wrapperspb.UInt32(1 << 20),
		},
		RequestHeadersTimeout: seconds(time.Minute),
		StreamIdleTimeout:     seconds(o.IdleTimeout),
		UpgradeConfigs:        []*hcmv3.HttpConnectionManager_UpgradeConfig{{UpgradeType: "websocket"}},
		LocalReplyConfig:      floor(),
		HttpFilters:           []*hcmv3.HttpFilter{reason(), extProc(o), length(), destination(), dynamicForward(), router()},
	}
}

// dynamicForward resolves what requests to the dynamic clusters connect to, and leaves others
// alone.
func dynamicForward() *hcmv3.HttpFilter {
	return &hcmv3.HttpFilter{
		Name: "apim.dynamic",
		ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: wrap(&dfpfilterv3.FilterConfig{
			ImplementationSpecifier:         &dfpfilterv3.FilterConfig_DnsCacheConfig{DnsCacheConfig: dnsCache()},
			AllowDynamicHostFromFilterState: true,
		})},
	}
}

// router forwards. It obeys the x-envoy-* headers that ext_proc has set and keeps them, and
// its own, from backends.
func router() *hcmv3.HttpFilter {
	return &hcmv3.HttpFilter{
		Name:       "apim.router",
		ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: wrap(&routerv3.Router{SuppressEnvoyHeaders: true})},
	}
}
