package library

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

func stringClass() *Class {
	c := &Class{
		Name: "System.String", Doc: "Text: a sequence of UTF-16 code units that never changes.",
		Bases: "IEnumerable<char>",
	}
	for _, part := range [][]Member{
		stringMaking(), stringParts(), stringSearch(), stringComparing(), stringChanging(), stringSplitting(), stringJoining(), stringFormatting(),
		stringNormalizing(), stringComparingParts(), stringSearchingParts(),
	} {
		c.Members = append(c.Members, part...)
	}
	return c
}

// built is the code of what makes a text of about the size of another one. It is the same
// text when nothing had to change.
func built(make func(string) string) Code {
	return C1(func(c Call, s string) (string, error) {
		out := make(s)
		if SameText(out, s) {
			return out, nil
		}
		return out, c.Budget().Take(int64(len(out)))
	})
}

func stringMaking() []Member {
	return []Member{
		M("String(char c, int count)", "A text that repeats a character.",
			C2(func(c Call, char clr.Char, count int) (string, error) { return clr.Repeat(c.Budget(), char, count) }),
			`new string('=', 3) => "==="`),
		M("String(char[] value)", "The text of these characters.", F1(clr.FromUnits),
			`new string(new char[] { 'a', 'b' }) => "ab"`),
		M("String(char[] value, int startIndex, int length)", "The text of length characters from startIndex on.",
			E3(func(value []clr.Char, start, length int) (string, error) {
				if value == nil {
					return "", NullArgument("value")
				}
				return clr.FromUnitRange(value, start, length)
			}), `new string(new char[] { 'a', 'b', 'c' }, 1, 2) => "bc"`),
		M("static string Empty", "The text without characters.", F0(func() string { return "" }),
			`string.Empty => ""`),
		M("static string Copy(string str)", "A copy of the text.", built(strings.Clone), `string.Copy("a") => "a"`),
		M("object Clone()", "The text itself.", F1(func(s string) any { return s })),
		M("string ToString()", "The text itself.", F1(func(s string) string { return s }), `"a".ToString() => "a"`),
		M("int GetHashCode()", "A number that is equal for equal texts.", F1(clr.HashText)),
	}
}

func stringParts() []Member {
	return []Member{
		M("int Length { get; }", "The number of UTF-16 units.", F1(clr.Length), `"abc".Length => 3`, `"😀".Length => 2`),
		M("char this[int index] { get; }", "The character at a position.", E2(clr.CharAt), `"abc"[1] => 'b'`,
			`"abc"[3] => IndexOutOfRangeException: Index was outside the bounds of the array.`),
		M("string Substring(int startIndex)", "The rest of the text from startIndex on.", E2(clr.Substring),
			`"abc".Substring(1) => "bc"`, `"abc".Substring(3) => ""`,
			`"abc".Substring(4) => ArgumentOutOfRangeException: startIndex cannot be larger than length of string. (Parameter 'startIndex')`),
		M("string Substring(int startIndex, int length)", "length characters from startIndex on.", E3(clr.SubstringCount),
			`"abcd".Substring(1, 2) => "bc"`,
			`"abc".Substring(1, 3) => ArgumentOutOfRangeException: Index and length must refer to a location within the string. (Parameter 'length')`),
		M("char[] ToCharArray()", "The characters.", C1(func(c Call, s string) ([]clr.Char, error) {
			if err := c.Budget().Take(18 * int64(len(s))); err != nil {
				return nil, err
			}
			return clr.Units(s), nil
		}), `"abc".ToCharArray().Length => 3`),
		M("char[] ToCharArray(int startIndex, int length)", "Some of the characters.", E3(clr.CharRange),
			`new string("abcd".ToCharArray(1, 2)) => "bc"`),
		M("static bool IsNullOrEmpty(string value)", "Whether value is null or has no characters.",
			F1(func(s NullString) bool { return s.Text == "" }),
			`string.IsNullOrEmpty("") => true`, `string.IsNullOrEmpty(null) => true`),
		M("static bool IsNullOrWhiteSpace(string value)", "Whether value is null or has nothing but white space.",
			F1(func(s NullString) bool { return clr.IsWhiteSpace(s.Text) }),
			`string.IsNullOrWhiteSpace(" \t") => true`, `string.IsNullOrWhiteSpace("x") => false`),
	}
}

