package check

// Children calls f for the direct parts of an expression, in the order of evaluation.
func Children(e Expr, f func(Expr)) {
	all := func(list ...Expr) {
		for _, x := range list {
			if x != nil {
				f(x)
			}
		}
	}
	switch e := e.(type) {
	case *Convert:
		all(e.X)
	case *Call:
		all(e.Recv)
		all(e.Args...)
	case *Out:
		if e.Target != nil {
			f(e.Target)
		}
	case *CallLocal:
		all(e.Args...)
	case *Invoke:
		all(e.Fun)
		all(e.Args...)
	case *Element:
		all(e.X)
		all(e.Index...)
	case *Field:
		all(e.X)
	case *Assign:
		all(e.Target, e.Value)
	case *Compound:
		all(e.Target, e.Value)
	case *Binary:
		all(e.X, e.Y)
	case *Lifted:
		all(e.X, e.Y, e.Body)
	case *Same:
		all(e.X, e.Y)
	case *IsNull:
		all(e.X)
	case *Logic:
		all(e.X, e.Y)
	case *Unary:
		all(e.X)
	case *Conditional:
		all(e.Cond, e.Then, e.Else)
	case *Coalesce:
		all(e.X, e.Then, e.Else)
	case *NullConditional:
		all(e.X, e.Rest)
	case *Concat:
		all(e.Parts...)
	case *Interpolated:
		for _, h := range e.Parts {
			all(h.X)
		}
	case *Is:
		all(e.X)
	case *IsConst:
		all(e.X)
	case *As:
		all(e.X)
	case *Build:
		all(e.X)
		all(e.Steps...)
	case *NewArray:
		all(e.Sizes...)
		all(e.Elems...)
	case *NewAnonymous:
		all(e.Values...)
	case *NewTuple:
		all(e.Values...)
	case *Seq:
		all(e.Steps...)
		all(e.X)
	case *Throw:
		all(e.X)
	}
}

// Walk calls f for an expression and everything in it, functions included, from the
// outside in.
func Walk(e Expr, f func(Expr)) {
	if e == nil {
		return
	}
	f(e)
	if l, ok := e.(*Lambda); ok {
		l.Func.Walk(f)
		return
	}
	Children(e, func(x Expr) { Walk(x, f) })
}

// Walk calls f for every expression of the function.
func (fn *Func) Walk(f func(Expr)) {
	if fn.Block != nil {
		WalkStmt(fn.Block, f)
		return
	}
	Walk(fn.Expr, f)
}

// WalkStmt calls f for every expression of a statement.
func WalkStmt(s Stmt, f func(Expr)) {
	switch s := s.(type) {
	case *Block:
		for _, fn := range s.Funcs {
			fn.Func.Walk(f)
		}
		for _, st := range s.Stmts {
			WalkStmt(st, f)
		}
	case *ExprStmt:
		Walk(s.X, f)
	case *Decl:
		Walk(s.Init, f)
	case *If:
		Walk(s.Cond, f)
		WalkStmt(s.Then, f)
		WalkStmt(s.Else, f)
	case *Loop:
		for _, st := range s.Init {
			WalkStmt(st, f)
		}
		Walk(s.Cond, f)
		WalkStmt(s.Body, f)
		for _, x := range s.Post {
			Walk(x, f)
		}
	case *ForEach:
		Walk(s.X, f)
		Walk(s.Value, f)
		WalkStmt(s.Body, f)
	case *Switch:
		Walk(s.X, f)
		for _, sec := range s.Sections {
			for _, l := range sec.Labels {
				Walk(l, f)
			}
			WalkStmt(sec.Body, f)
		}
	case *Return:
		Walk(s.X, f)
	case *Try:
		walkTry(s, f)
	}
}

func walkTry(s *Try, f func(Expr)) {
	WalkStmt(s.Block, f)
	for _, h := range s.Catches {
		Walk(h.When, f)
		WalkStmt(h.Block, f)
	}
	if s.Finally != nil {
		WalkStmt(s.Finally, f)
	}
}
