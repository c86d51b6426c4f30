package library

import (
	"cmp"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func timeSpanClass() *Class {
	c := &Class{Name: "System.TimeSpan", Kind: types.Struct, Go: TypeFor[clr.TimeSpan](), Doc: "A duration."}
	for _, part := range [][]Member{
		timeSpanMaking(), timeSpanParts(), timeSpanArithmetic(),
		orderOperators("TimeSpan", cmp.Compare[clr.TimeSpan]),
		valueMembers("TimeSpan", func(a, b clr.TimeSpan) bool { return a == b }, cmp.Compare[clr.TimeSpan]),
	} {
		c.Members = append(c.Members, part...)
	}
	return c
}

var spanUnits = []struct {
	name  string
	ticks int64
}{
	{"Days", clr.TicksPerDay},
	{"Hours", clr.TicksPerHour},
	{"Minutes", clr.TicksPerMinute},
	{"Seconds", clr.TicksPerSecond},
	{"Milliseconds", clr.TicksPerMillisecond},
}

// newTimeSpan takes hours, minutes and seconds, or days and then those, and perhaps
// milliseconds.
func newTimeSpan(_ Call, args []any) (any, error) {
	var n [5]int64
	at := 0
	if len(args) == 3 {
		at = 1
	}
	for i, a := range args {
		n[at+i] = int64(a.(int32))
	}
	return valueOrError(clr.NewTimeSpan(n[0], n[1], n[2], n[3], n[4]))
}

func timeSpanMaking() []Member {
	members := []Member{
		M("TimeSpan(long ticks)", "So many ticks of 100 ns.", F1(func(ticks int64) clr.TimeSpan { return clr.TimeSpan(ticks) })),
		M("TimeSpan(int hours, int minutes, int seconds)", "The sum of these.", Boxed(newTimeSpan), `new TimeSpan(1, 2, 3).ToString() => "01:02:03"`),
		M("TimeSpan(int days, int hours, int minutes, int seconds)", "The sum of these.", Boxed(newTimeSpan), `new TimeSpan(1, 2, 3, 4).ToString() => "1.02:03:04"`),
		M("TimeSpan(int days, int hours, int minutes, int seconds, int milliseconds)", "The sum of these.", Boxed(newTimeSpan)),
		M("static TimeSpan Zero", "No time.", F0(func() clr.TimeSpan { return 0 }), `TimeSpan.Zero.ToString() => "00:00:00"`),
		M("static TimeSpan MinValue", "The smallest value.", F0(func() clr.TimeSpan { return clr.TimeSpanMinValue })),
		M("static TimeSpan MaxValue", "The largest value.", F0(func() clr.TimeSpan { return clr.TimeSpanMaxValue })),
		M("static TimeSpan FromTicks(long value)", "So many ticks of 100 ns.", F1(func(ticks int64) clr.TimeSpan { return clr.TimeSpan(ticks) })),
		M("static TimeSpan Parse(string s)", "The duration written in s.", E1(clr.ParseTimeSpan), `TimeSpan.Parse("1.02:03:04").TotalSeconds => 93784`,
			`TimeSpan.Parse("x") => FormatException: String 'x' was not recognized as a valid TimeSpan.`),
		M("static bool TryParse(string s, out TimeSpan result)", "Whether s is a duration, which result becomes.", tryParse(clr.ParseTimeSpan)),
		Const("const long TicksPerDay", "Ticks in a day.", int64(clr.TicksPerDay)),
		Const("const long TicksPerHour", "Ticks in an hour.", int64(clr.TicksPerHour)),
		Const("const long TicksPerMinute", "Ticks in a minute.", int64(clr.TicksPerMinute)),
		Const("const long TicksPerSecond", "Ticks in a second.", int64(clr.TicksPerSecond)),
		Const("const long TicksPerMillisecond", "Ticks in a millisecond.", int64(clr.TicksPerMillisecond)),
	}
	for _, u := range spanUnits {
		members = append(members, M("static TimeSpan From"+u.name+"(double value)", "So many "+u.name+".",
			E1(func(v float64) (clr.TimeSpan, error) { return clr.TimeSpanFrom(v, u.ticks) }),
			"TimeSpan.From"+u.name+"(1.5).Total"+u.name+" => 1.5"))
	}
	return members
}

func timeSpanParts() []Member {
	members := []Member{
		M("long Ticks { get; }", "Ticks of 100 ns.", F1(func(t clr.TimeSpan) int64 { return int64(t) }), `TimeSpan.FromSeconds(1).Ticks => 10000000`),
		M("string ToString()", "The duration as [-][d.]hh:mm:ss[.fffffff].", F1(clr.TimeSpan.String), `TimeSpan.FromSeconds(1.5).ToString() => "00:00:01.5000000"`),
		M("string ToString(string format)", "The duration in a standard or custom format.",
			C2(func(c Call, t clr.TimeSpan, format NullString) (string, error) {
				return t.Format(c.Budget(), format.Text)
			}), `TimeSpan.FromSeconds(3661).ToString(@"hh\:mm") => "01:01"`),
	}
	parts := []func(clr.TimeSpan) int32{
		clr.TimeSpan.Days, clr.TimeSpan.Hours, clr.TimeSpan.Minutes, clr.TimeSpan.Seconds, clr.TimeSpan.Milliseconds,
	}
	for i, u := range spanUnits {
		members = append(
			members,
			M("int "+u.name+" { get; }", "The "+u.name+" beside the larger units.", F1(parts[i]),
				"new TimeSpan(1, 1, 1, 1, 1)."+u.name+" => 1"),
			M("double Total"+u.name+" { get; }", "The duration in "+u.name+".", F1(func(t clr.TimeSpan) float64 { return t.Total(u.ticks) })),
		)
	}
	return members
}

func timeSpanArithmetic() []Member {
	ratio := func(a, b clr.TimeSpan) float64 { return float64(a) / float64(b) }
	return []Member{
		M("TimeSpan Add(TimeSpan ts)", "The sum.", E2(clr.TimeSpan.Add), `TimeSpan.FromHours(1).Add(TimeSpan.FromHours(2)).Hours => 3`),
		M("TimeSpan Subtract(TimeSpan ts)", "The difference.", E2(clr.TimeSpan.Sub)),
		M("TimeSpan Negate()", "The duration with the other sign.", E1(clr.TimeSpan.Negate)),
		M("TimeSpan Duration()", "The duration without its sign.", E1(clr.TimeSpan.Duration), `TimeSpan.FromHours(-1).Duration().Hours => 1`),
		M("TimeSpan Multiply(double factor)", "The product.", E2(clr.TimeSpan.Multiply)),
		M("TimeSpan Divide(double divisor)", "The quotient.", E2(clr.TimeSpan.Divide)),
		M("double Divide(TimeSpan ts)", "How often ts goes into the duration.", F2(ratio)),
		M("static int Compare(TimeSpan t1, TimeSpan t2)", "Whether t1 is shorter than (-1), equal to (0) or longer than (1) t2.", F2(cmp.Compare[clr.TimeSpan])),
		M("static TimeSpan operator +(TimeSpan t)", "The duration itself.", F1(func(t clr.TimeSpan) clr.TimeSpan { return t })),
		M("static TimeSpan operator -(TimeSpan t)", "The duration with the other sign.", E1(clr.TimeSpan.Negate), `(-TimeSpan.FromHours(1)).Hours => -1`),
		M("static TimeSpan operator +(TimeSpan t1, TimeSpan t2)", "The sum.", E2(clr.TimeSpan.Add), `(TimeSpan.FromHours(1) + TimeSpan.FromHours(2)).Hours => 3`),
		M("static TimeSpan operator -(TimeSpan t1, TimeSpan t2)", "The difference.", E2(clr.TimeSpan.Sub)),
		M("static TimeSpan operator *(TimeSpan timeSpan, double factor)", "The product.", E2(clr.TimeSpan.Multiply)),
		M("static TimeSpan operator *(double factor, TimeSpan timeSpan)", "The product.",
			E2(func(factor float64, t clr.TimeSpan) (clr.TimeSpan, error) { return t.Multiply(factor) })),
		M("static TimeSpan operator /(TimeSpan timeSpan, double divisor)", "The quotient.", E2(clr.TimeSpan.Divide)),
		M("static double operator /(TimeSpan t1, TimeSpan t2)", "How often t2 goes into t1.", F2(ratio)),
	}
}
