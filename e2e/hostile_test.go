package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// guardedTree has an API whose policies mark each request, and one whose policies turn each
// away; both have the same backend.
func guardedTree(t testing.TB, b *backend) tree {
	f := markedTree(t, b)
	f.add(b.address, `
-- apis/guarded/apiInformation.json --
{"properties": {"displayName": "Guarded", "path": "marked/guarded", "protocols": ["http"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": false}}
-- apis/guarded/policy.xml --
<policies>
    <inbound><return-response><set-status code="403" reason="Guarded" /></return-response></inbound>
    <backend><forward-request /></backend><outbound /><on-error />
</policies>
-- apis/guarded/operations/any/operationInformation.json --
{"properties": {"displayName": "Any", "method": "GET", "urlTemplate": "/*"}}
-- apis/keyed/apiInformation.json --
{"properties": {"displayName": "Keyed", "path": "keyed", "protocols": ["http"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": true}}
-- apis/keyed/operations/any/operationInformation.json --
{"properties": {"displayName": "Any", "method": "GET", "urlTemplate": "/*"}}
-- apis/keyed/operations/any/policy.xml --
<policies><inbound><base /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>
`)
	return f
}

// What no client should send reaches no backend without having passed the policies, whatever
// becomes of it.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	b := newBackendOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name := range r.Header {
			if strings.HasPrefix(name, "X-Apim-") {
				w.Header().Set("X-Leaked", name)
			}
		}
		fmt.Fprint(w, r.RequestURI) // the client may be gone
	}))
	g := runGateway(t, guardedTree(t, b))

	for _, test := range []struct {
		name    string
		request string
		line    string // of the answer; "" where the connection is closed without one
		body    string // if not empty
	}{
		{"plain", "GET /marked/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 200 OK", "/x"},
		{"guarded", "GET /marked/guarded/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 403 Guarded", ""},

		{"forged key of the virtual host", "GET /marked/guarded/x HTTP/1.1\nHost: a\nx-apim-key: ?generic\n\n", "HTTP/1.1 403 Guarded", ""},
		{"forged cluster", "GET /nowhere HTTP/1.1\nHost: a\nx-apim-key: ?generic\nx-apim-cluster: http://" + b.address + "\n\n", "HTTP/1.1 404 Resource Not Found", notFound},
		{"forged cluster, capitals", "GET /marked/x HTTP/1.1\nHost: a\nX-APIM-Cluster: nowhere\nX-Apim-Key: ?generic\n\n", "HTTP/1.1 200 OK", "/x"},
		{"forged reason and length", "GET /marked/x HTTP/1.1\nHost: a\nx-apim-reason: Forged\nx-apim-length: 1\n\n", "HTTP/1.1 200 OK", "/x"},
		{"forged original destination", "GET /marked/x HTTP/1.1\nHost: a\nx-envoy-original-dst-host: 127.0.0.1:1\n\n", "HTTP/1.1 200 OK", "/x"},
		{"forged timeout", "GET /marked/x HTTP/1.1\nHost: a\nx-envoy-upstream-rq-timeout-ms: 1\n\n", "HTTP/1.1 200 OK", "/x"},
		{"key as the target", "GET ?generic HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400 Bad Request", ""},

		{"two hosts", "GET /marked/x HTTP/1.1\nHost: a\nHost: b\n\n", "HTTP/1.1 400 Bad Request", ""},
		{"no host", "GET /marked/x HTTP/1.1\n\n", "HTTP/1.1 400 Bad Request", ""},
		{"empty host", "GET /marked/x HTTP/1.1\nHost:\n\n", "HTTP/1.1 400 Bad Request", ""},
		{"absolute target", "GET http://other/marked/guarded/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 403 Guarded", ""},

		{"dots into the guarded API", "GET /marked/y/../guarded/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 403 Guarded", ""},
		{"escaped dots into the guarded API", "GET /marked/y/%2e%2E/guarded/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 403 Guarded", ""},
		{"dots with a parameter", "GET /marked/y/..;/guarded/x HTTP/1.1\nHost: a\n\n", "", ""},
		{"dots above the root", "GET /../../marked/guarded/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 403 Guarded", ""},
		{"backslash", "GET /marked\\guarded\\x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 403 Guarded", ""},
		{"escaped letters", "GET /m%61rked/gu%41rded/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 403 Guarded", ""},
		{"capitals", "GET /MARKED/GUARDED/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 403 Guarded", ""},
		{"escaped slash is no slash", "GET /marked%2fguarded/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 404 Resource Not Found", notFound},
		{"escaped slash in a parameter", "GET /marked/a%2fb HTTP/1.1\nHost: a\n\n", "HTTP/1.1 200 OK", "/a%2fb"},
		{"double slash", "GET //marked/guarded/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 404 Resource Not Found", notFound},
		{"unknown revision", "GET /marked;rev=9/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 404 Resource Not Found", notFound},
		{"name that only begins alike", "GET /markedx HTTP/1.1\nHost: a\n\n", "HTTP/1.1 404 Resource Not Found", notFound},
		{"zero byte", "GET /marked/%00 HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400 Bad Request", ""},
		{"fragment", "GET /marked/x#y HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400 Bad Request", ""},
		{"blank in the target", "GET /marked/x y HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400 Bad Request", ""},

		{"two lengths", "POST /marked/x HTTP/1.1\nHost: a\nContent-Length: 1\nContent-Length: 2\n\nxy", "HTTP/1.1 400 Bad Request", ""},
		{"length and chunks", "POST /marked/x HTTP/1.1\nHost: a\nContent-Length: 5\nTransfer-Encoding: chunked\n\n0\r\n\r\nGET /keyed/x HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400 Bad Request", ""},
		{"unknown encoding", "POST /marked/x HTTP/1.1\nHost: a\nTransfer-Encoding: gzip\n\n", "HTTP/1.1 501 Not Implemented", ""},
		{"unknown method", "FOO /marked/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400 Bad Request", ""},
		{"method of no operation", "DELETE /marked/x HTTP/1.1\nHost: a\n\n", "HTTP/1.1 404 Resource Not Found", notFound},
		{"CONNECT", "CONNECT /marked/x HTTP/1.1\nHost: a\n\n", "", ""},
		{"not HTTP", "\x16\x03\x01\n\n", "HTTP/1.1 400 Bad Request", ""},
		{"HTTP/1.0", "GET /marked/x HTTP/1.0\nHost: a\n\n", "HTTP/1.1 426 Upgrade Required", ""},
		{"space before the colon", "GET /marked/x HTTP/1.1\nHost: a\nX-Processed : yes\n\n", "HTTP/1.1 400 Bad Request", ""},
		{"headers without end", "GET /marked/x HTTP/1.1\nHost: a\nX-Long: " + strings.Repeat("x", 70_000) + "\n\n", "HTTP/1.1 431 Request Header Fields Too Large", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := envoytest.Dial(t, g.address)
			c.TrySend(test.request)
			method, _, _ := strings.Cut(test.request, " ")
			r := c.Read(method)
			if test.line != "" && r.Line != test.line || test.body != "" && r.Body != test.body {
				t.Errorf("got\n%s\nwant\n%s\n…\n\n%s", r, test.line, test.body)
			}
			if r.Status() == http.StatusOK && r.Header("X-Outbound") != "yes" {
				t.Errorf("an answer has not passed the policies:\n%s", r)
			}
			if leaked := r.Header("X-Leaked"); leaked != "" {
				t.Errorf("the backend got %s", leaked)
			}
			if _, ok := r.Lookup("x-apim-details"); ok {
				t.Errorf("the client got a helper:\n%s", r)
			}
			if strings.Contains(r.Body, ".sock") || strings.Contains(r.Body, "upstream") {
				t.Errorf("the body tells too much:\n%s", r)
			}
			if r.Status() >= 400 && r.Status() != 403 && !strings.HasPrefix(r.Body, fmt.Sprintf(`{ "statusCode": %d, "message": "`, r.Status())) {
				t.Errorf("not an error as API Management has them:\n%s", r)
			}
		})
	}
	b.spared()

	t.Run("smuggled request", func(t *testing.T) {
		c := envoytest.Dial(t, g.address)
		body := "GET /marked/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
		c.SendRaw(fmt.Sprintf("GET /marked/guarded/x HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
		if r := c.Read("GET"); r.Line != "HTTP/1.1 403 Guarded" {
			t.Errorf("got\n%s", r)
		}
		if rest := c.Rest(100 * time.Millisecond); rest != "" {
			t.Errorf("a body was answered:\n%s", rest)
		}
	})
	t.Run("key with others' eyes", func(t *testing.T) {
		r := expect(t, g.address, "/keyed/x", "HTTP/1.1 401 Access Denied", keyMissing, "Host: shop.test")
		if got, want := r.Header("WWW-Authenticate"), `AzureApiManagementKey realm="https://shop.test/keyed",name="Ocp-Apim-Subscription-Key",type="header"`; got != want {
			t.Errorf("WWW-Authenticate is\n%s, not\n%s", got, want)
		}
	})
	if n := b.requests.Load(); n > 20 {
		t.Errorf("the backend got %d requests, more than were let pass", n)
	}
	b.spared()
}
