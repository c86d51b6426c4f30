package policies

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression"
)

// A Value is a setting that its author wrote as a literal or as an expression. T is string,
// bool, int, float64, []byte (the content of a message) or any (a literal is a string, an
// expression whatever it makes).
type Value[T any] struct {
	// Range is where it was written; zero when it was not.
	Range diag.Range

	written bool
	value   T
	eval    func(context.Context, *exchange.Exchange) (T, error)
}

// Get returns the value for an exchange. Where nothing was written it is the default, or
// the zero T.
func (v *Value[T]) Get(ctx context.Context, x *exchange.Exchange) (T, error) {
	if v.eval == nil {
		return v.value, nil
	}
	return v.eval(ctx, x)
}

// Constant returns the value if it is the same for every exchange.
func (v *Value[T]) Constant() (T, bool) { return v.value, v.eval == nil }

// Set reports whether the author wrote it. A default is not set.
func (v *Value[T]) Set() bool { return v.written }

// Literal makes a Value of a constant.
func Literal[T any](value T) Value[T] { return Value[T]{value: value} }

// literalSetter is a *Value[T], whatever T is.
type literalSetter interface {
	setLiteral(text string, r rules) error
}

// expressionSetter is a *Value[T], which unlike a bare literal may be an expression.
type expressionSetter interface {
	literalSetter
	setExpression(c *Compiler, text diag.Text, r rules)
	setRange(r diag.Range)
	typeName() string
}

func (v *Value[T]) setRange(r diag.Range) { v.Range, v.written = r, true }

func (v *Value[T]) setLiteral(text string, r rules) error {
	switch p := any(&v.value).(type) {
	case *any:
		*p = text
	case *[]byte:
		*p = []byte(text)
	default:
		if err := parseLiteral(p, text); err != nil {
			return err
		}
	}
	return check(v.value, r)
}

func (v *Value[T]) typeName() string {
	switch any(&v.value).(type) {
	case *any:
		return "any"
	case *[]byte:
		return "body"
	}
	return fmt.Sprintf("%T", v.value)
}

// setExpression compiles an expression. A constant one becomes a literal.
func (v *Value[T]) setExpression(c *Compiler, text diag.Text, r rules) {
	p, ok := c.expression(text, wanted(&v.value))
	if !ok {
		return
	}
	eval := evaluator[T](p)
	if len(r.oneOf) > 0 || r.min != nil || r.max != nil {
		eval = checked(eval, r)
	}
	if _, ok := p.Constant(); ok {
		value, err := eval(context.Background(), nil)
		if err != nil {
			c.report(text.Whole(), InvalidValue, "", "%s", message(err))
			return
		}
		v.value = value
		return
	}
	v.eval = eval
}

func message(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

// wanted is what an expression is asked for, by the type that its value is put in.
func wanted(target any) expression.Want {
	switch target.(type) {
	case *string:
		return expression.Text
	case *bool:
		return expression.Bool
	case *int:
		return expression.Int
	case *float64:
		return expression.Double
	case *[]byte:
		return expression.Body
	}
	return expression.Any
}

// evaluator returns the program's entry point for T.
func evaluator[T any](p *expression.Program) func(context.Context, *exchange.Exchange) (T, error) {
	var f any
	var zero T
	switch any(&zero).(type) {
	case *string:
		f = func(ctx context.Context, x *exchange.Exchange) (string, error) {
			s, _, err := p.Text(ctx, x)
			return s, err
		}
	case *bool:
		f = p.Bool
	case *int:
		f = func(ctx context.Context, x *exchange.Exchange) (int, error) {
			n, err := p.Int(ctx, x)
			return int(n), err
		}
	case *float64:
		f = p.Double
	case *[]byte:
		f = p.Body
	default:
		f = p.Value
	}
	return f.(func(context.Context, *exchange.Exchange) (T, error))
}

// checked makes the rules hold for what an expression returns.
func checked[T any](eval func(context.Context, *exchange.Exchange) (T, error), r rules) func(context.Context, *exchange.Exchange) (T, error) {
	return func(ctx context.Context, x *exchange.Exchange) (T, error) {
		v, err := eval(ctx, x)
		if err != nil {
			return v, err
		}
		if err := check(v, r); err != nil {
			return v, &Error{Reason: exchange.ReasonExpressionFailure, Message: "The expression's value " + err.Error() + ".", Cause: err}
		}
		return v, nil
	}
}

// check tells in words what is wrong with a value.
func check(value any, r rules) error {
	var n float64
	switch v := value.(type) {
	case string:
		switch {
		case len(r.oneOf) == 0 || slices.Contains(r.oneOf, v):
			return nil
		case len(r.oneOf) == 1:
			return fmt.Errorf("is not %s", r.oneOf[0])
		}
		return fmt.Errorf("is none of %s", strings.Join(r.oneOf, ", "))
	case int:
		n = float64(v)
	case float64:
		n = v
	default:
		return nil
	}
	if r.min != nil && n < *r.min {
		return fmt.Errorf("is less than %s", strconv.FormatFloat(*r.min, 'f', -1, 64))
	}
	if r.max != nil && n > *r.max {
		return fmt.Errorf("is more than %s", strconv.FormatFloat(*r.max, 'f', -1, 64))
	}
	return nil
}

// parseLiteral reads a literal of the type that target points to.
func parseLiteral(target any, text string) error {
	var err error
	switch p := target.(type) {
	case *string:
		*p = text
	case *bool:
		switch strings.ToLower(strings.TrimSpace(text)) {
		case "true", "1": // as XML Schema has them
			*p = true
		case "false", "0":
			*p = false
		default:
			return errors.New("is neither true nor false")
		}
	case *int:
		if *p, err = strconv.Atoi(strings.TrimSpace(text)); err != nil {
			return errors.New("is no whole number")
		}
	case *float64:
		if *p, err = strconv.ParseFloat(strings.TrimSpace(text), 64); err != nil {
			return errors.New("is no number")
		}
	default:
		return fmt.Errorf("cannot be a %T", target)
	}
	return nil
}
