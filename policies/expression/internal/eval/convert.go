package eval

import (
	"reflect"

	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func spanOf(start, stop int) syntax.Span { return syntax.Span{Start: start, Stop: stop} }

// integerTypes are what clr's conversions want to know of an integer type.
var integerTypes = map[types.Kind]clr.IntegerType{
	types.SByte: clr.SByteType, types.Byte: clr.ByteType, types.Int16: clr.Int16Type, types.UInt16: clr.UInt16Type,
	types.Int32: clr.Int32Type, types.UInt32: clr.UInt32Type, types.Int64: clr.Int64Type, types.UInt64: clr.UInt64Type,
	types.Char: clr.UInt16Type, types.Enum: clr.Int32Type,
}

// convertInt compiles a conversion to an integer type.
func (c *compiler) convertInt(e *check.Convert) intFn {
	to := e.Type()
	if e.How == types.Downcast {
		return c.unboxedInt(e)
	}
	if e.How != types.Numeric {
		return nil
	}
	from, s := e.X.Type(), e.Span()
	switch repOf(from) {
	case repInt:
		x := c.int(e.X)
		if e.Checked {
			return checkedNarrow(x, from, to, s)
		}
		if check.Fits(to, smallest(from), false) && check.Fits(to, largest(from), from.Kind == types.UInt64) {
			return x
		}
		return func(fr *frame) (int64, error) { v, err := x(fr); return cut(to.Kind, v), err }
	case repFloat:
		x, checked := c.float(e.X), e.Checked
		return func(fr *frame) (int64, error) {
			v, err := x(fr)
			if err != nil {
				return 0, err
			}
			n, err := floatToInt(v, to, checked)
			if err != nil {
				return 0, &Error{err, s}
			}
			return n, nil
		}
	}
	x := c.any(e.X)
	return func(fr *frame) (int64, error) {
		v, err := x(fr)
		if err != nil {
			return 0, err
		}
		n, err := clr.DecimalToInteger(v.(clr.Decimal), integerTypes[to.Kind])
		if err != nil {
			return 0, &Error{err, s}
		}
		return int64(n), nil
	}
}

func smallest(t *types.Type) int64 {
	if it, ok := integerTypes[t.Kind]; ok {
		return it.Min()
	}
	return 0
}

func largest(t *types.Type) int64 {
	if it, ok := integerTypes[t.Kind]; ok {
		return int64(it.Max())
	}
	return 0
}

func checkedNarrow(x intFn, from, to *types.Type, s syntax.Span) intFn {
	unsigned := from.Kind == types.UInt64
	return func(fr *frame) (int64, error) {
		v, err := x(fr)
		if err == nil && !check.Fits(to, v, unsigned) {
			return 0, &Error{clr.ClassOverflow.New(), s}
		}
		return v, err
	}
}

func floatToInt(v float64, to *types.Type, checked bool) (int64, error) {
	if checked {
		n, err := clr.DoubleToIntegerChecked(v, integerTypes[to.Kind])
		return int64(n), err
	}
	switch to.Kind {
	case types.Int64:
		return clr.DoubleToInt64(v), nil
	case types.UInt64:
		return int64(clr.DoubleToUint64(v)), nil
	case types.UInt32:
		return int64(clr.DoubleToUint32(v)), nil
	}
	return cut(to.Kind, int64(clr.DoubleToInt32(v))), nil
}

// unboxedInt compiles the unboxing of a whole number, which must be of the exact type.
func (c *compiler) unboxedInt(e *check.Convert) intFn {
	x := c.unbox(e)
	return func(fr *frame) (int64, error) {
		v, err := x(fr)
		if err != nil {
			return 0, err
		}
		n, _ := check.Integer(v)
		return n, nil
	}
}

// unbox compiles a cast from object or an interface: the value must be of the type.
func (c *compiler) unbox(e *check.Convert) anyFn {
	x, to, s := c.viewed(e.X, e.Type()), e.Type(), e.Span()
	null, held := to.MayBeNull(), library.GoType(to)
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		if held != nil && reflect.TypeOf(v) == held {
			return v, nil
		}
		if v == nil {
			if null {
				return nil, nil
			}
			return nil, nullReference(s)
		}
		if to.Kind != types.Parameter && !library.Is(v, to) {
			if n, ok := underlying(v, to.Underlying()); ok {
				return n, nil
			}
			return nil, &Error{clr.CastError(library.RuntimeType(v).CLRName(), to.CLRName()), s}
		}
		return v, nil
	}
}

// underlying unboxes an enumeration as the whole number behind it, and the other way round.
func underlying(v any, to *types.Type) (any, bool) {
	switch v := v.(type) {
	case clr.Enum:
		if to.Kind == types.Int32 {
			return int32(v.Value), true
		}
	case int32:
		if to.Kind == types.Enum {
			return library.EnumOf(to, int64(v)), true
		}
	}
	return nil, false
}

