package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// evalFiles are what the cases name: their folder takes the place of DIR.
var evalFiles = map[string]string{
	"get.http":    "GET /orders/7?state=open HTTP/1.1\nHost: api.example.com:8443\nX-Id: a\nX-Id: b\n",
	"url.http":    "POST https://api.example.com/base/orders/7%20a\r\nContent-Type: application/json\r\n\r\n{\"n\": [1, 2]}\r\n",
	"answer.http": "HTTP/1.1 418 I'm a teapot\nX-Reply: yes\n\n{\"id\": \"x\"}\n",
	"bad.http":    "GET / HTTP/1.1\nno header\n",
	"start.http":  "hello\n",
	"target.http": "GET orders HTTP/1.1\n",
	"empty.http":  "",
	"context.json": `{
		"api": {"id": "orders", "name": "Orders", "path": "base", "serviceUrl": "https://backend.test/v1"},
		"operation": {"id": "get-order", "urlTemplate": "/orders/{id}"},
		"product": {"id": "starter", "name": "Starter"},
		"subscription": {"id": "sub", "key": "k"},
		"user": {"id": "ada", "email": "ada@example.com", "groups": [{"id": "developers", "name": "Developers"}]},
		"lastError": {"source": "set-body", "reason": "Because", "message": "It failed."}
	}`,
	"bad.json":  `{"apis": {}}`,
	"bad2.json": `{"operation": {"urlTemplate": "/{a"}}`,
}

func evalDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range evalFiles {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func runEval(t *testing.T, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "DIR", dir)
	}
	code = run(t.Context(), append([]string{"eval"}, args...), &out, &errs)
	return code, out.String(), strings.ReplaceAll(errs.String(), dir, "DIR")
}

func TestEval(t *testing.T) {
	t.Parallel()
	dir := evalDir(t)
	for _, c := range []struct {
		name, typ, value string
		args             []string
	}{
		{"number", "int", "3", []string{`@(1 + 2)`}},
		{"block", "string", "ab", []string{`@{ var a = "a"; return a + "b"; }`}},
		{"null", "null", "null", []string{`@(context.Response)`}},
		{"list as it is", "List<int>", "[1, 2]", []string{`@(new List<int> { 1, 2 })`}},
		{"list as text", "string", "System.Collections.Generic.List`1[System.Int32]", []string{`@(new List<int> { 1 })`, "--want", "text"}},
		{"null as text", "null", "null", []string{`@((string)null)`, "--want", "text"}},
		{"bool", "bool", "true", []string{`@(context.Request.Method == "GET")`, "--want", "bool"}},
		{"value", "JObject", "{\n  \"a\": 1\n}", []string{`@(new JObject(new JProperty("a", 1)))`, "--want", "value"}},
		{"request", "string", "GET api.example.com:8443 /orders/7 open a,b", []string{
			`@(string.Format("{0} {1}:{2} {3} {4} {5}", context.Request.Method, context.Request.OriginalUrl.Host, context.Request.OriginalUrl.Port, context.Request.Url.Path, ` +
				`context.Request.Url.Query["state"][0], string.Join(",", context.Request.Headers["x-id"])))`, "--request", "DIR/get.http",
		}},
		{"request with a URL", "string", "https://api.example.com/base/orders/7%20a 2", []string{
			`@(context.Request.OriginalUrl + " " + context.Request.Body.As<JObject>()["n"][1])`, "--request", "DIR/url.http",
		}},
		{"response", "string", "418 I'm a teapot yes x", []string{
			`@(context.Response.StatusCode + " " + context.Response.StatusReason + " " + context.Response.Headers["x-reply"][0] + " " + context.Response.Body.As<JObject>()["id"])`,
			"--response", "DIR/answer.http",
		}},
		{"context", "string", "Orders get-order 7 a https://backend.test/orders/7%20a Starter sub ada Developers It failed.", []string{
			`@(context.Api.Name + " " + context.Operation.Id + " " + context.Request.MatchedParameters["id"] + " " + context.Request.Url + " " + context.Product.Name + " " + ` +
				`context.Subscription.Id + " " + context.User.Id + " " + context.User.Groups.First().Name + " " + context.LastError.Message)`,
			"--request", "DIR/url.http", "--context", "DIR/context.json",
		}},
		{"variables", "string", "1,2=3 True", []string{
			`@(context.Variables["a"] + " " + (bool)context.Variables["b"])`, "--var", "a=1,2=3", "--var", `b=@((string)context.Variables["a"] == "1,2=3")`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := runEval(t, dir, c.args...)
			if want := "type   " + c.typ + "\nvalue  " + c.value + "\n"; code != exitOK || stdout != want || stderr != "" {
				t.Errorf("exit code %d\n%s%swant\n%s", code, stdout, stderr, want)
			}
		})
	}
}

func TestEvalTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := evalDir(t)
	for _, c := range []struct {
		name   string
		args   []string
		code   int
		stderr string
	}{
		{"does not compile", []string{`@(contxt.Api)`}, exitFailure, `expression:1:3: the name "contxt" does not exist here [unknown-name]
    1 | @(contxt.Api)
      |   ^^^^^^
   did you mean "context"?
`},
		{"throws", []string{"@{\n  return int.Parse(\"x\");\n}"}, exitFailure, `expression:2:10: System.FormatException: The input string 'x' was not in a correct format.
    2 |   return int.Parse("x");
      |          ^^^^^^^^^^^^^^
`},
		{"no condition", []string{`@("yes")`, "--want", "bool"}, exitFailure, "expression:1:1: the result is 'string', where bool is wanted [bad-result]\n"},
		{"nothing that a variable holds", []string{`@(new List<int>())`, "--want", "value"}, exitFailure, "expression:1:1: the result is 'List<int>', where a type that a variable can hold is wanted [bad-result]\n"},
		{"bare", []string{`1 + 1`}, exitFailure, "expression:1:1: an expression begins with @( or @{ [expression-syntax]\n"},
		{"a variable that does not compile", []string{`@(1)`, "--var", "a=@(b)"}, exitFailure, `--var a:1:3: the name "b" does not exist here [unknown-name]`},
		{"a variable that throws", []string{`@(1)`, "--var", `a=@(context.Response.StatusCode)`}, exitFailure, "--var a:1:3: System.NullReferenceException: "},
		{"extras", []string{`@(Aes.Create())`, "--strict"}, exitFailure, "[type-not-allowed]"},
		{"no request file", []string{`@(1)`, "--request", "DIR/none.http"}, exitFailure, "apimgw: read the request: open DIR/none.http: "},
		{"no header line", []string{`@(1)`, "--request", "DIR/bad.http"}, exitFailure, `apimgw: read the request: DIR/bad.http:2: "no header" is no header`},
		{"no request line", []string{`@(1)`, "--request", "DIR/start.http"}, exitFailure, `apimgw: read the request: DIR/start.http: the first line is "hello", not a method, a target and HTTP/1.1`},
		{"no target", []string{`@(1)`, "--request", "DIR/target.http"}, exitFailure, `apimgw: read the request: DIR/target.http: the target "orders" is neither a path nor a URL`},
		{"an empty file", []string{`@(1)`, "--request", "DIR/empty.http"}, exitFailure, "apimgw: read the request: DIR/empty.http is empty"},
		{"no status line", []string{`@(1)`, "--response", "DIR/get.http"}, exitFailure, "apimgw: read the response: DIR/get.http: the first line is "},
		{"a context with something else", []string{`@(1)`, "--context", "DIR/bad.json"}, exitFailure, `apimgw: read the context: DIR/bad.json: json: unknown field "apis"`},
		{"a template that is none", []string{`@(1)`, "--context", "DIR/bad2.json"}, exitFailure, "apimgw: the context: "},
		{"another operation's request", []string{`@(1)`, "--request", "DIR/get.http", "--context", "DIR/context.json"}, exitFailure, "apimgw: GET /orders/7?state=open is not a request for the operation of the context\n"},
		{"no expression", nil, exitUsage, "apimgw: eval takes one expression; put it in quotes\n"},
		{"two expressions", []string{"@(1)", "@(2)"}, exitUsage, "apimgw: eval takes one expression; put it in quotes\n"},
		{"another want", []string{`@(1)`, "--want", "int"}, exitUsage, "apimgw: --want is text, bool or value, not \"int\"\n"},
		{"no variable", []string{`@(1)`, "--var", "a"}, exitUsage, "apimgw: --var is name=value, not \"a\"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := runEval(t, dir, c.args...)
			if code != c.code || stdout != "" || !strings.Contains(stderr, c.stderr) {
				t.Errorf("exit code %d, want %d\n%s%swant\n%s", code, c.code, stdout, stderr, c.stderr)
			}
		})
	}
}

func TestEvalWarnsAndGoesOn(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := runEval(t, t.TempDir(), `@(context.Variables["x"] == "y")`, "--var", "x=y")
	if code != exitOK || !strings.HasPrefix(stdout, "type   bool\n") || !strings.Contains(stderr, "warning: ") || !strings.Contains(stderr, "[reference-equality]") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

func TestEvalReadsStandardInput(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	root := newRoot()
	root.SetArgs([]string{"eval", "-"})
	root.SetIn(strings.NewReader("@{\n  return 6 * 7;\n}\n"))
	root.SetOut(&out)
	if err := root.ExecuteContext(t.Context()); err != nil || out.String() != "type   int\nvalue  42\n" {
		t.Errorf("%v\n%s", err, out.String())
	}
}
