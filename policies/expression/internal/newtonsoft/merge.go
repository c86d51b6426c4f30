package newtonsoft

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

// MergeSettings say how Merge treats what both sides have.
type MergeSettings struct {
	Arrays MergeArrays
	// Nulls: a JSON null replaces a value.
	Nulls bool
	// EqualNames compares names of properties; nil means that they must be the same.
	EqualNames func(a, b string) bool
}

// MergeArrays is the enumeration MergeArrayHandling.
type MergeArrays int32

// The ways to merge two arrays.
const (
	Concat MergeArrays = iota
	Union
	ReplaceArray
	MergeItems
)

// Merge is C#'s container.Merge(content): it adds to the container what content has.
func Merge(b *clr.Budget, c JContainer, content any, s MergeSettings) error {
	return c.merge(newCopier(b), content, s)
}

func (o *JObject) merge(k *copier, content any, s MergeSettings) error {
	other, ok := content.(*JObject)
	if !ok {
		return nil
	}
	for _, p := range append([]*JProperty(nil), other.props...) {
		if err := o.mergeProperty(k, p, s); err != nil {
			return err
		}
	}
	return nil
}

func (o *JObject) mergeProperty(k *copier, p *JProperty, s MergeSettings) error {
	mine := o.Property(p.name)
	if mine == nil && s.EqualNames != nil {
		mine = o.PropertyFold(p.name, s.EqualNames)
	}
	if mine == nil {
		return o.AddProperty(k.budget(), p.name, p.value)
	}
	if c, ok := mine.value.(JContainer); ok && c.Type() == p.value.Type() {
		return c.merge(k, p.value, s)
	}
	if v, ok := p.value.(*JValue); ok && v.isNull() && !s.Nulls {
		return nil
	}
	return setItem(k, mine, 0, p.value)
}

func (p *JProperty) merge(k *copier, content any, _ MergeSettings) error {
	other, ok := content.(*JProperty)
	if !ok || other.value.Type() == Null {
		return nil
	}
	return setItem(k, p, 0, other.value)
}

func (a *JArray) merge(k *copier, content any, s MergeSettings) error {
	return mergeList(k, a, content, s)
}

func (c *JConstructor) merge(k *copier, content any, s MergeSettings) error {
	other, ok := content.(*JConstructor)
	if !ok {
		return nil
	}
	if other.name != "" {
		c.name = other.name
	}
	return mergeList(k, c, other, s)
}

func mergeList(k *copier, target JContainer, content any, s MergeSettings) error {
	items, err := itemsToMerge(content)
	if err != nil || items == nil {
		return err
	}
	switch s.Arrays {
	case Union:
		return union(k, target, items)
	case ReplaceArray:
		if content == any(target) {
			return nil
		}
		if err := RemoveAll(target); err != nil {
			return err
		}
	case MergeItems:
		return mergeItems(k, target, items, s)
	}
	for _, t := range items {
		if err := insertItem(k, target, target.Count(), t); err != nil {
			return err
		}
	}
	return nil
}

// itemsToMerge returns what content has for a list, or nil when it is no list.
func itemsToMerge(content any) ([]JToken, error) {
	out := []JToken{}
	if c, ok := content.(JContainer); ok {
		if c.Type() != Array && c.Type() != Constructor {
			return nil, nil
		}
		for t := range Children(c) {
			out = append(out, t)
		}
		return out, nil
	}
	items := sequence(content)
	if items == nil {
		return nil, nil
	}
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		t, err := tokenOf(item)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// union adds the items that the target has no equal of.
func union(k *copier, target JContainer, items []JToken) error {
	has := func(t JToken) bool {
		for own := range Children(target) {
			if DeepEquals(own, t) {
				return true
			}
		}
		return false
	}
	for _, t := range items {
		if has(t) {
			continue
		}
		if err := insertItem(k, target, target.Count(), t); err != nil {
			return err
		}
	}
	return nil
}

// mergeItems merges item by item.
func mergeItems(k *copier, target JContainer, items []JToken, s MergeSettings) error {
	for i, t := range items {
		var err error
		if i >= target.Count() {
			err = insertItem(k, target, i, t)
		} else if c, ok := target.child(i).(JContainer); ok {
			err = c.merge(k, t, s)
		} else if t.Type() != Null {
			err = setItem(k, target, i, t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
