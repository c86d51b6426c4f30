package syntax

// expr parses an expression.
func (p *parser) expr() Expr {
	if !p.enter(spanOf(p.tok())) {
		return &BadExpr{spanOf(p.tok())}
	}
	defer p.leave()
	switch {
	case p.at(kwThrow):
		x := p.throw()
		p.errorf(x.Span, BadSyntax, "it may follow ??, => and the ? and : of a condition", "throw cannot stand here")
		return x
	case p.isLambda():
		return p.lambda()
	case p.isQuery():
		return p.query()
	}
	x := p.conditional()
	op, isAssign := assignOps[p.tok().kind]
	if p.at(greater) && p.peek(1) == greaterEqual && p.adjacent(p.i) {
		op, isAssign = ShiftRight, true
		p.advance()
	}
	if !isAssign {
		p.refuseWordOperator()
		return x
	}
	at := p.tok().start
	if p.at(coalesceAssign) {
		p.fail(spanOf(p.tok()), NewerCSharp, "write a = a ?? b", "??= is newer than C# 7.3")
	}
	p.advance()
	value := p.expr()
	return &Assign{Span: p.from(x.Pos()), Target: x, Op: op, OpPos: at, Value: value}
}

// adjacent reports whether token i and the one after it touch.
func (p *parser) adjacent(i int) bool {
	return i+1 < len(p.tokens) && p.tokens[i].end == p.tokens[i+1].start
}

// assignOps are the assignments, with what each does to the target's value.
var assignOps = map[kind]Op{
	assign: None, plusAssign: Add, minusAssign: Sub, starAssign: Mul, slashAssign: Div, percentAssign: Rem,
	ampersandAssign: And, barAssign: Or, caretAssign: Xor, shiftLeftAssign: ShiftLeft, coalesceAssign: Coalesce,
}

// refuseWordOperator explains "a and b" and skips the rest.
func (p *parser) refuseWordOperator() {
	for word, op := range map[string]string{"and": "&&", "or": "||", "AND": "&&", "OR": "||"} {
		if p.atWord(word) {
			p.fail(spanOf(p.tok()), BadSyntax, "write "+op, "%s is no operator of C#", word)
			p.skipTo(semicolon, comma)
			p.failed = p.i
			return
		}
	}
}

// throwable parses an expression where a throw may stand.
func (p *parser) throwable() Expr {
	if p.at(kwThrow) {
		return p.throw()
	}
	return p.expr()
}

func (p *parser) throw() *Throw {
	start := p.advance().start
	x := p.expr()
	return &Throw{Span: p.from(start), X: x}
}

// conditional parses a ? b : c and what binds more tightly.
func (p *parser) conditional() Expr {
	cond := p.binary(1)
	if !p.at(question) {
		return cond
	}
	open := p.advance()
	then := p.throwable()
	if !p.at(colon) {
		if !p.failedHere() {
			p.fail(Span{open.start, open.end}, BadSyntax, "write condition ? a : b", "? without its :")
		}
		return &Conditional{Span: p.from(cond.Pos()), Cond: cond, Then: then, Else: &BadExpr{Span{p.previous(), p.previous()}}}
	}
	p.advance()
	otherwise := p.throwable()
	return &Conditional{Span: p.from(cond.Pos()), Cond: cond, Then: then, Else: otherwise}
}

// The levels of binary operators.
const (
	coalesceLevel   = 1
	relationalLevel = 8
	shiftLevel      = 9
)

// binaryOps are the binary operators of one token with their levels, but for >, which may be
// the beginning of another.
var binaryOps = map[kind]struct {
	op    Op
	level int
}{
	coalesce: {Coalesce, coalesceLevel},
	orOr:     {OrElse, 2}, andAnd: {AndAlso, 3},
	bar: {Or, 4}, caret: {Xor, 5}, ampersand: {And, 6},
	equalEqual: {Equal, 7}, notEqual: {NotEqual, 7},
	less: {Less, relationalLevel}, lessEqual: {LessOrEqual, relationalLevel}, greaterEqual: {GreaterOrEqual, relationalLevel},
	kwIs: {None, relationalLevel}, kwAs: {None, relationalLevel},
	shiftLeft: {ShiftLeft, shiftLevel},
	plus:      {Add, 10}, minus: {Sub, 10},
	star: {Mul, 11}, slash: {Div, 11}, percent: {Rem, 11},
}

// operator returns the binary operator at the current token, its level, and of how many
// tokens it is made. The level is 0 when there is none.
func (p *parser) operator() (op Op, level, tokens int) {
	if p.at(greater) {
		return p.greater()
	}
	b := binaryOps[p.tok().kind]
	return b.op, b.level, 1
}

