package clr

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"math/big"
	"strings"
)

// An RSAParameters is the numbers of an RSA key, as C#'s structure has them: big-endian
// bytes, nil for what is not there.
type RSAParameters struct{ Modulus, Exponent, P, Q, DP, DQ, InverseQ, D []byte }

// rsaParts are the names of the numbers in XML, in the order of ToXmlString.
func (p *RSAParameters) parts() []rsaPart {
	return []rsaPart{
		{"Modulus", &p.Modulus},
		{"Exponent", &p.Exponent},
		{"P", &p.P},
		{"Q", &p.Q},
		{"DP", &p.DP},
		{"DQ", &p.DQ},
		{"InverseQ", &p.InverseQ},
		{"D", &p.D},
	}
}

type rsaPart struct {
	name  string
	value *[]byte
}

var errNoPrivateKey = CryptographicError("Key is not a valid private key.")

// Parameters are the numbers of the key; private asks for those of the private key, too.
func (r *RSA) Parameters(private bool) (*RSAParameters, error) {
	size := (r.Public.N.BitLen() + 7) / 8
	p := &RSAParameters{Modulus: r.Public.N.FillBytes(make([]byte, size)), Exponent: big.NewInt(int64(r.Public.E)).Bytes()}
	if !private {
		return p, nil
	}
	if r.Private == nil || len(r.Private.Primes) != 2 {
		return nil, errNoPrivateKey
	}
	k := r.Private
	k.Precompute()
	half := func(n *big.Int) []byte { return n.FillBytes(make([]byte, (size+1)/2)) }
	p.P, p.Q = half(k.Primes[0]), half(k.Primes[1])
	p.DP, p.DQ, p.InverseQ = half(k.Precomputed.Dp), half(k.Precomputed.Dq), half(k.Precomputed.Qinv)
	p.D = k.D.FillBytes(make([]byte, size))
	return p, nil
}

// maxModulus is the most bytes of a modulus: RSA gets slow with the cube of its size.
const maxModulus = 2048

// ImportParameters takes over a key given by its numbers.
func (r *RSA) ImportParameters(p *RSAParameters) error {
	invalid := CryptographicError("The specified RSA parameters are not valid. Both Exponent and Modulus are required fields.")
	if len(p.Modulus) == 0 || len(p.Exponent) == 0 || len(p.Modulus) > maxModulus || len(p.Exponent) > 8 {
		return invalid
	}
	exponent := new(big.Int).SetBytes(p.Exponent)
	if !exponent.IsInt64() || exponent.Int64() > 1<<31-1 {
		return invalid
	}
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(p.Modulus), E: int(exponent.Int64())}
	if p.D == nil {
		r.Public, r.Private = public, nil
		return nil
	}
	if len(p.P) == 0 || len(p.Q) == 0 {
		return invalid
	}
	private := &rsa.PrivateKey{
		PublicKey: *public, D: new(big.Int).SetBytes(p.D), Primes: []*big.Int{new(big.Int).SetBytes(p.P), new(big.Int).SetBytes(p.Q)},
	}
	if err := private.Validate(); err != nil {
		return invalid
	}
	private.Precompute()
	r.Public, r.Private = &private.PublicKey, private
	return nil
}

// XML is ToXmlString.
func (r *RSA) XML(private bool) (string, error) {
	p, err := r.Parameters(private)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("<RSAKeyValue>")
	for _, part := range p.parts() {
		if *part.value != nil {
			b.WriteString("<" + part.name + ">" + base64.StdEncoding.EncodeToString(*part.value) + "</" + part.name + ">")
		}
	}
	b.WriteString("</RSAKeyValue>")
	return b.String(), nil
}

// ImportXML is FromXmlString.
func (r *RSA) ImportXML(text string) error {
	p := &RSAParameters{}
	values := map[string]*[]byte{}
	for _, part := range p.parts() {
		values[part.name] = part.value
	}
	name := ""
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return ClassXML.Throw("The XML of the key cannot be read: " + err.Error())
		}
		switch token := token.(type) {
		case xml.StartElement:
			name = token.Name.Local
		case xml.CharData:
			if into := values[name]; into != nil && len(bytes.TrimSpace(token)) > 0 {
				if *into, err = FromBase64(string(token)); err != nil {
					return err
				}
			}
		case xml.EndElement:
			name = ""
		}
	}
	if p.Modulus == nil || p.Exponent == nil {
		return CryptographicError("Input string does not contain a valid encoding of the 'RSA' 'Modulus' parameter.")
	}
	return r.ImportParameters(p)
}

// A KeyForm is one of the forms in DER that RSA keys have.
type KeyForm uint8

// The forms.
const (
	PKCS8Private KeyForm = iota
	PKCS1Private
	PKCS1Public
	SubjectPublicKeyInfo
)

// Export writes the key in DER.
func (r *RSA) Export(form KeyForm) ([]byte, error) {
	if form <= PKCS1Private && r.Private == nil {
		return nil, errNoPrivateKey
	}
	switch form {
	case PKCS8Private:
		return x509.MarshalPKCS8PrivateKey(r.Private)
	case PKCS1Private:
		return x509.MarshalPKCS1PrivateKey(r.Private), nil
	case PKCS1Public:
		return x509.MarshalPKCS1PublicKey(r.Public), nil
	}
	return x509.MarshalPKIXPublicKey(r.Public)
}

// Import takes over a key in DER, and tells how many bytes it had.
func (r *RSA) Import(form KeyForm, source []byte) (int, error) {
	invalid := CryptographicError("ASN1 corrupted data.")
	var whole asn1.RawValue
	rest, err := asn1.Unmarshal(source, &whole)
	if err != nil {
		return 0, invalid
	}
	der := source[:len(source)-len(rest)]
	key, err := parseForm(form, der)
	if err != nil {
		return 0, invalid
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		r.Public, r.Private = &key.PublicKey, key
	case *rsa.PublicKey:
		r.Public, r.Private = key, nil
	default:
		return 0, CryptographicError("The algorithm identified by the key is not RSA.")
	}
	if r.Public.Size() > maxModulus {
		return 0, invalid
	}
	return len(der), nil
}

func parseForm(form KeyForm, der []byte) (any, error) {
	switch form {
	case PKCS8Private:
		return x509.ParsePKCS8PrivateKey(der)
	case PKCS1Private:
		return x509.ParsePKCS1PrivateKey(der)
	case PKCS1Public:
		return x509.ParsePKCS1PublicKey(der)
	}
	return x509.ParsePKIXPublicKey(der)
}
