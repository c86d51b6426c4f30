package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func cipherModeEnum() *Class {
	return &Class{
		Name: cryptography + "CipherMode", Kind: types.Enum, Doc: "How the blocks of a cipher are chained.", Values: "CBC=1 ECB OFB CFB CTS",
	}
}

func paddingModeEnum() *Class {
	return &Class{
		Name: cryptography + "PaddingMode", Kind: types.Enum, Doc: "How the last block of a cipher is filled.", Values: "None=1 PKCS7 Zeros ANSIX923 ISO10126",
	}
}

type symmetric = *clr.Symmetric

// done is the result of a setter.
func done(err error) (Void, error) { return Void{}, err }

func symmetricAlgorithmClass() *Class {
	c := &Class{
		Name: cryptography + "SymmetricAlgorithm", Go: TypeFor[symmetric](), Abstract: true, Bases: "IDisposable",
		Doc: "A cipher with one key: AES, DES or Triple DES.",
		Members: []Member{
			M("static SymmetricAlgorithm Create(string algName)", "The cipher of that name, or null.", F1(clr.NewSymmetric), `SymmetricAlgorithm.Create("Aes").KeySize => 256`),
			M("static SymmetricAlgorithm Create()", "AES.", F0(func() symmetric { return clr.NewSymmetric("Aes") })).Denied(),
			M("byte[] Key { get; set; }", "The key; a random one until it is set.", F1(symmetric.Key)).Set(
				E2(func(s symmetric, key []byte) (Void, error) { return done(s.SetKey(key)) })),
			M("byte[] IV { get; set; }", "The initialization vector; a random one until it is set.", F1(symmetric.IV)).Set(
				E2(func(s symmetric, iv []byte) (Void, error) { return done(s.SetIV(iv)) })),
			M("int KeySize { get; set; }", "The size of the key in bits.", F1(symmetric.KeySize)).Set(
				E2(func(s symmetric, bits int) (Void, error) { return done(s.SetKeySize(bits)) })),
			M("int BlockSize { get; set; }", "The size of a block in bits.", F1(symmetric.BlockSize)).Set(
				E2(func(s symmetric, bits int) (Void, error) { return done(s.SetBlockSize(bits)) })),
			M("CipherMode Mode { get; set; }", "How blocks are chained.", F1(func(s symmetric) clr.CipherMode { return s.Mode })).Set(
				E2(func(s symmetric, mode clr.CipherMode) (Void, error) { return done(s.SetMode(mode)) })),
			M("PaddingMode Padding { get; set; }", "How the last block is filled.", F1(func(s symmetric) clr.PaddingMode { return s.Padding })).Set(
				E2(func(s symmetric, padding clr.PaddingMode) (Void, error) { return done(s.SetPadding(padding)) })),
			M("int FeedbackSize { get; set; }", "How many bits cipher feedback works on at a time.", F1(symmetric.FeedbackSize)).Set(
				E2(func(s symmetric, bits int) (Void, error) { return done(s.SetFeedbackSize(bits)) })),
			M("KeySizes[] LegalKeySizes { get; }", "The sizes that keys may have.", F1(func(s symmetric) *Array {
				least, most, skip := s.KeySizes()
				return sizesOf(keySizes{least, most, skip})
			}), `SymmetricAlgorithm.Create("Aes").LegalKeySizes[0].MinSize => 128`),
			M("KeySizes[] LegalBlockSizes { get; }", "The sizes that blocks may have.", F1(func(s symmetric) *Array { return sizesOf(keySizes{s.BlockSize(), s.BlockSize(), 0}) })),
			M("bool ValidKeySize(int bitLength)", "Whether keys may have that size.", F2(func(s symmetric, bits int) bool {
				least, most, skip := s.KeySizes()
				return bits >= least && bits <= most && (bits == least || skip > 0 && (bits-least)%skip == 0)
			}), `SymmetricAlgorithm.Create("Aes").ValidKeySize(100) => false`),
			M("void GenerateKey()", "Sets a random key.", F1(func(s symmetric) Void { s.GenerateKey(); return Void{} })),
			M("void GenerateIV()", "Sets a random initialization vector.", F1(func(s symmetric) Void { s.GenerateIV(); return Void{} })),
			M("void Clear()", "Does nothing here.", F1(func(symmetric) Void { return Void{} })),
			M("void Dispose()", "Does nothing here.", F1(func(symmetric) Void { return Void{} })),
		},
	}
	c.Members = append(c.Members, symmetricTransforms()...)
	return c
}

