package redirectcontenturls_test

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/redirectcontenturls"
	"github.com/apimgw/apimgw/policies/builtin/setbackendservice"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, redirectcontenturls.Kind, setbackendservice.Kind)
}
