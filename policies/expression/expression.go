package expression

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/eval"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
)

// A Program is one compiled expression. It runs on any number of exchanges at once.
type Program struct {
	text  diag.Text
	eval  *eval.Program
	needs Needs
	want  Want

	constant any
	isConst  bool
}

// Compile compiles the whole value @( … ) or @{ … }, for a host that wants a result of a
// kind. The program is nil when the list has errors.
func Compile(text diag.Text, want Want, opts Options) (*Program, diag.List) {
	tree, list := syntax.Parse(text)
	if list.HasErrors() {
		return nil, list
	}
	unit, told := check.Expression(tree, check.Options{Strict: opts.Strict, Lenient: opts.Lenient})
	list = append(list, told...)
	if list.HasErrors() {
		return nil, list
	}
	if !checkResult(unit, want, &list) {
		return nil, list
	}
	p := &Program{text: text, want: want, needs: unit.Needs}
	if k, ok := unit.Root.Expr.(*check.Const); ok {
		p.constant, p.isConst = k.Value, true
	}
	p.eval = eval.Compile(unit, services(opts), opts.Limits.withDefaults())
	return p, list
}

func services(opts Options) *library.Services {
	out := &library.Services{Now: opts.Now, Random: opts.Random, MissingVariableThrows: opts.MissingVariableThrows}
	if out.Now == nil {
		out.Now = func() time.Time { return time.Now().UTC() }
	}
	if out.Random == nil {
		out.Random = rand.Float64
	}
	return out
}

// Constant returns the value of an expression that is the same for every exchange.
func (p *Program) Constant() (any, bool) { return p.constant, p.isConst }

// Needs of the expression.
func (p *Program) Needs() Needs { return p.needs }

// Bool evaluates an expression compiled for Bool.
func (p *Program) Bool(ctx context.Context, x *exchange.Exchange) (bool, error) {
	if p.eval.IsBool() {
		v, err := p.eval.Bool(ctx, x)
		return v, p.failure(err)
	}
	v, err := p.eval.Any(ctx, x)
	if err == nil {
		v, err = toBool(v)
	}
	if err != nil {
		return false, p.failure(err)
	}
	return v.(bool), nil
}

// Int evaluates an expression compiled for Int.
func (p *Program) Int(ctx context.Context, x *exchange.Exchange) (int64, error) {
	if p.eval.IsInt() {
		v, err := p.eval.Int(ctx, x)
		return v, p.failure(err)
	}
	v, err := p.eval.Any(ctx, x)
	if err != nil {
		return 0, p.failure(err)
	}
	n, err := toInt(v)
	return n, p.failure(err)
}

// Double evaluates an expression compiled for Double.
func (p *Program) Double(ctx context.Context, x *exchange.Exchange) (float64, error) {
	v, err := p.eval.Any(ctx, x)
	if err != nil {
		return 0, p.failure(err)
	}
	f, err := toDouble(v)
	return f, p.failure(err)
}

// Text evaluates an expression compiled for Text.
func (p *Program) Text(ctx context.Context, x *exchange.Exchange) (s string, null bool, err error) {
	if p.eval.IsText() {
		s, ok, err := p.eval.Text(ctx, x)
		if err != nil {
			return "", false, p.failure(err)
		}
		return wellFormed(s), !ok, nil
	}
	v, err := p.eval.Any(ctx, x)
	if err != nil {
		return "", false, p.failure(err)
	}
	return wellFormed(textOf(v)), v == nil, nil
}

// Value evaluates an expression and returns its value, as package clr holds it.
func (p *Program) Value(ctx context.Context, x *exchange.Exchange) (any, error) {
	v, err := p.eval.Any(ctx, x)
	if err == nil && p.want == Any {
		err = checkStorable(v)
	}
	if err != nil {
		return nil, p.failure(err)
	}
	return v, nil
}

// Body evaluates an expression compiled for Body.
func (p *Program) Body(ctx context.Context, x *exchange.Exchange) ([]byte, error) {
	v, err := p.eval.Any(ctx, x)
	if err != nil {
		return nil, p.failure(err)
	}
	if b, ok := v.([]byte); ok {
		return b, nil
	}
	return []byte(wellFormed(textOf(v))), nil
}
