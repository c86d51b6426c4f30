package library

import (
	"fmt"
	"hash/fnv"
	"iter"
	"reflect"
	"unsafe"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// An Array is an array of any element type but byte, whose arrays are []byte.
type Array struct {
	Elem *types.Type
	// Data in order; of an array with several dimensions, the last index runs fastest.
	Data []any
	// Lengths of the dimensions, when there is more than one.
	Lengths []int
}

// NewArray makes an array of one dimension; of bytes, a []byte.
func NewArray(elem *types.Type, items []any) any {
	if elem.Kind != types.Byte {
		return &Array{Elem: elem, Data: items}
	}
	out := make([]byte, len(items))
	for i, v := range items {
		out[i] = v.(byte)
	}
	return out
}

// Items goes through the elements.
func (a *Array) Items() iter.Seq2[any, error] { return over(a.Data) }

// Values are the elements; they belong to the array.
func (a *Array) Values() []any { return a.Data }

// RuntimeType of the array.
func (a *Array) RuntimeType() *types.Type {
	if len(a.Lengths) > 1 {
		return types.MultiArrayOf(a.Elem, len(a.Lengths))
	}
	return types.ArrayOf(a.Elem)
}

// TypeName is the element type's name with brackets.
func (a *Array) TypeName() string { return a.RuntimeType().CLRName() }

// ToString is the type's name.
func (a *Array) ToString() string { return a.TypeName() }

func over(items []any) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, v := range items {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// An Anonymous is an object of an anonymous type.
type Anonymous struct {
	Type   *types.Type
	Values []any
}

// TypeName is the name of the anonymous type.
func (a *Anonymous) TypeName() string { return a.Type.CLRName() }

// RuntimeType is the anonymous type.
func (a *Anonymous) RuntimeType() *types.Type { return a.Type }

// A Typed value knows its C# type.
type Typed interface{ RuntimeType() *types.Type }

// RuntimeType is the C# type of a boxed value; nil for null.
func RuntimeType(v any) *types.Type {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return types.StringType
	case bool:
		return types.BoolType
	case int32:
		return types.IntType
	case int64:
		return types.LongType
	case float64:
		return types.DoubleType
	case clr.Char:
		return types.CharType
	case []byte:
		return types.ByteArray
	case clr.Enum:
		return Load().enums[v.Type]
	case Typed:
		return v.RuntimeType()
	}
	return runtimeTypeSlow(v)
}

func runtimeTypeSlow(v any) *types.Type {
	switch v := v.(type) {
	case int8:
		return types.SByteType
	case uint8:
		return types.ByteType
	case int16:
		return types.ShortType
	case uint16:
		return types.UShortType
	case uint32:
		return types.UIntType
	case uint64:
		return types.ULongType
	case float32:
		return types.FloatType
	case clr.Decimal:
		return types.DecimalType
	case *clr.Exception:
		return Load().exceptionType(v.Class)
	case *newtonsoft.JValue:
		if v.ClassName() == "JRaw" {
			return Load().Type(v.TypeName())
		}
	}
	if l := lookupOf(v); l != nil {
		return l.RuntimeType()
	}
	if t, ok := Load().byGo[reflect.TypeOf(v)]; ok {
		return t
	}
	return types.ObjectType
}

// GoType is the Go type of all values of a class, where it has one; nil otherwise.
func GoType(t *types.Type) reflect.Type {
	if t.Def == nil || len(t.Args) > 0 {
		return nil
	}
	if c := Load().ClassOf(t.Def); c != nil && Load().byGo[c.Go] == t {
		return c.Go
	}
	return nil
}

// Is reports whether a boxed value is of the type; null is of none.
func Is(v any, t *types.Type) bool {
	if v == nil {
		return false
	}
	r := RuntimeType(v)
	if r == t {
		return true
	}
	if t.Kind == types.Nullable {
		t = t.Elem
	}
	return types.IsSubtype(r, t)
}

// EnumOf makes a boxed value of an enumeration.
func EnumOf(t *types.Type, value int64) clr.Enum {
	return clr.Enum{Type: Load().byDef[t.Def].enum, Value: value}
}

// Same reports whether two references are to the same object. Texts are the same when
// both are empty or are held at the same place; see eval.
func Same(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case string:
		s, ok := b.(string)
		return ok && SameText(a, s)
	case []byte:
		other, ok := b.([]byte)
		return ok && clr.SameBytes(a, other)
	case TypeValue:
		return a.Equals(b)
	}
	if b == nil || RuntimeType(a).IsValue() || !reflect.TypeOf(b).Comparable() {
		return false
	}
	return a == b
}

// SameText reports whether two texts are the same object: the empty one, or one piece of
// memory. Literals of equal text are, because they are interned.
func SameText(a, b string) bool {
	return len(a) == len(b) && (a == "" || unsafe.StringData(a) == unsafe.StringData(b))
}

// HashCode is GetHashCode: equal for equal values within this process.
func HashCode(v any) int {
	switch v := v.(type) {
	case nil:
		return 0
	case int32:
		return int(v)
	case int64:
		return int(int32(v) ^ int32(v>>32))
	case *newtonsoft.JValue:
		if v.Value() == nil {
			return 0
		}
		return HashCode(v.Value())
	case bool:
		if v {
			return 1
		}
		return 0
	case *Anonymous:
		return hashAll(v.Values)
	case *ValueTuple:
		return hashAll(v.Values)
	}
	h := fnv.New32a()
	if e, ok := v.(clr.Equaler); ok {
		fmt.Fprint(h, e.EqualityKey())
	} else if t := RuntimeType(v); t.IsValue() || t.Kind == types.String {
		_, _ = h.Write([]byte(clr.ToString(v)))
	} else {
		fmt.Fprintf(h, "%p", v)
	}
	return int(int32(h.Sum32()))
}

func hashAll(values []any) int {
	n := int32(len(values))
	for _, v := range values {
		n = n*31 + int32(HashCode(v))
	}
	return int(n)
}

// goTypes are the Go types of the number types and char.
var goTypes = map[types.Kind]reflect.Type{
	types.Char: TypeFor[clr.Char](), types.SByte: TypeFor[int8](), types.Byte: TypeFor[uint8](),
	types.Int16: TypeFor[int16](), types.UInt16: TypeFor[uint16](), types.Int32: TypeFor[int32](),
	types.UInt32: TypeFor[uint32](), types.Int64: TypeFor[int64](), types.UInt64: TypeFor[uint64](),
	types.Single: TypeFor[float32](), types.Double: TypeFor[float64](), types.Decimal: TypeFor[clr.Decimal](),
}

// Members are the names and values of an anonymous object.
func (a *Anonymous) Members() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i, f := range a.Type.Fields {
			if !yield(f.Name, a.Values[i]) {
				return
			}
		}
	}
}

// ToString is "{ a = 1, b = x }".
func (a *Anonymous) ToString() string {
	out := "{ "
	for i, f := range a.Type.Fields {
		if i > 0 {
			out += ", "
		}
		out += f.Name + " = " + clr.ToString(a.Values[i])
	}
	return out + " }"
}

// Equals compares the values of two objects of the same anonymous type.
func (a *Anonymous) Equals(other any) bool {
	o, ok := other.(*Anonymous)
	if !ok || !types.Identical(a.Type, o.Type) {
		return false
	}
	for i := range a.Values {
		if !clr.Equals(a.Values[i], o.Values[i]) {
			return false
		}
	}
	return true
}

// EqualityKey is the same for equal objects.
func (a *Anonymous) EqualityKey() any { return clr.EqualityKeys(a.Values...) }
