package clr

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // authors may ask for it
	"crypto/hmac"
	_ "crypto/md5" //nolint:gosec // authors may ask for it
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" //nolint:gosec // authors may ask for it
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/binary"
	"slices"
)

// A HashAlgorithm is one of .NET's hash functions.
type HashAlgorithm struct {
	// Name is that of HashAlgorithmName.
	Name string
	hash crypto.Hash
}

// The hash functions.
var (
	MD5    = &HashAlgorithm{"MD5", crypto.MD5}
	SHA1   = &HashAlgorithm{"SHA1", crypto.SHA1}
	SHA256 = &HashAlgorithm{"SHA256", crypto.SHA256}
	SHA384 = &HashAlgorithm{"SHA384", crypto.SHA384}
	SHA512 = &HashAlgorithm{"SHA512", crypto.SHA512}
)

// FindHash finds a hash function by its HashAlgorithmName.
func FindHash(name string) (*HashAlgorithm, error) {
	for _, h := range []*HashAlgorithm{MD5, SHA1, SHA256, SHA384, SHA512} {
		if h.Name == name {
			return h, nil
		}
	}
	return nil, CryptographicError("'" + name + "' is not a known hash algorithm.")
}

// Size is the number of bytes of a hash.
func (h *HashAlgorithm) Size() int { return h.hash.Size() }

// BlockSize is the number of bytes that are hashed at a time.
func (h *HashAlgorithm) BlockSize() int { return h.hash.New().BlockSize() }

// Sum hashes data.
func (h *HashAlgorithm) Sum(data []byte) []byte {
	f := h.hash.New()
	f.Write(data)
	return f.Sum(nil)
}

// HMAC is the keyed hash of data.
func (h *HashAlgorithm) HMAC(key, data []byte) []byte {
	f := hmac.New(h.hash.New, key)
	f.Write(data)
	return f.Sum(nil)
}

// RandomBytes fills data with random bytes.
func RandomBytes(data []byte) { _, _ = rand.Read(data) } // never fails

// CipherMode says how blocks are chained.
type CipherMode int32

// The modes of .NET.
const (
	CipherCBC CipherMode = iota + 1
	CipherECB
	CipherOFB
	CipherCFB
	CipherCTS
)

// PaddingMode says how the last block is filled.
type PaddingMode int32

// The paddings of .NET.
const (
	PaddingNone PaddingMode = iota + 1
	PaddingPKCS7
	PaddingZeros
	PaddingANSIX923
	PaddingISO10126
)

// A Symmetric is a SymmetricAlgorithm with its settings.
type Symmetric struct {
	algorithm *blockCipher
	Mode      CipherMode
	Padding   PaddingMode
	key, iv   []byte
	keyBits   int
	feedback  int // bytes that cipher feedback works on at a time
	class     string
}

// A blockCipher is what a Symmetric encrypts blocks with.
type blockCipher struct {
	block    int
	keySizes []int // in bytes; the first is the default
	open     func(key []byte) (cipher.Block, error)
}

