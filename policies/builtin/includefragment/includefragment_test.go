package includefragment_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/choose"
	"github.com/apimgw/apimgw/policies/builtin/includefragment"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/builtin/setvariable"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, includefragment.Kind, setheader.Kind, setvariable.Kind, choose.Kind)
}