// rest is how many characters there are from start on, for the overloads without a count.
func rest(s string, start int) int { return clr.Length(s) - start }

func stringSearch() []Member {
	return append([]Member{
		M("bool Contains(string value)", "Whether value occurs in the text; case matters.", F2(clr.Contains),
			`"Bearer x".Contains("Bearer") => true`, `"abc".Contains("B") => false`,
			`"a".Contains((string)null) => ArgumentNullException: Value cannot be null. (Parameter 'value')`),
		M("bool Contains(char value)", "Whether the character occurs in the text.",
			F2(func(s string, c clr.Char) bool { return clr.IndexOfChar(s, c) >= 0 }), `"abc".Contains('b') => true`),
		M("bool Contains(string value, StringComparison comparisonType)", "Whether value occurs in the text, in the sense of the comparison.",
			E3(func(s, value string, c clr.StringComparison) (bool, error) {
				i, err := clr.IndexOf(s, value, c)
				return i >= 0, err
			}), `"abc".Contains("B", StringComparison.OrdinalIgnoreCase) => true`),
		M("bool Contains(char value, StringComparison comparisonType)", "Whether the character occurs in the text, in the sense of the comparison.",
			E3(func(s string, value clr.Char, c clr.StringComparison) (bool, error) {
				i, err := clr.IndexOf(s, value.String(), c)
				return i >= 0, err
			}), `"abc".Contains('B', StringComparison.OrdinalIgnoreCase) => true`),
		M("bool StartsWith(string value)", "Whether the text begins with value, as the invariant culture compares.",
			E2(func(s, value string) (bool, error) { return clr.StartsWith(s, value, clr.CurrentCulture) }),
			`"Bearer x".StartsWith("Bearer ") => true`),
		M("bool StartsWith(char value)", "Whether the text begins with the character.",
			F2(func(s string, c clr.Char) bool { first, err := clr.CharAt(s, 0); return err == nil && first == c }),
			`"abc".StartsWith('a') => true`, `"".StartsWith('a') => false`),
		M("bool StartsWith(string value, StringComparison comparisonType)", "Whether the text begins with value, in the sense of the comparison.",
			E3(clr.StartsWith), `"Bearer x".StartsWith("bearer ", StringComparison.OrdinalIgnoreCase) => true`),
		M("bool EndsWith(string value)", "Whether the text ends with value, as the invariant culture compares.",
			E2(func(s, value string) (bool, error) { return clr.EndsWith(s, value, clr.CurrentCulture) }),
			`"a.json".EndsWith(".json") => true`),
		M("bool EndsWith(char value)", "Whether the text ends with the character.",
			F2(func(s string, c clr.Char) bool {
				last, err := clr.CharAt(s, clr.Length(s)-1)
				return err == nil && last == c
			}), `"a/".EndsWith('/') => true`),
		M("bool EndsWith(string value, StringComparison comparisonType)", "Whether the text ends with value, in the sense of the comparison.",
			E3(clr.EndsWith), `"a.JSON".EndsWith(".json", StringComparison.OrdinalIgnoreCase) => true`),
	}, append(stringIndexOf(), stringLastIndexOf()...)...)
}

