package eval

import (
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// text compiles an expression of type string.
func (c *compiler) text(e check.Expr) textFn {
	switch e := e.(type) {
	case *check.Const:
		s, ok := e.Value.(string)
		return func(*frame) (string, bool, error) { return s, ok, nil }
	case *check.Local:
		i := e.Var.SlotIn(c.fn)
		if e.Var.Captured {
			return func(fr *frame) (string, bool, error) { v := fr.cell(i); return v.s, v.ok, nil }
		}
		return func(fr *frame) (string, bool, error) { v := &fr.slots[i]; return v.s, v.ok, nil }
	case *check.Concat:
		return c.concat(e)
	case *check.Interpolated:
		return c.interpolated(e)
	case *check.Conditional:
		return c.textConditional(e)
	case *check.Coalesce:
		if f := c.textCoalesce(e); f != nil {
			return f
		}
	case *check.NullConditional:
		return c.textNullConditional(e)
	case *check.Convert:
		if f := c.convertText(e); f != nil {
			return f
		}
	case *check.Call:
		return c.callText(e)
	}
	return unboxText(c.object(e))
}

func unboxText(f anyFn) textFn {
	return func(fr *frame) (string, bool, error) {
		v, err := f(fr)
		if err != nil {
			return "", false, err
		}
		s, ok := v.(string)
		return s, ok, nil
	}
}

func (c *compiler) textConditional(e *check.Conditional) textFn {
	cond, then, els := c.bool(e.Cond), c.text(e.Then), c.text(e.Else)
	return func(fr *frame) (string, bool, error) {
		v, err := cond(fr)
		if err != nil {
			return "", false, err
		}
		if v {
			return then(fr)
		}
		return els(fr)
	}
}

func (c *compiler) textNullConditional(e *check.NullConditional) textFn {
	x, set, rest := c.any(e.X), c.setBoxed(e.Temp), c.text(e.Rest)
	return func(fr *frame) (string, bool, error) {
		v, err := x(fr)
		if err != nil || v == nil {
			return "", false, err
		}
		set(fr, v)
		return rest(fr)
	}
}

// textCoalesce compiles x ?? y of two texts.
func (c *compiler) textCoalesce(e *check.Coalesce) textFn {
	l, ok := e.Then.(*check.Local)
	if !ok || l.Var != e.Temp {
		return nil
	}
	x, els := c.text(e.X), c.text(e.Else)
	return func(fr *frame) (string, bool, error) {
		s, ok, err := x(fr)
		if err != nil || ok {
			return s, ok, err
		}
		return els(fr)
	}
}

// A partFn is the text of an operand of +; null is empty.
type partFn func(*frame) (string, error)

func (c *compiler) part(e check.Expr) partFn {
	t := e.Type()
	switch {
	case t.Kind == types.String:
		f := c.text(e)
		return func(fr *frame) (string, error) { s, _, err := f(fr); return s, err }
	case t.Kind == types.Bool:
		f := c.bool(e)
		return func(fr *frame) (string, error) {
			v, err := f(fr)
			return clr.BoolText(v), err
		}
	case t.Kind == types.UInt64:
		f := c.int(e)
		return func(fr *frame) (string, error) {
			v, err := f(fr)
			return strconv.FormatUint(uint64(v), 10), err
		}
	case t.Kind == types.Char || t.Kind == types.Enum || repOf(t) == repAny || repOf(t) == repFloat:
		f := c.any(e)
		return func(fr *frame) (string, error) {
			v, err := f(fr)
			if err != nil {
				return "", err
			}
			return clr.ToString(v), nil
		}
	}
	f := c.int(e)
	return func(fr *frame) (string, error) {
		v, err := f(fr)
		return strconv.FormatInt(v, 10), err
	}
}

func (c *compiler) concat(e *check.Concat) textFn {
	parts := make([]partFn, len(e.Parts))
	for i, p := range e.Parts {
		parts[i] = c.part(p)
	}
	s := e.Span()
	switch len(parts) {
	case 1:
		return func(fr *frame) (string, bool, error) { v, err := parts[0](fr); return v, true, err }
	case 2:
		return concat2(parts[0], parts[1], e)
	case 3:
		return concat3(parts[0], parts[1], parts[2], e)
	}
	return func(fr *frame) (string, bool, error) {
		var few [8]string
		all := few[:0]
		for _, p := range parts {
			v, err := p(fr)
			if err != nil {
				return "", false, err
			}
			all = append(all, v)
		}
		out, err := clr.Concat(fr.m.run.Budget(), all...)
		if err != nil {
			return "", false, &Error{err, s}
		}
		return out, true, nil
	}
}

func concat2(x, y partFn, e *check.Concat) textFn {
	s := e.Span()
	return func(fr *frame) (string, bool, error) {
		a, err := x(fr)
		if err != nil {
			return "", false, err
		}
		b, err := y(fr)
		if err != nil {
			return "", false, err
		}
		return join(fr, a, b, s.Start, s.Stop)
	}
}

func join(fr *frame, a, b string, start, stop int) (string, bool, error) {
	switch {
	case a == "":
		return b, true, nil
	case b == "":
		return a, true, nil
	}
	out, err := clr.Concat(fr.m.run.Budget(), a, b)
	if err != nil {
		return "", false, &Error{Err: err, Span: spanOf(start, stop)}
	}
	return out, true, nil
}

func concat3(x, y, z partFn, e *check.Concat) textFn {
	s := e.Span()
	return func(fr *frame) (string, bool, error) {
		a, err := x(fr)
		if err != nil {
			return "", false, err
		}
		b, err := y(fr)
		if err != nil {
			return "", false, err
		}
		d, err := z(fr)
		if err != nil {
			return "", false, err
		}
		out, err := clr.Concat(fr.m.run.Budget(), a, b, d)
		if err != nil {
			return "", false, &Error{err, s}
		}
		return out, true, nil
	}
}

// interpolated compiles $"…" with widths or formats.
func (c *compiler) interpolated(e *check.Interpolated) textFn {
	holes := make([]anyFn, len(e.Parts))
	for i, h := range e.Parts {
		if h.X != nil {
			holes[i] = c.any(h.X)
		}
	}
	s := e.Span()
	return func(fr *frame) (string, bool, error) {
		var b strings.Builder
		for i, h := range e.Parts {
			if h.X == nil {
				b.WriteString(h.Text)
				continue
			}
			v, err := holes[i](fr)
			if err != nil {
				return "", false, err
			}
			text, err := padded(fr, h, v)
			if err != nil {
				return "", false, located(err, s)
			}
			b.WriteString(text)
		}
		if err := fr.m.run.Budget().Take(int64(b.Len())); err != nil {
			return "", false, &Error{err, s}
		}
		return b.String(), true, nil
	}
}

func padded(fr *frame, h check.Hole, v any) (string, error) {
	text, err := clr.FormatValue(fr.m.run.Budget(), v, h.Format)
	switch {
	case err != nil || h.Width == 0:
		return text, err
	case h.Width < 0:
		return clr.PadRight(fr.m.run.Budget(), text, -h.Width, ' ')
	}
	return clr.PadLeft(fr.m.run.Budget(), text, h.Width, ' ')
}
