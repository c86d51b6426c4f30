package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
)

// convertible are the types that Convert's methods take, besides their own special cases.
var convertible = []string{
	"object", "bool", "char", "sbyte", "byte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal",
}

func convertClass() *Class {
	c := &Class{Name: "System.Convert", Doc: "Conversions between the basic types.", Static: true}
	for _, part := range [][]Member{
		convertIntegers(), convertBases(), convertOthers(), convertToString(), convertBase64(),
	} {
		c.Members = append(c.Members, part...)
	}
	return c
}

// convertTo are the overloads of one method, for every type it takes.
func convertTo[T any](name, result, doc string, convert func(any) (T, error), examples ...string) []Member {
	var members []Member
	for i, from := range convertible {
		m := M("static "+result+" "+name+"("+from+" value)", doc, E1(convert))
		if i == 0 {
			m = M(m.Declared, doc, E1(throughCast(castNames[name], convert)), examples...)
		}
		members = append(members, m)
	}
	text := func(s NullString) (T, error) { return convert(s.Any()) }
	return append(members, M("static "+result+" "+name+"(string value)", doc, E1(text)))
}

// castNames are the casts of the methods of Convert.
var castNames = map[string]newtonsoft.Scalar{
	"ToBoolean": newtonsoft.ToBoolean, "ToSByte": newtonsoft.ToSByte, "ToByte": newtonsoft.ToByte,
	"ToInt16": newtonsoft.ToInt16, "ToUInt16": newtonsoft.ToUInt16, "ToInt32": newtonsoft.ToInt32, "ToUInt32": newtonsoft.ToUInt32,
	"ToInt64": newtonsoft.ToInt64, "ToUInt64": newtonsoft.ToUInt64, "ToSingle": newtonsoft.ToSingle, "ToDouble": newtonsoft.ToDouble,
	"ToDecimal": newtonsoft.ToDecimal,
}

// throughCast is a conversion of an object that takes a JValue, which is an IConvertible,
// by its cast.
func throughCast[T any](to newtonsoft.Scalar, convert func(any) (T, error)) func(any) (T, error) {
	return func(v any) (T, error) {
		if t, ok := v.(*newtonsoft.JValue); ok {
			cast, err := newtonsoft.Cast(t, to, false)
			if err != nil {
				var none T
				return none, err
			}
			v = cast
		}
		return convert(v)
	}
}

func integerOf[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | clr.Char](t clr.IntegerType) func(any) (T, error) {
	return func(v any) (T, error) {
		n, err := clr.ToInteger(v, t)
		return T(n), err
	}
}

func convertIntegers() []Member {
	var members []Member
	for _, part := range [][]Member{
		convertTo("ToInt32", "int", "The value as an int, rounded half to even; null is 0.", integerOf[int32](clr.Int32Type),
			`Convert.ToInt32("12") => 12`, `Convert.ToInt32(2.5) => 2`, `Convert.ToInt32(JToken.Parse("\"7\"")) => 7`, `Convert.ToInt32((string)null) => 0`, `Convert.ToInt32(true) => 1`,
			`Convert.ToInt32(1e10) => OverflowException: Value was either too large or too small for an Int32.`),
		convertTo("ToInt64", "long", "The value as a long, rounded half to even; null is 0.", integerOf[int64](clr.Int64Type), `Convert.ToInt64("12") => 12`),
		convertTo("ToInt16", "short", "The value as a short, rounded half to even; null is 0.", integerOf[int16](clr.Int16Type)),
		convertTo("ToSByte", "sbyte", "The value as an sbyte, rounded half to even; null is 0.", integerOf[int8](clr.SByteType)),
		convertTo("ToByte", "byte", "The value as a byte, rounded half to even; null is 0.", integerOf[uint8](clr.ByteType),
			`Convert.ToByte(256) => OverflowException: Value was either too large or too small for an unsigned byte.`),
		convertTo("ToUInt16", "ushort", "The value as a ushort, rounded half to even; null is 0.", integerOf[uint16](clr.UInt16Type)),
		convertTo("ToUInt32", "uint", "The value as a uint, rounded half to even; null is 0.", integerOf[uint32](clr.UInt32Type)),
		convertTo("ToUInt64", "ulong", "The value as a ulong, rounded half to even; null is 0.", integerOf[uint64](clr.UInt64Type)),
	} {
		members = append(members, part...)
	}
	return members
}

