package check

import (
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// What a name or a member may be beside a value.
type (
	typeRef struct {
		node
		of *types.Type
	}
	namespaceRef struct {
		node
		name string
	}
	methodGroup struct {
		node
		recv    Expr // nil for static ones
		of      *types.Type
		name    string
		args    []*types.Type
		local   *LocalFunc
		nameAt  syntax.Span
		nothing bool // no method of that name: an extension may exist
	}
	// lambdaExpr is a lambda that has no type yet.
	lambdaExpr struct {
		node
		syntax *syntax.Lambda
		// ranges are the range variables that each parameter of a query's lambda stands for;
		// nil for a lambda that was written.
		ranges [][]syntax.Ident
	}
	// defaultExpr is "default" that has no type yet.
	defaultExpr struct{ node }
)

// expr resolves an expression that must be a value.
func (c *checker) expr(e syntax.Expr) Expr {
	x := c.bind(e)
	switch x := x.(type) {
	case *typeRef:
		c.errorf(x.span, NotAValue, "%s is a type, which is not a value here", quoted(x.of))
		return bad(x.span)
	case *namespaceRef:
		c.errorf(x.Span(), NotAValue, "%q is a namespace, which is not a value here", x.name)
		return bad(x.Span())
	case *methodGroup:
		if x.nothing {
			return c.unknownMember(x.nameAt, x.of, x.name, c.memberNames(x.of, x.recv == nil))
		}
		c.errorf(x.span, NotAValue, "%q is a method: call it with ()", x.name)
		return bad(x.span)
	}
	return x
}

// typed resolves an expression that must have a type of its own: no lambda, no default.
func (c *checker) typed(e syntax.Expr) Expr {
	x := c.expr(e)
	switch x.(type) {
	case *lambdaExpr:
		c.errorf(x.Span(), NoType, "a lambda has no type here")
		return bad(x.Span())
	case *defaultExpr:
		c.errorf(x.Span(), NoType, "default has no type here: write default(T)")
		return bad(x.Span())
	case *NewTuple:
		if isBad(x) {
			c.errorf(x.Span(), NoType, "the type of the tuple does not follow from its elements")
			return bad(x.Span())
		}
	}
	return x
}

// exprAs resolves an expression and converts it to a type.
func (c *checker) exprAs(e syntax.Expr, t *types.Type) Expr {
	if init, ok := e.(*syntax.ArrayInit); ok {
		return c.arrayInit(init, t)
	}
	x := c.bind(e)
	if _, ok := x.(*methodGroup); !ok || t.Kind != types.Delegate {
		x = c.expr1(x)
	}
	return c.convert(x, t)
}

// expr1 finishes what bind found as expr does.
func (c *checker) expr1(x Expr) Expr {
	switch x.(type) {
	case *typeRef, *namespaceRef, *methodGroup:
		return c.expr(&boundExpr{Span: x.Span(), x: x})
	}
	return x
}

// boundExpr lets something that is resolved stand where a tree is wanted.
type boundExpr struct {
	syntax.Span
	syntax.BadExpr
	x Expr
}

// Pos is where the expression begins.
func (b *boundExpr) Pos() int { return b.Start }

// End is where the expression ends.
func (b *boundExpr) End() int { return b.Stop }

// bind resolves an expression that may be a value, a type, a namespace or a method.
func (c *checker) bind(e syntax.Expr) Expr {
	s := span(e)
	switch e := e.(type) {
	case *syntax.Literal:
		return c.literal(e)
	case *syntax.Name:
		return c.name(e)
	case *syntax.Predefined:
		return &typeRef{node{types.InvalidType, s}, c.keyword(e)}
	case *syntax.Paren:
		return c.bind(e.X)
	case *syntax.Member:
		return c.member(e)
	case *syntax.Index:
		return c.index(e)
	case *syntax.Call:
		return c.call(e)
	case *syntax.NullConditional:
		return c.nullConditional(e)
	case *syntax.Receiver:
		r := c.receivers[len(c.receivers)-1]
		return &Local{node{r.typ, s}, r.Var}
	case *syntax.Unary:
		return c.unary(e)
	case *syntax.Postfix:
		return c.increment(e.X, e.Op, true, s)
	case *syntax.Binary:
		return c.binary(e)
	case *syntax.Conditional:
		return c.conditional(e)
	case *syntax.Assign:
		return c.assign(e)
	case *syntax.Cast:
		return c.cast(e)
	case *syntax.Is:
		return c.is(e)
	case *syntax.As:
		return c.as(e)
	case *syntax.New:
		return c.newObject(e)
	case *syntax.NewArray:
		return c.newArray(e)
	case *syntax.NewAnonymous:
		return c.newAnonymous(e)
	case *syntax.Interpolated:
		return c.interpolated(e)
	case *syntax.Lambda:
		return &lambdaExpr{node: node{types.InvalidType, s}, syntax: e}
	case *syntax.Query:
		return c.query(e)
	case *syntax.Tuple:
		return c.tuple(e)
	case *syntax.Default:
		return c.defaultValue(e)
	case *syntax.TypeOf:
		t := c.typ(e.Type)
		if t.IsInvalid() {
			return bad(s)
		}
		return constant(types.TypeClass.Type(), library.TypeValue{Of: t}, s)
	case *syntax.NameOf:
		return c.nameOf(e)
	case *syntax.Checked:
		return c.inChecked(!e.Unchecked, func() Expr { return c.typed(e.X) })
	case *syntax.Throw:
		return c.throwExpr(e.X, s)
	case *boundExpr:
		return e.x
	}
	return bad(s) // a BadExpr: the parser has told
}

func (c *checker) keyword(e *syntax.Predefined) *types.Type {
	if t := types.ByKeyword(e.Keyword); t != nil {
		return t
	}
	return types.InvalidType
}

func (c *checker) inChecked(on bool, f func() Expr) Expr {
	checked, unchecked := c.checked, c.unchecked
	c.checked, c.unchecked = on, !on
	defer func() { c.checked, c.unchecked = checked, unchecked }()
	return f()
}

func (c *checker) literal(e *syntax.Literal) Expr {
	switch e.Kind {
	case syntax.NullLiteral:
		return constant(types.NullType, nil, e.Span)
	case syntax.BoolLiteral:
		return constant(types.BoolType, e.Bool, e.Span)
	case syntax.IntLiteral:
		return constant(types.IntType, int32(e.Int), e.Span)
	case syntax.UIntLiteral:
		return constant(types.UIntType, uint32(e.Int), e.Span)
	case syntax.LongLiteral:
		return constant(types.LongType, int64(e.Int), e.Span)
	case syntax.ULongLiteral:
		return constant(types.ULongType, e.Int, e.Span)
	case syntax.FloatLiteral:
		return constant(types.FloatType, float32(e.Float), e.Span)
	case syntax.DoubleLiteral:
		return constant(types.DoubleType, e.Float, e.Span)
	case syntax.CharLiteral:
		return constant(types.CharType, clr.Char(e.Int), e.Span)
	case syntax.DecimalLiteral:
		d, err := clr.ParseDecimal(plainDigits(e.String))
		if err != nil {
			c.errorf(e.Span, Overflow, "the number is too large for decimal")
			return bad(e.Span)
		}
		return constant(types.DecimalType, d, e.Span)
	}
	return constant(types.StringType, library.Intern(e.String), e.Span)
}

// plainDigits writes a decimal literal without its exponent.
func plainDigits(s string) string {
	at := strings.IndexAny(s, "eE")
	if at < 0 {
		return s
	}
	exponent, err := strconv.Atoi(s[at+1:])
	digits, fraction, _ := strings.Cut(s[:at], ".")
	switch {
	case err != nil || exponent > 100 || exponent < -100:
		return s // no decimal either way
	case exponent >= 0:
		fraction += strings.Repeat("0", max(0, exponent-len(fraction)))
		return digits + fraction[:exponent] + "." + fraction[exponent:] + "0"
	}
	digits = strings.Repeat("0", max(0, -exponent-len(digits))) + digits
	split := len(digits) + exponent
	return "0" + digits[:split] + "." + digits[split:] + fraction
}

func (c *checker) name(e *syntax.Name) Expr {
	if v := c.lookup(e.Name); v != nil && v.fn != nil {
		return &methodGroup{node: node{types.InvalidType, e.Span}, name: e.Name, local: v.fn, nameAt: e.Span, args: c.typeArgs(e.TypeArgs)}
	} else if v != nil {
		v.used = true
		if v.part != nil {
			return &Field{node{v.Type, e.Span}, c.local(v.part, e.Span), v.index}
		}
		if v.constant != nil {
			return constant(v.Type, v.constant.Value, e.Span)
		}
		return c.local(v, e.Span)
	}
	if e.Name == "context" && len(e.TypeArgs) == 0 {
		return &Context{node{c.contextType, e.Span}}
	}
	if len(e.TypeArgs) > 0 {
		return c.genericName(e, []string{e.Name}, e.TypeArgs)
	}
	if d := c.typeNamed(e.Name, 0); d != nil {
		return &typeRef{node{types.InvalidType, e.Span}, d.Type()}
	}
	if c.isNamespace(e.Name) {
		return &namespaceRef{node{types.InvalidType, e.Span}, e.Name}
	}
	if c.denied(e.Span, e.Name) {
		return bad(e.Span)
	}
	return c.unknownName(e.Span, e.Name, c.visible())
}

func (c *checker) genericName(e syntax.Expr, names []string, args []syntax.Type) Expr {
	part := &syntax.TypeName{Span: span(e), Name: names[len(names)-1], Args: args}
	t := &syntax.NamedType{Span: span(e)}
	for _, n := range names[:len(names)-1] {
		t.Parts = append(t.Parts, &syntax.TypeName{Span: span(e), Name: n})
	}
	t.Parts = append(t.Parts, part)
	of := c.namedType(t)
	if of.IsInvalid() {
		return bad(span(e))
	}
	return &typeRef{node{types.InvalidType, span(e)}, of}
}

func (c *checker) nullConditional(e *syntax.NullConditional) Expr {
	x := c.typed(e.X)
	if isBad(x) {
		return x
	}
	t := x.Type()
	if !t.MayBeNull() || t.Kind == types.Null {
		c.errorf(span(e.X), BadOperator, "operator '?' cannot be applied to a value of type %s: it is never null", quoted(t))
		return bad(e.Span)
	}
	temp := c.temp(t.Underlying())
	c.receivers = append(c.receivers, &Local{node{temp.Type, span(e.X)}, temp})
	rest := c.typed(e.Rest)
	c.receivers = c.receivers[:len(c.receivers)-1]
	if isBad(rest) {
		return rest
	}
	result := rest.Type()
	if result.IsValue() && result.Kind != types.Nullable {
		result = types.NullableOf(result)
		rest = c.convert(rest, result)
	}
	return &NullConditional{node{result, e.Span}, x, temp, rest}
}

func (c *checker) conditional(e *syntax.Conditional) Expr {
	cond := c.exprAs(e.Cond, types.BoolType)
	then, els := c.expr(e.Then), c.expr(e.Else)
	if isThrow(then) && isThrow(els) {
		c.errorf(e.Span, NoType, "both branches throw")
		return bad(e.Span)
	}
	t := c.commonType(then, els)
	if t == nil {
		if isBad(then) && !hasNoType(then) || isBad(els) && !hasNoType(els) {
			return bad(e.Span)
		}
		c.errorf(e.Span, NoType, "the type of the conditional does not follow from %s and %s: neither converts to the other", describe(then), describe(els))
		return bad(e.Span)
	}
	then, els = c.convert(then, t), c.convert(els, t)
	if k := asConst(cond); k != nil && asConst(then) != nil == (asConst(els) != nil) {
		if k.Value.(bool) {
			return then
		}
		return els
	}
	// With one operand that is no constant, the whole is none, whatever is chosen.
	return &Conditional{node{t, e.Span}, cond, then, els}
}

func isThrow(e Expr) bool {
	_, ok := e.(*Throw)
	return ok
}

// hasNoType reports whether an expression is fine but has a type only where one is wanted.
func hasNoType(e Expr) bool {
	switch e := e.(type) {
	case *lambdaExpr, *defaultExpr, *Throw:
		return true
	case *NewTuple:
		return isBad(e)
	}
	return false
}

func describe(e Expr) string {
	switch {
	case isNull(e):
		return "null"
	case hasNoType(e):
		return "an expression without a type"
	}
	return quoted(e.Type())
}

// commonType is the type of a conditional's branches; nil when there is none.
func (c *checker) commonType(a, b Expr) *types.Type {
	switch {
	case isBad(a) && hasNoType(a) && !isBad(b):
		return typeOrNil(b)
	case isBad(b) && hasNoType(b) && !isBad(a):
		return typeOrNil(a)
	case isBad(a) || isBad(b):
		return nil
	case types.Identical(a.Type(), b.Type()):
		return typeOrNil(a)
	}
	toB, toA := c.convertible(a, b.Type()), c.convertible(b, a.Type())
	switch {
	case toA && !toB:
		return a.Type()
	case toB && !toA:
		return b.Type()
	case toA && toB && types.Implicit(a.Type(), b.Type()) != types.None: // a constant fits as well
		return b.Type()
	case toA && toB && types.Implicit(b.Type(), a.Type()) != types.None:
		return a.Type()
	}
	return nil
}

func typeOrNil(e Expr) *types.Type {
	if isNull(e) || e.Type().Kind == types.Void {
		return nil
	}
	return e.Type()
}

func (c *checker) defaultValue(e *syntax.Default) Expr {
	if e.Type == nil {
		return &defaultExpr{node{types.InvalidType, e.Span}}
	}
	t := c.typ(e.Type)
	if t == nil || t.IsInvalid() {
		return bad(e.Span)
	}
	return zero(t, e.Span)
}

// zero is the default value of a type.
func zero(t *types.Type, s syntax.Span) Expr { return constant(t, library.Zero(t), s) }

func (c *checker) nameOf(e *syntax.NameOf) Expr {
	name := ""
	switch x := e.X.(type) {
	case *syntax.Name:
		name = x.Name
		c.bind(x)
	case *syntax.Member:
		name = x.Name.Name
		if !c.try(func() { c.bind(x) }) && !c.isMemberOfType(x) {
			c.bind(x)
		}
	default:
		c.errorf(e.Span, NotConstant, "nameof takes a name")
		return bad(e.Span)
	}
	return constant(types.StringType, library.Intern(name), e.Span)
}

// isMemberOfType reports whether a name is that of a member which needs an object, after
// the name of a type: nameof takes it.
func (c *checker) isMemberOfType(e *syntax.Member) bool {
	var of *types.Type
	ok := c.try(func() {
		if t, ok := c.bind(e.X).(*typeRef); ok {
			of = t.of
		}
	})
	return ok && of != nil && len(c.members(of, e.Name.Name)) > 0
}

func (c *checker) throwExpr(x syntax.Expr, s syntax.Span) Expr {
	return &Throw{node{types.InvalidType, s}, c.exprAs(x, types.ExceptionClass.Type())}
}

func (c *checker) interpolated(e *syntax.Interpolated) Expr {
	out := &Interpolated{node: node{types.StringType, e.Span}}
	plain := true
	for _, p := range e.Parts {
		if p.Expr == nil {
			out.Parts = append(out.Parts, Hole{Text: library.Intern(p.Text)})
			continue
		}
		h := Hole{X: c.typed(p.Expr), Format: p.Format}
		if h.X.Type().Kind == types.Void {
			c.errorf(h.X.Span(), NoType, "the expression has no value")
		}
		if p.Alignment != nil {
			h.Width = c.width(p.Alignment)
		}
		plain = plain && h.Width == 0 && h.Format == ""
		out.Parts = append(out.Parts, h)
	}
	if !plain {
		return out
	}
	concat := &Concat{node: out.node}
	for _, h := range out.Parts {
		if h.X == nil {
			h.X = constant(types.StringType, h.Text, e.Span)
		}
		concat.Parts = append(concat.Parts, h.X)
	}
	return foldConcat(concat)
}

func (c *checker) width(e syntax.Expr) int {
	k := asConst(c.exprAs(e, types.IntType))
	if k == nil {
		c.errorf(span(e), NotConstant, "the width must be a constant")
		return 0
	}
	n, _ := Integer(k.Value)
	return int(n)
}

// foldConcat puts neighbouring constants together.
func foldConcat(e *Concat) Expr {
	var parts []Expr
	for _, p := range e.Parts {
		k := asConst(p)
		if k == nil {
			parts = append(parts, p)
			continue
		}
		text := clr.ToString(k.Value)
		if n := len(parts); n > 0 {
			if before := asConst(parts[n-1]); before != nil {
				text = clr.ToString(before.Value) + text
				parts = parts[:n-1]
			}
		}
		parts = append(parts, constant(types.StringType, library.Intern(text), p.Span()))
	}
	e.Parts = parts
	switch len(parts) {
	case 0:
		return constant(types.StringType, "", e.span)
	case 1:
		if k := asConst(parts[0]); k != nil {
			return constant(types.StringType, k.Value, e.span)
		}
	}
	return e
}

func (c *checker) newAnonymous(e *syntax.NewAnonymous) Expr {
	out := &NewAnonymous{node: node{span: e.Span}}
	var fields []types.Field
	for _, m := range e.Members {
		v := c.typed(m.Value)
		if isBad(v) {
			return v
		}
		if isNull(v) || v.Type().Kind == types.Void {
			c.errorf(m.Span, NoType, "the type of %q does not follow from %s", m.Name.Name, describe(v))
			return bad(e.Span)
		}
		fields = append(fields, types.Field{Name: m.Name.Name, Type: v.Type()})
		out.Values = append(out.Values, v)
	}
	out.typ = types.AnonymousOf(fields)
	return out
}

func anyBad(all []Expr) bool {
	for _, x := range all {
		if isBad(x) {
			return true
		}
	}
	return false
}

// bestCommon is the type that all of the expressions convert to, among their own types.
func (c *checker) bestCommon(all []Expr) *types.Type {
	if anyBad(all) {
		return nil
	}
	for _, candidate := range all {
		t := candidate.Type()
		if t.Kind == types.Null || t.Kind == types.Void {
			continue
		}
		fits := true
		for _, x := range all {
			fits = fits && c.convertibleByType(x, t)
		}
		if fits {
			return t
		}
	}
	return nil
}
