package diag

import "testing"

func TestTextPointsAtWhatWasWritten(t *testing.T) {
	src := NewSource("p.xml", "say &quot;{{who}}&quot; now")
	whole := NewText(src)
	var b Builder
	b.Append(whole.Slice(0, 4))
	b.Replace(`"`, src.Range(4, 10))
	b.Replace("the whole world", src.Range(10, 17))
	b.Replace(`"`, src.Range(17, 23))
	b.Append(whole.Slice(23, whole.Len()))
	text := b.Text(Range{})
	if got, want := text.String(), `say "the whole world" now`; got != want {
		t.Fatalf("text is %q, want %q", got, want)
	}
	for _, tt := range []struct {
		start, end int
		want       string
	}{
		{0, 3, "say"},
		{4, 5, "&quot;"},
		{9, 14, "{{who}}"},
		{4, 21, "&quot;{{who}}&quot;"},
		{22, 25, "now"},
	} {
		if got := text.Range(tt.start, tt.end).Text(); got != tt.want {
			t.Errorf("%q came from %q, want %q", text.String()[tt.start:tt.end], got, tt.want)
		}
	}
	if got := text.Slice(5, 20).Slice(4, 9).Whole().Text(); got != "{{who}}" {
		t.Errorf("a slice of a slice came from %q", got)
	}
	if got := text.Slice(22, 25).Slice(1, 3).Whole().Text(); got != "ow" {
		t.Errorf("a slice of a verbatim piece came from %q", got)
	}
	if got := text.Slice(21, 25).TrimSpace().Whole().Text(); got != "now" {
		t.Errorf("trimmed text came from %q", got)
	}
}

func TestDiagnosticShowsTheLine(t *testing.T) {
	src := NewSource("apis/orders/policy.xml", "<policies>\n\t<set-header name=\"x-id\" exist-action=\"skip\">\n")
	var l List
	l.Errorf(src.Range(36, 48), "unknown-attribute", "unknown attribute %q on <set-header>", "exist-action")
	l[0].Help = `did you mean "exists-action"?`
	want := `apis/orders/policy.xml:2:26: unknown attribute "exist-action" on <set-header> [unknown-attribute]
    2 |  <set-header name="x-id" exist-action="skip">
      |                          ^^^^^^^^^^^^
   did you mean "exists-action"?
`
	got := l[0].String()
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestListIsSortedAndSaidOnce(t *testing.T) {
	a, b := NewSource("a", "xyz"), NewSource("b", "xyz")
	var l List
	l.Errorf(b.Range(0, 1), "c", "third")
	l.Warnf(a.Range(2, 3), "c", "second")
	l.Errorf(a.Range(0, 1), "c", "first")
	l.Errorf(b.Range(0, 1), "c", "third")
	l.Sort()
	if len(l) != 3 || l[0].Message != "first" || l[1].Message != "second" || l[2].Message != "third" {
		t.Fatalf("sorted list is %v", l)
	}
	if l.Err() == nil || List(l[1:2]).Err() != nil {
		t.Error("only errors make an error")
	}
}
