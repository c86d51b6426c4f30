package e2e

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // thumbprints are SHA-1
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// An identity is a self-signed certificate with its key.
type identity struct {
	certificate, key []byte // in PEM
	pair             tls.Certificate
}

func newIdentity(t testing.TB, name string, from, to time.Time) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name, Organization: []string{"Acme, Inc"}},
		DNSNames: []string{name}, NotBefore: from, NotAfter: to,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	i := identity{
		certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}
	if i.pair, err = tls.X509KeyPair(i.certificate, i.key); err != nil {
		t.Fatal(err)
	}
	return i
}

func validIdentity(t testing.TB, name string) identity {
	t.Helper()
	return newIdentity(t, name, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
}

func expiredIdentity(t testing.TB, name string) identity {
	t.Helper()
	return newIdentity(t, name, time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour))
}

// thumbprint is the certificate's, as .NET writes it.
func (i identity) thumbprint() string {
	return fmt.Sprintf("%X", sha1.Sum(i.pair.Certificate[0])) //nolint:gosec // as .NET does
}

// save writes NAME.crt and NAME.key and returns the flags that name them.
func (i identity) save(t testing.TB, dir, name string) (flags []string) {
	t.Helper()
	certificate, key := filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key")
	for path, text := range map[string][]byte{certificate: i.certificate, key: i.key} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return []string{"--tls-cert", certificate, "--tls-key", key}
}

// mount lays a secret out as Kubernetes does, and swaps the one that is there.
func (i identity) mount(t testing.TB, dir string) (flags []string) {
	t.Helper()
	version, err := os.MkdirTemp(dir, "..v")
	if err != nil {
		t.Fatal(err)
	}
	i.save(t, version, "tls")
	swapped := filepath.Join(dir, "..data")
	if err := os.Symlink(filepath.Base(version), swapped+"_tmp"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(swapped+"_tmp", swapped); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tls.crt", "tls.key"} {
		if err := os.Symlink(filepath.Join("..data", name), filepath.Join(dir, name)); err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
	}
	return []string{"--tls-cert", filepath.Join(dir, "tls.crt"), "--tls-key", filepath.Join(dir, "tls.key")}
}

// certificatesTree tells in an expression what the client's certificate is.
func certificatesTree(t testing.TB, backend string) tree {
	return newTree(t, backend, `
-- apis/who/apiInformation.json --
{"properties": {"displayName": "Who", "path": "who", "protocols": ["https"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": false}}
-- apis/who/operations/get/operationInformation.json --
{"properties": {"displayName": "Get", "method": "GET", "urlTemplate": "/"}}
-- apis/who/operations/get/policy.xml --
<policies><inbound><return-response><set-body>@{
    var c = context.Request.Certificate;
    if (c == null) { return "none"; }
    return string.Join("\n", c.Thumbprint, c.SubjectName.Name, c.NotAfter > DateTime.Now ? "valid" : "expired", c.Verify() ? "trusted" : "untrusted",
        context.Request.Headers.ContainsKey("X-Apim-Certificate") ? "helper" : "", context.Request.OriginalUrl.Scheme).Trim();
}</set-body></return-response></inbound><backend /><outbound /><on-error /></policies>
-- apis/who/operations/pinned/operationInformation.json --
{"properties": {"displayName": "Pinned", "method": "GET", "urlTemplate": "/pinned"}}
-- apis/who/operations/pinned/policy.xml --
<policies><inbound><choose>
    <when condition="@(context.Request.Certificate == null || context.Request.Certificate.Thumbprint != context.Request.Headers.GetValueOrDefault("X-Pin","-"))">
        <return-response><set-status code="403" reason="Invalid client certificate" /></return-response>
    </when>
</choose></inbound><backend><forward-request /></backend><outbound /><on-error /></policies>
-- apis/plain/apiInformation.json --
{"properties": {"displayName": "Plain", "path": "xplain", "protocols": ["http"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": false}}
-- apis/plain/operations/get/operationInformation.json --
{"properties": {"displayName": "Get", "method": "GET", "urlTemplate": "/"}}
`)
}

// headersBackend answers with the request's headers.
func headersBackend(t testing.TB) *backend {
	return newBackendOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.Header.Write(w); err != nil {
			t.Error(err)
		}
	}))
}

// call makes a request on a connection of its own. Everybody but the gateway is trusted.
func call(t testing.TB, c *tls.Config, target string, headers ...string) (status int, body string) {
	t.Helper()
	if c == nil {
		c = &tls.Config{}
	}
	c.InsecureSkipVerify = true
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: c, DisableKeepAlives: true, ForceAttemptHTTP2: true}, Timeout: patience}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// shown is the certificate that the gateway shows to who asks for the name.
func shown(t testing.TB, address, name string) []byte {
	t.Helper()
	d := tls.Dialer{Config: &tls.Config{ServerName: name, InsecureSkipVerify: true}}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // nothing was sent
	return conn.(*tls.Conn).ConnectionState().PeerCertificates[0].Raw
}

