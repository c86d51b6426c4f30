package library

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

// tryParse makes the TryParse of a Parse.
func tryParse[T any](parse func(string) (T, error)) Code {
	return Try1(func(s string) (T, bool) {
		v, err := parse(s)
		if err != nil {
			var none T
			return none, false
		}
		return v, true
	})
}

// valueMembers are what every value type has: equality, a hash, and an order if compare is
// not nil.
func valueMembers[T any](keyword string, equal func(a, b T) bool, compare func(a, b T) int) []Member {
	members := []Member{
		M("bool Equals("+keyword+" obj)", "Whether both values are equal.", F2(equal)),
		M("bool Equals(object obj)", "Whether obj is of the same type, and equal.", F2(func(a T, b any) bool { return clr.Equals(a, b) })),
		M("int GetHashCode()", "A number that is equal for equal values.", F1(func(a T) int { return HashCode(a) })),
	}
	if compare == nil {
		return members
	}
	order := func(a, b T) int { return min(1, max(-1, compare(a, b))) }
	return append(
		members,
		M("int CompareTo("+keyword+" value)", "Whether the value is less than (-1), equal to (0) or greater than (1) another.", F2(order)),
		M("int CompareTo(object value)", "As CompareTo with a value of the same type; anything is greater than null.",
			E2(func(a T, b any) (int, error) {
				if b == nil {
					return 1, nil
				}
				v, ok := b.(T)
				if !ok {
					name := clr.TypeName(any(a))
					return 0, clr.ArgumentError("Object must be of type "+name[len("System."):]+".", "")
				}
				return order(a, v), nil
			})),
	)
}

func boolClass() *Class {
	return &Class{
		Name: "System.Boolean", Doc: "True or false.",
		Members: append([]Member{
			M("static string TrueString", "How true is written.", F0(func() string { return "True" }), `bool.TrueString => "True"`),
			M("static string FalseString", "How false is written.", F0(func() string { return "False" }), `bool.FalseString => "False"`),
			M("static bool Parse(string value)", "The bool that is written as true or false, in whatever case.", E1(clr.ParseBool),
				`bool.Parse(" TRUE ") => true`, `bool.Parse("1") => FormatException: String '1' was not recognized as a valid Boolean.`),
			M("static bool TryParse(string value, out bool result)", "Whether value is true or false, which result becomes.", tryParse(clr.ParseBool)),
			M("string ToString()", "True or False.", F1(clr.BoolText), `true.ToString() => "True"`),
		}, valueMembers("bool", func(a, b bool) bool { return a == b }, func(a, b bool) int {
			switch {
			case a == b:
				return 0
			case a:
				return 1
			}
			return -1
		})...),
	}
}
