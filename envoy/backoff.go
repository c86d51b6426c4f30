package envoy

import (
	"math/rand/v2"
	"time"
)

// A Backoff says when a crashed Envoy is started again. The zero value works.
type Backoff struct {
	// First wait; each that follows is twice the one before. 0 means 100 ms.
	First time.Duration
	// Longest wait; 0 means 10 s.
	Longest time.Duration
	// Healthy is how long an Envoy must have run for its crash to count as the first again;
	// 0 means 10 s.
	Healthy time.Duration
	// Limit of crashes in a row before Run gives up; 0 means 10, negative no restart at all.
	Limit int

	crashes int
}

// next takes note of a crash after a time of running, and returns how long to wait until
// the next start, or false when it is time to give up.
func (b *Backoff) next(ran time.Duration) (time.Duration, bool) {
	first, longest := orElse(b.First, 100*time.Millisecond), orElse(b.Longest, 10*time.Second)
	if ran >= orElse(b.Healthy, 10*time.Second) {
		b.crashes = 0
	}
	b.crashes++
	if b.Limit < 0 || b.crashes > orElse(b.Limit, 10) {
		return 0, false
	}
	wait := longest
	if n := b.crashes - 1; n < 30 {
		wait = min(longest, first<<n)
	}
	// Up to a quarter less, so that gateways that crashed together do not start together.
	return wait - rand.N(wait/4+1), true
}

func orElse[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}
