package clr

import (
	"errors"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
	"github.com/dlclark/regexp2/syntax"
)

// RegexOptions are the flags of a regular expression.
type RegexOptions int32

// The options that change what matches, and all that there are.
const (
	RegexNone       RegexOptions = 0
	RegexIgnoreCase RegexOptions = 1
	// RegexRightToLeft searches from the end.
	RegexRightToLeft RegexOptions = 64

	knownRegexOptions RegexOptions = 1 | 2 | 4 | 8 | 16 | 32 | 64 | 256 | 512 | 1024
	// understood are the options that the engine has; the others change nothing here.
	understood = knownRegexOptions &^ (8 | 512 | 1024)
)

// A Regex is C#'s Regex.
type Regex struct {
	pattern string
	options RegexOptions
	// timeout is that of the author; 0 for none.
	timeout time.Duration
	program *regexProgram
}

// A regexProgram is a compiled pattern. The engine keeps its time limit with the pattern,
// so there is one copy for each power of two of milliseconds.
type regexProgram struct {
	compiled *regexp2.Regexp
	timed    [timeLimits]atomic.Pointer[regexp2.Regexp]
}

const timeLimits = 20 // up to 2^19 ms

// within returns a copy that stops within a time, which is rounded down, but for less
// than a millisecond, and how long that is.
func (p *regexProgram) within(limit time.Duration) *regexp2.Regexp {
	i := min(timeLimits, max(1, bits.Len64(uint64(max(1, limit.Milliseconds()))))) - 1
	if r := p.timed[i].Load(); r != nil {
		return r
	}
	r := *p.compiled
	r.MatchTimeout = time.Duration(1<<i) * time.Millisecond
	p.timed[i].CompareAndSwap(nil, &r)
	return p.timed[i].Load()
}

// programs are the patterns that were compiled last.
var programs = struct {
	sync.Mutex
	m map[programKey]*regexProgram
}{m: map[programKey]*regexProgram{}}

type programKey struct {
	pattern string
	options RegexOptions
}

const (
	mostPrograms = 512
	// longestPattern that is kept.
	longestPattern = 4096
)

// NewRegex is new Regex(pattern, options, timeout); a timeout of 0 is none.
func NewRegex(pattern string, options RegexOptions, timeout TimeSpan) (*Regex, error) {
	if options&^knownRegexOptions != 0 || options < 0 {
		return nil, OutOfRangeError("options", "")
	}
	if timeout < 0 || timeout > 0 && timeout < TicksPerMillisecond/100 {
		if timeout != -TicksPerMillisecond { // Regex.InfiniteMatchTimeout
			return nil, OutOfRangeError("matchTimeout", "")
		}
		timeout = 0
	}
	r := &Regex{pattern: pattern, options: options, timeout: time.Duration(min(timeout, 1<<50)) * 100}
	var err error
	r.program, err = compileRegex(pattern, options&understood)
	return r, err
}

func compileRegex(pattern string, options RegexOptions) (*regexProgram, error) {
	key := programKey{pattern, options}
	programs.Lock()
	p := programs.m[key]
	programs.Unlock()
	if p != nil {
		return p, nil
	}
	compiled, err := regexp2.Compile(pattern, regexp2.RegexOptions(options))
	if err != nil {
		return nil, regexError(pattern, err)
	}
	p = &regexProgram{compiled: compiled}
	if len(pattern) <= longestPattern {
		programs.Lock()
		if len(programs.m) >= mostPrograms {
			clear(programs.m)
		}
		programs.m[key] = p
		programs.Unlock()
	}
	return p, nil
}

