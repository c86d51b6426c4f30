package newtonsoft

import (
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// A JConstructor is a JavaScript constructor call such as new Date(1), which is no JSON
// but which Json.NET reads and writes.
type JConstructor struct {
	header
	name    string
	items   []JToken
	version int // counts changes to the list of children
}

// NewConstructor makes a constructor call with arguments.
func NewConstructor(b *clr.Budget, name string, content ...any) (*JConstructor, error) {
	if name == "" {
		return nil, clr.ArgumentError("Constructor name cannot be empty.", "name")
	}
	c := &JConstructor{name: name}
	for _, item := range content {
		if err := Add(b, c, item); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Type is Constructor.
func (c *JConstructor) Type() JTokenType { return Constructor }

// ClassName is JConstructor.
func (c *JConstructor) ClassName() string { return "JConstructor" }

// TypeName is the full name of the class.
func (c *JConstructor) TypeName() string { return namespace + c.ClassName() }

// ToString is Text without a budget, or the class's name where Text fails.
func (c *JConstructor) ToString() string { return toString(c) }

// Name is the constructor's name.
func (c *JConstructor) Name() string { return c.name }

// SetName changes the constructor's name.
func (c *JConstructor) SetName(name string) { c.name = name }

// Count is the number of arguments.
func (c *JConstructor) Count() int { return len(c.items) }

// At returns the argument at an index.
func (c *JConstructor) At(i int32) (JToken, error) {
	if i < 0 || int(i) >= len(c.items) {
		return nil, clr.IndexError()
	}
	return c.items[i], nil
}

// SetAt replaces the argument at an index.
func (c *JConstructor) SetAt(b *clr.Budget, i int32, item JToken) error {
	return setItem(newCopier(b), c, int(i), item)
}

func (c *JConstructor) child(i int) JToken { return c.items[i] }

func (c *JConstructor) indexOf(t JToken) int {
	if t == nil {
		return -1
	}
	return slices.Index(c.items, t)
}

func (c *JConstructor) validate(item, _ JToken) error { return noProperty(item, c) }

func (c *JConstructor) insert(i int, item JToken) error {
	c.version++
	c.items = slices.Insert(c.items, i, item)
	return nil
}

func (c *JConstructor) set(i int, item JToken) {
	c.version++
	c.items[i] = item
}

func (c *JConstructor) remove(i int) error {
	c.version++
	c.items = slices.Delete(c.items, i, i+1)
	return nil
}

func (c *JConstructor) clear() error {
	c.version++
	c.items = nil
	return nil
}

func (c *JConstructor) clone(k *copier) (JToken, error) {
	out := &JConstructor{name: c.name}
	items, err := cloneItems(k, out, c.items)
	out.items = items
	return out, err
}

func (c *JConstructor) equals(t JToken) bool {
	other, ok := t.(*JConstructor)
	return ok && c.name == other.name && contentsEqual(c, other)
}
