package library

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

func decimalClass() *Class {
	whole := func(name, doc string, f func(clr.Decimal) clr.Decimal, example string) Member {
		return M("static decimal "+name+"(decimal d)", doc, F1(f), example)
	}
	operation := func(name, doc string, f func(a, b clr.Decimal) (clr.Decimal, error), example string) Member {
		return M("static decimal "+name+"(decimal d1, decimal d2)", doc, E2(f), example)
	}
	return &Class{
		Name: "System.Decimal", Doc: "A decimal number of 28 digits that keeps the zeros at its end.",
		Members: append([]Member{
			Const("const decimal MaxValue", "The largest value.", clr.DecimalMaxValue),
			Const("const decimal MinValue", "The smallest value.", clr.DecimalMinValue),
			Const("const decimal Zero", "0.", clr.Decimal{}),
			Const("const decimal One", "1.", clr.DecimalFromInt(1)),
			Const("const decimal MinusOne", "-1.", clr.DecimalFromInt(-1)),
			M("static decimal Parse(string s)", "The number written in s.", E1(clr.ParseDecimal), `decimal.Parse("1.10").ToString() => "1.10"`),
			M("static bool TryParse(string s, out decimal result)", "Whether s is a number, which result becomes.", tryParse(clr.ParseDecimal)),
			operation("Add", "The sum.", clr.Decimal.Add, `decimal.Add(1.10m, 1m).ToString() => "2.10"`),
			operation("Subtract", "The difference.", clr.Decimal.Sub, `decimal.Subtract(1.10m, 1m).ToString() => "0.10"`),
			operation("Multiply", "The product.", clr.Decimal.Mul, `decimal.Multiply(1.10m, 2m).ToString() => "2.20"`),
			operation("Divide", "The quotient.", clr.Decimal.Div, `decimal.Divide(1m, 8m).ToString() => "0.125"`),
			operation("Remainder", "What remains of a division.", clr.Decimal.Rem, `decimal.Remainder(7m, 4m).ToString() => "3"`),
			whole("Floor", "The integer below.", clr.Decimal.Floor, `decimal.Floor(-1.5m).ToString() => "-2"`),
			whole("Ceiling", "The integer above.", clr.Decimal.Ceiling, `decimal.Ceiling(1.5m).ToString() => "2"`),
			whole("Truncate", "The number without its fraction.", clr.Decimal.Truncate, `decimal.Truncate(-1.5m).ToString() => "-1"`),
			whole("Negate", "The number with the other sign.", clr.Decimal.Negate, `decimal.Negate(1.5m).ToString() => "-1.5"`),
			M("static decimal Round(decimal d)", "The nearest integer, half to even.",
				E1(func(d clr.Decimal) (clr.Decimal, error) { return d.Round(0, clr.MidpointToEven) }), `decimal.Round(2.5m).ToString() => "2"`),
			M("static decimal Round(decimal d, int decimals)", "The number with so many decimals, half to even.",
				E2(func(d clr.Decimal, n int) (clr.Decimal, error) { return d.Round(n, clr.MidpointToEven) }), `decimal.Round(1.255m, 2).ToString() => "1.26"`),
			M("static decimal Round(decimal d, int decimals, MidpointRounding mode)", "The number with so many decimals.",
				E3(clr.Decimal.Round), `decimal.Round(2.5m, 0, MidpointRounding.AwayFromZero).ToString() => "3"`),
			M("static int Compare(decimal d1, decimal d2)", "Whether d1 is less than (-1), equal to (0) or greater than (1) d2.",
				F2(clr.Decimal.Compare), `decimal.Compare(1.0m, 1.00m) => 0`),
			M("static double ToDouble(decimal d)", "The nearest double.", F1(clr.Decimal.Double), `decimal.ToDouble(1.5m) => 1.5`),
			M("static int ToInt32(decimal d)", "The int, without a fraction.", E1(func(d clr.Decimal) (int32, error) {
				v, err := clr.DecimalToInteger(d, clr.Int32Type)
				return int32(v), err
			}), `decimal.ToInt32(1.9m) => 1`),
			M("static long ToInt64(decimal d)", "The long, without a fraction.", E1(func(d clr.Decimal) (int64, error) {
				v, err := clr.DecimalToInteger(d, clr.Int64Type)
				return int64(v), err
			}), `decimal.ToInt64(1.9m) => 1`),
			M("string ToString()", "The digits, with the zeros at the end.", F1(clr.Decimal.String), `1.50m.ToString() => "1.50"`),
			M("string ToString(string format)", "The number in a standard or custom format.",
				C2(func(c Call, d clr.Decimal, format NullString) (string, error) {
					return d.Format(c.Budget(), format.Text)
				}), `1234.5m.ToString("N2") => "1,234.50"`),
		}, append(styledParsing("decimal", styled(parseExpanded, nil, nil)), valueMembers("decimal", clr.Decimal.Equal, clr.Decimal.Compare)...)...),
	}
}

// parseExpanded reads a decimal that may have an exponent.
func parseExpanded(s string) (clr.Decimal, error) {
	s, err := clr.Expanded(s)
	if err != nil {
		return clr.Decimal{}, err
	}
	return clr.ParseDecimal(s)
}
