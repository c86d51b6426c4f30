package clr

import "strings"

// SplitOptions are the flags of StringSplitOptions.
type SplitOptions int32

// The options of Split.
const (
	SplitNone          SplitOptions = 0
	RemoveEmptyEntries SplitOptions = 1
	TrimEntries        SplitOptions = 2
)

// NoLimit is the count of a Split without one.
const NoLimit = 1<<31 - 1

// A cut is a separator found in a text, in bytes.
type cut struct{ start, end int }

const cutSize = 16

// SplitChars is s.Split(separators, count, options); no separators mean white space.
func SplitChars(b *Budget, s string, separators []Char, count int, options SplitOptions) ([]string, error) {
	if sole, done, err := splitNothing(s, count, options); done {
		return sole, err
	}
	if whole, ok := splitASCII(b, s, separators, count, options); ok {
		return whole, b.Take(int64(len(whole)) * 16)
	}
	for _, c := range separators {
		if c.IsSurrogate() {
			return splitUnits(b, s, separators, count, options)
		}
	}
	var cuts []cut
	for i := 0; i < len(s); {
		r, n := decode(s[i:])
		if trims(r, separators) {
			if err := b.Take(cutSize); err != nil {
				return nil, err
			}
			cuts = append(cuts, cut{i, i + n})
		}
		i += n
	}
	return splitAt(b, s, cuts, count, options)
}

// splitASCII is the usual case: one plain separator, every part wanted.
func splitASCII(b *Budget, s string, separators []Char, count int, options SplitOptions) ([]string, bool) {
	if len(separators) != 1 || separators[0] >= 0x80 || count != NoLimit || options != SplitNone || len(s) == 0 {
		return nil, false
	}
	if b != nil && int64(len(s)) > b.left/16 {
		return nil, false
	}
	return strings.Split(s, separators[0].String()), true
}

// splitUnits splits where a separator is half of a pair.
func splitUnits(b *Budget, s string, separators []Char, count int, options SplitOptions) ([]string, error) {
	var loose []byte
	for _, u := range Units(s) {
		loose = appendUnit(loose, uint16(u))
	}
	text := string(loose)
	var cuts []cut
	for i := 0; i < len(text); {
		r, n := decode(text[i:])
		if trims(r, separators) {
			if err := b.Take(cutSize); err != nil {
				return nil, err
			}
			cuts = append(cuts, cut{i, i + n})
		}
		i += n
	}
	parts, err := splitAt(b, text, cuts, count, options)
	for i, p := range parts {
		parts[i] = rejoin(p)
	}
	return parts, err
}

// SplitStrings is s.Split(string[], count, options): at each position the first separator
// that fits is taken; empty ones are passed over, and none at all mean white space.
func SplitStrings(b *Budget, s string, separators []string, count int, options SplitOptions) ([]string, error) {
	if len(separators) == 0 {
		return SplitChars(b, s, nil, count, options)
	}
	if sole, done, err := splitNothing(s, count, options); done {
		return sole, err
	}
	var cuts []cut
	for i := 0; i < len(s); {
		n := separatorAt(s[i:], separators)
		if n > 0 {
			if err := b.Take(cutSize); err != nil {
				return nil, err
			}
			cuts = append(cuts, cut{i, i + n})
		} else {
			_, n = decode(s[i:])
		}
		i += n
	}
	return splitAt(b, s, cuts, count, options)
}

func separatorAt(s string, separators []string) int {
	for _, sep := range separators {
		if sep != "" && strings.HasPrefix(s, sep) {
			return len(sep)
		}
	}
	return 0
}

// SplitString is s.Split(string, count, options): an empty separator splits nothing.
func SplitString(b *Budget, s, separator string, count int, options SplitOptions) ([]string, error) {
	return SplitStrings(b, s, []string{separator}, count, options)
}

// splitNothing answers what needs no look at separators.
func splitNothing(s string, count int, options SplitOptions) ([]string, bool, error) {
	switch {
	case count < 0:
		return nil, true, negativeError("count", count)
	case options&^(RemoveEmptyEntries|TrimEntries) != 0:
		return nil, true, ArgumentError("Value of flags is invalid.", "options")
	case count == 0:
		return []string{}, true, nil
	case count == 1 || s == "":
		return sole(s, options), true, nil
	}
	return nil, false, nil
}

func sole(s string, options SplitOptions) []string {
	if options&TrimEntries != 0 {
		s = Trim(s)
	}
	if s == "" && options&RemoveEmptyEntries != 0 {
		return []string{}
	}
	return []string{s}
}

func splitAt(b *Budget, s string, cuts []cut, count int, options SplitOptions) ([]string, error) {
	if len(cuts) == 0 {
		return sole(s, options), nil
	}
	if err := b.Take(int64(min(len(cuts)+1, count)) * 16); err != nil {
		return nil, err
	}
	parts := make([]string, 0, min(len(cuts)+1, count))
	kept := func(p string) (string, bool) {
		if options&TrimEntries != 0 {
			p = Trim(p)
		}
		return p, p != "" || options&RemoveEmptyEntries == 0
	}
	at := 0
	for i := 0; i < len(cuts); i++ {
		if p, ok := kept(s[at:cuts[i].start]); ok {
			parts = append(parts, p)
		}
		at = cuts[i].end
		if len(parts) < count-1 {
			continue
		}
		if options&RemoveEmptyEntries != 0 {
			at = skipEmpty(s, cuts[i+1:], at, kept)
		}
		break
	}
	if p, ok := kept(s[at:]); ok {
		parts = append(parts, p)
	}
	return parts, nil
}

// skipEmpty passes over empty entries before the last one, which keeps the rest.
func skipEmpty(s string, cuts []cut, at int, kept func(string) (string, bool)) int {
	for _, c := range cuts {
		if _, ok := kept(s[at:c.start]); ok {
			break
		}
		at = c.end
	}
	return at
}
