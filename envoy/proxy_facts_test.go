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

//go:embed testdata/proxy.yaml
var proxyConfig string

// credentials of ann:hush.
const credentials = "Basic YW5uOmh1c2g="

// How Envoy gets through a forward proxy, on which xds relies: an internal listener makes the
// tunnel, with credentials from a secret and the target from the endpoint's metadata; plain
// requests have whole URLs as targets and their credentials from a filter of the cluster. The
// transport socket http_11_proxy has no place for credentials.
func TestFactsOfProxies(t *testing.T) {
	t.Parallel()
	secure := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Method+" "+r.Host+r.RequestURI+" "+r.Header.Get("Proxy-Authorization")) // the client is Envoy
	}))
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	echo := envoytest.EchoBackend(t)
	proxy := envoytest.StartProxy(t, envoytest.ProxyOptions{Authorization: credentials, Resolve: func(hostPort string) string {
		switch hostPort {
		case "plain.test", "plain.test:80":
			return echo
		case "secure.test:443":
			return secure.Listener.Addr().String()
		}
		return "127.0.0.1:1"
	}})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	type target struct{ Name, Address string }
	_, proxyPort, _ := net.SplitHostPort(proxy.Address)
	_, securePort, _ := net.SplitHostPort(secure.Listener.Addr().String())
	var config strings.Builder
	err := template.Must(template.New("proxy").Parse(proxyConfig)).Execute(&config, map[string]any{
		"Proxy": proxyPort, "Backend": securePort, "CA": ca,
		"Secure": []target{{"secure", "secure.test:443"}, {"nowhere", "nowhere.test:443"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	e := envoytest.Start(t, envoytest.Options{Config: config.String()})
	address := e.Address("facts")
	for _, c := range []struct{ name, request, status, body, details, proxied string }{
		{"tunnel", "GET /a?b=c HTTP/1.1\nhost: secure.test\nx-cluster: secure\n\n", "200", "GET secure.test/a?b=c ", "", "CONNECT secure.test:443 " + credentials},
		{"the tunnel's target is not there", "GET /a HTTP/1.1\nhost: nowhere.test\nx-cluster: nowhere\n\n", "503", "", "upstream_reset_before_response_started{", "CONNECT nowhere.test:443 " + credentials},
		{"absolute form", "GET /a?b=c HTTP/1.1\nhost: plain.test\nx-cluster: plain\n\n", "200", `"target":"/a?b=c","host":"plain.test"`, "", "GET http://plain.test/a?b=c " + credentials},
		{"without credentials", "GET /a HTTP/1.1\nhost: secure.test\nx-cluster: connect\n\n", "503", "", "upstream_reset_before_response_started{", "CONNECT " + secure.Listener.Addr().String() + " "},
	} {
		r := envoytest.Exchange(t, address, c.request)
		if !strings.Contains(r.Line, c.status) || !strings.Contains(r.Body, c.body) || !strings.HasPrefix(r.Header("x-details"), c.details) {
			t.Errorf("%s: %s", c.name, r)
		}
		all := proxy.Requests()
		if got := all[len(all)-1]; got.Method+" "+got.Target+" "+got.Header.Get("Proxy-Authorization") != c.proxied {
			t.Errorf("%s: the proxy got %+v, want %s", c.name, got, c.proxied)
		}
	}
	dump, err := e.Admin.ConfigDump(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(dump), "YW5uOmh1c2g=") {
		t.Error("the credentials can be read in the config dump")
	}
}
