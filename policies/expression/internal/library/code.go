package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A Code is what a member does.
type Code struct {
	typed any
	// boxed makes the general form, for a member with these parameters (receiver first)
	// and result.
	boxed func(params []types.Param, result *types.Type) general
}

type general = func(Call, []any) (any, error)

// Boxed is code in its general form.
func Boxed(f func(c Call, args []any) (any, error)) Code {
	return Code{boxed: func([]types.Param, *types.Type) general { return f }}
}

// Try1 is the code of a TryParse: a Go function that returns the value and whether it
// could be read. A null text cannot.
func Try1[R any](f func(string) (R, bool)) Code {
	return Code{boxed: func(params []types.Param, _ *types.Type) general {
		box := boxer[R](params[1].Type)
		var none R
		return func(_ Call, args []any) (any, error) {
			v, ok := none, false
			if s, given := args[0].(string); given {
				v, ok = f(s)
			}
			*args[1].(*any) = box(v)
			return ok, nil
		}
	}}
}

// F0 is code that takes nothing and cannot fail.
func F0[R any](f func() R) Code {
	return Code{f, func(_ []types.Param, r *types.Type) general {
		box := boxer[R](r)
		return func(Call, []any) (any, error) { return box(f()), nil }
	}}
}

// F1 is code that takes one value and cannot fail.
func F1[A, R any](f func(A) R) Code {
	return Code{f, func(p []types.Param, r *types.Type) general {
		box, first := boxer[R](r), unboxer[A](p, 0)
		return func(_ Call, args []any) (any, error) {
			a, err := first(args[0])
			if err != nil {
				return nil, err
			}
			return box(f(a)), nil
		}
	}}
}

// F2 is code that takes two values and cannot fail.
func F2[A, B, R any](f func(A, B) R) Code {
	c := E2(func(a A, b B) (R, error) { return f(a, b), nil })
	c.typed = f
	return c
}

// F3 is code that takes three values and cannot fail.
func F3[A, B, C, R any](f func(A, B, C) R) Code {
	c := E3(func(a A, b B, c C) (R, error) { return f(a, b, c), nil })
	c.typed = f
	return c
}

// E1 is code that takes one value.
func E1[A, R any](f func(A) (R, error)) Code {
	c := C1(func(_ Call, a A) (R, error) { return f(a) })
	c.typed = f
	return c
}

// E2 is code that takes two values.
func E2[A, B, R any](f func(A, B) (R, error)) Code {
	c := C2(func(_ Call, a A, b B) (R, error) { return f(a, b) })
	c.typed = f
	return c
}

// E3 is code that takes three values.
func E3[A, B, C, R any](f func(A, B, C) (R, error)) Code {
	c := C3(func(_ Call, a A, b B, c C) (R, error) { return f(a, b, c) })
	c.typed = f
	return c
}

// E4 is code that takes four values.
func E4[A, B, C, D, R any](f func(A, B, C, D) (R, error)) Code {
	c := C4(func(_ Call, a A, b B, c C, d D) (R, error) { return f(a, b, c, d) })
	c.typed = f
	return c
}

// C0 is code that takes only its Call.
func C0[R any](f func(Call) (R, error)) Code {
	return Code{f, func(_ []types.Param, r *types.Type) general {
		box := boxer[R](r)
		return func(c Call, _ []any) (any, error) { return boxed(box)(f(c)) }
	}}
}

// C1 is code that takes its Call and one value.
func C1[A, R any](f func(Call, A) (R, error)) Code {
	return Code{f, func(p []types.Param, r *types.Type) general {
		box, first := boxed(boxer[R](r)), unboxer[A](p, 0)
		return func(c Call, args []any) (any, error) {
			a, err := first(args[0])
			if err != nil {
				return nil, err
			}
			return box(f(c, a))
		}
	}}
}

// C2 is code that takes its Call and two values.
func C2[A, B, R any](f func(Call, A, B) (R, error)) Code {
	return Code{f, func(p []types.Param, r *types.Type) general {
		box, first, second := boxed(boxer[R](r)), unboxer[A](p, 0), unboxer[B](p, 1)
		return func(c Call, args []any) (any, error) {
			a, err := first(args[0])
			if err != nil {
				return nil, err
			}
			b, err := second(args[1])
			if err != nil {
				return nil, err
			}
			return box(f(c, a, b))
		}
	}}
}

// C3 is code that takes its Call and three values.
func C3[A, B, C, R any](f func(Call, A, B, C) (R, error)) Code {
	return Code{f, func(p []types.Param, r *types.Type) general {
		third := unboxer[C](p, 2)
		rest := func(c Call, args []any, a A, b B) (R, error) {
			v, err := third(args[2])
			if err != nil {
				var none R
				return none, err
			}
			return f(c, a, b, v)
		}
		return twoThen(p, r, rest)
	}}
}

// C4 is code that takes its Call and four values.
func C4[A, B, C, D, R any](f func(Call, A, B, C, D) (R, error)) Code {
	return Code{f, func(p []types.Param, r *types.Type) general {
		third, fourth := unboxer[C](p, 2), unboxer[D](p, 3)
		rest := func(c Call, args []any, a A, b B) (R, error) {
			var none R
			x, err := third(args[2])
			if err != nil {
				return none, err
			}
			y, err := fourth(args[3])
			if err != nil {
				return none, err
			}
			return f(c, a, b, x, y)
		}
		return twoThen(p, r, rest)
	}}
}

// twoThen unboxes the first two arguments and leaves the others to rest.
func twoThen[A, B, R any](p []types.Param, r *types.Type, rest func(Call, []any, A, B) (R, error)) general {
	box, first, second := boxed(boxer[R](r)), unboxer[A](p, 0), unboxer[B](p, 1)
	return func(c Call, args []any) (any, error) {
		a, err := first(args[0])
		if err != nil {
			return nil, err
		}
		b, err := second(args[1])
		if err != nil {
			return nil, err
		}
		return box(rest(c, args, a, b))
	}
}

func boxed[R any](box func(R) any) func(R, error) (any, error) {
	return func(v R, err error) (any, error) {
		if err != nil {
			return nil, err
		}
		return box(v), nil
	}
}

// A NullString is a string that may be null.
type NullString struct {
	Text string
	// Valid is false for null.
	Valid bool
}

// Some is a string that is not null.
func Some(s string) NullString { return NullString{s, true} }

// Any is the string as a boxed value.
func (s NullString) Any() any {
	if !s.Valid {
		return nil
	}
	return s.Text
}

// NullArgument is the failure of a null for a parameter that may not be null.
func NullArgument(name string) error { return clr.ArgumentNullError(name) }
