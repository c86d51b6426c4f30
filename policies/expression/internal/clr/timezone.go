package clr

import (
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // so that zones do not depend on the machine
)

// A TimeZone is C#'s TimeZoneInfo.
type TimeZone struct {
	id       string
	location *time.Location
}

// The zones that need no look-up. Local time is UTC.
var (
	TimeZoneUTC   = &TimeZone{"UTC", time.UTC}
	TimeZoneLocal = TimeZoneUTC
)

var zones sync.Map // id → *TimeZone

// FindTimeZone is TimeZoneInfo.FindSystemTimeZoneById, for names of IANA and of Windows.
func FindTimeZone(id string) (*TimeZone, error) {
	if z, ok := zones.Load(id); ok {
		return z.(*TimeZone), nil
	}
	name := id
	if iana, ok := windowsZones[id]; ok {
		name = iana
	}
	location, err := time.LoadLocation(name)
	if err != nil || id == "" || id == "Local" {
		return nil, ClassTimeZoneNotFound.Throw("The time zone ID '" + id + "' was not found on the local computer.")
	}
	z, _ := zones.LoadOrStore(id, &TimeZone{id, location})
	return z.(*TimeZone), nil
}

// TypeName is the class.
func (z *TimeZone) TypeName() string { return "System.TimeZoneInfo" }

// ToString is the display name.
func (z *TimeZone) ToString() string { return z.DisplayName() }

// Equals compares ids.
func (z *TimeZone) Equals(other any) bool {
	o, ok := other.(*TimeZone)
	return ok && EqualIgnoreCase(z.id, o.id)
}

// ID is the name the zone was found by.
func (z *TimeZone) ID() string { return z.id }

// DisplayName is the offset and the name.
func (z *TimeZone) DisplayName() string {
	base := z.BaseOffset()
	if z.location == time.UTC {
		return "(UTC) " + utcName
	}
	if base == 0 {
		return "(UTC+00:00) " + z.id
	}
	sign := '+'
	if base < 0 {
		sign, base = '-', -base
	}
	return fmt.Sprintf("(UTC%c%02d:%02d) %s", sign, base.Hours(), base.Minutes(), z.id)
}

const utcName = "Coordinated Universal Time"

// Name is StandardName, or DaylightName.
func (z *TimeZone) Name(daylight bool) string {
	if z.location == time.UTC {
		return utcName
	}
	for _, t := range z.seasons() {
		if t.IsDST() == daylight {
			name, _ := t.Zone()
			return name
		}
	}
	name, _ := z.seasons()[0].Zone()
	return name
}

// seasons are two instants of this year, half a year apart.
func (z *TimeZone) seasons() [2]time.Time {
	year := time.Now().Year()
	return [2]time.Time{
		time.Date(year, time.January, 1, 0, 0, 0, 0, z.location),
		time.Date(year, time.July, 1, 0, 0, 0, 0, z.location),
	}
}

// BaseOffset is BaseUtcOffset: the offset in winter.
func (z *TimeZone) BaseOffset() TimeSpan {
	for _, t := range z.seasons() {
		if !t.IsDST() {
			return offsetOf(t)
		}
	}
	return offsetOf(z.seasons()[0])
}

func offsetOf(t time.Time) TimeSpan {
	_, seconds := t.Zone()
	return TimeSpan(seconds) * TicksPerSecond
}

// SupportsDaylight is SupportsDaylightSavingTime.
func (z *TimeZone) SupportsDaylight() bool {
	s := z.seasons()
	return s[0].IsDST() || s[1].IsDST() || offsetOf(s[0]) != offsetOf(s[1])
}

// OffsetAt is the offset of the zone at an instant.
func (z *TimeZone) OffsetAt(utc DateTime) TimeSpan { return offsetOf(utc.Time().In(z.location)) }

// Offset is GetUtcOffset. A reading of kind Unspecified is one of the zone's own clock.
func (z *TimeZone) Offset(d DateTime) TimeSpan {
	if d.kind != KindUnspecified {
		return z.OffsetAt(d)
	}
	offset, _ := z.resolve(d)
	return offset
}

// IsDaylight is IsDaylightSavingTime.
func (z *TimeZone) IsDaylight(d DateTime) bool {
	return d.Time().Add(-time.Duration(z.Offset(d)) * 100).In(z.location).IsDST()
}

