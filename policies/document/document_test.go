package document_test

import (
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/document"
)

func parse(t *testing.T, text string, values document.NamedValues) (*document.Element, diag.List) {
	t.Helper()
	return document.Parse(diag.NewSource("policy.xml", text), values)
}

// good parses a document that has no mistakes.
func good(t *testing.T, text string, values document.NamedValues) *document.Element {
	t.Helper()
	root, list := parse(t, text, values)
	if len(list) > 0 {
		t.Fatalf("unexpected messages:\n%s", list)
	}
	return root
}

func TestOneExpressionInEveryEncoding(t *testing.T) {
	t.Parallel()
	const want = `@(context.Variables.GetValueOrDefault<int>("n, )", 0) < 2 && 'x' == "it's"[0])`
	encoded := strings.NewReplacer(`&`, "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;").Replace(want)
	numeric := strings.NewReplacer(`&`, "&#38;", `"`, "&#x22;", "<", "&#60;", ">", "&#62;", "'", "&#39;").Replace(want)
	half := strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(want)
	for name, text := range map[string]string{
		"bare":                         `<when condition="` + want + `"/>`,
		"entities":                     `<when condition="` + encoded + `"/>`,
		"entities in single quotes":    `<when condition='` + strings.ReplaceAll(encoded, "'", "&apos;") + `'/>`,
		"numeric entities":             `<when condition='` + numeric + `'/>`,
		"bare quotes, encoded rest":    `<when condition="` + half + `"/>`,
		"bare in single quotes":        `<when condition='` + want + `'/>`,
		"encoded < in single quotes":   `<when condition='` + strings.ReplaceAll(half, "'", "&apos;") + `'/>`,
		"spaces around and line ends":  "<when\n\tcondition =\r\n \" \n" + want + "\n \" />",
		"after one with bare brackets": `<a b="@(x < y)" condition="` + encoded + `"/>`,
	} {
		t.Run("attribute, "+name, func(t *testing.T) {
			t.Parallel()
			root := good(t, text, nil)
			a, ok := root.Attr("condition")
			if !ok {
				t.Fatal("no attribute")
			}
			if got := strings.TrimSpace(a.Value.String()); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if !document.IsExpression(a.Value) {
				t.Error("not taken for an expression")
			}
		})
	}
	for name, text := range map[string]string{
		"bare":                    `<value>` + want + `</value>`,
		"entities":                `<value>` + encoded + `</value>`,
		"numeric":                 `<value>` + numeric + `</value>`,
		"bare quotes":             `<value>` + half + `</value>`,
		"CDATA":                   `<value><![CDATA[` + want + `]]></value>`,
		"CDATA on lines":          "<value>\n  <![CDATA[" + want + "]]>\n</value>",
		"CDATA inside":            `<value>@(` + "<![CDATA[" + want[2:len(want)-1] + "]]>)</value>",
		"two CDATA":               `<value><![CDATA[` + want[:20] + `]]><![CDATA[` + want[20:] + `]]></value>`,
		"after a comment":         `<value><!-- "@( --> ` + want + `<!-- ) --></value>`,
		"spaces":                  "<value>\r\n\t\t" + want + "\r\n\t</value>",
		"after entity in comment": `<value><!-- &quot; &bogus; --> ` + want + `</value>`,
	} {
		t.Run("text, "+name, func(t *testing.T) {
			t.Parallel()
			root := good(t, text, nil)
			if got := strings.TrimSpace(root.Content.String()); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if !document.IsExpression(root.Content) {
				t.Error("not taken for an expression")
			}
		})
	}
}

