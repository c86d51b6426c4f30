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
