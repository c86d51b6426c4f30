package syntax

// queryWords are keywords inside of a query.
var queryWords = map[string]bool{
	"from": true, "where": true, "select": true, "group": true, "into": true, "orderby": true, "join": true,
	"let": true, "on": true, "equals": true, "by": true, "ascending": true, "descending": true,
}

// isQuery reports whether a query begins at the current token: from, and then a name or
// a type with a name. Elsewhere from is a name like any other.
func (p *parser) isQuery() bool {
	if p.atQueryWord("from") {
		return true
	}
	if !p.atWord("from") {
		return false
	}
	i := p.skipType(p.i+1, 0)
	if i < 0 {
		return false
	}
	return p.kindAt(i) == kwIn || p.kindAt(i) == identifier && p.kindAt(i-1) != question
}

// markQuery makes keywords of the words of a query, up to where it must have ended. The
// name of a member stays a name.
func (p *parser) markQuery() {
	depth := 0
	for i := p.i; i < len(p.tokens); i++ {
		switch p.tokens[i].kind {
		case leftParen, leftBracket, leftBrace:
			depth++
		case rightParen, rightBracket, rightBrace:
			if depth--; depth < 0 {
				return
			}
		case semicolon:
			if depth == 0 {
				return
			}
		case identifier:
			before := p.kindAt(i - 1)
			if queryWords[p.textOf(p.tokens[i])] && (i == 0 || before != dot && before != questionDot) {
				p.tokens[i].kind = queryWord
			}
		}
	}
}

func (p *parser) atQueryWord(word string) bool {
	return p.at(queryWord) && p.textOf(p.tok()) == word
}

// query parses a query from its from on.
func (p *parser) query() Expr {
	if !p.at(queryWord) {
		p.markQuery()
	}
	start := p.tok().start
	q := &Query{Clauses: []Clause{p.fromClause()}}
	p.queryBody(q, start)
	return q
}

// queryBody parses the clauses after from or into, and the select or group that ends them.
func (p *parser) queryBody(q *Query, start int) {
	if !p.enter(spanOf(p.tok())) {
		q.Select = &BadExpr{spanOf(p.tok())}
		return
	}
	defer p.leave()
	for n := 0; ; n++ {
		clause := p.clause()
		if clause == nil {
			break
		}
		if n == longest {
			p.tooComplex(spanOf(p.tok()), "too many clauses in a query")
			break
		}
		q.Clauses = append(q.Clauses, clause)
	}
	p.queryEnd(q)
	if p.atQueryWord("into") {
		p.advance()
		name := p.rangeName()
		q.Into, q.Then = &name, &Query{}
		p.queryBody(q.Then, name.Start)
	}
	q.Span = p.from(start)
}

// queryEnd parses select x or group x by k.
func (p *parser) queryEnd(q *Query) {
	switch {
	case p.atQueryWord("select"):
		p.advance()
		q.Select = p.expr()
	case p.atQueryWord("group"):
		p.advance()
		q.Select = p.expr()
		p.queryWord("by")
		q.By = p.expr()
	default:
		at := p.tok()
		p.fail(p.missing(semicolon), BadSyntax, "", "a query ends with select or group … by")
		q.Select = &BadExpr{Span{at.start, at.start}}
	}
}

// clause parses one clause; nil when none begins here.
func (p *parser) clause() Clause {
	if !p.at(queryWord) {
		return nil
	}
	start := p.tok().start
	switch p.textOf(p.tok()) {
	case "from":
		return p.fromClause()
	case "let":
		p.advance()
		c := &LetClause{Name: p.rangeName()}
		p.expect(assign)
		c.X = p.expr()
		c.Span = p.from(start)
		return c
	case "where":
		p.advance()
		c := &WhereClause{Cond: p.expr()}
		c.Span = p.from(start)
		return c
	case "join":
		return p.joinClause()
	case "orderby":
		return p.orderByClause()
	}
	return nil
}

func (p *parser) fromClause() *FromClause {
	c := &FromClause{}
	start := p.advance().start
	c.Type, c.Name = p.rangeVariable()
	p.expect(kwIn)
	c.X = p.expr()
	c.Span = p.from(start)
	return c
}

// rangeVariable parses the variable of from and join, perhaps with its type.
func (p *parser) rangeVariable() (Type, Ident) {
	if i := p.skipType(p.i, 0); i >= 0 && p.kindAt(i) == identifier {
		t := p.typeName(false)
		return t, p.rangeName()
	}
	return nil, p.rangeName()
}

func (p *parser) rangeName() Ident {
	if p.at(queryWord) {
		t := p.advance()
		p.errorf(spanOf(t), BadSyntax, "a name of that spelling is written @"+p.textOf(t), "%s is a keyword in a query", p.textOf(t))
		return Ident{Span: spanOf(t), Name: p.textOf(t)}
	}
	return p.ident()
}

// queryWord reads a word that a clause needs.
func (p *parser) queryWord(word string) {
	if p.atQueryWord(word) {
		p.advance()
		return
	}
	help := ""
	if word == "equals" && p.at(equalEqual) {
		help = "write equals instead of =="
	}
	p.fail(p.missing(semicolon), BadSyntax, help, "%s expected", word)
}

func (p *parser) joinClause() *JoinClause {
	c := &JoinClause{}
	start := p.advance().start
	c.Type, c.Name = p.rangeVariable()
	p.expect(kwIn)
	c.X = p.expr()
	p.queryWord("on")
	c.Left = p.expr()
	if b, ok := c.Left.(*Binary); ok && b.Op == Equal && !p.atQueryWord("equals") {
		p.fail(Span{b.OpPos, b.OpPos + len("==")}, BadSyntax, "write equals", "a join compares with equals, not with ==")
		c.Left, c.Right = b.X, b.Y
	} else {
		p.queryWord("equals")
		c.Right = p.expr()
	}
	if p.atQueryWord("into") {
		p.advance()
		name := p.rangeName()
		c.Into = &name
	}
	c.Span = p.from(start)
	return c
}

func (p *parser) orderByClause() *OrderByClause {
	c := &OrderByClause{}
	start := p.advance().start
	for {
		key := &OrderKey{X: p.expr()}
		if p.atQueryWord("descending") || p.atQueryWord("ascending") {
			key.Descending = p.textOf(p.advance()) == "descending"
		}
		key.Span = p.from(key.X.Pos())
		c.Keys = append(c.Keys, key)
		if !p.skip(comma) {
			break
		}
	}
	c.Span = p.from(start)
	return c
}
