package folder

import "time"

// A debounce waits until events stop for a while, but not for ever. One goroutine uses it.
type debounce struct {
	quiet, patience time.Duration
	timer           *time.Timer
	first           time.Time // of the events not told yet; zero when there are none
}

// event notes an event.
func (d *debounce) event(now time.Time) {
	if d.first.IsZero() {
		d.first = now
	}
	wait := min(d.quiet, d.first.Add(d.patience).Sub(now))
	if d.timer == nil {
		d.timer = time.NewTimer(wait)
		return
	}
	d.timer.Reset(wait)
}

// due delivers when it is time to tell.
func (d *debounce) due() <-chan time.Time {
	if d.timer == nil {
		return nil
	}
	return d.timer.C
}

// done forgets the events that were told.
func (d *debounce) done() { d.first = time.Time{} }

func (d *debounce) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
}
