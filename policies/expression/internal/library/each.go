package library

import (
	"errors"
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// An Enumerable is gone through item by item. An item that comes with an error is the last.
type Enumerable interface {
	Items() iter.Seq2[any, error]
}

// A Sequence is a lazy one: the result of a query.
type Sequence struct {
	Elem *types.Type
	run  func(yield func(any) error) error
}

// NewSequence makes a sequence of a function that yields its items. The function runs
// anew whenever the sequence is enumerated, and ends when yield returns an error.
func NewSequence(elem *types.Type, run func(yield func(any) error) error) *Sequence {
	return &Sequence{elem, run}
}

// RuntimeType of a sequence is IEnumerable<T>.
func (s *Sequence) RuntimeType() *types.Type { return types.IEnumerable.Of(s.Elem) }

// Items goes through the sequence.
func (s *Sequence) Items() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		err := s.run(func(v any) error {
			if !yield(v, nil) {
				return ErrStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, ErrStop) {
			yield(nil, err)
		}
	}
}

// Each goes through anything that is enumerable and counts its items as steps. It ends
// when f returns an error, and returns it, but for ErrStop. Null throws.
func (r *Run) Each(v any, f func(item any) error) error {
	err := each(v, func(item any) error {
		if err := r.Step(); err != nil {
			return err
		}
		return f(item)
	})
	if errors.Is(err, ErrStop) {
		return nil
	}
	return err
}

// pull goes through anything that is enumerable, an item whenever next is called. The
// caller calls stop when it wants no more.
func (r *Run) pull(v any) (next func() (item any, ok bool, err error), stop func()) {
	items, stop := iter.Pull2(NewSequence(types.ObjectType, func(yield func(any) error) error { return r.Each(v, yield) }).Items())
	return func() (any, bool, error) {
		item, err, ok := items()
		return item, ok && err == nil, err
	}, stop
}

func each(v any, f func(any) error) error {
	switch v := v.(type) {
	case nil:
		return clr.NullReferenceError()
	case *Array:
		return eachOf(v.Data, f)
	case *Sequence:
		return v.run(f)
	case []byte:
		for _, b := range v {
			if err := f(b); err != nil {
				return err
			}
		}
		return nil
	case string:
		return eachChar(v, f)
	case newtonsoft.JToken:
		return eachToken(v, f)
	case eacher:
		return v.each(f)
	case *Dict:
		return v.pairs().run(f)
	case Enumerable:
		for item, err := range v.Items() {
			if err != nil {
				return err
			}
			if err := f(item); err != nil {
				return err
			}
		}
		return nil
	}
	if l := lookupOf(v); l != nil {
		return eachPair(l, f)
	}
	return clr.ClassInvalidCast.Throwf("Unable to cast object of type '%s' to type 'System.Collections.IEnumerable'.", RuntimeType(v).CLRName())
}

func eachOf(items []any, f func(any) error) error {
	for _, item := range items {
		if err := f(item); err != nil {
			return err
		}
	}
	return nil
}

func eachChar(s string, f func(any) error) error {
	for c := range clr.EachUnit(s) {
		if err := f(c); err != nil {
			return err
		}
	}
	return nil
}

func eachPair(l Lookup, f func(any) error) error {
	for item, err := range pairsOf(l) {
		if err == nil {
			err = f(item)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func eachToken(t newtonsoft.JToken, f func(any) error) error {
	return newtonsoft.Enumerate(t, func(child newtonsoft.JToken) error { return f(child) })
}

// Pairs is what enumerating a value as key-value pairs goes through: a JObject's
// properties, or the value itself.
func Pairs(v any) any {
	o, ok := v.(*newtonsoft.JObject)
	if !ok {
		return v
	}
	return propertyPairs(o)
}

// An eacher goes through its own items.
type eacher interface{ each(f func(any) error) error }

// Items goes through the sorted items.
func (o *Ordered) Items() iter.Seq2[any, error] { return ownItems(o) }

// Items goes through the group.
func (g *Grouping) Items() iter.Seq2[any, error] { return ownItems(g) }

// Items goes through the groups.
func (g *Groups) Items() iter.Seq2[any, error] { return ownItems(g) }

func (g *Grouping) each(f func(any) error) error { return eachOf(g.list.Data, f) }
func (g *Groups) each(f func(any) error) error   { return eachOf(g.items, f) }

func ownItems(e eacher) iter.Seq2[any, error] {
	return NewSequence(types.ObjectType, e.each).Items()
}
