package library

import (
	"iter"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A ValueTuple is a tuple (a, b) of the language. It never changes.
type ValueTuple struct {
	Type   *types.Type
	Values []any
}

// RuntimeType of the tuple.
func (t *ValueTuple) RuntimeType() *types.Type { return t.Type }

// TypeName is the name of the tuple's type.
func (t *ValueTuple) TypeName() string { return t.Type.CLRName() }

// ToString is "(1, a)".
func (t *ValueTuple) ToString() string {
	out := "("
	for i, v := range t.Values {
		if i > 0 {
			out += ", "
		}
		out += clr.ToString(v)
	}
	return out + ")"
}

// Equals compares the items of two tuples of one type.
func (t *ValueTuple) Equals(other any) bool {
	o, ok := other.(*ValueTuple)
	return ok && types.Identical(t.Type, o.Type) && slices.EqualFunc(t.Values, o.Values, clr.Equals)
}

// EqualityKey is the same for equal tuples.
func (t *ValueTuple) EqualityKey() any { return clr.EqualityKeys(t.Values...) }

// CompareTo compares the items in their order.
func (t *ValueTuple) CompareTo(other any) (int, error) {
	o, ok := other.(*ValueTuple)
	if !ok || len(o.Values) != len(t.Values) {
		return 0, clr.ClassArgument.Throw("Argument must be of type " + t.TypeName() + ".")
	}
	for i, v := range t.Values {
		if n, err := compareItems(v, o.Values[i]); err != nil || n != 0 {
			return n, err
		}
	}
	return 0, nil
}

// Members are the names and values of the items.
func (t *ValueTuple) Members() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i, v := range t.Values {
			if !yield(types.ItemName(i), v) {
				return
			}
		}
	}
}

// With is the tuple with another value at a place.
func (t *ValueTuple) With(i int, v any) *ValueTuple {
	values := slices.Clone(t.Values)
	values[i] = v
	return &ValueTuple{t.Type, values}
}

// zeroTuple is a tuple of the default values of its items.
func zeroTuple(t *types.Type) *ValueTuple {
	out := &ValueTuple{Type: t}
	for _, item := range t.Args {
		out.Values = append(out.Values, Zero(item))
	}
	return out
}
