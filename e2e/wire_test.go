package e2e

import (
	"regexp"
	"testing"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// Bodies of answers that the gateway makes itself.
const (
	notFound   = `{ "statusCode": 404, "message": "Resource not found" }`
	keyMissing = `{ "statusCode": 401, "message": "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API." }`
	keyInvalid = `{ "statusCode": 401, "message": "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription." }`
	// ofEnvoy is an answer of Envoy, when it cannot ask apimgw.
	ofEnvoy = `{ "statusCode": 500, "message": "Internal server error" }`
	// internalError is an answer of apimgw, with the request's id left out.
	internalError = `{ "statusCode": 500, "message": "Internal server error", "activityId": "ID" }`
)

var activityID = regexp.MustCompile(`"activityId": "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"`)

// withoutID is a body without what is different in each.
func withoutID(body string) string { return activityID.ReplaceAllString(body, `"activityId": "ID"`) }

// expect sends a GET and compares the answer's status line and body.
func expect(t testing.TB, address, target, line, body string, headers ...string) envoytest.Response {
	t.Helper()
	r := envoytest.Get(t, address, target, headers...)
	if r.Line != line || withoutID(r.Body) != body {
		t.Errorf("GET %s: got\n%s\nwant\n%s\n…\n\n%s", target, r, line, body)
	}
	return r
}
