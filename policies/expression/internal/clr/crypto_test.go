package clr

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

func TestHashes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		h    *HashAlgorithm
		want string
	}{
		{MD5, "900150983cd24fb0d6963f7d28e17f72"},
		{SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	} {
		if got := hex.EncodeToString(tt.h.Sum([]byte("abc"))); got != tt.want {
			t.Errorf("%s is %s", tt.h.Name, got)
		}
	}
	if got := hex.EncodeToString(SHA256.HMAC([]byte("key"), []byte("abc"))); got != "9c196e32dc0175f86f4b1cb89289d6619de6bee699e4c378e68309ed97a1a6ab" {
		t.Errorf("HMAC is %s", got)
	}
	if _, err := FindHash("CRC"); AsException(err) == nil {
		t.Error("an unknown hash was found")
	}
}

func TestSymmetric(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Aes", "AES", "AesManaged", "Rijndael", "DES", "TripleDES", "3DES"} {
		for mode := CipherCBC; mode <= CipherCFB; mode++ {
			if mode == CipherOFB {
				continue
			}
			for padding := PaddingPKCS7; padding <= PaddingISO10126; padding++ {
				s := NewSymmetric(name)
				s.Mode, s.Padding = mode, padding
				text := []byte("sixteen bytes 16 and more")
				if padding == PaddingZeros {
					text = append(text, 0)
				}
				secret, err := s.Encrypt(nil, text)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				got, err := s.Decrypt(nil, secret)
				if padding == PaddingZeros {
					got, text = bytes.TrimRight(got, "\x00"), bytes.TrimRight(text, "\x00")
				}
				if err != nil || !bytes.Equal(got, text) {
					t.Errorf("%s mode %d padding %d: %q, %v", name, mode, padding, got, err)
				}
			}
		}
	}
	if NewSymmetric("Enigma") != nil {
		t.Error("an unknown algorithm was found")
	}
}

