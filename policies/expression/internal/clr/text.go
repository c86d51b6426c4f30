package clr

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// isASCII reports whether positions in s are byte offsets.
func isASCII(s string) bool {
	for len(s) >= 8 {
		x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		if x&0x8080808080808080 != 0 {
			return false
		}
		s = s[8:]
	}
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decode returns the code point, or the lone surrogate, at the start of s, and its bytes.
func decode(s string) (rune, int) {
	r, n := utf8.DecodeRuneInString(s)
	if n == 1 && r == utf8.RuneError && len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF && s[2]&0xC0 == 0x80 {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return r, n
}

// decodeLast is decode for the end of s.
func decodeLast(s string) (rune, int) {
	r, n := utf8.DecodeLastRuneInString(s)
	if n == 1 && r == utf8.RuneError && len(s) >= 3 {
		if u, m := decode(s[len(s)-3:]); m == 3 {
			return u, 3
		}
	}
	return r, n
}

func appendUnit(b []byte, u uint16) []byte {
	if u < firstHigh || u > lastLow {
		return utf8.AppendRune(b, rune(u))
	}
	return append(b, 0xE0|byte(u>>12), 0x80|byte(u>>6)&0x3F, 0x80|byte(u)&0x3F)
}

// appendText appends t to b, joining halves of a pair that meet.
func appendText(b []byte, t string) []byte {
	if n := len(b); n >= 3 && len(t) >= 3 && b[n-3] == 0xED && t[0] == 0xED {
		high, hn := decodeLast(string(b[n-3:]))
		low, ln := decode(t)
		if hn == 3 && ln == 3 && Char(high).IsHighSurrogate() && Char(low).IsLowSurrogate() {
			return append(utf8.AppendRune(b[:n-3], join(high, low)), t[3:]...)
		}
	}
	return append(b, t...)
}

func join(high, low rune) rune {
	return (high-firstHigh)<<10 | (low - firstLow) + 0x10000
}

// Length is the number of UTF-16 units.
func Length(s string) int {
	if isASCII(s) {
		return len(s)
	}
	n := 0
	for len(s) > 0 {
		r, size := decode(s)
		n++
		if r >= 0x10000 {
			n++
		}
		s = s[size:]
	}
	return n
}

// Units is ToCharArray: the UTF-16 units of s.
func Units(s string) []Char {
	units := make([]Char, 0, len(s))
	for len(s) > 0 {
		r, n := decode(s)
		if r >= 0x10000 {
			units = append(units, Char((r-0x10000)>>10+firstHigh), Char((r-0x10000)&0x3FF+firstLow))
		} else {
			units = append(units, Char(r))
		}
		s = s[n:]
	}
	return units
}

// EachUnit goes through the UTF-16 units of s.
func EachUnit(s string) iter.Seq[Char] {
	return func(yield func(Char) bool) {
		for s := s; len(s) > 0; {
			r, n := decode(s)
			s = s[n:]
			if r < 0x10000 {
				if !yield(Char(r)) {
					return
				}
				continue
			}
			if !yield(Char((r-0x10000)>>10+firstHigh)) || !yield(Char((r-0x10000)&0x3FF+firstLow)) {
				return
			}
		}
	}
}

// FromUnits is new string(char[]): the text that has these units.
func FromUnits(units []Char) string {
	b := make([]byte, 0, len(units))
	for i := 0; i < len(units); i++ {
		u := units[i]
		if u.IsHighSurrogate() && i+1 < len(units) && units[i+1].IsLowSurrogate() {
			b = utf8.AppendRune(b, join(rune(u), rune(units[i+1])))
			i++
			continue
		}
		b = appendUnit(b, uint16(u))
	}
	return string(b)
}

// FromUnitRange is new string(char[], start, length).
func FromUnitRange(units []Char, start, length int) (string, error) {
	switch {
	case start < 0:
		return "", negativeError("startIndex", start)
	case length < 0:
		return "", negativeError("length", length)
	case start > len(units)-length:
		return "", OutOfRangeError("startIndex", indexLessOrEqual)
	}
	return FromUnits(units[start : start+length]), nil
}

// Repeat is new string(char, count).
func Repeat(b *Budget, c Char, count int) (string, error) {
	if count < 0 {
		return "", OutOfRangeError("count", "'count' must be non-negative.")
	}
	unit := c.String()
	if err := b.Take(int64(len(unit)) * int64(count)); err != nil {
		return "", err
	}
	return strings.Repeat(unit, count), nil
}

// WellFormed is s with whatever is no Unicode text replaced by U+FFFD, as .NET's UTF-8
// encoder writes it.
func WellFormed(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := decode(s)
		b.WriteRune(r)
		s = s[n:]
	}
	return b.String()
}

// CharAt is the indexer of string.
func CharAt(s string, i int) (Char, error) {
	if i < 0 {
		return 0, IndexOutOfRangeError()
	}
	if i < len(s) && isASCII(s[:i+1]) {
		return Char(s[i]), nil
	}
	at := 0
	for len(s) > 0 {
		r, n := decode(s)
		switch {
		case r < 0x10000 && at == i:
			return Char(r), nil
		case r >= 0x10000 && at == i:
			return Char((r-0x10000)>>10 + firstHigh), nil
		case r >= 0x10000 && at+1 == i:
			return Char((r-0x10000)&0x3FF + firstLow), nil
		case r >= 0x10000:
			at++
		}
		at++
		s = s[n:]
	}
	return 0, IndexOutOfRangeError()
}

// slice returns the units from start to end, which must be in range.
func slice(s string, start, end int) string {
	if isASCII(s) {
		return s[start:end]
	}
	from, fromHalf := byteOffset(s, start)
	to, toHalf := byteOffset(s, end)
	if !fromHalf && !toHalf {
		return s[from:to]
	}
	return FromUnits(Units(s)[start:end])
}

// byteOffset is where unit i begins; half is true when that is within a four-byte
// sequence, whose start is returned then.
func byteOffset(s string, i int) (offset int, half bool) {
	for at := 0; at < i && offset < len(s); {
		r, n := decode(s[offset:])
		if r >= 0x10000 {
			if at+1 == i {
				return offset, true
			}
			at++
		}
		at++
		offset += n
	}
	return offset, false
}

// Substring is s.Substring(start).
func Substring(s string, start int) (string, error) {
	length := Length(s)
	if start < 0 || start > length {
		return "", substringError(length, start, 0)
	}
	return slice(s, start, length), nil
}

// SubstringCount is s.Substring(start, count).
func SubstringCount(s string, start, count int) (string, error) {
	length := Length(s)
	if start < 0 || count < 0 || start > length || count > length-start {
		return "", substringError(length, start, count)
	}
	return slice(s, start, start+count), nil
}

func substringError(length, start, count int) error {
	switch {
	case start < 0:
		return OutOfRangeError("startIndex", "StartIndex cannot be less than zero.")
	case start > length:
		return OutOfRangeError("startIndex", "startIndex cannot be larger than length of string.")
	case count < 0:
		return OutOfRangeError("length", "Length cannot be less than zero.")
	}
	return OutOfRangeError("length", "Index and length must refer to a location within the string.")
}

const (
	indexLessOrEqual = "Index was out of range. Must be non-negative and less than or equal to the size of the collection."
	countRange       = "Count must be positive and count must refer to a location within the string/array/collection."
)

func negativeError(parameter string, value int) error {
	return OutOfRangeValueError(parameter, parameter+" ('"+itoa(value)+"') must be a non-negative value.", itoa(value))
}

func greaterError(parameter, value, limit string) error {
	return OutOfRangeValueError(parameter, parameter+" ('"+value+"') must be less than or equal to '"+limit+"'.", value)
}

// CharRange is s.ToCharArray(start, length).
func CharRange(s string, start, length int) ([]Char, error) {
	units := Units(s)
	if start < 0 || start > len(units) || start > len(units)-length {
		return nil, OutOfRangeError("startIndex", indexLessOrEqual)
	}
	if length < 0 {
		return nil, negativeError("length", length)
	}
	return units[start : start+length], nil
}

// Concat is string.Concat.
func Concat(b *Budget, parts ...string) (string, error) {
	size, filled, only := 0, 0, ""
	for _, p := range parts {
		if p != "" {
			size += len(p)
			filled++
			only = p
		}
	}
	if filled <= 1 {
		return only, nil
	}
	if err := b.Take(int64(size)); err != nil {
		return "", err
	}
	return build(size, "", parts), nil
}

// build puts parts together with a separator between them.
func build(size int, separator string, parts []string) string {
	var out strings.Builder
	out.Grow(size)
	for i, p := range parts {
		if i > 0 {
			out.WriteString(separator)
		}
		out.WriteString(p)
	}
	return rejoin(out.String())
}

// Join is string.Join.
func Join(b *Budget, separator string, parts []string) (string, error) {
	if len(parts) == 0 {
		return "", nil
	}
	size := int64(len(separator)) * int64(len(parts)-1)
	for _, p := range parts {
		size += int64(len(p))
	}
	if err := b.Take(size); err != nil {
		return "", err
	}
	return build(int(size), separator, parts), nil
}

// Insert is s.Insert(start, value).
func Insert(b *Budget, s string, start int, value string) (string, error) {
	length := Length(s)
	if start < 0 || start > length {
		return "", greaterError("startIndex", itoa(int(uint32(start))), itoa(length))
	}
	return Concat(b, slice(s, 0, start), value, slice(s, start, length))
}

// Remove is s.Remove(start).
func Remove(s string, start int) (string, error) {
	length := Length(s)
	if start < 0 || start > length {
		return "", substringError(length, start, 0)
	}
	return slice(s, 0, start), nil
}

// RemoveCount is s.Remove(start, count).
func RemoveCount(b *Budget, s string, start, count int) (string, error) {
	length := Length(s)
	switch {
	case start < 0:
		return "", negativeError("startIndex", start)
	case count < 0:
		return "", negativeError("count", count)
	case count > length-start:
		return "", greaterError("count", itoa(count), itoa(length-start))
	}
	return Concat(b, slice(s, 0, start), slice(s, start+count, length))
}

// PadLeft is s.PadLeft(width, c).
func PadLeft(b *Budget, s string, width int, c Char) (string, error) {
	padding, err := padding(b, s, width, c)
	if err != nil || padding == "" {
		return s, err
	}
	return Concat(b, padding, s)
}

// PadRight is s.PadRight(width, c).
func PadRight(b *Budget, s string, width int, c Char) (string, error) {
	padding, err := padding(b, s, width, c)
	if err != nil || padding == "" {
		return s, err
	}
	return Concat(b, s, padding)
}

func padding(b *Budget, s string, width int, c Char) (string, error) {
	if width < 0 {
		return "", negativeError("totalWidth", width)
	}
	return Repeat(b, c, max(0, width-Length(s)))
}

// Trim is s.Trim(chars): white space when no characters are given.
func Trim(s string, chars ...Char) string { return TrimStart(TrimEnd(s, chars...), chars...) }

// TrimStart is s.TrimStart(chars).
func TrimStart(s string, chars ...Char) string {
	for len(s) > 0 {
		r, n := decode(s)
		if !trims(r, chars) {
			break
		}
		s = s[n:]
	}
	return s
}

// TrimEnd is s.TrimEnd(chars).
func TrimEnd(s string, chars ...Char) string {
	for len(s) > 0 {
		r, n := decodeLast(s)
		if !trims(r, chars) {
			break
		}
		s = s[:len(s)-n]
	}
	return s
}

func trims(r rune, chars []Char) bool {
	if r >= 0x10000 {
		return false
	}
	if len(chars) == 0 {
		return Char(r).IsWhiteSpace()
	}
	for _, c := range chars {
		if rune(c) == r {
			return true
		}
	}
	return false
}

// IsWhiteSpace reports whether s has nothing but white space, as string.IsNullOrWhiteSpace
// does for what is not null.
func IsWhiteSpace(s string) bool { return TrimStart(s) == "" }

// ToUpper is s.ToUpperInvariant().
func ToUpper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	return mapRunes(s, upperInvariant)
}

