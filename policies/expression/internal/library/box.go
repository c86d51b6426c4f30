package library

import (
	"fmt"
	"reflect"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A Void is the result of code that returns nothing.
type Void struct{}

// boxer returns how a Go result becomes a boxed value of the C# type t.
func boxer[R any](t *types.Type) func(R) any {
	g := reflect.TypeFor[R]()
	switch g {
	case reflect.TypeFor[any]():
		return func(v R) any { return any(v) }
	case reflect.TypeFor[int]():
		return func(v R) any { return int32(any(v).(int)) }
	case reflect.TypeFor[NullString]():
		return func(v R) any { return any(v).(NullString).Any() }
	case reflect.TypeFor[Void]():
		return func(R) any { return nil }
	case reflect.TypeFor[[]string]():
		return func(v R) any { return StringsOrNull(any(v).([]string)) }
	case reflect.TypeFor[[]clr.Char]():
		return func(v R) any { return charArray(any(v).([]clr.Char)) }
	}
	if isEnum(g) && t.Kind == types.Enum {
		return func(v R) any { return EnumOf(t, reflect.ValueOf(v).Int()) }
	}
	if nilable(g.Kind()) {
		return func(v R) any {
			if rv := reflect.ValueOf(&v).Elem(); rv.IsNil() {
				return nil
			}
			return any(v)
		}
	}
	return func(v R) any { return any(v) }
}

func nilable(k reflect.Kind) bool {
	return k == reflect.Pointer || k == reflect.Slice || k == reflect.Map || k == reflect.Func || k == reflect.Interface
}

// isEnum reports whether a Go type stands for an enumeration: one of its own whose
// underlying type is int32.
func isEnum(g reflect.Type) bool { return g.Kind() == reflect.Int32 && g != reflect.TypeFor[int32]() }

// unboxer returns how the argument for parameter i becomes a Go value.
func unboxer[A any](params []types.Param, i int) func(any) (A, error) {
	g := reflect.TypeFor[A]()
	name := params[i].Name
	switch g {
	case reflect.TypeFor[int]():
		return func(v any) (A, error) { return any(int(v.(int32))).(A), nil }
	case reflect.TypeFor[string]():
		return func(v any) (A, error) {
			if v == nil {
				var none A
				return none, NullArgument(name)
			}
			return v.(A), nil
		}
	case reflect.TypeFor[NullString]():
		return func(v any) (A, error) {
			s, ok := v.(string)
			return any(NullString{s, ok}).(A), nil
		}
	case reflect.TypeFor[[]string]():
		return func(v any) (A, error) { return any(textsOf(v)).(A), nil }
	case reflect.TypeFor[[]clr.Char]():
		return func(v any) (A, error) { return any(charsOf(v)).(A), nil }
	case reflect.TypeFor[[]any]():
		return func(v any) (A, error) { return any(itemsOf(v)).(A), nil }
	}
	if isEnum(g) {
		return func(v any) (A, error) {
			var a A
			reflect.ValueOf(&a).Elem().SetInt(v.(clr.Enum).Value)
			return a, nil
		}
	}
	return func(v any) (A, error) {
		if v == nil {
			var none A
			return none, nil
		}
		a, ok := v.(A)
		if !ok {
			return a, fmt.Errorf("argument %s is a %T, not the %s its code takes", name, v, g)
		}
		return a, nil
	}
}

func itemsOf(v any) []any {
	switch a := v.(type) {
	case *Array:
		return a.Data
	case []byte:
		out := make([]any, len(a))
		for i, b := range a {
			out[i] = b
		}
		return out
	}
	return nil
}

// textsOf is a string[] as Go strings; null elements are empty. A null array is nil.
func textsOf(v any) []string {
	a, ok := v.(*Array)
	if !ok {
		return nil
	}
	out := make([]string, len(a.Data))
	for i, item := range a.Data {
		out[i], _ = item.(string)
	}
	return out
}

func charsOf(v any) []clr.Char {
	a, ok := v.(*Array)
	if !ok {
		return nil
	}
	out := make([]clr.Char, len(a.Data))
	for i, item := range a.Data {
		out[i] = item.(clr.Char)
	}
	return out
}

func charArray(chars []clr.Char) any {
	items := make([]any, len(chars))
	for i, c := range chars {
		items[i] = c
	}
	return &Array{Elem: types.CharType, Data: items}
}

// Strings makes a string[].
func Strings(values ...string) *Array {
	items := make([]any, len(values))
	for i, v := range values {
		items[i] = v
	}
	return &Array{Elem: types.StringType, Data: items}
}

// StringsOrNull makes a string[], or null of a nil slice.
func StringsOrNull(values []string) any {
	if values == nil {
		return nil
	}
	return Strings(values...)
}
