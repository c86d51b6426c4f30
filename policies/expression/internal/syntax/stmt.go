package syntax

import "github.com/apimgw/apimgw/policies/diag"

// block parses { … }.
func (p *parser) block() *Block {
	open, ok := p.expect(leftBrace)
	if !ok {
		return &Block{Span: Span{open.start, open.start}}
	}
	b := &Block{Span: spanOf(open)}
	if !p.enter(spanOf(open)) {
		return b
	}
	defer p.leave()
	b.Stmts = p.stmts()
	p.close(rightBrace, open)
	b.Span = p.from(open.start)
	return b
}

// stmts parses statements up to a closing brace, case or default.
func (p *parser) stmts() []Stmt {
	var out []Stmt
	for !p.at(rightBrace) && !p.at(endOfText) && !p.atLabel() {
		before := p.i
		out = append(out, p.stmt())
		if p.i == before {
			p.unexpected("where a statement should begin")
			p.advance()
		}
	}
	return out
}

// atLabel reports whether a label of a switch begins at the current token.
func (p *parser) atLabel() bool {
	return p.at(kwCase) || p.at(kwDefault) && p.peek(1) == colon
}

// stmt parses one statement.
func (p *parser) stmt() Stmt {
	t := p.tok()
	if !p.enter(spanOf(t)) {
		return &BadStmt{spanOf(t)}
	}
	defer p.leave()
	switch t.kind {
	case leftBrace:
		return p.block()
	case semicolon:
		p.advance()
		return &Empty{spanOf(t)}
	case kwIf:
		return p.ifStmt()
	case kwFor:
		return p.forStmt()
	case kwForeach:
		return p.forEach()
	case kwWhile:
		return p.while()
	case kwDo:
		return p.do()
	case kwSwitch:
		return p.switchStmt()
	case kwBreak:
		p.advance()
		p.endStmt()
		return &Break{p.from(t.start)}
	case kwContinue:
		p.advance()
		p.endStmt()
		return &Continue{p.from(t.start)}
	case kwReturn:
		x := p.operandOfStmt()
		return &Return{Span: p.from(t.start), X: x}
	case kwThrow:
		x := p.operandOfStmt()
		return &ThrowStmt{Span: p.from(t.start), X: x}
	case kwTry:
		return p.try()
	case kwUsing:
		return p.using()
	case kwConst:
		return p.constant()
	case kwChecked, kwUnchecked:
		if p.peek(1) == leftBrace {
			p.advance()
			b := p.block()
			return &CheckedStmt{Span: p.from(t.start), Unchecked: t.kind == kwUnchecked, Block: b}
		}
	}
	if s, refused := p.refuseStmt(); refused {
		return s
	}
	switch {
	case p.isDeconstruction(assign):
		return p.deconstruction()
	case p.declares():
		return p.declaration()
	}
	return p.exprStmt()
}

// endStmt reads the semicolon of a statement. After a mistake it goes on where the next
// statement may begin.
func (p *parser) endStmt() {
	if p.at(semicolon) {
		p.advance()
		return
	}
	if !p.failedHere() {
		p.fail(Span{p.previous(), p.previous()}, BadSyntax, p.semicolonHelp(), "; expected")
		if p.startsStmt() {
			return
		}
	}
	p.skipTo(semicolon)
	p.skip(semicolon)
}

// semicolonHelp explains what may look like a missing semicolon.
func (p *parser) semicolonHelp() string {
	if p.at(colon) {
		return "labels and goto are not supported"
	}
	return ""
}

// startsStmt reports whether the current token most likely begins a statement.
func (p *parser) startsStmt() bool {
	switch k := p.tok().kind; k {
	case kwIf, kwFor, kwForeach, kwWhile, kwDo, kwSwitch, kwBreak, kwContinue, kwReturn, kwThrow, kwTry,
		kwUsing, kwConst, identifier:
		return true
	default:
		return k.isPredefinedType()
	}
}

