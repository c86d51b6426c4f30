package pfx_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/apimgw/apimgw/policies/pfx"
)

func issue(t *testing.T, name string, by *x509.Certificate, key crypto.Signer) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: by == nil, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	if by == nil {
		by, key = template, own
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by, own.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c, own
}

func keyPEM(t *testing.T, key *ecdsa.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func certificatePEM(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

func TestDecode(t *testing.T) {
	t.Parallel()
	root, rootKey := issue(t, "root", nil, nil)
	leaf, key := issue(t, "leaf", root, rootKey)
	for name, encoder := range map[string]*pkcs12.Encoder{"modern": pkcs12.Modern2023, "legacy": pkcs12.LegacyDES, "no password": pkcs12.Passwordless} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			password := "hush"
			if name == "no password" {
				password = ""
			}
			data, err := encoder.Encode(key, leaf, []*x509.Certificate{root}, password)
			if err != nil {
				t.Fatal(err)
			}
			c, err := pfx.Decode(data, password)
			if err != nil || c.Chain != certificatePEM(leaf) || c.Key != keyPEM(t, key) || !c.Leaf.Equal(leaf) {
				t.Errorf("%+v, %v", c, err)
			}
			if _, err := pfx.Decode(data, "another"); password != "" && !errors.Is(err, pfx.ErrPassword) {
				t.Errorf("another password: %v", err)
			}
		})
	}
	if _, err := pfx.Decode([]byte("nonsense"), ""); err == nil || !strings.Contains(err.Error(), "no PKCS#12 file") {
		t.Errorf("nonsense: %v", err)
	}
}

func TestParsePEM(t *testing.T) {
	t.Parallel()
	root, rootKey := issue(t, "root", nil, nil)
	leaf, key := issue(t, "leaf", root, rootKey)
	both := certificatePEM(leaf) + certificatePEM(root)
	for name, c := range map[string]struct{ chain, key, problem string }{
		"chain and key": {both, keyPEM(t, key), ""},
		"one file":      {keyPEM(t, key) + both, keyPEM(t, key) + both, ""},
		"no key":        {both, "", ""},
		"DER":           {string(leaf.Raw), "", ""},
		"another key":   {both, keyPEM(t, rootKey), "does not fit"},
		"encrypted":     {both, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "is encrypted"},
		"no key there":  {both, both, "no key in PEM"},
		"nothing":       {"text", "", "no certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := pfx.ParsePEM(c.chain, c.key)
			switch {
			case c.problem != "":
				if err == nil || !strings.Contains(err.Error(), c.problem) {
					t.Errorf("%v, want %q", err, c.problem)
				}
			case err != nil || !got.Leaf.Equal(leaf) || (got.Key == "") != (c.key == "") || len(got.Thumbprint()) != 40:
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestNormalThumbprint(t *testing.T) {
	t.Parallel()
	if got := pfx.NormalThumbprint("\u200eab cd:ef-01"); got != "ABCDEF01" {
		t.Errorf("got %q", got)
	}
}
