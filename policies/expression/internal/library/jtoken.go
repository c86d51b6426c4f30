package library

import (
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func jTokenTypeEnum() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.JTokenType", Kind: types.Enum, Doc: "What a token is.",
		Values: "None Object Array Constructor Property Comment Integer Float String Boolean Null Undefined Date Raw Bytes Guid Uri TimeSpan",
	}
}

func formattingEnum() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Formatting", Kind: types.Enum, Doc: "How JSON text is laid out.", Values: "None Indented",
	}
}

func jTokenClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.JToken", Doc: "A node of a JSON tree.", Abstract: true,
		Bases: "IEnumerable<JToken>", Members: append(jTokenMembers(), jTokenConversions()...),
	}
}

func jTokenMembers() []Member {
	out := []Member{
		M("static JToken Parse(string json)", "Reads a JSON text of any kind. Dates in strings become dates.",
			parsing(newtonsoft.Parse),
			`(string)JToken.Parse("[1,{'a':2}]")[1]["a"] => "2"`,
			`JToken.Parse("tru") => JsonReaderException: Unexpected end when reading JSON. Path '', line 1, position 3.`),
		M("static JTokenEqualityComparer EqualityComparer { get; }", "What tells whether trees are equal.", F0(func() tokenEquality { return tokenEquality{} }),
			`new[] { JToken.Parse("{a:1,b:2}"), JToken.Parse("{b:2,a:1}") }.Distinct(JToken.EqualityComparer).Count() => 1`),
		M("static JToken FromObject(object o)", "Makes a tree of any object.",
			C1(func(c Call, o any) (newtonsoft.JToken, error) {
				if o == nil {
					return nil, NullArgument("o")
				}
				return newtonsoft.FromObject(c.Budget(), jsonValue(o))
			}),
			`JToken.FromObject(new { a = 1 }).ToString(Newtonsoft.Json.Formatting.None) => "{\"a\":1}"`),
		M("static bool DeepEquals(JToken t1, JToken t2)", "Whether two trees have the same shape and values.",
			F2(newtonsoft.DeepEquals),
			`JToken.DeepEquals(JToken.Parse("{a:1,b:2}"), JToken.Parse("{b:2,a:1}")) => true`),
		M("JToken DeepClone()", "A copy of the token and all below it.",
			C1(func(c Call, t newtonsoft.JToken) (newtonsoft.JToken, error) {
				return newtonsoft.DeepClone(c.Budget(), t)
			}),
			`(int)JToken.Parse("{a:1}").DeepClone()["a"] => 1`),
		M("JTokenType Type { get; }", "What the token is.", F1(newtonsoft.JToken.Type),
			`JToken.Parse("[]").Type == JTokenType.Array => true`),
		M("bool HasValues { get; }", "Whether the token has children.", F1(newtonsoft.HasValues),
			`JToken.Parse("{}").HasValues => false`),
		M("JToken this[object key] { get; set; }", "The child of a name or an index; null when an object has no such name.",
			E2(newtonsoft.Index), `(int)JToken.Parse("{a:5}")["a"] => 5`, `JToken.Parse("{a:5}")["b"] == null => true`,
			`JToken.Parse("1")["a"] => InvalidOperationException: Cannot access child value on Newtonsoft.Json.Linq.JValue.`).
			Set(C3(func(c Call, t newtonsoft.JToken, key any, value newtonsoft.JToken) (Void, error) {
				return Void{}, newtonsoft.SetIndex(c.Budget(), t, key, value)
			})),
		M("T Value<T>(object key)", "The value of a child as a type; the type's default when there is none.", C2(tokenValue),
			`JToken.Parse("{a:'5'}").Value<int>("a") => 5`, `JToken.Parse("{}").Value<string>("a") == null => true`),
		M("IEnumerable<T> Values<T>()", "The children as values of a type.", C1(tokenValues),
			`string.Join(",", JToken.Parse("[1,2]").Values<int>()) => "1,2"`),
		M("T ToObject<T>()", "The tree as an object of a type.", C1(tokenToObject),
			`string.Join("-", JToken.Parse("['a','b']").ToObject<string[]>()) => "a-b"`, `JToken.Parse("'7'").ToObject<int>() => 7`),
		M("string ToString()", "A value's bare text, and indented JSON of anything else.",
			C1(func(c Call, t newtonsoft.JToken) (string, error) { return newtonsoft.Text(c.Budget(), t) }),
			`JToken.Parse("'x'").ToString() => "x"`, `JToken.Parse("{a:[1]}").ToString() => "{\n  \"a\": [\n    1\n  ]\n}"`),
		M("string ToString(Newtonsoft.Json.Formatting formatting)", "The token as JSON.",
			C2(func(c Call, t newtonsoft.JToken, f newtonsoft.Formatting) (string, error) {
				return newtonsoft.JSON(c.Budget(), t, f)
			}),
			`JToken.Parse("{ 'a' : [ 1.0, null ] }").ToString(Newtonsoft.Json.Formatting.None) => "{\"a\":[1.0,null]}"`),
		M("string ToString(Newtonsoft.Json.Formatting formatting, params JsonConverter[] converters)", "The token as JSON. There are no converters here.",
			C3(func(c Call, t newtonsoft.JToken, f newtonsoft.Formatting, _ any) (string, error) {
				return newtonsoft.JSON(c.Budget(), t, f)
			}),
			`new JArray(1).ToString(Newtonsoft.Json.Formatting.None, new JsonConverter[0]) => "[1]"`),
	}
	return append(append(append(out, jTokenNavigation()...), jTokenSelection()...), jTokenChanges()...)
}

