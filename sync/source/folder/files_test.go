package folder

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
)

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	writeTree(t, root, "good")
	write(t, root, "apis/utf16/apiInformation.json", "\xff\xfe{\x00}\x00")
	write(t, root, "apis/bom/apiInformation.json", "\ufeff"+`{"properties": {"path": "bom"}}`)
	write(t, root, "apis/bom/operations/get/operationInformation.json", `{"properties": {"method": "GET", "urlTemplate": "/"}}`)
	write(t, root, "apis/bom/operations/get/policy.xml", "\ufeff<policies/>")
	must(t, os.MkdirAll(filepath.Join(root, "apis/folder/apiInformation.json"), 0o755))
	write(t, root, "apis/folder/policy.xml", "<policies/>")
	must(t, os.MkdirAll(filepath.Join(root, "apis/left-over/operations"), 0o755))
	must(t, os.Symlink("nowhere", filepath.Join(root, "apis/echo/policy.xml")))
	c, diags, err := newFolder(t, root, Options{}).Pull(t.Context())
	must(t, err)
	if len(c.APIs) != 2 || c.APIs[0].ID != "bom" || c.APIs[0].Operations[0].Policy.Text != "<policies/>" {
		t.Errorf("read %s", render(t, c))
	}
	const want = `apis/folder has no apiInformation.json [missing]
apis/utf16/apiInformation.json cannot be read: it is not UTF-8 text [unreadable]
`
	if diags.String() != want {
		t.Errorf("got\n%s\nwant\n%s", diags, want)
	}
}

func TestForbiddenFile(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	root := t.TempDir()
	writeTree(t, root, "good")
	must(t, os.Chmod(filepath.Join(root, policyFile), 0))
	_, diags, err := newFolder(t, root, Options{}).Pull(t.Context())
	must(t, err)
	if !strings.Contains(diags.String(), policyFile+" cannot be read") {
		t.Errorf("got %s", diags)
	}
}

func TestRootIsNoTree(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, "README.md", "hello")
	write(t, root, "some.file", "hello")
	for path, want := range map[string]error{
		root:                             errNothing,
		filepath.Join(root, "missing"):   os.ErrNotExist,
		filepath.Join(root, "some.file"): nil,
	} {
		c, _, err := newFolder(t, path, Options{}).Pull(t.Context())
		if err == nil || c != nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s gives %v, %v; want %v", path, c, err, want)
		}
	}
}

func TestTypo(t *testing.T) {
	t.Parallel()
	names := []string{"path", "serviceUrl", "subscriptionRequired", "displayName", "type"}
	for written, want := range map[string]string{
		"subscriptionRequierd": "subscriptionRequired",
		"dsplayName":           "displayName",
		"serviceurl":           "", // as it should be, in another case
		"servceUrl":            "serviceUrl",
		"paht":                 "path",
		"value":                "",
		"description":          "",
		"types":                "type",
	} {
		if got := typo(written, names); got != want {
			t.Errorf("%q was meant to be %q, want %q", written, got, want)
		}
	}
}

func TestNormalName(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"List_All/{x}?y":          "list-all-x-y",
		"getOrder":                "getorder",
		"GET /orders":             "get-orders",
		"--a--":                   "a",
		strings.Repeat("ab-", 40): strings.Repeat("ab-", 25) + "a",
		"größe":                   "gr-e",
	} {
		if got := normalName(written); got != want {
			t.Errorf("%q becomes %q, want %q", written, got, want)
		}
	}
}

