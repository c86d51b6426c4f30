package eval

import (
	"math"

	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// int compiles an expression of an integer type, char, or an enumeration.
func (c *compiler) int(e check.Expr) intFn {
	switch e := e.(type) {
	case *check.Const:
		n, _ := check.Integer(e.Value)
		return func(*frame) (int64, error) { return n, nil }
	case *check.Local:
		i := e.Var.SlotIn(c.fn)
		if e.Var.Captured {
			return func(fr *frame) (int64, error) { return fr.cell(i).n, nil }
		}
		return func(fr *frame) (int64, error) { return fr.slots[i].n, nil }
	case *check.Binary:
		return c.intBinary(e)
	case *check.Unary:
		return c.intUnary(e)
	case *check.Conditional:
		return choose(c.bool(e.Cond), c.int(e.Then), c.int(e.Else))
	case *check.Convert:
		if f := c.convertInt(e); f != nil {
			return f
		}
	case *check.Call:
		return c.callInt(e)
	}
	return unboxInt(c.object(e))
}

func unboxInt(f anyFn) intFn {
	return func(fr *frame) (int64, error) {
		v, err := f(fr)
		if err != nil {
			return 0, err
		}
		n, _ := check.Integer(v)
		return n, nil
	}
}

// cut reduces a number to the size of its type.
func cut(k types.Kind, n int64) int64 {
	switch k {
	case types.Int32, types.Enum:
		return int64(int32(n))
	case types.UInt32:
		return int64(uint32(n))
	case types.Char, types.UInt16:
		return int64(uint16(n))
	case types.Byte:
		return int64(uint8(n))
	case types.SByte:
		return int64(int8(n))
	case types.Int16:
		return int64(int16(n))
	}
	return n
}

func (c *compiler) intUnary(e *check.Unary) intFn {
	x, k, s := c.int(e.X), e.Type().Kind, e.Span()
	switch {
	case e.Op == syntax.Complement:
		return func(fr *frame) (int64, error) { v, err := x(fr); return cut(k, ^v), err }
	case e.Checked:
		smallest := int64(math.MinInt64)
		if k == types.Int32 {
			smallest = math.MinInt32
		}
		return func(fr *frame) (int64, error) {
			v, err := x(fr)
			if err == nil && v == smallest {
				err = &Error{clr.ClassOverflow.New(), s}
			}
			return -v, err
		}
	}
	return func(fr *frame) (int64, error) { v, err := x(fr); return cut(k, -v), err }
}

func (c *compiler) intBinary(e *check.Binary) intFn {
	x, y, k := c.int(e.X), c.int(e.Y), e.Type().Kind
	apply := intOperation(e)
	if e.Op == syntax.Add && k == types.Int32 && !e.Checked {
		return func(fr *frame) (int64, error) {
			a, err := x(fr)
			if err != nil {
				return 0, err
			}
			b, err := y(fr)
			return int64(int32(a + b)), err
		}
	}
	s := e.Span()
	return func(fr *frame) (int64, error) {
		a, err := x(fr)
		if err != nil {
			return 0, err
		}
		b, err := y(fr)
		if err != nil {
			return 0, err
		}
		n, err := apply(a, b)
		if err != nil {
			return 0, &Error{err, s}
		}
		return n, nil
	}
}

// intOperation is arithmetic on whole numbers of the operator's type.
func intOperation(e *check.Binary) func(a, b int64) (int64, error) {
	t, k := e.Type(), e.Type().Kind
	if e.Checked && k != types.Enum {
		if f := checkedOperation(e.Op, k); f != nil {
			return f
		}
	}
	switch e.Op {
	case syntax.Add:
		return func(a, b int64) (int64, error) { return cut(k, a+b), nil }
	case syntax.Sub:
		return func(a, b int64) (int64, error) { return cut(k, a-b), nil }
	case syntax.Mul:
		return func(a, b int64) (int64, error) { return cut(k, a*b), nil }
	case syntax.And:
		return func(a, b int64) (int64, error) { return a & b, nil }
	case syntax.Or:
		return func(a, b int64) (int64, error) { return a | b, nil }
	case syntax.Xor:
		return func(a, b int64) (int64, error) { return a ^ b, nil }
	case syntax.ShiftLeft, syntax.ShiftRight:
		op := e.Op
		return func(a, b int64) (int64, error) { return cut(k, check.Shift(op, t, a, b)), nil }
	}
	return division(e.Op == syntax.Div, k)
}

func division(div bool, k types.Kind) func(a, b int64) (int64, error) {
	switch {
	case k == types.UInt64 && div:
		return func(a, b int64) (int64, error) {
			q, err := clr.DivUnsigned(uint64(a), uint64(b))
			return int64(q), err
		}
	case k == types.UInt64:
		return func(a, b int64) (int64, error) {
			q, err := clr.RemUnsigned(uint64(a), uint64(b))
			return int64(q), err
		}
	case k == types.Int32 && div:
		return func(a, b int64) (int64, error) {
			q, err := clr.Div(int32(a), int32(b))
			return int64(q), err
		}
	case k == types.Int32:
		return func(a, b int64) (int64, error) {
			q, err := clr.Rem(int32(a), int32(b))
			return int64(q), err
		}
	case div:
		return func(a, b int64) (int64, error) { return clr.Div(a, b) }
	}
	return func(a, b int64) (int64, error) { return clr.Rem(a, b) }
}

func checkedOperation(op syntax.Op, k types.Kind) func(a, b int64) (int64, error) {
	switch k {
	case types.Int32:
		return checkedOf[int32](op)
	case types.Int64:
		return checkedOf[int64](op)
	case types.UInt32:
		return checkedOf[uint32](op)
	case types.UInt64:
		return checkedOf[uint64](op)
	}
	return nil
}

func checkedOf[T int32 | int64 | uint32 | uint64](op syntax.Op) func(a, b int64) (int64, error) {
	var f func(a, b T) (T, error)
	switch op {
	case syntax.Add:
		f = clr.AddChecked[T]
	case syntax.Sub:
		f = clr.SubChecked[T]
	case syntax.Mul:
		f = clr.MulChecked[T]
	default:
		return nil
	}
	return func(a, b int64) (int64, error) {
		v, err := f(T(a), T(b))
		return int64(v), err
	}
}

// float compiles an expression of type float or double.
func (c *compiler) float(e check.Expr) floatFn {
	switch e := e.(type) {
	case *check.Const:
		v, _ := check.Float(e.Value)
		return func(*frame) (float64, error) { return v, nil }
	case *check.Local:
		i, captured := e.Var.SlotIn(c.fn), e.Var.Captured
		return func(fr *frame) (float64, error) { return fr.at(i, captured).float(), nil }
	case *check.Binary:
		return c.floatBinary(e)
	case *check.Unary:
		x := c.float(e.X)
		return func(fr *frame) (float64, error) { v, err := x(fr); return -v, err }
	case *check.Conditional:
		return choose(c.bool(e.Cond), c.float(e.Then), c.float(e.Else))
	case *check.Convert:
		if f := c.convertFloat(e); f != nil {
			return f
		}
	}
	f := c.object(e)
	return func(fr *frame) (float64, error) {
		v, err := f(fr)
		if err != nil {
			return 0, err
		}
		n, _ := check.Float(v)
		return n, nil
	}
}

func (c *compiler) floatBinary(e *check.Binary) floatFn {
	x, y, op, single := c.float(e.X), c.float(e.Y), e.Op, e.Type().Kind == types.Single
	return func(fr *frame) (float64, error) {
		a, err := x(fr)
		if err != nil {
			return 0, err
		}
		b, err := y(fr)
		if err != nil {
			return 0, err
		}
		v := floatOperation(op, a, b)
		if single {
			v = float64(float32(v))
		}
		return v, nil
	}
}

func floatOperation(op syntax.Op, a, b float64) float64 {
	switch op {
	case syntax.Add:
		return a + b
	case syntax.Sub:
		return a - b
	case syntax.Mul:
		return a * b
	case syntax.Div:
		return a / b
	}
	return clr.FloatRem(a, b)
}

// decimal compiles arithmetic on decimals.
func (c *compiler) decimal(e *check.Binary) anyFn {
	x, y, op, s := c.any(e.X), c.any(e.Y), e.Op, e.Span()
	return func(fr *frame) (any, error) {
		a, err := x(fr)
		if err != nil {
			return nil, err
		}
		b, err := y(fr)
		if err != nil {
			return nil, err
		}
		v, err := check.DecimalOperation(op, a.(clr.Decimal), b.(clr.Decimal))
		if err != nil {
			return nil, &Error{err, s}
		}
		return v, nil
	}
}