// operandOfStmt parses the rest of return x; and throw x;.
func (p *parser) operandOfStmt() Expr {
	p.advance()
	if p.skip(semicolon) {
		return nil
	}
	x := p.expr()
	p.endStmt()
	return x
}

// refuseStmt reports statements that policy expressions do not have, and skips them.
func (p *parser) refuseStmt() (Stmt, bool) {
	t := p.tok()
	switch t.kind {
	case kwGoto, kwLock, kwFixed, kwUnsafe, kwRef:
		return p.refused(NoSuchCSharp, "", t.kind.String()+" is not supported in policy expressions"), true
	case kwClass, kwStruct, kwEnum, kwInterface, kwNamespace, kwDelegate, kwEvent:
		return p.refused(NoSuchCSharp, "use local functions and anonymous objects", "types cannot be declared in a policy expression"), true
	case kwPublic, kwPrivate, kwProtected, kwInternal, kwReadonly, kwVolatile, kwAbstract, kwSealed, kwVirtual, kwOverride, kwExtern:
		p.fail(spanOf(t), BadSyntax, "remove it", "%s cannot stand before a statement", t.kind)
		p.advance()
		return p.stmt(), true
	case kwStatic:
		p.fail(spanOf(t), NewerCSharp, "remove static", "static local functions are newer than C# 7.3")
		p.advance()
		return p.stmt(), true
	case kwElse:
		p.fail(spanOf(t), BadSyntax, "", "else without its if")
		p.advance()
		return p.stmt(), true
	case kwCatch, kwFinally:
		return p.refused(BadSyntax, "", t.kind.String()+" without its try"), true
	}
	return p.refuseWordStmt()
}

// refuseWordStmt is refuseStmt for what begins with a word that is no keyword.
func (p *parser) refuseWordStmt() (Stmt, bool) {
	if !p.at(identifier) {
		return nil, false
	}
	next := p.peek(1)
	switch {
	case p.atWord("yield") && (next == kwReturn || next == kwBreak):
		return p.refused(NoSuchCSharp, "collect the values in a List<T>", "yield is not supported in policy expressions"), true
	case p.atWord("await") && (next == identifier || next == kwForeach || next == kwNew):
		return p.refused(NoSuchCSharp, "", "policy expressions cannot wait: there is no await"), true
	case p.atWord("async") && (next == identifier || next == kwVoid):
		return p.refused(NoSuchCSharp, "", "policy expressions cannot wait: there is no async"), true
	case p.atWord("record") && next == identifier:
		return p.refused(NewerCSharp, "use an anonymous object", "types cannot be declared in a policy expression"), true
	case p.atWord("let") && next == identifier && p.peek(2) == assign:
		return p.refused(BadSyntax, "write var", "let is no keyword of C#"), true
	case next == colon:
		p.fail(Span{p.tok().start, p.tok().end + 1}, NoSuchCSharp, "", "labels and goto are not supported in policy expressions")
		p.advance()
		p.advance()
		return p.stmt(), true
	}
	return nil, false
}

// refused reports a statement and skips it, with its block when it has one.
func (p *parser) refused(code diag.Code, help, message string) Stmt {
	t := p.tok()
	p.fail(spanOf(t), code, help, "%s", message)
	if t.kind != leftParen {
		p.advance()
	}
	p.skipTo(semicolon, leftBrace)
	switch {
	case p.at(semicolon):
		p.advance()
	case p.at(leftBrace):
		p.skipBrackets()
	}
	return &BadStmt{p.from(t.start)}
}

// declaration parses a declaration of variables or of a local function.
func (p *parser) declaration() Stmt {
	start := p.tok().start
	t := p.typeName(false)
	if p.at(identifier) && (p.peek(1) == leftParen || p.peek(1) == less) {
		return p.localFunc(start, t)
	}
	if v, ok := t.(*PredefinedType); ok && v.Keyword == "void" {
		p.fail(v.Span, BadSyntax, "", "a variable cannot be void")
	}
	d := p.declarators(start, t)
	p.endStmt()
	d.Span = p.from(start)
	return d
}

