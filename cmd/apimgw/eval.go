package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression"
)

// An evaluation is an expression, and what it is evaluated with.
type evaluation struct {
	request, response, context string // files
	variables                  []string
	want                       string
	strict                     bool
}

func newEval() *cobra.Command {
	var e evaluation
	c := &cobra.Command{
		Use:   "eval EXPRESSION",
		Short: "Evaluate a policy expression",
		Long: `eval compiles one expression, as a policy has it, evaluates it, and prints the type of its
value and the value. The expression - is read from standard input. A mistake, or an exception
that the expression throws, is shown with its place, and the exit code is 1.

The request is GET / without --request; there is no response without --response. Both are
files as HTTP writes messages: the first line, header lines, an empty line, the body. The
target of the request may be a path or a whole URL.

A --var whose value is an expression keeps its type, as with set-variable; any other value
is a text. --context is a JSON file that may have "api" (id, name, path, serviceUrl, version,
revision), "operation" (id, name, method, urlTemplate), "product", "subscription", "user" and
"lastError"; without it an API at the root has one operation, for every path.

--want tells what a setting of a policy would make of the value: a text (headers, bodies), a
bool (conditions), or the value of set-variable.`,
		Example: `  apimgw eval '@(1 + 2)'
  apimgw eval '@(context.Request.Headers.GetValueOrDefault("x-id", "none"))' --request get.http
  apimgw eval '@((int)context.Variables["n"] > 2)' --var 'n=@(3)' --want bool
  apimgw eval '@(context.Response.Body.As<JObject>()["id"])' --response answer.http
  apimgw eval - < expression.txt`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{c.CommandPath(), errors.New("eval takes one expression; put it in quotes")}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := load(c)
			if err != nil {
				return err
			}
			source := args[0]
			e.strict = cfg.Strict
			if source == "-" {
				text, err := io.ReadAll(c.InOrStdin())
				if err != nil {
					return fmt.Errorf("read the expression: %w", err)
				}
				source = strings.TrimSpace(string(text))
			}
			return e.run(c.Context(), source, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	f := c.Flags()
	f.StringVar(&e.request, "request", "", "file with the request")
	f.StringVar(&e.response, "response", "", "file with the response")
	f.StringVar(&e.context, "context", "", "JSON file with the API, operation, product, subscription, user and last error")
	f.StringArrayVar(&e.variables, "var", nil, "a variable, as name=value or name=@(…); may be given several times")
	f.StringVar(&e.want, "want", "", "text, bool or value: what a setting would make of it; by default it is shown as it is")
	f.Bool("strict", false, "apply API Management's allow-list of types and members to expressions")
	return c
}

// shows evaluate a program for each --want, to the type and the value that are printed.
var shows = map[string]struct {
	want expression.Want
	run  func(ctx context.Context, p *expression.Program, x *exchange.Exchange) (typ, value string, err error)
}{
	"": {expression.Text, showValue},
	"text": {expression.Text, func(ctx context.Context, p *expression.Program, x *exchange.Exchange) (typ, value string, err error) {
		text, null, err := p.Text(ctx, x)
		if null {
			return "null", "null", err
		}
		return "string", text, err
	}},
	"bool": {expression.Bool, func(ctx context.Context, p *expression.Program, x *exchange.Exchange) (typ, value string, err error) {
		yes, err := p.Bool(ctx, x)
		return "bool", fmt.Sprint(yes), err
	}},
	"value": {expression.Any, showValue},
}

func showValue(ctx context.Context, p *expression.Program, x *exchange.Exchange) (typ, value string, err error) {
	v, err := p.Value(ctx, x)
	if err != nil {
		return "", "", err
	}
	typ, value = expression.Describe(v)
	return typ, value, nil
}

func (e *evaluation) run(ctx context.Context, source string, stdout, stderr io.Writer) error {
	show, ok := shows[e.want]
	if !ok {
		return &usageError{"apimgw eval", fmt.Errorf("--want is text, bool or value, not %q", e.want)}
	}
	x, err := e.exchange(ctx, stderr)
	if err != nil {
		return err
	}
	p, err := e.compile("expression", source, show.want, stderr)
	if err != nil {
		return err
	}
	typ, value, err := show.run(ctx, p, x)
	if err != nil {
		return failed(stderr, err)
	}
	_, err = fmt.Fprintf(stdout, "type   %s\nvalue  %s\n", typ, value)
	return err
}

// compile compiles an expression, and prints what is wrong with it.
func (e *evaluation) compile(name, source string, want expression.Want, stderr io.Writer) (*expression.Program, error) {
	p, list := expression.Compile(diag.NewText(diag.NewSource(name, source)), want, expression.Options{Strict: e.strict})
	list.Sort()
	if _, err := io.WriteString(stderr, list.String()); err != nil {
		return nil, err
	}
	if p == nil {
		return nil, errFound
	}
	return p, nil
}

// failed prints what an expression failed with. The error is errFound then.
func failed(stderr io.Writer, err error) error {
	var f *expression.Failure
	if !errors.As(err, &f) {
		return fmt.Errorf("evaluate the expression: %w", err)
	}
	if _, err := io.WriteString(stderr, diag.Diagnostic{Range: f.Range, Message: f.Message()}.String()); err != nil {
		return err
	}
	return errFound
}

// exchange makes what the expression is evaluated with.
func (e *evaluation) exchange(ctx context.Context, stderr io.Writer) (*exchange.Exchange, error) {
	in, err := readScene(e.context)
	if err != nil {
		return nil, fmt.Errorf("read the context: %w", err)
	}
	request := &exchange.Request{OriginalMethod: "GET", OriginalURL: exchange.URL{Scheme: "http", Host: "localhost", Path: "/"}}
	if e.request != "" {
		if request, err = readRequest(e.request); err != nil {
			return nil, fmt.Errorf("read the request: %w", err)
		}
	}
	request.IPAddress = "127.0.0.1"
	x, err := in.exchange(request)
	if err != nil {
		return nil, err
	}
	if e.response != "" {
		if x.Response, err = readResponse(e.response); err != nil {
			return nil, fmt.Errorf("read the response: %w", err)
		}
	}
	return x, e.setVariables(ctx, x, stderr)
}

// setVariables sets the variables of the command line, in order: an expression may look
// at those before it.
func (e *evaluation) setVariables(ctx context.Context, x *exchange.Exchange, stderr io.Writer) error {
	for _, v := range e.variables {
		name, text, ok := strings.Cut(v, "=")
		if !ok || name == "" {
			return &usageError{"apimgw eval", fmt.Errorf("--var is name=value, not %q", v)}
		}
		value := any(text)
		if strings.HasPrefix(text, "@(") || strings.HasPrefix(text, "@{") {
			p, err := e.compile("--var "+name, text, expression.Any, stderr)
			if err != nil {
				return err
			}
			if value, err = p.Value(ctx, x); err != nil {
				return failed(stderr, err)
			}
		}
		x.Variables.Set(name, value)
	}
	return nil
}
