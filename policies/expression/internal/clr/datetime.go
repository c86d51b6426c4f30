package clr

import (
	"math"
	"time"
)

// DateTimeKind says what a DateTime's clock reading refers to.
type DateTimeKind int32

// The kinds. Local time is UTC here.
const (
	KindUnspecified DateTimeKind = iota
	KindUTC
	KindLocal
)

// Zone is how ISO 8601 writes the zone of a time of this kind; "" when it has none.
func (k DateTimeKind) Zone() string {
	return [...]string{KindUTC: "Z", KindLocal: "+00:00"}[k]
}

// DateTime is a date and time of day in ticks since the year 1, with a kind.
type DateTime struct {
	ticks int64
	kind  DateTimeKind
}

const (
	maxTicks  = 3_155_378_975_999_999_999
	unixTicks = 621_355_968_000_000_000
)

// The limits of DateTime, and the start of Unix time.
var (
	DateTimeMinValue = DateTime{}
	DateTimeMaxValue = DateTime{ticks: maxTicks}
	UnixEpoch        = DateTime{ticks: unixTicks, kind: KindUTC}
)

// DateTimeFromTicks is new DateTime(ticks, kind).
func DateTimeFromTicks(ticks int64, kind DateTimeKind) (DateTime, error) {
	if ticks < 0 || ticks > maxTicks {
		return DateTime{}, OutOfRangeError("ticks", "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.")
	}
	return DateTime{ticks, kind}, kind.check()
}

func (k DateTimeKind) check() error {
	if k < KindUnspecified || k > KindLocal {
		return ArgumentError("Invalid DateTimeKind value.", "kind")
	}
	return nil
}

// DateTimeFromTime is the time of a Go clock, in UTC.
func DateTimeFromTime(t time.Time) DateTime {
	return DateTime{unixTicks + t.Unix()*TicksPerSecond + int64(t.Nanosecond()/100), KindUTC}
}

// Time is the reading as a Go time in UTC, whatever the kind.
func (d DateTime) Time() time.Time {
	since := d.ticks - unixTicks
	return time.Unix(floorDiv(since, TicksPerSecond), floorMod(since, TicksPerSecond)*100).UTC()
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

// NewDateTime is new DateTime(year, month, day, hour, minute, second, millisecond, kind).
func NewDateTime(year, month, day, hour, minute, second, millisecond int, kind DateTimeKind) (DateTime, error) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return DateTime{}, OutOfRangeError("", "Year, Month, and Day parameters describe an un-representable DateTime.")
	}
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return DateTime{}, OutOfRangeError("", "Hour, Minute, and Second parameters describe an un-representable DateTime.")
	}
	if millisecond < 0 || millisecond > 999 {
		return DateTime{}, OutOfRangeError("millisecond", "Valid values are between 0 and 999, inclusive.")
	}
	ticks := dateTicks(year, month, day) + clockTicks(hour, minute, second) + int64(millisecond)*TicksPerMillisecond
	return DateTime{ticks, kind}, kind.check()
}

func dateTicks(year, month, day int) int64 {
	return unixTicks + time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix()*TicksPerSecond
}