// declarators parses the variables after their type.
func (p *parser) declarators(start int, t Type) *LocalDecl {
	d := &LocalDecl{Type: t}
	for {
		d.Vars = append(d.Vars, p.declarator())
		if !p.skip(comma) {
			break
		}
	}
	d.Span = p.from(start)
	return d
}

func (p *parser) declarator() *Declarator {
	v := &Declarator{Name: p.ident()}
	if p.at(leftBracket) {
		p.fail(spanOf(p.tok()), BadSyntax, "write T[] name", "the brackets of an array type follow the type")
		p.skipBrackets()
	}
	if p.skip(assign) {
		switch {
		case p.at(leftBrace):
			v.Init = p.arrayInit()
		case p.at(kwRef):
			p.fail(spanOf(p.tok()), NoSuchCSharp, "", "ref variables are not supported in policy expressions")
			p.advance()
			v.Init = p.expr()
		default:
			v.Init = p.expr()
		}
	}
	v.Span = p.from(v.Name.Start)
	return v
}

func (p *parser) constant() Stmt {
	start := p.advance().start
	if p.at(identifier) && p.peek(1) == assign {
		p.fail(spanOf(p.tok()), BadSyntax, "write const string x = …, or var x = …", "a constant needs a type")
		d := p.declarators(start, &BadType{Span{p.tok().start, p.tok().start}})
		p.endStmt()
		d.Const = true
		return d
	}
	d := p.declarators(start, p.typeName(false))
	d.Const = true
	for _, v := range d.Vars {
		if v.Init == nil && !p.failedHere() {
			p.errorf(v.Span, BadSyntax, "", "a constant needs a value")
		}
	}
	p.endStmt()
	d.Span = p.from(start)
	return d
}

// localFunc parses a local function after its result type.
func (p *parser) localFunc(start int, result Type) Stmt {
	f := &LocalFunc{Result: result, Name: p.ident()}
	if p.at(less) {
		f.TypeParams = p.typeParams()
	}
	f.Params = p.params(false)
	if p.atWord("where") {
		p.fail(spanOf(p.tok()), NoSuchCSharp, "remove it", "constraints on type parameters are not supported in policy expressions")
		p.skipTo(leftBrace, arrow, semicolon)
	}
	switch p.tok().kind {
	case leftBrace:
		f.Block = p.block()
	case arrow:
		p.advance()
		f.Expr = p.throwable()
		p.endStmt()
	default:
		p.fail(p.missing(leftBrace), BadSyntax, "", "{ or => expected")
		f.Block = &Block{Span: Span{p.previous(), p.previous()}}
	}
	f.Span = p.from(start)
	return f
}

func (p *parser) typeParams() []*Ident {
	open := p.advance()
	var out []*Ident
	for {
		id := p.ident()
		out = append(out, &id)
		if !p.skip(comma) {
			break
		}
	}
	p.close(greater, open)
	return out
}

// exprStmt parses an expression as a statement.
func (p *parser) exprStmt() Stmt {
	start := p.tok().start
	x := p.expr()
	if !IsStatement(x) && !p.failedHere() {
		help := "only assignments, calls, ++, -- and new may be statements"
		if p.at(rightBrace) || p.peek(1) == rightBrace {
			help = "write return …;"
		}
		p.errorf(Span{x.Pos(), x.End()}, BadStatement, help, "this expression does nothing as a statement")
		p.failed = p.i
	}
	p.endStmt()
	return &ExprStmt{Span: p.from(start), X: x}
}

// IsStatement reports whether an expression may be a statement.
func IsStatement(x Expr) bool {
	switch x := x.(type) {
	case *Assign, *Call, *Postfix, *New, *BadExpr:
		return true
	case *Unary:
		return x.Op == Increment || x.Op == Decrement
	case *NullConditional:
		return IsStatement(x.Rest)
	}
	return false
}

