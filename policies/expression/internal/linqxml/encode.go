package linqxml

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// EncodeName is XmlConvert.EncodeName: what a name cannot have becomes _xHHHH_. With local it
// is EncodeLocalName, which takes a colon for such a character.
func EncodeName(s string, local bool) string {
	var b strings.Builder
	for i, c := range s {
		switch {
		case c == '_' && looksEncoded(s[i:]):
			b.WriteString("_x005F_")
		case isNameStart(c), i > 0 && isNameChar(c), c == ':' && !local:
			b.WriteRune(c)
		case c > 0xffff:
			fmt.Fprintf(&b, "_x%08X_", c)
		default:
			fmt.Fprintf(&b, "_x%04X_", c)
		}
	}
	return b.String()
}

// looksEncoded reports whether s begins with _xHHHH_ or _xHHHHHHHH_.
func looksEncoded(s string) bool {
	_, n := decodeEscape(s)
	return n > 0
}

// DecodeName is XmlConvert.DecodeName.
func DecodeName(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		c, n := decodeEscape(s[i:])
		if n == 0 {
			c, n = utf8.DecodeRuneInString(s[i:])
		}
		b.WriteRune(c)
		i += n
	}
	return b.String()
}

// decodeEscape reads the escape that s begins with, and tells its length; 0 for none.
func decodeEscape(s string) (rune, int) {
	if !strings.HasPrefix(s, "_x") {
		return 0, 0
	}
	n := strings.IndexByte(s[2:], '_')
	if n != 4 && n != 8 {
		return 0, 0
	}
	c, err := strconv.ParseUint(s[2:2+n], 16, 32)
	if err != nil || c > utf8.MaxRune || utf16.IsSurrogate(rune(c)) {
		return 0, 0
	}
	return rune(c), n + 3
}

// IsName reports whether a text is a name; a colon may be in it unless it is to be local.
func IsName(s string, local bool) bool {
	if prefix, rest, ok := strings.Cut(s, ":"); ok && !local {
		return nameLength(prefix) == len(prefix) && nameLength("a"+rest) == len(rest)+1
	}
	return s != "" && nameLength(s) == len(s)
}

// ValueText is XmlConvert.ToString of a value: true, INF, 2020-01-02T03:04:05Z, PT1M.
func ValueText(v any) (string, error) { return valueText(v) }
