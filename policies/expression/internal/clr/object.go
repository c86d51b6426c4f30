package clr

import (
	"reflect"
	"strconv"
)

// An Object is a value of a class that is not in this package.
type Object interface {
	// TypeName is the full name of its type, such as Newtonsoft.Json.Linq.JObject.
	TypeName() string
	// ToString is its ToString().
	ToString() string
}

// A Formattable is an Object whose text can be asked for in a format.
type Formattable interface {
	Format(b *Budget, format string) (string, error)
}

// An Equaler is an Object that is equal to others by value.
type Equaler interface {
	Equals(other any) bool
	// EqualityKey is a Go value that can be compared, and that is the same for equal objects.
	EqualityKey() any
}

// An Enum is a value of an enumeration.
type Enum struct {
	Type  *EnumType
	Value int64
}

// An EnumType is an enumeration.
type EnumType struct {
	// Name is the full name of the type.
	Name string
	// Flags is whether values are combined.
	Flags   bool
	Members []EnumMember
}

// An EnumMember is a named value of an enumeration.
type EnumMember struct {
	Name  string
	Value int64
}

// ToString is the member's name, names joined for flags, or the number.
func (e Enum) ToString() string {
	if name, ok := e.Type.NameOf(e.Value); ok {
		return name
	}
	if e.Type.Flags {
		if names := e.flagNames(); names != "" {
			return names
		}
	}
	return strconv.FormatInt(e.Value, 10)
}

func (e Enum) flagNames() string {
	rest, names := e.Value, ""
	for i := len(e.Type.Members) - 1; i >= 0; i-- {
		m := e.Type.Members[i]
		if m.Value == 0 || rest&m.Value != m.Value {
			continue
		}
		rest &^= m.Value
		if names != "" {
			names = ", " + names
		}
		names = m.Name + names
	}
	if rest != 0 {
		return ""
	}
	return names
}

// Format is ToString(format): G, F, D or X.
func (e Enum) Format(_ *Budget, format string) (string, error) {
	switch format {
	case "", "G", "g", "F", "f":
		return e.ToString(), nil
	case "D", "d":
		return strconv.FormatInt(e.Value, 10), nil
	case "X", "x":
		return FormatInt(nil, e.Value, 32, "X8")
	}
	return "", FormatError("Format string can be only \"G\", \"g\", \"X\", \"x\", \"F\", \"f\", \"D\" or \"d\".")
}

// NameOf returns the first member with the value.
func (t *EnumType) NameOf(value int64) (string, bool) {
	for _, m := range t.Members {
		if m.Value == value {
			return m.Name, true
		}
	}
	return "", false
}

// Parse is Enum.Parse: a number, a name, or names with commas between them.
func (t *EnumType) Parse(s string, ignoreCase bool) (Enum, error) {
	text := Trim(s)
	if text == "" {
		return Enum{}, ArgumentError("Must specify valid information for parsing in the string.", "value")
	}
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Enum{t, v}, nil
	}
	parts, err := SplitChars(nil, text, []Char{','}, NoLimit, TrimEntries)
	if err != nil {
		return Enum{}, err
	}
	var value int64
	for _, p := range parts {
		v, ok := t.member(p, ignoreCase)
		if !ok {
			return Enum{}, ArgumentError("Requested value '"+s+"' was not found.", "")
		}
		value |= v
	}
	return Enum{t, value}, nil
}

func (t *EnumType) member(name string, ignoreCase bool) (int64, bool) {
	for _, m := range t.Members {
		if m.Name == name || ignoreCase && EqualIgnoreCase(m.Name, name) {
			return m.Value, true
		}
	}
	return 0, false
}

// TypeName is the full name of the type of a value: System.Object for null, and for a Go
// value that doc.go does not name.
func TypeName(v any) string {
	switch v := v.(type) {
	case Object:
		return v.TypeName()
	case Enum:
		return v.Type.Name
	case *Exception:
		return v.Class.Name
	}
	if name, ok := typeNames[reflect.TypeOf(v)]; ok {
		return name
	}
	return "System.Object"
}