func stringIndexOf() []Member {
	return []Member{
		M("int IndexOf(char value)", "Where the character first occurs, or -1.", F2(clr.IndexOfChar), `"abc".IndexOf('c') => 2`, `"abc".IndexOf('x') => -1`),
		M("int IndexOf(char value, int startIndex)", "Where the character first occurs from startIndex on.",
			E3(func(s string, c clr.Char, start int) (int, error) {
				return clr.IndexOfCharRange(s, c, start, rest(s, start))
			}), `"abcabc".IndexOf('b', 2) => 4`),
		M("int IndexOf(char value, int startIndex, int count)", "Where the character first occurs among count of them.",
			E4(clr.IndexOfCharRange), `"abcabc".IndexOf('b', 2, 2) => -1`),
		M("int IndexOf(string value)", "Where value first occurs, or -1, as the invariant culture compares.",
			E2(func(s, value string) (int, error) { return clr.IndexOf(s, value, clr.CurrentCulture) }),
			`"abcabc".IndexOf("bc") => 1`, `"abc".IndexOf("") => 0`),
		M("int IndexOf(string value, int startIndex)", "Where value first occurs from startIndex on.",
			E3(func(s, value string, start int) (int, error) {
				return clr.IndexOfRange(s, value, start, rest(s, start), clr.CurrentCulture)
			}), `"abcabc".IndexOf("bc", 2) => 4`),
		M("int IndexOf(string value, int startIndex, int count)", "Where value first occurs among count characters.",
			E4(func(s, value string, start, count int) (int, error) {
				return clr.IndexOfRange(s, value, start, count, clr.CurrentCulture)
			}), `"abcabc".IndexOf("bc", 2, 3) => -1`),
		M("int IndexOf(string value, StringComparison comparisonType)", "Where value first occurs, in the sense of the comparison.",
			E3(clr.IndexOf), `"abc".IndexOf("B", StringComparison.OrdinalIgnoreCase) => 1`),
		M("int IndexOf(string value, int startIndex, StringComparison comparisonType)", "Where value first occurs from startIndex on, in the sense of the comparison.",
			E4(func(s, value string, start int, c clr.StringComparison) (int, error) {
				return clr.IndexOfRange(s, value, start, rest(s, start), c)
			}), `"abcABC".IndexOf("B", 2, StringComparison.OrdinalIgnoreCase) => 4`),
		M("int IndexOfAny(char[] anyOf)", "Where one of the characters first occurs, or -1.",
			E2(func(s string, chars []clr.Char) (int, error) { return clr.IndexOfAny(s, chars, 0, clr.Length(s)) }),
			`"a;b,c".IndexOfAny(new char[] { ',', ';' }) => 1`),
		M("int IndexOfAny(char[] anyOf, int startIndex)", "Where one of the characters first occurs from startIndex on.",
			E3(func(s string, chars []clr.Char, start int) (int, error) {
				return clr.IndexOfAny(s, chars, start, rest(s, start))
			}), `"a;b,c".IndexOfAny(new char[] { ',', ';' }, 2) => 3`),
	}
}

func stringLastIndexOf() []Member {
	return []Member{
		M("int LastIndexOf(char value)", "Where the character last occurs, or -1.", F2(clr.LastIndexOfChar), `"a/b/c".LastIndexOf('/') => 3`),
		M("int LastIndexOf(char value, int startIndex)", "Where the character last occurs up to startIndex.",
			E3(func(s string, c clr.Char, start int) (int, error) {
				return clr.LastIndexOfCharRange(s, c, start, start+1)
			}), `"a/b/c".LastIndexOf('/', 2) => 1`),
		M("int LastIndexOf(char value, int startIndex, int count)", "Where the character last occurs among the count of them that end at startIndex.",
			E4(clr.LastIndexOfCharRange), `"a/b/c".LastIndexOf('/', 2, 1) => -1`),
		M("int LastIndexOf(string value)", "Where value last occurs, or -1, as the invariant culture compares.",
			E2(func(s, value string) (int, error) { return clr.LastIndexOf(s, value, clr.CurrentCulture) }),
			`"abcabc".LastIndexOf("bc") => 4`),
		M("int LastIndexOf(string value, int startIndex)", "Where value last occurs up to startIndex.",
			E3(func(s, value string, start int) (int, error) {
				return clr.LastIndexOfRange(s, value, start, start+1, clr.CurrentCulture)
			}), `"abcabc".LastIndexOf("bc", 4) => 1`),
		M("int LastIndexOf(string value, StringComparison comparisonType)", "Where value last occurs, in the sense of the comparison.",
			E3(clr.LastIndexOf), `"abcABC".LastIndexOf("b", StringComparison.OrdinalIgnoreCase) => 4`),
		M("int LastIndexOfAny(char[] anyOf)", "Where one of the characters last occurs, or -1.",
			E2(func(s string, chars []clr.Char) (int, error) {
				return clr.LastIndexOfAny(s, chars, clr.Length(s)-1, clr.Length(s))
			}), `"a;b,c".LastIndexOfAny(new char[] { ',', ';' }) => 3`),
	}
}

// compareNull orders null before everything else.
func compareNull(a, b NullString, compare func(a, b string) (int, error)) (int, error) {
	switch {
	case !a.Valid && !b.Valid:
		return 0, nil
	case !a.Valid:
		return -1, nil
	case !b.Valid:
		return 1, nil
	}
	return compare(a.Text, b.Text)
}

func linguistic(a, b string) (int, error) { return clr.CompareLinguistic(a, b, false), nil }