// ToLower is s.ToLowerInvariant().
func ToLower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return mapRunes(s, lowerInvariant)
}

func mapRunes(s string, mapping func(rune) rune) string {
	for i := 0; i < len(s); {
		r, n := decode(s[i:])
		if r >= firstHigh && r <= lastLow || mapping(r) == r {
			i += n
			continue
		}
		b := append(make([]byte, 0, len(s)+8), s[:i]...)
		for _, part := s[:i], s[i:]; len(part) > 0; part = part[n:] {
			if r, n = decode(part); r >= firstHigh && r <= lastLow || r == utf8.RuneError {
				b = append(b, part[:n]...)
			} else {
				b = utf8.AppendRune(b, mapping(r))
			}
		}
		return string(b)
	}
	return s
}

// Replace is s.Replace(old, replacement).
func Replace(b *Budget, s, old, replacement string) (string, error) {
	if old == "" {
		return "", ArgumentError("String cannot be of zero length.", "oldValue")
	}
	if splitsPair(old) {
		return replaceUnits(b, s, old, replacement)
	}
	n := strings.Count(s, old)
	if n == 0 {
		return s, nil
	}
	if err := b.Take(int64(len(s)) + int64(n)*int64(len(replacement)-len(old))); err != nil {
		return "", err
	}
	return rejoin(strings.ReplaceAll(s, old, replacement)), nil
}

