package callout_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/callout"
)

func pairOf(t *testing.T, name string) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// A connection on which a certificate was shown serves only calls that show it.
func TestCertificates(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := "nobody"
		if len(r.TLS.PeerCertificates) > 0 {
			name = r.TLS.PeerCertificates[0].Subject.CommonName
		}
		_, _ = io.WriteString(w, name+" "+r.RemoteAddr) // the client is ours
	}))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	c := client(t, callout.Options{Roots: roots})
	ann, bob := pairOf(t, "ann"), pairOf(t, "bob")
	seen := map[string]string{} // connection by name
	for _, pair := range []*tls.Certificate{nil, ann, bob, ann, nil, bob} {
		want, ctx := "nobody", t.Context()
		switch pair {
		case ann:
			want = "ann"
		case bob:
			want = "bob"
		}
		if pair != nil {
			ctx = callout.WithCertificate(ctx, pair)
		}
		_, body, err := get(ctx, t, c, s.URL)
		name, connection, _ := strings.Cut(body, " ")
		if err != nil || name != want {
			t.Fatalf("%q, %v, want %s", body, err, want)
		}
		if seen[name] == "" {
			seen[name] = connection
		}
		if seen[name] != connection {
			t.Errorf("%s has another connection", name)
		}
	}
	if seen["ann"] == seen["bob"] || seen["ann"] == seen["nobody"] {
		t.Errorf("connections are shared: %v", seen)
	}
}

// A proxy that does not like the credentials says what it asks for.
func TestProxiesThatRefuse(t *testing.T) {
	t.Parallel()
	for challenge, want := range map[string]string{
		"NTLM":              "the proxy asks for authentication by NTLM; only Basic is built",
		`Basic realm="x"`:   "the proxy refuses the credentials, or asks for some",
		"":                  "the proxy refuses the credentials, or asks for some",
		`Digest realm="x,"`: "the proxy asks for authentication by Digest; only Basic is built",
	} {
		p := server(t, func(w http.ResponseWriter, _ *http.Request) {
			if challenge != "" {
				w.Header().Set("Proxy-Authenticate", challenge)
			}
			w.WriteHeader(http.StatusProxyAuthRequired)
		})
		to, err := url.Parse(p.URL)
		if err != nil {
			t.Fatal(err)
		}
		c := client(t, callout.Options{})
		for _, target := range []string{"http://a.test/", "https://a.test/"} {
			_, _, err := get(callout.WithProxy(t.Context(), to), t, c, target)
			var refusal *callout.ProxyAuthenticationError
			if !errors.As(err, &refusal) || refusal.Error() != want {
				t.Errorf("%s by %q: %v, want %s", target, challenge, err, want)
			}
		}
	}
}

func TestParseProxy(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		" http://egress.test:3128 ": "http://egress.test:3128", "http://egress.test/": "http://egress.test", "http://[::1]:80": "http://[::1]:80",
		"http://egress.test:0": "", "http://egress.test:65536": "", "https://egress.test": "", "egress.test:80": "", "http://egress.test/x": "", "http://:80": "", "": "",
	} {
		got := ""
		if u, err := callout.ParseProxy(text); err == nil {
			got = u.String()
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
