package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
)

// backends turns what policies name as a backend into where it is: entities by id, and
// base URLs. It lives as long as the engine whose programs ask it.
type backends struct {
	entities map[string]*entity // by lower-case id
	targets  map[string]Target  // by cluster

	balancing balancing

	certificates *certificates
	proxies      *proxies
}

// An entity of the catalog: a backend that can be used, or why it cannot.
type entity struct {
	backend  *exchange.Backend
	clusters []string // that it may lead to: of a pool, those of its members
	pool     bool
	problem  error
}

func newBackends(c *catalog.Catalog, o Options) *backends {
	b := &backends{entities: map[string]*entity{}, targets: map[string]Target{}, balancing: balancingBy(o.Services), certificates: newCertificates(c), proxies: &proxies{byName: map[string]Proxy{policies.AnyProxy: {Name: policies.AnyProxy}}, of: o.Proxy}}
	values := make(map[string]string, len(c.NamedValues))
	for _, v := range c.NamedValues {
		values[v.DisplayName] = v.Value.Reveal()
	}
	for _, source := range c.Backends {
		if source.Type == "Pool" {
			continue
		}
		made := &entity{}
		if made.backend, made.problem = b.entity(source, values); made.problem == nil {
			made.clusters = []string{made.backend.Cluster}
		}
		b.entities[strings.ToLower(source.ID)] = made
	}
	b.pools(c)
	return b
}

func (b *backends) entity(source *catalog.Backend, values map[string]string) (*exchange.Backend, error) {
	if len(source.Unsupported) > 0 {
		return nil, fmt.Errorf("the backend %q uses %s, which is not built yet", source.ID, strings.Join(source.Unsupported, ", "))
	}
	u, err := baseURL(source.URL)
	if err != nil {
		return nil, fmt.Errorf("the backend %q: %w", source.ID, err)
	}
	t := targetOf(&u)
	t.SkipChain, t.SkipName = t.TLS && source.SkipChain, t.TLS && source.SkipName
	if err := b.connect(&t, source, values); err != nil {
		return nil, fmt.Errorf("the backend %q: %w", source.ID, err)
	}
	made := &exchange.Backend{ID: source.ID, URL: u, Cluster: b.note(t), Balancer: b.balancing.breaker(source)}
	made.Headers, err = credentials(source.Headers, values)
	if err != nil {
		return nil, fmt.Errorf("the backend %q: %w", source.ID, err)
	}
	made.Query, err = credentials(source.Query, values)
	if err != nil {
		return nil, fmt.Errorf("the backend %q: %w", source.ID, err)
	}
	if source.AuthorizationScheme != "" {
		parameter, err := expand(source.AuthorizationParameter.Reveal(), values)
		if err != nil {
			return nil, fmt.Errorf("the backend %q: %w", source.ID, err)
		}
		made.Headers = append(made.Headers, exchange.Field{Name: "Authorization", Value: source.AuthorizationScheme + " " + parameter})
	}
	return made, nil
}

func credentials(m map[string][]catalog.Secret, values map[string]string) ([]exchange.Field, error) {
	var out []exchange.Field
	for _, name := range slices.Sorted(maps.Keys(m)) {
		for _, v := range m[name] {
			text, err := expand(v.Reveal(), values)
			if err != nil {
				return nil, err
			}
			out = append(out, exchange.Field{Name: name, Value: text})
		}
	}
	return out, nil
}

// expand puts named values in for {{name}}.
func expand(s string, values map[string]string) (string, error) {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "{{")
		out.WriteString(before)
		if !ok {
			return out.String(), nil
		}
		name, after, ok := strings.Cut(rest, "}}")
		if !ok {
			return "", fmt.Errorf("a {{ without its }}")
		}
		value, ok := values[strings.TrimSpace(name)]
		if !ok {
			return "", fmt.Errorf("the named value %q does not exist", strings.TrimSpace(name))
		}
		out.WriteString(value)
		s = after
	}
}

// note keeps the target and returns its cluster.
func (b *backends) note(t Target) string {
	name := t.Cluster()
	b.targets[name] = t
	return name
}

// base makes the backend of a service URL or a base URL. APIM checks that the certificate
// of such a backend is trusted, and for WebSockets alone that it is the host's.
func (b *backends) base(s string, kind catalog.APIType) (*exchange.Backend, error) {
	u, err := baseURL(s)
	if err != nil {
		return nil, err
	}
	t := targetOf(&u)
	t.SkipName = t.TLS && kind != catalog.WebSocket && u.Scheme != "wss"
	t.HTTP2 = kind == catalog.GRPC || isGRPC(s)
	if err := b.proxies.usual(&t); err != nil {
		return nil, err
	}
	return &exchange.Backend{URL: u, Cluster: b.note(t)}, nil
}

// resolve a literal that a policy names.
func (b *backends) resolve(ref policies.BackendRef) (*exchange.Backend, error) {
	if ref.ID == "" {
		return b.base(ref.BaseURL, catalog.HTTP)
	}
	e := b.entities[strings.ToLower(ref.ID)]
	if e == nil {
		return nil, fmt.Errorf("there is no backend %q", ref.ID)
	}
	return e.backend, e.problem
}
