package expression

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
)

// fixedOptions make every evaluation the same.
func fixedOptions() Options {
	return Options{
		Now:    func() time.Time { return time.Date(2026, 2, 3, 4, 5, 6, 789000000, time.UTC) },
		Random: func() float64 { return 0.5 },
	}
}

// testExchange is the exchange that examples and test files see.
func testExchange() *exchange.Exchange {
	original, _ := exchange.ParseURL("https://api.example.com/echo/orders/1?a=1&b=x%20y")
	backend, _ := exchange.ParseURL("https://backend.example.com/base")
	url := original
	url.Host, url.Path = "backend.example.com", "/orders/1"
	r := &exchange.Request{
		Method: "POST", OriginalMethod: "POST", URL: url, OriginalURL: original,
		Headers: exchange.NewHeaders([]exchange.Field{
			{Name: "X-One", Value: "1"},
			{Name: "X-Many", Value: "a"},
			{Name: "X-Many", Value: "b"},
			{Name: "Content-Type", Value: "application/json; charset=utf-8"},
			{Name: "Authorization", Value: "Bearer " + testToken},
			{Name: "X-Basic", Value: "Basic YWRhOnMzY3JldA=="},
		}),
		Body:              exchange.BodyOf([]byte(`{"a":1}`)),
		IPAddress:         "192.0.2.1",
		MatchedParameters: []exchange.Field{{Name: "id", Value: "1"}},
	}
	x := exchange.New(nil, r)
	x.ID = [16]byte{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x46, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}
	x.Received = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	x.API = &exchange.API{
		ID: "echo", Name: "Echo API", Path: "/echo", Protocols: []string{"https"}, ServiceURL: &backend,
		Revision: "1", IsCurrent: true, KeyHeader: "Ocp-Apim-Subscription-Key", KeyQuery: "subscription-key",
	}
	x.Operation = &exchange.Operation{ID: "get-order", Name: "Get order", Method: "GET", URLTemplate: "/orders/{id}"}
	x.Product = &exchange.Product{ID: "starter", Name: "Starter", Published: true, Groups: []exchange.Group{{ID: "developers", Name: "Developers"}}}
	x.Subscription = &exchange.Subscription{ID: "sub-1", Name: "Ada's", Key: "k1", PrimaryKey: "k1", SecondaryKey: "k2", CreatedDate: x.Received}
	x.User = &exchange.User{ID: "ada", FirstName: "Ada", LastName: "Lovelace", Email: "ada@example.com", Groups: []exchange.Group{{ID: "developers", Name: "Developers"}}}
	x.Deployment = &exchange.Deployment{Region: "West Europe", ServiceName: "contoso", ServiceID: "contoso", GatewayID: "gw", InstanceID: "i-1"}
	x.Variables.Set("tier", "gold")
	x.Variables.Set("count", int32(3))
	x.Variables.Set("flag", true)
	x.Variables.Set("nothing", nil)
	x.Variables.Set("long", int64(5))
	x.Variables.Set("double", 1.5)
	o, err := newtonsoft.ParseObject(`{"name":"ada","n":1,"list":[1,2,3],"deep":{"x":[{"y":"z"}]},"nil":null,"t":true,"d":1.5}`, newtonsoft.ReadOptions{})
	if err != nil {
		panic(err)
	}
	x.Variables.Set("json", o)
	reply := exchange.NewResponse(404, "")
	reply.Headers.Add("X-Reply", "yes")
	reply.Body.Replace([]byte(`{"error":"none"}`))
	x.Variables.Set("reply", reply)
	x.Trace = new(recordedTrace)
	return x
}

// testToken has the claims sub, iss, aud ["a","b"], exp, role, admin and nothing secret.
const testToken = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." +
	"eyJzdWIiOiJhZGEiLCJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjpbImEiLCJiIl0sImV4cCI6MTkwMDAwMDAwMCwicm9sZSI6ImRldiIsImFkbWluIjp0cnVlfQ." +
	"c2ln"

type recordedTrace struct{ said []string }

