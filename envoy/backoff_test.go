package envoy

import (
	"testing"
	"time"
)

func TestBackoff(t *testing.T) {
	t.Parallel()
	b := Backoff{First: 100 * time.Millisecond, Longest: 400 * time.Millisecond, Healthy: time.Minute, Limit: 5}
	steps := []struct {
		ran, longest time.Duration
		again        bool
	}{
		{time.Second, 100 * time.Millisecond, true},
		{time.Second, 200 * time.Millisecond, true},
		{time.Second, 400 * time.Millisecond, true},
		{time.Second, 400 * time.Millisecond, true},
		{time.Hour, 100 * time.Millisecond, true}, // healthy: counts from the start
		{0, 200 * time.Millisecond, true},
		{0, 400 * time.Millisecond, true},
		{0, 400 * time.Millisecond, true},
		{0, 400 * time.Millisecond, true},
		{0, 0, false},
	}
	for i, s := range steps {
		wait, again := b.next(s.ran)
		if again != s.again || wait > s.longest || wait < s.longest*3/4-1 {
			t.Errorf("crash %d: wait %v, again %v; want up to %v, %v", i+1, wait, again, s.longest, s.again)
		}
	}
}

func TestBackoffNever(t *testing.T) {
	t.Parallel()
	b := Backoff{Limit: -1}
	if wait, again := b.next(time.Hour); again {
		t.Errorf("restarts after %v, want never", wait)
	}
}
