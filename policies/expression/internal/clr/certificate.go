package clr

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

// A Certificate is C#'s X509Certificate2, perhaps with its private key.
type Certificate struct {
	x509 *x509.Certificate
	key  any
	// serial are the bytes of the serial number as they stand in the certificate.
	serial []byte
}

// ParseCertificate reads a certificate in PEM or DER, and its key in PEM, which may be
// empty.
func ParseCertificate(certificate, keyPEM []byte) (*Certificate, error) {
	der := certificate
	if block := pemBlock(certificate, "CERTIFICATE"); block != nil {
		der = block.Bytes
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, CryptographicError("Cannot find the requested object.")
	}
	c := &Certificate{x509: parsed, serial: parsed.SerialNumber.Bytes()}
	if len(c.serial) == 0 || c.serial[0] >= 0x80 {
		c.serial = append([]byte{0}, c.serial...)
	}
	if len(bytes.TrimSpace(keyPEM)) > 0 {
		if c.key, err = parseKey(keyPEM); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// ReadCertificate is what the constructor of X509Certificate2 does: it reads a certificate
// in PEM or DER, or a PKCS#12 file with its password.
func ReadCertificate(data []byte, password string) (*Certificate, error) {
	c, err := ParseCertificate(data, nil)
	if err == nil || !IsPKCS12(data) {
		return c, err
	}
	key, leaf, _, err := pkcs12.DecodeChain(data, password)
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return nil, CryptographicError("The specified network password is not correct.")
	case err == nil:
		if c, err = ParseCertificate(leaf.Raw, nil); err == nil {
			c.key = key
		}
		return c, err
	}
	trusted, err := pkcs12.DecodeTrustStore(data, password)
	if err != nil || len(trusted) == 0 {
		return nil, CryptographicError("ASN1 corrupted data.")
	}
	return ParseCertificate(trusted[0].Raw, nil)
}

// IsPKCS12 reports whether data begin as a PKCS#12 file of version 3 does, and have no more
// rounds of key derivation than .NET runs through.
func IsPKCS12(data []byte) bool {
	var file struct {
		Version int
		Content asn1.RawValue
		Mac     struct {
			Digest     asn1.RawValue
			Salt       []byte
			Iterations int `asn1:"optional,default:1"`
		} `asn1:"optional"`
	}
	_, err := asn1.Unmarshal(data, &file)
	return err == nil && file.Version == 3 && file.Mac.Iterations <= maxIterations && fewIterations(file.Content.Bytes, 0)
}

// fewIterations goes through DER, and through what octet strings hold of it, for the
// parameters of key derivations: a salt and a number of rounds.
func fewIterations(der []byte, depth int) bool {
	if depth > maxDepth {
		return false
	}
	salted := false
	for len(der) > 0 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(der, &v)
		if err != nil {
			return true // no DER, so nothing is derived of it
		}
		der = rest
		octets := v.Class == asn1.ClassUniversal && v.Tag == asn1.TagOctetString
		if salted && v.Class == asn1.ClassUniversal && v.Tag == asn1.TagInteger && tooMany(v.FullBytes) {
			return false
		}
		if (v.IsCompound || octets) && !fewIterations(v.Bytes, depth+1) {
			return false
		}
		salted = octets
	}
	return true
}

// maxDepth is how deep the values of a file may be nested.
const maxDepth = 64

func tooMany(der []byte) bool {
	var n int
	_, err := asn1.Unmarshal(der, &n)
	return err != nil || n > maxIterations
}

const maxIterations = 600_000

// ExportPKCS12 writes the certificate, with its key if there is one, as a PKCS#12 file.
func (c *Certificate) ExportPKCS12(password string) ([]byte, error) {
	var out []byte
	var err error
	if c.key == nil {
		out, err = pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{c.x509}, password)
	} else {
		out, err = pkcs12.Modern.Encode(c.key, c.x509, nil, password)
	}
	if err != nil {
		return nil, CryptographicError(err.Error())
	}
	return out, nil
}

// WithKey is a copy of the certificate that has a private key, which must be its own.
func (c *Certificate) WithKey(key *RSA) (*Certificate, error) {
	public, ok := c.x509.PublicKey.(*rsa.PublicKey)
	switch {
	case c.key != nil:
		return nil, InvalidOperationError("The certificate already has an associated private key.")
	case !ok:
		return nil, ArgumentError("The provided key does not match the public key algorithm for this certificate.", "privateKey")
	case key.Private == nil || !public.Equal(key.Public):
		return nil, ArgumentError("The provided key does not match the public key for this certificate.", "privateKey")
	}
	copied := *c
	copied.key = key.Private
	return &copied, nil
}

func pemBlock(data []byte, kind string) *pem.Block {
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil || strings.HasSuffix(block.Type, kind) {
			return block
		}
	}
}

