package syntax

// mostItems is how many elements a tuple has at most.
const mostItems = 7

// tuple parses the rest of (x, y) or (a: x, b: y) after what its first element begins with.
func (p *parser) tuple(open token, x Expr) Expr {
	out := &Tuple{}
	for {
		e := &TupleElem{X: x}
		if n, ok := x.(*Name); ok && p.at(colon) {
			p.advance()
			e.Name = &Ident{Span: n.Span, Name: n.Name}
			e.X = p.expr()
		}
		e.Span = p.from(x.Pos())
		out.Elems = append(out.Elems, e)
		if !p.skip(comma) {
			break
		}
		x = p.expr()
	}
	out.Span = p.endTuple(open, len(out.Elems))
	return out
}

// endTuple reads the ) of a tuple of n elements and returns the tuple's span.
func (p *parser) endTuple(open token, n int) Span {
	p.close(rightParen, open)
	s := p.from(open.start)
	switch {
	case p.failedHere():
	case n < 2:
		p.errorf(s, BadSyntax, "", "a tuple has two elements or more")
	case n > mostItems:
		p.errorf(s, NoSuchCSharp, "use an anonymous object: new { A = …, B = … }", "a tuple has %d elements at most", mostItems)
	}
	return s
}

// tupleType parses (A, B name).
func (p *parser) tupleType() Type {
	open := p.advance()
	out := &TupleType{}
	for {
		e := &TupleTypeElem{Type: p.typeName(false)}
		if p.at(identifier) {
			name := p.ident()
			e.Name = &name
		}
		e.Span = p.from(e.Type.Pos())
		out.Elems = append(out.Elems, e)
		if !p.skip(comma) {
			break
		}
	}
	out.Span = p.endTuple(open, len(out.Elems))
	return out
}

// skipTupleType returns the index after the tuple type that begins at token i, or -1.
func (p *parser) skipTupleType(i, depth int) int {
	for n := 1; ; n++ {
		if i = p.skipType(i+1, depth); i < 0 {
			return -1
		}
		if p.kindAt(i) == identifier {
			i++
		}
		switch {
		case p.kindAt(i) == comma:
			continue
		case p.kindAt(i) == rightParen && n >= 2:
			return i + 1
		}
		return -1
	}
}

// isDeconstruction reports whether var (a, b) or (a, b) begins at the current token, and
// after is what follows.
func (p *parser) isDeconstruction(after kind) bool {
	i := p.i
	if p.atWord("var") {
		i++
	}
	if p.kindAt(i) != leftParen {
		return false
	}
	end := p.partner(i)
	if end < 0 || p.kindAt(end+1) != after {
		return false
	}
	return i > p.i || p.hasComma(i, end)
}

// hasComma reports whether there is a comma directly inside of the brackets at i and end.
func (p *parser) hasComma(i, end int) bool {
	for i++; i < end; i++ {
		switch p.kindAt(i) {
		case comma:
			return true
		case leftParen, leftBracket, leftBrace:
			i = p.partner(i)
		}
	}
	return false
}

// deconstruction parses (a, b) = x; as a statement.
func (p *parser) deconstruction() Stmt {
	x := p.deconstruct()
	p.endStmt()
	return &ExprStmt{Span: p.from(x.Pos()), X: x}
}

func (p *parser) deconstruct() Expr {
	start := p.tok().start
	target := p.target()
	op, _ := p.expect(assign)
	value := p.expr()
	return &Assign{Span: p.from(start), Target: target, OpPos: op.start, Value: value}
}

// target parses what a tuple is taken apart into.
func (p *parser) target() *Tuple {
	if p.atWord("var") && p.peek(1) == leftParen {
		v := &VarType{spanOf(p.advance())}
		return p.elements(func() Expr { return p.designation(v) })
	}
	return p.elements(p.element)
}

func (p *parser) elements(element func() Expr) *Tuple {
	open := p.advance()
	out := &Tuple{}
	for {
		x := element()
		out.Elems = append(out.Elems, &TupleElem{Span: Span{x.Pos(), x.End()}, X: x})
		if !p.skip(comma) {
			break
		}
	}
	out.Span = p.endTuple(open, len(out.Elems))
	return out
}

// designation parses a name, or names in parentheses, after var.
func (p *parser) designation(v *VarType) Expr {
	if p.at(leftParen) {
		return p.elements(func() Expr { return p.designation(v) })
	}
	name := p.ident()
	return &DeclExpr{Span: name.Span, Type: v, Name: name}
}

// element parses one part of a target: a declaration, parts in parentheses, or what is
// assigned.
func (p *parser) element() Expr {
	switch {
	case p.at(leftParen) && p.hasComma(p.i, p.partner(p.i)), p.atWord("var") && p.peek(1) == leftParen:
		return p.target()
	case p.declares():
		d := &DeclExpr{Type: p.typeName(false)}
		d.Name = p.ident()
		d.Span = p.from(d.Type.Pos())
		return d
	}
	return p.expr()
}
