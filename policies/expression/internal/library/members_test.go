package library

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// TestMostUsedMembers looks up every member of testdata/members.txt: what policies in the
// wild use, by rank. Those that are missing are listed; one of the first ranks fails.
func TestMostUsedMembers(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/members.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	total, missing := 0, 0
	s := bufio.NewScanner(f)
	for s.Scan() {
		fields := strings.Split(s.Text(), "\t")
		if len(fields) != 3 {
			continue
		}
		total++
		if isDeclared(fields[1], fields[2]) {
			continue
		}
		missing++
		rank, err := strconv.Atoi(fields[0])
		if err != nil {
			t.Fatal(err)
		}
		report := t.Logf
		if rank <= mustHave {
			report = t.Errorf
		}
		report("#%d %s: %s is missing", rank, fields[1], fields[2])
	}
	t.Logf("%d of %d signatures are declared", total-missing, total)
}

// mustHave is the rank up to which every member is declared.
const mustHave = 120

var classNames = map[string]string{
	"context": "IProxyRequestContext", "T?": "Nullable", "IApi": "IApi",
	"string": "String", "int": "Int32", "long": "Int64", "bool": "Boolean", "object": "Object", "IGraphQL": "IGraphQL",
}

// language are members that the language itself has: operators of texts, foreach, arrays
// and nullable types.
var language = map[string]bool{
	"string.op_Equality": true, "string.op_Inequality": true, "T?..ctor": true,
	"IEnumerator.MoveNext": true, "Dictionary<>.Current": true, "Dictionary<>.MoveNext": true, "Dictionary<>.GetEnumerator": true,
}

var operators = map[string]string{"op_Addition": "+", "op_Equality": "==", "op_Implicit": "implicit", "op_Explicit": "explicit"}

func isDeclared(member, signature string) bool {
	if language[member] {
		return true
	}
	class, name := splitMember(member)
	name = strings.TrimSuffix(strings.TrimSuffix(name, "="), " ")
	switch {
	case name == "[]":
		name = "this[]"
	case operators[name] != "":
		name = operators[name]
	}
	want := parameters(signature)
	for _, c := range classesCalled(class) {
		for _, m := range inherited(c, name) {
			if want == "" || want == shown(m) {
				return true
			}
		}
	}
	return false
}

func splitMember(s string) (class, name string) {
	if class, ok := strings.CutSuffix(s, "..ctor"); ok {
		return class, ".ctor"
	}
	i := strings.LastIndexByte(s, '.')
	return s[:i], s[i+1:]
}

func classesCalled(name string) []*Class {
	name = strings.TrimSuffix(name, "<>")
	if other := classNames[name]; other != "" {
		name = other
	}
	if name == "CryptographyExtensions" || name == "ExpressionSyntaxExtensions" {
		return Load().Classes() // extensions may be declared anywhere
	}
	var out []*Class
	for _, d := range Load().byName[name] {
		if c := Load().ClassOf(d); c != nil {
			out = append(out, c)
		}
	}
	return out
}

func inherited(c *Class, name string) []*Member {
	out := c.Named(name)
	for _, b := range types.Bases(c.Def.Type()) {
		if base := Load().ClassOf(b.Def); base != nil {
			out = append(out, inherited(base, name)...)
		}
	}
	return out
}

var parens = regexp.MustCompile(`^(?:static |ext )?(?:[\w.<>,]+\((.*)\)|this\[(.*?)\])( : |$| = )`)

// parameters is the list of parameter types of a signature, without names; "" when it has
// none.
func parameters(signature string) string {
	m := parens.FindStringSubmatch(signature)
	if m == nil {
		return ""
	}
	return strings.ReplaceAll(strings.ReplaceAll("("+m[1]+m[2]+")", " ", ""), "System.", "")
}

func shown(m *Member) string {
	parts := make([]string, len(m.Signature.Params))
	for i, p := range m.Signature.Params {
		parts[i] = p.Type.String()
		switch {
		case p.Variadic:
			parts[i] = "params" + parts[i]
		case p.Out:
			parts[i] = "out" + parts[i]
		}
	}
	return strings.ReplaceAll(fmt.Sprintf("(%s)", strings.Join(parts, ",")), " ", "")
}
