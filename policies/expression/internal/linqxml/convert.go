package linqxml

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// contentText is the text that a value becomes as content.
func contentText(v any) (string, error) {
	if _, ok := v.(Object); ok {
		return "", clr.ClassArgument.Throw("An XObject cannot be used as a value.")
	}
	return valueText(v)
}

// valueText is a value in XML's form: true, INF, 2020-01-02T03:04:05Z, PT1M.
func valueText(v any) (string, error) {
	switch x := v.(type) {
	case string:
		return x, nil
	case bool:
		return strconv.FormatBool(x), nil
	case float64:
		return doubleText(x, clr.DoubleText(x)), nil
	case float32:
		return doubleText(float64(x), clr.SingleText(x)), nil
	case clr.DateTime:
		return dateText(x), nil
	case clr.DateTimeOffset:
		return offsetText(x), nil
	case clr.TimeSpan:
		return durationText(x), nil
	case Object:
		return "", clr.ClassArgument.Throw("An XObject cannot be used as a value.")
	}
	return clr.ToString(v), nil
}

func doubleText(d float64, text string) string {
	switch {
	case math.IsInf(d, 1):
		return "INF"
	case math.IsInf(d, -1):
		return "-INF"
	}
	return text
}

func dateText(d clr.DateTime) string {
	return localText(d) + d.Kind().Zone()
}

func offsetText(d clr.DateTimeOffset) string {
	s := localText(d.DateTime())
	minutes := int64(d.Offset()) / clr.TicksPerMinute
	if minutes == 0 {
		return s + "Z"
	}
	sign := "+"
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	return s + sign + twoDigits(minutes/60) + ":" + twoDigits(minutes%60)
}

func twoDigits(n int64) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

func localText(d clr.DateTime) string {
	s := d.Time().Format("2006-01-02T15:04:05")
	if part := d.Ticks() % clr.TicksPerSecond; part != 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(10_000_000+part, 10)[1:], "0")
	}
	return s
}

// durationText is a time span as XML Schema writes it.
func durationText(t clr.TimeSpan) string {
	if t == 0 {
		return "PT0S"
	}
	var b strings.Builder
	ticks := uint64(t)
	if t < 0 {
		b.WriteByte('-')
		ticks = -ticks
	}
	b.WriteByte('P')
	part := func(unit uint64, letter byte) {
		if n := ticks / unit; n > 0 {
			b.WriteString(strconv.FormatUint(n, 10))
			b.WriteByte(letter)
		}
		ticks %= unit
	}
	part(uint64(clr.TicksPerDay), 'D')
	if ticks > 0 {
		b.WriteByte('T')
	}
	part(uint64(clr.TicksPerHour), 'H')
	part(uint64(clr.TicksPerMinute), 'M')
	if ticks == 0 {
		return b.String()
	}
	b.WriteString(strconv.FormatUint(ticks/uint64(clr.TicksPerSecond), 10))
	if f := ticks % uint64(clr.TicksPerSecond); f > 0 {
		b.WriteByte('.')
		b.WriteString(strings.TrimRight(strconv.FormatUint(10_000_000+f, 10)[1:], "0"))
	}
	b.WriteByte('S')
	return b.String()
}

// ToBoolean reads a text as (bool)element does: true, false, 1 or 0.
func ToBoolean(s string) (bool, error) {
	switch lower := strings.ToLower(trim(s)); lower {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	default:
		return false, clr.FormatError("The string '" + strings.ToLower(s) + "' is not a valid Boolean value.")
	}
}

func trim(s string) string { return strings.Trim(s, " \t\r\n") }

// ToInteger reads a text as a cast to an integer type does, as the bits of the result.
func ToInteger(s string, t clr.IntegerType) (uint64, error) {
	if (t == clr.UInt32Type || t == clr.UInt64Type) && strings.ContainsAny(s, "+-") {
		return 0, badNumber(s)
	}
	return clr.ToInteger(s, t)
}

func badNumber(s string) error {
	return clr.FormatError("The input string '" + s + "' was not in a correct format.")
}

// ToDouble reads a text as (double)element does.
func ToDouble(s string) (float64, error) {
	switch s = trim(s); s {
	case "INF":
		return math.Inf(1), nil
	case "-INF":
		return math.Inf(-1), nil
	}
	if strings.Contains(s, ",") {
		return 0, badNumber(s)
	}
	return clr.ParseDouble(s)
}

// ToDecimal reads a text as (decimal)element does.
func ToDecimal(s string) (clr.Decimal, error) {
	if strings.Contains(s, ",") {
		return clr.Decimal{}, badNumber(s)
	}
	return clr.ParseDecimal(trim(s))
}

// ToDateTime reads a text as (DateTime)element does: with Z it is UTC, with another zone
// local time.
func ToDateTime(s string) (clr.DateTime, error) {
	d, err := clr.ParseDateTime(s, clr.DateTimeFromTime(time.Now()))
	if err != nil {
		return d, err
	}
	if strings.HasSuffix(trim(s), "Z") {
		d = d.WithKind(clr.KindUTC)
	}
	return d, nil
}

// ToDateTimeOffset reads a text as (DateTimeOffset)element does.
func ToDateTimeOffset(s string) (clr.DateTimeOffset, error) {
	return clr.ParseDateTimeOffset(s, clr.DateTimeFromTime(time.Now()))
}

// ToGUID reads a text as (Guid)element does.
func ToGUID(s string) (clr.Guid, error) { return clr.ParseGuid(s) }

// ToTimeSpan reads a text as (TimeSpan)element does: a duration such as P1DT2H.
func ToTimeSpan(s string) (clr.TimeSpan, error) {
	t, ok := duration(trim(s))
	if !ok {
		return 0, clr.FormatError("The string '" + s + "' is not a valid TimeSpan value.")
	}
	return t, nil
}

// duration reads -PnYnMnDTnHnMnS; a year is 365 days and a month 30.
func duration(s string) (clr.TimeSpan, bool) {
	s, negative := strings.CutPrefix(s, "-")
	s, ok := strings.CutPrefix(s, "P")
	if !ok || s == "" {
		return 0, false
	}
	day := float64(clr.TicksPerDay)
	days, clock, hasClock := strings.Cut(s, "T")
	total, ok := parts(days, "YMD", []float64{365 * day, 30 * day, day})
	if !ok || hasClock && clock == "" {
		return 0, false
	}
	rest, ok := parts(clock, "HMS", []float64{float64(clr.TicksPerHour), float64(clr.TicksPerMinute), float64(clr.TicksPerSecond)})
	total += rest
	if !ok || total >= math.MaxInt64 {
		return 0, false
	}
	if negative {
		total = -total
	}
	return clr.TimeSpan(math.Round(total)), true
}

// parts reads numbers, each with its letter, in the order of the letters.
func parts(s, letters string, units []float64) (float64, bool) {
	total := 0.0
	for s != "" {
		n := strings.IndexFunc(s, func(c rune) bool { return (c < '0' || c > '9') && c != '.' })
		if n <= 0 {
			return 0, false
		}
		i := strings.IndexByte(letters, s[n])
		value, err := strconv.ParseFloat(s[:n], 64)
		if i < 0 || err != nil || letters[i] != 'S' && strings.Contains(s[:n], ".") {
			return 0, false
		}
		total += value * units[i]
		letters, units, s = letters[i+1:], units[i+1:], s[n+1:]
	}
	return total, true
}
