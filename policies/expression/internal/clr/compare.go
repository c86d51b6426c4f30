package clr

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// StringComparison says how texts are compared.
type StringComparison int32

// The comparisons of .NET. Current and invariant culture are the same here.
const (
	CurrentCulture StringComparison = iota
	CurrentCultureIgnoreCase
	InvariantCulture
	InvariantCultureIgnoreCase
	Ordinal
	OrdinalIgnoreCase
)

func (c StringComparison) check() error {
	if c < CurrentCulture || c > OrdinalIgnoreCase {
		return ArgumentError("The string comparison type passed in is currently not supported.", "comparisonType")
	}
	return nil
}

func (c StringComparison) ignoresCase() bool { return c&1 == 1 }

func (c StringComparison) linguistic() bool { return c < Ordinal }

// EqualText is string.Equals(a, b, comparison).
func EqualText(a, b string, comparison StringComparison) (bool, error) {
	switch comparison {
	case Ordinal:
		return a == b, nil
	case OrdinalIgnoreCase:
		return EqualIgnoreCase(a, b), nil
	}
	order, err := CompareText(a, b, comparison)
	return err == nil && order == 0, err
}

// EqualIgnoreCase is EqualText with OrdinalIgnoreCase.
func EqualIgnoreCase(a, b string) bool {
	i := 0
	for ; i < len(a) && i < len(b); i++ {
		x, y := a[i], b[i]
		if x|y >= utf8.RuneSelf {
			return equalFolded(a[i:], b[i:])
		}
		if x != y && (x|0x20 != y|0x20 || !isLetter(x)) {
			return false
		}
	}
	return len(a) == len(b) || equalFolded(a[i:], b[i:])
}

func equalFolded(a, b string) bool {
	for len(a) > 0 && len(b) > 0 {
		ra, na := foldByte(a)
		rb, nb := foldByte(b)
		if ra != rb {
			return false
		}
		a, b = a[na:], b[nb:]
	}
	return a == "" && b == ""
}

func foldByte(s string) (rune, int) {
	if c := s[0]; c < utf8.RuneSelf {
		return upperOrdinal(rune(c)), 1
	}
	r, n := decode(s)
	return upperOrdinal(r), n
}

// CompareText is string.Compare(a, b, comparison).
func CompareText(a, b string, comparison StringComparison) (int, error) {
	if err := comparison.check(); err != nil {
		return 0, err
	}
	switch comparison {
	case Ordinal:
		return CompareOrdinal(a, b), nil
	case OrdinalIgnoreCase:
		return compareUnits(a, b, upperOrdinal), nil
	}
	return CompareLinguistic(a, b, comparison.ignoresCase()), nil
}

// CompareOrdinal is string.CompareOrdinal: the difference of the first units that differ,
// or of the lengths.
func CompareOrdinal(a, b string) int {
	return compareUnits(a, b, func(r rune) rune { return r })
}

func compareUnits(a, b string, fold func(rune) rune) int {
	for len(a) > 0 && len(b) > 0 {
		ra, na := decode(a)
		rb, nb := decode(b)
		if ra != rb && fold(ra) != fold(rb) {
			return unitDifference(fold(ra), fold(rb))
		}
		a, b = a[na:], b[nb:]
	}
	return Length(a) - Length(b)
}

func unitDifference(a, b rune) int {
	ua, ub := Units(string(a)), Units(string(b))
	if a >= firstHigh && a <= lastLow {
		ua = []Char{Char(a)}
	}
	if b >= firstHigh && b <= lastLow {
		ub = []Char{Char(b)}
	}
	if ua[0] != ub[0] {
		return int(ua[0]) - int(ub[0])
	}
	return int(ua[len(ua)-1]) - int(ub[len(ub)-1])
}

// CompareLinguistic compares as the invariant culture does: punctuation before digits
// before letters, letters by the alphabet whatever their case, then by accents, then lower
// case before upper. It returns -1, 0 or 1.
func CompareLinguistic(a, b string, ignoreCase bool) int {
	if isASCII(a) && isASCII(b) {
		return compareASCII(a, b, ignoreCase)
	}
	pool := &collators
	if ignoreCase {
		pool = &caselessCollators
	}
	c, _ := pool.Get().(*collate.Collator)
	defer pool.Put(c)
	return c.CompareString(a, b)
}

// A Collator has buffers and serves one goroutine at a time.
var (
	collators         = sync.Pool{New: func() any { return collate.New(language.Und) }}
	caselessCollators = sync.Pool{New: func() any { return collate.New(language.Und, collate.IgnoreCase) }}
)

// asciiOrder lists the ASCII characters that have a weight in the root collation, in
// their order; letters stand for both cases. Other control characters are ignored.
const asciiOrder = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"

var asciiWeights = func() (w [utf8.RuneSelf]byte) {
	for i := range len(asciiOrder) {
		w[asciiOrder[i]] = byte(i + 1)
	}
	for c := 'A'; c <= 'Z'; c++ {
		w[c] = w[c+'a'-'A']
	}
	return w
}()

