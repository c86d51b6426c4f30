package eval

import (
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A function is a compiled lambda or local function.
type function struct {
	fn   *check.Func
	run  func(*frame) (any, error)
	sets []func(*frame, any)
	// gets are the values of out parameters at the end; nil when there are none.
	gets map[int]func(*frame) any
}

// A closure is a function with the variables it shares.
type closure struct {
	of *function
	// shared are the captured slots' contents, in the order of Captures.
	shared []any
}

func (c *compiler) function(f *check.Func) *function {
	inner := &compiler{fn: f}
	out := &function{fn: f}
	out.compile(inner)
	return out
}

func (f *function) compile(c *compiler) {
	body := c.body(f.fn)
	if f.fn.Result.Kind == types.Void {
		run := body.any
		if f.fn.Expr != nil {
			do := c.effect(f.fn.Expr)
			run = func(fr *frame) (any, error) { return nil, do(fr) }
		}
		f.run = func(fr *frame) (any, error) { _, err := run(fr); return nil, err }
	} else {
		f.run = body.any
	}
	for i, p := range f.fn.Params {
		f.sets = append(f.sets, c.setBoxed(p))
		if !p.Out {
			continue
		}
		if f.gets == nil {
			f.gets = map[int]func(*frame) any{}
		}
		at, t := c.place(p), p.Type
		f.gets[i] = func(fr *frame) any { return at(fr).get(t) }
	}
}

// capture takes the shared variables out of the frame that a closure is made in.
func (f *function) capture(fr *frame) []any {
	if len(f.fn.Captures) == 0 {
		return nil
	}
	shared := make([]any, len(f.fn.Captures))
	for i, k := range f.fn.Captures {
		if fn, ok := fr.slots[k.From].a.(*closure); ok {
			shared[i] = fn
			continue
		}
		shared[i] = fr.cell(k.From)
	}
	return shared
}

// call runs a closure in a frame of its own.
func (cl *closure) call(m *machine, args []any) (any, error) {
	if err := m.run.Enter(); err != nil {
		return nil, err
	}
	fr := m.frame(cl.of.fn.Slots)
	for i, k := range cl.of.fn.Captures {
		fr.slots[k.To].a = cl.shared[i]
	}
	for i, set := range cl.of.sets {
		v := args[i]
		if cl.of.gets[i] != nil {
			v = *v.(*any)
		}
		set(fr, v)
	}
	v, err := cl.of.run(fr)
	for i, get := range cl.of.gets {
		*args[i].(*any) = get(fr)
	}
	m.release(fr)
	m.run.Leave()
	return v, err
}

func (c *compiler) lambda(e *check.Lambda) anyFn {
	f := c.function(e.Func)
	t := e.Type()
	return func(fr *frame) (any, error) {
		cl := &closure{f, f.capture(fr)}
		m := fr.m
		return &library.Delegate{Type: t, Invoke: func(args []any) (any, error) { return cl.call(m, args) }}, nil
	}
}

func (c *compiler) invoke(e *check.Invoke) anyFn {
	fun, s := c.any(e.Fun), e.Span()
	args := make([]anyFn, len(e.Args))
	for i, a := range e.Args {
		args[i] = c.any(a)
	}
	return func(fr *frame) (any, error) {
		d, err := fun(fr)
		if err != nil {
			return nil, err
		}
		values := make([]any, len(args))
		for i, f := range args {
			if values[i], err = f(fr); err != nil {
				return nil, err
			}
		}
		delegate, ok := d.(*library.Delegate)
		if !ok {
			return nil, nullReference(s)
		}
		v, err := delegate.Invoke(values)
		if err != nil {
			return nil, located(err, s)
		}
		return v, nil
	}
}

func (c *compiler) callLocal(e *check.CallLocal) anyFn {
	at, s := e.Func.Var.SlotIn(c.fn), e.Span()
	args, outs := c.arguments(e.Args)
	if len(outs) > 0 {
		return c.callLocalOut(e, args, outs)
	}
	return func(fr *frame) (any, error) {
		m := fr.m
		base := len(m.stack)
		for _, f := range args {
			v, err := f(fr)
			if err != nil {
				m.pop(base)
				return nil, err
			}
			m.stack = append(m.stack, v)
		}
		v, err := fr.slots[at].a.(*closure).call(m, m.stack[base:len(m.stack):len(m.stack)])
		m.pop(base)
		if err != nil {
			return nil, located(err, s)
		}
		return v, nil
	}
}
