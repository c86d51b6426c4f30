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
		rsaCertificateExtensionsClass, certificateExtensionsClass, storageFlagsEnum, asnEncodedDataClass, extensionClass, extensionCollectionClass,
	}
}

type certificate = *clr.Certificate

func certificateBaseClass() *Class {
	return &Class{
		Name: x509Namespace + "X509Certificate", Bases: "IDisposable", Doc: "A certificate.",
		Members: append(certificateTexts(), []Member{
			M("X509Certificate(byte[] data)", "The certificate in PEM or DER.", E1(func(data []byte) (certificate, error) { return readCertificate(data, NullString{}) })),
			M("X509Certificate(byte[] rawData, string password)", "The certificate in PEM, DER, or in PFX with its password.", E2(readCertificate)),
			M("byte[] GetCertHash()", "The SHA-1 hash of the certificate.", F1(certificate.Hash)),
			M("byte[] GetCertHash(HashAlgorithmName hashAlgorithm)", "The hash of the certificate.", E2(hashCertificate)),
			M("byte[] GetRawCertData()", "The certificate in DER.", F1(certificate.Raw)),
			M("byte[] GetPublicKey()", "The public key.", F1(certificate.PublicKey)),
			M("byte[] GetSerialNumber()", "The serial number, the last byte first.", F1(certificate.Serial)),
			M("byte[] GetKeyAlgorithmParameters()", "The parameters of the key's algorithm, in DER.", F1(certificate.KeyParameters)),
			M("byte[] Export(X509ContentType contentType)", "The certificate in DER, or in PFX with its key and no password.", E2(func(c certificate, kind contentType) ([]byte, error) {
				return exportCertificate(c, kind, NullString{})
			})),
			M("byte[] Export(X509ContentType contentType, string password)", "The certificate in DER, or in PFX with its key.", E3(exportCertificate)),
			M("bool Equals(X509Certificate other)", "Whether both are the same certificate.", F2(func(c, other certificate) bool { return other != nil && c.Equals(other) })),
			M("bool Equals(object obj)", "Whether both are the same certificate.", F2(func(c certificate, other any) bool { return c.Equals(other) })),
			M("int GetHashCode()", "A number that is equal for equal certificates.", F1(func(c certificate) int32 { return clr.HashText(c.Thumbprint()) })),
			M("void Dispose()", "Does nothing here.", F1(func(certificate) Void { return Void{} })),
		}...),
	}
}

// certificateTexts are the members of a certificate that are texts.
func certificateTexts() []Member {
	text := func(f func(certificate) string) Code { return F1(f) }
	return []Member{
		M("string Subject { get; }", "The name of whom the certificate is for.", text(certificate.Subject)),
		M("string Issuer { get; }", "The name of who issued it.", text(certificate.Issuer)),
		M("string GetName()", "The name of whom the certificate is for, its parts in the order of the certificate.", text(func(c certificate) string { return c.Name(false) })),
		M("string GetIssuerName()", "The name of who issued it, its parts in the order of the certificate.", text(func(c certificate) string { return c.Name(true) })),
		M("string GetCertHashString()", "The SHA-1 hash of the certificate, in hexadecimal.", text(certificate.Thumbprint)),
		M("string GetCertHashString(HashAlgorithmName hashAlgorithm)", "The hash of the certificate, in hexadecimal.", E2(func(c certificate, name hashName) (string, error) {
			sum, err := hashCertificate(c, name)
			return hexText(sum), err
		})),
		M("string GetRawCertDataString()", "The certificate in DER, in hexadecimal.", text(func(c certificate) string { return hexText(c.Raw()) })),
		M("string GetPublicKeyString()", "The public key, in hexadecimal.", text(func(c certificate) string { return hexText(c.PublicKey()) })),
		M("string GetSerialNumberString()", "The serial number, in hexadecimal.", text(certificate.SerialNumber)),
		M("string GetEffectiveDateString()", "When it becomes valid.", text(func(c certificate) string { return c.NotBefore().String() })),
		M("string GetExpirationDateString()", "When it ends to be valid.", text(func(c certificate) string { return c.NotAfter().String() })),
		M("string GetKeyAlgorithm()", "The identifier of the key's algorithm.", text(certificate.KeyAlgorithm)),
		M("string GetKeyAlgorithmParametersString()", "The parameters of the key's algorithm, in hexadecimal.", text(func(c certificate) string { return hexText(c.KeyParameters()) })),
		M("string GetFormat()", "X509.", text(func(certificate) string { return "X509" })),
		M("string ToString()", "What the certificate tells.", text(certificate.ToString)),
		M("string ToString(bool fVerbose)", "What the certificate tells.", F2(func(c certificate, _ bool) string { return c.ToString() })),
	}
}

