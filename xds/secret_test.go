package xds

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"

	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/sync/plan"
)

// issue makes a self-signed certificate of the name.
func issue(t *testing.T, name string, key crypto.Signer, from, to time.Time) KeyPair {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(from.UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: from, NotAfter: to, BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return KeyPair{
		Name:        name,
		Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		Key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}
}

// ecKey is a key of a curve.
func ecKey(t *testing.T, curve elliptic.Curve) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// valid is a certificate of the name that is valid now.
func valid(t *testing.T, name string) KeyPair {
	t.Helper()
	return issue(t, name, ecKey(t, elliptic.P256()), time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
}

func expired(t *testing.T, name string) KeyPair {
	t.Helper()
	return issue(t, name, ecKey(t, elliptic.P256()), time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour))
}

func (k KeyPair) forClient(t *testing.T) tls.Certificate {
	t.Helper()
	c, err := tls.X509KeyPair(k.Certificate, k.Key)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (k KeyPair) serial(t *testing.T) string {
	t.Helper()
	return k.forClient(t).Leaf.SerialNumber.String()
}

// A tlsGateway is a gateway with TLS that shows the headers that ext_proc gets.
type tlsGateway struct {
	*gateway
	plain, secure string
}

func startTLS(t *testing.T, o ServerOptions, pairs ...KeyPair) *tlsGateway {
	t.Helper()
	o.TLSListen = "127.0.0.1:0"
	for _, k := range pairs {
		o.KeyPairs = append(o.KeyPairs, k.Name)
	}
	g := startGateway(t, o)
	for _, k := range pairs {
		if err := g.PublishKeyPair(t.Context(), k); err != nil {
			t.Fatal(err)
		}
	}
	g.on(func(headers map[string]string) *extprocv3.ProcessingResponse {
		text, err := json.Marshal(headers)
		if err != nil {
			t.Error(err)
		}
		return immediate(200, string(text))
	}, nil)
	g.publish(fakePlan{version: "1", routes: []plan.Route{{Name: "a", Path: "/a"}}})
	return &tlsGateway{gateway: g, plain: g.envoy.Address(ListenerName), secure: g.envoy.Address(TLSListenerName)}
}

// handshake is what a client sees of the gateway.
func (g *tlsGateway) handshake(c *tls.Config) (tls.ConnectionState, error) {
	c.InsecureSkipVerify = true
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 10 * time.Second}, "tcp", g.secure, c)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer func() { _ = conn.Close() }()
	return conn.ConnectionState(), nil
}

// seen is what ext_proc gets of a request.
func (g *tlsGateway) seen(client *http.Client, headers ...string) (map[string]string, *http.Response) {
	g.t.Helper()
	req, err := http.NewRequestWithContext(g.t.Context(), http.MethodGet, "https://"+g.secure+"/a", http.NoBody)
	if err != nil {
		g.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	resp, err := client.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal(body, &got); err != nil {
		g.t.Fatalf("%s: %s", resp.Status, body)
	}
	return got, resp
}

func client(t *testing.T, c *tls.Config, h2 bool) *http.Client {
	t.Helper()
	c.InsecureSkipVerify = true
	transport := &http.Transport{TLSClientConfig: c, ForceAttemptHTTP2: h2}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 20 * time.Second}
}

