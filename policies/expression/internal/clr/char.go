package clr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Char is C#'s char: one UTF-16 code unit.
type Char uint16

const (
	firstHigh = 0xD800
	firstLow  = 0xDC00
	lastLow   = 0xDFFF
)

// IsHighSurrogate reports whether c is the first half of a pair.
func (c Char) IsHighSurrogate() bool { return c >= firstHigh && c < firstLow }

// IsLowSurrogate reports whether c is the second half of a pair.
func (c Char) IsLowSurrogate() bool { return c >= firstLow && c <= lastLow }

// IsSurrogate reports whether c is half a pair.
func (c Char) IsSurrogate() bool { return c >= firstHigh && c <= lastLow }

// String returns the text that has c as its only unit.
func (c Char) String() string {
	if c < utf8.RuneSelf {
		return asciiStrings[c : c+1]
	}
	return string(appendUnit(nil, uint16(c)))
}

// asciiStrings has one byte for each ASCII character, to cut one-character strings from.
var asciiStrings = func() string {
	var b strings.Builder
	for i := range utf8.RuneSelf {
		b.WriteByte(byte(i))
	}
	return b.String()
}()

// IsWhiteSpace is char.IsWhiteSpace.
func (c Char) IsWhiteSpace() bool { return unicode.IsSpace(rune(c)) }

// IsDigit is char.IsDigit: a decimal digit of any script.
func (c Char) IsDigit() bool { return unicode.Is(unicode.Nd, rune(c)) }

// IsNumber is char.IsNumber: a digit, or a letter-like or other number.
func (c Char) IsNumber() bool { return unicode.IsNumber(rune(c)) }

// IsLetter is char.IsLetter.
func (c Char) IsLetter() bool { return unicode.IsLetter(rune(c)) }

// IsLetterOrDigit is char.IsLetterOrDigit.
func (c Char) IsLetterOrDigit() bool { return c.IsLetter() || c.IsDigit() }

// IsUpper is char.IsUpper.
func (c Char) IsUpper() bool { return unicode.Is(unicode.Lu, rune(c)) }

// IsLower is char.IsLower.
func (c Char) IsLower() bool { return unicode.Is(unicode.Ll, rune(c)) }

// IsControl is char.IsControl.
func (c Char) IsControl() bool { return unicode.Is(unicode.Cc, rune(c)) }

// IsPunctuation is char.IsPunctuation.
func (c Char) IsPunctuation() bool { return unicode.IsPunct(rune(c)) }

// IsSymbol is char.IsSymbol.
func (c Char) IsSymbol() bool { return unicode.IsSymbol(rune(c)) }

// IsSeparator is char.IsSeparator.
func (c Char) IsSeparator() bool { return unicode.In(rune(c), unicode.Z) }

// ToUpper is char.ToUpperInvariant.
func (c Char) ToUpper() Char {
	if c.IsSurrogate() {
		return c
	}
	return Char(upperInvariant(rune(c)))
}

// ToLower is char.ToLowerInvariant.
func (c Char) ToLower() Char {
	if c.IsSurrogate() {
		return c
	}
	return Char(lowerInvariant(rune(c)))
}

// NumericValue is char.GetNumericValue for decimal digits, and -1 for all else.
func (c Char) NumericValue() float64 {
	if v, ok := numericValues[rune(c)]; ok {
		return v
	}
	if !c.IsDigit() {
		return -1
	}
	zero := rune(c)
	for zero > 0 && unicode.Is(unicode.Nd, zero-1) && rune(c)-zero < 9 {
		zero--
	}
	return float64(rune(c) - zero)
}

// numericValues are those of characters that are numbers, but no digits of a decimal
// system: superscripts and subscripts, fractions, numbers in circles, Roman numerals.
var numericValues = func() map[rune]float64 {
	out := map[rune]float64{
		'¹': 1, '²': 2, '³': 3, '⁰': 0, '¼': 1. / 4, '½': 1. / 2, '¾': 3. / 4, '⅐': 1. / 7, '⅑': 1. / 9, '⅒': 1. / 10, '⅓': 1. / 3, '⅔': 2. / 3,
		'⅕': 1. / 5, '⅖': 2. / 5, '⅗': 3. / 5, '⅘': 4. / 5, '⅙': 1. / 6, '⅚': 5. / 6, '⅛': 1. / 8, '⅜': 3. / 8, '⅝': 5. / 8, '⅞': 7. / 8,
	}
	for first, from := range map[rune]struct{ value, count int }{'⁴': {4, 6}, '₀': {0, 10}, '①': {1, 20}, 'Ⅰ': {1, 12}, 'ⅰ': {1, 12}} {
		for i := range from.count {
			out[first+rune(i)] = float64(from.value + i)
		}
	}
	for i, value := range []float64{50, 100, 500, 1000} {
		out['Ⅼ'+rune(i)], out['ⅼ'+rune(i)] = value, value
	}
	return out
}()

// ParseChar is char.Parse.
func ParseChar(s string) (Char, error) {
	if Length(s) != 1 {
		return 0, FormatError("String must be exactly one character long.")
	}
	return Units(s)[0], nil
}

// The invariant culture maps one code point to one, and leaves the dotted and dotless i
// of Turkish alone.
const (
	dottedCapitalI = 'İ'
	dotlessI       = 'ı'
	longS          = 'ſ'
)

func upperInvariant(r rune) rune {
	if r == dotlessI {
		return r
	}
	return unicode.ToUpper(r)
}

func lowerInvariant(r rune) rune {
	if r == dottedCapitalI {
		return r
	}
	return unicode.ToLower(r)
}

// upperOrdinal is the mapping by which OrdinalIgnoreCase compares.
func upperOrdinal(r rune) rune {
	if r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}
	if r == dotlessI || r == longS {
		return r
	}
	return unicode.ToUpper(r)
}
