package plan_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/balance"
	"github.com/apimgw/apimgw/policies/builtin"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
)

// balanced is a catalog with two backends with circuit breakers, one without, and pools; the
// API sends everything to what the policy says.
func balanced(setting string) *catalog.Catalog {
	breaker := func(count int) *catalog.CircuitBreaker {
		return &catalog.CircuitBreaker{
			Count: count, Interval: time.Minute, TripDuration: time.Minute, StatusCodes: []catalog.StatusRange{{Min: 500, Max: 599}},
		}
	}
	return &catalog.Catalog{
		APIs: []*catalog.API{{
			ID: "a", Path: "a", Type: catalog.HTTP, Revision: "1", IsCurrent: true, IsOnline: true, KeyHeader: "k", KeyQuery: "k",
			Operations: []*catalog.Operation{{ID: "o", Method: "GET", URLTemplate: "/*"}},
			Policy:     &catalog.Policy{File: "p.xml", Text: `<policies><inbound><set-backend-service ` + setting + ` /></inbound></policies>`},
		}},
		Backends: []*catalog.Backend{
			{ID: "world", Type: "Pool", Members: []catalog.PoolMember{{ID: "EU", Priority: 1, Weight: 1}, {ID: "us", Priority: 2, Weight: 1}}},
			{ID: "eu", Type: "Single", URL: "http://eu.example/v1", CircuitBreaker: breaker(1)},
			{ID: "us", Type: "Single", URL: "https://us.example", CircuitBreaker: breaker(2)},
			{ID: "plain", Type: "Single", URL: "http://plain.example"},
			{ID: "plains", Type: "Pool", Members: []catalog.PoolMember{{ID: "plain", Weight: 1}}},
			{ID: "sticky", Type: "Pool", Members: []catalog.PoolMember{{ID: "plain", Weight: 1}}, AffinityCookie: "s"},
		},
	}
}

// status is a driver that answers each request with a status, and notes who was called.
type status struct {
	code   int
	called []string
}

// Forward implements exchange.Driver.
func (s *status) Forward(_ context.Context, x *exchange.Exchange, _ exchange.Forward) error {
	s.called = append(s.called, x.Backend.ID)
	x.Response = exchange.NewResponse(s.code, "")
	return nil
}

// call serves a request and returns what the client gets.
func (s *status) call(t *testing.T, p *plan.Plan) int {
	t.Helper()
	u, err := exchange.ParseURL("http://h/a/x")
	if err != nil {
		t.Fatal(err)
	}
	x := exchange.New(s, &exchange.Request{OriginalMethod: "GET", OriginalURL: u})
	p.Resolve(x).Run(t.Context(), x)
	return x.Response.StatusCode
}

func compileWith(t *testing.T, c *catalog.Catalog, s *policies.Services, previous *plan.Plan) *plan.Plan {
	t.Helper()
	if err := c.Seal(); err != nil {
		t.Fatal(err)
	}
	p, list := plan.Compile(c, plan.Options{Kinds: builtin.Kinds, Services: s, IgnoreProtocols: true}, previous)
	if len(list) > 0 {
		t.Fatal(list)
	}
	return p
}

// TestBreakersOutlivePlans checks that an edit elsewhere leaves a circuit open, and that one
// of its rule closes it.
func TestBreakersOutlivePlans(t *testing.T) {
	t.Parallel()
	s := &policies.Services{Backends: new(balance.State)}
	const one = `backend-id="eu"`
	p := compileWith(t, balanced(one), s, nil)
	failing, fine := &status{code: 500}, &status{code: 200}
	if got := failing.call(t, p); got != 500 {
		t.Fatalf("the answer that opens the circuit is a %d", got)
	}
	edited := balanced(one)
	edited.NamedValues = []*catalog.NamedValue{{ID: "n", DisplayName: "n", Value: "v"}} // every program is compiled anew
	next := compileWith(t, edited, s, p)
	if got := fine.call(t, next); got != 503 || len(fine.called) != 0 {
		t.Errorf("the next plan answers %d", got)
	}
	if got := fine.call(t, p); got != 503 {
		t.Errorf("the one before answers %d", got)
	}
	edited = balanced(one)
	edited.Backends[1].CircuitBreaker.TripDuration = time.Hour
	if got := fine.call(t, compileWith(t, edited, s, next)); got != 200 {
		t.Errorf("with another rule the answer is %d", got)
	}
}