// What a handshake gets: the certificate of the name asked for, TLS 1.2 and 1.3, HTTP/2.
func TestTLSHandshake(t *testing.T) {
	t.Parallel()
	wildcard := valid(t, "*.wild.test")
	g := startTLS(t, ServerOptions{}, valid(t, "a.test"), valid(t, "b.test"), wildcard)
	for name, want := range map[string]string{"a.test": "a.test", "b.test": "b.test", "": "a.test", "other.test": "a.test", "x.wild.test": "*.wild.test"} {
		state, err := g.handshake(&tls.Config{ServerName: name})
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if got := state.PeerCertificates[0].Subject.CommonName; got != want {
			t.Errorf("who asks for %q gets the certificate of %q, want %q", name, got, want)
		}
	}
	for version, want := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		_, err := g.handshake(&tls.Config{MinVersion: version, MaxVersion: version})
		if (err == nil) != want {
			t.Errorf("%s: %v, want success %t", tls.VersionName(version), err, want)
		}
	}
	for offer, want := range map[string]string{"h2": "h2", "http/1.1": "http/1.1"} {
		state, err := g.handshake(&tls.Config{NextProtos: []string{offer}})
		if err != nil || state.NegotiatedProtocol != want {
			t.Errorf("offering %s: %q, %v", offer, state.NegotiatedProtocol, err)
		}
	}
	headers, resp := g.seen(client(t, &tls.Config{}, true))
	if resp.ProtoMajor != 2 || headers[":scheme"] != "https" || headers["x-forwarded-proto"] != "https" {
		t.Errorf("%s, %v", resp.Proto, headers)
	}
	if asked, err := g.asksForCertificate(); err != nil || asked {
		t.Errorf("the client is asked for a certificate: %t, %v", asked, err)
	}
	if _, there := headers[plan.HeaderCertificate]; there {
		t.Errorf("a header for certificates that nobody asks for: %v", headers)
	}
}

func (g *tlsGateway) asksForCertificate() (asked bool, err error) {
	_, err = g.handshake(&tls.Config{GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked = true
		return &tls.Certificate{}, nil
	}})
	return asked, err
}

// The scheme is the connection's, whatever the client says.
func TestForgedScheme(t *testing.T) {
	t.Parallel()
	g := startTLS(t, ServerOptions{}, valid(t, "a.test"))
	//nolint:staticcheck // net/http's own transport cannot say https without TLS
	overTCP := &http2.Transport{DialTLSContext: func(ctx context.Context, network, _ string, _ *tls.Config) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, g.plain)
	}}
	t.Cleanup(overTCP.CloseIdleConnections) //nolint:staticcheck // as above
	for name, c := range map[string]*http.Client{
		"HTTP/1.1": {Transport: &http.Transport{DisableKeepAlives: true, DialTLSContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, g.plain)
		}}},
		"HTTP/2": {Transport: overTCP}, // it sends ":scheme: https"
	} {
		if got, _ := g.seen(c, "X-Forwarded-Proto", "https"); got[":scheme"] != "http" || got["x-forwarded-proto"] != "http" {
			t.Errorf("%s without TLS: scheme %q, X-Forwarded-Proto %q", name, got[":scheme"], got["x-forwarded-proto"])
		}
	}
	whole := envoytest.Exchange(t, g.plain, "GET https://a.test/a HTTP/1.1\nHost: a.test\nConnection: close\n\n")
	if whole.Status() != http.StatusForbidden {
		t.Errorf("a whole URL of https without TLS: %s", whole)
	}
}

// Certificates of clients come to ext_proc, and clients cannot forge one.
func TestClientCertificate(t *testing.T) {
	t.Parallel()
	g := startTLS(t, ServerOptions{Options: Options{ClientCertificates: true}}, valid(t, "a.test"))
	for name, k := range map[string]KeyPair{"self-signed": valid(t, "good client"), "expired": expired(t, "late client"), "none": {}} {
		t.Run(name, func(t *testing.T) {
			g := &tlsGateway{gateway: g.gateway, plain: g.plain, secure: g.secure}
			for _, h2 := range []bool{false, true} {
				for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
					resumed := &atomic.Bool{}
					c := &tls.Config{
						MaxVersion: version, ClientSessionCache: tls.NewLRUClientSessionCache(4),
						VerifyConnection: func(s tls.ConnectionState) error { resumed.Store(s.DidResume); return nil },
					}
					if k.Name != "" {
						c.Certificates = []tls.Certificate{k.forClient(t)}
					}
					for _, resume := range []bool{false, true} {
						headers, _ := g.seen(client(t, c, h2), "X-Apim-Certificate", url.PathEscape(string(valid(t, "forged").Certificate)), "X-Apim-Certificate", "more")
						got, err := url.PathUnescape(headers[plan.HeaderCertificate])
						if err != nil || got != string(k.Certificate) {
							t.Errorf("HTTP/2 %t, %s, resumed %t: certificate %q, %v; want %q", h2, tls.VersionName(version), resume, headers[plan.HeaderCertificate], err, k.Certificate)
						}
						if resumed.Load() != resume {
							t.Errorf("HTTP/2 %t, %s: the session is resumed: %t, want %t", h2, tls.VersionName(version), resumed.Load(), resume)
						}
					}
				}
			}
		})
	}
	response := envoytest.Get(t, g.plain, "/a", "x-apim-certificate: forged")
	if strings.Contains(response.Body, plan.HeaderCertificate) {
		t.Errorf("without TLS: %s", response.Body)
	}
}

