package library

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

func objectClass() *Class {
	return &Class{
		Name: "System.Object", Doc: "The base of all types.", Access: AllowSome,
		Members: []Member{
			M("Object()", "An object that equals only itself.", F0(func() any { return new(plainObject) })),
			M("string ToString()", "The value as text, as its own type has it.",
				F1(clr.ToString)),
			M("bool Equals(object obj)", "Whether both are equal, as the type of the first has it.", F2(clr.Equals)),
			M("static bool Equals(object objA, object objB)", "Whether both are equal, or both null.", F2(clr.Equals),
				`object.Equals("a", "a") => true`, `object.Equals(1, 1L) => false`),
			M("static bool ReferenceEquals(object objA, object objB)", "Whether both are one and the same object.", F2(Same)),
			M("int GetHashCode()", "A number that is equal for equal values.", F1(HashCode)),
		},
	}
}

// plainObject is an instance of System.Object.
type plainObject struct{ _ byte }

func nullableClass() *Class {
	return &Class{
		Name: "System.Nullable<T>", Doc: "A value of a value type, or null.",
		Members: []Member{
			M("Nullable(T value)", "A T? that has a value.", F1(same), `new Nullable<int>(5) == 5 => true`),
			M("bool HasValue { get; }", "Whether there is a value.", F1(func(v any) bool { return v != nil }),
				`((int?)null).HasValue => false`),
			M("T Value { get; }", "The value; without one it throws.", E1(func(v any) (any, error) {
				if v == nil {
					return nil, clr.NoValueError()
				}
				return v, nil
			}), `((int?)null).Value => InvalidOperationException: Nullable object must have a value.`),
			M("T GetValueOrDefault()", "The value, or the default of its type.", C1(func(c Call, v any) (any, error) {
				if v == nil {
					return Zero(c.Result), nil
				}
				return v, nil
			}), `((int?)null).GetValueOrDefault() => 0`),
			M("T GetValueOrDefault(T defaultValue)", "The value, or another one.", F2(func(v, d any) any {
				if v == nil {
					return d
				}
				return v
			}), `((int?)null).GetValueOrDefault(7) => 7`),
			M("string ToString()", "The value as text; nothing without one.", F1(clr.ToString), `((int?)null).ToString() => ""`),
			M("bool Equals(object obj)", "Whether both are equal, or both null.", F2(clr.Equals)),
			M("int GetHashCode()", "A number that is equal for equal values.", F1(func(v any) int {
				if v == nil {
					return 0
				}
				return HashCode(v)
			})),
		},
	}
}
