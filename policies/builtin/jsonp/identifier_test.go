package jsonp

import "testing"

func TestIsPath(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"cb": true, "a.b.c": true, "$_1": true, "jQuery123_456": true, "fünf": true,
		"": false, "1a": false, "a.": false, ".a": false, "a..b": false, "a b": false, "a(": false, "a;b": false,
		"alert(1)//": false, "if": false, "a.class": false, "a[0]": false, "a-b": false, "<script>": false,
	} {
		if got := isPath(s); got != want {
			t.Errorf("%q is a function's name: %t", s, got)
		}
	}
}
