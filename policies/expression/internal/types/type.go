package types

import "strings"

// A Kind says what sort of type a Type is. The predefined types of C# have kinds of
// their own.
type Kind uint8

// The kinds of types. Numeric kinds stand in the order of C#'s widening.
const (
	// Invalid is the type of what has a mistake in it; nothing is reported about it again.
	Invalid Kind = iota
	Void
	// Null is the type of the literal null.
	Null
	Bool
	Char
	SByte
	Byte
	Int16
	UInt16
	Int32
	UInt32
	Int64
	UInt64
	Single
	Double
	Decimal
	String
	Object
	// Struct is any other value type.
	Struct
	Enum
	Class
	Interface
	Delegate
	Array
	Nullable
	// Parameter is a type parameter.
	Parameter
	Anonymous
)

// A Type is a type of C#.
type Type struct {
	Kind Kind
	// Def of a type that has a name of its own; nil for arrays, nullables, anonymous
	// types and type parameters.
	Def *Def
	// Args are the type arguments of a generic type.
	Args []*Type
	// Elem is the element of an array, or what a nullable type is nullable of.
	Elem *Type
	// Rank is the number of dimensions of an array.
	Rank int
	// Fields of an anonymous type, in the order in which they were written.
	Fields []Field
	// Name of a type parameter.
	Name string
}

// A Field is a property of an anonymous type.
type Field struct {
	Name string
	Type *Type
}

// ArrayOf returns elem[].
func ArrayOf(elem *Type) *Type { return &Type{Kind: Array, Elem: elem, Rank: 1} }

// MultiArrayOf returns an array of elem with rank dimensions.
func MultiArrayOf(elem *Type, rank int) *Type { return &Type{Kind: Array, Elem: elem, Rank: rank} }

// NullableOf returns elem?, where elem is a value type.
func NullableOf(elem *Type) *Type { return &Type{Kind: Nullable, Elem: elem} }

// NewParameter makes a type parameter. Each is different from every other one.
func NewParameter(name string) *Type { return &Type{Kind: Parameter, Name: name} }

// AnonymousOf returns an anonymous type.
func AnonymousOf(fields []Field) *Type { return &Type{Kind: Anonymous, Fields: fields} }

// Identical reports whether a and b are the same type.
func Identical(a, b *Type) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.Kind != b.Kind || a.Def != b.Def || a.Kind == Parameter {
		return false
	}
	switch a.Kind {
	case Array:
		return a.Rank == b.Rank && Identical(a.Elem, b.Elem)
	case Nullable:
		return Identical(a.Elem, b.Elem)
	case Anonymous:
		return identicalFields(a.Fields, b.Fields)
	}
	return identicalAll(a.Args, b.Args)
}

func identicalAll(a, b []*Type) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Identical(a[i], b[i]) {
			return false
		}
	}
	return true
}

func identicalFields(a, b []Field) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || !Identical(a[i].Type, b[i].Type) {
			return false
		}
	}
	return true
}

// IsInvalid reports whether the type is that of a mistake.
func (t *Type) IsInvalid() bool { return t == nil || t.Kind == Invalid }

// IsNumeric reports whether arithmetic applies to the type; char is among them.
func (t *Type) IsNumeric() bool { return t.Kind >= Char && t.Kind <= Decimal }

// IsIntegral reports whether the type is an integer type or char.
func (t *Type) IsIntegral() bool { return t.Kind >= Char && t.Kind <= UInt64 }

// IsValue reports whether the type is a value type: one that is never null, or T?.
func (t *Type) IsValue() bool {
	return t.Kind >= Bool && t.Kind <= Decimal || t.Kind == Struct || t.Kind == Enum || t.Kind == Nullable
}

// IsReference reports whether the type is a reference type; that of null is one.
func (t *Type) IsReference() bool {
	return !t.IsValue() && t.Kind != Void && t.Kind != Parameter && t.Kind != Invalid
}

// MayBeNull reports whether a value of the type can be null.
func (t *Type) MayBeNull() bool { return t.IsReference() || t.Kind == Nullable || t.Kind == Parameter }

// Underlying is T for T?, and the type itself for any other.
func (t *Type) Underlying() *Type {
	if t.Kind == Nullable {
		return t.Elem
	}
	return t
}

// String returns the type as C#'s messages have it: string, List<int>, int?.
func (t *Type) String() string {
	if t == nil {
		return "?"
	}
	switch t.Kind {
	case Invalid:
		return "?"
	case Null:
		return "<null>"
	case Parameter:
		return t.Name
	case Nullable:
		return t.Elem.String() + "?"
	case Array:
		return t.arrayString()
	case Anonymous:
		return "<anonymous type: " + t.fieldString() + ">"
	}
	if t.Def.Keyword != "" {
		return t.Def.Keyword
	}
	if t.IsTuple() {
		return t.tupleString()
	}
	if len(t.Args) == 0 {
		return t.Def.Display()
	}
	return t.Def.Display() + "<" + join(t.Args, ", ", (*Type).String) + ">"
}

// arrayString writes the ranks of arrays of arrays from the outside in, as C# does.
func (t *Type) arrayString() string {
	ranks := ""
	for ; t.Kind == Array; t = t.Elem {
		ranks += rank(t)
	}
	return t.String() + ranks
}

func rank(t *Type) string { return "[" + strings.Repeat(",", t.Rank-1) + "]" }

func (t *Type) fieldString() string {
	parts := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		parts[i] = f.Type.String() + " " + f.Name
	}
	return strings.Join(parts, ", ")
}

// CLRName returns the full name as Type.ToString has it, and as exceptions tell it:
// System.Collections.Generic.List`1[System.Int32].
func (t *Type) CLRName() string {
	switch t.Kind {
	case Array:
		return t.Elem.CLRName() + rank(t)
	case Nullable:
		return "System.Nullable`1[" + t.Elem.CLRName() + "]"
	case Anonymous:
		return "<>f__AnonymousType0`" + itoa(len(t.Fields)) + "[" + joinFields(t.Fields) + "]"
	case Parameter, Invalid, Null:
		return t.String()
	}
	if len(t.Args) == 0 {
		return t.Def.FullName()
	}
	return t.Def.FullName() + "`" + itoa(len(t.Args)) + "[" + join(t.Args, ",", (*Type).CLRName) + "]"
}

func joinFields(fields []Field) string {
	all := make([]*Type, len(fields))
	for i, f := range fields {
		all[i] = f.Type
	}
	return join(all, ",", (*Type).CLRName)
}

func join(all []*Type, sep string, text func(*Type) string) string {
	parts := make([]string, len(all))
	for i, t := range all {
		parts[i] = text(t)
	}
	return strings.Join(parts, sep)
}

func itoa(n int) string {
	if n >= 10 {
		return itoa(n/10) + itoa(n%10)
	}
	return string(rune('0' + n))
}
