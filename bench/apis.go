package main

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// apis are what apimgw serves: one for each kind of policy.
var apis = []struct {
	name, what, policy string
	header             string // that the response must have
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
}

// writeAPIs writes the configuration folder.
func writeAPIs(folder, backend string) error {
	for _, a := range apis {
		dir := filepath.Join(folder, "apis", a.name)
		information, err := json.Marshal(map[string]any{"properties": map[string]any{
			"displayName": a.name, "path": a.name, "protocols": []string{"http"},
			"serviceUrl": "http://" + backend, "subscriptionRequired": false,
		}})
		if err != nil {
			return err
		}
		operation, err := json.Marshal(map[string]any{"properties": map[string]any{
			"displayName": "get", "method": "GET", "urlTemplate": "/x",
		}})
		if err != nil {
			return err
		}
		files := map[string]string{
			"apiInformation.json":                      string(information),
			"operations/get/operationInformation.json": string(operation),
		}
		if a.policy != "" {
			files["policy.xml"] = a.policy
		}
		for name, text := range files {
			path := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
				return err
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}
