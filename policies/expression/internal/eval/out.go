package eval

import (
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
)

// An out is an argument that a call assigns. Values go in and come back by a pointer, so
// that a method sees what others do to a variable only when it is called again.
type out struct {
	at int
	// get is the value before, of a ref argument; nil of an out argument.
	get func(*frame, any) any
	// set takes what the argument was evaluated to: nothing for a variable, the spot of an
	// element.
	set func(*frame, any, any) error
}

// A spotted is an element of an array as an argument.
type spotted struct {
	array any
	index int
}

// arguments compiles what a call is made with.
func (c *compiler) arguments(all []check.Expr) (args []anyFn, outs []out) {
	args = make([]anyFn, len(all))
	for i, a := range all {
		o, ok := a.(*check.Out)
		if !ok {
			args[i] = c.any(a)
			continue
		}
		args[i] = func(*frame) (any, error) { return nil, nil }
		to := out{at: i, set: func(*frame, any, any) error { return nil }}
		switch {
		case o.Target != nil:
			args[i] = c.spotted(o.Target)
			to.set = func(_ *frame, place, v any) error {
				p := place.(spotted)
				return setElement(p.array, p.index, v)
			}
			if o.Ref {
				to.get = func(_ *frame, place any) any {
					p := place.(spotted)
					return elementAt(p.array, p.index)
				}
			}
		case o.Var != nil:
			set, at, t := c.setBoxed(o.Var), c.place(o.Var), o.Var.Type
			to.set = func(fr *frame, _, v any) error {
				set(fr, v)
				return nil
			}
			if o.Ref {
				to.get = func(fr *frame, _ any) any { return at(fr).get(t) }
			}
		}
		outs = append(outs, to)
	}
	return args, outs
}

func (c *compiler) spotted(e *check.Element) anyFn {
	spot := c.spot(e)
	return func(fr *frame) (any, error) {
		array, i, err := spot(fr)
		if err != nil {
			return nil, err
		}
		return spotted{array, i}, nil
	}
}

// pass evaluates the arguments of a call, calls, and assigns what comes back.
func pass(fr *frame, args []anyFn, outs []out, call func(values []any) (any, error)) (any, error) {
	values := make([]any, len(args))
	for i, a := range args {
		v, err := a(fr)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	results, places := make([]any, len(outs)), make([]any, len(outs))
	for i, o := range outs {
		places[i] = values[o.at]
		if o.get != nil {
			results[i] = o.get(fr, places[i])
		}
		values[o.at] = &results[i]
	}
	v, err := call(values)
	if err != nil {
		return nil, err
	}
	for i, o := range outs {
		if err := o.set(fr, places[i], results[i]); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// callOut compiles a call that has out arguments.
func (c *compiler) callOut(e *check.Call, args []anyFn, outs []out) anyFn {
	call, site, s := e.Member.Call, e.Site, e.Span()
	checked := e.Recv != nil && !e.NoNullCheck && e.Recv.Type().MayBeNull()
	return func(fr *frame) (any, error) {
		return pass(fr, args, outs, func(values []any) (any, error) {
			if checked && values[0] == nil {
				return nil, nullReference(s)
			}
			v, err := call(library.Call{Run: &fr.m.run, Site: site}, values)
			if err != nil {
				return nil, located(err, s)
			}
			return v, nil
		})
	}
}

// callLocalOut compiles a call of a local function that has out arguments.
func (c *compiler) callLocalOut(e *check.CallLocal, args []anyFn, outs []out) anyFn {
	at, s := e.Func.Var.SlotIn(c.fn), e.Span()
	return func(fr *frame) (any, error) {
		return pass(fr, args, outs, func(values []any) (any, error) {
			v, err := fr.slots[at].a.(*closure).call(fr.m, values)
			if err != nil {
				return nil, located(err, s)
			}
			return v, nil
		})
	}
}
