package callout_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log" //nolint:depguard // net/http takes no other logger
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/apimgw/apimgw/policies/callout"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client makes a client that the environment's proxies have no part in.
func client(t *testing.T, o callout.Options) *callout.Client {
	t.Helper()
	if o.Proxy == nil {
		o.Proxy = func(*url.URL) (*url.URL, error) { return nil, nil }
	}
	c := callout.New(o)
	t.Cleanup(c.Close)
	return c
}

func server(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// get calls a URL and reads the answer.
func get(ctx context.Context, t *testing.T, c *callout.Client, to string) (*http.Response, string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return answer, string(body), err
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/redirect":
			http.Redirect(w, r, "/other", http.StatusFound)
		case "/gzip":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "not really")
		default:
			_, _ = fmt.Fprintf(w, "%s %q %q", r.Proto, r.Header.Get("Accept-Encoding"), r.Header.Get("Referer"))
		}
	})
	c := client(t, callout.Options{})
	for path, want := range map[string]string{
		"/":         `200 HTTP/1.1 "" ""`,
		"/gzip":     "200 not really",
		"/redirect": "302 <a href=\"/other\">Found</a>.\n\n",
	} {
		answer, body, err := get(t.Context(), t, c, s.URL+path)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(answer.StatusCode, " ", body); got != want {
			t.Errorf("%s answers %q", path, got)
		}
	}
}

func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	s := server(t, func(_ http.ResponseWriter, r *http.Request) { seen[r.RemoteAddr] = true })
	c := client(t, callout.Options{})
	for range 5 {
		if _, _, err := get(t.Context(), t, c, s.URL); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != 1 {
		t.Errorf("five calls made %d connections", len(seen))
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		n := 0
		_, _ = fmt.Sscan(r.URL.Query().Get("n"), &n)
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush() // so that there is no content-length
		_, _ = io.WriteString(w, strings.Repeat("x", n))
	})
	c := client(t, callout.Options{BodyLimit: 10000})
	for n, want := range map[int]error{0: nil, 9999: nil, 10000: nil, 10001: callout.ErrTooLarge, 5_000_000: callout.ErrTooLarge} {
		_, body, err := get(t.Context(), t, c, fmt.Sprintf("%s?n=%d", s.URL, n))
		if !errors.Is(err, want) || len(body) != min(n, 10000) {
			t.Errorf("of %d bytes %d arrive, error %v", n, len(body), err)
		}
	}
}

func TestDeniedAddresses(t *testing.T) {
	t.Parallel()
	s := server(t, func(http.ResponseWriter, *http.Request) { t.Error("it was called") })
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	c := client(t, callout.Options{Networks: callout.Networks{Deny: loopback}})
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"} {
		_, _, err := get(t.Context(), t, c, "http://"+host+":"+port)
		var denied *callout.DeniedError
		if !errors.As(err, &denied) {
			t.Errorf("%s: error %v", host, err)
		}
	}
	allowed := client(t, callout.Options{Networks: callout.Networks{Deny: loopback, Allow: loopback}})
	other := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	if _, body, err := get(t.Context(), t, allowed, other.URL); body != "ok" || err != nil {
		t.Errorf("an allowed address: %q, %v", body, err)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	start := func(version uint16) *httptest.Server {
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
		s.TLS = &tls.Config{MaxVersion: version} //nolint:gosec // old versions are what is tested
		s.Config.ErrorLog = quiet()
		s.StartTLS()
		t.Cleanup(s.Close)
		return s
	}
	modern, old := start(tls.VersionTLS12), start(tls.VersionTLS11)
	roots := x509.NewCertPool()
	roots.AddCert(modern.Certificate())
	trusting := client(t, callout.Options{Roots: roots})
	if _, body, err := get(t.Context(), t, trusting, modern.URL); body != "ok" || err != nil {
		t.Errorf("a trusted certificate: %q, %v", body, err)
	}
	_, port, _ := net.SplitHostPort(modern.Listener.Addr().String())
	var name x509.HostnameError
	if _, _, err := get(t.Context(), t, trusting, "https://localhost:"+port); !errors.As(err, &name) {
		t.Errorf("a certificate of another name: %v", err)
	}
	var unknown x509.UnknownAuthorityError
	if _, _, err := get(t.Context(), t, client(t, callout.Options{}), modern.URL); !errors.As(err, &unknown) {
		t.Errorf("a certificate that is not trusted: %v", err)
	}
	if _, _, err := get(t.Context(), t, trusting, old.URL); err == nil || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("TLS 1.1: %v", err)
	}
}