// jTokenNavigation are the members that lead from a token to others.
func jTokenNavigation() []Member {
	return []Member{
		M("string Path { get; }", "Where the token is in its tree.", F1(newtonsoft.Path),
			`JToken.Parse("{a:[1,2]}").SelectToken("a[1]").Path => "a[1]"`),
		M("JContainer Parent { get; }", "The container the token is in, or null.", F1(newtonsoft.JToken.Parent),
			`((JProperty)JToken.Parse("{a:1}")["a"].Parent).Name => "a"`),
		M("JToken Root { get; }", "The outermost token of the tree.", F1(newtonsoft.Root)),
		M("JToken Next { get; }", "The token after this one, or null.", F1(newtonsoft.Next),
			`(int)JToken.Parse("[3,4]").First.Next => 4`),
		M("JToken Previous { get; }", "The token before this one, or null.", F1(newtonsoft.Previous)),
		M("JToken First { get; }", "The first child, or null.", E1(newtonsoft.First), `(int)JToken.Parse("[3,4]").First => 3`),
		M("JToken Last { get; }", "The last child, or null.", E1(newtonsoft.Last), `(int)JToken.Parse("[3,4]").Last => 4`),
		M("IJEnumerable<JToken> Children()", "The children.",
			C1(func(c Call, t newtonsoft.JToken) (*Sequence, error) {
				return childrenOf(c, t), nil
			}),
			`JToken.Parse("{a:5,b:6}").Children().Count() => 2`),
		M("IEnumerable<T> Children<T>()", "The children that are of a type.",
			C1(func(c Call, t newtonsoft.JToken) (*Sequence, error) { return ofType(c, childrenOf(c, t)), nil }),
			`JToken.Parse("[1,{},[]]").Children<JObject>().Count() => 1`),
		M("IEnumerable<JToken> Ancestors()", "The tokens that the token is in, innermost first.",
			C1(func(c Call, t newtonsoft.JToken) (*Sequence, error) {
				return sequenceOf(c, newtonsoft.Ancestors(t)), nil
			}),
			`JToken.Parse("{a:[1]}").SelectToken("a[0]").Ancestors().Count() => 3`),
		M("IEnumerable<JToken> AncestorsAndSelf()", "The token and those it is in, innermost first.",
			C1(func(c Call, t newtonsoft.JToken) (*Sequence, error) {
				return sequenceOf(c, withSelf(t, newtonsoft.Ancestors(t))), nil
			})),
		M("IEnumerable<JToken> AfterSelf()", "The tokens after this one.",
			C1(func(c Call, t newtonsoft.JToken) (*Sequence, error) {
				return sequenceOf(c, newtonsoft.AfterSelf(t)), nil
			})),
		M("IEnumerable<JToken> BeforeSelf()", "The tokens before this one.",
			C1(func(c Call, t newtonsoft.JToken) (*Sequence, error) {
				return sequenceOf(c, newtonsoft.BeforeSelf(t)), nil
			})),
	}
}

