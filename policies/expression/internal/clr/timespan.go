package clr

import (
	"math"
	"strings"
)

// TimeSpan is a duration in ticks of 100 ns.
type TimeSpan int64

// Ticks in a unit of time.
const (
	TicksPerMillisecond = 10_000
	TicksPerSecond      = 1000 * TicksPerMillisecond
	TicksPerMinute      = 60 * TicksPerSecond
	TicksPerHour        = 60 * TicksPerMinute
	TicksPerDay         = 24 * TicksPerHour
)

// The limits of TimeSpan.
const (
	TimeSpanMinValue TimeSpan = math.MinInt64
	TimeSpanMaxValue TimeSpan = math.MaxInt64
)

func timeSpanTooLong() *Exception {
	return ClassOverflow.Throw("TimeSpan overflowed because the duration is too long.")
}

// TimeSpanFrom is FromDays, FromHours and so on: value times a unit of so many ticks, the
// rest cut off.
func TimeSpanFrom(value float64, unit int64) (TimeSpan, error) {
	if math.IsNaN(value) {
		return 0, ArgumentError("TimeSpan does not accept floating point Not-a-Number values.", "")
	}
	ticks := value * float64(unit)
	switch {
	case ticks == 0x1p63:
		return TimeSpanMaxValue, nil
	case ticks > 0x1p63 || ticks < -0x1p63:
		return 0, timeSpanTooLong()
	}
	return TimeSpan(ticks), nil
}

// NewTimeSpan is new TimeSpan(days, hours, minutes, seconds, milliseconds).
func NewTimeSpan(days, hours, minutes, seconds, milliseconds int64) (TimeSpan, error) {
	ms := (days*86400+hours*3600+minutes*60+seconds)*1000 + milliseconds
	if ms > math.MaxInt64/TicksPerMillisecond || ms < math.MinInt64/TicksPerMillisecond {
		return 0, OutOfRangeError("", "TimeSpan overflowed because the duration is too long.")
	}
	return TimeSpan(ms * TicksPerMillisecond), nil
}

// Days is the Days property, with the sign of the whole, as its neighbours are.
func (t TimeSpan) Days() int32 { return int32(t / TicksPerDay) }

// Hours is the Hours property.
func (t TimeSpan) Hours() int32 { return int32(t / TicksPerHour % 24) }

// Minutes is the Minutes property.
func (t TimeSpan) Minutes() int32 { return int32(t / TicksPerMinute % 60) }

// Seconds is the Seconds property.
func (t TimeSpan) Seconds() int32 { return int32(t / TicksPerSecond % 60) }

// Milliseconds is the Milliseconds property.
func (t TimeSpan) Milliseconds() int32 { return int32(t / TicksPerMillisecond % 1000) }

// Total is TotalDays, TotalHours and so on, for a unit of so many ticks. Milliseconds end
// at the whole ones that fit.
func (t TimeSpan) Total(unit int64) float64 {
	total := float64(t) / float64(unit)
	if unit != TicksPerMillisecond {
		return total
	}
	return min(max(total, math.MinInt64/TicksPerMillisecond), math.MaxInt64/TicksPerMillisecond)
}

// Add is t + u.
func (t TimeSpan) Add(u TimeSpan) (TimeSpan, error) {
	sum, err := AddChecked(int64(t), int64(u))
	if err != nil {
		return 0, timeSpanTooLong()
	}
	return TimeSpan(sum), nil
}

// Sub is t - u.
func (t TimeSpan) Sub(u TimeSpan) (TimeSpan, error) {
	difference, err := SubChecked(int64(t), int64(u))
	if err != nil {
		return 0, timeSpanTooLong()
	}
	return TimeSpan(difference), nil
}

// Negate is -t.
func (t TimeSpan) Negate() (TimeSpan, error) {
	if t == TimeSpanMinValue {
		return 0, ClassOverflow.Throw("Negating the minimum value of a twos complement number is invalid.")
	}
	return -t, nil
}

// Duration is the absolute value.
func (t TimeSpan) Duration() (TimeSpan, error) {
	if t == TimeSpanMinValue {
		return 0, ClassOverflow.Throw("The duration cannot be returned for TimeSpan.MinValue because the absolute value of TimeSpan.MinValue exceeds the value of TimeSpan.MaxValue.")
	}
	return max(t, -t), nil
}

