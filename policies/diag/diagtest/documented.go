// Package diagtest proves what the comments of diagnostic codes say.
package diagtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
)

// Documented reads the codes that a file of Go declares. The last line of a code's comment,
// if it is indented, is an example: to compile it must bring about a message of that code.
// There are so many examples at least.
func Documented(t *testing.T, file string, least int, compile func(t *testing.T, example string) diag.List) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	examples := 0
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		code, example, ok := exampleOf(spec)
		if !ok {
			return true
		}
		examples++
		list := compile(t, example)
		if !slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.Code == code }) {
			t.Errorf("%s: the example %s gives %v", code, example, list)
		}
		return true
	})
	if examples < least {
		t.Errorf("only %d examples", examples)
	}
}

// exampleOf is the code that is declared, and the example in its comment.
func exampleOf(spec *ast.ValueSpec) (code diag.Code, example string, ok bool) {
	if len(spec.Values) != 1 {
		return "", "", false
	}
	value, ok := spec.Values[0].(*ast.BasicLit)
	if !ok {
		return "", "", false
	}
	text, err := strconv.Unquote(value.Value)
	if err != nil {
		return "", "", false
	}
	lines := strings.Split(strings.TrimSpace(spec.Doc.Text()), "\n")
	example, ok = strings.CutPrefix(lines[len(lines)-1], "\t")
	return diag.Code(text), example, ok
}
