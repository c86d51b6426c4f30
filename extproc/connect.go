package extproc

import (
	"errors"
	"net/http"

	"github.com/apimgw/apimgw/policies/callout"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

// clusterOf is where a backend is reached in a version of HTTP, and with what policies have
// chosen: the plan's cluster, or one that goes by name.
func clusterOf(x *exchange.Exchange, version string) (string, error) {
	cluster := x.Backend.Cluster
	if cluster == "" {
		if version == "2" {
			return "", errors.New("HTTP/2 to a backend whose URL comes from an expression is not built yet")
		}
		return dynamicVia(x.Backend.URL.Scheme, x.Connection)
	}
	return plan.ClusterFor(plan.ClusterBy(cluster, x.Connection.Certificate, x.Connection.Proxy), version), nil
}

// dynamicVia is the cluster that goes by the name of the request's authority.
func dynamicVia(scheme string, c exchange.Connection) (string, error) {
	cluster := dynamicCluster(scheme)
	if c.Proxy != "" && cluster == plan.ClusterDynamicHTTPS {
		return "", errors.New("a proxy on the way to a backend with TLS whose URL comes from an expression or a redirect is not built yet: name its URL, or a backend entity")
	}
	return plan.ClusterBy(cluster, c.Certificate, c.Proxy), nil
}

func dynamicCluster(scheme string) string {
	if scheme == "https" || scheme == "wss" {
		return plan.ClusterDynamicHTTPS
	}
	return plan.ClusterDynamicHTTP
}

// byProxy prepares for a cluster that asks a proxy: what comes may be the proxy's own answer.
func (s *session) byProxy(x *exchange.Exchange, cluster, authority string) error {
	proxied, byURL := plan.Proxied(cluster)
	s.asksProxy = byURL
	if proxied {
		s.watch = true
	}
	if byURL && !s.relayed && s.request.OriginalURL.Scheme != "http" {
		s.set(":scheme", "http") // of the URL that Envoy makes
	}
	if byURL && authority != x.Backend.URL.Authority() {
		return errors.New("a policy cannot set Host for a backend without TLS behind a proxy, which is asked for that host then: that is not built yet")
	}
	return nil
}

// refusedByProxy is the error of an answer that a proxy gave because it does not like our
// credentials; nil if it is the backend's.
func refusedByProxy(asked bool, status int, fields []exchange.Field) error {
	if !asked || status != http.StatusProxyAuthRequired {
		return nil
	}
	var challenges []string
	for _, f := range fields {
		if f.Name == "proxy-authenticate" {
			challenges = append(challenges, f.Value)
		}
	}
	cause := callout.ProxyRefusal(challenges)
	return &exchange.Error{
		Reason:  exchange.ReasonBackendConnectionFailure,
		Message: "The request did not get through the proxy: " + cause.Error() + ".", Cause: cause,
	}
}
