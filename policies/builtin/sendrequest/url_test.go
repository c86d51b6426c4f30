package sendrequest

import (
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/exchange"
)

func TestParseURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://a.test":                    "https://a.test",
		" http://a.test:8080/x?y=z \n":      "http://a.test:8080/x?y=z",
		"HTTP://a.test/%C3%BC/ü?q=ü&p=100%": "http://a.test/%C3%BC/%C3%BC?q=%C3%BC&p=100%25",
		"http://a.test/a b\"<>?c d|^":       "http://a.test/a%20b%22%3C%3E?c%20d%7C%5E",
		"http://ann:hush@a.test/#part":      "http://a.test/",
		"http://[::1]:80/":                  "http://[::1]:80/",
		"http://a.test/x\r\nHost: b":        "http://a.test/x%0D%0AHost:%20b",
		"http://a.test/a%2Fb":               "http://a.test/a%2Fb",
	} {
		u, err := parseURL(in)
		if err != nil || u.String() != want {
			t.Errorf("%q is %v, %v; want %s", in, u, err, want)
		}
	}
	for _, in := range []string{"", "/a", "a.test/b", "ftp://a.test", "http:///x", "http://a b/", "http://a.test:port/", "ws://a.test"} {
		if u, err := parseURL(in); err == nil || !strings.Contains(err.Error(), "is not an absolute http or https URL") {
			t.Errorf("%q is %v, %v", in, u, err)
		}
	}
}

func TestForwarded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ base, path, query, want string }{
		{"http://b.test", "/", "", "http://b.test/"},
		{"http://b.test", "/a", "x=1", "http://b.test/a?x=1"},
		{"http://b.test/base/", "/a/", "", "http://b.test/base/a/"},
		{"http://b.test/base", "", "", "http://b.test/base"},
		{"http://b.test/base", "/", "", "http://b.test/base/"},
		{"http://b.test/base/?k=v", "/a%20b", "x=1", "http://b.test/base/a%20b?k=v&x=1"},
		{"http://b.test/?k=v", "/", "", "http://b.test/?k=v"},
	} {
		base, err := exchange.ParseURL(c.base)
		if err != nil {
			t.Fatal(err)
		}
		x := exchange.New(nil, &exchange.Request{URL: exchange.URL{Path: c.path, Query: c.query}})
		x.Backend = &exchange.Backend{URL: base}
		if got := forwarded(x); got != c.want {
			t.Errorf("%s with %s?%s is %s, want %s", c.base, c.path, c.query, got, c.want)
		}
	}
}

// FuzzParseURL looks for URLs that would break the request line, or that are others once
// they are read again.
func FuzzParseURL(f *testing.F) {
	f.Add("http://a.test/a b?c%")
	f.Add("https://[::1]:8/ü#\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		u, err := parseURL(text)
		if err != nil {
			return
		}
		if line := u.RequestURI(); strings.ContainsFunc(line, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			t.Errorf("%q makes the request line %q", text, line)
		}
		again, err := parseURL(u.String())
		if err != nil || again.Host != u.Host || again.RequestURI() != u.RequestURI() {
			t.Errorf("%q is %s, which is %v, %v", text, u, again, err)
		}
	})
}
