package plan

import (
	"fmt"
	"strings"
)

// A template is an operation's urlTemplate, taken apart.
type template struct {
	segments []segment
	// wildcard is the name of a trailing {*name}, "*" for a bare "/*", "" without one.
	wildcard string
	query    []queryPart
	// names of all parameters, in template order: path first, then query.
	names []string
}

// A segment of a template: literal text and parameters in turn. A plain segment is one
// literal, a parameter is one part with a name.
type segment []part

type part struct{ literal, parameter string }

// queryPart is one "name={parameter}" or "name=literal" of a template.
type queryPart struct{ name, literal, parameter string }

func parseTemplate(s string) (template, error) {
	var t template
	path, query, _ := strings.Cut(s, "?")
	path = strings.Trim(path, "/")
	if path != "" {
		for i, text := range strings.Split(path, "/") {
			if t.wildcard != "" {
				return t, fmt.Errorf("%q: nothing may follow the wildcard", s)
			}
			if name, ok := wildcardName(text); ok {
				t.wildcard = name
				continue
			}
			seg, err := parseSegment(text)
			if err != nil {
				return t, fmt.Errorf("%q: segment %d: %w", s, i+1, err)
			}
			t.segments = append(t.segments, seg)
		}
	}
	if err := t.parseQuery(query); err != nil {
		return t, fmt.Errorf("%q: %w", s, err)
	}
	return t, t.collect(s)
}

func wildcardName(text string) (string, bool) {
	if text == "*" {
		return "*", true
	}
	if strings.HasPrefix(text, "{*") && strings.HasSuffix(text, "}") {
		name := text[2 : len(text)-1]
		return name, name != "" && !strings.ContainsAny(name, "{}")
	}
	return "", false
}

func parseSegment(text string) (segment, error) {
	var seg segment
	for text != "" {
		open := strings.IndexAny(text, "{}")
		if open < 0 {
			return append(seg, part{literal: text}), nil
		}
		if text[open] == '}' {
			return nil, fmt.Errorf("a } without its {")
		}
		if open > 0 {
			seg = append(seg, part{literal: text[:open]})
		}
		end := strings.IndexAny(text[open+1:], "{}")
		if end < 0 || text[open+1+end] == '{' {
			return nil, fmt.Errorf("a { without its }")
		}
		name := text[open+1 : open+1+end]
		if name == "" {
			return nil, fmt.Errorf("a parameter without a name")
		}
		if n := len(seg); n > 0 && seg[n-1].parameter != "" {
			return nil, fmt.Errorf("the parameters {%s} and {%s} are not kept apart by any text", seg[n-1].parameter, name)
		}
		seg = append(seg, part{parameter: name})
		text = text[open+end+2:]
	}
	return seg, nil
}

func (t *template) parseQuery(query string) error {
	for item := range strings.SplitSeq(query, "&") {
		if item == "" {
			continue
		}
		name, value, _ := strings.Cut(item, "=")
		q := queryPart{name: name}
		switch {
		case strings.HasPrefix(value, "{") && strings.HasSuffix(value, "}"):
			q.parameter = value[1 : len(value)-1]
		case strings.ContainsAny(value, "{}"):
			return fmt.Errorf("the query parameter %q mixes text and a parameter", name)
		default:
			q.literal = value
		}
		t.query = append(t.query, q)
	}
	return nil
}

// collect notes the parameters' names, which must differ.
func (t *template) collect(s string) error {
	add := func(name string) error {
		for _, n := range t.names {
			if n == name {
				return fmt.Errorf("%q: the parameter {%s} stands twice", s, name)
			}
		}
		t.names = append(t.names, name)
		return nil
	}
	for _, seg := range t.segments {
		for _, p := range seg {
			if p.parameter == "" {
				continue
			}
			if err := add(p.parameter); err != nil {
				return err
			}
		}
	}
	if t.wildcard != "" {
		if err := add(t.wildcard); err != nil {
			return err
		}
	}
	for _, q := range t.query {
		if q.parameter == "" {
			continue
		}
		if err := add(q.parameter); err != nil {
			return err
		}
	}
	return nil
}

// literal reports whether the segment is plain text, and which.
func (s segment) literal() (string, bool) {
	if len(s) == 1 && s[0].parameter == "" {
		return s[0].literal, true
	}
	return "", false
}

// whole reports whether the segment is a single parameter.
func (s segment) whole() bool { return len(s) == 1 && s[0].parameter != "" }

// match takes the values of a segment's parameters out of a decoded piece of a path. Each
// value has at least one character; literals compare without regard to case.
func (s segment) match(text string, values []string) ([]string, bool) {
	for i, p := range s {
		if p.parameter == "" {
			if len(text) < len(p.literal) || !strings.EqualFold(text[:len(p.literal)], p.literal) {
				return values, false
			}
			text = text[len(p.literal):]
			continue
		}
		end := len(text)
		if i+1 < len(s) {
			end = indexFold(text, s[i+1].literal, i+2 == len(s))
		}
		if end <= 0 {
			return values, false
		}
		values = append(values, text[:end])
		text = text[end:]
	}
	return values, text == ""
}

// indexFold finds sep in text behind its first character, without regard to case; the
// last place if sep must end the text.
func indexFold(text, sep string, last bool) int {
	if last {
		i := len(text) - len(sep)
		if i > 0 && strings.EqualFold(text[i:], sep) {
			return i
		}
		return -1
	}
	for i := 1; i+len(sep) <= len(text); i++ {
		if strings.EqualFold(text[i:i+len(sep)], sep) {
			return i
		}
	}
	return -1
}
