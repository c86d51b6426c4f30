package authenticationcertificate_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/authenticationcertificate"
	"github.com/apimgw/apimgw/policies/builtin/returnresponse"
	"github.com/apimgw/apimgw/policies/builtin/setbody"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/builtin/setstatus"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, authenticationcertificate.Kind, returnresponse.Kind, setheader.Kind, setbody.Kind, setstatus.Kind)
}
