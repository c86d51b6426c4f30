package plan_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/builtin"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
)

// says is a policy that adds the text to what the backend answers.
func says(text string) *catalog.Policy {
	return saying("<base />", text)
}

func saying(base, text string) *catalog.Policy {
	return &catalog.Policy{File: text + ".xml", Text: `<policies><inbound>` + base + `<set-variable name="said" value="@(context.Variables.GetValueOrDefault<string>("said", "") + "` + text + ` ")" /></inbound></policies>`}
}

// shop is a catalog with most of what matching knows.
func shop() *catalog.Catalog {
	api := func(id, path string, change func(*catalog.API)) *catalog.API {
		a := &catalog.API{
			ID: id, DisplayName: "The " + id, Path: path, Protocols: []string{"http", "https"}, ServiceURL: "http://" + id + ".example:81/base",
			Type: catalog.HTTP, KeyHeader: "Ocp-Apim-Subscription-Key", KeyQuery: "subscription-key",
			Revision: "1", IsCurrent: true, IsOnline: true,
			Operations: []*catalog.Operation{
				{ID: "root", Method: "GET", URLTemplate: "/"},
				{ID: "item", Method: "GET", URLTemplate: "/items/{id}", Policy: says("item")},
				{ID: "find", Method: "GET", URLTemplate: "/find?q={q}"},
				{ID: "add", Method: "POST", URLTemplate: "/items"},
			},
			Policy: says(id),
		}
		if change != nil {
			change(a)
		}
		return a
	}
	versioned := func(set, version string) func(*catalog.API) {
		return func(a *catalog.API) { a.VersionSet, a.Version = set, version }
	}
	return &catalog.Catalog{
		Gateway: "gw", Service: catalog.Service{Name: "contoso", Region: "Mars"},
		Policy: saying("", "global"),
		APIs: []*catalog.API{
			api("shop", "shop", nil),
			api("shop", "shop", func(a *catalog.API) { a.Revision, a.IsCurrent, a.Policy = "2", false, says("shop-2") }),
			api("shop", "shop", func(a *catalog.API) { a.Revision, a.IsCurrent, a.IsOnline = "3", false, false }),
			api("eu", "shop/eu", nil),
			api("closed", "closed", func(a *catalog.API) { a.SubscriptionRequired = true; a.KeyHeader = "X-Key" }),
			api("open", "open", func(a *catalog.API) { a.SubscriptionRequired = true }),
			api("tls", "tls", func(a *catalog.API) { a.Protocols = []string{"https"} }),
			api("sockets", "sockets", func(a *catalog.API) { a.Protocols = []string{"wss"} }),
			api("s0", "seg", versioned("seg", "")), api("s1", "seg", versioned("seg", "v1")),
			api("q1", "query", versioned("query", "v1")), api("q2", "query", versioned("query", "v2")),
			api("h1", "header", versioned("header", "v1")),
		},
		VersionSets: []*catalog.VersionSet{
			{ID: "seg", Scheme: "Segment"}, {ID: "query", Scheme: "Query", QueryName: "api-version"}, {ID: "header", Scheme: "Header", HeaderName: "Api-Version"},
		},
		Products: []*catalog.Product{
			{ID: "gold", DisplayName: "Gold", SubscriptionRequired: true, APIs: []string{"closed"}, Policy: says("gold")},
			{ID: "free", SubscriptionRequired: false, APIs: []string{"open"}, Policy: says("free")},
		},
		Users: []*catalog.User{{ID: "1", FirstName: "Ann"}},
		Subscriptions: []*catalog.Subscription{
			{ID: "gold", Scope: "/products/gold", State: "active", PrimaryKey: "g1", SecondaryKey: "g2", Owner: "/users/1"},
			{ID: "api", Scope: "/apis/closed", State: "active", PrimaryKey: "a1"},
			{ID: "all", Scope: "/apis", State: "active", PrimaryKey: "all1"},
			{ID: "master", Scope: "/", State: "active", PrimaryKey: "m1"},
			{ID: "late", Scope: "/apis", State: "suspended", PrimaryKey: "s1"},
			{ID: "other", Scope: "/apis/shop", State: "active", PrimaryKey: "o1"},
		},
	}
}

func compile(t testing.TB, c *catalog.Catalog, previous *plan.Plan) (*plan.Plan, diag.List) {
	t.Helper()
	if err := c.Seal(); err != nil {
		t.Fatal(err)
	}
	return plan.Compile(c, plan.Options{Kinds: builtin.Kinds, Known: builtin.Known}, previous)
}