// condition parses ( expr ) after a keyword.
func (p *parser) condition() Expr {
	open, ok := p.expect(leftParen)
	if !ok {
		return &BadExpr{Span{p.previous(), p.previous()}}
	}
	x := p.expr()
	p.close(rightParen, open)
	if !p.failedHere() {
		return x
	}
	p.skipTo(semicolon, leftBrace)
	p.skip(rightParen)
	return x
}

// embedded parses the statement under another one.
func (p *parser) embedded() Stmt {
	if p.declares() {
		p.fail(spanOf(p.tok()), BadStatement, "put it into braces", "a declaration cannot stand alone here")
	}
	if p.at(rightBrace) || p.at(endOfText) {
		p.fail(p.missing(semicolon), BadSyntax, "", "statement expected")
		return &BadStmt{Span{p.previous(), p.previous()}}
	}
	return p.stmt()
}

func (p *parser) ifStmt() Stmt {
	start := p.advance().start
	s := &If{Cond: p.condition(), Then: p.embedded()}
	if p.atWord("elseif") || p.atWord("elif") {
		p.fail(spanOf(p.tok()), BadSyntax, "write else if", "%s is no keyword of C#", p.textOf(p.tok()))
		s.Else = p.ifStmt()
	} else if p.skip(kwElse) {
		s.Else = p.embedded()
	}
	s.Span = p.from(start)
	return s
}

func (p *parser) forStmt() Stmt {
	start := p.advance().start
	s := &For{}
	body, ok := p.loop(func() { p.forHead(s) })
	if !ok {
		return &BadStmt{p.from(start)}
	}
	s.Body = body
	s.Span = p.from(start)
	return s
}

// loop parses what stands in the parentheses after for or foreach, by head, and the body.
func (p *parser) loop(head func()) (body Stmt, ok bool) {
	open, ok := p.expect(leftParen)
	if !ok {
		p.skipTo(semicolon, leftBrace)
		return nil, false
	}
	head()
	if p.failedHere() {
		p.skipTo()
	}
	p.close(rightParen, open)
	return p.embedded(), true
}

func (p *parser) forHead(s *For) {
	switch {
	case p.isDeconstruction(assign):
		s.Init = []Expr{p.deconstruct()}
	case p.declares():
		begin := p.tok().start
		s.Decl = p.declarators(begin, p.typeName(false))
	default:
		s.Init = p.exprs(semicolon)
	}
	p.expect(semicolon)
	if !p.at(semicolon) {
		s.Cond = p.expr()
	}
	p.expect(semicolon)
	s.Post = p.exprs(rightParen)
}

func (p *parser) forEach() Stmt {
	start := p.advance().start
	s := &ForEach{}
	body, ok := p.loop(func() { p.forEachHead(s) })
	if !ok {
		return &BadStmt{p.from(start)}
	}
	s.Body = body
	s.Span = p.from(start)
	return s
}

func (p *parser) forEachHead(s *ForEach) {
	switch {
	case p.at(identifier) && p.peek(1) == kwIn:
		p.fail(spanOf(p.tok()), BadSyntax, "write foreach (var "+p.written(spanOf(p.tok()))+" in …)", "the variable of foreach needs a type")
		s.Type = &BadType{Span{p.tok().start, p.tok().start}}
	case p.isDeconstruction(kwIn):
		s.Target = p.target()
	default:
		s.Type = p.typeName(false)
	}
	if s.Target == nil && (p.at(identifier) || !p.failedHere()) {
		s.Name = p.ident()
	}
	if p.at(colon) {
		p.fail(spanOf(p.tok()), BadSyntax, "write in", "in expected")
		p.advance()
	} else {
		p.expect(kwIn)
	}
	s.X = p.expr()
}

func (p *parser) while() Stmt {
	start := p.advance().start
	s := &While{Cond: p.condition(), Body: p.embedded()}
	s.Span = p.from(start)
	return s
}

func (p *parser) do() Stmt {
	start := p.advance().start
	s := &Do{Body: p.embedded()}
	if _, ok := p.expect(kwWhile); ok {
		s.Cond = p.condition()
	} else {
		s.Cond = &BadExpr{Span{p.previous(), p.previous()}}
	}
	p.endStmt()
	s.Span = p.from(start)
	return s
}

