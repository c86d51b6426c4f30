package eval

import (
	"math"

	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// object compiles an expression whatever its type is, to its boxed value. Those that have
// a form of their own for bool, numbers and texts come here only for other types.
func (c *compiler) object(e check.Expr) anyFn {
	switch e := e.(type) {
	case *check.Const:
		v := e.Value
		return func(*frame) (any, error) { return v, nil }
	case *check.Context:
		return func(fr *frame) (any, error) { return fr.m.run.Exchange, nil }
	case *check.Local:
		i, captured, t := e.Var.SlotIn(c.fn), e.Var.Captured, e.Var.Type
		return func(fr *frame) (any, error) { return fr.at(i, captured).get(t), nil }
	case *check.Convert:
		return c.convert(e)
	case *check.Call:
		if f := c.objectCall(e); f != nil {
			return f
		}
		return c.call(e)
	case *check.CallLocal:
		return c.callLocal(e)
	case *check.Invoke:
		return c.invoke(e)
	case *check.Element:
		return c.element(e)
	case *check.Field:
		return c.field(e)
	case *check.Assign:
		return c.assignment(e)
	case *check.Compound:
		return c.compound(e)
	case *check.Binary:
		return c.decimal(e)
	case *check.Unary:
		return c.negateDecimal(e)
	case *check.Lifted:
		return c.lifted(e)
	case *check.Conditional:
		return choose(c.bool(e.Cond), c.any(e.Then), c.any(e.Else))
	case *check.Coalesce:
		return c.coalesce(e)
	case *check.NullConditional:
		return c.nullConditional(e)
	}
	return c.making(e)
}

// making compiles what makes new objects, and what is left.
func (c *compiler) making(e check.Expr) anyFn {
	switch e := e.(type) {
	case *check.As:
		x, to := c.viewed(e.X, e.Type()), e.Type()
		return func(fr *frame) (any, error) {
			v, err := x(fr)
			if err != nil || !library.Is(v, to) {
				return nil, err
			}
			return v, nil
		}
	case *check.Build:
		return c.build(e)
	case *check.NewArray:
		return c.newArray(e)
	case *check.NewAnonymous:
		return c.newAnonymous(e)
	case *check.NewTuple:
		return c.newTuple(e)
	case *check.Seq:
		return c.seq(e)
	case *check.Lambda:
		return c.lambda(e)
	case *check.Throw:
		return c.throw(e)
	}
	panic("eval: no code for an expression that the checker made")
}

func (c *compiler) negateDecimal(e *check.Unary) anyFn {
	x := c.any(e.X)
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		return v.(clr.Decimal).Negate(), nil
	}
}

// choose makes cond ? then : els of a type that needs no second result.
func choose[T any](cond boolFn, then, els func(*frame) (T, error)) func(*frame) (T, error) {
	return func(fr *frame) (T, error) {
		v, err := cond(fr)
		if err != nil {
			var none T
			return none, err
		}
		if v {
			return then(fr)
		}
		return els(fr)
	}
}

func (c *compiler) coalesce(e *check.Coalesce) anyFn {
	x, set, then, els := c.any(e.X), c.setBoxed(e.Temp), c.any(e.Then), c.any(e.Else)
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		if v == nil {
			return els(fr)
		}
		set(fr, v)
		return then(fr)
	}
}

func (c *compiler) nullConditional(e *check.NullConditional) anyFn {
	x, set, rest := c.any(e.X), c.setBoxed(e.Temp), c.any(e.Rest)
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil || v == nil {
			return nil, err
		}
		set(fr, v)
		return rest(fr)
	}
}

// lifted compiles an operator on nullable operands whose result is nullable.
func (c *compiler) lifted(e *check.Lifted) anyFn {
	operands, body, op := c.lift(e), c.any(e.Body), e.Op
	threeValued := e.Body.Type().Kind == types.Bool && (op == syntax.And || op == syntax.Or)
	return func(fr *frame) (any, error) {
		a, b, err := operands(fr)
		if err != nil {
			return nil, err
		}
		if a != nil && b != nil {
			return body(fr)
		}
		if threeValued {
			// One false decides &, one true decides |.
			decides := op == syntax.Or
			if a == any(decides) || b == any(decides) {
				return decides, nil
			}
		}
		return nil, nil
	}
}

