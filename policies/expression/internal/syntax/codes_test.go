package syntax_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// TestCodesComeAsDocumented reads codes.go: the example in a code's comment must bring
// about a message of that code.
func TestCodesComeAsDocumented(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	examples := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(spec.Doc.Text()), "\n")
		example, ok := strings.CutPrefix(lines[len(lines)-1], "\t")
		if !ok {
			return true
		}
		examples++
		_, list := parse(example)
		for _, d := range list {
			if string(d.Code) == code {
				return true
			}
		}
		t.Errorf("%s: the example %s gives %v", code, example, list)
		return true
	})
	if examples < 5 {
		t.Errorf("only %d examples", examples)
	}
}
