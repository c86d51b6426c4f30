package syntax

// newExpr parses what begins with new.
func (p *parser) newExpr() Expr {
	start := p.advance().start
	switch p.tok().kind {
	case leftBrace:
		return p.anonymous(start)
	case leftBracket:
		return p.implicitArray(start)
	case leftParen:
		p.fail(Span{start, p.tok().end}, NewerCSharp, "write the type: new T(…)", "new without a type is newer than C# 7.3")
		p.args(leftParen, rightParen)
		if p.at(leftBrace) {
			p.skipBrackets()
		}
		return &BadExpr{p.from(start)}
	}
	t := p.elementType(true)
	if k := p.peek(1); p.at(question) && (k == leftParen || k == leftBracket) {
		p.advance()
		t = &NullableType{Span: p.from(t.Pos()), Elem: t}
	}
	switch p.tok().kind {
	case leftBracket:
		return p.newArray(start, t)
	case leftParen:
		n := &New{Type: t, Args: p.args(leftParen, rightParen)}
		if p.at(leftBrace) {
			n.Init = p.init()
		}
		n.Span = p.from(start)
		return n
	case leftBrace:
		n := &New{Type: t, Init: p.init()}
		n.Span = p.from(start)
		return n
	}
	p.fail(p.missing(leftParen), BadSyntax, "write new T(…), new T { … } or new T[…]", "( expected after the type")
	return &New{Span: p.from(start), Type: t, Args: []*Arg{}}
}

// newArray parses the brackets and the elements of an array.
func (p *parser) newArray(start int, elem Type) Expr {
	n := &NewArray{Rank: 1}
	if k := p.peek(1); k != rightBracket && k != comma {
		open := p.advance()
		n.Sizes = p.exprs(rightBracket)
		n.Rank = len(n.Sizes)
		p.close(rightBracket, open)
	} else {
		n.Rank = p.rank()
	}
	n.Elem = p.ranks(elem)
	if p.at(leftBrace) {
		n.Init = p.arrayInit()
	} else if len(n.Sizes) == 0 {
		p.fail(p.missing(leftBrace), BadSyntax, "", "a new array needs a size or { … }")
	}
	n.Span = p.from(start)
	return n
}

// implicitArray parses new[] { … }.
func (p *parser) implicitArray(start int) Expr {
	n := &NewArray{}
	if k := p.peek(1); k != rightBracket && k != comma {
		p.fail(spanOf(p.tok()), BadSyntax, "write new T[…]", "an array with a size needs a type")
		p.args(leftBracket, rightBracket)
		return &BadExpr{p.from(start)}
	}
	n.Rank = p.rank()
	if p.at(leftBrace) {
		n.Init = p.arrayInit()
	} else {
		p.fail(p.missing(leftBrace), BadSyntax, "", "{ expected after new[]")
	}
	n.Span = p.from(start)
	return n
}

// exprs parses expressions between commas up to a closer, which is left.
func (p *parser) exprs(closer kind) []Expr {
	var out []Expr
	p.listUpTo(closer, func() { out = append(out, p.expr()) })
	return out
}

// arrayInit parses { x, y }.
func (p *parser) arrayInit() *ArrayInit {
	open := p.advance()
	out := &ArrayInit{Span: spanOf(open)}
	if !p.enter(spanOf(open)) {
		return out
	}
	defer p.leave()
	p.listUpTo(rightBrace, func() {
		if p.at(leftBrace) {
			out.Elems = append(out.Elems, p.arrayInit())
		} else {
			out.Elems = append(out.Elems, p.expr())
		}
	})
	p.close(rightBrace, open)
	out.Span = p.from(open.start)
	return out
}

// anonymous parses new { A = x, y.B }.
func (p *parser) anonymous(start int) Expr {
	open := p.advance()
	out := &NewAnonymous{}
	p.listUpTo(rightBrace, func() { out.Members = append(out.Members, p.anonymousMember()) })
	p.close(rightBrace, open)
	out.Span = p.from(start)
	return out
}

func (p *parser) anonymousMember() *AnonymousMember {
	m := &AnonymousMember{}
	start := p.tok().start
	if p.at(identifier) && p.peek(1) == assign {
		m.Name = p.ident()
		p.advance()
		m.Value = p.expr()
	} else {
		m.Value = p.expr()
		name, ok := lastName(m.Value)
		if !ok && !p.failedHere() {
			help := "write Name = …"
			if p.at(colon) {
				help = "write Name = … instead of name: …"
			}
			p.fail(Span{m.Value.Pos(), m.Value.End()}, BadSyntax, help, "a property of an anonymous object needs a name")
			p.skipTo(comma)
		} else if p.at(colon) {
			p.fail(spanOf(p.tok()), BadSyntax, "write "+p.written(name.Span)+" = …", "= expected")
			p.skipTo(comma)
		}
		m.Name = name
	}
	m.Span = p.from(start)
	return m
}

// lastName returns the name an anonymous object takes from an expression.
func lastName(x Expr) (Ident, bool) {
	switch x := x.(type) {
	case *Name:
		return Ident{Span: x.Span, Name: x.Name}, true
	case *Member:
		return x.Name, true
	case *NullConditional:
		return lastName(x.Rest)
	case *BadExpr:
		return Ident{Span: x.Span}, true
	}
	return Ident{}, false
}

// init parses an object or collection initialiser.
func (p *parser) init() Expr {
	open := p.tok()
	if !p.enter(spanOf(open)) {
		return &BadExpr{spanOf(open)}
	}
	defer p.leave()
	p.advance()
	if p.at(rightBrace) || p.atMember() {
		return p.objectInit(open)
	}
	return p.collectionInit(open)
}

// atMember reports whether a member of an object initialiser begins at the current token.
func (p *parser) atMember() bool {
	if p.at(leftBracket) {
		return p.kindAt(p.partner(p.i)+1) == assign
	}
	return p.at(identifier) && p.peek(1) == assign
}

func (p *parser) objectInit(open token) Expr {
	out := &ObjectInit{}
	p.listUpTo(rightBrace, func() {
		if !p.atMember() {
			p.fail(spanOf(p.tok()), BadSyntax, "write Name = value, or [key] = value", "member expected")
			p.skipTo(comma)
		} else {
			out.Members = append(out.Members, p.memberInit())
		}
	})
	p.close(rightBrace, open)
	out.Span = p.from(open.start)
	return out
}

func (p *parser) memberInit() *MemberInit {
	m := &MemberInit{}
	start := p.tok().start
	if p.at(leftBracket) {
		m.Args = p.args(leftBracket, rightBracket)
	} else {
		m.Name = p.ident()
	}
	p.expect(assign)
	if p.at(leftBrace) {
		m.Value = p.init()
	} else {
		m.Value = p.expr()
	}
	m.Span = p.from(start)
	return m
}

func (p *parser) collectionInit(open token) Expr {
	out := &CollectionInit{}
	p.listUpTo(rightBrace, func() {
		out.Elems = append(out.Elems, p.elemInit())
		if p.at(colon) {
			p.fail(spanOf(p.tok()), BadSyntax, "write { key, value } or [key] = value", "a : has no place here")
			p.skipTo(comma)
		}
	})
	p.close(rightBrace, open)
	out.Span = p.from(open.start)
	return out
}

func (p *parser) elemInit() *ElemInit {
	e := &ElemInit{}
	start := p.tok()
	if p.skip(leftBrace) {
		e.Values = p.exprs(rightBrace)
		p.close(rightBrace, start)
	} else {
		e.Values = []Expr{p.expr()}
	}
	e.Span = p.from(start.start)
	return e
}
