package crossdomain_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/crossdomain"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, crossdomain.Kind, setheader.Kind)
}