var (
	aesCipher       = &blockCipher{16, []int{32, 16, 24}, aes.NewCipher}
	desCipher       = &blockCipher{8, []int{8}, des.NewCipher}
	tripleDESCipher = &blockCipher{8, []int{24, 16}, newTripleDES}
	rc2Cipher       = &blockCipher{8, []int{16, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, newRC2}
)

// newTripleDES takes keys of two or three parts.
func newTripleDES(key []byte) (cipher.Block, error) {
	if len(key) == 16 {
		key = append(slices.Clone(key), key[:8]...)
	}
	return des.NewTripleDESCipher(key)
}

// NewSymmetric is SymmetricAlgorithm.Create(name); nil when there is no such algorithm.
func NewSymmetric(name string) *Symmetric {
	s := &Symmetric{Mode: CipherCBC, Padding: PaddingPKCS7, feedback: 1}
	switch mapRunes(name, upperOrdinal) {
	case "AES", "AESMANAGED", "AESCRYPTOSERVICEPROVIDER", "RIJNDAEL", "RIJNDAELMANAGED", "SYSTEM.SECURITY.CRYPTOGRAPHY.AES",
		"SYSTEM.SECURITY.CRYPTOGRAPHY.AESMANAGED", "SYSTEM.SECURITY.CRYPTOGRAPHY.RIJNDAEL", "SYSTEM.SECURITY.CRYPTOGRAPHY.RIJNDAELMANAGED",
		"SYSTEM.SECURITY.CRYPTOGRAPHY.SYMMETRICALGORITHM":
		s.algorithm, s.class = aesCipher, "System.Security.Cryptography.AesImplementation"
	case "DES", "SYSTEM.SECURITY.CRYPTOGRAPHY.DES", "DESCRYPTOSERVICEPROVIDER":
		s.algorithm, s.class = desCipher, "System.Security.Cryptography.DesImplementation"
	case "TRIPLEDES", "3DES", "TRIPLE DES", "SYSTEM.SECURITY.CRYPTOGRAPHY.TRIPLEDES", "TRIPLEDESCRYPTOSERVICEPROVIDER":
		s.algorithm, s.class = tripleDESCipher, "System.Security.Cryptography.TripleDesImplementation"
	case "RC2", "SYSTEM.SECURITY.CRYPTOGRAPHY.RC2", "RC2CRYPTOSERVICEPROVIDER":
		s.algorithm, s.class = rc2Cipher, "System.Security.Cryptography.RC2Implementation"
	default:
		return nil
	}
	s.keyBits = 8 * s.algorithm.keySizes[0]
	return s
}

// TypeName is the class.
func (s *Symmetric) TypeName() string { return s.class }

// ToString is the class's name.
func (s *Symmetric) ToString() string { return s.class }

// Key is the key, a random one if none was set.
func (s *Symmetric) Key() []byte {
	if s.key == nil {
		s.GenerateKey()
	}
	return slices.Clone(s.key)
}

// GenerateKey sets a random key.
func (s *Symmetric) GenerateKey() {
	s.key = make([]byte, s.keyBits/8)
	RandomBytes(s.key)
}

// SetKey sets the key.
func (s *Symmetric) SetKey(key []byte) error {
	if key == nil {
		return ArgumentNullError("value")
	}
	if !slices.Contains(s.algorithm.keySizes, len(key)) {
		return CryptographicError("Specified key is not a valid size for this algorithm.")
	}
	s.key, s.keyBits = slices.Clone(key), 8*len(key)
	return nil
}

// KeySize is the size of the key in bits.
func (s *Symmetric) KeySize() int { return s.keyBits }

// SetKeySize sets the size of the next key, and forgets the one there was.
func (s *Symmetric) SetKeySize(bits int) error {
	if bits%8 != 0 || !slices.Contains(s.algorithm.keySizes, bits/8) {
		return CryptographicError("Specified key is not a valid size for this algorithm.")
	}
	s.key, s.keyBits = nil, bits
	return nil
}

// BlockSize is the size of a block in bits.
func (s *Symmetric) BlockSize() int { return 8 * s.algorithm.block }

// KeySizes are the sizes that keys may have, in bits: the least, the most, and what is
// between two of them.
func (s *Symmetric) KeySizes() (least, most, skip int) {
	sizes := slices.Sorted(slices.Values(s.algorithm.keySizes))
	least, most = 8*sizes[0], 8*sizes[len(sizes)-1]
	if len(sizes) > 1 {
		skip = 8 * (sizes[1] - sizes[0])
	}
	return least, most, skip
}

// FeedbackSize is how many bits cipher feedback works on at a time.
func (s *Symmetric) FeedbackSize() int { return 8 * s.feedback }

// SetFeedbackSize takes eight bits, or the size of a block.
func (s *Symmetric) SetFeedbackSize(bits int) error {
	if bits != 8 && bits != s.BlockSize() {
		return CryptographicError("The specified feedback size is not valid for this algorithm.")
	}
	s.feedback = bits / 8
	return nil
}

// SetMode takes the modes that .NET has; OFB and CTS are only names there.
func (s *Symmetric) SetMode(mode CipherMode) error {
	if mode != CipherCBC && mode != CipherECB && mode != CipherCFB {
		return CryptographicError("The specified cipher mode is not valid for this algorithm.")
	}
	s.Mode = mode
	return nil
}

// SetPadding takes the paddings that there are.
func (s *Symmetric) SetPadding(padding PaddingMode) error {
	if padding < PaddingNone || padding > PaddingISO10126 {
		return CryptographicError("The specified PaddingMode is not valid for this algorithm.")
	}
	s.Padding = padding
	return nil
}

// padTo is what padding makes the length a multiple of, in bytes.
func (s *Symmetric) padTo() int {
	if s.Mode == CipherCFB {
		return s.feedback
	}
	return s.algorithm.block
}

// SetBlockSize accepts only the block size that the algorithm has.
func (s *Symmetric) SetBlockSize(bits int) error {
	if bits != s.BlockSize() {
		return CryptographicError("Specified block size is not valid for this algorithm.")
	}
	return nil
}

// IV is the initialization vector, a random one if none was set.
func (s *Symmetric) IV() []byte {
	if s.iv == nil {
		s.GenerateIV()
	}
	return slices.Clone(s.iv)
}

// GenerateIV sets a random initialization vector.
func (s *Symmetric) GenerateIV() {
	s.iv = make([]byte, s.algorithm.block)
	RandomBytes(s.iv)
}

// SetIV sets the initialization vector.
func (s *Symmetric) SetIV(iv []byte) error {
	if iv == nil {
		return ArgumentNullError("value")
	}
	if err := s.checkIV(iv); err != nil {
		return err
	}
	s.iv = slices.Clone(iv)
	return nil
}

func (s *Symmetric) checkIV(iv []byte) error {
	if len(iv) != s.algorithm.block {
		return CryptographicError("Specified initialization vector (IV) does not match the block size for this algorithm.")
	}
	return nil
}

// With is a copy with another key and initialization vector.
func (s *Symmetric) With(key, iv []byte) (*Symmetric, error) {
	c := *s
	if err := c.SetKey(key); err != nil {
		return nil, ArgumentError(err.Error(), "key")
	}
	if iv != nil || c.Mode != CipherECB {
		if err := c.SetIV(iv); err != nil {
			return nil, ArgumentError(err.Error(), "iv")
		}
	}
	return &c, nil
}

// Encrypt pads and encrypts data.
func (s *Symmetric) Encrypt(b *Budget, data []byte) ([]byte, error) {
	if err := b.Take(int64(len(data) + s.algorithm.block)); err != nil {
		return nil, err
	}
	padded, err := s.pad(data)
	if err != nil {
		return nil, err
	}
	return padded, s.transform(padded, true)
}

// Decrypt decrypts data and removes its padding.
func (s *Symmetric) Decrypt(b *Budget, data []byte) ([]byte, error) {
	if len(data)%s.padTo() != 0 {
		return nil, CryptographicError("The input data is not a complete block.")
	}
	if err := b.Take(int64(len(data))); err != nil {
		return nil, err
	}
	out := slices.Clone(data)
	if err := s.transform(out, false); err != nil {
		return nil, err
	}
	return s.unpad(out)
}

// transform works on whole blocks in place.
func (s *Symmetric) transform(data []byte, encrypt bool) error {
	block, err := s.algorithm.open(s.Key())
	if err != nil {
		return CryptographicError("Specified key is not a valid size for this algorithm.")
	}
	switch s.Mode {
	case CipherCBC:
		if encrypt {
			cipher.NewCBCEncrypter(block, s.IV()).CryptBlocks(data, data)
		} else {
			cipher.NewCBCDecrypter(block, s.IV()).CryptBlocks(data, data)
		}
	case CipherECB:
		work := block.Decrypt
		if encrypt {
			work = block.Encrypt
		}
		for n := block.BlockSize(); len(data) > 0; data = data[n:] {
			work(data, data)
		}
	case CipherCFB:
		feedBack(block, s.IV(), data, s.feedback, encrypt)
	default:
		return CryptographicError("The specified cipher mode is not valid for this algorithm.")
	}
	return nil
}

// feedBack is cipher feedback of size bytes at a time.
func feedBack(block cipher.Block, shift, data []byte, size int, encrypt bool) {
	stream := make([]byte, block.BlockSize())
	for ; len(data) >= size; data = data[size:] {
		block.Encrypt(stream, shift)
		shift = shift[size:]
		for i, c := range data[:size] {
			data[i] = c ^ stream[i]
			if encrypt {
				c = data[i]
			}
			shift = append(shift, c)
		}
	}
}

func (s *Symmetric) pad(data []byte) ([]byte, error) {
	size := s.padTo()
	n := size - len(data)%size
	out := append(make([]byte, 0, len(data)+n), data...)
	switch s.Padding {
	case PaddingNone:
		if n != size {
			return nil, CryptographicError("The input data is not a complete block.")
		}
		return out, nil
	case PaddingZeros:
		return append(out, make([]byte, n%size)...), nil
	case PaddingPKCS7:
		for range n {
			out = append(out, byte(n))
		}
		return out, nil
	case PaddingANSIX923, PaddingISO10126:
		fill := make([]byte, n)
		if s.Padding == PaddingISO10126 {
			RandomBytes(fill)
		}
		fill[n-1] = byte(n)
		return append(out, fill...), nil
	}
	return nil, CryptographicError("Padding is invalid and cannot be removed.")
}

func (s *Symmetric) unpad(data []byte) ([]byte, error) {
	if s.Padding == PaddingNone || s.Padding == PaddingZeros {
		return data, nil
	}
	invalid := CryptographicError("Padding is invalid and cannot be removed.")
	if len(data) == 0 {
		return data, nil
	}
	n := int(data[len(data)-1])
	if n == 0 || n > s.padTo() || n > len(data) {
		return nil, invalid
	}
	for _, c := range data[len(data)-n : len(data)-1] {
		if s.Padding == PaddingPKCS7 && int(c) != n || s.Padding == PaddingANSIX923 && c != 0 {
			return nil, invalid
		}
	}
	return data[:len(data)-n], nil
}

// An RSA is C#'s RSA with a key; Private is nil for a public key.
type RSA struct {
	Public  *rsa.PublicKey
	Private *rsa.PrivateKey
}

// NewRSA is RSA.Create(bits).
func NewRSA(bits int) (*RSA, error) {
	if bits < 1024 || bits > 4096 || bits%8 != 0 {
		return nil, CryptographicError("Specified key is not a valid size for this algorithm.")
	}
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return nil, CryptographicError(err.Error())
	}
	return &RSA{&key.PublicKey, key}, nil
}

