package library

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

type builder = *clr.StringBuilder

// changing is the result of a method that changes the builder and returns it.
func changing(s builder, err error) (builder, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

func stringBuilderClass() *Class {
	c := &Class{Name: "System.Text.StringBuilder", Go: TypeFor[builder](), Doc: "Text that is built piece by piece."}
	for _, part := range [][]Member{builderMaking(), builderAppending(), builderChanging()} {
		c.Members = append(c.Members, part...)
	}
	return c
}

func builderMaking() []Member {
	empty := func() builder { return clr.NewStringBuilder("") }
	made := func(s NullString) builder { return clr.NewStringBuilder(s.Text) }
	return []Member{
		M("StringBuilder()", "An empty builder.", F0(empty), `new StringBuilder().Append("a").Append(1).ToString() => "a1"`),
		M("StringBuilder(int capacity)", "An empty builder.", F1(func(int32) builder { return empty() })),
		M("StringBuilder(string value)", "A builder that begins with a text.", F1(made), `new StringBuilder("a").Length => 1`),
		M("StringBuilder(string value, int capacity)", "A builder that begins with a text.", F2(func(s NullString, _ int32) builder { return made(s) })),
		M("int Length { get; set; }", "The number of UTF-16 units.", F1(builder.Length)).Set(
			C2(func(c Call, s builder, n int) (Void, error) { return Void{}, s.SetLength(c.Budget(), n) })),
		M("int Capacity { get; set; }", "The number of units that there is room for.", F1(builder.Length)).Set(F2(func(builder, int32) Void { return Void{} })),
		M("char this[int index] { get; set; }", "The character at a position.", E2(builder.CharAt)).Set(
			E3(func(s builder, i int, c clr.Char) (Void, error) { return Void{}, s.SetCharAt(i, c) })),
		M("string ToString()", "The text built so far.", F1(builder.ToString)),
		M("string ToString(int startIndex, int length)", "length characters from startIndex on.", E3(builder.Text), `new StringBuilder("abcd").ToString(1, 2) => "bc"`),
		M("bool Equals(StringBuilder sb)", "Whether both have the same text.", F2(builder.EqualText)),
	}
}

func builderAppending() []Member {
	members := []Member{
		M("StringBuilder Append(char value, int repeatCount)", "Adds a character several times.",
			C3(func(c Call, s builder, char clr.Char, n int) (builder, error) {
				return changing(s, s.AppendRepeated(c.Budget(), char, n))
			}), `new StringBuilder().Append('-', 3).ToString() => "---"`),
		M("StringBuilder Append(char[] value)", "Adds characters.",
			C2(func(c Call, s builder, chars []clr.Char) (builder, error) {
				return changing(s, s.Append(c.Budget(), clr.FromUnits(chars)))
			})),
		M("StringBuilder Append(char[] value, int startIndex, int charCount)", "Adds some of the characters.",
			C4(func(c Call, s builder, chars []clr.Char, start, count int) (builder, error) {
				part, err := clr.FromUnitRange(chars, start, count)
				if err != nil {
					return nil, err
				}
				return changing(s, s.Append(c.Budget(), part))
			}), `new StringBuilder().Append(new[] { 'a', 'b', 'c' }, 1, 2).ToString() => "bc"`),
		M("StringBuilder Append(string value, int startIndex, int count)", "Adds count characters of a text from startIndex on.",
			C4(func(c Call, s builder, value string, start, count int) (builder, error) {
				part, err := clr.SubstringCount(value, start, count)
				if err != nil {
					return nil, err
				}
				return changing(s, s.Append(c.Budget(), part))
			}), `new StringBuilder().Append("abcd", 1, 2).ToString() => "bc"`),
		M("StringBuilder AppendLine()", "Adds a line end.", C1(func(c Call, s builder) (builder, error) { return changing(s, s.AppendLine(c.Budget(), "")) })),
		M("StringBuilder AppendLine(string value)", "Adds a text and a line end.",
			C2(func(c Call, s builder, value NullString) (builder, error) {
				return changing(s, s.AppendLine(c.Budget(), value.Text))
			}), `new StringBuilder().AppendLine("a").ToString() => "a\n"`),
		M("StringBuilder AppendFormat(string format, object arg0)", "Adds a format with its items replaced by the values.",
			C3(func(c Call, s builder, format string, a any) (builder, error) { return appendFormat(c, s, format, a) })),
		M("StringBuilder AppendFormat(string format, object arg0, object arg1)", "Adds a format with its items replaced by the values.",
			C4(func(c Call, s builder, format string, a, b any) (builder, error) {
				return appendFormat(c, s, format, a, b)
			})),
		M("StringBuilder AppendFormat(string format, params object[] args)", "Adds a format with its items replaced by the values.",
			C3(func(c Call, s builder, format string, args []any) (builder, error) {
				if args == nil {
					return nil, NullArgument("args")
				}
				return appendFormat(c, s, format, args...)
			}), `new StringBuilder().AppendFormat("{0}-{1}", 1, 2).ToString() => "1-2"`),
		M("StringBuilder AppendJoin(string separator, params object[] values)", "Adds the texts of the values, with a separator between them.",
			C3(appendJoin), `new StringBuilder().AppendJoin(", ", 1, 2).ToString() => "1, 2"`),
		M("StringBuilder AppendJoin(string separator, params string[] values)", "Adds the texts, with a separator between them.", C3(appendJoin)),
		M("StringBuilder AppendJoin<T>(string separator, IEnumerable<T> values)", "Adds the texts of the values, with a separator between them.", C3(appendJoin)),
	}
	for _, from := range []string{
		"string", "object", "bool", "char", "sbyte", "byte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal", "StringBuilder",
	} {
		members = append(members, M("StringBuilder Append("+from+" value)", "Adds the text of the value; nothing for null.",
			C2(func(c Call, s builder, v any) (builder, error) {
				return changing(s, s.Append(c.Budget(), clr.ToString(v)))
			})))
	}
	return members
}

func appendFormat(c Call, s builder, format string, args ...any) (builder, error) {
	return changing(s, s.AppendFormat(c.Budget(), format, args))
}

func appendJoin(c Call, s builder, separator NullString, values any) (builder, error) {
	parts, err := textsIn(c, values, "values")
	if err != nil {
		return nil, err
	}
	text, err := clr.Join(c.Budget(), separator.Text, parts)
	if err != nil {
		return nil, err
	}
	return changing(s, s.Append(c.Budget(), text))
}

func builderChanging() []Member {
	members := []Member{
		M("StringBuilder Remove(int startIndex, int length)", "Takes characters away.",
			C3(func(c Call, s builder, start, length int) (builder, error) {
				return changing(s, s.Remove(c.Budget(), start, length))
			}), `new StringBuilder("abcd").Remove(1, 2).ToString() => "ad"`),
		M("StringBuilder Replace(string oldValue, string newValue)", "Replaces every occurrence of a text.",
			C3(func(c Call, s builder, from string, to NullString) (builder, error) {
				return changing(s, s.Replace(c.Budget(), from, to.Text))
			}), `new StringBuilder("a-b-c").Replace("-", "").ToString() => "abc"`),
		M("StringBuilder Replace(char oldChar, char newChar)", "Replaces every occurrence of a character.",
			C3(func(c Call, s builder, from, to clr.Char) (builder, error) {
				return changing(s, s.Replace(c.Budget(), from.String(), to.String()))
			})),
		M("StringBuilder Replace(string oldValue, string newValue, int startIndex, int count)", "Replaces every occurrence of a text among count characters.",
			Boxed(func(c Call, args []any) (any, error) {
				from, ok := args[1].(string)
				if !ok {
					return nil, NullArgument("oldValue")
				}
				s := args[0].(builder)
				return valueOrError(changing(s, s.ReplaceRange(c.Budget(), from, clr.ToString(args[2]), int(args[3].(int32)), int(args[4].(int32)))))
			})),
		M("StringBuilder Replace(char oldChar, char newChar, int startIndex, int count)", "Replaces every occurrence of a character among count of them.",
			Boxed(func(c Call, args []any) (any, error) {
				s := args[0].(builder)
				return valueOrError(changing(s, s.ReplaceRange(c.Budget(), clr.ToString(args[1]), clr.ToString(args[2]), whole(args[3]), whole(args[4]))))
			}), `new StringBuilder("aaa").Replace('a', 'b', 1, 1).ToString() => "aba"`),
		M("StringBuilder Insert(int index, char[] value)", "Puts characters in at a position.",
			C3(func(c Call, s builder, index int, chars []clr.Char) (builder, error) {
				return changing(s, s.Insert(c.Budget(), index, clr.FromUnits(chars)))
			}), `new StringBuilder("ad").Insert(1, new[] { 'b', 'c' }).ToString() => "abcd"`),
		M("StringBuilder Insert(int index, string value, int count)", "Puts a text in at a position, several times.",
			C4(func(c Call, s builder, index int, value NullString, count int) (builder, error) {
				if count < 0 {
					return nil, clr.OutOfRangeError("count", "Non-negative number required.")
				}
				if err := c.Budget().Take(int64(count) * int64(len(value.Text))); err != nil {
					return nil, err
				}
				return changing(s, s.Insert(c.Budget(), index, strings.Repeat(value.Text, count)))
			}), `new StringBuilder("ac").Insert(1, "b", 2).ToString() => "abbc"`),
		M("int EnsureCapacity(int capacity)", "The capacity.", F2(func(_ builder, n int) int { return n })),
		M("int MaxCapacity { get; }", "The most characters that .NET would hold.", F1(func(builder) int32 { return 1<<31 - 1 })),
		M("StringBuilder Clear()", "Takes everything away.", F1(func(s builder) builder { s.Clear(); return s }), `new StringBuilder("a").Clear().Length => 0`),
	}
	for _, from := range []string{
		"string", "object", "char", "int", "long", "bool", "double", "sbyte", "byte", "short", "ushort", "uint", "ulong", "float", "decimal",
	} {
		members = append(members, M("StringBuilder Insert(int index, "+from+" value)", "Puts the text of the value in at a position.",
			C3(func(c Call, s builder, index int, v any) (builder, error) {
				return changing(s, s.Insert(c.Budget(), index, clr.ToString(v)))
			})))
	}
	return members
}
