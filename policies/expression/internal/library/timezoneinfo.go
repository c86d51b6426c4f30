package library

import (
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

func timeZoneInfoClass() *Class {
	text := func(f func(*clr.TimeZone) string) Code { return F1(f) }
	return &Class{
		Name: "System.TimeZoneInfo", Go: TypeFor[*clr.TimeZone](), Abstract: true, Doc: "A time zone, by its name in Windows or in the IANA database, or one that an expression makes.",
		Members: slices.Concat(zoneFinding(), zoneConverting(), zoneMaking(), []Member{
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
			M("bool IsAmbiguousTime(DateTime dateTime)", "Whether the zone's clock shows the time twice.", F2((*clr.TimeZone).IsAmbiguous),
				`TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").IsAmbiguousTime(new DateTime(2020, 10, 25, 2, 30, 0)) => true`),
			M("bool IsAmbiguousTime(DateTimeOffset dateTimeOffset)", "Whether the zone's clock shows the time twice.",
				F2(func(z *clr.TimeZone, d clr.DateTimeOffset) bool { return z.IsAmbiguous(d.UTC()) })),
			M("TimeSpan[] GetAmbiguousTimeOffsets(DateTime dateTime)", "The offsets at which the zone's clock shows the time, the smaller one first.",
				C2(func(c Call, z *clr.TimeZone, d clr.DateTime) (*Array, error) {
					return ambiguousOffsets(c, z, d, "DateTime", "dateTime")
				}),
				`string.Join(" ", TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").GetAmbiguousTimeOffsets(new DateTime(2020, 10, 25, 2, 30, 0))) => "01:00:00 02:00:00"`,
				`TimeZoneInfo.Utc.GetAmbiguousTimeOffsets(new DateTime(2020, 1, 1)) => ArgumentException: The supplied DateTime is not in an ambiguous time range. (Parameter 'dateTime')`),
			M("TimeSpan[] GetAmbiguousTimeOffsets(DateTimeOffset dateTimeOffset)", "The offsets at which the zone's clock shows the time, the smaller one first.",
				C2(func(c Call, z *clr.TimeZone, d clr.DateTimeOffset) (*Array, error) {
					return ambiguousOffsets(c, z, d.UTC(), "DateTimeOffset", "dateTimeOffset")
				})),
			M("bool IsInvalidTime(DateTime dateTime)", "Whether the zone's clock never shows the time.", F2((*clr.TimeZone).IsInvalid),
				`TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").IsInvalidTime(new DateTime(2020, 3, 29, 2, 30, 0)) => true`),
			M("AdjustmentRule[] GetAdjustmentRules()", "How the zone changes its clocks: a rule for each daylight saving time so far, and one for those to come.",
				C1(adjustmentRules), `TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").GetAdjustmentRules().Last().DaylightTransitionStart.Month => 3`,
				`TimeZoneInfo.Utc.GetAdjustmentRules().Length => 0`),
			M("bool HasSameRules(TimeZoneInfo other)", "Whether both zones have the same offset and rules.", E2(func(z, other *clr.TimeZone) (bool, error) {
				if other == nil {
					return false, NullArgument("other")
				}
				return z.HasSameRules(other), nil
			}), `TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").HasSameRules(TimeZoneInfo.FindSystemTimeZoneById("W. Europe Standard Time")) => true`),
			M("string ToString()", "The display name.", text((*clr.TimeZone).DisplayName)),
			M("bool Equals(TimeZoneInfo other)", "Whether both have the same name and rules.", F2((*clr.TimeZone).Same)),
			M("bool Equals(object obj)", "Whether both have the same name and rules.", F2((*clr.TimeZone).Equals)),
			M("int GetHashCode()", "A number that is equal for equal zones.", F1((*clr.TimeZone).HashCode)),
		}),
	}
}

func zoneFinding() []Member {
	return []Member{
		M("static TimeZoneInfo Utc { get; }", "UTC.", F0(func() *clr.TimeZone { return clr.TimeZoneUTC }), `TimeZoneInfo.Utc.Id => "UTC"`),
		M("static TimeZoneInfo Local { get; }", "The local time zone, which is UTC.", F0(func() *clr.TimeZone { return clr.TimeZoneLocal })),
		M("static TimeZoneInfo FindSystemTimeZoneById(string id)", "The time zone of that name.", E1(clr.FindTimeZone),
			`TimeZoneInfo.FindSystemTimeZoneById("W. Europe Standard Time").BaseUtcOffset.Hours => 1`,
			`TimeZoneInfo.FindSystemTimeZoneById("Mars") => TimeZoneNotFoundException: The time zone ID 'Mars' was not found on the local computer.`),
		M("static bool TryFindSystemTimeZoneById(string id, out TimeZoneInfo timeZoneInfo)", "Whether there is a time zone of that name, which timeZoneInfo becomes.",
			Try1(func(id string) (*clr.TimeZone, bool) {
				z, err := clr.FindTimeZone(id)
				return z, err == nil
			})),
		M("static ReadOnlyCollection<TimeZoneInfo> GetSystemTimeZones()", "The time zones of all countries, by their offset.", C0(func(c Call) (*ReadOnly, error) {
			zones, err := clr.SystemTimeZones()
			return &ReadOnly{&List{Elem: c.Result.Args[0], Data: boxAll(zones)}}, err
		}), `TimeZoneInfo.GetSystemTimeZones().Any(z => z.Id == "Europe/Berlin") => true`),
		M("static void ClearCachedData()", "Does nothing: the zones do not change while the gateway runs.", F0(func() Void { return Void{} })),
	}
}

func zoneConverting() []Member {
	return []Member{
		M("static DateTime ConvertTimeToUtc(DateTime dateTime)", "Local time, which is UTC, in UTC.", E1(clr.TimeZoneUTC.Convert)),
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
				return zone.Convert(d)
			})),
		M("static DateTime ConvertTime(DateTime dateTime, TimeZoneInfo sourceTimeZone, TimeZoneInfo destinationTimeZone)", "What one zone's clock shows when another shows dateTime.",
			E3(func(d clr.DateTime, source, destination *clr.TimeZone) (clr.DateTime, error) {
				if source == nil {
					return d, NullArgument("sourceTimeZone")
				}
				if destination == nil {
					return d, NullArgument("destinationTimeZone")
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
				return zone.Convert(d)
			}), `TimeZoneInfo.ConvertTimeBySystemTimeZoneId(new DateTime(2020, 1, 1, 12, 0, 0), "Asia/Tokyo").Hour => 21`),
		M("static DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string sourceTimeZoneId, string destinationTimeZoneId)", "What the clock of one zone shows when that of another shows dateTime.",
			E3(func(d clr.DateTime, from, to string) (clr.DateTime, error) {
				source, err := sourceZone(d, from)
				if err != nil {
					return d, err
				}
				destination, err := clr.FindTimeZone(to)
				if err != nil {
					return d, err
				}
				return destination.ConvertFrom(d, source)
			}), `TimeZoneInfo.ConvertTimeBySystemTimeZoneId(new DateTime(2020, 1, 1, 12, 0, 0), "Asia/Tokyo", "Europe/Berlin").Hour => 4`),
		M("static DateTimeOffset ConvertTimeBySystemTimeZoneId(DateTimeOffset dateTimeOffset, string destinationTimeZoneId)", "The same instant by the clock of the zone of that name.",
			E2(func(d clr.DateTimeOffset, id string) (clr.DateTimeOffset, error) {
				zone, err := clr.FindTimeZone(id)
				if err != nil {
					return d, err
				}
				return zone.ConvertOffset(d)
			})),
	}
}

