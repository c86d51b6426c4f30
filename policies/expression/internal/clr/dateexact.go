package clr

import "strings"

// An exactParser reads a date as a custom format has it.
type exactParser struct {
	text, format      string
	year, month, day  int
	hour, minute, sec int
	fraction          int64 // in ticks
	hour12, meridiem  bool
	pm                bool
	zoned, utc        bool // an offset was read; it was Z
	offset            int64
}

// DateStyles are the flags of DateTimeStyles.
type DateStyles int32

// The flags that matter here, where the local time zone is UTC.
const (
	AllowLeadingWhite  DateStyles = 1
	AllowTrailingWhite DateStyles = 2
	AllowInnerWhite    DateStyles = 4
	AdjustToUniversal  DateStyles = 16
	AssumeLocal        DateStyles = 32
	AssumeUniversal    DateStyles = 64
	RoundtripKind      DateStyles = 128
)

func (f DateStyles) check() error {
	if f&AssumeLocal != 0 && f&AssumeUniversal != 0 {
		return ArgumentError("The DateTimeStyles values AssumeLocal and AssumeUniversal cannot be used together.", "styles")
	}
	if f&RoundtripKind != 0 && f&(AssumeLocal|AssumeUniversal|AdjustToUniversal) != 0 {
		return ArgumentError("The DateTimeStyles value RoundtripKind cannot be used with the values AssumeLocal, AssumeUniversal or AdjustToUniversal.", "styles")
	}
	return nil
}

// trim drops the white space that the flags allow.
func (f DateStyles) trim(s string) string {
	if f&AllowLeadingWhite != 0 {
		s = TrimStart(s)
	}
	if f&AllowTrailingWhite != 0 {
		s = TrimEnd(s)
	}
	return s
}

// kind is the kind of a date that told its time zone, perhaps as Z, or did not.
func (f DateStyles) kind(zoned, utc bool) DateTimeKind {
	switch {
	case f&RoundtripKind != 0 && utc:
		return KindUTC
	case zoned && f&AdjustToUniversal != 0, f&AssumeUniversal != 0 && f&AdjustToUniversal != 0, f&AssumeLocal != 0 && f&AdjustToUniversal != 0:
		return KindUTC
	case zoned, f&(AssumeLocal|AssumeUniversal) != 0:
		return KindLocal
	}
	return KindUnspecified
}

// ParseExactDateTime is DateTime.ParseExact with one format.
func ParseExactDateTime(s, format string, styles DateStyles, now DateTime) (DateTime, error) {
	p, err := parseExact(s, format, styles, now)
	if err != nil {
		return DateTime{}, err
	}
	d, err := p.clock()
	if err == nil {
		d, err = d.AddTicks(-p.offset)
	}
	if err != nil {
		return DateTime{}, badDate(s)
	}
	return d.WithKind(styles.kind(p.zoned, p.utc)), nil
}

// ParseExactDateTimeOffset is DateTimeOffset.ParseExact with one format.
func ParseExactDateTimeOffset(s, format string, styles DateStyles, now DateTime) (DateTimeOffset, error) {
	p, err := parseExact(s, format, styles, now)
	if err != nil {
		return DateTimeOffset{}, err
	}
	d, err := p.clock()
	if err != nil {
		return DateTimeOffset{}, badDate(s)
	}
	at, err := NewDateTimeOffset(d, TimeSpan(p.offset))
	if err == nil && styles&AdjustToUniversal != 0 {
		return NewDateTimeOffset(at.UTC(), 0)
	}
	return at, err
}

func (p *exactParser) clock() (DateTime, error) {
	if p.hour12 {
		if p.hour < 1 || p.hour > 12 {
			return DateTime{}, badDate(p.text)
		}
		p.hour %= 12
		if p.pm {
			p.hour += 12
		}
	}
	d, err := NewDateTime(p.year, p.month, p.day, p.hour, p.minute, p.sec, 0, KindUnspecified)
	if err != nil {
		return DateTime{}, err
	}
	return d.AddTicks(p.fraction)
}

