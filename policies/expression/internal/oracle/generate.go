package oracle

import (
	"math/rand/v2"
	"strings"
)

// A Generator makes random expressions that are well typed, from rules of C#'s grammar.
type Generator struct{ random *rand.Rand }

// NewGenerator makes a generator; equal seeds make equal expressions.
func NewGenerator(seed uint64) *Generator {
	return &Generator{rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15))}
}

// A Node is a random expression: a rule, and an expression for each of its places.
type Node struct {
	rule rule
	kids []*Node
}

// A rule is a way to make an expression of a type. Its text has $type$ where another
// expression stands.
type rule struct {
	typ   string
	parts []string // text around the places
	kids  []string // types of the places
}

// grammar has a line for each type: rules, the leaves first; | ends the leaves.
var grammar = map[string][]string{
	"int": {
		`0`, `1`, `7`, `-3`, `int.MaxValue`, `int.MinValue`, `(int)context.Variables["count"]`, `context.Response.StatusCode`, `|`,
		`($int$ + $int$)`, `($int$ - $int$)`, `($int$ * $int$)`, `($int$ / $int$)`, `($int$ % $int$)`, `($int$ ^ $int$)`,
		`($int$ << $int$)`, `($int$ >> $int$)`, `(-$int$)`, `(~$int$)`, `($bool$ ? $int$ : $int$)`, `($maybe$ ?? $int$)`, `$string$.Length`,
		`$string$.IndexOf($char$)`, `$string$.CompareTo($string$)`, `Math.Max($int$, $int$)`, `Math.Abs($int$)`, `Math.Min($int$, 7)`, `(int)$long$`,
		`(int)$token$`, `$token$.Value<int>()`, `$ints$.Sum()`, `$ints$.Count()`, `$ints$.FirstOrDefault(i => i > $int$)`, `$ints$.Aggregate($int$, (a, b) => a * 3 + b)`,
		`int.Parse($string$)`, `Convert.ToInt32($token$.ToString())`, `$strings$.Count()`, `(int)$char$`, `$string$?.Length ?? $int$`, `$array$.Count`,
		`$strings$.Sum(s => s.Length)`, `$maybe$.GetValueOrDefault($int$)`, `$maybe$.Value`, `$object$.Count`,
	},
	"long": {
		`0L`, `5L`, `long.MaxValue`, `context.Variables.GetValueOrDefault<long>("long")`, `|`,
		`($long$ + $int$)`, `($long$ * $long$)`, `((long)$int$ - $long$)`, `($long$ / $long$)`, `($long$ % $long$)`, `(long)$token$`, `($bool$ ? $int$ : $long$)`,
		`($long$ << $int$)`, `long.Parse($string$)`, `$ints$.Select(i => (long)i).Sum()`,
	},
	"bool": {
		`true`, `false`, `(bool)context.Variables["flag"]`, `|`,
		`($int$ < $int$)`, `($int$ == $int$)`, `($long$ >= $long$)`, `($bool$ && $bool$)`, `($bool$ || $bool$)`, `(!$bool$)`, `($bool$ ^ $bool$)`, `($string$ == $string$)`,
		`($string$ != null)`, `($maybe$ > $int$)`, `($maybe$ == $maybe$)`, `$maybe$.HasValue`, `string.IsNullOrEmpty($string$)`, `$string$.Contains($string$)`,
		`$string$.StartsWith($string$, StringComparison.Ordinal)`, `$string$.EndsWith($string$, StringComparison.OrdinalIgnoreCase)`, `($token$ == null)`, `(bool)$token$`,
		`$ints$.Any(i => i % 2 == 0)`, `$ints$.Contains($int$)`, `$strings$.Contains($string$)`, `$ints$.All(i => i < $int$)`, `$string$.Equals($string$)`,
		`($char$ > $char$)`, `char.IsDigit($char$)`, `JToken.DeepEquals($token$, $token$)`, `$object$.ContainsKey($string$)`, `($string$?.Contains($string$) == true)`,
		`$token$ is JObject`, `($token$?.HasValues ?? $bool$)`,
	},
	"char": {`'a'`, `'Z'`, `'5'`, `' '`, `|`, `$string$[$int$]`, `$string$.First()`, `(char)($char$ + 1)`, `char.ToUpper($char$)`, `($bool$ ? $char$ : $char$)`},
	"string": {
		`"abc"`, `""`, `"a,b;c"`, `"12"`, `" x "`, `"é😀"`, `(string)null`, `(string)context.Variables["tier"]`, `context.Request.Headers.GetValueOrDefault("X-One", "none")`,
		`context.Request.Headers.GetValueOrDefault("X-None")`, `|`,
		`($string$ + $string$)`, `($string$ + $int$)`, `($int$ + $string$)`, `($string$ + $maybe$)`, `($string$ + $char$ + $bool$)`, `($string$ ?? $string$)`, `($bool$ ? $string$ : $string$)`,
		`$string$.Substring($int$)`, `$string$.Substring($int$, $int$)`, `$string$.Replace($string$, $string$)`, `$string$.Trim()`, `$string$.ToUpper()`, `$string$.PadLeft($int$ % 20, $char$)`,
		`$string$.Insert($int$, $string$)`, `$strings$.FirstOrDefault()`, `string.Join($string$, $strings$)`, `string.Join(",", $ints$)`, `$int$.ToString("D3")`, `$int$.ToString("X")`, `$long$.ToString()`,
		`$"{$int$}-{$string$}"`, `$"{$int$,5}|{$string$,-4}|"`, `string.Format("{0:N0}{1}", $int$, $string$)`, `(string)$token$`, `$token$.ToString()`, `$token$?.ToString()`, `$string$?.ToLower()`,
		`$token$.ToString(Newtonsoft.Json.Formatting.None)`, `$object$.ToString()`, `$token$.Type.ToString()`, `$token$.Path`, `JsonConvert.SerializeObject($string$)`, `JsonConvert.SerializeObject(new { a = $int$, b = $string$ })`,
		`string.Concat($strings$)`, `new string($char$, Math.Abs($int$ % 9))`, `Convert.ToBase64String(Encoding.UTF8.GetBytes($string$))`, `Uri.EscapeDataString($string$)`, `$string$.Split($char$)[0]`,
		`$array$.ToString(Newtonsoft.Json.Formatting.None)`, `$strings$.Aggregate((a, b) => a + b)`, `new string($string$.Reverse().ToArray())`,
	},
	"maybe": {
		`JToken.Parse("null").Value<int?>()`, `JToken.Parse("5").Value<int?>()`, `|`,
		`($maybe$ + $int$)`, `($maybe$ * $maybe$)`, `($maybe$ - $maybe$)`, `$string$?.Length`, `(int?)$token$`, `($bool$ ? $int$ : (int?)null)`, `(int?)$int$`, `$token$?.Value<int>()`,
		`$strings$.FirstOrDefault()?.Length`, `($maybe$ ?? $maybe$)`, `$token$.Value<int?>()`, `($maybe$ / $maybe$)`,
	},
	"ints": {
		`new[] { 3, 1, 2 }`, `new int[0]`, `new List<int> { 5, 5 }`, `|`,
		`new[] { $int$, $int$ }`, `$ints$.Select(i => i + 1)`, `$ints$.Where(i => i > $int$)`, `$ints$.OrderBy(i => i)`, `$ints$.OrderByDescending(i => i % 3)`, `$ints$.Concat($ints$)`,
		`$ints$.Skip(1)`, `$ints$.Take($int$)`, `$ints$.Distinct()`, `$ints$.Reverse()`, `$strings$.Select(s => s.Length)`, `$array$.Select(t => (int)t)`, `Enumerable.Range($int$ % 5, 3)`,
		`$ints$.Select(i => i / $int$)`, `$ints$.ToList()`,
	},
	"strings": {
		`new[] { "b", "a", "c" }`, `new string[0]`, `|`,
		`new[] { $string$, $string$ }`, `$string$.Split($char$)`, `$string$.Split(new[] { $string$ }, StringSplitOptions.RemoveEmptyEntries)`, `$strings$.Where(s => s != $string$)`, `$strings$.Select(s => s + $string$)`,
		`$strings$.Select(s => s.ToUpper())`, `$strings$.Concat($strings$)`, `$ints$.Select(i => "n" + i)`, `$object$.Properties().Select(p => p.Name)`, `$strings$.Distinct()`, `$strings$.Reverse()`,
		`$array$.Select(t => t.ToString())`, `$strings$.OrderBy(s => s, StringComparer.Ordinal)`,
	},
	"object": {
		`new JObject()`, `JObject.Parse("{a:1,b:{c:'x'},d:[1,2]}")`, `(JObject)context.Variables["json"]`, `|`,
		`new JObject(new JProperty("a", $int$), new JProperty("b", $string$))`, `new JObject { ["x"] = $int$, ["y"] = $string$, ["z"] = $token$ }`, `(JObject)$token$`, `JObject.FromObject(new { a = $int$, b = $bool$ })`,
		`($bool$ ? $object$ : $object$)`, `($token$ as JObject)`,
	},
	"array": {`new JArray()`, `JArray.Parse("[1,'2',null,true]")`, `(JArray)context.Variables["array"]`, `|`, `new JArray($int$, $string$)`, `new JArray($ints$)`, `(JArray)$token$`, `new JArray($token$, $token$)`, `($token$ as JArray)`},
	"token": {
		`JToken.Parse("5")`, `JToken.Parse("'7'")`, `JToken.Parse("null")`, `JToken.Parse("{a:{b:3}}")`, `(JToken)null`, `context.Request.Body.As<JObject>(true)["user"]`, `|`,
		`$object$["a"]`, `$object$[$string$]`, `$token$["a"]`, `$token$?["b"]`, `$array$[$int$]`, `$object$.SelectToken("a.b")`, `(JToken)$int$`, `(JToken)$string$`, `($bool$ ? $token$ : $token$)`, `$object$.Property("a")?.Value`,
		`$array$.FirstOrDefault()`, `($token$ ?? $token$)`, `$object$.GetValue("A", StringComparison.OrdinalIgnoreCase)`, `$array$.FirstOrDefault(t => t.Type == JTokenType.String)`, `$object$.DeepClone()`, `$token$.First`,
	},
}