var typeNames = map[reflect.Type]string{
	reflect.TypeFor[bool]():           "System.Boolean",
	reflect.TypeFor[string]():         "System.String",
	reflect.TypeFor[Char]():           "System.Char",
	reflect.TypeFor[int8]():           "System.SByte",
	reflect.TypeFor[uint8]():          "System.Byte",
	reflect.TypeFor[int16]():          "System.Int16",
	reflect.TypeFor[uint16]():         "System.UInt16",
	reflect.TypeFor[int32]():          "System.Int32",
	reflect.TypeFor[uint32]():         "System.UInt32",
	reflect.TypeFor[int64]():          "System.Int64",
	reflect.TypeFor[uint64]():         "System.UInt64",
	reflect.TypeFor[float32]():        "System.Single",
	reflect.TypeFor[float64]():        "System.Double",
	reflect.TypeFor[Decimal]():        "System.Decimal",
	reflect.TypeFor[DateTime]():       "System.DateTime",
	reflect.TypeFor[DateTimeOffset](): "System.DateTimeOffset",
	reflect.TypeFor[TimeSpan]():       "System.TimeSpan",
	reflect.TypeFor[Guid]():           "System.Guid",
	reflect.TypeFor[[]byte]():         "System.Byte[]",
}

// ToString is ToString() of any value, and "" for null, as in a concatenation.
func ToString(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return BoolText(v)
	case Char:
		return v.String()
	case int32:
		return strconv.Itoa(int(v))
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return DoubleText(v)
	case interface{ ToString() string }:
		return v.ToString()
	case []byte:
		return "System.Byte[]"
	}
	return otherText(v)
}

func otherText(v any) string {
	switch v := v.(type) {
	case int8:
		return strconv.Itoa(int(v))
	case int16:
		return strconv.Itoa(int(v))
	case uint8:
		return strconv.Itoa(int(v))
	case uint16:
		return strconv.Itoa(int(v))
	case uint32:
		return strconv.FormatUint(uint64(v), 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float32:
		return SingleText(v)
	case Decimal:
		return v.String()
	case DateTime:
		return v.String()
	case DateTimeOffset:
		return v.String()
	case TimeSpan:
		return v.String()
	case Guid:
		return v.String()
	}
	return TypeName(v)
}

// FormatValue is ToString(format) for a value that has formats, and ToString() for all
// others: what a hole of an interpolated string does.
func FormatValue(b *Budget, v any, format string) (string, error) {
	if format == "" {
		return ToString(v), nil
	}
	switch v := v.(type) {
	case int8:
		return FormatInt(b, int64(v), 8, format)
	case int16:
		return FormatInt(b, int64(v), 16, format)
	case int32:
		return FormatInt(b, int64(v), 32, format)
	case int64:
		return FormatInt(b, v, 64, format)
	case uint8:
		return FormatUint(b, uint64(v), 8, format)
	case uint16:
		return FormatUint(b, uint64(v), 16, format)
	case uint32:
		return FormatUint(b, uint64(v), 32, format)
	case uint64:
		return FormatUint(b, v, 64, format)
	case float32:
		return FormatSingle(b, v, format)
	case float64:
		return FormatDouble(b, v, format)
	case Formattable:
		return v.Format(b, format)
	}
	return ToString(v), nil
}

// Equals is object.Equals(a, b): boxed values are equal when they have the same type and
// value, objects by their own rule or by identity.
func Equals(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case Decimal:
		d, ok := b.(Decimal)
		return ok && a.Equal(d)
	case DateTime:
		t, ok := b.(DateTime)
		return ok && a.Ticks() == t.Ticks()
	case DateTimeOffset:
		t, ok := b.(DateTimeOffset)
		return ok && a.Equal(t)
	case float64:
		f, ok := b.(float64)
		return ok && (a == f || a != a && f != f)
	case float32:
		f, ok := b.(float32)
		return ok && (a == f || a != a && f != f)
	case []byte:
		other, ok := b.([]byte)
		return ok && SameBytes(a, other)
	case Equaler:
		return a.Equals(b)
	}
	if _, isBytes := b.([]byte); isBytes {
		return false
	}
	return a == b
}

// SameBytes reports whether two byte[] are the same array, not just the same bytes.
func SameBytes(a, b []byte) bool {
	if a == nil || b == nil || cap(a) == 0 || cap(b) == 0 {
		return (a == nil) == (b == nil) && len(a) == len(b)
	}
	return len(a) == len(b) && &a[:1][0] == &b[:1][0]
}