// backend answers each request with what the policies said.
type backend struct{}

func (backend) Forward(_ context.Context, x *exchange.Exchange, _ exchange.Forward) error {
	said, _ := x.Variables.Get("said")
	x.Response = exchange.NewResponse(200, "")
	x.Response.Body.Replace(fmt.Appendf(nil, "%s| %s", said, x.Request.URL.Path))
	return nil
}

// request makes an exchange of "METHOD url" and header lines.
func request(text string) *exchange.Exchange {
	lines := strings.Split(text, "\n")
	method, target, _ := strings.Cut(lines[0], " ")
	var fields []exchange.Field
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		fields = append(fields, exchange.Field{Name: strings.ToLower(name), Value: value})
	}
	u, err := exchange.ParseURL(target)
	if err != nil {
		panic(err)
	}
	x := exchange.New(backend{}, &exchange.Request{
		OriginalMethod: method, OriginalURL: u, Headers: exchange.NewHeaders(fields), IPAddress: "192.0.2.1",
	})
	x.Received = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	return x
}

// on-error runs for a wrong key, too: that of the operation, which is known, and where it
// is not, that of the API.
func TestOnErrorBeforeInbound(t *testing.T) {
	t.Parallel()
	answers := func(base, text string) *catalog.Policy {
		return &catalog.Policy{File: text + ".xml", Text: `<policies><on-error>` + base + `<return-response><set-body>@("` + text + ` " + context.LastError.Reason)</set-body></return-response></on-error></policies>`}
	}
	p, diags := compile(t, &catalog.Catalog{
		Policy: answers("", "global"),
		APIs: []*catalog.API{{
			ID: "a", Path: "a", Protocols: []string{"http"}, Type: catalog.HTTP, ServiceURL: "http://a.example", SubscriptionRequired: true,
			KeyHeader: "X-Key", KeyQuery: "key", Revision: "1", IsCurrent: true, IsOnline: true,
			Operations: []*catalog.Operation{
				{ID: "own", Method: "GET", URLTemplate: "/own", Policy: answers("", "operation")},
				{ID: "none", Method: "GET", URLTemplate: "/none"},
			},
			Policy: answers("", "api"),
		}},
	}, nil)
	if len(diags) > 0 {
		t.Fatalf("the catalog has mistakes:\n%s", diags)
	}
	for target, want := range map[string]string{
		"GET http://h/a/own":            "operation SubscriptionKeyNotFound",
		"GET http://h/a/own\nX-Key: no": "operation SubscriptionKeyInvalid",
		"GET http://h/a/none":           "api SubscriptionKeyNotFound",
		"GET http://h/a/nothing":        "api OperationNotFound",
		"DELETE http://h/a/own":         "api OperationNotFound",
		"GET http://h/elsewhere":        "global OperationNotFound",
	} {
		x := request(target)
		r := p.Resolve(x)
		if r.Failure == nil {
			t.Errorf("%s has not failed", target)
			continue
		}
		r.Run(t.Context(), x)
		if body, err := x.Response.Body.Bytes(t.Context()); err != nil || string(body) != want {
			t.Errorf("%s: %q (%v), want %q", target, body, err, want)
		}
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	p, diags := compile(t, shop(), nil)
	if len(diags) > 0 {
		t.Fatalf("the catalog has mistakes:\n%s", diags)
	}
	const missing = `401 Access Denied { "statusCode": 401, "message": "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API." }`
	const invalid = `401 Access Denied { "statusCode": 401, "message": "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription." }`
	const unknown = `404 Resource Not Found { "statusCode": 404, "message": "Resource not found" }`
	for _, tt := range []struct{ name, request, want string }{
		{"root", "GET http://h/shop", "200 global shop | "},
		{"trailing slash", "GET http://h/shop/", "200 global shop | /"},
		{"case", "GET http://h/SHOP/Items/A", "200 global shop item | /Items/A"},
		{"longer API", "GET http://h/shop/eu/items/7", "200 global eu item | /items/7"},
		{"boundary", "GET http://h/shopping", unknown},
		{"method", "DELETE http://h/shop/items/7", unknown},
		{"no HEAD for GET", "HEAD http://h/shop/items/7", unknown},
		{"no operation in the longest API", "GET http://h/shop/eu/nothing", unknown},
		{"revision", "GET http://h/shop;rev=2/items/7", "200 global shop-2 item | /items/7"},
		{"current revision by number", "GET http://h/shop;rev=1/items/7", "200 global shop item | /items/7"},
		{"offline revision", "GET http://h/shop;rev=3/items/7", unknown},
		{"unknown revision", "GET http://h/shop;rev=4", unknown},
		{"revision elsewhere", "GET http://h/shop/items;rev=2/7", unknown},
		{"original version", "GET http://h/seg/items/1", "200 global s0 item | /items/1"},
		{"segment", "GET http://h/seg/V1/items/1", "200 global s1 item | /items/1"},
		{"segment and revision", "GET http://h/seg/v1;rev=1/items/1", "200 global s1 item | /items/1"},
		{"query version", "GET http://h/query/items/1?API-version=v2", "200 global q2 item | /items/1"},
		{"no query version", "GET http://h/query/items/1", unknown},
		{"header version", "GET http://h/header/items/1\nApi-Version: v1", "200 global h1 item | /items/1"},
		{"no header version", "GET http://h/header/items/1", unknown},
		{"query template", "GET http://h/shop/find?q=1&x=2", "200 global shop | /find"},
		{"query template missing", "GET http://h/shop/find", unknown},
		{"protocol", "GET http://h/tls", unknown},
		{"protocol https", "GET https://h/tls", "200 global tls | "},
		{"WebSocket without TLS", "GET ws://h/sockets", unknown},
		{"WebSocket with TLS", "GET wss://h/sockets", "200 global sockets | "},
		{"no handshake of a WebSocket", "GET https://h/sockets", unknown},
		{"a handshake where there are requests only", "GET wss://h/tls", unknown},
		{"no key", "GET http://h/closed", missing},
		{"404 before 401", "GET http://h/closed/nothing", unknown},
		{"wrong key", "GET http://h/closed\nX-Key: no", invalid},
		{"product key", "GET http://h/closed\nX-Key: g1", "200 global gold closed | "},
		{"secondary key, in the query", "GET http://h/closed/items/1?Subscription-Key=g2", "200 global gold closed item | /items/1"},
		{"the header wins", "GET http://h/closed?subscription-key=g2\nX-Key: no", invalid},
		{"key of the API", "GET http://h/closed\nX-Key: a1", "200 global closed | "},
		{"key of all APIs", "GET http://h/closed\nX-Key: all1", "200 global closed | "},
		{"master key", "GET http://h/closed\nX-Key: m1", "200 global closed | "},
		{"suspended key", "GET http://h/closed\nX-Key: s1", invalid},
		{"key of another API", "GET http://h/closed\nX-Key: o1", invalid},
		{"open product", "GET http://h/open", "200 global free open | "},
		{"invalid key on an open product", "GET http://h/open\nOcp-Apim-Subscription-Key: no", invalid},
		{"invalid key where none is needed", "GET http://h/shop\nOcp-Apim-Subscription-Key: no", invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x := request(tt.request)
			p.Resolve(x).Run(t.Context(), x)
			body, err := x.Response.Body.Bytes(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprint(x.Response.StatusCode)
			if x.Response.Reason != "" {
				got += " " + x.Response.Reason
			}
			if got += " " + string(body); got != tt.want {
				t.Errorf("answered\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestAccessDeniedNamesTheKey(t *testing.T) {
	t.Parallel()
	p, _ := compile(t, shop(), nil)
	x := request("GET https://api.example/closed/items/1")
	p.Resolve(x).Run(t.Context(), x)
	got, _ := x.Response.Headers.First("www-authenticate")
	if want := `AzureApiManagementKey realm="https://api.example/closed",name="X-Key",type="header"`; got != want {
		t.Errorf("WWW-Authenticate is %q, want %q", got, want)
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	p, _ := compile(t, shop(), nil)
	x := request("GET http://h/closed/items/a%2Fb?x=1\nX-Key: g2")
	r := p.Resolve(x)
	if x.API.Name != "The closed" || x.API.Path != "/closed" || x.Operation.ID != "item" || x.Product.Name != "Gold" || x.Product.APIs[0] != x.API {
		t.Errorf("API %+v, operation %+v, product %+v", x.API, x.Operation, x.Product)
	}
	if x.Subscription.ID != "gold" || x.Subscription.Key != "g2" || x.Subscription.PrimaryKey != "g1" || x.User.FirstName != "Ann" {
		t.Errorf("subscription %+v, user %+v", x.Subscription, x.User)
	}
	if got, _ := x.Request.MatchedParameter("id"); got != "a/b" {
		t.Errorf("id is %q", got)
	}
	if x.Backend.URL.String() != "http://closed.example:81/base" || r.Cluster != "http/closed.example/81" || x.Backend.Cluster != r.Cluster {
		t.Errorf("backend %+v, cluster %q", x.Backend, r.Cluster)
	}
	if x.Request.URL.String() != "http://closed.example:81/items/a%2Fb?x=1" || x.Deployment.ServiceName != "contoso" || x.Deployment.GatewayID != "gw" {
		t.Errorf("URL %s, deployment %+v", x.Request.URL.String(), x.Deployment)
	}
}

func TestConnections(t *testing.T) {
	t.Parallel()
	c := shop()
	c.APIs[0].Policy = &catalog.Policy{File: "p.xml", Text: `<policies><inbound><base /><set-backend-service base-url="https://else.example/x" /></inbound></policies>`}
	p, diags := compile(t, c, nil)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	var paths, clusters []string
	for _, r := range p.Routes() {
		paths = append(paths, r.Path+"="+r.Cluster)
	}
	for _, target := range p.Targets() {
		clusters = append(clusters, target.Cluster())
	}
	if got, want := strings.Join(paths[:3], " "), "/closed=http/closed.example/81 /header=http/h1.example/81 /open=http/open.example/81"; got != want {
		t.Errorf("routes are %s, want %s", got, want)
	}
	if !strings.Contains(strings.Join(clusters, " "), "https/else.example/443+any-name") {
		t.Errorf("clusters are %q", clusters)
	}
}

// A backend is reached by a cluster for each version of HTTP that some policy speaks to it.
func TestConnectionsOfVersions(t *testing.T) {
	t.Parallel()
	forward := func(version string) *catalog.Policy {
		return &catalog.Policy{File: version + ".xml", Text: `<policies><backend><forward-request http-version="` + version + `" /></backend></policies>`}
	}
	c := shop()
	c.APIs[0].Policy = forward("2")
	c.APIs[3].Operations[1].Policy = forward("2or1")
	c.APIs[4].ServiceURL, c.APIs[4].Policy = "https://closed.example", forward("2or1")
	p, diags := compile(t, c, nil)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	var got []string
	for _, target := range p.Targets() {
		got = append(got, fmt.Sprintf("%s %v %v", target.Cluster(), target.HTTP2, target.Negotiate))
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{
		"http/shop.example/81 false false", "http/shop.example/81+h2 true false",
		"https/closed.example/443+any-name false false", "https/closed.example/443+any-name+h2or1 false true",
	} {
		if !strings.Contains(all+"\n", want+"\n") {
			t.Errorf("%q is not among the targets\n%s", want, all)
		}
	}
	if strings.Contains(all, "eu.example/81+h2") {
		t.Errorf("without TLS, 2or1 needs no cluster of its own, but the targets are\n%s", all)
	}
}

func TestConnectionsOfExpressions(t *testing.T) {
	t.Parallel()
	c := shop()
	c.Backends = []*catalog.Backend{{ID: "blue", Type: "Single", URL: "http://blue.example"}, {ID: "pool", Type: "Pool"}}
	c.APIs[0].Policy = &catalog.Policy{File: "p.xml", Text: `<policies><inbound><base /><set-backend-service backend-id="@(context.Request.Headers.GetValueOrDefault("to","blue"))" /></inbound></policies>`}
	p, diags := compile(t, c, nil)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	for _, target := range p.Targets() {
		if target.Host == "blue.example" {
			return
		}
	}
	t.Errorf("the backend that the expression may name is not among %+v", p.Targets())
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	c := shop()
	c.APIs[0].Policy = &catalog.Policy{File: "apis/shop/policy.xml", Text: "<policies>\n<inbound><set-heade name=\"x\" /></inbound>\n</policies>"}
	c.APIs[3].Operations[1].Policy = &catalog.Policy{File: "item.xml", Text: "<policies><inbound><set-header /></inbound></policies>"}
	c.APIs[3].Operations = append(c.APIs[3].Operations, &catalog.Operation{ID: "twin", Method: "get", URLTemplate: "/ITEMS/{x}"}, &catalog.Operation{ID: "bad", Method: "GET", URLTemplate: "/{", Place: &catalog.Place{File: "bad.json", Text: "{\n \"/{\"}", Start: 4, End: 6}})
	c.APIs[4].ServiceURL = "closed.example"
	c.Products[0].APIs = append(c.Products[0].APIs, "nothing")
	c.Subscriptions[5].Scope = "/products/none"
	c.APIs = append(c.APIs, &catalog.API{ID: "again", Path: "SHOP", Revision: "1", IsCurrent: true, IsOnline: true, File: "again.json"})
	p, diags := compile(t, c, nil)
	text := diags.String()
	for _, want := range []string{
		`apis/shop/policy.xml:2:11: warning: `, `item.xml:1:`, `have the same method and URL template`, `bad.json:2:3: the operation "bad"`, `a { without its }`, `again.json: the APIs`,
		`is not an absolute http or https URL`, `"nothing", which does not exist`, `has the scope "/products/none"`, `have the same path`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing says %q in\n%s", want, text)
		}
	}
	for target, want := range map[string]int{"/shop/eu/items/1": 500, "/shop/eu": 200, "/shop": 200} {
		x := request("GET http://h" + target)
		p.Resolve(x).Run(t.Context(), x)
		if x.Response.StatusCode != want {
			t.Errorf("%s answers %d, want %d", target, x.Response.StatusCode, want)
		}
	}
}

func TestUnchangedPartsAreTakenOver(t *testing.T) {
	t.Parallel()
	before := shop()
	first, _ := compile(t, before, nil)
	after := shop()
	after.APIs[3].Policy = says("changed")
	second, diags := compile(t, after, first)
	if len(diags) > 0 || first.Version() == second.Version() {
		t.Fatalf("versions %s and %s, mistakes %v", first.Version(), second.Version(), diags)
	}
	program := func(p *plan.Plan, target string) any {
		x := request("GET http://h" + target)
		return p.Resolve(x).Program
	}
	if program(first, "/shop/items/1") != program(second, "/shop/items/1") {
		t.Error("the program of an API that did not change was compiled again")
	}
	if program(first, "/shop/eu/items/1") == program(second, "/shop/eu/items/1") {
		t.Error("the program of an API that changed was taken over")
	}
	third := shop()
	third.NamedValues = []*catalog.NamedValue{{ID: "n", DisplayName: "n", Value: "v"}}
	if p, _ := compile(t, third, second); program(p, "/shop/items/1") == program(second, "/shop/items/1") {
		t.Error("a program was taken over although the named values changed")
	}
}

func BenchmarkResolve(b *testing.B) {
	p, diags := compile(b, shop(), nil)
	if len(diags) > 0 {
		b.Fatal(diags)
	}
	x := request("GET http://h/closed/items/42\nX-Key: g1")
	b.ReportAllocs()
	for b.Loop() {
		if r := p.Resolve(x); r.Failure != nil {
			b.Fatal(r.Failure)
		}
	}
}

// BenchmarkCompile edits one policy of 10,000 APIs with 10 operations each.
func BenchmarkCompile(b *testing.B) {
	c := &catalog.Catalog{}
	for i := range 10_000 {
		a := &catalog.API{
			ID: fmt.Sprintf("api-%05d", i), Path: fmt.Sprintf("api-%05d", i), ServiceURL: "http://be.example", Type: catalog.HTTP,
			KeyHeader: "K", KeyQuery: "k", Revision: "1", IsCurrent: true, IsOnline: true, Policy: says("x"),
		}
		for j := range 10 {
			a.Operations = append(a.Operations, &catalog.Operation{ID: fmt.Sprint(j), Method: "GET", URLTemplate: fmt.Sprintf("/r%d/{id}", j)})
		}
		c.APIs = append(c.APIs, a)
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			compile(b, c, nil)
		}
	})
	b.Run("one edit", func(b *testing.B) {
		p, _ := compile(b, c, nil)
		n := 0
		for b.Loop() {
			n++
			next := *c
			next.APIs = append([]*catalog.API(nil), c.APIs...)
			next.APIs[5000] = copyOf(c.APIs[5000])
			next.APIs[5000].Policy = says(fmt.Sprint(n))
			p, _ = compile(b, &next, p)
		}
	})
}

// copyOf an API that counts as new to Seal.
func copyOf(a *catalog.API) *catalog.API {
	return &catalog.API{
		ID: a.ID, Path: a.Path, ServiceURL: a.ServiceURL, Type: a.Type, KeyHeader: a.KeyHeader, KeyQuery: a.KeyQuery,
		Revision: a.Revision, IsCurrent: a.IsCurrent, IsOnline: a.IsOnline, Policy: a.Policy, Operations: a.Operations,
	}
}
