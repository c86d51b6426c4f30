package newtonsoft

import (
	"iter"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

const objectBytes, propertyBytes = 64, 64

// indexFrom is how many properties an object has before it keeps an index of them.
const indexFrom = 12

// A JObject is a JSON object: properties in the order in which they were added.
type JObject struct {
	header
	props   []*JProperty
	index   map[string]*JProperty // nil until there are enough properties
	version int                   // counts changes to the list of children
}

// NewObject makes an object of properties, as new JObject(content…) does.
func NewObject(b *clr.Budget, content ...any) (*JObject, error) {
	o := &JObject{}
	for _, c := range content {
		if err := Add(b, o, c); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// Type is Object.
func (o *JObject) Type() JTokenType { return Object }

// ClassName is JObject.
func (o *JObject) ClassName() string { return "JObject" }

// TypeName is the full name of the class.
func (o *JObject) TypeName() string { return namespace + o.ClassName() }

// ToString is Text without a budget, or the class's name where Text fails.
func (o *JObject) ToString() string { return toString(o) }

// Count is the number of properties.
func (o *JObject) Count() int { return len(o.props) }

// Property returns the property of a name, or nil.
func (o *JObject) Property(name string) *JProperty {
	if o.index == nil {
		if len(o.props) < indexFrom {
			for _, p := range o.props {
				if p.name == name {
					return p
				}
			}
			return nil
		}
		o.index = make(map[string]*JProperty, len(o.props))
		for _, p := range o.props {
			o.index[p.name] = p
		}
	}
	return o.index[name]
}

// PropertyFold returns the property of a name, or else the first one whose name equals it
// in the given sense, or nil.
func (o *JObject) PropertyFold(name string, equal func(a, b string) bool) *JProperty {
	if p := o.Property(name); p != nil {
		return p
	}
	for _, p := range o.props {
		if equal(p.name, name) {
			return p
		}
	}
	return nil
}

// Get returns the value of a property, or nil when there is none.
func (o *JObject) Get(name string) JToken {
	if p := o.Property(name); p != nil {
		return p.value
	}
	return nil
}

// Set replaces the value of a property in its place, or adds it at the end. A nil value
// becomes a JSON null.
func (o *JObject) Set(b *clr.Budget, name string, value JToken) error {
	if p := o.Property(name); p != nil {
		return p.SetValue(b, value)
	}
	return o.AddProperty(b, name, value)
}

// AddProperty adds a property. It fails when the object has one of that name.
func (o *JObject) AddProperty(b *clr.Budget, name string, value JToken) error {
	k := newCopier(b)
	p := &JProperty{name: name}
	// The value belongs to the property before the property belongs to the object, so a
	// value that is this object itself is not copied by this step but by the next.
	if value != nil && (value.Parent() != nil || value == JToken(o) || Root(o) == value) {
		copied, err := value.clone(k)
		if err != nil {
			return err
		}
		value = copied
	}
	if err := insertItem(k, p, 0, value); err != nil {
		return err
	}
	return insertItem(k, o, len(o.props), p)
}

// RemoveProperty removes a property and reports whether there was one.
func (o *JObject) RemoveProperty(name string) (bool, error) {
	p := o.Property(name)
	if p == nil {
		return false, nil
	}
	return true, Remove(p)
}

// Properties goes through the properties.
func (o *JObject) Properties() iter.Seq[*JProperty] {
	return func(yield func(*JProperty) bool) {
		for i := 0; i < len(o.props); i++ {
			if !yield(o.props[i]) {
				return
			}
		}
	}
}

func (o *JObject) child(i int) JToken { return o.props[i] }

func (o *JObject) indexOf(t JToken) int {
	p, ok := t.(*JProperty)
	if !ok {
		return -1
	}
	return slices.Index(o.props, p)
}

func (o *JObject) validate(item, existing JToken) error {
	p, ok := item.(*JProperty)
	if !ok {
		return clr.ClassArgument.Throwf("Can not add %s to %s.", fullName(item), fullName(o))
	}
	if old, ok := existing.(*JProperty); ok && old.name == p.name {
		return nil
	}
	if o.Property(p.name) != nil {
		return clr.ClassArgument.Throwf("Can not add property %s to %s. Property with the same name already exists on object.", p.name, fullName(o))
	}
	return nil
}

func (o *JObject) insert(i int, item JToken) error {
	o.version++
	p := item.(*JProperty)
	o.props = slices.Insert(o.props, i, p)
	if o.index != nil {
		o.index[p.name] = p
	}
	return nil
}

func (o *JObject) set(i int, item JToken) {
	o.version++
	p := item.(*JProperty)
	if o.index != nil {
		delete(o.index, o.props[i].name)
		o.index[p.name] = p
	}
	o.props[i] = p
}

func (o *JObject) remove(i int) error {
	o.version++
	if o.index != nil {
		delete(o.index, o.props[i].name)
	}
	o.props = slices.Delete(o.props, i, i+1)
	return nil
}

func (o *JObject) clear() error {
	o.version++
	o.props, o.index = nil, nil
	return nil
}

func (o *JObject) clone(k *copier) (JToken, error) {
	if err := k.take(objectBytes + int64(len(o.props))*propertyBytes); err != nil {
		return nil, err
	}
	c := &JObject{}
	if len(o.props) == 0 {
		return c, nil
	}
	c.props = make([]*JProperty, len(o.props))
	slab := make([]JProperty, len(o.props))
	for i, p := range o.props {
		slab[i].name = p.name
		if err := slab[i].copyValue(k, p); err != nil {
			return nil, err
		}
		slab[i].parent = c
		c.props[i] = &slab[i]
	}
	return c, nil
}

func (o *JObject) equals(t JToken) bool {
	other, ok := t.(*JObject)
	if !ok || len(o.props) != len(other.props) {
		return false
	}
	for _, p := range o.props {
		q := other.Property(p.name)
		if q == nil || !DeepEquals(p.value, q.value) {
			return false
		}
	}
	return true
}
