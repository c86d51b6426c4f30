package clr

import "testing"

func TestURIText(t *testing.T) {
	t.Parallel()
	const mixed = "http://a/%41%7e%20%2F%3f%23%25%zz b\"<>\\^`{|}é?q=%41%20 é#f%41 é"
	const ascii = "%20%21%22%23%24%25%26%27%28%29%2a%2b%2c%2d%2e%2f%30%3a%3b%3c%3d%3e%3f%40%41%5b%5c%5d%5e%5f%60%61%7b%7c%7d%7e%7f%c3%a9%ff"
	for _, tt := range []struct{ text, absolute, shown string }{
		{mixed, "http://a/A~%20%2F%3f%23%25%25zz%20b%22%3C%3E/%5E%60%7B%7C%7D%C3%A9?q=A%20%20%C3%A9#fA%20%C3%A9", "http://a/A~ %2F%3f%23%25%25zz b\"<>/^`{|}é?q=A  é#fA é"},
		{"http://a/" + ascii, "http://a/%20!%22%23%24%25%26'()*%2b%2c-.%2f0:%3b%3C%3d%3E%3f%40A%5b%5c%5d%5E_%60a%7B%7C%7D~%7f%C3%A9%FF", "http://a/ !\"%23%24%25%26'()*%2b%2c-.%2f0:%3b<%3d>%3f%40A[%5c]^_`a{|}~%7fé%FF"},
		{"http://a/p?" + ascii, "http://a/p?%20!%22%23%24%25%26'()*%2b%2c-.%2f0:%3b%3C%3d%3E%3f%40A%5b%5c%5d%5E_%60a%7B%7C%7D~%7f%C3%A9%FF", "http://a/p? !\"%23%24%25%26'()*%2b%2c-.%2f0:%3b<%3d>%3f%40A[%5c]^_`a{|}~%7fé%FF"},
		{"HTTP://User:Pw@EXAMPLE.com:80/a/./b/../c//d?x=1&y=2#frag", "http://User:Pw@example.com/a/c//d?x=1&y=2#frag", "http://User:Pw@example.com/a/c//d?x=1&y=2#frag"},
		{"http://a", "http://a/", "http://a/"},
		{"http://a?x", "http://a/?x", "http://a/?x"},
		{"mailto:x@y.z", "mailto:x@y.z", "mailto:x@y.z"},
		{"urn:isbn:123", "urn:isbn:123", "urn:isbn:123"},
		{"foo://Host/Path/../x?q#f", "foo://host/x?q#f", "foo://host/x?q#f"},
		{"/abc", "file:///abc", "file:///abc"},
		{"http://exa_mple/", "http://exa_mple/", "http://exa_mple/"},
		{" http://a/b ", "http://a/b", "http://a/b"},
		{"http://a/x\\y", "http://a/x/y", "http://a/x/y"},
		{"http://a/%2e%2e/b", "http://a/b", "http://a/b"},
		{"http://a/b/%2e%2e/c", "http://a/c", "http://a/c"},
		{"http://a/b/..", "http://a/", "http://a/"},
		{"http://a/b/.", "http://a/b/", "http://a/b/"},
		{"http://a/b...", "http://a/b...", "http://a/b..."},
		{"file:///etc/passwd", "file:///etc/passwd", "file:///etc/passwd"},
		{"http://EXÄMPLE.com/", "http://exämple.com/", "http://exämple.com/"},
		{"http://a/?a=b+c d&e=%C3%A9", "http://a/?a=b+c%20d&e=%C3%A9", "http://a/?a=b+c d&e=é"},
		{"http://[::1]:81/x", "http://[::1]:81/x", "http://[::1]:81/x"},
	} {
		u, err := ParseURI(tt.text, URIAbsolute)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if got, _ := u.AbsoluteURI(); got != tt.absolute {
			t.Errorf("AbsoluteUri of %s\n got %s\nwant %s", tt.text, got, tt.absolute)
		}
		if got := u.ToString(); got != tt.shown {
			t.Errorf("text of %s\n got %s\nwant %s", tt.text, got, tt.shown)
		}
	}
}

func TestURIErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                "Invalid URI: The URI is empty.",
		"abc":             "Invalid URI: The format of the URI could not be determined.",
		"http://":         "Invalid URI: The hostname could not be parsed.",
		"http:///x":       "Invalid URI: The hostname could not be parsed.",
		"http://a:99999/": "Invalid URI: Invalid port specified.",
		"http://a:b/":     "Invalid URI: Invalid port specified.",
		"http:/a/":        "Invalid URI: The Authority/Host could not be parsed.",
		"1http://a":       "Invalid URI: The URI scheme is not valid.",
		"ht tp://a":       "Invalid URI: The URI scheme is not valid.",
		"http://a b/":     "Invalid URI: The hostname could not be parsed.",
	} {
		_, err := ParseURI(text, URIAbsolute)
		if e := AsException(err); e == nil || e.Class != ClassURIFormat || e.Message != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestResolveURI(t *testing.T) {
	t.Parallel()
	base, err := ParseURI("http://a/b/c/d;p?q", URIAbsolute)
	if err != nil {
		t.Fatal(err)
	}
	for relative, want := range map[string]string{
		"g": "http://a/b/c/g", "./g": "http://a/b/c/g", "/g": "http://a/g", "//g": "http://g/",
		"?y": "http://a/b/c/d;p?y", "#s": "http://a/b/c/d;p?q#s", "": "http://a/b/c/d;p?q",
		"../../../g": "http://a/g", "http:g": "http://a/b/c/g", "https://x/y": "https://x/y",
	} {
		u, err := ResolveURI(base, relative)
		if err != nil || u.ToString() != want {
			t.Errorf("%q: %v, %v, want %s", relative, u, err, want)
		}
	}
}

func TestURIParts(t *testing.T) {
	t.Parallel()
	u, err := ParseURI("HTTP://User:Pw@EXAMPLE.com:8080/a/b%20c/?x=1&y=2#frag", URIAbsolute)
	if err != nil {
		t.Fatal(err)
	}
	for name, part := range map[string]struct {
		get  func() (string, error)
		want string
	}{
		"Authority":    {u.Authority, "example.com:8080"},
		"Host":         {u.Host, "example.com"},
		"UserInfo":     {u.UserInfo, "User:Pw"},
		"LocalPath":    {u.LocalPath, "/a/b c/"},
		"PathAndQuery": {u.PathAndQuery, "/a/b%20c/?x=1&y=2"},
		"Fragment":     {u.Fragment, "#frag"},
	} {
		if got, err := part.get(); got != part.want || err != nil {
			t.Errorf("%s is %q, %v, want %q", name, got, err, part.want)
		}
	}
	lefts := []string{"http://", "http://User:Pw@example.com:8080", "http://User:Pw@example.com:8080/a/b%20c/", "http://User:Pw@example.com:8080/a/b%20c/?x=1&y=2"}
	for i, want := range lefts {
		if got, err := u.LeftPart(URIPart(i)); got != want || err != nil {
			t.Errorf("left part %d is %q, %v, want %q", i, got, err, want)
		}
	}
	segments, err := u.Segments()
	if err != nil || len(segments) != 3 || segments[2] != "b%20c/" {
		t.Errorf("segments are %q, %v", segments, err)
	}
	relative, err := ParseURI("rel/a b", URIRelativeOrAbsolute)
	if err != nil || relative.IsAbsolute() || relative.ToString() != "rel/a b" {
		t.Errorf("relative is %v, %v", relative, err)
	}
	if _, err := relative.Host(); AsException(err) == nil {
		t.Error("a relative URI has no host")
	}
}
