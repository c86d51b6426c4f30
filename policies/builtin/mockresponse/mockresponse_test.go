package mockresponse_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/mockresponse"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, mockresponse.Kind, setheader.Kind)
}
