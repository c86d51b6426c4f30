package document

import (
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
)

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

// nearest returns the name in values that is most like name, or "" when none is.
func (v NamedValues) nearest(name string) string {
	best, least := "", len(name)/3+1
	for candidate := range v {
		if strings.EqualFold(candidate, name) {
			return candidate
		}
		if d := diag.Distance(name, candidate); d < least || d == least && best != "" && candidate < best {
			best, least = candidate, d
		}
	}
	return best
}
