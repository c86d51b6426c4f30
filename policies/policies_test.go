package policies_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

// say notes its text in the variable "said".
var say = policies.Define(policies.Spec[struct {
	Text string `text:"required"`
}]{
	Name: "say", Chapter: policies.Control, Sections: policies.Anywhere,
	Compile: func(_ *policies.Compiler, cfg struct {
		Text string `text:"required"`
	},
	) policies.Step {
		return func(_ context.Context, x *exchange.Exchange) error {
			said, _ := x.Variables.Get("said")
			text, _ := said.(string)
			x.Variables.Set("said", strings.TrimSpace(text+" "+cfg.Text))
			return nil
		}
	},
})

type failing struct {
	How string `attr:"how,required" oneof:"error plain panic finish shared"`
}

var errShared = &policies.Error{Reason: "Shared", Message: "shared", Status: 418, Public: "tea"}

// fail fails, or answers, in a way.
var fail = policies.Define(policies.Spec[failing]{
	Name: "fail", Chapter: policies.Control, Sections: policies.Anywhere, Scopes: policies.At(policies.API, policies.Operation),
	Compile: func(_ *policies.Compiler, cfg failing) policies.Step {
		return func(_ context.Context, x *exchange.Exchange) error {
			switch cfg.How {
			case "error":
				return fmt.Errorf("wrapped: %w", &policies.Error{Reason: "R", Message: "M", Status: 403, StatusReason: "No", Public: "p"})
			case "plain":
				return errors.New("plain")
			case "shared":
				return errShared
			case "finish":
				x.Finish(exchange.NewResponse(202, ""))
				return nil
			}
			panic("oops")
		}
	},
})

type grouping struct {
	Branch *document.Element `element:"steps"`
}

// group runs its children.
var group = policies.Define(policies.Spec[grouping]{
	Name: "group", Chapter: policies.Control, Sections: policies.Anywhere,
	Compile: func(c *policies.Compiler, cfg grouping) policies.Step { return c.Steps(cfg.Branch).Run },
})

type using struct {
	URL policies.Value[string] `attr:"url,required"`
}

// use names a backend.
var use = policies.Define(policies.Spec[using]{
	Name: "use", Chapter: policies.Routing, Sections: policies.Anywhere,
	Compile: func(c *policies.Compiler, cfg using) policies.Step {
		url, _ := cfg.URL.Constant()
		c.Backend(cfg.URL.Range, policies.BackendRef{BaseURL: url})
		return nil
	},
})

type reading struct {
	Text   policies.Value[string] `attr:"text" default:"none"`
	Branch *document.Element      `element:"steps"`
}

// pick has a text, and runs its children or not.
var pick = policies.Define(policies.Spec[reading]{
	Name: "pick", Chapter: policies.Control, Sections: policies.Anywhere,
	Compile: func(c *policies.Compiler, cfg reading) policies.Step { return c.Choice(cfg.Branch)[0].Run },
})

var kinds = []policies.Kind{say, fail, group, use, pick}

func engine(t testing.TB, o policies.Options) *policies.Engine {
	t.Helper()
	o.Kinds = append(o.Kinds, kinds...)
	e, list := policies.NewEngine(o)
	if len(list) > 0 {
		t.Fatal(list)
	}
	return e
}

func compile(t testing.TB, e *policies.Engine, scope policies.Scope, text string, parent *policies.Program) *policies.Program {
	t.Helper()
	p, list := e.Compile(policies.Document{Scope: scope, Source: diag.NewSource(scope.String()+".xml", text)}, parent)
	if list.HasErrors() {
		t.Fatal(list)
	}
	return p
}

// sections makes a document of sections.
func sections(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "<%s>%s</%s>", pairs[i], pairs[i+1], pairs[i])
	}
	return "<policies>" + b.String() + "</policies>"
}

// backend answers 200, or fails.
type backend struct {
	err   error
	calls int
}

func (b *backend) Forward(_ context.Context, x *exchange.Exchange, _ exchange.Forward) error {
	b.calls++
	if b.err == nil {
		x.Response = exchange.NewResponse(200, "")
	}
	return b.err
}

