package expression

import (
	"context"
	"testing"
)

// headerLogic are conditions and texts that only look at headers, variables and the
// request's line: they must not allocate.
var headerLogic = map[string]string{
	"header-equals":   `@(context.Request.Headers.GetValueOrDefault("X-One", "") == "1")`,
	"header-and":      `@(context.Request.Headers.GetValueOrDefault("X-One", "") == "1" && context.Request.Method != "GET" && !context.Request.Headers.ContainsKey("X-None"))`,
	"variable-equals": `@((string)context.Variables["tier"] == "gold")`,
	"variable-bool":   `@(context.Variables.GetValueOrDefault<bool>("flag") && context.Variables.GetValueOrDefault<int>("count", 0) > 2)`,
	"string-methods":  `@(context.Request.Headers.GetValueOrDefault("Content-Type", "").StartsWith("application/json", StringComparison.OrdinalIgnoreCase))`,
	"contains":        `@(context.Request.Headers.GetValueOrDefault("Content-Type", "").Contains("json") || string.IsNullOrEmpty(context.Request.Headers.GetValueOrDefault("X-None")))`,
	"path":            `@(context.Request.Url.Path.Contains("/orders") && context.Request.OriginalUrl.Host == "api.example.com")`,
	"response":        `@(context.Response != null && context.Response.StatusCode >= 500)`,
	"api":             `@(context.Api.Id == "echo" && context.Operation.Id == "get-order" && context.Product?.Id == "starter")`,
	"conditional":     `@(context.Request.Method == "POST" ? context.Request.Headers.GetValueOrDefault("X-One", "") == "1" : false)`,
	"substring":       `@(context.Request.Headers.GetValueOrDefault("Authorization", "").Substring(7).Length > 3)`,
}

func TestHeaderLogicAllocatesNothing(t *testing.T) {
	x := testExchange()
	ctx := context.Background()
	for name, source := range headerLogic {
		p := compile(t, source, Bool, Options{})
		if _, err := p.Bool(ctx, x); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := testing.AllocsPerRun(200, func() { _, _ = p.Bool(ctx, x) }); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
	text := compile(t, `@(context.Request.Headers.GetValueOrDefault("X-One", "none"))`, Text, Options{})
	if n := testing.AllocsPerRun(200, func() { _, _, _ = text.Text(ctx, x) }); n != 0 {
		t.Errorf("a header's text allocates %v times", n)
	}
}

func BenchmarkBool(b *testing.B) {
	for name, source := range headerLogic {
		b.Run(name, func(b *testing.B) { benchmark(b, source, Bool) })
	}
}

func benchmark(b *testing.B, source string, want Want) {
	p := compile(b, source, want, Options{})
	x := testExchange()
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if want == Bool {
			_, err = p.Bool(ctx, x)
		} else {
			_, _, err = p.Text(ctx, x)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkText(b *testing.B) {
	for name, source := range map[string]string{
		"concat":      `@("/api/" + context.Request.Headers.GetValueOrDefault("X-One", "") + "/orders/" + context.Variables.GetValueOrDefault<int>("count", 0))`,
		"interpolate": `@($"{context.Request.Method} {context.Request.Url.Path}?tier={(string)context.Variables["tier"]}")`,
		"json-read":   `@((string)((JObject)context.Variables["json"])["deep"]["x"][0]["y"])`,
		"json-build":  `@(new JObject(new JProperty("a", 1), new JProperty("b", context.Request.Method)).ToString(Newtonsoft.Json.Formatting.None))`,
		"claim":       `@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Claims.GetValueOrDefault("role", "none"))`,
		"linq":        `@(string.Join(",", new[] { "a", "bb", "ccc" }.Where(x => x.Length > 1).Select(x => x.ToUpper())))`,
		"block":       `@{ var n = 0; for (var i = 0; i < 100; i++) { n += i; } return n.ToString(); }`,
	} {
		b.Run(name, func(b *testing.B) { benchmark(b, source, Text) })
	}
}

func BenchmarkCompile(b *testing.B) {
	source := headerLogic["header-and"]
	for b.Loop() {
		compile(b, source, Bool, Options{})
	}
}