func TestVariableName(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{"team-a": "TEAM_A", "x": "X", "a..b": "A_B", "6512bd43d9caa6e02c990b0a": "6512BD43D9CAA6E02C990B0A"} {
		if got := variableName(id); got != want {
			t.Errorf("%q becomes %q, want %q", id, got, want)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, content string }{
		{"secrets.yaml", "subscriptions:\n  a: {primaryKey: hunter2}\n  b:\n    primaryKey: \"hunter2\"\n    secondaryKey: |\n      hunter2 and: hunter2\nnamedValues: {x: hunter2}\n  - hunter2\n"},
		{"subscriptionInformation.json", `{"properties": {"primaryKey" : "hunter2", "SecondaryKey":"hun\"hunter2", "displayName": "S"}}`},
		{"subscriptionInformation.json", `{"properties": {"primaryKey": "hunter2`},
		{"namedValueInformation.json", `{"properties": {"displayName": "n", "value": "hunter2"}}`},
		{"backendInformation.json", "{\"credentials\": {\"header\": {\"x\": [\"hunter2\"]}, \"query\": {\n\"code\": [\"hunter2\"]}, \"authorization\": {\"parameter\": \"hunter2\"}}}"},
	} {
		got := mask(tt.name, tt.content)
		if strings.Contains(got, "hunter2") || len(got) != len(tt.content) {
			t.Errorf("%s is shown as %s", tt.name, got)
		}
	}
	if text := `{"value": "x"}`; mask("apiInformation.json", text) != text {
		t.Error("a file without secrets is changed")
	}
}

func TestYAMLPlaces(t *testing.T) {
	t.Parallel()
	const text = "a: 1\n\"b\": [x, true, 2.5, null]\nc:\n  é: {k: v}\n  t: |\n    two\n    lines\n"
	src := diag.NewSource("f", text)
	var diags diag.List
	root := parseYAML(text, src, &diags)
	if len(diags) > 0 || root == nil {
		t.Fatal(diags)
	}
	if got, want := root.json(), `{"a":1,"b":["x",true,2.5,null],"c":{"é":{"k":"v"},"t":"two\nlines\n"}}`; got != want {
		t.Errorf("read %s, want %s", got, want)
	}
	if at := root.field("c").field("é").field("k").at; at.Text() != "v" {
		t.Errorf("the place of v is %q", at.Text())
	}
	for _, bad := range []string{"a: [1", "a: b: c", "\t- x", "a: &x 1\nb: *x"} {
		diags = nil
		parseYAML(bad, diag.NewSource("f", bad), &diags)
		if !diags.HasErrors() {
			t.Errorf("%q has no error", bad)
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"properties": {"a": [1, true, null, "x"]}}`, `{`, `[,]`, `{"a" 1}`, `1 2`, "\"\\ud800\"", "{\"a\":\n}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var diags diag.List
		n := parseJSON(s, diag.NewSource("f", s), &diags)
		if (n == nil) != diags.HasErrors() {
			t.Fatalf("%q gives %v and %v", s, n, diags)
		}
		_ = diags.String()
	})
}

func FuzzYAML(f *testing.F) {
	for _, s := range []string{"a: 1", "a: [b, {c: d}]", "- x", "a: |\n  x", "? a", "&a b", "a:\n\t- x", "é: ü"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var diags diag.List
		masked := maskYAML(s)
		if len(masked) != len(s) {
			t.Fatalf("%q is masked as %q", s, masked)
		}
		if n := parseYAML(s, diag.NewSource("f", masked), &diags); n == nil && !diags.HasErrors() {
			t.Fatalf("%q gives neither a value nor an error", s)
		}
		_ = diags.String()
	})
}

func FuzzOpenAPI(f *testing.F) {
	f.Add("openapi: 3.0.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n      responses: {'200': {description: ok, content: {application/json: {schema: {type: object, allOf: [{$ref: '#/x'}]}}}}}\n")
	f.Add(`{"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": {"parameters": [{"in": "body"}], "responses": {"200": {"schema": {}}}}}}, "x-ms-paths": {"/a?b": {}}}`)
	f.Add(benchSpec())
	f.Fuzz(func(_ *testing.T, s string) {
		c := readContract(&file{rel: "f", text: s, source: diag.NewSource("f", s)}, true)
		_ = c.diags.String()
	})
}
