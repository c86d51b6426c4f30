package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// bodyLimit is the --max-body of the gateway under test.
const bodyLimit = 100_000

// bodiesTree has an operation for each way in which policies deal with bodies.
func bodiesTree(t testing.TB, backend string) tree {
	f := newTree(t, backend, `
-- apis/bodies/apiInformation.json --
{"properties": {"displayName": "Bodies", "path": "b", "protocols": ["http"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": false}}
-- policy.xml --
<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>
`)
	for id, policy := range map[string]struct{ inbound, outbound string }{
		"untouched":       {"", ""},
		"header":          {`<set-header name="X-Outbound" exists-action="override"><value>y</value></set-header>`, `<set-header name="X-Outbound" exists-action="override"><value>y</value></set-header>`},
		"read-request":    {`<set-header name="X-Length" exists-action="override"><value>@((context.Request.Body?.As<string>(preserveContent: true) ?? "").Length.ToString())</value></set-header>`, ""},
		"replace-request": {`<set-body>@(context.Request.Body.As<string>().ToUpper())</set-body>`, ""},
		"maybe-read": {`<choose><when condition="@(context.Request.Headers.GetValueOrDefault("X-Read","") == "yes")">
			<set-body>@("read: " + context.Request.Body.As<string>())</set-body></when></choose>`, ""},
		"constant-request": {`<set-body>constant</set-body>`, ""},
		"read-response":    {"", `<set-header name="X-Length" exists-action="override"><value>@(context.Response.Body.As<string>(preserveContent: true).Length.ToString())</value></set-header>`},
		"replace-response": {"", `<set-body>@(context.Response.Body.As<string>().ToUpper())</set-body>`},
		"late-response": {"", `<choose><when condition="@(context.Response.Headers.GetValueOrDefault("Content-Type","").StartsWith("text/"))">
			<set-body>@("late: " + context.Response.Body.As<string>())</set-body></when></choose>`},
		"constant-response": {"", `<set-body>constant</set-body>`},
		"no-content":        {"", `<set-status code="204" reason="Nothing" />`},
		"json": {
			`<set-body>@{ var o = context.Request.Body.As<JObject>(); o["n"] = (int)o["n"] + 1; return o.ToString(Newtonsoft.Json.Formatting.None); }</set-body>`,
			`<set-body>@{ var o = context.Response.Body.As<JObject>(); o.Add("seen", true); return o.ToString(Newtonsoft.Json.Formatting.None); }</set-body>`,
		},
	} {
		for _, method := range []string{"GET", "POST", "HEAD"} {
			dir := fmt.Sprintf("apis/bodies/operations/%s-%s/", id, strings.ToLower(method))
			f.write(dir+"operationInformation.json", fmt.Sprintf(`{"properties": {"displayName": "%s", "method": "%s", "urlTemplate": "/%s"}}`, id, method, id))
			f.write(dir+"policy.xml", "<policies><inbound><base />"+policy.inbound+"</inbound><backend><base /></backend><outbound><base />"+policy.outbound+"</outbound><on-error><base /></on-error></policies>")
		}
	}
	return f
}

// bodyBackend repeats the request's body, or makes one as the query says.
func bodyBackend(t testing.TB) *backend {
	return newBackendOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("X-Got-Length", r.Header.Get("X-Length"))
		w.Header().Set("X-Got-Content-Length", strconv.FormatInt(r.ContentLength, 10)) // -1 for chunks
		q := r.URL.Query()
		switch {
		case q.Has("large"):
			body = []byte(strings.Repeat("x", 3*bodyLimit))
		case q.Has("empty"):
			w.WriteHeader(http.StatusNoContent)
			return
		case q.Has("unchanged"):
			w.WriteHeader(http.StatusNotModified)
			return
		case q.Has("text"):
			body = []byte(q.Get("text"))
		}
		if !q.Has("chunked") {
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		}
		_, _ = w.Write(body) // the client may be gone
	}))
}

