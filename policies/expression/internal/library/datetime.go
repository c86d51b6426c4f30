package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func dateTimeKindEnum() *Class {
	return &Class{
		Name: "System.DateTimeKind", Kind: types.Enum, Doc: "Whether a date is UTC, local time, or unspecified.",
		Values: "Unspecified Utc Local",
	}
}

func dayOfWeekEnum() *Class {
	return &Class{
		Name: "System.DayOfWeek", Kind: types.Enum, Doc: "A day of the week.",
		Values: "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
	}
}

// dayOfWeek stands for the enumeration.
type dayOfWeek int32

// orderOperators are the comparisons of a type that is ordered by compare.
func orderOperators[T any](name string, compare func(a, b T) int) []Member {
	operator := func(symbol, doc string, is func(order int) bool) Member {
		return M("static bool operator "+symbol+"("+name+" a, "+name+" b)", doc, F2(func(a, b T) bool { return is(compare(a, b)) }))
	}
	return []Member{
		operator("==", "Whether both are equal.", func(n int) bool { return n == 0 }),
		operator("!=", "Whether both differ.", func(n int) bool { return n != 0 }),
		operator("<", "Whether a comes before b.", func(n int) bool { return n < 0 }),
		operator("<=", "Whether a comes before b, or both are equal.", func(n int) bool { return n <= 0 }),
		operator(">", "Whether a comes after b.", func(n int) bool { return n > 0 }),
		operator(">=", "Whether a comes after b, or both are equal.", func(n int) bool { return n >= 0 }),
	}
}

func dateTimeClass() *Class {
	c := &Class{
		Name: "System.DateTime", Kind: types.Struct, Go: TypeFor[clr.DateTime](), Access: AllowSome,
		Doc: "A date and a time of day, in UTC, local time (which is UTC) or neither.",
	}
	for _, part := range [][]Member{dateTimeMaking(), dateTimeParts(), dateTimeArithmetic(), dateTimeText()} {
		c.Members = append(c.Members, part...)
	}
	for i := range c.Members {
		c.Members[i] = c.Members[i].Allowed()
	}
	c.Members = append(c.Members, dateTimeOthers()...)
	c.Members = append(c.Members, exactParsing("DateTime", clr.ParseExactDateTime,
		`DateTime.ParseExact("20200102", "yyyyMMdd", null).ToString("s") => "2020-01-02T00:00:00"`,
		`DateTime.ParseExact("2020", "MM", null) => FormatException: String '2020' was not recognized as a valid DateTime.`)...)
	c.Members = append(c.Members, styledDates("DateTime", clr.ParseDateTimeStyled)...)
	c.Members = append(c.Members, orderOperators("DateTime", clr.DateTime.Compare)...)
	c.Members = append(c.Members, valueMembers("DateTime", func(a, b clr.DateTime) bool { return a.Compare(b) == 0 }, clr.DateTime.Compare)...)
	return c
}

// newDateTime makes a date of four to eight numbers, and perhaps a kind as the last
// argument.
func newDateTime(_ Call, args []any) (any, error) {
	var n [7]int
	kind := clr.KindUnspecified
	for i, a := range args {
		switch a := a.(type) {
		case int32:
			n[i] = int(a)
		case clr.Enum:
			kind = clr.DateTimeKind(a.Value)
		}
	}
	return valueOrError(clr.NewDateTime(n[0], n[1], n[2], n[3], n[4], n[5], n[6], kind))
}