func (r *recordedTrace) Trace(source string, _ exchange.Severity, message string, _ []exchange.Field) {
	r.said = append(r.said, source+": "+message)
}

// outcome is what an expression gives, as the test files write it: a literal, or
// "error at line:column: message" when it does not compile, or
// "Exception: message" when it fails.
func outcome(source string, opts Options) (out string) {
	text := diag.NewText(diag.NewSource("e", source))
	p, list := Compile(text, Text, opts)
	if p == nil {
		for _, d := range list {
			if d.Severity == diag.Error {
				at := d.Range.Position()
				return fmt.Sprintf("error at %d:%d: %s", at.Line, at.Column, d.Message)
			}
		}
		return "error without a message"
	}
	v, err := p.eval.Any(context.Background(), testExchange())
	if err != nil {
		return failureText(err)
	}
	return library.Literal(v)
}

func failureText(err error) string {
	if e := clr.AsException(err); e != nil {
		return e.Class.ShortName() + ": " + strings.ReplaceAll(e.Message, "\n", "|")
	}
	return "limit: " + err.Error()
}

// wholeExpression puts @( ) around what is not a block.
func wholeExpression(source string) string {
	if strings.HasPrefix(source, "@(") || strings.HasPrefix(source, "@{") {
		return source
	}
	return "@(" + source + ")"
}

// TestFiles runs the files of testdata: lines of "expression => value". Lines that begin
// with # are comments; what follows a line "! strict" or "! lenient" is compiled so.
func TestFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test files: %v", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			runFile(t, name)
		})
	}
}

func runFile(t *testing.T, name string) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	opts := fixedOptions()
	s := bufio.NewScanner(f)
	for line := 1; s.Scan(); line++ {
		text := strings.TrimSpace(s.Text())
		switch {
		case text == "" || strings.HasPrefix(text, "#"):
			continue
		case strings.HasPrefix(text, "! "):
			opts.Strict, opts.Lenient = strings.Contains(text, "strict"), strings.Contains(text, "lenient")
			continue
		}
		checkLine(t, fmt.Sprintf("%s:%d", name, line), text, opts)
	}
}

// checkLine checks one "expression => value"; the arrow is the last one, since lambdas
// have some as well.
func checkLine(t *testing.T, where, text string, opts Options) {
	t.Helper()
	i := strings.LastIndex(text, " => ")
	if i < 0 {
		t.Errorf("%s: no => in %q", where, text)
		return
	}
	source, want := text[:i], text[i+4:]
	if got := outcome(wholeExpression(source), opts); got != want {
		t.Errorf("%s: %s\n got %s\nwant %s", where, source, got, want)
	}
}

// TestLibraryExamples runs every example that a class declares.
func TestLibraryExamples(t *testing.T) {
	t.Parallel()
	for _, c := range library.Load().Classes() {
		for i := range c.Members {
			m := &c.Members[i]
			for _, e := range m.Examples {
				checkLine(t, c.Name+": "+m.Declared, e, fixedOptions())
			}
		}
	}
}

func compile(t testing.TB, source string, want Want, opts Options) *Program {
	t.Helper()
	p, list := Compile(diag.NewText(diag.NewSource("e", source)), want, opts)
	if p == nil {
		t.Fatalf("%s: %v", source, list)
	}
	return p
}

func TestFailureTellsItsPlace(t *testing.T) {
	t.Parallel()
	p := compile(t, `@("a" + (string)context.Variables["count"])`, Text, Options{})
	_, _, err := p.Text(t.Context(), testExchange())
	var e *exchange.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v", err)
	}
	if e.Reason != exchange.ReasonExpressionFailure || e.Message != "Expression evaluation failed. Unable to cast object of type 'System.Int32' to type 'System.String'." {
		t.Errorf("error is %+v", e)
	}
	if got := e.Cause.Error(); got != "e:1:9: System.InvalidCastException: Unable to cast object of type 'System.Int32' to type 'System.String'." {
		t.Errorf("cause is %s", got)
	}
}
