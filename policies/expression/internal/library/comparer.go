package library

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A StringComparer compares texts in one of the ways of StringComparison.
type StringComparer struct{ comparison clr.StringComparison }

func (s *StringComparer) ignoresCase() bool { return s.comparison&1 == 1 }

// An equality is an IEqualityComparer.
type equality interface {
	// equal tells whether values are equal. Not ok means that it cannot compare such.
	equal(a, b any) (equal, ok bool)
	// key is a Go value that is equal for equal values.
	key(v any) (key any, ok bool)
}

func (s *StringComparer) equal(a, b any) (equal, ok bool) {
	x, isText := a.(string)
	y, isText2 := b.(string)
	if !isText || !isText2 {
		return false, false
	}
	equal, err := clr.EqualText(x, y, s.comparison)
	return err == nil && equal, true
}

func (s *StringComparer) key(v any) (any, bool) {
	text, ok := v.(string)
	if ok && s.ignoresCase() {
		return strings.ToUpper(text), true
	}
	return text, ok
}

// equalBy compares two values as a comparer has it; without one, as they have it
// themselves.
func equalBy(comparer, a, b any) bool {
	if by, ok := comparer.(equality); ok {
		if equal, ok := by.equal(a, b); ok {
			return equal
		}
	}
	return clr.Equals(a, b)
}

// compareBy tells which of two values comes first, as a comparer has it; without one, as
// they have it themselves.
func compareBy(comparer, a, b any) (int, error) {
	if by, ok := comparer.(order); ok {
		if order, ok, err := by.compare(a, b); ok {
			return order, err
		}
	}
	return compareItems(a, b)
}

// An order is an IComparer.
type order interface {
	// compare tells which of two values comes first. Not ok means that it cannot compare such.
	compare(a, b any) (order int, ok bool, err error)
}

func (s *StringComparer) compare(a, b any) (order int, ok bool, err error) {
	x, isText := a.(string)
	y, isText2 := b.(string)
	if !isText || !isText2 {
		return 0, false, nil
	}
	order, err = clr.CompareText(x, y, s.comparison)
	return order, true, err
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
	return &Class{Name: "System.Collections.Generic.IEqualityComparer<in T>", Kind: types.Interface, Access: AllowSome, Doc: "Tells which values are equal."}
}

func comparerInterface() *Class {
	return &Class{Name: "System.Collections.Generic.IComparer<in T>", Kind: types.Interface, Access: AllowSome, Doc: "Tells which of two values comes first."}
}
