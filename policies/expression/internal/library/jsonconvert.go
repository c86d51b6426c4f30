package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func jsonConvertClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.JsonConvert", Doc: "Makes JSON text of objects, and objects of JSON text.", Static: true,
		Members: append([]Member{
			Const("const string True", "The JSON text true.", "true").Denied(),
			Const("const string False", "The JSON text false.", "false").Denied(),
			Const("const string Null", "The JSON text null.", "null").Denied(),
			Const("const string Undefined", "The JavaScript text undefined.", "undefined").Denied(),
			Const("const string NaN", "The JavaScript text NaN.", "NaN").Denied(),
			M("static string SerializeObject(object value)", "The JSON text of an object, on one line.",
				C1(func(c Call, v any) (string, error) {
					return serializeAny(c, v, newtonsoft.Compact)
				}),
				`JsonConvert.SerializeObject(new { a = 1, b = new[] { "x" }, c = (string)null }) => "{\"a\":1,\"b\":[\"x\"],\"c\":null}"`,
				`JsonConvert.SerializeObject("a\"b") => "\"a\\\"b\""`, `JsonConvert.SerializeObject(null) => "null"`),
			M("static string SerializeObject(object value, Newtonsoft.Json.Formatting formatting)", "The JSON text of an object.",
				C2(func(c Call, v any, f newtonsoft.Formatting) (string, error) {
					return serializeAny(c, v, f)
				}),
				`JsonConvert.SerializeObject(new { a = 1 }, Newtonsoft.Json.Formatting.Indented) => "{\n  \"a\": 1\n}"`),
			M("static object DeserializeObject(string value)", "The token of a JSON text, or null for an empty one.",
				C1(func(c Call, text string) (any, error) {
					v, err := newtonsoft.DeserializeObject(text, &newtonsoft.Target{Name: "System.Object"}, c.reading())
					return v, err
				}),
				`((JObject)JsonConvert.DeserializeObject("{a:1}")).Count => 1`),
			M("static string ToString(object value)", "The JSON text of a single value.",
				C1(func(c Call, v any) (string, error) {
					return newtonsoft.SerializeObject(c.Budget(), v, newtonsoft.Compact)
				}),
				`JsonConvert.ToString("a\"b") => "\"a\\\"b\""`).Denied(),
			M("static T DeserializeAnonymousType<T>(string value, T anonymousTypeObject)", "A JSON text as an object of the type of another.",
				C2(func(c Call, text string, _ any) (any, error) { return deserialize(c, text) }),
				`JsonConvert.DeserializeAnonymousType("{a:1}", new { a = 0 }).a => 1`).Denied(),
			M("static T DeserializeObject<T>(string value)", "A JSON text as an object of a type.",
				C1(deserialize),
				`JsonConvert.DeserializeObject<int[]>("[1,2]").Length => 2`,
				`(string)JsonConvert.DeserializeObject<JObject>("{a:'x'}")["a"] => "x"`),
		}, jsonConvertXML()...),
	}
}

// serializeAny is SerializeObject.
func serializeAny(c Call, v any, f newtonsoft.Formatting) (string, error) {
	return newtonsoft.SerializeObject(c.Budget(), jsonValue(v), f)
}

// deserialize makes of a text an object of the method's type argument.
func deserialize(c Call, text string) (any, error) {
	target, err := targetOf(c.Run, c.TypeArgs[0])
	if err != nil {
		return nil, err
	}
	v, err := newtonsoft.DeserializeObject(text, target, c.reading())
	if v == nil && err == nil && c.TypeArgs[0].IsValue() {
		return Zero(c.TypeArgs[0]), nil
	}
	return v, err
}

func jEnumerableClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.IJEnumerable<out T>", Kind: types.Interface, Bases: "IEnumerable<T>",
		Doc: "A sequence of tokens.",
		Members: []Member{
			M("IJEnumerable<JToken> this[object key] { get; }", "The children of the tokens that have a name or an index.", C2(valuesOfAll),
				`string.Join(",", JToken.Parse("[{a:1},{b:2},{a:3}]").Children()["a"]) => "1,3"`),
		},
	}
}

func jsonExtensionsClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.Extensions", Doc: "What sequences of tokens can do.", Static: true,
		Members: []Member{
			M("static U Value<U>(this IEnumerable<JToken> value)", "A token as a value of a type.",
				C1(func(c Call, v any) (any, error) {
					t, ok := v.(newtonsoft.JToken)
					if !ok {
						return nil, notAToken(v)
					}
					return convertToken(c, t, c.TypeArgs[0])
				}),
				`JToken.Parse("{a:'5'}")["a"].Value<int>() => 5`, `JToken.Parse("{a:null}")["a"].Value<string>() == null => true`,
				`JToken.Parse("{}").Value<string>() => InvalidCastException: Cannot cast Newtonsoft.Json.Linq.JObject to Newtonsoft.Json.Linq.JToken.`),
			M("static IEnumerable<U> Values<U>(this IEnumerable<JToken> source)", "The tokens' children as values of a type.",
				C1(func(c Call, source any) (*Sequence, error) { return valuesOfAll(c, source, nil) })),
			M("static IEnumerable<U> Values<U>(this IEnumerable<JToken> source, object key)", "The tokens' children of a name or an index as values of a type.",
				C2(valuesOfAll),
				`string.Join(",", JArray.Parse("[{a:1},{a:2}]").Values<int>("a")) => "1,2"`),
			M("static IJEnumerable<JToken> Values(this IEnumerable<JToken> source)", "The tokens' children.",
				C1(func(c Call, source any) (*Sequence, error) { return valuesOfAll(c, source, nil) })),
			M("static IJEnumerable<JToken> Values(this IEnumerable<JToken> source, object key)", "The tokens' children of a name or an index.",
				C2(valuesOfAll)),
			M("static IJEnumerable<JToken> AsJEnumerable(this IEnumerable<JToken> source)", "The tokens themselves.",
				C1(func(c Call, source any) (*Sequence, error) {
					return flattened(c, source, func(t newtonsoft.JToken, yield func(any) error) error { return yield(t) })
				}),
				`string.Join(",", JArray.Parse("[{a:1},{a:2}]").AsJEnumerable()["a"]) => "1,2"`),
			M("static IJEnumerable<JProperty> Properties(this IEnumerable<JObject> source)", "The objects' properties.",
				C1(func(c Call, source any) (*Sequence, error) {
					return flattened(c, source, func(t newtonsoft.JToken, yield func(any) error) error {
						return eachToken(t, yield)
					})
				})),
			M("static IJEnumerable<JToken> Children<T>(this IEnumerable<T> source) where T : JToken", "The tokens' children.",
				C1(func(c Call, source any) (*Sequence, error) {
					return flattened(c, source, func(t newtonsoft.JToken, yield func(any) error) error { return eachToken(t, yield) })
				})),
			M("static IJEnumerable<JToken> Descendants<T>(this IEnumerable<T> source) where T : JContainer", "All tokens below the tokens.",
				C1(func(c Call, source any) (*Sequence, error) {
					return flattened(c, source, func(t newtonsoft.JToken, yield func(any) error) error {
						return newtonsoft.EnumerateDescendants(t, func(d newtonsoft.JToken) error { return yield(d) })
					})
				})),
			M("static IJEnumerable<JToken> Ancestors<T>(this IEnumerable<T> source) where T : JToken", "The tokens that the tokens are in.",
				C1(func(c Call, source any) (*Sequence, error) {
					return flattened(c, source, func(t newtonsoft.JToken, yield func(any) error) error {
						for a := range newtonsoft.Ancestors(t) {
							if err := yield(a); err != nil {
								return err
							}
						}
						return nil
					})
				})),
		},
	}
}

func notAToken(v any) error {
	if v == nil {
		return NullArgument("value")
	}
	return errSourceToken()
}

// flattened is a lazy sequence of what f yields for each token of a sequence.
func flattened(c Call, source any, f func(t newtonsoft.JToken, yield func(any) error) error) (*Sequence, error) {
	if source == nil {
		return nil, NullArgument("source")
	}
	return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
		return each(source, func(item any) error {
			t, ok := item.(newtonsoft.JToken)
			if !ok {
				return errSourceToken()
			}
			return f(t, yield)
		})
	}), nil
}

// valuesOfAll goes through a sequence of tokens: the children of each, or with a key the
// child of each that has it.
func valuesOfAll(c Call, source, key any) (*Sequence, error) {
	var target *newtonsoft.Target // nil: the tokens themselves
	if to := c.Result.Args[0]; len(c.TypeArgs) > 0 {
		var err error
		if target, err = targetOf(c.Run, to); err != nil {
			return nil, err
		}
	}
	return flattened(c, source, func(t newtonsoft.JToken, yield func(any) error) error {
		if key == nil {
			return childValues(t, target, yield)
		}
		child, err := newtonsoft.Index(t, key)
		if err != nil || child == nil {
			return err
		}
		return yieldConverted(child, target, yield)
	})
}

func childValues(t newtonsoft.JToken, target *newtonsoft.Target, yield func(any) error) error {
	if v, ok := t.(*newtonsoft.JValue); ok {
		return yieldConverted(v, target, yield)
	}
	return newtonsoft.Enumerate(t, func(child newtonsoft.JToken) error { return yieldConverted(child, target, yield) })
}

func yieldConverted(t newtonsoft.JToken, target *newtonsoft.Target, yield func(any) error) error {
	if target == nil {
		return yield(t)
	}
	v, err := newtonsoft.Convert(t, target)
	if err != nil {
		return err
	}
	return yield(v)
}

func errSourceToken() error { return clr.ClassArgument.Throw("Source value must be a JToken.") }
