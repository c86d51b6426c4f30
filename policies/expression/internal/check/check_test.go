package check_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
)

// TestRules wants the first mistake of each expression to be of a code, or none.
func TestRules(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		source string
		want   diag.Code
	}{
		// Values before use.
		{`@{ int x; return x; }`, check.Unassigned},
		{`@{ int x; if (context.Tracing) x = 1; else x = 2; return x; }`, ""},
		{`@{ int x; while (context.Tracing) { x = 1; } return x; }`, check.Unassigned},
		{`@{ int x; while (true) { x = 1; break; } return x; }`, ""},
		{`@{ int x; try { x = 1; } catch { } return x; }`, check.Unassigned},
		{`@{ int x; try { } finally { x = 1; } return x; }`, ""},
		{`@{ int x; switch (1) { case 1: x = 1; break; } return x; }`, ""},
		{`@{ int x; switch (context.Api.Id) { case "a": x = 1; break; } return x; }`, check.Unassigned},
		{`@{ return int.TryParse("1", out var x) && x > 0; }`, ""},
		{`@{ int x; var (a, b) = (1, x); return a + b; }`, check.Unassigned},
		{`@{ int a, b; (a, b) = (1, 2); return a + b; }`, ""},
		{`@{ int x; return (from y in new[] { 1 } select x + y).First(); }`, check.Unassigned},

		// Paths that return.
		{`@{ if (context.Tracing) { return 1; } }`, check.MissingReturn},
		{`@{ while (true) { } }`, ""},
		{`@{ try { return 1; } catch { } }`, check.MissingReturn},
		{`@{ int f() { if (context.Tracing) return 1; } return f(); }`, check.MissingReturn},
		{`@{ Func<int, int> f = x => { if (x > 1) return 1; }; return f(1); }`, check.MissingReturn},

		// Names.
		{`@{ var x = 1; { var x = 2; } return x; }`, check.DuplicateName},
		{`@{ { var x = 2; } var x = 1; return x; }`, check.DuplicateName},
		{`@{ { var x = 2; } { var x = 1; } return 1; }`, ""},
		{`@{ foreach (var x in "a") { } foreach (var x in "b") { } return 1; }`, ""},
		{`@{ Func<int, int> f = x => x; Func<int, int> g = x => x; return f(1) + g(1); }`, ""},
		{`@{ var q = from x in "ab" select x; var x = 1; return q.Count() + x; }`, check.DuplicateName},
		{`@{ switch (1) { case 1: var x = 1; return x; default: var x = 2; return x; } }`, check.DuplicateName},

		// Jumps.
		{`@{ break; }`, check.BadJump},
		{`@{ try { } finally { return 1; } }`, check.BadJump},
		{`@{ try { } finally { for (;;) { break; } } return 1; }`, ""},
		{`@{ while (true) { Action f = () => { break; }; } }`, check.BadJump},
		{`@{ switch (1) { case 1: int a = 1; case 2: return 1; } return 1; }`, check.BadJump},

		// What an earlier one has handled.
		{`@{ switch ("a") { case "a": return 1; case "b": case "a": return 2; } return 3; }`, check.AlreadyHandled},
		{`@{ object o = 1; switch (o) { case int i when i > 1: return 1; case 1: return 2; } return 3; }`, ""},
		{`@{ try { } catch (Exception) { } catch (FormatException) { } return 1; }`, check.AlreadyHandled},
		{`@{ try { } catch (Exception) when (context.Tracing) { } catch (FormatException) { } return 1; }`, ""},
	} {
		t.Run(tt.source, func(t *testing.T) {
			t.Parallel()
			tree, list := syntax.Parse(diag.NewText(diag.NewSource("e", tt.source)))
			if list.HasErrors() {
				t.Fatal(list)
			}
			_, list = check.Expression(tree, check.Options{})
			got := diag.Code("")
			for _, d := range list {
				if d.Severity == diag.Error {
					got = d.Code
					break
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q: %v", got, tt.want, list)
			}
		})
	}
}
