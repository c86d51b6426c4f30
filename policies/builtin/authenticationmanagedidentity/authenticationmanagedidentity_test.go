package authenticationmanagedidentity_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/authenticationmanagedidentity"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, authenticationmanagedidentity.Kind, setheader.Kind)
}
