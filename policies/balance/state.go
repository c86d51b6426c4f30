package balance

import (
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"time"
	"weak"

	"github.com/apimgw/apimgw/policies/exchange"
)

// A State is what is remembered of backends from plan to plan, as long as a plan that is in
// use names them. The zero State is ready. Any number of goroutines may use it.
type State struct {
	mu        sync.Mutex
	breakers  map[string]weak.Pointer[Breaker]
	rotations map[string]weak.Pointer[rotation]
}

// Options of breakers and pools. The zero Options work.
type Options struct {
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Logger is told when a breaker trips and when it is reset; nil discards it.
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Breaker returns the breaker of a backend: the one that it has, if that has the same rule.
func (s *State) Breaker(id string, rule Rule, o Options) *Breaker {
	key := fmt.Sprintf("%s %+v", strings.ToLower(id), rule)
	s.mu.Lock()
	defer s.mu.Unlock()
	return recall(s, &s.breakers, key, func() *Breaker { return newBreaker(id, rule, o) })
}

// Pool makes a pool, which goes on where one of the same id and members has stopped. It has
// at least one member. The cookie's name is empty for a pool without session affinity.
func (s *State) Pool(id string, members []Member, cookie string) *Pool {
	key := strings.ToLower(id)
	for _, m := range members {
		key += fmt.Sprintf(" %s,%d,%d", strings.ToLower(m.Backend.ID), m.Priority, m.Weight)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := recall(s, &s.rotations, key, func() *rotation { return &rotation{lead: make([]int, len(members))} })
	return newPool(id, members, cookie, r)
}

// recall returns what the map has for a key, or makes it. It is forgotten when nobody has it
// any more. The caller holds the lock.
func recall[T any](s *State, known *map[string]weak.Pointer[T], key string, made func() *T) *T {
	if p := (*known)[key].Value(); p != nil {
		return p
	}
	if *known == nil {
		*known = map[string]weak.Pointer[T]{}
	}
	p := made()
	(*known)[key] = weak.Make(p)
	runtime.AddCleanup(p, func(key string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if (*known)[key].Value() == nil {
			delete(*known, key)
		}
	}, key)
	return p
}

var (
	_ exchange.Balancer = (*Breaker)(nil)
	_ exchange.Balancer = (*Pool)(nil)
)

// unavailable is why nothing can be sent: the caller gets a 503, and policies around the
// forward see one as well. The detail is for them and for logs, not for the caller.
func unavailable(x *exchange.Exchange, detail string) error {
	x.Response = exchange.NewResponse(503, detail)
	return &exchange.Error{
		Reason: exchange.ReasonCircuitBreakerOpen, Message: detail + ".",
		Status: 503, Public: "Service Unavailable",
	}
}