func parseExact(s, format string, styles DateStyles, now DateTime) (*exactParser, error) {
	if err := styles.check(); err != nil {
		return nil, err
	}
	if format == "" {
		return nil, badFormat()
	}
	p := &exactParser{text: s, format: format, year: now.Year(), month: 1, day: 1}
	pattern := format
	if len(format) == 1 {
		standard, ok := exactFormats[format[0]]
		if !ok {
			return nil, badFormat()
		}
		pattern = standard
	}
	dated := strings.ContainsAny(pattern, "yMd")
	if !dated { // a time alone is one of today
		p.month, p.day = now.Month(), now.Day()
	}
	rest, err := p.read(styles.trim(s), pattern)
	if err != nil {
		return nil, err
	}
	if rest != "" {
		return nil, badDate(s)
	}
	return p, nil
}

func badFormat() error { return FormatError("Input string was not in a correct format.") }

// exactFormats are the patterns of the standard formats under the invariant culture.
var exactFormats = map[byte]string{
	'd': "MM/dd/yyyy", 'D': "dddd, dd MMMM yyyy", 't': "HH:mm", 'T': "HH:mm:ss", 'f': "dddd, dd MMMM yyyy HH:mm", 'F': "dddd, dd MMMM yyyy HH:mm:ss",
	'g': "MM/dd/yyyy HH:mm", 'G': "MM/dd/yyyy HH:mm:ss", 'm': "MMMM dd", 'M': "MMMM dd", 'y': "yyyy MMMM", 'Y': "yyyy MMMM",
	'r': "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", 'R': "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", 's': "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
	'u': "yyyy'-'MM'-'dd HH':'mm':'ss'Z'", 'o': "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK", 'O': "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
}

// read reads the text by the pattern, and returns what is left of the text.
func (p *exactParser) read(s, pattern string) (string, error) {
	var ok bool
	for pattern != "" {
		c := pattern[0]
		n := 1
		for n < len(pattern) && pattern[n] == c {
			n++
		}
		switch c {
		case '\'', '"':
			end := strings.IndexByte(pattern[1:], c)
			if end < 0 {
				return "", badFormat()
			}
			literal := pattern[1 : 1+end]
			if s, ok = strings.CutPrefix(s, literal); !ok {
				return "", badDate(p.text)
			}
			pattern = pattern[end+2:]
			continue
		case '\\':
			if len(pattern) < 2 {
				return "", badFormat()
			}
			if s, ok = strings.CutPrefix(s, pattern[1:2]); !ok {
				return "", badDate(p.text)
			}
			pattern = pattern[2:]
			continue
		case '%':
			pattern = pattern[1:]
			continue
		}
		if strings.IndexByte("yMdHhmsfFtzK", c) < 0 {
			switch {
			case s != "" && s[0] == c:
				s, pattern = s[1:], pattern[1:]
			case c == '.' && strings.HasPrefix(pattern, ".F"): // no fraction, no point
				pattern = strings.TrimLeft(pattern[1:], "F")
			default:
				return "", badDate(p.text)
			}
			if c == 'Z' {
				p.zoned, p.utc = true, true
			}
			continue
		}
		if s, ok = p.field(s, c, n); !ok {
			return "", badDate(p.text)
		}
		pattern = pattern[n:]
	}
	return s, nil
}

// field reads one field of n letters.
func (p *exactParser) field(s string, c byte, n int) (string, bool) {
	two := func(into *int) (string, bool) {
		least := min(n, 2)
		v, rest, ok := cutDigits(s, least, 2)
		*into = v
		return rest, ok
	}
	switch c {
	case 'y':
		return p.yearField(s, n)
	case 'M':
		if n >= 3 {
			return cutName(s, monthNames[:], n == 3, 1, &p.month)
		}
		return two(&p.month)
	case 'd':
		if n >= 3 {
			ignored := 0
			return cutName(s, dayNames[:], n == 3, 0, &ignored)
		}
		return two(&p.day)
	case 'H':
		return two(&p.hour)
	case 'h':
		p.hour12 = true
		return two(&p.hour)
	case 'm':
		return two(&p.minute)
	case 's':
		return two(&p.sec)
	case 'f', 'F':
		return p.fractionField(s, n, c == 'F')
	case 't':
		return p.meridiemField(s, n)
	case 'z':
		return p.zoneField(s, n)
	}
	return p.kindField(s)
}

