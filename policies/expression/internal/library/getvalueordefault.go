package library

import (
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func extensionsClass() *Class {
	return &Class{
		Name: "ExpressionSyntaxExtensions", Static: true, Doc: "The gateway's own methods for dictionaries and forms.",
		Members: slices.Concat(dictionaryExtensions(), formExtensions()),
	}
}

func dictionaryExtensions() []Member {
	const doc = "The value of a key, or a default when it is not there."
	const joined = "The values of a header, parameter or claim joined with commas, or a default when it is not there."
	return []Member{
		M("static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> dictionary, string key, T defaultValue = default)",
			"The value of a variable, or a default when it is not there. A value of another type throws.", Boxed(typedValue),
			`context.Variables.GetValueOrDefault<string>("tier") => "gold"`,
			`context.Variables.GetValueOrDefault("none", "free") => "free"`,
			"context.Variables.GetValueOrDefault<int>(\"tier\") => UserVariableCastException: Unable to convert context variable `tier` of type `System.String` to the type of `System.Int32`."),
		M("static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> dictionary, string key)", joined, Boxed(joinedValue),
			`context.Request.Headers.GetValueOrDefault("X-Many") => "a,b"`),
		M("static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> dictionary, string key, string defaultValue)", joined, Boxed(joinedValue),
			`context.Request.Headers.GetValueOrDefault("X-None", "d") => "d"`),
		M("static TValue GetValueOrDefault<TKey, TValue>(this IReadOnlyDictionary<TKey, TValue> dictionary, TKey key)", doc, Boxed(valueOrDefault)),
		M("static TValue GetValueOrDefault<TKey, TValue>(this IReadOnlyDictionary<TKey, TValue> dictionary, TKey key, TValue defaultValue)", doc, Boxed(valueOrDefault),
			`context.Request.MatchedParameters.GetValueOrDefault("none", "d") => "d"`),
		M("static TValue GetValueOrDefault<TKey, TValue>(this IDictionary<TKey, TValue> dictionary, TKey key)", doc, Boxed(valueOrDefault)),
		M("static TValue GetValueOrDefault<TKey, TValue>(this IDictionary<TKey, TValue> dictionary, TKey key, TValue defaultValue)", doc, Boxed(valueOrDefault)),
		M("static TValue GetValueOrDefault<TKey, TValue>(this Dictionary<TKey, TValue> dictionary, TKey key)", doc, Boxed(valueOrDefault)),
		M("static TValue GetValueOrDefault<TKey, TValue>(this Dictionary<TKey, TValue> dictionary, TKey key, TValue defaultValue)", doc, Boxed(valueOrDefault)),
	}
}

func typedValue(c Call, args []any) (any, error) {
	if args[0] == nil {
		return nil, NullArgument("dictionary")
	}
	if args[1] == nil {
		return nil, NullArgument("key")
	}
	v, ok := lookupOf(args[0]).Get(args[1])
	if !ok {
		return args[2], nil
	}
	return VariableAs(args[1].(string), v, c.TypeArgs[0])
}

// VariableAs is the value of a context variable as a type: it must be of that type.
func VariableAs(name string, v any, t *types.Type) (any, error) {
	if v == nil {
		return Zero(t), nil
	}
	if !Is(v, t) {
		return nil, clr.VariableCastError(name, RuntimeType(v).CLRName(), t.CLRName())
	}
	return v, nil
}

func joinedValue(_ Call, args []any) (any, error) {
	if args[0] == nil {
		return nil, NullArgument("dictionary")
	}
	if args[1] == nil {
		return nil, NullArgument("key")
	}
	if h, ok := args[0].(*exchange.Headers); ok {
		if v, ok := h.Joined(args[1].(string)); ok {
			return v, nil
		}
	} else if v, ok := lookupOf(args[0]).Get(args[1]); ok && v != nil {
		return strings.Join(textsOf(v), ","), nil
	}
	if len(args) > 2 {
		return args[2], nil
	}
	return nil, nil
}

func valueOrDefault(c Call, args []any) (any, error) {
	if args[0] == nil {
		return nil, NullArgument("dictionary")
	}
	if args[1] == nil {
		return nil, NullArgument("key")
	}
	if v, ok := lookupOf(args[0]).Get(args[1]); ok {
		return v, nil
	}
	if len(args) > 2 {
		return args[2], nil
	}
	return Zero(c.TypeArgs[1]), nil
}