func fromBase[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](t clr.IntegerType) Code {
	return E2(func(s NullString, base int) (T, error) {
		if !s.Valid {
			return 0, nil
		}
		v, err := clr.IntFromBase(s.Text, t, base)
		return T(v), err
	})
}

func convertBases() []Member {
	const doc = "The number written in base 2, 8, 10 or 16."
	toBase := func(bits int) func(int64, int) (string, error) {
		return func(v int64, base int) (string, error) { return clr.IntToBase(v, bits, base) }
	}
	return []Member{
		M("static int ToInt32(string value, int fromBase)", doc, fromBase[int32](clr.Int32Type), `Convert.ToInt32("ff", 16) => 255`),
		M("static long ToInt64(string value, int fromBase)", doc, fromBase[int64](clr.Int64Type), `Convert.ToInt64("101", 2) => 5`),
		M("static short ToInt16(string value, int fromBase)", doc, fromBase[int16](clr.Int16Type)),
		M("static sbyte ToSByte(string value, int fromBase)", doc, fromBase[int8](clr.SByteType)),
		M("static byte ToByte(string value, int fromBase)", doc, fromBase[uint8](clr.ByteType), `Convert.ToByte("7f", 16).ToString() => "127"`),
		M("static ushort ToUInt16(string value, int fromBase)", doc, fromBase[uint16](clr.UInt16Type)),
		M("static uint ToUInt32(string value, int fromBase)", doc, fromBase[uint32](clr.UInt32Type)),
		M("static ulong ToUInt64(string value, int fromBase)", doc, fromBase[uint64](clr.UInt64Type)),
		M("static string ToString(int value, int toBase)", "The number in base 2, 8, 10 or 16.",
			E2(func(v int32, base int) (string, error) { return toBase(32)(int64(v), base) }), `Convert.ToString(255, 16) => "ff"`,
			`Convert.ToString(5, 3) => ArgumentException: Invalid Base.`),
		M("static string ToString(long value, int toBase)", "The number in base 2, 8, 10 or 16.", E2(toBase(64)), `Convert.ToString(5L, 2) => "101"`),
		M("static string ToString(short value, int toBase)", "The number in base 2, 8, 10 or 16.",
			E2(func(v int16, base int) (string, error) { return toBase(16)(int64(v), base) })),
		M("static string ToString(byte value, int toBase)", "The number in base 2, 8, 10 or 16.",
			E2(func(v uint8, base int) (string, error) { return toBase(8)(int64(v), base) })),
	}
}

