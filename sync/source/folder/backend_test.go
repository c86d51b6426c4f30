package folder

import (
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://backend.test":          "",
		"HTTP://backend.test:8080/a/":   "",
		"https://backend.test/a?code=1": "", // it comes before the query of requests
		"https://backend.test/#a":       `"url" has a fragment`,
		"backend.test/a":                `"url" is an absolute URL that begins with http:// or https://`,
		"ftp://backend.test":            `"url" is an absolute URL that begins with http:// or https://`,
		"http://[":                      `"url" is not a URL`,
	} {
		var list diag.List
		checkURL(&list, diag.Range{Source: diag.NewSource("backendInformation.json", address)}, "url", address, "http", "https")
		got := ""
		if len(list) > 0 {
			got = list[0].Message
		}
		if got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
