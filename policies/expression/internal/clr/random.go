package clr

import (
	"math"
	"math/rand/v2"
)

// A Random is C#'s Random. One with a seed gives the same numbers as .NET does.
type Random struct {
	// next returns 31 bits, less than the largest int.
	next func() int32
}

// NewRandom is new Random(). The source gives numbers from 0 to less than 1.
func NewRandom(source func() float64) *Random {
	return &Random{next: func() int32 { return int32(source() * math.MaxInt32) }}
}

// NewSeededRandom is new Random(seed).
func NewSeededRandom(seed int32) *Random {
	return &Random{next: newSeeded(seed).next}
}

// RandomSource is a source for NewRandom.
func RandomSource() float64 { return rand.Float64() } //nolint:gosec // Random is no cryptographic generator

// TypeName is the class.
func (r *Random) TypeName() string { return "System.Random" }

// ToString is the class's name.
func (r *Random) ToString() string { return r.TypeName() }

// Next is Next(): from 0 to less than the largest int.
func (r *Random) Next() int32 { return r.next() }

// NextBelow is Next(max).
func (r *Random) NextBelow(limit int32) (int32, error) {
	if limit < 0 {
		return 0, negativeError("maxValue", int(limit))
	}
	return int32(r.NextDouble() * float64(limit)), nil
}

// NextBetween is Next(min, max): max is not reached.
func (r *Random) NextBetween(least, limit int32) (int32, error) {
	if least > limit {
		return 0, OutOfRangeError("minValue", "'minValue' cannot be greater than maxValue.")
	}
	width := int64(limit) - int64(least)
	if width <= math.MaxInt32 {
		return int32(r.NextDouble()*float64(width)) + least, nil
	}
	return int32(int64(r.wide()*float64(width)) + int64(least)), nil
}

// wide is a number from 0 to 1 made of twice as many values as NextDouble has.
func (r *Random) wide() float64 {
	v := r.next()
	if r.next()%2 == 0 {
		v = -v
	}
	return (float64(v) + math.MaxInt32 - 1) / (2*float64(math.MaxInt32) - 1)
}

// NextDouble is NextDouble(): from 0 to less than 1.
func (r *Random) NextDouble() float64 { return float64(r.next()) * (1.0 / math.MaxInt32) }

// NextInt64 is NextInt64(min, max).
func (r *Random) NextInt64(least, limit int64) (int64, error) {
	if least > limit {
		return 0, OutOfRangeError("minValue", "'minValue' cannot be greater than maxValue.")
	}
	width := uint64(limit) - uint64(least)
	if width == 0 {
		return least, nil
	}
	bits := uint64(r.next())<<42 ^ uint64(r.next())<<21 ^ uint64(r.next())
	return least + int64(bits%width), nil
}

// NextBytes is NextBytes(buffer).
func (r *Random) NextBytes(buffer []byte) {
	for i := range buffer {
		buffer[i] = byte(r.next())
	}
}

// seeded is the subtractive generator of Knuth as .NET has it.
type seeded struct {
	state     [56]int32
	at, other int
}

func newSeeded(seed int32) *seeded {
	s := &seeded{other: 21}
	magnitude := int32(math.MaxInt32)
	if seed != math.MinInt32 {
		magnitude = max(seed, -seed)
	}
	mj := 161803398 - magnitude
	s.state[55] = mj
	mk := int32(1)
	for i, at := 1, 0; i < 55; i++ {
		if at += 21; at >= 55 {
			at -= 55
		}
		s.state[at] = mk
		if mk = mj - mk; mk < 0 {
			mk += math.MaxInt32
		}
		mj = s.state[at]
	}
	for range 4 {
		for i := 1; i < 56; i++ {
			n := i + 30
			if n >= 55 {
				n -= 55
			}
			s.state[i] -= s.state[1+n]
			if s.state[i] < 0 {
				s.state[i] += math.MaxInt32
			}
		}
	}
	return s
}

func (s *seeded) next() int32 {
	s.at = s.at%55 + 1
	s.other = s.other%55 + 1
	v := s.state[s.at] - s.state[s.other]
	if v == math.MaxInt32 {
		v--
	}
	if v < 0 {
		v += math.MaxInt32
	}
	s.state[s.at] = v
	return v
}
