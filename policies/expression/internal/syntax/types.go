package syntax

// typeName parses a type. After is and as, a ? before what may be an expression is not
// part of it: x is int ? 1 : 2.
func (p *parser) typeName(afterIs bool) Type {
	t := p.elementType(afterIs)
	return p.ranks(t)
}

// mostRanks is how many [] may follow a type.
const mostRanks = 16

// ranks parses [] and [,] after a type.
func (p *parser) ranks(t Type) Type {
	var ranks []int
	for p.at(leftBracket) && (p.peek(1) == rightBracket || p.peek(1) == comma) {
		if len(ranks) == mostRanks {
			p.tooComplex(spanOf(p.tok()), "an array of too many arrays")
			break
		}
		ranks = append(ranks, p.rank())
	}
	return p.arrayOf(t, ranks)
}

// rank parses one [,,] and returns how many dimensions it has.
func (p *parser) rank() int {
	open := p.advance()
	n := 1
	for p.at(comma) {
		p.advance()
		n++
	}
	p.close(rightBracket, open)
	return n
}

// arrayOf makes the array type with the ranks as written: the first is the outermost.
func (p *parser) arrayOf(t Type, ranks []int) Type {
	for i := len(ranks) - 1; i >= 0; i-- {
		t = &ArrayType{Span: p.from(t.Pos()), Elem: t, Rank: ranks[i]}
	}
	return t
}

// elementType parses a type up to its array ranks.
func (p *parser) elementType(afterIs bool) Type {
	start := p.tok().start
	if !p.enter(spanOf(p.tok())) {
		return &BadType{spanOf(p.tok())}
	}
	defer p.leave()
	var t Type
	switch k := p.tok().kind; {
	case k.isPredefinedType() || k == kwVoid:
		t = &PredefinedType{Span: spanOf(p.tok()), Keyword: k.String()}
		p.advance()
	case k == identifier:
		t = p.namedType()
	case k == leftParen:
		t = p.tupleType()
	default:
		p.fail(p.missing(identifier), BadSyntax, "", "type expected")
		return &BadType{Span{start, start}}
	}
	if p.at(question) && (!afterIs || !p.startsOperand(p.i+1)) {
		p.advance()
		t = &NullableType{Span: p.from(start), Elem: t}
	}
	if p.at(star) && p.peek(1) == identifier && !afterIs {
		p.fail(spanOf(p.tok()), NoSuchCSharp, "", "there are no pointers in policy expressions")
		p.advance()
	}
	return t
}

func (p *parser) namedType() Type {
	start := p.tok().start
	if p.atWord("var") && p.peek(1) != dot && p.peek(1) != less {
		return &VarType{spanOf(p.advance())}
	}
	if p.atWord("dynamic") && p.peek(1) != dot {
		p.fail(spanOf(p.tok()), NoSuchCSharp, "write var, or a type such as JObject", "dynamic is not supported in policy expressions")
		return &BadType{spanOf(p.advance())}
	}
	p.skipGlobal()
	t := &NamedType{}
	for {
		name := p.ident()
		part := &TypeName{Name: name.Name}
		if p.at(less) {
			part.Args = p.typeArgs()
		}
		part.Span = p.from(name.Start)
		t.Parts = append(t.Parts, part)
		if !p.at(dot) {
			break
		}
		p.advance()
	}
	t.Span = p.from(start)
	return t
}

// skipGlobal skips global::, which says nothing where no name can hide a namespace.
func (p *parser) skipGlobal() {
	if p.atWord("global") && p.peek(1) == doubleColon {
		p.advance()
		p.advance()
	}
}

// typeArgs parses <A, B>.
func (p *parser) typeArgs() []Type {
	open := p.advance()
	var args []Type
	for {
		args = append(args, p.typeName(false))
		if !p.skip(comma) {
			break
		}
	}
	if p.at(greaterEqual) { // List<int>=
		t := &p.tokens[p.i]
		t.start++
		t.kind = assign
		return args
	}
	p.close(greater, open)
	return args
}

// skipType returns the index after the type that begins at token i, or -1 when there is
// none. It makes no messages.
func (p *parser) skipType(i, depth int) int {
	i = p.skipElementType(i, depth)
	for i >= 0 && p.kindAt(i) == leftBracket {
		j := i + 1
		for p.kindAt(j) == comma {
			j++
		}
		if p.kindAt(j) != rightBracket {
			break
		}
		i = j + 1
		if p.kindAt(i) == question && p.kindAt(i+1) == leftBracket {
			i++
		}
	}
	return i
}

func (p *parser) skipElementType(i, depth int) int {
	const deep = 32
	if depth > deep {
		return -1
	}
	switch k := p.kindAt(i); {
	case k.isPredefinedType():
		i++
	case k == leftParen:
		if i = p.skipTupleType(i, depth+1); i < 0 {
			return -1
		}
	case k == identifier:
		if p.isWord(i, "global") && p.kindAt(i+1) == doubleColon {
			i += 2
		}
		for {
			if p.kindAt(i) != identifier {
				return -1
			}
			i++
			if p.kindAt(i) == less {
				if i = p.skipTypeArgs(i, depth+1); i < 0 {
					return -1
				}
			}
			if p.kindAt(i) != dot {
				break
			}
			i++
		}
	default:
		return -1
	}
	if p.kindAt(i) == question {
		i++
	}
	return i
}

func (p *parser) skipTypeArgs(i, depth int) int {
	for {
		if i = p.skipType(i+1, depth); i < 0 {
			return -1
		}
		switch p.kindAt(i) {
		case comma:
			continue
		case greater:
			return i + 1
		}
		return -1
	}
}

// genericHere reports whether the < at the current token begins type arguments: C# looks
// at what follows the >.
func (p *parser) genericHere() bool {
	i := p.skipTypeArgs(p.i, 0)
	if i < 0 {
		return false
	}
	switch p.kindAt(i) {
	case leftParen, rightParen, leftBracket, rightBracket, rightBrace, colon, semicolon, comma, dot,
		question, questionDot, equalEqual, notEqual, bar, caret, andAnd, orOr, ampersand, endOfText:
		return true
	}
	return false
}

// declares reports whether a declaration of variables or of a local function begins at
// the current token.
func (p *parser) declares() bool {
	if p.at(kwVoid) {
		return true
	}
	i := p.skipType(p.i, 0)
	if i < 0 || p.kindAt(i) != identifier {
		return false
	}
	switch p.textOf(p.tokens[i]) {
	case "and", "or", "with":
		if k := p.kindAt(i + 1); k != assign && k != semicolon {
			return false
		}
	}
	if p.kindAt(i-1) != question {
		return true
	}
	switch p.kindAt(i + 1) { // a? b = …, not a ? b : c
	case assign, semicolon, comma, kwIn:
		return true
	case leftParen: // a? f(…) { … }, not a ? f(…) : c
		k := p.kindAt(p.partner(i+1) + 1)
		return k == leftBrace || k == arrow
	}
	return false
}

// startsOperand reports whether an expression may begin at token i.
func (p *parser) startsOperand(i int) bool {
	switch k := p.kindAt(i); k {
	case identifier, integerLiteral, realLiteral, characterLiteral, stringLiteral, interpolatedString, badToken,
		leftParen, plus, minus, exclamation, tilde, plusPlus, minusMinus,
		kwTrue, kwFalse, kwNull, kwNew, kwTypeof, kwDefault, kwChecked, kwUnchecked, kwThrow, kwThis, kwBase:
		return true
	default:
		return k.isPredefinedType()
	}
}
