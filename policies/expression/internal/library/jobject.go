package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func jContainerClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.JContainer", Doc: "A token that has children.", Abstract: true,
		Bases: "JToken; explicit IList<JToken>",
		Members: []Member{
			M("int Count { get; }", "The number of children.", F1(newtonsoft.JContainer.Count),
				`JObject.Parse("{a:1,b:2}").Count => 2`),
			M("void Add(object content)", "Adds content at the end: a token, a value, or a sequence of those.",
				C2(func(c Call, t newtonsoft.JContainer, content any) (Void, error) {
					return Void{}, newtonsoft.Add(c.Budget(), t, content)
				})),
			M("void AddFirst(object content)", "Adds content at the beginning.",
				C2(func(c Call, t newtonsoft.JContainer, content any) (Void, error) {
					return Void{}, newtonsoft.AddFirst(c.Budget(), t, content)
				})),
			M("IEnumerable<JToken> Descendants()", "All tokens below this one.",
				C1(func(c Call, t newtonsoft.JContainer) (*Sequence, error) {
					return descendantsOf(c, t, false), nil
				}),
				`JObject.Parse("{a:[1,2]}").Descendants().Count() => 4`),
			M("IEnumerable<JToken> DescendantsAndSelf()", "The token and all below it.",
				C1(func(c Call, t newtonsoft.JContainer) (*Sequence, error) {
					return descendantsOf(c, t, true), nil
				})),
			M("void RemoveAll()", "Takes all children out.",
				E1(func(t newtonsoft.JContainer) (Void, error) { return Void{}, newtonsoft.RemoveAll(t) })),
			M("void ReplaceAll(object content)", "Takes all children out and adds content.",
				C2(func(c Call, t newtonsoft.JContainer, content any) (Void, error) {
					return Void{}, newtonsoft.ReplaceAll(c.Budget(), t, content)
				})),
			M("void Merge(object content)", "Adds what content has; arrays are put together.",
				C2(func(c Call, t newtonsoft.JContainer, content any) (Void, error) {
					return Void{}, newtonsoft.Merge(c.Budget(), t, content, newtonsoft.MergeSettings{})
				})),
			M("void Merge(object content, JsonMergeSettings settings)", "Adds what content has; the settings say how arrays and nulls are put together.",
				C3(func(c Call, t newtonsoft.JContainer, content any, settings *mergeSettings) (Void, error) {
					return Void{}, newtonsoft.Merge(c.Budget(), t, content, settings.merge())
				})),
		},
	}
}

func jObjectClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.JObject", Doc: "A JSON object: properties in the order in which they were added.",
		Bases: "JContainer; explicit IDictionary<string, JToken>", Go: TypeFor[*newtonsoft.JObject](),
		Members: []Member{
			M("JObject()", "An empty object.", F0(func() *newtonsoft.JObject { return &newtonsoft.JObject{} }),
				`new JObject { ["a"] = 1, ["b"] = "x" }.ToString(Newtonsoft.Json.Formatting.None) => "{\"a\":1,\"b\":\"x\"}"`),
			M("JObject(JObject other)", "A copy of an object.",
				C1(func(c Call, other *newtonsoft.JObject) (newtonsoft.JToken, error) {
					return copyToken(c, other, other == nil)
				})),
			M("JObject(object content)", "An object of properties.",
				C1(func(c Call, content any) (*newtonsoft.JObject, error) {
					return newtonsoft.NewObject(c.Budget(), content)
				})),
			M("JObject(params object[] content)", "An object of properties.",
				C1(func(c Call, content []any) (*newtonsoft.JObject, error) {
					return newtonsoft.NewObject(c.Budget(), content...)
				}),
				`new JObject(new JProperty("a", 1), new JProperty("b", new JArray(1, 2))).ToString(Newtonsoft.Json.Formatting.None) => "{\"a\":1,\"b\":[1,2]}"`,
				`new JObject(1) => ArgumentException: Can not add Newtonsoft.Json.Linq.JValue to Newtonsoft.Json.Linq.JObject.`),
			M("static JObject Parse(string json)", "Reads a JSON text that is an object.",
				C1(func(c Call, json string) (*newtonsoft.JObject, error) {
					return newtonsoft.ParseObject(json, c.reading())
				}),
				`(string)JObject.Parse("{'a':'x'}")["a"] => "x"`,
				`JObject.Parse("[]") => JsonReaderException: Error reading JObject from JsonReader. Current JsonReader item is not an object: StartArray. Path '', line 1, position 1.`),
			M("static JObject FromObject(object o)", "Makes an object of any object.", fromObject[*newtonsoft.JObject](newtonsoft.Object),
				`(int)JObject.FromObject(new { a = 1 })["a"] => 1`,
				`JObject.FromObject(1) => ArgumentException: Object serialized to Integer. JObject instance expected.`),
			M("JToken this[string propertyName] { get; set; }", "The value of a property, or null; setting it adds it or replaces it in its place.",
				F2((*newtonsoft.JObject).Get), `JObject.Parse("{a:1}")["b"] == null => true`).
				Set(C3(func(c Call, o *newtonsoft.JObject, name string, value newtonsoft.JToken) (Void, error) {
					return Void{}, o.Set(c.Budget(), name, value)
				})),
			M("void Add(string propertyName, JToken value)", "Adds a property.",
				C3(func(c Call, o *newtonsoft.JObject, name string, value newtonsoft.JToken) (Void, error) {
					return Void{}, o.AddProperty(c.Budget(), name, value)
				})),
			M("bool Remove(string propertyName)", "Removes a property and tells whether there was one.",
				E2(func(o *newtonsoft.JObject, name NullString) (bool, error) {
					if !name.Valid {
						return false, nil
					}
					return o.RemoveProperty(name.Text)
				}), `JObject.Parse("{a:1}").Remove("b") => false`),
			M("JProperty Property(string name)", "The property of a name, or null.",
				F2(func(o *newtonsoft.JObject, name NullString) *newtonsoft.JProperty {
					if !name.Valid {
						return nil
					}
					return o.Property(name.Text)
				}),
				`JObject.Parse("{a:1}").Property("a").Name => "a"`, `JObject.Parse("{a:1}").Property("b") == null => true`),
			M("JProperty Property(string name, StringComparison comparison)", "The property of a name, or the first whose name equals it in the sense of the comparison, or null.",
				E3(propertyComparing)),
			M("IEnumerable<JProperty> Properties()", "The properties.",
				C1(func(c Call, o *newtonsoft.JObject) (*Sequence, error) { return childrenOf(c, o), nil }),
				`string.Join(",", JObject.Parse("{b:1,a:2}").Properties().Select(p => p.Name)) => "b,a"`),
			M("IEnumerable<JToken> PropertyValues()", "The values of the properties.",
				C1(func(c Call, o *newtonsoft.JObject) (*Sequence, error) { return propertyValues(c, o), nil })),
			M("JToken GetValue(string propertyName)", "The value of a property, or null.",
				F2(func(o *newtonsoft.JObject, name NullString) newtonsoft.JToken {
					if !name.Valid {
						return nil
					}
					return o.Get(name.Text)
				}),
				`(int)JObject.Parse("{a:1}").GetValue("a") => 1`),
			M("JToken GetValue(string propertyName, StringComparison comparison)", "The value of a property, found in the sense of the comparison, or null.",
				E3(getComparing), `(int)JObject.Parse("{Abc:1}").GetValue("aBC", StringComparison.OrdinalIgnoreCase) => 1`),
			M("bool TryGetValue(string propertyName, out JToken value)", "Gets the value of a property and tells whether there is one.",
				Boxed(func(_ Call, args []any) (any, error) {
					name, _ := args[1].(string)
					return found(args[2], args[0].(*newtonsoft.JObject).Get(name)), nil
				})),
			M("bool TryGetValue(string propertyName, StringComparison comparison, out JToken value)", "Gets the value of a property, found in the sense of the comparison.",
				Boxed(func(_ Call, args []any) (any, error) {
					name, valid := args[1].(string)
					v, err := getComparing(args[0].(*newtonsoft.JObject), NullString{name, valid}, clr.StringComparison(args[2].(clr.Enum).Value))
					return found(args[3], v), err
				})),
			M("bool ContainsKey(string propertyName)", "Whether there is a property of a name.",
				F2(func(o *newtonsoft.JObject, name string) bool { return o.Property(name) != nil }),
				`JObject.Parse("{a:null}").ContainsKey("a") => true`),
			M("IEnumerator<KeyValuePair<string, JToken>> GetEnumerator()", "Goes through names and values; foreach uses it.",
				C1(func(_ Call, o *newtonsoft.JObject) (*Sequence, error) { return propertyPairs(o), nil })),
		},
	}
}

// copyToken is the code of a constructor that copies a token.
func copyToken(c Call, t newtonsoft.JToken, isNull bool) (newtonsoft.JToken, error) {
	if isNull {
		return nil, NullArgument("other")
	}
	return newtonsoft.DeepClone(c.Budget(), t)
}

func propertyComparing(o *newtonsoft.JObject, called NullString, how clr.StringComparison) (*newtonsoft.JProperty, error) {
	if !called.Valid {
		return nil, nil
	}
	name := called.Text
	if _, err := clr.EqualText("", "", how); err != nil {
		return nil, err
	}
	return o.PropertyFold(name, func(a, b string) bool {
		equal, err := clr.EqualText(a, b, how)
		return err == nil && equal
	}), nil
}

func getComparing(o *newtonsoft.JObject, name NullString, how clr.StringComparison) (newtonsoft.JToken, error) {
	p, err := propertyComparing(o, name, how)
	if p == nil || err != nil {
		return nil, err
	}
	return p.Value(), nil
}

// found sets an out parameter to a token, and tells whether there is one.
func found(out any, t newtonsoft.JToken) bool {
	p := out.(*any)
	if t == nil {
		*p = nil
		return false
	}
	*p = t
	return true
}

func propertyValues(c Call, o *newtonsoft.JObject) *Sequence {
	return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
		return newtonsoft.Enumerate(o, func(p newtonsoft.JToken) error { return yield(p.(*newtonsoft.JProperty).Value()) })
	})
}

// propertyPairs goes through an object as a dictionary, which is how foreach sees it.
func propertyPairs(o *newtonsoft.JObject) *Sequence {
	t := types.KeyValuePair.Of(types.StringType, Load().Type("Newtonsoft.Json.Linq.JToken"))
	return NewSequence(t, func(yield func(any) error) error {
		return newtonsoft.Enumerate(o, func(child newtonsoft.JToken) error {
			p := child.(*newtonsoft.JProperty)
			return yield(Pair{p.Name(), p.Value(), t})
		})
	})
}
