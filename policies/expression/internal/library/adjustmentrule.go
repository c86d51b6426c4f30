package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// summerRule is an example of a rule: an hour from March to October.
const summerRule = "TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1), " +
	"TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday), " +
	"TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 25))"

func adjustmentRuleClass() *Class {
	const create = "static AdjustmentRule CreateAdjustmentRule(DateTime dateStart, DateTime dateEnd, TimeSpan daylightDelta, " +
		"TransitionTime daylightTransitionStart, TransitionTime daylightTransitionEnd"
	made := func(_ Call, args []any) (any, error) {
		base := clr.TimeSpan(0)
		if len(args) > 5 {
			base = args[5].(clr.TimeSpan)
		}
		return valueOrError(clr.NewAdjustmentRule(args[0].(clr.DateTime), args[1].(clr.DateTime), args[2].(clr.TimeSpan),
			args[3].(clr.TransitionTime), args[4].(clr.TransitionTime), base))
	}
	return &Class{
		Name: "System.TimeZoneInfo+AdjustmentRule", Go: TypeFor[*clr.AdjustmentRule](), Abstract: true, Doc: "How a time zone changes its clocks between two dates.",
		Members: []Member{
			M(create+")", "A rule.", Boxed(made), summerRule+".DaylightDelta.Hours => 1",
				`TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.Zero, "x", "x", "s", new[] { `+summerRule+` }).GetUtcOffset(new DateTime(2020, 7, 1)).Hours => 1`),
			M(create+", TimeSpan baseUtcOffsetDelta)", "A rule that also moves the zone's standard time.", Boxed(made)),
			M("DateTime DateStart { get; }", "The first day of the rule.", F1(func(r *clr.AdjustmentRule) clr.DateTime { return r.Start })),
			M("DateTime DateEnd { get; }", "The last day of the rule.", F1(func(r *clr.AdjustmentRule) clr.DateTime { return r.End }), summerRule+".DateEnd.Year => 9999"),
			M("TimeSpan DaylightDelta { get; }", "What is added to standard time in daylight saving time.", F1(func(r *clr.AdjustmentRule) clr.TimeSpan { return r.Delta })),
			M("TransitionTime DaylightTransitionStart { get; }", "When daylight saving time begins.",
				F1(func(r *clr.AdjustmentRule) clr.TransitionTime { return r.From }), summerRule+".DaylightTransitionStart.Week => 5"),
			M("TransitionTime DaylightTransitionEnd { get; }", "When daylight saving time ends.",
				F1(func(r *clr.AdjustmentRule) clr.TransitionTime { return r.To }), summerRule+".DaylightTransitionEnd.IsFixedDateRule => true"),
			M("TimeSpan BaseUtcOffsetDelta { get; }", "What is added to the zone's offset at all times.", F1(func(r *clr.AdjustmentRule) clr.TimeSpan { return r.Base })),
			M("bool Equals(AdjustmentRule other)", "Whether both rules say the same.", F2(func(r, other *clr.AdjustmentRule) bool { return r.Equals(other) })),
			M("bool Equals(object obj)", "Whether both rules say the same.", F2((*clr.AdjustmentRule).Equals)),
			M("int GetHashCode()", "A number that is equal for equal rules.", F1(func(r *clr.AdjustmentRule) int32 { return int32(r.Start.Ticks() / clr.TicksPerDay) })),
		},
	}
}

func transitionTimeClass() *Class {
	number := func(f func(clr.TransitionTime) int) Code { return F1(f) }
	equal := func(a, b clr.TransitionTime) bool { return a == b }
	return &Class{
		Name: "System.TimeZoneInfo+TransitionTime", Kind: types.Struct, Go: TypeFor[clr.TransitionTime](), Doc: "When in a year a time zone changes its clocks.",
		Members: []Member{
			M("static TransitionTime CreateFixedDateRule(DateTime timeOfDay, int month, int day)", "A change on a date.", E3(clr.NewFixedTransition),
				`TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 15).Day => 15`,
				`TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1), 13, 1) => ArgumentOutOfRangeException: The Month parameter must be in the range 1 through 12. (Parameter 'month')`),
			M("static TransitionTime CreateFloatingDateRule(DateTime timeOfDay, int month, int week, DayOfWeek dayOfWeek)", "A change on a day of a week of a month; week 5 is the last.",
				E4(func(d clr.DateTime, month, week int, day dayOfWeek) (clr.TransitionTime, error) {
					return clr.NewFloatingTransition(d, month, week, int(day))
				}), `TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday).DayOfWeek => Sunday`),
			M("DateTime TimeOfDay { get; }", "The time of the change.", F1(func(t clr.TransitionTime) clr.DateTime { return t.Time })),
			M("int Month { get; }", "The month of the change.", number(func(t clr.TransitionTime) int { return t.Month })),
			M("int Week { get; }", "The week of the change, if it is not on a date; 5 is the last.", number(func(t clr.TransitionTime) int { return t.Week })),
			M("int Day { get; }", "The day of the change, if it is on a date.", number(func(t clr.TransitionTime) int { return t.Day })),
			M("DayOfWeek DayOfWeek { get; }", "The day of the week of the change, if it is not on a date.", F1(func(t clr.TransitionTime) dayOfWeek { return dayOfWeek(t.DayOfWeek) })),
			M("bool IsFixedDateRule { get; }", "Whether the change is on a date.", F1(func(t clr.TransitionTime) bool { return t.Fixed })),
			M("static bool operator ==(TransitionTime t1, TransitionTime t2)", "Whether both say the same.", F2(equal)),
			M("static bool operator !=(TransitionTime t1, TransitionTime t2)", "Whether they differ.", F2(func(a, b clr.TransitionTime) bool { return a != b })),
			M("bool Equals(TransitionTime other)", "Whether both say the same.", F2(equal)),
			M("bool Equals(object obj)", "Whether both say the same.", F2(clr.TransitionTime.Equals)),
			M("int GetHashCode()", "A number that is equal for equal times.", number(func(t clr.TransitionTime) int { return t.Month ^ t.Week<<8 })),
		},
	}
}
