package expression

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A Class is a type that expressions may use, for people who write a reference.
type Class struct {
	// Namespace such as System.Text; empty for the gateway's own types.
	Namespace string
	// Name as C# writes it, without the namespace: List<T>, Dictionary<TKey, TValue>.Enumerator.
	Name string
	// Keyword of a predefined type, such as int; otherwise empty.
	Keyword string
	// Kind is "class", "static class", "abstract class", "structure", "interface",
	// "enumeration" or "delegate".
	Kind string
	Doc  string
	// Bases are the base class, unless it is object, and the interfaces.
	Bases []string
	// Listed reports whether API Management's allow-list has the class, or some of its
	// members.
	Listed bool
	// Values of an enumeration, in order. Flags: it is a set of bits.
	Values []EnumValue
	Flags  bool
	// Invoke is the signature of a delegate.
	Invoke  string
	Members []Member
}

// An EnumValue is a named value of an enumeration.
type EnumValue struct {
	Name  string
	Value int64
}

// A Member of a class.
type Member struct {
	// Signature as C# writes it.
	Signature string
	Doc       string
	// Examples are "expression => value"; each has been run.
	Examples []string
	// Listed reports whether API Management accepts the member. One that it does not
	// accept is an extra of this gateway, which Options.Strict refuses.
	Listed bool
}

// Reference lists everything that expressions may use, in the order of its declaration.
func Reference() []Class {
	classes := library.Load().Classes()
	out := make([]Class, 0, len(classes))
	for _, c := range classes {
		out = append(out, describeClass(c))
	}
	return out
}

func describeClass(c *library.Class) Class {
	d := c.Def
	out := Class{
		Namespace: d.Namespace, Name: className(d), Keyword: d.Keyword, Kind: classKind(d), Doc: c.Doc,
		Listed: c.Access == library.AllowAll, Flags: d.Flags, Invoke: c.Invoke,
	}
	for _, b := range d.Bases {
		out.Bases = append(out.Bases, b.String())
	}
	for _, v := range d.Values {
		out.Values = append(out.Values, EnumValue(v))
	}
	for i := range c.Members {
		m := &c.Members[i]
		free := m.Kind == library.Operator || m.Kind == library.Conversion
		out.Members = append(out.Members, Member{
			Signature: m.Declared, Doc: m.Doc, Examples: m.Examples, Listed: free || m.IsAllowed(),
		})
		out.Listed = out.Listed || m.IsAllowed()
	}
	return out
}

// className is the full written name; that of a predefined type is not its keyword.
func className(d *types.Def) string {
	if len(d.Params) == 0 {
		return d.Display()
	}
	params := make([]string, len(d.Params))
	for i, p := range d.Params {
		params[i] = p.String()
	}
	return d.Display() + "<" + strings.Join(params, ", ") + ">"
}

func classKind(d *types.Def) string {
	switch {
	case d.Kind == types.Interface:
		return "interface"
	case d.Kind == types.Enum:
		return "enumeration"
	case d.Kind == types.Delegate:
		return "delegate"
	case d.Static:
		return "static class"
	case d.Abstract:
		return "abstract class"
	case d.Type().IsValue():
		return "structure"
	}
	return "class"
}

// Describe returns the type of a value that an expression made, as C# writes it, and the
// value for people to read: a text as it is, an array or another sequence in brackets.
func Describe(value any) (typ, text string) {
	if value == nil {
		return "null", "null"
	}
	if s, ok := value.(string); ok {
		return types.StringType.String(), wellFormed(s)
	}
	return library.RuntimeType(value).String(), wellFormed(library.Literal(value))
}