// regexReasons are .NET's words for what is wrong with a pattern.
var regexReasons = map[syntax.ErrorCode]string{
	syntax.ErrUnexpectedParen:       "Too many )'s.",
	syntax.ErrMissingParen:          "Not enough )'s.",
	syntax.ErrInvalidRepeatOp:       "Nested quantifier.",
	syntax.ErrMissingRepeatArgument: "Quantifier {x,y} following nothing.",
	syntax.ErrUnterminatedBracket:   "Unterminated [] set.",
	syntax.ErrUnterminatedComment:   "Unterminated (?#...) comment.",
	syntax.ErrInvalidRepeatSize:     "Illegal {x,y} with x > y.",
	syntax.ErrIllegalEndEscape:      "Illegal \\ at end of pattern.",
	syntax.ErrInvalidGroupName:      "Invalid group name: Group names must begin with a word character.",
	syntax.ErrReversedCharRange:     "[x-y] range in reverse order.",
	syntax.ErrUnrecognizedGrouping:  "Unrecognized grouping construct.",
}

func regexError(pattern string, err error) error {
	reason := err.Error()
	var e *syntax.Error
	if errors.As(err, &e) {
		if known, ok := regexReasons[e.Code]; ok {
			reason = known
		}
		if e.Code == syntax.ErrMissingRepeatArgument && strings.IndexByte("*+?", pattern[0]) >= 0 {
			reason = "Quantifier '" + pattern[:1] + "' following nothing."
		}
	}
	return ClassRegexParse.Throwf("Invalid pattern '%s' at offset %d. %s", pattern, Length(pattern), reason)
}

// Pattern is the text the Regex was made of.
func (r *Regex) Pattern() string { return r.pattern }

// Options are the options it was made with.
func (r *Regex) Options() RegexOptions { return r.options }

// TypeName is the class.
func (r *Regex) TypeName() string { return "System.Text.RegularExpressions.Regex" }

// ToString is the pattern.
func (r *Regex) ToString() string { return r.pattern }

// Timeout is MatchTimeout: -1 ms when there is none of its own.
func (r *Regex) Timeout() TimeSpan {
	if r.timeout <= 0 {
		return -TicksPerMillisecond
	}
	return TimeSpan(r.timeout / 100)
}

// GroupNumbers is GetGroupNumbers().
func (r *Regex) GroupNumbers() []int32 {
	numbers := r.program.compiled.GetGroupNumbers()
	out := make([]int32, len(numbers))
	for i, n := range numbers {
		out[i] = int32(n)
	}
	return out
}

// GroupName is GroupNameFromNumber.
func (r *Regex) GroupName(i int) string { return r.program.compiled.GroupNameFromNumber(i) }

// GroupNumber is GroupNumberFromName.
func (r *Regex) GroupNumber(name string) int { return r.program.compiled.GroupNumberFromName(name) }

// GroupNames are the names of the groups; a group without one has its number.
func (r *Regex) GroupNames() []string { return r.program.compiled.GetGroupNames() }

// A subject is a text that is searched, as the engine wants it.
type subject struct {
	text  string
	runes []rune
	// plain: a position is the same in bytes, code points and UTF-16 units.
	plain bool
}

func newSubject(text string) *subject {
	s := &subject{text: text, plain: isASCII(text)}
	s.runes = make([]rune, 0, len(text))
	for i := 0; i < len(text); {
		r, n := decode(text[i:])
		s.runes = append(s.runes, r)
		i += n
	}
	return s
}

// units is how many UTF-16 units there are up to a code point.
func (s *subject) units(rune int) int {
	if s.plain {
		return rune
	}
	n := rune
	for _, r := range s.runes[:rune] {
		if r >= 0x10000 {
			n++
		}
	}
	return n
}

// runeAt is the code point at a UTF-16 unit.
func (s *subject) runeAt(unit int) int {
	if s.plain {
		return unit
	}
	for i, r := range s.runes {
		if unit <= 0 {
			return i
		}
		if unit--; r >= 0x10000 {
			unit--
		}
	}
	return len(s.runes)
}

