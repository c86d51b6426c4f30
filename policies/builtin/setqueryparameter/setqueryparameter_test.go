package setqueryparameter_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/setqueryparameter"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, setqueryparameter.Kind)
}