func TestAESAgainstDotNet(t *testing.T) {
	t.Parallel()
	s, err := NewSymmetric("Aes").With(bytes.Repeat([]byte{1}, 16), bytes.Repeat([]byte{2}, 16))
	if err != nil {
		t.Fatal(err)
	}
	secret, err := s.Encrypt(nil, []byte("hello"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ToBase64(nil, secret); got != "8jBnbDin1xbr7YFxjk/Iqg==" || err != nil {
		t.Errorf("encrypted %s, %v", got, err)
	}
	wrong, err := s.With(bytes.Repeat([]byte{9}, 16), bytes.Repeat([]byte{2}, 16))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wrong.Decrypt(nil, secret); AsException(err) == nil || err.Error() != "Padding is invalid and cannot be removed." {
		t.Errorf("with the wrong key: %v", err)
	}
	if _, err := s.Decrypt(nil, secret[:5]); AsException(err) == nil {
		t.Errorf("of half a block: %v", err)
	}
	if _, err := s.With([]byte{1}, nil); AsException(err) == nil {
		t.Errorf("a short key: %v", err)
	}
}

func TestRSA(t *testing.T) {
	t.Parallel()
	r, err := NewRSA(1024)
	if err != nil {
		t.Fatal(err)
	}
	data := []byte("data")
	for _, pss := range []bool{false, true} {
		signature, err := r.SignData(data, SHA256, pss)
		if err != nil || !r.VerifyData(data, signature, SHA256, pss) || r.VerifyData(data[1:], signature, SHA256, pss) {
			t.Errorf("signed with pss %t: %v", pss, err)
		}
	}
	for _, h := range []*HashAlgorithm{nil, SHA1, SHA256} {
		secret, err := r.Encrypt(data, h)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Decrypt(secret, h); err != nil || !bytes.Equal(got, data) {
			t.Errorf("decrypted %q, %v", got, err)
		}
	}
	public := &RSA{Public: r.Public}
	if _, err := public.SignData(data, SHA256, false); AsException(err) == nil {
		t.Error("a public key signed")
	}
}

func TestLittleEndian(t *testing.T) {
	t.Parallel()
	if got := LittleEndian(0x0102, 4); !bytes.Equal(got, []byte{2, 1, 0, 0}) {
		t.Errorf("bytes are %v", got)
	}
	if v, err := ReadLittleEndian([]byte{9, 2, 1, 0, 0}, 1, 4); v != 0x0102 || err != nil {
		t.Errorf("read %d, %v", v, err)
	}
	for _, start := range []int{-1, 3, 5} {
		if _, err := ReadLittleEndian(make([]byte, 5), start, 4); AsException(err) == nil {
			t.Errorf("read 4 of 5 bytes from %d", start)
		}
	}
}

func TestJwt(t *testing.T) {
	t.Parallel()
	encode := func(s string) string {
		text, err := ToBase64(nil, []byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(text), "=")
	}
	token := encode(`{"alg":"HS256","typ":"JWT"}`) + "." +
		encode(`{"iss":"me","sub":"you","aud":["a","b"],"exp":1577934245,"n":1.50,"t":true,"o":{ "x": 1 },"z":null,"Roles":["r",2]}`) + ".c2ln"
	for _, text := range []string{token, "Bearer " + token, "bearer  " + token} {
		j := ParseJwt(text)
		if j == nil {
			t.Fatalf("no token in %q", text)
		}
		if j.Algorithm != "HS256" || j.Type != "JWT" || j.Issuer != "me" || j.Subject != "you" || len(j.Audiences) != 2 || j.ID != "" {
			t.Errorf("read %+v", j)
		}
		if j.ExpirationTime == nil || j.ExpirationTime.String() != "01/02/2020 03:04:05" || j.NotBefore != nil {
			t.Errorf("expires %v", j.ExpirationTime)
		}
		for name, want := range map[string]string{"n": "1.50", "t": "true", "o": `{"x":1}`, "z": "", "roles": "r|2"} {
			if c := j.FindClaim(name); c == nil || strings.Join(c.Values, "|") != want {
				t.Errorf("claim %s is %+v", name, c)
			}
		}
	}
	for _, text := range []string{"", "a.b.c", "x", token + ".x", strings.ReplaceAll(token, ".", ""), encode("[1]") + "." + encode("{}") + "."} {
		if ParseJwt(text) != nil {
			t.Errorf("%q was read as a token", text)
		}
	}
}

func TestBasic(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]*Basic{
		"Basic dXNlcjpwYXNz":  {"user", "pass"},
		"basic dTpzOnA=":      {"u:s", "p"},
		"Basic dTo=":          {"u", ""},
		"Basic OnA=":          nil,
		"Basic dXNlcg==":      nil,
		"Basic ***":           nil,
		"Bearer dXNlcjpwYXNz": nil,
		"dXNlcjpwYXNz":        nil,
		"Basic w6k6cA==":      {"Ã©", "p"},
	} {
		got := ParseBasic(text)
		if (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Errorf("%q was read as %v, want %v", text, got, want)
		}
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       string
	}{
		{"utf-8", "é😀", "C3-A9-F0-9F-98-80"},
		{"us-ascii", "a😀é", "61-3F-3F-3F"},
		{"iso-8859-1", "é€", "E9-3F"},
		{"UTF-16", "é😀", "E9-00-3D-D8-00-DE"},
		{"utf-16BE", "é", "00-E9"},
		{"utf-32", "é", "E9-00-00-00"},
	} {
		e, err := FindEncoding(tt.name)
		if err != nil {
			t.Fatal(err)
		}
		data, err := e.Bytes(nil, tt.text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := HexDump(nil, data); got != tt.want || err != nil {
			t.Errorf("%s of %q is %s", tt.name, tt.text, got)
		}
	}
	if got, err := EncodingUTF8.Text(nil, []byte("a\xE2\x82b\xFF\xF0\x9F\x98\xC3\xA9")); err != nil || got != "a\uFFFDb\uFFFD\uFFFDé" {
		t.Errorf("broken UTF-8 reads as %q, %v", got, err)
	}
	if got, err := EncodingASCII.Text(nil, []byte{65, 200}); err != nil || got != "A?" {
		t.Errorf("broken ASCII reads as %q, %v", got, err)
	}
	if _, err := FindEncoding("klingon"); AsException(err) == nil {
		t.Error("an unknown encoding was found")
	}
}

func TestStringBuilder(t *testing.T) {
	t.Parallel()
	s := NewStringBuilder("a")
	for _, step := range []func() error{
		func() error { return s.Append(nil, "bé") },
		func() error { return s.AppendLine(nil, "!") },
		func() error { return s.AppendFormat(nil, "{0:D3}", []any{int32(7)}) },
		func() error { return s.Insert(nil, 2, "XX") },
		func() error { return s.Remove(nil, 0, 1) },
		func() error { return s.Replace(nil, "X", "yz") },
		func() error { return s.ReplaceRange(nil, "0", "-", 0, 9) },
		func() error { return s.SetCharAt(0, 'B') },
		func() error { return s.AppendRepeated(nil, '.', 3) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := s.ToString(), "Byzyzé!\n-07..."; got != want {
		t.Errorf("built %q, want %q", got, want)
	}
	if err := s.SetLength(nil, 2); err != nil || s.ToString() != "By" || s.Length() != 2 {
		t.Errorf("cut to %q, %v", s.ToString(), err)
	}
	for _, err := range []error{s.Insert(nil, 9, ""), s.Remove(nil, 1, 5), s.SetCharAt(7, 'x'), s.Replace(nil, "", "x"), s.SetLength(nil, -1)} {
		if AsException(err) == nil {
			t.Errorf("not an exception: %v", err)
		}
	}
}
