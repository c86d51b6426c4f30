package library

import (
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
			M("string Name { get; }", "The name.", F1(hashName.ToString), `HashAlgorithmName.SHA256.Name => "SHA256"`),
			M("string ToString()", "The name.", F1(hashName.ToString)),
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

func encryptionPaddingClass() *Class {
	c := &Class{
		Name: cryptography + "RSAEncryptionPadding", Go: TypeFor[*encryptionPadding](), Abstract: true, Doc: "How encrypted data are padded.",
		Members: []Member{
			M("static RSAEncryptionPadding Pkcs1 { get; }", "The padding of PKCS #1 version 1.5.", F0(func() *encryptionPadding { return &encryptionPadding{} })),
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
			M("int KeySize { get; }", "The size of the key in bits.", F1((*clr.RSA).KeySize), `RSA.Create(1024).KeySize => 1024`),
			M("void Clear()", "Does nothing here.", F1(func(*clr.RSA) Void { return Void{} })),
			M("void Dispose()", "Does nothing here.", F1(func(*clr.RSA) Void { return Void{} })),
		},
	}
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
		Members: []Member{
			M("static RSA Create()", "RSA with a new key of 2048 bits.", E0(func() (*clr.RSA, error) { return clr.NewRSA(2048) })),
			M("static RSA Create(int keySizeInBits)", "RSA with a new key.", E1(clr.NewRSA), `(RSA.Create(1024) as RSACng).KeySize => 1024`, `((RSACng)RSA.Create(1024)).KeySize => 1024`),
			M("void ImportFromPem(string input)", "Takes over a key in PEM.", E2(func(r *clr.RSA, input string) (Void, error) {
				imported, err := clr.ImportRSA(input)
				if err != nil {
					return Void{}, err
				}
				*r = *imported
				return Void{}, nil
			})),
			M("byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)", "The signature of the data.",
				E4(func(r *clr.RSA, data []byte, name hashName, padding *signaturePadding) ([]byte, error) {
					if data == nil {
						return nil, NullArgument("data")
					}
					return sign(name, padding, func(h *clr.HashAlgorithm, pss bool) ([]byte, error) { return r.SignData(data, h, pss) })
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
		},
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