func (c *compiler) field(e *check.Field) anyFn {
	x, i, s := c.any(e.X), e.Index, e.Span()
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		switch o := v.(type) {
		case *library.Anonymous:
			return o.Values[i], nil
		case *library.ValueTuple:
			return o.Values[i], nil
		}
		return nil, nullReference(s)
	}
}

// spot evaluates an array and an index in it, and looks whether there is such an element.
func (c *compiler) spot(e *check.Element) func(*frame) (array any, i int, err error) {
	if len(e.Index) == 1 {
		return c.spotInRow(e)
	}
	indices, s := c.indices(e), e.Span()
	return func(fr *frame) (any, int, error) {
		var few [4]int64
		v, at, err := indices(fr, few[:0])
		if err != nil {
			return nil, 0, err
		}
		i, err := offset(v, at)
		if err != nil {
			return nil, 0, &Error{err, s}
		}
		return v, i, nil
	}
}

// spotInRow is spot for an array of one dimension. It does without a list of indices, which
// would be on the heap.
func (c *compiler) spotInRow(e *check.Element) func(*frame) (array any, i int, err error) {
	x, index, s := c.any(e.X), c.int(e.Index[0]), e.Span()
	return func(fr *frame) (any, int, error) {
		v, err := x(fr)
		if err != nil {
			return nil, 0, err
		}
		n, err := index(fr)
		if err != nil {
			return nil, 0, err
		}
		i, err := offsetInRow(v, n)
		if err != nil {
			return nil, 0, &Error{err, s}
		}
		return v, i, nil
	}
}

// indices evaluates an array, which may be null, and what is asked for in it.
func (c *compiler) indices(e *check.Element) func(fr *frame, at []int64) (array any, indices []int64, err error) {
	x := c.any(e.X)
	index := make([]intFn, len(e.Index))
	for i, ix := range e.Index {
		index[i] = c.int(ix)
	}
	return func(fr *frame, at []int64) (any, []int64, error) {
		v, err := x(fr)
		if err != nil {
			return nil, nil, err
		}
		for _, f := range index {
			n, err := f(fr)
			if err != nil {
				return nil, nil, err
			}
			at = append(at, n)
		}
		return v, at, nil
	}
}

func offset(v any, at []int64) (int, error) {
	if a, ok := v.(*library.Array); ok && len(at) > 1 {
		return offsetIn(a.Lengths, at)
	}
	return offsetInRow(v, at[0])
}

func offsetInRow(v any, i int64) (int, error) {
	n := 0
	switch a := v.(type) {
	case []byte:
		n = len(a)
	case *library.Array:
		n = len(a.Data)
	default:
		return 0, clr.NullReferenceError()
	}
	if i < 0 || i >= int64(n) {
		return 0, clr.IndexOutOfRangeError()
	}
	return int(i), nil
}

func offsetIn(lengths []int, at []int64) (int, error) {
	i := 0
	for d, n := range at {
		if n < 0 || n >= int64(lengths[d]) {
			return 0, clr.IndexOutOfRangeError()
		}
		i = i*lengths[d] + int(n)
	}
	return i, nil
}

func (c *compiler) element(e *check.Element) anyFn {
	spot := c.spot(e)
	return func(fr *frame) (any, error) {
		v, i, err := spot(fr)
		if err != nil {
			return nil, err
		}
		if b, ok := v.([]byte); ok {
			return b[i], nil
		}
		return v.(*library.Array).Data[i], nil
	}
}