// Bodies come to policies when they ask for them and go on as they should when they do not.
func TestBodies(t *testing.T) {
	t.Parallel()
	b := bodyBackend(t)
	g := runGateway(t, bodiesTree(t, b.address), "--max-body", fmt.Sprint(bodyLimit))
	large := strings.Repeat("y", 3*bodyLimit)
	const tooLarge = `{ "statusCode": 413, "message": "The request's body is too large." }`

	for _, test := range []struct {
		name, request string
		line, body    string
		headers       map[string]string // of the response; "-" means absent
	}{
		{"untouched", post("untouched", "abc"), "HTTP/1.1 200 OK", "abc", nil},
		{"untouched, large", post("untouched", large), "HTTP/1.1 200 OK", large, nil},
		{"untouched, large response", get("header?large"), "HTTP/1.1 200 OK", strings.Repeat("x", 3*bodyLimit), map[string]string{"X-Outbound": "y"}},
		{"untouched, large response of unknown length", get("header?large&chunked"), "HTTP/1.1 200 OK", strings.Repeat("x", 3*bodyLimit), map[string]string{"X-Outbound": "y"}},
		{"untouched, chunked", chunked("untouched", "abc"), "HTTP/1.1 200 OK", "abc", nil},

		{"request read", post("read-request", "abc"), "HTTP/1.1 200 OK", "abc", map[string]string{"X-Got-Length": "3"}},
		{"request read, chunked", chunked("read-request", "abcd"), "HTTP/1.1 200 OK", "abcd", map[string]string{"X-Got-Length": "4"}},
		{"request read, none there", get("read-request?text=hello"), "HTTP/1.1 200 OK", "hello", map[string]string{"X-Got-Length": "0"}},
		{"request read, too large", post("read-request", large), "HTTP/1.1 413 Payload Too Large", tooLarge, map[string]string{"Content-Type": "application/json"}},
		{"request read, chunked, too large", chunked("read-request", large), "HTTP/1.1 413 Payload Too Large", tooLarge, nil},
		{"request read, chunked, as large as may be", chunked("read-request", large[:bodyLimit]), "HTTP/1.1 200 OK", large[:bodyLimit], nil},
		{"request read, chunked, empty", chunked("read-request", ""), "HTTP/1.1 200 OK", "", map[string]string{"X-Got-Length": "0"}},
		{"request replaced", post("replace-request", "abc"), "HTTP/1.1 200 OK", "ABC", map[string]string{"Content-Length": "3", "X-Got-Content-Length": "3"}},
		{"request replaced, chunked", chunked("replace-request", "abc"), "HTTP/1.1 200 OK", "ABC", nil},
		{"request replaced, too large", post("replace-request", large), "HTTP/1.1 413 Payload Too Large", tooLarge, nil},
		{"request read in one branch only", post("maybe-read", "abc", "X-Read: yes"), "HTTP/1.1 200 OK", "read: abc", nil},
		{"request not read in the other branch", post("maybe-read", large), "HTTP/1.1 200 OK", large, nil},
		{"request replaced by a constant", post("constant-request", "abc"), "HTTP/1.1 200 OK", "constant", map[string]string{"X-Got-Content-Length": "8"}},
		{"body given to a GET", get("constant-request"), "HTTP/1.1 200 OK", "constant", map[string]string{"X-Got-Content-Length": "8"}},

		{"response read", get("read-response?text=hello"), "HTTP/1.1 200 OK", "hello", map[string]string{"X-Length": "5"}},
		{"response read, chunked", get("read-response?text=hello&chunked"), "HTTP/1.1 200 OK", "hello", map[string]string{"X-Length": "5"}},
		{"response read, too large", get("read-response?large"), "HTTP/1.1 500 Internal Server Error", internalError, map[string]string{"Content-Type": "application/json"}},
		{"response read, too large, of unknown length", get("read-response?large&chunked"), "HTTP/1.1 500 Internal Server Error", internalError, map[string]string{"Content-Type": "application/json"}},
		{"response read, empty", get("read-response?empty"), "HTTP/1.1 204 No Content", "", map[string]string{"X-Length": "0"}},
		{"response replaced", get("replace-response?text=hello"), "HTTP/1.1 200 OK", "HELLO", map[string]string{"Content-Length": "5"}},
		{"response replaced, chunked", get("replace-response?text=hello&chunked"), "HTTP/1.1 200 OK", "HELLO", nil},
		{"response read late", get("late-response?text=hello"), "HTTP/1.1 200 OK", "late: hello", nil},
		{"response replaced by a constant", get("constant-response?text=hello"), "HTTP/1.1 200 OK", "constant", map[string]string{"Content-Length": "8"}},
		{"response of a large one replaced by a constant", get("constant-response?large"), "HTTP/1.1 200 OK", "constant", map[string]string{"Content-Length": "8"}},
		{"body given to a 304", get("constant-response?unchanged"), "HTTP/1.1 304 Not Modified", "", nil},
		{"body taken by a 204", get("no-content?text=hello"), "HTTP/1.1 204 Nothing", "", map[string]string{"Content-Length": "-"}},

		{"HEAD", head("read-response?text=hello"), "HTTP/1.1 200 OK", "", nil},
		{"HEAD, response replaced", head("replace-response?text=hello"), "HTTP/1.1 200 OK", "", nil},
		{"HEAD, response replaced by a constant", head("constant-response?text=hello"), "HTTP/1.1 200 OK", "", nil},

		{"JSON both ways", post("json", `{"n":41}`), "HTTP/1.1 200 OK", `{"n":42,"seen":true}`, nil},
		{"JSON that is none", post("json", `{"n":`), "HTTP/1.1 500 Internal Server Error", internalError, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := envoytest.Dial(t, g.address)
			c.TrySend(test.request)
			method, _, _ := strings.Cut(test.request, " ")
			r := c.Read(method)
			if r.Line != test.line || withoutID(r.Body) != test.body {
				t.Errorf("got\n%s\nwant\n%s\n…\n\n%s", short(r.String()), test.line, short(test.body))
			}
			for name, want := range test.headers {
				if got, ok := r.Lookup(name); got != want && (ok || want != "-") {
					t.Errorf("%s is %q, not %q", name, got, want)
				}
			}
			if r.Header("Connection") == "close" {
				return
			}
			c.Send(get("untouched?text=next"))
			if r := c.Read("GET"); r.Body != "next" {
				t.Errorf("the connection is out of step:\n%s", short(r.String()))
			}
		})
	}
}

