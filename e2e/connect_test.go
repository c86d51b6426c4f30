package e2e

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/envoy/envoytest"
)

// runTrusting is runGateway where the system trusts an authority.
func runTrusting(t testing.TB, f tree, authority identity, flags ...string) *gateway {
	t.Helper()
	return runTrustingWith(t, f, authority, nil, flags...)
}

// runTrustingWith is runTrusting with further variables in the environment.
func runTrustingWith(t testing.TB, f tree, authority identity, env []string, flags ...string) *gateway {
	t.Helper()
	dir := envoytest.Dir(t)
	envoytest.Binary(t)
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, authority.certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	c := command{
		args: slices.Concat([]string{
			"run", f.path, "--listen", "127.0.0.1:0", "--socket-dir", dir, "--concurrency", "1", "--log-format", "json",
		}, flags),
		env: append(env, "SSL_CERT_FILE="+roots, "APIMGW_CERTIFICATE_PARTNER_PASSWORD=hush"),
	}
	g := &gateway{process: c.start(t), admin: envoy.NewAdmin(envoy.UnixAddress(filepath.Join(dir, "admin.sock")))}
	g.address = g.prints(&g.out, `(?:at|and) http://(\S+)`)[1]
	return g
}

// pfx is the identity as API Management takes it.
func (i identity) pfx(t testing.TB, password string) []byte {
	t.Helper()
	data, err := pkcs12.Modern2023.Encode(i.pair.PrivateKey, i.pair.Leaf, nil, password)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func (f tree) writeBytes(name string, data []byte) {
	f.t.Helper()
	f.write(name, string(data))
}

// A mutualBackend asks for a certificate, and answers with the name of who has shown one.
type mutualBackend struct {
	address string // localhost:port
	self    identity
}

func newMutualBackend(t testing.TB) *mutualBackend {
	t.Helper()
	b := &mutualBackend{self: validIdentity(t, "localhost")}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "%s %s %s %s %s", r.TLS.PeerCertificates[0].Subject.CommonName, r.Host, r.RequestURI, r.Header.Get("Authorization"), r.Proto) // the client may be gone
	}))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{b.self.pair}, ClientAuth: tls.RequireAnyClientCert}
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	b.address = "localhost:" + port
	return b
}

func operation(name, inbound, backend string) string {
	return `
-- apis/a/operations/` + name + `/operationInformation.json --
{"properties": {"displayName": "` + name + `", "method": "GET", "urlTemplate": "/` + name + `"}}
-- apis/a/operations/` + name + `/policy.xml --
<policies><inbound><base />` + inbound + `</inbound><backend>` + backend + `</backend><outbound><base /></outbound><on-error>
  <set-header name="x-reason"><value>@(context.LastError.Reason)</value></set-header><set-header name="x-message"><value>@(context.LastError.Message)</value></set-header>
</on-error></policies>`
}

const (
	plainly  = `<forward-request />`
	byRelay  = `<retry condition="@(context.Response.StatusCode == 503)" count="2" interval="0"><forward-request /></retry>`
	theirAPI = `
-- apis/a/apiInformation.json --
{"properties": {"displayName": "A", "path": "a", "protocols": ["http", "https"], "serviceUrl": "https://$BACKEND/base", "subscriptionRequired": false}}`
)

