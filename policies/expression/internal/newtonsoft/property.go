package newtonsoft

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

// A JProperty is a name with a value.
type JProperty struct {
	header
	name  string
	value JToken
}

// NewProperty makes a property, as new JProperty(name, content) does: a sequence becomes
// an array.
func NewProperty(b *clr.Budget, name string, content any) (*JProperty, error) {
	var value JToken
	var err error
	if sequence(content) != nil {
		value, err = NewArray(b, content)
	} else {
		value, err = tokenOf(content)
	}
	if err != nil {
		return nil, err
	}
	p := &JProperty{name: name}
	if err := insertItem(newCopier(b), p, 0, value); err != nil {
		return nil, err
	}
	return p, nil
}

// Type is Property.
func (p *JProperty) Type() JTokenType { return Property }

// ClassName is JProperty.
func (p *JProperty) ClassName() string { return "JProperty" }

// TypeName is the full name of the class.
func (p *JProperty) TypeName() string { return namespace + p.ClassName() }

// ToString is Text without a budget, or the class's name where Text fails.
func (p *JProperty) ToString() string { return toString(p) }

// Name is the property's name.
func (p *JProperty) Name() string { return p.name }

// Value is the property's value, never nil.
func (p *JProperty) Value() JToken { return p.value }

// SetValue replaces the value; nil becomes a JSON null.
func (p *JProperty) SetValue(b *clr.Budget, value JToken) error {
	return setItem(newCopier(b), p, 0, value)
}

// Count is 1.
func (p *JProperty) Count() int {
	if p.value == nil {
		return 0
	}
	return 1
}

func (p *JProperty) child(int) JToken { return p.value }

func (p *JProperty) indexOf(t JToken) int {
	if t != nil && t == p.value {
		return 0
	}
	return -1
}

func (p *JProperty) validate(item, existing JToken) error {
	if existing == nil && p.value != nil {
		return clr.ClassJSON.Throwf("%s cannot have multiple values.", fullName(p))
	}
	if _, ok := item.(*JProperty); ok {
		return clr.ClassArgument.Throwf("Can not add %s to %s.", fullName(item), fullName(p))
	}
	return nil
}

func (p *JProperty) insert(_ int, item JToken) error {
	if p.value != nil {
		return clr.ClassJSON.Throwf("%s cannot have multiple values.", fullName(p))
	}
	p.value = item
	return nil
}

func (p *JProperty) set(_ int, item JToken) { p.value = item }

func (p *JProperty) remove(int) error { return p.clear() }

func (p *JProperty) clear() error {
	return clr.ClassJSON.Throwf("Cannot add or remove items from %s.", fullName(p))
}

func (p *JProperty) clone(k *copier) (JToken, error) {
	if err := k.take(propertyBytes); err != nil {
		return nil, err
	}
	c := &JProperty{name: p.name}
	return c, c.copyValue(k, p)
}

func (p *JProperty) copyValue(k *copier, from *JProperty) error {
	v, err := from.value.clone(k)
	if err != nil {
		return err
	}
	v.setParent(p)
	p.value = v
	return nil
}

func (p *JProperty) equals(t JToken) bool {
	other, ok := t.(*JProperty)
	return ok && p.name == other.name && contentsEqual(p, other)
}
