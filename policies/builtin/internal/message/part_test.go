package message

import (
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/exchange"
)

func TestMediaTypes(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string][3]bool{ // JSON, XML, text
		"":                                 {},
		"application/json":                 {true, false, true},
		"Application/JSON; charset=utf-8":  {true, false, true},
		"text/json":                        {true, false, true},
		"application/problem+json":         {true, false, true},
		"application/jsonp":                {},
		"application/xml":                  {false, true, true},
		"text/xml ;charset=utf-8":          {false, true, true},
		"application/soap+xml; action=x":   {false, true, true},
		"text/html":                        {false, false, true},
		"application/octet-stream":         {},
		"image/png; name=\"a.json\"; x=+x": {},
	} {
		m := MediaType(contentType)
		if got := [3]bool{IsJSON(m), IsXML(m), IsText(m)}; got != want {
			t.Errorf("%q is JSON, XML, text: %v, want %v", contentType, got, want)
		}
	}
}

func TestReplaceAll(t *testing.T) {
	t.Parallel()
	letter := func(rest string) bool { return !strings.HasPrefix(rest, "x") }
	for _, c := range []struct {
		in, want string
		list     []Replacement
	}{
		{"", "", []Replacement{{From: "a", To: "b"}}},
		{"none", "none", []Replacement{{From: "a", To: "b"}}},
		{"banana", "bbnbnb", []Replacement{{From: "a", To: "b"}}},
		{"aaa", "ba", []Replacement{{From: "aa", To: "b"}}},
		{"aaa", "", []Replacement{{From: "a"}}},
		{"ab abc", "2 1", []Replacement{{From: "abc", To: "1"}, {From: "ab", To: "2"}}},
		{"b a b", "2 1 2", []Replacement{{From: "a", To: "1"}, {From: "b", To: "2"}}},
		{"ax a ax", "ax b ax", []Replacement{{From: "a", To: "b", Ends: letter}}},
		{"a\xffa", "b\xffb", []Replacement{{From: "a", To: "b"}}},
	} {
		h, b := exchange.NewHeaders(nil), exchange.BodyOf([]byte(c.in))
		if err := (Part{&h, &b}).ReplaceAll(t.Context(), c.list); err != nil {
			t.Fatal(err)
		}
		if got := string(b.Final()); got != c.want || b.Changed() != (c.in != c.want) {
			t.Errorf("%q becomes %q, changed %t, want %q", c.in, got, b.Changed(), c.want)
		}
	}
	h, b := exchange.NewHeaders(nil), exchange.BodyOf([]byte(strings.Repeat("a", 1<<20)))
	if err := (Part{&h, &b}).ReplaceAll(t.Context(), []Replacement{{From: "a", To: strings.Repeat("b", 100)}}); err == nil || b.Changed() {
		t.Errorf("a body that grows without end: %v", err)
	}
}
