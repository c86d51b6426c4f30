package syntax

import "strings"

// Scan finds where a policy expression ends. text[offset:] begins with @( or @{; end is
// the offset just after the closer. It reads C# strings, characters, comments and
// interpolations, so a closer in one of them does not count; that the expression is good
// is for Parse to say. When there is no end, ok is false and end is how far Scan came: it
// stops at an XML comment or CDATA section as well, which cannot be C#.
//
// The extents of string literals are passed to literal unless that is nil.
func Scan(text string, offset int, literal func(start, end int)) (end int, ok bool) {
	s := scanner{text: text, literal: literal}
	return s.balanced(offset+1, 0)
}

// maxNesting is how deep interpolated strings may nest.
const maxNesting = 32

// A scanner skips over pieces of C#. Its methods take the offset of the piece's first
// byte and return the offset just after its last, or false when it does not end.
type scanner struct {
	text    string
	literal func(start, end int)
}

// balanced skips a bracket and all up to the one that closes it.
func (s scanner) balanced(i, depth int) (int, bool) {
	var closers []byte
	for i < len(s.text) {
		switch c := s.text[i]; c {
		case '(':
			closers = append(closers, ')')
		case '[':
			closers = append(closers, ']')
		case '{':
			closers = append(closers, '}')
		case ')', ']', '}':
			if closers[len(closers)-1] != c {
				return i, false
			}
			closers = closers[:len(closers)-1]
			if len(closers) == 0 {
				return i + 1, true
			}
		default:
			next, ok := s.piece(i, depth)
			if !ok {
				return i, false
			}
			if s.literal != nil && depth == 0 && s.text[i] != '/' && s.text[next-1] == '"' {
				s.literal(i, next)
			}
			i = next
			continue
		}
		i++
	}
	return i, false
}

// piece skips a string, a character, a comment or a single byte.
func (s scanner) piece(i, depth int) (int, bool) {
	rest := s.text[i:]
	switch rest[0] {
	case '"':
		return s.quoted(i)
	case '\'':
		// Authors use single quotes for strings; those are skipped too, if they end on their
		// line, so that the lexer can say what is wrong with them.
		return s.escaped(i)
	case '@', '$':
		if n, verbatim := interpolationStart(rest); n > 0 {
			return s.interpolated(i+n, verbatim, depth+1, nil)
		}
		if strings.HasPrefix(rest, `@"`) {
			return s.verbatim(i + 2)
		}
	case '/':
		if strings.HasPrefix(rest, "//") {
			return s.lineComment(i), true
		}
		if strings.HasPrefix(rest, "/*") {
			return s.blockComment(i)
		}
	case '<':
		if strings.HasPrefix(rest, "<!--") || strings.HasPrefix(rest, "<![CDATA[") {
			return i, false
		}
	}
	return i + 1, true
}

// interpolationStart returns the length of $", $@" or @$" at the start of text, or 0.
func interpolationStart(text string) (n int, verbatim bool) {
	switch {
	case strings.HasPrefix(text, `$"`):
		return 2, false
	case strings.HasPrefix(text, `$@"`), strings.HasPrefix(text, `@$"`):
		return 3, true
	}
	return 0, false
}

// quoted skips "…". Three quotes begin a string of C# 11, which the lexer refuses; it is
// skipped as a whole so that one mistake gives one message.
func (s scanner) quoted(i int) (int, bool) {
	if n := leading(s.text[i:], '"'); n >= 3 {
		fence := s.text[i : i+n]
		end := strings.Index(s.text[i+n:], fence)
		if end < 0 {
			return i, false
		}
		return i + n + end + n, true
	}
	return s.escaped(i)
}

// escaped skips what ends with the quote it begins with, on its line, after \ or not.
func (s scanner) escaped(i int) (int, bool) {
	quote := s.text[i]
	for i++; i < len(s.text); i++ {
		switch s.text[i] {
		case quote:
			return i + 1, true
		case '\\':
			i++
		case '\n', '\r':
			return i, false
		}
	}
	return len(s.text), false
}

func leading(text string, c byte) int {
	n := 0
	for n < len(text) && text[n] == c {
		n++
	}
	return n
}

// verbatim skips the rest of @"…", after its opening quote.
func (s scanner) verbatim(i int) (int, bool) {
	for i < len(s.text) {
		if s.text[i] != '"' {
			i++
			continue
		}
		if !strings.HasPrefix(s.text[i:], `""`) {
			return i + 1, true
		}
		i += 2
	}
	return i, false
}

// lineComment skips // up to the end of the line, which is not part of it.
func (s scanner) lineComment(i int) int {
	if n := strings.IndexAny(s.text[i:], "\r\n"); n >= 0 {
		return i + n
	}
	return len(s.text)
}

// blockComment skips /* … */.
func (s scanner) blockComment(i int) (int, bool) {
	n := strings.Index(s.text[i+2:], "*/")
	if n < 0 {
		return i, false
	}
	return i + 2 + n + 2, true
}

// A hole is where the contents of a {…} of an interpolated string stand. Colon is the
// offset of the colon before the format, or end.
type hole struct{ start, colon, end int }

// interpolated skips the rest of $"…", after its opening quote, and adds its holes to
// holes when that is not nil.
func (s scanner) interpolated(i int, verbatim bool, depth int, holes *[]hole) (int, bool) {
	if depth > maxNesting {
		return i, false
	}
	for i < len(s.text) {
		rest := s.text[i:]
		switch {
		case rest[0] == '"' && verbatim && strings.HasPrefix(rest, `""`),
			strings.HasPrefix(rest, "{{"), strings.HasPrefix(rest, "}}"),
			rest[0] == '\\' && !verbatim:
			i += 2
		case rest[0] == '"':
			return i + 1, true
		case rest[0] == '{':
			h, ok := s.hole(i+1, verbatim, depth)
			if !ok {
				return i, false
			}
			if holes != nil {
				*holes = append(*holes, h)
			}
			i = h.end + 1
		case (rest[0] == '\n' || rest[0] == '\r') && !verbatim:
			return i, false
		default:
			i++
		}
	}
	return len(s.text), false
}

// hole skips what stands in the braces of an interpolated string, after the opening one.
// The hole's end is the offset of the closing brace.
func (s scanner) hole(i int, verbatim bool, depth int) (hole, bool) {
	h := hole{start: i}
	for i < len(s.text) {
		switch s.text[i] {
		case '}':
			h.colon, h.end = i, i
			return h, true
		case ':':
			if strings.HasPrefix(s.text[i:], "::") {
				i += 2
				continue
			}
			h.colon = i
			n := strings.IndexAny(s.text[i:], "}\"\n\r")
			if n < 0 || s.text[i+n] != '}' {
				return h, false
			}
			h.end = i + n
			return h, true
		case '(', '[', '{':
			next, ok := s.balanced(i, depth)
			if !ok {
				return h, false
			}
			i = next
		case ')', ']', '\n', '\r':
			if s.text[i] == '\n' || s.text[i] == '\r' {
				if verbatim {
					i++
					continue
				}
			}
			return h, false
		default:
			next, ok := s.piece(i, depth)
			if !ok {
				return h, false
			}
			i = next
		}
	}
	return h, false
}
