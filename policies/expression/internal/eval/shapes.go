package eval

import (
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// The shapes that most expressions are made of have closures of their own: variables and
// headers by constant names.

func member(e check.Expr, class, name string) (*check.Call, bool) {
	call, ok := e.(*check.Call)
	if !ok || call.Member.Name != name || call.Member.Class.Def.Name != class {
		return nil, false
	}
	return call, true
}

func onContext(e check.Expr, name string) bool {
	call, ok := member(e, "IProxyRequestContext", name)
	if !ok {
		return false
	}
	_, ok = call.Recv.(*check.Context)
	return ok
}

func constText(e check.Expr) (string, bool) {
	k, ok := e.(*check.Const)
	if !ok {
		return "", false
	}
	s, ok := k.Value.(string)
	return s, ok
}

// variableName recognises context.Variables["name"].
func variableName(e check.Expr) (string, bool) {
	call, ok := member(e, "IReadOnlyDictionary", "this[]")
	if !ok || !onContext(call.Recv, "Variables") {
		return "", false
	}
	return constText(call.Args[0])
}

// objectCall compiles context.Variables["name"], and members of objects that are pointers
// to other such objects.
func (c *compiler) objectCall(e *check.Call) anyFn {
	if name, ok := variableName(e); ok {
		s := e.Span()
		return func(fr *frame) (any, error) { return variable(fr, name, s.Start, s.Stop) }
	}
	if f := c.dictionaryValue(e); f != nil {
		return f
	}
	switch f := e.Member.Typed.(type) {
	case func(*clr.Jwt) *library.Claims:
		return pointer(c, e, f)
	case func(*newtonsoft.JObject, string) newtonsoft.JToken:
		return c.propertyValue(e, f)
	case func(newtonsoft.JToken, any) (newtonsoft.JToken, error):
		return c.childValue(e, f)
	case func(*exchange.Exchange) *exchange.Request:
		return pointer(c, e, f)
	case func(*exchange.Exchange) *exchange.Response:
		return pointer(c, e, f)
	case func(*exchange.Exchange) *exchange.Variables:
		return pointer(c, e, f)
	case func(*exchange.Request) *library.URL:
		return pointer(c, e, f)
	}
	return nil
}

// propertyValue compiles object["name"].
func (c *compiler) propertyValue(e *check.Call, f func(*newtonsoft.JObject, string) newtonsoft.JToken) anyFn {
	x, name, s := c.any(operands(e)[0]), c.given(e, 1), e.Span()
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		key, err := name(fr)
		if err != nil && pending(err) == nil {
			return nil, err
		}
		o, ok := v.(*newtonsoft.JObject)
		if !ok {
			return nil, nullReference(s)
		}
		if err != nil {
			return nil, settled(err)
		}
		return tokenOrNull(f(o, key)), nil
	}
}

// childValue compiles token[key] of any token. Most are objects with a constant name.
func (c *compiler) childValue(e *check.Call, f func(newtonsoft.JToken, any) (newtonsoft.JToken, error)) anyFn {
	x, key, s := c.any(operands(e)[0]), c.any(operands(e)[1]), e.Span()
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		k, err := key(fr)
		if err != nil {
			return nil, err
		}
		if o, ok := v.(*newtonsoft.JObject); ok {
			if name, ok := k.(string); ok {
				return tokenOrNull(o.Get(name)), nil
			}
		}
		t, ok := v.(newtonsoft.JToken)
		if !ok {
			return nil, nullReference(s)
		}
		child, err := f(t, k)
		if err != nil {
			return nil, located(err, s)
		}
		return tokenOrNull(child), nil
	}
}

// tokenText compiles (string)token.
func (c *compiler) tokenText(e *check.Call, f func(newtonsoft.JToken) (library.NullString, error)) textFn {
	x, s := c.any(operands(e)[0]), e.Span()
	return func(fr *frame) (string, bool, error) {
		v, err := x(fr)
		if err != nil {
			return "", false, err
		}
		var out library.NullString
		if held, ok := v.(*newtonsoft.JValue); ok {
			out, err = f(held)
		} else {
			t, _ := v.(newtonsoft.JToken)
			out, err = f(t)
		}
		if err != nil {
			return "", false, located(err, s)
		}
		return out.Text, out.Valid, nil
	}
}

// dictionaryValue compiles dictionary[key].
func (c *compiler) dictionaryValue(e *check.Call) anyFn {
	if e.Recv == nil || e.Member.Name != "this[]" || e.Member.Class.Def != types.IReadOnlyDictionary {
		return nil
	}
	x, key, s := c.any(e.Recv), c.any(e.Args[0]), e.Span()
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		k, err := key(fr)
		if err != nil {
			return nil, err
		}
		if v == nil {
			return nil, nullReference(s)
		}
		if v, err = library.ValueOf(&fr.m.run, v, k); err != nil {
			return nil, located(err, s)
		}
		return v, nil
	}
}

