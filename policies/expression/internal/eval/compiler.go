package eval

import (
	"math"

	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A compiler makes the closures of one function.
type compiler struct{ fn *check.Func }

// A code is a compiled body: the closure for its type, and one that boxes.
type code struct {
	rep   rep
	bool  boolFn
	int   intFn
	float floatFn
	text  textFn
	any   anyFn
}

// expr compiles an expression for its own type; any boxes it.
func (c *compiler) expr(e check.Expr) code {
	t := e.Type()
	out := code{rep: repOf(t)}
	if _, constant := e.(*check.Const); constant || out.rep == repAny {
		out.any = c.any(e)
	}
	switch out.rep {
	case repBool:
		out.bool = c.bool(e)
		out.boxBy(boxBool(out.bool))
	case repInt:
		out.int = c.int(e)
		out.boxBy(boxInt(t, out.int))
	case repFloat:
		out.float = c.float(e)
		out.boxBy(boxReal(t, out.float))
	case repText:
		out.text = c.text(e)
		out.boxBy(boxText(out.text))
	}
	return out
}

func (k *code) boxBy(f anyFn) {
	if k.any == nil {
		k.any = f
	}
}

// body compiles the body of a function.
func (c *compiler) body(f *check.Func) code {
	if f.Expr != nil && (f.Result.Kind == types.Void || repOf(f.Expr.Type()) == repOf(f.Result)) {
		return c.expr(f.Expr)
	}
	run := c.block(f.Block)
	t := f.Result
	start := func(fr *frame) error {
		_, err := run(fr)
		return err
	}
	return code{
		rep:   repOf(t),
		bool:  func(fr *frame) (bool, error) { err := start(fr); return fr.ret.n != 0, err },
		int:   func(fr *frame) (int64, error) { err := start(fr); return fr.ret.n, err },
		float: func(fr *frame) (float64, error) { err := start(fr); return fr.ret.float(), err },
		text:  func(fr *frame) (string, bool, error) { err := start(fr); return fr.ret.s, fr.ret.ok, err },
		any: func(fr *frame) (any, error) {
			if err := start(fr); err != nil {
				return nil, err
			}
			return fr.ret.get(t), nil
		},
	}
}

// A placeFn finds a slot.
type placeFn func(*frame) *slot

func returned(fr *frame) *slot { return &fr.ret }

// place is the slot of a variable.
func (c *compiler) place(v *check.Var) placeFn {
	i := v.SlotIn(c.fn)
	if v.Captured {
		return func(fr *frame) *slot { return fr.cell(i) }
	}
	return func(fr *frame) *slot { return &fr.slots[i] }
}

// store compiles an expression whose value is kept in a slot; it is computed before the
// slot is touched.
func (c *compiler) store(e check.Expr, at placeFn) func(*frame) error {
	if e.Type().Kind == types.Void {
		run := c.any(e)
		return func(fr *frame) error { _, err := run(fr); return err }
	}
	switch repOf(e.Type()) {
	case repBool:
		f := c.bool(e)
		return func(fr *frame) error {
			v, err := f(fr)
			if err == nil {
				at(fr).n = boolBits(v)
			}
			return err
		}
	case repInt:
		f := c.int(e)
		return func(fr *frame) error {
			v, err := f(fr)
			if err == nil {
				at(fr).n = v
			}
			return err
		}
	case repFloat:
		f := c.float(e)
		return func(fr *frame) error {
			v, err := f(fr)
			if err == nil {
				at(fr).n = int64(math.Float64bits(v))
			}
			return err
		}
	case repText:
		f := c.text(e)
		return func(fr *frame) error {
			s, ok, err := f(fr)
			if err == nil {
				to := at(fr)
				to.s, to.ok = s, ok
			}
			return err
		}
	}
	f := c.any(e)
	return func(fr *frame) error {
		v, err := f(fr)
		if err == nil {
			at(fr).a = v
		}
		return err
	}
}

// assign compiles the storing of an expression in a variable.
func (c *compiler) assign(v *check.Var, e check.Expr) func(*frame) error {
	if v.Captured || repOf(e.Type()) != repInt {
		return c.store(e, c.place(v))
	}
	f, i := c.int(e), v.SlotIn(c.fn)
	return func(fr *frame) error {
		n, err := f(fr)
		if err == nil {
			fr.slots[i].n = n
		}
		return err
	}
}

// setBoxed compiles the storing of a boxed value in a variable.
func (c *compiler) setBoxed(v *check.Var) func(*frame, any) {
	i, captured, t := v.SlotIn(c.fn), v.Captured, v.Type
	return func(fr *frame, value any) { fr.at(i, captured).set(t, value) }
}

// any compiles an expression to its boxed value.
func (c *compiler) any(e check.Expr) anyFn {
	t := e.Type()
	if k, ok := e.(*check.Const); ok {
		v := k.Value
		return func(*frame) (any, error) { return v, nil }
	}
	switch repOf(t) {
	case repBool:
		return boxBool(c.bool(e))
	case repInt:
		return boxInt(t, c.int(e))
	case repFloat:
		return boxReal(t, c.float(e))
	case repText:
		return boxText(c.text(e))
	}
	return c.object(e)
}

func boxInt(t *types.Type, f intFn) anyFn {
	if t.Kind == types.Int32 {
		return func(fr *frame) (any, error) {
			v, err := f(fr)
			return int32(v), err
		}
	}
	return func(fr *frame) (any, error) {
		v, err := f(fr)
		if err != nil {
			return nil, err
		}
		return check.Box(t, v), nil
	}
}

func boxBool(f boolFn) anyFn {
	return func(fr *frame) (any, error) {
		v, err := f(fr)
		return v, err
	}
}

func boxReal(t *types.Type, f floatFn) anyFn {
	return func(fr *frame) (any, error) {
		v, err := f(fr)
		return boxFloat(t, v), err
	}
}

func boxText(f textFn) anyFn {
	return func(fr *frame) (any, error) {
		s, ok, err := f(fr)
		if err != nil || !ok {
			return nil, err
		}
		return s, nil
	}
}
