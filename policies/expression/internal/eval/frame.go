package eval

import (
	"context"
	"errors"
	"math"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A rep is how a value of a static type is held while it is worked on.
type rep uint8

const (
	repAny   rep = iota // boxed
	repBool             // bool
	repInt              // int64: every integer type, char, enumerations; ulong as its bits
	repFloat            // float64: float and double
	repText             // string, and whether it is not null
)

func repOf(t *types.Type) rep {
	switch {
	case t.Kind == types.Bool:
		return repBool
	case t.IsIntegral() || t.Kind == types.Enum:
		return repInt
	case t.Kind == types.Single || t.Kind == types.Double:
		return repFloat
	case t.Kind == types.String:
		return repText
	}
	return repAny
}

// The closures that expressions become.
type (
	boolFn  func(*frame) (bool, error)
	intFn   func(*frame) (int64, error)
	floatFn func(*frame) (float64, error)
	// textFn returns a text and whether it is not null.
	textFn func(*frame) (string, bool, error)
	anyFn  func(*frame) (any, error)
)

// A slot holds the value of one variable, in the form of its type. A captured variable
// is in a slot of its own, which A points to.
type slot struct {
	n  int64 // bool, integers, the bits of a float
	s  string
	ok bool // s is not null
	a  any
}

func (s *slot) float() float64 { return math.Float64frombits(uint64(s.n)) }

// set stores a boxed value.
func (s *slot) set(t *types.Type, v any) {
	switch repOf(t) {
	case repBool:
		b, _ := v.(bool)
		s.n = boolBits(b)
	case repInt:
		s.n, _ = check.Integer(v)
	case repFloat:
		f, _ := check.Float(v)
		s.n = int64(math.Float64bits(f))
	case repText:
		s.s, s.ok = v.(string)
	default:
		s.a = v
	}
}

// get returns the value boxed.
func (s *slot) get(t *types.Type) any {
	switch repOf(t) {
	case repBool:
		return s.n != 0
	case repInt:
		return check.Box(t, s.n)
	case repFloat:
		return boxFloat(t, s.float())
	case repText:
		if !s.ok {
			return nil
		}
		return s.s
	}
	return s.a
}

func boolBits(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func boxFloat(t *types.Type, f float64) any {
	if t.Kind == types.Single {
		return float32(f)
	}
	return f
}

// A frame holds the variables of one function while it runs.
type frame struct {
	m     *machine
	slots []slot
	// ret is what the function returns.
	ret slot
}

// A machine runs one evaluation.
type machine struct {
	run   library.Run
	root  frame
	stack []any // arguments of calls in progress
	free  []*frame
}

func (m *machine) frame(slots int) *frame {
	n := len(m.free)
	if n == 0 {
		return &frame{m: m, slots: make([]slot, slots)}
	}
	f := m.free[n-1]
	m.free = m.free[:n-1]
	f.resize(slots)
	return f
}

func (f *frame) resize(slots int) {
	if cap(f.slots) < slots {
		f.slots = make([]slot, slots)
		return
	}
	f.slots = f.slots[:slots]
}

// release gives a frame back. Nothing in it is referred to any longer: what functions
// share is in cells.
func (m *machine) release(f *frame) {
	clear(f.slots)
	f.ret = slot{}
	m.free = append(m.free, f)
}

// cell is the slot of a captured variable.
func (f *frame) cell(i int) *slot {
	if c, ok := f.slots[i].a.(*slot); ok {
		return c
	}
	c := new(slot)
	f.slots[i].a = c
	return c
}

// at is the slot of a variable.
func (f *frame) at(i int, captured bool) *slot {
	if captured {
		return f.cell(i)
	}
	return &f.slots[i]
}

// An Error is a failure with its place in the expression's text.
type Error struct {
	Err  error
	Span syntax.Span
}

// Error returns what failed.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the failure itself.
func (e *Error) Unwrap() error { return e.Err }

// located adds a place to a failure that has none.
func located(err error, s syntax.Span) error {
	var e *Error
	if errors.As(err, &e) {
		return err
	}
	return &Error{err, s}
}

// begin readies a machine for an evaluation.
func (m *machine) begin(ctx context.Context, x *exchange.Exchange, p *Program) {
	m.run.Begin(ctx, x, p.services, p.limits)
	m.root.m = m
	m.root.resize(p.slots)
}

// end drops what an evaluation left behind.
func (m *machine) end() {
	clear(m.root.slots)
	m.root.ret = slot{}
	m.stack = m.stack[:0] // calls that ended have cleared what they pushed
	m.run.Context, m.run.Exchange, m.run.Services = nil, nil, nil
}

func nullReference(s syntax.Span) error { return &Error{clr.NullReferenceError(), s} }
