package syntax_test

import (
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
)

func TestScan(t *testing.T) {
	t.Parallel()
	// What follows the bar is not part of the expression.
	for _, text := range []string{
		`@(a)|)`,
		`@{ return 1; }|}`,
		`@(f("a)\")", ')', '\'', @"\)""", $"{g(")}")}:{{)") /* ) */)|" b="@(c)"`,
		"@( // )\n)|",
		`@($@"{a:)}""{b}")|`,
		`@($"{(x ? "a" : "b")}")|`,
		`@($"{global::A.B}")|`,
		`@(f[(1)] + new { a = 1 })|'`,
		`@('abc)')|`,
		`@("""a " ) b""")|`,
		`@("é)")|`,
		`@(a < b && c > d)|<`,
	} {
		want := strings.LastIndex(text, "|")
		text = text[:want] + text[want+1:]
		if got, ok := syntax.Scan(text, 0, nil); !ok || got != want {
			t.Errorf("%s: ended at %d (%v), want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{
		`@(`, `@(a`, `@(a]`, `@{(}`, `@("a)`, `@(")`, "@(\"a\n\")", `@('a)`, `@(@"a)`, `@($"{a)`, `@($"{a]}")`, `@(/* )`, `@(// )`,
		`@(a <!-- b --> )`, `@(<![CDATA[a]]>)`, "@(" + strings.Repeat(`$"{`, 100) + strings.Repeat(`}"`, 100) + ")",
	} {
		if got, ok := syntax.Scan(text, 0, nil); ok {
			t.Errorf("%s: ended at %d", text, got)
		}
	}
}

func TestScanTellsLiterals(t *testing.T) {
	t.Parallel()
	text := `@(f("a", 'b', @"c""", $"{"d"}") // "x"` + "\n)"
	var got []string
	syntax.Scan(text, 0, func(start, end int) { got = append(got, text[start:end]) })
	if want := `"a" @"c""" $"{"d"}"`; strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestDeep wants no stack to overflow and no time to be lost on what nobody writes.
func TestDeep(t *testing.T) {
	t.Parallel()
	const n = 50_000
	for name, text := range map[string]string{
		"parentheses":  "@(" + strings.Repeat("(", n) + strings.Repeat(")", n) + ")",
		"open":         "@(" + strings.Repeat("(", n),
		"brackets":     "@(" + strings.Repeat("a[", n) + strings.Repeat("]", n) + ")",
		"casts":        "@(" + strings.Repeat("(int)", n) + "1)",
		"unary":        "@(" + strings.Repeat("-", n) + "1)",
		"sum":          "@(1" + strings.Repeat("+1", n) + ")",
		"coalesce":     "@(1" + strings.Repeat("??1", n) + ")",
		"members":      "@(a" + strings.Repeat(".a", n) + ")",
		"calls":        "@(a" + strings.Repeat("()", n) + ")",
		"nullable":     "@(a" + strings.Repeat("?.a", n) + ")",
		"conditions":   "@(" + strings.Repeat("a?", n) + "b" + strings.Repeat(":c", n) + ")",
		"lambdas":      "@(" + strings.Repeat("x=>", n) + "x)",
		"generics":     "@(" + strings.Repeat("a<", n) + "b" + strings.Repeat(">", n) + "())",
		"types":        "@{ " + strings.Repeat("a<", n) + "b" + strings.Repeat(">", n) + " x; }",
		"blocks":       "@{" + strings.Repeat("{", n) + strings.Repeat("}", n) + "}",
		"ifs":          "@{" + strings.Repeat("if(a)", n) + ";}",
		"elses":        "@{" + strings.Repeat("if(a);else ", n) + ";}",
		"arrays":       "@(new[]" + strings.Repeat("{", n) + strings.Repeat("}", n) + ")",
		"initialisers": "@(new A" + strings.Repeat("{a=", n) + strings.Repeat("}", n) + ")",
		"assignments":  "@{" + strings.Repeat("a=", n) + "b; }",
		"ranks":        "@(new int[3]" + strings.Repeat("[]", n) + ")",
		"mistakes":     "@{" + strings.Repeat("'xx' ", n) + "}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, list := parse(text)
			if !list.HasErrors() {
				t.Error("no message")
			}
			if len(list) > 50 {
				t.Errorf("%d messages", len(list))
			}
		})
	}
}
