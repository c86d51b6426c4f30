package setstatus_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/setstatus"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, setstatus.Kind)
}
