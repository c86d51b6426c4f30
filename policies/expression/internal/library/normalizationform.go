package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func normalizationFormEnum() *Class {
	return &Class{
		Name: "System.Text.NormalizationForm", Kind: types.Enum, Access: AllowSome,
		Doc: "How characters that can be written in several ways are written.", Values: "FormC=1 FormD FormKC=5 FormKD",
	}
}

func stringNormalizing() []Member {
	return []Member{
		M("string Normalize()", "The text with characters composed, which is form C.",
			C1(func(c Call, s string) (string, error) { return clr.Normalize(c.Budget(), s, clr.FormC) }), `"e\u0301".Normalize() => "é"`),
		M("string Normalize(NormalizationForm normalizationForm)", "The text in a normal form of Unicode.",
			C2(func(c Call, s string, f clr.NormalizationForm) (string, error) {
				return clr.Normalize(c.Budget(), s, f)
			}),
			`"ﬁ".Normalize(NormalizationForm.FormKC) => "fi"`),
		M("bool IsNormalized()", "Whether the text is in form C.", E1(func(s string) (bool, error) { return clr.IsNormalized(s, clr.FormC) }),
			`"e\u0301".IsNormalized() => false`),
		M("bool IsNormalized(NormalizationForm normalizationForm)", "Whether the text is in a normal form of Unicode.", E2(clr.IsNormalized),
			`"é".IsNormalized(NormalizationForm.FormD) => false`),
	}
}

// ordinal compares texts by their units.
func ordinal(a, b string) (int, error) { return clr.CompareOrdinal(a, b), nil }

// compareRange compares parts of two texts, of which null comes before all others. Of null
// there is no part: culture tells whether that is noticed.
func compareRange(args []any, culture bool, compare func(a, b string) (int, error)) (any, error) {
	a, aGiven := args[0].(string)
	b, bGiven := args[2].(string)
	if culture && (!aGiven || !bGiven) && whole(args[4]) != 0 {
		return nil, clr.OutOfRangeError("length", "Index and length must refer to a location within the string.")
	}
	if !aGiven || !bGiven {
		return int32(boolInt(aGiven) - boolInt(bGiven)), nil
	}
	n, err := clr.CompareParts(a, int(args[1].(int32)), b, int(args[3].(int32)), int(args[4].(int32)), compare)
	return int32(n), err
}

// stringComparingParts are the overloads of Compare that take parts of texts.
func stringComparingParts() []Member {
	const parts = "(string strA, int indexA, string strB, int indexB, int length"
	return []Member{
		M("static int Compare"+parts+")", "The order of parts of texts, as the invariant culture orders.",
			Boxed(func(_ Call, args []any) (any, error) { return compareRange(args, true, linguistic) }), `string.Compare("xabc", 1, "yabc", 1, 3) => 0`),
		M("static int Compare"+parts+", bool ignoreCase)", "The order of parts of texts, perhaps ignoring case.", Boxed(func(_ Call, args []any) (any, error) {
			return compareRange(args, true, func(a, b string) (int, error) { return clr.CompareLinguistic(a, b, args[5].(bool)), nil })
		}), `string.Compare("xABC", 1, "yabc", 1, 3, true) => 0`),
		M("static int Compare"+parts+", StringComparison comparisonType)", "The order of parts of texts, in the sense of the comparison.",
			Boxed(func(_ Call, args []any) (any, error) {
				comparison := clr.StringComparison(args[5].(clr.Enum).Value)
				return compareRange(args, false, func(a, b string) (int, error) { return clr.CompareText(a, b, comparison) })
			}), `string.Compare("xABC", 1, "yabc", 1, 3, StringComparison.OrdinalIgnoreCase) => 0`),
		M("static int CompareOrdinal"+parts+")", "The order of parts of texts by their UTF-16 units.",
			Boxed(func(_ Call, args []any) (any, error) { return compareRange(args, false, ordinal) }), `string.CompareOrdinal("xabc", 1, "yabd", 1, 2) => 0`),
	}
}

// stringSearchingParts are the overloads of searches that take part of a text and a way to
// compare.
func stringSearchingParts() []Member {
	return []Member{
		M("int IndexOf(char value, StringComparison comparisonType)", "Where the character first occurs, in the sense of the comparison.",
			E3(func(s string, value clr.Char, c clr.StringComparison) (int, error) {
				return clr.IndexOf(s, value.String(), c)
			}),
			`"abc".IndexOf('B', StringComparison.OrdinalIgnoreCase) => 1`),
		M("int IndexOf(string value, int startIndex, int count, StringComparison comparisonType)", "Where value first occurs among count characters, in the sense of the comparison.",
			Boxed(func(_ Call, args []any) (any, error) {
				value, ok := args[1].(string)
				if !ok {
					return nil, NullArgument("value")
				}
				n, err := clr.IndexOfRange(args[0].(string), value, int(args[2].(int32)), int(args[3].(int32)), clr.StringComparison(args[4].(clr.Enum).Value))
				return int32(n), err
			}), `"abcABC".IndexOf("C", 0, 3, StringComparison.OrdinalIgnoreCase) => 2`),
		M("int IndexOfAny(char[] anyOf, int startIndex, int count)", "Where one of the characters first occurs among count of them.", E4(clr.IndexOfAny),
			`"a;b,c".IndexOfAny(new char[] { ',', ';' }, 2, 1) => -1`),
		M("int LastIndexOf(string value, int startIndex, int count)", "Where value last occurs among the count characters that end at startIndex.",
			E4(func(s, value string, start, count int) (int, error) {
				return clr.LastIndexOfRange(s, value, start, count, clr.CurrentCulture)
			}), `"abcabc".LastIndexOf("bc", 5, 3) => 4`),
		M("int LastIndexOf(string value, int startIndex, StringComparison comparisonType)", "Where value last occurs up to startIndex, in the sense of the comparison.",
			E4(func(s, value string, start int, c clr.StringComparison) (int, error) {
				return clr.LastIndexOfRange(s, value, start, start+1, c)
			}), `"abcABC".LastIndexOf("B", 3, StringComparison.OrdinalIgnoreCase) => 1`),
		M("int LastIndexOf(string value, int startIndex, int count, StringComparison comparisonType)",
			"Where value last occurs among the count characters that end at startIndex, in the sense of the comparison.",
			Boxed(func(_ Call, args []any) (any, error) {
				value, ok := args[1].(string)
				if !ok {
					return nil, NullArgument("value")
				}
				n, err := clr.LastIndexOfRange(args[0].(string), value, int(args[2].(int32)), int(args[3].(int32)), clr.StringComparison(args[4].(clr.Enum).Value))
				return int32(n), err
			}), `"abcABC".LastIndexOf("b", 5, 3, StringComparison.OrdinalIgnoreCase) => 4`),
		M("int LastIndexOfAny(char[] anyOf, int startIndex)", "Where one of the characters last occurs up to startIndex.",
			E3(func(s string, chars []clr.Char, start int) (int, error) {
				return clr.LastIndexOfAny(s, chars, start, start+1)
			}),
			`"a;b,c".LastIndexOfAny(new char[] { ',', ';' }, 2) => 1`),
		M("int LastIndexOfAny(char[] anyOf, int startIndex, int count)", "Where one of the characters last occurs among the count of them that end at startIndex.",
			E4(clr.LastIndexOfAny), `"a;b,c".LastIndexOfAny(new char[] { ',', ';' }, 2, 1) => -1`),
	}
}
