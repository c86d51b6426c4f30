package library

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

// localZone is C#'s TimeZone, of which there is only the local one: UTC.
type localZone struct{}

// A daylightTime is C#'s DaylightTime.
type daylightTime struct {
	start, end clr.DateTime
	delta      clr.TimeSpan
}

func timeZoneClass() *Class {
	name := F1(func(localZone) string { return clr.TimeZoneLocal.Name(false) })
	return &Class{
		Name: "System.TimeZone", Go: TypeFor[localZone](), Abstract: true, Doc: "The local time zone, which is UTC. TimeZoneInfo knows others.",
		Members: []Member{
			M("static TimeZone CurrentTimeZone { get; }", "The local time zone.", F0(func() localZone { return localZone{} }),
				`TimeZone.CurrentTimeZone.GetUtcOffset(DateTime.Now) == TimeSpan.Zero => true`),
			M("string StandardName { get; }", "The name of the zone's standard time.", name, `TimeZone.CurrentTimeZone.StandardName => "Coordinated Universal Time"`),
			M("string DaylightName { get; }", "The name of the zone's daylight saving time.", name),
			M("TimeSpan GetUtcOffset(DateTime time)", "How far the zone is from UTC at a time.", F2(func(localZone, clr.DateTime) clr.TimeSpan { return 0 })),
			M("DateTime ToUniversalTime(DateTime time)", "A local time in UTC.", F2(func(_ localZone, d clr.DateTime) clr.DateTime { return d.WithKind(clr.KindUTC) }),
				`TimeZone.CurrentTimeZone.ToUniversalTime(new DateTime(2020, 1, 1, 12, 0, 0)).Hour => 12`),
			M("DateTime ToLocalTime(DateTime time)", "A time in UTC by the local clock.", F2(func(_ localZone, d clr.DateTime) clr.DateTime { return d.WithKind(clr.KindLocal) })),
			M("bool IsDaylightSavingTime(DateTime time)", "Whether the zone has daylight saving time then.", F2(func(localZone, clr.DateTime) bool { return false })),
			M("static bool IsDaylightSavingTime(DateTime time, DaylightTime daylightTimes)", "Whether a time is in a daylight saving time.", E2(inDaylightTime),
				`TimeZone.IsDaylightSavingTime(new DateTime(2020, 7, 1), new System.Globalization.DaylightTime(new DateTime(2020, 3, 1), new DateTime(2020, 10, 1), TimeSpan.FromHours(1))) => true`),
			M("DaylightTime GetDaylightChanges(int year)", "When the zone has daylight saving time in a year: never.", E2(func(_ localZone, year int) (*daylightTime, error) {
				if year < 1 || year > 9999 {
					return nil, clr.OutOfRangeError("year", "Valid values are between 1 and 9999, inclusive.")
				}
				return &daylightTime{}, nil
			}), `TimeZone.CurrentTimeZone.GetDaylightChanges(2020).Delta == TimeSpan.Zero => true`),
		},
	}
}

// inDaylightTime leaves out the hour at the end that comes twice, as .NET does.
func inDaylightTime(d clr.DateTime, t *daylightTime) (bool, error) {
	if t == nil {
		return false, NullArgument("daylightTimes")
	}
	if d.Kind() == clr.KindUTC || t.delta == 0 {
		return false, nil
	}
	start, end := t.start.Ticks(), t.end.Ticks()
	if t.delta > 0 {
		start, end = start+int64(t.delta), end-int64(t.delta)
	}
	at := d.Ticks()
	if start > end {
		return at >= start || at < end, nil
	}
	return at >= start && at < end, nil
}

func daylightTimeClass() *Class {
	return &Class{
		Name: "System.Globalization.DaylightTime", Go: TypeFor[*daylightTime](), Access: AllowSome, Doc: "A time of daylight saving.",
		Members: []Member{
			M("DaylightTime(DateTime start, DateTime end, TimeSpan delta)", "A time of daylight saving.",
				F3(func(start, end clr.DateTime, delta clr.TimeSpan) *daylightTime {
					return &daylightTime{start, end, delta}
				})),
			M("DateTime Start { get; }", "When it begins.", F1(func(t *daylightTime) clr.DateTime { return t.start })),
			M("DateTime End { get; }", "When it ends.", F1(func(t *daylightTime) clr.DateTime { return t.end })),
			M("TimeSpan Delta { get; }", "What is added to standard time.", F1(func(t *daylightTime) clr.TimeSpan { return t.delta })),
		},
	}
}
