package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A TypeValue is what typeof(T) gives.
type TypeValue struct{ Of *types.Type }

// RuntimeType of a type is System.Type.
func (TypeValue) RuntimeType() *types.Type { return types.TypeClass.Type() }

// TypeName is that of the class.
func (TypeValue) TypeName() string { return types.TypeClass.FullName() }

// ToString is the full name of the type.
func (t TypeValue) ToString() string { return t.Of.CLRName() }

// Equals reports whether other is the same type.
func (t TypeValue) Equals(other any) bool {
	o, ok := other.(TypeValue)
	return ok && types.Identical(t.Of, o.Of)
}

// EqualityKey is the same for equal types.
func (t TypeValue) EqualityKey() any { return clr.EqualityKeys("Type", t.Of.CLRName()) }

func typeClass() *Class {
	return &Class{
		Name: "System.Type", Access: AllowSome, Abstract: true,
		Doc: "A type as a value, as typeof gives it. It has no members that expressions may use.",
	}
}

// enumParsers are the methods of Enum that make values of a type that is given as a value.
func enumParsers() []Member {
	parse := func(c Call, of, text any, ignoreCase bool) (any, error) {
		t, ok := of.(TypeValue)
		switch {
		case !ok:
			return nil, NullArgument("enumType")
		case text == nil:
			return nil, NullArgument("value")
		}
		return parseEnum(Call{c.Run, &Site{TypeArgs: []*types.Type{t.Of}}}, text.(string), ignoreCase)
	}
	return []Member{
		M("static object Parse(Type enumType, string value)", "The value of an enumeration that has a name or number, or names between commas.",
			Boxed(func(c Call, args []any) (any, error) { return parse(c, args[0], args[1], false) }),
			`(DayOfWeek)Enum.Parse(typeof(DayOfWeek), "Friday") => Friday`,
			`Enum.Parse(typeof(DayOfWeek), "x") => ArgumentException: Requested value 'x' was not found.`).Allowed(),
		M("static object Parse(Type enumType, string value, bool ignoreCase)", "The same, whatever the case.",
			Boxed(func(c Call, args []any) (any, error) { return parse(c, args[0], args[1], args[2].(bool)) }),
			`(int)Enum.Parse(typeof(DayOfWeek), "friday", true) => 5`).Allowed(),
	}
}