func TestTLS(t *testing.T) {
	t.Parallel()
	backend := headersBackend(t)
	dir, mounted := t.TempDir(), t.TempDir()
	first, second := validIdentity(t, "a.test"), validIdentity(t, "b.test")
	flags := append(first.mount(t, mounted), second.save(t, dir, "b")...)
	g := runGateway(t, certificatesTree(t, backend.address), append(flags,
		"--tls-listen", "localhost:0", "--client-certificates", "--ignore-protocols=false")...)
	secure := g.prints(&g.out, `at (https://(\S+)) and http://`)
	base, address := secure[1], secure[2]

	t.Run("URLs of the table", func(t *testing.T) {
		for _, want := range []string{"  " + base + "/who ", "  http://" + g.address + "/xplain ", "curl -ik " + base + "/who"} {
			if !strings.Contains(g.out.String(), want) {
				t.Errorf("no %q in\n%s", want, g.out.String())
			}
		}
	})
	t.Run("protocols", func(t *testing.T) {
		for target, want := range map[string]int{
			base + "/who": 200, "http://" + g.address + "/who": 404, base + "/xplain": 404, "http://" + g.address + "/xplain": 200,
		} {
			if status, body := call(t, nil, target); status != want {
				t.Errorf("%s: %d %s, want %d", target, status, body, want)
			}
		}
	})
	t.Run("names", func(t *testing.T) {
		for name, want := range map[string]identity{"a.test": first, "b.test": second, "": first, "c.test": first} {
			if !bytes.Equal(shown(t, address, name), want.pair.Certificate[0]) {
				t.Errorf("%q gets another certificate", name)
			}
		}
	})
	t.Run("old versions", func(t *testing.T) {
		d := tls.Dialer{Config: &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11, InsecureSkipVerify: true}}
		if conn, err := d.DialContext(t.Context(), "tcp", address); err == nil {
			_ = conn.Close()
			t.Error("TLS 1.1 is spoken")
		}
	})
	good, late := validIdentity(t, "client"), expiredIdentity(t, "client")
	forged := []string{"X-Apim-Certificate", url.PathEscape(string(good.certificate))}
	const subject = `O="Acme, Inc", CN=client`
	t.Run("client certificates", func(t *testing.T) {
		for name, tt := range map[string]struct {
			client []tls.Certificate
			want   string
		}{
			"none":        {nil, "none"},
			"self-signed": {[]tls.Certificate{good.pair}, good.thumbprint() + "\n" + subject + "\nvalid\nuntrusted\n\nhttps"},
			"expired":     {[]tls.Certificate{late.pair}, late.thumbprint() + "\n" + subject + "\nexpired\nuntrusted\n\nhttps"},
		} {
			c := &tls.Config{Certificates: tt.client, ClientSessionCache: tls.NewLRUClientSessionCache(1)}
			for _, session := range []string{"new", "resumed"} {
				if status, body := call(t, c, base+"/who", forged...); status != 200 || sorted(body) != sorted(tt.want) {
					t.Errorf("%s, %s session: %d\n%s\nwant\n%s", name, session, status, body, tt.want)
				}
			}
		}
	})
	t.Run("pinned", func(t *testing.T) {
		pin := append([]string{"X-Pin", good.thumbprint()}, forged...)
		if status, _ := call(t, nil, base+"/who/pinned", pin...); status != 403 {
			t.Errorf("a forged header gets in: %d", status)
		}
		if status, _ := call(t, &tls.Config{Certificates: []tls.Certificate{late.pair}}, base+"/who/pinned", pin...); status != 403 {
			t.Errorf("another certificate gets in: %d", status)
		}
		status, body := call(t, &tls.Config{Certificates: []tls.Certificate{good.pair}}, base+"/who/pinned", pin...)
		if status != 200 || strings.Contains(strings.ToLower(body), "certificate") {
			t.Errorf("the right one: %d, the backend got\n%s", status, body)
		}
	})
	t.Run("renewal", func(t *testing.T) {
		load := startTLSLoad(t, base+"/who")
		next := validIdentity(t, "a.test")
		next.mount(t, mounted)
		eventually(t, patience, "the renewed certificate is shown", func() bool { return bytes.Equal(shown(t, address, "a.test"), next.pair.Certificate[0]) })
		g.logs(1, "the gateway's certificate is renewed")

		expiredIdentity(t, "b.test").save(t, dir, "b")
		failed := g.logs(1, "the gateway's certificate cannot be renewed; the one before serves on", "certificate", filepath.Join(dir, "b.crt"))
		if text := fmt.Sprint(failed["error"]); !strings.Contains(text, "expired at") {
			t.Errorf("the error is %s", text)
		}
		if !bytes.Equal(shown(t, address, "b.test"), second.pair.Certificate[0]) {
			t.Error("the certificate before does not serve on")
		}
		load()
	})
	t.Run("keys stay ours", func(t *testing.T) {
		dump, err := g.admin.ConfigDump(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		secret := strings.Split(string(second.key), "\n")[1]
		for name, text := range map[string]string{"config dump": string(dump), "log": g.err.String(), "output": g.out.String()} {
			if strings.Contains(text, secret) {
				t.Errorf("the key can be read in the %s", name)
			}
		}
	})
}

