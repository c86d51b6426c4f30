package syntax

import "strings"

// pattern parses what stands after is, and after case.
func (p *parser) pattern() Pattern {
	start := p.tok()
	if x := p.refusePattern(); x != nil {
		return x
	}
	begin := p.i
	if i := p.skipType(p.i, 0); i >= 0 || p.at(kwVoid) {
		t := p.typeName(true)
		switch {
		case p.at(identifier) && !p.atWord("when") && !p.atWord("and") && !p.atWord("or"):
			name := p.ident()
			return &DeclPattern{Span: p.from(start.start), Type: t, Name: name}
		case !p.continuesConstant():
			p.refuseCombinators()
			return &TypePattern{Span: Span{t.Pos(), t.End()}, Type: t, Const: constantOf(t)}
		}
		p.i = begin
	}
	x := p.binary(shiftLevel)
	p.refuseCombinators()
	return &ConstPattern{Span: Span{x.Pos(), x.End()}, X: x}
}

// continuesConstant reports whether what was read as a type is the beginning of a
// constant expression.
func (p *parser) continuesConstant() bool {
	switch p.tok().kind {
	case plus, minus, star, slash, percent, shiftLeft, dot, leftParen, leftBracket:
		return true
	}
	return false
}

// constantOf returns a name of a type as an expression, or nil when it can be only a type.
func constantOf(t Type) Expr {
	named, ok := t.(*NamedType)
	if !ok {
		return nil
	}
	var x Expr
	for _, part := range named.Parts {
		if len(part.Args) > 0 {
			return nil
		}
		if x == nil {
			x = &Name{Span: part.Span, Name: part.Name}
			continue
		}
		x = &Member{Span: Span{x.Pos(), part.Stop}, X: x, Name: Ident{Span: part.Span, Name: part.Name}}
	}
	return x
}

// refusePattern reports a pattern of newer C#, and skips it.
func (p *parser) refusePattern() Pattern {
	t := p.tok()
	help := ""
	switch {
	case p.atWord("not") && p.peek(1) != rightParen && p.peek(1) != colon && p.peek(1) != dot:
		help = "write !(x is …), or x != null"
	case t.kind == leftBrace:
		help = "write x != null && x.P == …"
	case t.kind == less, t.kind == greater, t.kind == lessEqual, t.kind == greaterEqual:
		help = "compare: x " + t.kind.String() + " …"
	case t.kind == leftBracket:
		help = "compare lengths and elements"
	default:
		return nil
	}
	p.fail(spanOf(t), NewerCSharp, help, "patterns with %s are newer than C# 7.3", p.textOf(t))
	if t.kind == leftBrace || t.kind == leftBracket {
		p.skipBrackets()
	} else {
		p.advance()
		p.binary(shiftLevel)
	}
	at := p.from(t.start)
	p.failed = p.i
	return &ConstPattern{Span: at, X: &BadExpr{at}}
}

// refuseCombinators reports "and" and "or" between patterns.
func (p *parser) refuseCombinators() {
	for p.atWord("and") || p.atWord("or") {
		t := p.tok()
		op := strings.NewReplacer("and", "&&", "or", "||").Replace(p.textOf(t))
		p.fail(spanOf(t), NewerCSharp, "write x is A "+op+" x is B", "patterns with %s are newer than C# 7.3", p.textOf(t))
		p.advance()
		p.binary(shiftLevel)
		p.failed = p.i
	}
}
