package expression

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	small := Options{Limits: Limits{Steps: 10_000, Memory: 1 << 16, Depth: 50}}
	for name, c := range map[string]struct{ source, want string }{
		"endless loop":     {`@{ while (true) { } return 1; }`, "the expression ran for more steps than its limit"},
		"endless for":      {`@{ for (;;) { } }`, "the expression ran for more steps than its limit"},
		"recursion":        {`@{ int F(int n) { return F(n + 1); } return F(0); }`, "calls are nested deeper than the limit"},
		"doubling text":    {`@{ var s = "x"; while (true) { s += s; } return s; }`, "the expression built more text than its memory budget allows"},
		"long sequence":    {`@(Enumerable.Range(0, 2000000000).Count(x => x > 1))`, "the expression ran for more steps than its limit"},
		"padding":          {`@("a".PadLeft(60000000))`, "the expression built more text than its memory budget allows"},
		"too long a text":  {`@(new string('a', 2000000000))`, "a text of 2000000000 bytes is longer than the limit of 67108864"},
		"big array":        {`@(new int[1000000].Length)`, "the expression built more text than its memory budget allows"},
		"distinct":         {`@(Enumerable.Range(1, 100000).Distinct().Last().ToString())`, builtTooMuch},
		"groups":           {`@(Enumerable.Range(1, 100000).GroupBy(x => x).First().Key.ToString())`, builtTooMuch},
		"lookup":           {`@(Enumerable.Range(1, 100000).ToLookup(x => x).Count.ToString())`, builtTooMuch},
		"union":            {`@(Enumerable.Range(1, 100000).Union(new[] { 1 }).Count().ToString())`, builtTooMuch},
		"repeated text":    {`@(string.Concat(Enumerable.Repeat("abcdefghij", 1000000)))`, builtTooMuch},
		"joined numbers":   {`@(string.Join(",", Enumerable.Range(0, 1000000)))`, builtTooMuch},
		"regex replace":    {`@(Regex.Replace(new string('a', 1000), "a", new string('b', 1000)))`, builtTooMuch},
		"regex evaluator":  {`@(Regex.Replace(new string('a', 1000), "a", m => new string('b', 1000)))`, builtTooMuch},
		"matches":          {`@(Regex.Matches(new string('a', 30000), "a").Count.ToString())`, builtTooMuch},
		"many parts":       {`@(new string(',', 30000).Split(',').Length.ToString())`, builtTooMuch},
		"characters":       {`@(new string('a', 30000).ToCharArray().Length.ToString())`, builtTooMuch},
		"upper case":       {`@{ var l = new List<string>(); while (true) l.Add("abcdefghij".ToUpper()); }`, builtTooMuch},
		"string builder":   {`@{ var b = new StringBuilder(); while (true) b.Append("abcdefghij"); }`, builtTooMuch},
		"builder replace":  {`@{ var b = new StringBuilder("xx"); while (true) b.Replace("x", "xx"); }`, builtTooMuch},
		"number format":    {`@((1).ToString("D900000"))`, builtTooMuch},
		"interpolation":    {`@($"{1,900000}")`, builtTooMuch},
		"resized array":    {`@{ var a = new int[1]; Array.Resize(ref a, 100000000); return a.Length.ToString(); }`, "a text of 1600000000 bytes is longer than the limit of 67108864"},
		"list into itself": {`@{ var l = new List<int> { 1, 2 }; while (true) l.InsertRange(0, l); }`, builtTooMuch},
		"queue":            {`@{ var q = new Queue<int>(); while (true) q.Enqueue(1); }`, builtTooMuch},
		"dictionary":       {`@{ var d = new Dictionary<int, int>(); for (var i = 0; ; i++) d[i] = 1; }`, builtTooMuch},
		"json array":       {`@{ JToken a = new JArray(1); while (true) a = new JArray(a.DeepClone(), a.DeepClone()); }`, builtTooMuch},
		"json text":        {`@(JsonConvert.SerializeObject(Enumerable.Repeat("abcdefghij", 1000000)))`, builtTooMuch},
		"xml":              {`@{ var e = new XElement("a"); while (true) e = new XElement("b", e, e); }`, builtTooMuch},
		"base64":           {`@{ var l = new List<byte[]>(); while (true) l.Add(Convert.FromBase64String("AAAAAAAAAAAAAAAA")); }`, builtTooMuch},
		"hashing":          {`@{ var d = new byte[30000]; var h = SHA256.Create(); while (true) h.ComputeHash(d); }`, "the expression ran for more steps than its limit"},
		"new keys":         {`@{ while (true) RSA.Create(1024); }`, "the expression ran for more steps than its limit"},
		"a large key":      {`@(RSA.Create(4096).KeySize.ToString())`, "the expression ran for more steps than its limit"},
		"captures":         {`@(Regex.Match(new string('a', 5000), "(a)+").Success.ToString())`, builtTooMuch},
		"growing list":     {`@{ var l = new List<int>(); while (true) { l.Add(1); } return 1; }`, "the expression built more text than its memory budget allows"},
		"not to be caught": {`@{ try { while (true) { } } catch { } return 1; }`, "the expression ran for more steps than its limit"},
		"finally":          {`@{ try { while (true) { } } finally { while (true) { } } }`, "the expression ran for more steps than its limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := compile(t, c.source, Text, small)
			_, _, err := p.Text(t.Context(), testExchange())
			var e *exchange.Error
			var limit *clr.LimitError
			if !errors.As(err, &e) || !errors.As(err, &limit) || limit.What != c.want {
				t.Errorf("error is %v", err)
			}
		})
	}
}

