package credentials

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"strings"
	"sync"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/pfx"
)

// Certificate are the settings of authentication-certificate.
type Certificate struct {
	// Thumbprint of a certificate of the service.
	Thumbprint policies.Value[string] `attr:"thumbprint"`
	// CertificateID is the name of a certificate of the service.
	CertificateID policies.Value[string] `attr:"certificate-id"`
	// Body of a certificate: a byte[] with a PFX.
	Body policies.Value[[]byte] `attr:"body"`
	// Password of the body.
	Password policies.Value[string] `attr:"password"`
	// Element itself.
	Element *document.Element `element:""`
}

// A Chosen certificate is the one to be shown.
type Chosen struct {
	// Certificate is the same for all requests; nil where an expression says which.
	Certificate *policies.ClientCertificate
	// Find is what the expression says.
	Find func(ctx context.Context, x *exchange.Exchange) (*policies.ClientCertificate, error)
}

// Get returns the certificate for an exchange.
func (c *Chosen) Get(ctx context.Context, x *exchange.Exchange) (*policies.ClientCertificate, error) {
	if c.Find == nil {
		return c.Certificate, nil
	}
	return c.Find(ctx, x)
}

// Compile checks the settings and finds the certificate where they are literals. Of a body
// that an expression makes, it takes what it holds if own; otherwise only the service's
// certificate that it is.
func (cfg *Certificate) Compile(c *policies.Compiler, own bool) *Chosen {
	set := 0
	for _, is := range []bool{cfg.Thumbprint.Set(), cfg.CertificateID.Set(), cfg.Body.Set()} {
		if is {
			set++
		}
	}
	switch {
	case set != 1:
		c.Errorf(cfg.Element.Open, "<authentication-certificate> has one of certificate-id, thumbprint and body")
		return &Chosen{}
	case cfg.Body.Set():
		return cfg.body(c, own)
	case cfg.Password.Set():
		c.Errorf(cfg.Password.Range, "a password is for a body")
	}
	value, ref := &cfg.CertificateID, func(s string) policies.CertificateRef { return policies.CertificateRef{ID: s} }
	if cfg.Thumbprint.Set() {
		value, ref = &cfg.Thumbprint, func(s string) policies.CertificateRef { return policies.CertificateRef{Thumbprint: s} }
	}
	if name, ok := value.Constant(); ok {
		return &Chosen{Certificate: c.Certificate(value.Range, ref(name))}
	}
	resolve := c.ResolveCertificate()
	return &Chosen{Find: func(ctx context.Context, x *exchange.Exchange) (*policies.ClientCertificate, error) {
		name, err := value.Get(ctx, x)
		if err != nil {
			return nil, err
		}
		made, err := resolve(ref(name))
		if err != nil {
			return nil, notFound("The certificate that the expression names cannot be shown: "+err.Error()+".", err)
		}
		return made, nil
	}}
}

func notFound(message string, cause error) error {
	return &policies.Error{Reason: "CertificateNotFound", Message: message, Cause: cause}
}

// body finds the certificate in a PFX.
func (cfg *Certificate) body(c *policies.Compiler, own bool) *Chosen {
	if data, constant := cfg.sameForAll(); constant {
		if password, known := cfg.Password.Constant(); known {
			return &Chosen{Certificate: keep(c, cfg.Body.Range, data, password)}
		}
	}
	find := ofService(c.ResolveCertificate())
	if own {
		find = held
	}
	return &Chosen{Find: func(ctx context.Context, x *exchange.Exchange) (*policies.ClientCertificate, error) {
		data, err := cfg.Body.Get(ctx, x)
		if err != nil {
			return nil, err
		}
		password, err := cfg.Password.Get(ctx, x)
		if err != nil {
			return nil, err
		}
		made, err := decode(data, password)
		if err != nil {
			return nil, notFound("The body is no certificate that can be shown: "+err.Error()+".", err)
		}
		return find(made)
	}}
}

// sameForAll is the body if it is the same for all requests: a constant, or an expression that
// does not look at the request, such as Convert.FromBase64String("{{pfx}}").
func (cfg *Certificate) sameForAll() ([]byte, bool) {
	if data, constant := cfg.Body.Constant(); constant {
		return data, true
	}
	at := cfg.Body.Range
	if at.IsZero() || strings.Contains(at.Text(), "context") {
		return nil, false
	}
	data, err := cfg.Body.Get(context.Background(), exchange.New(nil, &exchange.Request{}))
	return data, err == nil
}

func keep(c *policies.Compiler, at diag.Range, data []byte, password string) *policies.ClientCertificate {
	made, err := pfx.Decode(data, password)
	if err != nil {
		c.Errorf(at, "the body is not a PFX that can be used: %v", err)
		return nil
	}
	return c.KeepCertificate(at, made)
}

// ofService finds the service's certificate that a decoded one is.
func ofService(resolve func(policies.CertificateRef) (*policies.ClientCertificate, error)) func(*pfx.Certificate) (*policies.ClientCertificate, error) {
	return func(own *pfx.Certificate) (*policies.ClientCertificate, error) {
		made, err := resolve(policies.CertificateRef{Thumbprint: own.Thumbprint()})
		if err != nil {
			return nil, notFound("A certificate that an expression makes can be shown to backends only if it is one of the service's: "+err.Error()+".", err)
		}
		return made, nil
	}
}

// held takes a certificate as it is, with its own key.
func held(own *pfx.Certificate) (*policies.ClientCertificate, error) {
	pair, err := tls.X509KeyPair([]byte(own.Chain), []byte(own.Key))
	if err != nil {
		return nil, notFound("The body has no key.", err)
	}
	return &policies.ClientCertificate{Pair: &pair}, nil
}

// decoded remembers the last bodies: what makes keys of passwords is slow on purpose.
var decoded struct {
	sync.Mutex
	made map[[sha256.Size]byte]*pfx.Certificate
}

// mostDecoded is how many bodies are remembered.
const mostDecoded = 256

// decode reads a PFX, or a certificate alone.
func decode(data []byte, password string) (*pfx.Certificate, error) {
	if len(data) == 0 {
		return nil, errors.New("it is empty")
	}
	key := sha256.Sum256(append([]byte(password+"\x00"), data...))
	decoded.Lock()
	made := decoded.made[key]
	decoded.Unlock()
	if made != nil {
		return made, nil
	}
	made, err := pfx.Decode(data, password)
	if err != nil {
		alone, other := pfx.ParsePEM(string(data), "")
		if other != nil {
			return nil, err
		}
		made = alone
	}
	decoded.Lock()
	defer decoded.Unlock()
	if decoded.made == nil || len(decoded.made) >= mostDecoded {
		decoded.made = map[[sha256.Size]byte]*pfx.Certificate{}
	}
	decoded.made[key] = made
	return made, nil
}
