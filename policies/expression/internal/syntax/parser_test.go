package syntax_test

import (
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
)

func parse(text string) (*syntax.Unit, diag.List) {
	return syntax.Parse(diag.NewText(diag.NewSource("e", text)))
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		// Literals.
		{
			"integers", `@(f(1, 0x7FFF_FFFF, 0b11, 2147483648, 4294967296, 9223372036854775808, 1u, 1L, 1ul, 1_000))`,
			`f(1, 2147483647, 3, 2147483648u, 4294967296L, 9223372036854775808uL, 1u, 1L, 1uL, 1000)`,
		},
		{
			"reals", `@(f(1.5, .5, 1e3, 1.5e-3, 1f, 2.5F, 3d, 1.10m, 2M, 1_0.2_5))`,
			`f(1.5d, 0.5d, 1000d, 0.0015d, 1f, 2.5f, 3d, 1.10m, 2m, 10.25d)`,
		},
		{"member of an integer", `@(1.ToString())`, `1.ToString()`},
		{"characters", `@(f('x', '\n', '\u0041', '\x41', '\'', '"', 'é', '\0'))`, `f('x', '\n', 'A', 'A', '\'', '"', '\u00e9', '\x00')`},
		{"strings", `@(f("", "a\"b\\", "\t\u00e9\x41g\U0001F600", "\uD83D\uDE00", "{}"))`, `f("", "a\"b\\", "\téAg😀", "😀", "{}")`},
		{"half a surrogate pair", `@("\uD83D!")`, `"\xed\xa0\xbd!"`},
		{"verbatim", "@(@\"a\\b \"\"c\"\"\n\")", `"a\\b \"c\"\n"`},
		{"words", `@(f(true, false, null))`, `f(true, false, null)`},
		{
			"interpolated", `@($"a{{b}}{x}c\"{y,-5:N2}{f("q")}{(a ? "}" : b)}")`,
			`$["a{b}" {x} "c\"" {y,(-5):"N2"} {f("q")} {((a ? "}" : b))}]`,
		},
		{"interpolated in interpolated", `@($"{$"{x}"}{g($@"a""{y}")}")`, `$[{$[{x}]} {g($["a\"" {y}])}]`},
		{"interpolated and verbatim", "@(@$\"\\{x}\n\")", `$["\\" {x} "\n"]`},
		{"format with colons", `@($"{now:HH:mm:ss}")`, `$[{now:"HH:mm:ss"}]`},
		{"escaped keyword", `@(@class.@int)`, `class.int`},
		{"comments", "@(/* ) */ a // )\n + b)", `(a + b)`},
		{"white space around", "\n @( a ) \t", `a`},

		// Operators.
		{"precedence", `@(a || b && c | d ^ e & f == g < h << i + j * k)`, `(a || (b && (c | (d ^ (e & (f == (g < (h << (i + (j * k))))))))))`},
		{"left to right", `@(a - b - c / d % e)`, `((a - b) - ((c / d) % e))`},
		{"coalesce to the right", `@(a ?? b ?? throw new E("x"))`, `(a ?? (b ?? throw new E("x")))`},
		{"conditional to the right", `@(a ? b : c ? d : e)`, `(a ? b : (c ? d : e))`},
		{"conditional in conditional", `@(a ? b ? 1 : 2 : 3)`, `(a ? (b ? 1 : 2) : 3)`},
		{"conditional with a real", `@(a?.5:1)`, `(a ? 0.5d : 1)`},
		{"assignment to the right", `@(a = b += c)`, `(a = (b += c))`},
		{"shifts", `@(a >> b > c >= d >>= e)`, `((((a >> b) > c) >= d) >>= e)`},
		{"prefix and suffix", `@(-a++ + !b - ~c + ++d - -1)`, `(((((-(a++)) + (!b)) - (~c)) + (++d)) - (-1))`},
		{"is and as", `@(a is string && b as JObject != null)`, `((a is string) && ((b as JObject) != null))`},
		{"is with a name", `@(a is JObject o && o != null)`, `((a is JObject o) && (o != null))`},
		{
			"is constant", `@(a is null || b is -1 || c is int.MaxValue || d is X.Y)`,
			`((((a is const null) || (b is const (-1))) || (c is const int.MaxValue)) || (d is X.Y|X.Y))`,
		},
		{"is before a conditional", `@(a is int ? 1 : 2)`, `((a is int) ? 1 : 2)`},
		{"is nullable", `@(a is int?)`, `(a is int?)`},
		{"is generic and array", `@(a is List<string[]> l || a is byte[])`, `((a is List<array1(string)> l) || (a is array1(byte)))`},
		{"as nullable", `@((a as int?) ?? 0)`, `(((a as int?)) ?? 0)`},
		{"is var", `@(a is var x)`, `(a is var x)`},

		// Operands.
		{"member, call, index", `@(context.Request.Headers["a"].First(0, x: 1))`, `context.Request.Headers["a"].First(0, x: 1)`},
		{"null-conditional chain", `@(a?.b.c?[0]?.d() ?? e)`, `({a ?? {it.b.c ?? {it[0] ?? it.d()}}} ?? e)`},
		{"null-conditional with white space", "@(a?\n .b() ?\n\t[0] ? . c)", `{a ?? {it.b() ?? {it[0] ?? it.c}}}`},
		{"parentheses end the chain", `@((a?.b).c)`, `({a ?? it.b}).c`},
		{"generic call", `@(b.As<JObject>(preserveContent: true)["x"])`, `b.As<JObject>(preserveContent: true)["x"]`},
		{"generic call of nested types", `@(f<Dictionary<string, List<int>>>(x))`, `f<Dictionary<string, List<int>>>(x)`},
		{"generic after ?.", `@(a?.Value<int?>("x"))`, `{a ?? it.Value<int?>("x")}`},
		{"comparisons, not generic", `@(a < b && c > d)`, `((a < b) && (c > d))`},
		{"comparison of calls", `@(f(a < b, c > d))`, `f((a < b), (c > d))`},
		{"generic in arguments", `@(f(g<a, b>(c)))`, `f(g<a, b>(c))`},
		{"generic type's member", `@(List<int>.Empty)`, `List<int>.Empty`},
		{"keyword's member", `@(int.Parse(string.Empty))`, `int.Parse(string.Empty)`},
		{
			"casts", `@((string)a["x"] + (int)-1 + (System.Object)(b) + (int?)c + (byte[])d)`,
			`(((((<string>a["x"]) + (<int>(-1))) + (<System.Object>(b))) + (<int?>c)) + (<array1(byte)>d))`,
		},
		{"no casts", `@((a) - 1 + (b.c) + (d)[0])`, `((((a) - 1) + (b.c)) + (d)[0])`},
		{"cast binds to the chain", `@((JArray)x.y[0].z)`, `(<JArray>x.y[0].z)`},
		{"cast of negation", `@((bool)!x)`, `(<bool>(!x))`},
		{"cast of a generic type", `@((IEnumerable<KeyValuePair<string, int>>)x)`, `(<IEnumerable<KeyValuePair<string, int>>>x)`},
		{
			"typeof, default, nameof, checked", `@(f(typeof(List<int>), default(int), default, nameof(a.b), checked(a + 1), unchecked(b)))`,
			`f(typeof(List<int>), default(int), default, nameof(a.b), checked((a + 1)), unchecked(b))`,
		},
		{"out arguments", `@(f(out var a, out int b, out _, out c, ref d, in e))`, `f(out var a, out int b, out discard, out c, ref d, in e)`},
		{"global", `@(global::System.Text.X)`, `System.Text.X`},
		{"throw in a conditional", `@(a ? throw b : c)`, `(a ? throw b : c)`},

		// New.
		{"new", `@(new JObject(new JProperty("a", 1)).ToString())`, `new JObject(new JProperty("a", 1)).ToString()`},
		{"new with members", `@(new A.B<int> { X = 1, ["k"] = { 2 }, Y = { Z = 3 }, })`, `new A.B<int>{X=1, ["k"]={2}, Y={Z=3}}`},
		{"new with elements", `@(new Dictionary<string, int>() { { "a", 1 }, { "b", 2 } })`, `new Dictionary<string, int>(){"a", 1; "b", 2}`},
		{"new list", `@(new List<int> { 1, 2, })`, `new List<int>{1; 2}`},
		{"new with nothing", `@(new A { })`, `new A{}`},
		{
			"arrays", `@(f(new int[3], new int[2, n][], new[] { 1, 2 }, new string[] { "a" }, new int[][] { new int[0] }, new int[,] { { 1 }, { 2 } }))`,
			`f(new array of int[1](3), new array of array1(int)[2](2, n), new array of ?[1](){1, 2}, new array of string[1](){"a"}, ` +
				`new array of array1(int)[1](){new array of int[1](0)}, new array of int[2](){{1}, {2}})`,
		},
		{"element of a new array", `@(new[] { 'a' }[0])`, `new array of ?[1](){'a'}[0]`},
		{"anonymous", `@(new { a = 1, b.C, d, e?.F, })`, `new {a=1, C=b.C, d=d, F={e ?? it.F}}`},

		// Lambdas.
		{
			"lambdas", `@(a.Where(x => x.b == 1).Select((x, i) => i).Aggregate(() => { return 1; }, (int x, out string y) => x))`,
			`a.Where(\x => (x.b == 1)).Select(\x, i => i).Aggregate(\ => { return 1; }, \int x, out string y => x)`,
		},
		{"lambda of lambda", `@(x => y => x + y)`, `\x => \y => (x + y)`},

		// Queries.
		{
			"query", `@(from x in xs where x > 1 orderby x.y descending, x ascending, z let n = x + 1 select new { x, n })`,
			`from x in xs where (x > 1) orderby x.y descending, x, z let n=(x + 1) select new {x=x, n=n}`,
		},
		{"query with types", `@(from A.B<int> x in xs join int? y in ys on x.a equals y.b into g select g)`, `from A.B<int> x in xs join int? y in ys on x.a equals y.b into g select g`},
		{"query that goes on", `@(from x in xs group x.a by x.b into g from y in g select y into z select z)`, `from x in xs group x.a by x.b into g from y in g select y into z select z`},
		{
			"queries in queries", `@(from x in (from y in ys select y) where (x) is int where (from z in x select z).Any() select x ? from w in x select w : null)`,
			`from x in (from y in ys select y) where ((x) is int) where (from z in x select z).Any() select (x ? from w in x select w : null)`,
		},
		{"query as an argument", `@(f(from x in xs select x))`, `f(from x in xs select x)`},
		{"words of queries after a dot", `@(from x in xs select x.where.from?.select)`, `from x in xs select {x.where.from ?? it.select}`},
		{"words of queries as names", `@(from @where in xs select @where)`, `from where in xs select where`},
		{"words of queries elsewhere", `@(from.x + f(select, where: from) + (group)by)`, `((from.x + f(select, where: from)) + (<group>by))`},
		{"no query", `@(f(from, where, let, from < join))`, `f(from, where, let, (from < join))`},

		// Tuples.
		{"tuples", `@(f((a, b), (x: 1, 2), ((a, b), c).d))`, `f((a, b), (x: 1, 2), ((a, b), c).d)`},
		{
			"types of tuples", `@{ (int, string s) a = b; List<(int x, A.B)> c; (int, int)?[] d = e; (int a, int) f((int, int) g) => h; return ((int, int))j; }`,
			`{ (int, string s) a=b; List<(int x, A.B)> c; array1((int, int)?) d=e; func (int a, int) f((int, int) g) => h; return (<(int, int)>j); }`,
		},
		{
			"taking apart", `@{ var (a, (b, _)) = c; (int d, var e) = f; (g, h[0], (i, j.k)) = (l, m, n); for (var (o, p) = q; ; (o, p) = (p, o)) break; foreach (var (r, s) in t) { } foreach ((int u, var v) in w) { } }`,
			`{ ((var a, (var b, var _)) = c); ((int d, var e) = f); ((g, h[0], (i, j.k)) = (l, m, n)); for (((var o, var p) = q); ; ((o, p) = (p, o))) break; foreach (var r, var s) in t { } foreach (int u, var v) in w { } }`,
		},
		{"no tuples", `@((a) + (b) + f(a, b) + (x => (x)) + ((a, b) => a))`, `(((((a) + (b)) + f(a, b)) + (\x => (x))) + (\a, b => a))`},

		// Statements.
		{"empty block", `@{}`, `{ }`},
		{
			"declarations", `@{ var a = 1; string b, c = "x"; int? d = null; List<int>[] e; const int f = 2; A.B g = h; int[] i = { 1, 2 }; return a; }`,
			`{ var a=1; string b, c="x"; int? d=null; array1(List<int>) e; const int f=2; A.B g=h; array1(int) i={1, 2}; return a; }`,
		},
		{"expressions", `@{ a = 1; b.C(); d++; --e; f?.G(); new H(); ; return; }`, `{ (a = 1); b.C(); (d++); (--e); {f ?? it.G()}; new H(); ; return; }`},
		{"no declarations", `@{ a.b = c; d[0] = 1; e < f; g(); h ? i : j; }`, ``},
		{"if", `@{ if (a) return 1; else if (b) { return 2; } else { return 3; }; }`, `{ if a return 1; else if b { return 2; } else { return 3; } ; }`},
		{
			"loops", `@{ for (int i = 0, j = 1; i < n; i++, j--) { continue; } for (;;) break; for (i = 0; ;) ; foreach (var x in y) z(x); foreach (A<B> x in y) {} while (a) b(); do { c(); } while (d); }`,
			`{ for (int i=0, j=1; (i < n); (i++), (j--)) { continue; } for (; ; ) break; for ((i = 0); ; ) ; foreach var x in y z(x); foreach A<B> x in y { } while a b(); do { c(); } while d; }`,
		},
		{
			"switch", `@{ switch (a) { case 1: case 2: b(); break; case "x" when c: case int i when i > 3: case X.Y: case null: return 1; case -1: break; default: return 2; } }`,
			`{ switch a { case const 1: case const 2: b(); break; case const "x" when c: case int i when (i > 3): case X.Y|X.Y: case const null: return 1; case const (-1): break; default: return 2; } }`,
		},
		{
			"try", `@{ try { a(); } catch (E e) when (e.X) { throw; } catch (F) { } catch { throw new G(); } finally { b(); } }`,
			`{ try { a(); } catch E e when e.X { throw; } catch F { } catch { throw new G(); } finally { b(); } }`,
		},
		{"using", `@{ using (var a = b) using (c) return d; }`, `{ using (var a=b) using (c) return d; }`},
		{"checked", `@{ checked { a++; } unchecked { a--; } }`, `{ checked { (a++); } unchecked { (a--); } }`},
		{
			"local functions", `@{ int f(int a, string b = "x") { return a; } void g() => h(); T id<T>(T x) => x; int? k(A<B> c) { return null; } return f(1); }`,
			`{ func int f(int a, string b="x") { return a; } func void g() => h(); func T id<T>(T x) => x; func int? k(A<B> c) { return null; } return f(1); }`,
		},
		{"names that are words of C# elsewhere", `@{ var when = 1; var from = when; var value = from + 1; return value; }`, `{ var when=1; var from=when; var value=(from + 1); return value; }`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u, list := parse(tt.text)
			if tt.want == "" {
				if !list.HasErrors() {
					t.Fatalf("no message about %s", tt.text)
				}
				return
			}
			if len(list) > 0 {
				t.Fatalf("messages:\n%s", list)
			}
			if got := dump(u); got != tt.want {
				t.Errorf("%s\ngot  %s\nwant %s", tt.text, got, tt.want)
			}
			checkSpans(t, u)
		})
	}
}