const builtTooMuch = "the expression built more text than its memory budget allows"

func TestDeadline(t *testing.T) {
	t.Parallel()
	p := compile(t, `@{ while (true) { } }`, Text, Options{Limits: Limits{Time: time.Millisecond, Steps: 1 << 60}})
	_, _, err := p.Text(t.Context(), testExchange())
	if err == nil || !strings.Contains(err.Error(), "longer than its limit") {
		t.Errorf("error is %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err = p.Text(ctx, testExchange()); !errors.Is(err, context.Canceled) {
		t.Errorf("error of a request that ended is %v", err)
	}
}

func TestProgramIsUsableAfterFailures(t *testing.T) {
	t.Parallel()
	p := compile(t, `@(int.Parse((string)context.Variables["x"]))`, Int, Options{})
	x := testExchange()
	for i := range 200 {
		x.Variables.Set("x", "no")
		if _, err := p.Int(t.Context(), x); err == nil {
			t.Fatal("a text that is no number was read")
		}
		x.Variables.Set("x", "7")
		if n, err := p.Int(t.Context(), x); n != 7 || err != nil {
			t.Fatalf("round %d: %d, %v", i, n, err)
		}
	}
}

func TestBodyFailurePassesThrough(t *testing.T) {
	t.Parallel()
	x := testExchange()
	own := &exchange.Error{Source: "transport", Reason: "BodyTooLarge", Status: 413}
	x.Request.Body = exchange.FetchedFrom(failingSource{own})
	p := compile(t, `@{ try { return context.Request.Body.As<string>(); } catch { return "caught"; } }`, Text, Options{})
	if _, _, err := p.Text(t.Context(), x); !errors.Is(err, own) {
		t.Errorf("error is %v", err)
	}
}

type failingSource struct{ err error }

func (s failingSource) FetchBody(context.Context) ([]byte, error) { return nil, s.err }

func TestWants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source string
		want   Want
		code   diag.Code
	}{
		{`@(true)`, Bool, ""},
		{`@("true")`, Bool, ""},
		{`@("yes")`, Bool, "bad-result"},
		{`@((string)context.Variables["tier"])`, Bool, ""},
		{`@(1)`, Bool, "bad-result"},
		{`@(context.Variables["flag"])`, Bool, ""},
		{`@(200)`, Int, ""},
		{`@("200")`, Int, ""},
		{`@(true)`, Int, "bad-result"},
		{`@(new JObject())`, Any, ""},
		{`@(new List<int>())`, Any, "bad-result"},
		{`@(XElement.Parse("<a/>"))`, Any, "bad-result"},
		{`@(new byte[2])`, Any, ""},
		{`@(context.Request.Headers["X-Many"])`, Any, "bad-result"},
		{`@(new byte[2])`, Body, ""},
	} {
		_, list := Compile(diag.NewText(diag.NewSource("e", c.source)), c.want, Options{})
		code := diag.Code("")
		if list.HasErrors() {
			code = list[0].Code
		}
		if code != c.code {
			t.Errorf("%s for %d: code %q, want %q: %v", c.source, c.want, code, c.code, list)
		}
	}
}

