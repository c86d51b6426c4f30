package library

import (
	"context"
	"errors"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A Services is what expressions get from the world outside of the request.
type Services struct {
	// Now is the clock.
	Now func() time.Time
	// Random returns a number from 0 up to 1.
	Random func() float64
	// MissingVariableThrows makes context.Variables["x"] throw when there is no x,
	// instead of being null.
	MissingVariableThrows bool
}

// Limits of one evaluation.
type Limits struct {
	// Time an evaluation may take.
	Time time.Duration
	// Steps are turns of loops, calls, and elements gone through.
	Steps int64
	// Memory is how many bytes of text and arrays may be built.
	Memory int64
	// Depth of calls.
	Depth int
}

// A Run is what one evaluation shares. It belongs to one goroutine.
type Run struct {
	Context  context.Context
	Exchange *exchange.Exchange
	Services *Services

	budget   clr.Budget
	steps    int64
	check    int64
	limit    time.Duration
	deadline time.Time // zero until the clock is first read
	depth    int
}

// Begin readies a Run for an evaluation.
func (r *Run) Begin(ctx context.Context, x *exchange.Exchange, s *Services, l Limits) {
	r.Context, r.Exchange, r.Services = ctx, x, s
	r.budget = *clr.NewBudget(l.Memory)
	r.steps, r.check, r.depth = l.Steps, checkEvery, l.Depth
	r.limit, r.deadline = l.Time, time.Time{}
}

// checkEvery is how many steps pass between two looks at the clock.
const checkEvery = 1024

// Step counts one turn of a loop, one call, or one element. It fails when the evaluation
// has used up its steps or its time.
func (r *Run) Step() error {
	r.steps--
	r.check--
	if r.check > 0 && r.steps > 0 {
		return nil
	}
	return r.checkLimits()
}

// Work counts what takes as long as so many bytes of hashing as the steps it is worth, and
// looks at the clock in time.
func (r *Run) Work(bytes int) error {
	steps := int64(bytes / bytesPerStep)
	r.steps -= steps
	r.check -= steps
	return r.Step()
}

// bytesPerStep is how many bytes are hashed in the time of a step.
const bytesPerStep = 32

func (r *Run) checkLimits() error {
	if r.steps <= 0 {
		return &clr.LimitError{What: "the expression ran for more steps than its limit"}
	}
	r.check = checkEvery
	if err := r.Context.Err(); err != nil {
		return err
	}
	now := time.Now()
	if r.deadline.IsZero() {
		r.deadline = now.Add(r.limit)
		return nil
	}
	if now.After(r.deadline) {
		return &clr.LimitError{What: "the expression ran for longer than its limit"}
	}
	return nil
}

// Budget of the memory the evaluation may build.
func (r *Run) Budget() *clr.Budget { return &r.budget }

// Remaining is how long the evaluation may still take.
func (r *Run) Remaining() time.Duration {
	if r.deadline.IsZero() {
		return r.limit
	}
	return time.Until(r.deadline)
}

// Enter counts a call of a local function or a lambda, and Leave its end.
func (r *Run) Enter() error {
	r.depth--
	if r.depth < 0 {
		return &clr.LimitError{What: "calls are nested deeper than the limit"}
	}
	return r.Step()
}

// Leave ends what Enter began.
func (r *Run) Leave() { r.depth++ }

// A Site is what is known about a call when it is compiled.
type Site struct {
	// TypeArgs of a generic method.
	TypeArgs []*types.Type
	// Type that declares the member, with its type arguments: the type to make in a
	// constructor.
	Type *types.Type
	// Result is the static type of the result.
	Result *types.Type
}

// A Call is what a member's code knows about its being called.
type Call struct {
	*Run
	*Site
}

// ErrStop ends an enumeration early when an Each function returns it.
var ErrStop = errors.New("stop")

// A Delegate is a lambda or a method that is used as a value.
type Delegate struct {
	Type *types.Type
	// Invoke runs it. The arguments are copied before anything else happens, so the slice
	// may be used again.
	Invoke func(args []any) (any, error)
}

// Call runs the delegate.
func (d *Delegate) Call(args ...any) (any, error) { return d.Invoke(args) }

// Test runs a delegate that returns a bool.
func (d *Delegate) Test(args ...any) (bool, error) {
	v, err := d.Invoke(args)
	if err != nil {
		return false, err
	}
	return v.(bool), nil
}