func get(target string) string { return envoytest.Request("GET", "/b/"+target, "") }

func head(target string) string { return envoytest.Request("HEAD", "/b/"+target, "") }

func post(target, body string, headers ...string) string {
	return envoytest.Request("POST", "/b/"+target, body, append(headers, "Content-Type: text/plain")...)
}

// chunked is a POST whose body comes in two chunks.
func chunked(target, body string) string {
	half := len(body) / 2
	text := envoytest.Request("POST", "/b/"+target, "", "Transfer-Encoding: chunked", "Content-Type: text/plain")
	for _, part := range []string{body[:half], body[half:]} {
		if part == "" {
			continue
		}
		text += fmt.Sprintf("%x\r\n%s\r\n", len(part), part)
	}
	return text + "0\r\n\r\n"
}

// short is a text for messages.
func short(text string) string {
	if len(text) > 600 {
		return fmt.Sprintf("%s… (%d bytes)", text[:600], len(text))
	}
	return text
}

// A body that grows too large before a policy asks for it is refused when it is asked for: at
// once, and not when it should have come.
func TestBodyTooLargeBeforeItIsRead(t *testing.T) {
	t.Parallel()
	sent := make(chan struct{})
	b := newBackendOf(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gate" {
			select {
			case <-sent:
			case <-r.Context().Done():
			}
		}
	}))
	f := newTree(t, b.address, `
-- policy.xml --
<policies>
	<inbound>
		<send-request mode="new" response-variable-name="gate" timeout="60"><set-url>http://$BACKEND/gate</set-url><set-method>GET</set-method></send-request>
		<set-variable name="length" value="@(context.Request.Body.As<string>(preserveContent: true).Length)" />
	</inbound>
	<backend><forward-request /></backend><outbound />
	<on-error><set-header name="X-Reason" exists-action="override"><value>@(context.LastError.Reason)</value></set-header></on-error>
</policies>
-- apis/bodies/apiInformation.json --
{"properties": {"displayName": "Bodies", "path": "b", "protocols": ["http"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": false}}
-- apis/bodies/operations/late/operationInformation.json --
{"properties": {"displayName": "Late", "method": "POST", "urlTemplate": "/late"}}
`)
	g := runGateway(t, f, "--max-body", fmt.Sprint(bodyLimit))
	c := envoytest.Dial(t, g.address)
	go func() {
		defer close(sent)
		c.TrySend(chunked("late", strings.Repeat("y", 3*bodyLimit)))
	}()
	r := c.Read("POST")
	if r.Line != "HTTP/1.1 413 Payload Too Large" || r.Header("X-Reason") != "RequestTooLarge" {
		t.Errorf("the answer is\n%s", r)
	}
	if n := b.requests.Load(); n != 1 {
		t.Errorf("the backend was called %d times, once of which is the policy's", n)
	}
}
