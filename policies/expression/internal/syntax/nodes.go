package syntax

import "github.com/apimgw/apimgw/policies/diag"

// A Node is a piece of the tree.
type Node interface {
	// Pos is the offset of the node's first byte in the expression's text.
	Pos() int
	// End is the offset just after the node's last byte.
	End() int
}

// A Span is where a node stands: byte offsets into the expression's text. Every node
// embeds one.
type Span struct{ Start, Stop int }

// Pos is the offset of the first byte.
func (s Span) Pos() int { return s.Start }

// End is the offset just after the last byte.
func (s Span) End() int { return s.Stop }

// A Unit is one whole policy expression. Exactly one of Expr and Block is set.
type Unit struct {
	Span
	// Text is the whole value the unit was parsed from; offsets of all nodes count from
	// its start, and its ranges lead to what the author wrote.
	Text diag.Text
	// Expr is what stands in @( … ).
	Expr Expr
	// Block is what stands in @{ … }. Its span includes the braces.
	Block *Block
}

// Range of a node in the author's source.
func (u *Unit) Range(n Node) diag.Range { return u.Text.Range(n.Pos(), n.End()) }

// An Expr is an expression.
type Expr interface {
	Node
	expr()
}

// A Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// A Type is a type as it is written.
type Type interface {
	Node
	typ()
}

// A Pattern is what stands after "is" or "case".
type Pattern interface {
	Node
	pattern()
}

// An Ident is one identifier. The @ of @name is not part of Name.
type Ident struct {
	Span
	Name string
}

// Op is an operator.
type Op uint8

// The operators. Those of assignment are written with the operator they apply: "+=" is
// an Assign with Op Add, plain "=" one with Op None.
const (
	None Op = iota

	Add        // +
	Sub        // -
	Mul        // *
	Div        // /
	Rem        // %
	And        // &
	Or         // |
	Xor        // ^
	ShiftLeft  // <<
	ShiftRight // >>

	AndAlso  // &&
	OrElse   // ||
	Coalesce // ??

	Equal          // ==
	NotEqual       // !=
	Less           // <
	Greater        // >
	LessOrEqual    // <=
	GreaterOrEqual // >=

	Not        // !
	Complement // ~
	Increment  // ++
	Decrement  // --
)

var opText = [...]string{
	None: "", Add: "+", Sub: "-", Mul: "*", Div: "/", Rem: "%", And: "&", Or: "|", Xor: "^",
	ShiftLeft: "<<", ShiftRight: ">>", AndAlso: "&&", OrElse: "||", Coalesce: "??",
	Equal: "==", NotEqual: "!=", Less: "<", Greater: ">", LessOrEqual: "<=", GreaterOrEqual: ">=",
	Not: "!", Complement: "~", Increment: "++", Decrement: "--",
}

// String returns the operator as it is written.
func (o Op) String() string { return opText[o] }

// A LiteralKind says of which type a literal is.
type LiteralKind uint8

// The kinds of literals, and which field of Literal holds the value.
const (
	NullLiteral    LiteralKind = iota // null
	BoolLiteral                       // Bool
	IntLiteral                        // Int, at most 1<<31-1
	UIntLiteral                       // Int
	LongLiteral                       // Int, at most 1<<63-1
	ULongLiteral                      // Int
	FloatLiteral                      // Float, rounded to 32 bits
	DoubleLiteral                     // Float
	DecimalLiteral                    // String: digits with at most one point and an exponent, no suffix
	CharLiteral                       // Int: one UTF-16 code unit
	StringLiteral                     // String
)

// A Literal is a constant as written. Integers without a suffix are of the first kind
// that fits: int, uint, long, ulong. There are no negative literals, but for what
// C# allows: -2147483648 is Unary{Sub, Literal{UIntLiteral, 1<<31}} and the checker
// makes an int of it (likewise 1<<63 and long).
type Literal struct {
	Span
	Kind  LiteralKind
	Bool  bool
	Int   uint64
	Float float64
	// String is the value of a string with escapes resolved, in UTF-8. Half of a surrogate
	// pair that stands alone is kept as the three bytes UTF-8 would give it (WTF-8).
	String string
}

