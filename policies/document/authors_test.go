package document_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/expression"
)

var named = document.NamedValues{
	"client": "me", "secret": "s/e", "limit": "10", "host": "example.org", "retry-when": `@(context.Response.StatusCode >= 500)`,
}

func orders(tb testing.TB) string {
	tb.Helper()
	text, err := os.ReadFile("testdata/orders.xml")
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// TestWhatAuthorsWrite reads a document with all that is in the wild, in both line ends:
// every expression in it must be good C#.
func TestWhatAuthorsWrite(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"LF": orders(t), "CRLF": strings.ReplaceAll(orders(t), "\n", "\r\n"), "BOM": "\uFEFF" + orders(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := good(t, text, named)
			expressions := 0
			walk(root, func(e *document.Element) {
				for _, a := range e.Attributes {
					expressions += syntaxOf(t, a.Value)
				}
				expressions += syntaxOf(t, e.Content)
			})
			if expressions != 8 {
				t.Errorf("found %d expressions", expressions)
			}
			header := root.Children[0].Children[3].Children[0].Children[0].Children[0]
			if got, want := header.Content.String(), `@("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{Uri.EscapeDataString("s/e")}")))`; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			envelope, _ := root.Children[2].Child("set-body")
			if got := envelope.XML().String(); !strings.Contains(got, `<order id="{{body.order.id}}" limit="10">{{ body.order.name | Upcase }}</order>`) {
				t.Errorf("liquid body is %s", got)
			}
		})
	}
}

func walk(e *document.Element, visit func(*document.Element)) {
	visit(e)
	for _, c := range e.Children {
		walk(c, visit)
	}
}

func syntaxOf(t *testing.T, text diag.Text) int {
	t.Helper()
	if !document.IsExpression(text) {
		return 0
	}
	if list := expression.Syntax(text); len(list) > 0 {
		t.Error(list)
	}
	return 1
}

func TestLimits(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 257<<10)
	for _, tt := range []struct {
		name, text string
		code       diag.Code
	}{
		{"policy of 257 KiB", "<policies>" + big + "</policies>", document.TooLarge},
		{"fragment of 257 KiB", "<fragment>" + big + "</fragment>", ""},
		{"fragment of 514 KiB", "<fragment>" + big + big + "</fragment>", document.TooLarge},
		{"256 levels", strings.Repeat("<a>", 256) + strings.Repeat("</a>", 256), ""},
		{"257 levels", strings.Repeat("<a>", 257) + strings.Repeat("</a>", 257), document.TooDeep},
		{"values of values", "<fragment>" + strings.Repeat("{{v}}", 5000) + "</fragment>", document.TooLarge},
		{"brackets without end", "<a>" + strings.Repeat(`<b c="@("/>`, 20_000) + "</a>", document.UnclosedExpression},
		{"deep expressions without end", "<fragment>" + strings.Repeat(`<b>@((</b>`, 20_000) + "</fragment>", document.UnclosedExpression},
		{"quotes without end", "<fragment>" + strings.Repeat("<b c=\"1>\n<b c='2/>\n", 10_000) + "</fragment>", document.MalformedXML},
		{"expressions in text", "<fragment>" + strings.Repeat(`@(`, 50_000) + strings.Repeat(`)`, 50_000) + "</fragment>", ""},
		{"expressions in a value", "<fragment a=' " + strings.Repeat(`@(`, 50_000) + strings.Repeat(`)`, 50_000) + "'/>", ""},
		{"expressions in a literal", "<fragment a='x" + strings.Repeat(`@(`, 50_000) + strings.Repeat(`)`, 50_000) + "'/>", document.MixedExpression},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, list := parse(t, tt.text, document.NamedValues{"v": strings.Repeat("v", 4096)})
			if len(list) > 200 && tt.code != document.MalformedXML {
				t.Errorf("%d messages", len(list))
			}
			if tt.code == "" {
				if len(list) > 0 {
					t.Error(list)
				}
				return
			}
			for _, d := range list {
				if d.Code == tt.code {
					return
				}
			}
			t.Errorf("%d messages, none of them %s", len(list), tt.code)
		})
	}
}

