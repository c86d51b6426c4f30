package policytest

import (
	"fmt"
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/balance"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
)

// backends are those of a case, by lower-case id.
type backends struct {
	state    balance.State
	made     map[string]*exchange.Backend
	problems map[string]error
}

func newBackends(c *Context) *backends {
	b := &backends{made: map[string]*exchange.Backend{}, problems: map[string]error{}}
	for _, pools := range []bool{false, true} { // which have single ones
		for _, facts := range c.Backends {
			if pools != (len(facts.Members) > 0) {
				continue
			}
			id := strings.ToLower(facts.ID)
			if pools {
				b.made[id], b.problems[id] = b.pool(facts)
			} else {
				b.made[id], b.problems[id] = b.single(facts)
			}
		}
	}
	return b
}

// find is what finds backends for the engine of the case.
func (b *backends) find(ref policies.BackendRef) (*exchange.Backend, error) {
	if ref.ID == "" {
		return baseBackend(ref.BaseURL)
	}
	id := strings.ToLower(ref.ID)
	if b.made[id] == nil && b.problems[id] == nil {
		return nil, fmt.Errorf("there is no backend %q", ref.ID)
	}
	return b.made[id], b.problems[id]
}

// watch reports whether some backend has to see the answers to its requests.
func (b *backends) watch() bool {
	for _, made := range b.made {
		if made != nil && made.Balancer != nil && made.Balancer.Watches() {
			return true
		}
	}
	return false
}

// baseBackend is the backend of a base URL.
func baseBackend(base string) (*exchange.Backend, error) {
	u, err := exchange.ParseURL(base)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%q is not an absolute http or https URL", base)
	}
	return &exchange.Backend{URL: u, Cluster: u.Authority()}, nil
}

func (b *backends) single(facts BackendFacts) (*exchange.Backend, error) {
	made, err := baseBackend(facts.URL)
	if err != nil {
		return nil, err
	}
	made.ID, made.Headers, made.Query = facts.ID, fields(facts.Headers), fields(facts.Query)
	if r := facts.CircuitBreaker; r != nil {
		rule := balance.Rule{Count: r.Count, Percentage: r.Percentage, Interval: time.Minute, ErrorReasons: r.ErrorReasons, TripDuration: time.Minute}
		for _, s := range r.StatusCodes {
			rule.StatusCodes = append(rule.StatusCodes, balance.StatusRange(s))
		}
		made.Balancer = b.state.Breaker(facts.ID, rule, balance.Options{Now: func() time.Time { return Now }})
	}
	return made, nil
}

func (b *backends) pool(facts BackendFacts) (*exchange.Backend, error) {
	var members []balance.Member
	for _, m := range facts.Members {
		member, err := b.find(policies.BackendRef{ID: m.ID})
		if err != nil {
			return nil, err
		}
		members = append(members, balance.Member{Backend: member, Priority: m.Priority, Weight: m.weight()})
	}
	return &exchange.Backend{ID: facts.ID, Balancer: b.state.Pool(facts.ID, members, facts.AffinityCookie)}, nil
}

func (m MemberFacts) weight() int {
	if m.Weight == nil {
		return 1
	}
	return *m.Weight
}

// balance adds what balances requests to a backend of a catalog.
func (b BackendFacts) balance(out *catalog.Backend) {
	out.AffinityCookie = b.AffinityCookie
	for _, m := range b.Members {
		out.Type = "Pool"
		out.Members = append(out.Members, catalog.PoolMember{ID: m.ID, Priority: m.Priority, Weight: m.weight()})
	}
	if r := b.CircuitBreaker; r != nil {
		out.CircuitBreaker = &catalog.CircuitBreaker{Count: r.Count, Percentage: r.Percentage, Interval: time.Minute, ErrorReasons: r.ErrorReasons, TripDuration: time.Minute}
		for _, s := range r.StatusCodes {
			out.CircuitBreaker.StatusCodes = append(out.CircuitBreaker.StatusCodes, catalog.StatusRange(s))
		}
	}
}
