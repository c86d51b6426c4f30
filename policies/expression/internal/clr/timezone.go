package clr

import (
	"fmt"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // so that zones do not depend on the machine
)

// A TimeZone is C#'s TimeZoneInfo.
type TimeZone struct {
	id       string
	location *time.Location
	custom   *customZone // of a zone that an expression made
}

// The zones that need no look-up. Local time is UTC, but only what is converted to the
// local zone is of kind Local.
var (
	TimeZoneUTC   = &TimeZone{id: "UTC", location: time.UTC}
	TimeZoneLocal = &TimeZone{id: "UTC", location: time.UTC}
)

var zones sync.Map // id → *TimeZone

// FindTimeZone is TimeZoneInfo.FindSystemTimeZoneById, for names of IANA and of Windows.
func FindTimeZone(id string) (*TimeZone, error) {
	if EqualIgnoreCase(id, "UTC") {
		return TimeZoneUTC, nil
	}
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
	z, _ := zones.LoadOrStore(id, &TimeZone{id: id, location: location})
	return z.(*TimeZone), nil
}

// TypeName is the class.
func (z *TimeZone) TypeName() string { return "System.TimeZoneInfo" }

// ToString is the display name.
func (z *TimeZone) ToString() string { return z.DisplayName() }

// Equals is Same for any value.
func (z *TimeZone) Equals(other any) bool {
	o, ok := other.(*TimeZone)
	return ok && z.Same(o)
}

// EqualityKey is the same for equal zones.
func (z *TimeZone) EqualityKey() any {
	key := []any{strings.ToUpper(z.id), int64(z.BaseOffset()), z.SupportsDaylight()}
	for _, r := range z.Rules() {
		key = append(key, r)
	}
	return EqualityKeys(key...)
}

// Same reports whether both zones have the same name and rules. A zone of the database
// is told by its name.
func (z *TimeZone) Same(other *TimeZone) bool {
	switch {
	case other == nil || !EqualIgnoreCase(z.id, other.id):
		return false
	case z.custom == nil && other.custom == nil:
		return true
	}
	return z.HasSameRules(other)
}

// HashCode is GetHashCode.
func (z *TimeZone) HashCode() int32 { return HashText(ToUpper(z.id)) }

// ID is the name the zone was found by.
func (z *TimeZone) ID() string { return z.id }

// DisplayName is the offset and the name.
func (z *TimeZone) DisplayName() string {
	if z.custom != nil {
		return z.custom.Display
	}
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
	if z.custom != nil {
		if daylight {
			return z.custom.Daylight
		}
		return z.custom.Standard
	}
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
	if z.custom != nil {
		return z.custom.base
	}
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
	if z.custom != nil {
		return len(z.custom.rules) > 0
	}
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
	if d.kind == KindUnspecified {
		offset, reading := z.resolve(d)
		if reading == skippedReading {
			return false
		}
		d.ticks -= int64(offset)
	}
	return d.Time().In(z.location).IsDST()
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

// kind is what converting to the zone makes of a reading's kind.
func (z *TimeZone) kind() DateTimeKind {
	switch z {
	case TimeZoneUTC:
		return KindUTC
	case TimeZoneLocal:
		return KindLocal
	}
	return KindUnspecified
}

// ToUTC is ConvertTimeToUtc(d, zone).
func (z *TimeZone) ToUTC(d DateTime) (DateTime, error) { return TimeZoneUTC.ConvertFrom(d, z) }

func kindMismatch() error {
	return ArgumentError("The conversion could not be completed because the supplied DateTime did not have the Kind property set correctly.  For example, when the Kind property is DateTimeKind.Local, the source time zone must be TimeZoneInfo.Local.", "sourceTimeZone")
}

func clampTicks(ticks int64) int64 { return min(max(ticks, 0), maxTicks) }

// FromUTC is ConvertTimeFromUtc(d, zone).
func (z *TimeZone) FromUTC(d DateTime) (DateTime, error) { return z.ConvertFrom(d, TimeZoneUTC) }

// Convert is ConvertTime(d, zone): d of kind Unspecified is local time.
func (z *TimeZone) Convert(d DateTime) (DateTime, error) {
	if d.kind == KindUTC {
		return z.ConvertFrom(d, TimeZoneUTC)
	}
	return z.ConvertFrom(d, TimeZoneLocal)
}

// ConvertFrom is ConvertTime(d, source, zone).
func (z *TimeZone) ConvertFrom(d DateTime, source *TimeZone) (DateTime, error) {
	if d.kind != KindUnspecified && d.kind != source.kind() {
		return DateTime{}, kindMismatch()
	}
	offset, reading := source.resolve(d)
	switch {
	case reading == skippedReading:
		return DateTime{}, ArgumentError("The supplied DateTime represents an invalid time.  For example, when the clock is adjusted forward, any time in the period that is skipped is invalid.", "dateTime")
	case d.kind != KindUnspecified && d.kind == z.kind():
		return d, nil
	}
	utc := DateTime{ticks: clampTicks(d.ticks - int64(offset))}
	return DateTime{clampTicks(utc.ticks + int64(z.OffsetAt(utc))), z.kind()}, nil
}

// AmbiguousOffsets is GetAmbiguousTimeOffsets: the offsets at which the zone's clock shows
// the time, the smaller one first; none if it shows it once.
func (z *TimeZone) AmbiguousOffsets(d DateTime) []TimeSpan {
	d = z.reading(d)
	smaller, reading := z.resolve(d)
	if reading != ambiguousReading {
		return nil
	}
	return []TimeSpan{smaller, max(z.offsetNear(d, -TicksPerDay), z.offsetNear(d, TicksPerDay))}
}

// ConvertOffset is ConvertTime(DateTimeOffset, zone).
func (z *TimeZone) ConvertOffset(d DateTimeOffset) (DateTimeOffset, error) {
	return d.ToOffset(z.OffsetAt(d.UTC()))
}
