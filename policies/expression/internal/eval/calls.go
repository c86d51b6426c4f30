package eval

import (
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
)

// operands are the receiver, if there is one, and the arguments, with the names of their
// parameters.
func operands(e *check.Call) []check.Expr {
	if e.Recv == nil {
		return e.Args
	}
	return append([]check.Expr{e.Recv}, e.Args...)
}

// parameter is the name of operand i; "" for a receiver.
func parameter(e *check.Call, i int) string {
	if e.Recv != nil {
		i--
	}
	if i < 0 {
		return ""
	}
	return e.Member.Signature.Params[i].Name
}

// call compiles a call in its general form.
func (c *compiler) call(e *check.Call) anyFn {
	args, outs := c.arguments(operands(e))
	if len(outs) > 0 {
		return c.callOut(e, args, outs)
	}
	call, site, s := e.Member.Call, e.Site, e.Span()
	checked := e.Recv != nil && !e.NoNullCheck && e.Recv.Type().MayBeNull()
	if len(args) == 0 {
		return func(fr *frame) (any, error) {
			v, err := call(library.Call{Run: &fr.m.run, Site: site}, nil)
			if err != nil {
				return nil, located(err, s)
			}
			return v, nil
		}
	}
	return func(fr *frame) (any, error) {
		m := fr.m
		base := len(m.stack)
		for _, a := range args {
			v, err := a(fr)
			if err != nil {
				m.pop(base)
				return nil, err
			}
			m.stack = append(m.stack, v)
		}
		if checked && m.stack[base] == nil {
			m.pop(base)
			return nil, nullReference(s)
		}
		v, err := call(library.Call{Run: &m.run, Site: site}, m.stack[base:len(m.stack):len(m.stack)])
		m.pop(base)
		if err != nil {
			return nil, located(err, s)
		}
		return v, nil
	}
}

// pop drops the arguments of a call.
func (m *machine) pop(base int) {
	clear(m.stack[base:])
	m.stack = m.stack[:base]
}

// deferred is the failure of a null operand. The method finds it, after all operands have
// been evaluated, so what fails in a later one comes first.
type deferred struct{ err error }

// Error returns what the method will fail with.
func (d *deferred) Error() string { return d.err.Error() }

// Unwrap returns that failure.
func (d *deferred) Unwrap() error { return d.err }

// pending returns the failure if it is one of an operand that was null; of the operand
// itself, not of what it was made of.
func pending(err error) *deferred {
	d, _ := err.(*deferred) //nolint:errorlint // see above
	return d
}

// settled is the failure of a call when no operand is left to evaluate.
func settled(err error) error {
	if d := pending(err); d != nil {
		return d.err
	}
	return err
}

// after is the failure of a call whose operand failed when y is left.
func after[B any](fr *frame, err error, y func(*frame) (B, error)) error {
	d := pending(err)
	if d == nil {
		return err
	}
	if _, err := y(fr); err != nil && pending(err) == nil {
		return err
	}
	return d.err
}

// after2 is the same when two operands are left.
func after2[B, C any](fr *frame, err error, y func(*frame) (B, error), z func(*frame) (C, error)) error {
	if pending(err) == nil {
		return err
	}
	if _, err := y(fr); err != nil && pending(err) == nil {
		return err
	}
	return after(fr, err, z)
}

// A givenFn is a text that must not be null: the receiver, or an argument.
type givenFn func(*frame) (string, error)

func (c *compiler) given(e *check.Call, i int) givenFn {
	x, name, s := c.text(operands(e)[i]), parameter(e, i), e.Span()
	return func(fr *frame) (string, error) {
		v, ok, err := x(fr)
		if err == nil && !ok {
			if name == "" {
				return "", &deferred{nullReference(s)}
			}
			return "", &deferred{&Error{clr.ArgumentNullError(name), s}}
		}
		return v, err
	}
}

func (c *compiler) nullable(e *check.Call, i int) func(*frame) (library.NullString, error) {
	x := c.text(operands(e)[i])
	return func(fr *frame) (library.NullString, error) {
		v, ok, err := x(fr)
		return library.NullString{Text: v, Valid: ok}, err
	}
}

func (c *compiler) number(e *check.Call, i int) intFn { return c.int(operands(e)[i]) }

