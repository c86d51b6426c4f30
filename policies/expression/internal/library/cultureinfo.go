package library

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A culture is a CultureInfo. There is one, the invariant culture.
type culture struct{ _ byte }

var invariantCulture = new(culture)

// TypeName is the class.
func (*culture) TypeName() string { return "System.Globalization.CultureInfo" }

// ToString is the culture's name, which is empty.
func (*culture) ToString() string { return "" }

func formatProviderInterface() *Class {
	return &Class{Name: "System.IFormatProvider", Kind: types.Interface, Access: AllowSome, Doc: "What tells how numbers and dates are written: a culture."}
}

// findCulture is the invariant culture, which has no name; a gateway has no other one.
func findCulture(name string) (*culture, error) {
	if name == "" {
		return invariantCulture, nil
	}
	return nil, clr.ClassCultureNotFound.Throw("Only the invariant culture is supported in globalization-invariant mode.").About("name")
}

func cultureInfoClass() *Class {
	current := F0(func() *culture { return invariantCulture })
	return &Class{
		Name: "System.Globalization.CultureInfo", Go: TypeFor[*culture](), Bases: "IFormatProvider", Access: AllowSome,
		Doc: "A culture. Expressions have the invariant culture only, by whatever name.",
		Members: []Member{
			M("CultureInfo(string name)", "The culture of that name.", E1(findCulture),
				`new System.Globalization.CultureInfo("").Name => ""`),
			M("static CultureInfo InvariantCulture { get; }", "The invariant culture.", current,
				`(1.5).ToString(System.Globalization.CultureInfo.InvariantCulture) => "1.5"`,
				`DateTime.Parse("2020-01-02", System.Globalization.CultureInfo.InvariantCulture).Day => 2`),
			M("static CultureInfo CurrentCulture { get; }", "The invariant culture.", current),
			M("static CultureInfo CurrentUICulture { get; }", "The invariant culture.", current),
			M("static CultureInfo GetCultureInfo(string name)", "The culture of that name.", E1(findCulture)),
			M("string Name { get; }", "The culture's name, which is empty.", F1((*culture).ToString)),
			M("string DisplayName { get; }", "What the culture is called.", F1(func(*culture) string { return "Invariant Language (Invariant Country)" })),
			M("string TwoLetterISOLanguageName { get; }", "iv.", F1(func(*culture) string { return "iv" })),
			M("string ToString()", "The culture's name, which is empty.", F1((*culture).ToString)),
		},
	}
}

// withProviders adds the overloads that take a culture: since there is one culture only,
// they do what those without it do.
func withProviders(classes []*Class) {
	for _, c := range classes {
		var more []Member
		for _, m := range c.Members {
			switch {
			case !strings.HasPrefix(c.Name, "System."):
			case takesProvider(c.Name, m.Declared):
				more = append(more, m.provided(strings.TrimSuffix(m.Declared, ")"), false))
			case c.Name == "System.String" && strings.HasPrefix(m.Declared, "static string Format("),
				c.Name == "System.Text.StringBuilder" && strings.HasPrefix(m.Declared, "StringBuilder AppendFormat("):
				more = append(more, m.provided(m.Declared, true))
			}
		}
		c.Members = append(c.Members, more...)
	}
}

// takesProvider reports whether .NET has an overload of the member with a provider at the
// end.
func takesProvider(class, declared string) bool {
	switch class {
	case "System.String", "System.Boolean", "System.Char":
		return declared == "string ToString()"
	case "System.Convert":
		return strings.HasPrefix(declared, "static ") && strings.Contains(declared, " To") && strings.HasSuffix(declared, " value)")
	case "System.Guid", "System.TimeSpan":
		return declared == "string ToString(string format)" || class == "System.TimeSpan" && strings.Contains(declared, " Parse(string ")
	case "System.SByte", "System.Byte", "System.Int16", "System.UInt16", "System.Int32", "System.UInt32", "System.Int64", "System.UInt64",
		"System.Single", "System.Double", "System.Decimal", "System.DateTime", "System.DateTimeOffset":
		return declared == "string ToString()" || declared == "string ToString(string format)" || strings.Contains(declared, " Parse(string ")
	}
	return false
}

// provided is the overload with a provider, first or last of its parameters.
func (m Member) provided(declared string, first bool) Member {
	inner := m.code.boxed
	out := Member{Doc: strings.TrimSuffix(m.Doc, ".") + ", as the culture has it.", access: m.access}
	at := func(n int) int { return n - 1 }
	if first {
		open := strings.IndexByte(declared, '(') + 1
		out.Declared = declared[:open] + "IFormatProvider provider, " + declared[open:]
		if at = func(int) int { return 0 }; !strings.HasPrefix(declared, "static ") {
			at = func(int) int { return 1 }
		}
	} else {
		separator := ", "
		if strings.HasSuffix(declared, "(") {
			separator = ""
		}
		out.Declared = declared + separator + "IFormatProvider provider)"
	}
	out.code = Code{boxed: func(params []types.Param, result *types.Type) general {
		run := inner(without(params, at(len(params))), result)
		return func(c Call, args []any) (any, error) { return run(c, without(args, at(len(args)))) }
	}}
	return out
}

func without[T any](all []T, i int) []T { return append(append([]T(nil), all[:i]...), all[i+1:]...) }
