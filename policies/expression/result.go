package expression

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/eval"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// checkResult refuses a result that the host does not take, where its static type shows
// that.
func checkResult(u *check.Unit, want Want, list *diag.List) bool {
	t := u.Root.Result.Underlying()
	ok := true
	switch want {
	case Bool:
		ok = t.Kind == types.Bool || t.Kind == types.Object || t.Kind == types.String
		if k, constant := u.Root.Expr.(*check.Const); ok && constant {
			_, err := toBool(k.Value)
			ok = err == nil
		}
	case Int:
		ok = t.IsNumeric() && t.Kind != types.Char || isOpen(t)
	case Double:
		ok = t.IsNumeric() && t.Kind != types.Char || isOpen(t)
	case Any:
		ok = storable(t) || t.Kind == types.Object || t.Kind == types.Null || t.Kind == types.Interface
	}
	if !ok {
		list.Errorf(u.Text.Whole(), check.BadResult, "the result is %s, where %s is wanted", quoted(u.Root.Result), wanted[want])
	}
	return ok
}

func quoted(t *types.Type) string { return "'" + t.String() + "'" }

// isOpen reports whether a value of the type may turn out to be a number, or its text.
func isOpen(t *types.Type) bool {
	return t.Kind == types.Object || t.Kind == types.String || t.Def != nil && strings.HasPrefix(t.Def.Namespace, "Newtonsoft.Json")
}

var wanted = [...]string{
	Any: "a type that a variable can hold", Bool: "bool", Int: "a whole number", Double: "a number", Text: "a text", Body: "a text or byte[]",
}

// storable reports whether a variable may hold a value of the type.
func storable(t *types.Type) bool {
	t = t.Underlying()
	switch {
	case t.Kind == types.Bool || t.IsNumeric() || t.Kind == types.String:
		return true
	case t.Kind == types.Array:
		return t.Elem.Kind == types.Byte || t.Elem.Kind == types.SByte
	case t.Def == nil:
		return false
	}
	return storableClasses[t.Def.FullName()]
}

var storableClasses = map[string]bool{
	"System.Guid": true, "System.DateTime": true, "System.TimeSpan": true,
	"Newtonsoft.Json.Linq.JToken": true, "Newtonsoft.Json.Linq.JObject": true, "Newtonsoft.Json.Linq.JArray": true,
	"Newtonsoft.Json.Linq.JValue": true, "Newtonsoft.Json.Linq.JProperty": true, "Newtonsoft.Json.Linq.JContainer": true,
	"Newtonsoft.Json.Linq.JConstructor": true, "Newtonsoft.Json.Linq.JRaw": true,
	"IResponse": true, "Jwt": true, "Authorization": true, "BasicAuthCredentials": true,
}

func checkStorable(v any) error {
	if v == nil {
		return nil
	}
	t := library.RuntimeType(v)
	if storable(t) {
		return nil
	}
	return clr.ClassInvalidCast.Throwf("A variable cannot hold a value of type '%s'.", t.CLRName())
}

// toBool takes the text of a bool as well: conditions often come from headers and variables.
func toBool(v any) (any, error) {
	switch v := v.(type) {
	case bool:
		return v, nil
	case string:
		if b, err := clr.ParseBool(v); err == nil {
			return b, nil
		}
	}
	return nil, badResult(v, "bool")
}

func badResult(v any, want string) error {
	if v == nil {
		return clr.ClassInvalidCast.Throwf("The expression is null, where %s is wanted.", want)
	}
	return clr.ClassInvalidCast.Throwf("The expression is of type '%s', where %s is wanted.", library.RuntimeType(v).CLRName(), want)
}

func toInt(v any) (int64, error) {
	if n, ok := check.Integer(v); ok {
		return n, nil
	}
	if f, ok := check.Float(v); ok && f == float64(int64(f)) {
		return int64(f), nil
	}
	if v != nil {
		if n, err := strconv.ParseInt(strings.TrimSpace(clr.ToString(v)), 10, 64); err == nil {
			return n, nil
		}
	}
	return 0, badResult(v, "a whole number")
}

func toDouble(v any) (float64, error) {
	if f, ok := check.Float(v); ok {
		return f, nil
	}
	if n, ok := check.Integer(v); ok {
		return float64(n), nil
	}
	if v != nil {
		if f, err := clr.ParseDouble(clr.ToString(v)); err == nil {
			return f, nil
		}
	}
	return 0, badResult(v, "a number")
}

func textOf(v any) string { return clr.ToString(v) }

func wellFormed(s string) string { return clr.WellFormed(s) }

// failure makes what went wrong in an expression an error of the exchange. What the
// exchange itself failed with, and the end of the context, stay as they are.
func (p *Program) failure(err error) error {
	if err == nil {
		return nil
	}
	var own *exchange.Error
	if errors.As(err, &own) {
		return own
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	cause := &Failure{Err: err, Range: p.text.Whole()}
	var at *eval.Error
	if errors.As(err, &at) {
		cause.Err, cause.Range = at.Err, p.text.Range(at.Span.Start, at.Span.Stop)
	}
	return &exchange.Error{
		Reason:  exchange.ReasonExpressionFailure,
		Message: "Expression evaluation failed. " + err.Error(),
		Cause:   cause,
	}
}

// A Failure is what went wrong in an expression, and where.
type Failure struct {
	Err   error
	Range diag.Range
}

// Message is the class of the exception, and what it says.
func (f *Failure) Message() string {
	if e := clr.AsException(f.Err); e != nil {
		return e.Class.Name + ": " + e.Message
	}
	return f.Err.Error()
}

// Error returns the place and the message.
func (f *Failure) Error() string {
	if f.Range.IsZero() {
		return f.Message()
	}
	at := f.Range.Position()
	return f.Range.Source.Name() + ":" + strconv.Itoa(at.Line) + ":" + strconv.Itoa(at.Column) + ": " + f.Message()
}

// Unwrap returns the exception.
func (f *Failure) Unwrap() error { return f.Err }