func TestTree(t *testing.T) {
	t.Parallel()
	root := good(t, `<?xml version="1.0" encoding="utf-16"?>
<!-- what it does -->
<policies id='p'>
	<inbound>
		<base />
		<set-header name="X-A" exists-action="skip">
			<value>a &lt; b</value><!-- <no-element a="@(> -->
			<value><![CDATA[c &amp; <d>]]> &amp; e</value>
		</set-header>
		<?ignored <x> ?>
		<ns:odd-one xmlns:ns="urn:x" ns:a = "1"/>
	</inbound>
	<backend/>
</policies>
`, nil)
	if root.Name != "policies" || root.Parent != nil || len(root.Children) != 2 {
		t.Fatalf("root is %+v", root)
	}
	inbound, _ := root.Child("inbound")
	header, ok := inbound.Child("set-header")
	if !ok || header.Parent != inbound || len(header.Attributes) != 2 || len(header.Children) != 2 {
		t.Fatalf("set-header is %+v", header)
	}
	if got := header.Open.Text(); got != "set-header" {
		t.Errorf("Open is %q", got)
	}
	if got := header.Open.Position(); got != (diag.Position{Line: 6, Column: 4}) {
		t.Errorf("Open is at %v", got)
	}
	if got := header.Range.Text(); !strings.HasPrefix(got, `<set-header name="X-A"`) || !strings.HasSuffix(got, "</set-header>") {
		t.Errorf("Range is %q", got)
	}
	name, _ := header.Attr("name")
	if got := name.NameRange.Text() + "=" + name.Value.Whole().Text(); got != "name=X-A" {
		t.Errorf("attribute is %q", got)
	}
	if _, ok := header.Attr("no"); ok {
		t.Error("found an attribute that is not there")
	}
	if got := header.Children[0].Content.String(); got != "a < b" {
		t.Errorf("first value is %q", got)
	}
	if got := header.Children[1].Content.String(); got != "c &amp; <d> & e" {
		t.Errorf("second value is %q", got)
	}
	odd, ok := inbound.Child("ns:odd-one")
	if !ok {
		t.Fatal("no ns:odd-one")
	}
	if a, ok := odd.Attr("ns:a"); !ok || a.Value.String() != "1" {
		t.Errorf("ns:a is %v", a)
	}
	backend, _ := root.Child("backend")
	if got := backend.Range.Text(); got != "<backend/>" {
		t.Errorf("backend is %q", got)
	}
	if backend.Content.Len() != 0 || backend.Content.Whole().IsZero() {
		t.Error("an empty element has an empty text with a place")
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"line ends of a literal attribute are blanks", "<a x='1\r\n2\t3\n4'/>", "1 2 3 4"},
		{"line ends of an expression are kept", "<a x='@( // c\r\n1)'/>", "@( // c\n1)"},
		{"references to characters", `<a x="&#65;&#x42;&quot;&apos;&#xA;"/>`, "AB\"'\n"},
		{"a bare expression keeps entities in its strings", `<a x="@("a&amp;b" + (1 &lt; 2 &amp;&amp; c))"/>`, `@("a&amp;b" + (1 < 2 && c))`},
		{"an encoded one does not", `<a x="@(&quot;a&amp;b&quot; &lt; c)"/>`, `@("a&b" < c)`},
		{"nor one that is XML", `<a x='@("a&amp;b")'/>`, `@("a&b")`},
		{"a quote that is meant, in a bare string", `<a x="@("say &quot;hi&quot; &lt;b&gt;" + 1)"/>`, `@("say &quot;hi&quot; &lt;b&gt;" + 1)`},
		{"nested strings", `<a x="@($"{f("x>")}-{{}}" + @"c:\")" y=""/>`, `@($"{f("x>")}-{{}}" + @"c:\")`},
		{"a comment with an apostrophe", "<a x=\"@{\n // it's\n return 1; }\"/>", "@{\n // it's\n return 1; }"},
		{"query string", `<a x="@("a=1&b=2&lt=3")"/>`, `@("a=1&b=2&lt=3")`},
		{"at signs", `<a x="joe@example.org, @*, @"/>`, "joe@example.org, @*, @"},
		{"empty", `<a x=""/>`, ""},
		{"an apostrophe in double quotes", `<a x="it's"/>`, "it's"},
		{"closing bracket of a tag", `<a x="a > b"/>`, "a > b"},
		{"single quotes around characters", `<a x='@(s.Split(',')[0])'/>`, `@(s.Split(',')[0])`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, _ := good(t, tt.text, nil).Attr("x")
			if got := a.Value.String(); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, text, want string }{
		{"line ends", "<a>1\r\n2\r3\n</a>", "1\n2\n3\n"},
		{"bare expression", "<a>@{ if (a < b && c > d) { return \"</a>\"; } }</a>", "@{ if (a < b && c > d) { return \"</a>\"; } }"},
		{"markup in a string", `<a>@("<!-- x --><b/>")</a>`, `@("<!-- x --><b/>")`},
		{"child left out", "<a>1<b>2</b>3</a>", "13"},
		{"comment dropped", "<a>1<!--2-->3</a>", "13"},
		{"quotes", `<a>"it's"</a>`, `"it's"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := good(t, tt.text, nil).Content.String(); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestBareAmpersands(t *testing.T) {
	t.Parallel()
	root, list := parse(t, `<a x="/{shop}&{order}?City=a&State=b">grant_type=x&client_id={{id}} & more</a>`, document.NamedValues{"id": "7"})
	if list.HasErrors() || root == nil {
		t.Fatal(list)
	}
	x, _ := root.Attr("x")
	if got, want := x.Value.String(), "/{shop}&{order}?City=a&State=b"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := root.Content.String(), "grant_type=x&client_id=7 & more"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestIsExpression(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"@(a)": true, " \r\n\t@{return 1;}": true, "a": false, "": false, "@": false, "@*": false, "a @(b)": false, "@ (a)": false,
	} {
		if got := document.IsExpression(diag.Literal(text, diag.Range{})); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestNamedValues(t *testing.T) {
	t.Parallel()
	values := document.NamedValues{
		"limit": "10", "host": "example.org", "quoted": `say "hi" & <go>`, "Expr.1": `@(context.Variables["x"] != null && 1 < 2)`,
		"recursive": "{{limit}}", "half_": "context", "empty": "",
	}
	root := good(t, `<fragment a="{{limit}}" b="https://{{host}}/{{limit}}" c="{{quoted}}" d="{{Expr.1}}" e="{{recursive}}"
		f="@("{{limit}}" + {{limit}} + $"{x}{{host}}" + {{half_}}.Api)" g="@(&quot;{{host}}&quot;)" h="{{ limit }}{{}}{{{limit}}}" i="{{empty}}">
		{{host}}<!-- {{no-such}} --><![CDATA[{{limit}}]]>&lt;</fragment>`, values)
	for name, want := range map[string]string{
		"a": "10", "b": "https://example.org/10", "c": `say "hi" & <go>`, "d": values["Expr.1"], "e": "{{limit}}",
		"f": `@("10" + 10 + $"{x}example.org" + context.Api)`, "g": `@("example.org")`, "h": "{{ limit }}{{}}{10}", "i": "",
	} {
		a, _ := root.Attr(name)
		if got := a.Value.String(); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := strings.TrimSpace(root.Content.String()); got != "example.org10<" {
		t.Errorf("content is %q", got)
	}
	a, _ := root.Attr("d")
	if !document.IsExpression(a.Value) {
		t.Error("a named value that is an expression is not taken for one")
	}
	if got := a.Value.Range(3, 9).Text(); got != "{{Expr.1}}" {
		t.Errorf("a piece of a named value came from %q", got)
	}
	b, _ := root.Attr("f")
	at := strings.Index(b.Value.String(), "context")
	if got := b.Value.Range(at, at+len("context")).Text(); got != "{{half_}}" {
		t.Errorf("context came from %q", got)
	}
}

func TestLiquidKeepsItsBraces(t *testing.T) {
	t.Parallel()
	root := good(t, `<fragment><set-body template="liquid"><a b="{{body.b}}">{{body.c}} of {{host}} @(x)</a></set-body>
		<set-body template="liquid">{ "a": "{{context.Request.Method}}", "b": {{body.b | Size}} }</set-body></fragment>`,
		document.NamedValues{"host": "<example>"})
	if got, want := root.Children[0].XML().String(), `<a b="{{body.b}}">{{body.c}} of &lt;example&gt; @(x)</a>`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := root.Children[1].Content.String(), `{ "a": "{{context.Request.Method}}", "b": {{body.b | Size}} }`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestXMLIsAsWritten(t *testing.T) {
	t.Parallel()
	const inner = "\n<xsl:stylesheet xmlns:xsl='urn:x' a = \"&lt;\"><!-- {{host}} -->\r\n<xsl:template match=\"@*|node()\"/><![CDATA[<]]></xsl:stylesheet> "
	root := good(t, `<xsl-transform>`+inner+`</xsl-transform>`, document.NamedValues{"host": "h"})
	if got := root.XML().String(); got != inner {
		t.Errorf("got %q", got)
	}
	if got := root.XML().Slice(1, 15).Whole().Text(); got != "<xsl:styleshee" {
		t.Errorf("a piece came from %q", got)
	}
	root = good(t, `<a><b c="{{v}}"/><![CDATA[{{v}}]]></a>`, document.NamedValues{"v": `"<`})
	if got, want := root.XML().String(), `<b c="&quot;&lt;"/><![CDATA["<]]>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := good(t, `<a/>`, nil).XML().String(); got != "" {
		t.Errorf("nothing is %q", got)
	}
}