var leaves, branches = readGrammar()

func readGrammar() (leaf, branch map[string][]rule) {
	leaf, branch = map[string][]rule{}, map[string][]rule{}
	for typ, texts := range grammar {
		into := leaf
		for _, text := range texts {
			if text == "|" {
				into = branch
				continue
			}
			into[typ] = append(into[typ], ruleOf(typ, text))
		}
	}
	return leaf, branch
}

// ruleOf splits a rule's text at its places. The dollar sign of an interpolated text is
// none of a place: what follows it is no type.
func ruleOf(typ, text string) rule {
	r := rule{typ: typ}
	part := ""
	for {
		before, rest, ok := strings.Cut(text, "$")
		part += before
		if !ok {
			break
		}
		name, after, closed := strings.Cut(rest, "$")
		if _, known := grammarNames[name]; !closed || !known {
			part, text = part+"$", rest
			continue
		}
		r.parts, r.kids = append(r.parts, part), append(r.kids, name)
		part, text = "", after
	}
	r.parts = append(r.parts, part)
	return r
}

var grammarNames = map[string]bool{
	"int": true, "long": true, "bool": true, "char": true, "string": true, "maybe": true, "ints": true, "strings": true,
	"object": true, "array": true, "token": true,
}

// resultTypes are what whole expressions are of.
var resultTypes = []string{"int", "long", "bool", "string", "string", "maybe", "ints", "strings", "object", "array", "token"}