// Multiply is t * factor.
func (t TimeSpan) Multiply(factor float64) (TimeSpan, error) {
	if math.IsNaN(factor) {
		return 0, ArgumentError("TimeSpan does not accept floating point Not-a-Number values.", "factor")
	}
	return TimeSpanFrom(math.RoundToEven(float64(t)*factor), 1)
}

// Divide is t / divisor.
func (t TimeSpan) Divide(divisor float64) (TimeSpan, error) {
	if math.IsNaN(divisor) {
		return 0, ArgumentError("TimeSpan does not accept floating point Not-a-Number values.", "divisor")
	}
	ticks := math.RoundToEven(float64(t) / divisor)
	if math.IsNaN(ticks) {
		return 0, timeSpanTooLong()
	}
	return TimeSpanFrom(ticks, 1)
}

// String is ToString(): [-][d.]hh:mm:ss[.fffffff].
func (t TimeSpan) String() string {
	p := t.parts()
	b := p.sign(nil)
	if p.days > 0 {
		b = append(appendNumber(b, p.days, 1), '.')
	}
	b = p.clock(b)
	if p.ticks > 0 {
		b = appendNumber(append(b, '.'), p.ticks, 7)
	}
	return string(b)
}

// A span is the absolute value of a TimeSpan in parts.
type span struct {
	negative                             bool
	days, hours, minutes, seconds, ticks uint64
}

func (t TimeSpan) parts() span {
	n := uint64(t)
	if t < 0 {
		n = -n
	}
	return span{
		t < 0, n / TicksPerDay, n / TicksPerHour % 24, n / TicksPerMinute % 60,
		n / TicksPerSecond % 60, n % TicksPerSecond,
	}
}

func (p span) sign(b []byte) []byte {
	if p.negative {
		return append(b, '-')
	}
	return b
}

func (p span) clock(b []byte) []byte {
	b = append(appendNumber(b, p.hours, 2), ':')
	b = append(appendNumber(b, p.minutes, 2), ':')
	return appendNumber(b, p.seconds, 2)
}

func appendNumber(b []byte, n uint64, width int) []byte {
	var digits [20]byte
	i := len(digits)
	for n > 0 || i == len(digits) {
		i--
		digits[i] = byte('0' + n%10)
		n /= 10
	}
	for range width - (len(digits) - i) {
		b = append(b, '0')
	}
	return append(b, digits[i:]...)
}

// Format is ToString(format).
func (t TimeSpan) Format(_ *Budget, format string) (string, error) {
	switch format {
	case "", "c", "t", "T":
		return t.String(), nil
	case "g":
		return t.general(false), nil
	case "G":
		return t.general(true), nil
	}
	if len(format) == 1 {
		return "", badFormatString()
	}
	return t.custom(format)
}

func badFormatString() error { return FormatError("Input string was not in a correct format.") }

func (t TimeSpan) general(long bool) string {
	p := t.parts()
	b := p.sign(nil)
	if p.days > 0 || long {
		b = append(appendNumber(b, p.days, 1), ':')
	}
	if long {
		b = p.clock(b)
		return string(appendNumber(append(b, '.'), p.ticks, 7))
	}
	b = append(appendNumber(b, p.hours, 1), ':')
	b = append(appendNumber(b, p.minutes, 2), ':')
	b = appendNumber(b, p.seconds, 2)
	if p.ticks > 0 {
		b = append(b, '.')
		b = append(b, strings.TrimRight(string(appendNumber(nil, p.ticks, 7)), "0")...)
	}
	return string(b)
}

func (t TimeSpan) custom(format string) (string, error) {
	p := t.parts()
	var b []byte
	for i := 0; i < len(format); {
		c := format[i]
		n := run(format[i:])
		limit := 2
		switch c {
		case 'd':
			limit = 8
			b = appendNumber(b, p.days, n)
		case 'h':
			b = appendNumber(b, p.hours, n)
		case 'm':
			b = appendNumber(b, p.minutes, n)
		case 's':
			b = appendNumber(b, p.seconds, n)
		case 'f', 'F':
			limit = 7
			b = appendFraction(b, p.ticks, min(n, limit), c == 'F')
		default:
			literal, used, ok := quoted(format[i:])
			if !ok {
				return "", badFormatString()
			}
			b = append(b, literal...)
			n, limit = used, used
		}
		if n > limit {
			return "", badFormatString()
		}
		i += n
	}
	return string(b), nil
}