func zoneMaking() []Member {
	made := func(c Call, args []any) (any, error) {
		names := clr.ZoneNames{Display: textOf(args[2]), Standard: textOf(args[3])}
		if args[0] == nil {
			return nil, NullArgument("id")
		}
		names.ID = args[0].(string)
		names.Daylight = names.Standard
		var rules []*clr.AdjustmentRule
		if len(args) > 4 {
			names.Daylight = textOf(args[4])
			for _, r := range itemsOf(args[5]) {
				rule, _ := r.(*clr.AdjustmentRule)
				rules = append(rules, rule)
			}
		}
		if len(args) > 6 && args[6].(bool) {
			rules = nil
		}
		return valueOrError(clr.NewTimeZone(c.Budget(), names, args[1].(clr.TimeSpan), rules))
	}
	const signature = "static TimeZoneInfo CreateCustomTimeZone(string id, TimeSpan baseUtcOffset, string displayName, string standardDisplayName"
	return []Member{
		M(signature+")", "A zone that never changes its clocks.", Boxed(made),
			`TimeZoneInfo.ConvertTimeFromUtc(new DateTime(2020, 1, 1, 12, 0, 0), TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromMinutes(90), "x", "x")).Minute => 30`,
			`TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(15), "x", "x") => ArgumentOutOfRangeException: The TimeSpan parameter must be within plus or minus 14.0 hours. (Parameter 'baseUtcOffset')`),
		M(signature+", string daylightDisplayName, AdjustmentRule[] adjustmentRules)", "A zone that changes its clocks as the rules say.", Boxed(made)),
		M(signature+", string daylightDisplayName, AdjustmentRule[] adjustmentRules, bool disableDaylightSavingTime)", "A zone that changes its clocks as the rules say, or never.", Boxed(made)),
	}
}

func textOf(v any) string {
	text, _ := v.(string)
	return text
}

func boxAll[T any](items []T) []any {
	out := make([]any, len(items))
	for i, v := range items {
		out[i] = v
	}
	return out
}

// sourceZone is the zone of an id. That of UTC is the local zone for a reading that is
// local.
func sourceZone(d clr.DateTime, id string) (*clr.TimeZone, error) {
	zone, err := clr.FindTimeZone(id)
	if err == nil && d.Kind() == clr.KindLocal && zone == clr.TimeZoneUTC {
		return clr.TimeZoneLocal, nil
	}
	return zone, err
}

func ambiguousOffsets(c Call, z *clr.TimeZone, d clr.DateTime, what, parameter string) (*Array, error) {
	offsets := z.AmbiguousOffsets(d)
	if offsets == nil {
		return nil, clr.ArgumentError("The supplied "+what+" is not in an ambiguous time range.", parameter)
	}
	return &Array{Elem: c.Result.Elem, Data: boxAll(offsets)}, nil
}

func adjustmentRules(c Call, z *clr.TimeZone) (*Array, error) {
	rules := z.Rules()
	return &Array{Elem: c.Result.Elem, Data: boxAll(rules)}, c.Budget().Take(int64(len(rules)) * ruleSize)
}

// ruleSize is about how many bytes a rule takes.
const ruleSize = 160
