package syntax_test

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
)

// dump writes a tree in a form that tests can compare: every operation in parentheses.
func dump(u *syntax.Unit) string {
	var d dumper
	if u.Expr != nil {
		d.expr(u.Expr)
	} else {
		d.stmt(u.Block)
	}
	return d.String()
}

type dumper struct{ strings.Builder }

func (d *dumper) put(args ...any) {
	for _, a := range args {
		switch a := a.(type) {
		case string:
			d.WriteString(a)
		case []syntax.Expr:
			for i, x := range a {
				if i > 0 {
					d.put(", ")
				}
				d.put(x)
			}
		case []syntax.Stmt:
			for _, s := range a {
				d.put(" ", s)
			}
		case []*syntax.Arg:
			for i, x := range a {
				if i > 0 {
					d.put(", ")
				}
				d.arg(x)
			}
		case []*syntax.Param:
			for i, x := range a {
				if i > 0 {
					d.put(", ")
				}
				d.put(modes[x.Mode])
				if x.Type != nil {
					d.put(x.Type, " ")
				}
				d.put(x.Name.Name)
				if x.Default != nil {
					d.put("=", x.Default)
				}
			}
		case []syntax.Type:
			if len(a) > 0 {
				d.put("<")
				for i, t := range a {
					if i > 0 {
						d.put(", ")
					}
					d.put(t)
				}
				d.put(">")
			}
		case syntax.Expr:
			d.expr(a)
		case syntax.Stmt:
			d.stmt(a)
		case syntax.Type:
			d.typ(a)
		case syntax.Pattern:
			d.pattern(a)
		default:
			d.put(fmt.Sprint(a))
		}
	}
}

var modes = map[syntax.ArgMode]string{syntax.ByOut: "out ", syntax.ByRef: "ref ", syntax.ByIn: "in "}

func (d *dumper) arg(a *syntax.Arg) {
	if a.Name != nil {
		d.put(a.Name.Name, ": ")
	}
	d.put(modes[a.Mode])
	switch {
	case a.Decl == nil:
		d.put(a.Value)
	case a.Decl.Type == nil:
		d.put("discard")
	default:
		d.put(a.Decl.Type, " ", a.Decl.Name.Name)
	}
}

func (d *dumper) literal(x *syntax.Literal) {
	switch x.Kind {
	case syntax.NullLiteral:
		d.put("null")
	case syntax.BoolLiteral:
		d.put(x.Bool)
	case syntax.IntLiteral:
		d.put(x.Int)
	case syntax.UIntLiteral:
		d.put(x.Int, "u")
	case syntax.LongLiteral:
		d.put(x.Int, "L")
	case syntax.ULongLiteral:
		d.put(x.Int, "uL")
	case syntax.FloatLiteral:
		d.put(x.Float, "f")
	case syntax.DoubleLiteral:
		d.put(x.Float, "d")
	case syntax.DecimalLiteral:
		d.put(x.String, "m")
	case syntax.CharLiteral:
		d.put(strconv.QuoteRuneToASCII(rune(x.Int)))
	case syntax.StringLiteral:
		d.put(strconv.Quote(x.String))
	}
}

func (d *dumper) expr(x syntax.Expr) {
	switch x := x.(type) {
	case *syntax.Literal:
		d.literal(x)
	case *syntax.Interpolated:
		d.put("$[")
		for i, p := range x.Parts {
			if i > 0 {
				d.put(" ")
			}
			if p.Expr == nil {
				d.put(strconv.Quote(p.Text))
				continue
			}
			d.put("{", p.Expr)
			if p.Alignment != nil {
				d.put(",", p.Alignment)
			}
			if p.Format != "" {
				d.put(":", strconv.Quote(p.Format))
			}
			d.put("}")
		}
		d.put("]")
	case *syntax.Query:
		d.query(x)
	case *syntax.Tuple:
		d.put("(")
		for i, e := range x.Elems {
			if i > 0 {
				d.put(", ")
			}
			if e.Name != nil {
				d.put(e.Name.Name, ": ")
			}
			d.put(e.X)
		}
		d.put(")")
	case *syntax.DeclExpr:
		d.put(x.Type, " ", x.Name.Name)
	case *syntax.Name:
		d.put(x.Name, x.TypeArgs)
	case *syntax.Predefined:
		d.put(x.Keyword)
	case *syntax.Paren:
		d.put("(", x.X, ")")
	case *syntax.Member:
		d.put(x.X, ".", x.Name.Name, x.TypeArgs)
	case *syntax.Index:
		d.put(x.X, "[", x.Args, "]")
	case *syntax.Call:
		d.put(x.Fun, "(", x.Args, ")")
	case *syntax.NullConditional:
		d.put("{", x.X, " ?? ", x.Rest, "}")
	case *syntax.Receiver:
		d.put("it")
	case *syntax.Unary:
		d.put("(", x.Op, x.X, ")")
	case *syntax.Postfix:
		d.put("(", x.X, x.Op, ")")
	case *syntax.Binary:
		d.put("(", x.X, " ", x.Op, " ", x.Y, ")")
	case *syntax.Conditional:
		d.put("(", x.Cond, " ? ", x.Then, " : ", x.Else, ")")
	case *syntax.Assign:
		d.put("(", x.Target, " ", x.Op, "= ", x.Value, ")")
	case *syntax.Cast:
		d.put("(<", x.Type, ">", x.X, ")")
	case *syntax.Is:
		d.put("(", x.X, " is ", x.Pattern, ")")
	case *syntax.As:
		d.put("(", x.X, " as ", x.Type, ")")
	case *syntax.New:
		d.put("new ", x.Type)
		if x.Args != nil {
			d.put("(", x.Args, ")")
		}
		if x.Init != nil {
			d.put(x.Init)
		}
	case *syntax.NewArray:
		d.put("new array of ")
		if x.Elem != nil {
			d.put(x.Elem)
		} else {
			d.put("?")
		}
		d.put("[", x.Rank, "]", "(", x.Sizes, ")")
		if x.Init != nil {
			d.put(x.Init)
		}
	default:
		d.rest(x)
	}
}