func stringComparing() []Member {
	return []Member{
		M("bool Equals(string value)", "Whether both texts have the same characters.",
			F2(func(s string, value NullString) bool { return value.Valid && s == value.Text }),
			`"a".Equals("A") => false`, `"a".Equals("a") => true`),
		M("bool Equals(string value, StringComparison comparisonType)", "Whether both texts are equal in the sense of the comparison.",
			E3(func(s string, value NullString, c clr.StringComparison) (bool, error) {
				if !value.Valid {
					return false, nil
				}
				return clr.EqualText(s, value.Text, c)
			}), `"a".Equals("A", StringComparison.OrdinalIgnoreCase) => true`),
		M("bool Equals(object obj)", "Whether obj is a text with the same characters.", F2(func(s string, obj any) bool { return obj == any(s) }),
			`"1".Equals((object)1) => false`),
		M("static bool Equals(string a, string b)", "Whether both texts have the same characters, or are null.",
			F2(func(a, b NullString) bool { return a == b }), `string.Equals(null, "a") => false`),
		M("static bool Equals(string a, string b, StringComparison comparisonType)", "Whether both texts are equal in the sense of the comparison, or null.",
			E3(func(a, b NullString, c clr.StringComparison) (bool, error) {
				if !a.Valid || !b.Valid {
					return a.Valid == b.Valid, nil
				}
				return clr.EqualText(a.Text, b.Text, c)
			}), `string.Equals("West Europe", "west europe", StringComparison.OrdinalIgnoreCase) => true`),
		M("int CompareTo(string strB)", "Whether the text comes before (-1), with (0) or after (1) strB, as the invariant culture orders.",
			E2(func(s string, other NullString) (int, error) { return compareNull(Some(s), other, linguistic) }),
			`"a".CompareTo("B") => -1`),
		M("int CompareTo(object value)", "As CompareTo(string); value must be a text.",
			E2(func(s string, other any) (int, error) {
				text, ok := other.(string)
				if other != nil && !ok {
					return 0, clr.ArgumentError("Object must be of type String.", "")
				}
				return compareNull(Some(s), NullString{text, ok}, linguistic)
			}), `"b".CompareTo((object)"a") => 1`),
		M("static int Compare(string strA, string strB)", "Whether strA comes before (-1), with (0) or after (1) strB, as the invariant culture orders.",
			E2(func(a, b NullString) (int, error) { return compareNull(a, b, linguistic) }), `string.Compare("a", "B") => -1`),
		M("static int Compare(string strA, string strB, bool ignoreCase)", "As Compare, perhaps ignoring case.",
			E3(func(a, b NullString, ignoreCase bool) (int, error) {
				return compareNull(a, b, func(a, b string) (int, error) { return clr.CompareLinguistic(a, b, ignoreCase), nil })
			}), `string.Compare("a", "A", true) => 0`),
		M("static int Compare(string strA, string strB, StringComparison comparisonType)", "The order of the texts, in the sense of the comparison.",
			E3(func(a, b NullString, c clr.StringComparison) (int, error) {
				return compareNull(a, b, func(a, b string) (int, error) { return clr.CompareText(a, b, c) })
			}), `string.Compare("a", "A", StringComparison.OrdinalIgnoreCase) => 0`),
		M("static int CompareOrdinal(string strA, string strB)", "The order of the texts by their UTF-16 units.",
			E2(func(a, b NullString) (int, error) {
				return compareNull(a, b, func(a, b string) (int, error) { return clr.CompareOrdinal(a, b), nil })
			}), `string.CompareOrdinal("a", "B") > 0 => true`),
		M("static bool operator ==(string a, string b)", "Whether both texts have the same characters, or are null.",
			F2(func(a, b NullString) bool { return a == b })),
		M("static bool operator !=(string a, string b)", "Whether the texts differ.", F2(func(a, b NullString) bool { return a != b })),
	}
}

