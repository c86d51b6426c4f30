package policies

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/apimgw/apimgw/policies/balance"
	"github.com/apimgw/apimgw/policies/callout"
	"github.com/apimgw/apimgw/policies/identity"
)

// Services are what policies use and what outlives every plan. They are made once and
// captured by steps when those are compiled. The zero value works.
type Services struct {
	// Now is the clock, in UTC; nil is the system's.
	Now func() time.Time
	// Random returns a number from 0 up to 1, for any number of callers at once; nil is a
	// good generator.
	Random func() float64
	// Sleep waits for a time, or until the context ends, whose error it returns then; nil
	// does so by the system's clock.
	Sleep func(ctx context.Context, d time.Duration) error
	// Logger takes what goes wrong on our side and what policies log; nil discards it.
	Logger *slog.Logger
	// HTTP makes calls to other services; nil is the client that all zero Services share.
	HTTP HTTPClient
	// Background runs what requests do not wait for, and is closed by whoever made it; nil
	// is one of the engine's own, which nobody waits for.
	Background *Background
	// Slots are those of limit-concurrency; nil are the engine's own.
	Slots *Slots
	// Backends is what is remembered of backends, such as which circuit breakers are open;
	// nil remembers nothing from plan to plan.
	Backends *balance.State
	// Identity gives the tokens of managed identities; nil is a client that asks whoever the
	// environment names.
	Identity Identity
}

// An Identity gets access tokens for what the gateway runs as. identity.Client is one.
type Identity interface {
	// Token returns one for a resource. The client id is that of a user-assigned identity; it
	// may be empty.
	Token(ctx context.Context, resource, client string) (string, error)
}

var _ Identity = (*identity.Client)(nil)

// An HTTPClient makes calls to other services. callout.Client is one.
type HTTPClient interface {
	// Do sends a request and returns the answer, of any status, whose body the caller
	// closes. It follows no redirects. It ends when the request's context does, and so
	// does reading the body, which has a limit.
	Do(r *http.Request) (*http.Response, error)
}

var _ HTTPClient = (*callout.Client)(nil)

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
	if out.Sleep == nil {
		out.Sleep = sleep
	}
	if out.Logger == nil {
		out.Logger = slog.New(slog.DiscardHandler)
	}
	if out.HTTP == nil {
		out.HTTP = callout.Shared()
	}
	if out.Background == nil {
		out.Background = NewBackground(BackgroundOptions{Logger: out.Logger})
	}
	if out.Slots == nil {
		out.Slots = new(Slots)
	}
	if out.Identity == nil {
		out.Identity = identity.New(identity.Options{})
	}
	if out.Backends == nil {
		out.Backends = new(balance.State)
	}
	return &out
}

// sleep is Services.Sleep by the system's clock.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