// TestPoolFailsOver checks that what was learned of a backend counts for pools as well.
func TestPoolFailsOver(t *testing.T) {
	t.Parallel()
	p := compileWith(t, balanced(`backend-id="@(context.Request.Headers.Count == 0 ? "world" : "eu")"`), nil, nil)
	d := &status{code: 500}
	var got []int
	for range 5 {
		got = append(got, d.call(t, p))
	}
	if text := fmt.Sprint(got, d.called); text != "[500 500 500 503 503] [eu us us]" {
		t.Error(text)
	}
}

// TestWatchedBackends checks which programs ask for the response, and what Envoy must know.
func TestWatchedBackends(t *testing.T) {
	t.Parallel()
	expression := `backend-id="@(context.Request.Method)"`
	for _, c := range []struct {
		setting  string
		plain    bool // only backends without breakers
		response bool
		targets  string
	}{
		{`backend-id="plain"`, false, false, "plain.example"},
		{`backend-id="plains"`, false, false, "plain.example"},
		{`base-url="http://eu.example/v1"`, false, false, "eu.example"},
		{`base-url="@("http://eu.example/v1")"`, false, false, "eu.example"},
		{`base-url="@("http://" + context.Request.Method)"`, false, false, "eu.example plain.example us.example"},
		{`backend-id="eu"`, false, true, "eu.example"},
		{`backend-id="world"`, false, true, "eu.example us.example"},
		{`backend-id="sticky"`, false, true, "plain.example"},
		{expression, false, true, "eu.example plain.example us.example"},
		{expression, true, false, "plain.example"},
	} {
		catalog := balanced(c.setting)
		if c.plain {
			catalog.Backends = catalog.Backends[3:5]
		}
		p := compileWith(t, catalog, nil, nil)
		u, err := exchange.ParseURL("http://h/a/x")
		if err != nil {
			t.Fatal(err)
		}
		x := exchange.New(nil, &exchange.Request{OriginalMethod: "GET", OriginalURL: u})
		if got := p.Resolve(x).Program.Needs().Response; got != c.response {
			t.Errorf("%s: it needs the response: %v", c.setting, got)
		}
		var hosts []string
		for _, target := range p.Targets() {
			hosts = append(hosts, target.Host)
		}
		if got := strings.Join(hosts, " "); got != c.targets {
			t.Errorf("%s: Envoy must know %s, not %s", c.setting, got, c.targets)
		}
	}
}

func TestPoolMistakes(t *testing.T) {
	t.Parallel()
	member := func(ids ...string) (out []catalog.PoolMember) {
		for _, id := range ids {
			out = append(out, catalog.PoolMember{ID: id, Weight: 1})
		}
		return out
	}
	many := strings.Fields(strings.Repeat("plain ", 31))
	for want, members := range map[string][]catalog.PoolMember{
		`the pool "p" has 0 members; it may have 1 to 30`:                                              nil,
		`the pool "p" has 31 members; it may have 1 to 30`:                                             member(many...),
		`the pool "p" has the member "nosuch", and there is no such backend`:                           member("eu", "nosuch"),
		`the pool "p" has the member "World", which is a pool itself; its members are single backends`: member("World"),
		`the pool "p" has the member "P", which is a pool itself; its members are single backends`:     member("P"),
		`the pool "p" has the member "EU" twice`:                                                       member("eu", "EU"),
		`the pool "p": the backend "odd": "ftp://odd.example" is not an absolute http or https URL`:    member("odd"),
		`the pool "p": the backend "fabric" uses serviceFabricCluster, which is not built yet`:         member("fabric"),
	} {
		c := balanced(`backend-id="p"`)
		c.Backends = append(c.Backends, &catalog.Backend{ID: "p", Type: "Pool", Members: members},
			&catalog.Backend{ID: "odd", Type: "Single", URL: "ftp://odd.example"},
			&catalog.Backend{ID: "fabric", Type: "Single", URL: "http://f.example", Unsupported: []string{"serviceFabricCluster"}})
		_, list := compile(t, c, nil)
		if !strings.Contains(list.String(), want) {
			t.Errorf("nothing says %q in\n%s", want, list)
		}
	}
}
