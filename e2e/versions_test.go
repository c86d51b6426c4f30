package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// tellsVersion is a backend that answers with the version of HTTP it is spoken to in: with
// TLS or without, HTTP/1.1 alone or HTTP/2 as well.
func tellsVersion(t testing.TB, secure, http2 bool) (address string) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto)
	}))
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetHTTP1(true)
	s.Config.Protocols.SetHTTP2(http2)
	s.Config.Protocols.SetUnencryptedHTTP2(http2)
	s.EnableHTTP2 = http2
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// forward-request's http-version is what the backend sees, by Envoy's own forward and by the
// relay.
func TestVersionsOfHTTP(t *testing.T) {
	t.Parallel()
	plain, secure, old := tellsVersion(t, false, true), tellsVersion(t, true, true), tellsVersion(t, true, false)
	f := newTree(t, "", `
-- backends/secure/backendInformation.json --
{"properties": {"protocol": "http", "url": "https://`+secure+`", "tls": {"validateCertificateChain": false, "validateCertificateName": false}}}
-- backends/old/backendInformation.json --
{"properties": {"protocol": "http", "url": "https://`+old+`", "tls": {"validateCertificateChain": false, "validateCertificateName": false}}}
`)
	policy := func(name, inbound, backend string) {
		f.add(plain, strings.NewReplacer("NAME", name, "INBOUND", inbound, "FORWARD", backend).Replace(`
-- apis/NAME/apiInformation.json --
{"properties": {"displayName": "NAME", "path": "NAME", "protocols": ["http"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": false}}
-- apis/NAME/operations/any/operationInformation.json --
{"properties": {"displayName": "Any", "method": "GET", "urlTemplate": "/*"}}
-- apis/NAME/policy.xml --
<policies><inbound>INBOUND</inbound><backend>FORWARD</backend></policies>
`))
	}
	const retried = `<retry condition="@(context.Response == null)" count="1" interval="0"><forward-request http-version="2" /></retry>`
	cases := []struct{ name, inbound, backend, want string }{
		{"one", "", `<forward-request />`, "HTTP/1.1"},
		{"two", "", `<forward-request http-version="2" />`, "HTTP/2.0"},
		{"either", "", `<forward-request http-version="2or1" />`, "HTTP/1.1"},
		{"relayed", "", retried, "HTTP/2.0"},
		{"secure-one", `<set-backend-service backend-id="secure" />`, `<forward-request />`, "HTTP/1.1"},
		{"secure-two", `<set-backend-service backend-id="secure" />`, `<forward-request http-version="2" />`, "HTTP/2.0"},
		{"secure-either", `<set-backend-service backend-id="secure" />`, `<forward-request http-version="2or1" />`, "HTTP/2.0"},
		{"secure-named", `<set-backend-service backend-id="@("secure")" />`, `<forward-request http-version="2" />`, "HTTP/2.0"},
		{"old-either", `<set-backend-service backend-id="old" />`, `<forward-request http-version="2or1" />`, "HTTP/1.1"},
	}
	for _, c := range cases {
		policy(c.name, c.inbound, c.backend)
	}
	g := runGateway(t, f)
	for _, c := range cases {
		if r := envoytest.Get(t, g.address, "/"+c.name+"/x"); r.Line != "HTTP/1.1 200 OK" || r.Body != c.want {
			t.Errorf("%s: the backend was spoken to in %q, want %q:\n%s", c.name, r.Body, c.want, r)
		}
	}
}