func symmetricTransforms() []Member {
	transform := func(decrypt bool) Code {
		return F1(func(s symmetric) *cryptoTransform { return &cryptoTransform{s, decrypt} })
	}
	keyed := func(decrypt bool) Code {
		return E3(func(s symmetric, key, iv []byte) (*cryptoTransform, error) {
			with, err := s.With(key, iv)
			if err != nil {
				return nil, err
			}
			return &cryptoTransform{with, decrypt}, nil
		})
	}
	return []Member{
		M("ICryptoTransform CreateEncryptor()", "What encrypts.", transform(false)),
		M("ICryptoTransform CreateDecryptor()", "What decrypts.", transform(true)),
		M("ICryptoTransform CreateEncryptor(byte[] rgbKey, byte[] rgbIV)", "What encrypts with a key.", keyed(false)),
		M("ICryptoTransform CreateDecryptor(byte[] rgbKey, byte[] rgbIV)", "What decrypts with a key.", keyed(true)),
	}
}

// keySizes are a KeySizes.
type keySizes struct{ least, most, skip int }

// TypeName is the class.
func (keySizes) TypeName() string { return cryptography + "KeySizes" }

// ToString is the class's name.
func (k keySizes) ToString() string { return k.TypeName() }

func sizesOf(k keySizes) *Array {
	return &Array{Elem: Load().Type(k.TypeName()), Data: []any{k}}
}

func keySizesClass() *Class {
	return &Class{
		Name: cryptography + "KeySizes", Go: TypeFor[keySizes](), Abstract: true, Access: AllowSome, Doc: "Sizes that keys or blocks may have.",
		Members: []Member{
			M("int MinSize { get; }", "The least size in bits.", F1(func(k keySizes) int { return k.least })),
			M("int MaxSize { get; }", "The most bits.", F1(func(k keySizes) int { return k.most })),
			M("int SkipSize { get; }", "How many bits there are between two sizes.", F1(func(k keySizes) int { return k.skip })),
		},
	}
}

// A cryptoTransform encrypts or decrypts.
type cryptoTransform struct {
	algorithm *clr.Symmetric
	decrypt   bool
}

// TypeName is the class.
func (t *cryptoTransform) TypeName() string { return cryptography + "UniversalCryptoTransform" }

// ToString is the class's name.
func (t *cryptoTransform) ToString() string { return t.TypeName() }

func (t *cryptoTransform) final(c Call, data []byte, offset, count int) ([]byte, error) {
	switch {
	case data == nil:
		return nil, NullArgument("inputBuffer")
	case offset < 0:
		return nil, clr.OutOfRangeError("inputOffset", "")
	case count < 0 || count > len(data)-offset:
		return nil, clr.ArgumentError("Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.", "")
	}
	if err := c.Work(count); err != nil {
		return nil, err
	}
	if t.decrypt {
		return t.algorithm.Decrypt(c.Budget(), data[offset:offset+count])
	}
	return t.algorithm.Encrypt(c.Budget(), data[offset:offset+count])
}

func cryptoTransformInterface() *Class {
	return &Class{
		Name: cryptography + "ICryptoTransform", Kind: types.Interface, Go: TypeFor[*cryptoTransform](), Bases: "IDisposable", Access: AllowSome,
		Doc: "What encrypts or decrypts.",
		Members: []Member{
			M("byte[] TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)", "Encrypts or decrypts the bytes, padding included.",
				C4(func(c Call, t *cryptoTransform, data []byte, offset, count int) ([]byte, error) {
					return t.final(c, data, offset, count)
				})),
			M("void Dispose()", "Does nothing here.", F1(func(*cryptoTransform) Void { return Void{} })),
		},
	}
}

