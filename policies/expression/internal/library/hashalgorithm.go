package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

const cryptography = "System.Security.Cryptography."

// A hasher is an instance of one of the hash classes.
type hasher struct {
	class     string
	algorithm *clr.HashAlgorithm
	// key of a keyed one, else nil.
	key  []byte
	last []byte
	// blocks are what TransformBlock was given.
	blocks []byte
}

// RuntimeType is the class it was made of.
func (h *hasher) RuntimeType() *types.Type { return Load().Type(cryptography + h.class) }

// TypeName is the name of the class.
func (h *hasher) TypeName() string { return cryptography + h.class }

// ToString is the name of the class.
func (h *hasher) ToString() string { return h.TypeName() }

func (h *hasher) compute(data []byte) []byte {
	if h.key != nil {
		h.last = h.algorithm.HMAC(h.key, data)
	} else {
		h.last = h.algorithm.Sum(data)
	}
	return h.last
}

func (h *hasher) computeAll(c Call, data []byte) ([]byte, error) {
	if data == nil {
		return nil, NullArgument("buffer")
	}
	return h.compute(data), c.Work(len(data))
}

func (h *hasher) computeRange(c Call, data []byte, offset, count int) ([]byte, error) {
	switch {
	case data == nil:
		return nil, NullArgument("buffer")
	case offset < 0:
		return nil, clr.OutOfRangeError("offset", "Non-negative number required.")
	case count < 0 || count > len(data)-offset:
		return nil, clr.ArgumentError("Value was invalid.", "")
	}
	return h.compute(data[offset : offset+count]), c.Work(count)
}

// transformBlock adds a part to what is hashed in the end, and copies it as .NET does.
func transformBlock(c Call, args []any) (any, error) {
	h := args[0].(*hasher)
	input, _ := args[1].([]byte)
	data, err := part(input, whole(args[2]), whole(args[3]))
	if err != nil {
		return nil, err
	}
	if err := c.Budget().Take(int64(len(data))); err != nil {
		return nil, err
	}
	h.blocks = append(h.blocks, data...)
	if output, given := args[4].([]byte); given {
		at := whole(args[5])
		if at < 0 || len(data) > len(output)-at {
			return nil, clr.ArgumentError("Value was invalid.", "")
		}
		copy(output[at:], data)
	}
	return int32(len(data)), nil
}

// transformFinal adds the last part, and hashes all of them.
func (h *hasher) transformFinal(c Call, input []byte, offset, count int) ([]byte, error) {
	data, err := part(input, offset, count)
	if err != nil {
		return nil, err
	}
	if err := c.Work(len(h.blocks) + len(data)); err != nil {
		return nil, err
	}
	h.compute(append(h.blocks, data...))
	h.blocks = nil
	return append([]byte{}, data...), nil
}

var hashAlgorithms = []*clr.HashAlgorithm{clr.MD5, clr.SHA1, clr.SHA256, clr.SHA384, clr.SHA512}

// hashClasses are the hash functions, with and without a key.
func hashClasses() []func() *Class {
	classes := []func() *Class{hashAlgorithmClass, keyedHashAlgorithmClass, hmacClass}
	for _, h := range hashAlgorithms {
		classes = append(
			classes,
			func() *Class { return hashFunctionClass(h) },
			func() *Class { return managedHashClass(h) },
			func() *Class { return keyedHashClass(h) },
		)
	}
	return classes
}

// findHasher finds a keyed hash by its name, with a random key, and perhaps a plain one.
func findHasher(name string, plain bool) *hasher {
	if len(name) > len(cryptography) && clr.EqualIgnoreCase(name[:len(cryptography)], cryptography) {
		name = name[len(cryptography):]
	}
	for _, h := range hashAlgorithms {
		switch {
		case clr.EqualIgnoreCase(name, "HMAC"+h.Name):
			return randomlyKeyed(h)
		case plain && clr.EqualIgnoreCase(name, h.Name):
			return &hasher{class: h.Name, algorithm: h}
		}
	}
	return nil
}

func randomlyKeyed(h *clr.HashAlgorithm) *hasher {
	key := make([]byte, h.BlockSize())
	clr.RandomBytes(key)
	return &hasher{class: "HMAC" + h.Name, algorithm: h, key: key}
}

