package plan

import (
	"fmt"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/balance"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
)

// maxMembers is how many members a pool may have.
const maxMembers = 30

// balancing is what the balancers of a plan's backends are made with.
type balancing struct {
	state   *balance.State
	options balance.Options
}

// balancingBy is that of services, which may be nil.
func balancingBy(s *policies.Services) balancing {
	if s == nil {
		s = &policies.Services{}
	}
	b := balancing{state: s.Backends, options: balance.Options{Now: s.Now, Logger: s.Logger}}
	if b.state == nil {
		b.state = new(balance.State)
	}
	return b
}

// breaker is a backend's circuit breaker; nil if it has none.
func (b *balancing) breaker(source *catalog.Backend) exchange.Balancer {
	r := source.CircuitBreaker
	if r == nil {
		return nil
	}
	rule := balance.Rule{
		Name: r.Name, Count: r.Count, Percentage: r.Percentage, Interval: r.Interval,
		ErrorReasons: r.ErrorReasons, TripDuration: r.TripDuration, AcceptRetryAfter: r.AcceptRetryAfter,
	}
	for _, s := range r.StatusCodes {
		rule.StatusCodes = append(rule.StatusCodes, balance.StatusRange(s))
	}
	return b.state.Breaker(source.ID, rule, b.options)
}

// pool makes a pool of entities that are made already.
func (b *backends) pool(source *catalog.Backend) (*entity, error) {
	if n := len(source.Members); n < 1 || n > maxMembers {
		return nil, fmt.Errorf("the pool %q has %d members; it may have 1 to %d", source.ID, n, maxMembers)
	}
	made := &entity{}
	var members []balance.Member
	seen := map[string]bool{}
	for _, m := range source.Members {
		id := strings.ToLower(m.ID)
		e := b.entities[id]
		switch {
		case e == nil:
			return nil, fmt.Errorf("the pool %q has the member %q, and there is no such backend", source.ID, m.ID)
		case e.pool:
			return nil, fmt.Errorf("the pool %q has the member %q, which is a pool itself; its members are single backends", source.ID, m.ID)
		case e.problem != nil:
			return nil, fmt.Errorf("the pool %q: %w", source.ID, e.problem)
		case seen[id]:
			return nil, fmt.Errorf("the pool %q has the member %q twice", source.ID, m.ID)
		}
		seen[id] = true
		members = append(members, balance.Member{Backend: e.backend, Priority: m.Priority, Weight: m.Weight})
		made.clusters = append(made.clusters, e.clusters...)
	}
	made.backend = &exchange.Backend{
		ID: source.ID, Balancer: b.balancing.state.Pool(source.ID, members, source.AffinityCookie),
	}
	return made, nil
}

// pools adds the pools, whose members must be there.
func (b *backends) pools(c *catalog.Catalog) {
	for _, source := range c.Backends {
		if source.Type == "Pool" {
			b.entities[strings.ToLower(source.ID)] = &entity{pool: true}
		}
	}
	for _, source := range c.Backends {
		if source.Type != "Pool" {
			continue
		}
		made, err := b.pool(source)
		if err != nil {
			made = &entity{problem: err}
		}
		made.pool = true
		b.entities[strings.ToLower(source.ID)] = made
	}
}

// watch reports whether some entity has to see the answers to its requests.
func (b *backends) watch() bool {
	for _, e := range b.entities {
		if e.problem == nil && e.backend.Balancer != nil && e.backend.Balancer.Watches() {
			return true
		}
	}
	return false
}

// clusters are those that a backend which a policy names may lead to.
func (b *backends) clusters(ref policies.BackendRef) []string {
	if ref.ID != "" {
		if e := b.entities[strings.ToLower(ref.ID)]; e != nil {
			return e.clusters
		}
		return nil
	}
	backend, err := b.resolve(ref)
	if err != nil {
		return nil
	}
	return []string{backend.Cluster}
}
