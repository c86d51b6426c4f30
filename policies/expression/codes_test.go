package expression

import (
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/diag/diagtest"
)

// TestCodes compiles the examples of the codes of package check.
func TestCodes(t *testing.T) {
	t.Parallel()
	diagtest.Documented(t, "internal/check/errors.go", 20, func(_ *testing.T, example string) diag.List {
		want := Text
		if condition, ok := strings.CutPrefix(example, `condition="`); ok {
			example, want = strings.TrimSuffix(condition, `"`), Bool
		}
		_, list := Compile(diag.NewText(diag.NewSource("e", example)), want, Options{Strict: true})
		return list
	})
}