// run is how often the first byte is repeated at the start.
func run(s string) int {
	n := 1
	for n < len(s) && s[n] == s[0] {
		n++
	}
	return n
}

// quoted reads a quoted literal, an escaped character, or a % that stands before one
// custom specifier.
func quoted(format string) (literal string, used int, ok bool) {
	switch format[0] {
	case '\'', '"':
		return quotedText(format)
	case '\\':
		if len(format) < 2 {
			return "", 0, false
		}
		_, n := decode(format[1:])
		return format[1 : 1+n], 1 + n, true
	case '%':
		return "", 1, len(format) > 1 && format[1] != '%'
	}
	return "", 0, false
}

func quotedText(format string) (literal string, used int, ok bool) {
	var b []byte
	for i := 1; i < len(format); i++ {
		switch format[i] {
		case format[0]:
			return string(b), i + 1, true
		case '\\':
			if i++; i == len(format) {
				return "", 0, false
			}
		}
		b = append(b, format[i])
	}
	return "", 0, false
}

// appendFraction writes the first n digits of a second's ticks; short drops zeros at the
// end.
func appendFraction(b []byte, ticks uint64, n int, short bool) []byte {
	digits := string(appendNumber(nil, ticks, 7))[:n]
	if short {
		digits = strings.TrimRight(digits, "0")
	}
	return append(b, digits...)
}

// ParseTimeSpan is TimeSpan.Parse: d, or [d.]hh:mm[:ss[.fffffff]], also d:hh:mm:ss.
func ParseTimeSpan(s string) (TimeSpan, error) {
	text := Trim(s)
	text, negative := strings.CutPrefix(text, "-")
	p, ok := parseSpan(text)
	if !ok {
		return 0, FormatError("String '" + s + "' was not recognized as a valid TimeSpan.")
	}
	if p.hours > 23 && p.ticks == 0 && strings.Count(text, ":") == 2 && !strings.Contains(text, ".") {
		// What cannot be hours, minutes and seconds may be days, hours and minutes.
		p = span{days: p.hours, hours: p.minutes, minutes: p.seconds}
	}
	if p.days > 10_675_199 || p.hours > 23 || p.minutes > 59 || p.seconds > 59 || p.ticks >= TicksPerSecond {
		return 0, spanOverflow(s)
	}
	clock := p.hours*TicksPerHour + p.minutes*TicksPerMinute + p.seconds*TicksPerSecond + p.ticks
	ticks := p.days*TicksPerDay + clock
	switch {
	case negative && ticks <= 1<<63:
		return TimeSpan(-ticks), nil
	case !negative && ticks < 1<<63:
		return TimeSpan(ticks), nil
	}
	return 0, spanOverflow(s)
}

func spanOverflow(s string) error {
	return ClassOverflow.Throw("The TimeSpan string '" + s + "' could not be parsed because at least one of the numeric components is out of range or contains too many digits.")
}

func parseSpan(text string) (p span, ok bool) {
	fields := strings.Split(text, ":")
	if days, hours, dotted := strings.Cut(fields[0], "."); dotted && len(fields) > 1 {
		fields = append([]string{days, hours}, fields[1:]...)
	} else if len(fields) == 1 {
		fields = append(fields, "0", "0", "0")
	} else if len(fields) < 4 {
		fields = append([]string{"0"}, fields...)
	}
	if len(fields) == 3 {
		fields = append(fields, "0")
	}
	if len(fields) != 4 {
		return p, false
	}
	seconds, fraction, dotted := strings.Cut(fields[3], ".")
	if dotted && (fraction == "" || !allDigits(fraction)) {
		return p, false
	}
	fields[3] = seconds
	var n [4]uint64
	for i, f := range fields {
		if f == "" || len(f) > 9 || !allDigits(f) {
			return p, false
		}
		n[i] = atoi(f)
	}
	p = span{days: n[0], hours: n[1], minutes: n[2], seconds: n[3]}
	p.ticks = atoi((fraction + "0000000")[:7])
	if len(fraction) > 7 {
		p.ticks = TicksPerSecond // more than can be told
	}
	return p, true
}

// atoi reads digits that are known to be few.
func atoi(digits string) uint64 {
	var n uint64
	for i := range len(digits) {
		n = n*10 + uint64(digits[i]-'0')
	}
	return n
}
