package newtonsoft

import (
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/xmldom"
)

// A Record is an object of an anonymous type, or any object with named members.
type Record interface {
	// Members are the members in the order of their declaration.
	Members() iter.Seq2[string, any]
}

// A Dictionary is a C# dictionary. It is written as an object whose names are the texts of
// the keys.
type Dictionary interface {
	Entries() iter.Seq2[any, any]
}

// SerializeObject is JsonConvert.SerializeObject: the JSON text of any value.
func SerializeObject(b *clr.Budget, value any, f Formatting) (string, error) {
	if t, ok := value.(JToken); ok {
		return JSON(b, t, f)
	}
	t, err := written(b, value)
	if err != nil {
		return "", err
	}
	return JSON(b, t, f)
}

// written is the tree of a value that is to be written at once.
func written(b *clr.Budget, value any) (JToken, error) {
	return (&serializer{budget: b, copier: newCopier(b), comments: true}).token(value, 0)
}

// FromObject is JToken.FromObject: the tree that SerializeObject would write. A token
// within value stays in its own tree, and is copied.
func FromObject(b *clr.Budget, value any) (JToken, error) {
	return (&serializer{budget: b, copier: newCopier(b)}).token(value, 0)
}

// FromObjectAs is JObject.FromObject and JArray.FromObject: it fails when the value is not
// written as a token of that type.
func FromObjectAs(b *clr.Budget, value any, kind JTokenType) (JToken, error) {
	if value == nil {
		return nil, clr.ArgumentNullError("o")
	}
	t, err := FromObject(b, value)
	if err != nil {
		return nil, err
	}
	if t.Type() != kind {
		return nil, clr.ClassArgument.Throwf("Object serialized to %s. J%s instance expected.", t.Type(), kind)
	}
	return t, nil
}

// maxObjects is how deep values may be nested that are made into a tree.
const maxObjects = 512

type serializer struct {
	budget *clr.Budget
	copier *copier
	// comments of XML are kept, as text of JSON can have them; a tree of tokens cannot.
	comments bool
}

func (s *serializer) token(value any, depth int) (JToken, error) {
	if depth > maxObjects {
		return nil, &clr.LimitError{What: "an object is nested too deeply to be written as JSON"}
	}
	switch v := value.(type) {
	case nil:
		return NewNull(), nil
	case JToken:
		return v.clone(s.copier)
	case clr.Char:
		return NewString(v.String()), nil
	case linqxml.Object:
		return s.xml(v)
	case xmldom.Node:
		x, err := XNodeOf(s.budget, v)
		if err != nil {
			return nil, err
		}
		return s.xml(x)
	case Record:
		return s.record(v, depth)
	case Dictionary:
		return s.dictionary(v, depth)
	}
	if items := sequence(value); items != nil {
		return s.array(items, depth)
	}
	if _, ok := kindOf(value); !ok && !simple(value) {
		return nil, clr.ClassJSONSerialization.Throwf("Cannot write an object of type %s as JSON.", typeName(value))
	}
	if err := s.copier.take(valueBytes); err != nil {
		return nil, err
	}
	return tokenOf(value)
}

func simple(value any) bool {
	switch value.(type) {
	case string, bool, int64, float64, clr.DateTime:
		return true
	}
	return false
}

func (s *serializer) record(r Record, depth int) (JToken, error) {
	o := &JObject{}
	for name, value := range r.Members() {
		if err := s.add(o, name, value, depth); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (s *serializer) dictionary(d Dictionary, depth int) (JToken, error) {
	o := &JObject{}
	for key, value := range d.Entries() {
		if err := s.add(o, keyText(key), value, depth); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// keyText is a dictionary's key as a name.
func keyText(key any) string {
	switch k := key.(type) {
	case string:
		return k
	case clr.DateTime:
		return dateText(k)
	case clr.DateTimeOffset:
		return offsetText(k)
	}
	return clr.ToString(key)
}

func (s *serializer) add(o *JObject, name string, value any, depth int) error {
	if err := s.copier.take(propertyBytes); err != nil {
		return err
	}
	t, err := s.token(value, depth+1)
	if err != nil {
		return err
	}
	return o.Set(s.budget, name, t)
}

func (s *serializer) array(items iter.Seq2[any, error], depth int) (JToken, error) {
	a := &JArray{}
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		t, err := s.token(item, depth+1)
		if err != nil {
			return nil, err
		}
		t.setParent(a)
		a.items = append(a.items, t)
	}
	return a, nil
}
