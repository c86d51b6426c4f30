package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
)

func jValueClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.JValue", Doc: "A token without children: a string, a number, a date, null and so on.",
		Bases: "JToken", Go: TypeFor[*newtonsoft.JValue](),
		Members: []Member{
			M("JValue(JValue other)", "A copy of a value.",
				C1(func(c Call, other *newtonsoft.JValue) (newtonsoft.JToken, error) {
					return copyToken(c, other, other == nil)
				})),
			M("JValue(object value)", "A token of a value; null is a JSON null.",
				E1(func(v any) (*newtonsoft.JValue, error) { return newtonsoft.NewValue(v) }),
				`new JValue((object)null).Type == JTokenType.Null => true`),
			M("JValue(string value)", "A token of a string; null is a token of type String that prints null.",
				F1(func(s NullString) *newtonsoft.JValue {
					if !s.Valid {
						return newtonsoft.NewNullString()
					}
					return newtonsoft.NewString(s.Text)
				}),
				`new JValue("a\"b").ToString(Newtonsoft.Json.Formatting.None) => "\"a\\\"b\""`),
			M("JValue(long value)", "A token of an integer.", F1(newtonsoft.NewInteger)),
			M("JValue(ulong value)", "A token of an integer.", E1(func(n uint64) (*newtonsoft.JValue, error) { return newtonsoft.NewValue(n) }),
				`new JValue(1UL).Type == JTokenType.Integer => true`),
			M("JValue(double value)", "A token of a number.", F1(newtonsoft.NewDouble)),
			M("JValue(bool value)", "A token of a bool.", F1(newtonsoft.NewBoolean)),
			M("JValue(char value)", "A token of a string of one character.", F1(func(c clr.Char) *newtonsoft.JValue { return newtonsoft.NewString(c.String()) }),
				`new JValue('c').Type == JTokenType.String => true`),
			M("JValue(float value)", "A token of a number.", valueOf[float32]()),
			M("JValue(decimal value)", "A token of a number.", valueOf[clr.Decimal](), `new JValue(1.50m).ToString() => "1.50"`),
			M("JValue(DateTime value)", "A token of a date.", valueOf[clr.DateTime]()),
			M("JValue(DateTimeOffset value)", "A token of a date.", valueOf[clr.DateTimeOffset]()),
			M("JValue(Guid value)", "A token of a Guid.", valueOf[clr.Guid]()),
			M("JValue(Uri value)", "A token of a Uri; null is a JSON null.", E1(func(v any) (*newtonsoft.JValue, error) { return newtonsoft.NewValue(v) })),
			M("JValue(TimeSpan value)", "A token of a TimeSpan.", valueOf[clr.TimeSpan]()),
			M("static JValue CreateComment(string value)", "A comment.", F1(func(s string) *newtonsoft.JValue { return newtonsoft.NewComment(s) })),
			M("static JValue CreateString(string value)", "A token of a string.",
				F1(func(s NullString) *newtonsoft.JValue {
					if !s.Valid {
						return newtonsoft.NewNullString()
					}
					return newtonsoft.NewString(s.Text)
				})),
			M("static JValue CreateNull()", "A JSON null.", F0(newtonsoft.NewNull)),
			M("static JValue CreateUndefined()", "An undefined value.", F0(newtonsoft.NewUndefined)),
			M("object Value { get; set; }", "The value, or null.", F1((*newtonsoft.JValue).Value),
				`(long)((JValue)JToken.Parse("5")).Value => 5`).
				Set(E2(func(v *newtonsoft.JValue, value any) (Void, error) { return Void{}, v.SetValue(value) })),
			M("string ToString(string format)", "The value in a format.",
				C2(func(c Call, v *newtonsoft.JValue, format NullString) (string, error) {
					return clr.FormatValue(c.Budget(), v.Value(), format.Text)
				})),
			M("bool Equals(JValue other)", "Whether both are equal values of one type.",
				F2(func(v, other *newtonsoft.JValue) bool { return other != nil && v.Equals(other) }),
				`new JValue("a").Equals(new JValue("a")) => true`),
			M("int CompareTo(JValue obj)", "Which value comes first: negative when this one does.", E2((*newtonsoft.JValue).CompareTo),
				`new JValue(1).CompareTo(new JValue(2)) => -1`),
			M("bool Equals(object obj)", "Whether obj is an equal value of the same type.", F2(func(v *newtonsoft.JValue, other any) bool { return v.Equals(other) }),
				`new JValue(1).Equals((object)new JValue("1")) => false`),
			M("int GetHashCode()", "A number that is equal for equal values.", F1(func(v *newtonsoft.JValue) int { return HashCode(v) })),
		},
	}
}

func jRawClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.JRaw", Doc: "JSON text that is written as it is.", Bases: "JValue",
		Members: []Member{
			M("JRaw(JRaw other)", "A copy of a token of JSON text.",
				C1(func(c Call, other *newtonsoft.JValue) (newtonsoft.JToken, error) {
					return copyToken(c, other, other == nil)
				})),
			M("JRaw(object rawJson)", "A token of JSON text.", F1(newtonsoft.NewRaw),
				`new JArray(new JRaw("{ }")).ToString(Newtonsoft.Json.Formatting.None) => "[{ }]"`),
		},
	}
}

// valueOf is the code of a constructor of a token of a value that is never null.
func valueOf[T any]() Code {
	return E1(func(v T) (*newtonsoft.JValue, error) { return newtonsoft.NewValue(v) })
}
