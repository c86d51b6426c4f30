package linqxml

import (
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

func mustName(t *testing.T, s string) XName {
	t.Helper()
	n, err := ParseName(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func mustParse(t *testing.T, s string) *XElement {
	t.Helper()
	e, err := ParseElement(nil, s, DropWhiteSpace)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func element(t *testing.T, name string, items ...any) *XElement {
	t.Helper()
	e, err := NewElement(nil, mustName(t, name), items...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func attribute(t *testing.T, name string, v any) *XAttribute {
	t.Helper()
	a, err := NewAttribute(mustName(t, name), v)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

type list []any

func (l list) Items() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, v := range l {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func date(t *testing.T, kind clr.DateTimeKind) clr.DateTime {
	t.Helper()
	d, err := clr.NewDateTime(2020, 1, 2, 3, 4, 5, 0, kind)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestWrite has what .NET writes for trees that are made by hand.
func TestWrite(t *testing.T) {
	t.Parallel()
	x, y := "{urn:x}", "{urn:y}"
	instruction, err := NewProcessingInstruction("t", "d")
	if err != nil {
		t.Fatal(err)
	}
	document, err := NewDocument(nil, &XDeclaration{Version: "1.0"}, NewComment("c"), element(t, "r", element(t, "s")))
	if err != nil {
		t.Fatal(err)
	}
	inner := func(text string) *XElement {
		for e := range Elements(mustParse(t, text)) {
			return e
		}
		return nil
	}
	for _, tc := range []struct {
		name string
		o    Object
		want string
	}{
		{"namespace after attributes", element(t, x+"a", attribute(t, "x", int32(1))), `<a x="1" xmlns="urn:x" />`},
		{
			"namespaces inside", element(t, x+"a", element(t, x+"b"), element(t, "c"), element(t, y+"d", attribute(t, x+"q", true))),
			"<a xmlns=\"urn:x\">\n  <b />\n  <c xmlns=\"\" />\n  <d p2:q=\"true\" xmlns:p2=\"urn:x\" xmlns=\"urn:y\" />\n</a>",
		},
		{
			"generated prefixes", element(t, "a", attribute(t, x+"x", int32(1)), attribute(t, y+"y", int32(2)), element(t, "b", attribute(t, x+"z", int32(3)))),
			"<a p1:x=\"1\" p2:y=\"2\" xmlns:p2=\"urn:y\" xmlns:p1=\"urn:x\">\n  <b p1:z=\"3\" />\n</a>",
		},
		{
			"declared prefix", element(t, x+"a", attribute(t, "{"+xmlnsURI+"}p", "urn:x"), element(t, x+"b", attribute(t, x+"k", "v"))),
			"<p:a xmlns:p=\"urn:x\">\n  <p:b p:k=\"v\" />\n</p:a>",
		},
		{
			"values", element(t, "a", 1.5, true, date(t, clr.KindUTC), nil, list{"x", "y"}, 1.0, 1e20, float32(0.1), clr.DecimalFromInt(12), clr.Guid{}, clr.TimeSpan(90*clr.TicksPerSecond)),
			"<a>1.5true2020-01-02T03:04:05Zxy11E+200.11200000000-0000-0000-0000-000000000000PT1M30S</a>",
		},
		{"empty texts around", element(t, "a", "", element(t, "b"), ""), "<a>\n  <b />\n</a>"},
		{"empty text", element(t, "a", ""), "<a></a>"},
		{"empty text node", element(t, "a", NewText("")), "<a></a>"},
		{"null", element(t, "a", nil), "<a />"},
		{"other nodes", element(t, "a", NewComment("c"), NewCData("x]]>y"), instruction), "<a>\n  <!--c--><![CDATA[x]]]]><![CDATA[>y]]><?t d?></a>"},
		{"document", document, "<!--c-->\n<r>\n  <s />\n</r>"},
		{"mixed content", element(t, "a", list{element(t, "b"), "t", attribute(t, "c", "d")}), "<a c=\"d\">\n  <b />t</a>"},
		{"line ends", element(t, "a", "x\r\ny\rz"), "<a>x\ny\nz</a>"},
		{"a char", element(t, "a", clr.Char('c')), "<a>c</a>"},
		{"dates", element(t, "a", date(t, clr.KindUnspecified)), "<a>2020-01-02T03:04:05</a>"},
		{"inherited default namespace", inner("<a xmlns='u'><b/></a>"), `<b xmlns="u" />`},
		{"inherited prefix", inner("<p:a xmlns:p='u'><p:b q='1'/></p:a>"), `<p:b q="1" xmlns:p="u" />`},
		{"attribute", attribute(t, "a", "<\"'>&\n"), `a="&lt;&quot;'&gt;&amp;&#xA;"`},
		{"qualified attribute", attribute(t, x+"a", "x"), `p0:a="x"`},
		{"text", NewText("a<b"), "a&lt;b"},
		{"comment", NewComment("x"), "<!--x-->"},
		{"declaration", nil, `<?xml version="1.0" encoding="utf-8"?>`},
	} {
		if tc.o == nil {
			if got := (&XDeclaration{Version: "1.0", Encoding: "utf-8"}).ToString(); got != tc.want {
				t.Errorf("%s: %s", tc.name, got)
			}
			continue
		}
		if got := tc.o.ToString(); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, got, tc.want)
		}
	}
}

// TestChange changes one tree step by step, as it was done in .NET.
func TestChange(t *testing.T) {
	t.Parallel()
	e := mustParse(t, "<a>x<b/>y</a>")
	check := func(err error, want string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if got := e.ToString(); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
	child := func(name string) *XElement { return Element(e, mustName(t, name)) }
	check(Add(nil, e, "z"), "<a>x<b />yz</a>")
	check(errors.Join(e.SetElementValue(nil, mustName(t, "q"), int32(5)), e.SetElementValue(nil, mustName(t, "b"), nil), e.SetAttributeValue(mustName(t, "t"), true)),
		`<a t="true">xyz<q>5</q></a>`)
	check(AddFirst(nil, e, element(t, "first"), "tx"), "<a t=\"true\">\n  <first />txxyz<q>5</q></a>")
	check(AddAfterSelf(nil, child("first"), "A", element(t, "n")), "<a t=\"true\">\n  <first />A<n />txxyz<q>5</q></a>")
	check(ReplaceWith(nil, child("n"), element(t, "m", "1"), "2"), "<a t=\"true\">\n  <first />A<m>1</m>2txxyz<q>5</q></a>")
	check(ReplaceNodes(nil, e, "x", element(t, "k")), `<a t="true">x<k /></a>`)
	e.RemoveAll()
	check(nil, "<a />")
	check(e.SetValue(nil, "v"), "<a>v</a>")
	check(e.SetValue(nil, ""), "<a></a>")
}

// TestCopies puts nodes and attributes that have a parent into other trees.
func TestCopies(t *testing.T) {
	t.Parallel()
	from := mustParse(t, "<a k='1'><b><c/></b></a>")
	to := element(t, "z", Element(from, mustName(t, "b")), from.Attribute(mustName(t, "k")))
	if got, _ := Text(nil, to, DisableFormatting); got != `<z k="1"><b><c /></b></z>` {
		t.Error(got)
	}
	if got, _ := Text(nil, from, DisableFormatting); got != `<a k="1"><b><c /></b></a>` {
		t.Error(got)
	}
	if err := Add(nil, from, from); err != nil {
		t.Fatal(err)
	}
	if got, _ := Text(nil, from, DisableFormatting); got != `<a k="1"><b><c /></b><a k="1"><b><c /></b></a></a>` {
		t.Error("an element added to itself is copied: ", got)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	name := func(s string) error { _, err := ParseName(s); return err }
	make := func(items ...any) error { _, err := NewElement(nil, XName{local: "a"}, items...); return err }
	document := func(items ...any) error { _, err := NewDocument(nil, items...); return err }
	_, nothing := NewAttribute(XName{local: "a"}, nil)
	for _, tc := range []struct {
		err  error
		want string
	}{
		{name("a b"), "!XmlException: The ' ' character, hexadecimal value 0x20, cannot be included in a name."},
		{name(""), "!ArgumentException: '' is an invalid expanded name."},
		{name("{a"), "!ArgumentException: '{a' is an invalid expanded name."},
		{name("{a}"), "!ArgumentException: '{a}' is an invalid expanded name."},
		{name("{}a"), "!ArgumentException: '{}a' is an invalid expanded name."},
		{make(attribute(t, "x", "1"), attribute(t, "x", "2")), "!InvalidOperationException: Duplicate attribute."},
		{document(element(t, "a"), element(t, "b")), "!InvalidOperationException: This operation would create an incorrectly structured document."},
		{document("x"), "!ArgumentException: Non-whitespace characters cannot be added to content."},
		{make(&XDocument{}), "!ArgumentException: A node of type Document cannot be added to content."},
		{Remove(element(t, "a")), "!InvalidOperationException: The parent is missing."},
		{AddAfterSelf(nil, element(t, "a"), "x"), "!InvalidOperationException: The parent is missing."},
		{ReplaceWith(nil, element(t, "a"), "x"), "!InvalidOperationException: The parent is missing."},
		{nothing, "!ArgumentNullException: Value cannot be null. (Parameter 'value')"},
	} {
		if got := outcome("no failure", tc.err); got != tc.want {
			t.Errorf("\n got %s\nwant %s", got, tc.want)
		}
	}
	_, err := Text(nil, element(t, "a", "\x01"), Indented)
	if got := outcome("", err); got != "!ArgumentException: '\x01', hexadecimal value 0x01, is an invalid character." {
		t.Error(got)
	}
}

func TestConversions(t *testing.T) {
	t.Parallel()
	show := func(v any, err error) string { return outcome(clr.ToString(v), err) }
	box := func(f func(string) (any, error), s string) string { return show(f(s)) }
	boolean := func(s string) (any, error) { return ToBoolean(s) }
	integer := func(s string) (any, error) { n, err := ToInteger(s, clr.Int32Type); return int32(n), err }
	double := func(s string) (any, error) { return ToDouble(s) }
	span := func(s string) (any, error) { return ToTimeSpan(s) }
	moment := func(s string) (any, error) {
		d, err := ToDateTime(s)
		if err != nil {
			return nil, err
		}
		return d.Format(nil, "o")
	}
	for _, tc := range []struct{ got, want string }{
		{box(boolean, "1"), "True"},
		{box(boolean, " False "), "False"},
		{box(boolean, "x"), "!FormatException: The string 'x' is not a valid Boolean value."},
		{box(integer, " 12 "), "12"},
		{box(integer, "x"), "!FormatException: The input string 'x' was not in a correct format."},
		{box(double, "-INF"), "-Infinity"},
		{box(span, "P1DT2H3M4.5S"), "1.02:03:04.5000000"},
		{box(span, "x"), "!FormatException: The string 'x' is not a valid TimeSpan value."},
		{box(moment, "2020-01-02T03:04:05+02:00"), "2020-01-02T01:04:05.0000000+00:00"},
		{box(moment, "2020-01-02T03:04:05Z"), "2020-01-02T03:04:05.0000000Z"},
		{box(moment, "2020-01-02"), "2020-01-02T00:00:00.0000000"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %s, want %s", tc.got, tc.want)
		}
	}
}

func TestNavigate(t *testing.T) {
	t.Parallel()
	d, err := ParseDocument(nil, "<?xml version='1.0'?><!--x--><a xmlns:p='urn:p'><p:b i='1'>t</p:b><c/><p:b/></a>", DropWhiteSpace)
	if err != nil {
		t.Fatal(err)
	}
	root := d.Root()
	b := mustName(t, "{urn:p}b")
	var names []string
	for e := range Descendants(d) {
		names = append(names, e.Name().ToString())
	}
	if got := strings.Join(names, " "); got != "a {urn:p}b c {urn:p}b" {
		t.Error(got)
	}
	first := Element(root, b)
	if Next(first).(*XElement).Name().LocalName() != "c" || Previous(first) != nil || Document(first) != d || first.Parent() != root {
		t.Error("neighbours and parents")
	}
	if p, ok := first.PrefixOfNamespace(Namespace("urn:p")); !ok || p != "p" {
		t.Errorf("prefix %q", p)
	}
	if d.Declaration().Version != "1.0" || root.Value() != "t" {
		t.Error("declaration or value")
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	var limit *clr.LimitError
	if _, err := ParseElement(clr.NewBudget(1000), "<a>"+strings.Repeat("<b/>", 100)+"</a>", DropWhiteSpace); !errors.As(err, &limit) {
		t.Errorf("parsing beyond the budget: %v", err)
	}
	e := mustParse(t, "<a><b/></a>")
	b := clr.NewBudget(1 << 20)
	for range 60 {
		if err := Add(b, e, e); err != nil {
			if !errors.As(err, &limit) {
				t.Error(err)
			}
			return
		}
	}
	t.Error("doubling a tree did not end")
}

func FuzzParse(f *testing.F) {
	f.Add("<a x='1'><!--c--><b>t&amp;</b><![CDATA[x]]></a>")
	f.Add("<?xml version='1.0'?><p:a xmlns:p='u'/>")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseElement(nil, text, PreserveWhiteSpace)
		if err != nil {
			if clr.AsException(err) == nil && !strings.Contains(err.Error(), "nested") {
				t.Fatal(err)
			}
			return
		}
		printed, err := Text(nil, e, DisableFormatting)
		if err != nil {
			return
		}
		again, err := ParseElement(nil, printed, PreserveWhiteSpace)
		if err != nil {
			t.Fatalf("%q printed as %q does not parse: %v", text, printed, err)
		}
		if second, _ := Text(nil, again, DisableFormatting); second != printed {
			t.Fatalf("%q printed as %q and then as %q", text, printed, second)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	var s strings.Builder
	s.WriteString("<orders>")
	for range 8 {
		s.WriteString("<order id=\"1001\"><name>Item &amp; more</name><price>1.25</price></order>\n")
	}
	s.WriteString("</orders>")
	b.SetBytes(int64(s.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseElement(nil, s.String(), DropWhiteSpace); err != nil {
			b.Fatal(err)
		}
	}
}