func stringChanging() []Member {
	trims := func(trim func(string, ...clr.Char) string, name, where, in, out string) []Member {
		call := func(s string, chars []clr.Char) string { return trim(s, chars...) }
		return []Member{
			M("string "+name+"()", "The text without white space "+where+".", F1(func(s string) string { return trim(s) }), in),
			M("string "+name+"(char trimChar)", "The text without that character "+where+".",
				F2(func(s string, c clr.Char) string { return trim(s, c) }), out),
			M("string "+name+"(params char[] trimChars)", "The text without these characters "+where+".", F2(call)),
		}
	}
	members := []Member{
		M("string Replace(string oldValue, string newValue)", "The text with every occurrence of one text replaced by another.",
			C3(func(c Call, s, from string, to NullString) (string, error) {
				return clr.Replace(c.Budget(), s, from, to.Text)
			}), `"Bearer x".Replace("Bearer ", "") => "x"`,
			`"a".Replace("", "b") => ArgumentException: String cannot be of zero length. (Parameter 'oldValue')`),
		M("string Replace(char oldChar, char newChar)", "The text with every occurrence of a character replaced by another.",
			C3(func(c Call, s string, from, to clr.Char) (string, error) {
				return clr.ReplaceChar(c.Budget(), s, from, to)
			}), `"a-b-c".Replace('-', '_') => "a_b_c"`),
		M("string Replace(string oldValue, string newValue, StringComparison comparisonType)", "As Replace, finding occurrences in the sense of the comparison.",
			C4(func(c Call, s, from string, to NullString, how clr.StringComparison) (string, error) {
				return clr.ReplaceComparing(c.Budget(), s, from, to.Text, how)
			}), `"aBc".Replace("b", "-", StringComparison.OrdinalIgnoreCase) => "a-c"`),
		M("string ToLower()", "The text in lower case.", built(clr.ToLower), `"ABC".ToLower() => "abc"`),
		M("string ToLowerInvariant()", "The text in lower case.", built(clr.ToLower), `"ÄB".ToLowerInvariant() => "äb"`),
		M("string ToUpper()", "The text in upper case.", built(clr.ToUpper), `"abc".ToUpper() => "ABC"`),
		M("string ToUpperInvariant()", "The text in upper case.", built(clr.ToUpper), `"straße".ToUpperInvariant() => "STRAßE"`),
		M("string PadLeft(int totalWidth)", "The text with blanks before it up to a width.",
			C2(func(c Call, s string, width int) (string, error) { return clr.PadLeft(c.Budget(), s, width, ' ') }),
			`"7".PadLeft(3) => "  7"`),
		M("string PadLeft(int totalWidth, char paddingChar)", "The text with a character before it up to a width.",
			C3(func(c Call, s string, width int, char clr.Char) (string, error) {
				return clr.PadLeft(c.Budget(), s, width, char)
			}), `"7".PadLeft(3, '0') => "007"`),
		M("string PadRight(int totalWidth)", "The text with blanks after it up to a width.",
			C2(func(c Call, s string, width int) (string, error) { return clr.PadRight(c.Budget(), s, width, ' ') }),
			`"7".PadRight(3) => "7  "`),
		M("string PadRight(int totalWidth, char paddingChar)", "The text with a character after it up to a width.",
			C3(func(c Call, s string, width int, char clr.Char) (string, error) {
				return clr.PadRight(c.Budget(), s, width, char)
			}), `"ab".PadRight(4, '=') => "ab=="`),
		M("string Insert(int startIndex, string value)", "The text with another put in at startIndex.",
			C3(func(c Call, s string, at int, value string) (string, error) {
				return clr.Insert(c.Budget(), s, at, value)
			}),
			`"ac".Insert(1, "b") => "abc"`),
		M("string Remove(int startIndex)", "The text up to startIndex.", E2(clr.Remove), `"abc".Remove(1) => "a"`),
		M("string Remove(int startIndex, int count)", "The text without count characters from startIndex on.",
			C3(func(c Call, s string, start, count int) (string, error) {
				return clr.RemoveCount(c.Budget(), s, start, count)
			}), `"abcd".Remove(1, 2) => "ad"`),
	}
	members = append(members, trims(clr.Trim, "Trim", "at both ends", `" a ".Trim() => "a"`, `"/a/".Trim('/') => "a"`)...)
	members = append(members, trims(clr.TrimStart, "TrimStart", "at the start", `" a ".TrimStart() => "a "`, `"/a/".TrimStart('/') => "a/"`)...)
	return append(members, trims(clr.TrimEnd, "TrimEnd", "at the end", `" a ".TrimEnd() => " a"`, `"/a/".TrimEnd('/') => "/a"`)...)
}

