package eval

import (
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
)

func (c *compiler) newTuple(e *check.NewTuple) anyFn {
	t, values := e.Type(), c.values(e.Values)
	return func(fr *frame) (any, error) {
		v, err := values(fr)
		if err != nil {
			return nil, err
		}
		return &library.ValueTuple{Type: t, Values: v}, nil
	}
}

// seq compiles steps and the value after them.
func (c *compiler) seq(e *check.Seq) anyFn {
	steps := make([]func(*frame) error, len(e.Steps))
	for i, s := range e.Steps {
		steps[i] = c.effect(s)
	}
	value := func(*frame) (any, error) { return nil, nil }
	if e.X != nil {
		value = c.any(e.X)
	}
	return func(fr *frame) (any, error) {
		for _, step := range steps {
			if err := step(fr); err != nil {
				return nil, err
			}
		}
		return value(fr)
	}
}

// setItem compiles the assignment of an item of a tuple in a variable. Tuples are values:
// the variable gets another one.
func (c *compiler) setItem(e *check.Field) func(*frame, any) {
	at, i := c.place(e.X.(*check.Local).Var), e.Index
	return func(fr *frame, v any) {
		slot := at(fr)
		if t, ok := slot.a.(*library.ValueTuple); ok {
			slot.a = t.With(i, v)
		}
	}
}
