package newtonsoft

import (
	"strconv"
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// dateIn returns the date that a string of a text stands for: yyyy-MM-ddTHH:mm:ss with an
// optional fraction and zone, or /Date(n)/. A zone other than Z makes it local time.
func dateIn(s string) (clr.DateTime, bool) {
	switch {
	case len(s) >= 19 && len(s) <= 40 && s[10] == 'T' && s[4] == '-':
		return isoDate(s)
	case len(s) >= 9 && s[0] == '/' && strings.HasPrefix(s, "/Date(") && strings.HasSuffix(s, ")/"):
		return microsoftDate(s[6 : len(s)-2])
	}
	return clr.DateTime{}, false
}

func isoDate(s string) (clr.DateTime, bool) {
	var f [6]int
	for i, at := range [...]int{0, 5, 8, 11, 14, 17} {
		width := 2
		if i == 0 {
			width = 4
		}
		n, ok := digits(s, at, width)
		if !ok {
			return clr.DateTime{}, false
		}
		f[i] = n
	}
	if s[7] != '-' || s[13] != ':' || s[16] != ':' || f[3] > 23 || f[4] > 59 || f[5] > 59 {
		return clr.DateTime{}, false
	}
	d, err := clr.NewDateTime(f[0], f[1], f[2], f[3], f[4], f[5], 0, clr.KindUnspecified)
	if err != nil {
		return clr.DateTime{}, false
	}
	fraction, rest, ok := fraction(s[19:])
	if !ok {
		return clr.DateTime{}, false
	}
	ticks := d.Ticks() + fraction
	if rest == "" {
		return dateOf(ticks, clr.KindUnspecified)
	}
	if rest == "Z" || rest == "z" {
		return dateOf(ticks, clr.KindUTC)
	}
	offset, ok := zone(rest)
	return localDate(ticks-offset, ok)
}

func dateOf(ticks int64, kind clr.DateTimeKind) (clr.DateTime, bool) {
	d, err := clr.DateTimeFromTicks(ticks, kind)
	return d, err == nil
}

// localDate is a date in local time. Out of range it is the nearest there is.
func localDate(ticks int64, ok bool) (clr.DateTime, bool) {
	if !ok {
		return clr.DateTime{}, false
	}
	return dateOf(min(max(ticks, 0), clr.DateTimeMaxValue.Ticks()), clr.KindLocal)
}

func digits(s string, at, width int) (int, bool) {
	if at+width > len(s) {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s[at : at+width]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// fraction reads up to seven digits after a point, as ticks.
func fraction(s string) (ticks int64, rest string, ok bool) {
	if s == "" || s[0] != '.' {
		return 0, s, true
	}
	n, unit := 1, int64(1_000_000)
	for ; n < len(s) && n <= 7 && s[n] >= '0' && s[n] <= '9'; n++ {
		ticks += int64(s[n]-'0') * unit
		unit /= 10
	}
	return ticks, s[n:], n > 1
}

// zone reads +hh, +hhmm or +hh:mm, as ticks.
func zone(s string) (int64, bool) {
	sign := int64(1)
	switch s[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return 0, false
	}
	hours, ok := digits(s, 1, 2)
	if !ok {
		return 0, false
	}
	minutes := 0
	if rest := strings.TrimPrefix(s[3:], ":"); rest != "" {
		if minutes, ok = digits(rest, 0, 2); !ok || len(rest) > 2 {
			return 0, false
		}
	}
	return sign * (int64(hours)*clr.TicksPerHour + int64(minutes)*clr.TicksPerMinute), true
}

// microsoftDate reads what stands in /Date()/: milliseconds since 1970, and maybe a zone,
// which only makes the date local time.
func microsoftDate(s string) (clr.DateTime, bool) {
	number, local := s, false
	if i := strings.LastIndexAny(s, "+-"); i > 0 {
		if _, ok := zone(s[i:]); !ok {
			return clr.DateTime{}, false
		}
		number, local = s[:i], true
	}
	ms, err := strconv.ParseInt(number, 10, 64)
	if err != nil || ms > 1<<50 || ms < -1<<50 {
		return clr.DateTime{}, false
	}
	ticks := clr.UnixEpoch.Ticks() + ms*clr.TicksPerMillisecond
	if local {
		return localDate(ticks, true)
	}
	return dateOf(ticks, clr.KindUTC)
}

func (v *JValue) setDate(d clr.DateTime) {
	v.kind, v.holds, v.number = Date, holdsDate, uint64(d.Ticks())<<2|uint64(d.Kind())
}

func (v *JValue) date() clr.DateTime {
	d, err := clr.DateTimeFromTicks(int64(v.number>>2), clr.DateTimeKind(v.number&3))
	if err != nil {
		// The ticks and the kind came from a DateTime.
		panic(err)
	}
	return d
}

// dateText is a date in ISO format: no fraction that is zero, and a zone by the kind.
func dateText(d clr.DateTime) string {
	return isoText(d) + d.Kind().Zone()
}

func offsetText(d clr.DateTimeOffset) string {
	s := isoText(d.DateTime())
	minutes := int(int64(d.Offset()) / clr.TicksPerMinute)
	sign := byte('+')
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	out := append([]byte(s), sign)
	out = appendTwo(out, minutes/60)
	out = append(out, ':')
	return string(appendTwo(out, minutes%60))
}

func isoText(d clr.DateTime) string {
	t := d.Time()
	out := t.AppendFormat(make([]byte, 0, 33), "2006-01-02T15:04:05")
	if part := d.Ticks() % clr.TicksPerSecond; part != 0 {
		f := strconv.FormatInt(10_000_000+part, 10)[1:]
		out = append(append(out, '.'), strings.TrimRight(f, "0")...)
	}
	return string(out)
}

func appendTwo(out []byte, n int) []byte { return append(out, byte('0'+n/10), byte('0'+n%10)) }

// now is for texts that have a time but no date, which mean today.
func now() clr.DateTime { return clr.DateTimeFromTime(time.Now()) }
