package expression

import (
	"context"
	"errors"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
)

// A Program is one compiled expression. It runs on any number of exchanges at once.
type Program struct{ needs Needs }

// NotBuilt is the code of what this gateway does not do yet.
const NotBuilt diag.Code = "not-built-yet"

var errNotBuilt = errors.New("expressions are not built yet")

// Compile compiles the whole value @( … ) or @{ … }, for a host that wants a result of a
// kind. The program is nil when the list has errors.
func Compile(text diag.Text, want Want, opts Options) (*Program, diag.List) {
	var list diag.List
	list.Errorf(text.Whole(), NotBuilt, "expressions are not built yet")
	return nil, list
}

// Bool evaluates an expression compiled for Bool.
func (p *Program) Bool(ctx context.Context, x *exchange.Exchange) (bool, error) {
	return false, errNotBuilt
}

// Int evaluates an expression compiled for Int.
func (p *Program) Int(ctx context.Context, x *exchange.Exchange) (int64, error) {
	return 0, errNotBuilt
}

// Double evaluates an expression compiled for Double.
func (p *Program) Double(ctx context.Context, x *exchange.Exchange) (float64, error) {
	return 0, errNotBuilt
}

// Text evaluates an expression compiled for Text.
func (p *Program) Text(ctx context.Context, x *exchange.Exchange) (s string, null bool, err error) {
	return "", false, errNotBuilt
}

// Value evaluates an expression and returns its value, as package clr holds it.
func (p *Program) Value(ctx context.Context, x *exchange.Exchange) (any, error) {
	return nil, errNotBuilt
}

// Body evaluates an expression compiled for Body.
func (p *Program) Body(ctx context.Context, x *exchange.Exchange) ([]byte, error) {
	return nil, errNotBuilt
}

// Constant returns the value of an expression that is the same for every exchange.
func (p *Program) Constant() (any, bool) { return nil, false }

// Needs of the expression.
func (p *Program) Needs() Needs { return p.needs }
