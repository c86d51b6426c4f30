package plan

import (
	"strconv"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/exchange"
)

func TestParseTemplate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, names, err string }{
		{"/orders/{id}", "id", ""},
		{"/a-{x}.{y}/{*rest}", "x y rest", ""},
		{"/files/*", "*", ""},
		{"", "", ""},
		{"/find?a={a}&fixed=1", "a", ""},
		{"/{id}?id={id}", "", "the parameter {id} stands twice"},
		{"/{a}{b}", "", "not kept apart"},
		{"/{}", "", "a parameter without a name"},
		{"/{a", "", "a { without its }"},
		{"/a}", "", "a } without its {"},
		{"/*/x", "", "nothing may follow the wildcard"},
		{"/x?a=b{c}", "", "mixes text and a parameter"},
	} {
		got, err := parseTemplate(tt.in)
		switch {
		case tt.err == "" && err != nil:
			t.Errorf("%q: %v", tt.in, err)
		case tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
			t.Errorf("%q: error %v, want %q", tt.in, err, tt.err)
		case tt.err == "" && strings.Join(got.names, " ") != tt.names:
			t.Errorf("%q has the parameters %q, want %q", tt.in, got.names, tt.names)
		}
	}
}

func tree(t testing.TB, templates ...string) *operations {
	t.Helper()
	var o operations
	for i, text := range templates {
		method, path, _ := strings.Cut(text, " ")
		parsed, err := parseTemplate(path)
		if err != nil {
			t.Fatal(err)
		}
		op := &operation{template: parsed, facts: &exchange.Operation{ID: text, Method: method}}
		if twin := o.add(op, i); twin != nil {
			t.Fatalf("%q is the same as %q", text, twin.facts.ID)
		}
	}
	return &o
}

func TestFindOperation(t *testing.T) {
	t.Parallel()
	o := tree(
		t,
		"GET /", "GET /items", "GET /items/{id}", "GET /items/special", "GET /items/a-{x}", "GET /items/{id}/parts/{part}",
		"GET /items/special/*", "GET /files/{*path}", "GET /find?a={a}", "GET /find?a={a}&b=1", "GET /find?a={a}&b={b}",
		"POST /items", "GET /doc.{ext}", "GET /v{major}.{minor}/x", "GET /deep/{a}/x", "GET /deep/b/y",
	)
	for _, tt := range []struct{ method, path, want, values string }{
		{"GET", "", "GET /", ""},
		{"GET", "items", "GET /items", ""},
		{"GET", "items/", "GET /items", ""},
		{"get", "ITEMS", "GET /items", ""},
		{"POST", "items", "POST /items", ""},
		{"PUT", "items", "", ""},
		{"HEAD", "items", "", ""},
		{"GET", "items/42", "GET /items/{id}", "42"},
		{"GET", "items/A%20b", "GET /items/{id}", "A b"},
		{"GET", "items/special", "GET /items/special", ""},
		{"GET", "items/SPECIAL", "GET /items/special", ""},
		{"GET", "items/a-9", "GET /items/a-{x}", "9"},
		{"GET", "items/a-", "GET /items/{id}", "a-"},
		{"GET", "items/special/parts/7", "GET /items/special/*", "parts/7"},
		{"GET", "items/x/parts/7", "GET /items/{id}/parts/{part}", "x 7"},
		{"GET", "items/x/parts", "", ""},
		{"GET", "items//parts/7", "", ""},
		{"GET", "files/a/b%2Fc", "GET /files/{*path}", "a/b/c"},
		{"GET", "files", "GET /files/{*path}", ""},
		{"GET", "find?a=1", "GET /find?a={a}", ""},
		{"GET", "find", "", ""},
		{"GET", "find?A=1&b=1", "GET /find?a={a}&b=1", ""},
		{"GET", "find?b=2&a=1&c=3", "GET /find?a={a}&b={b}", ""},
		{"GET", "doc.json", "GET /doc.{ext}", "json"},
		{"GET", "doc.", "", ""},
		{"GET", "v1.2/x", "GET /v{major}.{minor}/x", "1 2"},
		{"GET", "deep/b/x", "GET /deep/{a}/x", "b"},
		{"GET", "deep/b/y", "GET /deep/b/y", ""},
		{"GET", "nothing", "", ""},
	} {
		path, query, _ := strings.Cut(tt.path, "?")
		m, ok := o.find(tt.method, path, &exchange.URL{Query: query})
		got := ""
		if ok {
			got = m.operation.facts.ID
		}
		if got != tt.want || strings.Join(m.values, " ") != tt.values {
			t.Errorf("%s /%s is %q %q, want %q %q", tt.method, tt.path, got, m.values, tt.want, tt.values)
		}
	}
}

func TestTwinOperations(t *testing.T) {
	t.Parallel()
	o := tree(t, "GET /a/{x}", "GET /b-{x}", "GET /c?q={q}", "GET /c?q=1")
	for _, text := range []string{"GET /A/{y}", "GET /B-{y}", "get /c?Q={z}"} {
		method, path, _ := strings.Cut(text, " ")
		parsed, err := parseTemplate(path)
		if err != nil {
			t.Fatal(err)
		}
		if o.add(&operation{template: parsed, facts: &exchange.Operation{ID: text, Method: method}}, 9) == nil {
			t.Errorf("%q is not found to be a twin", text)
		}
	}
}

func BenchmarkFindOperation(b *testing.B) {
	make10 := func(prefix string) []string {
		var out []string
		for _, s := range []string{"", "/{id}", "/{id}/lines", "/{id}/lines/{line}", "/search", "/count", "/{id}/state", "/{id}/notes", "/{id}/notes/{n}", "/all/*"} {
			out = append(out, "GET /"+prefix+s)
		}
		return out
	}
	small := tree(b, make10("r0")...)
	var all []string
	for i := range 10000 {
		all = append(all, make10("r"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+strconv.Itoa(i))...)
	}
	large := tree(b, all...)
	last := strings.TrimPrefix(all[len(all)-10], "GET /") + "/42/lines/7"
	url := &exchange.URL{}
	for _, bb := range []struct {
		name string
		o    *operations
		path string
	}{{"first-of-10", small, "r0/42/lines/7"}, {"last-of-100000", large, last}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := bb.o.find("GET", bb.path, url); !ok {
					b.Fatal("not found")
				}
			}
		})
	}
}