// TypeName is the class.
func (r *RSA) TypeName() string {
	return "System.Security.Cryptography.RSAImplementation+RSAOpenSsl"
}

// ToString is the class's name.
func (r *RSA) ToString() string { return r.TypeName() }

// KeySize is the size of the key in bits.
func (r *RSA) KeySize() int { return r.Public.N.BitLen() }

// SignData hashes and signs data, with PSS padding or that of PKCS#1.
func (r *RSA) SignData(data []byte, h *HashAlgorithm, pss bool) ([]byte, error) {
	return r.SignHash(h.Sum(data), h, pss)
}

// SignHash signs a hash.
func (r *RSA) SignHash(hash []byte, h *HashAlgorithm, pss bool) ([]byte, error) {
	if r.Private == nil {
		return nil, CryptographicError("Object does not contain a private key.")
	}
	var signature []byte
	var err error
	if pss {
		signature, err = rsa.SignPSS(rand.Reader, r.Private, h.hash, hash, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	} else {
		signature, err = rsa.SignPKCS1v15(rand.Reader, r.Private, h.hash, hash)
	}
	if err != nil {
		return nil, CryptographicError(err.Error())
	}
	return signature, nil
}

// VerifyData reports whether the signature of data is good.
func (r *RSA) VerifyData(data, signature []byte, h *HashAlgorithm, pss bool) bool {
	return r.VerifyHash(h.Sum(data), signature, h, pss)
}

// VerifyHash reports whether the signature of a hash is good.
func (r *RSA) VerifyHash(hash, signature []byte, h *HashAlgorithm, pss bool) bool {
	if pss {
		return rsa.VerifyPSS(r.Public, h.hash, hash, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
	}
	return rsa.VerifyPKCS1v15(r.Public, h.hash, hash, signature) == nil
}

// Encrypt encrypts data, with OAEP padding by a hash, or that of PKCS#1 when h is nil.
func (r *RSA) Encrypt(data []byte, h *HashAlgorithm) ([]byte, error) {
	var out []byte
	var err error
	if h == nil {
		out, err = rsa.EncryptPKCS1v15(rand.Reader, r.Public, data) //nolint:staticcheck // authors may ask for it
	} else {
		out, err = rsa.EncryptOAEP(h.hash.New(), rand.Reader, r.Public, data, nil)
	}
	if err != nil {
		return nil, CryptographicError(err.Error())
	}
	return out, nil
}

// Decrypt decrypts data, as Encrypt encrypts it.
func (r *RSA) Decrypt(data []byte, h *HashAlgorithm) ([]byte, error) {
	if r.Private == nil {
		return nil, CryptographicError("Object does not contain a private key.")
	}
	var out []byte
	var err error
	if h == nil {
		out, err = rsa.DecryptPKCS1v15(nil, r.Private, data) //nolint:staticcheck // authors may ask for it
	} else {
		out, err = rsa.DecryptOAEP(h.hash.New(), nil, r.Private, data, nil)
	}
	if err != nil {
		return nil, CryptographicError("The parameter is incorrect.")
	}
	return out, nil
}

// HexDump is BitConverter.ToString: upper-case pairs with dashes.
func HexDump(b *Budget, data []byte) (string, error) {
	if err := b.Take(3 * int64(len(data))); err != nil {
		return "", err
	}
	out := make([]byte, 0, 3*len(data))
	for i, c := range data {
		if i > 0 {
			out = append(out, '-')
		}
		out = append(out, upperHex[c>>4], upperHex[c&15])
	}
	return string(out), nil
}

// ReadLittleEndian is BitConverter.ToInt32 and its like: size bytes from start on.
func ReadLittleEndian(data []byte, start, size int) (uint64, error) {
	switch {
	case start < 0 || start >= len(data):
		return 0, OutOfRangeError("startIndex", "Index was out of range. Must be non-negative and less than the size of the collection.")
	case start > len(data)-size:
		return 0, ArgumentError("Destination array is not long enough to copy all the items in the collection. Check array index and length.", "value")
	}
	var whole [8]byte
	copy(whole[:], data[start:start+size])
	return binary.LittleEndian.Uint64(whole[:]), nil
}

// LittleEndian is BitConverter.GetBytes: the first size bytes of v.
func LittleEndian(v uint64, size int) []byte {
	return binary.LittleEndian.AppendUint64(nil, v)[:size:size]
}
