package types

import "strings"

// A Def is the definition of a named type.
type Def struct {
	// Namespace such as System.Text; empty for the gateway's own types.
	Namespace string
	// Name without namespace and type parameters. That of a nested type has its outer
	// type before a plus sign, as in Dictionary+Enumerator.
	Name string
	// Keyword of a predefined type, such as int.
	Keyword string
	Kind    Kind
	// Params are the type parameters.
	Params []*Type
	// Covariant tells for each type parameter whether it is "out"; may be shorter.
	Covariant []bool
	// Bases are the base class, if it is not object, and the interfaces. They may mention
	// Params.
	Bases []*Type
	// Explicit is how many of the last Bases are interfaces whose members are seen only by
	// way of the interface: C#'s explicit implementations.
	Explicit int
	// Static classes have no instances.
	Static bool
	// Abstract classes have no public constructor that makes them.
	Abstract bool
	// Invoke is what a delegate is called with; it may mention Params.
	Invoke *Signature
	// Values of an enumeration.
	Values []EnumValue
	// Flags enumerations are sets of bits.
	Flags bool

	open *Type
}

// An EnumValue is a named value of an enumeration.
type EnumValue struct {
	Name  string
	Value int64
}

// FullName is the name with its namespace.
func (d *Def) FullName() string {
	if d.Namespace == "" {
		return d.Name
	}
	return d.Namespace + "." + d.Name
}

// Display is the name as it is written in C#, without namespace.
func (d *Def) Display() string { return strings.ReplaceAll(d.Name, "+", ".") }

// Type returns the type of a definition without type parameters; of a generic one, the
// type with its own parameters as arguments.
func (d *Def) Type() *Type {
	if d.open == nil {
		d.open = &Type{Kind: d.Kind, Def: d, Args: d.Params}
	}
	return d.open
}

// Of returns the generic type with these arguments.
func (d *Def) Of(args ...*Type) *Type {
	if len(args) == 0 {
		return d.Type()
	}
	return &Type{Kind: d.Kind, Def: d, Args: args}
}

// Value returns a named value of an enumeration.
func (d *Def) Value(name string) (int64, bool) {
	for _, v := range d.Values {
		if v.Name == name {
			return v.Value, true
		}
	}
	return 0, false
}

// A Signature is what a method is called with and what it returns.
type Signature struct {
	TypeParams []*Type
	// Bounds are what the arguments of the type parameters have to be; nil where there are
	// none, and for each parameter that may be any type.
	Bounds []*Type
	Params []Param
	Result *Type
}

// A Param is one parameter.
type Param struct {
	Name string
	Type *Type
	// Out parameters are assigned by the method.
	Out bool
	// Ref parameters are Out parameters that have a value before.
	Ref bool
	// Variadic is "params": Type is an array.
	Variadic bool
	// Optional parameters have a Default when the caller leaves them out; nil is null, or
	// the zero value of a value type.
	Optional bool
	Default  any
}

// Substitute replaces type parameters by arguments. A nil argument leaves its parameter
// as it is.
func Substitute(t *Type, params, args []*Type) *Type {
	if len(params) == 0 || t == nil {
		return t
	}
	switch t.Kind {
	case Parameter:
		for i, p := range params {
			if p == t && i < len(args) && args[i] != nil {
				return args[i]
			}
		}
		return t
	case Array:
		if e := Substitute(t.Elem, params, args); e != t.Elem {
			return MultiArrayOf(e, t.Rank)
		}
		return t
	case Nullable:
		if e := Substitute(t.Elem, params, args); e != t.Elem {
			return NullableOf(e)
		}
		return t
	}
	if len(t.Args) == 0 {
		return t
	}
	out, changed := SubstituteAll(t.Args, params, args)
	if !changed {
		return t
	}
	if t.IsTuple() {
		return t.withNames(out)
	}
	return t.Def.Of(out...)
}

// SubstituteAll applies Substitute to several types, and tells whether any changed.
func SubstituteAll(all, params, args []*Type) ([]*Type, bool) {
	out := make([]*Type, len(all))
	changed := false
	for i, t := range all {
		out[i] = Substitute(t, params, args)
		changed = changed || out[i] != t
	}
	return out, changed
}

// Substitute returns the signature with type parameters replaced.
func (s *Signature) Substitute(params, args []*Type) *Signature {
	out := &Signature{Result: Substitute(s.Result, params, args), Params: make([]Param, len(s.Params))}
	for i, p := range s.Params {
		p.Type = Substitute(p.Type, params, args)
		out.Params[i] = p
	}
	return out
}

// Mentions reports whether a type contains any of the type parameters.
func Mentions(t *Type, params []*Type) bool {
	if t == nil {
		return false
	}
	if t.Kind == Parameter {
		for _, p := range params {
			if p == t {
				return true
			}
		}
		return false
	}
	if t.Elem != nil && Mentions(t.Elem, params) {
		return true
	}
	for _, a := range t.Args {
		if Mentions(a, params) {
			return true
		}
	}
	for _, f := range t.Fields {
		if Mentions(f.Type, params) {
			return true
		}
	}
	return false
}

// Bases returns the direct bases of a type: its base class and its interfaces, object
// left out.
func Bases(t *Type) []*Type {
	switch {
	case t.Kind == Array && t.Rank == 1:
		return []*Type{
			ArrayClass.Type(), IList.Of(t.Elem), ICollection.Of(t.Elem), IReadOnlyList.Of(t.Elem),
			IReadOnlyCollection.Of(t.Elem), IEnumerable.Of(t.Elem), IEnumerableUntyped.Type(),
		}
	case t.Kind == Array:
		return []*Type{ArrayClass.Type(), IEnumerableUntyped.Type()}
	case t.Kind == Enum:
		return []*Type{EnumClass.Type()}
	case t.Def == nil:
		return nil
	}
	if len(t.Args) == 0 {
		return t.Def.Bases
	}
	out, _ := SubstituteAll(t.Def.Bases, t.Def.Params, t.Args)
	return out
}

// Base finds the base of t (or t itself) that is made of the definition; nil when there
// is none.
func Base(t *Type, def *Def) *Type {
	if t == nil {
		return nil
	}
	if t.Def == def {
		return t
	}
	for _, b := range Bases(t) {
		if found := Base(b, def); found != nil {
			return found
		}
	}
	return nil
}