// An Interpolated is $"…" or $@"…": parts in order.
type Interpolated struct {
	Span
	Parts []*InterpolatedPart
}

// An InterpolatedPart is a piece of text (Expr is nil) or a hole.
type InterpolatedPart struct {
	Span
	// Text of a piece, with escapes and doubled braces resolved.
	Text string
	// Expr is the expression of a hole.
	Expr Expr
	// Alignment is the constant width after a comma, or nil.
	Alignment Expr
	// Format is what follows the colon; empty without one.
	Format string
}

// A Name is an identifier that stands for a variable, a type, a namespace or a local
// function; which, the checker finds out. TypeArgs are those of List<int> or f<int>(…).
type Name struct {
	Span
	Name     string
	TypeArgs []Type
}

// A Predefined is a type keyword where an expression stands, as in int.Parse.
type Predefined struct {
	Span
	Keyword string
}

// A Paren is (X). It ends a null-conditional chain.
type Paren struct {
	Span
	X Expr
}

// A Member is X.Name or X.Name<TypeArgs>.
type Member struct {
	Span
	X        Expr
	Name     Ident
	TypeArgs []Type
}

// An Index is X[Args].
type Index struct {
	Span
	X    Expr
	Args []*Arg
}

// A Call is Fun(Args). Fun is a Name or a Member for a method, any other expression for
// a delegate.
type Call struct {
	Span
	Fun  Expr
	Args []*Arg
}

// A NullConditional is X?.… or X?[…]. Rest is the whole chain to the right, with a
// Receiver where the value of X goes; when X is null, Rest is not evaluated. Chains nest
// to the right: in a?.b?.c the Rest of a is itself a NullConditional whose X is
// Member{Receiver, b}.
type NullConditional struct {
	Span
	X    Expr
	Rest Expr
}

// A Receiver stands in the Rest of a NullConditional for the value that was found not to
// be null. Its span is that of the operator "?".
type Receiver struct{ Span }

// A Unary is Op X: + - ! ~ ++ --.
type Unary struct {
	Span
	Op Op
	X  Expr
}

// A Postfix is X++ or X--.
type Postfix struct {
	Span
	X  Expr
	Op Op
}

// A Binary is X Op Y, && || ?? included. Y of a ?? may be a Throw.
type Binary struct {
	Span
	X     Expr
	Op    Op
	OpPos int // offset of the operator
	Y     Expr
}

// A Conditional is Cond ? Then : Else. Then and Else may be a Throw.
type Conditional struct {
	Span
	Cond, Then, Else Expr
}

// An Assign is Target = Value, or Target Op= Value when Op is not None.
type Assign struct {
	Span
	Target Expr
	Op     Op
	OpPos  int // offset of the operator
	Value  Expr
}

// A Cast is (Type)X.
type Cast struct {
	Span
	Type Type
	X    Expr
}

// An Is is X is Pattern.
type Is struct {
	Span
	X       Expr
	Pattern Pattern
}

// An As is X as Type.
type As struct {
	Span
	X    Expr
	Type Type
}

// A New is new Type(Args) Init. Args is nil when there are no parentheses, which needs an
// Init; Init is an *ObjectInit, a *CollectionInit or nil.
type New struct {
	Span
	Type Type
	Args []*Arg
	Init Expr
}

// A NewArray is new Elem[Sizes] Init. Elem is the type of the elements, further ranks
// included: new int[3][] has the Elem int[]. It is nil in new[] { … }. Sizes is empty
// when none is written; else it has Rank entries. Init may be nil when there are sizes.
type NewArray struct {
	Span
	Elem  Type
	Rank  int
	Sizes []Expr
	Init  *ArrayInit
}

// A NewAnonymous is new { A = x, y.B }.
type NewAnonymous struct {
	Span
	Members []*AnonymousMember
}

// An AnonymousMember is one property of an anonymous object. Name is what was written
// before "=", or else the last name of Value.
type AnonymousMember struct {
	Span
	Name  Ident
	Value Expr
}

