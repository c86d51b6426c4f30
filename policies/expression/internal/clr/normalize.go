package clr

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A NormalizationForm says how characters that can be written in several ways are written.
type NormalizationForm int32

// The forms of Unicode.
const (
	FormC  NormalizationForm = 1
	FormD  NormalizationForm = 2
	FormKC NormalizationForm = 5
	FormKD NormalizationForm = 6
)

var forms = map[NormalizationForm]norm.Form{FormC: norm.NFC, FormD: norm.NFD, FormKC: norm.NFKC, FormKD: norm.NFKD}

func (f NormalizationForm) check(s string) (norm.Form, error) {
	form, ok := forms[f]
	if !ok {
		return 0, ArgumentError("Invalid or unsupported normalization form.", "normalizationForm")
	}
	if !utf8.ValidString(s) {
		return 0, ArgumentError("Invalid Unicode code point found at index "+itoa(Length(s[:invalidAt(s)]))+".", "strInput")
	}
	return form, nil
}

// invalidAt is where the first half of a pair stands that has no other half.
func invalidAt(s string) int {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(s)
}

// mostNormalized is how many times longer a text can become.
const mostNormalized = 18

// Normalize is string.Normalize(form).
func Normalize(b *Budget, s string, f NormalizationForm) (string, error) {
	form, err := f.check(s)
	if err != nil || isASCII(s) {
		return s, err
	}
	if len(s) > MaxText/mostNormalized {
		return "", b.Take(mostNormalized * int64(len(s)))
	}
	out := form.String(s)
	return out, b.Take(int64(len(out)))
}

// IsNormalized is string.IsNormalized(form).
func IsNormalized(s string, f NormalizationForm) (bool, error) {
	form, err := f.check(s)
	return err == nil && form.IsNormalString(s), err
}

// CompareParts compares length units of two texts, or as many as there are, from a start
// in each.
func CompareParts(a string, startA int, b string, startB, length int, compare func(a, b string) (int, error)) (int, error) {
	lengthA, lengthB := Length(a), Length(b)
	switch {
	case length < 0:
		return 0, OutOfRangeError("length", "Non-negative number required.")
	case startA < 0 || startA > lengthA:
		return 0, OutOfRangeError("indexA", "Index was out of range. Must be non-negative and less than the size of the collection.")
	case startB < 0 || startB > lengthB:
		return 0, OutOfRangeError("indexB", "Index was out of range. Must be non-negative and less than the size of the collection.")
	}
	return compare(slice(a, startA, startA+min(length, lengthA-startA)), slice(b, startB, startB+min(length, lengthB-startB)))
}