// call1, call2 and call3 call typed functions of operands that are evaluated without boxing.
func call1[A, R any](x func(*frame) (A, error), f func(A) R) func(*frame) (R, error) {
	return func(fr *frame) (R, error) {
		a, err := x(fr)
		if err != nil {
			var none R
			return none, settled(err)
		}
		return f(a), nil
	}
}

func call2[A, B, R any](x func(*frame) (A, error), y func(*frame) (B, error), s syntax.Span, f func(*frame, A, B) (R, error)) func(*frame) (R, error) {
	return func(fr *frame) (R, error) {
		var none R
		a, err := x(fr)
		if err != nil {
			return none, after(fr, err, y)
		}
		b, err := y(fr)
		if err != nil {
			return none, settled(err)
		}
		r, err := f(fr, a, b)
		if err != nil {
			return none, located(err, s)
		}
		return r, nil
	}
}

func call3[A, B, C, R any](x func(*frame) (A, error), y func(*frame) (B, error), z func(*frame) (C, error), s syntax.Span, f func(*frame, A, B, C) (R, error)) func(*frame) (R, error) {
	return func(fr *frame) (R, error) {
		var none R
		a, err := x(fr)
		if err != nil {
			return none, after2(fr, err, y, z)
		}
		b, err := y(fr)
		if err != nil {
			return none, after(fr, err, z)
		}
		d, err := z(fr)
		if err != nil {
			return none, settled(err)
		}
		r, err := f(fr, a, b, d)
		if err != nil {
			return none, located(err, s)
		}
		return r, nil
	}
}

func (c *compiler) callBool(e *check.Call) boolFn {
	s := e.Span()
	if f := c.containsHeader(e); f != nil {
		return f
	}
	switch f := e.Member.Typed.(type) {
	case func(string) bool:
		return call1(c.given(e, 0), f)
	case func(library.NullString) bool:
		return call1(c.nullable(e, 0), f)
	case func(string, string) bool:
		return call2(c.given(e, 0), c.given(e, 1), s, func(_ *frame, a, b string) (bool, error) { return f(a, b), nil })
	case func(string, library.NullString) bool:
		return call2(c.given(e, 0), c.nullable(e, 1), s, func(_ *frame, a string, b library.NullString) (bool, error) { return f(a, b), nil })
	case func(library.NullString, library.NullString) bool:
		return call2(c.nullable(e, 0), c.nullable(e, 1), s, func(_ *frame, a, b library.NullString) (bool, error) { return f(a, b), nil })
	case func(string, string) (bool, error):
		return call2(c.given(e, 0), c.given(e, 1), s, func(_ *frame, a, b string) (bool, error) { return f(a, b) })
	case func(string, string, clr.StringComparison) (bool, error):
		return call3(c.given(e, 0), c.given(e, 1), c.number(e, 2), s,
			func(_ *frame, a, b string, n int64) (bool, error) { return f(a, b, clr.StringComparison(n)) })
	case func(string, library.NullString, clr.StringComparison) (bool, error):
		return call3(c.given(e, 0), c.nullable(e, 1), c.number(e, 2), s,
			func(_ *frame, a string, b library.NullString, n int64) (bool, error) {
				return f(a, b, clr.StringComparison(n))
			})
	case func(library.NullString, library.NullString, clr.StringComparison) (bool, error):
		return call3(c.nullable(e, 0), c.nullable(e, 1), c.number(e, 2), s,
			func(_ *frame, a, b library.NullString, n int64) (bool, error) {
				return f(a, b, clr.StringComparison(n))
			})
	}
	return unboxBool(c.call(e))
}

func (c *compiler) callInt(e *check.Call) intFn {
	s := e.Span()
	if f := c.variableInt(e); f != nil {
		return f
	}
	switch f := e.Member.Typed.(type) {
	case func(string) int:
		return call1(c.given(e, 0), func(v string) int64 { return int64(f(v)) })
	case func(string) (int32, error):
		return c.parsed(e, func(v string) (int64, error) { n, err := f(v); return int64(n), err })
	case func(string) (int64, error):
		return c.parsed(e, f)
	case func(string, int) (clr.Char, error):
		return call2(c.given(e, 0), c.number(e, 1), s, func(_ *frame, a string, n int64) (int64, error) {
			v, err := f(a, int(n))
			return int64(v), err
		})
	case func(*exchange.Response) int:
		x := object[*exchange.Response](c, e)
		return func(fr *frame) (int64, error) {
			r, err := x(fr)
			if err != nil {
				return 0, err
			}
			return int64(f(r)), nil
		}
	}
	return unboxInt(c.call(e))
}

