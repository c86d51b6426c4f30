package jsonp_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/jsonp"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/builtin/setqueryparameter"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, jsonp.Kind, setheader.Kind, setqueryparameter.Kind)
}