// An ObjectInit is { A = x, [k] = y } after new, or as the value of such a member. An
// empty { } is an ObjectInit.
type ObjectInit struct {
	Span
	Members []*MemberInit
}

// A MemberInit sets the member Name, or when Args is not empty the element [Args].
// Value may be an *ObjectInit or a *CollectionInit, which then fill the member's own value.
type MemberInit struct {
	Span
	Name  Ident
	Args  []*Arg
	Value Expr
}

// A CollectionInit is { x, { k, v } } after new, or as the value of a MemberInit.
type CollectionInit struct {
	Span
	Elems []*ElemInit
}

// An ElemInit is one call of Add: with one value, or with those in braces.
type ElemInit struct {
	Span
	Values []Expr
}

// An ArrayInit is { x, y }; elements of arrays of more than one dimension are ArrayInits.
type ArrayInit struct {
	Span
	Elems []Expr
}

// A Lambda is Params => Expr or Params => { … }; exactly one of Expr and Block is set.
type Lambda struct {
	Span
	Params []*Param
	Expr   Expr
	Block  *Block
}

// A Param is a parameter of a lambda or a local function. Type is nil where a lambda
// leaves it out; Default is nil without one.
type Param struct {
	Span
	Mode ArgMode
	// Variadic is params: the parameter takes the rest of the arguments as an array.
	Variadic bool
	Type     Type
	Name     Ident
	Default  Expr
}

// A TypeOf is typeof(Type).
type TypeOf struct {
	Span
	Type Type
}

// A Default is default(Type), or default alone, when Type is nil.
type Default struct {
	Span
	Type Type
}

// A NameOf is nameof(X).
type NameOf struct {
	Span
	X Expr
}

// A Checked is checked(X), or unchecked(X) when Unchecked is set.
type Checked struct {
	Span
	Unchecked bool
	X         Expr
}

// A Throw is throw X where an expression stands: after ?? and => and in ?:.
type Throw struct {
	Span
	X Expr
}

// A Query is from … select …. The first clause is a From.
type Query struct {
	Span
	Clauses []Clause
	// Select is what the query yields; for group Select by By, By is set.
	Select, By Expr
	// Into names the results for Then, the query that goes on with them; both may be nil.
	// Then has no From of its own.
	Into *Ident
	Then *Query
}

// A Tuple is (X, Name: Y). As the target of an assignment its elements are what is
// assigned: expressions, DeclExprs, or Tuples again.
type Tuple struct {
	Span
	Elems []*TupleElem
}

// A TupleElem is one element of a Tuple. Name is nil when it is not written.
type TupleElem struct {
	Span
	Name *Ident
	X    Expr
}

// A DeclExpr is Type Name in a Tuple that is assigned. Type is a *VarType for var; the
// name "_" is a discard.
type DeclExpr struct {
	Span
	Type Type
	Name Ident
}

// A Clause is a part of a query before its select or group.
type Clause interface {
	Node
	clause()
}

// A FromClause is from Type Name in X. Type is nil when it is not written.
type FromClause struct {
	Span
	Type Type
	Name Ident
	X    Expr
}

// A LetClause is let Name = X.
type LetClause struct {
	Span
	Name Ident
	X    Expr
}

// A WhereClause is where Cond.
type WhereClause struct {
	Span
	Cond Expr
}

// A JoinClause is join Type Name in X on Left equals Right into Into. Type and Into may
// be nil.
type JoinClause struct {
	Span
	Type        Type
	Name        Ident
	X           Expr
	Left, Right Expr
	Into        *Ident
}

// An OrderByClause is orderby Keys.
type OrderByClause struct {
	Span
	Keys []*OrderKey
}

// An OrderKey is one key of an OrderByClause.
type OrderKey struct {
	Span
	X          Expr
	Descending bool
}

// A BadExpr stands where no expression could be read; there is a message about it.
type BadExpr struct{ Span }

// An ArgMode says how an argument or parameter is passed.
type ArgMode uint8

// The ways to pass.
const (
	ByValue ArgMode = iota
	ByOut           // out
	ByRef           // ref
	ByIn            // in
)

