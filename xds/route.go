package xds

import (
	"slices"
	"strings"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	extprocfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_proc/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/apimgw/apimgw/sync/plan"
)

// routesName is the name of the one RouteConfiguration.
const routesName = "apis"

// Names of the virtual hosts that are not an API's. An API's begins with a slash.
const (
	genericHost = "generic"
	unknownHost = "unknown"
)

// routes is the table of a plan: a virtual host for each API path, one for backends that ext_proc
// chooses, one for everything else.
func routes(apis []plan.Route, o Options) *routev3.RouteConfiguration {
	hosts := make([]*routev3.VirtualHost, 0, len(apis)+2)
	for _, api := range apis {
		hosts = append(hosts, virtualHost(api))
	}
	generic := &routev3.VirtualHost{Name: genericHost, Domains: []string{plan.GenericKey}, Routes: chosen(genericHost)}
	unknown := &routev3.VirtualHost{Name: unknownHost, Domains: []string{"*"}, Routes: chosen(unknownHost)}
	hosts = append(hosts, generic, unknown)
	for _, host := range hosts {
		// For responses too, whatever its name says. Connections have limits of their own,
		// which bound what is under way.
		host.RequestBodyBufferLimit = wrapperspb.UInt64(uint64(o.BodyLimit)) //nolint:gosec // not negative
	}
	return table(hosts)
}

// table is the route table of the virtual hosts.
func table(hosts []*routev3.VirtualHost) *routev3.RouteConfiguration {
	return &routev3.RouteConfiguration{
		Name:         routesName,
		VhostHeader:  plan.HeaderKey,
		VirtualHosts: hosts,
		// ext_proc, off in the connection manager, is on for whatever has a route.
		TypedPerFilterConfig: map[string]*anypb.Any{extProcFilter: wrap(&extprocfilterv3.ExtProcPerRoute{
			Override: &extprocfilterv3.ExtProcPerRoute_Overrides{Overrides: &extprocfilterv3.ExtProcOverrides{}},
		})},
		// Backends do not see what is ours or Envoy's.
		RequestHeadersToRemove: notForBackends,
		// A backend cannot use the helpers of ext_proc: the router removes them before any
		// filter sees the response.
		ResponseHeadersToRemove: []string{plan.HeaderDetails, plan.HeaderReason, plan.HeaderLength},
	}
}

// notForBackends are headers of requests that end at the router.
var notForBackends = []string{plan.HeaderKey, plan.HeaderCluster, plan.HeaderAddress, plan.HeaderCertificate, plan.HeaderDial, plan.HeaderServerName, plan.HeaderCheckedName, plan.HeaderTunnel, plan.HeaderProxyAuthorization, "x-envoy-external-address", "x-envoy-internal"}

// virtualHost is that of an API path.
func virtualHost(api plan.Route) *routev3.VirtualHost {
	path := strings.TrimSuffix(escape(api.Path), "/")
	host := &routev3.VirtualHost{Name: api.Path, Domains: domains(path)}
	if api.Cluster == "" {
		host.Routes = chosen(api.Name)
		return host
	}
	host.Routes = []*routev3.Route{{
		Name: api.Name, Match: everything(),
		Action: &routev3.Route_Route{Route: &routev3.RouteAction{
			ClusterSpecifier: &routev3.RouteAction_Cluster{Cluster: api.Cluster}, Timeout: unlimited(), RetryPolicy: usualTimeout(),
		}},
	}}
	return host
}

// domains are the values of plan.HeaderKey that belong to a path: it ends in "/.", so a
// wildcard behind the slash takes the path itself and all below, and none that goes on
// within the segment. A revision stands behind a semicolon.
func domains(path string) []string {
	if path == "" {
		return []string{"/*"}
	}
	return []string{path + "/*", path + ";*"}
}

// chosen is a route to the cluster that ext_proc names. Without one, Envoy answers 503.
func chosen(name string) []*routev3.Route {
	return []*routev3.Route{{
		Name: name, Match: everything(),
		Action: &routev3.Route_Route{Route: &routev3.RouteAction{
			ClusterSpecifier: &routev3.RouteAction_ClusterHeader{ClusterHeader: plan.HeaderCluster}, Timeout: unlimited(), RetryPolicy: usualTimeout(),
		}},
	}}
}

func everything() *routev3.RouteMatch {
	return &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_Prefix{Prefix: "/"}}
}

// unlimited is the timeout of every route for the whole of an answer: event streams go on.
func unlimited() *durationpb.Duration { return seconds(0) }

// usualTimeout limits the time until a backend's response headers, for the one try that
// there is. ext_proc changes it with a header.
func usualTimeout() *routev3.RetryPolicy {
	return &routev3.RetryPolicy{NumRetries: wrapperspb.UInt32(0), PerTryTimeout: seconds(plan.UsualTimeout)}
}

// escape writes a path as it arrives in a request: what may not stand in a path is
// percent-encoded, and what Envoy's normalisation decodes is not.
func escape(path string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		switch {
		case c > ' ' && c < 0x7f && !slices.Contains([]byte(`"#<>?\^`+"`{|}"), c):
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
