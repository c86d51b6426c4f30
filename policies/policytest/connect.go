package policytest

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/pfx"
	"github.com/apimgw/apimgw/sync/catalog"
)

// connector has the case's certificates, and takes every proxy.
type connector struct{ c *Context }

var _ policies.Connector = connector{}

// Certificate finds a certificate of the case. All of them are the same one.
func (k connector) Certificate(ref policies.CertificateRef) (*policies.ClientCertificate, error) {
	for _, id := range k.c.Certificates {
		if strings.EqualFold(id, ref.ID) || ref.ID == "" && pfx.NormalThumbprint(ref.Thumbprint) == certificatePEM().Thumbprint() {
			pair := certificate()
			return &policies.ClientCertificate{Name: id, Pair: &pair}, nil
		}
	}
	if ref.ID == "" {
		return nil, fmt.Errorf("there is no certificate with the thumbprint %q", ref.Thumbprint)
	}
	return nil, fmt.Errorf("there is no certificate %q", ref.ID)
}

// KeepCertificate takes any.
func (k connector) KeepCertificate(own *pfx.Certificate) (*policies.ClientCertificate, error) {
	pair, err := tls.X509KeyPair([]byte(own.Chain), []byte(own.Key))
	return &policies.ClientCertificate{Name: own.Thumbprint(), Pair: &pair}, err
}

// KeepProxy takes any.
func (k connector) KeepProxy(policies.ProxyRef) (string, error) { return "proxy", nil }

// certificatePEM is the certificate of all callees in PEM, with its key.
func certificatePEM() *pfx.Certificate {
	pair := certificate()
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		panic(err) // it is of a known kind
	}
	inPEM := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	made, err := pfx.ParsePEM(inPEM("CERTIFICATE", pair.Certificate[0]), inPEM("PRIVATE KEY", key))
	if err != nil {
		panic(err) // it was made just now
	}
	return made
}

// deployment are the case's certificates as expressions see them.
func (c *Context) deployment() map[string]exchange.Certificate {
	out := map[string]exchange.Certificate{}
	for _, id := range c.Certificates {
		made := certificatePEM()
		out[id] = exchange.Certificate{CertificatePEM: made.Chain, KeyPEM: made.Key}
	}
	return out
}

func (c *Context) catalogCertificates() []*catalog.Certificate {
	var out []*catalog.Certificate
	for _, id := range c.Certificates {
		made := certificatePEM()
		out = append(out, &catalog.Certificate{ID: id, Thumbprint: made.Thumbprint(), PEM: made.Chain, Key: catalog.Secret(made.Key)})
	}
	return out
}

// byProxy makes a request without TLS the one that a proxy gets.
func (a *attempt) byProxy(by exchange.Connection) {
	if by.Proxy == "" || a.url.Scheme != "http" {
		return
	}
	a.absolute = true
	if by.ProxyAuthorization != "" {
		h := exchange.NewHeaders(a.headers)
		h.Set("proxy-authorization", by.ProxyAuthorization)
		a.headers = h.Fields()
	}
}