// An Arg is one argument. Name is nil unless it is a named one. When out declares
// a variable (out var x, out int x, out _), Decl is set and Value is nil.
type Arg struct {
	Span
	Name  *Ident
	Mode  ArgMode
	Value Expr
	Decl  *OutDecl
}

// An OutDecl is the variable an out argument declares. Type is a *VarType in out var x,
// and nil in out _. The name "_" is a discard.
type OutDecl struct {
	Span
	Type Type
	Name Ident
}

// A NamedType is A.B<C>.D.
type NamedType struct {
	Span
	Parts []*TypeName
}

// A TypeName is one part of a NamedType.
type TypeName struct {
	Span
	Name string
	Args []Type
}

// A PredefinedType is a type keyword: int, string, object, bool, … and void, which only
// stands as the result of a local function.
type PredefinedType struct {
	Span
	Keyword string
}

// A TupleType is (A, B name).
type TupleType struct {
	Span
	Elems []*TupleTypeElem
}

// A TupleTypeElem is one element of a TupleType. Name is nil when it is not written.
type TupleTypeElem struct {
	Span
	Type Type
	Name *Ident
}

// A VarType is var.
type VarType struct{ Span }

// A NullableType is Elem?.
type NullableType struct {
	Span
	Elem Type
}

// An ArrayType is Elem[] with Rank dimensions. int[][,] is an array of int[,].
type ArrayType struct {
	Span
	Elem Type
	Rank int
}

// A BadType stands where no type could be read; there is a message about it.
type BadType struct{ Span }

// A TypePattern is "is Type". A plain name may be a constant as well; Const is then the
// same text as an expression, which counts when there is no such type. Else it is nil.
type TypePattern struct {
	Span
	Type  Type
	Const Expr
}

// A DeclPattern is Type Name, or var Name when Type is a *VarType. The name "_" is a
// discard.
type DeclPattern struct {
	Span
	Type Type
	Name Ident
}

// A ConstPattern is a constant.
type ConstPattern struct {
	Span
	X Expr
}

// A Block is { Stmts }.
type Block struct {
	Span
	Stmts []Stmt
}

// An Empty is a lone semicolon.
type Empty struct{ Span }

// A LocalDecl is Type a = x, b; or with Const set const Type a = x;.
type LocalDecl struct {
	Span
	Const bool
	Type  Type
	Vars  []*Declarator
}

// A Declarator is one variable of a LocalDecl. Init is nil without one; it is an
// *ArrayInit in int[] a = { 1, 2 }.
type Declarator struct {
	Span
	Name Ident
	Init Expr
}

// A LocalFunc is a function in a block; exactly one of Block and Expr is set. Result is
// a *PredefinedType void when it returns nothing.
type LocalFunc struct {
	Span
	Result     Type
	Name       Ident
	TypeParams []*Ident
	Params     []*Param
	Block      *Block
	Expr       Expr
}

// An ExprStmt is a call, assignment, ++, -- or new as a statement.
type ExprStmt struct {
	Span
	X Expr
}

// An If is if (Cond) Then else Else. Else may be nil.
type If struct {
	Span
	Cond       Expr
	Then, Else Stmt
}

// A For is for (Decl or Init; Cond; Post) Body. Decl and Cond may be nil.
type For struct {
	Span
	Decl *LocalDecl
	Init []Expr
	Cond Expr
	Post []Expr
	Body Stmt
}

// A ForEach is foreach (Type Name in X) Body. Type is a *VarType for var. When Target is
// not nil, each element is taken apart into it, and there are no Type and Name.
type ForEach struct {
	Span
	Type   Type
	Name   Ident
	Target *Tuple
	X      Expr
	Body   Stmt
}

// A While is while (Cond) Body.
type While struct {
	Span
	Cond Expr
	Body Stmt
}

// A Do is do Body while (Cond);.
type Do struct {
	Span
	Body Stmt
	Cond Expr
}

// A Switch is switch (X) { Sections }.
type Switch struct {
	Span
	X        Expr
	Sections []*SwitchSection
}