// jTokenSelection are the members that take a JSONPath.
func jTokenSelection() []Member {
	return []Member{
		M("JToken SelectToken(string path)", "The token that a JSONPath finds, or null.",
			C2(func(c Call, t newtonsoft.JToken, path string) (newtonsoft.JToken, error) {
				return newtonsoft.SelectToken(t, path, c.selecting(false))
			}),
			`(string)JToken.Parse("{a:[{b:'x'},{b:'y'}]}").SelectToken("$.a[1].b") => "y"`,
			`JToken.Parse("[1,2]").SelectToken("[*]") => JsonException: Path returned multiple tokens.`),
		M("JToken SelectToken(string path, bool errorWhenNoMatch)", "The token that a JSONPath finds; null, or an exception, when there is none.",
			C3(func(c Call, t newtonsoft.JToken, path string, strict bool) (newtonsoft.JToken, error) {
				return newtonsoft.SelectToken(t, path, c.selecting(strict))
			}),
			`JToken.Parse("{}").SelectToken("a", true) => JsonException: Property 'a' does not exist on JObject.`),
		M("IEnumerable<JToken> SelectTokens(string path)", "All tokens that a JSONPath finds.",
			C2(func(c Call, t newtonsoft.JToken, path string) (*Sequence, error) {
				return selectTokens(c, t, path, false)
			}),
			`JToken.Parse("[{a:1},{a:2},{a:3}]").SelectTokens("[?(@.a > 1)]").Count() => 2`),
		M("IEnumerable<JToken> SelectTokens(string path, bool errorWhenNoMatch)", "All tokens that a JSONPath finds.",
			C3(selectTokens)),
	}
}

// jTokenChanges are the members that change the tree around a token.
func jTokenChanges() []Member {
	return []Member{
		M("void AddAfterSelf(object content)", "Adds content after the token.",
			C2(func(c Call, t newtonsoft.JToken, content any) (Void, error) {
				return Void{}, newtonsoft.AddAfterSelf(c.Budget(), t, content)
			})),
		M("void AddBeforeSelf(object content)", "Adds content before the token.",
			C2(func(c Call, t newtonsoft.JToken, content any) (Void, error) {
				return Void{}, newtonsoft.AddBeforeSelf(c.Budget(), t, content)
			})),
		M("void Remove()", "Takes the token out of its parent.",
			E1(func(t newtonsoft.JToken) (Void, error) { return Void{}, newtonsoft.Remove(t) })),
		M("void Replace(JToken value)", "Puts another token in this one's place.",
			C2(func(c Call, t, value newtonsoft.JToken) (Void, error) {
				return Void{}, newtonsoft.Replace(c.Budget(), t, value)
			})),
	}
}

// parsing is the code of Parse of a class of tokens.
func parsing[T newtonsoft.JToken](parse func(string, newtonsoft.ReadOptions) (T, error)) Code {
	return C1(func(c Call, json NullString) (T, error) {
		if !json.Valid {
			// Json.NET gives the text to a StringReader, whose parameter is s.
			var none T
			return none, NullArgument("s")
		}
		return parse(json.Text, c.reading())
	})
}

// reading is how a JSON text is read in an expression.
func (c Call) reading() newtonsoft.ReadOptions { return newtonsoft.ReadOptions{Budget: c.Budget()} }

func (c Call) selecting(strict bool) newtonsoft.SelectOptions {
	return newtonsoft.SelectOptions{ErrorWhenNoMatch: strict, RegexTimeout: c.Remaining(), Budget: c.Budget()}
}

