package ipfilter_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/ipfilter"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, ipfilter.Kind, setheader.Kind)
}
