package sendrequest_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/returnresponse"
	"github.com/apimgw/apimgw/policies/builtin/sendrequest"
	"github.com/apimgw/apimgw/policies/builtin/setbody"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/builtin/setmethod"
	"github.com/apimgw/apimgw/policies/builtin/setvariable"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, sendrequest.Kind, sendrequest.OneWay, returnresponse.Kind, setbody.Kind, setheader.Kind, setmethod.Kind, setvariable.Kind)
}
