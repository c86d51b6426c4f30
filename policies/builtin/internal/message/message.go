// Package message has what policies do to a message: its headers, its body, its status. The
// rooms set-header, set-body and set-status do it to the exchange's own messages;
// return-response and others have the same elements inside, for messages that they make.
package message

import (
	"fmt"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
)

// invalid is the error of a value that HTTP cannot carry, which an expression made.
func invalid(what, value string) error {
	return &exchange.Error{
		Reason:  exchange.ReasonExpressionFailure,
		Message: fmt.Sprintf("The expression's value %q is no valid %s.", value, what),
	}
}

// IsToken reports whether s can be a header's name or a method.
func IsToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// IsFieldValue reports whether s can be a header's value or a reason phrase.
func IsFieldValue(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return false
		}
	}
	return true
}