// FuzzParse wants the tree of any text to lie inside of it, elements inside of their
// parents, and a mistake to be told whenever there is no tree.
func FuzzParse(f *testing.F) {
	f.Add(orders(f))
	for _, s := range []string{
		`<a b="@("c")">@{ return 1 &lt; 2; }</a>`, `<a b='@(x &amp;&amp; "&quot;")'/>`, `<a><![CDATA[@(b]]>&#65;)</a>`, `<a>{{limit}}<!-- -- --></a>`,
		"<a b=\"1>\n<c d='2'/>", `<!DOCTYPE a []><a>&b;</a>`, `<a b="x @("y")"/>`, `<?xml version="1.0"?><a/>`, `<set-body template="liquid">{{x}}</set-body>`,
		`<a b="@(" c="@{"`, `<a>@(<!-- -->)</a>`, "<a\tb\r\n=\n'\r\n'/>", `<a></b></a>`, `<a b=c "d" e/>`, `<a>]]></a>`, "\uFEFF<a/>", "<a/>\u00e9", "<a b=\"@{{limit}}\">user@{{host}}</a>", "<a>@(<![CDATA[x]]>)</a>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, list := document.Parse(diag.NewSource("p", text), named)
		for _, d := range list {
			if d.Range.Start < 0 || d.Range.End > len(text) || d.Range.Start > d.Range.End {
				t.Fatalf("bad range in %+v", d)
			}
		}
		_ = list.String()
		if root == nil {
			if !list.HasErrors() {
				t.Fatal("no tree and no error")
			}
			return
		}
		walk(root, func(e *document.Element) {
			if e.Open.Text() != e.Name {
				t.Errorf("<%s> is %q in the text", e.Name, e.Open.Text())
			}
			if p := e.Parent; p != nil && (e.Range.Start < p.Range.Start || e.Range.End > p.Range.End) {
				t.Errorf("<%s> is not inside of <%s>", e.Name, p.Name)
			}
			for _, a := range e.Attributes {
				if a.NameRange.Text() != a.Name {
					t.Errorf("attribute %s is %q in the text", a.Name, a.NameRange.Text())
				}
				inside(t, e, a.Value)
			}
			inside(t, e, e.Content)
			inside(t, e, e.XML())
		})
	})
}

func inside(t *testing.T, e *document.Element, text diag.Text) {
	t.Helper()
	if r := text.Whole(); r.Start < e.Range.Start || r.End > e.Range.End || r.Start > r.End {
		t.Errorf("%q of <%s> comes from %d to %d, the element is from %d to %d", text, e.Name, r.Start, r.End, e.Range.Start, e.Range.End)
	}
	for i := range text.Len() {
		r := text.Range(i, i+1)
		if r.Start < e.Range.Start || r.End > e.Range.End {
			t.Fatalf("byte %d of %q comes from outside", i, text)
		}
		if got := r.Text(); len(got) == 1 && got != text.String()[i:i+1] && !strings.ContainsAny(got, "\r\n\t") {
			t.Fatalf("byte %d of %q comes from %q", i, text, got)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	text := orders(b)
	large := []byte("<fragment>")
	for len(large) < 200<<10 {
		large = append(large, strings.TrimPrefix(text[strings.Index(text, "<policies>"):], "\n")...)
	}
	large = append(large, "</fragment>"...)
	for _, bb := range []struct{ name, text string }{
		{"small", `<policies><inbound><base /><set-header name="a"><value>@("b")</value></set-header></inbound></policies>`},
		{"orders", text},
		{"large", string(bytes.TrimSpace(large))},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(bb.text)))
			b.ReportAllocs()
			for b.Loop() {
				if root, _ := document.Parse(diag.NewSource("p", bb.text), named); root == nil {
					b.Fatal("no tree")
				}
			}
		})
	}
}
