package xpath

import (
	"math"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// A function of XPath's core library.
type function struct {
	least, most int // arguments; most is -1 where there is no limit
	run         func(e *evaluation, at place, args []any) (any, error)
}

type callExpr struct {
	run  func(*evaluation, place, []any) (any, error)
	args []expr
}

func (c *callExpr) eval(e *evaluation, at place) (any, error) {
	args := make([]any, len(c.args))
	for i, a := range c.args {
		v, err := a.eval(e, at)
		if err != nil {
			return nil, err
		}
		args[i] = v
	}
	return c.run(e, at, args)
}

// functions by their name.
var functions = map[string]function{
	"last":     {0, 0, func(_ *evaluation, at place, _ []any) (any, error) { return float64(at.last), nil }},
	"position": {0, 0, func(_ *evaluation, at place, _ []any) (any, error) { return float64(at.position), nil }},
	"count":    {1, 1, onNodes(func(set []Node) any { return float64(len(set)) })},
	"sum": {1, 1, onNodes(func(set []Node) any {
		sum := 0.0
		for _, n := range set {
			sum += toNumber(n.QueryValue())
		}
		return sum
	})},
	"id":            {1, 1, func(*evaluation, place, []any) (any, error) { return []Node(nil), nil }},
	"local-name":    {0, 1, onName(func(_, local, _ string) string { return local })},
	"namespace-uri": {0, 1, onName(func(_, _, uri string) string { return uri })},
	"name": {0, 1, onName(func(prefix, local, _ string) string {
		if prefix == "" {
			return local
		}
		return prefix + ":" + local
	})},
	"string":           {0, 1, onString(func(s string) any { return s })},
	"string-length":    {0, 1, onString(func(s string) any { return float64(clr.Length(s)) })},
	"normalize-space":  {0, 1, onString(func(s string) any { return strings.Join(fields(s), " ") })},
	"number":           {0, 1, onValue(func(v any) any { return toNumber(v) })},
	"boolean":          {1, 1, onValue(func(v any) any { return toBool(v) })},
	"not":              {1, 1, onValue(func(v any) any { return !toBool(v) })},
	"true":             {0, 0, func(*evaluation, place, []any) (any, error) { return true, nil }},
	"false":            {0, 0, func(*evaluation, place, []any) (any, error) { return false, nil }},
	"floor":            {1, 1, onValue(func(v any) any { return math.Floor(toNumber(v)) })},
	"ceiling":          {1, 1, onValue(func(v any) any { return math.Ceil(toNumber(v)) })},
	"round":            {1, 1, onValue(func(v any) any { return math.Floor(toNumber(v) + 0.5) })},
	"starts-with":      {2, 2, onStrings(func(s []string) any { return strings.HasPrefix(s[0], s[1]) })},
	"contains":         {2, 2, onStrings(func(s []string) any { return strings.Contains(s[0], s[1]) })},
	"substring-before": {2, 2, onStrings(func(s []string) any { before, _, found := strings.Cut(s[0], s[1]); return keepIf(before, found) })},
	"substring-after":  {2, 2, onStrings(func(s []string) any { _, after, found := strings.Cut(s[0], s[1]); return keepIf(after, found) })},
	"concat":           {2, -1, onStrings(func(s []string) any { return strings.Join(s, "") })},
	"translate":        {3, 3, onStrings(func(s []string) any { return translate(s[0], s[1], s[2]) })},
	"substring":        {2, 3, substring},
	"lang":             {1, 1, lang},
}

func keepIf(s string, found bool) string {
	if !found {
		return ""
	}
	return s
}

func fields(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' })
}

func onNodes(f func([]Node) any) func(*evaluation, place, []any) (any, error) {
	return func(_ *evaluation, _ place, args []any) (any, error) {
		set, ok := args[0].([]Node)
		if !ok {
			return nil, errorf("Expression must evaluate to a node-set.")
		}
		return f(set), nil
	}
}

// onName is of the first node of the argument, or of the place.
func onName(f func(prefix, local, uri string) string) func(*evaluation, place, []any) (any, error) {
	return func(_ *evaluation, at place, args []any) (any, error) {
		n := at.node
		if len(args) > 0 {
			set, ok := args[0].([]Node)
			if !ok {
				return nil, errorf("Expression must evaluate to a node-set.")
			}
			if len(set) == 0 {
				return "", nil
			}
			n = set[0]
		}
		return f(n.QueryName()), nil
	}
}

func onValue(f func(any) any) func(*evaluation, place, []any) (any, error) {
	return func(_ *evaluation, at place, args []any) (any, error) {
		if len(args) == 0 {
			return f(at.node.QueryValue()), nil
		}
		return f(args[0]), nil
	}
}

func onString(f func(string) any) func(*evaluation, place, []any) (any, error) {
	return onValue(func(v any) any { return f(toString(v)) })
}

func onStrings(f func([]string) any) func(*evaluation, place, []any) (any, error) {
	return func(_ *evaluation, _ place, args []any) (any, error) {
		texts := make([]string, len(args))
		total := int64(0)
		for i, a := range args {
			texts[i] = toString(a)
			total += int64(len(texts[i]))
		}
		if total > clr.MaxText {
			return nil, &clr.LimitError{What: "an XPath query built a text that is too long"}
		}
		return f(texts), nil
	}
}

func translate(s, from, to string) string {
	target := []rune(to)
	with := map[rune]rune{}
	i := 0
	for _, c := range from {
		if _, ok := with[c]; !ok {
			with[c] = -1
			if i < len(target) {
				with[c] = target[i]
			}
		}
		i++
	}
	return strings.Map(func(c rune) rune {
		if r, ok := with[c]; ok {
			return r
		}
		return c
	}, s)
}

// substring counts characters from 1, and rounds.
func substring(_ *evaluation, _ place, args []any) (any, error) {
	s := toString(args[0])
	begin := math.Floor(toNumber(args[1]) + 0.5)
	stop := math.Inf(1)
	if len(args) == 3 {
		stop = begin + math.Floor(toNumber(args[2])+0.5)
	}
	n := clr.Length(s)
	first, past := math.Max(begin, 1), math.Min(stop, float64(n+1))
	if math.IsNaN(begin) || math.IsNaN(stop) || !(first < past) {
		return "", nil
	}
	rest, err := clr.Substring(s, int(first)-1)
	if err != nil {
		return nil, err
	}
	return valueOf(clr.SubstringCount(rest, 0, int(past-first)))
}

func valueOf(s string, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// lang reports whether xml:lang at the place says the language or one below it.
func lang(_ *evaluation, at place, args []any) (any, error) {
	want := toString(args[0])
	for n := at.node; n != nil; n = n.QueryParent() {
		if n.QueryKind() != Element {
			continue
		}
		for _, a := range n.QueryAttributes() {
			if prefix, local, _ := a.QueryName(); prefix == "xml" && local == "lang" {
				v := a.QueryValue()
				return strings.EqualFold(v, want) || len(v) > len(want) && v[len(want)] == '-' && strings.EqualFold(v[:len(want)], want), nil
			}
		}
	}
	return false, nil
}

func toString(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return clr.DoubleText(v)
	case bool:
		return strconv.FormatBool(v)
	case []Node:
		if len(v) > 0 {
			return v[0].QueryValue()
		}
	}
	return ""
}

func toNumber(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case bool:
		if v {
			return 1
		}
		return 0
	}
	s := strings.Trim(toString(v), " \t\r\n")
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || strings.Trim(digits, "0123456789.") != "" {
		return math.NaN()
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN()
	}
	return f
}

func toBool(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case float64:
		return v != 0 && !math.IsNaN(v)
	case string:
		return v != ""
	case []Node:
		return len(v) > 0
	}
	return false
}
