package envoytest

import (
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
)

// A Proxy is a forward proxy: it takes requests with a whole URL as their target, and
// CONNECT.
type Proxy struct {
	// Address is host:port.
	Address string

	options   ProxyOptions
	transport *http.Transport

	mu       sync.Mutex
	requests []ProxyRequest
}

// ProxyOptions of a Proxy.
type ProxyOptions struct {
	// Authorization is what requests need as Proxy-Authorization; empty asks for nothing.
	Authorization string
	// Challenge is the Proxy-Authenticate of a refusal; empty means Basic.
	Challenge string
	// Resolve gives the address in place of what a request names; nil takes it as it is.
	Resolve func(hostPort string) string
}

// A ProxyRequest is a request as a proxy got it.
type ProxyRequest struct {
	Method, Target, Host string
	Header               http.Header
}

// StartProxy starts a forward proxy that ends with the test.
func StartProxy(t testing.TB, o ProxyOptions) *Proxy {
	t.Helper()
	if o.Resolve == nil {
		o.Resolve = func(hostPort string) string { return hostPort }
	}
	if o.Challenge == "" {
		o.Challenge = `Basic realm="proxy"`
	}
	p := &Proxy{options: o, transport: &http.Transport{DisableCompression: true}}
	t.Cleanup(p.transport.CloseIdleConnections)
	p.Address = HTTPBackend(t, p)
	return p
}

// Requests are those that the proxy got, in order.
func (p *Proxy) Requests() []ProxyRequest {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]ProxyRequest(nil), p.requests...)
}

// ServeHTTP forwards a request or opens a tunnel.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.requests = append(p.requests, ProxyRequest{r.Method, r.RequestURI, r.Host, r.Header.Clone()})
	p.mu.Unlock()
	switch {
	case p.options.Authorization != "" && r.Header.Get("Proxy-Authorization") != p.options.Authorization:
		w.Header().Set("Proxy-Authenticate", p.options.Challenge)
		w.WriteHeader(http.StatusProxyAuthRequired)
	case r.Method == http.MethodConnect:
		p.tunnel(w, r)
	case !r.URL.IsAbs():
		http.Error(w, "the target is no URL", http.StatusBadRequest)
	default:
		p.forward(w, r)
	}
}

func (p *Proxy) forward(w http.ResponseWriter, r *http.Request) {
	out := r.Clone(r.Context())
	out.RequestURI, out.URL.Host = "", p.options.Resolve(r.URL.Host)
	for _, name := range []string{"Proxy-Authorization", "Proxy-Connection", "Connection"} {
		out.Header.Del(name)
	}
	resp, err := p.transport.RoundTrip(out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body) // the client may be gone
}

func (p *Proxy) tunnel(w http.ResponseWriter, r *http.Request) {
	var d net.Dialer
	to, err := d.DialContext(r.Context(), "tcp", p.options.Resolve(r.Host))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = to.Close() }()
	from, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return // the client is gone
	}
	defer func() { _ = from.Close() }()
	if _, err := io.WriteString(from, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(to, buffered) // ends with either connection
		_ = to.Close()
	}()
	_, _ = io.Copy(from, to)
}