func compareASCII(a, b string, ignoreCase bool) int {
	tie := 0
	i, j := 0, 0
	for {
		for i < len(a) && asciiWeights[a[i]] == 0 {
			i++
		}
		for j < len(b) && asciiWeights[b[j]] == 0 {
			j++
		}
		switch {
		case i == len(a) && j == len(b):
			return tie
		case i == len(a):
			return -1
		case j == len(b):
			return 1
		}
		if wa, wb := asciiWeights[a[i]], asciiWeights[b[j]]; wa != wb {
			return sign(int(wa) - int(wb))
		}
		if tie == 0 && !ignoreCase {
			tie = sign(int(b[j]) - int(a[i]))
		}
		i++
		j++
	}
}

func sign(n int) int { return min(1, max(-1, n)) }

// StartsWith is s.StartsWith(prefix, comparison).
func StartsWith(s, prefix string, comparison StringComparison) (bool, error) {
	if comparison == Ordinal || comparison.linguistic() && !comparison.ignoresCase() && plainASCII(s) && plainASCII(prefix) {
		return hasTextPrefix(s, prefix), comparison.check()
	}
	if err := comparison.check(); err != nil {
		return false, err
	}
	if plainASCII(s) && plainASCII(prefix) {
		return len(s) >= len(prefix) && EqualIgnoreCase(s[:len(prefix)], prefix), nil
	}
	text, sought := elements(s, comparison), elements(prefix, comparison)
	return matchAt(text, sought, 0), nil
}

// EndsWith is s.EndsWith(suffix, comparison).
func EndsWith(s, suffix string, comparison StringComparison) (bool, error) {
	if comparison == Ordinal || comparison.linguistic() && !comparison.ignoresCase() && plainASCII(s) && plainASCII(suffix) {
		return hasTextSuffix(s, suffix), comparison.check()
	}
	if err := comparison.check(); err != nil {
		return false, err
	}
	if plainASCII(s) && plainASCII(suffix) {
		return len(s) >= len(suffix) && EqualIgnoreCase(s[len(s)-len(suffix):], suffix), nil
	}
	text, sought := elements(s, comparison), elements(suffix, comparison)
	return len(sought) <= len(text) && matchAt(text, sought, len(text)-len(sought)), nil
}

func hasTextPrefix(s, prefix string) bool {
	if splitsPair(prefix) {
		return hasPrefix(Units(s), Units(prefix))
	}
	return strings.HasPrefix(s, prefix)
}

func hasTextSuffix(s, suffix string) bool {
	if splitsPair(suffix) {
		units, sought := Units(s), Units(suffix)
		return len(units) >= len(sought) && hasPrefix(units[len(units)-len(sought):], sought)
	}
	return strings.HasSuffix(s, suffix)
}

// Contains is s.Contains(value): ordinal.
func Contains(s, value string) bool {
	if splitsPair(value) {
		return ordinalIndex(s, value) >= 0
	}
	return strings.Contains(s, value)
}

// An element is a piece of text that compares as a whole.
type element struct {
	key        string
	start, end int // in bytes of the text
}

// elements cuts a text into what the comparison compares: code points for an ordinal one;
// for a linguistic one base characters with their marks, without ignorable characters.
func elements(s string, comparison StringComparison) []element {
	out := make([]element, 0, len(s))
	for i := 0; i < len(s); {
		n := elementLength(s[i:], comparison.linguistic())
		key := s[i : i+n]
		if comparison.linguistic() {
			key = norm.NFC.String(strings.Map(dropIgnorable, key))
		}
		if comparison.ignoresCase() {
			key = foldKey(key)
		}
		if key != "" {
			out = append(out, element{key, i, i + n})
		}
		i += n
	}
	return out
}

func elementLength(s string, linguistic bool) int {
	_, n := decode(s)
	if !linguistic {
		return n
	}
	for n < len(s) && s[n] >= utf8.RuneSelf {
		r, size := decode(s[n:])
		if !unicode.Is(unicode.M, r) {
			break
		}
		n += size
	}
	return n
}

func foldKey(key string) string {
	if len(key) == 1 && key[0] < utf8.RuneSelf {
		return asciiStrings[upperOrdinal(rune(key[0])) : upperOrdinal(rune(key[0]))+1]
	}
	return mapRunes(key, upperOrdinal)
}

func dropIgnorable(r rune) rune {
	if ignorable(r) {
		return -1
	}
	return r
}

// ignorable reports whether a linguistic comparison passes over r.
func ignorable(r rune) bool {
	return r < ' ' && (r < '\t' || r > '\r') || r == 0x7F || r >= 0x80 && r < 0xA0 && r != 0x85 ||
		r == 0xAD || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

// plainASCII reports whether s has only ASCII characters that count in a linguistic
// comparison, so that this is the ordinal one.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || asciiWeights[s[i]] == 0 {
			return false
		}
	}
	return true
}

func matchAt(text, sought []element, at int) bool {
	if len(text)-at < len(sought) {
		return false
	}
	for i := range sought {
		if text[at+i].key != sought[i].key {
			return false
		}
	}
	return true
}
