package library

import (
	"cmp"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

func charClass() *Class {
	members := []Member{
		Const("const char MaxValue", "The largest value, U+FFFF.", clr.Char(0xFFFF)),
		Const("const char MinValue", "The smallest value, U+0000.", clr.Char(0)),
		M("static char Parse(string s)", "The one character of s.", E1(clr.ParseChar), `char.Parse("a") => 'a'`,
			`char.Parse("ab") => FormatException: String must be exactly one character long.`),
		M("static bool TryParse(string s, out char result)", "Whether s is one character, which result becomes.", tryParse(clr.ParseChar)),
		M("static char ToUpper(char c)", "The character in upper case.", F1(clr.Char.ToUpper), `char.ToUpper('a') => 'A'`),
		M("static char ToUpperInvariant(char c)", "The character in upper case.", F1(clr.Char.ToUpper)),
		M("static char ToLower(char c)", "The character in lower case.", F1(clr.Char.ToLower), `char.ToLower('A') => 'a'`),
		M("static char ToLowerInvariant(char c)", "The character in lower case.", F1(clr.Char.ToLower)),
		M("static double GetNumericValue(char c)", "The value of a digit, -1 for other characters.", F1(clr.Char.NumericValue), `char.GetNumericValue('7') => 7`),
		M("static string ConvertFromUtf32(int utf32)", "The text of a code point.", E1(fromUTF32), `char.ConvertFromUtf32(0x1F600).Length => 2`),
		M("static int ConvertToUtf32(char highSurrogate, char lowSurrogate)", "The code point of a pair.", E2(toUTF32),
			`char.ConvertToUtf32("😀"[0], "😀"[1]) => 128512`),
		M("static char ToUpper(char c, CultureInfo culture)", "The character in upper case.", Boxed(func(_ Call, args []any) (any, error) { return args[0].(clr.Char).ToUpper(), nil })),
		M("static char ToLower(char c, CultureInfo culture)", "The character in lower case.", Boxed(func(_ Call, args []any) (any, error) { return args[0].(clr.Char).ToLower(), nil })),
		M("static double GetNumericValue(string s, int index)", "The value of the digit at a position, -1 for other characters.", E2(func(s string, i int) (float64, error) {
			c, err := charIndexed(s, i)
			return c.NumericValue(), err
		}), `char.GetNumericValue("a7", 1) => 7`),
		M("static bool IsSurrogatePair(char highSurrogate, char lowSurrogate)", "Whether the characters are a pair.", F2(isPair), `char.IsSurrogatePair("😀"[0], "😀"[1]) => true`),
		M("static bool IsSurrogatePair(string s, int index)", "Whether a pair begins at a position.", E2(func(s string, i int) (bool, error) {
			high, err := charIndexed(s, i)
			low, none := clr.CharAt(s, i+1)
			return none == nil && isPair(high, low), err
		}), `char.IsSurrogatePair("a😀", 1) => true`, `char.IsSurrogatePair("a", 0) => false`),
		M("static int ConvertToUtf32(string s, int index)", "The code point at a position.", E2(codePointAt), `char.ConvertToUtf32("a😀", 1) => 128512`, `char.ConvertToUtf32("a", 0) => 97`),
		M("static string ToString(char c)", "The text of the character.", F1(clr.Char.String), `char.ToString('a') => "a"`),
		M("string ToString()", "The text of the character.", F1(clr.Char.String), `'a'.ToString() => "a"`),
	}
	for _, test := range []struct {
		name, doc string
		is        func(clr.Char) bool
		example   string
	}{
		{"IsDigit", "a decimal digit", clr.Char.IsDigit, `char.IsDigit('7') => true`},
		{"IsNumber", "a number", clr.Char.IsNumber, `char.IsNumber('½') => true`},
		{"IsLetter", "a letter", clr.Char.IsLetter, `char.IsLetter('é') => true`},
		{"IsLetterOrDigit", "a letter or a decimal digit", clr.Char.IsLetterOrDigit, `char.IsLetterOrDigit('-') => false`},
		{"IsWhiteSpace", "white space", clr.Char.IsWhiteSpace, `char.IsWhiteSpace('\t') => true`},
		{"IsUpper", "an upper-case letter", clr.Char.IsUpper, `char.IsUpper('A') => true`},
		{"IsLower", "a lower-case letter", clr.Char.IsLower, `char.IsLower('A') => false`},
		{"IsPunctuation", "punctuation", clr.Char.IsPunctuation, `char.IsPunctuation('.') => true`},
		{"IsSymbol", "a symbol", clr.Char.IsSymbol, `char.IsSymbol('+') => true`},
		{"IsSeparator", "a separator", clr.Char.IsSeparator, `char.IsSeparator(' ') => true`},
		{"IsControl", "a control character", clr.Char.IsControl, `char.IsControl('\n') => true`},
		{"IsSurrogate", "half of a surrogate pair", clr.Char.IsSurrogate, `char.IsSurrogate("😀"[0]) => true`},
		{"IsHighSurrogate", "the first half of a surrogate pair", clr.Char.IsHighSurrogate, `char.IsHighSurrogate("😀"[0]) => true`},
		{"IsLowSurrogate", "the second half of a surrogate pair", clr.Char.IsLowSurrogate, `char.IsLowSurrogate("😀"[1]) => true`},
	} {
		at := E2(func(s string, index int) (bool, error) {
			c, err := charIndexed(s, index)
			return err == nil && test.is(c), err
		})
		members = append(
			members,
			M("static bool "+test.name+"(char c)", "Whether c is "+test.doc+".", F1(test.is), test.example),
			M("static bool "+test.name+"(string s, int index)", "Whether the character at a position is "+test.doc+".", at),
		)
	}
	return &Class{
		Name: "System.Char", Doc: "A character: one UTF-16 code unit.",
		Members: append(members, valueMembers("char", func(a, b clr.Char) bool { return a == b }, cmp.Compare[clr.Char])...),
	}
}

func fromUTF32(code int32) (string, error) {
	if code < 0 || code > 0x10FFFF || code >= 0xD800 && code <= 0xDFFF {
		return "", clr.OutOfRangeError("utf32", "A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate codepoint values (0x00d800 ~ 0x00dfff).")
	}
	return string(rune(code)), nil
}

func toUTF32(high, low clr.Char) (int32, error) {
	switch {
	case !high.IsHighSurrogate():
		return 0, clr.OutOfRangeError("highSurrogate", "A valid high surrogate character is between 0xd800 and 0xdbff, inclusive.")
	case !low.IsLowSurrogate():
		return 0, clr.OutOfRangeError("lowSurrogate", "A valid low surrogate character is between 0xdc00 and 0xdfff, inclusive.")
	}
	for _, r := range clr.FromUnits([]clr.Char{high, low}) {
		return r, nil
	}
	return 0, nil
}

func isPair(high, low clr.Char) bool { return high.IsHighSurrogate() && low.IsLowSurrogate() }

// charIndexed is the character at a position, as the methods of char that take one have it.
func charIndexed(s string, i int) (clr.Char, error) {
	c, err := clr.CharAt(s, i)
	if err != nil {
		return 0, clr.OutOfRangeError("index", "")
	}
	return c, nil
}

func codePointAt(s string, i int) (int32, error) {
	c, err := charIndexed(s, i)
	if err != nil || !c.IsSurrogate() {
		return int32(c), err
	}
	low, err := clr.CharAt(s, i+1)
	switch {
	case err == nil && isPair(c, low):
		return toUTF32(c, low)
	case c.IsHighSurrogate():
		return 0, clr.ArgumentError("Found a high surrogate char without a following low surrogate at index: "+clr.ToString(int32(i))+". The input may not be in this encoding, or may not contain valid Unicode (UTF-16) characters.", "s")
	}
	return 0, clr.ArgumentError("Found a low surrogate char without a preceding high surrogate at index: "+clr.ToString(int32(i))+". The input may not be in this encoding, or may not contain valid Unicode (UTF-16) characters.", "s")
}