func TestProxies(t *testing.T) {
	t.Parallel()
	proxy := server(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "proxied "+r.RequestURI) })
	u, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	every := client(t, callout.Options{Proxy: func(*url.URL) (*url.URL, error) { return u, nil }})
	if _, body, err := get(t.Context(), t, every, "http://name.example/a?b"); body != "proxied http://name.example/a?b" || err != nil {
		t.Errorf("by the options: %q, %v", body, err)
	}
	var denied *callout.DeniedError
	if _, _, err := get(t.Context(), t, every, "http://169.254.169.254/latest"); !errors.As(err, &denied) {
		t.Errorf("a denied address through a proxy: %v", err)
	}
	one := client(t, callout.Options{})
	ctx := callout.WithProxy(t.Context(), u)
	if _, body, err := get(ctx, t, one, "http://name.example/"); body != "proxied http://name.example/" || err != nil {
		t.Errorf("by the call: %q, %v", body, err)
	}
	broken := client(t, callout.Options{Proxy: func(*url.URL) (*url.URL, error) { return nil, errors.New("oops") }})
	if _, _, err := get(t.Context(), t, broken, "http://name.example/"); err == nil || !strings.Contains(err.Error(), "oops") {
		t.Errorf("no proxy can be found: %v", err)
	}
}

func TestTunnel(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "through") }))
	t.Cleanup(s.Close)
	asked := make(chan string, 1)
	proxy := server(t, func(w http.ResponseWriter, r *http.Request) { tunnel(t, w, r, asked) })
	u, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("ann", "hush")
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	_, body, err := get(callout.WithProxy(t.Context(), u), t, client(t, callout.Options{Roots: roots}), s.URL)
	if body != "through" || err != nil {
		t.Fatalf("answer %q, %v", body, err)
	}
	if got, want := <-asked, "CONNECT "+s.Listener.Addr().String()+" Basic YW5uOmh1c2g="; got != want {
		t.Errorf("the proxy was asked %q, want %q", got, want)
	}
}

// tunnel is a proxy for HTTPS.
func tunnel(t *testing.T, w http.ResponseWriter, r *http.Request, asked chan<- string) {
	asked <- r.Method + " " + r.RequestURI + " " + r.Header.Get("Proxy-Authorization")
	there, err := net.Dial("tcp", r.RequestURI)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = there.Close() }()
	here, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = here.Close() }()
	_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
	back := make(chan struct{})
	go func() {
		defer close(back)
		_, _ = io.Copy(here, there)
	}()
	_, _ = io.Copy(there, here)
	_ = there.Close()
	<-back
}

func TestCancelledWhileWaiting(t *testing.T) {
	t.Parallel()
	for _, headers := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		s := server(t, func(w http.ResponseWriter, r *http.Request) {
			defer close(ended)
			if headers {
				_, _ = io.WriteString(w, "begin")
				_ = http.NewResponseController(w).Flush()
			}
			cancel()
			<-r.Context().Done()
		})
		if _, _, err := get(ctx, t, client(t, callout.Options{}), s.URL); !errors.Is(err, context.Canceled) {
			t.Errorf("headers were sent: %t; error %v", headers, err)
		}
		<-ended
	}
}

func TestSwitchedProtocols(t *testing.T) {
	t.Parallel()
	s := server(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	})
	if _, _, err := get(t.Context(), t, client(t, callout.Options{}), s.URL); err == nil || !strings.Contains(err.Error(), "another protocol") {
		t.Errorf("error %v", err)
	}
}

// quiet is a logger for servers whose handshakes are meant to fail.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
