package policies

import (
	"log/slog"
	"math/rand/v2"
	"time"
)

// Services are what policies use and what outlives every plan. They are made once and
// captured by steps when those are compiled. The zero value works.
type Services struct {
	// Now is the clock, in UTC; nil is the system's.
	Now func() time.Time
	// Random returns a number from 0 up to 1, for any number of callers at once; nil is a
	// good generator.
	Random func() float64
	// Logger takes what goes wrong on our side and what policies log; nil discards it.
	Logger *slog.Logger
}

// complete returns a copy in which nothing is nil.
func (s *Services) complete() *Services {
	var out Services
	if s != nil {
		out = *s
	}
	if out.Now == nil {
		out.Now = func() time.Time { return time.Now().UTC() }
	}
	if out.Random == nil {
		out.Random = rand.Float64
	}
	if out.Logger == nil {
		out.Logger = slog.New(slog.DiscardHandler)
	}
	return &out
}
