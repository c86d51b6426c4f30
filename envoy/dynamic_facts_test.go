package envoy_test

import (
	_ "embed"
	"encoding/pem"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

//go:embed testdata/dynamic.yaml
var dynamicConfig string

// A request says by headers where it goes, on which xds relies: filter state made of one names
// what is connected to, whatever its Host, and TLS takes its names from the same header. Tunnels
// through forward proxies take their target, the proxy and its credentials from filter state that
// the internal connection is made with. Addresses are filtered in all ways.
func TestFactsOfDynamicBackends(t *testing.T) {
	t.Parallel()
	tells := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := "-"
		if r.TLS != nil {
			name = r.TLS.ServerName
		}
		_, _ = io.WriteString(w, r.Method+" "+r.Host+r.RequestURI+" "+r.Proto+" ["+name+"]") // the client is Envoy
	})
	start := func(secure bool) *httptest.Server {
		s := httptest.NewUnstartedServer(tells)
		s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		s.Config.Protocols = new(http.Protocols)
		s.Config.Protocols.SetHTTP1(true)
		s.Config.Protocols.SetHTTP2(true)
		s.Config.Protocols.SetUnencryptedHTTP2(true)
		s.EnableHTTP2 = true
		if secure {
			s.StartTLS()
		} else {
			s.Start()
		}
		t.Cleanup(s.Close)
		return s
	}
	secure, plain := start(true), start(false)
	to := func(s *httptest.Server, host string) string {
		_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
		return net.JoinHostPort(host, port)
	}
	proxy := envoytest.StartProxy(t, envoytest.ProxyOptions{Resolve: func(hostPort string) string {
		switch hostPort {
		case "plain.test", "plain.test:80":
			return to(plain, "127.0.0.1")
		case "a.example.com:443", "b.example.com:443", "a.test:443":
			return to(secure, "127.0.0.1")
		}
		return "127.0.0.1:1"
	}})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	type cluster struct {
		Name   string
		Either bool
	}
	var config strings.Builder
	err := template.Must(template.New("dynamic").Parse(dynamicConfig)).Execute(&config, map[string]any{
		"CA": ca, "Secure": []cluster{{"secure", false}, {"either", true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	address := envoytest.Start(t, envoytest.Options{Config: config.String()}).Address("facts")
	onLocalhost, byAddress := "x-dial: "+to(secure, "localhost")+"\n", "x-dial: "+to(secure, "127.0.0.1")+"\n"
	proxied := "x-dial: " + proxy.Address + "\n"
	const denied, untrusted = "dns_resolution_failure{address_denied}", "upstream_reset_before_response_started{remote_connection_failure|TLS_error"
	for _, c := range []struct {
		name, cluster, headers string // beside the Host other.test
		status                 int
		want                   string // body, or details
		proxied                string
	}{
		{"an address", "plain", "x-dial: " + to(plain, "127.0.0.1") + "\n", 200, "GET other.test/x HTTP/1.1 [-]", ""},
		{"a name", "plain", "x-dial: " + to(plain, "localhost") + "\n", 200, "GET other.test/x HTTP/1.1 [-]", ""},
		{"HTTP/2", "plain-2", "x-dial: " + to(plain, "localhost") + "\n", 200, "GET other.test/x HTTP/2.0 [-]", ""},
		{"TLS", "secure", onLocalhost + "x-name: localhost\n", 200, "GET other.test/x HTTP/1.1 [localhost]", ""},
		{"TLS without a name", "secure", byAddress, 200, "GET other.test/x HTTP/1.1 []", ""},
		{"TLS, negotiated", "either", onLocalhost + "x-name: localhost\n", 200, "GET other.test/x HTTP/2.0 [localhost]", ""},
		{"TLS, the certificate's name", "secure", byAddress + "x-name: a.example.com\nx-checked: a.example.com\n", 200, "GET other.test/x HTTP/1.1 [a.example.com]", ""},
		{"TLS, the certificate's address", "secure", byAddress + "x-checked: 127.0.0.1\n", 200, "GET other.test/x HTTP/1.1 []", ""},
		{"TLS, another name", "secure", byAddress + "x-name: other.test\nx-checked: other.test\n", 503, untrusted, ""},
		{"an address that is denied", "plain", "x-dial: 169.254.169.254:80\n", 503, denied, ""},
		{"and by IPv6", "plain", "x-dial: [fe80::1]:80\n", 503, denied, ""},
		{"mapped", "plain", "x-dial: [::ffff:169.254.169.254]:80\n", 503, denied, ""},
		{"mapped, in hexadecimal", "plain", "x-dial: [0:0::FFFF:a9fe:a9fe]:80\n", 503, denied, ""},
		{"as a number", "plain", "x-dial: 2852039166:80\n", 503, "dns_resolution_failure{cares", ""},
		{"in octal", "plain", "x-dial: 0251.0376.0251.0376:80\n", 503, "dns_resolution_failure{cares", ""},
		{"whole URL", "by-url", proxied + "host: plain.test\nproxy-authorization: mine\n", 200, "GET plain.test/x HTTP/1.1 [-]", "GET http://plain.test/x mine"},
		{"tunnel", "tunneled", proxied + "x-tunnel: a.example.com:443\nx-name: a.example.com\nx-checked: a.example.com\n", 200, "GET other.test/x HTTP/1.1 [a.example.com]", "CONNECT a.example.com:443 "},
		{"another tunnel", "tunneled", proxied + "x-tunnel: b.example.com:443\nx-name: b.example.com\n", 200, "GET other.test/x HTTP/1.1 [b.example.com]", "CONNECT b.example.com:443 "},
		{"the same tunnel", "tunneled", proxied + "x-tunnel: b.example.com:443\nx-name: b.example.com\n", 200, "GET other.test/x HTTP/1.1 [b.example.com]", ""},
		{"with credentials", "tunneled", proxied + "x-tunnel: b.example.com:443\nx-name: b.example.com\nx-authorization: Basic abc=\n", 200, "GET other.test/x HTTP/1.1 [b.example.com]", "CONNECT b.example.com:443 Basic abc="},
		{"by a proxy's name", "tunneled", strings.Replace(proxied, "127.0.0.1", "localhost", 1) + "x-tunnel: a.example.com:443\n", 200, "GET other.test/x HTTP/1.1 []", "CONNECT a.example.com:443 "},
		{"tunnel, another name", "tunneled", proxied + "x-tunnel: a.test:443\nx-checked: a.test\n", 503, untrusted, "CONNECT a.test:443 "},
		{"tunnel through what is denied", "tunneled", "x-dial: 169.254.169.254:80\nx-tunnel: a.example.com:443\n", 503, "upstream_reset_before_response_started{", ""},
	} {
		before := len(proxy.Requests())
		host := "host: other.test\n"
		if strings.Contains(c.headers, "host: ") {
			host = ""
		}
		r := envoytest.Exchange(t, address, "GET /x HTTP/1.1\nx-cluster: "+c.cluster+"\n"+host+c.headers+"\n")
		got := r.Body
		if c.status != 200 {
			got = r.Header("x-details")
		}
		if r.Status() != c.status || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: want %d %s, got %s", c.name, c.status, c.want, r)
		}
		asked := ""
		for _, p := range proxy.Requests()[before:] {
			asked += p.Method + " " + p.Target + " " + p.Header.Get("Proxy-Authorization")
		}
		if asked != c.proxied {
			t.Errorf("%s: the proxy was asked for %q, want %q", c.name, asked, c.proxied)
		}
	}
}
