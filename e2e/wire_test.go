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

// keyedTree has an API that asks for a key, and keys for it, for others and in all states.
func keyedTree(t testing.TB, b *backend) tree {
	f := markedTree(t, b)
	f.add(b.address, `
-- apis/orders/apiInformation.json --
{"properties": {"displayName": "Orders", "path": "shop/orders", "protocols": ["http"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": true,
  "subscriptionKeyParameterNames": {"header": "X-Key", "query": "key"}}}
-- apis/orders/operations/get/operationInformation.json --
{"properties": {"displayName": "Get", "method": "GET", "urlTemplate": "/{id}"}}
-- apis/orders/operations/by-state/operationInformation.json --
{"properties": {"displayName": "By state", "method": "GET", "urlTemplate": "/list?state={state}"}}
-- products/starter/productInformation.json --
{"properties": {"displayName": "Starter", "state": "published", "subscriptionRequired": true}}
-- products/starter/apis/orders/productApiInformation.json --
{}
-- products/starter/policy.xml --
<policies><inbound><base /></inbound><backend><base /></backend>
<outbound><base /><set-header name="X-Product" exists-action="override"><value>@(context.Product.Id)</value></set-header></outbound>
<on-error><base /></on-error></policies>
-- subscriptions/product/subscriptionInformation.json --
{"properties": {"displayName": "P", "scope": "/products/starter", "state": "active", "primaryKey": "product-1", "secondaryKey": "product-2"}}
-- subscriptions/api/subscriptionInformation.json --
{"properties": {"displayName": "A", "scope": "/apis/orders", "state": "active", "primaryKey": "api-1"}}
-- subscriptions/all/subscriptionInformation.json --
{"properties": {"displayName": "All", "scope": "/apis", "state": "active", "primaryKey": "all-1"}}
-- subscriptions/other/subscriptionInformation.json --
{"properties": {"displayName": "O", "scope": "/apis/marked", "state": "active", "primaryKey": "other-1"}}
-- subscriptions/suspended/subscriptionInformation.json --
{"properties": {"displayName": "S", "scope": "/apis", "state": "suspended", "primaryKey": "suspended-1"}}
`)
	return f
}

// Keys, and the answers without a good one, to the last byte of status line and body.
func TestKeys(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	g := runGateway(t, keyedTree(t, b))
	const challenge = `AzureApiManagementKey realm="https://gateway.test/shop/orders",name="X-Key",type="header"`
	for _, test := range []struct {
		name, target, key string // key is a header line
		line, body        string
		product           string
	}{
		{"none", "/shop/orders/1", "", "HTTP/1.1 401 Access Denied", keyMissing, ""},
		{"wrong", "/shop/orders/1", "X-Key: wrong", "HTTP/1.1 401 Access Denied", keyInvalid, ""},
		{"wrong case", "/shop/orders/1", "X-Key: PRODUCT-1", "HTTP/1.1 401 Access Denied", keyInvalid, ""},
		{"of another API", "/shop/orders/1", "X-Key: other-1", "HTTP/1.1 401 Access Denied", keyInvalid, ""},
		{"suspended", "/shop/orders/1", "X-Key: suspended-1", "HTTP/1.1 401 Access Denied", keyInvalid, ""},
		{"in the default header, which is not this API's", "/shop/orders/1", "Ocp-Apim-Subscription-Key: product-1", "HTTP/1.1 401 Access Denied", keyMissing, ""},
		{"wrong, in front of a good one in the query", "/shop/orders/1?key=product-1", "X-Key: wrong", "HTTP/1.1 401 Access Denied", keyInvalid, ""},
		{"even where none is asked for", "/marked/x", "Ocp-Apim-Subscription-Key: wrong", "HTTP/1.1 401 Access Denied", keyInvalid, ""},

		{"of the product", "/shop/orders/1", "X-Key: product-1", "HTTP/1.1 200 OK", fromBackend, "starter"},
		{"secondary", "/shop/orders/1", "x-key: product-2", "HTTP/1.1 200 OK", fromBackend, "starter"},
		{"in the query", "/shop/orders/1?key=product-1", "", "HTTP/1.1 200 OK", fromBackend, "starter"},
		{"of the API", "/shop/orders/1", "X-Key: api-1", "HTTP/1.1 200 OK", fromBackend, ""},
		{"of all APIs", "/shop/orders/1", "X-Key: all-1", "HTTP/1.1 200 OK", fromBackend, ""},

		{"no operation comes before no key", "/shop/orders/1/2", "", "HTTP/1.1 404 Resource Not Found", notFound, ""},
		{"query template", "/shop/orders/list?x=1&State=open", "X-Key: api-1", "HTTP/1.1 200 OK", fromBackend, ""},
		{"trailing slash, capitals", "/Shop/ORDERS/1/", "X-Key: api-1", "HTTP/1.1 200 OK", fromBackend, ""},
		{"no API", "/shop", "", "HTTP/1.1 404 Resource Not Found", notFound, ""},
		{"root", "/", "", "HTTP/1.1 404 Resource Not Found", notFound, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var headers []string
			if test.key != "" {
				headers = append(headers, test.key)
			}
			r := expect(t, g.address, test.target, test.line, test.body, headers...)
			if got := r.Header("X-Product"); got != test.product {
				t.Errorf("served in the context of the product %q, not %q", got, test.product)
			}
			if r.Status() != 200 && r.Header("Content-Type") != "application/json" {
				t.Errorf("the content type is %q", r.Header("Content-Type"))
			}
			if got, ok := r.Lookup("WWW-Authenticate"); r.Status() == 401 && test.target[:2] == "/s" && got != challenge || ok != (r.Status() == 401) {
				t.Errorf("WWW-Authenticate is %q, not %q", got, challenge)
			}
		})
	}
	b.spared()
}
