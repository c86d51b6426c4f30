package xds

import (
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/apimgw/apimgw/sync/plan"
)

// egressName is the name of the listener that takes the relay's requests, and of all that
// belongs to it.
const egressName = "egress"

// egress takes what the relay forwards and sends it to the cluster that the request names,
// so that TLS, connections and statistics are the same as for requests that Envoy forwards
// by itself. ext_proc is not asked about it. Like the gateway's, nothing in it depends on
// the plan.
func egress(o Options) *listenerv3.Listener {
	return &listenerv3.Listener{
		Name: egressName,
		Address: &corev3.Address{Address: &corev3.Address_Pipe{Pipe: &corev3.Pipe{
			Path: o.EgressSocket, Mode: 0o660, // the owner and the group, as our own sockets
		}}},
		PerConnectionBufferLimitBytes: connectionBuffer(o),
		// Clients have used up the gateway's connections; what they ask for still has to be
		// forwarded.
		IgnoreGlobalConnLimit: true,
		FilterChains: []*listenerv3.FilterChain{{Filters: []*listenerv3.Filter{{
			Name:       "apim.http",
			ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: wrap(egressManager(o))},
		}}}},
	}
}

// egressManager is the HTTP of the relay's requests. They are from us: paths and headers
// stay as they are.
func egressManager(o Options) *hcmv3.HttpConnectionManager {
	return &hcmv3.HttpConnectionManager{
		StatPrefix:                 egressName,
		RouteSpecifier:             &hcmv3.HttpConnectionManager_RouteConfig{RouteConfig: egressRoutes()},
		ServerHeaderTransformation: hcmv3.HttpConnectionManager_PASS_THROUGH,
		GenerateRequestId:          wrapperspb.Bool(false),
		CommonHttpProtocolOptions: &corev3.HttpProtocolOptions{
			IdleTimeout: seconds(time.Hour), MaxHeadersCount: wrapperspb.UInt32(maxHeaders),
		},
		// The relay waits for the backend's 100 Continue where a policy says so.
		Proxy_100Continue: true,
		StreamIdleTimeout: seconds(o.IdleTimeout),
		// An answer that breaks off is to break off at once: on this socket nothing that was
		// sent is lost by closing it.
		DelayedCloseTimeout: seconds(0),
		LocalReplyConfig:    egressFailures(),
		HttpFilters:         []*hcmv3.HttpFilter{destination(), dynamicForward(), router()},
	}
}

// egressRoutes lead to the cluster that a request names. There is no timeout: the relay has
// one for each attempt.
func egressRoutes() *routev3.RouteConfiguration {
	return &routev3.RouteConfiguration{
		Name: egressName,
		VirtualHosts: []*routev3.VirtualHost{{
			Name: egressName, Domains: []string{"*"},
			Routes: []*routev3.Route{{
				Name: egressName, Match: everything(),
				Action: &routev3.Route_Route{Route: &routev3.RouteAction{
					ClusterSpecifier: &routev3.RouteAction_ClusterHeader{ClusterHeader: plan.HeaderCluster}, Timeout: unlimited(),
				}},
			}},
		}},
		RequestHeadersToRemove: notForBackends,
		// Only Envoy's own replies have them, which come later.
		ResponseHeadersToRemove: []string{plan.HeaderDetails, plan.HeaderReason, plan.HeaderLength},
	}
}

// egressFailures tell the relay why Envoy answers by itself.
func egressFailures() *hcmv3.LocalReplyConfig {
	return &hcmv3.LocalReplyConfig{Mappers: []*hcmv3.ResponseMapper{{
		Filter:       expression("response.code_details != ''"),
		HeadersToAdd: []*corev3.HeaderValueOption{overwrite(plan.HeaderDetails, "%RESPONSE_CODE_DETAILS%")},
	}}}
}
