package clr

// DateTimeOffset is an instant, told by a clock that is so far from UTC.
type DateTimeOffset struct {
	// utc is the instant in ticks.
	utc    int64
	offset int16 // minutes
}

// The limits of DateTimeOffset.
var (
	DateTimeOffsetMinValue = DateTimeOffset{}
	DateTimeOffsetMaxValue = DateTimeOffset{utc: maxTicks}
)

// DateTimeOffsetFrom is new DateTimeOffset(DateTime), and the implicit conversion. Local
// time is UTC.
func DateTimeOffsetFrom(d DateTime) DateTimeOffset { return DateTimeOffset{utc: d.ticks} }

// NewDateTimeOffset is new DateTimeOffset(DateTime, TimeSpan).
func NewDateTimeOffset(d DateTime, offset TimeSpan) (DateTimeOffset, error) {
	if d.kind != KindUnspecified && offset != 0 {
		message := "The UTC Offset for Utc DateTime instances must be 0."
		if d.kind == KindLocal {
			message = "The UTC Offset of the local dateTime parameter does not match the offset argument."
		}
		return DateTimeOffset{}, ArgumentError(message, "offset")
	}
	return offsetFromLocal(d.ticks, offset)
}

func offsetFromLocal(local int64, offset TimeSpan) (DateTimeOffset, error) {
	minutes, err := offsetMinutes(offset)
	if err != nil {
		return DateTimeOffset{}, err
	}
	utc := local - int64(offset)
	if utc < 0 || utc > maxTicks {
		return DateTimeOffset{}, OutOfRangeError("offset", "The UTC time represented when the offset is applied must be between year 0 and 10,000.")
	}
	return DateTimeOffset{utc, minutes}, nil
}

func offsetMinutes(offset TimeSpan) (int16, error) {
	if offset%TicksPerMinute != 0 {
		return 0, ArgumentError("Offset must be specified in whole minutes.", "offset")
	}
	if offset < -14*TicksPerHour || offset > 14*TicksPerHour {
		return 0, OutOfRangeError("offset", "Offset must be within plus or minus 14 hours.")
	}
	return int16(offset / TicksPerMinute), nil
}

// FromUnixSeconds is DateTimeOffset.FromUnixTimeSeconds.
func FromUnixSeconds(seconds int64) (DateTimeOffset, error) {
	const least, most = -unixTicks / TicksPerSecond, (maxTicks - unixTicks) / TicksPerSecond
	if seconds < least || seconds > most {
		return DateTimeOffset{}, unixRange("seconds", least, most)
	}
	return DateTimeOffset{utc: unixTicks + seconds*TicksPerSecond}, nil
}

// FromUnixMilliseconds is DateTimeOffset.FromUnixTimeMilliseconds.
func FromUnixMilliseconds(ms int64) (DateTimeOffset, error) {
	const least, most = -unixTicks / TicksPerMillisecond, (maxTicks - unixTicks) / TicksPerMillisecond
	if ms < least || ms > most {
		return DateTimeOffset{}, unixRange("milliseconds", least, most)
	}
	return DateTimeOffset{utc: unixTicks + ms*TicksPerMillisecond}, nil
}

func unixRange(parameter string, least, most int) error {
	return OutOfRangeError(parameter, "Valid values are between "+itoa(least)+" and "+itoa(most)+", inclusive.")
}

// UnixSeconds is ToUnixTimeSeconds().
func (d DateTimeOffset) UnixSeconds() int64 { return floorDiv(d.utc-unixTicks, TicksPerSecond) }

// UnixMilliseconds is ToUnixTimeMilliseconds().
func (d DateTimeOffset) UnixMilliseconds() int64 {
	return floorDiv(d.utc-unixTicks, TicksPerMillisecond)
}

// Offset is the Offset property.
func (d DateTimeOffset) Offset() TimeSpan { return TimeSpan(d.offset) * TicksPerMinute }

// DateTime is the clock's reading.
func (d DateTimeOffset) DateTime() DateTime { return DateTime{ticks: d.local()} }

// UTC is the instant as a DateTime of kind Utc.
func (d DateTimeOffset) UTC() DateTime { return DateTime{d.utc, KindUTC} }

// Local is the instant as a DateTime of kind Local.
func (d DateTimeOffset) Local() DateTime { return DateTime{d.utc, KindLocal} }

func (d DateTimeOffset) local() int64 { return d.utc + int64(d.Offset()) }

// ToOffset is the same instant by another clock.
func (d DateTimeOffset) ToOffset(offset TimeSpan) (DateTimeOffset, error) {
	return offsetFromLocal(d.utc+int64(offset), offset)
}

// Map applies a change to the clock's reading.
func (d DateTimeOffset) Map(change func(DateTime) (DateTime, error)) (DateTimeOffset, error) {
	local, err := change(d.DateTime())
	if err != nil {
		return DateTimeOffset{}, err
	}
	return offsetFromLocal(local.ticks, d.Offset())
}

// Add is d + t.
func (d DateTimeOffset) Add(t TimeSpan) (DateTimeOffset, error) {
	return d.Map(func(local DateTime) (DateTime, error) { return local.AddTicks(int64(t)) })
}

// AddUnits is AddDays, AddHours and so on, for a unit of so many ticks.
func (d DateTimeOffset) AddUnits(value float64, unit int64) (DateTimeOffset, error) {
	return d.Map(func(local DateTime) (DateTime, error) { return local.AddUnits(value, unit) })
}

// Sub is d - e.
func (d DateTimeOffset) Sub(e DateTimeOffset) TimeSpan { return TimeSpan(d.utc - e.utc) }

// Compare compares instants: -1, 0 or 1.
func (d DateTimeOffset) Compare(e DateTimeOffset) int { return compareTicks(d.utc, e.utc) }

// Equal is ==: the same instant, whatever the offsets.
func (d DateTimeOffset) Equal(e DateTimeOffset) bool { return d.utc == e.utc }

// EqualsExact is true for the same instant and offset.
func (d DateTimeOffset) EqualsExact(e DateTimeOffset) bool { return d == e }

func (d DateTimeOffset) stamp() stamp {
	return stamp{local: d.local(), offset: d.Offset(), hasOffset: true}
}

// String is ToString(): MM/dd/yyyy HH:mm:ss zzz.
func (d DateTimeOffset) String() string {
	b, _ := appendDate(nil, d.stamp(), "MM/dd/yyyy HH:mm:ss zzz")
	return string(b)
}

// Format is ToString(format).
func (d DateTimeOffset) Format(b *Budget, format string) (string, error) {
	return formatStamp(b, d.stamp(), format)
}
