package library

import (
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

type rsaNumbers = *clr.RSAParameters

// rsaParametersClass is a structure in .NET. As it is only ever filled and handed over,
// nobody sees that it is none here.
func rsaParametersClass() *Class {
	number := func(name, doc string, at func(rsaNumbers) *[]byte) Member {
		return M("byte[] "+name+" { get; set; }", doc, F1(func(p rsaNumbers) []byte { return *at(p) })).
			Set(F2(func(p rsaNumbers, v []byte) Void { *at(p) = v; return Void{} }))
	}
	return &Class{
		Name: cryptography + "RSAParameters", Go: TypeFor[rsaNumbers](), Access: AllowSome, Doc: "The numbers of an RSA key.",
		Members: []Member{
			M("RSAParameters()", "No numbers.", F0(func() rsaNumbers { return new(clr.RSAParameters) })),
			number("Modulus", "The modulus.", func(p rsaNumbers) *[]byte { return &p.Modulus }),
			number("Exponent", "The public exponent.", func(p rsaNumbers) *[]byte { return &p.Exponent }),
			number("D", "The private exponent.", func(p rsaNumbers) *[]byte { return &p.D }),
			number("P", "The first prime.", func(p rsaNumbers) *[]byte { return &p.P }),
			number("Q", "The second prime.", func(p rsaNumbers) *[]byte { return &p.Q }),
			number("DP", "D modulo P - 1.", func(p rsaNumbers) *[]byte { return &p.DP }),
			number("DQ", "D modulo Q - 1.", func(p rsaNumbers) *[]byte { return &p.DQ }),
			number("InverseQ", "The inverse of Q modulo P.", func(p rsaNumbers) *[]byte { return &p.InverseQ }),
		},
	}
}

// rsaKeys are the members of RSA that take keys over or give them away.
func rsaKeys() []Member {
	out := []Member{
		M("static RSA Create(RSAParameters parameters)", "RSA with a key given by its numbers.", E1(func(p rsaNumbers) (*clr.RSA, error) {
			r := new(clr.RSA)
			return r, r.ImportParameters(p)
		})),
		M("RSAParameters ExportParameters(bool includePrivateParameters)", "The numbers of the key.", E2((*clr.RSA).Parameters)),
		M("void ImportParameters(RSAParameters parameters)", "Takes over a key given by its numbers.", E2(func(r *clr.RSA, p rsaNumbers) (Void, error) {
			return Void{}, r.ImportParameters(p)
		})),
	}
	for _, f := range []struct {
		name, doc string
		form      clr.KeyForm
	}{
		{"Pkcs8PrivateKey", "the private key in DER, in the form of PKCS #8", clr.PKCS8Private},
		{"RSAPrivateKey", "the private key in DER, in the form of PKCS #1", clr.PKCS1Private},
		{"RSAPublicKey", "the public key in DER, in the form of PKCS #1", clr.PKCS1Public},
		{"SubjectPublicKeyInfo", "the public key in DER, as certificates have it", clr.SubjectPublicKeyInfo},
	} {
		out = append(out,
			M("byte[] Export"+f.name+"()", "Writes "+f.doc+".", E1(func(r *clr.RSA) ([]byte, error) { return r.Export(f.form) })),
			M("void Import"+f.name+"(byte[] source, out int bytesRead)", "Takes over "+f.doc+".", Boxed(func(_ Call, args []any) (any, error) {
				source, _ := args[1].([]byte)
				n, err := args[0].(*clr.RSA).Import(f.form, source)
				*args[2].(*any) = int32(n)
				return nil, err
			})))
	}
	return out
}

// part is a part of some bytes.
func part(data []byte, offset, count int) ([]byte, error) {
	switch {
	case data == nil:
		return nil, NullArgument("data")
	case offset < 0 || offset > len(data):
		return nil, clr.OutOfRangeError("offset", "")
	case count < 0 || count > len(data)-offset:
		return nil, clr.OutOfRangeError("count", "")
	}
	return slices.Clip(data[offset : offset+count]), nil
}

// rsaParts are the overloads of signing and verifying that take a part of the data.
func rsaParts() []Member {
	return []Member{
		M("byte[] SignData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)", "The signature of a part of the data.",
			Boxed(func(_ Call, args []any) (any, error) {
				all, _ := args[1].([]byte)
				data, err := part(all, whole(args[2]), whole(args[3]))
				if err != nil {
					return nil, err
				}
				padding, _ := args[5].(*signaturePadding)
				return sign(args[4].(hashName), padding, func(h *clr.HashAlgorithm, pss bool) (any, error) { return args[0].(*clr.RSA).SignData(data, h, pss) })
			})),
		M("bool VerifyData(byte[] data, int offset, int count, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)",
			"Whether the signature of a part of the data is good.",
			Boxed(func(_ Call, args []any) (any, error) {
				all, _ := args[1].([]byte)
				data, err := part(all, whole(args[2]), whole(args[3]))
				if err != nil {
					return nil, err
				}
				signature, given := args[4].([]byte)
				if !given {
					return nil, NullArgument("signature")
				}
				padding, _ := args[6].(*signaturePadding)
				return sign(args[5].(hashName), padding, func(h *clr.HashAlgorithm, pss bool) (any, error) {
					return args[0].(*clr.RSA).VerifyData(data, signature, h, pss), nil
				})
			})),
	}
}

// rsaProviderClass is the class that .NET Framework's policies make by hand.
func rsaProviderClass() *Class {
	const name = "RSACryptoServiceProvider"
	return &Class{
		Name: cryptography + name, Bases: "RSA", Access: AllowSome, Doc: "RSA, as Windows has it.",
		Members: []Member{
			M(name+"()", "RSA with a new key of 1024 bits.", C0(func(c Call) (*clr.RSA, error) { return newRSA(c, 1024) })),
			M(name+"(int dwKeySize)", "RSA with a new key.", C1(newRSA)),
		},
	}
}
