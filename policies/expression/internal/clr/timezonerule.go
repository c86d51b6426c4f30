package clr

import "fmt"

// A TransitionTime is C#'s TimeZoneInfo.TransitionTime: when in a year the clocks change.
type TransitionTime struct {
	// Time of day, as a reading on January 1 of the year 1.
	Time  DateTime
	Month int
	// Day of a rule with a fixed date.
	Day int
	// Week (5 is the last) and DayOfWeek of a rule with a floating date.
	Week, DayOfWeek int
	// Fixed: the rule has a day, not a week.
	Fixed bool
}

// NewFixedTransition is TransitionTime.CreateFixedDateRule.
func NewFixedTransition(time DateTime, month, day int) (TransitionTime, error) {
	t := TransitionTime{Time: time, Month: month, Day: day, Week: 1, Fixed: true}
	return t, t.check()
}

// NewFloatingTransition is TransitionTime.CreateFloatingDateRule.
func NewFloatingTransition(time DateTime, month, week, dayOfWeek int) (TransitionTime, error) {
	t := TransitionTime{Time: time, Month: month, Day: 1, Week: week, DayOfWeek: dayOfWeek}
	return t, t.check()
}

func (t TransitionTime) check() error {
	switch {
	case t.Time.kind != KindUnspecified:
		return ArgumentError("The supplied DateTime must have the Kind property set to DateTimeKind.Unspecified.", "timeOfDay")
	case t.Month < 1 || t.Month > 12:
		return OutOfRangeError("month", "The Month parameter must be in the range 1 through 12.")
	case t.Day < 1 || t.Day > 31:
		return OutOfRangeError("day", "The Day parameter must be in the range 1 through 31.")
	case t.Week < 1 || t.Week > 5:
		return OutOfRangeError("week", "The Week parameter must be in the range 1 through 5.")
	case t.DayOfWeek < 0 || t.DayOfWeek > 6:
		return OutOfRangeError("dayOfWeek", "The DayOfWeek enumeration must be in the range 0 through 6.")
	case t.Time.ticks >= TicksPerDay || t.Time.ticks%TicksPerMillisecond != 0:
		return ArgumentError("The supplied DateTime must have the Year, Month, and Day properties set to 1.  The time cannot be specified more precisely than whole milliseconds.", "timeOfDay")
	}
	return nil
}

// in is the reading of the clock at which the transition is due in a year.
func (t TransitionTime) in(year int) DateTime {
	days := daysIn(year, t.Month)
	day := min(t.Day, days)
	if !t.Fixed {
		first := DateTime{ticks: dateTicks(year, t.Month, 1)}.DayOfWeek()
		day = 1 + (t.DayOfWeek-first+7)%7 + 7*(t.Week-1)
		for day > days {
			day -= 7
		}
	}
	return DateTime{ticks: dateTicks(year, t.Month, day) + t.Time.ticks}
}

// posix is the transition as the footer of a time zone file has it.
func (t TransitionTime) posix() string {
	date := fmt.Sprintf("M%d.%d.%d", t.Month, t.Week, t.DayOfWeek)
	if t.Fixed {
		// The numbers of days in a file leave February 29 out, so any year but a leap year will do.
		date = fmt.Sprintf("J%d", t.in(2001).DayOfYear())
	}
	return date + "/" + t.Time.TimeOfDay().String()
}

// An AdjustmentRule is C#'s TimeZoneInfo.AdjustmentRule: how a zone changes its clocks
// between two dates.
type AdjustmentRule struct {
	Start, End DateTime
	// Delta is what is added while there is daylight saving time.
	Delta TimeSpan
	// From and To are when daylight saving time begins and ends, by the clock of the time
	// that comes to its end.
	From, To TransitionTime
	// Base is what is added to the zone's offset at all times.
	Base TimeSpan
}

const offsetLimit = TimeSpan(14 * TicksPerHour)

// NewAdjustmentRule is AdjustmentRule.CreateAdjustmentRule.
func NewAdjustmentRule(start, end DateTime, delta TimeSpan, from, to TransitionTime, base TimeSpan) (*AdjustmentRule, error) {
	for _, date := range []struct {
		DateTime
		name string
		last bool
	}{{start, "dateStart", false}, {end, "dateEnd", true}} {
		if date.kind == KindLocal {
			return nil, ArgumentError("The supplied DateTime must have the Kind property set to DateTimeKind.Unspecified or DateTimeKind.Utc.", date.name)
		}
		if date.ticks%TicksPerDay != 0 && (!date.last || date.ticks != maxTicks) {
			return nil, ArgumentError("The supplied DateTime includes a TimeOfDay setting.   This is not supported.", date.name)
		}
	}
	switch {
	case from == to:
		return nil, ArgumentError("The DaylightTransitionStart property must not equal the DaylightTransitionEnd property.", "daylightTransitionEnd")
	case start.ticks > end.ticks:
		return nil, ArgumentError("The DateStart property must come before the DateEnd property.", "dateStart")
	case delta < -offsetLimit || delta > offsetLimit:
		return nil, OutOfRangeValueError("daylightDelta", offsetTooFar, delta.String())
	case delta%TicksPerMinute != 0:
		return nil, ArgumentError(offsetTooFine, "daylightDelta")
	case base < -offsetLimit || base > offsetLimit:
		return nil, OutOfRangeValueError("baseUtcOffsetDelta", offsetTooFar, base.String())
	case base%TicksPerMinute != 0:
		return nil, ArgumentError(offsetTooFine, "baseUtcOffsetDelta")
	}
	return &AdjustmentRule{start, end, delta, from, to, base}, nil
}

const (
	offsetTooFar  = "The TimeSpan parameter must be within plus or minus 14.0 hours."
	offsetTooFine = "The TimeSpan parameter cannot be specified more precisely than whole minutes."
)

// TypeName is the class.
func (r *AdjustmentRule) TypeName() string { return "System.TimeZoneInfo+AdjustmentRule" }

// ToString is the class's name.
func (r *AdjustmentRule) ToString() string { return r.TypeName() }

// Equals compares what the rules say.
func (r *AdjustmentRule) Equals(other any) bool {
	o, ok := other.(*AdjustmentRule)
	return ok && o != nil && *r == *o
}

// EqualityKey is the same for equal rules.
func (r *AdjustmentRule) EqualityKey() any { return *r }

// TypeName is the structure.
func (t TransitionTime) TypeName() string { return "System.TimeZoneInfo+TransitionTime" }

// ToString is the structure's name.
func (t TransitionTime) ToString() string { return t.TypeName() }

// Equals compares what the transitions say.
func (t TransitionTime) Equals(other any) bool {
	o, ok := other.(TransitionTime)
	return ok && t == o
}

// EqualityKey is the same for equal transitions.
func (t TransitionTime) EqualityKey() any { return t }