func run(p *policies.Program, b *backend) (*exchange.Exchange, string) {
	x := exchange.New(b, &exchange.Request{})
	p.Run(context.Background(), x)
	said, _ := x.Variables.Get("said")
	text, _ := said.(string)
	return x, text
}

func TestScopes(t *testing.T) {
	t.Parallel()
	e := engine(t, policies.Options{})
	base := "<base/>"
	for name, tt := range map[string]struct {
		global, product, api, operation string
		want                            string
		calls                           int
	}{
		"base where each document has it": {
			sections("inbound", "<say>g</say>"), sections("inbound", base+"<say>p</say>"),
			sections("inbound", "<say>a1</say><base/><say>a2</say>"), sections("inbound", base+"<say>o</say>"),
			"a1 g p a2 o", 1,
		},
		"no document at a scope": {sections("inbound", "<say>g</say>"), "", "", sections("inbound", base+"<say>o</say>"), "g o", 1},
		"without base nothing of the broader scopes": {
			sections("inbound", "<say>g</say>", "backend", "<say>gb</say>"), "", sections("inbound", "<say>a</say>"), "", "a gb", 0,
		},
		"an empty section is empty":           {"", "", sections("backend", ""), sections("backend", base), "", 0},
		"a section that is absent is base":    {"", "", sections("outbound", "<say>out</say>"), sections("inbound", base), "out", 1},
		"a global document without backend":   {sections("inbound", "<say>g</say>"), "", "", "", "g", 1},
		"outbound in document order":          {sections("outbound", "<say>g</say>"), "", "", sections("outbound", "<base/><say>o</say>"), "g o", 1},
		"base inside of another policy":       {sections("inbound", "<say>g</say>"), "", sections("inbound", "<group><say>a</say><base/></group>"), "", "a g", 1},
		"no document at all":                  {"", "", "", "", "", 1},
		"a base of the global scope is empty": {sections("backend", "<base/><say>b</say>"), "", "", "", "b", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := e.Empty()
			for _, d := range []struct {
				scope policies.Scope
				text  string
			}{{policies.Global, tt.global}, {policies.Product, tt.product}, {policies.API, tt.api}, {policies.Operation, tt.operation}} {
				if d.text != "" {
					p = compile(t, e, d.scope, d.text, p)
				}
			}
			b := &backend{}
			x, said := run(p, b)
			if said != tt.want || b.calls != tt.calls {
				t.Errorf("said %q with %d calls, want %q with %d", said, b.calls, tt.want, tt.calls)
			}
			if x.Response == nil || x.Response.StatusCode != 200 {
				t.Errorf("response is %v", x.Response)
			}
		})
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	e := engine(t, policies.Options{})
	parent := compile(t, e, policies.Global, sections("on-error", "<say>global</say>"), nil)
	const unexpected = `{ "statusCode": 500, "message": "Internal server error", "activityId": "00000000-0000-0000-0000-000000000000" }`
	for name, tt := range map[string]struct {
		api    string
		failed error // of the backend
		want   exchange.Error
		body   string
		said   string
	}{
		"a policy turns the request away": {
			sections("inbound", `<say>in</say><fail id="x" how="error"/><say>never</say>`, "outbound", "<say>never</say>"), nil,
			exchange.Error{Source: "fail", Reason: "R", Message: "M", Scope: "api", Section: "inbound", PolicyID: "x", Status: 403},
			`{ "statusCode": 403, "message": "p" }`, "in global",
		},
		"a nested policy has a path": {
			sections("inbound", `<group/><group><say>a</say><group><fail how="error"/></group></group>`), nil,
			exchange.Error{Source: "fail", Reason: "R", Message: "M", Scope: "api", Section: "inbound", Path: "group[2]/group[1]", Status: 403},
			`{ "statusCode": 403, "message": "p" }`, "a global",
		},
		"any other error is ours": {
			sections("outbound", `<fail how="plain"/>`), nil,
			exchange.Error{Source: "fail", Reason: "GatewayFailure", Message: "plain", Scope: "api", Section: "outbound"},
			unexpected, "global",
		},
		"a panic costs the request": {
			sections("inbound", `<fail id="y" how="panic"/>`), nil,
			exchange.Error{Source: "fail", Reason: "GatewayFailure", Message: "unexpected fault: oops", Scope: "api", Section: "inbound", PolicyID: "y"},
			unexpected, "global",
		},
		"the backend fails": {
			sections("on-error", "<say>api</say><base/>"), &exchange.Error{Reason: "Timeout", Message: "late"},
			exchange.Error{Source: "forward-request", Reason: "Timeout", Message: "late", Scope: "global", Section: "backend"},
			unexpected, "api global",
		},
		"on-error fails": {
			sections("inbound", `<fail how="error"/>`, "on-error", `<say>api</say><fail how="error"/><say>never</say>`), nil,
			exchange.Error{Source: "fail", Reason: "R", Message: "M", Scope: "api", Section: "on-error", Status: 403},
			unexpected, "api",
		},
		"on-error answers": {
			sections("inbound", `<fail how="error"/>`, "on-error", `<fail how="finish"/><say>never</say>`), nil,
			exchange.Error{Source: "fail", Reason: "R", Message: "M", Scope: "api", Section: "inbound", Status: 403},
			"", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := compile(t, e, policies.API, tt.api, parent)
			x, said := run(p, &backend{err: tt.failed})
			got := x.LastError
			if got == nil {
				t.Fatal("there is no LastError")
			}
			if got.Source != tt.want.Source || got.Reason != tt.want.Reason || got.Message != tt.want.Message || got.Scope != tt.want.Scope ||
				got.Section != tt.want.Section || got.Path != tt.want.Path || got.PolicyID != tt.want.PolicyID || got.Status != tt.want.Status {
				t.Errorf("LastError is %+v, want %+v", *got, tt.want)
			}
			body, err := x.Response.Body.Bytes(context.Background())
			if err != nil || string(body) != tt.body {
				t.Errorf("body is %q (%v), want %q", body, err, tt.body)
			}
			if said != tt.said {
				t.Errorf("said %q, want %q", said, tt.said)
			}
		})
	}
}

func TestSharedErrorsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	e := engine(t, policies.Options{})
	p := compile(t, e, policies.API, sections("inbound", `<fail how="shared"/>`), nil)
	before := *errShared
	x, _ := run(p, &backend{})
	if !reflect.DeepEqual(*errShared, before) {
		t.Errorf("the error was changed to %+v", errShared)
	}
	if x.LastError == errShared || x.LastError.Section != "inbound" {
		t.Errorf("LastError is %+v", x.LastError)
	}
}

func TestFailOfABuiltInStep(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	e := engine(t, policies.Options{Services: &policies.Services{Logger: slog.New(slog.NewTextHandler(&log, nil))}})
	p := compile(t, e, policies.API, sections("on-error", "<say>sorry</say>"), nil)
	x := exchange.New(nil, &exchange.Request{})
	hooked := 0
	x.OnResponse(func(_ context.Context, x *exchange.Exchange) { hooked = x.Response.StatusCode })
	p.Fail(context.Background(), x, &policies.Error{
		Source: "configuration", Reason: "OperationNotFound", Status: 404, StatusReason: "Resource Not Found", Public: "Resource not found",
		Headers: []exchange.Field{{Name: "X-A", Value: "1"}},
	})
	body, err := x.Response.Body.Bytes(context.Background())
	if err != nil || string(body) != `{ "statusCode": 404, "message": "Resource not found" }` || x.Response.Reason != "Resource Not Found" {
		t.Errorf("response is %d %s, %s, %v", x.Response.StatusCode, x.Response.Reason, body, err)
	}
	if v, _ := x.Response.Headers.First("x-a"); v != "1" || hooked != 404 {
		t.Errorf("header %q, hook saw %d", v, hooked)
	}
	if said, _ := x.Variables.Get("said"); said != "sorry" || log.Len() > 0 {
		t.Errorf("said %q, logged %q", said, &log)
	}
}

