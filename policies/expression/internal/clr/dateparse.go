package clr

import (
	"strings"
	"time"
)

// ParseDateTime is DateTime.Parse. A time zone in the text converts the result to local
// time, which is UTC. What the text leaves out is taken from now.
func ParseDateTime(s string, now DateTime) (DateTime, error) {
	p, err := parseDate(s, now)
	if err != nil {
		return DateTime{}, err
	}
	if !p.zoned {
		return DateTime{ticks: p.ticks}, nil
	}
	utc := p.ticks - int64(p.offset)
	if utc < 0 || utc > maxTicks {
		return DateTime{}, FormatError("The DateTime represented by the string '" + s + "' is out of range.")
	}
	return DateTime{utc, KindLocal}, nil
}

// ParseDateTimeOffset is DateTimeOffset.Parse; a text without a zone is local time.
func ParseDateTimeOffset(s string, now DateTime) (DateTimeOffset, error) {
	p, err := parseDate(s, now)
	if err != nil {
		return DateTimeOffset{}, err
	}
	d, err := offsetFromLocal(p.ticks, p.offset)
	if err != nil {
		return DateTimeOffset{}, FormatError("The DateTime represented by the string '" + s + "' is out of range.")
	}
	return d, nil
}

// A dateParser reads the many ways in which a date can be written. It goes through the
// text once, sorting what it meets into numbers of the date, a month's name, a time of
// day and a zone, and then makes sense of the numbers.
type dateParser struct {
	text string
	at   int

	numbers []dateNumber
	month   int
	// monthAt is how many numbers came before the month's name.
	monthAt int
	weekday int

	timed    bool
	clock    int64
	meridiem byte
	zoned    bool
	offset   TimeSpan
	iso      bool
	ticks    int64
}

type dateNumber struct {
	value, digits int
	// separator is what follows it.
	separator byte
}

func parseDate(s string, now DateTime) (*dateParser, error) {
	p := &dateParser{text: Trim(strings.TrimRight(s, "\x00")), weekday: -1}
	if p.text == "" {
		return nil, badDate(s)
	}
	for p.at < len(p.text) {
		word := p.at
		if ok := p.step(); !ok {
			if p.unknownWord(word) {
				return nil, FormatError("The string '" + s + "' was not recognized as a valid DateTime. There is an unknown word starting at index '" + itoa(Length(p.text[:word])) + "'.")
			}
			return nil, badDate(s)
		}
	}
	return p, p.finish(s, now)
}

func badDate(s string) error {
	return FormatError("String '" + s + "' was not recognized as a valid DateTime.")
}