func (d *dumper) rest(x syntax.Expr) {
	switch x := x.(type) {
	case *syntax.NewAnonymous:
		d.put("new {")
		for i, m := range x.Members {
			if i > 0 {
				d.put(", ")
			}
			d.put(m.Name.Name, "=", m.Value)
		}
		d.put("}")
	case *syntax.ObjectInit:
		d.put("{")
		for i, m := range x.Members {
			if i > 0 {
				d.put(", ")
			}
			if m.Args != nil {
				d.put("[", m.Args, "]")
			}
			d.put(m.Name.Name, "=", m.Value)
		}
		d.put("}")
	case *syntax.CollectionInit:
		d.put("{")
		for i, e := range x.Elems {
			if i > 0 {
				d.put("; ")
			}
			d.put(e.Values)
		}
		d.put("}")
	case *syntax.ArrayInit:
		d.put("{", x.Elems, "}")
	case *syntax.Lambda:
		d.put("\\", x.Params, " => ")
		if x.Expr != nil {
			d.put(x.Expr)
		} else {
			d.stmt(x.Block)
		}
	case *syntax.TypeOf:
		d.put("typeof(", x.Type, ")")
	case *syntax.Default:
		d.put("default")
		if x.Type != nil {
			d.put("(", x.Type, ")")
		}
	case *syntax.NameOf:
		d.put("nameof(", x.X, ")")
	case *syntax.Checked:
		if x.Unchecked {
			d.put("un")
		}
		d.put("checked(", x.X, ")")
	case *syntax.Throw:
		d.put("throw ", x.X)
	case *syntax.BadExpr:
		d.put("BAD")
	default:
		panic(fmt.Sprintf("no dump of %T", x))
	}
}

func (d *dumper) typ(t syntax.Type) {
	switch t := t.(type) {
	case *syntax.NamedType:
		for i, p := range t.Parts {
			if i > 0 {
				d.put(".")
			}
			d.put(p.Name, p.Args)
		}
	case *syntax.PredefinedType:
		d.put(t.Keyword)
	case *syntax.TupleType:
		d.put("(")
		for i, e := range t.Elems {
			if i > 0 {
				d.put(", ")
			}
			d.put(e.Type)
			if e.Name != nil {
				d.put(" ", e.Name.Name)
			}
		}
		d.put(")")
	case *syntax.VarType:
		d.put("var")
	case *syntax.NullableType:
		d.put(t.Elem, "?")
	case *syntax.ArrayType:
		d.put("array", t.Rank, "(", t.Elem, ")")
	case *syntax.BadType:
		d.put("BAD")
	default:
		panic(fmt.Sprintf("no dump of %T", t))
	}
}

func (d *dumper) pattern(x syntax.Pattern) {
	switch x := x.(type) {
	case *syntax.TypePattern:
		d.put(x.Type)
		if x.Const != nil {
			d.put("|", x.Const)
		}
	case *syntax.DeclPattern:
		d.put(x.Type, " ", x.Name.Name)
	case *syntax.ConstPattern:
		d.put("const ", x.X)
	}
}

func (d *dumper) decl(s *syntax.LocalDecl) {
	if s.Const {
		d.put("const ")
	}
	d.put(s.Type)
	for i, v := range s.Vars {
		if i > 0 {
			d.put(",")
		}
		d.put(" ", v.Name.Name)
		if v.Init != nil {
			d.put("=", v.Init)
		}
	}
}

