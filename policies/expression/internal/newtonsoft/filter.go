package newtonsoft

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dlclark/regexp2"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// SelectOptions change how a path is evaluated.
type SelectOptions struct {
	// ErrorWhenNoMatch makes a step that finds nothing an error.
	ErrorWhenNoMatch bool
	// RegexTimeout is how long one regular expression may run; 0 means DefaultRegexTimeout.
	RegexTimeout time.Duration
	// Budget pays for the tokens that steps find; nil means without limit.
	Budget *clr.Budget
}

// DefaultRegexTimeout is how long a regular expression in a path may run by default.
const DefaultRegexTimeout = time.Second

// SelectToken evaluates a path and returns the token it finds, or nil. It fails when
// there are several.
func SelectToken(t JToken, path string, o SelectOptions) (JToken, error) {
	q, err := CompilePath(path)
	if err != nil {
		return nil, err
	}
	return q.Token(t, o)
}

// Token returns the token that the path finds from t, or nil.
func (q *Query) Token(t JToken, o SelectOptions) (JToken, error) {
	found, err := q.Tokens(t, o)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if len(found) > 1 {
		return nil, clr.ClassJSON.Throw("Path returned multiple tokens.")
	}
	return found[0], nil
}

// Tokens returns all tokens that the path finds from t.
func (q *Query) Tokens(t JToken, o SelectOptions) ([]JToken, error) {
	if o.RegexTimeout == 0 {
		o.RegexTimeout = DefaultRegexTimeout
	}
	s := selection{SelectOptions: o, root: t, regexes: map[string]*regexp2.Regexp{}}
	return s.run(q.filters, t)
}

// A selection is one evaluation of a path.
type selection struct {
	SelectOptions
	root JToken
	// regexes are the patterns that this evaluation has compiled, with its timeout.
	regexes map[string]*regexp2.Regexp
	// found is what the step that is running has found.
	found []JToken
}

// step is the state for one step, which has found nothing yet.
func (s *selection) step() selection {
	return selection{SelectOptions: s.SelectOptions, root: s.root, regexes: s.regexes}
}

func (s *selection) run(filters []filter, from JToken) ([]JToken, error) {
	current := []JToken{from}
	for _, f := range filters {
		next := s.step()
		for _, t := range current {
			if err := f.apply(&next, t); err != nil {
				return nil, err
			}
		}
		if current = next.found; len(current) == 0 {
			return nil, nil
		}
	}
	return current, nil
}

// add notes a token that the step finds.
func (s *selection) add(t JToken) error {
	if s.Budget != nil {
		if err := s.Budget.Take(16); err != nil {
			return err
		}
	}
	s.found = append(s.found, t)
	return nil
}

// miss is what a step that finds nothing in a token returns.
func (s *selection) miss(format string, args ...any) error {
	if !s.ErrorWhenNoMatch {
		return nil
	}
	return clr.ClassJSON.Throwf(format, args...)
}

// A filter is one step of a path.
type filter interface {
	// apply adds what the step finds from one token.
	apply(*selection, JToken) error
}

// fieldFilter: .name, ['a','b'], .*
type fieldFilter struct {
	names          []string
	every, several bool
}

