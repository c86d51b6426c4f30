package check

import (
	"fmt"
	"slices"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// The codes of messages about what an expression means. The last line of each comment is
// an example of the mistake.
const (
	// UnknownName: no variable, type or namespace of that name. C#: CS0103, CS0246.
	//
	//	@(cntext.RequestId)
	UnknownName diag.Code = "unknown-name"
	// UnknownMember: the type has no such member. C#: CS1061, CS0117.
	//
	//	@(context.Request.Header)
	UnknownMember diag.Code = "unknown-member"
	// NotAValue: a type, namespace or method stands where a value is wanted. C#: CS0119.
	//
	//	@(string)
	NotAValue diag.Code = "not-a-value"
	// NoConversion: the value does not become the type that is wanted. C#: CS0029, CS0266, CS0030.
	//
	//	@{ int i = "1"; return i; }
	NoConversion diag.Code = "no-conversion"
	// WrongArguments: no overload takes these arguments. C#: CS1501, CS1503, CS7036.
	//
	//	@("abc".Substring("1"))
	WrongArguments diag.Code = "wrong-arguments"
	// AmbiguousCall: several overloads fit equally well. C#: CS0121.
	//
	//	@(new JArray(null).Count)
	AmbiguousCall diag.Code = "ambiguous-call"
	// CannotInfer: the type arguments of a call do not follow from its arguments. C#: CS0411.
	//
	//	@(context.Request.Body.As())
	CannotInfer diag.Code = "cannot-infer"
	// BadOperator: the operator does not apply to these types. C#: CS0019, CS0023.
	//
	//	@(true + 1)
	BadOperator diag.Code = "bad-operator"
	// NotAssignable: the left side of an assignment cannot be assigned. C#: CS0131, CS0200.
	//
	//	@{ context.RequestId = Guid.NewGuid(); return ""; }
	NotAssignable diag.Code = "not-assignable"
	// DuplicateName: the name is taken. C#: CS0128, CS0136.
	//
	//	@{ var a = 1; var a = 2; return a; }
	DuplicateName diag.Code = "duplicate-name"
	// Unassigned: a variable is used before it has a value. C#: CS0165.
	//
	//	@{ int i; return i; }
	Unassigned diag.Code = "unassigned-variable"
	// MissingReturn: not every path returns a value. C#: CS0161.
	//
	//	@{ if (context.Tracing) { return 1; } }
	MissingReturn diag.Code = "missing-return"
	// BadReturn: the returned values have no common type, or there should be none. C#: CS1662.
	//
	//	@{ return; }
	BadReturn diag.Code = "bad-return"
	// NoType: a type does not follow from the value, as for var x = null. C#: CS0815, CS0173.
	//
	//	@(true ? 1 : "a")
	NoType diag.Code = "no-type"
	// Overflow: a constant does not fit its type. C#: CS0220, CS0221, CS0031.
	//
	//	@(int.MaxValue + 1)
	Overflow diag.Code = "constant-overflow"
	// DivideByZero: a constant is divided by zero. C#: CS0020.
	//
	//	@(1 / 0)
	DivideByZero diag.Code = "constant-division-by-zero"
	// NotConstant: a constant is wanted. C#: CS0150.
	//
	//	@{ var a = 1; switch (2) { case a: return 1; } return 0; }
	NotConstant diag.Code = "not-constant"
	// BadJump: break or continue outside of a loop, throw; outside of catch, a section of
	// a switch that runs into the next, return in finally. C#: CS0139, CS0156, CS0157, CS0163.
	//
	//	@{ break; }
	BadJump diag.Code = "bad-jump"
	// AlreadyHandled: an earlier label of a switch, or an earlier catch, takes all that this
	// one would. C#: CS0152, CS8120, CS0160.
	//
	//	@{ switch (1) { case 1: return 1; case 1: return 2; } return 3; }
	AlreadyHandled diag.Code = "already-handled"
	// BadResult: the result is not of a type that the host takes.
	//
	//	condition="@("yes")"
	BadResult diag.Code = "bad-result"
	// TypeDenied and MemberDenied: API Management's allow-list does not have it.
	//
	//	@(System.Environment.MachineName)
	TypeDenied diag.Code = "type-not-allowed"
	// MemberDenied: see TypeDenied.
	//
	//	@(((object)"a").ToString())
	MemberDenied diag.Code = "member-not-allowed"
	// ReferenceEquality warns that references are compared where values are probably meant. C#: CS0252.
	//
	//	@(context.Variables["x"] == "y")
	ReferenceEquality diag.Code = "reference-equality"
	// Unreachable warns of statements that never run. C#: CS0162.
	//
	//	@{ return 1; return 2; }
	Unreachable diag.Code = "unreachable"
	// TooComplex: lambdas nest too deep to be resolved.
	TooComplex diag.Code = "expression-too-complex"
)

func (c *checker) errorf(s syntax.Span, code diag.Code, format string, args ...any) {
	c.list.Errorf(c.unit.Text.Range(s.Start, s.Stop), code, format, args...)
}

func (c *checker) warnf(s syntax.Span, code diag.Code, help, format string, args ...any) {
	c.list.Warnf(c.unit.Text.Range(s.Start, s.Stop), code, format, args...)
	c.list[len(c.list)-1].Help = help
}

// help adds a help text to the last message.
func (c *checker) help(format string, args ...any) {
	if len(c.list) > 0 {
		c.list[len(c.list)-1].Help = fmt.Sprintf(format, args...)
	}
}

func (c *checker) unknownName(s syntax.Span, name string, known []string) Expr {
	c.errorf(s, UnknownName, "the name %q does not exist here", name)
	c.suggest(name, known)
	return bad(s)
}

func (c *checker) unknownMember(s syntax.Span, t *types.Type, name string, known []string) Expr {
	if t.Def == types.TypeClass {
		c.errorf(s, TypeDenied, "usage of type 'System.Type' is not supported within expressions")
		return bad(s)
	}
	c.errorf(s, UnknownMember, "%s has no member %q", quoted(t), name)
	c.suggest(name, known)
	return bad(s)
}

func quoted(t *types.Type) string { return "'" + t.String() + "'" }

// suggest adds "did you mean" when one of the known names is near.
func (c *checker) suggest(name string, known []string) {
	slices.Sort(known)
	if help := diag.DidYouMean(name, known); help != "" {
		c.help("%s", help)
	}
}
