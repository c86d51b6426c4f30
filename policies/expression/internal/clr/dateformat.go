package clr

import "time"

// A stamp is what date formats write: a clock's reading and what is known of its zone.
type stamp struct {
	local     int64
	kind      DateTimeKind
	offset    TimeSpan
	hasOffset bool
}

// standardDates are the custom formats that single letters stand for.
var standardDates = map[byte]string{
	'd': "MM/dd/yyyy",
	'D': "dddd, dd MMMM yyyy",
	'f': "dddd, dd MMMM yyyy HH:mm",
	'F': "dddd, dd MMMM yyyy HH:mm:ss",
	'g': "MM/dd/yyyy HH:mm",
	'G': "MM/dd/yyyy HH:mm:ss",
	'M': "MMMM dd",
	'm': "MMMM dd",
	'O': "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK",
	'o': "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK",
	'R': "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
	'r': "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
	's': "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
	't': "HH:mm",
	'T': "HH:mm:ss",
	'u': "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
	'U': "dddd, dd MMMM yyyy HH:mm:ss",
	'Y': "yyyy MMMM",
	'y': "yyyy MMMM",
}

func formatStamp(b *Budget, s stamp, format string) (string, error) {
	switch len(format) {
	case 0:
		format = "MM/dd/yyyy HH:mm:ss"
		if s.hasOffset {
			format += " zzz"
		}
	case 1:
		letter := format[0]
		standard, ok := standardDates[letter]
		if !ok || letter == 'U' && s.hasOffset {
			return "", badFormatString()
		}
		if letter|0x20 == 'r' || letter == 'u' {
			s.local -= int64(s.offset)
		}
		format = standard
	}
	if err := b.Take(int64(len(format)) * 2); err != nil {
		return "", err
	}
	out, err := appendDate(make([]byte, 0, 40), s, format)
	return string(out), err
}

// appendDate writes a stamp by a custom format.
func appendDate(out []byte, s stamp, format string) ([]byte, error) {
	d := DateTime{ticks: s.local}
	t := d.Time()
	for i := 0; i < len(format); {
		c := format[i]
		n := run(format[i:])
		switch c {
		case 'd', 'M', 'y':
			out = appendDay(out, t, c, n)
		case 'h':
			out = appendNumber(out, uint64((t.Hour()+11)%12+1), min(n, 2))
		case 'H':
			out = appendNumber(out, uint64(t.Hour()), min(n, 2))
		case 'm':
			out = appendNumber(out, uint64(t.Minute()), min(n, 2))
		case 's':
			out = appendNumber(out, uint64(t.Second()), min(n, 2))
		case 'f', 'F':
			if n > 7 {
				return nil, badFormatString()
			}
			out = appendSecondFraction(out, uint64(s.local%TicksPerSecond), n, c == 'F')
		case 't':
			out = append(out, "AMPM"[t.Hour()/12*2:][:min(n, 2)]...)
		case 'z':
			out = appendOffset(out, s.offset, n)
		case 'K':
			n = 1
			out = appendKind(out, s)
		case 'g':
			out = append(out, "A.D."...)
		case '\'', '"', '\\', '%':
			literal, used, ok := quoted(format[i:])
			if !ok {
				return nil, badFormatString()
			}
			if c == '%' {
				var err error
				_, size := decode(format[i+1:])
				if out, err = appendDate(out, s, format[i+1:i+1+size]); err != nil {
					return nil, err
				}
				used += size
			}
			out = append(out, literal...)
			n = used
		default:
			out = append(out, c)
			n = 1
		}
		i += n
	}
	return out, nil
}

func appendDay(out []byte, t time.Time, c byte, n int) []byte {
	switch {
	case c == 'y' && n <= 2:
		return appendNumber(out, uint64(t.Year()%100), n)
	case c == 'y':
		return appendNumber(out, uint64(t.Year()), n)
	case c == 'd' && n <= 2:
		return appendNumber(out, uint64(t.Day()), n)
	case c == 'd' && n == 3:
		return append(out, t.Weekday().String()[:3]...)
	case c == 'd':
		return append(out, t.Weekday().String()...)
	case n <= 2:
		return appendNumber(out, uint64(t.Month()), n)
	case n == 3:
		return append(out, t.Month().String()[:3]...)
	}
	return append(out, t.Month().String()...)
}

func appendSecondFraction(out []byte, ticks uint64, n int, short bool) []byte {
	before := len(out)
	out = appendFraction(out, ticks, n, short)
	if short && len(out) == before && before > 0 && out[before-1] == '.' {
		return out[:before-1]
	}
	return out
}

func appendOffset(out []byte, offset TimeSpan, n int) []byte {
	sign := byte('+')
	if offset < 0 {
		sign = '-'
		offset = -offset
	}
	out = appendNumber(append(out, sign), uint64(offset/TicksPerHour), min(n, 2))
	if n < 3 {
		return out
	}
	return appendNumber(append(out, ':'), uint64(offset/TicksPerMinute%60), 2)
}

func appendKind(out []byte, s stamp) []byte {
	switch {
	case s.hasOffset || s.kind == KindLocal:
		return appendOffset(out, s.offset, 3)
	case s.kind == KindUTC:
		return append(out, 'Z')
	}
	return out
}
