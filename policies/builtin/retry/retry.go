// Package retry implements retry, which runs the policies inside of it, and again as long
// as its condition is true, count times at most.
//
// The condition is looked at after each run, also when a policy inside has failed: a
// backend that did not answer has left no context.Response. When the condition is false, or
// no run is left, such a failure goes on to on-error; if the condition itself fails then, it
// is still the first failure that does. What policies inside have changed, variables and the
// backend too, stays changed for the next run. Answering the caller ends it.
//
// Between runs it waits: always the interval; with a delta that much longer each time; and
// with a delta and a max-interval about twice as much longer each time, with some chance in
// it, and never longer than that. The settings are worked out anew before each wait.
//
// A request's body goes to the backend once. To send it again, the first forward-request
// must keep it, by buffer-request-body="true".
package retry

import (
	"context"
	"math"
	"time"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the retry policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "retry",
	Chapter:  policies.Control,
	Sections: policies.Anywhere,
	Compile:  compile,
})

type config struct {
	// Condition on which the policies run again.
	Condition policies.Value[bool] `attr:"condition,required"`
	// Count of runs after the first, at most.
	Count policies.Value[int] `attr:"count,required" min:"1" max:"50"`
	// Interval in seconds before another run.
	Interval policies.Value[int] `attr:"interval,required" min:"0"`
	// MaxInterval in seconds, which no wait exceeds.
	MaxInterval policies.Value[int] `attr:"max-interval" min:"0"`
	// Delta in seconds, by which waits become longer.
	Delta policies.Value[int] `attr:"delta" min:"0"`
	// FirstFastRetry is true if the second run follows at once.
	FirstFastRetry policies.Value[bool] `attr:"first-fast-retry" default:"false"`
	// Policies is the element; the policies in it are those that run.
	Policies *document.Element `element:"steps"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if len(cfg.Policies.Children) == 0 {
		c.Errorf(c.Here(), "<retry> has policies in it, at least one")
	}
	for _, child := range cfg.Policies.Children {
		if child.Name == "wait" {
			c.Errorf(child.Open, "<wait> may not be in <retry>")
		}
	}
	l := &loop{config: cfg, services: c.Services()}
	l.steps = c.Steps(cfg.Policies)
	c.Repeats()
	return l.run
}

// A loop is a compiled retry.
type loop struct {
	config
	steps    policies.Steps
	services *policies.Services
}

func (l *loop) run(ctx context.Context, x *exchange.Exchange) error {
	for n := 1; ; n++ {
		err := l.steps.Run(ctx, x)
		if x.Finished() || ctx.Err() != nil {
			return err
		}
		again, failed := l.again(ctx, x, n)
		if err == nil {
			err = failed
		}
		if !again || failed != nil {
			return err
		}
		wait, err := l.wait(ctx, x, n)
		if err != nil {
			return err
		}
		if err := l.services.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// again reports whether there is an nth run after the first.
func (l *loop) again(ctx context.Context, x *exchange.Exchange, n int) (bool, error) {
	count, err := l.Count.Get(ctx, x)
	if err != nil || n > count {
		return false, err
	}
	return l.Condition.Get(ctx, x)
}

// wait is the time before the nth run after the first.
func (l *loop) wait(ctx context.Context, x *exchange.Exchange, n int) (time.Duration, error) {
	fast, err := l.FirstFastRetry.Get(ctx, x)
	if err != nil || fast && n == 1 {
		return 0, err
	}
	interval, err := l.Interval.Get(ctx, x)
	if err != nil {
		return 0, err
	}
	delta, err := l.Delta.Get(ctx, x)
	if err != nil {
		return 0, err
	}
	longest, err := l.MaxInterval.Get(ctx, x)
	if err != nil {
		return 0, err
	}
	if !l.MaxInterval.Set() {
		longest = math.MaxInt
	}
	seconds := float64(interval)
	switch {
	case l.Delta.Set() && l.MaxInterval.Set():
		seconds += (math.Exp2(float64(n-1)) - 1) * float64(delta) * (0.8 + 0.4*l.services.Random())
	case l.Delta.Set():
		seconds += float64(n-1) * float64(delta)
	}
	return duration(min(seconds, float64(longest))), nil
}

// duration is a time that a timer takes.
func duration(seconds float64) time.Duration {
	const longest = 10 * 365 * 24 * time.Hour
	return time.Duration(min(seconds*float64(time.Second), float64(longest)))
}