// A SwitchSection is one or more labels and the statements they share.
type SwitchSection struct {
	Span
	Labels []*CaseLabel
	Body   []Stmt
}

// A CaseLabel is case Pattern when When:, or default: when Pattern is nil. When may be nil.
type CaseLabel struct {
	Span
	Pattern Pattern
	When    Expr
}

// A Break is break;.
type Break struct{ Span }

// A Continue is continue;.
type Continue struct{ Span }

// A Return is return X;. X is nil in a function that returns nothing.
type Return struct {
	Span
	X Expr
}

// A ThrowStmt is throw X;. X is nil when a catch throws on what it caught.
type ThrowStmt struct {
	Span
	X Expr
}

// A Try is try Block catch … finally …. There is at least one Catch or a Finally.
type Try struct {
	Span
	Block   *Block
	Catches []*Catch
	Finally *Block
}

// A Catch is catch (Type Name) when (When) Block. Type, Name and When may be nil.
type Catch struct {
	Span
	Type  Type
	Name  *Ident
	When  Expr
	Block *Block
}

// A Using is using (Decl or X) Body; exactly one of Decl and X is set.
type Using struct {
	Span
	Decl *LocalDecl
	X    Expr
	Body Stmt
}

// A CheckedStmt is checked Block, or unchecked Block when Unchecked is set.
type CheckedStmt struct {
	Span
	Unchecked bool
	Block     *Block
}

// A BadStmt stands where no statement could be read; there is a message about it.
type BadStmt struct{ Span }

func (*Literal) expr()         {}
func (*Query) expr()           {}
func (*Tuple) expr()           {}
func (*DeclExpr) expr()        {}
func (*Interpolated) expr()    {}
func (*Name) expr()            {}
func (*Predefined) expr()      {}
func (*Paren) expr()           {}
func (*Member) expr()          {}
func (*Index) expr()           {}
func (*Call) expr()            {}
func (*NullConditional) expr() {}
func (*Receiver) expr()        {}
func (*Unary) expr()           {}
func (*Postfix) expr()         {}
func (*Binary) expr()          {}
func (*Conditional) expr()     {}
func (*Assign) expr()          {}
func (*Cast) expr()            {}
func (*Is) expr()              {}
func (*As) expr()              {}
func (*New) expr()             {}
func (*NewArray) expr()        {}
func (*NewAnonymous) expr()    {}
func (*ObjectInit) expr()      {}
func (*CollectionInit) expr()  {}
func (*ArrayInit) expr()       {}
func (*Lambda) expr()          {}
func (*TypeOf) expr()          {}
func (*Default) expr()         {}
func (*NameOf) expr()          {}
func (*Checked) expr()         {}
func (*Throw) expr()           {}
func (*BadExpr) expr()         {}

func (*NamedType) typ()      {}
func (*PredefinedType) typ() {}
func (*TupleType) typ()      {}
func (*VarType) typ()        {}
func (*NullableType) typ()   {}
func (*ArrayType) typ()      {}
func (*BadType) typ()        {}

func (*TypePattern) pattern()  {}
func (*DeclPattern) pattern()  {}
func (*ConstPattern) pattern() {}

func (*Block) stmt()       {}
func (*Empty) stmt()       {}
func (*LocalDecl) stmt()   {}
func (*LocalFunc) stmt()   {}
func (*ExprStmt) stmt()    {}
func (*If) stmt()          {}
func (*For) stmt()         {}
func (*ForEach) stmt()     {}
func (*While) stmt()       {}
func (*Do) stmt()          {}
func (*Switch) stmt()      {}
func (*Break) stmt()       {}
func (*Continue) stmt()    {}
func (*Return) stmt()      {}
func (*ThrowStmt) stmt()   {}
func (*Try) stmt()         {}
func (*Using) stmt()       {}
func (*CheckedStmt) stmt() {}
func (*BadStmt) stmt()     {}

func (*FromClause) clause()    {}
func (*LetClause) clause()     {}
func (*WhereClause) clause()   {}
func (*JoinClause) clause()    {}
func (*OrderByClause) clause() {}
