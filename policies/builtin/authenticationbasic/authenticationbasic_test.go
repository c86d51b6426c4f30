package authenticationbasic_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/authenticationbasic"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, authenticationbasic.Kind, setheader.Kind)
}
