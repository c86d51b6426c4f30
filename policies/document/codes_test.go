package document_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/diag/diagtest"
)

func TestCodesComeAsDocumented(t *testing.T) {
	t.Parallel()
	diagtest.Documented(t, "codes.go", 6, func(t *testing.T, example string) diag.List {
		_, list := parse(t, example, nil)
		return list
	})
}
