package clr

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func regex(t *testing.T, pattern string, options RegexOptions) *Regex {
	t.Helper()
	r, err := NewRegex(pattern, options, 0)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func plenty() time.Duration { return time.Second }

func TestRegexReplace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, pattern, replacement, want string
		options                          RegexOptions
		count                            int
	}{
		{"a1b22", `(\d)+`, "<$1|$0|$$|${1}|$2>", "a<1|1|$|1|$2>b<2|22|$|2|$2>", 0, -1},
		{"abc", `(?<x>b)`, "[$x${x}$`$'$_$+$&]", "a[$xbacabcbb]c", 0, -1},
		{"aXaXa", "a", "-", "aX-X-", RegexRightToLeft, 2},
		{"aXaXa", "a", "-", "-X-Xa", 0, 2},
		{"aXaXa", "a", "-", "aXaXa", 0, 0},
		{"2020-01", `(?<y>\d+)-(?<m>\d+)`, "${m}/${y}", "01/2020", 0, -1},
		{"abc", "x*", "-", "-a-b-c-", 0, -1},
		{"x", "x", "$10$a${b}$", "$10$a${b}$", 0, -1},
		{"é😀b", "b", "$`", "é😀é😀", 0, -1},
	} {
		r := regex(t, tt.pattern, tt.options)
		start := 0
		if tt.options&RegexRightToLeft != 0 {
			start = Length(tt.text)
		}
		got, err := r.Replace(nil, tt.text, tt.count, start, plenty, func(m *Match) (string, error) { return m.Result(nil, tt.replacement) })
		if got != tt.want || err != nil {
			t.Errorf("%s in %q: %q, %v, want %q", tt.pattern, tt.text, got, err, tt.want)
		}
	}
}

func TestRegexSplit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, pattern string
		count         int
		want          string
	}{
		{"a1b22c", `(\d)\d*`, 0, "a|1|b|2|c"},
		{"abc", "", 0, "|a|b|c|"},
		{"a,b,c", ",", 0, "a|b|c"},
		{"a,b,c", ",", 2, "a|b,c"},
		{"a,b,c", ",", 1, "a,b,c"},
		{"", "a", 0, ""},
	} {
		got, err := regex(t, tt.pattern, 0).Split(nil, tt.text, tt.count, 0, plenty)
		if strings.Join(got, "|") != tt.want || err != nil {
			t.Errorf("%s in %q: %q, %v", tt.pattern, tt.text, got, err)
		}
	}
	got, err := regex(t, ",", RegexRightToLeft).Split(nil, "a,b,c", 0, 5, plenty)
	if strings.Join(got, "|") != "a|b|c" || err != nil {
		t.Errorf("from the right: %q, %v", got, err)
	}
}

func TestRegexMatch(t *testing.T) {
	t.Parallel()
	m, err := regex(t, "(?<n>a)(b)", 0).First("é😀ab ab", plenty())
	if err != nil || !m.Success || m.Index() != 3 || m.Length() != 2 || m.Value() != "ab" {
		t.Fatalf("found %+v, %v", m, err)
	}
	if m.GroupNamed("n").Value() != "a" || m.GroupNumber(1).Value() != "b" || m.GroupNumber(2).Value() != "a" || m.GroupNumber(0).Value() != "ab" {
		t.Error("unnamed groups are numbered before named ones")
	}
	if g := m.GroupNumber(5); g.Success || g.Value() != "" {
		t.Errorf("a group that is not there is %+v", g)
	}
	if m, err = m.Next(plenty()); err != nil || m.Index() != 6 {
		t.Errorf("then at %d, %v", m.Index(), err)
	}
	if m, err = m.Next(plenty()); err != nil || m.Success || len(m.Groups()) != 1 {
		t.Errorf("then %+v, %v", m, err)
	}
	if m, err := regex(t, "(a)+", 0).First("aaa", plenty()); err != nil || len(m.GroupNumber(1).Captures) != 3 {
		t.Errorf("captures: %+v, %v", m, err)
	}
	if ok, err := regex(t, `^\w+$`, 0).IsMatch("naïve١", 0, plenty()); !ok || err != nil {
		t.Error("classes are those of Unicode")
	}
	if _, err := regex(t, "a", 0).Match("a", 2, plenty()); AsException(err) == nil {
		t.Error("a start beyond the text is out of range")
	}
}

func TestRegexErrors(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		"(":  "Invalid pattern '(' at offset 1. Not enough )'s.",
		"[":  "Invalid pattern '[' at offset 1. Unterminated [] set.",
		"a)": "Invalid pattern 'a)' at offset 2. Too many )'s.",
		"*":  "Invalid pattern '*' at offset 1. Quantifier '*' following nothing.",
	} {
		_, err := NewRegex(pattern, 0, 0)
		if e := AsException(err); e == nil || !e.IsA(ClassArgument) || e.Message != want {
			t.Errorf("%s: %v", pattern, err)
		}
	}
	if _, err := NewRegex("a", 1<<20, 0); AsException(err) == nil {
		t.Error("unknown options are refused")
	}
}

func TestRegexTime(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a", 64) + "!"
	var limit *LimitError
	if _, err := regex(t, "^(a+)+$", 0).First(text, 2*time.Millisecond); !errors.As(err, &limit) {
		t.Errorf("out of the expression's time: %v", err)
	}
	r, err := NewRegex("^(a+)+$", 0, 2*TicksPerMillisecond)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.First(text, time.Hour); AsException(err) == nil || !AsException(err).IsA(ClassRegexMatchTimeout) {
		t.Errorf("out of the author's time: %v", err)
	}
}

func TestRegexEscape(t *testing.T) {
	t.Parallel()
	if got, err := UnescapeRegex(`a\.b\n`); got != "a.b\n" || err != nil {
		t.Errorf("unescaped: %q, %v", got, err)
	}
	if got, err := EscapeRegex(nil, "a.b [c]#\t"); got != `a\.b\ \[c]\#\t` || err != nil {
		t.Errorf("escaped: %q, %v", got, err)
	}
}

func BenchmarkRegex(b *testing.B) {
	r, err := NewRegex(`^Bearer (\S+)$`, 0, 0)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := r.IsMatch("Bearer abc.def.ghi", 0, time.Second); !ok || err != nil {
			b.Fatal(err)
		}
	}
}
