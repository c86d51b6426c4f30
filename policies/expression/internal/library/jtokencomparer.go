package library

import "github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"

// tokenEquality is a JTokenEqualityComparer.
type tokenEquality struct{}

// TypeName is the class.
func (tokenEquality) TypeName() string { return "Newtonsoft.Json.Linq.JTokenEqualityComparer" }

// ToString is the class's name.
func (t tokenEquality) ToString() string { return t.TypeName() }

func (tokenEquality) equal(a, b any) (equal, ok bool) {
	x, isToken := a.(newtonsoft.JToken)
	y, isToken2 := b.(newtonsoft.JToken)
	if !isToken || !isToken2 {
		return false, false
	}
	return newtonsoft.DeepEquals(x, y), true
}

func (tokenEquality) key(v any) (any, bool) {
	t, ok := v.(newtonsoft.JToken)
	if !ok {
		return nil, false
	}
	return newtonsoft.EqualityKey(t), true
}

func jTokenEqualityComparerClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.JTokenEqualityComparer", Doc: "Tells whether two JSON trees are equal.", Bases: "IEqualityComparer<JToken>",
		Go: TypeFor[tokenEquality](), Access: AllowSome,
		Members: []Member{
			M("JTokenEqualityComparer()", "A comparer.", F0(func() tokenEquality { return tokenEquality{} })),
			M("bool Equals(JToken x, JToken y)", "Whether two trees have equal properties, items and values.",
				F3(func(_ tokenEquality, x, y newtonsoft.JToken) bool { return newtonsoft.DeepEquals(x, y) }),
				`new JTokenEqualityComparer().Equals(JToken.Parse("[1]"), JToken.Parse("[1]")) => true`),
			M("int GetHashCode(JToken obj)", "A number that is equal for equal trees.", F2(func(_ tokenEquality, t newtonsoft.JToken) int {
				if t == nil {
					return 0
				}
				return HashCode(newtonsoft.EqualityKey(t))
			}), `new JTokenEqualityComparer().GetHashCode(JToken.Parse("[1]")) == JToken.EqualityComparer.GetHashCode(JToken.Parse("[1]")) => true`),
		},
	}
}
