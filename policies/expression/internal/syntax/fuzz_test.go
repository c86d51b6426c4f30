package syntax_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
)

// seeds are expressions of the shapes that policies have.
var seeds = []string{
	`@(context.Variables.GetValueOrDefault<bool>("is-mobile", false) && context.Request.Headers["a"].First() != "b")`,
	`@((string)context.Variables["x"] ?? $"{a,3:N2}-{(b ? "c" : $@"d""{e}")}")`,
	`@(context.User?.Groups?.Any(g => g.Name == "x") == true ? 1 : -2.5e3)`,
	"@{\n\tvar body = context.Request.Body.As<JObject>(preserveContent: true);\n\t// a comment )\n\tforeach (var p in body.Properties()) { if (p.Name is string s && s.Length >> 1 > 2) continue; }\n\treturn new JObject(new JProperty(\"a\", new[] { 1, 2 })).ToString();\n}",
	`@{ switch (a) { case 1 when b: default: try { f(out var x); } catch (E e) when (e.M) { throw; } finally { } break; } return new { A = 1, b.C }; }`,
	`@{ T f<T>(T x, int y = 2) => x; for (int i = 0, j; i < 3; i++, j--) { using (var s = new S { A = 1, ["k"] = { 2 } }) do { } while (checked(a + 1) > 0); } }`,
	`@(a switch { _ => 1 } ?? (b, c) is not null)`, `@("""raw""" + 'ab' + “x” + a!.b[^1..2])`, `@{ goto x; x: lock (a) { yield return 1; } }`,
	`@(`, `@{`, `@($"{`, `@(a?[`, `@{ if (`, `@(x => {`, `@(new int[`, `@{ case`, `@(/*`, `@('`, `@(@"`, "@(\xff\xfe)", `@(f<a,b<c>>(d)>>=e)`,
}

func addSeeds(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
}

// FuzzParse wants a tree of any text, and that Scan and Parse agree on what ends where.
func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		u, list := parse(text)
		if (u.Expr == nil) == (u.Block == nil) {
			t.Fatal("a unit is an expression or a block")
		}
		dump(u)
		for _, d := range list {
			if d.Message == "" || d.Code == "" || d.Range.Start < 0 || d.Range.End > len(text) || d.Range.Start > d.Range.End {
				t.Errorf("bad message %+v", d)
			}
			_ = d.String()
		}
		if len(list) > 0 {
			return
		}
		if end, ok := syntax.Scan(text, u.Pos(), nil); ok && end != u.End() {
			t.Errorf("Scan ends at %d, Parse at %d", end, u.End())
		}
	})
}

// FuzzScan wants the extents of an expression not to depend on what follows it.
func FuzzScan(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 2 || text[0] != '@' || text[1] != '(' && text[1] != '{' {
			return
		}
		end, ok := syntax.Scan(text, 0, func(start, end int) {
			if start < 0 || end > len(text) || start >= end {
				t.Errorf("literal from %d to %d", start, end)
			}
		})
		if end < 0 || end > len(text) {
			t.Fatalf("end %d of %d", end, len(text))
		}
		if !ok {
			return
		}
		for _, tail := range []string{"", `"`, `" b="`, "</value>", ")", " 'x"} {
			if got, ok := syntax.Scan(text[:end]+tail, 0, nil); !ok || got != end {
				t.Errorf("with %q after it the end is %d, want %d", tail, got, end)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, bb := range []struct{ name, text string }{{"inline", seeds[0]}, {"block", seeds[3]}} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(bb.text)))
			b.ReportAllocs()
			for b.Loop() {
				parse(bb.text)
			}
		})
	}
}

func BenchmarkScan(b *testing.B) {
	text := seeds[3] + "</set-body>"
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		syntax.Scan(text, 0, nil)
	}
}