func tokenOrNull(t newtonsoft.JToken) any {
	if t == nil {
		return nil
	}
	return t
}

func pointer[T, R any](c *compiler, e *check.Call, f func(*T) *R) anyFn {
	x := object[*T](c, e)
	return func(fr *frame) (any, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		if r := f(v); r != nil {
			return r, nil
		}
		return nil, nil
	}
}

func variable(fr *frame, name string, start, stop int) (any, error) {
	v, ok := fr.m.run.Exchange.Variables.Get(name)
	if !ok && fr.m.run.Services.MissingVariableThrows {
		return nil, &Error{clr.KeyNotFoundError(name), spanOf(start, stop)}
	}
	return v, nil
}

// variableText compiles (string)context.Variables["name"].
func (c *compiler) variableText(e *check.Convert) textFn {
	name, ok := variableName(e.X)
	if !ok {
		return nil
	}
	s := e.Span()
	return func(fr *frame) (string, bool, error) {
		v, err := variable(fr, name, s.Start, s.Stop)
		if err != nil {
			return "", false, err
		}
		return asText(v, s)
	}
}

// defaulted recognises context.Variables.GetValueOrDefault<T>("name", default).
func defaulted(e *check.Call) (name string, ok bool) {
	if e.Member.Name != "GetValueOrDefault" || len(e.Site.TypeArgs) != 1 || len(e.Args) != 3 || !onContext(e.Args[0], "Variables") {
		return "", false
	}
	return constText(e.Args[1])
}

func (c *compiler) defaultedText(e *check.Call) textFn {
	name, ok := defaulted(e)
	if !ok {
		return nil
	}
	otherwise, s := c.text(e.Args[2]), e.Span()
	return func(fr *frame) (string, bool, error) {
		v, ok := fr.m.run.Exchange.Variables.Get(name)
		if !ok {
			return otherwise(fr)
		}
		text, ok := v.(string)
		if !ok && v != nil {
			return "", false, &Error{clr.VariableCastError(name, library.RuntimeType(v).CLRName(), "System.String"), s}
		}
		return text, ok, nil
	}
}

// variableInt compiles the same for whole numbers.
func (c *compiler) variableInt(e *check.Call) intFn {
	name, ok := defaulted(e)
	if !ok || e.Type().Kind != types.Int32 {
		return nil
	}
	otherwise, s := c.int(e.Args[2]), e.Span()
	return func(fr *frame) (int64, error) {
		v, ok := fr.m.run.Exchange.Variables.Get(name)
		if !ok {
			return otherwise(fr)
		}
		n, ok := v.(int32)
		if !ok && v != nil {
			return 0, &Error{clr.VariableCastError(name, library.RuntimeType(v).CLRName(), "System.Int32"), s}
		}
		return int64(n), nil
	}
}

// headersFn finds the headers of a message.
type headersFn func(*frame) (*exchange.Headers, error)

// headers compiles message.Headers; nil when the expression is something else.
func (c *compiler) headers(e check.Expr) headersFn {
	call, ok := member(e, "IMessage", "Headers")
	if !ok {
		return nil
	}
	if onContext(call.Recv, "Request") {
		return func(fr *frame) (*exchange.Headers, error) { return &fr.m.run.Exchange.Request.Headers, nil }
	}
	x, s := c.any(call.Recv), call.Span()
	return func(fr *frame) (*exchange.Headers, error) {
		v, err := x(fr)
		if err != nil {
			return nil, err
		}
		switch m := v.(type) {
		case *exchange.Request:
			return &m.Headers, nil
		case *exchange.Response:
			return &m.Headers, nil
		}
		return nil, nullReference(s)
	}
}

// headerText compiles message.Headers.GetValueOrDefault("name", default).
func (c *compiler) headerText(e *check.Call) textFn {
	if e.Member.Name != "GetValueOrDefault" || len(e.Site.TypeArgs) != 0 || len(e.Args) < 2 {
		return nil
	}
	headers := c.headers(e.Args[0])
	name, ok := constText(e.Args[1])
	if headers == nil || !ok {
		return nil
	}
	otherwise := func(*frame) (string, bool, error) { return "", false, nil }
	if len(e.Args) == 3 {
		otherwise = c.text(e.Args[2])
	}
	return func(fr *frame) (string, bool, error) {
		h, err := headers(fr)
		if err != nil {
			return "", false, err
		}
		if v, ok := h.Joined(name); ok {
			return v, true, nil
		}
		return otherwise(fr)
	}
}

// containsHeader compiles message.Headers.ContainsKey("name").
func (c *compiler) containsHeader(e *check.Call) boolFn {
	if e.Member.Name != "ContainsKey" || e.Recv == nil {
		return nil
	}
	headers := c.headers(e.Recv)
	name, ok := constText(e.Args[0])
	if headers == nil || !ok {
		return nil
	}
	return func(fr *frame) (bool, error) {
		h, err := headers(fr)
		if err != nil {
			return false, err
		}
		return h.Has(name), nil
	}
}