// Expression makes an expression of some depth.
func (g *Generator) Expression(depth int) *Node {
	return g.make(resultTypes[g.random.IntN(len(resultTypes))], depth)
}

func (g *Generator) make(typ string, depth int) *Node {
	rules := branches[typ]
	if depth <= 0 || g.random.IntN(8) == 0 {
		rules = leaves[typ]
	}
	n := &Node{rule: rules[g.random.IntN(len(rules))]}
	for _, kid := range n.rule.kids {
		n.kids = append(n.kids, g.make(kid, depth-1))
	}
	return n
}

// String is the expression's text.
func (n *Node) String() string {
	var b strings.Builder
	for i, part := range n.rule.parts {
		b.WriteString(part)
		if i >= len(n.kids) {
			continue
		}
		text := n.kids[i].String()
		if next := n.rule.parts[i+1]; strings.HasPrefix(next, ".") || strings.HasPrefix(next, "?") || strings.HasPrefix(next, "[") {
			// mcs goes on with a ?. inside of parentheses as if they were not there.
			if strings.Contains(text, "?") {
				text = "(" + casts[n.kids[i].rule.typ] + ")(" + text + ")"
			}
			text = "(" + text + ")"
		}
		b.WriteString(text)
	}
	return b.String()
}

// casts are the types' names in C#.
var casts = map[string]string{
	"int": "int", "long": "long", "bool": "bool", "char": "char", "string": "string", "maybe": "int?", "object": "JObject", "array": "JArray",
	"token": "JToken", "ints": "IEnumerable<int>", "strings": "IEnumerable<string>",
}

// Smaller returns expressions of the same type that are simpler: a part of it, or itself
// with a place made simpler.
func (n *Node) Smaller() []*Node {
	var out []*Node
	if len(n.kids) > 0 {
		for _, r := range leaves[n.rule.typ] {
			out = append(out, &Node{rule: r})
		}
	}
	n.descendants(func(d *Node) {
		if d != n && d.rule.typ == n.rule.typ {
			out = append(out, d)
		}
	})
	for i, kid := range n.kids {
		for _, smaller := range kid.Smaller() {
			kids := append([]*Node(nil), n.kids...)
			kids[i] = smaller
			out = append(out, &Node{n.rule, kids})
		}
	}
	return out
}

func (n *Node) descendants(visit func(*Node)) {
	visit(n)
	for _, kid := range n.kids {
		kid.descendants(visit)
	}
}
