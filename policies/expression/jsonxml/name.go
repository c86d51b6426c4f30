package jsonxml

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// encodeName is XmlConvert.EncodeLocalName: characters that a name cannot have become
// _xHHHH_. A name cannot be empty: an empty one becomes an underscore.
func encodeName(s string) string {
	if s == "" {
		return "_"
	}
	if isName(s) {
		return s
	}
	var b strings.Builder
	for i, c := range s {
		switch {
		case c == '_' && looksEncoded(s[i:]):
			b.WriteString("_x005F_")
		case isNameStart(c), i > 0 && isNameRune(c):
			b.WriteRune(c)
		case c > 0xFFFF:
			fmt.Fprintf(&b, "_x%08X_", c)
		default:
			fmt.Fprintf(&b, "_x%04X_", c)
		}
	}
	return b.String()
}

// replaceInvalid puts a text in the place of each character that a name cannot have.
func replaceInvalid(s, by string) string {
	if isName(s) {
		return s
	}
	var b strings.Builder
	for i, c := range s {
		if isNameStart(c) || i > 0 && isNameRune(c) {
			b.WriteRune(c)
		} else {
			b.WriteString(by)
		}
	}
	return b.String()
}

// isName reports whether a name may stay as it is; most may.
func isName(s string) bool {
	for i, c := range s {
		if !isNameStart(c) && (i == 0 || !isNameRune(c)) || c == '_' && looksEncoded(s[i:]) {
			return false
		}
	}
	return true
}

// looksEncoded reports whether s begins with _xHHHH_ or _xHHHHHHHH_.
func looksEncoded(s string) bool {
	if !strings.HasPrefix(s, "_x") {
		return false
	}
	n := strings.IndexByte(s[2:], '_')
	return (n == 4 || n == 8) && strings.Trim(s[2:2+n], "0123456789abcdefABCDEF") == ""
}

func isNameStart(c rune) bool {
	if c < utf8.RuneSelf {
		return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	return c != utf8.RuneError && c <= 0xFFFF && (unicode.IsLetter(c) || unicode.Is(unicode.Nl, c))
}

func isNameRune(c rune) bool {
	if isNameStart(c) || c == '-' || c == '.' || c >= '0' && c <= '9' || c == 0xB7 {
		return true
	}
	return c >= utf8.RuneSelf && c <= 0xFFFF && (unicode.IsDigit(c) || unicode.IsMark(c))
}

// isXML reports whether a character can stand in XML.
func isXML(c rune) bool {
	return (c >= ' ' || c == '\t' || c == '\n' || c == '\r') && c != 0xFFFE && c != 0xFFFF
}

func errNotXML(c rune) error { return fmt.Errorf("the character U+%04X cannot stand in XML", c) }

// appendText writes a text, or the value of an attribute, with what must be escaped there.
func appendText(out []byte, s string, attribute bool) ([]byte, error) {
	from := 0
	for i, c := range s {
		if !isXML(c) {
			return nil, errNotXML(c)
		}
		if escape := escapeOf(c, attribute); escape != "" {
			out = append(append(out, s[from:i]...), escape...)
			from = i + 1
		}
	}
	return append(out, s[from:]...), nil
}

func escapeOf(c rune, attribute bool) string {
	switch c {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '\r':
		return "&#xD;"
	}
	if !attribute {
		return ""
	}
	switch c {
	case '"':
		return "&quot;"
	case '\n':
		return "&#xA;"
	case '\t':
		return "&#x9;"
	}
	return ""
}
