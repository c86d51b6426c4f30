package policies_test

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/apimgw/apimgw/policies"
)

func TestSlots(t *testing.T) {
	t.Parallel()
	var s policies.Slots
	release, ok := s.Take("a", 1)
	if !ok {
		t.Fatal("there is no slot to begin with")
	}
	if _, ok := s.Take("a", 1); ok {
		t.Error("there are more slots than the limit")
	}
	second, ok := s.Take("a", 2)
	if !ok {
		t.Error("a higher limit does not count what is taken")
	}
	if _, ok := s.Take("b", 1); !ok || s.Keys() != 2 {
		t.Errorf("another key has no slot, or there are %d keys", s.Keys())
	}
	second()
	release()
	if s.Keys() != 1 {
		t.Errorf("there are %d keys after a was released", s.Keys())
	}
}

func TestSlotsOfManyKeysAtOnce(t *testing.T) {
	t.Parallel()
	var s policies.Slots
	var inside, most, refused atomic.Int64
	var group sync.WaitGroup
	for i := range 64 {
		group.Go(func() {
			for range 200 {
				release, ok := s.Take("shared", 3)
				if !ok {
					refused.Add(1)
					continue
				}
				for n := inside.Add(1); n > most.Load(); {
					most.Store(n)
				}
				own, ok := s.Take(strconv.Itoa(i), 1)
				if !ok {
					t.Error("nobody else has this key")
					return
				}
				own()
				inside.Add(-1)
				release()
			}
		})
	}
	group.Wait()
	if most.Load() > 3 || s.Keys() != 0 {
		t.Errorf("%d were inside at once, %d keys are left", most.Load(), s.Keys())
	}
}

func BenchmarkSlots(b *testing.B) {
	var s policies.Slots
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if release, ok := s.Take("key", 1000); ok {
				release()
			}
		}
	})
}
