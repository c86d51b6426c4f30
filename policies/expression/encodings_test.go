package expression_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/expression"
	"github.com/apimgw/apimgw/policies/expression/internal/oracle"
)

// An encoding is a way to write an expression into a document.
type encoding struct {
	name  string
	write func(source string) string
	// takes tells which expressions can be written so; nil takes all.
	takes func(source string) bool
}

var (
	entities = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;", "'", "&apos;")
	numeric  = strings.NewReplacer("&", "&#38;", `"`, "&#x22;", "<", "&#60;", ">", "&#x3E;", "'", "&#39;")
	half     = strings.NewReplacer("&", "&amp;", "<", "&lt;")
)

// withoutAmpersand: in a text that is XML as it stands an & is one of XML.
func withoutAmpersand(source string) bool { return !strings.Contains(source, "&") }

// plainLiterals: the literals of an expression with bare quotes are taken as they are.
func plainLiterals(source string) bool {
	plain := true
	expression.Scan(source, 0, func(start, end int) { plain = plain && !strings.ContainsAny(source[start:end], "&<") })
	return plain
}

var encodings = []encoding{
	{name: "attribute, bare", write: func(s string) string { return `<e a="` + s + `"/>` }, takes: func(s string) bool { return strings.Contains(s, `"`) }},
	{name: "attribute, entities", write: func(s string) string { return `<e a="` + entities.Replace(s) + `"/>` }},
	{name: "attribute, numeric entities", write: func(s string) string { return `<e a='` + numeric.Replace(s) + `'/>` }},
	{name: "attribute, bare quotes", write: func(s string) string { return `<e a="` + half.Replace(s) + `"/>` }, takes: plainLiterals},
	{name: "attribute, single quotes", write: func(s string) string { return `<e a='` + strings.ReplaceAll(half.Replace(s), "'", "&apos;") + `'/>` }},
	{name: "text, bare", write: func(s string) string { return `<e>` + s + `</e>` }, takes: withoutAmpersand},
	{name: "text, entities", write: func(s string) string { return `<e>` + entities.Replace(s) + `</e>` }},
	{name: "text, needed entities", write: func(s string) string { return `<e>` + half.Replace(s) + `</e>` }},
	{name: "CDATA", write: func(s string) string { return `<e><![CDATA[` + s + `]]></e>` }, takes: func(s string) bool { return !strings.Contains(s, "]]>") }},
	{name: "CDATA on lines", write: func(s string) string { return "<e>\n  <![CDATA[" + s + "]]>\n</e>" }, takes: func(s string) bool { return !strings.Contains(s, "]]>") }},
}

// spices are literals and comments that look like something of XML.
var spices = []string{
	`"<a b='c'>"`, `"it's \"x\" )"`, `@"q""q>"`, `"]]>"`, `"-->"`, `"&amp; &lt;"`, `"&quot;"`, `"a&b"`, `"}@(@{"`, `$"{"x" + ">"}<"`, `"/* "`, `"\\"`, `"<!-- "`, `"</e>"`,
	`"\u003c" /* ) " */`, `"é😀"`, `'"'.ToString()`, `'\''.ToString()`,
}

// expressions makes generated expressions whose literals are hard to read in XML.
func expressions(n int) []string {
	random := rand.New(rand.NewPCG(7, 7))
	out := make([]string, n)
	for i := range out {
		source := oracle.NewGenerator(uint64(i)).Expression(1 + i%5).String()
		if !strings.HasPrefix(source, "@{") {
			source = "@(" + source + ")"
		}
		if random.IntN(3) == 0 {
			source = strings.ReplaceAll(source, "; ", ";\n\t")
		}
		for _, plain := range []string{`"abc"`, `" x "`, `"b"`} {
			source = strings.ReplaceAll(source, plain, spices[random.IntN(len(spices))])
		}
		out[i] = source
	}
	return out
}

// braces keeps {{x}} of generated texts as it is.
var braces = document.NamedValues{"x": "{{x}}"}

// read returns what a document has as its expression.
func read(t *testing.T, text string) diag.Text {
	t.Helper()
	root, list := document.Parse(diag.NewSource("p.xml", text), braces)
	if root == nil || list.HasErrors() {
		t.Fatalf("%s\n%s", text, list)
	}
	if a, ok := root.Attr("a"); ok {
		return a.Value
	}
	return root.Content.TrimSpace()
}

// TestExpressionsAreReadAlikeInEveryEncoding: what is compiled of a document is what was
// written, in whatever way, and every mistake in it is shown inside of the expression.
func TestExpressionsAreReadAlikeInEveryEncoding(t *testing.T) {
	t.Parallel()
	for _, source := range expressions(300) {
		wrong := "@((" + strings.TrimPrefix(source, "@(") + ".Nowhere_1())"
		if strings.HasPrefix(source, "@{") {
			wrong = "@{ Nowhere_1();" + strings.TrimPrefix(source, "@{")
		}
		for _, e := range encodings {
			if e.takes != nil && !e.takes(source) {
				continue
			}
			if got := read(t, e.write(source)).String(); got != source {
				t.Fatalf("%s\n got %s\nwant %s", e.name, got, source)
			}
			text := read(t, e.write(wrong))
			_, list := expression.Compile(text, expression.Any, expression.Options{})
			requirePlaces(t, e.name, text, list)
		}
	}
}

// requirePlaces wants every message inside of the expression, and the one of the mistake at
// its name.
func requirePlaces(t *testing.T, name string, text diag.Text, list diag.List) {
	t.Helper()
	whole, found := text.Whole(), false
	for _, d := range list {
		if d.Range.Start < whole.Start || d.Range.End > whole.End || d.Range.Start >= d.Range.End {
			t.Fatalf("%s: %s\n%s is not inside of the expression", name, text, d)
		}
		found = found || d.Range.Text() == "Nowhere_1"
	}
	if !found && !list.HasErrors() {
		t.Fatalf("%s: %s\nno message", name, text)
	}
}

// TestDamagedDocuments: whatever is missing or doubled in a document, reading ends, and
// the messages lie inside of the text.
func TestDamagedDocuments(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(8, 8))
	all := expressions(200)
	for i, source := range all {
		text := "<policies><inbound>" + encodings[i%len(encodings)].write(source) + "<base/>" + encodings[(i+3)%len(encodings)].write(all[(i+1)%len(all)]) + "</inbound></policies>"
		for range 10 {
			damaged := damage(random, text)
			root, list := document.Parse(diag.NewSource("p.xml", damaged), nil)
			if root == nil && !list.HasErrors() {
				t.Fatalf("no tree and no mistake: %s", damaged)
			}
			for _, d := range list {
				if d.Range.Start < 0 || d.Range.End > len(damaged) || d.Range.Start > d.Range.End {
					t.Fatalf("%s\nbad place: %+v", damaged, d)
				}
			}
			_ = list.String()
		}
	}
}

// damage takes something out of a text, or puts some of it elsewhere.
func damage(random *rand.Rand, text string) string {
	for range 1 + random.IntN(3) {
		start := random.IntN(len(text))
		end := min(len(text), start+1+random.IntN(6))
		switch at := random.IntN(len(text)); random.IntN(3) {
		case 0:
			text = text[:start] + text[end:]
		case 1:
			text = text[:at] + text[start:end] + text[at:]
		default:
			text = text[:at] + `"<>&'@({`[random.IntN(8):] + text[at:]
		}
	}
	return text
}