func stringSplitting() []Member {
	split := func(c Call, s string, chars []clr.Char, count int, o clr.SplitOptions) ([]string, error) {
		return clr.SplitChars(c.Budget(), s, chars, count, o)
	}
	return []Member{
		M("string[] Split(params char[] separator)", "The parts between the separators; white space, when none are given.",
			C2(func(c Call, s string, chars []clr.Char) ([]string, error) {
				return split(c, s, chars, clr.NoLimit, clr.SplitNone)
			}), `"a,b;c".Split(',', ';').Length => 3`, `"a b".Split()[1] => "b"`),
		M("string[] Split(char separator, StringSplitOptions options = StringSplitOptions.None)", "The parts between the separators.",
			C3(func(c Call, s string, char clr.Char, o clr.SplitOptions) ([]string, error) {
				return split(c, s, []clr.Char{char}, clr.NoLimit, o)
			}), `"a,,b".Split(',', StringSplitOptions.RemoveEmptyEntries).Length => 2`),
		M("string[] Split(char separator, int count, StringSplitOptions options = StringSplitOptions.None)", "At most count parts; the last one keeps the rest.",
			C4(func(c Call, s string, char clr.Char, count int, o clr.SplitOptions) ([]string, error) {
				return split(c, s, []clr.Char{char}, count, o)
			}), `"a=b=c".Split('=', 2)[1] => "b=c"`),
		M("string[] Split(char[] separator, int count)", "At most count parts; the last one keeps the rest.",
			C3(func(c Call, s string, chars []clr.Char, count int) ([]string, error) {
				return split(c, s, chars, count, clr.SplitNone)
			}), `"a:b:c".Split(new char[] { ':' }, 2)[1] => "b:c"`),
		M("string[] Split(char[] separator, StringSplitOptions options)", "The parts between the separators.",
			C3(func(c Call, s string, chars []clr.Char, o clr.SplitOptions) ([]string, error) {
				return split(c, s, chars, clr.NoLimit, o)
			}), `" a  b ".Split(new char[] { ' ' }, StringSplitOptions.RemoveEmptyEntries).Length => 2`),
		M("string[] Split(char[] separator, int count, StringSplitOptions options)", "At most count parts; the last one keeps the rest.",
			C4(split), `"a,,b,c".Split(new char[] { ',' }, 2, StringSplitOptions.RemoveEmptyEntries)[1] => "b,c"`),
		M("string[] Split(string separator, StringSplitOptions options = StringSplitOptions.None)", "The parts between the separators.",
			C3(func(c Call, s string, separator NullString, o clr.SplitOptions) ([]string, error) {
				return clr.SplitString(c.Budget(), s, separator.Text, clr.NoLimit, o)
			}), `"a--b".Split("--")[1] => "b"`),
		M("string[] Split(string separator, int count, StringSplitOptions options = StringSplitOptions.None)", "At most count parts; the last one keeps the rest.",
			C4(func(c Call, s string, separator NullString, count int, o clr.SplitOptions) ([]string, error) {
				return clr.SplitString(c.Budget(), s, separator.Text, count, o)
			}), `"a--b--c".Split("--", 2)[1] => "b--c"`),
		M("string[] Split(string[] separator, StringSplitOptions options)", "The parts between the separators.",
			C3(func(c Call, s string, separators []string, o clr.SplitOptions) ([]string, error) {
				return clr.SplitStrings(c.Budget(), s, separators, clr.NoLimit, o)
			}), `"a, b".Split(new string[] { ", " }, StringSplitOptions.None)[1] => "b"`),
		M("string[] Split(string[] separator, int count, StringSplitOptions options)", "At most count parts; the last one keeps the rest.",
			C4(func(c Call, s string, separators []string, count int, o clr.SplitOptions) ([]string, error) {
				return clr.SplitStrings(c.Budget(), s, separators, count, o)
			}), `"a, b, c".Split(new string[] { ", " }, 2, StringSplitOptions.None)[1] => "b, c"`),
	}
}

// textsIn are the texts of the items of anything enumerable.
func textsIn(c Call, values any, name string) ([]string, error) {
	if values == nil {
		return nil, NullArgument(name)
	}
	var out []string
	err := c.Each(values, func(item any) error {
		out = append(out, clr.ToString(item))
		return c.Budget().Take(16)
	})
	return out, err
}

func textsOfAll(args []any) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = clr.ToString(a)
	}
	return out
}

func joinEach(name string) Code {
	return C2(func(c Call, separator NullString, values any) (string, error) {
		parts, err := textsIn(c, values, name)
		if err != nil {
			return "", err
		}
		return clr.Join(c.Budget(), separator.Text, parts)
	})
}

