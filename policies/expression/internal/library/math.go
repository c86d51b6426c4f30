package library

import (
	"cmp"
	"math"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func midpointRoundingEnum() *Class {
	return &Class{
		Name: "System.MidpointRounding", Kind: types.Enum, Doc: "Where a number half way between two is rounded to.",
		Values: "ToEven AwayFromZero ToZero ToNegativeInfinity ToPositiveInfinity",
	}
}

func mathClass() *Class {
	c := &Class{
		Name: "System.Math", Doc: "Mathematical functions.", Static: true,
		Members: []Member{
			Const("const double PI", "The ratio of a circle's circumference to its diameter.", math.Pi),
			Const("const double E", "The base of natural logarithms.", math.E),
		},
	}
	for _, part := range [][]Member{mathRounding(), mathSigns(), mathLimits(), mathFunctions(), mathIntegers()} {
		c.Members = append(c.Members, part...)
	}
	return c
}

func mathRounding() []Member {
	double := func(name, doc string, f func(float64) float64, example string) Member {
		return M("static double "+name, doc, F1(f), example)
	}
	decimal := func(name, doc string, f func(clr.Decimal) clr.Decimal) Member {
		return M("static decimal "+name, doc, F1(f))
	}
	return []Member{
		double("Floor(double d)", "The integer below.", math.Floor, `Math.Floor(-1.5) => -2`),
		double("Ceiling(double a)", "The integer above.", math.Ceil, `Math.Ceiling(1.2) => 2`),
		double("Truncate(double d)", "The number without its fraction.", math.Trunc, `Math.Truncate(-1.5) => -1`),
		decimal("Floor(decimal d)", "The integer below.", clr.Decimal.Floor),
		decimal("Ceiling(decimal d)", "The integer above.", clr.Decimal.Ceiling),
		decimal("Truncate(decimal d)", "The number without its fraction.", clr.Decimal.Truncate),
		double("Round(double a)", "The nearest integer, half to even.", math.RoundToEven, `Math.Round(2.5) => 2`),
		M("static double Round(double value, int digits)", "The number with so many decimals, half to even.",
			E2(func(v float64, digits int) (float64, error) { return clr.RoundDouble(v, digits, clr.MidpointToEven) }),
			`Math.Round(1.255, 1) => 1.3`),
		M("static double Round(double value, MidpointRounding mode)", "The nearest integer.",
			E2(func(v float64, mode clr.MidpointRounding) (float64, error) { return clr.RoundDouble(v, 0, mode) }),
			`Math.Round(2.5, MidpointRounding.AwayFromZero) => 3`),
		M("static double Round(double value, int digits, MidpointRounding mode)", "The number with so many decimals.", E3(clr.RoundDouble),
			`Math.Round(0.125, 2, MidpointRounding.AwayFromZero) => 0.13`),
		M("static decimal Round(decimal d)", "The nearest integer, half to even.",
			E1(func(d clr.Decimal) (clr.Decimal, error) { return d.Round(0, clr.MidpointToEven) })),
		M("static decimal Round(decimal d, int decimals)", "The number with so many decimals, half to even.",
			E2(func(d clr.Decimal, n int) (clr.Decimal, error) { return d.Round(n, clr.MidpointToEven) })),
		M("static decimal Round(decimal d, MidpointRounding mode)", "The nearest integer.",
			E2(func(d clr.Decimal, mode clr.MidpointRounding) (clr.Decimal, error) { return d.Round(0, mode) })),
		M("static decimal Round(decimal d, int decimals, MidpointRounding mode)", "The number with so many decimals.", E3(clr.Decimal.Round)),
	}
}

func absolute[T int8 | int16 | int32 | int64](v T) (T, error) {
	bits := 8
	switch any(v).(type) {
	case int16:
		bits = 16
	case int32:
		bits = 32
	case int64:
		bits = 64
	}
	a, err := clr.AbsInt(int64(v), bits)
	return T(a), err
}

func signOf[T cmp.Ordered](v T) int {
	var zero T
	return cmp.Compare(v, zero)
}

func mathSigns() []Member {
	return []Member{
		M("static sbyte Abs(sbyte value)", "The number without its sign.", E1(absolute[int8])),
		M("static short Abs(short value)", "The number without its sign.", E1(absolute[int16])),
		M("static int Abs(int value)", "The number without its sign.", E1(absolute[int32]), `Math.Abs(-3) => 3`,
			`Math.Abs(int.MinValue) => OverflowException: Negating the minimum value of a twos complement number is invalid.`),
		M("static long Abs(long value)", "The number without its sign.", E1(absolute[int64]), `Math.Abs(-3L) => 3`),
		M("static float Abs(float value)", "The number without its sign.", F1(func(v float32) float32 { return float32(math.Abs(float64(v))) })),
		M("static double Abs(double value)", "The number without its sign.", F1(math.Abs), `Math.Abs(-1.5) => 1.5`),
		M("static decimal Abs(decimal value)", "The number without its sign.", F1(clr.Decimal.Abs)),
		M("static int Sign(sbyte value)", "-1, 0 or 1.", F1(signOf[int8])),
		M("static int Sign(short value)", "-1, 0 or 1.", F1(signOf[int16])),
		M("static int Sign(int value)", "-1, 0 or 1.", F1(signOf[int32]), `Math.Sign(-5) => -1`),
		M("static int Sign(long value)", "-1, 0 or 1.", F1(signOf[int64])),
		M("static int Sign(float value)", "-1, 0 or 1.", E1(func(v float32) (int32, error) { return clr.SignDouble(float64(v)) })),
		M("static int Sign(double value)", "-1, 0 or 1.", E1(clr.SignDouble), `Math.Sign(0.5) => 1`),
		M("static int Sign(decimal value)", "-1, 0 or 1.", F1(clr.Decimal.Sign)),
	}
}

// limits are Max, Min and Clamp for one type.
func limits[T cmp.Ordered](keyword string) []Member {
	return []Member{
		M("static "+keyword+" Max("+keyword+" val1, "+keyword+" val2)", "The larger of two numbers.", F2(func(a, b T) T { return max(a, b) })),
		M("static "+keyword+" Min("+keyword+" val1, "+keyword+" val2)", "The smaller of two numbers.", F2(func(a, b T) T { return min(a, b) })),
		M("static "+keyword+" Clamp("+keyword+" value, "+keyword+" min, "+keyword+" max)", "The number that is nearest to value between two limits.",
			E3(func(v, least, most T) (T, error) {
				if least > most {
					return v, clr.ArgumentError("'"+clr.ToString(least)+"' cannot be greater than "+clr.ToString(most)+".", "")
				}
				return min(max(v, least), most), nil
			})),
	}
}

func mathLimits() []Member {
	var members []Member
	for _, part := range [][]Member{
		limits[int8]("sbyte"), limits[uint8]("byte"), limits[int16]("short"), limits[uint16]("ushort"), limits[int32]("int"),
		limits[uint32]("uint"), limits[int64]("long"), limits[uint64]("ulong"), limits[float32]("float"), limits[float64]("double"),
	} {
		members = append(members, part...)
	}
	return append(
		members,
		M("static decimal Max(decimal val1, decimal val2)", "The larger of two numbers.", F2(func(a, b clr.Decimal) clr.Decimal {
			if a.Compare(b) >= 0 {
				return a
			}
			return b
		}), `Math.Max(1.5m, 2m).ToString() => "2"`, `Math.Max(1, 2) => 2`),
		M("static decimal Min(decimal val1, decimal val2)", "The smaller of two numbers.", F2(func(a, b clr.Decimal) clr.Decimal {
			if a.Compare(b) <= 0 {
				return a
			}
			return b
		}), `Math.Min(1.5, 2) => 1.5`),
	)
}

func mathFunctions() []Member {
	members := []Member{
		M("static double Pow(double x, double y)", "x to the power of y.", F2(math.Pow), `Math.Pow(2, 10) => 1024`),
		M("static double Log(double a, double newBase)", "The logarithm to a base.", F2(clr.LogBase), `Math.Log(8, 2) => 3`),
		M("static double Atan2(double y, double x)", "The angle of a point.", F2(math.Atan2), `Math.Atan2(0, 1) => 0`),
		M("static double IEEERemainder(double x, double y)", "What remains when x is divided by y, to the nearest quotient.", F2(clr.IEEERemainder),
			`Math.IEEERemainder(5, 3) => -1`),
	}
	for _, f := range []struct {
		name, doc string
		f         func(float64) float64
		example   string
	}{
		{"Sqrt", "The square root.", math.Sqrt, `Math.Sqrt(9) => 3`},
		{"Cbrt", "The cube root.", math.Cbrt, `Math.Cbrt(27) => 3`},
		{"Exp", "E to a power.", math.Exp, `Math.Exp(0) => 1`},
		{"Log", "The natural logarithm.", math.Log, `Math.Log(1) => 0`},
		{"Log10", "The logarithm to base 10.", math.Log10, `Math.Log10(1000) => 3`},
		{"Log2", "The logarithm to base 2.", math.Log2, `Math.Log2(8) => 3`},
		{"Sin", "The sine.", math.Sin, `Math.Sin(0) => 0`},
		{"Cos", "The cosine.", math.Cos, `Math.Cos(0) => 1`},
		{"Tan", "The tangent.", math.Tan, `Math.Tan(0) => 0`},
		{"Asin", "The angle with that sine.", math.Asin, `Math.Asin(0) => 0`},
		{"Acos", "The angle with that cosine.", math.Acos, `Math.Acos(1) => 0`},
		{"Atan", "The angle with that tangent.", math.Atan, `Math.Atan(0) => 0`},
		{"Sinh", "The hyperbolic sine.", math.Sinh, `Math.Sinh(0) => 0`},
		{"Cosh", "The hyperbolic cosine.", math.Cosh, `Math.Cosh(0) => 1`},
		{"Tanh", "The hyperbolic tangent.", math.Tanh, `Math.Tanh(0) => 0`},
	} {
		members = append(members, M("static double "+f.name+"(double d)", f.doc, F1(f.f), f.example))
	}
	return members
}

func mathIntegers() []Member {
	return []Member{
		M("static long BigMul(int a, int b)", "The whole product.", F2(func(a, b int32) int64 { return int64(a) * int64(b) }), `Math.BigMul(65536, 65536) => 4294967296`),
		M("static int DivRem(int a, int b, out int result)", "The quotient; result becomes what remains.", Boxed(func(_ Call, args []any) (any, error) {
			return divRem(args, args[0].(int32), args[1].(int32))
		})),
		M("static long DivRem(long a, long b, out long result)", "The quotient; result becomes what remains.", Boxed(func(_ Call, args []any) (any, error) {
			return divRem(args, args[0].(int64), args[1].(int64))
		})),
	}
}

func divRem[T clr.Signed](args []any, a, b T) (any, error) {
	quotient, err := clr.Div(a, b)
	if err != nil {
		return nil, err
	}
	*args[2].(*any) = a % b
	return quotient, nil
}
