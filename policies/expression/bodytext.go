package expression

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
)

// BodyText is the text of a body as Body.As<string>() reads it, for policies that change
// text: decoded by the charset of its content type, without a byte order mark. It fails
// when the text is longer than an expression could hold.
func BodyText(content []byte, contentType string) (string, error) {
	return library.BodyText(clr.NewBudget(clr.MaxText), content, contentType)
}
