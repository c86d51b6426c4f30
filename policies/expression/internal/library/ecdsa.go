package library

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

func ecdsaClass() *Class {
	hash := func(name hashName, data []byte) ([]byte, error) {
		if data == nil {
			return nil, NullArgument("data")
		}
		h, err := clr.FindHash(name.name)
		if err != nil {
			return nil, err
		}
		return h.Sum(data), nil
	}
	return &Class{
		Name: cryptography + "ECDsa", Go: TypeFor[*clr.ECDsa](), Bases: "AsymmetricAlgorithm", Abstract: true, Access: AllowSome, Doc: "Signatures with elliptic curves.",
		Members: []Member{
			M("byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)", "The signature of the data.", E3(func(e *clr.ECDsa, data []byte, name hashName) ([]byte, error) {
				sum, err := hash(name, data)
				if err != nil {
					return nil, err
				}
				return e.SignHash(sum)
			})),
			M("byte[] SignHash(byte[] hash)", "The signature of a hash.", E2(func(e *clr.ECDsa, hash []byte) ([]byte, error) {
				if hash == nil {
					return nil, NullArgument("hash")
				}
				return e.SignHash(hash)
			})),
			M("bool VerifyData(byte[] data, byte[] signature, HashAlgorithmName hashAlgorithm)", "Whether the signature of the data is good.",
				E4(func(e *clr.ECDsa, data, signature []byte, name hashName) (bool, error) {
					if signature == nil {
						return false, NullArgument("signature")
					}
					sum, err := hash(name, data)
					return err == nil && e.VerifyHash(sum, signature), err
				})),
			M("bool VerifyHash(byte[] hash, byte[] signature)", "Whether the signature of a hash is good.", E3(func(e *clr.ECDsa, hash, signature []byte) (bool, error) {
				if hash == nil || signature == nil {
					return false, NullArgument("hash")
				}
				return e.VerifyHash(hash, signature), nil
			})),
		},
	}
}

func ecdsaCertificateExtensionsClass() *Class {
	key := func(f func(certificate) *clr.ECDsa) Code {
		return E1(func(c certificate) (*clr.ECDsa, error) {
			if c == nil {
				return nil, NullArgument("certificate")
			}
			return f(c), nil
		})
	}
	return &Class{
		Name: x509Namespace + "ECDsaCertificateExtensions", Static: true, Access: AllowSome, Doc: "Keys of certificates for elliptic curves.",
		Members: []Member{
			M("static ECDsa GetECDsaPublicKey(this X509Certificate2 certificate)", "The public key, null when it is none of elliptic curves.", key(certificate.ECDsaPublicKey)),
			M("static ECDsa GetECDsaPrivateKey(this X509Certificate2 certificate)", "The private key, null when there is none of elliptic curves.", key(certificate.ECDsaPrivateKey)),
		},
	}
}
