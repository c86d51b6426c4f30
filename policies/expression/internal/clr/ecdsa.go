package clr

import (
	"crypto/ecdsa"
	"crypto/rand"
	"math/big"
)

// An ECDsa is C#'s ECDsa with a key; Private is nil for a public key.
type ECDsa struct {
	Public  *ecdsa.PublicKey
	Private *ecdsa.PrivateKey
}

// TypeName is the class.
func (e *ECDsa) TypeName() string { return "System.Security.Cryptography.ECDsaOpenSsl" }

// ToString is the class's name.
func (e *ECDsa) ToString() string { return e.TypeName() }

// KeySize is the size of the key in bits.
func (e *ECDsa) KeySize() int { return e.Public.Curve.Params().BitSize }

// size is how many bytes each half of a signature has.
func (e *ECDsa) size() int { return (e.KeySize() + 7) / 8 }

// SignHash signs a hash; the signature is its two numbers one after the other.
func (e *ECDsa) SignHash(hash []byte) ([]byte, error) {
	if e.Private == nil {
		return nil, CryptographicError("Object does not contain a private key.")
	}
	r, s, err := ecdsa.Sign(rand.Reader, e.Private, hash)
	if err != nil {
		return nil, CryptographicError(err.Error())
	}
	out := make([]byte, 2*e.size())
	r.FillBytes(out[:e.size()])
	s.FillBytes(out[e.size():])
	return out, nil
}

// VerifyHash reports whether the signature of a hash is good.
func (e *ECDsa) VerifyHash(hash, signature []byte) bool {
	n := e.size()
	if len(signature) != 2*n {
		return false
	}
	return ecdsa.Verify(e.Public, hash, new(big.Int).SetBytes(signature[:n]), new(big.Int).SetBytes(signature[n:]))
}

// ECDsaPublicKey is the public key, nil when it is none of elliptic curves.
func (c *Certificate) ECDsaPublicKey() *ECDsa {
	if key, ok := c.x509.PublicKey.(*ecdsa.PublicKey); ok {
		return &ECDsa{Public: key}
	}
	return nil
}

// ECDsaPrivateKey is the private key, nil when there is none of elliptic curves.
func (c *Certificate) ECDsaPrivateKey() *ECDsa {
	if key, ok := c.key.(*ecdsa.PrivateKey); ok {
		return &ECDsa{&key.PublicKey, key}
	}
	return nil
}