func (s *subject) cut(from, to int) string {
	if s.plain {
		return s.text[from:to]
	}
	b := make([]byte, 0, to-from)
	for _, r := range s.runes[from:to] {
		if r >= firstHigh && r <= lastLow {
			b = appendUnit(b, uint16(r))
		} else {
			b = utf8.AppendRune(b, r)
		}
	}
	return string(b)
}

// A Capture is a piece of a text that a group matched. Positions are in UTF-16 units.
type Capture struct {
	in       *subject
	from, to int // code points
}

// TypeName is the class.
func (c *Capture) TypeName() string { return "System.Text.RegularExpressions.Capture" }

// Index is where the piece begins.
func (c *Capture) Index() int { return c.in.units(c.from) }

// Length is how long it is.
func (c *Capture) Length() int { return c.in.units(c.to) - c.in.units(c.from) }

// Value is the piece; "" when nothing matched.
func (c *Capture) Value() string { return c.in.cut(c.from, c.to) }

// ToString is the piece.
func (c *Capture) ToString() string { return c.Value() }

// A Group is what one group of a pattern matched.
type Group struct {
	Capture
	Name     string
	Success  bool
	Captures []*Capture
}

// TypeName is the class.
func (g *Group) TypeName() string { return "System.Text.RegularExpressions.Group" }

// A Match is one match of a pattern, or that there is none.
type Match struct {
	Group
	regex  *Regex
	found  *regexp2.Match
	groups []*Group
}

// TypeName is the class.
func (m *Match) TypeName() string { return "System.Text.RegularExpressions.Match" }

var nothing = &subject{plain: true}

// MatchEmpty is the match that is none.
var MatchEmpty = &Match{Group: Group{Capture: Capture{in: nothing}, Name: "0"}}

// Match finds the first match from a UTF-16 position on, within a time.
func (r *Regex) Match(text string, start int, left time.Duration) (*Match, error) {
	in := newSubject(text)
	if length := in.units(len(in.runes)); start < 0 || start > length {
		return nil, OutOfRangeError("startat", "Start index cannot be less than 0 or greater than input length.")
	}
	engine, err := r.engine(left)
	if err != nil {
		return nil, err
	}
	found, err := engine.FindRunesMatchStartingAt(in.runes, in.runeAt(start))
	return r.result(in, found, err, left)
}

// First finds the first match in the whole text, in the order of the options.
func (r *Regex) First(text string, left time.Duration) (*Match, error) {
	start := 0
	if r.options&RegexRightToLeft != 0 {
		start = Length(text)
	}
	return r.Match(text, start, left)
}

// IsMatch reports whether there is a match from a position on.
func (r *Regex) IsMatch(text string, start int, left time.Duration) (bool, error) {
	m, err := r.Match(text, start, left)
	return err == nil && m.Success, err
}

// Next finds the match after this one.
func (m *Match) Next(left time.Duration) (*Match, error) {
	if !m.Success {
		return m, nil
	}
	engine, err := m.regex.engine(left)
	if err != nil {
		return nil, err
	}
	found, err := engine.FindNextMatch(m.found)
	return m.regex.result(m.in, found, err, left)
}

// engine is the program with the shorter of the author's time and what is left.
func (r *Regex) engine(left time.Duration) (*regexp2.Regexp, error) {
	if left <= 0 {
		return nil, outOfTime()
	}
	if r.timeout > 0 && r.timeout < left {
		left = r.timeout
	}
	return r.program.within(left), nil
}

func outOfTime() error {
	return &LimitError{What: "a regular expression ran for longer than the expression's limit"}
}

func (r *Regex) result(in *subject, found *regexp2.Match, err error, left time.Duration) (*Match, error) {
	switch {
	case err != nil && r.timeout > 0 && r.timeout < left:
		return nil, ClassRegexMatchTimeout.New()
	case err != nil:
		return nil, outOfTime()
	case found == nil:
		return MatchEmpty, nil
	}
	m := &Match{regex: r, found: found}
	m.Group = *newGroup(in, &found.Group)
	return m, nil
}

