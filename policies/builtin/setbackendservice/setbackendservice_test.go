package setbackendservice_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/choose"
	"github.com/apimgw/apimgw/policies/builtin/forwardrequest"
	"github.com/apimgw/apimgw/policies/builtin/retry"
	"github.com/apimgw/apimgw/policies/builtin/setbackendservice"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, setbackendservice.Kind, choose.Kind, setheader.Kind, retry.Kind, forwardrequest.Kind)
}
