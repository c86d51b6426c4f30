package eval

import (
	"errors"

	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A signal tells what follows a statement.
type signal uint8

const (
	next signal = iota
	breaks
	continues
	returns
)

type stmtFn func(*frame) (signal, error)

// fresh compiles the making of new cells for the captured variables of a block that is
// entered; nil when there are none.
func (c *compiler) fresh(vars []*check.Var) func(*frame) {
	var slots []int
	for _, v := range vars {
		if v.Captured && v.Owner == c.fn {
			slots = append(slots, v.Slot)
		}
	}
	if slots == nil {
		return nil
	}
	return func(fr *frame) {
		for _, i := range slots {
			if _, ok := fr.slots[i].a.(*closure); !ok {
				fr.slots[i].a = new(slot)
			}
		}
	}
}

func (c *compiler) block(b *check.Block) stmtFn {
	if len(b.Funcs) > 0 {
		return c.blockWithFuncs(b)
	}
	run := c.sequence(b.Stmts)
	enter := c.fresh(b.Vars)
	if enter == nil {
		return run
	}
	return func(fr *frame) (signal, error) {
		enter(fr)
		return run(fr)
	}
}

// blockWithFuncs compiles a block with local functions: they are made when the block is
// entered, each seeing the others.
func (c *compiler) blockWithFuncs(b *check.Block) stmtFn {
	var vars []*check.Var
	for _, v := range b.Vars {
		if !c.isFunc(b, v) {
			vars = append(vars, v)
		}
	}
	enter := c.fresh(vars)
	functions := make([]*function, len(b.Funcs))
	for i, f := range b.Funcs {
		functions[i] = c.function(f.Func)
	}
	run := c.sequence(b.Stmts)
	return func(fr *frame) (signal, error) {
		if enter != nil {
			enter(fr)
		}
		made := make([]*closure, len(functions))
		for i, f := range functions {
			made[i] = &closure{of: f}
			fr.slots[b.Funcs[i].Var.Slot].a = made[i]
		}
		for i, f := range functions {
			made[i].shared = f.capture(fr)
		}
		return run(fr)
	}
}

func (c *compiler) isFunc(b *check.Block, v *check.Var) bool {
	for _, f := range b.Funcs {
		if f.Var == v {
			return true
		}
	}
	return false
}

func (c *compiler) sequence(stmts []check.Stmt) stmtFn {
	all := make([]stmtFn, len(stmts))
	for i, s := range stmts {
		all[i] = c.stmt(s)
	}
	if len(all) == 1 {
		return all[0]
	}
	return func(fr *frame) (signal, error) {
		for _, s := range all {
			if sig, err := s(fr); err != nil || sig != next {
				return sig, err
			}
		}
		return next, nil
	}
}

func (c *compiler) stmt(s check.Stmt) stmtFn {
	switch s := s.(type) {
	case *check.Block:
		return c.block(s)
	case *check.ExprStmt:
		return always(next, c.effect(s.X))
	case *check.Decl:
		return c.decl(s)
	case *check.If:
		return c.ifStmt(s)
	case *check.Loop:
		return c.loop(s)
	case *check.ForEach:
		return c.forEach(s)
	case *check.Switch:
		return c.switchStmt(s)
	case *check.Break:
		return func(*frame) (signal, error) { return breaks, nil }
	case *check.Continue:
		return func(*frame) (signal, error) { return continues, nil }
	case *check.Return:
		return c.returnStmt(s)
	case *check.Try:
		return c.try(s)
	}
	panic("eval: no code for a statement that the checker made")
}

func always(sig signal, do func(*frame) error) stmtFn {
	return func(fr *frame) (signal, error) { return sig, do(fr) }
}

func (c *compiler) decl(s *check.Decl) stmtFn {
	if s.Init == nil {
		i, captured := s.Var.SlotIn(c.fn), s.Var.Captured
		return func(fr *frame) (signal, error) {
			*fr.at(i, captured) = slot{}
			return next, nil
		}
	}
	return always(next, c.assign(s.Var, s.Init))
}

func (c *compiler) returnStmt(s *check.Return) stmtFn {
	if s.X == nil {
		return func(*frame) (signal, error) { return returns, nil }
	}
	return always(returns, c.store(s.X, returned))
}

func (c *compiler) ifStmt(s *check.If) stmtFn {
	cond, then := c.bool(s.Cond), c.stmt(s.Then)
	els := func(*frame) (signal, error) { return next, nil }
	if s.Else != nil {
		els = c.stmt(s.Else)
	}
	return func(fr *frame) (signal, error) {
		v, err := cond(fr)
		if err != nil {
			return next, err
		}
		if v {
			return then(fr)
		}
		return els(fr)
	}
}

func (c *compiler) loop(s *check.Loop) stmtFn {
	enter := c.fresh(s.Vars)
	init := c.sequence(s.Init)
	body := c.stmt(s.Body)
	cond := func(*frame) (bool, error) { return true, nil }
	if s.Cond != nil {
		cond = c.bool(s.Cond)
	}
	post := make([]func(*frame) error, len(s.Post))
	for i, e := range s.Post {
		post[i] = c.effect(e)
	}
	postCond := s.PostCond
	return func(fr *frame) (signal, error) {
		if enter != nil {
			enter(fr)
		}
		if _, err := init(fr); err != nil {
			return next, err
		}
		for first := true; ; first = false {
			if !first || !postCond {
				if v, err := cond(fr); err != nil || !v {
					return next, err
				}
			}
			if err := fr.m.run.Step(); err != nil {
				return next, err
			}
			switch sig, err := body(fr); {
			case err != nil || sig == returns:
				return sig, err
			case sig == breaks:
				return next, nil
			}
			for _, p := range post {
				if err := p(fr); err != nil {
					return next, err
				}
			}
		}
	}
}

func (c *compiler) forEach(s *check.ForEach) stmtFn {
	x, setItem, body := c.any(s.X), c.setBoxed(s.Item), c.stmt(s.Body)
	assign := c.assign(s.Var, s.Value)
	enter := c.fresh([]*check.Var{s.Var})
	where := s.X.Span()
	each := func(m *machine, v any, f func(any) error) error { return m.run.Each(v, f) }
	if s.Item.Type.Def == types.KeyValuePair {
		each = func(m *machine, v any, f func(any) error) error { return m.run.Each(library.Pairs(v), f) }
	}
	return func(fr *frame) (signal, error) {
		v, err := x(fr)
		if err != nil {
			return next, err
		}
		out := next
		err = each(fr.m, v, func(item any) error {
			if enter != nil {
				enter(fr)
			}
			setItem(fr, item)
			if err := assign(fr); err != nil {
				return err
			}
			sig, err := body(fr)
			if err == nil && (sig == breaks || sig == returns) {
				out = sig
				return library.ErrStop
			}
			return err
		})
		if out == breaks {
			out = next
		}
		if err != nil {
			return next, located(err, where)
		}
		return out, nil
	}
}

func (c *compiler) switchStmt(s *check.Switch) stmtFn {
	set := c.assign(s.Temp, s.X)
	enter := c.fresh(s.Vars)
	type section struct {
		labels []boolFn
		body   stmtFn
	}
	sections := make([]section, len(s.Sections))
	byDefault := -1
	for i, sec := range s.Sections {
		for _, l := range sec.Labels {
			sections[i].labels = append(sections[i].labels, c.bool(l))
		}
		sections[i].body = c.block(sec.Body)
		if sec.Default {
			byDefault = i
		}
	}
	choose := func(fr *frame) (int, error) {
		for i, sec := range sections {
			for _, l := range sec.labels {
				if v, err := l(fr); err != nil || v {
					return i, err
				}
			}
		}
		return byDefault, nil
	}
	return func(fr *frame) (signal, error) {
		if err := set(fr); err != nil {
			return next, err
		}
		if enter != nil {
			enter(fr)
		}
		i, err := choose(fr)
		if err != nil || i < 0 {
			return next, err
		}
		sig, err := sections[i].body(fr)
		if sig == breaks {
			sig = next
		}
		return sig, err
	}
}

// A handler is a compiled catch.
type handler struct {
	class *types.Type
	set   func(*frame, any)
	when  boolFn
	body  stmtFn
}

func (c *compiler) try(s *check.Try) stmtFn {
	body := c.block(s.Block)
	var handlers []handler
	for _, h := range s.Catches {
		handlers = append(handlers, c.handler(h))
	}
	keep := func(*frame, any) {}
	if s.Caught != nil {
		keep = c.setBoxed(s.Caught)
	}
	guarded := func(fr *frame) (signal, error) {
		sig, err := body(fr)
		if err == nil {
			return sig, nil
		}
		return catch(fr, handlers, keep, err)
	}
	if s.Finally == nil {
		return guarded
	}
	finally := c.block(s.Finally)
	return func(fr *frame) (signal, error) {
		sig, err := guarded(fr)
		if err != nil && !catchable(err) {
			return sig, err
		}
		ret := fr.ret
		if _, ferr := finally(fr); ferr != nil {
			return next, ferr
		}
		fr.ret = ret
		return sig, err
	}
}

func (c *compiler) handler(h *check.Catch) handler {
	out := handler{class: h.Type, set: func(*frame, any) {}, body: c.block(h.Block)}
	if h.Var != nil {
		enter, set := c.fresh([]*check.Var{h.Var}), c.setBoxed(h.Var)
		out.set = func(fr *frame, v any) {
			if enter != nil {
				enter(fr)
			}
			set(fr, v)
		}
	}
	if h.When != nil {
		out.when = c.bool(h.When)
	}
	return out
}

// catchable: exceptions are, the end of a budget and what the gateway fails with are not.
func catchable(err error) bool {
	var e *clr.Exception
	return errors.As(err, &e)
}

func catch(fr *frame, handlers []handler, keep func(*frame, any), err error) (signal, error) {
	ex := clr.AsException(err)
	if ex == nil {
		return next, err
	}
	for _, h := range handlers {
		if !library.Is(ex, h.class) {
			continue
		}
		keep(fr, ex)
		h.set(fr, ex)
		if h.when != nil {
			// A filter that throws does not hold.
			if ok, ferr := h.when(fr); ferr != nil || !ok {
				continue
			}
		}
		return h.body(fr)
	}
	return next, err
}
