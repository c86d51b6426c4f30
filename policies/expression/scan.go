package expression

import (
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
)

// Scan finds where a policy expression ends in a text that holds it bare. text[offset:]
// begins with @( or @{; end is the offset just after the closer. When there is no end, ok
// is false and end is how far the C# could be read.
//
// The extents of the string literals in it are passed to literal unless that is nil.
func Scan(text string, offset int, literal func(start, end int)) (end int, ok bool) {
	return syntax.Scan(text, offset, literal)
}

// Syntax parses a policy expression for the messages about how it is written; names and
// types are not looked at.
func Syntax(text diag.Text) diag.List {
	_, list := syntax.Parse(text)
	return list
}
