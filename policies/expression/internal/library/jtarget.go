package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

var scalarKinds = map[types.Kind]newtonsoft.Scalar{
	types.Bool: newtonsoft.ToBoolean, types.Char: newtonsoft.ToChar, types.SByte: newtonsoft.ToSByte, types.Byte: newtonsoft.ToByte,
	types.Int16: newtonsoft.ToInt16, types.UInt16: newtonsoft.ToUInt16, types.Int32: newtonsoft.ToInt32, types.UInt32: newtonsoft.ToUInt32,
	types.Int64: newtonsoft.ToInt64, types.UInt64: newtonsoft.ToUInt64, types.Single: newtonsoft.ToSingle, types.Double: newtonsoft.ToDouble,
	types.Decimal: newtonsoft.ToDecimal, types.String: newtonsoft.ToString,
}

var scalarNames = map[string]newtonsoft.Scalar{
	"System.DateTime": newtonsoft.ToDateTime, "System.DateTimeOffset": newtonsoft.ToDateTimeOffset, "System.TimeSpan": newtonsoft.ToTimeSpan,
	"System.Guid": newtonsoft.ToGUID, "System.Uri": newtonsoft.ToURI,
}

var tokenNames = map[string]newtonsoft.JTokenType{
	"Newtonsoft.Json.Linq.JToken": newtonsoft.None, "Newtonsoft.Json.Linq.JObject": newtonsoft.Object,
	"Newtonsoft.Json.Linq.JArray": newtonsoft.Array, "Newtonsoft.Json.Linq.JConstructor": newtonsoft.Constructor,
	"Newtonsoft.Json.Linq.JProperty": newtonsoft.Property, "Newtonsoft.Json.Linq.JValue": newtonsoft.String,
}

// targetOf is the type as something that JSON is converted to. The type of a lambda's
// parameter or of the gateway's objects is none.
// What is made of it is paid for by the run.
func targetOf(r *Run, t *types.Type) (*newtonsoft.Target, error) {
	out := &newtonsoft.Target{Name: t.CLRName()}
	if t.Kind == types.Nullable {
		out.Nullable, t = true, t.Elem
	}
	if s, ok := scalarKinds[t.Kind]; ok {
		out.Kind, out.Scalar = newtonsoft.ScalarTarget, s
		return out, nil
	}
	switch t.Kind {
	case types.Object:
		return out, nil
	case types.Enum:
		out.Kind, out.Enum = newtonsoft.EnumTarget, Load().ClassOf(t.Def).enum
		return out, nil
	case types.Array:
		return arrayTarget(r, out, t)
	}
	if t.Kind == types.Anonymous {
		return anonymousTarget(r, out, t)
	}
	if t.Def == nil {
		return nil, noTarget(t)
	}
	if s, ok := scalarNames[t.Def.FullName()]; ok {
		out.Kind, out.Scalar = newtonsoft.ScalarTarget, s
		return out, nil
	}
	if k, ok := tokenNames[t.Def.FullName()]; ok {
		out.Kind, out.Token = newtonsoft.TokenTarget, k
		return out, nil
	}
	return collectionTarget(r, out, t)
}

func noTarget(t *types.Type) error {
	return clr.ClassJSONSerialization.Throw("Could not create an instance of type " + t.CLRName() + ". Type is an interface or abstract class and cannot be instantiated.")
}

func arrayTarget(r *Run, out *newtonsoft.Target, t *types.Type) (*newtonsoft.Target, error) {
	if t.Elem.Kind == types.Byte {
		out.Kind, out.Scalar = newtonsoft.ScalarTarget, newtonsoft.ToBytes
		return out, nil
	}
	element, err := targetOf(r, t.Elem)
	if err != nil || t.Rank != 1 {
		return nil, noTarget(t)
	}
	out.Kind, out.Element = newtonsoft.ListTarget, element
	out.List = func(items []any) (any, error) { return NewArray(t.Elem, items), nil }
	return out, nil
}