// A renewed certificate is in effect for new connections, and no request fails.
func TestRenewalUnderLoad(t *testing.T) {
	t.Parallel()
	first := valid(t, "a.test")
	g := startTLS(t, ServerOptions{}, first, valid(t, "b.test"))
	kept := client(t, &tls.Config{}, false)
	_, before := g.seen(kept)

	var sent, failed atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for i := range 4 {
		c := client(t, &tls.Config{}, i%2 == 0)
		c.Transport.(*http.Transport).DisableKeepAlives = i < 2
		load.Go(func() {
			for ctx.Err() == nil {
				resp, err := c.Get("https://" + g.secure + "/a")
				sent.Add(1)
				if err != nil || resp.StatusCode != http.StatusOK {
					failed.Add(1)
					t.Logf("%v, %v", resp, err)
				}
				if err == nil {
					_, _ = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
				}
			}
		})
	}
	for range 20 {
		next := valid(t, "a.test")
		if err := g.PublishKeyPair(t.Context(), next); err != nil {
			t.Fatal(err)
		}
		envoytest.Eventually(t, "the new certificate is served", func() bool {
			state, err := g.handshake(&tls.Config{ServerName: "a.test"})
			return err == nil && state.PeerCertificates[0].SerialNumber.String() == next.serial(t)
		})
	}
	stop()
	load.Wait()
	if failed.Load() > 0 || sent.Load() == 0 {
		t.Errorf("%d of %d requests failed", failed.Load(), sent.Load())
	}
	t.Logf("%d requests, 20 renewals", sent.Load())
	if _, after := g.seen(kept); !after.TLS.PeerCertificates[0].Equal(before.TLS.PeerCertificates[0]) {
		t.Error("a connection that was there was not kept")
	}
}

// What Envoy does not take changes nothing.
func TestRefusedKeyPair(t *testing.T) {
	t.Parallel()
	first := valid(t, "a.test")
	g := startTLS(t, ServerOptions{}, first)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]crypto.Signer{"P-224": ecKey(t, elliptic.P224()), "RSA 1024": small} {
		bad := issue(t, "a.test", key, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
		var refused *RefusedError
		if err := g.PublishKeyPair(t.Context(), bad); !errors.As(err, &refused) {
			t.Errorf("%s: error %v, want a refusal", name, err)
		}
		state, err := g.handshake(&tls.Config{})
		if err != nil || state.PeerCertificates[0].SerialNumber.String() != first.serial(t) {
			t.Errorf("%s: the certificate before does not serve on: %v", name, err)
		}
	}
	good := issue(t, "a.test", ecKey(t, elliptic.P521()), time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err := g.PublishKeyPair(t.Context(), good); err != nil {
		t.Errorf("P-521: %v", err)
	}
}

// The key is nowhere to be read: not in logs, not in dumps, not by printing.
func TestKeysAreHidden(t *testing.T) {
	t.Parallel()
	k := valid(t, "a.test")
	g := startTLS(t, ServerOptions{}, k)
	dump, err := g.envoy.Admin.ConfigDump(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "pair", k, "key", k.Key)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "pair", k, "key", k.Key)
	middle := strings.Split(string(k.Key), "\n")[1]
	for name, text := range map[string]string{
		"config dump": string(dump), "log": g.log.String(), "Envoy's log": g.envoy.Log(), "JSON": string(text), "slog": logged.String(),
		"printed": fmt.Sprintf("%v %+v %#v %s %q %x", k, k, k, k.Key, k.Key, k.Key),
	} {
		if strings.Contains(text, middle) || strings.Contains(text, hex.EncodeToString(k.Key)) || strings.Contains(text, jsonBytes(t, k.Key)) {
			t.Errorf("the key can be read in: %s", name)
		}
	}
	if !strings.Contains(string(dump), `"a.test"`) {
		t.Error("the dump has no secret, so this test shows nothing")
	}
}

