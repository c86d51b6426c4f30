package newtonsoft

import (
	"math"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

const valueBytes = 72

// A JValue is a token without children: a string, a number, a date, null and so on.
type JValue struct {
	header
	kind   JTokenType
	holds  holding
	raw    bool   // the class is JRaw
	number uint64 // an int64, the bits of a float64, 1 for true, or a DateTime's ticks and kind
	text   string
	other  any // whatever else package clr has for a value, and BigInteger
}

// holding tells which field of a JValue has its value.
type holding uint8

const (
	holdsNothing holding = iota
	holdsText
	holdsInteger
	holdsDouble
	holdsBoolean
	holdsDate
	holdsOther
)

// NewValue makes a token of a value as new JValue(object) does; nil becomes a JSON null.
func NewValue(value any) (*JValue, error) {
	v := &JValue{}
	return v, v.SetValue(value)
}

// NewString makes a token of a string, as the conversion from string to JToken does.
func NewString(s string) *JValue {
	v := &JValue{}
	v.setString(s)
	return v
}

// NewNullString is what that conversion makes of a null reference: a token of type String
// that prints as null.
func NewNullString() *JValue { return &JValue{kind: String} }

// NewInteger makes a token of an integer.
func NewInteger(n int64) *JValue {
	v := &JValue{}
	v.setInteger(n)
	return v
}

// NewDouble makes a token of a double.
func NewDouble(d float64) *JValue {
	v := &JValue{}
	v.setDouble(d)
	return v
}

// NewBoolean makes a token of a bool.
func NewBoolean(b bool) *JValue {
	v := &JValue{}
	v.setBoolean(b)
	return v
}

// NewComment makes a comment.
func NewComment(s string) *JValue {
	v := NewString(s)
	v.kind = Comment
	return v
}

// NewRaw makes a token whose value's text is written as it is.
func NewRaw(value any) *JValue {
	v := &JValue{kind: Raw, raw: true}
	switch x := value.(type) {
	case nil:
	case string:
		v.holds, v.text = holdsText, x
	default:
		v.holds, v.other = holdsOther, value
	}
	return v
}

// NewUndefined makes an undefined value.
func NewUndefined() *JValue { return &JValue{kind: Undefined} }

// NewNull makes a JSON null.
func NewNull() *JValue { return &JValue{kind: Null} }

func (v *JValue) setString(s string) { v.kind, v.holds, v.text = String, holdsText, s }

func (v *JValue) setInteger(n int64) { v.kind, v.holds, v.number = Integer, holdsInteger, uint64(n) }

func (v *JValue) setDouble(d float64) {
	v.kind, v.holds, v.number = Float, holdsDouble, math.Float64bits(d)
}

func (v *JValue) setBoolean(b bool) {
	v.kind, v.holds, v.number = Boolean, holdsBoolean, 0
	if b {
		v.number = 1
	}
}

func (v *JValue) setOther(kind JTokenType, value any) {
	v.kind, v.holds, v.other = kind, holdsOther, value
}

// Type tells what the value is.
func (v *JValue) Type() JTokenType { return v.kind }

// ClassName is JValue, or JRaw.
func (v *JValue) ClassName() string {
	if v.raw {
		return "JRaw"
	}
	return "JValue"
}

// TypeName is the full name of the class.
func (v *JValue) TypeName() string { return namespace + v.ClassName() }

// ToString is Text without a budget, or the class's name where Text fails.
func (v *JValue) ToString() string { return toString(v) }

// Format is the value in a format, as string.Format and interpolation ask for it.
func (v *JValue) Format(b *clr.Budget, format string) (string, error) {
	return clr.FormatValue(b, v.Value(), format)
}

// Value is the value as package clr holds it, or nil.
func (v *JValue) Value() any {
	switch v.holds {
	case holdsText:
		return v.text
	case holdsInteger:
		return int64(v.number)
	case holdsDouble:
		return math.Float64frombits(v.number)
	case holdsBoolean:
		return v.number != 0
	case holdsDate:
		return v.date()
	case holdsOther:
		return v.other
	}
	return nil
}

// SetValue changes the value, and its type to what the value is. A comment or raw token
// that gets another string stays what it was.
func (v *JValue) SetValue(value any) error {
	kind := v.kind
	v.text, v.other = "", nil
	switch x := value.(type) {
	case nil:
		v.kind, v.holds = Null, holdsNothing
	case string:
		v.setString(x)
		if kind == Comment || kind == Raw {
			v.kind = kind
		}
	case int64:
		v.setInteger(x)
	case float64:
		v.setDouble(x)
	case bool:
		v.setBoolean(x)
	case clr.DateTime:
		v.setDate(x)
	default:
		kind, ok := kindOf(value)
		if !ok {
			return notJSON(typeName(value))
		}
		v.setOther(kind, value)
	}
	return nil
}

func kindOf(value any) (JTokenType, bool) {
	switch value.(type) {
	case int8, int16, int32, uint8, uint16, uint32, uint64, BigInteger, clr.Enum:
		return Integer, true
	case float32, clr.Decimal:
		return Float, true
	case clr.DateTimeOffset:
		return Date, true
	case []byte:
		return Bytes, true
	case clr.Guid:
		return GUID, true
	case *clr.URI:
		return URI, true
	case clr.TimeSpan:
		return TimeSpan, true
	}
	return None, false
}

func notJSON(class string) error {
	return clr.ClassArgument.Throwf("Could not determine JSON object type for type %s.", class)
}

// typeName is the full name of a value's C# class, or object for what package clr does not
// know.
func typeName(value any) string {
	if o, ok := value.(interface{ TypeName() string }); ok {
		return o.TypeName()
	}
	if _, isChar := value.(clr.Char); isChar {
		return "System.Char"
	}
	if _, ok := kindOf(value); ok || simple(value) {
		return clr.TypeName(value)
	}
	return "System.Object"
}

func (v *JValue) clone(k *copier) (JToken, error) {
	if err := k.take(valueBytes); err != nil {
		return nil, err
	}
	c := *v
	c.parent = nil
	return &c, nil
}

func (v *JValue) equals(t JToken) bool {
	other, ok := t.(*JValue)
	return ok && v.equalsValue(other)
}

// Equals is C#'s Equals: whether other is a value of the same type that compares as equal.
func (v *JValue) Equals(other any) bool {
	o, ok := other.(*JValue)
	return ok && o != nil && v.equalsValue(o)
}

// EqualityKey is the same for equal values.
func (v *JValue) EqualityKey() any { return clr.EqualityKeys(v.kind, v.Value()) }

func (v *JValue) equalsValue(o *JValue) bool {
	if v == o {
		return true
	}
	if v.kind != o.kind {
		return false
	}
	if v.holds == holdsText && o.holds == holdsText {
		return v.text == o.text
	}
	n, err := compareAs(v.kind, v.Value(), o.Value())
	return err == nil && n == 0
}

// CompareTo orders values as C# does: negative when v comes first. A string is compared
// with another type as that type.
func (v *JValue) CompareTo(o *JValue) (int, error) {
	if o == nil {
		return 1, nil
	}
	kind := v.kind
	if kind == String {
		kind = o.kind
	}
	return compareAs(kind, v.Value(), o.Value())
}

// isNull reports whether the value prints as null.
func (v *JValue) isNull() bool { return v.holds == holdsNothing }