func (p *dateParser) unknownWord(at int) bool {
	return at < len(p.text) && (isLetter(p.text[at]) || p.text[at] >= 0x80)
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// step reads one piece of the text.
func (p *dateParser) step() bool {
	c := p.text[p.at]
	switch {
	case isDigit(c):
		return p.number()
	case isLetter(c):
		return p.word()
	case (c == '+' || c == '-') && p.timed && !p.zoned:
		return p.zone()
	case c == ' ' || c == ',' || c == '\t':
		p.at++
		return true
	}
	return false
}

func (p *dateParser) digits(most int) (value, n int) {
	for n < most && p.at < len(p.text) && isDigit(p.text[p.at]) {
		value = value*10 + int(p.text[p.at]-'0')
		p.at++
		n++
	}
	return value, n
}

func (p *dateParser) skip(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *dateParser) number() bool {
	value, n := p.digits(8)
	if p.at < len(p.text) && isDigit(p.text[p.at]) {
		return false
	}
	if p.skip(':') {
		return p.time(value, n)
	}
	if p.hourWithMeridiem() {
		return p.setClock(value, 0, 0, 0)
	}
	number := dateNumber{value: value, digits: n, separator: ' '}
	if p.at < len(p.text) && strings.IndexByte("/-.", p.text[p.at]) >= 0 {
		number.separator = p.text[p.at]
		p.at++
		if p.at == len(p.text) {
			return false
		}
	}
	p.numbers = append(p.numbers, number)
	return len(p.numbers) <= 3
}

// hourWithMeridiem looks for AM or PM after a number that stands for an hour.
func (p *dateParser) hourWithMeridiem() bool {
	rest := strings.ToUpper(strings.TrimLeft(p.text[p.at:], " "))
	return !p.timed && (strings.HasPrefix(rest, "AM") || strings.HasPrefix(rest, "PM"))
}

// time reads the rest of h:m[:s[.fraction]].
func (p *dateParser) time(hour, n int) bool {
	minute, m := p.digits(2)
	if p.timed || n > 2 || m == 0 {
		return false
	}
	second, fraction := 0, int64(0)
	if p.skip(':') {
		var k int
		if second, k = p.digits(2); k == 0 {
			return false
		}
		if p.skip('.') && !p.fraction(&fraction) {
			return false
		}
	}
	if p.at < len(p.text) && isDigit(p.text[p.at]) {
		return false
	}
	return p.setClock(hour, minute, second, fraction)
}

// fraction reads digits of a second, rounded to ticks.
func (p *dateParser) fraction(ticks *int64) bool {
	start := p.at
	for p.at < len(p.text) && isDigit(p.text[p.at]) {
		p.at++
	}
	digits := p.text[start:p.at]
	if digits == "" {
		return false
	}
	*ticks = int64(atoi((digits + "0000000")[:7]))
	if len(digits) > 7 && digits[7] >= '5' {
		*ticks++
	}
	return true
}

func (p *dateParser) setClock(hour, minute, second int, fraction int64) bool {
	p.timed = true
	p.clock = clockTicks(hour, minute, second) + fraction
	return hour < 24 && minute < 60 && second < 60
}

var monthNames, dayNames = func() (months, days []string) {
	for m := time.January; m <= time.December; m++ {
		months = append(months, m.String())
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		days = append(days, d.String())
	}
	return months, days
}()

// named finds a full name or its first three letters.
func named(word string, names []string) int {
	for i, name := range names {
		if strings.EqualFold(word, name) || strings.EqualFold(word, name[:3]) {
			return i
		}
	}
	return -1
}

func (p *dateParser) word() bool {
	start := p.at
	for p.at < len(p.text) && isLetter(p.text[p.at]) {
		p.at++
	}
	word := p.text[start:p.at]
	switch upper := strings.ToUpper(word); upper {
	case "T":
		p.iso = len(p.numbers) == 3 && !p.timed && start > 0 && isDigit(p.text[start-1])
		return p.iso && p.at < len(p.text) && isDigit(p.text[p.at])
	case "Z", "GMT", "UTC":
		ok := (p.timed || len(p.numbers) > 0) && !p.zoned
		p.zoned = true
		return ok
	case "AM", "PM", "A", "P":
		ok := p.timed && p.meridiem == 0
		p.meridiem = upper[0]
		return ok
	}
	if m := named(word, monthNames); m >= 0 && p.month == 0 {
		p.month, p.monthAt = m+1, len(p.numbers)
		return p.skip('-') || p.skip('/') || p.skip('.') || true
	}
	if d := named(word, dayNames); d >= 0 && p.weekday < 0 {
		p.weekday = d
		return true
	}
	return false
}

// zone reads an offset: ±h, ±hh, ±hhmm or ±hh:mm.
func (p *dateParser) zone() bool {
	negative := p.text[p.at] == '-'
	p.at++
	hours, n := p.digits(4)
	minutes := 0
	switch {
	case n == 0:
		return false
	case n > 2:
		hours, minutes = hours/100, hours%100
	case p.skip(':'):
		if minutes, n = p.digits(2); n == 0 {
			return false
		}
	}
	p.zoned = true
	p.offset = TimeSpan(hours*60+minutes) * TicksPerMinute
	if negative {
		p.offset = -p.offset
	}
	return minutes < 60 && p.offset >= -14*TicksPerHour && p.offset <= 14*TicksPerHour
}

// finish puts the date together.
func (p *dateParser) finish(s string, now DateTime) error {
	if !p.applyMeridiem() {
		return badDate(s)
	}
	year, month, day, ok := p.date(now)
	if !ok || year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 {
		return badDate(s)
	}
	if day > daysIn(year, month) {
		if p.iso {
			return FormatError("The DateTime represented by the string '" + s + "' is not supported in calendar 'System.Globalization.GregorianCalendar'.")
		}
		return badDate(s)
	}
	p.ticks = dateTicks(year, month, day) + p.clock
	if p.weekday >= 0 && (DateTime{ticks: p.ticks}).DayOfWeek() != p.weekday {
		return FormatError("String '" + s + "' was not recognized as a valid DateTime because the day of week was incorrect.")
	}
	return nil
}

func (p *dateParser) applyMeridiem() bool {
	if p.meridiem == 0 {
		return true
	}
	hour := p.clock / TicksPerHour
	switch {
	case p.meridiem == 'A' && hour > 12:
		return false
	case p.meridiem == 'A' && hour == 12:
		p.clock -= 12 * TicksPerHour
	case p.meridiem == 'P' && hour < 12:
		p.clock += 12 * TicksPerHour
	}
	return true
}

// date makes year, month and day of the numbers, in the invariant order month, day, year
// unless one of them can only be the year.
func (p *dateParser) date(now DateTime) (year, month, day int, ok bool) {
	n := p.numbers
	if p.month > 0 {
		return p.dateWithMonth(now)
	}
	switch len(n) {
	case 0:
		return now.Year(), now.Month(), now.Day(), p.timed && p.weekday < 0
	case 2:
		switch {
		case n[0].digits > 2:
			return n[0].value, n[1].value, 1, n[0].separator != ' '
		case n[1].digits > 2:
			return n[1].value, n[0].value, 1, n[0].separator != ' '
		}
		return now.Year(), n[0].value, n[1].value, n[0].separator == '/' || n[0].separator == '-' || n[0].separator == '.' && !p.timed
	case 3:
		if n[0].digits > 2 {
			return n[0].value, n[1].value, n[2].value, true
		}
		return n[2].fullYear(), n[0].value, n[1].value, n[1].digits <= 2
	}
	return 0, 0, 0, false
}

func (p *dateParser) dateWithMonth(now DateTime) (year, month, day int, ok bool) {
	n := p.numbers
	switch len(n) {
	case 1:
		if n[0].digits > 2 {
			return n[0].value, p.month, 1, true
		}
		return now.Year(), p.month, n[0].value, true
	case 2:
		if n[0].digits > 2 {
			return n[0].value, p.month, n[1].value, true
		}
		return n[1].fullYear(), p.month, n[0].value, true
	}
	return 0, 0, 0, false
}

// fullYear adds the century to a year of two digits: up to 2049.
func (n dateNumber) fullYear() int {
	switch {
	case n.digits > 2:
		return n.value
	case n.value <= 49:
		return 2000 + n.value
	}
	return 1900 + n.value
}
