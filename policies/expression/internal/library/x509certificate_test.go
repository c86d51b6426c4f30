package library

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

func TestCertificatesOfTheService(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "signer"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	good := exchange.Certificate{
		CertificatePEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		KeyPEM:         string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})),
	}
	all := (*Certificates)(&exchange.Deployment{Certificates: map[string]exchange.Certificate{"signer": good, "ABCD": good, "broken": {CertificatePEM: "x"}}})
	v, ok := all.Get("signer")
	c, isCertificate := v.(*clr.Certificate)
	if !ok || !isCertificate || c.Subject() != "CN=signer" || c.RSAPrivateKey() == nil {
		t.Fatalf("got %v, %t", v, ok)
	}
	if same, _ := all.Get("abcd"); same != v {
		t.Error("a thumbprint is found whatever its case, and a certificate is read once")
	}
	if _, ok := all.Get("broken"); ok {
		t.Error("a certificate that cannot be read was found")
	}
	var names []string
	for name := range all.Entries() {
		names = append(names, name.(string))
	}
	if len(names) != 2 || names[0] != "ABCD" || all.Len() != 3 {
		t.Errorf("names are %q", names)
	}
	client, err := clientCertificate(&exchange.Request{CertificatePEM: good.CertificatePEM})
	if err != nil || client.HasPrivateKey() || !client.Equals(c) {
		t.Errorf("client's certificate: %v, %v", client, err)
	}
	if again, err := clientCertificate(&exchange.Request{CertificatePEM: good.CertificatePEM}); again != client || err != nil {
		t.Error("the client's certificate is read again")
	}
	call := Call{testRun(), &Site{}}
	if trusted, err := verifyCertificate(call, c); trusted || err != nil {
		t.Errorf("a self-signed certificate is trusted: %t, %v", trusted, err)
	}
}
