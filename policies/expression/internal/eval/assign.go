package eval

import (
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// assignment compiles x = y; its value is that of y.
func (c *compiler) assignment(e *check.Assign) anyFn {
	switch target := e.Target.(type) {
	case *check.Local:
		put := c.assign(target.Var, e.Value)
		i, captured, t := target.Var.SlotIn(c.fn), target.Var.Captured, target.Var.Type
		return func(fr *frame) (any, error) {
			if err := put(fr); err != nil {
				return nil, err
			}
			return fr.at(i, captured).get(t), nil
		}
	case *check.Element:
		return c.assignElement(target, e.Value)
	}
	if target, ok := e.Target.(*check.Field); ok {
		set, value := c.setItem(target), c.any(e.Value)
		return func(fr *frame) (any, error) {
			v, err := value(fr)
			if err == nil {
				set(fr, v)
			}
			return v, err
		}
	}
	call := e.Target.(*check.Call)
	prepare, value := c.target(call), c.any(e.Value)
	return func(fr *frame) (any, error) {
		args, err := prepare(fr)
		if err != nil {
			return nil, err
		}
		v, err := value(fr)
		if err != nil {
			return nil, err
		}
		if call.Recv != nil && args[0] == nil {
			return nil, nullReference(call.Span())
		}
		return v, setMember(fr, call, args, v)
	}
}

// assignElement compiles a[i] = v. The value comes before it is looked whether there is
// such an element.
func (c *compiler) assignElement(target *check.Element, to check.Expr) anyFn {
	indices, value, s := c.indices(target), c.any(to), target.Span()
	return func(fr *frame) (any, error) {
		var few [4]int64
		a, at, err := indices(fr, few[:0])
		if err != nil {
			return nil, err
		}
		v, err := value(fr)
		if err != nil {
			return nil, err
		}
		i, err := offset(a, at)
		if err != nil {
			return nil, &Error{err, s}
		}
		return v, setElement(a, i, v)
	}
}

func setElement(a any, i int, v any) error {
	if b, ok := a.([]byte); ok {
		b[i] = v.(byte)
		return nil
	}
	array := a.(*library.Array)
	if v != nil && array.Elem.IsReference() && !library.Is(v, array.Elem) {
		return clr.ClassArrayTypeMismatch.New()
	}
	array.Data[i] = v
	return nil
}

// target compiles the receiver, which may be null, and the arguments of a property or
// indexer that is set.
func (c *compiler) target(e *check.Call) func(*frame) ([]any, error) {
	all := operands(e)
	args := make([]anyFn, len(all))
	for i, a := range all {
		args[i] = c.any(a)
	}
	return func(fr *frame) ([]any, error) {
		out := make([]any, len(args), len(args)+1)
		for i, f := range args {
			v, err := f(fr)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	}
}

func setMember(fr *frame, e *check.Call, args []any, v any) error {
	_, err := e.Member.Assign(library.Call{Run: &fr.m.run, Site: e.Site}, append(args, v))
	if err != nil {
		return located(err, e.Span())
	}
	return nil
}

// compound compiles x op= y, x++ and the like.
func (c *compiler) compound(e *check.Compound) anyFn {
	setOld := c.setBoxed(e.Old)
	value := c.any(e.Value)
	post := e.Post
	result := func(old, v any) any {
		if post {
			return old
		}
		return v
	}
	switch target := e.Target.(type) {
	case *check.Local:
		return c.compoundLocal(e, target.Var)
	case *check.Element:
		spot := c.spot(target)
		return func(fr *frame) (any, error) {
			a, i, err := spot(fr)
			if err != nil {
				return nil, err
			}
			old := elementAt(a, i)
			setOld(fr, old)
			v, err := value(fr)
			if err != nil {
				return nil, err
			}
			return result(old, v), setElement(a, i, v)
		}
	}
	if target, ok := e.Target.(*check.Field); ok {
		set, get := c.setItem(target), c.any(target)
		return func(fr *frame) (any, error) {
			old, err := get(fr)
			if err != nil {
				return nil, err
			}
			setOld(fr, old)
			v, err := value(fr)
			if err == nil {
				set(fr, v)
			}
			return result(old, v), err
		}
	}
	call := e.Target.(*check.Call)
	prepare, s := c.target(call), call.Span()
	return func(fr *frame) (any, error) {
		args, err := prepare(fr)
		if err != nil {
			return nil, err
		}
		if call.Recv != nil && args[0] == nil {
			return nil, nullReference(s)
		}
		old, err := call.Member.Call(library.Call{Run: &fr.m.run, Site: call.Site}, args)
		if err != nil {
			return nil, located(err, s)
		}
		setOld(fr, old)
		v, err := value(fr)
		if err != nil {
			return nil, err
		}
		return result(old, v), setMember(fr, call, args, v)
	}
}

func elementAt(a any, i int) any {
	if b, ok := a.([]byte); ok {
		return b[i]
	}
	return a.(*library.Array).Data[i]
}

// compoundLocal compiles a compound assignment to a variable.
func (c *compiler) compoundLocal(e *check.Compound, v *check.Var) anyFn {
	run := c.updateLocal(e, v)
	old, target := e.Old.SlotIn(c.fn), v.SlotIn(c.fn)
	captured, oldCaptured, post, t := v.Captured, e.Old.Captured, e.Post, v.Type
	return func(fr *frame) (any, error) {
		if err := run(fr); err != nil {
			return nil, err
		}
		if post {
			return fr.at(old, oldCaptured).get(t), nil
		}
		return fr.at(target, captured).get(t), nil
	}
}

// updateLocal compiles a compound assignment to a variable for what it does, without a
// result and without boxing.
func (c *compiler) updateLocal(e *check.Compound, v *check.Var) func(*frame) error {
	put, from, old := c.assign(v, e.Value), c.place(v), c.place(e.Old)
	return func(fr *frame) error {
		*old(fr) = *from(fr)
		return put(fr)
	}
}

// effect compiles an expression for what it does, as a statement.
func (c *compiler) effect(e check.Expr) func(*frame) error {
	switch e := e.(type) {
	case *check.Assign:
		if l, ok := e.Target.(*check.Local); ok {
			return c.assign(l.Var, e.Value)
		}
	case *check.Compound:
		if l, ok := e.Target.(*check.Local); ok {
			return c.updateLocal(e, l.Var)
		}
	}
	var run anyFn
	if e.Type().Kind == types.Void {
		run = c.object(e)
	} else {
		run = c.any(e)
	}
	return func(fr *frame) error {
		_, err := run(fr)
		return err
	}
}
