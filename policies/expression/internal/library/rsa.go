package library

import (
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A hashName is a HashAlgorithmName.
type hashName struct{ name string }

// TypeName is the class.
func (h hashName) TypeName() string { return cryptography + "HashAlgorithmName" }

// ToString is the name.
func (h hashName) ToString() string { return h.name }

func hashAlgorithmNameClass() *Class {
	c := &Class{
		Name: cryptography + "HashAlgorithmName", Kind: types.Struct, Go: TypeFor[hashName](), Doc: "The name of a hash function.",
		Members: []Member{
			M("HashAlgorithmName(string name)", "A name.", F1(func(name NullString) hashName { return hashName{name.Text} })),
			M("string Name { get; }", "The name, or null.", F1(func(h hashName) NullString { return NullString{h.name, h.name != ""} }), `HashAlgorithmName.SHA256.Name => "SHA256"`),
			M("string ToString()", "The name.", F1(hashName.ToString)),
			M("bool Equals(HashAlgorithmName other)", "Whether both are the same.", F2(func(a, b hashName) bool { return a == b })),
			M("bool Equals(object obj)", "Whether both are the same.", F2(func(a hashName, b any) bool { return any(a) == b })),
			M("int GetHashCode()", "A number that is equal for equal names.", F1(func(h hashName) int32 { return clr.HashText(h.name) })),
			M("static bool operator ==(HashAlgorithmName left, HashAlgorithmName right)", "Whether both are the same.", F2(func(a, b hashName) bool { return a == b })),
			M("static bool operator !=(HashAlgorithmName left, HashAlgorithmName right)", "Whether both differ.", F2(func(a, b hashName) bool { return a != b })),
		},
	}
	for _, h := range hashAlgorithms {
		c.Members = append(c.Members, M("static HashAlgorithmName "+h.Name+" { get; }", h.Name+".", F0(func() hashName { return hashName{h.Name} })))
	}
	return c
}

// A signaturePadding is an RSASignaturePadding.
type signaturePadding struct{ pss bool }

var pkcs1Signature, pssSignature = &signaturePadding{}, &signaturePadding{true}

// TypeName is the class.
func (p *signaturePadding) TypeName() string { return cryptography + "RSASignaturePadding" }

// ToString is the padding's name.
func (p *signaturePadding) ToString() string {
	if p.pss {
		return "Pss"
	}
	return "Pkcs1"
}

func signaturePaddingClass() *Class {
	return &Class{
		Name: cryptography + "RSASignaturePadding", Go: TypeFor[*signaturePadding](), Abstract: true, Doc: "How a signature is padded.",
		Members: []Member{
			M("static RSASignaturePadding Pkcs1 { get; }", "The padding of PKCS #1 version 1.5.", F0(func() *signaturePadding { return pkcs1Signature })),
			M("static RSASignaturePadding Pss { get; }", "The probabilistic padding.", F0(func() *signaturePadding { return pssSignature })),
			M("string ToString()", "The padding's name.", F1((*signaturePadding).ToString), `RSASignaturePadding.Pss.ToString() => "Pss"`),
			M("static bool operator ==(RSASignaturePadding left, RSASignaturePadding right)", "Whether both are the same.", F2(func(a, b *signaturePadding) bool { return a == b })),
			M("static bool operator !=(RSASignaturePadding left, RSASignaturePadding right)", "Whether both differ.", F2(func(a, b *signaturePadding) bool { return a != b })),
			M("bool Equals(object obj)", "Whether both are the same.", F2(func(a *signaturePadding, b any) bool { return any(a) == b })),
		},
	}
}

// An encryptionPadding is an RSAEncryptionPadding; without a hash it is that of PKCS #1.
type encryptionPadding struct{ hash *clr.HashAlgorithm }

// TypeName is the class.
func (p *encryptionPadding) TypeName() string { return cryptography + "RSAEncryptionPadding" }

// ToString is the padding's name.
func (p *encryptionPadding) ToString() string {
	if p.hash == nil {
		return "Pkcs1"
	}
	return "Oaep" + p.hash.Name
}

var pkcs1Encryption = &encryptionPadding{}

func (p *encryptionPadding) hashName() hashName {
	if p.hash == nil {
		return hashName{}
	}
	return hashName{p.hash.Name}
}

func (p *encryptionPadding) same(other *encryptionPadding) bool {
	return p == other || p != nil && other != nil && p.hash == other.hash
}

func encryptionPaddingClass() *Class {
	c := &Class{
		Name: cryptography + "RSAEncryptionPadding", Go: TypeFor[*encryptionPadding](), Abstract: true, Doc: "How encrypted data are padded.",
		Members: []Member{
			M("static RSAEncryptionPadding Pkcs1 { get; }", "The padding of PKCS #1 version 1.5.", F0(func() *encryptionPadding { return pkcs1Encryption })),
			M("static RSAEncryptionPadding CreateOaep(HashAlgorithmName hashAlgorithm)", "OAEP with a hash function.", E1(func(name hashName) (*encryptionPadding, error) {
				h, err := clr.FindHash(name.name)
				return &encryptionPadding{h}, err
			}), `RSAEncryptionPadding.CreateOaep(HashAlgorithmName.SHA1) == RSAEncryptionPadding.OaepSHA1 => true`),
			M("HashAlgorithmName OaepHashAlgorithm { get; }", "The hash function of OAEP, or none.", F1((*encryptionPadding).hashName)),
			M("string ToString()", "The padding's name.", F1((*encryptionPadding).ToString), `RSAEncryptionPadding.OaepSHA256.ToString() => "OaepSHA256"`),
			M("static bool operator ==(RSAEncryptionPadding left, RSAEncryptionPadding right)", "Whether both are the same.", F2((*encryptionPadding).same)),
			M("static bool operator !=(RSAEncryptionPadding left, RSAEncryptionPadding right)", "Whether both differ.", F2(func(a, b *encryptionPadding) bool { return !a.same(b) })),
			M("bool Equals(object obj)", "Whether both are the same.", F2(func(a *encryptionPadding, b any) bool {
				other, ok := b.(*encryptionPadding)
				return ok && a.same(other)
			})),
		},
	}
	for _, h := range hashAlgorithms[1:] {
		padding := &encryptionPadding{h}
		c.Members = append(c.Members, M("static RSAEncryptionPadding Oaep"+h.Name+" { get; }", "OAEP with "+h.Name+".", F0(func() *encryptionPadding { return padding })))
	}
	return c
}

func asymmetricAlgorithmClass() *Class {
	return &Class{
		Name: cryptography + "AsymmetricAlgorithm", Abstract: true, Bases: "IDisposable", Doc: "A cipher with a public and a private key.",
		Members: []Member{
			M("int KeySize { get; }", "The size of the key in bits.", F1(func(key interface{ KeySize() int }) int { return key.KeySize() }), `RSA.Create(1024).KeySize => 1024`),
			M("string SignatureAlgorithm { get; }", "The name of the algorithm of signatures.", F1(func(key any) string {
				if _, ok := key.(*clr.ECDsa); ok {
					return "ECDsa"
				}
				return "RSA"
			})),
			M("string KeyExchangeAlgorithm { get; }", "The name of the algorithm of encryption, or null.", F1(func(key any) NullString {
				_, ok := key.(*clr.RSA)
				return NullString{"RSA", ok}
			})),
			M("string ToXmlString(bool includePrivateParameters)", "The key as XML.", E2(func(key any, private bool) (string, error) {
				r, err := xmlKey(key)
				if err != nil {
					return "", err
				}
				return r.XML(private)
			}), `RSA.Create(1024).ToXmlString(false).Substring(0, 13) => "<RSAKeyValue>"`),
			M("void FromXmlString(string xmlString)", "Takes over a key in XML.", E2(func(key any, text string) (Void, error) {
				r, err := xmlKey(key)
				if err != nil {
					return Void{}, err
				}
				return Void{}, r.ImportXML(text)
			})),
			M("void Clear()", "Does nothing here.", F1(func(any) Void { return Void{} })),
			M("void Dispose()", "Does nothing here.", F1(func(any) Void { return Void{} })),
		},
	}
}

// xmlKey is the key, if it is of the kind that has a form in XML.
func xmlKey(key any) (*clr.RSA, error) {
	r, ok := key.(*clr.RSA)
	if !ok {
		return nil, clr.ClassNotImplemented.New()
	}
	return r, nil
}

// rsaWork and rsaKeyWork are how many bytes could be hashed in the time of a signature, and
// of the making of a key.
const (
	rsaWork    = 1 << 18
	rsaKeyWork = 1 << 24

	smallestKey, largestKey = 1024, 4096
)

// newRSA makes a key, which nothing can interrupt. It counts with the cube of its size, so
// that no evaluation makes more keys than fit in its time.
func newRSA(c Call, bits int) (*clr.RSA, error) {
	size := min(max(bits, smallestKey), largestKey) / smallestKey
	if err := c.Work(rsaKeyWork * size * size * size); err != nil {
		return nil, err
	}
	return clr.NewRSA(bits)
}

// sign finds the hash of a name and checks the padding.
func sign[T any](name hashName, padding *signaturePadding, use func(h *clr.HashAlgorithm, pss bool) (T, error)) (T, error) {
	var none T
	if padding == nil {
		return none, NullArgument("padding")
	}
	if name.name == "" {
		return none, clr.ArgumentError("The hash algorithm name cannot be null or empty.", "hashAlgorithm")
	}
	h, err := clr.FindHash(name.name)
	if err != nil {
		return none, err
	}
	return use(h, padding.pss)
}

// rsaCngClass is what keys are on the Windows of API Management, and what policies cast
// them to.
func rsaCngClass() *Class {
	return &Class{
		Name: cryptography + "RSACng", Go: TypeFor[*clr.RSA](), Bases: "RSA", Abstract: true, Doc: "RSA, as keys of certificates are it.",
	}
}

func rsaClass() *Class {
	verify := func(args []any, use func(r *clr.RSA, data, signature []byte, h *clr.HashAlgorithm, pss bool) bool) (any, error) {
		data, _ := args[1].([]byte)
		signature, _ := args[2].([]byte)
		padding, _ := args[4].(*signaturePadding)
		if data == nil || signature == nil {
			return nil, NullArgument("data")
		}
		return sign(args[3].(hashName), padding, func(h *clr.HashAlgorithm, pss bool) (any, error) {
			return use(args[0].(*clr.RSA), data, signature, h, pss), nil
		})
	}
	return &Class{
		Name: cryptography + "RSA", Bases: "AsymmetricAlgorithm", Abstract: true, Doc: "RSA with a key.",
		Members: slices.Concat(rsaKeys(), rsaParts(), []Member{
			M("static RSA Create(string algName)", "RSA with a new key of 2048 bits, whatever it is called, or null.", C1(func(c Call, name string) (*clr.RSA, error) {
				if !strings.Contains(strings.ToUpper(name), "RSA") {
					return nil, nil
				}
				return newRSA(c, 2048)
			})),
			M("static RSA Create()", "RSA with a new key of 2048 bits.", C0(func(c Call) (*clr.RSA, error) { return newRSA(c, 2048) })),
			M("static RSA Create(int keySizeInBits)", "RSA with a new key.", C1(newRSA), `(RSA.Create(1024) as RSACng).KeySize => 1024`, `((RSACng)RSA.Create(1024)).KeySize => 1024`),
			M("void ImportFromPem(string input)", "Takes over a key in PEM.", E2(func(r *clr.RSA, input string) (Void, error) {
				imported, err := clr.ImportRSA(input)
				if err != nil {
					return Void{}, err
				}
				*r = *imported
				return Void{}, nil
			})),
			M("byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)", "The signature of the data.",
				Boxed(func(c Call, args []any) (any, error) {
					data, given := args[1].([]byte)
					if !given {
						return nil, NullArgument("data")
					}
					r := args[0].(*clr.RSA)
					padding, _ := args[3].(*signaturePadding)
					if err := c.Work(rsaWork + len(data)); err != nil {
						return nil, err
					}
					return sign(args[2].(hashName), padding, func(h *clr.HashAlgorithm, pss bool) (any, error) { return r.SignData(data, h, pss) })
				}), `RSA.Create(1024).SignData(new byte[1], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).Length => 128`),
			M("byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)", "The signature of data with that hash.",
				E4(func(r *clr.RSA, hash []byte, name hashName, padding *signaturePadding) ([]byte, error) {
					if hash == nil {
						return nil, NullArgument("hash")
					}
					return sign(name, padding, func(h *clr.HashAlgorithm, pss bool) ([]byte, error) { return r.SignHash(hash, h, pss) })
				})),
			M("bool VerifyData(byte[] data, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)", "Whether the signature of the data is good.",
				Boxed(func(_ Call, args []any) (any, error) { return verify(args, (*clr.RSA).VerifyData) })),
			M("bool VerifyHash(byte[] hash, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)", "Whether the signature of data with that hash is good.",
				Boxed(func(_ Call, args []any) (any, error) { return verify(args, (*clr.RSA).VerifyHash) })),
			M("byte[] Encrypt(byte[] data, RSAEncryptionPadding padding)", "The data encrypted with the public key.", E3(func(r *clr.RSA, data []byte, p *encryptionPadding) ([]byte, error) {
				if data == nil || p == nil {
					return nil, NullArgument("data")
				}
				return r.Encrypt(data, p.hash)
			})),
			M("byte[] Decrypt(byte[] data, RSAEncryptionPadding padding)", "The data decrypted with the private key.", E3(func(r *clr.RSA, data []byte, p *encryptionPadding) ([]byte, error) {
				if data == nil || p == nil {
					return nil, NullArgument("data")
				}
				return r.Decrypt(data, p.hash)
			})),
		}),
	}
}

// A randomNumbers is an RNGCryptoServiceProvider.
type randomNumbers struct{ _ byte }

func rngClass() *Class {
	const name = "RNGCryptoServiceProvider"
	fill := func(data []byte, zeros bool) (Void, error) {
		if data == nil {
			return Void{}, NullArgument("data")
		}
		clr.RandomBytes(data)
		for i := 0; !zeros && i < len(data); {
			if data[i] != 0 {
				i++
				continue
			}
			clr.RandomBytes(data[i : i+1])
		}
		return Void{}, nil
	}
	return &Class{
		Name: cryptography + name, Go: TypeFor[*randomNumbers](), Bases: "IDisposable", Doc: "A generator of random bytes for cryptography.",
		Members: []Member{
			M(name+"()", "A generator.", F0(func() *randomNumbers { return new(randomNumbers) })),
			M("void GetBytes(byte[] data)", "Fills the array with random bytes.", E2(func(_ *randomNumbers, data []byte) (Void, error) { return fill(data, true) })),
			M("void GetNonZeroBytes(byte[] data)", "Fills the array with random bytes other than zero.",
				E2(func(_ *randomNumbers, data []byte) (Void, error) { return fill(data, false) })),
			M("void Dispose()", "Does nothing here.", F1(func(*randomNumbers) Void { return Void{} })),
		},
	}
}