func (f fieldFilter) apply(s *selection, t JToken) error {
	o, ok := t.(*JObject)
	switch {
	case !ok && f.several:
		return s.miss("Properties '%s' not valid on %s.", strings.Join(f.names, "', '"), t.ClassName())
	case !ok:
		return s.miss("Property '%s' not valid on %s.", f.names[0], t.ClassName())
	case f.every:
		for _, p := range o.props {
			if err := s.add(p.value); err != nil {
				return err
			}
		}
		return nil
	}
	for _, name := range f.names {
		v := o.Get(name)
		var err error
		if v != nil {
			err = s.add(v)
		} else {
			err = s.miss("Property '%s' does not exist on JObject.", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// scanFilter: ..name, ..['a','b'], ..*
type scanFilter struct {
	names []string
	every bool
}

func (f scanFilter) apply(s *selection, t JToken) error {
	if f.every {
		if err := s.add(t); err != nil {
			return err
		}
	}
	for d := range Descendants(t) {
		p, isProperty := d.(*JProperty)
		var err error
		switch {
		case f.every && !isProperty:
			err = s.add(d)
		case !f.every && isProperty && slices.Contains(f.names, p.name):
			err = s.add(p.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// indexFilter: [n], [n,m], [*]
type indexFilter struct {
	indexes []int
	every   bool
}

func (f indexFilter) apply(s *selection, t JToken) error {
	c, ok := list(t)
	switch {
	case !ok && f.every:
		return s.miss("Index * not valid on %s.", t.ClassName())
	case !ok:
		return s.miss("Index %d not valid on %s.", f.indexes[0], t.ClassName())
	case f.every:
		return s.addAll(c)
	}
	for _, i := range f.indexes {
		var err error
		switch {
		case i < 0:
			err = clr.IndexError()
		case i >= c.Count():
			err = s.miss("Index %d outside the bounds of %s.", i, t.ClassName())
		default:
			err = s.add(c.child(i))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *selection) addAll(c JContainer) error {
	for i := range c.Count() {
		if err := s.add(c.child(i)); err != nil {
			return err
		}
	}
	return nil
}

// list returns what can be indexed by a number.
func list(t JToken) (JContainer, bool) {
	switch c := t.(type) {
	case *JArray:
		return c, true
	case *JConstructor:
		return c, true
	}
	return nil, false
}

// sliceFilter: [start:end:step]
type sliceFilter struct{ start, end, step *int }

func (f sliceFilter) apply(s *selection, t JToken) error {
	step := valueOr(f.step, 1)
	if step == 0 {
		return clr.ClassJSON.Throw("Step cannot be zero.")
	}
	a, ok := t.(*JArray)
	if !ok {
		return s.miss("Array slice is not valid on %s.", t.ClassName())
	}
	start, stop := f.bounds(len(a.items), step > 0)
	if (step > 0) != (start < stop) || start == stop {
		return s.miss("Array slice of %s to %s returned no results.", boundText(f.start), boundText(f.end))
	}
	for i := start; (step > 0 && i < stop) || (step < 0 && i > stop); i += step {
		if err := s.add(a.items[i]); err != nil {
			return err
		}
	}
	return nil
}

// bounds are the first index and the one to stop before, in an array of n items.
func (f sliceFilter) bounds(n int, forward bool) (start, stop int) {
	lowest, highest, first, last := 0, n, 0, n
	if !forward {
		lowest, highest, first, last = -1, n-1, n-1, -1
	}
	start, stop = valueOr(f.start, first), valueOr(f.end, last)
	if f.start != nil && start < 0 {
		start += n
	}
	if f.end != nil && stop < 0 {
		stop += n
	}
	return min(max(start, lowest), highest), min(max(stop, -1), n)
}

func valueOr(n *int, otherwise int) int {
	if n == nil {
		return otherwise
	}
	return *n
}

func boundText(n *int) string {
	if n == nil {
		return "*"
	}
	return strconv.Itoa(*n)
}

// queryFilter: [?(condition)], ..[?(condition)]
type queryFilter struct {
	condition condition
	scan      bool
}

func (f queryFilter) apply(s *selection, t JToken) error {
	tokens := Children(t)
	if f.scan {
		if err := f.test(s, t); err != nil {
			return err
		}
		tokens = Descendants(t)
	}
	for d := range tokens {
		if err := f.test(s, d); err != nil {
			return err
		}
	}
	return nil
}

func (f queryFilter) test(s *selection, t JToken) error {
	ok, err := f.condition.holds(s, t)
	if err != nil || !ok {
		return err
	}
	return s.add(t)
}

// A condition is what stands between the parentheses of a filter.
type condition interface {
	holds(*selection, JToken) (bool, error)
}

// joined: left && right, or left || right.
type joined struct {
	and         bool
	left, right condition
}

func (j joined) holds(s *selection, t JToken) (bool, error) {
	left, err := j.left.holds(s, t)
	if err != nil || left != j.and {
		return left, err
	}
	return j.right.holds(s, t)
}

type operator int

const (
	exists operator = iota
	equal
	notEqual
	strictEqual
	strictNotEqual
	less
	lessOrEqual
	greater
	greaterOrEqual
	matches
)

// operators in the order in which they are tried.
var operators = []struct {
	text     string
	operator operator
}{
	{"===", strictEqual},
	{"==", equal},
	{"=~", matches},
	{"!==", strictNotEqual},
	{"!=", notEqual},
	{"<>", notEqual},
	{"<=", lessOrEqual},
	{"<", less},
	{">=", greaterOrEqual},
	{">", greater},
}

// An operand is one side of a comparison.
type operand struct {
	value    *JValue
	path     []filter
	isPath   bool
	fromRoot bool
}

func (o operand) tokens(s *selection, t JToken) ([]JToken, error) {
	if !o.isPath {
		return []JToken{o.value}, nil
	}
	if o.fromRoot {
		t = s.root
	}
	inner := s.step()
	inner.ErrorWhenNoMatch = false
	return inner.run(o.path, t)
}

// comparison holds when it holds for some token of the left and some of the right.
type comparison struct {
	operator    operator
	left, right operand
}

func (c comparison) holds(s *selection, t JToken) (bool, error) {
	left, err := c.left.tokens(s, t)
	if err != nil || len(left) == 0 || c.operator == exists {
		return len(left) > 0, err
	}
	right, err := c.right.tokens(s, t)
	if err != nil {
		return false, err
	}
	for _, l := range left {
		for _, r := range right {
			if ok, err := c.compare(s, l, r); err != nil || ok {
				return ok, err
			}
		}
	}
	return false, nil
}

func (c comparison) compare(s *selection, left, right JToken) (bool, error) {
	l, ok := left.(*JValue)
	r, ok2 := right.(*JValue)
	if !ok || !ok2 {
		return c.operator == notEqual, nil
	}
	switch c.operator {
	case equal:
		return looselyEqual(l, r)
	case notEqual:
		ok, err := looselyEqual(l, r)
		return !ok, err
	case strictEqual:
		return strictlyEqual(l, r)
	case strictNotEqual:
		ok, err := strictlyEqual(l, r)
		return !ok, err
	case matches:
		return matchRegex(s, l, r)
	}
	n, err := l.CompareTo(r)
	if err != nil {
		return false, err
	}
	switch c.operator {
	case less:
		return n < 0, nil
	case lessOrEqual:
		return n <= 0, nil
	case greater:
		return n > 0, nil
	}
	return n >= 0, nil
}

func mixesNumbers(a, b *JValue) bool {
	return a.kind == Integer && b.kind == Float || a.kind == Float && b.kind == Integer
}

// looselyEqual compares with ==: 1 equals 1.0, and a string equals what prints as it.
func looselyEqual(v, query *JValue) (bool, error) {
	switch {
	case v.Equals(query):
		return true, nil
	case mixesNumbers(v, query):
		n, err := compareAs(v.kind, v.Value(), query.Value())
		return n == 0, err
	case query.kind != String:
		return false, nil
	}
	switch x := v.Value().(type) {
	case clr.DateTime:
		return dateText(x) == query.text, nil
	case clr.DateTimeOffset:
		return offsetText(x) == query.text, nil
	case []byte:
		return base64.StdEncoding.EncodeToString(x) == query.text, nil
	case *clr.URI:
		return x.OriginalString() == query.text, nil
	case clr.Guid, clr.TimeSpan:
		return clr.ToString(x) == query.text, nil
	}
	return false, nil
}

// strictlyEqual compares with ===.
func strictlyEqual(v, query *JValue) (bool, error) {
	if mixesNumbers(v, query) {
		n, err := compareAs(v.kind, v.Value(), query.Value())
		return n == 0, err
	}
	return v.Equals(query), nil
}

// compileRegex compiles /pattern/options. In Json.NET option x is ExplicitCapture.
func compileRegex(literal string) (*regexp2.Regexp, error) {
	end := strings.LastIndexByte(literal, '/')
	if end < 1 {
		return nil, clr.OutOfRangeError("length", "Length cannot be less than zero.")
	}
	var options regexp2.RegexOptions
	for _, c := range literal[end+1:] {
		switch c {
		case 'i':
			options |= regexp2.IgnoreCase
		case 'm':
			options |= regexp2.Multiline
		case 's':
			options |= regexp2.Singleline
		case 'x':
			options |= regexp2.ExplicitCapture
		}
	}
	re, err := regexp2.Compile(literal[1:end], options)
	if err != nil {
		return nil, clr.ClassRegexParse.Throw(err.Error())
	}
	return re, nil
}

func matchRegex(s *selection, l, r *JValue) (bool, error) {
	if l.kind != String || r.kind != String {
		return false, nil
	}
	re := s.regexes[r.text]
	if re == nil {
		var err error
		if re, err = compileRegex(r.text); err != nil {
			return false, err
		}
		re.MatchTimeout = s.RegexTimeout
		s.regexes[r.text] = re
	}
	ok, err := re.MatchString(l.text)
	if err != nil {
		return false, clr.ClassRegexMatchTimeout.New()
	}
	return ok, nil
}