func TestResults(t *testing.T) {
	t.Parallel()
	x := testExchange()
	if v, err := compile(t, `@(context.Variables["flag"])`, Bool, Options{}).Bool(t.Context(), x); !v || err != nil {
		t.Errorf("bool is %v, %v", v, err)
	}
	if _, err := compile(t, `@(context.Variables["tier"])`, Bool, Options{}).Bool(t.Context(), x); err == nil {
		t.Error("a text is no condition")
	}
	if n, err := compile(t, `@("200")`, Int, Options{}).Int(t.Context(), x); n != 200 || err != nil {
		t.Errorf("int is %v, %v", n, err)
	}
	if f, err := compile(t, `@(1.5)`, Double, Options{}).Double(t.Context(), x); f != 1.5 || err != nil {
		t.Errorf("double is %v, %v", f, err)
	}
	if s, null, err := compile(t, `@(true)`, Text, Options{}).Text(t.Context(), x); s != "True" || null || err != nil {
		t.Errorf("text is %q, %v, %v", s, null, err)
	}
	if _, null, err := compile(t, `@(context.Variables["none"])`, Text, Options{}).Text(t.Context(), x); !null || err != nil {
		t.Errorf("null is %v, %v", null, err)
	}
	if b, err := compile(t, `@(new JObject(new JProperty("a", 1)))`, Body, Options{}).Body(t.Context(), x); string(b) != "{\n  \"a\": 1\n}" || err != nil {
		t.Errorf("body is %q, %v", b, err)
	}
	p := compile(t, `@("a" + 1)`, Text, Options{})
	if v, ok := p.Constant(); v != "a1" || !ok {
		t.Errorf("constant is %v, %v", v, ok)
	}
	if _, err := compile(t, `@((object)new List<int>())`, Any, Options{}).Value(t.Context(), x); err == nil {
		t.Error("a variable cannot hold a list")
	}
}

func TestBodiesAreConsumed(t *testing.T) {
	t.Parallel()
	x := testExchange()
	keep := compile(t, `@(context.Request.Body.As<JObject>(preserveContent: true)["a"].ToString())`, Text, Options{})
	take := compile(t, `@(context.Request.Body.As<string>())`, Text, Options{})
	for range 2 {
		if s, _, err := keep.Text(t.Context(), x); s != "1" || err != nil {
			t.Errorf("preserved: %q, %v", s, err)
		}
	}
	if s, _, err := take.Text(t.Context(), x); s != `{"a":1}` || err != nil {
		t.Errorf("taken: %q, %v", s, err)
	}
	if _, _, err := take.Text(t.Context(), x); err == nil || !strings.Contains(err.Error(), "already consumed") {
		t.Errorf("taken twice: %v", err)
	}
	x.Request.Body = exchange.Body{}
	if _, _, err := take.Text(t.Context(), x); err == nil || !strings.Contains(err.Error(), "Object reference not set") {
		t.Errorf("without a body: %v", err)
	}
}

func TestNeeds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source string
		want   Needs
	}{
		{`@(1)`, Needs{}},
		{`@((string)context.Variables["a"] + context.Variables.GetValueOrDefault("b", ""))`, Needs{Variables: []string{"a", "b"}}},
		{`@(context.Variables.Count)`, Needs{AllVariables: true}},
		{`@(context.Request.Headers.GetValueOrDefault("X-A", ""))`, Needs{RequestHeaders: []string{"x-a"}}},
		{`@(context.Request.Headers.Count)`, Needs{AllRequestHeaders: true}},
		{`@(context.Request.Body.As<string>())`, Needs{RequestBody: true, TakesRequestBody: true}},
		{`@(context.Request.Body?.As<string>(preserveContent: true))`, Needs{RequestBody: true}},
		{`@(context.Response.StatusCode)`, Needs{Response: true}},
		{`@(context.Response.Headers.GetValueOrDefault("a", ""))`, Needs{Response: true}},
		{`@(context.Response.Body.As<JObject>(true)["a"])`, Needs{Response: true, ResponseBody: true}},
		{`@(((IResponse)context.Variables["r"]).Body.As<string>())`, Needs{Variables: []string{"r"}}},
		{`@{ var b = context.Request.Body; return b.As<string>(true); }`, Needs{RequestBody: true}},
		{`@(context.LastError.Message)`, Needs{LastError: true}},
	} {
		p := compile(t, c.source, Text, Options{})
		got, want := p.Needs(), c.want
		if len(got.Variables) == 0 {
			got.Variables = nil
		}
		if len(got.RequestHeaders) == 0 {
			got.RequestHeaders = nil
		}
		if !equalNeeds(got, want) {
			t.Errorf("%s needs %+v, want %+v", c.source, got, want)
		}
	}
}

func equalNeeds(a, b Needs) bool {
	join := func(s []string) string { return strings.Join(s, ",") }
	same := join(a.Variables) == join(b.Variables) && join(a.RequestHeaders) == join(b.RequestHeaders)
	a.Variables, b.Variables, a.RequestHeaders, b.RequestHeaders = nil, nil, nil, nil
	return same && a.RequestBody == b.RequestBody && a.TakesRequestBody == b.TakesRequestBody && a.Response == b.Response &&
		a.ResponseBody == b.ResponseBody && a.TakesResponseBody == b.TakesResponseBody && a.LastError == b.LastError &&
		a.AllVariables == b.AllVariables && a.AllRequestHeaders == b.AllRequestHeaders
}
