package syntax_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{`@(a`, `1:2: ( without its ) [expression-syntax] "("`},
		{`@(f(a)`, `1:2: ( without its ) [expression-syntax] "("`},
		{`@(f(a]))`, `1:6: ) expected [expression-syntax] "]"`},
		{`@()`, `1:3: expression expected [expression-syntax] ")"`},
		{`@(a +)`, `1:6: expression expected [expression-syntax] ")"`},
		{`@(a b)`, `1:5: ) expected [expression-syntax] "b"`},
		{`@(a;)`, `1:4: an expression in @( … ) has no ; [expression-syntax] ";"; remove it, or write @{ return …; }`},
		{`@(return a)`, `1:3: @( … ) holds an expression, not a statement [expression-statement] "return"; remove return, or write @{ return …; }`},
		{`@(var x = 1)`, `1:3: @( … ) holds an expression, not a statement [expression-statement] "var"; write statements as @{ …; return …; }`},
		{`@(a) and more`, `1:6: text after the end of the expression [expression-syntax] "and more"; let the expression be the whole value, such as @("text " + …) or @($"text {…}")`},
		{`x`, `1:1: an expression begins with @( or @{ [expression-syntax] "x"`},
		{`@('abc')`, `1:3: single quotes hold one character [expression-literal] "'abc'"; write "abc"`},
		{`@('')`, `1:3: single quotes hold one character [expression-literal] "''"; the empty string is ""`},
		{`@(f('))`, `1:5: single quote without a second one [expression-literal] "'"`},
		{`@("abc)`, `1:3: string without an end on its line [expression-literal] "\""; a " inside of the string is written \"; a string over lines is written @"…"`},
		{`@("a\q")`, `1:5: unknown escape \q [expression-literal] "\\q"; a backslash itself is written \\, or the string @"…"`},
		{`@($"{a")`, `1:3: interpolated string without an end [expression-literal] "$\""; each { needs its }; braces that are text are doubled, {{ and }}; a " in the text is written \"`},
		{`@($"{a ? b : c}")`, `1:8: ? without its : [expression-syntax] "?"; a ?: inside of braces needs parentheses: {(a ? b : c)}`},
		{`@($"{}")`, `1:5: nothing between { and } [expression-syntax] "{}"; braces that are text are doubled, {{ and }}`},
		{`@($"}")`, `1:5: } without { in an interpolated string [expression-literal] "}"; a brace that is text is doubled: }}`},
		{`@($"{a b}")`, `1:8: unexpected b after the expression in braces [expression-syntax] "b"`},
		{`@(1x)`, `1:3: 1x is no number [expression-literal] "1x"`},
		{`@(99999999999999999999)`, `1:3: 99999999999999999999 is too large for any integer type [expression-literal] "99999999999999999999"; write it as a decimal, with the suffix m, or as a double, with d`},
		{`@(1e999)`, `1:3: 1e999 is too large [expression-literal] "1e999"`},
		{`@(“a”)`, `1:3: typographic quote “ [expression-syntax] "“"; write "` + "\n" +
			`1:5: typographic quote ” [expression-syntax] "”"; write "`},
		{`@(a === b)`, `1:5: === is no operator of C# [expression-syntax] "==="; write ==`},
		{`@(a <> b)`, `1:5: <> is no operator of C# [expression-syntax] "<>"; write !=`},
		{`@(a and b)`, `1:5: and is no operator of C# [expression-syntax] "and"; write &&`},
		{`@(a ? b)`, `1:5: ? without its : [expression-syntax] "?"; write condition ? a : b`},
		{`@(a[])`, `1:5: an index is expected between [ and ] [expression-syntax] "]"`},
		{`@(f(a,))`, `1:7: unexpected ) after a comma [expression-syntax] ")"`},
		{`@(class)`, `1:3: expression expected [expression-syntax] "class"; class is a keyword of C#; a name of that spelling is written @class`},
		{`@(a.class)`, `1:5: name expected [expression-syntax] "class"; a keyword as a name is written @class`},
		{`@(@(a))`, `1:3: an expression inside of an expression [expression-syntax] "@("; inside of an expression C# is written without @`},
		{`@{ return 1 }`, `1:12: ; expected [expression-syntax] ""`},
		{`@{ return a return b; }`, `1:12: ; expected [expression-syntax] ""`},
		{`@{ var x = ; return x; }`, `1:12: expression expected [expression-syntax] ";"`},
		{`@{ a; return b; }`, `1:4: this expression does nothing as a statement [expression-statement] "a"; only assignments, calls, ++, -- and new may be statements`},
		{`@{ a + b }`, `1:4: this expression does nothing as a statement [expression-statement] "a + b"; write return …;`},
		{`@{ if a { return 1; } return 2; }`, `1:7: ( expected [expression-syntax] "a"`},
		{`@{ if (a { return 1; } return 2; }`, `1:10: ) expected [expression-syntax] "{"`},
		{`@{ if (a) { return 1; } elseif (b) { return 2; } return 3; }`, `1:25: elseif is no keyword of C# [expression-syntax] "elseif"; write else if`},
		{`@{ if (a) var x = 1; return 2; }`, `1:11: a declaration cannot stand alone here [expression-statement] "var"; put it into braces`},
		{`@{ foreach (x in y) { } return 1; }`, `1:13: the variable of foreach needs a type [expression-syntax] "x"; write foreach (var x in …)`},
		{`@{ foreach (var x : y) { } return 1; }`, `1:19: in expected [expression-syntax] ":"; write in`},
		{`@{ for (var i = 0, i < 3, i++) { } return 1; }`, `1:21: ; expected [expression-syntax] ""` + "\n" +
			`1:25: ; expected [expression-syntax] ""`},
		{`@{ switch (a) { b(); } return 1; }`, `1:17: case or default expected [expression-syntax] "b"`},
		{`@{ switch (a) { case 1: } return 1; }`, `1:24: a case without statements [expression-statement] ""; write break;`},
		{`@{ switch (a) { case 1 => 2 } return 1; }`, `1:24: => after case is newer than C# 7.3 [newer-csharp] "=>"; write case …: return …;`},
		{`@{ try { } return 1; }`, `1:4: try without a catch or finally [expression-syntax] "try"`},
		{`@{ catch { } return 1; }`, `1:4: catch without its try [expression-syntax] "catch"`},
		{`@{ else { } return 1; }`, `1:4: else without its if [expression-syntax] "else"`},
		{`@{ int[3] x; return 1; }`, `1:4: this expression does nothing as a statement [expression-statement] "int[3]"; only assignments, calls, ++, -- and new may be statements`},
		{`@{ string x[] = y; return 1; }`, `1:12: the brackets of an array type follow the type [expression-syntax] "["; write T[] name`},
		{`@{ let x = 1; return x; }`, `1:4: let is no keyword of C# [expression-syntax] "let"; write var`},
		{`@{ const x = 1; return x; }`, `1:10: a constant needs a type [expression-syntax] "x"; write const string x = …, or var x = …`},
		{`@{ return new { a: 1, 2 }; }`, `1:18: = expected [expression-syntax] ":"; write a = …` + "\n" +
			`1:23: a property of an anonymous object needs a name [expression-syntax] "2"; write Name = …`},
		{`@{ return new JObject { "a": 1 }; }`, `1:28: a : has no place here [expression-syntax] ":"; write { key, value } or [key] = value`},
		{`@{ a = 1; /* }`, `1:11: comment without an end [expression-syntax] "/*"; end it with */`},
		{`@(f(1, 'ab', "x) + g(2)`, `1:8: single quotes hold one character [expression-literal] "'ab'"; write "ab"` + "\n" +
			`1:14: string without an end on its line [expression-literal] "\""; a " inside of the string is written \"; a string over lines is written @"…"`},

		// Queries.
		{`@(from x in y where x.z)`, `1:24: a query ends with select or group … by [expression-syntax] ""`},
		{`@(from x in y select)`, `1:21: expression expected [expression-syntax] ")"`},
		{`@(from x of y select x)`, `1:13: in expected [expression-syntax] "y"`},
		{`@(from x in y group x)`, `1:22: by expected [expression-syntax] ""`},
		{`@(from x in y join z in w on x.a == z.a select x)`, `1:34: a join compares with equals, not with == [expression-syntax] "=="; write equals`},
		{`@(from x in y join z in w on x.a select x)`, `1:33: equals expected [expression-syntax] ""`},
		{`@(from x in y join z in w select x)`, `1:26: on expected [expression-syntax] ""`},
		{`@(from x in y orderby x, select x)`, `1:26: expression expected [expression-syntax] "select"`},
		{`@(from where in y select 1)`, `1:8: where is a keyword in a query [expression-syntax] "where"; a name of that spelling is written @where`},
		{`@(from x in y select x into z)`, `1:30: a query ends with select or group … by [expression-syntax] ""`},

		// Tuples.
		{`@((a: 1))`, `1:3: a tuple has two elements or more [expression-syntax] "(a: 1)"`},
		{`@{ var (a) = b; return a; }`, `1:8: a tuple has two elements or more [expression-syntax] "(a)"`},
		{`@((1, 2)`, `1:2: ( without its ) [expression-syntax] "("`},
		{`@((1, 2, 3, 4, 5, 6, 7, 8))`, `1:3: a tuple has 7 elements at most [unsupported-csharp] "(1, 2, 3, 4, 5, 6, 7, 8)"; use an anonymous object: new { A = …, B = … }`},

		// Newer C#.
		{`@(context.User!.Id)`, `1:15: ! after an operand is newer than C# 7.3 [newer-csharp] "!"; remove it`},
		{`@{ a ??= b; return a; }`, `1:6: ??= is newer than C# 7.3 [newer-csharp] "??="; write a = a ?? b`},
		{`@(a switch { 1 => 2, _ => 3 })`, `1:5: switch after an operand is newer than C# 7.3 [newer-csharp] "switch"; write a ? x : b ? y : z, or a switch statement`},
		{`@(a[1..3])`, `1:6: ranges are newer than C# 7.3 [newer-csharp] ".."; write s.Substring(start, length), or xs.Skip(n).Take(m)`},
		{`@(a[^1])`, `1:5: counting from the end with ^ is newer than C# 7.3 [newer-csharp] "^"; write a[a.Length - n]`},
		{`@(new())`, `1:3: new without a type is newer than C# 7.3 [newer-csharp] "new("; write the type: new T(…)`},
		{`@{ using var a = b; return a; }`, `1:4: using without parentheses is newer than C# 7.3 [newer-csharp] "using"; write using (var x = …) { … }`},
		{`@{ using System.Net; return 1; }`, `1:4: policy expressions have no using directives [unsupported-csharp] "using"; write the full name, such as System.Net.WebUtility`},
		{`@("""a "b" c""")`, `1:3: a string in """ is newer than C# 7.3 [newer-csharp] "\"\"\""; write @"…" with quotes inside doubled`},
		{`@("a"u8)`, `1:6: the suffix u8 is newer than C# 7.3 [newer-csharp] "u8"; write Encoding.UTF8.GetBytes(…)`},
		{`@(a is not null)`, `1:8: patterns with not are newer than C# 7.3 [newer-csharp] "not"; write !(x is …), or x != null`},
		{`@(a is > 3 and < 5)`, `1:8: patterns with > are newer than C# 7.3 [newer-csharp] ">"; compare: x > …`},
		{`@(a is { Length: 3 })`, `1:8: patterns with { are newer than C# 7.3 [newer-csharp] "{"; write x != null && x.P == …`},
		{`@(a is 1 or 2)`, `1:10: patterns with or are newer than C# 7.3 [newer-csharp] "or"; write x is A || x is B`},
		{`@{ static int f() => 1; return f(); }`, `1:4: static local functions are newer than C# 7.3 [newer-csharp] "static"; remove static`},
		{`@([1, 2])`, `1:3: a list in [ ] is newer than C# 7.3 [newer-csharp] "["; write new[] { … }, or new JArray(…)`},
		{`@(a with { B = 1 })`, `1:5: with is newer than C# 7.3 [newer-csharp] "with"; make a new object`},

		// What C# has and expressions have not.
		{`@(delegate (int x) { return x; })`, `1:3: delegate { … } is not supported in policy expressions [unsupported-csharp] "delegate"; write x => …`},
		{`@{ dynamic a = b; return a; }`, `1:4: dynamic is not supported in policy expressions [unsupported-csharp] "dynamic"; write var, or a type such as JObject`},
		{`@{ await f(); return 1; }`, `1:4: policy expressions cannot wait: there is no await [unsupported-csharp] "await"`},
		{`@{ return await f(); }`, `1:11: policy expressions cannot wait: there is no await [unsupported-csharp] "await"`},
		{`@(async x => x)`, `1:3: policy expressions cannot wait: there is no async [unsupported-csharp] "async"`},
		{`@{ goto end; }`, `1:4: goto is not supported in policy expressions [unsupported-csharp] "goto"`},
		{`@{ end: return 1; }`, `1:4: labels and goto are not supported in policy expressions [unsupported-csharp] "end:"`},
		{`@{ lock (a) { b(); } return 1; }`, `1:4: lock is not supported in policy expressions [unsupported-csharp] "lock"`},
		{`@{ yield return 1; }`, `1:4: yield is not supported in policy expressions [unsupported-csharp] "yield"; collect the values in a List<T>`},
		{`@{ class A { int x; } return 1; }`, `1:4: types cannot be declared in a policy expression [unsupported-csharp] "class"; use local functions and anonymous objects`},
		{`@{ public int x = 1; return x; }`, `1:4: public cannot stand before a statement [expression-syntax] "public"; remove it`},
		{`@(this.x)`, `1:3: there is no this in a policy expression [unsupported-csharp] "this"; write context`},
		{`@(sizeof(int))`, `1:3: sizeof is not supported in policy expressions [unsupported-csharp] "sizeof"`},
		{`@{ T f<T>(T x) where T : class { return x; } return 1; }`, `1:16: constraints on type parameters are not supported in policy expressions [unsupported-csharp] "where"; remove it`},
		{`@{ return c(throw d); }`, `1:13: throw cannot stand here [expression-syntax] "throw d"; it may follow ??, => and the ? and : of a condition`},

		// All of them at once.
		{"@{\n  var a = 'xx';\n  b(;\n  if (c) { d(] }\n  return 1\n}", `2:11: single quotes hold one character [expression-literal] "'xx'"; write "xx"` + "\n" +
			`3:5: expression expected [expression-syntax] ";"` + "\n" +
			`4:14: expression expected [expression-syntax] "]"` + "\n" +
			`5:11: ; expected [expression-syntax] ""`},
	} {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			_, list := parse(tt.text)
			var lines []string
			for _, d := range list {
				line := fmt.Sprintf("%s %q", strings.TrimPrefix(d.Error(), "e:"), d.Range.Text())
				if d.Help != "" {
					line += "; " + d.Help
				}
				lines = append(lines, line)
			}
			if got := strings.Join(lines, "\n"); got != tt.want {
				t.Errorf("%s\n=> %s\nwant %s", tt.text, got, tt.want)
			}
		})
	}
}
