package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// modelTree has version sets of all schemes, revisions, and products and keys around them.
func modelTree(t testing.TB, address string) tree {
	f := newTree(t, address, `
-- policy.xml --
<policies>
	<inbound><set-header name="X-Processed" exists-action="override"><value>yes</value></set-header></inbound>
	<backend><forward-request /></backend>
	<outbound><set-body>@(context.Api.Id + ";" + context.Api.Revision + " " + (context.Product?.Id ?? "-") + " " + (context.Subscription?.Id ?? "-") + " " + context.Request.Url.Path)</set-body></outbound>
	<on-error />
</policies>
-- version sets/seg/versionSetInformation.json --
{"properties": {"displayName": "Seg", "versioningScheme": "Segment"}}
-- version sets/head/versionSetInformation.json --
{"properties": {"displayName": "Head", "versioningScheme": "Header", "versionHeaderName": "Api-Version"}}
-- version sets/query/versionSetInformation.json --
{"properties": {"displayName": "Query", "versioningScheme": "Query", "versionQueryName": "api-version"}}
-- products/gold/productInformation.json --
{"properties": {"displayName": "Gold", "state": "published"}}
-- products/silver/productInformation.json --
{"properties": {"displayName": "Silver", "state": "notPublished"}}
-- products/open/productInformation.json --
{"properties": {"displayName": "Open", "subscriptionRequired": false, "state": "published"}}
-- subscriptions/gold/subscriptionInformation.json --
{"properties": {"displayName": "Gold", "scope": "/products/gold", "primaryKey": "gold-1", "secondaryKey": "gold-2", "endDate": "2020-01-01T00:00:00Z", "expirationDate": "2020-01-01T00:00:00Z"}}
-- subscriptions/silver/subscriptionInformation.json --
{"properties": {"displayName": "Silver", "scope": "/products/silver", "primaryKey": "silver-1", "startDate": "2099-01-01T00:00:00Z"}}
-- subscriptions/one/subscriptionInformation.json --
{"properties": {"displayName": "One", "scope": "/apis/closed", "primaryKey": "one-1"}}
`)
	api := func(id, path, rest string, products ...string) {
		f.write("apis/"+id+"/apiInformation.json", fmt.Sprintf(`{"properties": {"displayName": %q, "path": %q, "protocols": ["http"], "serviceUrl": "http://%s"%s}}`, id, path, address, rest))
		f.write("apis/"+id+"/operations/any/operationInformation.json", `{"properties": {"displayName": "Any", "method": "GET", "urlTemplate": "/*"}}`)
		for _, p := range products {
			f.write("products/"+p+"/apis/"+id+"/productApiInformation.json", "{}")
		}
	}
	const free = `, "subscriptionRequired": false`
	version := func(set, v string) string {
		return free + `, "apiVersionSetId": "/apiVersionSets/` + set + `", "apiVersion": "` + v + `"`
	}
	for _, set := range []string{"seg", "head", "query"} {
		api(set+"-0", set, version(set, ""))
		api(set+"-1", set, version(set, "v1"))
		api(set+"-2", "only-"+set, version(set, "v2"))
	}
	api("rev", "rev", free)
	api("rev;rev=2", "rev", free+`, "isCurrent": false`)
	api("rev;rev=3", "rev", free+`, "isCurrent": false, "isOnline": false`)
	api("seg-1;rev=2", "seg", version("seg", "v1")+`, "isCurrent": false`)
	api("closed", "closed", `, "subscriptionKeyParameterNames": {"header": "X-Key", "query": "key"}`, "gold", "silver")
	api("free", "free", free, "gold")
	api("opened", "opened", "", "open", "gold")
	for _, state := range []string{"suspended", "submitted", "rejected", "cancelled", "expired"} {
		f.write("subscriptions/"+state+"/subscriptionInformation.json", fmt.Sprintf(`{"properties": {"displayName": %q, "scope": "/apis", "state": %q, "primaryKey": %q}}`, state, state, state))
	}
	return f
}