func (p *exactParser) yearField(s string, n int) (string, bool) {
	least, most := n, n
	if n <= 2 {
		most = 2
	}
	v, rest, ok := cutDigits(s, least, max(most, least))
	if n <= 2 {
		v = dateNumber{value: v, digits: 2}.fullYear()
	}
	p.year = v
	return rest, ok
}

func (p *exactParser) fractionField(s string, n int, optional bool) (string, bool) {
	digits := 0
	for digits < n && digits < len(s) && isDigit(s[digits]) {
		digits++
	}
	if n > 7 || !optional && digits != n {
		return s, false
	}
	value := int64(0)
	for i := range 7 {
		value *= 10
		if i < digits {
			value += int64(s[i] - '0')
		}
	}
	p.fraction = value
	return s[digits:], true
}

func (p *exactParser) meridiemField(s string, n int) (string, bool) {
	p.meridiem = true
	for _, name := range []string{"AM", "PM"} {
		name = name[:min(n, 2)]
		if len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) {
			p.pm = name[0] == 'P'
			return s[len(name):], true
		}
	}
	return s, false
}

func (p *exactParser) zoneField(s string, n int) (string, bool) {
	if s == "" || s[0] != '+' && s[0] != '-' {
		return s, false
	}
	negative := s[0] == '-'
	hours, rest, ok := cutDigits(s[1:], min(n, 2), 2)
	minutes := 0
	if ok && n >= 3 {
		rest = strings.TrimPrefix(rest, ":")
		minutes, rest, ok = cutDigits(rest, 2, 2)
	}
	if !ok || hours > 14 || minutes > 59 {
		return s, false
	}
	p.zoned, p.offset = true, int64(hours*60+minutes)*TicksPerMinute
	if negative {
		p.offset = -p.offset
	}
	return rest, true
}

// kindField is K: Z, an offset, or nothing.
func (p *exactParser) kindField(s string) (string, bool) {
	if rest, ok := strings.CutPrefix(s, "Z"); ok {
		p.zoned, p.utc = true, true
		return rest, true
	}
	if s == "" || s[0] != '+' && s[0] != '-' {
		return s, true
	}
	return p.zoneField(s, 3)
}

// cutDigits reads a number of least to most digits.
func cutDigits(s string, least, most int) (value int, rest string, ok bool) {
	n := 0
	for n < len(s) && n < most && isDigit(s[n]) {
		value = value*10 + int(s[n]-'0')
		n++
	}
	return value, s[n:], n >= least
}

// cutName reads the name of a month or a day of the week, or its first three letters.
func cutName(s string, names []string, short bool, first int, into *int) (string, bool) {
	for i, name := range names {
		if short {
			name = name[:3]
		}
		if len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) {
			*into = i + first
			return s[len(name):], true
		}
	}
	return s, false
}

// ParseDateTimeStyled is DateTime.Parse with styles.
func ParseDateTimeStyled(s string, styles DateStyles, now DateTime) (DateTime, error) {
	if err := styles.check(); err != nil {
		return DateTime{}, err
	}
	d, err := ParseDateTime(s, now)
	if err != nil {
		return d, err
	}
	last := strings.ToUpper(TrimEnd(s))
	utc := strings.HasSuffix(last, "Z") || strings.HasSuffix(last, "GMT")
	return d.WithKind(styles.kind(d.Kind() == KindLocal, utc)), nil
}

// ParseDateTimeOffsetStyled is DateTimeOffset.Parse with styles.
func ParseDateTimeOffsetStyled(s string, styles DateStyles, now DateTime) (DateTimeOffset, error) {
	if err := styles.check(); err != nil {
		return DateTimeOffset{}, err
	}
	d, err := ParseDateTimeOffset(s, now)
	if err == nil && styles&AdjustToUniversal != 0 {
		return NewDateTimeOffset(d.UTC(), 0)
	}
	return d, err
}
