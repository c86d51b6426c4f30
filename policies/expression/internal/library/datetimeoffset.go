package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func dateTimeOffsetClass() *Class {
	c := &Class{
		Name: "System.DateTimeOffset", Kind: types.Struct, Go: TypeFor[clr.DateTimeOffset](),
		Doc: "An instant, told by a clock that is so far from UTC.",
	}
	for _, part := range [][]Member{
		dateTimeOffsetMaking(), dateTimeOffsetParts(), dateTimeOffsetArithmetic(),
		orderOperators("DateTimeOffset", clr.DateTimeOffset.Compare),
		exactParsing("DateTimeOffset", clr.ParseExactDateTimeOffset, `DateTimeOffset.ParseExact("20200102 +02:00", "yyyyMMdd zzz", null).Offset.Hours => 2`),
		styledDates("DateTimeOffset", clr.ParseDateTimeOffsetStyled),
		valueMembers("DateTimeOffset", clr.DateTimeOffset.Equal, clr.DateTimeOffset.Compare),
	} {
		c.Members = append(c.Members, part...)
	}
	return c
}

func dateTimeOffsetMaking() []Member {
	return []Member{
		M("DateTimeOffset(DateTime dateTime)", "The instant of a date; without a kind, it is local time, which is UTC.", F1(clr.DateTimeOffsetFrom),
			`new DateTimeOffset(new DateTime(2020, 1, 2)).ToUnixTimeSeconds() => 1577923200`),
		M("DateTimeOffset(DateTime dateTime, TimeSpan offset)", "The instant at which a clock with that offset shows the date.", E2(clr.NewDateTimeOffset),
			`new DateTimeOffset(new DateTime(2020, 1, 2), TimeSpan.FromHours(1)).ToString() => "01/02/2020 00:00:00 +01:00"`),
		M("DateTimeOffset(long ticks, TimeSpan offset)", "The instant at which a clock with that offset shows so many ticks.",
			E2(func(ticks int64, offset clr.TimeSpan) (clr.DateTimeOffset, error) {
				d, err := clr.DateTimeFromTicks(ticks, clr.KindUnspecified)
				if err != nil {
					return clr.DateTimeOffset{}, err
				}
				return clr.NewDateTimeOffset(d, offset)
			})),
		M("DateTimeOffset(int year, int month, int day, int hour, int minute, int second, TimeSpan offset)", "The instant at which a clock with that offset shows the date.",
			Boxed(newDateTimeOffset), `new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero).ToString("o") => "2020-01-02T03:04:05.0000000+00:00"`),
		M("DateTimeOffset(int year, int month, int day, int hour, int minute, int second, int millisecond, TimeSpan offset)", "The instant at which a clock with that offset shows the date.",
			Boxed(newDateTimeOffset)),
		M("static implicit operator DateTimeOffset(DateTime dateTime)", "The instant of a date.", F1(clr.DateTimeOffsetFrom)),
		M("static DateTimeOffset MinValue", "The start of the year 1.", F0(func() clr.DateTimeOffset { return clr.DateTimeOffsetMinValue })),
		M("static DateTimeOffset MaxValue", "The end of the year 9999.", F0(func() clr.DateTimeOffset { return clr.DateTimeOffsetMaxValue })),
		M("static DateTimeOffset UnixEpoch", "The start of 1970.", F0(func() clr.DateTimeOffset { return clr.DateTimeOffsetFrom(clr.UnixEpoch) })),
		M("static DateTimeOffset UtcNow { get; }", "The time now.", C0(func(c Call) (clr.DateTimeOffset, error) { return clr.DateTimeOffsetFrom(now(c)), nil })),
		M("static DateTimeOffset Now { get; }", "The time now, by the local clock, which is UTC.",
			C0(func(c Call) (clr.DateTimeOffset, error) { return clr.DateTimeOffsetFrom(now(c)), nil })),
		M("static DateTimeOffset FromUnixTimeSeconds(long seconds)", "So many seconds after the start of 1970.", E1(clr.FromUnixSeconds),
			`DateTimeOffset.FromUnixTimeSeconds(1577934245).ToString("s") => "2020-01-02T03:04:05"`),
		M("static DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)", "So many milliseconds after the start of 1970.", E1(clr.FromUnixMilliseconds),
			`DateTimeOffset.FromUnixTimeMilliseconds(1500).Millisecond => 500`),
		M("static DateTimeOffset Parse(string input)", "The instant written in a text; without a time zone it is local time, which is UTC.",
			C1(func(c Call, s string) (clr.DateTimeOffset, error) { return clr.ParseDateTimeOffset(s, now(c)) }),
			`DateTimeOffset.Parse("2020-01-02T03:04:05+01:00").ToString() => "01/02/2020 03:04:05 +01:00"`),
		M("static bool TryParse(string input, out DateTimeOffset result)", "Whether the text is an instant, which result becomes.",
			Boxed(func(c Call, args []any) (any, error) {
				*args[1].(*any) = clr.DateTimeOffsetMinValue
				s, ok := args[0].(string)
				if !ok {
					return false, nil
				}
				d, err := clr.ParseDateTimeOffset(s, now(c))
				*args[1].(*any) = d
				return err == nil, nil
			})),
	}
}

