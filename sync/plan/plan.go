package plan

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
)

// A Plan is what the gateway runs. It never changes.
type Plan struct {
	version         string
	ignoreProtocols bool
	deployment      *exchange.Deployment

	apis     apiTable
	list     []*api
	keys     keys
	products map[string]*exchange.Product

	engine  *policies.Engine
	sharing *sharing
	empty   *policies.Program
	global  compiled

	routes  []Route
	targets []Target

	hostnames []Hostname
}

// compiled is an effective policy, or the fact that it does not compile.
type compiled struct {
	program *policies.Program
	broken  bool
}

func (c *compiled) programOr(empty *policies.Program) *policies.Program {
	if c.program == nil {
		return empty
	}
	return c.program
}

// An api is one revision of one version, compiled.
type api struct {
	source  *catalog.API
	facts   *exchange.API
	backend *exchange.Backend
	cluster string // of the backend

	operations operations
	list       []*operation

	// contexts in which it is called: the first without a product, then one for each
	// product that contains it. open is the index of the open product's, or -1.
	contexts []apiContext
	open     int
}

type apiContext struct {
	product string
	compiled
}

// context is the index of a product's context; 0 when the product does not contain the
// API.
func (a *api) context(product string) int {
	for i := 1; i < len(a.contexts); i++ {
		if strings.EqualFold(a.contexts[i].product, product) {
			return i
		}
	}
	return 0
}

// An operation, compiled. An operation without a policy of its own runs its API's.
type operation struct {
	facts    *exchange.Operation
	template template
	own      []compiled // by context of the API; nil without a policy of its own
}

// A Route is an API path that Envoy knows.
type Route struct {
	// Name for people: the id of the first API with the path.
	Name string
	// Path with a leading slash, "/" for the API without a path, as it was written.
	Path string
	// Cluster the path's requests go to unless a policy says otherwise; empty when the
	// API has no backend of its own.
	Cluster string
}

// Version is the hash of the catalog that the plan was made of.
func (p *Plan) Version() string { return p.version }

// Routes are the API paths, sorted, each once.
func (p *Plan) Routes() []Route { return p.routes }

// Targets are what the plan may connect to, sorted, each once.
func (p *Plan) Targets() []Target { return p.targets }

// Hostnames are the names that clients with TLS ask for, each once.
func (p *Plan) Hostnames() []Hostname { return p.hostnames }

// An Endpoint is an operation as a list for people shows it.
type Endpoint struct {
	API, Operation, Method string
	// Path is the API's with the operation's template.
	Path string
	// Protocols are those that the API is published for; none means any.
	Protocols []string
	// Handshake is the operation of a WebSocket API.
	Handshake bool
	// KeyRequired reports whether a call without a subscription key is turned away; the
	// header KeyHeader carries it.
	KeyRequired bool
	KeyHeader   string
}

// Endpoints are all operations of current revisions, by path.
func (p *Plan) Endpoints() []Endpoint {
	var out []Endpoint
	for _, a := range p.list {
		if !a.source.IsCurrent {
			continue
		}
		for _, o := range a.list {
			base := strings.TrimSuffix(a.facts.Path, "/")
			if a.source.Version != "" && p.scheme(a) == "Segment" {
				base += "/" + a.source.Version
			}
			out = append(out, Endpoint{
				API: a.source.ID, Operation: o.facts.ID, Method: o.facts.Method,
				Path:        cmp.Or(strings.TrimSuffix(base+"/"+strings.TrimPrefix(o.facts.URLTemplate, "/"), "/"), "/"),
				Protocols:   a.source.Protocols,
				Handshake:   a.sockets(),
				KeyRequired: a.open < 0 && a.source.SubscriptionRequired, KeyHeader: a.facts.KeyHeader,
			})
		}
	}
	slices.SortStableFunc(out, func(a, b Endpoint) int { return cmp.Compare(a.Path, b.Path) })
	return out
}

func (p *Plan) scheme(a *api) string {
	if g := p.apis.groups[strings.ToLower(a.source.Path)]; g != nil {
		return g.scheme
	}
	return ""
}

// Key returns a subscription key with which an API can be called: of those that open it,
// the one that comes first by its subscription's id. It is a secret, for those who own the
// configuration; "" when there is none.
func (p *Plan) Key(api string) string {
	var best *exchange.Subscription
	for _, a := range p.list {
		if a.source.ID != api {
			continue
		}
		for key := range p.keys {
			s, _, ok := p.keys.open(key, a)
			if ok && (best == nil || s.facts.ID < best.ID || s.facts.ID == best.ID && key == best.PrimaryKey) {
				best = s.facts
			}
		}
	}
	if best == nil {
		return ""
	}
	return best.Key
}

// Current is the plan that new requests begin with. It is read on every request and set
// when a new plan is ready in every part.
type Current struct{ p atomic.Pointer[Plan] }

// Load returns the plan, or nil before the first one.
func (c *Current) Load() *Plan { return c.p.Load() }

// Store makes p the plan of all requests that begin from now on.
func (c *Current) Store(p *Plan) { c.p.Store(p) }
