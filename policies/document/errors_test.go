package document_test

import (
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/document"
)

func TestMistakes(t *testing.T) {
	t.Parallel()
	values := document.NamedValues{"Tenant-Id": "x", "limit": "10"}
	for _, tt := range []struct{ name, text, want string }{
		{"tags that do not match", "<policies>\n  <inbound>\n    <base>\n  </inbound>\n</policies>", `3:6: <base> is not closed before </inbound> [unclosed-tag]; write </base>, or close it at once: <base />; </inbound> is here`},
		{"no end tag", "<policies><inbound></policies>", `1:12: <inbound> is not closed before </policies> [unclosed-tag]; write </inbound>, or close it at once: <inbound />; </policies> is here`},
		{"an end tag too many", "<policies></inbound></policies>", `1:11: </inbound> does not close <policies> [unclosed-tag]; <policies> is opened here`},
		{"nothing after the end", "<a></a></b>", `1:8: </b> closes nothing [unclosed-tag]`},
		{"two roots", "<a/><b/>", `1:6: a second root element, <b> [malformed-xml]`},
		{"text outside", "<a/> x", `1:6: text outside of the root element [malformed-xml]`},
		{"empty", " \n", `1:1: the document is empty [malformed-xml]; a policy begins with <policies>, a fragment with <fragment>`},
		{"only text", "x", `1:1: text outside of the root element [malformed-xml]`},
		{"document type", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", `1:1: document type declarations are not allowed in a policy document [no-dtd]; remove it` + "\n" +
			`1:34: unknown entity &x; [no-dtd]; XML knows &amp; &lt; &gt; &quot; &apos; and numbers such as &#160;`},
		{"bare ampersand", `<a x="b&c">d & e</a>`, `1:8: warning: a bare & is not XML [malformed-xml]; write &amp;, as other tools will refuse the document` + "\n" +
			`1:14: warning: a bare & is not XML [malformed-xml]; write &amp;, as other tools will refuse the document`},
		{"bare less-than", `<a x="b<c">d < e</a>`, `1:8: < in an attribute value [malformed-xml]; write &lt;` + "\n" +
			`1:14: < in text [malformed-xml]; write &lt;`},
		{"unknown entity", `<a>&nbsp;&#0;</a>`, `1:4: unknown entity &nbsp; [no-dtd]; XML knows &amp; &lt; &gt; &quot; &apos; and numbers such as &#160;` + "\n" +
			`1:10: unknown entity &#0; [no-dtd]; XML knows &amp; &lt; &gt; &quot; &apos; and numbers such as &#160;`},
		{"attribute without value", `<a b c="d"/>`, `1:4: attribute b has no value [malformed-xml]; write b="…"`},
		{"attribute without quotes", `<a b=c/>`, `1:4: the value of attribute b is not in quotes [malformed-xml]; write b="…"`},
		{"attribute twice", `<a b="1" c="2" b="3"/>`, `1:16: attribute b is there twice [duplicate-attribute]`},
		{"attributes without white space", `<a b="1"c="2"/>`, `1:9: white space is missing before attribute c [malformed-xml]`},
		{"value without end", "<a b=\"1>\n<c/></a>", `1:6: the value of attribute b has no closing quote [malformed-xml]`},
		{"value without end before another", "<a b=\"1/>\n<c d=\"2\"/>", `1:6: the value of attribute b has no closing quote [malformed-xml]` + "\n" +
			`2:2: a second root element, <c> [malformed-xml]`},
		{"markup in a value", "<a b=\"<i>1</i>\"/>", `1:7: < in an attribute value [malformed-xml]; write &lt;` + "\n" +
			`1:11: < in an attribute value [malformed-xml]; write &lt;`},
		{"tag without end", "<a><b <c/></a>", `1:4: <b has no > [unclosed-tag]`},
		{"comment without end", "<a><!-- x </a>", `1:2: <a> is not closed [unclosed-tag]; write </a>, or close it at once: <a />` + "\n" +
			`1:4: comment without an end [malformed-xml]; it ends with -->`},
		{"dashes in a comment", "<a><!-- a -- b --></a>", `1:11: warning: XML does not allow -- inside a comment [malformed-xml]; other tools will refuse the document`},
		{"CDATA without end", "<a><![CDATA[ x </a>", `1:2: <a> is not closed [unclosed-tag]; write </a>, or close it at once: <a />` + "\n" +
			`1:4: CDATA section without an end [malformed-xml]; it ends with ]]>`},
		{"XML declaration inside", "<a><?xml version='1.0'?></a>", `1:4: an XML declaration stands only at the start of the document [malformed-xml]; to have one in a value, put the value into <![CDATA[ ]]>`},
		{"stray characters in a tag", `<a "b" c="d"/>`, `1:4: "b" in the tag <a> is no attribute [malformed-xml]`},
		{"curly quotes", `<a b=“c”/>`, `1:4: the value of attribute b is not in quotes [malformed-xml]; write b="…"`},
		{"control character", "<a>\x01</a>", `1:4: character U+0001 is not allowed in XML [malformed-xml]`},
		{"not UTF-8", "<a>\xff</a>", `1:4: the text is not UTF-8 [malformed-xml]; save the file as UTF-8`},
		{"CDATA end in text", "<a>]]></a>", `1:4: ]]> in text [malformed-xml]; write ]]&gt;`},

		{"expression without end in an attribute", `<a b="@(f("x")" c="1"/>`, `1:8: ( without its ) [expression-syntax]`},
		{"expression without end in text", "<a>\n<b>@{ if (x) { return 1; }</b>\n<c/></a>", `2:5: { without its } [expression-syntax]`},
		{"string without end", `<a b="@(f("x) )" c="1"/>`, `1:11: string without an end on its line [expression-literal]; a " inside of the string is written \"; a string over lines is written @"…"`},
		{"text after an expression", `<a b="@(x)/y">@(z) w</a>`, `1:11: text after the end of the expression [expression-syntax]; let the expression be the whole value, such as @("text " + …) or @($"text {…}")` + "\n" +
			`1:20: text after the end of the expression [expression-syntax]; let the expression be the whole value, such as @("text " + …) or @($"text {…}")`},
		{"two expressions", `<a b="@(x)@(y["z"])"/>`, `1:11: text after the end of the expression [expression-syntax]; let the expression be the whole value, such as @("text " + …) or @($"text {…}")`},
		{"expression in other text", `<a b="Bearer @(x)">Bearer @(y)</a>`, `1:14: warning: an expression inside of other text is not evaluated [mixed-expression]; let the expression be the whole value, such as @("text " + …) or @($"text {…}")` + "\n" +
			`1:27: warning: an expression inside of other text is not evaluated [mixed-expression]; let the expression be the whole value, such as @("text " + …) or @($"text {…}")`},
		{"bare expression in other text", `<a b="Bearer @(x["y"])" c="1"/>`, `1:14: an expression inside of other text is not evaluated [mixed-expression]; let the expression be the whole value, such as @("text " + …) or @($"text {…}")`},
		{"comment in an expression", `<a>@(x <!-- y --> + z</a>`, `1:5: ( without its ) [expression-syntax]`},

		{"unknown named value", `<a b="{{Tenant-ID}}" c="{{limits}}">{{nothing-like-it}}</a>`, `1:7: there is no named value "Tenant-ID" [unknown-named-value]; did you mean "Tenant-Id"?` + "\n" +
			`1:25: there is no named value "limits" [unknown-named-value]; did you mean "limit"?` + "\n" +
			`1:37: there is no named value "nothing-like-it" [unknown-named-value]; define it, or write the braces with a blank between if text is meant`},
		{"unknown named value in an expression", "<a b=\"@(\n\t&quot;{{limt}}&quot;)\"/>", `2:8: there is no named value "limt" [unknown-named-value]; did you mean "limit"?`},
		{"named value in a name", `<a {{limit}}="1"/>`, `1:4: {{limit}}="1" in the tag <a> is no attribute [malformed-xml]`},

		{"all at once", "<a b='1' b='2'>\n\t<c d=\"@(\" e=\"{{no}}\">x & y</c>\n\t<f>@(1 +)) </f>\n</a>", `1:10: attribute b is there twice [duplicate-attribute]` + "\n" +
			`2:10: expression expected [expression-syntax]` + "\n" +
			`2:15: there is no named value "no" [unknown-named-value]; define it, or write the braces with a blank between if text is meant` + "\n" +
			`2:25: warning: a bare & is not XML [malformed-xml]; write &amp;, as other tools will refuse the document` + "\n" +
			`3:10: expression expected [expression-syntax]` + "\n" +
			`3:11: text after the end of the expression [expression-syntax]; let the expression be the whole value, such as @("text " + …) or @($"text {…}")`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, list := parse(t, tt.text, values)
			var lines []string
			for _, d := range list {
				line := strings.TrimPrefix(d.Error(), "policy.xml:")
				if d.Help != "" {
					line += "; " + d.Help
				}
				for _, r := range d.Related {
					line += "; " + r.Message
				}
				lines = append(lines, line)
			}
			if got := strings.Join(lines, "\n"); got != tt.want {
				t.Errorf("%s\n=> %s\nwant %s", tt.text, got, tt.want)
			}
		})
	}
}