// Versions, revisions, products and keys are what API Management makes of them.
func TestModel(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	g := runGateway(t, modelTree(t, b.address))
	const missing, invalid, unknown = "401 missing", "401 invalid", "404"
	for _, test := range []struct{ target, header, want string }{
		{"/seg/x", "", "seg-0;1 - - /x"},
		{"/seg/v1/x", "", "seg-1;1 - - /x"},
		{"/seg/V1", "", "seg-1;1 - - /"},
		{"/seg/v1;rev=2/x", "", "seg-1;2 - - /x"},
		{"/seg/v1;rev=9/x", "", unknown},
		{"/only-seg/x", "", unknown},
		{"/only-seg/v2/x", "", "seg-2;1 - - /x"},
		{"/head/x", "", "head-0;1 - - /x"},
		{"/head/x", "api-version: V1", "head-1;1 - - /x"},
		{"/head/x", "Api-Version: v9", unknown},
		{"/only-head/x", "", unknown},
		{"/only-head/x", "Api-Version: v2", "head-2;1 - - /x"},
		{"/query/x", "", "query-0;1 - - /x"},
		{"/query/x?api-version=v1", "", "query-1;1 - - /x"},
		{"/query/x?api-version=v9", "", unknown},
		{"/only-query/x", "", unknown},
		{"/only-query/x?a=b&api-version=v2", "", "query-2;1 - - /x"},

		{"/rev/x", "", "rev;1 - - /x"},
		{"/rev;rev=1/x", "", "rev;1 - - /x"},
		{"/rev;rev=2/x", "", "rev;2 - - /x"},
		{"/rev;rev=3/x", "", unknown},
		{"/rev;rev=4/x", "", unknown},
		{"/rev/x;rev=2", "", "rev;1 - - /x;rev=2"},

		{"/closed/x", "", missing},
		{"/closed/x", "X-Key: gold-1", "closed;1 gold gold /x"},
		{"/closed/x", "x-key: gold-2", "closed;1 gold gold /x"},
		{"/closed/x", "X-Key: silver-1", "closed;1 silver silver /x"},
		{"/closed/x", "X-Key: one-1", "closed;1 - one /x"},
		{"/closed/x?key=gold-1", "", "closed;1 gold gold /x"},
		{"/closed/x?key=gold-1", "X-Key: no", invalid},
		{"/closed/x?key=no", "X-Key: gold-1", "closed;1 gold gold /x"},
		{"/closed/x", "X-Key: GOLD-1", invalid},
		{"/closed/x", "Ocp-Apim-Subscription-Key: gold-1", missing},
		{"/closed/x?subscription-key=gold-1", "", missing},
		{"/closed/x", "X-Key: suspended", invalid},
		{"/closed/x", "X-Key: submitted", invalid},
		{"/closed/x", "X-Key: rejected", invalid},
		{"/closed/x", "X-Key: cancelled", invalid},
		{"/closed/x", "X-Key: expired", invalid},

		{"/free/x", "", "free;1 - - /x"},
		{"/free/x", "Ocp-Apim-Subscription-Key: gold-1", "free;1 gold gold /x"},
		{"/free/x", "Ocp-Apim-Subscription-Key: silver-1", invalid},
		{"/free/x", "Ocp-Apim-Subscription-Key: no", invalid},

		{"/opened/x", "", "opened;1 open - /x"},
		{"/opened/x", "Ocp-Apim-Subscription-Key: gold-1", "opened;1 gold gold /x"},
		{"/opened/x", "Ocp-Apim-Subscription-Key: no", invalid},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+g.address+test.target, nil)
		if err != nil {
			t.Fatal(err)
		}
		if name, value, ok := strings.Cut(test.header, ": "); ok {
			r.Header.Set(name, value)
		}
		if got := answered(t, r); got != test.want {
			t.Errorf("%s %s: %q, want %q", test.target, test.header, got, test.want)
		}
	}
	b.spared()
}

// answered is the body of an answer, or what went wrong.
func answered(t testing.TB, r *http.Request) string {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }() // only read
	body, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		t.Fatal(err)
	case answer.StatusCode == http.StatusOK:
		return string(body)
	case string(body) == keyMissing:
		return fmt.Sprint(answer.StatusCode, " missing")
	case string(body) == keyInvalid:
		return fmt.Sprint(answer.StatusCode, " invalid")
	}
	return fmt.Sprint(answer.StatusCode)
}

// A revision that is made the current one serves from then on; no request falls between.
func TestReleaseUnderLoad(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	f := modelTree(t, b.address)
	g := runGateway(t, f)
	const before, after = "200 OK: rev;1 - - /x", "200 OK: rev;2 - - /x"
	load := startLoad(t, g.address, "/rev/x", nil)
	load.since(time.Now(), before)
	saved := time.Now()
	for id, current := range map[string]string{"rev": "false", "rev;rev=2": "true"} {
		name := "apis/" + id + "/apiInformation.json"
		text := strings.ReplaceAll(f.read(name), `, "isCurrent": false`, "")
		f.write(name, strings.Replace(text, `"path"`, `"isCurrent": `+current+`, "path"`, 1))
	}
	load.settled(saved, after)
	load.only(before, after)
	b.spared()
}
