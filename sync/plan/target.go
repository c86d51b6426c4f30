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
	// HTTP2 speaks HTTP/2 to it.
	HTTP2 bool
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
	if t.HTTP2 {
		flags += "+h2"
	}
	return fmt.Sprintf("%s/%s/%d%s", scheme, t.Host, t.Port, flags)
}

// baseURL reads the URL of a service or a backend.
func baseURL(s string) (exchange.URL, error) {
	u, err := exchange.ParseURL(s)
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
