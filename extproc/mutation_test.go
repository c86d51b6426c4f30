package extproc

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/policies/exchange"
)

// TestChangeHeaders checks that what Envoy makes of a mutation are the lines that policies
// left, whatever they were before.
func TestChangeHeaders(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	lines := func(names ...string) []exchange.Field {
		var out []exchange.Field
		for range r.IntN(7) {
			out = append(out, exchange.Field{Name: names[r.IntN(len(names))], Value: fmt.Sprint(r.IntN(3))})
		}
		return out
	}
	for range 20_000 {
		from := lines("a", "b", "c", "d")
		to := lines("a", "B", "c", "E", "a")
		if r.IntN(2) == 0 {
			to = append(slices.Clone(from), to...)
		}
		var reply wire.Reply
		if err := changeHeaders(&reply, from, to); err != nil {
			t.Fatal(err)
		}
		if got, want := byName(applied(from, &reply)), byName(to); got != want {
			t.Fatalf("%v to %v: %+v makes %s", from, to, reply, got)
		}
	}
}

// applied does what Envoy does.
func applied(lines []exchange.Field, r *wire.Reply) []exchange.Field {
	out := slices.Clone(lines)
	drop := func(name string) {
		out = slices.DeleteFunc(out, func(f exchange.Field) bool { return strings.EqualFold(f.Name, name) })
	}
	for _, name := range r.Remove {
		drop(name)
	}
	for _, l := range r.Set {
		if !l.Append {
			drop(l.Name)
		}
		out = append(out, exchange.Field{Name: l.Name, Value: l.Value})
	}
	return out
}

// byName writes lines such that only what counts is told: the values of each name in order.
func byName(lines []exchange.Field) string {
	values := map[string][]string{}
	for _, f := range lines {
		name := strings.ToLower(f.Name)
		values[name] = append(values[name], f.Value)
	}
	return fmt.Sprint(values)
}

func TestChangeHeadersSendsOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	from := []exchange.Field{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}, {Name: "connection", Value: "close"}}
	h := exchange.NewHeaders(from)
	h.Set("B", "2")
	h.Set("c", " 3\t")
	h.Remove("connection")
	h.Add("Transfer-Encoding", "chunked")
	var reply wire.Reply
	if err := changeHeaders(&reply, from, h.Fields()); err != nil {
		t.Fatal(err)
	}
	if len(reply.Remove) != 0 || !slices.Equal(reply.Set, []wire.Line{{Name: "c", Value: "3"}}) {
		t.Errorf("the mutation is %+v", reply)
	}
}

func TestChangeHeadersChecks(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]exchange.Field{
		"empty name": {Name: "", Value: "v"}, "blank in a name": {Name: "a b", Value: "v"}, "colon in a name": {Name: ":path", Value: "/"},
		"line end": {Name: "a", Value: "x\r\ny: z"}, "NUL": {Name: "a", Value: "\x00"}, "DEL": {Name: "a", Value: "\x7f"},
	} {
		if err := changeHeaders(&wire.Reply{}, nil, []exchange.Field{f}); err == nil {
			t.Errorf("%s passes", name)
		}
		if err := setLines(&wire.Reply{}, []exchange.Field{f}); err == nil {
			t.Errorf("%s passes in an immediate response", name)
		}
	}
	for name, f := range map[string]exchange.Field{"tab": {Name: "a", Value: "x\ty"}, "bytes": {Name: "a", Value: "\xff"}, "empty": {Name: "a"}} {
		if err := changeHeaders(&wire.Reply{}, nil, []exchange.Field{f}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTarget(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ base, path, query, want string }{
		{"", "", "", "/"},
		{"", "/", "", "/"},
		{"", "/x", "q=1", "/x?q=1"},
		{"/", "/x", "", "/x"},
		{"/api", "", "q=1", "/api?q=1"},
		{"/api/", "", "", "/api/"},
		{"/api", "/", "", "/api/"},
		{"/api/", "/", "", "/api/"},
		{"/api/10/", "/items/7", "x=1", "/api/10/items/7?x=1"},
		{"/api", "//x", "", "/api//x"},
		{"/api", "/x/", "", "/api/x/"},
		{"/api", "x y", "", "/api/x%20y"},
		{"", "/%2f%zz", "a=%20", "/%2f%zz?a=%20"},
	} {
		x := exchange.New(nil, &exchange.Request{URL: exchange.URL{Path: c.path, Query: c.query}})
		x.Backend = &exchange.Backend{URL: exchange.URL{Path: c.base}}
		if got := target(x); got != c.want {
			t.Errorf("%q and %q?%s: %q, want %q", c.base, c.path, c.query, got, c.want)
		}
	}
}

func TestNotOurs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Host", "te", "TRAILER", "upgrade", "connection", "Keep-Alive", "content-length", "proxy-connection", "Transfer-Encoding", "x-apim-key", "X-APIM-anything"} {
		if !notOurs(name) {
			t.Errorf("%s may be set", name)
		}
	}
	for _, name := range []string{"", "a", "x-api-key", "x-apim", "content-type", "authorization", "trailers", "upgrades"} {
		if notOurs(name) {
			t.Errorf("%q may not be set", name)
		}
	}
}
