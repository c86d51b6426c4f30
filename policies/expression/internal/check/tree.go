package check

import (
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A Unit is one whole expression, resolved.
type Unit struct {
	// Text is what the expression was written in; spans of nodes are offsets into it.
	Text diag.Text
	// Root is the body: the expression, or the block.
	Root *Func
	// Needs of the exchange.
	Needs Needs
}

// A Func is a body with variables of its own: the root, a lambda, or a local function.
type Func struct {
	Name   string
	Params []*Var
	// Result is the type of what it returns; void when it returns nothing.
	Result *types.Type
	// Exactly one of Expr and Block is set.
	Expr  Expr
	Block *Block
	// Slots is how many slots a frame needs.
	Slots int
	// Captures are variables of enclosing functions: each is found in the slot From of
	// the function around this one, and kept in the slot To of this one.
	Captures []Capture
	// Outer is the function around this one; nil for the root.
	Outer *Func

	slots map[*Var]int
	outs  []*Var // parameters that must have a value at the end
}

// A Capture is a variable of an enclosing function that a function uses.
type Capture struct {
	Var      *Var
	From, To int
}

// A Var is a local variable, a parameter, or a temporary.
type Var struct {
	Name string
	Type *types.Type
	// Owner declares it, and Slot is its place there.
	Owner *Func
	Slot  int
	// Out parameters are handed back to the caller: those that are out, or ref.
	Out bool
	// Captured variables live in a cell that functions share.
	Captured bool

	span     syntax.Span
	constant *Const // of a const declaration
	readOnly string // what it is, when it cannot be assigned: "foreach iteration variable"
	assigned bool   // from the start, as parameters are
	used     bool
	fn       *LocalFunc // a local function's name
	// part is what a range variable of a query is a property of, and index which one.
	part  *Var
	index int
}

// SlotIn is the place of the variable in a function that uses it.
func (v *Var) SlotIn(f *Func) int {
	if v.Owner == f {
		return v.Slot
	}
	return f.slots[v]
}

// An Expr is a resolved expression.
type Expr interface {
	// Type is the static type.
	Type() *types.Type
	// Span is where it was written.
	Span() syntax.Span
}

type node struct {
	typ  *types.Type
	span syntax.Span
}

// Type is the static type.
func (n *node) Type() *types.Type { return n.typ }

// Span is where the expression was written.
func (n *node) Span() syntax.Span { return n.span }

// A Const is a constant, as boxed value.
type Const struct {
	node
	Value any
}

// A Local is the value of a variable.
type Local struct {
	node
	Var *Var
}

// A Context is the parameter "context".
type Context struct{ node }

// A Convert changes the type in a way that the language has.
type Convert struct {
	node
	X       Expr
	How     types.Conversion
	Checked bool
	// Cast: it was written as a cast.
	Cast bool
}

// A Call calls a member of the library: a method, a constructor, the getter of a property
// or indexer, an operator.
type Call struct {
	node
	Member *library.Member
	Site   *library.Site
	// Recv is nil for static members and constructors; the first argument of an extension
	// method is among Args.
	Recv Expr
	Args []Expr
	// NoNullCheck: the member takes a null receiver (Nullable<T>'s members).
	NoNullCheck bool
}

// An Out is an argument that the call assigns: a variable, or the element Target of an
// array; both are nil for a discard. Ref: it has a value before.
type Out struct {
	node
	Var    *Var
	Target *Element
	Ref    bool
}

// A CallLocal calls a local function.
type CallLocal struct {
	node
	Func *LocalFunc
	Args []Expr
}

// An Invoke calls a delegate.
type Invoke struct {
	node
	Fun  Expr
	Args []Expr
}

// An Element is an element of an array.
type Element struct {
	node
	X     Expr
	Index []Expr
}

// A Field is a property of an anonymous object, or an item of a tuple.
type Field struct {
	node
	X     Expr
	Index int
}

// An Assign sets a variable, a property, an indexer or an element, and is the value.
type Assign struct {
	node
	Target Expr // *Local, *Call of a member with a setter, *Element, *Field of a *Local
	Value  Expr
}

// A Compound is x op= y, x++ or ++x. The target's parts are evaluated once; Old is set to
// its value; Value, which uses Old, is assigned.
type Compound struct {
	node
	Target Expr
	Old    *Var
	Value  Expr
	// Post: the result is the old value.
	Post bool
}

// A Binary applies an operator to operands of one type.
type Binary struct {
	node
	Op      syntax.Op
	X, Y    Expr
	Checked bool
}

// A Lifted applies an operator to operands of which some are nullable: Body is evaluated
// with A and B set to what is inside. Otherwise the result is null, or for comparisons
// what the language says.
type Lifted struct {
	node
	Op   syntax.Op
	X, Y Expr // Y is nil for a unary operator
	A, B *Var
	Body Expr
}

// A Same compares references.
type Same struct {
	node
	X, Y   Expr
	Negate bool
	// ByValue compares with object.Equals instead: a lenient mode.
	ByValue bool
}

// An IsNull tests for null.
type IsNull struct {
	node
	X      Expr
	Negate bool
}

// A Logic is && or ||.
type Logic struct {
	node
	And  bool
	X, Y Expr
}

// A Unary is ! - or ~.
type Unary struct {
	node
	Op      syntax.Op
	X       Expr
	Checked bool
}

// A Conditional is Cond ? Then : Else.
type Conditional struct {
	node
	Cond, Then, Else Expr
}

// A Coalesce is X ?? Else: Then, which uses Temp, is what becomes of X when it is not null.
type Coalesce struct {
	node
	X    Expr
	Temp *Var
	Then Expr
	Else Expr
}

// A NullConditional is null when X is, and otherwise Rest, which uses Temp.
type NullConditional struct {
	node
	X    Expr
	Temp *Var
	Rest Expr
}

// A Concat puts the texts of its parts together.
type Concat struct {
	node
	Parts []Expr
}

// An Interpolated is $"…".
type Interpolated struct {
	node
	Parts []Hole
}

// A Hole is one part of an Interpolated: a text, or an expression with width and format.
type Hole struct {
	Text   string
	X      Expr
	Width  int
	Format string
}

// An Is tests the type of a value, and sets Var (which may be nil) to it.
type Is struct {
	node
	X  Expr
	To *types.Type
	// Var is set to the value when the test succeeds. Always: null matches as well.
	Var    *Var
	Always bool
}

// An IsConst tests a value against a constant.
type IsConst struct {
	node
	X     Expr
	Value *Const
}

// An As converts a reference, or is null.
type As struct {
	node
	X Expr
}

// A Build makes an object (X), keeps it in Temp, and runs Steps, which use Temp.
type Build struct {
	node
	X     Expr
	Temp  *Var
	Steps []Expr
}

// A NewArray makes an array, with elements or with sizes. Lengths are those of an array
// of several dimensions that has elements.
type NewArray struct {
	node
	Sizes   []Expr
	Elems   []Expr
	Lengths []int
}

// A NewAnonymous makes an object of an anonymous type.
type NewAnonymous struct {
	node
	Values []Expr
}

// A NewTuple makes a tuple.
type NewTuple struct {
	node
	Values []Expr
}

// A Seq evaluates Steps for what they do, and then X, which may be nil.
type Seq struct {
	node
	Steps []Expr
	X     Expr
}

// A Lambda makes a delegate of a function.
type Lambda struct {
	node
	Func *Func
}

// A Throw throws.
type Throw struct {
	node
	X Expr // nil: what was caught
}

// A LocalFunc is a local function as a value in a slot of its own.
type LocalFunc struct {
	Var  *Var
	Func *Func
	span syntax.Span

	decl     *syntax.LocalFunc
	generics []*types.Type
	sig      *types.Signature
}

// A Stmt is a resolved statement.
type Stmt interface{ stmt() }

// A Block is statements with variables of their own.
type Block struct {
	Stmts []Stmt
	// Vars declared in the block itself.
	Vars []*Var
	// Funcs declared in the block.
	Funcs []*LocalFunc
	span  syntax.Span
}

// An ExprStmt evaluates an expression.
type ExprStmt struct{ X Expr }

// A Decl declares a variable. Init may be nil.
type Decl struct {
	Var  *Var
	Init Expr
}

// An If chooses.
type If struct {
	Cond       Expr
	Then, Else Stmt
}

// A Loop is for, while or do. Cond may be nil; PostCond: it is tested after the body.
type Loop struct {
	// Vars of the for statement itself.
	Vars     []*Var
	Init     []Stmt
	Cond     Expr
	PostCond bool
	Post     []Expr
	Body     Stmt
	span     syntax.Span
}

// A ForEach goes through a sequence. Each item is in Item, of the sequence's element
// type; Var is set to Value, which converts it.
type ForEach struct {
	X     Expr
	Item  *Var
	Var   *Var
	Value Expr
	Body  Stmt
	span  syntax.Span
}

// A Switch chooses by value.
type Switch struct {
	X    Expr
	Temp *Var
	// Vars are those that the sections declare: all of them are one scope.
	Vars     []*Var
	Sections []*Section
	span     syntax.Span
	// A switch over a constant is decided: chosen is its section, or nil.
	decided bool
	chosen  *Section
}

// A Section of a switch: its body runs when one of the labels holds.
type Section struct {
	Labels  []Expr // bool
	Default bool
	Body    *Block
}

// A Break leaves the loop or switch; a Continue begins its next turn.
type Break struct{}

// A Continue begins the next turn of the loop.
type Continue struct{}

// A Return returns from the function. X may be nil.
type Return struct {
	X    Expr
	span syntax.Span
}

// A Try catches.
type Try struct {
	Block   *Block
	Catches []*Catch
	Finally *Block
	// Caught is where the exception is kept for "throw;".
	Caught *Var
}

// A Catch handles exceptions of a type. Var and When may be nil.
type Catch struct {
	Type  *types.Type
	Var   *Var
	When  Expr
	Block *Block
}

func (*Block) stmt()    {}
func (*ExprStmt) stmt() {}
func (*Decl) stmt()     {}
func (*If) stmt()       {}
func (*Loop) stmt()     {}
func (*ForEach) stmt()  {}
func (*Switch) stmt()   {}
func (*Break) stmt()    {}
func (*Continue) stmt() {}
func (*Return) stmt()   {}
func (*Try) stmt()      {}

// Needs are what an expression asks of the exchange. They are upper bounds: what is false
// is not touched, what is true may be.
type Needs struct {
	// RequestBody: the request's body is read. TakesRequestBody: it is read without being
	// preserved, so that the message goes on without it.
	RequestBody, TakesRequestBody bool
	// Response: something of the response is looked at, be it whether there is one.
	Response bool
	// ResponseBody: the response's body is read; TakesResponseBody as above.
	ResponseBody, TakesResponseBody bool
	// LastError is looked at.
	LastError bool
	// Variables that are read by constant names. AllVariables: others may be as well.
	Variables    []string
	AllVariables bool
	// RequestHeaders that are read by constant names. AllRequestHeaders: others as well.
	RequestHeaders    []string
	AllRequestHeaders bool
}
