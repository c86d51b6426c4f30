package cors_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/choose"
	"github.com/apimgw/apimgw/policies/builtin/cors"
	"github.com/apimgw/apimgw/policies/builtin/includefragment"
	"github.com/apimgw/apimgw/policies/builtin/returnresponse"
	"github.com/apimgw/apimgw/policies/builtin/setvariable"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, cors.Kind, choose.Kind, includefragment.Kind, returnresponse.Kind, setvariable.Kind)
}
