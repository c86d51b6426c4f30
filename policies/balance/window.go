package balance

import "time"

// steps is how finely a window slides: the oldest hundredth of the interval is forgotten at
// once.
const steps = 100

// A window counts what has happened in the last interval.
type window struct {
	step  time.Duration
	tick  int64 // number of the current step
	total counts
	slots [steps + 1]counts // by number of the step; the current one is not over
}

// counts are the requests in some time, and how many of them failed.
type counts struct{ requests, failures int64 }

func newWindow(interval time.Duration) window {
	return window{step: max(1, interval/steps)}
}

// add counts a request at a time, which never goes back.
func (w *window) add(now time.Duration, failed bool) {
	w.slide(int64(now / w.step))
	slot := &w.slots[w.tick%int64(len(w.slots))]
	slot.requests++
	w.total.requests++
	if failed {
		slot.failures++
		w.total.failures++
	}
}

// slide forgets what is too long ago.
func (w *window) slide(tick int64) {
	if tick-w.tick >= int64(len(w.slots)) {
		*w = window{step: w.step, tick: tick}
		return
	}
	for w.tick < tick {
		w.tick++
		slot := &w.slots[w.tick%int64(len(w.slots))]
		w.total.requests -= slot.requests
		w.total.failures -= slot.failures
		*slot = counts{}
	}
}

// clear forgets everything.
func (w *window) clear() { *w = window{step: w.step, tick: w.tick} }