func parseKey(keyPEM []byte) (any, error) {
	if block := pemBlock(keyPEM, "PRIVATE KEY"); block != nil {
		if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
			return key, nil
		}
		if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
			return key, nil
		}
		if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
			return key, nil
		}
	}
	return nil, CryptographicError("The key contents do not contain a PEM, the content is malformed, or the key does not match the certificate.")
}

// ImportRSA makes an RSA of a key in PEM: a private one, or a public one.
func ImportRSA(text string) (*RSA, error) {
	if key, err := parseKey([]byte(text)); err == nil {
		if private, ok := key.(*rsa.PrivateKey); ok {
			return &RSA{&private.PublicKey, private}, nil
		}
	}
	if block := pemBlock([]byte(text), "PUBLIC KEY"); block != nil {
		if key, err := x509.ParsePKIXPublicKey(block.Bytes); err == nil {
			if public, ok := key.(*rsa.PublicKey); ok {
				return &RSA{Public: public}, nil
			}
		}
		if public, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
			return &RSA{Public: public}, nil
		}
	}
	return nil, ArgumentError("No supported key formats were found. Check that the input represents the contents of a PEM-encoded key file, not the path to such a file.", "input")
}

// TypeName is the class.
func (c *Certificate) TypeName() string {
	return "System.Security.Cryptography.X509Certificates.X509Certificate2"
}

// ToString tells subject, issuer, serial number, validity and thumbprint.
func (c *Certificate) ToString() string {
	return "[Subject]\n  " + c.Subject() + "\n\n[Issuer]\n  " + c.Issuer() + "\n\n[Serial Number]\n  " + c.SerialNumber() +
		"\n\n[Not Before]\n  " + c.NotBefore().String() + "\n\n[Not After]\n  " + c.NotAfter().String() + "\n\n[Thumbprint]\n  " + c.Thumbprint() + "\n"
}

// Equals compares issuers and serial numbers.
func (c *Certificate) Equals(other any) bool {
	o, ok := other.(*Certificate)
	return ok && bytes.Equal(c.serial, o.serial) && bytes.Equal(c.x509.RawIssuer, o.x509.RawIssuer)
}

// EqualityKey is the same for equal certificates.
func (c *Certificate) EqualityKey() any {
	return struct{ serial, issuer string }{string(c.serial), string(c.x509.RawIssuer)}
}

// Hash is the SHA-1 hash of the certificate.
func (c *Certificate) Hash() []byte { return SHA1.Sum(c.x509.Raw) }

// Thumbprint is Hash in upper-case hexadecimal.
func (c *Certificate) Thumbprint() string { return upperHexText(c.Hash()) }

func upperHexText(data []byte) string { return strings.ToUpper(hex.EncodeToString(data)) }

// Raw is the certificate in DER.
func (c *Certificate) Raw() []byte { return slices.Clone(c.x509.Raw) }

// SerialNumber is the serial number in upper-case hexadecimal.
func (c *Certificate) SerialNumber() string { return upperHexText(c.serial) }

// Serial are the bytes of the serial number, the last first.
func (c *Certificate) Serial() []byte {
	s := slices.Clone(c.serial)
	slices.Reverse(s)
	return s
}

// Subject is the name of whom the certificate is for.
func (c *Certificate) Subject() string { return distinguishedName(c.x509.RawSubject) }

// Issuer is the name of who issued it.
func (c *Certificate) Issuer() string { return distinguishedName(c.x509.RawIssuer) }

// Name is the subject or the issuer, its parts in the order of the certificate.
func (c *Certificate) Name(issuer bool) string {
	raw := c.x509.RawSubject
	if issuer {
		raw = c.x509.RawIssuer
	}
	parts := nameParts(raw)
	slices.Reverse(parts)
	return strings.Join(parts, ", ")
}

// NotBefore is when it becomes valid, in local time.
func (c *Certificate) NotBefore() DateTime { return localDate(c.x509.NotBefore) }

// NotAfter is when it ends to be valid, in local time.
func (c *Certificate) NotAfter() DateTime { return localDate(c.x509.NotAfter) }

func localDate(t time.Time) DateTime { return DateTimeFromTime(t).WithKind(KindLocal) }

// Version is the version of the format.
func (c *Certificate) Version() int { return c.x509.Version }

// HasPrivateKey reports whether the private key is there.
func (c *Certificate) HasPrivateKey() bool { return c.key != nil }

// PublicKey is the key as it stands in the certificate.
func (c *Certificate) PublicKey() []byte {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(c.x509.RawSubjectPublicKeyInfo, &info); err != nil {
		return nil
	}
	return info.Key.Bytes
}

// KeyAlgorithm is the identifier of the key's algorithm.
func (c *Certificate) KeyAlgorithm() string {
	switch c.x509.PublicKey.(type) {
	case *rsa.PublicKey:
		return "1.2.840.113549.1.1.1"
	case *ecdsa.PublicKey:
		return "1.2.840.10045.2.1"
	}
	return ""
}