// ReplaceChar is s.Replace(char, char).
func ReplaceChar(b *Budget, s string, old, replacement Char) (string, error) {
	return Replace(b, s, old.String(), replacement.String())
}

func replaceUnits(b *Budget, s, old, replacement string) (string, error) {
	units, sought, with := Units(s), Units(old), Units(replacement)
	var out []Char
	for i := 0; i < len(units); {
		if !hasPrefix(units[i:], sought) {
			out = append(out, units[i])
			i++
			continue
		}
		if err := b.Take(int64(len(with))); err != nil {
			return "", err
		}
		out = append(out, with...)
		i += len(sought)
	}
	return FromUnits(out), nil
}

func hasPrefix(units, prefix []Char) bool {
	if len(units) < len(prefix) {
		return false
	}
	for i, u := range prefix {
		if units[i] != u {
			return false
		}
	}
	return true
}

// splitsPair reports whether s could match half of a pair: it begins with a second half
// or ends with a first one.
func splitsPair(s string) bool {
	if isASCII(s) {
		return false
	}
	first, n := decode(s)
	last, m := decodeLast(s)
	return n == 3 && Char(first).IsLowSurrogate() || m == 3 && Char(last).IsHighSurrogate()
}

// rejoin makes one sequence of halves of pairs that have come together.
func rejoin(s string) string {
	if isASCII(s) || utf8.ValidString(s) {
		return s
	}
	return FromUnits(Units(s))
}

// ReplaceComparing is s.Replace(old, replacement, comparison).
func ReplaceComparing(b *Budget, s, old, replacement string, comparison StringComparison) (string, error) {
	if old == "" {
		return "", ArgumentError("String cannot be of zero length.", "oldValue")
	}
	if comparison == Ordinal {
		return Replace(b, s, old, replacement)
	}
	if err := comparison.check(); err != nil {
		return "", err
	}
	text, sought := elements(s, comparison), elements(old, comparison)
	if len(sought) == 0 {
		return s, nil
	}
	var out []byte
	done := 0
	for i := 0; i+len(sought) <= len(text); {
		if !matchAt(text, sought, i) {
			i++
			continue
		}
		out = appendText(appendText(out, s[done:text[i].start]), replacement)
		if err := b.Take(int64(len(replacement))); err != nil {
			return "", err
		}
		i += len(sought)
		done = text[i-1].end
	}
	if done == 0 {
		return s, nil
	}
	return string(appendText(out, s[done:])), nil
}

// HashText is GetHashCode of a string: the same for equal texts.
func HashText(s string) int32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return int32(h)
}