func (c *compiler) newArray(e *check.NewArray) anyFn {
	elem, s := e.Type().Elem, e.Span()
	if len(e.Sizes) > 0 && e.Elems == nil && e.Lengths == nil {
		return c.sizedArray(e)
	}
	of := func(items []any) any { return library.NewArray(elem, items) }
	if lengths := e.Lengths; lengths != nil {
		of = func(items []any) any { return &library.Array{Elem: elem, Data: items, Lengths: lengths} }
	}
	elems := make([]anyFn, len(e.Elems))
	for i, x := range e.Elems {
		elems[i] = c.any(x)
	}
	return func(fr *frame) (any, error) {
		if err := fr.m.run.Budget().Take(int64(len(elems)) * 16); err != nil {
			return nil, &Error{err, s}
		}
		items := make([]any, len(elems))
		for i, f := range elems {
			v, err := f(fr)
			if err != nil {
				return nil, err
			}
			items[i] = v
		}
		return of(items), nil
	}
}

func (c *compiler) sizedArray(e *check.NewArray) anyFn {
	t, s := e.Type(), e.Span()
	sizes := make([]intFn, len(e.Sizes))
	for i, x := range e.Sizes {
		sizes[i] = c.int(x)
	}
	return func(fr *frame) (any, error) {
		total := int64(1)
		var lengths []int
		for _, f := range sizes {
			n, err := f(fr)
			if err == nil && n < 0 {
				err = &Error{clr.ClassOverflow.New(), s}
			}
			if err != nil {
				return nil, err
			}
			lengths = append(lengths, int(n))
			if total *= n; total > math.MaxInt32 {
				return nil, &Error{&clr.LimitError{What: "the array is too large"}, s}
			}
		}
		return emptyArray(fr, t, total, lengths, s)
	}
}

func emptyArray(fr *frame, t *types.Type, total int64, lengths []int, s syntax.Span) (any, error) {
	size := int64(16)
	if t.Elem.Kind == types.Byte {
		size = 1
	}
	if err := fr.m.run.Budget().Take(total * size); err != nil {
		return nil, &Error{err, s}
	}
	if t.Elem.Kind == types.Byte && len(lengths) == 1 {
		return make([]byte, total), nil
	}
	a := &library.Array{Elem: t.Elem, Data: make([]any, total)}
	if len(lengths) > 1 {
		a.Lengths = lengths
	}
	if zero := library.Zero(t.Elem); zero != nil {
		for i := range a.Data {
			a.Data[i] = zero
		}
	}
	return a, nil
}

func (c *compiler) newAnonymous(e *check.NewAnonymous) anyFn {
	t, values := e.Type(), c.values(e.Values)
	return func(fr *frame) (any, error) {
		v, err := values(fr)
		if err != nil {
			return nil, err
		}
		return &library.Anonymous{Type: t, Values: v}, nil
	}
}

// values compiles expressions of which a new slice of values is made.
func (c *compiler) values(list []check.Expr) func(*frame) ([]any, error) {
	values := make([]anyFn, len(list))
	for i, x := range list {
		values[i] = c.any(x)
	}
	return func(fr *frame) ([]any, error) {
		out := make([]any, len(values))
		for i, f := range values {
			v, err := f(fr)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	}
}

func (c *compiler) build(e *check.Build) anyFn {
	x, set := c.any(e.X), c.setBoxed(e.Temp)
	steps := make([]anyFn, len(e.Steps))
	for i, s := range e.Steps {
		steps[i] = c.any(s)
	}
	i, captured, t := e.Temp.SlotIn(c.fn), e.Temp.Captured, e.Temp.Type
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		set(fr, v)
		for _, step := range steps {
			if _, err := step(fr); err != nil {
				return nil, err
			}
		}
		return fr.at(i, captured).get(t), nil
	}
}

func (c *compiler) throw(e *check.Throw) anyFn {
	x, s := c.any(e.X), e.Span()
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		ex, ok := v.(*clr.Exception)
		if !ok {
			return nil, nullReference(s)
		}
		return nil, &Error{ex, s}
	}
}
