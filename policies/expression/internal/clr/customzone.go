package clr

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

// ZoneNames are what a zone that an expression makes is called.
type ZoneNames struct{ ID, Display, Standard, Daylight string }

// NewTimeZone is TimeZoneInfo.CreateCustomTimeZone: a zone with rules of its own.
func NewTimeZone(b *Budget, names ZoneNames, base TimeSpan, rules []*AdjustmentRule) (*TimeZone, error) {
	switch {
	case names.ID == "":
		return nil, ArgumentError("The specified ID parameter '' is not supported.", "id")
	case base%TicksPerMinute != 0:
		return nil, ArgumentError(offsetTooFine, "baseUtcOffset")
	case base < -offsetLimit || base > offsetLimit:
		return nil, OutOfRangeError("baseUtcOffset", offsetTooFar)
	}
	if err := checkRules(base, rules); err != nil {
		return nil, err
	}
	if err := b.Take(int64(zoneYears(rules)) * 2 * transitionSize); err != nil {
		return nil, err
	}
	builder := zoneBuilder{base: base}
	builder.typeOf(base, false)
	for _, r := range rules {
		builder.add(r)
	}
	location, err := builder.location(rules)
	if err != nil {
		return nil, ClassInvalidTimeZone.Throw(err.Error())
	}
	return &TimeZone{id: names.ID, location: location, custom: &customZone{names, base, slices.Clone(rules)}}, nil
}

func checkRules(base TimeSpan, rules []*AdjustmentRule) error {
	for i, r := range rules {
		switch {
		case r == nil:
			return ClassInvalidTimeZone.Throw("The AdjustmentRule array cannot contain null elements.")
		case base+r.Base+r.Delta < -offsetLimit || base+r.Base+r.Delta > offsetLimit:
			return ClassInvalidTimeZone.Throw("The sum of the BaseUtcOffset and DaylightDelta properties must within plus or minus 14.0 hours.")
		case i > 0 && r.Start.ticks <= rules[i-1].End.ticks:
			return ClassInvalidTimeZone.Throw("The elements of the AdjustmentRule array must be in chronological order and must not overlap.")
		}
	}
	return nil
}

// customZone is what a zone that an expression made has of its own.
type customZone struct {
	ZoneNames
	base  TimeSpan
	rules []*AdjustmentRule
}

// A zoneBuilder makes the contents of a time zone file, by which Go knows the zone.
type zoneBuilder struct {
	base        TimeSpan
	types       []zoneType
	transitions []zoneTransition
}

type zoneType struct {
	offset   TimeSpan
	daylight bool
}

type zoneTransition struct {
	when int64 // ticks in UTC
	to   int
}

const (
	transitionSize = 9
	maxZoneTypes   = 255
	// lastListedYear is the year from which on an open rule speaks for itself.
	lastListedYear = 2100
)

func (z *zoneBuilder) typeOf(offset TimeSpan, daylight bool) int {
	t := zoneType{offset, daylight}
	i := slices.Index(z.types, t)
	if i < 0 {
		i, z.types = len(z.types), append(z.types, t)
	}
	return i
}

func (r *AdjustmentRule) lastYear() int {
	if last := r.End.Year(); last < maxYear {
		return last
	}
	return max(lastListedYear, r.Start.Year()+1)
}

const maxYear = 9999

func zoneYears(rules []*AdjustmentRule) int {
	n := 0
	for _, r := range rules {
		n += r.lastYear() - r.Start.Year() + 1
	}
	return n
}

// add lists the changes that a rule makes: to its own offset at its start, to daylight
// saving time and back in each of its years, and to the zone's offset at its end.
func (z *zoneBuilder) add(r *AdjustmentRule) {
	offset := z.base + r.Base
	standard, daylight := z.typeOf(offset, false), z.typeOf(offset+r.Delta, true)
	begin, end := r.Start.ticks-int64(offset), r.End.Date().ticks+TicksPerDay-int64(offset)
	z.change(begin, standard)
	period := func(from, to int64) {
		if from, to = max(from, begin), min(to, end); from < to {
			z.change(from, daylight)
			z.change(to, standard)
		}
	}
	for year := r.Start.Year(); year <= r.lastYear(); year++ {
		from, to := r.From.in(year).ticks-int64(offset), r.To.in(year).ticks-int64(offset+r.Delta)
		if from < to {
			period(from, to)
			continue
		}
		period(dateTicks(year, 1, 1)-int64(offset), to)
		period(from, dateTicks(year, 12, 31)+TicksPerDay-int64(offset))
	}
	if r.End.Year() < maxYear {
		z.change(end, 0)
	}
}

// change replaces a change that is due at the same time or later.
func (z *zoneBuilder) change(when int64, to int) {
	for len(z.transitions) > 0 && z.transitions[len(z.transitions)-1].when >= when {
		z.transitions = z.transitions[:len(z.transitions)-1]
	}
	z.transitions = append(z.transitions, zoneTransition{when, to})
}

// location writes the file, as RFC 8536 has it, and has Go read it.
func (z *zoneBuilder) location(rules []*AdjustmentRule) (*time.Location, error) {
	if len(z.types) > maxZoneTypes {
		return nil, fmt.Errorf("the rules of a time zone may have no more than %d offsets", maxZoneTypes)
	}
	file := make([]byte, 0, 2*zoneHeader+transitionSize*len(z.transitions)+6*len(z.types)+64)
	file = zoneCounts(file, 0, 0, 0)
	file = zoneCounts(file, len(z.transitions), len(z.types), len(zoneLetters))
	for _, t := range z.transitions {
		file = binary.BigEndian.AppendUint64(file, uint64(floorDiv(t.when-unixTicks, TicksPerSecond)))
	}
	for _, t := range z.transitions {
		file = append(file, byte(t.to))
	}
	for _, t := range z.types {
		file = binary.BigEndian.AppendUint32(file, uint32(int32(t.offset/TicksPerSecond)))
		if t.daylight {
			file = append(file, 1, 4)
		} else {
			file = append(file, 0, 0)
		}
	}
	file = append(append(file, zoneLetters...), '\n')
	if n := len(rules); n > 0 && rules[n-1].End.Year() == maxYear {
		file = append(file, z.footer(rules[n-1])...)
	}
	return time.LoadLocationFromTZData("", append(file, '\n'))
}

const (
	zoneHeader  = 44
	zoneLetters = "STD\x00DST\x00"
)

func zoneCounts(file []byte, transitions, types, letters int) []byte {
	file = append(file, "TZif2"...)
	file = append(file, make([]byte, 15)...)
	for _, n := range []int{0, 0, 0, transitions, types, letters} {
		file = binary.BigEndian.AppendUint32(file, uint32(n))
	}
	return file
}

// footer is what an open rule does after the last listed change.
func (z *zoneBuilder) footer(r *AdjustmentRule) string {
	standard := -(z.base + r.Base)
	return fmt.Sprintf("STD%sDST%s,%s,%s", standard, standard-r.Delta, r.From.posix(), r.To.posix())
}