func newDateTimeOffset(c Call, args []any) (any, error) {
	last := len(args) - 1
	d, err := newDateTime(c, args[:last])
	if err != nil {
		return nil, err
	}
	return valueOrError(clr.NewDateTimeOffset(d.(clr.DateTime), args[last].(clr.TimeSpan)))
}

func dateTimeOffsetParts() []Member {
	part := func(name, doc string, f func(clr.DateTime) int) Member {
		return M("int "+name+" { get; }", doc, F1(func(d clr.DateTimeOffset) int { return f(d.DateTime()) }),
			`DateTimeOffset.Parse("2020-01-02T03:04:05Z").`+name+" >= 0 => true")
	}
	return []Member{
		part("Year", "The year.", clr.DateTime.Year),
		part("Month", "The month, from 1 on.", clr.DateTime.Month),
		part("Day", "The day of the month.", clr.DateTime.Day),
		part("Hour", "The hour.", clr.DateTime.Hour),
		part("Minute", "The minute.", clr.DateTime.Minute),
		part("Second", "The second.", clr.DateTime.Second),
		part("Millisecond", "The millisecond.", clr.DateTime.Millisecond),
		part("DayOfYear", "The day of the year, from 1 on.", clr.DateTime.DayOfYear),
		M("DayOfWeek DayOfWeek { get; }", "The day of the week.", F1(func(d clr.DateTimeOffset) dayOfWeek { return dayOfWeek(d.DateTime().DayOfWeek()) })),
		M("long Ticks { get; }", "Ticks of the clock's reading since the start of the year 1.", F1(func(d clr.DateTimeOffset) int64 { return d.DateTime().Ticks() })),
		M("long UtcTicks { get; }", "Ticks in UTC since the start of the year 1.", F1(func(d clr.DateTimeOffset) int64 { return d.UTC().Ticks() })),
		M("TimeSpan Offset { get; }", "How far the clock is from UTC.", F1(clr.DateTimeOffset.Offset),
			`DateTimeOffset.Parse("2020-01-02T03:04:05+01:00").Offset.ToString() => "01:00:00"`),
		M("DateTime DateTime { get; }", "The clock's reading.", F1(clr.DateTimeOffset.DateTime)),
		M("DateTime UtcDateTime { get; }", "The instant in UTC.", F1(clr.DateTimeOffset.UTC),
			`DateTimeOffset.Parse("2020-01-02T03:04:05+01:00").UtcDateTime.ToString("u") => "2020-01-02 02:04:05Z"`),
		M("DateTime LocalDateTime { get; }", "The instant in local time, which is UTC.", F1(clr.DateTimeOffset.Local)),
		M("DateTime Date { get; }", "The day at midnight.", F1(func(d clr.DateTimeOffset) clr.DateTime { return d.DateTime().Date() })),
		M("TimeSpan TimeOfDay { get; }", "The time since midnight.", F1(func(d clr.DateTimeOffset) clr.TimeSpan { return d.DateTime().TimeOfDay() })),
		M("long ToUnixTimeSeconds()", "Seconds since the start of 1970.", F1(clr.DateTimeOffset.UnixSeconds),
			`DateTimeOffset.Parse("1969-12-31T23:59:59.5Z").ToUnixTimeSeconds() => -1`),
		M("long ToUnixTimeMilliseconds()", "Milliseconds since the start of 1970.", F1(clr.DateTimeOffset.UnixMilliseconds),
			`DateTimeOffset.Parse("1970-01-01T00:00:01.5Z").ToUnixTimeMilliseconds() => 1500`),
		M("string ToString()", "The reading as MM/dd/yyyy HH:mm:ss, and the offset.", F1(clr.DateTimeOffset.String)),
		M("string ToString(string format)", "The reading in a standard or custom format.",
			C2(func(c Call, d clr.DateTimeOffset, format NullString) (string, error) {
				return d.Format(c.Budget(), format.Text)
			}), `DateTimeOffset.FromUnixTimeSeconds(0).ToString("yyyy-MM-dd") => "1970-01-01"`),
	}
}

