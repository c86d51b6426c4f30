package plan

import (
	"fmt"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
)

// A Target is what a cluster connects to. APIs and backends with the same target share
// one.
type Target struct {
	// TLS speaks TLS to it.
	TLS  bool
	Host string
	Port int
	// SkipChain and SkipName switch off checks of the server's certificate.
	SkipChain, SkipName bool
	// HTTP2 speaks HTTP/2 to it; Negotiate whichever of HTTP/2 and HTTP/1.1 the TLS
	// handshake comes to.
	HTTP2, Negotiate bool
	// Certificate is shown to it where it asks for one.
	Certificate Certificate
	// Proxy it is reached through.
	Proxy Proxy
	// Dynamic is whatever host a request names; Host and Port are empty.
	Dynamic bool
}

// Suffixes of clusters that do not speak HTTP/1.1.
const (
	suffixHTTP2     = "+h2"
	suffixNegotiate = "+h2or1"
)

// ClusterFor is the cluster that reaches what the cluster reaches in a version of HTTP as
// forward-request has it: "1", "2" or "2or1". Without TLS nothing is negotiated, and 2or1 is
// HTTP/1.1. A gRPC API's cluster speaks HTTP/2 whatever a policy says.
func ClusterFor(cluster, version string) string {
	switch {
	case cluster == "" || strings.HasSuffix(cluster, suffixHTTP2):
	case version == "2":
		return cluster + suffixHTTP2
	case version == "2or1" && hasTLS(cluster):
		return cluster + suffixNegotiate
	}
	return cluster
}

// targetOf the base URL u.
func targetOf(u *exchange.URL) Target {
	return Target{TLS: u.Scheme == "https" || u.Scheme == "wss", Host: strings.ToLower(u.Host), Port: u.EffectivePort()}
}

// Cluster is the name of the target's cluster.
func (t Target) Cluster() string {
	scheme, flags := "http", ""
	if t.TLS {
		scheme = "https"
	}
	if t.SkipChain {
		flags += "+any-chain"
	}
	if t.SkipName {
		flags += "+any-name"
	}
	if t.Certificate.Name != "" {
		flags += suffixCertificate + t.Certificate.Name
	}
	if t.Proxy.Name != "" {
		flags += suffixProxy + t.Proxy.Name
	}
	switch {
	case t.HTTP2:
		flags += suffixHTTP2
	case t.Negotiate:
		flags += suffixNegotiate
	}
	if t.Dynamic {
		return "dynamic/" + scheme + flags
	}
	return fmt.Sprintf("%s/%s/%d%s", scheme, t.Host, t.Port, flags)
}

// baseURL reads the URL of a service or a backend. The schemes grpc and grpcs stand for those
// of HTTP.
func baseURL(s string) (exchange.URL, error) {
	u, err := exchange.ParseURL(s)
	if isGRPC(s) {
		u.Scheme = strings.Replace(u.Scheme, "grpc", "http", 1)
	}
	switch {
	case err != nil:
		return u, err
	case u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "ws" && u.Scheme != "wss":
		return u, fmt.Errorf("%q is not an absolute http or https URL", s)
	case u.Host == "":
		return u, fmt.Errorf("%q names no host", s)
	}
	return u, nil
}

// isGRPC reports whether a URL says that gRPC is spoken there.
func isGRPC(url string) bool {
	scheme, _, _ := strings.Cut(strings.ToLower(url), ":")
	return scheme == "grpc" || scheme == "grpcs"
}