func (d *dumper) stmt(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.Block:
		d.put("{", s.Stmts, " }")
	case *syntax.Empty:
		d.put(";")
	case *syntax.LocalDecl:
		d.decl(s)
		d.put(";")
	case *syntax.LocalFunc:
		d.put("func ", s.Result, " ", s.Name.Name)
		for _, t := range s.TypeParams {
			d.put("<", t.Name, ">")
		}
		d.put("(", s.Params, ") ")
		if s.Block != nil {
			d.stmt(s.Block)
		} else {
			d.put("=> ", s.Expr, ";")
		}
	case *syntax.ExprStmt:
		d.put(s.X, ";")
	case *syntax.If:
		d.put("if ", s.Cond, " ", s.Then)
		if s.Else != nil {
			d.put(" else ", s.Else)
		}
	case *syntax.Return:
		d.put("return")
		if s.X != nil {
			d.put(" ", s.X)
		}
		d.put(";")
	case *syntax.ThrowStmt:
		d.put("throw")
		if s.X != nil {
			d.put(" ", s.X)
		}
		d.put(";")
	case *syntax.Break:
		d.put("break;")
	case *syntax.Continue:
		d.put("continue;")
	case *syntax.BadStmt:
		d.put("BAD;")
	default:
		d.loop(s)
	}
}

func (d *dumper) loop(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.For:
		d.put("for (")
		if s.Decl != nil {
			d.decl(s.Decl)
		}
		d.put(s.Init, "; ")
		if s.Cond != nil {
			d.put(s.Cond)
		}
		d.put("; ", s.Post, ") ", s.Body)
	case *syntax.ForEach:
		if s.Target != nil {
			d.put("foreach ", syntax.Expr(s.Target))
		} else {
			d.put("foreach ", s.Type, " ", s.Name.Name)
		}
		d.put(" in ", s.X, " ", s.Body)
	case *syntax.While:
		d.put("while ", s.Cond, " ", s.Body)
	case *syntax.Do:
		d.put("do ", s.Body, " while ", s.Cond, ";")
	case *syntax.Switch:
		d.put("switch ", s.X, " {")
		for _, c := range s.Sections {
			for _, l := range c.Labels {
				if l.Pattern == nil {
					d.put(" default")
				} else {
					d.put(" case ", l.Pattern)
				}
				if l.When != nil {
					d.put(" when ", l.When)
				}
				d.put(":")
			}
			d.put(c.Body)
		}
		d.put(" }")
	case *syntax.Try:
		d.put("try ", syntax.Stmt(s.Block))
		for _, c := range s.Catches {
			d.put(" catch")
			if c.Type != nil {
				d.put(" ", c.Type)
			}
			if c.Name != nil {
				d.put(" ", c.Name.Name)
			}
			if c.When != nil {
				d.put(" when ", c.When)
			}
			d.put(" ", syntax.Stmt(c.Block))
		}
		if s.Finally != nil {
			d.put(" finally ", syntax.Stmt(s.Finally))
		}
	case *syntax.Using:
		d.put("using (")
		if s.Decl != nil {
			d.decl(s.Decl)
		} else {
			d.put(s.X)
		}
		d.put(") ", s.Body)
	case *syntax.CheckedStmt:
		if s.Unchecked {
			d.put("un")
		}
		d.put("checked ", syntax.Stmt(s.Block))
	default:
		panic(fmt.Sprintf("no dump of %T", s))
	}
}

func (d *dumper) query(q *syntax.Query) {
	for _, c := range q.Clauses {
		d.clause(c)
	}
	if q.By == nil {
		d.put("select ", q.Select)
	} else {
		d.put("group ", q.Select, " by ", q.By)
	}
	if q.Into != nil {
		d.put(" into ", q.Into.Name, " ")
		d.query(q.Then)
	}
}

func (d *dumper) clause(c syntax.Clause) {
	typed := func(t syntax.Type) {
		if t != nil {
			d.put(t, " ")
		}
	}
	switch c := c.(type) {
	case *syntax.FromClause:
		d.put("from ")
		typed(c.Type)
		d.put(c.Name.Name, " in ", c.X, " ")
	case *syntax.LetClause:
		d.put("let ", c.Name.Name, "=", c.X, " ")
	case *syntax.WhereClause:
		d.put("where ", c.Cond, " ")
	case *syntax.JoinClause:
		d.put("join ")
		typed(c.Type)
		d.put(c.Name.Name, " in ", c.X, " on ", c.Left, " equals ", c.Right, " ")
		if c.Into != nil {
			d.put("into ", c.Into.Name, " ")
		}
	case *syntax.OrderByClause:
		d.put("orderby ")
		for i, k := range c.Keys {
			if i > 0 {
				d.put(", ")
			}
			d.put(k.X)
			if k.Descending {
				d.put(" descending")
			}
		}
		d.put(" ")
	}
}
