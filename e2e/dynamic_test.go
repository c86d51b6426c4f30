package e2e

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// A witness is a backend that tells how it was called: the version of HTTP, Host and target,
// the name that TLS asked for, and whose certificate it was shown. At /chat it takes
// WebSockets.
type witness struct {
	address string // 127.0.0.1:port
	local   string // localhost:port
	self    identity
}

func newWitness(t testing.TB, self *identity) *witness {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Saw-Host", r.Host)
		switch r.URL.Path {
		case "/chat":
			conn, err := websocket.Accept(w, r, nil)
			if err != nil {
				return // the client is told
			}
			defer func() { _ = conn.CloseNow() }() // it is closed by then, or broken
			echo(r.Context(), conn)
		case "/to":
			http.Redirect(w, r, r.URL.Query().Get("url"), http.StatusFound)
		default:
			name, shown := "-", "-"
			if r.TLS != nil {
				name = r.TLS.ServerName
				if len(r.TLS.PeerCertificates) > 0 {
					shown = r.TLS.PeerCertificates[0].Subject.CommonName
				}
			}
			_, _ = fmt.Fprintf(w, "%s %s%s [%s] %s", r.Proto, r.Host, r.RequestURI, name, shown) // the client may be gone
		}
	}))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetHTTP1(true)
	s.Config.Protocols.SetHTTP2(true)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.EnableHTTP2 = true
	b := &witness{}
	if self != nil {
		b.self = *self
		s.TLS = &tls.Config{Certificates: []tls.Certificate{self.pair}, ClientAuth: tls.RequestClientCert}
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	b.address = s.Listener.Addr().String()
	_, port, _ := net.SplitHostPort(b.address)
	b.local = "localhost:" + port
	return b
}

// toURL is a backend that an expression names.
func toURL(url string) string {
	return `<set-backend-service base-url="@("` + url + `" + context.Request.Headers.GetValueOrDefault("x-none", ""))" />`
}

const otherHost = `<set-header name="Host" exists-action="override"><value>other.test</value></set-header>`

// A backend whose URL comes from an expression is what any backend is: it gets the Host that a
// policy sets, in the version of HTTP that forward-request says, with certificates.
func TestBackendsOfExpressions(t *testing.T) {
	t.Parallel()
	self, partner := validIdentity(t, "localhost"), validIdentity(t, "partner")
	plain, secure := newWitness(t, nil), newWitness(t, &self)
	const two, either = `<forward-request http-version="2" />`, `<forward-request http-version="2or1" />`
	const again = `<retry condition="@(context.Response == null)" count="1" interval="0"><forward-request http-version="2" /></retry>`
	const follow = `<forward-request http-version="2" follow-redirects="true" />`
	shows := `<authentication-certificate certificate-id="partner" />`
	notFound := "has no address that may be used"
	cases := []struct{ name, inbound, backend, want string }{
		{"host", toURL("http://"+plain.local+"/b") + otherHost, plainly, "HTTP/1.1 other.test/b/host [-] -"},
		{"host-relay", toURL("http://"+plain.local+"/b") + otherHost, byRelay, "HTTP/1.1 other.test/b/host-relay [-] -"},
		{"address", toURL("http://"+plain.address) + otherHost, plainly, "HTTP/1.1 other.test/address [-] -"},
		{"own", toURL("http://" + strings.ToUpper(plain.local)), plainly, "HTTP/1.1 LOCALHOST" + plain.local[len("localhost"):] + "/own [-] -"},
		{"port", toURL("http://"+plain.local) + strings.Replace(otherHost, "other.test", "other.test:81", 1), plainly, "HTTP/1.1 other.test:81/port [-] -"},
		{"secure", toURL("https://"+secure.local) + otherHost, plainly, "HTTP/1.1 other.test/secure [localhost] -"},
		{"secure-relay", toURL("https://"+secure.local) + otherHost, byRelay, "HTTP/1.1 other.test/secure-relay [localhost] -"},
		{"secure-address", toURL("https://"+secure.address) + otherHost, plainly, "HTTP/1.1 other.test/secure-address [] -"},
		{"two", toURL("http://"+plain.local) + otherHost, two, "HTTP/2.0 other.test/two [-] -"},
		{"two-relay", toURL("http://" + plain.local), again, "HTTP/2.0 " + plain.local + "/two-relay [-] -"},
		{"either", toURL("http://" + plain.local), either, "HTTP/1.1 " + plain.local + "/either [-] -"},
		{"secure-two", toURL("https://"+secure.local) + otherHost, two, "HTTP/2.0 other.test/secure-two [localhost] -"},
		{"secure-two-relay", toURL("https://"+secure.local) + otherHost, again, "HTTP/2.0 other.test/secure-two-relay [localhost] -"},
		{"secure-either", toURL("https://" + secure.local), either, "HTTP/2.0 " + secure.local + "/secure-either [localhost] -"},
		{"shown-two", toURL("https://"+secure.local) + shows, two, "HTTP/2.0 " + secure.local + "/shown-two [localhost] partner"},
		{"shown-either", toURL("https://"+secure.local) + shows, either, "HTTP/2.0 " + secure.local + "/shown-either [localhost] partner"},
		{"shown-host", toURL("https://"+secure.local) + shows + otherHost, byRelay, "HTTP/1.1 other.test/shown-host [localhost] partner"},
		{"redirect", toURL("http://"+plain.local) + `<rewrite-uri template="/to?url=https://` + secure.local + `/r" />` + otherHost, follow, "HTTP/2.0 " + secure.local + "/r [localhost] -"},
		{"no-http", toURL("ftp://" + plain.local), plainly, "is not an absolute http or https URL"},
		{"denied", toURL("http://169.254.77.77") + strings.Replace(otherHost, "other.test", plain.local, 1), plainly, notFound},
		{"denied-relay", toURL("http://169.254.77.77"), byRelay, notFound},
		{"denied-two", toURL("http://169.254.77.77"), two, notFound},
		{"denied-6", toURL("http://[fe80::1]:" + plain.local[len("localhost:"):]), plainly, notFound},
		{"denied-mapped", toURL("http://[::ffff:169.254.77.77]"), plainly, notFound},
		{"denied-redirect", toURL("http://"+plain.local) + `<rewrite-uri template="/to?url=http://[::ffff:a9fe:4d4d]/" />`, follow, notFound},
		{"host-denied", toURL("http://"+plain.local) + strings.Replace(otherHost, "other.test", "169.254.77.77", 1), plainly, "HTTP/1.1 169.254.77.77/host-denied [-] -"},
		{"forged", toURL("http://"+plain.local) + `<set-header name="x-apim-dial"><value>169.254.77.77:80</value></set-header>`, plainly, "HTTP/1.1 " + plain.local + "/forged [-] -"},
	}
	files := theirAPI + `
-- certificates/partner/tls.crt --
` + string(partner.certificate) + `
-- certificates/partner/tls.key --
` + string(partner.key)
	for _, c := range cases {
		files += operation(c.name, c.inbound, c.backend)
	}
	g := runTrusting(t, newTree(t, plain.address, files+"\n"), self)
	for _, c := range cases {
		r := envoytest.Get(t, g.address, "/a/"+c.name, "x-apim-dial: 169.254.77.77:80", "x-apim-server-name: forged.test")
		got := r.Body
		if r.Status() != 200 {
			got = r.Header("x-message")
		}
		if !strings.HasSuffix(strings.TrimSuffix(got, "."), c.want) {
			t.Errorf("%s: want %q, got\n%s", c.name, c.want, r)
		}
	}
}