func TestDefaultResponseHasTheBytesOfAPIM(t *testing.T) {
	t.Parallel()
	missing := &policies.Error{Status: 401, Public: "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API."}
	for _, tt := range []struct {
		e    *policies.Error
		want string
	}{
		{missing, `{ "statusCode": 401, "message": "` + missing.Public + `" }`},
		{&policies.Error{Status: 403, Public: "a \"b\" <c> & ü\n"}, `{ "statusCode": 403, "message": "a \"b\" <c> & ü\n" }`},
		{&policies.Error{}, `{ "statusCode": 500, "message": "Internal server error", "activityId": "01020304-0506-0708-090a-0b0c0d0e0f10" }`},
	} {
		r := policies.DefaultResponse(tt.e, [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
		body, err := r.Body.Bytes(context.Background())
		if err != nil || string(body) != tt.want {
			t.Errorf("body is\n%s (%v), want\n%s", body, err, tt.want)
		}
		if v, _ := r.Headers.First("content-type"); v != "application/json" {
			t.Errorf("content type is %q", v)
		}
	}
	if body, _ := policies.DefaultResponse(missing, [16]byte{}).Body.Bytes(context.Background()); len(body) != 152 {
		t.Errorf("the captured body has 152 bytes, this one %d", len(body))
	}
}

func TestDocumentMistakes(t *testing.T) {
	t.Parallel()
	e := engine(t, policies.Options{Known: []string{"quota"}})
	for text, want := range map[string]string{
		`<policy/>`:                                           "1:2: a policy's root is <policies>, not <policy>",
		`<policies><inbond/></policies>`:                      "1:12: <inbond> is not a section",
		`<policies><say>a</say></policies>`:                   "1:12: <say> is not a section",
		`<policies><inbound/><inbound/></policies>`:           "1:22: <inbound> is here twice",
		`<policies>text<inbound a="1">b</inbound></policies>`: "1:11: <policies> has no text | 1:24: <inbound> has no attributes | 1:30: <inbound> has no text",
		sections("inbound", "<base/><base/>"):                 "1:28: <base /> is here twice; the broader scopes' policies would run twice",
		sections("inbound", `<base a="1"/>`):                  "1:21: <base> is empty",
		sections("inbound", "<quota/>"):                       "1:21: <quota> is not built yet",
		sections("inbound", "<qota/>"):                        "1:21: warning: unknown policy <qota> is skipped",
		sections("inbound", `<fail how="x" id="@(1)"/>`):      `1:31: the attribute "how" of <fail> is "x", which is none of error, plain, panic, finish, shared | 1:38: the attribute "id" of <fail> cannot be an expression`,
		sections("inbound", `<say how="1"><a/></say>`):        `1:21: <say> needs a text | 1:25: unknown attribute "how" on <say> | 1:34: unknown element <a> in <say>`,
		sections("inbound", `<say>{{none}}</say>`):            `1:25: there is no named value "none"`,
		sections("inbound", `<say>@("a")</say>`):              "1:25: the text of <say> cannot be an expression",
	} {
		p, list := e.Compile(policies.Document{Scope: policies.API, Source: diag.NewSource("p", text)}, e.Empty())
		var got []string
		for _, d := range list {
			line, _, _ := strings.Cut(d.Error(), " [")
			got = append(got, strings.TrimPrefix(line, "p:"))
		}
		if s := strings.Join(got, " | "); s != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, s, want)
		}
		if (p == nil) != list.HasErrors() {
			t.Errorf("%s: program %v with %v", text, p, list)
		}
	}
	_, list := e.Compile(policies.Document{Scope: policies.Global, Source: diag.NewSource("p", sections("inbound", `<base/><fail how="plain"/>`))}, nil)
	if len(list) != 2 || list[0].Code != policies.MisplacedBase || list[0].Severity != diag.Warning || list[1].Code != policies.WrongPlace {
		t.Errorf("at the global scope: %v", list)
	}
}

