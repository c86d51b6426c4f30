package newtonsoft

import (
	"fmt"
	"slices"
	"strings"
)

// EqualityKey is a text that is the same for trees that are DeepEquals.
func EqualityKey(t JToken) string {
	var out strings.Builder
	equalityKey(&out, t)
	return out.String()
}

func equalityKey(out *strings.Builder, t JToken) {
	switch t := t.(type) {
	case *JObject:
		props := slices.Clone(t.props)
		slices.SortFunc(props, func(a, b *JProperty) int { return strings.Compare(a.name, b.name) })
		out.WriteByte('{')
		for _, p := range props {
			equalityKey(out, p)
		}
		out.WriteByte('}')
	case *JProperty:
		fmt.Fprintf(out, "%q:", t.name)
		equalityKey(out, t.value)
	case *JArray:
		equalityKeys(out, "[", t.items)
	case *JConstructor:
		equalityKeys(out, fmt.Sprintf("%q(", t.name), t.items)
	case *JValue:
		fmt.Fprintf(out, "%d%q,", t.kind, t.ToString())
	}
}

func equalityKeys(out *strings.Builder, opening string, items []JToken) {
	out.WriteString(opening)
	for _, t := range items {
		equalityKey(out, t)
	}
	out.WriteByte(']')
}
