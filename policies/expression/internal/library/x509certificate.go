package library

import (
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

const x509Namespace = cryptography + "X509Certificates."

// x509Classes are certificates and what belongs to them.
func x509Classes() []func() *Class {
	return []func() *Class{
		certificateBaseClass, certificateClass, distinguishedNameClass, oidClass, publicKeyClass, x509NameTypeEnum, x509ContentTypeEnum,
		rsaCertificateExtensionsClass, certificateExtensionsClass,
	}
}

type certificate = *clr.Certificate

func certificateBaseClass() *Class {
	text := func(f func(certificate) string) Code { return F1(f) }
	return &Class{
		Name: x509Namespace + "X509Certificate", Abstract: true, Bases: "IDisposable", Doc: "A certificate.",
		Members: []Member{
			M("string Subject { get; }", "The name of whom the certificate is for.", text(certificate.Subject)),
			M("string Issuer { get; }", "The name of who issued it.", text(certificate.Issuer)),
			M("byte[] GetCertHash()", "The SHA-1 hash of the certificate.", F1(certificate.Hash)),
			M("string GetCertHashString()", "The SHA-1 hash of the certificate, in hexadecimal.", text(certificate.Thumbprint)),
			M("byte[] GetRawCertData()", "The certificate in DER.", F1(certificate.Raw)),
			M("string GetRawCertDataString()", "The certificate in DER, in hexadecimal.", text(func(c certificate) string { return hexText(c.Raw()) })),
			M("byte[] GetPublicKey()", "The public key.", F1(certificate.PublicKey)),
			M("string GetPublicKeyString()", "The public key, in hexadecimal.", text(func(c certificate) string { return hexText(c.PublicKey()) })),
			M("byte[] GetSerialNumber()", "The serial number, the last byte first.", F1(certificate.Serial)),
			M("string GetSerialNumberString()", "The serial number, in hexadecimal.", text(certificate.SerialNumber)),
			M("string GetEffectiveDateString()", "When it becomes valid.", text(func(c certificate) string { return c.NotBefore().String() })),
			M("string GetExpirationDateString()", "When it ends to be valid.", text(func(c certificate) string { return c.NotAfter().String() })),
			M("string GetKeyAlgorithm()", "The identifier of the key's algorithm.", text(certificate.KeyAlgorithm)),
			M("string GetFormat()", "X509.", text(func(certificate) string { return "X509" })),
			M("byte[] Export(X509ContentType contentType)", "The certificate in DER.", E2(exportCertificate)),
			M("byte[] Export(X509ContentType contentType, string password)", "The certificate in DER, which has no use for a password.", E3(func(c certificate, kind contentType, _ NullString) ([]byte, error) {
				return exportCertificate(c, kind)
			})),
			M("bool Equals(X509Certificate other)", "Whether both are the same certificate.", F2(func(c, other certificate) bool { return other != nil && c.Equals(other) })),
			M("bool Equals(object obj)", "Whether both are the same certificate.", F2(func(c certificate, other any) bool { return c.Equals(other) })),
			M("int GetHashCode()", "A number that is equal for equal certificates.", F1(func(c certificate) int32 { return clr.HashText(c.Thumbprint()) })),
			M("string ToString()", "What the certificate tells.", F1(certificate.ToString)),
			M("void Dispose()", "Does nothing here.", F1(func(certificate) Void { return Void{} })),
		},
	}
}

func hexText(data []byte) string {
	const digits = "0123456789ABCDEF"
	out := make([]byte, 0, 2*len(data))
	for _, b := range data {
		out = append(out, digits[b>>4], digits[b&15])
	}
	return string(out)
}

func certificateClass() *Class {
	return &Class{
		Name: x509Namespace + "X509Certificate2", Go: TypeFor[certificate](), Bases: "X509Certificate", Doc: "A certificate, perhaps with its private key.",
		Members: []Member{
			M("X509Certificate2(byte[] rawData)", "The certificate in PEM or DER.", E1(readCertificate), `new X509Certificate2(new byte[1]) => CryptographicException: Cannot find the requested object.`),
			M("X509Certificate2(byte[] rawData, string password)", "The certificate in PEM or DER, which have no use for a password.", E2(func(data []byte, _ NullString) (certificate, error) {
				return readCertificate(data)
			}), `new X509Certificate2(new byte[1], null) => CryptographicException: Cannot find the requested object.`),
			M("string Thumbprint { get; }", "The SHA-1 hash of the certificate, in hexadecimal.", F1(certificate.Thumbprint)),
			M("string SerialNumber { get; }", "The serial number, in hexadecimal.", F1(certificate.SerialNumber)),
			M("DateTime NotBefore { get; }", "When it becomes valid, in local time.", F1(certificate.NotBefore)),
			M("DateTime NotAfter { get; }", "When it ends to be valid, in local time.", F1(certificate.NotAfter)),
			M("string FriendlyName { get; }", "Nothing.", F1(func(certificate) string { return "" })),
			M("int Version { get; }", "The version of the format.", F1(certificate.Version)),
			M("bool HasPrivateKey { get; }", "Whether the private key is there.", F1(certificate.HasPrivateKey)),
			M("byte[] RawData { get; }", "The certificate in DER.", F1(certificate.Raw)),
			M("X500DistinguishedName SubjectName { get; }", "The name of whom the certificate is for.", F1(func(c certificate) *distinguished { return &distinguished{c.Subject()} })),
			M("X500DistinguishedName IssuerName { get; }", "The name of who issued it.", F1(func(c certificate) *distinguished { return &distinguished{c.Issuer()} })),
			M("PublicKey PublicKey { get; }", "The public key.", F1(func(c certificate) *publicKey { return &publicKey{c} })),
			M("string GetNameInfo(X509NameType nameType, bool forIssuer)", "A part of the subject's or the issuer's name.", F3(certificate.NameInfo)),
			M("bool Verify()", "Whether the roots of the system vouch for the certificate.", C1(verifyCertificate)),
		},
	}
}

func exportCertificate(c certificate, kind contentType) ([]byte, error) {
	if kind != contentCert {
		return nil, clr.CryptographicError("Invalid content type.")
	}
	return c.Raw(), nil
}

func readCertificate(data []byte) (certificate, error) {
	if data == nil {
		return nil, clr.ArgumentError("Array may not be empty or null.", "data")
	}
	return clr.ParseCertificate(data, nil)
}

func verifyCertificate(c Call, cert certificate) (bool, error) {
	if cert == nil {
		return false, clr.NullReferenceError()
	}
	return cert.Verify(c.clock()), nil
}

// contentType stands for X509ContentType.
type contentType int32

const contentCert contentType = 1

func x509ContentTypeEnum() *Class {
	return &Class{
		Name: x509Namespace + "X509ContentType", Kind: types.Enum, Doc: "A format of certificates.",
		Values: "Unknown Cert SerializedCert Pfx SerializedStore Pkcs7 Authenticode Pkcs12=3",
	}
}

func x509NameTypeEnum() *Class {
	return &Class{
		Name: x509Namespace + "X509NameType", Kind: types.Enum, Doc: "A part of a name.",
		Values: "SimpleName EmailName UpnName DnsName DnsFromAlternativeName UrlName",
	}
}

// A distinguished name of X.500.
type distinguished struct{ name string }

// TypeName is the class.
func (*distinguished) TypeName() string { return x509Namespace + "X500DistinguishedName" }

// ToString is the class's name.
func (d *distinguished) ToString() string { return d.TypeName() }

func distinguishedNameClass() *Class {
	return &Class{
		Name: x509Namespace + "X500DistinguishedName", Go: TypeFor[*distinguished](), Abstract: true, Access: AllowSome, Doc: "A name in a certificate.",
		Members: []Member{M("string Name { get; }", "The name as text.", F1(func(d *distinguished) string { return d.name })).Allowed()},
	}
}

// An oid is an object identifier.
type oid struct{ value string }

// TypeName is the class.
func (*oid) TypeName() string { return cryptography + "Oid" }

// ToString is the class's name.
func (o *oid) ToString() string { return o.TypeName() }

func oidClass() *Class {
	return &Class{
		Name: cryptography + "Oid", Go: TypeFor[*oid](), Doc: "An object identifier.",
		Members: []Member{
			M("Oid(string oid)", "The identifier in numbers with dots.", F1(func(value NullString) *oid { return &oid{value.Text} })),
			M("string Value { get; }", "The identifier in numbers with dots.", F1(func(o *oid) string { return o.value }), `new Oid("1.2.3").Value => "1.2.3"`),
			M("string FriendlyName { get; }", "The name of what is identified, or null.", F1(func(o *oid) NullString {
				switch o.value {
				case "1.2.840.113549.1.1.1":
					return Some("RSA")
				case "1.2.840.10045.2.1":
					return Some("ECC")
				}
				return NullString{}
			}), `new Oid("1.2.840.113549.1.1.1").FriendlyName => "RSA"`),
		},
	}
}

// A publicKey is a certificate's key.
type publicKey struct{ of certificate }

// TypeName is the class.
func (*publicKey) TypeName() string { return x509Namespace + "PublicKey" }

// ToString is the class's name.
func (p *publicKey) ToString() string { return p.TypeName() }

func publicKeyClass() *Class {
	return &Class{
		Name: x509Namespace + "PublicKey", Go: TypeFor[*publicKey](), Abstract: true, Doc: "A certificate's public key.",
		Members: []Member{
			M("Oid Oid { get; }", "The algorithm of the key.", F1(func(p *publicKey) *oid { return &oid{p.of.KeyAlgorithm()} })),
			M("RSA GetRSAPublicKey()", "The key for RSA, or null.", F1(func(p *publicKey) *clr.RSA { return p.of.RSAPublicKey() })),
		},
	}
}

func rsaCertificateExtensionsClass() *Class {
	key := func(f func(certificate) *clr.RSA) Code {
		return E1(func(c certificate) (*clr.RSA, error) {
			if c == nil {
				return nil, NullArgument("certificate")
			}
			return f(c), nil
		})
	}
	return &Class{
		Name: x509Namespace + "RSACertificateExtensions", Static: true, Doc: "RSA keys of certificates.",
		Members: []Member{
			M("static RSA GetRSAPublicKey(this X509Certificate2 certificate)", "The public key, null when it is no RSA key.", key(certificate.RSAPublicKey)),
			M("static RSA GetRSAPrivateKey(this X509Certificate2 certificate)", "The private key, null when there is none or it is no RSA key.", key(certificate.RSAPrivateKey)),
		},
	}
}

func certificateExtensionsClass() *Class {
	return &Class{
		Name: "CertificateExtensions", Static: true, Doc: "Checks of certificates.",
		Members: []Member{
			M("static bool VerifyNoRevocation(this X509Certificate2 certificate)", "Whether the roots of the system vouch for the certificate; revocation is not asked for.",
				C1(verifyCertificate)),
		},
	}
}

// certificatesType is IReadOnlyDictionary<string, X509Certificate2>.
func certificatesType() *types.Type {
	return types.IReadOnlyDictionary.Of(types.StringType, Load().Type(x509Namespace+"X509Certificate2"))
}

// Certificates are those of the service, as a dictionary.
type Certificates exchange.Deployment

// Get returns a certificate by its id or thumbprint. One that cannot be read is not
// there.
func (c *Certificates) Get(key any) (any, bool) {
	name, _ := key.(string)
	pem, ok := c.Certificates[name]
	if !ok {
		pem, ok = c.Certificates[strings.ToUpper(name)]
	}
	if !ok {
		return nil, false
	}
	parsed, err := parsedCertificate(pem)
	return parsed, err == nil
}

// Len is the number of entries.
func (c *Certificates) Len() int { return len(c.Certificates) }

// Entries goes through names and certificates, by name.
func (c *Certificates) Entries() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		names := make([]string, 0, len(c.Certificates))
		for name := range c.Certificates {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if v, ok := c.Get(name); ok && !yield(name, v) {
				return
			}
		}
	}
}

// Missing throws.
func (c *Certificates) Missing(_ *Run, key any) (any, error) { return nil, missingKey(key) }

// RuntimeType of the dictionary.
func (c *Certificates) RuntimeType() *types.Type { return certificatesType() }

// Items goes through the pairs.
func (c *Certificates) Items() iter.Seq2[any, error] { return pairsOf(c) }

// parsedCertificates keeps the service's certificates, which are few.
var parsedCertificates sync.Map // exchange.Certificate → *clr.Certificate

func parsedCertificate(pem exchange.Certificate) (*clr.Certificate, error) {
	if c, ok := parsedCertificates.Load(pem); ok {
		return c.(*clr.Certificate), nil
	}
	c, err := clr.ParseCertificate([]byte(pem.CertificatePEM), []byte(pem.KeyPEM))
	if err != nil {
		return nil, err
	}
	kept, _ := parsedCertificates.LoadOrStore(pem, c)
	return kept.(*clr.Certificate), nil
}

// clientCertificate is the client's certificate, or null.
func clientCertificate(r *exchange.Request) (*clr.Certificate, error) {
	if r.CertificatePEM == "" {
		return nil, nil
	}
	return clr.ParseCertificate([]byte(r.CertificatePEM), nil)
}
