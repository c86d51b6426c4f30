package proxy_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/proxy"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, proxy.Kind, setheader.Kind)
}
