package diag

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// A Source is one text as its author wrote it: a file of a folder, a policy of the
// management plane, an argument of a command.
type Source struct {
	name string
	text string

	once  sync.Once
	lines []int // offset of the first byte of each line
}

// NewSource makes a Source. The name is what messages print: a path relative to the
// configuration's root where there is one.
func NewSource(name, text string) *Source { return &Source{name: name, text: text} }

// Name of the source, as messages print it.
func (s *Source) Name() string { return s.name }

// Text of the source, whole.
func (s *Source) Text() string { return s.text }

// Range of the bytes from start up to end (exclusive).
func (s *Source) Range(start, end int) Range { return Range{Source: s, Start: start, End: end} }

// A Position is a place in a source as people count: line and column from 1, columns
// in characters.
type Position struct{ Line, Column int }

// Position of a byte offset. An offset outside the text is moved to its nearer end.
func (s *Source) Position(offset int) Position {
	s.once.Do(s.index)
	offset = max(0, min(offset, len(s.text)))
	line := sort.SearchInts(s.lines, offset+1) - 1
	column := utf8.RuneCountInString(s.text[s.lines[line]:offset]) + 1
	return Position{Line: line + 1, Column: column}
}

// Line returns the text of a line, counted from 1, without its line end.
func (s *Source) Line(n int) string {
	s.once.Do(s.index)
	if n < 1 || n > len(s.lines) {
		return ""
	}
	rest := s.text[s.lines[n-1]:]
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	return strings.TrimSuffix(rest, "\r")
}

func (s *Source) index() {
	s.lines = []int{0}
	for i := range len(s.text) {
		if s.text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
}

// A Range is a piece of a source, in byte offsets; End is exclusive. The zero Range
// is nowhere.
type Range struct {
	Source     *Source
	Start, End int
}

// IsZero reports whether the range is nowhere.
func (r Range) IsZero() bool { return r.Source == nil }

// Text the range covers.
func (r Range) Text() string {
	if r.Source == nil {
		return ""
	}
	return r.Source.text[r.Start:r.End]
}

// Position of the start of the range.
func (r Range) Position() Position {
	if r.Source == nil {
		return Position{}
	}
	return r.Source.Position(r.Start)
}
