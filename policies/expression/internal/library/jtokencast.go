package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
)

// castOf is the code of a cast of a token to a scalar.
func castOf(to newtonsoft.Scalar, nullable bool) Code {
	return E1(func(t newtonsoft.JToken) (any, error) { return newtonsoft.Cast(t, to, nullable) })
}

// jTokenConversions are the casts of tokens, and what becomes a token by itself.
func jTokenConversions() []Member {
	out := []Member{
		M("static explicit operator string(JToken value)", "The token's text; null for null.",
			E1(func(t newtonsoft.JToken) (NullString, error) {
				s, ok, err := newtonsoft.CastString(t)
				return NullString{s, ok}, err
			}),
			`(string)JToken.Parse("{a:'x'}")["a"] => "x"`, `(string)JToken.Parse("true") => "True"`,
			`(string)JToken.Parse("{}") => ArgumentException: Can not convert Object to String.`),
		M("static explicit operator int(JToken value)", "The token as int.", E1(newtonsoft.CastInt32),
			`(int)JToken.Parse("'12'") => 12`, `(int)JToken.Parse("2.5") => 2`,
			`(int)JToken.Parse("null") => ArgumentException: Can not convert Null to Int32.`),
		M("static explicit operator long(JToken value)", "The token as long.", E1(newtonsoft.CastInt64),
			`(long)JToken.Parse("3000000000") => 3000000000`),
		M("static explicit operator double(JToken value)", "The token as double.", E1(newtonsoft.CastDouble),
			`(double)JToken.Parse("1.5") => 1.5`),
		M("static explicit operator bool(JToken value)", "The token as bool.", E1(newtonsoft.CastBoolean),
			`(bool)JToken.Parse("'true'") => true`),
		M("static explicit operator Uri(JToken value)", "The token as Uri; null for null.", castOf(newtonsoft.ToURI, true)),
		M("static explicit operator byte[](JToken value)", "The bytes of a token, or of its Base64 text; null for null.", castOf(newtonsoft.ToBytes, true)),
		M("static implicit operator JToken(string value)", "A string as token; a null is a token of type String that prints null.",
			F1(func(s NullString) newtonsoft.JToken {
				if !s.Valid {
					return newtonsoft.NewNullString()
				}
				return newtonsoft.NewString(s.Text)
			})),
		M("static implicit operator JToken(int value)", "An int as token.",
			F1(func(n int32) newtonsoft.JToken { return newtonsoft.NewInteger(int64(n)) })),
		M("static implicit operator JToken(long value)", "A long as token.",
			F1(func(n int64) newtonsoft.JToken { return newtonsoft.NewInteger(n) })),
		M("static implicit operator JToken(double value)", "A double as token.",
			F1(func(d float64) newtonsoft.JToken { return newtonsoft.NewDouble(d) })),
		M("static implicit operator JToken(bool value)", "A bool as token.",
			F1(func(b bool) newtonsoft.JToken { return newtonsoft.NewBoolean(b) })),
		M("static implicit operator JToken(Uri value)", "A Uri as token.", tokenOfAny()),
		M("static implicit operator JToken(byte[] value)", "Bytes as token.", tokenOfAny()),
	}
	for _, s := range scalarConversions {
		if !s.typed {
			out = append(out, M("static explicit operator "+s.name+"(JToken value)", "The token as "+s.name+".", castOf(s.scalar, false)))
			if s.scalar != newtonsoft.ToChar {
				out = append(out, M("static implicit operator JToken("+s.name+" value)", "A value of type "+s.name+" as token.", tokenOfAny()))
			}
		}
		out = append(out, M("static explicit operator "+s.name+"?(JToken value)", "The token as "+s.name+"; null for null.", castOf(s.scalar, true)))
		if s.scalar != newtonsoft.ToChar {
			out = append(out, M("static implicit operator JToken("+s.name+"? value)", "A value of type "+s.name+" as token; null is a JSON null.", tokenOfAny()))
		}
	}
	return out
}

// scalarConversions are the value types that tokens convert from and to. Those that are
// typed have code of their own, but for their nullable forms.
var scalarConversions = []struct {
	name   string
	scalar newtonsoft.Scalar
	typed  bool
}{
	{"int", newtonsoft.ToInt32, true},
	{"long", newtonsoft.ToInt64, true},
	{"double", newtonsoft.ToDouble, true},
	{"bool", newtonsoft.ToBoolean, true},
	{"char", newtonsoft.ToChar, false},
	{"sbyte", newtonsoft.ToSByte, false},
	{"byte", newtonsoft.ToByte, false},
	{"short", newtonsoft.ToInt16, false},
	{"ushort", newtonsoft.ToUInt16, false},
	{"uint", newtonsoft.ToUInt32, false},
	{"ulong", newtonsoft.ToUInt64, false},
	{"float", newtonsoft.ToSingle, false},
	{"decimal", newtonsoft.ToDecimal, false},
	{"DateTime", newtonsoft.ToDateTime, false},
	{"DateTimeOffset", newtonsoft.ToDateTimeOffset, false},
	{"TimeSpan", newtonsoft.ToTimeSpan, false},
	{"Guid", newtonsoft.ToGUID, false},
}

// tokenOfAny is the code of a conversion of a value to a token. Like C#'s, it holds small
// integers as long.
func tokenOfAny() Code {
	return Boxed(func(_ Call, args []any) (any, error) {
		switch n := args[0].(type) {
		case int32:
			return newtonsoft.NewInteger(int64(n)), nil
		case int16:
			return newtonsoft.NewInteger(int64(n)), nil
		case int8:
			return newtonsoft.NewInteger(int64(n)), nil
		case uint8:
			return newtonsoft.NewInteger(int64(n)), nil
		case uint16:
			return newtonsoft.NewInteger(int64(n)), nil
		case uint32:
			return newtonsoft.NewInteger(int64(n)), nil
		}
		v, err := newtonsoft.NewValue(args[0])
		if err != nil {
			return nil, err
		}
		return v, nil
	})
}
