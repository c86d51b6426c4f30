package extproc

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies"
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
	if b.Cluster == "" {
		return dynamicDestination(&b.URL, c, version, s.received.upgrade)
	}
	d := destination{cluster: plan.ClusterFor(plan.ClusterBy(b.Cluster, c.Certificate, c.Proxy), version)}
	if c.Proxy == policies.AnyProxy {
		d.through(c, dialled(&b.URL))
	}
	return d, nil
}

// dynamicDestination is a URL that no plan knows. The name in its certificate is checked
// for WebSockets only, as API Management does.
func dynamicDestination(u *exchange.URL, c exchange.Connection, version string, checked bool) (destination, error) {
	if u.Host == "" || hasControl(u.Host) || strings.ContainsAny(u.Host, " ,/@") {
		return destination{}, fmt.Errorf("%q is no host", u.Host)
	}
	if c.Proxy != "" {
		c.Proxy = policies.AnyProxy
	}
	cluster := dynamicCluster(u.Scheme)
	d := destination{cluster: plan.ClusterFor(plan.ClusterBy(cluster, c.Certificate, c.Proxy), version)}
	name := strings.ToLower(strings.Trim(u.Host, "[]"))
	address, err := netip.ParseAddr(name)
	if err == nil && !(callout.Networks{}).Allows(address) {
		return destination{}, failureOf("dns_resolution_failure") // as Envoy, which leaves what a proxy is asked for to the proxy
	}
	if c.Proxy != "" {
		d.through(c, dialled(u))
	} else {
		d.tell(plan.HeaderDial, dialled(u))
	}
	if cluster == plan.ClusterDynamicHTTPS {
		d.secure(name, err != nil, checked)
	}
	return d, nil
}

// dialled is what is connected to for a URL.
func dialled(u *exchange.URL) string {
	return strings.ToLower(u.Host) + ":" + strconv.Itoa(u.EffectivePort())
}

// secure tells of TLS to a name, or an address.
func (d *destination) secure(name string, isName, checked bool) {
	if isName {
		d.tell(plan.HeaderServerName, name)
	}
	if checked {
		d.tell(plan.HeaderCheckedName, name)
	}
}

// through tells of a proxy on the way to an address.
func (d *destination) through(c exchange.Connection, to string) {
	d.tell(plan.HeaderDial, c.ProxyAddress)
	header := "proxy-authorization"
	if _, byURL := plan.Proxied(d.cluster); !byURL {
		d.tell(plan.HeaderTunnel, to)
		header = plan.HeaderProxyAuthorization
	}
	if c.ProxyAuthorization != "" {
		d.tell(header, c.ProxyAuthorization)
	}
}

func (d *destination) tell(name, value string) {
	d.told = append(d.told, exchange.Field{Name: name, Value: value})
}

func dynamicCluster(scheme string) string {
	if scheme == "https" || scheme == "wss" {
		return plan.ClusterDynamicHTTPS
	}
	return plan.ClusterDynamicHTTP
}

// byProxy prepares for a cluster that asks a proxy: what comes may be the proxy's own answer.
func (s *session) byProxy(cluster string) {
	proxied, byURL := plan.Proxied(cluster)
	s.asksProxy = byURL
	if proxied {
		s.watch = true
	}
	if byURL && !s.relayed && s.request.OriginalURL.Scheme != "http" {
		s.set(":scheme", "http") // of the URL that Envoy makes
	}
}

// cannotForward is the error of a request that cannot be sent.
func cannotForward(what string, err error) error {
	var e *exchange.Error
	if errors.As(err, &e) {
		return e
	}
	return &exchange.Error{Reason: exchange.ReasonGatewayFailure, Message: what + ": " + err.Error() + ".", Cause: err}
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
