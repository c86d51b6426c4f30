package check

import (
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func (c *checker) switchStmt(s *syntax.Switch) Stmt {
	out := &Switch{X: c.typed(s.X), span: s.Span}
	out.Temp = c.temp(out.X.Type())
	c.breakable++
	defer func() { c.breakable-- }()
	defer c.push(&out.Vars)()
	defaults := 0
	var seen []Expr
	for _, sec := range s.Sections {
		section := c.section(out, sec, &seen)
		if section.Default {
			defaults++
		}
		out.Sections = append(out.Sections, section)
	}
	out.decide()
	if defaults > 1 {
		c.errorf(s.Span, BadJump, "a switch has one default at most")
	}
	return out
}

// section resolves a section. What its labels declare is known in it alone, what its
// statements declare in all sections.
func (c *checker) section(sw *Switch, s *syntax.SwitchSection, seen *[]Expr) *Section {
	out := &Section{Body: &Block{span: s.Span}}
	all := c.scope
	defer c.push(&out.Body.Vars)()
	for _, l := range s.Labels {
		if l.Pattern == nil {
			out.Default = true
			continue
		}
		out.Labels = append(out.Labels, c.label(sw, l, seen))
	}
	c.scope.into = all
	c.statements(out.Body, s.Body)
	c.scope.into = nil
	if len(s.Body) == 0 {
		c.errorf(s.Span, BadJump, "a section of a switch needs statements")
	}
	return out
}

// decide finds out which section a constant leads to. Where no section has it, the end of
// the switch is reached.
func (sw *Switch) decide() {
	k := asConst(sw.X)
	if k == nil {
		return
	}
	for _, s := range sw.Sections {
		if s.Default {
			sw.chosen = s
		}
	}
	for _, s := range sw.Sections {
		for _, l := range s.Labels {
			label, ok := l.(*IsConst)
			switch {
			case !ok:
				sw.chosen = nil
				return
			case label.Value.Value == k.Value:
				sw.chosen = s
			}
		}
	}
	sw.decided = true
}

func (c *checker) label(sw *Switch, l *syntax.CaseLabel, seen *[]Expr) Expr {
	test := c.pattern(c.local(sw.Temp, l.Span), l.Pattern, l.Span)
	for _, earlier := range *seen {
		if covers(earlier, test) {
			c.errorf(span(l.Pattern), AlreadyHandled, "an earlier label of the switch handles this")
			break
		}
	}
	if l.When == nil {
		*seen = append(*seen, test)
		return test
	}
	when := c.exprAs(l.When, types.BoolType)
	return &Logic{node{types.BoolType, l.Span}, true, test, when}
}

// covers reports whether a label holds whenever another one does.
func covers(a, b Expr) bool {
	switch a := a.(type) {
	case *IsConst:
		k, ok := b.(*IsConst)
		return ok && types.Identical(a.Value.typ, k.Value.typ) && a.Value.Value == k.Value.Value
	case *IsNull:
		_, ok := b.(*IsNull)
		return ok
	case *Is:
		switch b := b.(type) {
		case *Is:
			return a.Always || !b.Always && types.IsSubtype(b.To, a.To)
		case *IsConst:
			return a.Always || types.IsSubtype(b.Value.typ, a.To.Underlying())
		case *IsNull:
			return a.Always
		}
	}
	return false
}