// How a reading of a clock can fail to name one instant.
type clockReading int

const (
	plainReading clockReading = iota
	ambiguousReading
	skippedReading
)

// resolve finds the offset at which the zone's clock shows a reading. An ambiguous reading
// gets the smaller one, which is standard time; a skipped one the offset before.
func (z *TimeZone) resolve(d DateTime) (TimeSpan, clockReading) {
	before, after := z.offsetNear(d, -TicksPerDay), z.offsetNear(d, TicksPerDay)
	if before == after {
		return before, plainReading
	}
	fits := func(offset TimeSpan) bool { return z.offsetNear(d, -int64(offset)) == offset }
	switch {
	case fits(before) && fits(after):
		return min(before, after), ambiguousReading
	case fits(before):
		return before, plainReading
	case fits(after):
		return after, plainReading
	}
	return before, skippedReading
}

// offsetNear is the offset at the instant that the reading would be in UTC, moved by ticks.
func (z *TimeZone) offsetNear(d DateTime, ticks int64) TimeSpan {
	moved := min(max(d.ticks+ticks, 0), maxTicks)
	return z.OffsetAt(DateTime{ticks: moved})
}

// IsAmbiguous is IsAmbiguousTime.
func (z *TimeZone) IsAmbiguous(d DateTime) bool {
	_, reading := z.resolve(z.reading(d))
	return reading == ambiguousReading
}

// IsInvalid is IsInvalidTime.
func (z *TimeZone) IsInvalid(d DateTime) bool {
	_, reading := z.resolve(d)
	return d.kind == KindUnspecified && reading == skippedReading
}

// reading is what the zone's clock shows at d.
func (z *TimeZone) reading(d DateTime) DateTime {
	if d.kind == KindUnspecified {
		return d
	}
	return DateTime{ticks: d.ticks + int64(z.OffsetAt(d))}
}

// ToUTC is ConvertTimeToUtc(d, zone).
func (z *TimeZone) ToUTC(d DateTime) (DateTime, error) {
	switch {
	case d.kind == KindUnspecified:
	case z.location == time.UTC:
		return d.WithKind(KindUTC), nil
	default:
		return DateTime{}, kindMismatch()
	}
	offset, reading := z.resolve(d)
	if reading == skippedReading {
		return DateTime{}, ArgumentError("The supplied DateTime represents an invalid time.  For example, when the clock is adjusted forward, any time in the period that is skipped is invalid.", "dateTime")
	}
	return DateTime{clampTicks(d.ticks - int64(offset)), KindUTC}, nil
}

func kindMismatch() error {
	return ArgumentError("The conversion could not be completed because the supplied DateTime did not have the Kind property set correctly.  For example, when the Kind property is DateTimeKind.Local, the source time zone must be TimeZoneInfo.Local.", "sourceTimeZone")
}

func clampTicks(ticks int64) int64 { return min(max(ticks, 0), maxTicks) }

// FromUTC is ConvertTimeFromUtc(d, zone).
func (z *TimeZone) FromUTC(d DateTime) (DateTime, error) {
	if d.kind == KindLocal && TimeZoneLocal.location != time.UTC {
		return DateTime{}, kindMismatch()
	}
	return z.convert(d), nil
}

// Convert is ConvertTime(d, zone): d of kind Unspecified is local time, which is UTC.
func (z *TimeZone) Convert(d DateTime) DateTime { return z.convert(d) }

func (z *TimeZone) convert(d DateTime) DateTime {
	kind := KindUnspecified
	if z.location == time.UTC {
		kind = KindUTC
	}
	return DateTime{clampTicks(d.ticks + int64(z.OffsetAt(d))), kind}
}

// ConvertFrom is ConvertTime(d, source, destination).
func (z *TimeZone) ConvertFrom(d DateTime, source *TimeZone) (DateTime, error) {
	utc, err := source.ToUTC(d)
	if err != nil {
		return DateTime{}, err
	}
	return z.convert(utc), nil
}

// ConvertOffset is ConvertTime(DateTimeOffset, zone).
func (z *TimeZone) ConvertOffset(d DateTimeOffset) (DateTimeOffset, error) {
	return d.ToOffset(z.OffsetAt(d.UTC()))
}
