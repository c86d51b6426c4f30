// Package library is the part of .NET, Newtonsoft.Json and the gateway's own object model
// that expressions may use: a file per class, each member declared once with its
// signature, its documentation, examples that run as tests, and its code.
//
// # How a class is declared
//
// A file such as string.go has one function that returns a [*Class]; the list it belongs
// to (classes_core.go, classes_text.go, classes_json.go, …: one file per owner, so that
// nobody's edits collide) names that function. [Load] puts all lists together, once:
//
//	func stringClass() *Class {
//		return &Class{
//			Name: "System.String", Doc: "Text: a sequence of UTF-16 code units.",
//			Bases: "IEnumerable<char>",
//			Members: []Member{
//				M("static bool IsNullOrEmpty(string value)", "Whether value is null or has no characters.",
//					F1(isNullOrEmpty), `string.IsNullOrEmpty("") => true`),
//				M("int Length { get; }", "The number of characters.", F1(clr.Length), `"abc".Length => 3`),
//				M("string Substring(int startIndex)", "The rest of the text from startIndex on.", E2(substringFrom),
//					`"abc".Substring(1) => "bc"`,
//					`"abc".Substring(4) => ArgumentOutOfRangeException: startIndex cannot be larger than length of string. (Parameter 'startIndex')`),
//			},
//		}
//	}
//
// Name is the full name; type parameters stand behind it: "…Generic.List<T>" ("out T"
// where it is covariant). Kind is needed for anything but a class and the predefined types.
// Bases are base class and interfaces. Go is the Go type that holds the instances
// (TypeFor[*newtonsoft.JObject]()): run-time type tests go by it. Values makes an
// enumeration: "Ordinal=4 OrdinalIgnoreCase=5". Invoke makes a delegate type.
//
// # Signatures
//
// They are written as in C#, types by their short name or keyword (by full name where two
// types share one, such as Newtonsoft.Json.Formatting):
//
//	bool Contains(string value)                       method
//	static bool TryParse(string s, out int result)    static method
//	static string Join<T>(string separator, IEnumerable<T> values)
//	static string Concat(params string[] values)
//	static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> d, string key, T defaultValue = default)
//	                                                  "this" makes an extension method
//	JObject(params object[] content)                  constructor: the class's name, no result
//	int Length { get; }                               property; "{ get; set; }" needs Set(code)
//	char this[int index] { get; }                     indexer
//	static string Empty                               field
//	static bool operator ==(string a, string b)       operator; also op_Addition etc. by symbol
//	static implicit operator JToken(string value)     conversion; also explicit
//
// Const declares a constant: Const("const int MaxValue", doc, int32(…)).
//
// # Code
//
// F0 … F4 take a Go function that cannot fail; E0 … E4 one that returns an error as well;
// C0 … C4 one that takes a [Call] first (for the budget, type arguments, the clock) and
// returns an error. [Boxed] takes func(Call, []any) (any, error), the general form; args[0]
// is the receiver of an instance method. [Try1] and [Try2] make C#'s TryParse of a Go
// function that returns (value, ok).
//
// Parameters of typed functions are held as package clr says; int may stand for int32,
// []string for string[], []clr.Char for char[], and any Go type whose underlying type is
// int32 for an enumeration. A list of arguments ("params") arrives as one array. Most
// members should be typed: the evaluator calls the usual shapes, such as func(string) bool,
// without boxing or allocation.
//
// # Null
//
// A null reference is nil. A null receiver throws NullReferenceException before the code
// runs, but for extension methods. A null for a parameter of Go type string throws
// ArgumentNullException with the parameter's name, as .NET does nearly everywhere; where
// null means something, take a [NullString]. Pointers, interfaces and slices arrive as nil:
// check them. A result nil is null; return a NullString for a string that may be null.
// A T? is nil or the boxed T; in signatures "int?", in Go any.
//
// # Failures and budgets
//
// What .NET throws is returned as *clr.Exception. Nothing panics. Code that builds text or
// arrays much larger than its arguments asks c.Budget() first; code that loops over more
// than its arguments calls c.Step() in the loop; sequences (c.Each) do so by themselves.
//
// # Lambdas, sequences, generics
//
// A delegate arrives as *Delegate; call it with d.Call(args…). Anything enumerable is gone
// through with Each(v, func(item any) error), whatever it is (arrays, List, JArray, string,
// lazy sequences); return [ErrStop] to end early. A lazy result is NewSequence(elem, func(yield
// func(any) error) error); it runs again each time it is enumerated, and ends when yield
// returns an error. c.TypeArgs are the type arguments of a generic method, c.Type is the
// type that an instance is made of (new List<int>()), c.Result the static type of the result.
package library