// greater tells > from >> and >>=.
func (p *parser) greater() (op Op, level, tokens int) {
	if p.adjacent(p.i) {
		switch p.peek(1) {
		case greater:
			return ShiftRight, shiftLevel, 2
		case greaterEqual:
			return None, 0, 0
		}
	}
	return Greater, relationalLevel, 1
}

// binary parses operators of at least a level.
func (p *parser) binary(least int) Expr {
	x := p.unary()
	for n := 0; ; n++ {
		op, level, tokens := p.operator()
		if level == 0 || level < least {
			return x
		}
		if n == longest {
			p.tooComplex(spanOf(p.tok()), "too many operators in a row")
			return x
		}
		x = p.operand(x, op, level, tokens)
	}
}

// operand parses an operator and what stands to its right.
func (p *parser) operand(x Expr, op Op, level, tokens int) Expr {
	t := p.tok()
	p.i += tokens
	switch t.kind {
	case kwIs:
		pattern := p.pattern()
		return &Is{Span: p.from(x.Pos()), X: x, Pattern: pattern}
	case kwAs:
		typ := p.typeName(true)
		return &As{Span: p.from(x.Pos()), X: x, Type: typ}
	}
	p.refuseForeignOperator(t)
	var y Expr
	switch {
	case op == Coalesce && p.at(kwThrow):
		y = p.throw()
	case op == Coalesce && p.isLambda():
		y = p.lambda()
	case op == Coalesce:
		y = p.rightCoalesce(level)
	default:
		y = p.binary(level + 1)
	}
	return &Binary{Span: p.from(x.Pos()), X: x, Op: op, OpPos: t.start, Y: y}
}

func (p *parser) rightCoalesce(level int) Expr {
	if !p.enter(spanOf(p.tok())) {
		return &BadExpr{spanOf(p.tok())}
	}
	defer p.leave()
	return p.binary(level)
}

// refuseForeignOperator explains === and <>.
func (p *parser) refuseForeignOperator(t token) {
	if p.tokens[p.i-1].end != p.tok().start {
		return
	}
	at := Span{t.start, p.tok().end}
	switch {
	case (t.kind == equalEqual || t.kind == notEqual) && p.at(assign):
		p.fail(at, BadSyntax, "write "+t.kind.String(), "%s= is no operator of C#", t.kind)
	case t.kind == less && p.at(greater):
		p.fail(at, BadSyntax, "write !=", "<> is no operator of C#")
	default:
		return
	}
	p.advance()
}

// unary parses prefix operators and casts.
func (p *parser) unary() Expr {
	if !p.enter(spanOf(p.tok())) {
		return &BadExpr{spanOf(p.tok())}
	}
	defer p.leave()
	t := p.tok()
	op := None
	switch t.kind {
	case plus:
		op = Add
	case minus:
		op = Sub
	case exclamation:
		op = Not
	case tilde:
		op = Complement
	case plusPlus:
		op = Increment
	case minusMinus:
		op = Decrement
	case caret:
		p.fail(spanOf(t), NewerCSharp, "write a[a.Length - n]", "counting from the end with ^ is newer than C# 7.3")
		p.advance()
		return p.unary()
	case leftParen:
		if p.isCast() {
			return p.cast()
		}
	case identifier:
		if p.atWord("await") && p.peek(1) == identifier {
			p.fail(spanOf(t), NoSuchCSharp, "", "policy expressions cannot wait: there is no await")
			p.advance()
			return p.unary()
		}
	}
	if op == None {
		return p.primary()
	}
	p.advance()
	x := p.unary()
	return &Unary{Span: p.from(t.start), Op: op, X: x}
}

// isCast reports whether the parenthesis at the current token encloses the type of a cast.
func (p *parser) isCast() bool {
	i := p.skipType(p.i+1, 0)
	if i < 0 || p.kindAt(i) != rightParen {
		return false
	}
	if i == p.i+2 && p.kindAt(p.i+1).isPredefinedType() {
		return true
	}
	switch p.kindAt(i + 1) {
	case plus, minus, plusPlus, minusMinus: // (x) - 1
		return p.kindAt(i-1) == question && p.kindAt(i-2).isPredefinedType()
	case kwIs, kwAs, kwSwitch, kwIn:
		return false
	case identifier:
		word := p.textOf(p.tokens[i+1])
		return word != "when" && word != "and" && word != "or" && word != "with"
	}
	return p.startsOperand(i + 1)
}

func (p *parser) cast() Expr {
	open := p.advance()
	t := p.typeName(false)
	p.close(rightParen, open)
	x := p.unary()
	return &Cast{Span: p.from(open.start), Type: t, X: x}
}