// checkSpans wants the unit's span to be what was written without white space.
func checkSpans(t *testing.T, u *syntax.Unit) {
	t.Helper()
	text := u.Text.String()
	if got, want := text[u.Pos():u.End()], strings.TrimSpace(text); got != want {
		t.Errorf("the unit is %q, want %q", got, want)
	}
	if u.Block != nil && u.Text.String()[u.Block.Pos():u.Block.End()] != text[u.Pos()+1:u.End()] {
		t.Errorf("the block is %q", text[u.Block.Pos():u.Block.End()])
	}
}

func TestNodesKnowWhereTheyAre(t *testing.T) {
	t.Parallel()
	u, list := parse(`@( (string) a["x"]?.b < 1 + c<int>(d) )`)
	if len(list) > 0 {
		t.Fatal(list)
	}
	less := u.Expr.(*syntax.Binary)
	cast := less.X.(*syntax.Cast)
	sum := less.Y.(*syntax.Binary)
	for _, tt := range []struct {
		node syntax.Node
		want string
	}{
		{less, `(string) a["x"]?.b < 1 + c<int>(d)`},
		{cast, `(string) a["x"]?.b`},
		{cast.Type, `string`},
		{cast.X, `a["x"]?.b`},
		{cast.X.(*syntax.NullConditional).X, `a["x"]`},
		{sum, `1 + c<int>(d)`},
		{sum.Y, `c<int>(d)`},
		{sum.Y.(*syntax.Call).Fun, `c<int>`},
		{sum.Y.(*syntax.Call).Args[0], `d`},
	} {
		if got := u.Range(tt.node).Text(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
	if got := u.Text.String()[less.OpPos]; got != '<' {
		t.Errorf("the operator is at %q", got)
	}
}

// A named value may be secret, so no message may show what came from one.
func TestMessagesQuoteTheAuthor(t *testing.T) {
	t.Parallel()
	src := diag.NewSource("e", "@(a {{x}} )")
	whole := diag.NewText(src)
	for _, secret := range []string{"hunter2", "+ 'hunter2'", `"\hunter2"`, "1hunter2", "foreach (hunter2 in b)", "; hunter2", "+ 99999999999999999hunter2"} {
		var b diag.Builder
		b.Append(whole.Slice(0, 4))
		b.Replace(secret, src.Range(4, 9))
		b.Append(whole.Slice(9, whole.Len()))
		_, list := syntax.Parse(b.Text(diag.Range{}))
		if !list.HasErrors() {
			t.Errorf("no message about %s", secret)
		}
		if strings.Contains(list.String(), "hunter2") {
			t.Errorf("shown: %s", list)
		}
	}
}
