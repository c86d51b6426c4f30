package eval

import (
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// bool compiles an expression of type bool.
func (c *compiler) bool(e check.Expr) boolFn {
	switch e := e.(type) {
	case *check.Const:
		v := e.Value.(bool)
		return func(*frame) (bool, error) { return v, nil }
	case *check.Local:
		i, captured := e.Var.SlotIn(c.fn), e.Var.Captured
		if captured {
			return func(fr *frame) (bool, error) { return fr.cell(i).n != 0, nil }
		}
		return func(fr *frame) (bool, error) { return fr.slots[i].n != 0, nil }
	case *check.Logic:
		return c.logic(e)
	case *check.Unary:
		f := c.bool(e.X)
		return func(fr *frame) (bool, error) {
			v, err := f(fr)
			return !v, err
		}
	case *check.Binary:
		return c.compare(e)
	case *check.Same:
		return c.same(e)
	case *check.IsNull:
		return c.isNull(e)
	case *check.Lifted:
		return c.liftedBool(e)
	case *check.Is:
		return c.is(e)
	case *check.IsConst:
		return c.isConst(e)
	case *check.Conditional:
		return choose(c.bool(e.Cond), c.bool(e.Then), c.bool(e.Else))
	case *check.Call:
		return c.callBool(e)
	}
	return unboxBool(c.object(e))
}

func unboxBool(f anyFn) boolFn {
	return func(fr *frame) (bool, error) {
		v, err := f(fr)
		if err != nil {
			return false, err
		}
		b, _ := v.(bool)
		return b, nil
	}
}

func (c *compiler) logic(e *check.Logic) boolFn {
	x, y := c.bool(e.X), c.bool(e.Y)
	if e.And {
		return func(fr *frame) (bool, error) {
			v, err := x(fr)
			if err != nil || !v {
				return false, err
			}
			return y(fr)
		}
	}
	return func(fr *frame) (bool, error) {
		v, err := x(fr)
		if err != nil || v {
			return v, err
		}
		return y(fr)
	}
}

// compare compiles a binary operator whose result is bool.
func (c *compiler) compare(e *check.Binary) boolFn {
	switch t := e.X.Type(); repOf(t) {
	case repText:
		return c.compareTexts(e)
	case repInt:
		return c.compareInts(e)
	case repFloat:
		return compareFloats(e.Op, c.float(e.X), c.float(e.Y))
	case repBool:
		return c.bools(e)
	default:
		return c.compareDecimals(e)
	}
}

func (c *compiler) compareTexts(e *check.Binary) boolFn {
	negate := e.Op == syntax.NotEqual
	for _, pair := range [][2]check.Expr{{e.X, e.Y}, {e.Y, e.X}} {
		k, ok := pair[1].(*check.Const)
		if !ok {
			continue
		}
		want, isText := k.Value.(string)
		x := c.text(pair[0])
		return func(fr *frame) (bool, error) {
			s, ok, err := x(fr)
			return (ok == isText && s == want) != negate, err
		}
	}
	x, y := c.text(e.X), c.text(e.Y)
	return func(fr *frame) (bool, error) {
		s, sok, err := x(fr)
		if err != nil {
			return false, err
		}
		t, tok, err := y(fr)
		return (sok == tok && s == t) != negate, err
	}
}

func (c *compiler) compareInts(e *check.Binary) boolFn {
	x, y := c.int(e.X), c.int(e.Y)
	if k, ok := e.Y.(*check.Const); ok && e.X.Type().Kind != types.UInt64 {
		n, _ := check.Integer(k.Value)
		return compareWith(e.Op, x, n)
	}
	order := func(a, b int64) int { return ordered(a, b) }
	if e.X.Type().Kind == types.UInt64 {
		order = func(a, b int64) int { return ordered(uint64(a), uint64(b)) }
	}
	op := e.Op
	return func(fr *frame) (bool, error) {
		a, err := x(fr)
		if err != nil {
			return false, err
		}
		b, err := y(fr)
		return holds(op, order(a, b)), err
	}
}

func compareWith(op syntax.Op, x intFn, n int64) boolFn {
	switch op {
	case syntax.Equal:
		return func(fr *frame) (bool, error) { v, err := x(fr); return v == n, err }
	case syntax.NotEqual:
		return func(fr *frame) (bool, error) { v, err := x(fr); return v != n, err }
	case syntax.Less:
		return func(fr *frame) (bool, error) { v, err := x(fr); return v < n, err }
	case syntax.Greater:
		return func(fr *frame) (bool, error) { v, err := x(fr); return v > n, err }
	case syntax.LessOrEqual:
		return func(fr *frame) (bool, error) { v, err := x(fr); return v <= n, err }
	}
	return func(fr *frame) (bool, error) { v, err := x(fr); return v >= n, err }
}

func ordered[T int64 | uint64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func holds(op syntax.Op, order int) bool {
	switch op {
	case syntax.Equal:
		return order == 0
	case syntax.NotEqual:
		return order != 0
	case syntax.Less:
		return order < 0
	case syntax.Greater:
		return order > 0
	case syntax.LessOrEqual:
		return order <= 0
	}
	return order >= 0
}

func compareFloats(op syntax.Op, x, y floatFn) boolFn {
	return func(fr *frame) (bool, error) {
		a, err := x(fr)
		if err != nil {
			return false, err
		}
		b, err := y(fr)
		switch op {
		case syntax.Equal:
			return a == b, err
		case syntax.NotEqual:
			return a != b, err
		case syntax.Less:
			return a < b, err
		case syntax.Greater:
			return a > b, err
		case syntax.LessOrEqual:
			return a <= b, err
		}
		return a >= b, err
	}
}

func (c *compiler) compareDecimals(e *check.Binary) boolFn {
	x, y, op := c.any(e.X), c.any(e.Y), e.Op
	return func(fr *frame) (bool, error) {
		a, err := x(fr)
		if err != nil {
			return false, err
		}
		b, err := y(fr)
		if err != nil {
			return false, err
		}
		return holds(op, a.(clr.Decimal).Compare(b.(clr.Decimal))), nil
	}
}

// bools compiles == != & | ^ of two bools; both sides are always evaluated.
func (c *compiler) bools(e *check.Binary) boolFn {
	x, y, op := c.bool(e.X), c.bool(e.Y), e.Op
	return func(fr *frame) (bool, error) {
		a, err := x(fr)
		if err != nil {
			return false, err
		}
		b, err := y(fr)
		switch op {
		case syntax.Equal:
			return a == b, err
		case syntax.And:
			return a && b, err
		case syntax.Or:
			return a || b, err
		}
		return a != b, err
	}
}

func (c *compiler) same(e *check.Same) boolFn {
	x, y, negate := c.any(e.X), c.any(e.Y), e.Negate
	equal := library.Same
	if e.ByValue {
		equal = clr.Equals
	}
	return func(fr *frame) (bool, error) {
		a, err := x(fr)
		if err != nil {
			return false, err
		}
		b, err := y(fr)
		if err != nil {
			return false, err
		}
		return equal(a, b) != negate, nil
	}
}

func (c *compiler) isNull(e *check.IsNull) boolFn {
	negate := e.Negate
	switch repOf(e.X.Type()) {
	case repText:
		x := c.text(e.X)
		return func(fr *frame) (bool, error) {
			_, ok, err := x(fr)
			return ok == negate, err
		}
	case repAny:
		x := c.any(e.X)
		return func(fr *frame) (bool, error) {
			v, err := x(fr)
			return (v == nil) != negate, err
		}
	}
	x := c.any(e.X) // a value that is never null, evaluated for what it does
	return func(fr *frame) (bool, error) {
		_, err := x(fr)
		return negate, err
	}
}

func (c *compiler) is(e *check.Is) boolFn {
	x, t, always := c.any(e.X), e.To, e.Always
	if e.Var == nil {
		return func(fr *frame) (bool, error) {
			v, err := x(fr)
			return err == nil && (always || library.Is(v, t)), err
		}
	}
	set := c.setBoxed(e.Var)
	return func(fr *frame) (bool, error) {
		v, err := x(fr)
		if err != nil || !always && !library.Is(v, t) {
			return false, err
		}
		set(fr, v)
		return true, nil
	}
}

func (c *compiler) isConst(e *check.IsConst) boolFn {
	x, want := c.any(e.X), e.Value.Value
	return func(fr *frame) (bool, error) {
		v, err := x(fr)
		return err == nil && clr.Equals(v, want), err
	}
}

// lift compiles the operands of a lifted operator: it sets the temporaries, and tells
// which operands are null.
func (c *compiler) lift(e *check.Lifted) func(*frame) (a, b any, err error) {
	x, setA := c.any(e.X), c.setBoxed(e.A)
	if e.Y == nil {
		return func(fr *frame) (any, any, error) {
			v, err := x(fr)
			if v != nil {
				setA(fr, v)
			}
			return v, true, err
		}
	}
	y, setB := c.any(e.Y), c.setBoxed(e.B)
	return func(fr *frame) (any, any, error) {
		a, err := x(fr)
		if err != nil {
			return nil, nil, err
		}
		b, err := y(fr)
		if a != nil && b != nil {
			setA(fr, a)
			setB(fr, b)
		}
		return a, b, err
	}
}

// liftedBool compiles a comparison of nullable operands.
func (c *compiler) liftedBool(e *check.Lifted) boolFn {
	operands, body, op := c.lift(e), c.bool(e.Body), e.Op
	return func(fr *frame) (bool, error) {
		a, b, err := operands(fr)
		if err != nil {
			return false, err
		}
		if a != nil && b != nil {
			return body(fr)
		}
		switch op {
		case syntax.Equal:
			return a == nil && b == nil, nil
		case syntax.NotEqual:
			return a != nil || b != nil, nil
		}
		return false, nil
	}
}