func newGroup(in *subject, g *regexp2.Group) *Group {
	out := &Group{Name: g.Name, Success: len(g.Captures) > 0, Capture: Capture{in: nothing}}
	for _, c := range g.Captures {
		out.Captures = append(out.Captures, &Capture{in, c.Index, c.Index + c.Length})
	}
	if out.Success {
		out.Capture = Capture{in, g.Index, g.Index + g.Length}
	}
	return out
}

// Groups are the groups in the order of their numbers, the whole match first.
func (m *Match) Groups() []*Group {
	if !m.Success {
		return []*Group{&m.Group} // MatchEmpty is shared: nothing is kept in it
	}
	if m.groups == nil {
		m.groups = []*Group{&m.Group}
		for _, g := range m.found.Groups()[1:] {
			m.groups = append(m.groups, newGroup(m.in, &g))
		}
	}
	return m.groups
}

// CaptureCount is how many pieces the groups captured, without the whole match.
func (m *Match) CaptureCount() int {
	if !m.Success || m.found.GroupCount() == 1 {
		return 0
	}
	n := 0
	for _, g := range m.found.Groups()[1:] {
		n += len(g.Captures)
	}
	return n
}

// GroupNumber is Groups[i]: a group that did not match, if there is none.
func (m *Match) GroupNumber(i int) *Group {
	if m.Success {
		name := itoa(i)
		if n := m.regex.program.compiled.GroupNameFromNumber(i); n != "" {
			name = n
		}
		return m.GroupNamed(name)
	}
	return failedGroup(itoa(i))
}

// GroupNamed is Groups[name]: a group that did not match, if there is none.
func (m *Match) GroupNamed(name string) *Group {
	for _, g := range m.Groups() {
		if g.Name == name {
			return g
		}
	}
	return failedGroup(name)
}

func failedGroup(name string) *Group { return &Group{Capture: Capture{in: nothing}, Name: name} }

// Result is what a replacement pattern makes of the match.
func (m *Match) Result(b *Budget, replacement string) (string, error) {
	if !m.Success {
		return "", ClassNotSupported.Throw("Result cannot be called on a failed Match.")
	}
	var out []byte
	for s := replacement; s != ""; {
		n := strings.IndexByte(s, '$')
		if n < 0 {
			n = len(s)
		}
		piece, used := s[:n], n
		if n == 0 {
			piece, used = m.substitute(s)
		}
		if err := b.Take(int64(len(piece))); err != nil {
			return "", err
		}
		out = appendText(out, piece)
		s = s[used:]
	}
	return string(out), nil
}

// substitute reads what begins with $ and returns what it stands for and its length.
func (m *Match) substitute(s string) (text string, used int) {
	if len(s) < 2 {
		return s, len(s)
	}
	switch s[1] {
	case '$':
		return "$", 2
	case '&':
		return m.Value(), 2
	case '`':
		return m.in.cut(0, m.from), 2
	case '\'':
		return m.in.cut(m.to, len(m.in.runes)), 2
	case '_':
		return m.in.text, 2
	case '+':
		groups := m.Groups()
		return groups[len(groups)-1].Value(), 2
	case '{':
		if end := strings.IndexByte(s, '}'); end > 2 {
			if g, ok := m.defined(s[2:end]); ok {
				return g.Value(), end + 1
			}
		}
	}
	for end := 1 + leadingDigits(s[1:]); end > 1; end-- {
		if g, ok := m.defined(s[1:end]); ok {
			return g.Value(), end
		}
	}
	return "$", 1
}

func leadingDigits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// defined finds a group that the pattern has, by name or number.
func (m *Match) defined(name string) (*Group, bool) {
	if trimmed := strings.TrimLeft(name, "0"); trimmed != "" && allDigits(name) {
		name = trimmed
	} else if allDigits(name) {
		name = "0"
	}
	if n, err := strconv.Atoi(name); err == nil {
		// Groups with names have numbers too, after those without.
		if named := m.regex.program.compiled.GroupNameFromNumber(n); named != "" {
			name = named
		}
	}
	for _, g := range m.Groups() {
		if g.Name == name {
			return g, true
		}
	}
	return nil, false
}

