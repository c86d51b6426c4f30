package findandreplace_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/findandreplace"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/builtin/setvariable"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, findandreplace.Kind, setheader.Kind, setvariable.Kind)
}
