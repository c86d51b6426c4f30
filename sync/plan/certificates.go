package plan

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/pfx"
	"github.com/apimgw/apimgw/sync/catalog"
)

// A Certificate is shown to a target that asks for one, or to clients. The zero value is none.
type Certificate struct {
	// Name is a hash of the rest: another certificate has another name.
	Name string
	// Chain and Key are in PEM.
	Chain string
	Key   catalog.Secret
}

// certificates are those of the service. They live as long as the engine whose programs ask.
type certificates struct {
	byID         map[string]*certificate // by lower-case id
	byThumbprint map[string]*certificate
	byName       map[string]Certificate // all that targets may name
}

// A certificate of the catalog: one that can be shown, or why it cannot.
type certificate struct {
	shown   Certificate
	pair    *tls.Certificate
	problem error
}

func newCertificates(c *catalog.Catalog) *certificates {
	out := &certificates{byID: map[string]*certificate{}, byThumbprint: map[string]*certificate{}, byName: map[string]Certificate{}}
	for _, source := range c.Certificates {
		made := newCertificate(source.ID, source.PEM, source.Key)
		out.byID[strings.ToLower(source.ID)] = made
		out.byThumbprint[source.Thumbprint] = made
		out.note(made)
	}
	return out
}

func newCertificate(id, chain string, key catalog.Secret) *certificate {
	if key == "" {
		return &certificate{problem: fmt.Errorf("the certificate %q has no key, so that it cannot be shown", id)}
	}
	pair, err := tls.X509KeyPair([]byte(chain), []byte(key.Reveal()))
	if err == nil {
		err = shortKey(&pair)
	}
	if err != nil {
		return &certificate{problem: fmt.Errorf("the certificate %q cannot be shown: %w", id, err)}
	}
	return &certificate{shown: Certificate{Name: shortHash(chain, key.Reveal()), Chain: chain, Key: key}, pair: &pair}
}

// shortKey finds keys that Envoy does not take.
func shortKey(pair *tls.Certificate) error {
	switch key := pair.Leaf.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < 2048 {
			return fmt.Errorf("its RSA key has %d bits; envoy takes 2048 and more", key.N.BitLen())
		}
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P224() {
			return errors.New("its key is on the curve P-224; envoy takes P-256, P-384 and P-521")
		}
	}
	return nil
}

// shortHash names what it is made of.
func shortHash(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:6])
}

func (c *certificates) note(made *certificate) {
	if made.problem == nil {
		c.byName[made.shown.Name] = made.shown
	}
}

// find a certificate that can be shown.
func (c *certificates) find(ref policies.CertificateRef) (*certificate, error) {
	made := c.byID[strings.ToLower(ref.ID)]
	if ref.ID == "" {
		made = c.byThumbprint[pfx.NormalThumbprint(ref.Thumbprint)]
	}
	switch {
	case made == nil && ref.ID == "":
		return nil, fmt.Errorf("there is no certificate with the thumbprint %q", ref.Thumbprint)
	case made == nil:
		return nil, fmt.Errorf("there is no certificate %q", ref.ID)
	}
	return made, made.problem
}

// resolve is what policies ask for certificates.
func (c *certificates) resolve(ref policies.CertificateRef) (*policies.ClientCertificate, error) {
	made, err := c.find(ref)
	if err != nil {
		return nil, err
	}
	return &policies.ClientCertificate{Name: made.shown.Name, Pair: made.pair}, nil
}

// keep is what policies ask to show a certificate that their text holds itself. It is called
// while documents are compiled.
func (c *certificates) keep(own *pfx.Certificate) (*policies.ClientCertificate, error) {
	made := newCertificate(own.Leaf.Subject.String(), own.Chain, catalog.Secret(own.Key))
	if made.problem != nil {
		return nil, made.problem
	}
	c.note(made)
	return &policies.ClientCertificate{Name: made.shown.Name, Pair: made.pair}, nil
}

// deploymentCertificates are context.Deployment.Certificates: by id and by thumbprint.
func deploymentCertificates(c *catalog.Catalog) map[string]exchange.Certificate {
	out := make(map[string]exchange.Certificate, 2*len(c.Certificates))
	for _, source := range c.Certificates {
		out[source.Thumbprint] = exchange.Certificate{CertificatePEM: source.PEM, KeyPEM: source.Key.Reveal()}
	}
	for _, source := range c.Certificates { // an id that looks like a thumbprint wins
		out[source.ID] = exchange.Certificate{CertificatePEM: source.PEM, KeyPEM: source.Key.Reveal()}
	}
	return out
}

// A Hostname is a name that clients ask for in TLS, with the certificate that they get.
type Hostname struct {
	Name string
	// Certificate is the zero value where the gateway's own settings say which.
	Certificate Certificate
	// Negotiate asks clients for a certificate.
	Negotiate bool
	// HTTP1Only keeps HTTP/2 from them.
	HTTP1Only bool
}

// hostnames are those of the catalog. One whose certificate cannot be shown is reported and
// gets that of unknown names. As at API Management, one that negotiates client certificates
// makes all do so.
func (b *builder) hostnames() {
	negotiate := false
	for _, source := range b.catalog.Hostnames {
		negotiate = negotiate || source.NegotiateClientCertificate
	}
	for _, source := range b.catalog.Hostnames {
		h := Hostname{Name: source.Name, Negotiate: negotiate, HTTP1Only: source.HTTP1Only}
		if source.Certificate != "" {
			made, err := b.backends.certificates.find(policies.CertificateRef{ID: source.Certificate})
			if err != nil {
				b.errorf("", CodeReference, "the host name %q: %v", source.Name, err)
				continue
			}
			h.Certificate = made.shown
		}
		b.plan.hostnames = append(b.plan.hostnames, h)
	}
}
