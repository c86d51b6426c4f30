package library

import (
	"strconv"
	"strings"

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

func typeClass() *Class {
	return &Class{
		Name: "System.Type", Access: AllowSome, Abstract: true,
		Doc: "A type as a value, as typeof gives it. It has no members that expressions may use.",
	}
}

// enumParsers are the methods of Enum that make values of texts.
func enumParsers() []Member {
	return []Member{
		M("static object Parse(Type enumType, string value)", "The value of an enumeration that has a name or number, or names between commas.",
			Boxed(func(_ Call, args []any) (any, error) { return parseEnum(args[0], args[1], false) }),
			`(DayOfWeek)Enum.Parse(typeof(DayOfWeek), "Friday") => Friday`,
			`Enum.Parse(typeof(DayOfWeek), "x") => ArgumentException: Requested value 'x' was not found.`).Allowed(),
		M("static object Parse(Type enumType, string value, bool ignoreCase)", "The same, whatever the case.",
			Boxed(func(_ Call, args []any) (any, error) { return parseEnum(args[0], args[1], args[2].(bool)) }),
			`(int)Enum.Parse(typeof(DayOfWeek), "friday", true) => 5`).Allowed(),
		M("static bool TryParse<TEnum>(string value, out TEnum result)", "Whether there is such a value, which result becomes.",
			Boxed(func(c Call, args []any) (any, error) { return tryEnum(c, args[0], false, args[1]), nil }),
			`Enum.TryParse("Friday", out DayOfWeek d) ? (int)d : -1 => 5`, `Enum.TryParse<DayOfWeek>("x", out var d) => false`).Allowed(),
		M("static bool TryParse<TEnum>(string value, bool ignoreCase, out TEnum result)", "The same, whatever the case.",
			Boxed(func(c Call, args []any) (any, error) { return tryEnum(c, args[0], args[1].(bool), args[2]), nil }),
			`Enum.TryParse<DayOfWeek>("FRIDAY", true, out var d) => true`).Allowed(),
	}
}

func parseEnum(of, text any, ignoreCase bool) (any, error) {
	t, ok := of.(TypeValue)
	switch {
	case !ok:
		return nil, NullArgument("enumType")
	case t.Of.Kind != types.Enum:
		return nil, clr.ArgumentError("Type provided must be an Enum.", "enumType")
	case text == nil:
		return nil, NullArgument("value")
	}
	value := strings.TrimSpace(text.(string))
	if value == "" {
		return nil, clr.ArgumentError("Must specify valid information for parsing in the string.", "value")
	}
	n, ok := enumValue(t.Of, value, ignoreCase)
	if !ok {
		return nil, clr.ClassArgument.Throw("Requested value '" + value + "' was not found.")
	}
	return EnumOf(t.Of, n), nil
}

func tryEnum(c Call, text any, ignoreCase bool, result any) bool {
	t := c.TypeArgs[0]
	out := result.(*any)
	*out = Zero(t)
	value, ok := text.(string)
	if !ok || t.Kind != types.Enum {
		return false
	}
	n, ok := enumValue(t, strings.TrimSpace(value), ignoreCase)
	if ok {
		*out = EnumOf(t, n)
	}
	return ok
}

// enumValue reads a number, a name, or names between commas, which are combined.
func enumValue(t *types.Type, text string, ignoreCase bool) (int64, bool) {
	if n, err := strconv.ParseInt(text, 10, 32); err == nil {
		return n, true
	}
	all := int64(0)
	for _, name := range strings.Split(text, ",") {
		n, ok := namedValue(t, strings.TrimSpace(name), ignoreCase)
		if !ok {
			return 0, false
		}
		all |= n
	}
	return all, true
}

func namedValue(t *types.Type, name string, ignoreCase bool) (int64, bool) {
	if n, ok := t.Def.Value(name); ok || !ignoreCase {
		return n, ok
	}
	for _, v := range t.Def.Values {
		if strings.EqualFold(v.Name, name) {
			return v.Value, true
		}
	}
	return 0, false
}