// selectTokens looks at the path at once, and at the tree when it is enumerated.
func selectTokens(c Call, t newtonsoft.JToken, path string, strict bool) (*Sequence, error) {
	q, err := newtonsoft.CompilePath(path)
	if err != nil {
		return nil, err
	}
	return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
		found, err := q.Tokens(t, c.selecting(strict))
		if err != nil {
			return err
		}
		for _, token := range found {
			if err := yield(token); err != nil {
				return err
			}
		}
		return nil
	}), nil
}

func tokenToObject(c Call, t newtonsoft.JToken) (any, error) {
	target, err := targetOf(c.Run, c.TypeArgs[0])
	if err != nil {
		return nil, err
	}
	return newtonsoft.ToObject(c.Budget(), t, target)
}

func tokenValue(c Call, t newtonsoft.JToken, key any) (any, error) {
	child, err := newtonsoft.Index(t, key)
	if err != nil {
		return nil, err
	}
	return convertToken(c, child, c.TypeArgs[0])
}

// convertToken is what Value<T>() makes of a token.
func convertToken(c Call, t newtonsoft.JToken, to *types.Type) (any, error) {
	target, err := targetOf(c.Run, to)
	if err != nil {
		return nil, err
	}
	return newtonsoft.Convert(t, target)
}

func tokenValues(c Call, t newtonsoft.JToken) (*Sequence, error) {
	if _, err := newtonsoft.First(t); err != nil {
		return nil, err
	}
	target, err := targetOf(c.Run, c.TypeArgs[0])
	if err != nil {
		return nil, err
	}
	return NewSequence(c.TypeArgs[0], func(yield func(any) error) error {
		return newtonsoft.Enumerate(t, func(child newtonsoft.JToken) error { return yieldConverted(child, target, yield) })
	}), nil
}

// sequenceOf is a lazy sequence of the items; their type is that of the member's result.
func sequenceOf[T any](c Call, items iter.Seq[T]) *Sequence {
	return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
		for v := range items {
			if err := yield(any(v)); err != nil {
				return err
			}
		}
		return nil
	})
}

// childrenOf is the lazy sequence of a token's children. It fails when they change while it
// is gone through.
func childrenOf(c Call, t newtonsoft.JToken) *Sequence {
	return NewSequence(c.Result.Args[0], func(yield func(any) error) error { return eachToken(t, yield) })
}

// descendantsOf is the lazy sequence of what is below a token, and with self the token.
func descendantsOf(c Call, t newtonsoft.JToken, self bool) *Sequence {
	return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
		if self {
			if err := yield(t); err != nil {
				return err
			}
		}
		return newtonsoft.EnumerateDescendants(t, func(d newtonsoft.JToken) error { return yield(d) })
	})
}

// ofType is a lazy sequence of the items that are of the method's type argument.
func ofType(c Call, items *Sequence) *Sequence {
	return NewSequence(c.TypeArgs[0], func(yield func(any) error) error {
		return items.run(func(v any) error {
			if !Is(v, c.TypeArgs[0]) {
				return nil
			}
			return yield(v)
		})
	})
}

func withSelf[T any](self T, rest iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		if yield(self) {
			rest(yield)
		}
	}
}

// jsonValue is a value as newtonsoft takes it: a dictionary has its entries at hand.
func jsonValue(v any) any {
	if l := lookupOf(v); l != nil {
		return l
	}
	return v
}

// fromObject is the code of FromObject of a class whose tokens are of one kind.
func fromObject[T newtonsoft.JToken](kind newtonsoft.JTokenType) Code {
	return C1(func(c Call, o any) (T, error) {
		var none T
		if o == nil {
			return none, NullArgument("o")
		}
		t, err := newtonsoft.FromObjectAs(c.Budget(), jsonValue(o), kind)
		if err != nil {
			return none, err
		}
		out, ok := t.(T)
		if !ok {
			return none, clr.CastError(t.TypeName(), kind.String())
		}
		return out, nil
	})
}