func TestSecretsAreNotQuoted(t *testing.T) {
	t.Parallel()
	find := func(ref policies.BackendRef) (*exchange.Backend, error) {
		return nil, fmt.Errorf("there is no backend %q", ref.BaseURL)
	}
	e := engine(t, policies.Options{Backend: find, NamedValues: map[string]policies.NamedValue{"key": {Value: "hush", Secret: true}}})
	_, list := e.Compile(policies.Document{Scope: policies.API, Source: diag.NewSource("p", sections("inbound", `<fail how="{{key}}"/>`))}, nil)
	if len(list) != 1 || strings.Contains(list.String(), "hush") || !strings.Contains(list[0].Message, "{{key}}") {
		t.Errorf("messages are %s", list)
	}
	_, list = e.Compile(policies.Document{Scope: policies.API, Source: diag.NewSource("p", sections("inbound", `<use url="{{key}}"/>`))}, nil)
	if len(list) != 1 || list[0].Message != `there is no backend "[redacted]"` {
		t.Errorf("messages are %s", list)
	}
}

func TestNeeds(t *testing.T) {
	t.Parallel()
	e := engine(t, policies.Options{})
	for text, want := range map[string]policies.Needs{
		sections("inbound", "<base/>"):                       {Idle: true, Forwards: 1},
		sections("inbound", "<say>a</say>"):                  {Forwards: 1},
		sections("backend", ""):                              {},
		sections("outbound", "<say>a</say>"):                 {Forwards: 1, Response: true},
		sections("on-error", "<say>a</say>"):                 {Forwards: 1, Response: true},
		sections("backend", "<say>a</say><base/>"):           {Forwards: 1},
		sections("backend", "<base/><say>a</say>"):           {Forwards: 1, Response: true},
		sections("backend", "<group><base/></group>"):        {Forwards: 1},
		sections("backend", "<base/><group><base/></group>"): {Forwards: 2, Response: true},
	} {
		got := compile(t, e, policies.API, text, e.Empty()).Needs()
		if got.Idle != want.Idle || got.Forwards != want.Forwards || got.Response != want.Response || got.RequestBody != policies.Never {
			t.Errorf("%s needs %+v, want %+v", text, got, want)
		}
	}
	if got := e.Empty().Needs(); !got.Idle || got.Response || len(got.Forward) != 1 || got.Forward[0] != policies.DefaultForward {
		t.Errorf("the empty program needs %+v", got)
	}
}

func TestNeedsOfExpressions(t *testing.T) {
	t.Parallel()
	const request, response = `<pick text="@(context.Request.Body.As<string>())"/>`, `<pick text="@(context.Response.Body.As<string>())"/>`
	e := engine(t, policies.Options{Backend: func(policies.BackendRef) (*exchange.Backend, error) { return &exchange.Backend{}, nil }})
	parent := compile(t, e, policies.Global, sections("inbound", request, "backend", "<base/>"), nil)
	for text, want := range map[string]policies.Needs{
		sections("inbound", request):                                    {RequestBody: policies.Always},
		sections("inbound", "<pick>"+request+"</pick>"):                 {RequestBody: policies.Maybe},
		sections("inbound", "<group>"+request+"</group>"):               {RequestBody: policies.Always},
		sections("inbound", "<pick><base/></pick>"):                     {RequestBody: policies.Maybe},
		sections("outbound", response, "inbound", ""):                   {ResponseBody: policies.Always, Response: true},
		sections("on-error", response, "inbound", ""):                   {ResponseBody: policies.Maybe, Response: true},
		sections("inbound", `<pick text="@(context.Request.Method)"/>`): {},
	} {
		got := compile(t, e, policies.API, text, parent).Needs()
		if got.RequestBody != want.RequestBody || got.ResponseBody != want.ResponseBody || got.Response != want.Response {
			t.Errorf("%s needs %+v, want %+v", text, got, want)
		}
	}
	got := compile(t, e, policies.API, sections("inbound", `<use url="http://a"/><pick><use url="http://b"/><use url="http://a"/></pick>`), parent).Needs()
	if want := []policies.BackendRef{{BaseURL: "http://a"}, {BaseURL: "http://b"}}; !reflect.DeepEqual(got.Backends, want) {
		t.Errorf("backends are %v, want %v", got.Backends, want)
	}
}

