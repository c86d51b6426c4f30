package library

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

func stringClass() *Class {
	return &Class{
		Name: "System.String", Doc: "Text: a sequence of UTF-16 code units that never changes.",
		Bases: "IEnumerable<char>",
		Members: []Member{
			M("static string Empty", "The text without characters.", F0(func() string { return "" }),
				`string.Empty => ""`),
			M("static bool IsNullOrEmpty(string value)", "Whether value is null or has no characters.",
				F1(func(s NullString) bool { return s.Text == "" }),
				`string.IsNullOrEmpty("") => true`, `string.IsNullOrEmpty(null) => true`),
			M("bool Contains(string value)", "Whether value occurs in the text; case matters.", F2(clr.Contains),
				`"Bearer x".Contains("Bearer") => true`,
				`"a".Contains((string)null) => ArgumentNullException: Value cannot be null. (Parameter 'value')`),
			M("bool Equals(string value)", "Whether both texts have the same characters.",
				F2(func(s string, value NullString) bool { return value.Valid && s == value.Text }),
				`"a".Equals("A") => false`),
			M("bool Equals(string value, StringComparison comparisonType)", "Whether both texts are equal in the sense of the comparison.",
				E3(func(s string, value NullString, c clr.StringComparison) (bool, error) {
					if !value.Valid {
						return false, nil
					}
					return clr.EqualText(s, value.Text, c)
				}),
				`"a".Equals("A", StringComparison.OrdinalIgnoreCase) => true`),
			M("string Replace(string oldValue, string newValue)", "The text with every occurrence of one text replaced by another.",
				C3(func(c Call, s, from string, to NullString) (string, error) {
					if from == "" {
						return "", clr.ArgumentError("String cannot be of zero length.", "oldValue")
					}
					grown := int64(len(to.Text)) - int64(len(from))
					if err := c.Budget().Take(int64(len(s)) + max(0, grown)*int64(strings.Count(s, from))); err != nil {
						return "", err
					}
					return strings.ReplaceAll(s, from, to.Text), nil
				}),
				`"Bearer x".Replace("Bearer ", "") => "x"`),
		},
	}
}