func hashCertificate(c certificate, name hashName) ([]byte, error) {
	h, err := clr.FindHash(name.name)
	if err != nil {
		return nil, err
	}
	return h.Sum(c.Raw()), nil
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
	const name = "X509Certificate2"
	return &Class{
		Name: x509Namespace + name, Go: TypeFor[certificate](), Bases: "X509Certificate", Doc: "A certificate, perhaps with its private key.",
		Members: []Member{
			M(name+"(byte[] rawData)", "The certificate in PEM or DER.", E1(func(data []byte) (certificate, error) { return readCertificate(data, NullString{}) }),
				`new X509Certificate2(new byte[1]) => CryptographicException: Cannot find the requested object.`),
			M(name+"(byte[] rawData, string password)", "The certificate in PEM, DER, or in PFX with its password.", E2(readCertificate),
				`new X509Certificate2(new byte[1], null) => CryptographicException: Cannot find the requested object.`),
			M(name+"(byte[] rawData, string password, X509KeyStorageFlags keyStorageFlags)", "The certificate in PEM, DER, or in PFX with its password. Keys are not stored here.",
				E3(func(data []byte, password NullString, _ storageFlags) (certificate, error) {
					return readCertificate(data, password)
				})),
			M(name+"(X509Certificate certificate)", "The same certificate.", E1(func(c certificate) (certificate, error) {
				if c == nil {
					return nil, NullArgument("cert")
				}
				return c, nil
			})),
			M("static X509Certificate2 CreateFromPem(string certPem)", "The certificate in PEM.", E1(func(text string) (certificate, error) { return clr.ParseCertificate([]byte(text), nil) })),
			M("static X509Certificate2 CreateFromPem(string certPem, string keyPem)", "The certificate in PEM with its private key.",
				E2(func(text, key string) (certificate, error) { return clr.ParseCertificate([]byte(text), []byte(key)) })),
			M("static X509ContentType GetCertContentType(byte[] rawData)", "The format of a certificate.", E1(func(data []byte) (contentType, error) {
				if clr.IsPKCS12(data) {
					return contentPfx, nil
				}
				_, err := readCertificate(data, NullString{})
				return contentCert, err
			})),
			M("string Thumbprint { get; }", "The SHA-1 hash of the certificate, in hexadecimal.", F1(certificate.Thumbprint)),
			M("string SerialNumber { get; }", "The serial number, in hexadecimal.", F1(certificate.SerialNumber)),
			M("DateTime NotBefore { get; }", "When it becomes valid, in local time.", F1(certificate.NotBefore)),
			M("DateTime NotAfter { get; }", "When it ends to be valid, in local time.", F1(certificate.NotAfter)),
			M("string FriendlyName { get; }", "Nothing.", F1(func(certificate) string { return "" })),
			M("bool Archived { get; }", "False.", F1(func(certificate) bool { return false })),
			M("int Version { get; }", "The version of the format.", F1(certificate.Version)),
			M("bool HasPrivateKey { get; }", "Whether the private key is there.", F1(certificate.HasPrivateKey)),
			M("AsymmetricAlgorithm PrivateKey { get; }", "The private key, or null.", F1(privateKey)),
			M("byte[] RawData { get; }", "The certificate in DER.", F1(certificate.Raw)),
			M("X500DistinguishedName SubjectName { get; }", "The name of whom the certificate is for.", F1(func(c certificate) *distinguished { return &distinguished{c.Subject(), c.RawSubject()} })),
			M("X500DistinguishedName IssuerName { get; }", "The name of who issued it.", F1(func(c certificate) *distinguished { return &distinguished{c.Issuer(), c.RawIssuer()} })),
			M("PublicKey PublicKey { get; }", "The public key.", F1(func(c certificate) *publicKey { return &publicKey{c} })),
			M("Oid SignatureAlgorithm { get; }", "The algorithm of the signature.", F1(func(c certificate) *oid { return newOID(c.SignatureAlgorithm()) })),
			M("X509ExtensionCollection Extensions { get; }", "The extensions of the certificate.", F1(func(c certificate) *extensions { return extensionsOf(c) })),
			M("string GetNameInfo(X509NameType nameType, bool forIssuer)", "A part of the subject's or the issuer's name.", F3(certificate.NameInfo)),
			M("bool MatchesHostname(string hostname)", "Whether the certificate is for the host.", F2(certificate.MatchesHostname)),
			M("string ExportCertificatePem()", "The certificate in PEM.", F1(certificate.PEM)),
			M("bool Verify()", "Whether the roots of the system vouch for the certificate.", C1(verifyCertificate)),
			M("void Reset()", "Does nothing here.", F1(func(certificate) Void { return Void{} })),
		},
	}
}

// privateKey is the private key of any kind, or null.
func privateKey(c certificate) any {
	if key := c.RSAPrivateKey(); key != nil {
		return key
	}
	if key := c.ECDsaPrivateKey(); key != nil {
		return key
	}
	return nil
}

