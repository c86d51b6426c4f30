package eval

import (
	"context"
	"sync"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A Program is a compiled expression. It may run any number of times at once.
type Program struct {
	// Type is the static type of the result.
	Type *types.Type

	services *library.Services
	limits   library.Limits
	slots    int
	machines sync.Pool

	bool  boolFn
	int   intFn
	float floatFn
	text  textFn
	any   anyFn
}

// Compile makes a program of a resolved expression.
func Compile(u *check.Unit, services *library.Services, limits library.Limits) *Program {
	p := &Program{Type: u.Root.Result, services: services, limits: limits}
	body := (&compiler{fn: u.Root}).body(u.Root)
	p.bool, p.int, p.float, p.text, p.any = body.bool, body.int, body.float, body.text, body.any
	p.slots = u.Root.Slots
	p.machines.New = func() any { return &machine{stack: make([]any, 0, 16)} }
	return p
}

func (p *Program) begin(ctx context.Context, x *exchange.Exchange) *machine {
	m := p.machines.Get().(*machine)
	m.begin(ctx, x, p)
	return m
}

func (p *Program) end(m *machine) {
	m.end()
	p.machines.Put(m)
}

// Bool runs a program of type bool.
func (p *Program) Bool(ctx context.Context, x *exchange.Exchange) (bool, error) {
	m := p.begin(ctx, x)
	v, err := p.bool(&m.root)
	p.end(m)
	return v, err
}

// Int runs a program of an integer type.
func (p *Program) Int(ctx context.Context, x *exchange.Exchange) (int64, error) {
	m := p.begin(ctx, x)
	v, err := p.int(&m.root)
	p.end(m)
	return v, err
}

// Text runs a program of type string.
func (p *Program) Text(ctx context.Context, x *exchange.Exchange) (s string, ok bool, err error) {
	m := p.begin(ctx, x)
	s, ok, err = p.text(&m.root)
	p.end(m)
	return s, ok, err
}

// Any runs any program and returns its result boxed.
func (p *Program) Any(ctx context.Context, x *exchange.Exchange) (any, error) {
	m := p.begin(ctx, x)
	v, err := p.any(&m.root)
	p.end(m)
	return library.View(v, types.ObjectType), err
}

// Use runs any program and hands its result to f while the run lasts: a lazy sequence can
// be gone through only then. The differential tests look at results in this way.
func (p *Program) Use(ctx context.Context, x *exchange.Exchange, f func(*library.Run, any) error) error {
	m := p.begin(ctx, x)
	defer p.end(m)
	v, err := p.any(&m.root)
	if err != nil {
		return err
	}
	return f(&m.run, library.View(v, types.ObjectType))
}

// IsBool reports whether the program is of type bool.
func (p *Program) IsBool() bool { return p.bool != nil && p.Type.Kind == types.Bool }

// IsInt reports whether the program is of an integer type.
func (p *Program) IsInt() bool { return p.int != nil && repOf(p.Type) == repInt }

// IsText reports whether the program is of type string.
func (p *Program) IsText() bool { return p.text != nil && p.Type.Kind == types.String }
