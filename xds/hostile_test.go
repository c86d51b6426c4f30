package xds

import (
	"net"
	"strings"
	"sync"
	"testing"

	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/sync/plan"
)

// Whatever a client sends: what reaches a backend has been seen by ext_proc, leads where
// ext_proc thinks, and carries nothing of ours.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	var (
		mu    sync.Mutex
		heads []string
	)
	backend := func(name string) plan.Target {
		return target(t, envoytest.Backend(t, func(conn net.Conn, head string) {
			mu.Lock()
			heads = append(heads, name+": "+head)
			mu.Unlock()
			_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")) // the client is Envoy
		}))
	}
	api, secret := backend("api"), backend("secret")
	g := startGateway(t, ServerOptions{})
	g.publish(fakePlan{version: "1", targets: []plan.Target{api, secret}, routes: []plan.Route{{Name: "api", Path: "/api", Cluster: api.Cluster()}}})
	g.on(func(map[string]string) *extprocv3.ProcessingResponse { return headersReply("x-seen", "1") }, nil)
	cluster := secret.Cluster()
	plain := func(target string, headers ...string) string { return envoytest.Request("GET", target, "", headers...) }
	for name, request := range map[string]string{
		"key":                  plain("/api/x", "x-apim-key: ?generic", "x-apim-cluster: "+cluster),
		"key in capitals":      plain("/api/x", "X-APIM-KEY: ?generic", "X-APIM-CLUSTER: "+cluster),
		"keys":                 plain("/api/x", "x-apim-key: /api/.", "x-apim-key: ?generic", "x-apim-cluster: "+cluster),
		"key for the unknown":  plain("/x", "x-apim-cluster: "+cluster),
		"key by Connection":    plain("/api/x", "Connection: x-apim-key, x-seen", "x-apim-cluster: "+cluster),
		"key with underscores": plain("/api/x", "x_apim_key: ?generic", "x_apim_cluster: "+cluster),
		"generic as a path":    plain("?generic", "x-apim-cluster: "+cluster),
		"generic as a query":   plain("/?generic", "x-apim-cluster: "+cluster),
		"generic escaped":      plain("/%3fgeneric", "x-apim-cluster: "+cluster),
		"generic as a host":    plain("http://?generic/", "x-apim-cluster: "+cluster),
		"seen already":         plain("/api/x", "x-seen: 0"),
		"cluster of Envoy":     plain("/api/x", "x-envoy-original-dst-host: 127.0.0.1:1", "x-envoy-upstream-alt-stat-name: a"),
		"retries":              plain("/api/x", "x-envoy-retry-on: 5xx", "x-envoy-max-retries: 99"),
		"internal":             plain("/api/x", "x-envoy-internal: true", "X-Forwarded-For: 10.0.0.1"),
		"original path":        plain("/api/x", "x-envoy-original-path: /other", "x-original-url: /other", "x-rewrite-url: /other"),
		"method override":      plain("/api/x", "x-http-method-override: CONNECT"),
		"two Hosts":            plain("/api/x", "Host: a", "Host: b"),
		"empty Host":           plain("/api/x", "Host: "),
		"absolute target":      plain("http://elsewhere.test/api/x"),
		"dot segments":         plain("/other/../api/./x"),
		"escaped dots":         plain("/other/%2e%2e/api/x"),
		"dots with parameters": plain("/other/..;a/api/x"),
		"backslashes":          plain("/other\\..\\api/x"),
		"double slash":         plain("//api/x"),
		"escaped slash":        plain("/api%2fx"),
		"escaped letters":      plain("/%61%70%69/x"),
		"revision":             plain("/api;rev=2/x"),
		"overlong UTF-8":       plain("/api/%c0%ae%c0%ae/x"),
		"not a hex":            plain("/api/%zz"),
		"smuggled by length":   "POST /api/x HTTP/1.1\nHost: a\nContent-Length: 60\nTransfer-Encoding: chunked\n\n0\r\n\r\nGET /secret HTTP/1.1\r\nHost: a\r\n\r\n",
		"smuggled by coding":   "POST /api/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked, identity\n\n0\r\n\r\nGET /secret HTTP/1.1\r\nHost: a\r\n\r\n",
		"coding with a tab":    "POST /api/x HTTP/1.1\nHost: a\nTransfer-Encoding:\tchunked\n\n0\r\n\r\n",
		"two lengths":          "POST /api/x HTTP/1.1\nHost: a\nContent-Length: 3\nContent-Length: 0\n\nabc",
		"length with a sign":   "POST /api/x HTTP/1.1\nHost: a\nContent-Length: +3\n\nabc",
		"name with a blank":    "GET /api/x HTTP/1.1\nHost: a\nx-apim-key : ?generic\n\n",
		"folded header":        "GET /api/x HTTP/1.1\nHost: a\nx-a: 1\n x-apim-key: ?generic\n\n",
		"no Host":              "GET /api/x HTTP/1.1\n\n",
		"HTTP/1.0":             "GET /api/x HTTP/1.0\n\n",
		"CONNECT":              "CONNECT api:80 HTTP/1.1\nHost: api:80\n\n",
		"OPTIONS *":            "OPTIONS * HTTP/1.1\nHost: a\nx-apim-cluster: " + cluster + "\n\n",
		"TRACE":                "TRACE /api/x HTTP/1.1\nHost: a\n\n",
		"HTTP/2 upgrade":       plain("/api/x", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"),
		"other upgrade":        plain("/api/x", "Connection: Upgrade", "Upgrade: raw"),
	} {
		mu.Lock()
		heads = nil
		mu.Unlock()
		r := envoytest.Exchange(t, g.address(), request)
		if r.Status() == 0 {
			t.Errorf("%s: no answer at all", name)
		}
		for _, h := range r.Headers {
			if strings.HasPrefix(strings.ToLower(h.Name), "x-apim-") {
				t.Errorf("%s: the client got %s", name, h.Name)
			}
		}
		mu.Lock()
		for _, head := range heads {
			lower := strings.ToLower(head)
			if !strings.HasPrefix(head, "api: ") || !strings.Contains(lower, "x-seen: 1\r\n") || strings.Contains(lower, "\nx-apim-") || strings.Contains(lower, "\nx-envoy-") {
				t.Errorf("%s: the backend got\n%s", name, head)
			}
		}
		mu.Unlock()
	}
}
