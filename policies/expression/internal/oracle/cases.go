package oracle

import (
	"fmt"
	"regexp"
	"strings"
)

// Read reads a file of cases, in which each line is an expression. What stands before the
// last "=> " in a file of answers is a case as well.
//
//	# a comment
//	! context orders          the context of what follows; "empty" at first
//	! set ints = 0 ;; 1 ;; 7  a set of pieces
//	%ints% + %ints%           a case for each pair of pieces
//	%ints:a% - %ints:a%       the same piece at both places
func Read(text string) ([]Case, error) {
	context, sets := "empty", map[string][]string{}
	var out []Case
	for number, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		directive, isDirective := strings.CutPrefix(line, "! ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case !isDirective:
			for _, source := range expand(line, sets) {
				out = append(out, Case{context, source})
			}
		default:
			if name, ok := strings.CutPrefix(directive, "context "); ok {
				context = name
				continue
			}
			name, pieces, ok := strings.Cut(strings.TrimPrefix(directive, "set "), " = ")
			if !ok {
				return nil, fmt.Errorf("line %d: no such directive: %s", number+1, line)
			}
			sets[name] = strings.Split(pieces, " ;; ")
		}
	}
	return out, nil
}

var place = regexp.MustCompile(`%([a-z]+)(:[a-z])?%`)

// expand puts every piece of a set in its places, the first place first.
func expand(line string, sets map[string][]string) []string {
	for _, at := range place.FindAllStringSubmatchIndex(line, -1) {
		pieces, ok := sets[line[at[2]:at[3]]]
		if !ok {
			continue
		}
		var out []string
		for _, p := range pieces {
			next := line[:at[0]] + p + line[at[1]:]
			if at[4] >= 0 {
				next = strings.ReplaceAll(next, line[at[0]:at[1]], p)
			}
			out = append(out, expand(next, sets)...)
		}
		return out
	}
	return []string{line}
}

// Write writes cases and answers as a file.
func Write(cases []Case, answers []string) string {
	var b strings.Builder
	context := ""
	for i, c := range cases {
		if c.Context != context {
			context = c.Context
			b.WriteString("! context " + context + "\n")
		}
		b.WriteString(c.Source + " => " + answers[i] + "\n")
	}
	return b.String()
}

// ReadAnswers reads what Write wrote.
func ReadAnswers(text string) (cases []Case, answers []string, err error) {
	context := "empty"
	for number, line := range strings.Split(text, "\n") {
		if name, ok := strings.CutPrefix(line, "! context "); ok {
			context = name
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		i := strings.LastIndex(line, " => ")
		if i < 0 {
			return nil, nil, fmt.Errorf("line %d: no answer", number+1)
		}
		cases = append(cases, Case{context, line[:i]})
		answers = append(answers, line[i+4:])
	}
	return cases, answers, nil
}
