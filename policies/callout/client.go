package callout

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"
)

// Options of a Client. The zero Options work.
type Options struct {
	// Networks that may be called.
	Networks Networks
	// BodyLimit is the size in bytes up to which the body of an answer is read; 0 is 4 MiB.
	BodyLimit int64
	// Roots that servers' certificates are checked against; nil is the system's.
	Roots *x509.CertPool
	// Proxy of a URL, where a call does not name one itself; nil goes by the environment
	// (HTTP_PROXY, HTTPS_PROXY, NO_PROXY).
	Proxy func(*url.URL) (*url.URL, error)
	// Dial connects to an address, in place of the network and of what Networks say.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

const (
	defaultBodyLimit = 4 << 20
	dialTimeout      = 30 * time.Second
	handshakeTimeout = 15 * time.Second
	idleTimeout      = 90 * time.Second
	idlePerHost      = 64
	idleInAll        = 1024
	headerLimit      = 64 << 10
)

// A Client makes calls by HTTP/1.1, with connections that it keeps for further ones. Any
// number of goroutines may use it.
type Client struct {
	options   Options
	transport *http.Transport

	mu            sync.Mutex
	byCertificate map[[sha256.Size]byte]*http.Transport // by the hash of the leaf that is shown
}

// Shared returns the client of zero Options, of which there is one.
var Shared = sync.OnceValue(func() *Client { return New(Options{}) })

// New makes a client.
func New(o Options) *Client {
	if o.BodyLimit == 0 {
		o.BodyLimit = defaultBodyLimit
	}
	c := &Client{options: o}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true) // HTTP/2 has no reason phrases, which policies can read
	c.transport = &http.Transport{
		Proxy:                  c.proxy,
		OnProxyConnectResponse: onConnect,
		DialContext:            o.Dial,
		Protocols:              protocols,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots},
		TLSHandshakeTimeout:    handshakeTimeout,
		IdleConnTimeout:        idleTimeout,
		MaxIdleConns:           idleInAll,
		MaxIdleConnsPerHost:    idlePerHost,
		MaxResponseHeaderBytes: headerLimit,
		DisableCompression:     true, // a policy gets what the server sent
	}
	if o.Dial == nil {
		c.transport.DialContext = (&net.Dialer{Timeout: dialTimeout, ControlContext: c.control}).DialContext
	}
	return c
}

// control is asked about each address before it is connected to.
func (c *Client) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("read the address %q: %w", address, err)
	}
	return c.options.Networks.check(a.Addr())
}

type proxyKey struct{}

// WithProxy makes calls go through a proxy, whatever the client's options say.
func WithProxy(ctx context.Context, proxy *url.URL) context.Context {
	return context.WithValue(ctx, proxyKey{}, proxy)
}

func (c *Client) proxy(r *http.Request) (*url.URL, error) {
	if u, ok := r.Context().Value(proxyKey{}).(*url.URL); ok {
		return u, nil
	}
	if c.options.Proxy != nil {
		return c.options.Proxy(r.URL)
	}
	return http.ProxyFromEnvironment(r)
}

// ErrTooLarge is the error of reading a body that is larger than the client's limit.
var ErrTooLarge = errors.New("the body of the answer is too large")

// Do sends a request and returns the answer, of any status: redirects are not followed. It
// ends when the request's context does, as reading the answer's body does. A name that a
// proxy looks up is the proxy's to judge; an address is checked here, too.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	proxy, err := c.proxy(r)
	if err != nil {
		return nil, fmt.Errorf("find the proxy: %w", err)
	}
	if a, literal := netip.ParseAddr(r.URL.Hostname()); proxy != nil && literal == nil {
		if err := c.options.Networks.check(a); err != nil {
			return nil, err
		}
	}
	answer, err := c.transportFor(r.Context()).RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode == http.StatusProxyAuthRequired && proxy != nil {
		_ = answer.Body.Close() // nobody reads it
		return nil, ProxyRefusal(answer.Header.Values("Proxy-Authenticate"))
	}
	if answer.StatusCode == http.StatusSwitchingProtocols {
		_ = answer.Body.Close() // the connection is of no use to us
		return nil, errors.New("the server switched to another protocol")
	}
	answer.Body = &limited{answer.Body, c.options.BodyLimit}
	return answer, nil
}

// Close closes the connections that are not in use.
func (c *Client) Close() {
	c.transport.CloseIdleConnections()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.byCertificate {
		t.CloseIdleConnections()
	}
}

// limited is a body that ends with ErrTooLarge when it is too large.
type limited struct {
	io.ReadCloser
	left int64
}

// Read reads at most one byte more than is allowed.
func (l *limited) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.ReadCloser.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err
}