func joinPart(c Call, separator string, value any, start, count int) (string, error) {
	if value == nil {
		return "", NullArgument("value")
	}
	items := view(value)
	switch {
	case start < 0:
		return "", clr.OutOfRangeError("startIndex", "StartIndex cannot be less than zero.")
	case count < 0:
		return "", clr.OutOfRangeError("count", "Count cannot be less than zero.")
	case start > len(items)-count:
		return "", clr.OutOfRangeError("startIndex", "Index and count must refer to a location within the buffer.")
	}
	return clr.Join(c.Budget(), separator, textsOfAll(items[start:start+count]))
}

func copyCharacters(_ Call, args []any) (any, error) {
	from, to, count := whole(args[1]), whole(args[3]), whole(args[4])
	if args[2] == nil {
		return nil, NullArgument("destination")
	}
	target := view(args[2])
	switch {
	case count < 0:
		return nil, clr.OutOfRangeError("count", "Count cannot be less than zero.")
	case from < 0 || count > clr.Length(args[0].(string))-from:
		return nil, clr.OutOfRangeError("sourceIndex", "Index and count must refer to a location within the string.")
	case to < 0 || to > len(target)-count:
		return nil, clr.OutOfRangeError("destinationIndex", "Index and count must refer to a location within the buffer.")
	}
	for i, c := range clr.Units(args[0].(string))[from : from+count] {
		target[to+i] = c
	}
	return nil, nil
}

func concatEach(c Call, values any) (string, error) {
	parts, err := textsIn(c, values, "values")
	if err != nil {
		return "", err
	}
	return clr.Concat(c.Budget(), parts...)
}

func stringJoining() []Member {
	concat := func(c Call, args ...any) (string, error) { return clr.Concat(c.Budget(), textsOfAll(args)...) }
	return []Member{
		M("static string Concat(string str0, string str1)", "The texts one after the other; null is empty.",
			C2(func(c Call, a, b NullString) (string, error) { return clr.Concat(c.Budget(), a.Text, b.Text) }),
			`string.Concat("a", null) => "a"`),
		M("static string Concat(string str0, string str1, string str2)", "The texts one after the other.",
			C3(func(c Call, a, b, d NullString) (string, error) {
				return clr.Concat(c.Budget(), a.Text, b.Text, d.Text)
			}), `string.Concat("a", "b", "c") => "abc"`),
		M("static string Concat(string str0, string str1, string str2, string str3)", "The texts one after the other.",
			C4(func(c Call, a, b, d, e NullString) (string, error) {
				return clr.Concat(c.Budget(), a.Text, b.Text, d.Text, e.Text)
			})),
		M("static string Concat(params string[] values)", "The texts one after the other.",
			C1(func(c Call, values any) (string, error) { return concatEach(c, values) }), `string.Concat("a", "b", "c", "d", "e") => "abcde"`),
		M("static string Concat(object arg0)", "The text of the value.", C1(func(c Call, a any) (string, error) { return concat(c, a) }),
			`string.Concat(1) => "1"`),
		M("static string Intern(string str)", "The text itself.", F1(func(s string) string { return s }), `string.Intern("a") => "a"`),
		M("void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)", "Copies characters into an array.", Boxed(copyCharacters)),
		M("static string Concat(object arg0, object arg1)", "The texts of the values.",
			C2(func(c Call, a, b any) (string, error) { return concat(c, a, b) }), `string.Concat("a", 1) => "a1"`),
		M("static string Concat(object arg0, object arg1, object arg2)", "The texts of the values.",
			C3(func(c Call, a, b, d any) (string, error) { return concat(c, a, b, d) }), `string.Concat(1, true, "x") => "1Truex"`),
		M("static string Concat(params object[] args)", "The texts of the values.",
			C1(func(c Call, args any) (string, error) { return concatEach(c, args) }), `string.Concat(1, 2, 3, 4) => "1234"`),
		M("static string Concat(IEnumerable<string> values)", "The texts one after the other.", C1(concatEach)),
		M("static string Concat<T>(IEnumerable<T> values)", "The texts of the values.", C1(concatEach), `string.Concat(new int[] { 1, 2 }) => "12"`),
		M("static string Join(string separator, params string[] value)", "The texts with a separator between them; null is empty.",
			joinEach("value"), `string.Join(",", "a", null, "b") => "a,,b"`),
		M("static string Join(string separator, params object[] values)", "The texts of the values, with a separator between them.",
			joinEach("values"), `string.Join("-", 1, "a", true) => "1-a-True"`),
		M("static string Join(string separator, IEnumerable<string> values)", "The texts with a separator between them.",
			joinEach("values"), `string.Join("+", new List<string> { "a", "b" }) => "a+b"`),
		M("static string Join<T>(string separator, IEnumerable<T> values)", "The texts of the values, with a separator between them.",
			joinEach("values"), `string.Join(", ", new List<int> { 1, 2 }) => "1, 2"`),
		M("static string Join(string separator, string[] value, int startIndex, int count)", "count of the texts from startIndex on, with a separator between them.",
			C4(joinRange), `string.Join("/", new string[] { "a", "b", "c" }, 1, 2) => "b/c"`),
		M("static string Join(char separator, params string[] value)", "The texts with a separator between them.",
			C2(func(c Call, separator clr.Char, value any) (string, error) {
				return joinChar(c, separator, value, "value")
			}),
			`string.Join(',', "a", "b") => "a,b"`),
		M("static string Join<T>(char separator, IEnumerable<T> values)", "The texts of the values, with a separator between them.", C2(func(c Call, separator clr.Char, values any) (string, error) {
			parts, err := textsIn(c, values, "values")
			if err != nil {
				return "", err
			}
			return clr.Join(c.Budget(), separator.String(), parts)
		}), `string.Join('-', new[] { 1, 2 }.Where(x => x > 0)) => "1-2"`),
		M("static string Join(char separator, string[] value, int startIndex, int count)", "Some of the texts with a separator between them.",
			C4(func(c Call, separator clr.Char, value any, start, count int) (string, error) {
				return joinPart(c, separator.String(), value, start, count)
			})),
		M("static string Join(char separator, params object[] values)", "The texts of the values, with a separator between them.",
			C2(func(c Call, separator clr.Char, values any) (string, error) {
				return joinChar(c, separator, values, "values")
			}), `string.Join(';', 1, 2) => "1;2"`),
	}
}

