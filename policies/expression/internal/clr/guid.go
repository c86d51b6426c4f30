package clr

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

// Guid is C#'s Guid, its bytes in the order in which they are written.
type Guid [16]byte //nolint:revive // the name that C# has

// NewGuid makes a random Guid of version 4.
func NewGuid() Guid { //nolint:revive // the name that C# has
	var g Guid
	_, _ = rand.Read(g[:]) // never fails
	g[6] = g[6]&0x0F | 0x40
	g[8] = g[8]&0x3F | 0x80
	return g
}

// GuidFromBytes is new Guid(byte[]).
func GuidFromBytes(b []byte) (Guid, error) { //nolint:revive // the name that C# has
	if len(b) != 16 {
		return Guid{}, ArgumentError("Byte array for Guid must be exactly 16 bytes long.", "b")
	}
	return Guid(b).swapped(), nil
}

// swapped reverses the first three groups, which byte[] forms have little-endian.
func (g Guid) swapped() Guid {
	return Guid{g[3], g[2], g[1], g[0], g[5], g[4], g[7], g[6], g[8], g[9], g[10], g[11], g[12], g[13], g[14], g[15]}
}

// Bytes is ToByteArray().
func (g Guid) Bytes() []byte {
	s := g.swapped()
	return s[:]
}

// Compare is CompareTo: -1, 0 or 1.
func (g Guid) Compare(h Guid) int { return bytes.Compare(g[:], h[:]) }

// Hash is GetHashCode().
func (g Guid) Hash() int32 {
	s := g.swapped()
	var h uint32
	for i := 0; i < len(s); i += 4 {
		h ^= binary.LittleEndian.Uint32(s[i:])
	}
	return int32(h)
}

// String is ToString(): lower case with dashes.
func (g Guid) String() string {
	var b [36]byte
	hex.Encode(b[:8], g[:4])
	hex.Encode(b[9:13], g[4:6])
	hex.Encode(b[14:18], g[6:8])
	hex.Encode(b[19:23], g[8:10])
	hex.Encode(b[24:], g[10:])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// Format is ToString(format): N, D, B, P or X.
func (g Guid) Format(_ *Budget, format string) (string, error) {
	switch format {
	case "", "D", "d":
		return g.String(), nil
	case "N", "n":
		return hex.EncodeToString(g[:]), nil
	case "B", "b":
		return "{" + g.String() + "}", nil
	case "P", "p":
		return "(" + g.String() + ")", nil
	case "X", "x":
		return g.hexadecimal(), nil
	}
	return "", FormatError(`Format string can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".`)
}

func (g Guid) hexadecimal() string {
	digits := hex.EncodeToString(g[:])
	var b strings.Builder
	b.WriteString("{0x" + digits[:8] + ",0x" + digits[8:12] + ",0x" + digits[12:16] + ",{")
	for i := 16; i < 32; i += 2 {
		if i > 16 {
			b.WriteByte(',')
		}
		b.WriteString("0x" + digits[i:i+2])
	}
	b.WriteString("}}")
	return b.String()
}

// ParseGuid is Guid.Parse: any of the five forms.
func ParseGuid(s string) (Guid, error) { //nolint:revive // the name that C# has
	text := Trim(s)
	switch {
	case text == "":
		return Guid{}, FormatError("Unrecognized Guid format.")
	case text[0] == '{' && !strings.Contains(text, "-"):
		return parseHexadecimalGUID(text)
	case text[0] == '{':
		return parseEnclosedGUID(text, '}')
	case text[0] == '(':
		return parseEnclosedGUID(text, ')')
	case strings.Contains(text, "-"):
		return parseDashedGUID(text)
	}
	if len(text) != 32 {
		return Guid{}, badGUIDLength()
	}
	return parseGUIDDigits(text)
}

func badGUIDLength() error {
	return FormatError("Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).")
}

func parseEnclosedGUID(text string, end byte) (Guid, error) {
	if len(text) != 38 || text[37] != end {
		return Guid{}, badGUIDLength()
	}
	return parseDashedGUID(text[1:37])
}

func parseDashedGUID(text string) (Guid, error) {
	if len(text) != 36 {
		return Guid{}, badGUIDLength()
	}
	if text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return Guid{}, FormatError("Dashes are in the wrong position for GUID parsing.")
	}
	return parseGUIDDigits(text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:])
}

func parseGUIDDigits(digits string) (Guid, error) {
	b, err := hex.DecodeString(digits)
	if err != nil {
		return Guid{}, FormatError("Guid string should only contain hexadecimal characters.")
	}
	return Guid(b), nil
}

// parseHexadecimalGUID reads {0x…,0x…,0x…,{0x…,…}}.
func parseHexadecimalGUID(text string) (Guid, error) {
	text = strings.ToLower(strings.Join(strings.Fields(text), ""))
	body, opened := strings.CutPrefix(text, "{")
	body, closed := strings.CutSuffix(body, "}}")
	fields := strings.Split(body, ",")
	if !opened || !closed || len(fields) != 11 || !strings.HasPrefix(fields[3], "{") {
		return Guid{}, FormatError("Could not find a brace, or the length between the previous token and the brace was zero (i.e., '0x,'etc.).")
	}
	fields[3] = fields[3][1:]
	g := make([]byte, 0, 16)
	for i, f := range fields {
		digits, prefixed := strings.CutPrefix(f, "0x")
		size := 1
		if i == 0 {
			size = 4
		} else if i < 3 {
			size = 2
		}
		n, err := strconv.ParseUint(digits, 16, 8*size)
		if !prefixed || err != nil {
			return Guid{}, FormatError("Expected hex 0x in '" + f + "'.")
		}
		g = append(g, binary.BigEndian.AppendUint64(nil, n)[8-size:]...)
	}
	return Guid(g), nil
}