func exportCertificate(c certificate, kind contentType, password NullString) ([]byte, error) {
	switch kind {
	case contentCert:
		return c.Raw(), nil
	case contentPfx:
		return c.ExportPKCS12(password.Text)
	}
	return nil, clr.CryptographicError("Invalid content type.")
}

func readCertificate(data []byte, password NullString) (certificate, error) {
	if len(data) == 0 {
		return nil, clr.ArgumentError("Array may not be empty or null.", "data")
	}
	return clr.ReadCertificate(data, password.Text)
}

// storageFlags stands for X509KeyStorageFlags.
type storageFlags int32

func storageFlagsEnum() *Class {
	return &Class{
		Name: x509Namespace + "X509KeyStorageFlags", Kind: types.Enum, Flags: true, Access: AllowSome, Doc: "Where keys are stored: nowhere here.",
		Values: "DefaultKeySet=0 UserKeySet=1 MachineKeySet=2 Exportable=4 UserProtected=8 PersistKeySet=16 EphemeralKeySet=32",
	}
}

func verifyCertificate(c Call, cert certificate) (bool, error) {
	if cert == nil {
		return false, clr.NullReferenceError()
	}
	return cert.Verify(c.clock()), nil
}

// contentType stands for X509ContentType.
type contentType int32

const (
	contentCert contentType = 1
	contentPfx  contentType = 3
)

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
type distinguished struct {
	name string
	raw  []byte
}

// TypeName is the class.
func (*distinguished) TypeName() string { return x509Namespace + "X500DistinguishedName" }

// ToString is the class's name.
func (d *distinguished) ToString() string { return d.TypeName() }

func distinguishedNameClass() *Class {
	return &Class{
		Name: x509Namespace + "X500DistinguishedName", Go: TypeFor[*distinguished](), Abstract: true, Access: AllowSome, Doc: "A name in a certificate.",
		Members: []Member{
			M("string Name { get; }", "The name as text.", F1(func(d *distinguished) string { return d.name })).Allowed(),
			M("byte[] RawData { get; }", "The name in DER.", F1(func(d *distinguished) []byte { return d.raw })),
			M("string Format(bool multiLine)", "The name as text, perhaps with a part on each line.", F2(func(d *distinguished, lines bool) string {
				if lines {
					return strings.ReplaceAll(d.name, ", ", "\n") + "\n"
				}
				return d.name
			})),
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
			M("Oid Oid { get; }", "The algorithm of the key.", F1(func(p *publicKey) *oid { return newOID(p.of.KeyAlgorithm()) })),
			M("AsymmetricAlgorithm Key { get; }", "The key.", E1(func(p *publicKey) (any, error) {
				if key := p.of.RSAPublicKey(); key != nil {
					return key, nil
				}
				return nil, clr.ClassNotSupported.Throw("The certificate key algorithm is not supported.")
			})),
			M("AsnEncodedData EncodedKeyValue { get; }", "The key in DER.", F1(func(p *publicKey) *extension {
				return &extension{oid: newOID(p.of.KeyAlgorithm()), raw: p.of.PublicKey()}
			})),
			M("AsnEncodedData EncodedParameters { get; }", "The parameters of the key's algorithm in DER.",
				F1(func(p *publicKey) *extension {
					return &extension{oid: newOID(p.of.KeyAlgorithm()), raw: p.of.KeyParameters()}
				})),
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
			M("static X509Certificate2 CopyWithPrivateKey(this X509Certificate2 certificate, RSA privateKey)", "The certificate with its private key.",
				E2(func(c certificate, key *clr.RSA) (certificate, error) {
					if c == nil || key == nil {
						return nil, NullArgument("certificate")
					}
					return c.WithKey(key)
				})),
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

// clientCertificates keeps the certificates that clients sent lately.
var clientCertificates = struct {
	sync.Mutex
	byPEM map[string]*clr.Certificate
}{byPEM: map[string]*clr.Certificate{}}

// mostClients is how many certificates of clients are kept; all are forgotten when there
// are more.
const mostClients = 1024

// clientCertificate is the client's certificate, or null. It is read once, so that it is
// one object for all expressions of a request.
func clientCertificate(r *exchange.Request) (*clr.Certificate, error) {
	if r.CertificatePEM == "" {
		return nil, nil
	}
	clientCertificates.Lock()
	defer clientCertificates.Unlock()
	if c, ok := clientCertificates.byPEM[r.CertificatePEM]; ok {
		return c, nil
	}
	c, err := clr.ParseCertificate([]byte(r.CertificatePEM), nil)
	if err != nil {
		return nil, err
	}
	if len(clientCertificates.byPEM) >= mostClients {
		clear(clientCertificates.byPEM)
	}
	clientCertificates.byPEM[r.CertificatePEM] = c
	return c, nil
}