func joinChar(c Call, separator clr.Char, values any, name string) (string, error) {
	parts, err := textsIn(c, values, name)
	if err != nil {
		return "", err
	}
	return clr.Join(c.Budget(), separator.String(), parts)
}

func joinRange(c Call, separator NullString, value []string, start, count int) (string, error) {
	switch {
	case value == nil:
		return "", NullArgument("value")
	case start < 0:
		return "", clr.OutOfRangeError("startIndex", "StartIndex cannot be less than zero.")
	case count < 0:
		return "", clr.OutOfRangeError("count", "Count cannot be less than zero.")
	case start > len(value)-count:
		return "", clr.OutOfRangeError("startIndex", "Index and count must refer to a location within the buffer.")
	}
	return clr.Join(c.Budget(), separator.Text, value[start:start+count])
}

func stringFormatting() []Member {
	format := func(c Call, format string, args ...any) (string, error) {
		return clr.Format(c.Budget(), format, args)
	}
	return []Member{
		M("static string Format(string format, object arg0)", "The format with {0} replaced by the value.",
			C2(func(c Call, f string, a any) (string, error) { return format(c, f, a) }), `string.Format("<{0,4:X2}>", 10) => "<  0A>"`),
		M("static string Format(string format, object arg0, object arg1)", "The format with {0} and {1} replaced by the values.",
			C3(func(c Call, f string, a, b any) (string, error) { return format(c, f, a, b) }), `string.Format("{1}-{0}", "a", 2) => "2-a"`),
		M("static string Format(string format, object arg0, object arg1, object arg2)", "The format with its items replaced by the values.",
			C4(func(c Call, f string, a, b, d any) (string, error) { return format(c, f, a, b, d) }),
			`string.Format("{0}{1}{2}", 1, null, true) => "1True"`),
		M("static string Format(string format, params object[] args)", "The format with its items replaced by the values.",
			C2(func(c Call, f string, args []any) (string, error) {
				if args == nil {
					return "", NullArgument("args")
				}
				return format(c, f, args...)
			}), `string.Format("{0}{1}{2}{3}", 1, 2, 3, 4) => "1234"`,
			`string.Format("{4}", 1, 2, 3, 4) => FormatException: Index (zero based) must be greater than or equal to zero and less than the size of the argument list.`),
	}
}
