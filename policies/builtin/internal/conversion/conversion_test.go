package conversion

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/internal/message"
)

func TestAccepts(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]bool{
		"":                                   false,
		"*/*":                                false,
		"application/*":                      false,
		"application/json":                   true,
		"text/html, Application/JSON;q=0.5":  true,
		"application/json;q=0":               false,
		"application/json; q=0.000, */*":     false,
		"application/json;q=x":               true,
		"application/vnd.a+json;version=1":   true,
		"application/xml, text/xml":          false,
		"application/json;q=0, text/json":    true,
		"application/json; charset=utf-8;,,": true,
	} {
		if got := Accepts(accept, message.IsJSON); got != want {
			t.Errorf("%q accepts JSON: %t, want %t", accept, got, want)
		}
	}
}
