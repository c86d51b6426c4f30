package balance

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
)

// A Breaker is the circuit breaker of one backend.
type Breaker struct {
	id      string
	rule    Rule
	options Options
	begin   time.Time

	// until is when it closes again, in nanoseconds since begin; 0 while it is closed.
	until atomic.Int64

	mu     sync.Mutex
	window window
}

func newBreaker(id string, rule Rule, o Options) *Breaker {
	b := &Breaker{id: id, rule: rule, options: o.withDefaults(), window: newWindow(rule.Interval)}
	b.begin = b.options.Now()
	return b
}

// Pick lets the forward go to the exchange's backend, unless the breaker is open.
func (b *Breaker) Pick(x *exchange.Exchange) (*exchange.Backend, error) {
	if b.Open() {
		return nil, unavailable(x, "Backend '"+b.id+"' is temporarily unavailable")
	}
	return x.Backend, nil
}

// Done counts how a forward has ended.
func (b *Breaker) Done(x *exchange.Exchange, _ *exchange.Backend, err error) {
	counts, failed := b.rule.judge(x.Response, err)
	if !counts || !failed && b.rule.Percentage == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.options.Now()
	if b.open(now) {
		return // it was sent before the breaker opened
	}
	b.window.add(now.Sub(b.begin), failed)
	if failed && b.rule.exceeded(b.window.total) {
		b.trip(now, x.Response, err)
	}
}

// Watches reports that the answers must be seen.
func (b *Breaker) Watches() bool { return true }

// Open reports whether nothing may be sent to the backend at the moment.
func (b *Breaker) Open() bool {
	if b.until.Load() == 0 {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open(b.options.Now())
}

// open is Open for a caller that holds the lock. When the time is over, the breaker begins
// anew.
func (b *Breaker) open(now time.Time) bool {
	until := b.until.Load()
	if until == 0 || now.Sub(b.begin) < time.Duration(until) {
		return until != 0
	}
	b.until.Store(0)
	b.options.Logger.LogAttrs(context.Background(), slog.LevelInfo, "circuit breaker reset", b.attributes()...)
	return false
}

// trip opens the breaker. The caller holds the lock.
func (b *Breaker) trip(now time.Time, response *exchange.Response, err error) {
	d := b.rule.duration(response, now)
	seen := b.window.total
	b.window.clear()
	b.until.Store(max(1, int64(now.Sub(b.begin)+d)))
	b.options.Logger.LogAttrs(context.Background(), slog.LevelWarn, "circuit breaker tripped", append(b.attributes(),
		slog.Duration("duration", d), slog.Int64("failures", seen.failures), slog.String("last", lastFailure(response, err)))...)
}

func (b *Breaker) attributes() []slog.Attr {
	return []slog.Attr{slog.String("backend", b.id), slog.String("rule", b.rule.Name)}
}

// lastFailure is a failure in words: a reason, or a status.
func lastFailure(response *exchange.Response, err error) string {
	var e *exchange.Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return strconv.Itoa(response.StatusCode)
}