func (p *parser) switchStmt() Stmt {
	start := p.advance().start
	s := &Switch{X: p.condition()}
	open, ok := p.expect(leftBrace)
	if !ok {
		s.Span = p.from(start)
		return s
	}
	for !p.at(rightBrace) && !p.at(endOfText) {
		if !p.at(kwCase) && !p.at(kwDefault) {
			p.fail(spanOf(p.tok()), BadSyntax, "", "case or default expected")
			p.advance()
			p.skipTo(kwCase, kwDefault)
			continue
		}
		s.Sections = append(s.Sections, p.section())
	}
	p.close(rightBrace, open)
	s.Span = p.from(start)
	return s
}

func (p *parser) section() *SwitchSection {
	s := &SwitchSection{}
	start := p.tok().start
	for p.atLabel() || p.at(kwDefault) && len(s.Labels) == 0 {
		s.Labels = append(s.Labels, p.caseLabel())
	}
	s.Body = p.stmts()
	if len(s.Body) == 0 {
		p.fail(Span{p.previous(), p.previous()}, BadStatement, "write break;", "a case without statements")
	}
	s.Span = p.from(start)
	return s
}

func (p *parser) caseLabel() *CaseLabel {
	l := &CaseLabel{}
	t := p.advance()
	if t.kind == kwCase {
		l.Pattern = p.pattern()
	}
	if p.atWord("when") {
		p.advance()
		l.When = p.expr()
	}
	if p.at(arrow) {
		p.fail(spanOf(p.tok()), NewerCSharp, "write case …: return …;", "=> after case is newer than C# 7.3")
		p.skipTo(kwCase, kwDefault)
		p.failed = p.i
	} else if !p.at(colon) {
		p.fail(p.missing(semicolon), BadSyntax, "", ": expected")
		p.skipTo(colon, kwCase, semicolon)
	}
	p.skip(colon)
	l.Span = p.from(t.start)
	return l
}

func (p *parser) try() Stmt {
	t := p.advance()
	s := &Try{Block: p.block()}
	for p.at(kwCatch) {
		s.Catches = append(s.Catches, p.catch())
	}
	if p.skip(kwFinally) {
		s.Finally = p.block()
	}
	if len(s.Catches) == 0 && s.Finally == nil {
		p.fail(spanOf(t), BadSyntax, "", "try without a catch or finally")
	}
	s.Span = p.from(t.start)
	return s
}

func (p *parser) catch() *Catch {
	c := &Catch{}
	start := p.advance().start
	if p.at(leftParen) {
		open := p.advance()
		c.Type = p.typeName(false)
		if p.at(identifier) {
			name := p.ident()
			c.Name = &name
		}
		p.close(rightParen, open)
	}
	if p.atWord("when") {
		p.advance()
		c.When = p.condition()
	}
	c.Block = p.block()
	c.Span = p.from(start)
	return c
}

func (p *parser) using() Stmt {
	t := p.advance()
	if !p.at(leftParen) {
		return p.refuseUsing(t)
	}
	open := p.advance()
	s := &Using{}
	if p.declares() {
		begin := p.tok().start
		s.Decl = p.declarators(begin, p.typeName(false))
	} else {
		s.X = p.expr()
	}
	if p.failedHere() {
		p.skipTo()
	}
	p.close(rightParen, open)
	s.Body = p.embedded()
	s.Span = p.from(t.start)
	return s
}

// refuseUsing reports a using without parentheses. What it declares stays declared.
func (p *parser) refuseUsing(t token) Stmt {
	if p.declares() {
		p.fail(spanOf(t), NewerCSharp, "write using (var x = …) { … }", "using without parentheses is newer than C# 7.3")
		return p.declaration()
	}
	p.i--
	return p.refused(NoSuchCSharp, "write the full name, such as System.Net.WebUtility", "policy expressions have no using directives")
}
