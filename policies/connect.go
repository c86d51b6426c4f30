package policies

import (
	"crypto/tls"
	"errors"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/pfx"
)

// A CertificateRef names a certificate of the service: by its id or, if that is empty, by
// its thumbprint.
type CertificateRef struct{ ID, Thumbprint string }

// A ClientCertificate is a certificate with its key, to be shown to servers.
type ClientCertificate struct {
	// Name is what the driver calls it, for exchange.Connection.
	Name string
	// Pair is what callout.WithCertificate takes.
	Pair *tls.Certificate
}

// A ProxyRef is an HTTP proxy that a policy names: its URL, and what it is told.
type ProxyRef struct{ URL, Username, Password string }

// AnyProxy is what drivers call a proxy that is known only with the request:
// exchange.Connection says where it is.
const AnyProxy = "any"

// A Connector finds what backends are connected to with.
type Connector interface {
	// Certificate finds one of the service's that can be shown. It is called when documents
	// are compiled and for requests, by any number of them at once.
	Certificate(CertificateRef) (*ClientCertificate, error)
	// KeepCertificate makes one that a policy holds itself usable. It is called when
	// documents are compiled.
	KeepCertificate(*pfx.Certificate) (*ClientCertificate, error)
	// KeepProxy makes a proxy usable, and returns what the driver calls it. It is called when
	// documents are compiled.
	KeepProxy(ProxyRef) (string, error)
}

// noConnector is the connector where there is none.
type noConnector struct{}

// Certificate finds none.
func (noConnector) Certificate(CertificateRef) (*ClientCertificate, error) {
	return nil, errors.New("there are no certificates")
}

// KeepCertificate takes none.
func (noConnector) KeepCertificate(*pfx.Certificate) (*ClientCertificate, error) {
	return nil, errors.New("certificates cannot be shown here")
}

// KeepProxy takes none.
func (noConnector) KeepProxy(ProxyRef) (string, error) {
	return "", errors.New("there are no proxies here")
}

// Certificate finds the certificate that a literal names. It reports what is wrong with the
// reference and returns nil then.
func (c *Compiler) Certificate(r diag.Range, ref CertificateRef) *ClientCertificate {
	made, err := c.engine.connector.Certificate(ref)
	if err != nil {
		c.report(r, UnknownCertificate, "", "%s", err)
	}
	return made
}

// KeepCertificate makes a certificate usable that the policy holds itself. It reports what is
// wrong with it and returns nil then.
func (c *Compiler) KeepCertificate(r diag.Range, own *pfx.Certificate) *ClientCertificate {
	made, err := c.engine.connector.KeepCertificate(own)
	if err != nil {
		c.report(r, UnknownCertificate, "", "%s", err)
	}
	return made
}

// ResolveCertificate finds a certificate while a program runs, for a reference that an
// expression made.
func (c *Compiler) ResolveCertificate() func(CertificateRef) (*ClientCertificate, error) {
	return c.engine.connector.Certificate
}

// ShowsCertificate notes that the current policy shows a certificate to backends.
func (c *Compiler) ShowsCertificate(made *ClientCertificate) {
	if made != nil {
		c.needs.Certificates = append(c.needs.Certificates, made.Name)
	}
}

// ShowsAnyCertificate notes that the current policy shows backends one of the service's
// certificates, whichever an expression says.
func (c *Compiler) ShowsAnyCertificate() { c.needs.DynamicCertificate = true }

// Proxy makes a proxy usable that the current policy sends requests through, and returns what
// the driver calls it. It reports what is wrong with the reference and returns "" then.
func (c *Compiler) Proxy(r diag.Range, ref ProxyRef) string {
	name, err := c.engine.connector.KeepProxy(ref)
	if err != nil {
		c.report(r, InvalidSettings, "", "%s", err)
		return ""
	}
	c.needs.Proxies = append(c.needs.Proxies, name)
	return name
}

// AnyProxy notes that the current policy sends requests through a proxy that an expression
// names.
func (c *Compiler) AnyProxy() { c.needs.Proxies = append(c.needs.Proxies, AnyProxy) }