// RSAPublicKey is the public key, nil when it is no RSA key.
func (c *Certificate) RSAPublicKey() *RSA {
	if key, ok := c.x509.PublicKey.(*rsa.PublicKey); ok {
		return &RSA{Public: key}
	}
	return nil
}

// RSAPrivateKey is the private key, nil when there is none or it is no RSA key.
func (c *Certificate) RSAPrivateKey() *RSA {
	if key, ok := c.key.(*rsa.PrivateKey); ok {
		return &RSA{&key.PublicKey, key}
	}
	return nil
}

// An Extension is one of a certificate's.
type Extension struct {
	OID      string
	Critical bool
	Raw      []byte
}

// Extensions are the extensions of the certificate.
func (c *Certificate) Extensions() []Extension {
	out := make([]Extension, len(c.x509.Extensions))
	for i, e := range c.x509.Extensions {
		out[i] = Extension{e.Id.String(), e.Critical, e.Value}
	}
	return out
}

// SignatureAlgorithm is the identifier of the algorithm that signed the certificate.
func (c *Certificate) SignatureAlgorithm() string {
	var certificate struct {
		Signed    asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(c.x509.Raw, &certificate); err != nil {
		return ""
	}
	return certificate.Algorithm.Algorithm.String()
}

// KeyParameters are the parameters of the key's algorithm, in DER.
func (c *Certificate) KeyParameters() []byte {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(c.x509.RawSubjectPublicKeyInfo, &info); err != nil {
		return nil
	}
	return slices.Clone(info.Algorithm.Parameters.FullBytes)
}

// MatchesHostname reports whether the certificate is for a host.
func (c *Certificate) MatchesHostname(host string) bool { return c.x509.VerifyHostname(host) == nil }

// PEM is the certificate in PEM.
func (c *Certificate) PEM() string {
	return strings.TrimSuffix(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.x509.Raw})), "\n")
}

// RawSubject is the subject in DER; RawIssuer is the issuer.
func (c *Certificate) RawSubject() []byte { return slices.Clone(c.x509.RawSubject) }

// RawIssuer is the issuer in DER.
func (c *Certificate) RawIssuer() []byte { return slices.Clone(c.x509.RawIssuer) }

// Verify reports whether the certificate is valid at a time by the roots of the system.
func (c *Certificate) Verify(at time.Time) bool {
	_, err := c.x509.Verify(x509.VerifyOptions{CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err == nil
}

// A NameType is an X509NameType: what of a name GetNameInfo tells.
type NameType int32

// The kinds of names.
const (
	SimpleName NameType = iota
	EmailName
	UPNName
	DNSName
	DNSFromAlternativeName
	URLName
)

// NameInfo is GetNameInfo: a part of the subject's or the issuer's name; "" when it has
// none.
func (c *Certificate) NameInfo(kind NameType, issuer bool) string {
	name := c.x509.Subject
	if issuer {
		name = c.x509.Issuer
	}
	first := func(alternatives []string) string {
		if issuer || len(alternatives) == 0 {
			return ""
		}
		return alternatives[0]
	}
	switch kind {
	case EmailName:
		return first(c.x509.EmailAddresses)
	case DNSName, DNSFromAlternativeName:
		if alternative := first(c.x509.DNSNames); alternative != "" || kind == DNSFromAlternativeName {
			return alternative
		}
	case URLName:
		if !issuer && len(c.x509.URIs) > 0 {
			return c.x509.URIs[0].String()
		}
		return ""
	case UPNName:
		return ""
	}
	return name.CommonName
}

var nameLabels = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "SERIALNUMBER", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "S", "2.5.4.9": "STREET",
	"2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "T", "2.5.4.42": "G", "2.5.4.43": "I",
	"1.2.840.113549.1.9.1": "E", "0.9.2342.19200300.100.1.25": "DC",
}

// distinguishedName writes a name as .NET does: its parts in reverse order, separated by a
// comma and a blank.
func distinguishedName(raw []byte) string { return strings.Join(nameParts(raw), ", ") }

// nameParts are the parts of a name, the last first.
func nameParts(raw []byte) []string {
	var name pkix.RDNSequence
	if _, err := asn1.Unmarshal(raw, &name); err != nil {
		return nil
	}
	var parts []string
	for _, set := range slices.Backward(name) {
		var pairs []string
		for _, a := range set {
			label := "OID." + a.Type.String()
			if known, ok := nameLabels[a.Type.String()]; ok {
				label = known
			}
			text, _ := a.Value.(string)
			pairs = append(pairs, label+"="+quoteName(text))
		}
		parts = append(parts, strings.Join(pairs, " + "))
	}
	return parts
}

func quoteName(text string) string {
	if text != "" && !strings.ContainsAny(text, ",+=\"\n<>#;") && strings.TrimSpace(text) == text {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}
