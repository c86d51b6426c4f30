package library

import (
	"cmp"
	"math"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

func doubleClass() *Class {
	return floatClass("Double", "double", math.MaxFloat64, math.SmallestNonzeroFloat64, clr.ParseDouble,
		func(c Call, v float64, format NullString) (string, error) {
			return clr.FormatDouble(c.Budget(), v, format.Text)
		})
}

func singleClass() *Class {
	return floatClass("Single", "float", float32(math.MaxFloat32), float32(math.SmallestNonzeroFloat32), clr.ParseSingle,
		func(c Call, v float32, format NullString) (string, error) {
			return clr.FormatSingle(c.Budget(), v, format.Text)
		})
}

func floatClass[T float32 | float64](
	name, keyword string, most, epsilon T,
	parse func(string) (T, error), format func(Call, T, NullString) (string, error),
) *Class {
	infinite := func(v T, sign int) bool { return math.IsInf(float64(v), sign) }
	test := func(f func(T) bool) Code { return F1(f) }
	return &Class{
		Name: "System." + name, Doc: "A binary floating-point number.",
		Members: append([]Member{
			Const("const "+keyword+" MaxValue", "The largest finite value.", most),
			Const("const "+keyword+" MinValue", "The smallest finite value.", -most),
			Const("const "+keyword+" Epsilon", "The smallest value above zero.", epsilon),
			Const("const "+keyword+" NaN", "What is not a number.", T(math.NaN())),
			Const("const "+keyword+" PositiveInfinity", "Infinity.", T(math.Inf(1))),
			Const("const "+keyword+" NegativeInfinity", "Minus infinity.", T(math.Inf(-1))),
			M("static "+keyword+" Parse(string s)", "The number written in s.", E1(parse),
				keyword+`.Parse("1,000.5").ToString() => "1000.5"`,
				keyword+`.Parse("x") => FormatException: The input string 'x' was not in a correct format.`),
			M("static bool TryParse(string s, out "+keyword+" result)", "Whether s is a number, which result becomes.", tryParse(parse)),
			M("static bool IsNaN("+keyword+" d)", "Whether d is not a number.", test(func(v T) bool { return v != v }),
				keyword+".IsNaN("+keyword+".NaN) => true"),
			M("static bool IsInfinity("+keyword+" d)", "Whether d is infinite.", test(func(v T) bool { return infinite(v, 0) })),
			M("static bool IsPositiveInfinity("+keyword+" d)", "Whether d is infinity.", test(func(v T) bool { return infinite(v, 1) })),
			M("static bool IsNegativeInfinity("+keyword+" d)", "Whether d is minus infinity.", test(func(v T) bool { return infinite(v, -1) })),
			M("static bool IsFinite("+keyword+" d)", "Whether d is a finite number.", test(func(v T) bool { return v-v == 0 })),
			M("static bool IsNegative("+keyword+" d)", "Whether d has a minus sign.", test(func(v T) bool { return math.Signbit(float64(v)) })),
			M("string ToString()", "The shortest digits that tell the number.", F1(func(v T) string { return clr.ToString(v) }),
				"(("+keyword+`)0.5).ToString() => "0.5"`),
			M("string ToString(string format)", "The number in a standard or custom format.", C2(format),
				"(("+keyword+`)1234.5).ToString("N1") => "1,234.5"`),
		}, append(styledParsing(keyword, styled(parse, nil, nil)), valueMembers(keyword, func(a, b T) bool { return a == b || a != a && b != b }, cmp.Compare[T])...)...),
	}
}
