package syntax_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/diag/diagtest"
)

func TestCodesComeAsDocumented(t *testing.T) {
	t.Parallel()
	diagtest.Documented(t, "codes.go", 5, func(_ *testing.T, example string) diag.List {
		_, list := parse(example)
		return list
	})
}