func convertOthers() []Member {
	toDateTime := func(c Call, v any) (clr.DateTime, error) { return clr.ToDateTime(v, now(c)) }
	var members []Member
	for _, part := range [][]Member{
		convertTo("ToBoolean", "bool", "The value as a bool: true for numbers but 0, or the texts true and false; null is false.", clr.ToBool,
			`Convert.ToBoolean("True") => true`, `Convert.ToBoolean(0) => false`, `Convert.ToBoolean((string)null) => false`),
		convertTo("ToDouble", "double", "The value as a double; null is 0.", clr.ToDouble, `Convert.ToDouble("1.5") => 1.5`),
		convertTo("ToSingle", "float", "The value as a float; null is 0.", func(v any) (float32, error) {
			if s, ok := v.(string); ok {
				return clr.ParseSingle(s)
			}
			d, err := clr.ToDouble(v)
			return float32(d), err
		}),
		convertTo("ToDecimal", "decimal", "The value as a decimal; null is 0.", clr.ToDecimal, `Convert.ToDecimal("1.50").ToString() => "1.50"`),
	} {
		members = append(members, part...)
	}
	toChar := integerOf[clr.Char](clr.CharType)
	for _, from := range []string{"char", "byte", "short", "ushort", "int", "uint", "long", "ulong"} {
		members = append(members, M("static char ToChar("+from+" value)", "The character with that code.", E1(toChar)))
	}
	return append(
		members,
		M("static char ToChar(object value)", "The character with that code, or the one character of a text.", E1(throughCast(newtonsoft.ToChar, toChar))),
		M("static char ToChar(string value)", "The one character of a text.", E1(clr.ParseChar), `Convert.ToChar(65) => 'A'`),
		M("static DateTime ToDateTime(string value)", "The date written in a text; null is DateTime.MinValue.",
			C1(func(c Call, s NullString) (clr.DateTime, error) { return toDateTime(c, s.Any()) }),
			`Convert.ToDateTime("2020-01-02").ToString() => "01/02/2020 00:00:00"`),
		M("static DateTime ToDateTime(object value)", "The value as a date.", C1(func(c Call, v any) (clr.DateTime, error) {
			return throughCast(newtonsoft.ToDateTime, func(v any) (clr.DateTime, error) { return toDateTime(c, v) })(v)
		}), `Convert.ToDateTime(JToken.Parse("\"2020-01-02T03:04:05Z\"")).Hour => 3`),
		M("static DateTime ToDateTime(DateTime value)", "The value itself.", F1(func(d clr.DateTime) clr.DateTime { return d })),
	)
}

func convertToString() []Member {
	var members []Member
	for _, from := range append([]string{"DateTime"}, convertible...) {
		members = append(members, M("static string ToString("+from+" value)", "The text of the value; null is empty.", F1(clr.ToString)))
	}
	return append(
		members,
		M("static string ToString(string value)", "The text itself.", F1(func(s NullString) NullString { return s }),
			`Convert.ToString(12) => "12"`, `Convert.ToString((object)null) => ""`),
	)
}

func convertBase64() []Member {
	encode := func(c Call, data []byte) (string, error) {
		if data == nil {
			return "", NullArgument("inArray")
		}
		return clr.ToBase64(c.Budget(), data)
	}
	return []Member{
		M("static string ToBase64String(byte[] inArray)", "The bytes in Base64, padded.", C1(encode),
			`Convert.ToBase64String(new byte[] { 0, 1, 2 }) => "AAEC"`),
		M("static string ToBase64String(byte[] inArray, int offset, int length)", "Some of the bytes in Base64.",
			C3(func(c Call, data []byte, offset, length int) (string, error) {
				if offset < 0 || length < 0 || offset > len(data)-length {
					return "", clr.OutOfRangeError("offset", "Offset and length must refer to a position in the string.")
				}
				return encode(c, data[offset:offset+length])
			}), `Convert.ToBase64String(new byte[] { 9, 0, 1, 2 }, 1, 3) => "AAEC"`),
		M("static string ToBase64String(byte[] inArray, Base64FormattingOptions options)", "The bytes in Base64, perhaps with line breaks.",
			C2(func(c Call, data []byte, options base64Options) (string, error) {
				if options == insertLineBreaks {
					return clr.ToBase64Lines(c.Budget(), data)
				}
				return encode(c, data)
			})),
		M("static byte[] FromBase64String(string s)", "The bytes of a Base64 text; white space is passed over.", C1(func(c Call, s string) ([]byte, error) {
			if err := c.Budget().Take(int64(len(s)) / 4 * 3); err != nil {
				return nil, err
			}
			return clr.FromBase64(s)
		}),
			`Convert.FromBase64String("AAEC").Length => 3`,
			`Convert.FromBase64String("AA-_") => FormatException: The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.`),
	}
}
