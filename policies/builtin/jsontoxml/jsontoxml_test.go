package jsontoxml_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/findandreplace"
	"github.com/apimgw/apimgw/policies/builtin/jsontoxml"
	"github.com/apimgw/apimgw/policies/builtin/setbody"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/builtin/setvariable"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, jsontoxml.Kind, findandreplace.Kind, setbody.Kind, setheader.Kind, setvariable.Kind)
}