// primary parses an operand and what follows it directly.
func (p *parser) primary() Expr { return p.postfix(p.atom()) }

// postfix parses members, calls, indexes and ++ after an operand.
func (p *parser) postfix(x Expr) Expr {
	for n := 0; ; n++ {
		if n == longest {
			p.tooComplex(spanOf(p.tok()), "too many members and calls in a row")
			return x
		}
		t := p.tok()
		switch t.kind {
		case dot:
			p.advance()
			x = p.member(x)
		case leftParen:
			args := p.args(leftParen, rightParen)
			x = &Call{Span: p.from(x.Pos()), Fun: x, Args: args}
		case leftBracket:
			args := p.args(leftBracket, rightBracket)
			x = &Index{Span: p.from(x.Pos()), X: x, Args: args}
		case plusPlus:
			p.advance()
			x = &Postfix{Span: p.from(x.Pos()), X: x, Op: Increment}
		case minusMinus:
			p.advance()
			x = &Postfix{Span: p.from(x.Pos()), X: x, Op: Decrement}
		case questionDot:
			return p.nullConditional(x)
		case question:
			if k := p.peek(1); k != dot && k != leftBracket { // no operand begins with either
				return x
			}
			return p.nullConditional(x)
		default:
			if !p.refusePostfix() {
				return x
			}
		}
	}
}

// refusePostfix reports what newer C# has after an operand, and skips it.
func (p *parser) refusePostfix() bool {
	t := p.tok()
	switch {
	case t.kind == exclamation && !p.startsOperand(p.i+1) && p.peek(1) != assign:
		p.fail(spanOf(t), NewerCSharp, "remove it", "! after an operand is newer than C# 7.3")
		p.advance()
	case t.kind == kwSwitch && p.peek(1) == leftBrace:
		p.fail(spanOf(t), NewerCSharp, "write a ? x : b ? y : z, or a switch statement", "switch after an operand is newer than C# 7.3")
		p.advance()
		p.skipBrackets()
	case p.atWord("with") && p.peek(1) == leftBrace:
		p.fail(spanOf(t), NewerCSharp, "make a new object", "with is newer than C# 7.3")
		p.advance()
		p.skipBrackets()
	case t.kind == dotDot:
		p.fail(spanOf(t), NewerCSharp, "write s.Substring(start, length), or xs.Skip(n).Take(m)", "ranges are newer than C# 7.3")
		p.advance()
		if p.startsOperand(p.i) || p.at(caret) {
			p.unary()
		}
	default:
		return false
	}
	return true
}

// skipBrackets skips a bracket and all up to its partner.
func (p *parser) skipBrackets() {
	open := p.advance()
	p.skipTo()
	switch open.kind {
	case leftBrace:
		p.close(rightBrace, open)
	case leftBracket:
		p.close(rightBracket, open)
	default:
		p.close(rightParen, open)
	}
}

// nullConditional parses ?. or ?[ and the whole chain after it.
func (p *parser) nullConditional(x Expr) Expr {
	if !p.enter(spanOf(p.tok())) {
		return &BadExpr{spanOf(p.tok())}
	}
	defer p.leave()
	t := p.advance()
	var rest Expr = &Receiver{Span{t.start, t.start + 1}}
	if t.kind == question && p.at(dot) { // the two signs may stand apart
		t = p.advance()
	}
	if t.kind != question {
		rest = p.member(rest)
	}
	rest = p.postfix(rest)
	return &NullConditional{Span: p.from(x.Pos()), X: x, Rest: rest}
}

// member parses the name after a dot.
func (p *parser) member(x Expr) Expr {
	m := &Member{X: x, Name: p.ident()}
	if p.at(less) && p.genericHere() {
		m.TypeArgs = p.typeArgs()
	}
	m.Span = p.from(x.Pos())
	return m
}

// atom parses an operand.
func (p *parser) atom() Expr {
	t := p.tok()
	switch t.kind {
	case integerLiteral:
		return p.integer(p.advance())
	case realLiteral:
		return p.realNumber(p.advance())
	case characterLiteral:
		return p.character(p.advance())
	case stringLiteral:
		return p.stringValue(p.advance())
	case interpolatedString:
		return p.interpolated(p.advance())
	case kwTrue, kwFalse:
		p.advance()
		return &Literal{Span: spanOf(t), Kind: BoolLiteral, Bool: t.kind == kwTrue}
	case kwNull:
		p.advance()
		return &Literal{Span: spanOf(t), Kind: NullLiteral}
	case identifier:
		return p.name()
	case leftParen:
		return p.paren()
	case kwNew:
		return p.newExpr()
	case kwTypeof, kwDefault, kwChecked, kwUnchecked:
		return p.keywordCall()
	case badToken:
		p.advance()
		p.failed = p.i
		return &BadExpr{spanOf(t)}
	}
	if t.kind.isPredefinedType() {
		return p.predefined()
	}
	return p.refuseAtom()
}

