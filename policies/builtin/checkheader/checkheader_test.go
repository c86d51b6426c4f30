package checkheader_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/checkheader"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, checkheader.Kind, setheader.Kind)
}
