package syntax

import "github.com/apimgw/apimgw/policies/diag"

// The codes of messages about how an expression is written. In the examples the mistake
// is what the comment's last line shows.
const (
	// BadSyntax: something else stands where C# wants this or that.
	//
	//	@{ return 1 }
	BadSyntax diag.Code = "expression-syntax"
	// BadLiteral: a string, character or number that is not one, or does not end.
	//
	//	@('abc')
	BadLiteral diag.Code = "expression-literal"
	// BadStatement: a statement that does nothing, or where none may be.
	//
	//	@{ 1 + 2; return 3; }
	BadStatement diag.Code = "expression-statement"
	// NewerCSharp: C# that is newer than the 7.3 of policy expressions.
	//
	//	@(context.User!.Id)
	NewerCSharp diag.Code = "newer-csharp"
	// NoSuchCSharp: C# that policy expressions do not have.
	//
	//	@{ goto end; }
	NoSuchCSharp diag.Code = "unsupported-csharp"
	// TooComplex: brackets, blocks or operators nest or follow each other too deep.
	TooComplex diag.Code = "expression-too-complex"
)