func clockTicks(hour, minute, second int) int64 {
	return int64(hour*3600+minute*60+second) * TicksPerSecond
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// DaysInMonth is DateTime.DaysInMonth.
func DaysInMonth(year, month int) (int, error) {
	if month < 1 || month > 12 {
		return 0, OutOfRangeError("month", "Month must be between one and twelve.")
	}
	if err := checkYear(year); err != nil {
		return 0, err
	}
	return daysIn(year, month), nil
}

func checkYear(year int) error {
	if year < 1 || year > 9999 {
		return OutOfRangeError("year", "Year must be between 1 and 9999.")
	}
	return nil
}

// IsLeapYear is DateTime.IsLeapYear.
func IsLeapYear(year int) (bool, error) { return daysInFebruary(year) == 29, checkYear(year) }

func daysInFebruary(year int) int { return daysIn(year, 2) }

// Ticks is the number of 100 ns since the start of the year 1.
func (d DateTime) Ticks() int64 { return d.ticks }

// Kind is the Kind property.
func (d DateTime) Kind() DateTimeKind { return d.kind }

// WithKind is DateTime.SpecifyKind.
func (d DateTime) WithKind(kind DateTimeKind) DateTime { return DateTime{d.ticks, kind} }

// Date is the day at midnight.
func (d DateTime) Date() DateTime { return DateTime{d.ticks - d.ticks%TicksPerDay, d.kind} }

// TimeOfDay is the time since midnight.
func (d DateTime) TimeOfDay() TimeSpan { return TimeSpan(d.ticks % TicksPerDay) }

// Year is the Year property.
func (d DateTime) Year() int { return d.Time().Year() }

// Month is the Month property.
func (d DateTime) Month() int { return int(d.Time().Month()) }

// Day is the Day property.
func (d DateTime) Day() int { return d.Time().Day() }

// DayOfYear is the DayOfYear property.
func (d DateTime) DayOfYear() int { return d.Time().YearDay() }

// DayOfWeek is the DayOfWeek property: Sunday is 0.
func (d DateTime) DayOfWeek() int { return int(d.ticks/TicksPerDay+1) % 7 }

// Hour is the Hour property.
func (d DateTime) Hour() int { return int(d.ticks / TicksPerHour % 24) }

// Minute is the Minute property.
func (d DateTime) Minute() int { return int(d.ticks / TicksPerMinute % 60) }

// Second is the Second property.
func (d DateTime) Second() int { return int(d.ticks / TicksPerSecond % 60) }

// Millisecond is the Millisecond property.
func (d DateTime) Millisecond() int { return int(d.ticks / TicksPerMillisecond % 1000) }

// AddTicks is d.AddTicks(n), and d + TimeSpan.
func (d DateTime) AddTicks(n int64) (DateTime, error) {
	if n > maxTicks-d.ticks || n < -d.ticks {
		return DateTime{}, unrepresentable("value")
	}
	return DateTime{d.ticks + n, d.kind}, nil
}

func unrepresentable(parameter string) error {
	return OutOfRangeError(parameter, "The added or subtracted value results in an un-representable DateTime.")
}

// AddUnits is AddDays, AddHours and so on, for a unit of so many ticks.
func (d DateTime) AddUnits(value float64, unit int64) (DateTime, error) {
	if !(math.Abs(value) <= float64(maxTicks/unit)) {
		return DateTime{}, OutOfRangeError("value", "Value to add was out of range.")
	}
	whole := math.Trunc(value)
	return d.AddTicks(int64(whole)*unit + int64((value-whole)*float64(unit)))
}

// AddMonths is d.AddMonths(n): the day is cut to the length of the month.
func (d DateTime) AddMonths(n int) (DateTime, error) {
	if n < -120_000 || n > 120_000 {
		return DateTime{}, OutOfRangeError("months", "Months value must be between +/-120000.")
	}
	return d.addMonths(n, "months")
}

// AddYears is d.AddYears(n).
func (d DateTime) AddYears(n int) (DateTime, error) {
	if n < -10_000 || n > 10_000 {
		return DateTime{}, OutOfRangeError("years", "Years value must be between +/-10000.")
	}
	return d.addMonths(12*n, "value")
}

func (d DateTime) addMonths(n int, parameter string) (DateTime, error) {
	year, month, day := d.Time().Date()
	months := int64(year)*12 + int64(month) - 1 + int64(n)
	year, month = int(floorDiv(months, 12)), time.Month(floorMod(months, 12)+1)
	if year < 1 || year > 9999 {
		return DateTime{}, unrepresentable(parameter)
	}
	day = min(day, daysIn(year, int(month)))
	return DateTime{dateTicks(year, int(month), day) + d.ticks%TicksPerDay, d.kind}, nil
}

// Sub is d - e.
func (d DateTime) Sub(e DateTime) TimeSpan { return TimeSpan(d.ticks - e.ticks) }

// SubSpan is d - t.
func (d DateTime) SubSpan(t TimeSpan) (DateTime, error) {
	if int64(t) > d.ticks || int64(t) < d.ticks-maxTicks {
		return DateTime{}, unrepresentable("value")
	}
	return DateTime{d.ticks - int64(t), d.kind}, nil
}

// Compare compares ticks, whatever the kinds: -1, 0 or 1.
func (d DateTime) Compare(e DateTime) int { return compareTicks(d.ticks, e.ticks) }

func compareTicks(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// String is ToString(): MM/dd/yyyy HH:mm:ss.
func (d DateTime) String() string {
	b, _ := appendDate(nil, stamp{local: d.ticks, kind: d.kind}, "MM/dd/yyyy HH:mm:ss")
	return string(b)
}

// Format is ToString(format).
func (d DateTime) Format(b *Budget, format string) (string, error) {
	return formatStamp(b, stamp{local: d.ticks, kind: d.kind}, format)
}

// Hash is GetHashCode().
func (d DateTime) Hash() int32 { return int32(d.ticks) ^ int32(d.ticks>>32) }