func (c *compiler) parsed(e *check.Call, f func(string) (int64, error)) intFn {
	x, s := c.given(e, 0), e.Span()
	return func(fr *frame) (int64, error) {
		v, err := x(fr)
		if err != nil {
			return 0, settled(err)
		}
		n, err := f(v)
		if err != nil {
			return 0, located(err, s)
		}
		return n, nil
	}
}

// object compiles a receiver that is held by a Go pointer.
func object[T any](c *compiler, e *check.Call) func(*frame) (T, error) {
	x, s := c.any(operands(e)[0]), e.Span()
	return func(fr *frame) (T, error) {
		v, err := x(fr)
		if err != nil {
			var none T
			return none, err
		}
		p, ok := v.(T)
		if !ok {
			return p, nullReference(s)
		}
		return p, nil
	}
}

// someText makes a textFn of something that is never null.
func someText(f func(*frame) (string, error)) textFn {
	return func(fr *frame) (string, bool, error) {
		v, err := f(fr)
		return v, err == nil, err
	}
}

// property compiles a text property of a gateway object.
func property[T any](c *compiler, e *check.Call, f func(T) string) textFn {
	x := object[T](c, e)
	return func(fr *frame) (string, bool, error) {
		v, err := x(fr)
		if err != nil {
			return "", false, err
		}
		return f(v), true, nil
	}
}

func (c *compiler) callText(e *check.Call) textFn {
	if f := c.headerText(e); f != nil {
		return f
	}
	if f := c.defaultedText(e); f != nil {
		return f
	}
	if f := c.callTextOfTexts(e); f != nil {
		return f
	}
	switch f := e.Member.Typed.(type) {
	case func(newtonsoft.JToken) (library.NullString, error):
		return c.tokenText(e, f)
	case func(*exchange.Request) string:
		return property(c, e, f)
	case func(*library.URL) string:
		return property(c, e, f)
	case func(*exchange.API) string:
		return property(c, e, f)
	case func(*exchange.Operation) string:
		return property(c, e, f)
	case func(*exchange.Product) string:
		return property(c, e, f)
	case func(*exchange.Subscription) string:
		return property(c, e, f)
	case func(*exchange.User) string:
		return property(c, e, f)
	case func(*exchange.Group) string:
		return property(c, e, f)
	case func(*exchange.Deployment) string:
		return property(c, e, f)
	case func(*exchange.Response) string:
		return property(c, e, f)
	}
	return unboxText(c.call(e))
}

// callTextOfTexts compiles methods that make a text of texts and numbers.
func (c *compiler) callTextOfTexts(e *check.Call) textFn {
	s := e.Span()
	site := func(fr *frame) library.Call { return library.Call{Run: &fr.m.run, Site: e.Site} }
	switch f := e.Member.Typed.(type) {
	case func() string:
		return func(*frame) (string, bool, error) { return f(), true, nil }
	case func(string) string:
		return someText(call1(c.given(e, 0), f))
	case func(string, string) string:
		return someText(call2(c.given(e, 0), c.given(e, 1), s, func(_ *frame, a, b string) (string, error) { return f(a, b), nil }))
	case func(string, int) (string, error):
		return someText(call2(c.given(e, 0), c.number(e, 1), s, func(_ *frame, a string, n int64) (string, error) { return f(a, int(n)) }))
	case func(string, int, int) (string, error):
		return someText(call3(c.given(e, 0), c.number(e, 1), c.number(e, 2), s,
			func(_ *frame, a string, m, n int64) (string, error) { return f(a, int(m), int(n)) }))
	case func(library.Call, string) (string, error):
		return someText(call2(c.given(e, 0), nothing, s, func(fr *frame, a string, _ struct{}) (string, error) { return f(site(fr), a) }))
	case func(library.Call, string, string) (string, error):
		return someText(call2(c.given(e, 0), c.given(e, 1), s, func(fr *frame, a, b string) (string, error) { return f(site(fr), a, b) }))
	case func(library.Call, string, string, library.NullString) (string, error):
		return someText(call3(c.given(e, 0), c.given(e, 1), c.nullable(e, 2), s,
			func(fr *frame, a, b string, d library.NullString) (string, error) { return f(site(fr), a, b, d) }))
	}
	return nil
}

func nothing(*frame) (struct{}, error) { return struct{}{}, nil }
