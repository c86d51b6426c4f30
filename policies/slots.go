package policies

import "sync"

// Slots count what is going on at the moment, by a key. It is what limit-concurrency takes
// its slots of. There is an entry for a key only while someone has a slot of it, so that the
// keys of callers long gone take no memory. The zero Slots are ready.
type Slots struct {
	mu    sync.Mutex
	taken map[string]int
}

// Take takes a slot of a key, unless as many as limit are taken. Whoever got one releases
// it, once.
func (s *Slots) Take(key string, limit int) (release func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken[key] >= limit {
		return nil, false
	}
	if s.taken == nil {
		s.taken = map[string]int{}
	}
	s.taken[key]++
	return func() { s.release(key) }, true
}

func (s *Slots) release(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken[key]--; s.taken[key] == 0 {
		delete(s.taken, key)
	}
}

// Keys is the number of keys of which a slot is taken.
func (s *Slots) Keys() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.taken)
}
