package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// An oid is an object identifier.
type oid struct{ value, name string }

// newOID names an identifier as .NET does.
func newOID(value string) *oid { return &oid{value, oidNames[value]} }

// oidNames are .NET's names of what certificates use.
var oidNames = map[string]string{
	"1.2.840.113549.1.1.1": "RSA", "1.2.840.10045.2.1": "ECC", "1.2.840.10040.4.1": "DSA",
	"1.2.840.113549.1.1.4": "md5RSA", "1.2.840.113549.1.1.5": "sha1RSA", "1.2.840.113549.1.1.10": "RSASSA-PSS", "1.2.840.113549.1.1.11": "sha256RSA",
	"1.2.840.113549.1.1.12": "sha384RSA", "1.2.840.113549.1.1.13": "sha512RSA",
	"1.2.840.10045.4.1": "sha1ECDSA", "1.2.840.10045.4.3.2": "sha256ECDSA", "1.2.840.10045.4.3.3": "sha384ECDSA", "1.2.840.10045.4.3.4": "sha512ECDSA",
	"1.3.14.3.2.26": "sha1", "1.2.840.113549.2.5": "md5", "2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512",
	"2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "S", "2.5.4.10": "O", "2.5.4.11": "OU", "1.2.840.113549.1.9.1": "E",
	"2.5.29.14": "Subject Key Identifier", "2.5.29.15": "Key Usage", "2.5.29.17": "Subject Alternative Name", "2.5.29.18": "Issuer Alternative Name",
	"2.5.29.19": "Basic Constraints", "2.5.29.31": "CRL Distribution Points", "2.5.29.32": "Certificate Policies", "2.5.29.35": "Authority Key Identifier",
	"2.5.29.37": "Enhanced Key Usage", "1.3.6.1.5.5.7.1.1": "Authority Information Access",
	"1.3.6.1.5.5.7.3.1": "Server Authentication", "1.3.6.1.5.5.7.3.2": "Client Authentication",
}

// TypeName is the class.
func (*oid) TypeName() string { return cryptography + "Oid" }

// ToString is the class's name.
func (o *oid) ToString() string { return o.TypeName() }

func oidClass() *Class {
	// An identifier may be given by its name.
	named := func(text NullString) *oid {
		for value, name := range oidNames {
			if clr.EqualIgnoreCase(name, text.Text) {
				return newOID(value)
			}
		}
		return newOID(text.Text)
	}
	return &Class{
		Name: cryptography + "Oid", Go: TypeFor[*oid](), Doc: "An object identifier.",
		Members: []Member{
			M("Oid()", "No identifier.", F0(func() *oid { return new(oid) })),
			M("Oid(string oid)", "The identifier in numbers with dots, or the name of what is identified.", F1(named), `new Oid("sha256RSA").Value => "1.2.840.113549.1.1.11"`),
			M("Oid(string value, string friendlyName)", "The identifier in numbers with dots, and a name.", F2(func(value, name NullString) *oid { return &oid{value.Text, name.Text} })),
			M("Oid(Oid oid)", "The same identifier.", E1(func(o *oid) (*oid, error) {
				if o == nil {
					return nil, NullArgument("oid")
				}
				copied := *o
				return &copied, nil
			})),
			M("string Value { get; set; }", "The identifier in numbers with dots.", F1(func(o *oid) NullString { return NullString{o.value, o.value != ""} }), `new Oid("1.2.3").Value => "1.2.3"`).
				Set(F2(func(o *oid, value NullString) Void { o.value = value.Text; return Void{} })),
			M("string FriendlyName { get; set; }", "The name of what is identified, or null.", F1(func(o *oid) NullString { return NullString{o.name, o.name != ""} }),
				`new Oid("1.2.840.113549.1.1.1").FriendlyName => "RSA"`).
				Set(F2(func(o *oid, name NullString) Void { o.name = name.Text; return Void{} })),
		},
	}
}
