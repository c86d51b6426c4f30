package newtonsoft

import (
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

const arrayBytes = 64

// A JArray is a JSON array.
type JArray struct {
	header
	items   []JToken
	version int // counts changes to the list of children
}

// NewArray makes an array, as new JArray(content…) does: sequences are spread, and so is
// a JArray that is the only content, whose items are copied.
func NewArray(b *clr.Budget, content ...any) (*JArray, error) {
	a := &JArray{}
	if len(content) == 1 {
		if other, ok := content[0].(*JArray); ok {
			t, err := other.clone(newCopier(b))
			if err != nil {
				return nil, err
			}
			return t.(*JArray), nil
		}
	}
	for _, c := range content {
		if err := Add(b, a, c); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// Type is Array.
func (a *JArray) Type() JTokenType { return Array }

// ClassName is JArray.
func (a *JArray) ClassName() string { return "JArray" }

// TypeName is the full name of the class.
func (a *JArray) TypeName() string { return namespace + a.ClassName() }

// ToString is Text without a budget, or the class's name where Text fails.
func (a *JArray) ToString() string { return toString(a) }

// Count is the number of items.
func (a *JArray) Count() int { return len(a.items) }

// At returns the item at an index.
func (a *JArray) At(i int32) (JToken, error) {
	if i < 0 || int(i) >= len(a.items) {
		return nil, clr.IndexError()
	}
	return a.items[i], nil
}

// SetAt replaces the item at an index; nil becomes a JSON null.
func (a *JArray) SetAt(b *clr.Budget, i int32, item JToken) error {
	return setItem(newCopier(b), a, int(i), item)
}

// Insert puts an item before the one at an index.
func (a *JArray) Insert(b *clr.Budget, i int32, item JToken) error {
	return insertItem(newCopier(b), a, int(i), item)
}

// RemoveAt removes the item at an index.
func (a *JArray) RemoveAt(i int32) error { return removeAt(a, int(i)) }

// RemoveItem removes this very item, or a value that equals it, and reports whether it
// was there.
func (a *JArray) RemoveItem(item JToken) (bool, error) {
	i := a.IndexOf(item)
	if i < 0 {
		return false, nil
	}
	return true, removeAt(a, int(i))
}

// IndexOf is the index of this very item, or -1.
func (a *JArray) IndexOf(item JToken) int32 { return int32(a.indexOf(item)) }

// Contains reports whether this very item is in the array.
func (a *JArray) Contains(item JToken) bool { return a.indexOf(item) >= 0 }

func (a *JArray) child(i int) JToken { return a.items[i] }

func (a *JArray) indexOf(t JToken) int {
	if t == nil {
		return -1
	}
	return slices.Index(a.items, t)
}

func (a *JArray) validate(item, _ JToken) error { return noProperty(item, a) }

func noProperty(item JToken, c JContainer) error {
	if _, ok := item.(*JProperty); ok {
		return clr.ClassArgument.Throwf("Can not add %s to %s.", fullName(item), fullName(c))
	}
	return nil
}

func (a *JArray) insert(i int, item JToken) error {
	a.version++
	a.items = slices.Insert(a.items, i, item)
	return nil
}

func (a *JArray) set(i int, item JToken) {
	a.version++
	a.items[i] = item
}

func (a *JArray) remove(i int) error {
	a.version++
	a.items = slices.Delete(a.items, i, i+1)
	return nil
}

func (a *JArray) clear() error {
	a.version++
	a.items = nil
	return nil
}

func (a *JArray) clone(k *copier) (JToken, error) {
	c := &JArray{}
	items, err := cloneItems(k, c, a.items)
	c.items = items
	return c, err
}

func cloneItems(k *copier, parent JContainer, items []JToken) ([]JToken, error) {
	if err := k.take(arrayBytes + int64(len(items))*16); err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, nil
	}
	out := make([]JToken, len(items))
	for i, t := range items {
		c, err := t.clone(k)
		if err != nil {
			return nil, err
		}
		c.setParent(parent)
		out[i] = c
	}
	return out, nil
}

func (a *JArray) equals(t JToken) bool {
	other, ok := t.(*JArray)
	return ok && contentsEqual(a, other)
}
