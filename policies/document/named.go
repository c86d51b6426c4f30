package document

import "strings"

// reference returns the name in {{name}} when text begins with one.
func reference(text string) (name string, ok bool) {
	if !strings.HasPrefix(text, "{{") {
		return "", false
	}
	n := 2
	for n < len(text) && isValueNameByte(text[n]) {
		n++
	}
	if n == 2 || !strings.HasPrefix(text[n:], "}}") {
		return "", false
	}
	return text[2:n], true
}

// isValueNameByte reports whether the name of a named value may hold the byte.
func isValueNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
}
