package check

import (
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// flow checks a function: variables have a value before they are used, and every path
// returns one.
func (c *checker) flow(f *Func) {
	fl := &flow{c: c}
	fl.function(f, set{})
}

// A set of variables that have a value; dead when the place is never reached.
type set struct {
	dead bool
	has  map[*Var]bool
}

func (s set) with(v *Var) set {
	if v == nil || s.dead || s.has[v] {
		return s
	}
	out := set{has: make(map[*Var]bool, len(s.has)+1)}
	for k := range s.has {
		out.has[k] = true
	}
	out.has[v] = true
	return out
}

// join is what holds on both of two paths that meet.
func join(a, b set) set {
	switch {
	case a.dead:
		return b
	case b.dead:
		return a
	}
	out := set{has: map[*Var]bool{}}
	for k := range a.has {
		if b.has[k] {
			out.has[k] = true
		}
	}
	return out
}

// flow follows one function.
type flow struct {
	c *checker
	// exits are what holds at the breaks of the loops and switches around.
	exits []*set
	outs  []*Var // parameters that must have a value where the function is left
	told  map[*Var]bool
	// warned: the statement after a jump has been told of.
	warned bool
}

func (fl *flow) function(f *Func, at set) {
	inner := &flow{c: fl.c, outs: f.outs, told: map[*Var]bool{}}
	if f.Block == nil {
		inner.leaves(f.Expr.Span(), inner.expr(f.Expr, at))
		return
	}
	end := inner.stmt(f.Block, at)
	inner.leaves(f.Block.span, end)
	if end.dead || f.Result.Kind == types.Void && f != fl.c.unit.Root {
		return
	}
	s := f.Block.span
	s.Start = max(s.Start, s.Stop-1)
	fl.c.errorf(s, MissingReturn, "not all paths return a value")
}

// leaves wants a value for each out parameter where the function is left.
func (fl *flow) leaves(s syntax.Span, at set) {
	for _, v := range fl.outs {
		if !at.dead && !at.has[v] {
			fl.c.errorf(s, Unassigned, "the out parameter %q has no value where the function is left", v.Name)
		}
	}
}

func (fl *flow) use(v *Var, s syntax.Span, at set) {
	if v.Name == "" || v.assigned || v.constant != nil || at.dead || at.has[v] || fl.told[v] {
		return
	}
	if fl.told != nil {
		fl.told[v] = true
	}
	fl.c.errorf(s, Unassigned, "the variable %q is used before it has a value", v.Name)
}

func (fl *flow) exprs(at set, list ...Expr) set {
	for _, e := range list {
		at = fl.expr(e, at)
	}
	return at
}

// expr follows the evaluation of an expression.
func (fl *flow) expr(e Expr, at set) set {
	switch e := e.(type) {
	case nil:
		return at
	case *Local:
		fl.use(e.Var, e.span, at)
		return at
	case *Assign:
		if l, ok := e.Target.(*Local); ok {
			return fl.expr(e.Value, at).with(l.Var)
		}
	case *Call:
		return fl.call(e.Recv, e.Args, at)
	case *CallLocal:
		return fl.call(nil, e.Args, at)
	case *Logic, *Unary, *Is:
		yes, no := fl.cond(e, at)
		return join(yes, no)
	case *Conditional:
		yes, no := fl.cond(e.Cond, at)
		return join(fl.expr(e.Then, yes), fl.expr(e.Else, no))
	case *Coalesce:
		at = fl.expr(e.X, at)
		return join(fl.expr(e.Then, at), fl.expr(e.Else, at))
	case *NullConditional:
		at = fl.expr(e.X, at)
		fl.expr(e.Rest, at)
		return at
	case *Lambda:
		fl.function(e.Func, at)
		return at
	case *Throw:
		fl.expr(e.X, at)
		return set{dead: true}
	}
	Children(e, func(x Expr) { at = fl.expr(x, at) })
	return at
}

func (fl *flow) call(recv Expr, args []Expr, at set) set {
	at = fl.expr(recv, at)
	var out []*Var
	for _, a := range args {
		o, ok := a.(*Out)
		switch {
		case !ok || o.Target != nil:
			at = fl.expr(a, at)
		case o.Ref:
			at = fl.expr(&Local{o.node, o.Var}, at)
		default:
			out = append(out, o.Var)
		}
	}
	for _, v := range out {
		at = at.with(v)
	}
	return at
}

// cond follows a condition, and tells what holds when it is true and when it is false.
func (fl *flow) cond(e Expr, at set) (yes, no set) {
	switch e := e.(type) {
	case *Const:
		if b, ok := e.Value.(bool); ok && b {
			return at, set{dead: true}
		} else if ok {
			return set{dead: true}, at
		}
	case *Logic:
		yes, no = fl.cond(e.X, at)
		if e.And {
			y, n := fl.cond(e.Y, yes)
			return y, join(no, n)
		}
		y, n := fl.cond(e.Y, no)
		return join(yes, y), n
	case *Unary:
		if e.Op == syntax.Not {
			yes, no = fl.cond(e.X, at)
			return no, yes
		}
		at = fl.expr(e.X, at)
		return at, at
	case *Is:
		at = fl.expr(e.X, at)
		return at.with(e.Var), at
	}
	at = fl.expr(e, at)
	return at, at
}

func (fl *flow) stmts(list []Stmt, at set) set {
	for _, s := range list {
		if at.dead && !fl.warned {
			if where, ok := place(s); ok {
				fl.warned = true
				fl.c.warnf(where, Unreachable, "", "this is never reached")
			}
		}
		at = fl.stmt(s, at)
	}
	return at
}

// place is where a statement stands, if that is known.
func place(s Stmt) (syntax.Span, bool) {
	switch s := s.(type) {
	case *ExprStmt:
		return s.X.Span(), true
	case *Return:
		return s.span, true
	case *Decl:
		return s.Var.span, true
	}
	return syntax.Span{}, false
}

func (fl *flow) stmt(s Stmt, at set) set {
	switch s := s.(type) {
	case *Block:
		end := fl.stmts(s.Stmts, at)
		for _, f := range s.Funcs {
			// What a local function uses of its block may be set by the time it is called;
			// that is not followed, so its own variables are checked only for returns.
			fl.localFunction(f.Func, end)
		}
		return end
	case *ExprStmt:
		return fl.expr(s.X, at)
	case *Decl:
		if s.Init != nil {
			return fl.expr(s.Init, at).with(s.Var)
		}
		return at
	case *If:
		yes, no := fl.cond(s.Cond, at)
		yes = fl.stmt(s.Then, yes)
		if s.Else != nil {
			no = fl.stmt(s.Else, no)
		}
		return join(yes, no)
	case *Loop:
		return fl.loop(s, at)
	case *ForEach:
		at = fl.expr(s.X, at)
		exit := fl.enter()
		fl.stmt(s.Body, at.with(s.Item).with(s.Var))
		fl.leave()
		return join(at, *exit)
	case *Switch:
		return fl.switchStmt(s, at)
	case *Break:
		exit := fl.exits[len(fl.exits)-1]
		*exit = join(*exit, at)
		return set{dead: true}
	case *Continue:
		return set{dead: true}
	case *Return:
		fl.leaves(s.span, fl.expr(s.X, at))
		return set{dead: true}
	case *Try:
		return fl.try(s, at)
	}
	return at
}

// localFunction checks a local function as if all variables of its surroundings had a
// value where it is called.
func (fl *flow) localFunction(f *Func, at set) {
	at.dead = false
	for _, k := range f.Captures {
		at = at.with(k.Var)
	}
	fl.function(f, at)
}

func (fl *flow) enter() *set {
	exit := &set{dead: true}
	fl.exits = append(fl.exits, exit)
	return exit
}

func (fl *flow) leave() { fl.exits = fl.exits[:len(fl.exits)-1] }

func (fl *flow) loop(s *Loop, at set) set {
	at = fl.stmts(s.Init, at)
	exit := fl.enter()
	defer fl.leave()
	if s.PostCond {
		_, no := fl.cond(s.Cond, fl.stmt(s.Body, at))
		return join(no, *exit)
	}
	yes, no := at, set{dead: true}
	if s.Cond != nil {
		yes, no = fl.cond(s.Cond, at)
	}
	end := fl.stmt(s.Body, yes)
	fl.exprs(end, s.Post...)
	return join(no, *exit)
}

func (fl *flow) switchStmt(s *Switch, at set) set {
	at = fl.expr(s.X, at).with(s.Temp)
	exit := fl.enter()
	defer fl.leave()
	byDefault := false
	for _, sec := range s.Sections {
		start := at
		if s.decided && sec != s.chosen {
			start = set{dead: true}
		}
		for i, l := range sec.Labels {
			yes, _ := fl.cond(l, start)
			if i == 0 && !sec.Default {
				start = yes
			} else {
				start = join(start, yes)
			}
		}
		byDefault = byDefault || sec.Default
		if end := fl.stmt(sec.Body, start); !end.dead {
			fl.c.errorf(sec.Body.span, BadJump, "a section of a switch must not run into the next: end it with break or return")
		}
	}
	if byDefault || s.chosen != nil {
		return *exit
	}
	return join(at, *exit)
}

func (fl *flow) try(s *Try, at set) set {
	end := fl.stmt(s.Block, at)
	for _, h := range s.Catches {
		start := at.with(h.Var)
		if h.When != nil {
			start, _ = fl.cond(h.When, start)
		}
		end = join(end, fl.stmt(h.Block, start))
	}
	if s.Finally == nil {
		return end
	}
	after := fl.stmt(s.Finally, at)
	if after.dead {
		return after
	}
	for v := range after.has {
		end = end.with(v)
	}
	return end
}