// refuseAtom reports that no operand begins here.
func (p *parser) refuseAtom() Expr {
	t := p.tok()
	at := spanOf(t)
	refuse := func(help, message string) Expr {
		p.fail(at, NoSuchCSharp, help, "%s", message)
		p.advance()
		return &BadExpr{at}
	}
	switch t.kind {
	case kwThis, kwBase:
		return refuse("write context", "there is no "+t.kind.String()+" in a policy expression")
	case kwDelegate:
		refuse("write x => …", "delegate { … } is not supported in policy expressions")
		p.skipTo(semicolon, comma)
		return &BadExpr{p.from(t.start)}
	case kwSizeof, kwStackalloc, kwRef, kwUnsafe, kwFixed:
		return refuse("", t.kind.String()+" is not supported in policy expressions")
	case leftBracket:
		p.fail(at, NewerCSharp, "write new[] { … }, or new JArray(…)", "a list in [ ] is newer than C# 7.3")
		p.skipBrackets()
		return &BadExpr{p.from(t.start)}
	case dotDot:
		p.refusePostfix()
		return &BadExpr{p.from(t.start)}
	case kwStatic:
		p.fail(at, NewerCSharp, "remove static", "a static lambda is newer than C# 7.3")
		p.advance()
		return p.atom()
	}
	help := ""
	if t.kind.isKeyword() {
		help = p.textOf(t) + " is a keyword of C#; a name of that spelling is written @" + p.textOf(t)
	}
	p.fail(p.missing(identifier), BadSyntax, help, "expression expected")
	return &BadExpr{Span{t.start, t.start}}
}

// name parses an identifier that begins an operand.
func (p *parser) name() Expr {
	t := p.tok()
	if p.atWord("nameof") && p.peek(1) == leftParen {
		return p.nameof()
	}
	p.skipGlobal()
	id := p.ident()
	n := &Name{Name: id.Name}
	if p.at(less) && p.genericHere() {
		n.TypeArgs = p.typeArgs()
	}
	n.Span = p.from(t.start)
	return n
}

func (p *parser) nameof() Expr {
	start := p.advance().start
	open := p.advance()
	x := p.expr()
	p.close(rightParen, open)
	return &NameOf{Span: p.from(start), X: x}
}

// predefined parses a type keyword where an operand stands, as in int.Parse(…).
func (p *parser) predefined() Expr {
	t := p.advance()
	if p.at(identifier) {
		p.fail(spanOf(t), BadStatement, "write statements as @{ …; return …; }", "a declaration cannot stand inside of an expression")
		p.advance()
		if p.skip(assign) {
			p.expr()
		}
		return &BadExpr{p.from(t.start)}
	}
	return &Predefined{Span: spanOf(t), Keyword: t.kind.String()}
}

// paren parses ( … ).
func (p *parser) paren() Expr {
	open := p.tok()
	if p.peek(1) == rightParen {
		p.advance()
		p.advance()
		p.fail(Span{open.start, p.previous()}, BadSyntax, "", "nothing between ( and )")
		return &BadExpr{p.from(open.start)}
	}
	p.advance()
	x := p.expr()
	if p.at(comma) || p.at(colon) && p.isName(x) {
		return p.tuple(open, x)
	}
	if p.at(semicolon) {
		p.fail(spanOf(open), BadSyntax, "", "( without its )")
		return x
	}
	p.close(rightParen, open)
	return &Paren{Span: p.from(open.start), X: x}
}

func (p *parser) isName(x Expr) bool {
	_, ok := x.(*Name)
	return ok
}

// keywordCall parses typeof(T), default(T), default, checked(x) and unchecked(x).
func (p *parser) keywordCall() Expr {
	t := p.advance()
	if t.kind == kwDefault && !p.at(leftParen) {
		return &Default{Span: spanOf(t)}
	}
	open, ok := p.expect(leftParen)
	if !ok {
		return &BadExpr{p.from(t.start)}
	}
	switch t.kind {
	case kwTypeof:
		typ := p.typeName(false)
		p.close(rightParen, open)
		return &TypeOf{Span: p.from(t.start), Type: typ}
	case kwDefault:
		typ := p.typeName(false)
		p.close(rightParen, open)
		return &Default{Span: p.from(t.start), Type: typ}
	}
	x := p.expr()
	p.close(rightParen, open)
	return &Checked{Span: p.from(t.start), Unchecked: t.kind == kwUnchecked, X: x}
}