// cipherClasses are the classes of single ciphers, which are not on the allow-list.
func cipherClasses() []func() *Class {
	var classes []func() *Class
	for _, name := range []string{"Aes", "DES", "TripleDES", "Rijndael", "RC2"} {
		classes = append(classes, func() *Class {
			return &Class{
				Name: cryptography + name, Bases: "SymmetricAlgorithm", Abstract: true, Access: AllowSome, Doc: "The cipher " + name + ".",
				Members: []Member{M("static "+name+" Create()", "The cipher.", F0(func() symmetric { return clr.NewSymmetric(name) }))},
			}
		})
	}
	for _, names := range [][2]string{{"AesManaged", "Aes"}, {"RijndaelManaged", "Rijndael"}, {"AesCryptoServiceProvider", "Aes"}} {
		name, algorithm := names[0], names[1]
		classes = append(classes, func() *Class {
			return &Class{
				Name: cryptography + name, Bases: algorithm, Access: AllowSome, Doc: "The cipher " + algorithm + ".",
				Members: []Member{M(name+"()", "The cipher.", F0(func() symmetric { return clr.NewSymmetric(algorithm) }))},
			}
		})
	}
	return classes
}

// transformWith is Encrypt or Decrypt of the gateway, with a cipher that may be null.
func transformWith(c Call, s *clr.Symmetric, data, key, iv []byte, decrypt bool) ([]byte, error) {
	if data == nil || s == nil {
		return nil, clr.NullReferenceError()
	}
	if key != nil || iv != nil {
		with, err := s.With(key, iv)
		if err != nil {
			return nil, err
		}
		s = with
	}
	if err := c.Work(len(data)); err != nil {
		return nil, err
	}
	if decrypt {
		return s.Decrypt(c.Budget(), data)
	}
	return s.Encrypt(c.Budget(), data)
}

func cryptographyExtensionsClass() *Class {
	c := &Class{Name: "CryptographyExtensions", Static: true, Doc: "Encryption with the ciphers of .NET."}
	const example = `Encoding.UTF8.GetString(Encoding.UTF8.GetBytes("hello").Encrypt("Aes", new byte[16], new byte[16]).Decrypt("Aes", new byte[16], new byte[16])) => "hello"`
	for _, m := range []struct {
		name, doc string
		decrypt   bool
	}{{"Encrypt", "encrypted", false}, {"Decrypt", "decrypted", true}} {
		c.Members = append(
			c.Members,
			M("static byte[] "+m.name+"(this byte[] input, string alg, byte[] key, byte[] iv)", "The bytes "+m.doc+" with the cipher of that name.",
				C4(func(c Call, data []byte, name string, key, iv []byte) ([]byte, error) {
					s := clr.NewSymmetric(name)
					if s == nil {
						return nil, clr.CryptographicError("The cipher '" + name + "' is not known.")
					}
					if key == nil || iv == nil {
						return nil, NullArgument("key")
					}
					return transformWith(c, s, data, key, iv, m.decrypt)
				}), example),
			M("static byte[] "+m.name+"(this byte[] input, SymmetricAlgorithm alg)", "The bytes "+m.doc+" with a cipher's own key.",
				C2(func(c Call, data []byte, s *clr.Symmetric) ([]byte, error) {
					return transformWith(c, s, data, nil, nil, m.decrypt)
				})),
			M("static byte[] "+m.name+"(this byte[] input, SymmetricAlgorithm alg, byte[] key, byte[] iv)", "The bytes "+m.doc+" with a cipher and a key.",
				C4(func(c Call, data []byte, s *clr.Symmetric, key, iv []byte) ([]byte, error) {
					return transformWith(c, s, data, key, iv, m.decrypt)
				})),
		)
	}
	return c
}