// collectionTarget makes lists and dictionaries by the classes that declare them.
func collectionTarget(r *Run, out *newtonsoft.Target, t *types.Type) (*newtonsoft.Target, error) {
	switch len(t.Args) {
	case 1:
		list := instanceFor(t, "System.Collections.Generic.List", "System.Collections.Generic.HashSet",
			"System.Collections.Generic.Queue", "System.Collections.Generic.Stack")
		if list == nil {
			return nil, noTarget(t)
		}
		element, err := targetOf(r, t.Args[0])
		if err != nil {
			return nil, err
		}
		out.Kind, out.Element = newtonsoft.ListTarget, element
		out.List = func(items []any) (any, error) { return fillNew(r, list, items, nil) }
		return out, nil
	case 2:
		if t.Def == types.KeyValuePair {
			return pairTarget(r, out, t)
		}
		dictionary := instanceFor(t, "System.Collections.Generic.Dictionary")
		if dictionary == nil {
			return nil, noTarget(t)
		}
		key, err := targetOf(r, t.Args[0])
		if err != nil {
			return nil, err
		}
		if key.Kind != newtonsoft.ScalarTarget && key.Kind != newtonsoft.EnumTarget {
			return nil, noTarget(t)
		}
		element, err := targetOf(r, t.Args[1])
		if err != nil {
			return nil, err
		}
		out.Kind, out.Key, out.Element = newtonsoft.DictionaryTarget, key, element
		out.Dictionary = func(keys, values []any) (any, error) { return fillNew(r, dictionary, values, keys) }
		return out, nil
	}
	return nil, noTarget(t)
}

// recordTarget makes an object of members with these names and types.
func recordTarget(r *Run, out *newtonsoft.Target, fields []types.Field) (*newtonsoft.Target, error) {
	out.Kind = newtonsoft.RecordTarget
	for _, f := range fields {
		member, err := targetOf(r, f.Type)
		if err != nil {
			return nil, err
		}
		out.Fields = append(out.Fields, newtonsoft.Field{Name: f.Name, Target: member})
	}
	return out, nil
}

func pairTarget(r *Run, out *newtonsoft.Target, t *types.Type) (*newtonsoft.Target, error) {
	out.Record = func(values []any) (any, error) {
		return Pair{orZero(values[0], t.Args[0]), orZero(values[1], t.Args[1]), t}, nil
	}
	return recordTarget(r, out, []types.Field{{Name: "Key", Type: t.Args[0]}, {Name: "Value", Type: t.Args[1]}})
}

func anonymousTarget(r *Run, out *newtonsoft.Target, t *types.Type) (*newtonsoft.Target, error) {
	out.Record = func(values []any) (any, error) {
		for i, f := range t.Fields {
			values[i] = orZero(values[i], f.Type)
		}
		return &Anonymous{t, values}, nil
	}
	out.Nullable = true
	return recordTarget(r, out, t.Fields)
}

// orZero is a value, or for null the default of its type.
func orZero(v any, t *types.Type) any {
	if v == nil {
		return Zero(t)
	}
	return v
}

// instanceFor is the type to make for t: the first of the classes, with t's arguments,
// that is t or what t is an interface of; nil when none is.
func instanceFor(t *types.Type, classes ...string) *types.Type {
	for _, name := range classes {
		d := Load().Def(name, len(t.Args))
		if d == nil {
			continue
		}
		made := d.Of(t.Args...)
		if types.IsSubtype(made, t) {
			return made
		}
	}
	return nil
}

// fillNew makes a collection by its parameterless constructor and adds items; with names,
// each item under its name.
func fillNew(r *Run, t *types.Type, items, names []any) (any, error) {
	class := Load().ClassOf(t.Def)
	call := Call{r, &Site{Type: t, Result: t}}
	constructor, add := class.method(".ctor", 0), class.method("Add", 1)
	switch {
	case names != nil:
		add = class.method("Add", 2)
	case add == nil:
		if add = class.method("Enqueue", 1); add == nil {
			add = class.method("Push", 1)
		}
	}
	if constructor == nil || add == nil {
		return nil, noTarget(t)
	}
	made, err := constructor.Call(call, nil)
	if err != nil {
		return nil, err
	}
	for i, item := range items {
		args := []any{made, item}
		if names != nil {
			args = []any{made, names[i], item}
		}
		if _, err := add.Call(call, args); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// method finds a member by its name and number of parameters.
func (c *Class) method(name string, parameters int) *Member {
	for _, m := range c.Named(name) {
		if len(m.Signature.Params) == parameters {
			return m
		}
	}
	return nil
}