// WebSockets go to backends whose URL comes from an expression, whose certificate has to be
// theirs.
func TestWebSocketToExpression(t *testing.T) {
	t.Parallel()
	self := validIdentity(t, "localhost")
	plain, secure := newWitness(t, nil), newWitness(t, &self)
	urls := map[string]string{
		"ws": "ws://" + plain.local + "/chat", "http": "http://" + plain.local + "/chat", "wss": "wss://" + secure.local + "/chat",
		"https": "https://" + secure.local + "/chat", "stranger": "wss://" + secure.address + "/chat", "denied": "ws://169.254.77.77/chat",
	}
	files := ""
	for name, url := range urls {
		files += `
-- apis/` + name + `/apiInformation.json --
{"properties": {"displayName": "` + name + `", "path": "` + name + `", "protocols": ["ws"], "serviceUrl": "ws://$BACKEND/none", "type": "websocket", "subscriptionRequired": false}}
-- apis/` + name + `/policy.xml --
<policies><inbound>` + toURL(url) + otherHost + `</inbound><backend><forward-request http-version="2" /></backend></policies>
`
	}
	g := runTrusting(t, newTree(t, plain.address, files), self)
	for name, url := range urls {
		conn, r, err := dialSocket(t, g.address, "/"+name, nil)
		if refused := name == "stranger" || name == "denied"; refused {
			if err == nil || r == nil || r.StatusCode != 500 {
				t.Errorf("%s: %v", name, r)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := r.Header.Get("X-Saw-Host"); !strings.Contains(url, got) {
			t.Errorf("%s: the backend saw the host %q", name, got)
		}
		if err := conn.Write(t.Context(), websocket.MessageText, []byte("hello")); err != nil {
			t.Fatal(err)
		}
		if _, text, err := conn.Read(t.Context()); err != nil || string(text) != "hello" {
			t.Errorf("%s: %q %v", name, text, err)
		}
	}
}

// gRPC calls go to backends whose URL comes from an expression, in HTTP/2.
func TestGRPCToExpression(t *testing.T) {
	t.Parallel()
	self := validIdentity(t, "localhost")
	secure := newWitness(t, &self)
	address := greeter(t)
	f := newTree(t, address, `
-- apis/calls/apiInformation.json --
{"properties": {"displayName": "Calls", "path": "", "protocols": ["http"], "serviceUrl": "http://nowhere.test", "type": "grpc", "subscriptionRequired": false}}
-- apis/calls/policy.xml --
<policies><inbound>`+toURL("http://$BACKEND")+otherHost+`</inbound><backend><forward-request /></backend></policies>
-- apis/secure/apiInformation.json --
{"properties": {"displayName": "Secure", "path": "secure", "protocols": ["http"], "serviceUrl": "http://nowhere.test", "type": "grpc", "subscriptionRequired": false}}
-- apis/secure/policy.xml --
<policies><inbound>`+toURL("https://"+secure.local)+`</inbound><backend><forward-request /></backend></policies>
`)
	f.write("apis/calls/specification.proto", greeterProto)
	f.write("apis/secure/specification.proto", greeterProto)
	g := runTrusting(t, f, self)
	var out wrapperspb.StringValue
	if err := dialCalls(t, g.address).Invoke(t.Context(), "/hello.v1.Greeter/Hello", wrapperspb.String("ann"), &out); err != nil || !strings.HasPrefix(out.GetValue(), "hello ann") {
		t.Errorf("%q %v", out.GetValue(), err)
	}
	r := envoytest.Exchange(t, g.address, envoytest.Request(http.MethodPost, "/secure/hello.v1.Greeter/Hello", "x"))
	if want := "HTTP/2.0 " + secure.local + "/hello.v1.Greeter/Hello [localhost] -"; r.Body != want {
		t.Errorf("want %q, got\n%s", want, r)
	}
}
