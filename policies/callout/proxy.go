package callout

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// ParseProxy reads the URL of a proxy, which is spoken to without TLS.
func ParseProxy(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err == nil && u.Port() != "" {
		var port uint64
		if port, err = strconv.ParseUint(u.Port(), 10, 16); port == 0 && err == nil {
			err = strconv.ErrRange
		}
	}
	if err != nil || u.Hostname() == "" || u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, fmt.Errorf("the URL of a proxy is http://host:port, not %q", text)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// A ProxyAuthenticationError is a proxy's refusal for want of credentials.
type ProxyAuthenticationError struct {
	// Schemes that the proxy asks for, such as Basic.
	Schemes []string
}

// Error says what the proxy asks for. NTLM and its relatives authenticate connections, which
// are shared here.
func (e *ProxyAuthenticationError) Error() string {
	if len(e.Schemes) == 0 {
		return "the proxy refuses the credentials, or asks for some"
	}
	for _, s := range e.Schemes {
		if strings.EqualFold(s, "Basic") {
			return "the proxy refuses the credentials, or asks for some"
		}
	}
	return "the proxy asks for authentication by " + strings.Join(e.Schemes, " or ") + "; only Basic is built"
}

// ProxyRefusal is the error of an answer that a proxy gave in place of a server's: one with
// the status 407.
func ProxyRefusal(challenges []string) *ProxyAuthenticationError {
	e := &ProxyAuthenticationError{}
	for _, line := range challenges {
		scheme, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if scheme != "" {
			e.Schemes = append(e.Schemes, strings.TrimSuffix(scheme, ","))
		}
	}
	return e
}

// onConnect looks at a proxy's answer to CONNECT.
func onConnect(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusProxyAuthRequired {
		return nil
	}
	return ProxyRefusal(answer.Header.Values("Proxy-Authenticate"))
}