// jsonBytes is how JSON writes the bytes.
func jsonBytes(t *testing.T, b []byte) string {
	t.Helper()
	text, err := json.Marshal([]byte(b))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Trim(string(text), `"`)
}

// Files that are renewed are served; files with mistakes are told, and change nothing.
func TestFollowKeyFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// As Kubernetes mounts a secret: the files are links through "..data", which is swapped.
	mount := func(version string, k KeyPair) {
		real := filepath.Join(dir, ".."+version)
		if err := os.MkdirAll(real, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(real, "tls.crt"), k.Certificate)
		write(t, filepath.Join(real, "tls.key"), k.Key)
		link := filepath.Join(dir, "..data_tmp")
		if err := os.Symlink(".."+version, link); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(link, filepath.Join(dir, "..data")); err != nil {
			t.Fatal(err)
		}
	}
	files := KeyFiles{Certificate: filepath.Join(dir, "tls.crt"), Key: filepath.Join(dir, "tls.key")}
	for _, path := range []string{files.Certificate, files.Key} {
		if err := os.Symlink(filepath.Join("..data", filepath.Base(path)), path); err != nil {
			t.Fatal(err)
		}
	}
	mount("1", valid(t, "a.test"))
	first, err := files.Read(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	g := startTLS(t, ServerOptions{}, first)
	follow(t, g.Server, files)
	serves := func(k KeyPair) bool {
		state, err := g.handshake(&tls.Config{})
		return err == nil && state.PeerCertificates[0].SerialNumber.String() == k.serial(t)
	}
	second := valid(t, "a.test")
	mount("2", second)
	envoytest.Eventually(t, "the second certificate is served", func() bool { return serves(second) })

	foreign := valid(t, "a.test")
	foreign.Key = first.Key
	for i, bad := range []struct {
		pair KeyPair
		want string
	}{
		{expired(t, "a.test"), "expired at"},
		{foreign, "private key does not match public key"},
		{KeyPair{Certificate: []byte("nothing"), Key: second.Key}, "failed to find any PEM data in certificate"},
	} {
		mount(fmt.Sprint("bad", i), bad.pair)
		envoytest.Eventually(t, "the log tells: "+bad.want, func() bool {
			return strings.Contains(g.log.String(), bad.want) && strings.Contains(g.log.String(), files.Certificate)
		})
		if !serves(second) {
			t.Errorf("%s: the certificate before does not serve on", bad.want)
		}
	}
	if err := os.Remove(filepath.Join(dir, "..data")); err != nil {
		t.Fatal(err)
	}
	envoytest.Eventually(t, "the log tells of the missing file", func() bool { return strings.Contains(g.log.String(), "no such file") })
	third := valid(t, "a.test")
	mount("3", third)
	envoytest.Eventually(t, "the third certificate is served", func() bool { return serves(third) })
	if n := strings.Count(g.log.String(), "expired at"); n != 1 {
		t.Errorf("one mistake is told %d times", n)
	}
}

