package trace_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/trace"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, trace.Kind)
}
