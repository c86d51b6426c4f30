package library

import (
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func regexOptionsEnum() *Class {
	return &Class{
		Name: "System.Text.RegularExpressions.RegexOptions", Kind: types.Enum, Doc: "How a regular expression matches.", Flags: true,
		Values: "None=0 IgnoreCase=1 Multiline=2 ExplicitCapture=4 Compiled=8 Singleline=16 IgnorePatternWhitespace=32 RightToLeft=64 ECMAScript=256 CultureInvariant=512 NonBacktracking=1024",
	}
}

func matchEvaluatorDelegate() *Class {
	return &Class{
		Name: "System.Text.RegularExpressions.MatchEvaluator", Kind: types.Delegate, Doc: "What a match is replaced by.", Access: AllowSome,
		Invoke: "string Invoke(Match match)",
	}
}

// regexCall is a call of an instance method, or of the static one with a pattern.
type regexCall struct {
	Call
	regex *clr.Regex
	input string
	// rest are the arguments after the input, without pattern, options and time limit.
	rest []any
}

// onInstance makes code of an instance method: regex, input, and the rest.
func onInstance(f func(regexCall) (any, error)) Code {
	return Boxed(func(c Call, args []any) (any, error) {
		input, ok := args[1].(string)
		if !ok {
			return nil, NullArgument("input")
		}
		return f(regexCall{c, args[0].(*clr.Regex), input, args[2:]})
	})
}

// onPattern makes code of a static method: input, pattern, some arguments of its own,
// and, if there are more, options and a time limit.
func onPattern(own int, f func(regexCall) (any, error)) Code {
	return Boxed(func(c Call, args []any) (any, error) {
		input, ok := args[0].(string)
		pattern, ok2 := args[1].(string)
		switch {
		case !ok:
			return nil, NullArgument("input")
		case !ok2:
			return nil, NullArgument("pattern")
		}
		r, err := newRegex(pattern, args[2+own:])
		if err != nil {
			return nil, err
		}
		return f(regexCall{c, r, input, args[2 : 2+own]})
	})
}

// newRegex takes options and a time limit, or less.
func newRegex(pattern string, more []any) (*clr.Regex, error) {
	options, limit := clr.RegexNone, clr.TimeSpan(0)
	if len(more) > 0 {
		options = clr.RegexOptions(more[0].(clr.Enum).Value)
	}
	if len(more) > 1 {
		if limit = more[1].(clr.TimeSpan); limit == 0 {
			return nil, clr.OutOfRangeError("matchTimeout", "")
		}
	}
	return clr.NewRegex(pattern, options, limit)
}

// start is where the search begins: an argument, or the end that the options say.
func (c regexCall) start(i int) int {
	switch {
	case i < len(c.rest):
		return int(c.rest[i].(int32))
	case c.regex.Options()&clr.RegexRightToLeft != 0:
		return clr.Length(c.input)
	}
	return 0
}

func (c regexCall) isMatch() (any, error) {
	return valueOrError(c.regex.IsMatch(c.input, c.start(0), c.Remaining()))
}

func (c regexCall) match() (any, error) {
	return valueOrError(kept(c.Call)(c.regex.Match(c.input, c.start(0), c.Remaining())))
}

// kept takes what a match keeps from the memory budget.
func kept(c Call) func(*clr.Match, error) (*clr.Match, error) {
	return func(m *clr.Match, err error) (*clr.Match, error) {
		if err != nil {
			return nil, err
		}
		return m, c.Budget().Take(matchSize + captureSize*int64(m.CaptureCount()))
	}
}

func (c regexCall) matches() (any, error) {
	found := &matchCollection{}
	err := c.regex.Each(c.input, c.start(0), c.Remaining, func(m *clr.Match) (bool, error) {
		found.matches = append(found.matches, m)
		if _, err := kept(c.Call)(m, nil); err != nil {
			return false, err
		}
		return true, c.Step()
	})
	return valueOrError(found, err)
}

// About how many bytes a match takes, and each piece that its groups captured.
const (
	matchSize   = 256
	captureSize = 64
)

func (c regexCall) replace() (any, error) {
	count := -1
	if len(c.rest) > 1 {
		count = int(c.rest[1].(int32))
	}
	with, err := c.replacement()
	if err != nil {
		return nil, err
	}
	return valueOrError(c.regex.Replace(c.Budget(), c.input, count, c.start(2), c.Remaining, func(m *clr.Match) (string, error) {
		if err := c.Step(); err != nil {
			return "", err
		}
		return with(m)
	}))
}

// replacement is what the first argument makes of a match: a text with $1 and the like,
// or a delegate.
func (c regexCall) replacement() (func(*clr.Match) (string, error), error) {
	switch with := c.rest[0].(type) {
	case string:
		return func(m *clr.Match) (string, error) { return m.Result(c.Budget(), with) }, nil
	case *Delegate:
		return func(m *clr.Match) (string, error) {
			v, err := with.Call(m)
			text, _ := v.(string)
			return text, err
		}, nil
	}
	return nil, NullArgument("replacement")
}

func (c regexCall) split() (any, error) {
	count := 0
	if len(c.rest) > 0 {
		count = int(c.rest[0].(int32))
	}
	parts, err := c.regex.Split(c.Budget(), c.input, count, c.start(1), c.Remaining)
	if err != nil {
		return nil, err
	}
	return Strings(parts...), nil
}

func regexClass() *Class {
	c := &Class{
		Name: "System.Text.RegularExpressions.Regex", Go: TypeFor[*clr.Regex](), Doc: "A regular expression of .NET's dialect.", Access: AllowSome,
		Members: append(regexMaking(), regexStatic()...),
	}
	for i := range c.Members {
		c.Members[i] = c.Members[i].Allowed()
	}
	c.Members = append(c.Members, regexOthers()...)
	return c
}

func regexMaking() []Member {
	construct := Boxed(func(_ Call, args []any) (any, error) {
		pattern, ok := args[0].(string)
		if !ok {
			return nil, NullArgument("pattern")
		}
		return valueOrError(newRegex(pattern, args[1:]))
	})
	isMatch, match := onInstance(regexCall.isMatch), onInstance(regexCall.match)
	matches, replace, split := onInstance(regexCall.matches), onInstance(regexCall.replace), onInstance(regexCall.split)
	return []Member{
		M("Regex(string pattern)", "A regular expression.", construct, `new Regex("^a+$").IsMatch("aa") => true`,
			`new Regex("(") => RegexParseException: Invalid pattern '(' at offset 1. Not enough )'s.`),
		M("Regex(string pattern, RegexOptions options)", "A regular expression that matches as the options say.", construct,
			`new Regex("^a", RegexOptions.IgnoreCase).IsMatch("Ab") => true`),
		M("Regex(string pattern, RegexOptions options, TimeSpan matchTimeout)", "A regular expression whose matching may take so long.", construct),
		M("bool IsMatch(string input)", "Whether there is a match.", isMatch),
		M("bool IsMatch(string input, int startat)", "Whether there is a match from a position on.", isMatch, `new Regex("a").IsMatch("ab", 1) => false`),
		M("Match Match(string input)", "The first match.", match, `new Regex(@"\d+").Match("a12b").Value => "12"`),
		M("Match Match(string input, int startat)", "The first match from a position on.", match, `new Regex("a").Match("aba", 1).Index => 2`),
		M("MatchCollection Matches(string input)", "All matches.", matches),
		M("MatchCollection Matches(string input, int startat)", "All matches from a position on.", matches),
		M("string Replace(string input, string replacement)", "The text with each match replaced; $1, ${name}, $& and the like stand for what was matched.", replace,
			`new Regex(@"(\w+) (\w+)").Replace("a b", "$2 $1") => "b a"`),
		M("string Replace(string input, string replacement, int count)", "The text with up to count matches replaced.", replace, `new Regex("a").Replace("aaa", "b", 2) => "bba"`),
		M("string Replace(string input, string replacement, int count, int startat)", "The text with up to count matches from a position on replaced.", replace),
		M("string Replace(string input, MatchEvaluator evaluator)", "The text with each match replaced by what a function makes of it.", replace,
			`new Regex("[a-z]").Replace("a1b", m => m.Value.ToUpper()) => "A1B"`),
		M("string Replace(string input, MatchEvaluator evaluator, int count)", "The text with up to count matches replaced by what a function makes of them.", replace),
		M("string[] Split(string input)", "The parts between the matches, and what groups captured.", split, `string.Join("|", new Regex("([,;])").Split("a,b;c")) => "a|,|b|;|c"`),
		M("string[] Split(string input, int count)", "Up to count parts between the matches.", split, `string.Join("|", new Regex(",").Split("a,b,c", 2)) => "a|b,c"`),
	}
}

func regexStatic() []Member {
	var members []Member
	for _, m := range []struct {
		result, name, own, doc string
		take                   int
		f                      func(regexCall) (any, error)
		example                string
	}{
		{"bool", "IsMatch", "", "Whether the pattern matches.", 0, regexCall.isMatch, `Regex.IsMatch("abc", "^a.c$") => true`},
		{"Match", "Match", "", "The first match of the pattern.", 0, regexCall.match, `Regex.Match("v=12", @"v=(\d+)").Groups[1].Value => "12"`},
		{"MatchCollection", "Matches", "", "All matches of the pattern.", 0, regexCall.matches, `Regex.Matches("a1b2", @"\d")[1].Value => "2"`},
		{
			"string", "Replace", ", string replacement", "The text with each match of the pattern replaced.", 1, regexCall.replace,
			`Regex.Replace("a-b-c", "-", "") => "abc"`,
		},
		{
			"string", "Replace", ", MatchEvaluator evaluator", "The text with each match of the pattern replaced by what a function makes of it.", 1,
			regexCall.replace, `Regex.Replace("a1", @"\d", m => "<" + m.Value + ">") => "a<1>"`,
		},
		{"string[]", "Split", "", "The parts between the matches of the pattern.", 0, regexCall.split, `Regex.Split("a1b", @"\d")[1] => "b"`},
	} {
		head := "static " + m.result + " " + m.name + "(string input, string pattern" + m.own
		code := onPattern(m.take, m.f)
		members = append(
			members,
			M(head+")", m.doc, code, m.example),
			M(head+", RegexOptions options)", m.doc, code),
			M(head+", RegexOptions options, TimeSpan matchTimeout)", m.doc, code),
		)
	}
	members = append(members,
		M("TimeSpan MatchTimeout { get; }", "How long a match may take; -1 milliseconds for as long as the expression.", F1((*clr.Regex).Timeout), `new Regex("a").MatchTimeout.TotalMilliseconds => -1`),
		M("bool RightToLeft { get; }", "Whether the text is searched from its end.", F1(func(r *clr.Regex) bool { return r.Options()&clr.RegexRightToLeft != 0 }),
			`new Regex("a", RegexOptions.RightToLeft).RightToLeft => true`),
		M("int[] GetGroupNumbers()", "The numbers of the groups.", F1(func(r *clr.Regex) *Array {
			return &Array{Elem: types.IntType, Data: boxAll(r.GroupNumbers())}
		}), `new Regex("(a)(?<b>b)").GetGroupNumbers().Length => 3`),
		M("string GroupNameFromNumber(int i)", "The name of a group, or its number; nothing if there is none.", F2((*clr.Regex).GroupName), `new Regex("(?<b>b)").GroupNameFromNumber(1) => "b"`),
		M("int GroupNumberFromName(string name)", "The number of a group, -1 if there is none.", F2((*clr.Regex).GroupNumber), `new Regex("(?<b>b)").GroupNumberFromName("b") => 1`))
	return append(members, M("static string Unescape(string str)", "The text that an escaped one stands for.", E1(clr.UnescapeRegex), `Regex.Unescape(@"a\.b") => "a.b"`))
}

// regexOthers are not on the allow-list.
func regexOthers() []Member {
	return []Member{
		M("static string Escape(string str)", "The text with what means something in a pattern escaped.",
			C1(func(c Call, s string) (string, error) { return clr.EscapeRegex(c.Budget(), s) }), `Regex.Escape("a.b") => "a\\.b"`),
		M("static TimeSpan InfiniteMatchTimeout", "No time limit of its own.", F0(func() clr.TimeSpan { return -clr.TicksPerMillisecond })),
		M("RegexOptions Options { get; }", "The options it was made with.", F1((*clr.Regex).Options)),
		M("string ToString()", "The pattern.", F1((*clr.Regex).Pattern), `new Regex("a").ToString() => "a"`),
		M("string[] GetGroupNames()", "The names of the groups.", F1((*clr.Regex).GroupNames), `new Regex("(?<n>a)").GetGroupNames()[1] => "n"`),
	}
}

func captureClass() *Class {
	return &Class{
		Name: "System.Text.RegularExpressions.Capture", Kind: types.Class, Go: TypeFor[*clr.Capture](), Abstract: true, Doc: "A piece of text that a group matched.",
		Access: AllowSome,
		Members: []Member{
			M("int Index { get; }", "Where the piece begins.", capture(func(c *clr.Capture) any { return int32(c.Index()) })).Allowed(),
			M("int Length { get; }", "How long the piece is.", capture(func(c *clr.Capture) any { return int32(c.Length()) })).Allowed(),
			M("string Value { get; }", "The piece; empty when nothing matched.", capture(func(c *clr.Capture) any { return c.Value() })).Allowed(),
			M("string ToString()", "The piece.", capture(func(c *clr.Capture) any { return c.Value() })),
		},
	}
}

// capture makes code of a property that matches and groups have as well.
func capture(f func(*clr.Capture) any) Code {
	return Boxed(func(_ Call, args []any) (any, error) {
		switch c := args[0].(type) {
		case *clr.Match:
			return f(&c.Capture), nil
		case *clr.Group:
			return f(&c.Capture), nil
		}
		return f(args[0].(*clr.Capture)), nil
	})
}

// group makes code of a property that matches have as well.
func group(f func(*clr.Group) any) Code {
	return Boxed(func(_ Call, args []any) (any, error) {
		if m, ok := args[0].(*clr.Match); ok {
			return f(&m.Group), nil
		}
		return f(args[0].(*clr.Group)), nil
	})
}

func groupMatchClass() *Class {
	return &Class{
		Name: "System.Text.RegularExpressions.Group", Kind: types.Class, Go: TypeFor[*clr.Group](), Bases: "Capture", Abstract: true,
		Doc: "What one group of a pattern matched.", Access: AllowSome,
		Members: []Member{
			M("bool Success { get; }", "Whether the group matched.", group(func(g *clr.Group) any { return g.Success }),
				`Regex.Match("a", "b").Success => false`).Allowed(),
			M("CaptureCollection Captures { get; }", "All that the group matched.", group(func(g *clr.Group) any { return captureCollection(g.Captures) }),
				`Regex.Match("aaa", "(a)+").Groups[1].Captures.Count => 3`).Allowed(),
			M("string Name { get; }", "The group's name, or its number.", group(func(g *clr.Group) any { return g.Name })),
		},
	}
}

func matchClass() *Class {
	return &Class{
		Name: "System.Text.RegularExpressions.Match", Kind: types.Class, Go: TypeFor[*clr.Match](), Bases: "Group", Abstract: true,
		Doc: "A match of a regular expression, or that there is none.", Access: AllowSome,
		Members: []Member{
			M("static Match Empty { get; }", "The match that is none.", F0(func() *clr.Match { return clr.MatchEmpty })).Allowed(),
			M("GroupCollection Groups { get; }", "What the groups matched; the first is the whole match.", F1(func(m *clr.Match) *groupCollection { return &groupCollection{m} }),
				`Regex.Match("k=v", "(?<key>.)=(?<value>.)").Groups["value"].Value => "v"`).Allowed(),
			M("string Result(string replacement)", "What a replacement makes of the match.",
				C2(func(c Call, m *clr.Match, replacement string) (string, error) {
					return m.Result(c.Budget(), replacement)
				}),
				`Regex.Match("a-b", "(.)-(.)").Result("$2-$1") => "b-a"`).Allowed(),
			M("Match NextMatch()", "The match after this one.", C1(func(c Call, m *clr.Match) (*clr.Match, error) { return kept(c)(m.Next(c.Remaining())) })),
		},
	}
}

// A matchCollection is what Matches found.
type matchCollection struct{ matches []*clr.Match }

// Items goes through them.
func (c *matchCollection) Items() iter.Seq2[any, error] { return itemsIn(c.matches) }

// TypeName is the class.
func (c *matchCollection) TypeName() string {
	return "System.Text.RegularExpressions.MatchCollection"
}

// ToString is the class's name.
func (c *matchCollection) ToString() string { return c.TypeName() }

func itemsIn[T any](items []T) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

func itemAt[T any](items []T, i int) (T, error) {
	if i < 0 || i >= len(items) {
		var none T
		return none, clr.OutOfRangeError("i", "")
	}
	return items[i], nil
}

func matchCollectionClass() *Class {
	return &Class{
		Name: "System.Text.RegularExpressions.MatchCollection", Go: TypeFor[*matchCollection](), Bases: "IReadOnlyList<Match>", Abstract: true,
		Doc: "All matches.", Access: AllowSome,
		Members: []Member{
			M("int Count { get; }", "The number of matches.", F1(func(c *matchCollection) int { return len(c.matches) })),
			M("Match this[int i] { get; }", "A match.", E2(func(c *matchCollection, i int) (*clr.Match, error) { return itemAt(c.matches, i) })),
		},
	}
}

// A groupCollection is the groups of a match.
type groupCollection struct{ match *clr.Match }

// Items goes through them.
func (c *groupCollection) Items() iter.Seq2[any, error] { return itemsIn(c.match.Groups()) }

// TypeName is the class.
func (c *groupCollection) TypeName() string {
	return "System.Text.RegularExpressions.GroupCollection"
}

// ToString is the class's name.
func (c *groupCollection) ToString() string { return c.TypeName() }

func groupCollectionClass() *Class {
	return &Class{
		Name: "System.Text.RegularExpressions.GroupCollection", Go: TypeFor[*groupCollection](), Bases: "IReadOnlyList<Group>", Abstract: true,
		Doc: "What the groups of a pattern matched.", Access: AllowSome,
		Members: []Member{
			M("int Count { get; }", "The number of groups, with the whole match.", F1(func(c *groupCollection) int { return len(c.match.Groups()) }),
				`Regex.Match("ab", "(a)(b)").Groups.Count => 3`).Allowed(),
			M("Group this[int groupnum] { get; }", "The group with a number; one that did not match, if there is none.",
				F2(func(c *groupCollection, i int) *clr.Group { return c.match.GroupNumber(i) }), `Regex.Match("ab", "(a)").Groups[7].Success => false`).Allowed(),
			M("Group this[string groupname] { get; }", "The group with a name; one that did not match, if there is none.",
				F2(func(c *groupCollection, name string) *clr.Group { return c.match.GroupNamed(name) })).Allowed(),
		},
	}
}

// captureCollection is what a group captured.
type captureCollection []*clr.Capture

// Items goes through them.
func (c captureCollection) Items() iter.Seq2[any, error] { return itemsIn(c) }

// TypeName is the class.
func (c captureCollection) TypeName() string {
	return "System.Text.RegularExpressions.CaptureCollection"
}

// ToString is the class's name.
func (c captureCollection) ToString() string { return c.TypeName() }

func captureCollectionClass() *Class {
	return &Class{
		Name: "System.Text.RegularExpressions.CaptureCollection", Go: TypeFor[captureCollection](), Bases: "IReadOnlyList<Capture>", Abstract: true,
		Doc: "All that a group captured.", Access: AllowSome,
		Members: []Member{
			M("int Count { get; }", "The number of captures.", F1(func(c captureCollection) int { return len(c) })).Allowed(),
			M("Capture this[int i] { get; }", "A capture.", E2(func(c captureCollection, i int) (*clr.Capture, error) { return itemAt(c, i) }),
				`Regex.Match("abc", "(.)+").Groups[1].Captures[1].Value => "b"`).Allowed(),
		},
	}
}
