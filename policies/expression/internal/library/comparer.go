package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A StringComparer compares texts in one of the ways of StringComparison.
type StringComparer struct{ comparison clr.StringComparison }

func (s *StringComparer) ignoresCase() bool { return s.comparison&1 == 1 }

// equalBy compares two values as a comparer has it; without one, as they have it
// themselves.
func equalBy(comparer, a, b any) bool {
	s, ok := comparer.(*StringComparer)
	x, isText := a.(string)
	y, isText2 := b.(string)
	if !ok || !isText || !isText2 {
		return clr.Equals(a, b)
	}
	equal, err := clr.EqualText(x, y, s.comparison)
	return err == nil && equal
}

// compareBy tells which of two values comes first, as a comparer has it; without one, as
// they have it themselves.
func compareBy(comparer, a, b any) (int, error) {
	s, ok := comparer.(*StringComparer)
	x, isText := a.(string)
	y, isText2 := b.(string)
	if !ok || !isText || !isText2 {
		return compareItems(a, b)
	}
	return clr.CompareText(x, y, s.comparison)
}

func stringComparerClass() *Class {
	static := func(name string, c clr.StringComparison) Member {
		comparer := &StringComparer{c}
		return M("static StringComparer "+name+" { get; }", "Compares as StringComparison."+name+" does.", F0(func() *StringComparer { return comparer }))
	}
	return &Class{
		Name: "System.StringComparer", Abstract: true, Go: TypeFor[*StringComparer](), Doc: "Compares texts.", Bases: "IEqualityComparer<string>; IComparer<string>",
		Members: []Member{
			static("CurrentCulture", 0), static("CurrentCultureIgnoreCase", 1), static("InvariantCulture", 2),
			static("InvariantCultureIgnoreCase", 3), static("Ordinal", 4), static("OrdinalIgnoreCase", 5),
			M("static StringComparer FromComparison(StringComparison comparisonType)", "What compares as the comparison does.", F1(func(c clr.StringComparison) *StringComparer { return &StringComparer{c} }),
				`StringComparer.FromComparison(StringComparison.OrdinalIgnoreCase).Equals("a", "A") => true`),
			M("int GetHashCode(string obj)", "A number that is equal for equal texts.", F2(func(s *StringComparer, text string) int32 {
				if s.ignoresCase() {
					text = clr.ToUpper(text)
				}
				return clr.HashText(text)
			}), `StringComparer.OrdinalIgnoreCase.GetHashCode("a") == StringComparer.OrdinalIgnoreCase.GetHashCode("A") => true`),
			M("int Compare(object x, object y)", "Which of two values comes first; texts are compared.", E3(func(s *StringComparer, x, y any) (int, error) { return compareBy(s, x, y) })),
			M("bool Equals(object x, object y)", "Whether both values are equal; texts are compared.", F3(func(s *StringComparer, x, y any) bool { return equalBy(s, x, y) })),
			M("bool Equals(string x, string y)", "Whether both texts are equal.", F3(func(s *StringComparer, x, y NullString) bool {
				return x.Valid == y.Valid && equalBy(s, x.Text, y.Text)
			}), `StringComparer.OrdinalIgnoreCase.Equals("a", "A") => true`),
			M("int Compare(string x, string y)", "Which of the texts comes first.", E3(func(s *StringComparer, x, y NullString) (int, error) {
				if !x.Valid || !y.Valid {
					return boolInt(x.Valid) - boolInt(y.Valid), nil
				}
				return clr.CompareText(x.Text, y.Text, s.comparison)
			})),
		},
	}
}

func equalityComparerInterface() *Class {
	return &Class{Name: "System.Collections.Generic.IEqualityComparer<T>", Kind: types.Interface, Access: AllowSome, Doc: "Tells which values are equal."}
}

func comparerInterface() *Class {
	return &Class{Name: "System.Collections.Generic.IComparer<in T>", Kind: types.Interface, Access: AllowSome, Doc: "Tells which of two values comes first."}
}
