package clr

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// An Encoding is C#'s System.Text.Encoding.
type Encoding struct {
	// name is its WebName, class the name of its class.
	name, class string
	page        int
	encode      func(s string) []byte
	decode      func(data []byte) string
}

// The encodings that .NET has without registering others.
var (
	EncodingUTF8             = &Encoding{"utf-8", "System.Text.UTF8Encoding+UTF8EncodingSealed", 65001, encodeUTF8, decodeUTF8}
	EncodingASCII            = &Encoding{"us-ascii", "System.Text.ASCIIEncoding+ASCIIEncodingSealed", 20127, narrow(0x80), widen(0x80)}
	EncodingLatin1           = &Encoding{"iso-8859-1", "System.Text.Latin1Encoding+Latin1EncodingSealed", 28591, narrow(0x100), widen(0x100)}
	EncodingUnicode          = &Encoding{"utf-16", "System.Text.UnicodeEncoding", 1200, encodeUTF16(binary.LittleEndian), decodeUTF16(binary.LittleEndian)}
	EncodingBigEndianUnicode = &Encoding{"utf-16BE", "System.Text.UnicodeEncoding", 1201, encodeUTF16(binary.BigEndian), decodeUTF16(binary.BigEndian)}
	EncodingUTF32            = &Encoding{"utf-32", "System.Text.UTF32Encoding", 12000, encodeUTF32, decodeUTF32}
)

var encodings = map[string]*Encoding{
	"utf-8": EncodingUTF8, "utf8": EncodingUTF8, "unicode-1-1-utf-8": EncodingUTF8, "unicode-2-0-utf-8": EncodingUTF8,
	"us-ascii": EncodingASCII, "ascii": EncodingASCII, "ansi_x3.4-1968": EncodingASCII, "iso646-us": EncodingASCII, "us": EncodingASCII,
	"iso-8859-1": EncodingLatin1, "iso8859-1": EncodingLatin1, "iso_8859-1": EncodingLatin1, "latin1": EncodingLatin1, "l1": EncodingLatin1,
	"utf-16": EncodingUnicode, "utf-16le": EncodingUnicode, "unicode": EncodingUnicode, "ucs-2": EncodingUnicode,
	"utf-16be": EncodingBigEndianUnicode, "unicodefffe": EncodingBigEndianUnicode,
	"utf-32": EncodingUTF32, "utf-32le": EncodingUTF32,
}

// FindEncoding is Encoding.GetEncoding(name).
func FindEncoding(name string) (*Encoding, error) {
	if e, ok := encodings[strings.ToLower(name)]; ok {
		return e, nil
	}
	return nil, ArgumentError("'"+name+"' is not a supported encoding name. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method.", "name")
}

// FindCodePage is Encoding.GetEncoding(number).
func FindCodePage(page int) (*Encoding, error) {
	if page == 0 {
		return EncodingUTF8, nil
	}
	for _, e := range encodings {
		if e.page == page {
			return e, nil
		}
	}
	return nil, ClassNotSupported.Throw("No data is available for encoding " + itoa(page) + ". For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method.")
}

// TypeName is the class.
func (e *Encoding) TypeName() string { return e.class }

// ToString is the class's name.
func (e *Encoding) ToString() string { return e.class }

// WebName is the WebName property.
func (e *Encoding) WebName() string { return e.name }

// CodePage is the CodePage property.
func (e *Encoding) CodePage() int { return e.page }

// Bytes is GetBytes.
func (e *Encoding) Bytes(b *Budget, s string) ([]byte, error) {
	if err := b.Take(4 * int64(len(s)) / int64(e.narrowest())); err != nil {
		return nil, err
	}
	return e.encode(s), nil
}

// narrowest is four for encodings whose bytes are about as many as those of UTF-8.
func (e *Encoding) narrowest() int {
	if e == EncodingUTF32 {
		return 1
	}
	if e.page == 1200 || e.page == 1201 {
		return 2
	}
	return 4
}

// ByteCount is GetByteCount.
func (e *Encoding) ByteCount(s string) int { return len(e.encode(s)) }

// Text is GetString: what cannot be decoded becomes U+FFFD, or ? in ASCII.
func (e *Encoding) Text(b *Budget, data []byte) (string, error) {
	if err := b.Take(int64(len(data))); err != nil {
		return "", err
	}
	return e.decode(data), nil
}

// TextRange is GetString(bytes, index, count).
func (e *Encoding) TextRange(b *Budget, data []byte, index, count int) (string, error) {
	switch {
	case index < 0:
		return "", negativeError("index", index)
	case count < 0:
		return "", negativeError("count", count)
	case count > len(data)-index:
		return "", OutOfRangeError("bytes", "Index and count must refer to a location within the buffer.")
	}
	return e.Text(b, data[index:index+count])
}

func encodeUTF8(s string) []byte { return append(make([]byte, 0, len(s)), WellFormed(s)...) }

// decodeUTF8 replaces each maximal part of a broken sequence by one U+FFFD.
func decodeUTF8(data []byte) string {
	if utf8.Valid(data) {
		return string(data)
	}
	out := make([]byte, 0, len(data)+8)
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			n = brokenLength(data)
		}
		out = utf8.AppendRune(out, r)
		data = data[n:]
	}
	return string(out)
}

// brokenLength is how many bytes at the start of data could have begun a character.
func brokenLength(data []byte) int {
	n := 1
	for n < len(data) && !utf8.FullRune(data[:n]) && !utf8.FullRune(data[:n+1]) {
		n++
	}
	return n
}

func narrow(limit rune) func(string) []byte {
	return func(s string) []byte {
		out := make([]byte, 0, len(s))
		for _, u := range Units(s) {
			switch {
			case rune(u) < limit:
				out = append(out, byte(u))
			default:
				out = append(out, '?')
			}
		}
		return out
	}
}

func widen(limit rune) func([]byte) string {
	return func(data []byte) string { return widened(data, limit) }
}

func widened(data []byte, limit rune) string {
	out := make([]byte, 0, len(data))
	for _, c := range data {
		if rune(c) >= limit {
			out = append(out, '?')
		} else {
			out = utf8.AppendRune(out, rune(c))
		}
	}
	return string(out)
}

func encodeUTF16(order binary.AppendByteOrder) func(string) []byte {
	return func(s string) []byte {
		units := Units(WellFormed(s))
		out := make([]byte, 0, 2*len(units))
		for _, u := range units {
			out = order.AppendUint16(out, uint16(u))
		}
		return out
	}
}

func decodeUTF16(order binary.ByteOrder) func([]byte) string {
	return func(data []byte) string {
		units := make([]Char, 0, len(data)/2+1)
		for len(data) >= 2 {
			units = append(units, Char(order.Uint16(data)))
			data = data[2:]
		}
		if len(data) > 0 {
			units = append(units, utf8.RuneError)
		}
		return WellFormed(FromUnits(units))
	}
}

func encodeUTF32(s string) []byte {
	out := make([]byte, 0, 4*len(s))
	for _, r := range WellFormed(s) {
		out = binary.LittleEndian.AppendUint32(out, uint32(r))
	}
	return out
}

func decodeUTF32(data []byte) string {
	var out []byte
	for len(data) >= 4 {
		out = utf8.AppendRune(out, rune(min(binary.LittleEndian.Uint32(data), utf8.MaxRune+1)))
		data = data[4:]
	}
	if len(data) > 0 {
		out = append(out, "\uFFFD"...)
	}
	return string(out)
}
