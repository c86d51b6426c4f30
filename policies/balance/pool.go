package balance

import (
	"cmp"
	"slices"
	"sync"

	"github.com/apimgw/apimgw/policies/exchange"
)

// A Member is one backend of a pool.
type Member struct {
	Backend *exchange.Backend
	// Priority is that of its group: the smallest is served first.
	Priority int
	// Weight is its share in the group. One of 0 gets what no other of the group can take.
	Weight int
}

// A Pool spreads requests over its members.
type Pool struct {
	id       string
	groups   [][]member // the best first
	rotation *rotation
	cookie   string
	watches  bool
}

type member struct {
	Member
	breaker *Breaker // nil for a backend without one
	index   int      // in the rotation
	token   string   // by which the session affinity cookie names it
}

// A rotation is whose turn it is. It is smooth: the member that leads gets the request and
// falls back by the weights of all who take part.
type rotation struct {
	mu   sync.Mutex
	lead []int // by member
}

func newPool(id string, members []Member, cookie string, r *rotation) *Pool {
	p := &Pool{id: id, rotation: r, cookie: cookie, watches: cookie != ""}
	var all []member
	for i, m := range members {
		made := member{Member: m, index: i, token: token(id, m.Backend.ID)}
		made.breaker, _ = m.Backend.Balancer.(*Breaker)
		p.watches = p.watches || made.breaker != nil
		all = append(all, made)
	}
	slices.SortStableFunc(all, func(a, b member) int { return cmp.Compare(a.Priority, b.Priority) })
	for len(all) > 0 {
		n := slices.IndexFunc(all, func(m member) bool { return m.Priority != all[0].Priority })
		if n < 0 {
			n = len(all)
		}
		p.groups, all = append(p.groups, all[:n:n]), all[n:]
	}
	return p
}

// Pick chooses the member that the client is bound to, or the one whose turn it is.
func (p *Pool) Pick(x *exchange.Exchange) (*exchange.Backend, error) {
	m := p.bound(x)
	if m == nil {
		m = p.next()
	}
	if m == nil {
		return nil, unavailable(x, "Backend pool '"+p.id+"' is temporarily unavailable")
	}
	return m.Backend, nil
}

// Done tells the member's breaker how the forward has ended, and binds the client.
func (p *Pool) Done(x *exchange.Exchange, b *exchange.Backend, err error) {
	if b.Balancer != nil {
		b.Balancer.Done(x, b, err)
	}
	if p.cookie != "" && err == nil && x.Response != nil {
		p.bind(x, b)
	}
}

// Watches reports whether the answers must be seen: for a breaker, or for the cookie.
func (p *Pool) Watches() bool { return p.watches }

// next is the member whose turn it is, in the best group that has one that is not tripped.
func (p *Pool) next() *member {
	p.rotation.mu.Lock()
	defer p.rotation.mu.Unlock()
	for _, group := range p.groups {
		if m := p.rotation.next(group, false); m != nil {
			return m
		}
		if m := p.rotation.next(group, true); m != nil {
			return m
		}
	}
	return nil
}

// next is the one of a group's members whose turn it is: of those that have a weight, or, if
// spare, of those that have none.
func (r *rotation) next(group []member, spare bool) *member {
	var best *member
	total := 0
	for i := range group {
		m := &group[i]
		if (m.Weight <= 0) != spare || m.tripped() {
			continue
		}
		weight := max(1, m.Weight)
		total += weight
		r.lead[m.index] += weight
		if best == nil || r.lead[m.index] > r.lead[best.index] {
			best = m
		}
	}
	if best != nil {
		r.lead[best.index] -= total
	}
	return best
}

func (m *member) tripped() bool { return m.breaker != nil && m.breaker.Open() }
