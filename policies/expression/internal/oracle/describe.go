package oracle

import (
	"fmt"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// Describe writes what an expression gave as the oracle does: the static type, unless the
// expression is a block or the value is just of that type; the type of the value; the
// value. An error is "!" and the exception's class.
func Describe(r *library.Run, static *types.Type, v any) (string, error) {
	text, err := describer{r}.describe(v)
	if err != nil {
		return "", err
	}
	stated := ""
	if static != nil {
		stated = typeName(static)
	}
	if v == nil {
		return strings.TrimSpace(stated + " null"), nil
	}
	t := library.RuntimeType(v)
	name := typeName(t)
	switch {
	case t.Kind == types.Interface:
		name = "Hidden"
	case static != nil && static.Kind == types.Nullable && types.Identical(static.Elem, t):
		return stated + " " + text, nil
	}
	if stated != "" && stated != name {
		name = stated + ":" + name
	}
	return name + " " + text, nil
}

// Failure is "!" and the class of an exception.
func Failure(err error) string {
	if e := clr.AsException(err); e != nil {
		return "!" + e.Class.ShortName()
	}
	return "!" + err.Error()
}

// typeName is the type's name without namespaces.
func typeName(t *types.Type) string {
	switch t.Kind {
	case types.Array:
		return typeName(t.Elem) + "[]"
	case types.Nullable:
		return typeName(t.Elem) + "?"
	case types.Anonymous:
		return "Anonymous"
	case types.Null:
		return "null"
	}
	if t.Def == nil {
		return t.String()
	}
	name := t.Def.Name[strings.LastIndexByte(t.Def.Name, '+')+1:]
	if len(t.Args) == 0 {
		return name
	}
	args := make([]string, len(t.Args))
	for i, a := range t.Args {
		args[i] = typeName(a)
	}
	return name + "<" + strings.Join(args, ",") + ">"
}

type describer struct{ run *library.Run }

func (d describer) describe(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "null", nil
	case string:
		return quote(v), nil
	case clr.Char:
		return quote(v.String()), nil
	case float64:
		return realText(v), nil
	case float32:
		return realText(float64(v)), nil
	case clr.DateTime:
		text, err := v.Format(nil, "o")
		return text + " " + [...]string{"Unspecified", "Utc", "Local"}[v.Kind()], err
	case clr.DateTimeOffset:
		return v.Format(nil, "o")
	case []byte:
		return fmt.Sprintf("0x%x", v), nil
	case newtonsoft.JToken:
		text, err := newtonsoft.JSON(nil, v, newtonsoft.Compact)
		return v.Type().String() + " " + quote(text), err
	case linqxml.Node:
		text, err := linqxml.Text(nil, v, linqxml.DisableFormatting)
		return quote(text), err
	case library.Pair:
		return d.describeTwo("(", v.Key, ": ", v.Value, ")")
	case *library.Anonymous:
		return d.describeFields(v)
	case *clr.Exception:
		return quote(v.Message), nil
	}
	return d.describeOther(v)
}

func (d describer) describeTwo(open string, a any, between string, b any, end string) (string, error) {
	first, err := d.describe(a)
	if err != nil {
		return "", err
	}
	second, err := d.describe(b)
	return open + first + between + second + end, err
}

func (d describer) describeFields(a *library.Anonymous) (string, error) {
	var fields []string
	for name, v := range a.Members() {
		text, err := d.describe(v)
		if err != nil {
			return "", err
		}
		fields = append(fields, name+" = "+text)
	}
	return "{" + strings.Join(fields, ", ") + "}", nil
}

func (d describer) describeOther(v any) (string, error) {
	t := library.RuntimeType(v)
	if types.Base(t, types.IEnumerable) != nil {
		return d.describeItems(v)
	}
	text := clr.ToString(v)
	if t.IsNumeric() || t.Kind == types.Bool || t.Kind == types.Enum || t.Def != nil && (t.Def.Name == "Guid" || t.Def.Name == "TimeSpan") {
		return text, nil
	}
	return quote(text), nil
}

func (d describer) describeItems(v any) (string, error) {
	var items []string
	err := d.run.Each(v, func(item any) error {
		text, err := d.describe(item)
		items = append(items, text)
		return err
	})
	return "[" + strings.Join(items, ", ") + "]", err
}

// quote puts a text in quotes; what cannot be seen is written by its number.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	units := clr.Units(s)
	for i := 0; i < len(units); i++ {
		u := units[i]
		switch {
		case u == '"' || u == '\\':
			b.WriteString(`\` + string(rune(u)))
		case u == '\n':
			b.WriteString(`\n`)
		case u == '\r':
			b.WriteString(`\r`)
		case u == '\t':
			b.WriteString(`\t`)
		case u.IsHighSurrogate() && i+1 < len(units) && units[i+1].IsLowSurrogate():
			b.WriteString(clr.FromUnits(units[i : i+2]))
			i++
		case u < ' ' || strings.ContainsRune("\x7f\u0085\ufeff\u2028\u2029\u00a0", rune(u)) || u >= 0xD800 && u < 0xE000:
			fmt.Fprintf(&b, `\u%04x`, uint16(u))
		default:
			b.WriteRune(rune(u))
		}
	}
	b.WriteByte('"')
	return b.String()
}