// What cannot be served is told with the file, and what to do.
func TestReadKeyFiles(t *testing.T) {
	t.Parallel()
	good, now := valid(t, "a.test"), time.Now()
	from, to := now.Add(-time.Hour), now.Add(time.Hour)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	locked := pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("x")})
	for name, tt := range map[string]struct {
		pair KeyPair
		want []string // in the error; none is no error
	}{
		"good":      {pair: good},
		"no file":   {want: []string{"read the certificate", "tls.crt"}},
		"no key":    {KeyPair{Certificate: good.Certificate}, []string{"read the key of the certificate", "tls.crt", "tls.key"}},
		"foreign":   {KeyPair{Certificate: good.Certificate, Key: valid(t, "b.test").Key}, []string{"tls.crt", "tls.key", "private key does not match"}},
		"locked":    {KeyPair{Certificate: good.Certificate, Key: locked}, []string{"tls.key", "is encrypted", "openssl pkey"}},
		"expired":   {expired(t, "a.test"), []string{"tls.crt", "expired at", "renew it"}},
		"early":     {issue(t, "a.test", ecKey(t, elliptic.P256()), to, to.Add(time.Hour)), []string{"tls.crt", "is not valid before"}},
		"small RSA": {issue(t, "a.test", small, from, to), []string{"tls.crt", "1024 bits"}},
		"P-224":     {issue(t, "a.test", ecKey(t, elliptic.P224()), from, to), []string{"tls.crt", "P-224"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			files := KeyFiles{Certificate: filepath.Join(dir, "tls.crt"), Key: filepath.Join(dir, "tls.key")}
			if tt.pair.Certificate != nil {
				write(t, files.Certificate, tt.pair.Certificate)
			}
			if tt.pair.Key != nil {
				write(t, files.Key, tt.pair.Key)
			}
			_, err := files.Read(now)
			if (err == nil) != (len(tt.want) == 0) {
				t.Fatalf("error %v", err)
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not say %q", err, part)
				}
			}
		})
	}
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func follow(t *testing.T, s *Server, files ...KeyFiles) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.FollowKeyFiles(ctx, files, 10*time.Millisecond) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// A key pair that Envoy does not take ends the wait for it at the start.
func TestRefusedFromTheStart(t *testing.T) {
	t.Parallel()
	bad := issue(t, "a.test", ecKey(t, elliptic.P224()), time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	g := startGateway(t, ServerOptions{Options: Options{TLSListen: "127.0.0.1:0", KeyPairs: []string{bad.Name}}})
	if err := g.PublishKeyPair(t.Context(), bad); err != nil {
		t.Fatal(err) // nobody is there to refuse it
	}
	if err := g.Publish(t.Context(), fakePlan{version: "1"}, func() {}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var refused *RefusedError
	if err := g.Acknowledged(ctx); !errors.As(err, &refused) || refused.Resource != bad.Name {
		t.Errorf("error %v, want a refusal of %q", err, bad.Name)
	}
}

// A request whose certificate does not fit into headers is refused; it does not get past
// without one.
func TestLargeClientCertificate(t *testing.T) {
	t.Parallel()
	g := startTLS(t, ServerOptions{Options: Options{ClientCertificates: true}}, valid(t, "a.test"))
	backend := named(t, "backend")
	g.publish(fakePlan{version: "2", targets: []plan.Target{backend}, routes: []plan.Route{{Name: "a", Path: "/a", Cluster: backend.Cluster()}}})
	for size, want := range map[int]int{3_000: http.StatusOK, 20_000: http.StatusInternalServerError} {
		large := issue(t, strings.Repeat("x", size), ecKey(t, elliptic.P256()), time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
		g.on(func(headers map[string]string) *extprocv3.ProcessingResponse {
			if got, err := url.PathUnescape(headers[plan.HeaderCertificate]); err != nil || got != string(large.Certificate) {
				t.Errorf("a name of %d bytes: another certificate, %v", size, err)
			}
			return headersReply("x-seen", "1")
		}, nil)
		resp, err := client(t, &tls.Config{Certificates: []tls.Certificate{large.forClient(t)}}, false).Get("https://" + g.secure + "/a")
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil || resp.StatusCode != want {
			t.Errorf("a name of %d bytes: %s, %v; want %d", size, resp.Status, err, want)
		}
	}
}
