package clr

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"testing"
	"time"
)

func selfSigned(t *testing.T) (certificate, key []byte) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0xABCD),
		Subject:      pkix.Name{Country: []string{"SE"}, Organization: []string{"Orders, Inc"}, CommonName: "api.example.com"},
		NotBefore:    time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC),
		NotAfter:     time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC),
		DNSNames:     []string{"api.example.com"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
}

func TestCertificate(t *testing.T) {
	t.Parallel()
	certificate, key := selfSigned(t)
	c, err := ParseCertificate(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Subject(), `CN=api.example.com, O="Orders, Inc", C=SE`; got != want || c.Issuer() != want {
		t.Errorf("subject is %s, want %s", got, want)
	}
	if got := c.SerialNumber(); got != "00ABCD" {
		t.Errorf("serial number is %s", got)
	}
	if got := c.NotBefore(); got.String() != "01/02/2020 03:04:05" || got.Kind() != KindLocal {
		t.Errorf("valid from %v", got)
	}
	if len(c.Thumbprint()) != 40 || len(c.Hash()) != 20 || c.Version() != 3 || len(c.PublicKey()) == 0 {
		t.Errorf("thumbprint %s, version %d", c.Thumbprint(), c.Version())
	}
	if got := c.NameInfo(DNSName, false); got != "api.example.com" || c.NameInfo(EmailName, false) != "" {
		t.Errorf("DNS name is %s", got)
	}
	signature, err := c.RSAPrivateKey().SignData([]byte("x"), SHA256, false)
	if err != nil || !c.RSAPublicKey().VerifyData([]byte("x"), signature, SHA256, false) {
		t.Errorf("signature: %v", err)
	}
	if c.Verify(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Error("nobody vouches for a self-signed certificate")
	}
	bare, err := ParseCertificate(c.Raw(), nil)
	if err != nil || bare.HasPrivateKey() || bare.RSAPrivateKey() != nil || !bare.Equals(c) {
		t.Errorf("without a key: %+v, %v", bare, err)
	}
	if r, err := ImportRSA(string(key)); err != nil || r.KeySize() != 2048 {
		t.Errorf("imported %v, %v", r, err)
	}
	for _, bad := range [][]byte{nil, []byte("x"), key} {
		if _, err := ParseCertificate(bad, nil); AsException(err) == nil {
			t.Errorf("%.20s was read as a certificate: %v", bad, err)
		}
	}
	if _, err := ParseCertificate(certificate, []byte("x")); AsException(err) == nil {
		t.Errorf("a broken key was read: %v", err)
	}
}

func TestRoundsInsideOfAFile(t *testing.T) {
	t.Parallel()
	type derivation struct {
		Salt   []byte
		Rounds int
	}
	for rounds, want := range map[int]bool{2048: true, maxIterations: true, maxIterations + 1: false} {
		inner, err := asn1.Marshal([]derivation{{[]byte("salt"), rounds}})
		if err != nil {
			t.Fatal(err)
		}
		outer, err := asn1.Marshal(struct{ Safe []byte }{inner})
		if err != nil {
			t.Fatal(err)
		}
		if got := fewIterations(outer, 0); got != want {
			t.Errorf("%d rounds: %v", rounds, got)
		}
	}
	nested := []byte("x")
	for range maxDepth + 2 {
		var err error
		if nested, err = asn1.Marshal(nested); err != nil {
			t.Fatal(err)
		}
	}
	if fewIterations(nested, 0) {
		t.Error("octet strings may be nested without end")
	}
}