// Each goes through the matches of a text until f returns false or an error.
func (r *Regex) Each(text string, start int, left func() time.Duration, f func(*Match) (bool, error)) error {
	m, err := r.Match(text, start, left())
	for err == nil && m.Success {
		var more bool
		if more, err = f(m); err != nil || !more {
			return err
		}
		m, err = m.Next(left())
	}
	return err
}

// Replace replaces up to count matches (all, if count is -1) by what f makes of them.
func (r *Regex) Replace(b *Budget, text string, count, start int, left func() time.Duration, f func(*Match) (string, error)) (string, error) {
	if count < -1 {
		return "", OutOfRangeError("count", "Count cannot be less than -1.")
	}
	var pieces []string
	at := 0
	backwards := r.options&RegexRightToLeft != 0
	var in *subject
	if count != 0 {
		err := r.Each(text, start, left, func(m *Match) (bool, error) {
			if in == nil {
				in = m.in
				if backwards {
					at = len(in.runes)
				}
			}
			replacement, err := f(m)
			if backwards {
				pieces = append(pieces, m.in.cut(m.to, at), replacement)
				at = m.from
			} else {
				pieces = append(pieces, m.in.cut(at, m.from), replacement)
				at = m.to
			}
			count--
			return count != 0, err
		})
		if err != nil {
			return "", err
		}
	}
	if in == nil {
		return text, nil
	}
	if !backwards {
		return Concat(b, append(pieces, in.cut(at, len(in.runes)))...)
	}
	pieces = append(pieces, in.cut(0, at))
	slices.Reverse(pieces)
	return Concat(b, pieces...)
}

// Split cuts a text at the matches into up to count parts (0: any number). What groups
// captured is among the parts.
func (r *Regex) Split(b *Budget, text string, count, start int, left func() time.Duration) ([]string, error) {
	if count < 0 {
		return nil, OutOfRangeError("count", "Count cannot be less than -1.")
	}
	if count == 1 {
		return []string{text}, nil
	}
	var parts []string
	at := 0
	var in *subject
	backwards := r.options&RegexRightToLeft != 0
	err := r.Each(text, start, left, func(m *Match) (bool, error) {
		if backwards && in == nil {
			at = len(m.in.runes)
		}
		in = m.in
		if backwards {
			parts = append(parts, in.cut(m.to, at))
			at = m.from
		} else {
			parts = append(parts, in.cut(at, m.from))
			at = m.to
		}
		for _, g := range m.Groups()[1:] {
			if g.Success {
				parts = append(parts, g.Value())
			}
		}
		count--
		return count != 1, b.Take(int64(16 * (1 + len(m.Groups()))))
	})
	switch {
	case err != nil:
		return nil, err
	case in == nil:
		return []string{text}, nil
	case backwards:
		parts = append(parts, in.cut(0, at))
		slices.Reverse(parts)
		return parts, nil
	}
	return append(parts, in.cut(at, len(in.runes))), nil
}

// UnescapeRegex is Regex.Unescape.
func UnescapeRegex(s string) (string, error) {
	out, err := syntax.Unescape(s)
	if err != nil {
		return "", regexError(s, err)
	}
	return out, nil
}

// EscapeRegex is Regex.Escape.
func EscapeRegex(b *Budget, s string) (string, error) {
	if err := b.Take(2 * int64(len(s))); err != nil {
		return "", err
	}
	const meta = "\\*+?|{[()^$.# "
	var out strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '\t' && c <= '\r' && c != '\v':
			out.WriteString([]string{`\t`, `\n`, "", `\f`, `\r`}[c-'\t'])
		case strings.IndexByte(meta, c) >= 0:
			out.WriteByte('\\')
			out.WriteByte(c)
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), nil
}
