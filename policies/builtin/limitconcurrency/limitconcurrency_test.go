package limitconcurrency_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/forwardrequest"
	"github.com/apimgw/apimgw/policies/builtin/limitconcurrency"
	"github.com/apimgw/apimgw/policies/builtin/returnresponse"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, limitconcurrency.Kind, forwardrequest.Kind, returnresponse.Kind, setheader.Kind)
}
