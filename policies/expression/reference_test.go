package expression

import (
	"slices"
	"testing"
)

func referenceOf(t *testing.T, namespace, name string) Class {
	t.Helper()
	all := Reference()
	i := slices.IndexFunc(all, func(c Class) bool { return c.Namespace == namespace && c.Name == name })
	if i < 0 {
		t.Fatalf("the reference has no %s.%s", namespace, name)
	}
	return all[i]
}

func TestReferenceTellsKindsAndBases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ namespace, name, keyword, kind, base string }{
		{"", "IProxyRequestContext", "", "interface", ""},
		{"", "IRequest", "", "interface", "IMessage"},
		{"System", "String", "string", "class", "IEnumerable<char>"},
		{"System", "Int32", "int", "structure", ""},
		{"System", "Guid", "", "structure", ""},
		{"System", "Math", "", "static class", ""},
		{"System", "StringComparison", "", "enumeration", ""},
		{"System", "Func<T, TResult>", "", "delegate", ""},
		{"System.Collections.Generic", "List<T>", "", "class", "IList<T>"},
		{"Newtonsoft.Json.Linq", "JToken", "", "abstract class", "IEnumerable<JToken>"},
	} {
		got := referenceOf(t, c.namespace, c.name)
		if got.Kind != c.kind || got.Keyword != c.keyword || c.base != "" && !slices.Contains(got.Bases, c.base) {
			t.Errorf("%s is %q, keyword %q, bases %q", c.name, got.Kind, got.Keyword, got.Bases)
		}
	}
}

func TestReferenceTellsWhatIsListed(t *testing.T) {
	t.Parallel()
	values := referenceOf(t, "System", "StringComparison").Values
	if len(values) != 6 || values[5] != (EnumValue{"OrdinalIgnoreCase", 5}) {
		t.Errorf("values are %v", values)
	}
	listed := func(c Class, signature string) bool {
		for _, m := range c.Members {
			if m.Signature == signature {
				return m.Listed
			}
		}
		t.Errorf("%s has no %s", c.Name, signature)
		return false
	}
	if !listed(referenceOf(t, "System", "String"), "bool Contains(string value)") {
		t.Error("string.Contains is on the list")
	}
	if listed(referenceOf(t, "System.Security.Cryptography", "SymmetricAlgorithm"), "static SymmetricAlgorithm Create()") {
		t.Error("SymmetricAlgorithm.Create() is not on the list")
	}
}

func TestReferenceIsDocumented(t *testing.T) {
	t.Parallel()
	for _, c := range Reference() {
		if c.Doc == "" {
			t.Errorf("%s.%s has no documentation", c.Namespace, c.Name)
		}
		for _, m := range c.Members {
			if m.Doc == "" {
				t.Errorf("%s.%s has no documentation", c.Name, m.Signature)
			}
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, typ, text string }{
		{`@("a\"b")`, "string", `a"b`},
		{`@(1)`, "int", "1"},
		{`@(context.Variables["none"])`, "null", "null"},
		{`@(1.50m)`, "decimal", "1.50"},
		{`@(new[] { "a", "b" })`, "string[]", `["a", "b"]`},
		{`@(new Dictionary<string, int> { { "a", 1 } })`, "Dictionary<string, int>", "[[a, 1]]"},
		{`@(new JObject(new JProperty("a", 1)))`, "JObject", "{\n  \"a\": 1\n}"},
		{`@(TimeSpan.FromMinutes(90))`, "TimeSpan", "01:30:00"},
		{`@(StringComparison.Ordinal)`, "StringComparison", "Ordinal"},
		{`@(new { A = 1 })`, "<anonymous type: int A>", "{ A = 1 }"},
	} {
		v, err := compile(t, c.source, Text, fixedOptions()).Value(t.Context(), testExchange())
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		if typ, text := Describe(v); typ != c.typ || text != c.text {
			t.Errorf("%s is %q, %q; want %q, %q", c.source, typ, text, c.typ, c.text)
		}
	}
}
