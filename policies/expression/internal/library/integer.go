package library

import (
	"cmp"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// integerClasses are the integer types, which have the same members.
func integerClasses() []func() *Class {
	return []func() *Class{
		func() *Class { return signedClass[int8]("SByte", "sbyte", clr.SByteType) },
		func() *Class { return signedClass[int16]("Int16", "short", clr.Int16Type) },
		func() *Class { return signedClass[int32]("Int32", "int", clr.Int32Type) },
		func() *Class { return signedClass[int64]("Int64", "long", clr.Int64Type) },
		func() *Class { return unsignedClass[uint8]("Byte", "byte", clr.ByteType) },
		func() *Class { return unsignedClass[uint16]("UInt16", "ushort", clr.UInt16Type) },
		func() *Class { return unsignedClass[uint32]("UInt32", "uint", clr.UInt32Type) },
		func() *Class { return unsignedClass[uint64]("UInt64", "ulong", clr.UInt64Type) },
	}
}

func signedClass[T int8 | int16 | int32 | int64](name, keyword string, t clr.IntegerType) *Class {
	return integerClass(name, keyword, t, T(t.Min()), T(t.Max()), func(bits uint64) T { return T(bits) },
		func(s string) (T, error) {
			v, err := clr.ParseInt(s, t)
			return T(v), err
		},
		func(c Call, v T, format NullString) (string, error) {
			return clr.FormatInt(c.Budget(), int64(v), t.Bits, format.Text)
		})
}

func unsignedClass[T uint8 | uint16 | uint32 | uint64](name, keyword string, t clr.IntegerType) *Class {
	return integerClass(name, keyword, t, T(t.Min()), T(t.Max()), func(bits uint64) T { return T(bits) },
		func(s string) (T, error) {
			v, err := clr.ParseUint(s, t)
			return T(v), err
		},
		func(c Call, v T, format NullString) (string, error) {
			return clr.FormatUint(c.Budget(), uint64(v), t.Bits, format.Text)
		})
}

func integerClass[T cmp.Ordered](
	name, keyword string, t clr.IntegerType, least, most T, fromBits func(uint64) T,
	parse func(string) (T, error), format func(Call, T, NullString) (string, error),
) *Class {
	limits := "(" + clr.ToString(least) + " to " + clr.ToString(most) + ")"
	return &Class{
		Name: "System." + name, Doc: "An integer " + limits + ".",
		Members: append([]Member{
			Const("const "+keyword+" MaxValue", "The largest value.", most),
			Const("const "+keyword+" MinValue", "The smallest value.", least),
			M("static "+keyword+" Parse(string s)", "The integer written in s.", E1(parse),
				keyword+`.Parse(" 12 ").ToString() => "12"`,
				keyword+`.Parse("x") => FormatException: The input string 'x' was not in a correct format.`),
			M("static bool TryParse(string s, out "+keyword+" result)", "Whether s is an integer, which result becomes.", tryParse(parse)),
			M("string ToString()", "The digits.", F1(func(v T) string { return clr.ToString(v) }),
				"(("+keyword+`)7).ToString() => "7"`),
			M("string ToString(string format)", "The integer in a standard or custom format.", C2(format),
				"(("+keyword+`)12).ToString("D4") => "0012"`),
		}, append(styledParsing(keyword, styled(parse, &t, fromBits), keyword+`.Parse("7f", System.Globalization.NumberStyles.HexNumber).ToString() => "127"`),
			valueMembers(keyword, func(a, b T) bool { return a == b }, cmp.Compare[T])...)...),
	}
}
