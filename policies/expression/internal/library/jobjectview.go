package library

import (
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A jObjectView is a JObject as an expression sees it whose type is a dictionary, or a
// sequence of names and values. As a token, a JObject is a sequence of properties.
type jObjectView struct{ object *newtonsoft.JObject }

// View is a value as a type sees it: a JObject becomes a dictionary where the type is an
// interface of one, and is a token again where it is not.
func View(v any, to *types.Type) any {
	switch v := v.(type) {
	case *newtonsoft.JObject:
		if IsPairs(to) {
			return jObjectView{v}
		}
	case jObjectView:
		if !IsPairs(to) {
			return v.object
		}
	}
	return v
}

// IsPairs reports whether a JObject is seen as a dictionary by a type.
func IsPairs(t *types.Type) bool {
	if t.Kind != types.Interface || t.Def == nil {
		return false
	}
	base := types.Base(t, types.IEnumerable)
	return base != nil && base.Args[0].Def == types.KeyValuePair
}

// RuntimeType is JObject.
func (jObjectView) RuntimeType() *types.Type { return Load().Type("Newtonsoft.Json.Linq.JObject") }

// Get returns the value of a property.
func (o jObjectView) Get(key any) (any, bool) {
	name, _ := key.(string)
	p := o.object.Property(name)
	if p == nil {
		return nil, false
	}
	return p.Value(), true
}

// Len is the number of properties.
func (o jObjectView) Len() int { return o.object.Count() }

// Entries goes through names and values.
func (o jObjectView) Entries() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		for p := range o.object.Properties() {
			if !yield(p.Name(), p.Value()) {
				return
			}
		}
	}
}

// Missing is null: a JObject's indexer does not throw.
func (jObjectView) Missing(*Run, any) (any, error) { return nil, nil }

// each goes through the pairs.
func (o jObjectView) each(f func(any) error) error { return propertyPairs(o.object).run(f) }

// Items goes through the pairs.
func (o jObjectView) Items() iter.Seq2[any, error] { return ownItems(o) }

// set sets a property, as the dictionary's indexer does.
func (o jObjectView) set(c Call, key, value any) error {
	name, _ := key.(string)
	t, _ := value.(newtonsoft.JToken)
	return o.object.Set(c.Budget(), name, t)
}

// insert adds a property that is not there yet.
func (o jObjectView) insert(c Call, key, value any) error {
	name, ok := key.(string)
	if !ok {
		return clr.ArgumentNullError("propertyName")
	}
	t, _ := value.(newtonsoft.JToken)
	return o.object.AddProperty(c.Budget(), name, t)
}