func TestClientCertificates(t *testing.T) {
	t.Parallel()
	b := newMutualBackend(t)
	partner, other, held := validIdentity(t, "partner"), validIdentity(t, "other"), validIdentity(t, "held")
	f := newTree(t, b.address, theirAPI+`
-- certificates/partner/certificateInformation.json --
{"properties": {"thumbprint": "`+partner.thumbprint()+`"}}
-- named values/held/namedValueInformation.json --
{"properties": {"displayName": "held", "secret": true, "value": "`+base64.StdEncoding.EncodeToString(held.pfx(t, "theirs"))+`"}}
-- named values/held-password/namedValueInformation.json --
{"properties": {"displayName": "held-password", "secret": true, "value": "theirs"}}
-- certificates/other/tls.crt --
`+string(other.certificate)+`
-- certificates/other/tls.key --
`+string(other.key)+`
-- certificates/rotating/tls.crt --
`+string(other.certificate)+`
-- certificates/rotating/tls.key --
`+string(other.key)+`
-- backends/byid/backendInformation.json --
{"properties": {"url": "https://$BACKEND/entity", "protocol": "http", "credentials": {"certificateIds": ["/subscriptions/1/certificates/partner"], "certificate": ["`+other.thumbprint()+`"]}}}
-- backends/bythumbprint/backendInformation.json --
{"properties": {"url": "https://$BACKEND/entity", "protocol": "http", "credentials": {"certificate": ["`+strings.ToLower(other.thumbprint())+`"]}}}
`+operation("none", "", plainly)+
		operation("id", `<authentication-certificate certificate-id="Partner" />`, plainly)+
		operation("thumbprint", `<authentication-certificate thumbprint="`+other.thumbprint()+`" />`, plainly)+
		operation("expression", `<authentication-certificate certificate-id="@(context.Request.Headers.GetValueOrDefault("x-cert",""))" />`, plainly)+
		operation("relay", `<authentication-certificate certificate-id="partner" />`, byRelay)+
		operation("byid", `<set-backend-service backend-id="byid" />`, plainly)+
		operation("bythumbprint", `<set-backend-service backend-id="bythumbprint" />`, byRelay)+
		operation("both", `<set-backend-service backend-id="byid" /><authentication-certificate certificate-id="other" />`, plainly)+
		operation("rotating", `<authentication-certificate certificate-id="rotating" />`, plainly)+
		operation("dynamic", `<set-backend-service base-url="@("https://`+b.address+`/dynamic")" /><authentication-certificate certificate-id="other" />`, plainly)+
		operation("basic", `<authentication-certificate certificate-id="other" /><authentication-basic username="ann" password="hush" />`, plainly)+
		operation("body", `<authentication-certificate body="@(context.Deployment.Certificates["other"].RawData)" />`, plainly)+
		operation("pfx", `<authentication-certificate body="@(Convert.FromBase64String("{{held}}"))" password="{{held-password}}" />`, plainly)+
		operation("call", `<send-request response-variable-name="r"><set-url>https://`+b.address+`/called</set-url><set-method>GET</set-method><authentication-certificate certificate-id="partner" /></send-request>
			<return-response><set-body>@(((IResponse)context.Variables["r"]).Body.As<string>())</set-body></return-response>`, plainly)+
		operation("deployment", `<return-response><set-body>@{ var c = context.Deployment.Certificates; return c["partner"].Subject + " " + c["`+partner.thumbprint()+`"].HasPrivateKey + " " + c.Count; }</set-body></return-response>`, plainly)+"\n")
	f.writeBytes("certificates/partner/certificate.pfx", partner.pfx(t, "hush"))
	g := runTrusting(t, f, b.self)
	for _, c := range []struct {
		name, header string
		status       int
		want         string
	}{
		{"none", "x: y", 500, ""},
		{"id", "x: y", 200, "partner " + b.address + " /base/id "},
		{"thumbprint", "x: y", 200, "other " + b.address + " /base/thumbprint "},
		{"expression", "x-cert: partner", 200, "partner "},
		{"expression", "x-cert: OTHER", 200, "other "},
		{"expression", "x-cert: nosuch", 500, ""},
		{"relay", "x: y", 200, "partner " + b.address + " /base/relay "},
		{"byid", "x: y", 200, "partner " + b.address + " /entity/byid "},
		{"bythumbprint", "x: y", 200, "other " + b.address + " /entity/bythumbprint "},
		{"both", "x: y", 200, "other " + b.address + " /entity/both "},
		{"dynamic", "x: y", 200, "other " + b.address + " /dynamic/dynamic "},
		{"basic", "x: y", 200, "other " + b.address + " /base/basic Basic YW5uOmh1c2g="},
		{"body", "x: y", 200, "other "},
		{"pfx", "x: y", 200, "held "},
		{"call", "x: y", 200, "partner " + b.address + " /called "},
		{"deployment", "x: y", 200, `O="Acme, Inc", CN=partner True 5`},
	} {
		r := envoytest.Get(t, g.address, "/a/"+c.name, c.header)
		body := strings.ReplaceAll(r.Body, `CN=partner, O="Acme, Inc"`, `O="Acme, Inc", CN=partner`)
		if r.Status() != c.status || c.status == 200 && !strings.HasPrefix(body, c.want) {
			t.Errorf("%s, %s: want %d %q, got\n%s", c.name, c.header, c.status, c.want, r)
		}
	}
	if r := envoytest.Get(t, g.address, "/a/expression", "x-cert: nosuch"); r.Header("x-reason") != "CertificateNotFound" {
		t.Errorf("the reason is %q: %s", r.Header("x-reason"), r.Header("x-message"))
	}
	if r := envoytest.Get(t, g.address, "/a/none"); r.Header("x-reason") != "BackendConnectionFailure" {
		t.Errorf("without a certificate: %s", r)
	}
	t.Run("renewal", func(t *testing.T) {
		next := validIdentity(t, "renewed")
		f.write("certificates/rotating/tls.crt", string(next.certificate))
		f.write("certificates/rotating/tls.key", string(next.key))
		eventually(t, patience, "the backend is shown the new certificate", func() bool {
			r := envoytest.Get(t, g.address, "/a/rotating")
			return r.Status() == 200 && strings.HasPrefix(r.Body, "renewed ")
		})
	})
	t.Run("keys stay ours", func(t *testing.T) {
		dump, err := g.admin.ConfigDump(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		secret := strings.Split(string(other.key), "\n")[1]
		if bytes.Contains(dump, []byte(secret)) || strings.Contains(g.err.String(), secret) {
			t.Error("a key can be read")
		}
	})
}

func TestProxies(t *testing.T) {
	t.Parallel()
	b := newMutualBackend(t)
	partner := validIdentity(t, "partner")
	plain := headersBackend(t)
	to := func(hostPort string) string {
		switch hostPort {
		case "plain.test", "plain.test:80":
			return plain.address
		case "secure.test:443":
			return b.address
		}
		return hostPort
	}
	proxy := envoytest.StartProxy(t, envoytest.ProxyOptions{Authorization: "Basic YW5uOmh1c2g=", Resolve: to})
	ntlm := envoytest.StartProxy(t, envoytest.ProxyOptions{Authorization: "none", Challenge: "NTLM", Resolve: to})
	byExpression := func(p *envoytest.Proxy) string {
		return `<proxy url="@("http://` + p.Address + `" + context.Request.Headers.GetValueOrDefault("x-none", ""))" username="ann" password="{{proxy-password}}" />`
	}
	const dynamicSecure = `<set-backend-service base-url="@("https://secure.test/s" + context.Request.Headers.GetValueOrDefault("x-none", ""))" /><authentication-certificate certificate-id="partner" />`
	const dynamicPlain = `<set-backend-service base-url="@("http://plain.test/p" + context.Request.Headers.GetValueOrDefault("x-none", ""))" />`
	linkLocal := `<proxy url="@("http://169.254.77.77:3128" + context.Request.Headers.GetValueOrDefault("x-none", ""))" />`
	toLinkLocal := `<set-backend-service base-url="@("https://[::ffff:169.254.77.77]" + context.Request.Headers.GetValueOrDefault("x-none", ""))" />`
	entity := func(name, url string) string {
		return `
-- backends/` + name + `/backendInformation.json --
{"properties": {"url": "` + url + `", "protocol": "http", "tls": {"validateCertificateName": false}, "credentials": {"certificateIds": ["partner"]},
  "proxy": {"url": "http://` + proxy.Address + `", "username": "ann", "password": "{{proxy-password}}"}}}`
	}
	by := func(p *envoytest.Proxy) string {
		return `<proxy url="http://` + p.Address + `" username="ann" password="{{proxy-password}}" />`
	}
	const (
		toPlain  = `<set-backend-service base-url="http://plain.test/p" />`
		toSecure = `<set-backend-service base-url="https://secure.test/s" /><authentication-certificate certificate-id="partner" />`
		called   = `<return-response><set-body>@(((IResponse)context.Variables["r"]).Body.As<string>())</set-body></return-response>`
	)
	sends := func(url, inside string) string {
		return `<send-request response-variable-name="r"><set-url>` + url + `</set-url><set-method>GET</set-method>` + inside + `</send-request>` + called
	}
	f := newTree(t, b.address, theirAPI+`
-- named values/proxy-password/namedValueInformation.json --
{"properties": {"displayName": "proxy-password", "value": "hush", "secret": true}}
-- certificates/partner/tls.crt --
`+string(partner.certificate)+`
-- certificates/partner/tls.key --
`+string(partner.key)+entity("plain", "http://plain.test/p")+entity("secure", "https://secure.test/s")+
		operation("plain", toPlain+by(proxy), plainly)+
		operation("plain-relay", toPlain+by(proxy), byRelay)+
		operation("secure", toSecure+by(proxy), plainly)+
		operation("secure-relay", toSecure+by(proxy), byRelay)+
		operation("secure-2", toSecure+by(proxy), `<forward-request http-version="2" />`)+
		operation("secure-2or1", toSecure+by(proxy), `<forward-request http-version="2or1" />`)+
		operation("plain-entity", `<set-backend-service backend-id="plain" />`, plainly)+
		operation("secure-entity", `<set-backend-service backend-id="secure" />`, byRelay)+
		operation("dynamic-secure", dynamicSecure+by(proxy), plainly)+
		operation("dynamic-secure-relay", dynamicSecure+by(proxy), byRelay)+
		operation("dynamic-secure-2", dynamicSecure+by(proxy), `<forward-request http-version="2" />`)+
		operation("dynamic-host", dynamicSecure+by(proxy)+otherHost, plainly)+
		operation("any-plain", toPlain+byExpression(proxy), plainly)+
		operation("any-plain-relay", toPlain+byExpression(proxy), byRelay)+
		operation("any-secure", toSecure+byExpression(proxy), plainly)+
		operation("any-secure-2or1", toSecure+byExpression(proxy), `<forward-request http-version="2or1" />`)+
		operation("any-entity", `<set-backend-service backend-id="secure" />`+byExpression(proxy), byRelay)+
		operation("any-dynamic", dynamicPlain+byExpression(proxy), plainly)+
		operation("any-dynamic-secure", dynamicSecure+byExpression(proxy), plainly)+
		operation("any-ntlm", toPlain+byExpression(ntlm), plainly)+
		operation("any-ntlm-secure", toSecure+byExpression(ntlm), plainly)+
		operation("any-denied", toPlain+linkLocal, plainly)+
		operation("any-denied-secure", toSecure+linkLocal, plainly)+
		operation("to-denied", toLinkLocal+by(proxy), plainly)+
		operation("dynamic", `<set-backend-service base-url="@("http://plain.test/d")" />`+by(proxy), plainly)+
		operation("ntlm", toPlain+by(ntlm), plainly)+
		operation("ntlm-relay", toPlain+by(ntlm), byRelay)+
		operation("ntlm-secure", toSecure+by(ntlm), plainly)+
		operation("host", toPlain+by(proxy)+`<set-header name="Host"><value>other.test</value></set-header>`, plainly)+
		operation("call-plain", sends("http://plain.test/c", by(proxy)), plainly)+
		operation("call-secure", sends("https://"+b.address+"/c", `<authentication-certificate certificate-id="partner" />`+by(proxy)), plainly)+
		operation("call-ntlm", sends("http://plain.test/c", by(ntlm)), plainly)+"\n")
	g := runTrusting(t, f, b.self, append(validIdentity(t, "gw.test").save(t, t.TempDir(), "gw"), "--tls-listen", "127.0.0.1:0")...)
	secure := g.prints(&g.out, `at (https://\S+) and http://`)[1]
	if status, body := call(t, nil, secure+"/a/plain"); status != 200 {
		t.Errorf("a client with TLS: %d %s", status, body)
	}
	if all := proxy.Requests(); len(all) != 1 || all[0].Target != "http://plain.test/p/plain" {
		t.Errorf("for a client with TLS the proxy was asked for %+v", all)
	}
	for _, c := range []struct {
		name   string
		status int
		want   string // in the body, or in the error's message
		asked  string // of the proxy
	}{
		{"plain", 200, "", "GET http://plain.test/p/plain"},
		{"plain-relay", 200, "", "GET http://plain.test/p/plain-relay"},
		{"secure", 200, "partner secure.test /s/secure ", "CONNECT secure.test:443"},
		{"secure-relay", 200, "partner secure.test /s/secure-relay ", ""},
		{"secure-2", 200, "partner secure.test /s/secure-2  HTTP/2.0", "CONNECT secure.test:443"},
		{"secure-2or1", 200, "partner secure.test /s/secure-2or1  HTTP/2.0", "CONNECT secure.test:443"},
		{"plain-entity", 200, "", "GET http://plain.test/p/plain-entity"},
		{"secure-entity", 200, "partner secure.test /s/secure-entity ", ""},
		{"dynamic", 200, "", "GET http://plain.test/d/dynamic"},
		{"ntlm", 500, "asks for authentication by NTLM; only Basic is built", ""},
		{"ntlm-relay", 500, "asks for authentication by NTLM; only Basic is built", ""},
		{"ntlm-secure", 500, "", ""},
		{"host", 200, "", "GET http://plain.test/p/host"},
		{"dynamic-secure", 200, "partner secure.test /s/dynamic-secure  HTTP/1.1", "CONNECT secure.test:443"},
		{"dynamic-secure-relay", 200, "partner secure.test /s/dynamic-secure-relay ", ""},
		{"dynamic-secure-2", 200, "partner secure.test /s/dynamic-secure-2  HTTP/2.0", "CONNECT secure.test:443"},
		{"dynamic-host", 200, "partner other.test /s/dynamic-host ", ""},
		{"any-plain", 200, "", "GET http://plain.test/p/any-plain"},
		{"any-plain-relay", 200, "", "GET http://plain.test/p/any-plain-relay"},
		{"any-secure", 200, "partner secure.test /s/any-secure ", "CONNECT secure.test:443"},
		{"any-secure-2or1", 200, "partner secure.test /s/any-secure-2or1  HTTP/2.0", "CONNECT secure.test:443"},
		{"any-entity", 200, "partner secure.test /s/any-entity ", "CONNECT secure.test:443"},
		{"any-dynamic", 200, "", "GET http://plain.test/p/any-dynamic"},
		{"any-dynamic-secure", 200, "partner secure.test /s/any-dynamic-secure ", ""},
		{"any-ntlm", 500, "asks for authentication by NTLM; only Basic is built", ""},
		{"any-ntlm-secure", 500, "", ""},
		{"any-denied", 500, "has no address that may be used", ""},
		{"any-denied-secure", 500, "", ""},
		{"to-denied", 500, "has no address that may be used", ""},
		{"call-plain", 200, "", "GET http://plain.test/c"},
		{"call-secure", 200, "partner " + b.address + " /c ", "CONNECT " + b.address},
		{"call-ntlm", 500, "asks for authentication by NTLM; only Basic is built", ""},
	} {
		before := len(proxy.Requests())
		r := envoytest.Get(t, g.address, "/a/"+c.name)
		got := r.Body
		if c.status != 200 {
			got = r.Header("x-message")
		}
		if r.Status() != c.status || !strings.Contains(got, c.want) || strings.Contains(r.Body, "Proxy-Authorization") {
			t.Errorf("%s: want %d %q, got\n%s", c.name, c.status, c.want, r)
		}
		asked := ""
		for _, p := range proxy.Requests()[before:] {
			asked += p.Method + " " + p.Target
			if p.Header.Get("Proxy-Authorization") != "Basic YW5uOmh1c2g=" {
				t.Errorf("%s: the proxy got %+v", c.name, p)
			}
		}
		if c.asked != "" && asked != c.asked {
			t.Errorf("%s: the proxy was asked for %q, want %q", c.name, asked, c.asked)
		}
	}
	dump, err := g.admin.ConfigDump(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(dump, []byte("YW5uOmh1c2g=")) {
		t.Error("the proxy's credentials can be read")
	}
}

// What the environment says of proxies counts for backends that name none.
func TestProxyOfTheEnvironment(t *testing.T) {
	t.Parallel()
	b, plain, partner := newMutualBackend(t), headersBackend(t), validIdentity(t, "partner")
	proxy := envoytest.StartProxy(t, envoytest.ProxyOptions{Authorization: "Basic YW5uOmh1c2g=", Resolve: func(hostPort string) string {
		if hostPort == "secure.test:443" {
			return b.address
		}
		return plain.address
	}})
	f := newTree(t, b.address, theirAPI+`
-- certificates/partner/tls.crt --
`+string(partner.certificate)+`
-- certificates/partner/tls.key --
`+string(partner.key)+
		operation("plain", `<set-backend-service base-url="http://plain.test/p" />`, plainly)+
		operation("secure", `<set-backend-service base-url="https://secure.test/s" /><authentication-certificate certificate-id="partner" />`, byRelay)+
		operation("local", `<set-backend-service base-url="http://`+plain.address+`" />`, plainly)+"\n")
	to := "http://ann:hush@" + proxy.Address
	g := runTrustingWith(t, f, b.self, []string{"HTTP_PROXY=" + to, "HTTPS_PROXY=" + to, "NO_PROXY=direct.test"})
	for name, want := range map[string]string{"plain": "GET http://plain.test/p/plain", "secure": "CONNECT secure.test:443", "local": ""} {
		before := len(proxy.Requests())
		if r := envoytest.Get(t, g.address, "/a/"+name); r.Status() != 200 {
			t.Errorf("%s: %s", name, r)
		}
		asked := ""
		for _, p := range proxy.Requests()[before:] {
			asked += p.Method + " " + p.Target
		}
		if asked != want {
			t.Errorf("%s: the proxy was asked for %q, want %q", name, asked, want)
		}
	}
}

func TestHostnames(t *testing.T) {
	t.Parallel()
	backend := headersBackend(t)
	byDefault, first, second := validIdentity(t, "default.test"), validIdentity(t, "a.test"), validIdentity(t, "b.test")
	f := certificatesTree(t, backend.address)
	configure := func(name, properties string) {
		f.write("gateways/edge/hostnameConfigurations/"+name+"/hostnameConfigurationInformation.json", `{"properties": {`+properties+`}}`)
	}
	show := func(name string, i identity) {
		f.write("certificates/"+name+"/tls.crt", string(i.certificate))
		f.write("certificates/"+name+"/tls.key", string(i.key))
	}
	configure("a", `"hostname": "a.test", "certificateId": "/x/certificates/a", "negotiateClientCertificate": true`)
	configure("b", `"hostname": "*.b.test", "certificateId": "b", "http2Enabled": false`)
	show("a", first)
	show("b", second)
	g := runGateway(t, f, append(byDefault.save(t, t.TempDir(), "default"), "--tls-listen", "127.0.0.1:0")...)
	address := g.prints(&g.out, `at https://(\S+) and http://`)[1]
	for name, want := range map[string]identity{"a.test": first, "x.b.test": second, "c.test": byDefault, "": byDefault} {
		if !bytes.Equal(shown(t, address, name), want.pair.Certificate[0]) {
			t.Errorf("%q gets another certificate", name)
		}
	}
	client := validIdentity(t, "client")
	asked := func(name string) string {
		_, body := call(t, &tls.Config{ServerName: name, Certificates: []tls.Certificate{client.pair}}, "https://"+address+"/who")
		return strings.SplitN(body, "\n", 2)[0]
	}
	// As one of them negotiates, all host names do; an unknown one goes by the flags.
	for name, want := range map[string]string{"a.test": client.thumbprint(), "x.b.test": client.thumbprint(), "c.test": "none"} {
		if got := asked(name); got != want {
			t.Errorf("the client of %s is %s, want %s", name, got, want)
		}
	}
	for name, want := range map[string]string{"a.test": "h2", "x.b.test": "http/1.1"} {
		conn, err := tls.Dial("tcp", address, &tls.Config{ServerName: name, InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := conn.ConnectionState().NegotiatedProtocol; got != want {
			t.Errorf("%s speaks %q, want %q", name, got, want)
		}
		_ = conn.Close() // nothing was sent
	}

	t.Run("renewed without a dropped connection", func(t *testing.T) {
		conn := keepConnection(t, address, "a.test")
		conn.ask(t)
		next, added := validIdentity(t, "a.test"), validIdentity(t, "d.test")
		show("a", next)
		eventually(t, patience, "the renewed certificate is shown", func() bool { return bytes.Equal(shown(t, address, "a.test"), next.pair.Certificate[0]) })
		show("d", added)
		configure("d", `"hostname": "d.test", "certificateId": "d"`)
		eventually(t, patience, "the new host name has its certificate", func() bool { return bytes.Equal(shown(t, address, "d.test"), added.pair.Certificate[0]) })
		conn.ask(t)
		if n := conn.dialed(); n != 1 {
			t.Errorf("%d connections were needed", n)
		}
	})
}

// A keptConnection asks on one connection for as long as it is there.
type keptConnection struct {
	client *http.Client
	url    string

	mu    sync.Mutex
	count int
}

func keepConnection(t testing.TB, address, name string) *keptConnection {
	t.Helper()
	k := &keptConnection{url: "https://" + address + "/who"}
	transport := &http.Transport{MaxConnsPerHost: 1, TLSClientConfig: &tls.Config{
		ServerName: name, InsecureSkipVerify: true,
		VerifyConnection: func(tls.ConnectionState) error {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.count++
			return nil
		},
	}}
	k.client = &http.Client{Transport: transport, Timeout: patience}
	t.Cleanup(transport.CloseIdleConnections)
	return k
}

func (k *keptConnection) ask(t testing.TB) {
	t.Helper()
	resp, err := k.client.Get(k.url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != 200 {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func (k *keptConnection) dialed() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.count
}