func dateTimeOffsetArithmetic() []Member {
	minus := func(d clr.DateTimeOffset, t clr.TimeSpan) (clr.DateTimeOffset, error) {
		return d.Map(func(local clr.DateTime) (clr.DateTime, error) { return local.SubSpan(t) })
	}
	changed := func(name, doc string, change func(clr.DateTime, int) (clr.DateTime, error)) Member {
		return M("DateTimeOffset "+name, doc, E2(func(d clr.DateTimeOffset, n int) (clr.DateTimeOffset, error) {
			return d.Map(func(local clr.DateTime) (clr.DateTime, error) { return change(local, n) })
		}))
	}
	utc := func(d clr.DateTimeOffset) clr.DateTimeOffset { return clr.DateTimeOffsetFrom(d.UTC()) }
	return append([]Member{
		changed("AddMonths(int months)", "So many months later, the day cut to the length of the month.", clr.DateTime.AddMonths),
		changed("AddYears(int years)", "So many years later.", clr.DateTime.AddYears),
		M("DateTimeOffset AddTicks(long ticks)", "So many ticks later.",
			E2(func(d clr.DateTimeOffset, ticks int64) (clr.DateTimeOffset, error) { return d.Add(clr.TimeSpan(ticks)) })),
		M("DateTimeOffset Add(TimeSpan timeSpan)", "That much later.", E2(clr.DateTimeOffset.Add)),
		M("TimeSpan Subtract(DateTimeOffset value)", "The time since value.", F2(clr.DateTimeOffset.Sub)),
		M("DateTimeOffset Subtract(TimeSpan value)", "That much earlier.", E2(minus)),
		M("DateTimeOffset ToOffset(TimeSpan offset)", "The same instant by another clock.", E2(clr.DateTimeOffset.ToOffset),
			`DateTimeOffset.FromUnixTimeSeconds(0).ToOffset(TimeSpan.FromHours(2)).Hour => 2`),
		M("DateTimeOffset ToUniversalTime()", "The same instant in UTC.", F1(utc)),
		M("DateTimeOffset ToLocalTime()", "The same instant in local time, which is UTC.", F1(utc)),
		M("bool EqualsExact(DateTimeOffset other)", "Whether both are the same instant with the same offset.", F2(clr.DateTimeOffset.EqualsExact)),
		M("static bool Equals(DateTimeOffset first, DateTimeOffset second)", "Whether both are the same instant.", F2(clr.DateTimeOffset.Equal)),
		M("static int Compare(DateTimeOffset first, DateTimeOffset second)", "Whether first is before (-1), equal to (0) or after (1) second.", F2(clr.DateTimeOffset.Compare)),
		M("static DateTimeOffset operator +(DateTimeOffset d, TimeSpan t)", "That much later.", E2(clr.DateTimeOffset.Add)),
		M("static DateTimeOffset operator -(DateTimeOffset d, TimeSpan t)", "That much earlier.", E2(minus)),
		M("static TimeSpan operator -(DateTimeOffset left, DateTimeOffset right)", "The time from right to left.", F2(clr.DateTimeOffset.Sub)),
	}, addUnits("DateTimeOffset", clr.DateTimeOffset.AddUnits)...)
}