func TestDefineRefusesWhatIsNoSchema(t *testing.T) {
	t.Parallel()
	for name, define := range map[string]func(){
		"no tag":       func() { policies.Define(policies.Spec[struct{ A string }]{Name: "p"}) },
		"not exported": func() { policies.Define(policies.Spec[struct{ a string }]{Name: "p"}) },
		"no setting": func() {
			policies.Define(policies.Spec[struct {
				A chan int `attr:"a"`
			}]{Name: "p"})
		},
		"bad default": func() {
			policies.Define(policies.Spec[struct {
				A int `attr:"a" default:"x"`
			}]{Name: "p"})
		},
		"bad option": func() {
			policies.Define(policies.Spec[struct {
				A int `attr:"a,needed"`
			}]{Name: "p"})
		},
		"not among these": func() {
			policies.Define(policies.Spec[struct {
				A string `attr:"a" default:"x" oneof:"a b"`
			}]{Name: "p"})
		},
		"bad bound": func() {
			policies.Define(policies.Spec[struct {
				A int `attr:"a" min:"x"`
			}]{Name: "p"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("it was taken")
				}
			}()
			define()
		})
	}
}

func TestSettingsDescribeTheElement(t *testing.T) {
	t.Parallel()
	type item struct {
		Name string `attr:"name,required"`
	}
	type config struct {
		Count policies.Value[int]     `attr:"count" default:"3" min:"1" max:"9"`
		Mode  string                  `attr:"mode" oneof:"a b"`
		Items []item                  `elem:"item,required"`
		Body  *policies.Value[[]byte] `elem:"body"`
	}
	k := policies.Define(policies.Spec[config]{Name: "p", Chapter: policies.Control, Sections: policies.Anywhere})
	s := k.Settings()
	if s.Type != reflect.TypeFor[config]() || len(s.List) != 4 || s.Policies {
		t.Fatalf("settings are %+v", s)
	}
	count, mode, items, body := s.List[0], s.List[1], s.List[2], s.List[3]
	if count.Attribute != "count" || !count.Expression || count.Type != "int" || count.Default != "3" || *count.Min != 1 || *count.Max != 9 {
		t.Errorf("count is %+v", count)
	}
	if mode.Expression || mode.Type != "string" || !reflect.DeepEqual(mode.OneOf, []string{"a", "b"}) || mode.HasDefault {
		t.Errorf("mode is %+v", mode)
	}
	if items.Element != "item" || !items.Several || !items.Required || items.Nested == nil || items.Nested.List[0].Attribute != "name" {
		t.Errorf("items is %+v", items)
	}
	if body.Element != "body" || body.Type != "body" || !body.Expression {
		t.Errorf("body is %+v", body)
	}
	if !group.Settings().Policies {
		t.Error("group has policies inside")
	}
}

func BenchmarkRun(b *testing.B) {
	step := policies.Define(policies.Spec[struct{}]{
		Name: "step", Sections: policies.Anywhere,
		Compile: func(*policies.Compiler, struct{}) policies.Step {
			return func(context.Context, *exchange.Exchange) error { return nil }
		},
	})
	e := engine(b, policies.Options{Kinds: []policies.Kind{step}})
	p := compile(b, e, policies.API, sections("inbound", strings.Repeat("<step/>", 10), "backend", ""), nil)
	x := exchange.New(nil, &exchange.Request{})
	x.Response = exchange.NewResponse(200, "")
	b.ReportAllocs()
	for b.Loop() {
		p.Run(context.Background(), x)
	}
}

func BenchmarkCompile(b *testing.B) {
	e := engine(b, policies.Options{})
	text := sections("inbound", "<base/>"+strings.Repeat(`<group><say>a</say><fail how="error"/></group>`, 5), "outbound", "<base/>")
	b.ReportAllocs()
	for b.Loop() {
		compile(b, e, policies.API, text, e.Empty())
	}
}
