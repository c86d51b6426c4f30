package library

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

func timeZoneInfoClass() *Class {
	text := func(f func(*clr.TimeZone) string) Code { return F1(f) }
	return &Class{
		Name: "System.TimeZoneInfo", Go: TypeFor[*clr.TimeZone](), Abstract: true, Doc: "A time zone, by its name in Windows or in the IANA database.",
		Members: []Member{
			M("static TimeZoneInfo Utc { get; }", "UTC.", F0(func() *clr.TimeZone { return clr.TimeZoneUTC }), `TimeZoneInfo.Utc.Id => "UTC"`),
			M("static TimeZoneInfo Local { get; }", "The local time zone, which is UTC.", F0(func() *clr.TimeZone { return clr.TimeZoneLocal })),
			M("static TimeZoneInfo FindSystemTimeZoneById(string id)", "The time zone of that name.", E1(clr.FindTimeZone),
				`TimeZoneInfo.FindSystemTimeZoneById("W. Europe Standard Time").BaseUtcOffset.Hours => 1`,
				`TimeZoneInfo.FindSystemTimeZoneById("Mars") => TimeZoneNotFoundException: The time zone ID 'Mars' was not found on the local computer.`),
			M("static DateTime ConvertTimeToUtc(DateTime dateTime)", "Local time, which is UTC, in UTC.",
				F1(func(d clr.DateTime) clr.DateTime { return d.WithKind(clr.KindUTC) })),
			M("static DateTime ConvertTimeToUtc(DateTime dateTime, TimeZoneInfo sourceTimeZone)", "In UTC, what the zone's clock shows.",
				E2(func(d clr.DateTime, zone *clr.TimeZone) (clr.DateTime, error) {
					if zone == nil {
						return d, NullArgument("sourceTimeZone")
					}
					return zone.ToUTC(d)
				}), `TimeZoneInfo.ConvertTimeToUtc(new DateTime(2020, 7, 1, 12, 0, 0), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).Hour => 10`),
			M("static DateTime ConvertTimeFromUtc(DateTime dateTime, TimeZoneInfo destinationTimeZone)", "What the zone's clock shows at a time in UTC.",
				E2(func(d clr.DateTime, zone *clr.TimeZone) (clr.DateTime, error) {
					if zone == nil {
						return d, NullArgument("destinationTimeZone")
					}
					return zone.FromUTC(d)
				}), `TimeZoneInfo.ConvertTimeFromUtc(new DateTime(2020, 1, 1, 12, 0, 0), TimeZoneInfo.FindSystemTimeZoneById("Eastern Standard Time")).Hour => 7`),
			M("static DateTime ConvertTime(DateTime dateTime, TimeZoneInfo destinationTimeZone)", "What the zone's clock shows at a local time, which is UTC.",
				E2(func(d clr.DateTime, zone *clr.TimeZone) (clr.DateTime, error) {
					if zone == nil {
						return d, NullArgument("destinationTimeZone")
					}
					return zone.Convert(d), nil
				})),
			M("static DateTime ConvertTime(DateTime dateTime, TimeZoneInfo sourceTimeZone, TimeZoneInfo destinationTimeZone)", "What one zone's clock shows when another shows dateTime.",
				E3(func(d clr.DateTime, source, destination *clr.TimeZone) (clr.DateTime, error) {
					if source == nil || destination == nil {
						return d, NullArgument("sourceTimeZone")
					}
					return destination.ConvertFrom(d, source)
				})),
			M("static DateTimeOffset ConvertTime(DateTimeOffset dateTimeOffset, TimeZoneInfo destinationTimeZone)", "The same instant by the zone's clock.",
				E2(func(d clr.DateTimeOffset, zone *clr.TimeZone) (clr.DateTimeOffset, error) {
					if zone == nil {
						return d, NullArgument("destinationTimeZone")
					}
					return zone.ConvertOffset(d)
				})),
			M("static DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string destinationTimeZoneId)", "What the clock of the zone of that name shows at a local time, which is UTC.",
				E2(func(d clr.DateTime, id string) (clr.DateTime, error) {
					zone, err := clr.FindTimeZone(id)
					if err != nil {
						return d, err
					}
					return zone.Convert(d), nil
				}), `TimeZoneInfo.ConvertTimeBySystemTimeZoneId(new DateTime(2020, 1, 1, 12, 0, 0), "Asia/Tokyo").Hour => 21`),
			M("static DateTimeOffset ConvertTimeBySystemTimeZoneId(DateTimeOffset dateTimeOffset, string destinationTimeZoneId)", "The same instant by the clock of the zone of that name.",
				E2(func(d clr.DateTimeOffset, id string) (clr.DateTimeOffset, error) {
					zone, err := clr.FindTimeZone(id)
					if err != nil {
						return d, err
					}
					return zone.ConvertOffset(d)
				})),
			M("string Id { get; }", "The name the zone was found by.", text((*clr.TimeZone).ID)),
			M("string DisplayName { get; }", "The offset and the name.", text((*clr.TimeZone).DisplayName), `TimeZoneInfo.Utc.DisplayName => "(UTC) Coordinated Universal Time"`),
			M("string StandardName { get; }", "The name of the zone's standard time.", text(func(z *clr.TimeZone) string { return z.Name(false) })),
			M("string DaylightName { get; }", "The name of the zone's daylight saving time.", text(func(z *clr.TimeZone) string { return z.Name(true) })),
			M("TimeSpan BaseUtcOffset { get; }", "How far the zone's standard time is from UTC.", F1((*clr.TimeZone).BaseOffset)),
			M("bool SupportsDaylightSavingTime { get; }", "Whether the zone changes its clocks.", F1((*clr.TimeZone).SupportsDaylight)),
			M("TimeSpan GetUtcOffset(DateTime dateTime)", "How far the zone is from UTC at a time.", F2((*clr.TimeZone).Offset),
				`TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").GetUtcOffset(new DateTime(2020, 7, 1)).Hours => 2`),
			M("TimeSpan GetUtcOffset(DateTimeOffset dateTimeOffset)", "How far the zone is from UTC at an instant.",
				F2(func(z *clr.TimeZone, d clr.DateTimeOffset) clr.TimeSpan { return z.OffsetAt(d.UTC()) })),
			M("bool IsDaylightSavingTime(DateTime dateTime)", "Whether the zone has daylight saving time then.", F2((*clr.TimeZone).IsDaylight),
				`TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").IsDaylightSavingTime(new DateTime(2020, 7, 1)) => true`),
			M("bool IsDaylightSavingTime(DateTimeOffset dateTimeOffset)", "Whether the zone has daylight saving time then.",
				F2(func(z *clr.TimeZone, d clr.DateTimeOffset) bool { return z.IsDaylight(d.UTC()) })),
			M("bool IsAmbiguousTime(DateTime dateTime)", "Whether the zone's clock shows the time twice.", F2((*clr.TimeZone).IsAmbiguous)),
			M("bool IsInvalidTime(DateTime dateTime)", "Whether the zone's clock never shows the time.", F2((*clr.TimeZone).IsInvalid)),
			M("string ToString()", "The display name.", text((*clr.TimeZone).DisplayName)),
			M("bool Equals(TimeZoneInfo other)", "Whether both have the same name.", F2(func(z, other *clr.TimeZone) bool { return other != nil && z.Equals(other) })),
		},
	}
}
