package newtonsoft

import (
	"iter"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// insertItem puts a token at a place among a container's children. A token that is in a
// tree already, or that would come to hold itself, is copied.
func insertItem(k *copier, c JContainer, i int, item JToken) error {
	if i < 0 || i > c.Count() {
		return clr.OutOfRangeError("index", "Index must be within the bounds of the List.")
	}
	if err := k.take(valueBytes); err != nil {
		return err
	}
	item, err := k.own(c, item)
	if err != nil {
		return err
	}
	if err := c.validate(item, nil); err != nil {
		return err
	}
	if err := c.insert(i, item); err != nil {
		return err
	}
	item.setParent(c)
	return nil
}

// setItem replaces a container's child. A value that is the same already stays.
func setItem(k *copier, c JContainer, i int, item JToken) error {
	if err := checkIndex(c, i); err != nil {
		return err
	}
	existing := c.child(i)
	if unchanged(existing, item) {
		return nil
	}
	item, err := k.own(c, item)
	if err != nil {
		return err
	}
	if err := c.validate(item, existing); err != nil {
		return err
	}
	c.set(i, item)
	existing.setParent(nil)
	item.setParent(c)
	return nil
}

func removeAt(c JContainer, i int) error {
	if err := checkIndex(c, i); err != nil {
		return err
	}
	item := c.child(i)
	if err := c.remove(i); err != nil {
		return err
	}
	item.setParent(nil)
	return nil
}

func checkIndex(c JContainer, i int) error {
	if i < 0 {
		return clr.OutOfRangeError("index", "Index is less than 0.")
	}
	if i >= c.Count() {
		return clr.OutOfRangeError("index", "Index is equal to or greater than Count.")
	}
	return nil
}

func unchanged(existing, item JToken) bool {
	v, ok := existing.(*JValue)
	if !ok {
		return false
	}
	if item == nil {
		return v.kind == Null
	}
	return v.Equals(item)
}

// Add adds content at the end of a container: a token, a value, or a sequence of those.
func Add(b *clr.Budget, c JContainer, content any) error {
	return addContent(newCopier(b), c, c.Count(), content)
}

// AddFirst adds content at the beginning of a container.
func AddFirst(b *clr.Budget, c JContainer, content any) error {
	return addContent(newCopier(b), c, 0, content)
}

// RemoveAll takes all children out of a container.
func RemoveAll(c JContainer) error {
	children := slices.Collect(Children(c))
	if err := c.clear(); err != nil {
		return err
	}
	for _, t := range children {
		t.setParent(nil)
	}
	return nil
}

// ReplaceAll takes all children out of a container and adds content.
func ReplaceAll(b *clr.Budget, c JContainer, content any) error {
	if err := RemoveAll(c); err != nil {
		return err
	}
	return Add(b, c, content)
}

// addContent adds content at a place.
func addContent(k *copier, c JContainer, i int, content any) error {
	if a, ok := content.(indexed); ok {
		for n, item := range a.Values() {
			if err := addContent(k, c, i+n, item); err != nil {
				return err
			}
		}
		return nil
	}
	if items := sequence(content); items != nil {
		for item, err := range items {
			if err != nil {
				return err
			}
			// Like C#, one place further for each item, however many that one adds.
			if err := addContent(k, c, i, item); err != nil {
				return err
			}
			i++
		}
		return nil
	}
	item, err := tokenOf(content)
	if err != nil {
		return err
	}
	return insertItem(k, c, i, item)
}

// tokenOf makes a token of content that is not a sequence.
func tokenOf(content any) (JToken, error) {
	if t, ok := content.(JToken); ok {
		return t, nil
	}
	v, err := NewValue(content)
	if err != nil {
		return nil, err
	}
	return v, nil
}

// A Sequence is a C# enumerable that is no token and no string: an array, a list, the
// result of a query. Its items are values as package clr holds them. An item that comes
// with an error is the last.
type Sequence interface {
	Items() iter.Seq2[any, error]
}

// indexed is a Sequence whose items are at hand.
type indexed interface{ Values() []any }

// Seq makes a Sequence of values at hand.
func Seq[T any](items ...T) Sequence { return values[T](items) }

type values[T any] []T

// Items goes through the values.
func (s values[T]) Items() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, v := range s {
			if !yield(any(v), nil) {
				return
			}
		}
	}
}

// sequence returns the items of content that Json.NET spreads, or nil.
func sequence(content any) iter.Seq2[any, error] {
	switch c := content.(type) {
	case Sequence:
		return c.Items()
	}
	return nil
}

// A copier copies trees within a budget.
type copier clr.Budget

func newCopier(b *clr.Budget) *copier { return (*copier)(b) }

func (k *copier) budget() *clr.Budget { return (*clr.Budget)(k) }

// take asks for the memory of one node.
func (k *copier) take(bytes int64) error {
	if k == nil {
		return nil
	}
	return k.budget().Take(bytes)
}

// own makes item fit to be a child of c: a null reference becomes a JSON null, and a token
// that is in a tree already, or that c is in, is copied.
func (k *copier) own(c JContainer, item JToken) (JToken, error) {
	if item == nil {
		return NewNull(), nil
	}
	if item.Parent() != nil || item == JToken(c) || (HasValues(item) && Root(c) == item) {
		return item.clone(k)
	}
	return item, nil
}

// contentsEqual compares children one by one.
func contentsEqual(a, b JContainer) bool {
	if a.Count() != b.Count() {
		return false
	}
	for i := range a.Count() {
		if !DeepEquals(a.child(i), b.child(i)) {
			return false
		}
	}
	return true
}
