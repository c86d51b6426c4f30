package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
)

// apis are what apimgw serves: one for each kind of policy.
var apis = []struct {
	name, what, policy string
	header             string // that the response must have
	key                bool   // it asks for the key of the product
}{
	{name: "none", what: "apimgw, no policy"},
	{
		name: "constant", what: "apimgw, one constant request header",
		policy: `<policies><inbound><base /><set-header name="x-gateway" exists-action="override"><value>apimgw</value></set-header></inbound></policies>`,
	},
	{
		name: "expression", what: "apimgw, one request header by an expression",
		policy: `<policies><inbound><base /><set-header name="x-tenant-path" exists-action="override"><value>@(context.Request.Headers.GetValueOrDefault("X-Tenant", "none") + context.Request.Url.Path)</value></set-header></inbound></policies>`,
	},
	{
		name: "outbound", what: "apimgw, one response header", header: "x-served-by",
		policy: `<policies><outbound><base /><set-header name="x-served-by" exists-action="override"><value>apimgw</value></set-header></outbound></policies>`,
	},
	{name: "key", what: "apimgw, a subscription key, and a product whose policy sets one request header", key: true},
	{
		name: "retry", what: "apimgw, a retry around forward-request: by the relay",
		policy: `<policies><backend><retry condition="@(context.Response.StatusCode >= 500)" count="2" interval="1"><forward-request /></retry></backend></policies>`,
	},
}

// key is the product's.
const key = "0123456789abcdef0123456789abcdef"

// product is the files of the product, by name, which has one API.
func product(api string) map[string]string {
	return map[string]string{
		"products/bench/productInformation.json":                     `{"properties": {"displayName": "Bench", "state": "published", "subscriptionRequired": true}}`,
		"products/bench/apis/" + api + "/productApiInformation.json": `{}`,
		"products/bench/policy.xml":                                  `<policies><inbound><base /><set-header name="x-product" exists-action="override"><value>@(context.Product.Id)</value></set-header></inbound></policies>`,
		"subscriptions/bench/subscriptionInformation.json":           `{"properties": {"displayName": "Bench", "scope": "/products/bench", "state": "active", "primaryKey": "` + key + `"}}`,
	}
}

// writeAPIs writes the configuration folder.
func writeAPIs(folder, backend string) error {
	files := map[string]string{}
	for _, a := range apis {
		dir := "apis/" + a.name + "/"
		information, err := json.Marshal(map[string]any{"properties": map[string]any{
			"displayName": a.name, "path": a.name, "protocols": []string{"http"},
			"serviceUrl": "http://" + backend, "subscriptionRequired": a.key,
		}})
		if err != nil {
			return err
		}
		files[dir+"apiInformation.json"] = string(information)
		for method, id := range map[string]string{"GET": "get", "POST": "post"} {
			files[dir+"operations/"+id+"/operationInformation.json"] = `{"properties": {"displayName": "` + id + `", "method": "` + method + `", "urlTemplate": "/x"}}`
		}
		if a.policy != "" {
			files[dir+"policy.xml"] = a.policy
		}
		if a.key {
			maps.Copy(files, product(a.name))
		}
	}
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}