func (c *compiler) convertFloat(e *check.Convert) floatFn {
	if e.How != types.Numeric {
		return nil
	}
	from, single := e.X.Type(), e.Type().Kind == types.Single
	round := func(v float64) float64 {
		if single {
			return float64(float32(v))
		}
		return v
	}
	switch repOf(from) {
	case repInt:
		x, unsigned := c.int(e.X), from.Kind == types.UInt64
		return func(fr *frame) (float64, error) {
			v, err := x(fr)
			if unsigned {
				return round(float64(uint64(v))), err
			}
			return round(float64(v)), err
		}
	case repFloat:
		x := c.float(e.X)
		return func(fr *frame) (float64, error) { v, err := x(fr); return round(v), err }
	}
	x := c.any(e.X)
	return func(fr *frame) (float64, error) {
		v, err := x(fr)
		if err != nil {
			return 0, err
		}
		return round(v.(clr.Decimal).Double()), nil
	}
}

// convertText compiles a cast to string, which is a test of the type.
func (c *compiler) convertText(e *check.Convert) textFn {
	if e.How != types.Downcast {
		return nil
	}
	if f := c.variableText(e); f != nil {
		return f
	}
	x, s := c.any(e.X), e.Span()
	return func(fr *frame) (string, bool, error) {
		v, err := x(fr)
		if err != nil {
			return "", false, err
		}
		return asText(v, s)
	}
}

func asText(v any, s syntax.Span) (string, bool, error) {
	text, ok := v.(string)
	if !ok && v != nil {
		return "", false, &Error{clr.CastError(library.RuntimeType(v).CLRName(), "System.String"), s}
	}
	return text, ok, nil
}

// convert compiles a conversion whose result is held boxed.
func (c *compiler) convert(e *check.Convert) anyFn {
	to, s := e.Type(), e.Span()
	switch e.How {
	case types.Downcast:
		return c.unbox(e)
	case types.Unwrap, types.Lift, types.Wrap:
		return c.convertNullable(e)
	case types.Numeric: // to decimal
		x := c.any(e.X)
		return func(fr *frame) (any, error) {
			v, err := x(fr)
			if err != nil {
				return nil, err
			}
			d, err := scalar(v, to, e.Checked)
			if err != nil {
				return nil, &Error{err, s}
			}
			return d, nil
		}
	}
	return c.viewed(e.X, to)
}

// viewed compiles an expression whose value another type may see in another way: a JObject
// is a sequence of tokens, or a dictionary.
func (c *compiler) viewed(e check.Expr, to *types.Type) anyFn {
	x := c.any(e)
	if !library.IsPairs(to) && !library.IsPairs(e.Type()) {
		return x
	}
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		return library.View(v, to), nil
	}
}

// convertNullable compiles conversions from and to T?.
func (c *compiler) convertNullable(e *check.Convert) anyFn {
	x, to, s, checked, unwrap := c.any(e.X), e.Type().Underlying(), e.Span(), e.Checked, e.How == types.Unwrap
	identical := types.Identical(e.X.Type().Underlying(), to)
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		if v == nil {
			if unwrap {
				return nil, &Error{clr.NoValueError(), s}
			}
			return nil, nil
		}
		if identical {
			return v, nil
		}
		out, err := scalar(v, to, checked)
		if err != nil {
			return nil, &Error{err, s}
		}
		return out, nil
	}
}

// scalar converts a boxed number or enumeration to another type.
func scalar(v any, to *types.Type, checked bool) (any, error) {
	if n, ok := check.Integer(v); ok {
		_, unsigned := v.(uint64)
		return scalarInt(n, unsigned, to, checked)
	}
	if f, ok := check.Float(v); ok {
		return scalarFloat(f, v, to, checked)
	}
	d, ok := v.(clr.Decimal)
	switch {
	case !ok || to.Kind == types.Decimal:
		return v, nil
	case repOf(to) == repFloat:
		return boxFloat(to, d.Double()), nil
	}
	n, err := clr.DecimalToInteger(d, integerTypes[to.Kind])
	return check.Box(to, int64(n)), err
}

func scalarInt(n int64, unsigned bool, to *types.Type, checked bool) (any, error) {
	switch {
	case to.Kind == types.Decimal && unsigned:
		return clr.DecimalFromUint(uint64(n)), nil
	case to.Kind == types.Decimal:
		return clr.DecimalFromInt(n), nil
	case repOf(to) == repFloat && unsigned:
		return boxFloat(to, float64(uint64(n))), nil
	case repOf(to) == repFloat:
		return boxFloat(to, float64(n)), nil
	case checked && !check.Fits(to, n, unsigned):
		return nil, clr.ClassOverflow.New()
	}
	return check.Box(to, n), nil
}

func scalarFloat(f float64, v any, to *types.Type, checked bool) (any, error) {
	if to.Kind == types.Decimal {
		if single, ok := v.(float32); ok {
			return decimalOrNil(clr.DecimalFromSingle(single))
		}
		return decimalOrNil(clr.DecimalFromDouble(f))
	}
	if repOf(to) == repFloat {
		return boxFloat(to, f), nil
	}
	n, err := floatToInt(f, to, checked)
	return check.Box(to, n), err
}

func decimalOrNil(d clr.Decimal, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return d, nil
}