func hashAlgorithmClass() *Class {
	return &Class{
		Name: cryptography + "HashAlgorithm", Abstract: true, Bases: "IDisposable", Doc: "A hash function.",
		Members: []Member{
			M("byte[] ComputeHash(byte[] buffer)", "The hash of the bytes.", C2(func(c Call, h *hasher, data []byte) ([]byte, error) { return h.computeAll(c, data) }),
				`BitConverter.ToString(MD5.Create().ComputeHash(Encoding.UTF8.GetBytes("abc"))) => "90-01-50-98-3C-D2-4F-B0-D6-96-3F-7D-28-E1-7F-72"`),
			M("byte[] ComputeHash(byte[] buffer, int offset, int count)", "The hash of count bytes from offset on.", C4(func(c Call, h *hasher, data []byte, offset, count int) ([]byte, error) {
				return h.computeRange(c, data, offset, count)
			})),
			M("byte[] Hash { get; }", "The hash that was computed last.", F1(func(h *hasher) []byte { return h.last })),
			M("int HashSize { get; }", "The size of a hash in bits.", F1(func(h *hasher) int { return 8 * h.algorithm.Size() }), `SHA256.Create().HashSize => 256`),
			M("static HashAlgorithm Create(string hashName)", "The hash function of that name, or null.", F1(func(name string) *hasher { return findHasher(name, true) }),
				`HashAlgorithm.Create("SHA1").HashSize => 160`, `HashAlgorithm.Create("none") == null => true`),
			M("int TransformBlock(byte[] inputBuffer, int inputOffset, int inputCount, byte[] outputBuffer, int outputOffset)", "Adds a part to what is hashed.", Boxed(transformBlock)),
			M("byte[] TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)", "Adds the last part to what is hashed: Hash is the hash then.", C4(func(c Call, h *hasher, data []byte, offset, count int) ([]byte, error) {
				return h.transformFinal(c, data, offset, count)
			})),
			M("void Initialize()", "Forgets the parts that were added.", F1(func(h *hasher) Void { h.blocks = nil; return Void{} })),
			M("int InputBlockSize { get; }", "1.", F1(func(*hasher) int { return 1 })),
			M("int OutputBlockSize { get; }", "1.", F1(func(*hasher) int { return 1 })),
			M("bool CanReuseTransform { get; }", "True.", F1(func(*hasher) bool { return true })),
			M("bool CanTransformMultipleBlocks { get; }", "True.", F1(func(*hasher) bool { return true })),
			M("void Clear()", "Does nothing here.", F1(func(*hasher) Void { return Void{} })),
			M("void Dispose()", "Does nothing here.", F1(func(*hasher) Void { return Void{} })),
		},
	}
}

func keyedHashAlgorithmClass() *Class {
	return &Class{
		Name: cryptography + "KeyedHashAlgorithm", Abstract: true, Bases: "HashAlgorithm", Doc: "A hash function with a key.",
		Members: []Member{
			M("static KeyedHashAlgorithm Create(string algName)", "The keyed hash of that name, or null.", F1(func(name string) *hasher { return findHasher(name, false) })),
			M("byte[] Key { get; set; }", "The key.", F1(func(h *hasher) []byte { return append([]byte{}, h.key...) })).Set(
				E2(func(h *hasher, key []byte) (Void, error) {
					if key == nil {
						return Void{}, NullArgument("value")
					}
					h.key = append([]byte{}, key...)
					return Void{}, nil
				})),
		},
	}
}

func hmacClass() *Class {
	return &Class{
		Name: cryptography + "HMAC", Abstract: true, Bases: "KeyedHashAlgorithm", Doc: "A keyed hash made of a hash function.",
		Members: []Member{
			M("static HMAC Create(string algorithmName)", "The keyed hash of that name, or null.", F1(func(name string) *hasher { return findHasher(name, false) }),
				`HMAC.Create("HMACSHA256").HashSize => 256`),
			M("string HashName { get; }", "The name of the hash function.", F1(func(h *hasher) string { return h.algorithm.Name }), `new HMACSHA256().HashName => "SHA256"`),
		},
	}
}

// hashData is the code of HashData.
func hashData(h *clr.HashAlgorithm) Code {
	return C1(func(c Call, source []byte) ([]byte, error) {
		if source == nil {
			return nil, NullArgument("source")
		}
		return h.Sum(source), c.Work(len(source))
	})
}

func hashFunctionClass(h *clr.HashAlgorithm) *Class {
	create := F0(func() *hasher { return &hasher{class: h.Name, algorithm: h} })
	return &Class{
		Name: cryptography + h.Name, Abstract: true, Bases: "HashAlgorithm", Doc: "The hash function " + h.Name + ".",
		Members: []Member{
			M("static "+h.Name+" Create()", "The hash function.", create, h.Name+".Create().ComputeHash(new byte[0]).Length > 0 => true"),
			M("static byte[] HashData(byte[] source)", "The hash of the bytes.", hashData(h), h.Name+".HashData(new byte[0]).Length > 0 => true"),
		},
	}
}

// managedHashClass is the class with a constructor that .NET Framework had: SHA256Managed,
// MD5CryptoServiceProvider.
func managedHashClass(h *clr.HashAlgorithm) *Class {
	name := h.Name + "Managed"
	if h == clr.MD5 {
		name = "MD5CryptoServiceProvider"
	}
	return &Class{
		Name: cryptography + name, Bases: h.Name, Doc: "The hash function " + h.Name + ".",
		Members: []Member{
			M(name+"()", "The hash function.", F0(func() *hasher { return &hasher{class: name, algorithm: h} }),
				"new "+name+"().ComputeHash(new byte[0]).Length > 0 => true"),
		},
	}
}

func keyedHashClass(h *clr.HashAlgorithm) *Class {
	name := "HMAC" + h.Name
	return &Class{
		Name: cryptography + name, Bases: "HMAC", Doc: "The keyed hash made of " + h.Name + ".",
		Members: []Member{
			M(name+"()", "A keyed hash with a random key.", F0(func() *hasher { return randomlyKeyed(h) })),
			M(name+"(byte[] key)", "A keyed hash with that key.", E1(func(key []byte) (*hasher, error) {
				if key == nil {
					return nil, NullArgument("key")
				}
				return &hasher{class: name, algorithm: h, key: append([]byte{}, key...)}, nil
			}), "new "+name+`(Encoding.UTF8.GetBytes("key")).ComputeHash(Encoding.UTF8.GetBytes("abc")).Length > 0 => true`),
			M("static byte[] HashData(byte[] key, byte[] source)", "The keyed hash of the bytes.", C2(func(c Call, key, source []byte) ([]byte, error) {
				if key == nil || source == nil {
					return nil, NullArgument("source")
				}
				return h.HMAC(key, source), c.Work(len(source))
			})),
		},
	}
}