func valueOrError[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

func dateTimeMaking() []Member {
	return []Member{
		M("DateTime(long ticks)", "The date so many ticks of 100 ns after the start of the year 1.",
			E1(func(ticks int64) (clr.DateTime, error) { return clr.DateTimeFromTicks(ticks, clr.KindUnspecified) })),
		M("DateTime(long ticks, DateTimeKind kind)", "The date so many ticks after the start of the year 1.", E2(clr.DateTimeFromTicks)),
		M("DateTime(int year, int month, int day)", "A day at midnight.", Boxed(newDateTime), `new DateTime(2020, 1, 2).ToString() => "01/02/2020 00:00:00"`,
			`new DateTime(2020, 13, 1) => ArgumentOutOfRangeException: Year, Month, and Day parameters describe an un-representable DateTime.`),
		M("DateTime(int year, int month, int day, int hour, int minute, int second)", "A day and a time.", Boxed(newDateTime)),
		M("DateTime(int year, int month, int day, int hour, int minute, int second, DateTimeKind kind)", "A day and a time.", Boxed(newDateTime),
			`new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc).ToString("o") => "2020-01-02T03:04:05.0000000Z"`),
		M("DateTime(int year, int month, int day, int hour, int minute, int second, int millisecond)", "A day and a time.", Boxed(newDateTime)),
		M("DateTime(int year, int month, int day, int hour, int minute, int second, int millisecond, DateTimeKind kind)", "A day and a time.", Boxed(newDateTime)),
		M("static DateTime MinValue", "The start of the year 1.", F0(func() clr.DateTime { return clr.DateTimeMinValue }), `DateTime.MinValue.Ticks => 0`),
		M("static DateTime MaxValue", "The end of the year 9999.", F0(func() clr.DateTime { return clr.DateTimeMaxValue }), `DateTime.MaxValue.Year => 9999`),
		M("static DateTime UtcNow { get; }", "The time now, in UTC.", C0(func(c Call) (clr.DateTime, error) { return now(c), nil })),
		M("static DateTime Now { get; }", "The time now, in local time, which is UTC.",
			C0(func(c Call) (clr.DateTime, error) { return now(c).WithKind(clr.KindLocal), nil })),
		M("static DateTime Today { get; }", "Midnight of today.",
			C0(func(c Call) (clr.DateTime, error) { return now(c).Date().WithKind(clr.KindLocal), nil })),
		M("static DateTime Parse(string s)", "The date written in s; one with a time zone is converted to local time, which is UTC.",
			C1(func(c Call, s string) (clr.DateTime, error) { return clr.ParseDateTime(s, now(c)) }),
			`DateTime.Parse("2020-01-02T03:04:05+01:00").ToString("s") => "2020-01-02T02:04:05"`,
			`DateTime.Parse("x") => FormatException: The string 'x' was not recognized as a valid DateTime. There is an unknown word starting at index '0'.`),
		M("static int DaysInMonth(int year, int month)", "The number of days of a month.", E2(clr.DaysInMonth), `DateTime.DaysInMonth(2020, 2) => 29`),
		M("static bool IsLeapYear(int year)", "Whether February has 29 days.", E1(clr.IsLeapYear), `DateTime.IsLeapYear(1900) => false`),
	}
}

func dateTimeParts() []Member {
	part := func(name, doc string, f func(clr.DateTime) int, example string) Member {
		return M("int "+name+" { get; }", doc, F1(f), example)
	}
	return []Member{
		part("Year", "The year.", clr.DateTime.Year, `new DateTime(2020, 1, 2).Year => 2020`),
		part("Month", "The month, from 1 on.", clr.DateTime.Month, `new DateTime(2020, 1, 2).Month => 1`),
		part("Day", "The day of the month.", clr.DateTime.Day, `new DateTime(2020, 1, 2).Day => 2`),
		part("Hour", "The hour.", clr.DateTime.Hour, `new DateTime(2020, 1, 2, 3, 4, 5).Hour => 3`),
		part("Minute", "The minute.", clr.DateTime.Minute, `new DateTime(2020, 1, 2, 3, 4, 5).Minute => 4`),
		part("Second", "The second.", clr.DateTime.Second, `new DateTime(2020, 1, 2, 3, 4, 5).Second => 5`),
		part("Millisecond", "The millisecond.", clr.DateTime.Millisecond, `new DateTime(2020, 1, 2, 3, 4, 5, 6).Millisecond => 6`),
		part("DayOfYear", "The day of the year, from 1 on.", clr.DateTime.DayOfYear, `new DateTime(2020, 2, 1).DayOfYear => 32`),
		M("DayOfWeek DayOfWeek { get; }", "The day of the week.", F1(func(d clr.DateTime) dayOfWeek { return dayOfWeek(d.DayOfWeek()) }),
			`new DateTime(2020, 1, 2).DayOfWeek.ToString() => "Thursday"`),
		M("long Ticks { get; }", "Ticks of 100 ns since the start of the year 1.", F1(clr.DateTime.Ticks), `new DateTime(1, 1, 2).Ticks => 864000000000`),
		M("DateTime Date { get; }", "The day at midnight.", F1(clr.DateTime.Date), `new DateTime(2020, 1, 2, 3, 4, 5).Date == new DateTime(2020, 1, 2) => true`),
		M("TimeSpan TimeOfDay { get; }", "The time since midnight.", F1(clr.DateTime.TimeOfDay), `new DateTime(2020, 1, 2, 3, 4, 5).TimeOfDay.ToString() => "03:04:05"`),
		M("bool IsDaylightSavingTime()", "Whether local time, which is UTC, has daylight saving then: never.", F1(func(clr.DateTime) bool { return false })),
	}
}

// addUnits are AddDays, AddHours and so on.
func addUnits[T any](name string, add func(T, float64, int64) (T, error)) []Member {
	var members []Member
	for _, u := range spanUnits {
		members = append(members, M(name+" Add"+u.name+"(double value)", "So many "+u.name+" later.",
			E2(func(t T, value float64) (T, error) { return add(t, value, u.ticks) }),
			"new "+name+"(new DateTime(2020, 1, 2).Ticks"+map[string]string{"DateTimeOffset": ", TimeSpan.Zero"}[name]+").Add"+u.name+"(1) > new DateTime(2020, 1, 2) => true"))
	}
	return members
}

func dateTimeArithmetic() []Member {
	plus := func(d clr.DateTime, t clr.TimeSpan) (clr.DateTime, error) { return d.AddTicks(int64(t)) }
	return append([]Member{
		M("DateTime Add(TimeSpan value)", "That much later.", E2(plus), `new DateTime(2020, 1, 2).Add(TimeSpan.FromHours(5)).Hour => 5`),
		M("DateTime AddTicks(long value)", "So many ticks later.", E2(clr.DateTime.AddTicks), `DateTime.MinValue.AddTicks(7).Ticks => 7`),
		M("DateTime AddMonths(int months)", "So many months later, the day cut to the length of the month.", E2(clr.DateTime.AddMonths),
			`new DateTime(2020, 1, 31).AddMonths(1).Day => 29`),
		M("DateTime AddYears(int value)", "So many years later.", E2(clr.DateTime.AddYears), `new DateTime(2020, 2, 29).AddYears(1).Day => 28`),
		M("TimeSpan Subtract(DateTime value)", "The time since value.", F2(clr.DateTime.Sub), `new DateTime(2020, 1, 3).Subtract(new DateTime(2020, 1, 2)).TotalHours => 24`),
		M("DateTime Subtract(TimeSpan value)", "That much earlier.", E2(clr.DateTime.SubSpan)),
		M("static DateTime operator +(DateTime d, TimeSpan t)", "That much later.", E2(plus)),
		M("static DateTime operator -(DateTime d, TimeSpan t)", "That much earlier.", E2(clr.DateTime.SubSpan)),
		M("static TimeSpan operator -(DateTime d1, DateTime d2)", "The time from d2 to d1.", F2(clr.DateTime.Sub), `(new DateTime(2020, 1, 3) - new DateTime(2020, 1, 2)).Days => 1`),
	}, addUnits("DateTime", clr.DateTime.AddUnits)...)
}

func dateTimeText() []Member {
	return []Member{
		M("string ToString()", "The date as MM/dd/yyyy HH:mm:ss.", F1(clr.DateTime.String), `new DateTime(2020, 1, 2, 3, 4, 5).ToString() => "01/02/2020 03:04:05"`),
		M("string ToString(string format)", "The date in a standard or custom format.",
			C2(func(c Call, d clr.DateTime, format NullString) (string, error) {
				return d.Format(c.Budget(), format.Text)
			}), `new DateTime(2020, 1, 2, 3, 4, 5).ToString("yyyy-MM-ddTHH:mm:ssZ") => "2020-01-02T03:04:05Z"`,
			`new DateTime(2020, 1, 2).ToString("R") => "Thu, 02 Jan 2020 00:00:00 GMT"`),
	}
}

// dateTimeOthers are members that are not on the allow-list.
func dateTimeOthers() []Member {
	local := func(kind clr.DateTimeKind) func(clr.DateTime) clr.DateTime {
		return func(d clr.DateTime) clr.DateTime { return d.WithKind(kind) }
	}
	return []Member{
		M("DateTimeKind Kind { get; }", "What the date refers to.", F1(clr.DateTime.Kind)),
		M("DateTime ToUniversalTime()", "The date in UTC.", F1(local(clr.KindUTC))),
		M("DateTime ToLocalTime()", "The date in local time, which is UTC.", F1(local(clr.KindLocal))),
		M("static DateTime UnixEpoch", "The start of 1970.", F0(func() clr.DateTime { return clr.UnixEpoch })),
		M("static DateTime SpecifyKind(DateTime value, DateTimeKind kind)", "The same reading of another kind.", F2(clr.DateTime.WithKind)),
		M("static int Compare(DateTime t1, DateTime t2)", "Whether t1 is before (-1), equal to (0) or after (1) t2.", F2(clr.DateTime.Compare)),
		M("static bool TryParse(string s, out DateTime result)", "Whether s is a date, which result becomes.", Boxed(func(c Call, args []any) (any, error) {
			*args[1].(*any) = clr.DateTimeMinValue
			s, ok := args[0].(string)
			if !ok {
				return false, nil
			}
			d, err := clr.ParseDateTime(s, now(c))
			*args[1].(*any) = d
			return err == nil, nil
		})),
		M("string ToShortDateString()", "The date as MM/dd/yyyy.", dateText("d")),
		M("string ToLongDateString()", "The date with the day's and the month's name.", dateText("D")),
		M("string ToShortTimeString()", "The time as HH:mm.", dateText("t")),
		M("string ToLongTimeString()", "The time as HH:mm:ss.", dateText("T")),
	}
}

func dateText(format string) Code {
	return C1(func(c Call, d clr.DateTime) (string, error) { return d.Format(c.Budget(), format) })
}
