package newtonsoft

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"
)

const pathDocument = `{'s':[{'a':'x','b':1,'c':{'d':[1,2,3]}},{'a':'y','b':2},{'a':null,'b':3.5},{'b':'4'}],'e':[10,20,30,40],'o':{'p q':1,'r':{'a':5}}}`

// selectTokens evaluates a path and returns all tokens it finds.
func selectTokens(root JToken, path string, o SelectOptions) ([]JToken, error) {
	q, err := CompilePath(path)
	if err != nil {
		return nil, err
	}
	return q.Tokens(root, o)
}

func selected(t *testing.T, root JToken, path string) string {
	t.Helper()
	found, err := selectTokens(root, path, SelectOptions{})
	if err != nil {
		return outcome("", err)
	}
	var parts []string
	for _, f := range found {
		s, err := JSON(nil, f, Compact)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, Path(f)+"="+s)
	}
	return strings.Join(parts, " ; ")
}

// TestSelectTokens reads testdata/path.txt: a path, "  =>  ", and the tokens it finds in
// pathDocument, each with its path, or the exception. The cases were asked of Json.NET.
func TestSelectTokens(t *testing.T) {
	t.Parallel()
	root, err := Parse(pathDocument, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("testdata/path.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); n++ {
		path, want, ok := strings.Cut(lines.Text(), "  =>  ")
		if !ok {
			t.Fatalf("bad line %q", lines.Text())
		}
		if got := selected(t, root, path); got != want {
			t.Errorf("%s\n got %s\nwant %s", path, got, want)
		}
	}
	if n < 50 {
		t.Errorf("only %d cases", n)
	}
}

// TestNewerPaths has what Json.NET learnt after the version that path.txt was asked of.
func TestNewerPaths(t *testing.T) {
	t.Parallel()
	root, err := Parse(pathDocument, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"o['p q','r']":                   "o['p q']=1 ; o.r={\"a\":5}",
		"s[0]['a','b']":                  `s[0].a="x" ; s[0].b=1`,
		"s[?(@.a =~ /^X$/i)].b":          "s[0].b=1",
		"s[?(@.a =~ /^X$/)].b":           "",
		"s[?(@.b === 1)].a":              `s[0].a="x"`,
		"s[?(@.b === '1')].a":            "",
		"s[?(@.b !== 1)].b":              `s[1].b=2 ; s[2].b=3.5 ; s[3].b="4"`,
		"s[?(@.b == 1.0)].a":             `s[0].a="x"`,
		"s[?($.o.r.a == 5)].b":           `s[0].b=1 ; s[1].b=2 ; s[2].b=3.5 ; s[3].b="4"`,
		"s[?(@.b < $.o.r.a)].b":          `s[0].b=1 ; s[1].b=2 ; s[2].b=3.5 ; s[3].b="4"`,
		"$..[?(@.d)]":                    `s[0].c={"d":[1,2,3]}`,
		"$..['a']":                       `s[0].a="x" ; s[1].a="y" ; s[2].a=null ; o.r.a=5`,
		"s[?(@.a == 'y' || @.b == 1)].b": "s[0].b=1 ; s[1].b=2",
		"s[?(@.b == 1 && @.a == 'y')].b": "",
		`s[?(@.a == '\x')]`:              `!JsonException: Unknown escape character: \x`,
		"s[?(@.a =~ /x)]":                "!JsonException: Path ended with an open regex.",
		"s[?(@.a == 'x]":                 "!JsonException: Path ended with an open string.",
		"e[99999999999]":                 "!OverflowException: Value was either too large or too small for an Int32.",
		"e[-1]":                          "!ArgumentOutOfRangeException: Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')",
		"s[?(@.a == 'x' && ":             "!JsonException: Path ended with open query.",
		"s[?(@.a ~ 'x')]":                "!JsonException: Could not read query operator.",
	} {
		if got := selected(t, root, path); got != want {
			t.Errorf("%s\n got %s\nwant %s", path, got, want)
		}
	}
}

func TestSelectToken(t *testing.T) {
	t.Parallel()
	root, err := Parse(pathDocument, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := SelectToken(root, "e[*]", SelectOptions{}); outcome("", err) != "!JsonException: Path returned multiple tokens." {
		t.Error(err)
	}
	for path, want := range map[string]string{
		"nope":    "Property 'nope' does not exist on JObject.",
		"e[7]":    "Index 7 outside the bounds of JArray.",
		"o[0]":    "Index 0 not valid on JObject.",
		"e.x":     "Property 'x' not valid on JArray.",
		"e[9:12]": "Array slice of 9 to 12 returned no results.",
	} {
		if _, err := SelectToken(root, path, SelectOptions{ErrorWhenNoMatch: true}); outcome("", err) != "!JsonException: "+want {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestRegexDeadline(t *testing.T) {
	t.Parallel()
	root, err := Parse(`[{"a":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}]`, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = selectTokens(root, "[?(@.a =~ /^(a+)+$/)]", SelectOptions{RegexTimeout: 20 * time.Millisecond})
	if got := outcome("", err); !strings.HasPrefix(got, "!RegexMatchTimeoutException") {
		t.Error(got)
	}
}

func FuzzCompilePath(f *testing.F) {
	root, err := Parse(pathDocument, ReadOptions{})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"s[?(@.a=='x' && @.b>1)].b", "$..['a','b'][1:2:-1]", "s[?(@.a =~ /x/i)]"} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, path string) {
		q, err := CompilePath(path)
		if err != nil {
			return
		}
		// Whatever compiles runs without a panic; what it finds does not matter.
		_, _ = q.Tokens(root, SelectOptions{RegexTimeout: time.Millisecond})
	})
}

func BenchmarkSelectToken(b *testing.B) {
	root, err := Parse(pathDocument, ReadOptions{})
	if err != nil {
		b.Fatal(err)
	}
	q, err := CompilePath("$.s[?(@.b==2)].a")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if t, err := q.Token(root, SelectOptions{}); err != nil || t == nil {
			b.Fatal(t, err)
		}
	}
}
