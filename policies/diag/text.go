package diag

import (
	"sort"
	"strings"
)

// A Text is a string of which every byte knows where in a source it came from. It is
// made from a source, cut with Slice, and changed with a [Builder]: decoding an entity
// or putting in a named value leaves a text whose ranges still point at what the
// author wrote.
type Text struct {
	s      string
	pieces []piece // sorted by at; never empty unless s came from nowhere
}

// piece: the bytes of the text from at (up to the next piece) came from origin. A
// verbatim piece maps byte by byte; any other maps as a whole.
type piece struct {
	at       int
	origin   Range
	verbatim bool
}

// NewText returns the whole of a source as a Text.
func NewText(s *Source) Text { return TextOf(s.Range(0, len(s.text))) }

// TextOf returns the text a range covers.
func TextOf(r Range) Text {
	return Text{s: r.Text(), pieces: []piece{{origin: r, verbatim: true}}}
}

// Literal returns a text that no author wrote, such as a default. All of it points at
// origin, which may be the zero Range.
func Literal(s string, origin Range) Text {
	return Text{s: s, pieces: []piece{{origin: origin}}}
}

// String returns the text.
func (t Text) String() string { return t.s }

// Len is the length of the text in bytes.
func (t Text) Len() int { return len(t.s) }

// Slice returns the bytes from start up to end.
func (t Text) Slice(start, end int) Text {
	out := Text{s: t.s[start:end]}
	for i, p := range t.pieces {
		stop := len(t.s)
		if i+1 < len(t.pieces) {
			stop = t.pieces[i+1].at
		}
		if stop < start || p.at > end || (stop == start && i+1 < len(t.pieces)) || (p.at == end && end > start) {
			continue
		}
		q := p
		q.at = max(p.at, start) - start
		if p.verbatim {
			q.origin.Start += max(p.at, start) - p.at
			q.origin.End = q.origin.Start + min(stop, end) - max(p.at, start)
		}
		out.pieces = append(out.pieces, q)
	}
	return out
}

// TrimSpace returns the text without XML white space at either end.
func (t Text) TrimSpace() Text {
	const space = " \t\r\n"
	start := len(t.s) - len(strings.TrimLeft(t.s, space))
	end := len(strings.TrimRight(t.s, space))
	if start >= end {
		return t.Slice(start, start)
	}
	return t.Slice(start, end)
}

// Range returns where in the source the bytes from start up to end came from.
func (t Text) Range(start, end int) Range {
	if len(t.pieces) == 0 {
		return Range{}
	}
	first := t.place(start)
	if end <= start {
		return Range{Source: first.Source, Start: first.Start, End: first.Start}
	}
	last := t.place(end - 1)
	if last.Source != first.Source || last.End < first.Start {
		return first
	}
	return Range{Source: first.Source, Start: first.Start, End: last.End}
}

// Whole is the range of the whole text.
func (t Text) Whole() Range { return t.Range(0, len(t.s)) }

// place returns the origin of one byte; for an offset at the very end, the end.
func (t Text) place(offset int) Range {
	i := sort.Search(len(t.pieces), func(i int) bool { return t.pieces[i].at > offset }) - 1
	i = max(i, 0)
	p := t.pieces[i]
	if !p.verbatim {
		return p.origin
	}
	start := min(p.origin.Start+offset-p.at, p.origin.End)
	return Range{Source: p.origin.Source, Start: start, End: min(start+1, p.origin.End)}
}

// A Builder puts a Text together from pieces of others.
type Builder struct {
	b      strings.Builder
	pieces []piece
}

// Append adds a text with its origins.
func (b *Builder) Append(t Text) {
	if t.s == "" {
		return
	}
	at := b.b.Len()
	for _, p := range t.pieces {
		p.at += at
		b.pieces = append(b.pieces, p)
	}
	b.b.WriteString(t.s)
}

// Replace adds a string that stands for what was written at origin: a decoded entity,
// the value of a named value.
func (b *Builder) Replace(s string, origin Range) {
	if s == "" {
		return
	}
	b.pieces = append(b.pieces, piece{at: b.b.Len(), origin: origin})
	b.b.WriteString(s)
}

// Text returns what was put together. An empty one still points at origin.
func (b *Builder) Text(origin Range) Text {
	if len(b.pieces) == 0 {
		return Literal("", origin)
	}
	return Text{s: b.b.String(), pieces: b.pieces}
}
