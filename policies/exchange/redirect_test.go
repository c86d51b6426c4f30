package exchange_test

import (
	"slices"
	"testing"

	"github.com/apimgw/apimgw/policies/exchange"
)

func TestRedirectOf(t *testing.T) {
	t.Parallel()
	const none = "none"
	for name, c := range map[string]struct {
		method, from string
		status       int
		location     string
		want         string // method and URL
		bare         bool
	}{
		"moved":              {"GET", "http://a.test/x/y?q=1", 301, "/z", "GET http://a.test/z", false},
		"relative":           {"GET", "http://a.test/x/y?q=1", 302, "z?r=2", "GET http://a.test/x/z?r=2", false},
		"only a query":       {"GET", "http://a.test/x/y?q=1", 302, "?r=2", "GET http://a.test/x/y?r=2", false},
		"escapes stay":       {"GET", "http://a.test/x%2Fy/z", 302, "w%2Fv?a=%20", "GET http://a.test/x%2Fy/w%2Fv?a=%20", false},
		"another host":       {"GET", "http://a.test/x", 307, "http://b.test:8080", "GET http://b.test:8080/", false},
		"without a scheme":   {"GET", "https://a.test/x", 307, "//b.test/y", "GET https://b.test/y", false},
		"a fragment":         {"GET", "http://a.test/x", 302, "/y#part", "GET http://a.test/y", false},
		"to https":           {"GET", "http://a.test/x", 302, "https://a.test/x", "GET https://a.test/x", false},
		"from https to http": {"GET", "https://a.test/x", 302, "http://a.test/x", none, false},
		"another protocol":   {"GET", "http://a.test/x", 302, "ftp://a.test/x", none, false},
		"nowhere":            {"GET", "http://a.test/x", 302, "", none, false},
		"nonsense":           {"GET", "http://a.test/x", 302, "http://[", none, false},
		"not modified":       {"GET", "http://a.test/x", 304, "/y", none, false},
		"use proxy":          {"GET", "http://a.test/x", 305, "/y", none, false},
		"no redirect":        {"GET", "http://a.test/x", 200, "/y", none, false},
		"POST, 300":          {"POST", "http://a.test/x", 300, "/y", "GET http://a.test/y", true},
		"POST, 301":          {"POST", "http://a.test/x", 301, "/y", "GET http://a.test/y", true},
		"POST, 302":          {"POST", "http://a.test/x", 302, "/y", "GET http://a.test/y", true},
		"PUT, 302":           {"PUT", "http://a.test/x", 302, "/y", "PUT http://a.test/y", false},
		"PUT, 303":           {"PUT", "http://a.test/x", 303, "/y", "GET http://a.test/y", true},
		"HEAD, 303":          {"HEAD", "http://a.test/x", 303, "/y", "HEAD http://a.test/y", false},
		"POST, 307":          {"POST", "http://a.test/x", 307, "/y", "POST http://a.test/y", false},
		"POST, 308":          {"POST", "http://a.test/x", 308, "/y", "POST http://a.test/y", false},
	} {
		from, err := exchange.ParseURL(c.from)
		if err != nil {
			t.Fatal(err)
		}
		got := none
		r, ok := exchange.RedirectOf(c.method, from, c.status, c.location)
		if ok {
			got = r.Method + " " + r.URL.String()
		}
		if got != c.want || r.Bare != c.bare {
			t.Errorf("%s: %s (bare: %v), want %s", name, got, r.Bare, c.want)
		}
	}
}

func TestRedirectHeaders(t *testing.T) {
	t.Parallel()
	lines := []exchange.Field{{Name: "Authorization", Value: "x"}, {Name: "content-type", Value: "a/b"}, {Name: "x-content-type", Value: "kept"}, {Name: "accept", Value: "c"}}
	whole := exchange.Redirect{}
	if got := whole.Headers(lines); !slices.Equal(got, lines[1:]) {
		t.Errorf("headers are %v", got)
	}
	bare := exchange.Redirect{Bare: true}
	if got := bare.Headers(lines); !slices.Equal(got, lines[2:]) {
		t.Errorf("without the body headers are %v", got)
	}
}
