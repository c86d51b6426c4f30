package clr

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

func TestLoneSurrogates(t *testing.T) {
	t.Parallel()
	const smile = "a😀b"
	high, err := SubstringCount(smile, 0, 2)
	if err != nil || Length(high) != 2 {
		t.Fatalf("half a pair has length %d, %v", Length(high), err)
	}
	low, err := Substring(smile, 2)
	if err != nil || Length(low) != 2 {
		t.Fatalf("half a pair has length %d, %v", Length(low), err)
	}
	if whole, err := Concat(nil, high, low); err != nil || whole != smile {
		t.Errorf("halves that meet are %q, %v", whole, err)
	}
	if got := WellFormed(high); got != "a\uFFFD" {
		t.Errorf("outside half a pair is %q", got)
	}
	if c, err := CharAt(smile, 2); err != nil || !c.IsLowSurrogate() {
		t.Errorf("unit 2 is %x, %v", c, err)
	}
	if got := FromUnits(Units(high)); got != high {
		t.Errorf("%q became %q", high, got)
	}
	half, err := Substring(high, 1)
	if err != nil {
		t.Fatal(err)
	}
	if i, err := IndexOf(smile, half, Ordinal); i != 1 || err != nil {
		t.Errorf("the first half is found at %d, %v", i, err)
	}
	if got, err := Replace(nil, smile, half, "x"); err != nil || Length(got) != 4 || !strings.HasPrefix(got, "ax") {
		t.Errorf("without its first half: %q, %v", got, err)
	}
	if parts, err := SplitChars(nil, smile, Units(half), NoLimit, SplitNone); err != nil || len(parts) != 2 || parts[0] != "a" || Length(parts[1]) != 2 {
		t.Errorf("split at a half: %q, %v", parts, err)
	}
}

func TestReplaceAndJoin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		s, old, replacement string
		comparison          StringComparison
		want                string
	}{
		{"banana", "an", "AN", Ordinal, "bANANa"},
		{"banana", "x", "y", Ordinal, "banana"},
		{"BANANA", "an", "-", OrdinalIgnoreCase, "B--A"},
		{"Äpfel äpfel", "äp", "x", InvariantCultureIgnoreCase, "xfel xfel"},
		{"abc", "b", "", Ordinal, "ac"},
	} {
		if got, err := ReplaceComparing(nil, tt.s, tt.old, tt.replacement, tt.comparison); got != tt.want || err != nil {
			t.Errorf("replace %q in %q: %q, %v, want %q", tt.old, tt.s, got, err, tt.want)
		}
	}
	if _, err := Replace(nil, "a", "", "b"); AsException(err) == nil {
		t.Error("an empty text cannot be replaced")
	}
	if got, err := Join(nil, ", ", []string{"a", "", "c"}); got != "a, , c" || err != nil {
		t.Errorf("joined: %q, %v", got, err)
	}
}

func TestSplitTrims(t *testing.T) {
	t.Parallel()
	got, err := SplitChars(nil, " a , , b ", []Char{','}, NoLimit, TrimEntries|RemoveEmptyEntries)
	if err != nil || strings.Join(got, "|") != "a|b" {
		t.Errorf("split: %q, %v", got, err)
	}
	if _, err := SplitChars(nil, "a", nil, -1, SplitNone); AsException(err) == nil {
		t.Error("a negative count is out of range")
	}
	if _, err := SplitChars(nil, "a", nil, 2, 8); AsException(err) == nil {
		t.Error("an unknown option is refused")
	}
	if got, err := SplitString(nil, "abc", "", NoLimit, SplitNone); err != nil || len(got) != 1 {
		t.Errorf("an empty separator split %q, %v", got, err)
	}
}

func TestLinguisticSearch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		s, value string
		want     int
	}{
		{"e\u0301t", "é", 0},
		{"xe\u0301t", "e", -1},
		{"co\u00ADop", "coop", 0},
		{"a\u200db", "b", 2},
		{"abc", "\u200d", 0},
	} {
		if got, err := IndexOf(tt.s, tt.value, InvariantCulture); got != tt.want || err != nil {
			t.Errorf("%q in %q at %d, %v, want %d", tt.value, tt.s, got, err, tt.want)
		}
	}
}

// TestASCIICollation holds the order that ASCII texts are compared by against the one that
// all others are.
func TestASCIICollation(t *testing.T) {
	t.Parallel()
	c := collate.New(language.Und)
	var texts []string
	for r := ' '; r < 0x7F; r++ {
		texts = append(texts, string(r), string(r)+"a", "a"+string(r), "A"+string(r)+"b")
	}
	for _, a := range texts {
		for _, b := range texts {
			if got, want := compareASCII(a, b, false), c.CompareString(a, b); got != want {
				t.Fatalf("%q and %q compare as %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestTextBudgets(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("a", 1<<16)
	for name, build := range map[string]func(b *Budget) error{
		"PadLeft":  func(b *Budget) error { _, err := PadLeft(b, "a", 1<<30, ' '); return err },
		"PadRight": func(b *Budget) error { _, err := PadRight(b, "a", 1<<30, ' '); return err },
		"Repeat":   func(b *Budget) error { _, err := Repeat(b, '€', 1<<30); return err },
		"Replace":  func(b *Budget) error { _, err := Replace(b, big, "a", big); return err },
		"Replace in comparison": func(b *Budget) error {
			_, err := ReplaceComparing(b, big, "A", big, OrdinalIgnoreCase)
			return err
		},
		"Join": func(b *Budget) error { _, err := Join(b, big, make([]string, 1<<12)); return err },
		"Split": func(b *Budget) error {
			_, err := SplitChars(b, strings.Repeat(",", 1<<20), []Char{','}, NoLimit, SplitNone)
			return err
		},
		"Format": func(b *Budget) error { _, err := Format(b, "{0,999999}", []any{int32(1)}); return err },
		"D":      func(b *Budget) error { _, err := FormatInt(b, 1, 32, "D999999999"); return err },
		"F":      func(b *Budget) error { _, err := FormatDouble(b, 1, "F999999999"); return err },
		"StringBuilder": func(b *Budget) error {
			return NewStringBuilder("").AppendRepeated(b, 'x', 1<<30)
		},
	} {
		var limit *LimitError
		if err := build(NewBudget(1 << 19)); !errors.As(err, &limit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkText(b *testing.B) {
	const s = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"
	run := func(name string, f func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("Length", func() error { _ = Length(s); return nil })
	run("Substring", func() error { _, err := Substring(s, 7); return err })
	run("StartsWith", func() error { _, err := StartsWith(s, "Bearer ", CurrentCulture); return err })
	run("IndexOf", func() error { _, err := IndexOf(s, "eyJzdWI", Ordinal); return err })
	run("EqualIgnoreCase", func() error { _ = EqualIgnoreCase(s, s); return nil })
	run("Concat", func() error { _, err := Concat(nil, "a", s, "b"); return err })
	run("Split", func() error { _, err := SplitChars(nil, s, []Char{'.'}, NoLimit, SplitNone); return err })
	run("ToLower", func() error { _ = ToLower(s); return nil })
	run("Format", func() error { _, err := Format(nil, "{0}-{1}", []any{"a", "b"}); return err })
	run("FormatInt", func() error { _, err := FormatInt(nil, 12345, 32, ""); return err })
	run("DoubleText", func() error { _ = DoubleText(1.5); return nil })
	run("Date", func() error { _, err := UnixEpoch.Format(nil, "o"); return err })
}
