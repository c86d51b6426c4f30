package rewriteuri_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/rewriteuri"
	"github.com/apimgw/apimgw/policies/builtin/setqueryparameter"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, rewriteuri.Kind, setqueryparameter.Kind)
}