// sorted makes the order of a name's parts no matter.
func sorted(text string) string {
	return strings.ReplaceAll(text, `CN=client, O="Acme, Inc"`, `O="Acme, Inc", CN=client`)
}

// startTLSLoad keeps requests coming, on connections that are kept and on new ones, until
// the returned function is called; none may fail.
func startTLSLoad(t testing.TB, target string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	for i := range 4 {
		transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: i%2 == 0, DisableKeepAlives: i < 2}
		client := &http.Client{Transport: transport, Timeout: patience}
		clients.Go(func() {
			defer transport.CloseIdleConnections()
			for ctx.Err() == nil {
				resp, err := client.Get(target)
				if err != nil {
					t.Errorf("under load: %v", err)
					return
				}
				body, err := io.ReadAll(resp.Body)
				_ = resp.Body.Close() // it was read
				if err != nil || resp.StatusCode != 200 || string(body) != "none" {
					t.Errorf("under load: %s %s %v", resp.Status, body, err)
				}
			}
		})
	}
	return func() {
		cancel()
		clients.Wait()
	}
}

// Settings that cannot work end the start, with what to do.
func TestTLSMistakes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := certificatesTree(t, "127.0.0.1:1")
	listen := []string{"--tls-listen", "127.0.0.1:0"}
	good := validIdentity(t, "a.test").save(t, dir, "good")
	late := expiredIdentity(t, "a.test").save(t, dir, "late")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	for name, tt := range map[string]struct {
		flags []string
		code  int
		want  []string
	}{
		"no certificate":                  {listen, 2, []string{"--tls-listen needs a certificate", "openssl req"}},
		"no listener":                     {good, 2, []string{"of no use without --tls-listen"}},
		"client certificates without TLS": {[]string{"--client-certificates"}, 2, []string{"--client-certificates is of no use without --tls-listen"}},
		"no pair":                         {append(listen, "--tls-cert", "a.crt,b.crt", "--tls-key", "a.key"), 2, []string{"go in pairs", "2 and 1"}},
		"twice":                           {append(append(listen, good...), good...), 2, []string{"good.crt twice"}},
		"no address":                      {append([]string{"--tls-listen", "nowhere"}, good...), 2, []string{"--tls-listen is HOST:PORT"}},
		"taken":                           {append([]string{"--tls-listen", taken.Addr().String()}, good...), 1, []string{"--tls-listen chooses another address"}},
		"no file":                         {append(listen, "--tls-cert", filepath.Join(dir, "none.crt"), "--tls-key", "none.key"), 1, []string{"--tls-cert", "none.crt: no such file"}},
		"expired":                         {append(listen, late...), 1, []string{"late.crt expired at", "renew it"}},
		"another key":                     {append(listen, good[0], good[1], late[2], late[3]), 1, []string{"good.crt", "late.key", "does not match"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, _, message := run(t, append([]string{"run", f.path, "--listen", "127.0.0.1:0"}, tt.flags...)...)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			for _, part := range tt.want {
				if !strings.Contains(message, part) {
					t.Errorf("the message does not say %q:\n%s", part, message)
				}
			}
		})
	}
}

// A gateway beside an Envoy of its own: what is renewed while apimgw is away is shown when
// it is back, and the other certificate until then.
func TestTLSSidecar(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := validIdentity(t, "a.test")
	s := serve(t, certificatesTree(t, "127.0.0.1:1"), append(first.save(t, dir, "a"), "--tls-listen", "127.0.0.1:0", "--client-certificates")...)
	listeners, err := s.admin.Listeners(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	address := listeners["gateway-tls"]
	client := validIdentity(t, "client")
	asked := func() {
		t.Helper()
		status, body := call(t, &tls.Config{Certificates: []tls.Certificate{client.pair}}, "https://"+address+"/who")
		if status != 200 || !strings.Contains(body, client.thumbprint()) {
			t.Errorf("%d %s", status, body)
		}
	}
	asked()
	s.kill()
	next := validIdentity(t, "a.test")
	next.save(t, dir, "a")
	if !bytes.Equal(shown(t, address, ""), first.pair.Certificate[0]) {
		t.Error("without apimgw, Envoy shows another certificate")
	}
	if status, _ := call(t, nil, "https://"+address+"/who"); status != 500 {
		t.Errorf("without apimgw: %d", status)
	}
	s.start()
	eventually(t, patience, "the new certificate is shown", func() bool { return bytes.Equal(shown(t, address, ""), next.pair.Certificate[0]) })
	s.logs(1, "configuration applied")
	asked()
}