// args parses arguments and their brackets. They are never nil.
func (p *parser) args(left, right kind) []*Arg {
	open, _ := p.expect(left)
	args := []*Arg{}
	for !p.at(right) && !p.at(endOfText) {
		before := p.i
		args = append(args, p.arg())
		if !p.skip(comma) {
			break
		}
		if p.at(right) {
			p.unexpected("after a comma")
		}
		if p.i == before {
			break
		}
	}
	if left == leftBracket && len(args) == 0 {
		p.fail(spanOf(p.tok()), BadSyntax, "", "an index is expected between [ and ]")
	}
	p.close(right, open)
	return args
}

// arg parses one argument.
func (p *parser) arg() *Arg {
	a := &Arg{}
	start := p.tok().start
	if p.at(identifier) && p.peek(1) == colon {
		name := p.ident()
		a.Name = &name
		p.advance()
	}
	switch p.tok().kind {
	case kwOut:
		a.Mode = ByOut
		p.advance()
		a.Decl = p.outDecl()
	case kwRef:
		a.Mode = ByRef
		p.advance()
	case kwIn:
		a.Mode = ByIn
		p.advance()
	}
	if a.Decl == nil {
		a.Value = p.expr()
	}
	a.Span = p.from(start)
	return a
}

// outDecl parses the variable that an out argument declares; nil when it names one.
func (p *parser) outDecl() *OutDecl {
	start := p.tok().start
	if p.atWord("_") && (p.peek(1) == comma || p.peek(1) == rightParen || p.peek(1) == rightBracket) {
		name := p.ident()
		return &OutDecl{Span: name.Span, Name: name}
	}
	if i := p.skipType(p.i, 0); i < 0 || p.kindAt(i) != identifier {
		return nil
	}
	d := &OutDecl{Type: p.typeName(false)}
	d.Name = p.ident()
	d.Span = p.from(start)
	return d
}

// isLambda reports whether a lambda begins at the current token.
func (p *parser) isLambda() bool {
	switch p.tok().kind {
	case identifier:
		if p.atWord("async") && (p.peek(1) == leftParen && p.kindAt(p.partner(p.i+1)+1) == arrow || p.peek(1) == identifier && p.peek(2) == arrow) {
			return true
		}
		return p.peek(1) == arrow
	case leftParen:
		end := p.partner(p.i)
		return end >= 0 && p.kindAt(end+1) == arrow
	}
	return false
}

func (p *parser) lambda() Expr {
	start := p.tok().start
	if p.atWord("async") && p.peek(1) != arrow {
		p.fail(spanOf(p.tok()), NoSuchCSharp, "", "policy expressions cannot wait: there is no async")
		p.advance()
	}
	l := &Lambda{}
	if p.at(identifier) {
		name := p.ident()
		l.Params = []*Param{{Span: name.Span, Name: name}}
	} else {
		l.Params = p.params(true)
	}
	p.expect(arrow)
	if p.at(leftBrace) {
		l.Block = p.block()
	} else {
		l.Expr = p.throwable()
	}
	l.Span = p.from(start)
	return l
}

// params parses parameters in parentheses. Those of a lambda may leave out their types.
func (p *parser) params(ofLambda bool) []*Param {
	open, _ := p.expect(leftParen)
	params := []*Param{}
	p.listUpTo(rightParen, func() { params = append(params, p.param(ofLambda)) })
	p.close(rightParen, open)
	return params
}

func (p *parser) param(ofLambda bool) *Param {
	a := &Param{}
	start := p.tok().start
	switch p.tok().kind {
	case kwOut:
		a.Mode = ByOut
		p.advance()
	case kwRef:
		a.Mode = ByRef
		p.advance()
	case kwIn:
		a.Mode = ByIn
		p.advance()
	case kwParams:
		if ofLambda {
			p.fail(spanOf(p.tok()), NewerCSharp, "take an array", "params of a lambda is newer than C# 7.3")
		}
		a.Variadic = true
		p.advance()
	}
	if !ofLambda || p.peek(1) != comma && p.peek(1) != rightParen {
		a.Type = p.typeName(false)
	}
	a.Name = p.ident()
	if p.at(assign) {
		t := p.advance()
		a.Default = p.expr()
		if ofLambda {
			p.errorf(spanOf(t), NewerCSharp, "", "defaults of a lambda's parameters are newer than C# 7.3")
		}
	}
	a.Span = p.from(start)
	return a
}
