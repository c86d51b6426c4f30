package extproc

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/callout"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

// A destination is how a request gets to a backend: Envoy's cluster, and what Envoy's filters are told.
type destination struct {
	cluster string
	told    []exchange.Field
}

// destinationOf is a backend in a version of HTTP, and with what policies have chosen: at
// the plan's cluster, or at one that goes by what it is told. A WebSocket is HTTP/1.1.
func (s *session) destinationOf(x *exchange.Exchange, version string) (destination, error) {
	if s.received.upgrade {
		version = "1"
	}
	b, c := x.Backend, x.Connection
	if b.Cluster != "" {
		return destination{cluster: plan.ClusterFor(plan.ClusterBy(b.Cluster, c.Certificate, c.Proxy), version)}, nil
	}
	return dynamicDestination(&b.URL, c, version, s.received.upgrade)
}

var errProxied = errors.New("a proxy on the way to a backend with TLS whose URL comes from an expression or a redirect is not built yet: name its URL, or a backend entity")

// dynamicDestination is a URL that no plan knows. The name in its certificate is checked
// for WebSockets only, as API Management does.
func dynamicDestination(u *exchange.URL, c exchange.Connection, version string, checked bool) (destination, error) {
	host := strings.ToLower(u.Host)
	if host == "" || hasControl(host) || strings.ContainsAny(host, " ,/@") {
		return destination{}, fmt.Errorf("%q is no host", host)
	}
	cluster := dynamicCluster(u.Scheme)
	if c.Proxy != "" && cluster == plan.ClusterDynamicHTTPS {
		return destination{}, errProxied
	}
	d := destination{cluster: plan.ClusterFor(plan.ClusterBy(cluster, c.Certificate, c.Proxy), version)}
	d.tell(plan.HeaderDial, host+":"+strconv.Itoa(u.EffectivePort()))
	if cluster != plan.ClusterDynamicHTTPS {
		return d, nil
	}
	name := strings.Trim(host, "[]")
	if !isAddress(name) {
		d.tell(plan.HeaderServerName, name)
	}
	if checked {
		d.tell(plan.HeaderCheckedName, name)
	}
	return d, nil
}

func (d *destination) tell(name, value string) {
	d.told = append(d.told, exchange.Field{Name: name, Value: value})
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
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
