package sendrequest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/credentials"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

type method struct {
	// Name of the method, such as POST.
	Name policies.Value[string] `text:"required"`
}

// A maker makes requests of the settings that both policies have.
type maker struct {
	name               string // of the policy
	mode               policies.Value[string]
	timeout, timeoutMS policies.Value[int]
	url                *policies.Value[string]
	authentication     authentication
	proxy              *credentials.Proxy

	method  *policies.Value[string] // nil if there is no set-method
	headers []message.SetHeader
	content message.Content
	target  *url.URL // if the URL is a literal
	sent    bool     // the client's body was sent before this section
}

// compile checks the settings, and compiles the elements inside.
func (m *maker) compile(c *policies.Compiler, method *method, headers []message.Header, body *message.Body) {
	m.sent = c.Section() == policies.Outbound
	if m.timeout.Set() && m.timeoutMS.Set() {
		c.Errorf(m.timeoutMS.Range, "<%s> has timeout or timeout-ms, not both", m.name)
	}
	mode, constant := m.mode.Constant()
	if constant && mode == "new" {
		m.needs(c, method)
	}
	if method != nil {
		m.setMethod(c, method)
	}
	if m.url != nil {
		m.setURL(c)
	}
	for _, h := range headers {
		m.headers = append(m.headers, h.Compile(c))
	}
	if body != nil {
		m.content = body.Compile(c)
	} else if (!constant || mode == "copy") && !m.sent {
		c.ReadsRequestBody()
	}
	m.authentication.compile(c, m.name)
	if m.proxy != nil {
		m.proxy.Check(c)
	}
}

func (m *maker) needs(c *policies.Compiler, method *method) {
	if m.url == nil {
		c.Errorf(c.Here(), "<%s> needs <set-url>, unless its mode is copy", m.name)
	}
	if method == nil {
		c.Warnf(c.Here(), "<%s> should have <set-method>, unless its mode is copy: it is GET", m.name)
	}
}

func (m *maker) setMethod(c *policies.Compiler, method *method) {
	m.method = &method.Name
	if name, constant := m.method.Constant(); constant && !message.IsToken(name) {
		c.Errorf(m.method.Range, "a method has no blanks, brackets or the like")
	}
}

func (m *maker) setURL(c *policies.Compiler) {
	text, constant := m.url.Constant()
	if !constant {
		return
	}
	var err error
	if m.target, err = parseURL(text); err != nil {
		// The text may be a placeholder: only a call of it fails.
		c.Warnf(m.url.Range, "%s", err)
	}
}

// A call is a request that is ready to be sent. It has nothing of the exchange.
type call struct {
	method    string
	url       *url.URL
	header    http.Header
	host      string // in place of the URL's
	body      []byte
	timeout   time.Duration
	proxy     *url.URL
	pair      *tls.Certificate // that is shown
	operation string           // that it was made for, for logs
}

// make evaluates the settings.
func (m *maker) make(ctx context.Context, x *exchange.Exchange) (*call, error) {
	mode, err := m.mode.Get(ctx, x)
	if err != nil {
		return nil, err
	}
	made := &call{}
	if made.method, err = m.methodFor(ctx, x); err != nil {
		return nil, err
	}
	var headers exchange.Headers
	if mode == "copy" {
		if headers, err = m.copy(ctx, x, made); err != nil {
			return nil, err
		}
	}
	if err := m.setTarget(ctx, x, made); err != nil {
		return nil, err
	}
	if err := m.setMessage(ctx, x, made, headers); err != nil {
		return nil, err
	}
	if m.proxy != nil {
		if made.proxy, err = m.proxy.Get(ctx, x); err != nil {
			return nil, err
		}
	}
	if chosen := m.authentication.chosen; chosen != nil {
		shown, err := chosen.Get(ctx, x)
		if err != nil {
			return nil, err
		}
		made.pair = shown.Pair
	}
	made.timeout, err = m.limit(ctx, x)
	return made, err
}

// copy begins with the client's request, and returns the headers to go on with.
func (m *maker) copy(ctx context.Context, x *exchange.Exchange, made *call) (exchange.Headers, error) {
	if made.method == "" {
		made.method = x.Request.Method
	}
	if m.url == nil {
		if x.Backend == nil || x.Backend.URL.Host == "" { // a pool has none of its own
			return exchange.Headers{}, &policies.Error{Reason: exchange.ReasonBackendConnectionFailure, Message: "There is no backend whose URL could be copied."}
		}
		u, err := parseURL(forwarded(x))
		if err != nil {
			return exchange.Headers{}, err
		}
		made.url = u
	}
	if m.content == nil && !m.sent && !x.Forwarded() {
		content, err := x.Request.Body.Bytes(ctx)
		if err != nil && !errors.Is(err, exchange.ErrBodyTaken) { // one that was taken is not forwarded either
			return exchange.Headers{}, err
		}
		made.body = content
	}
	headers := copied(x.Request.Headers.Fields())
	if m.url != nil { // the host is that of another URL
		headers.Remove("Host")
	}
	return headers, nil
}

// methodFor is what set-method says, or nothing.
func (m *maker) methodFor(ctx context.Context, x *exchange.Exchange) (string, error) {
	if m.method == nil {
		return "", nil
	}
	name, err := m.method.Get(ctx, x)
	if err == nil && !message.IsToken(name) {
		err = &policies.Error{
			Reason:  exchange.ReasonExpressionFailure,
			Message: fmt.Sprintf("The expression's value %q is no valid method.", name),
		}
	}
	return name, err
}

// setTarget sets the URL, and the method where nothing else has.
func (m *maker) setTarget(ctx context.Context, x *exchange.Exchange, made *call) error {
	if made.method == "" {
		made.method = http.MethodGet
	}
	switch {
	case m.target != nil:
		made.url = m.target
	case m.url != nil:
		text, err := m.url.Get(ctx, x)
		if err != nil {
			return err
		}
		if made.url, err = parseURL(text); err != nil {
			return &policies.Error{Reason: exchange.ReasonExpressionFailure, Message: "The expression's value is no URL: " + err.Error() + ".", Cause: err}
		}
	case made.url == nil:
		return &policies.Error{Reason: "InvalidSettings", Message: "There is no <set-url>, which only a copied request can do without."}
	}
	return nil
}

// setMessage sets headers and body. What set-body does to headers that describe the old
// content, it does to copied ones only.
func (m *maker) setMessage(ctx context.Context, x *exchange.Exchange, made *call, headers exchange.Headers) error {
	if m.content != nil {
		var old exchange.Body
		message.Replace(&headers, &old, nil)
	}
	for _, set := range m.headers {
		if err := set(ctx, x, &headers); err != nil {
			return err
		}
	}
	if m.content != nil {
		content, err := m.content(ctx, x)
		if err != nil {
			return err
		}
		made.body = content
	}
	if err := m.authentication.apply(ctx, x, &headers); err != nil {
		return err
	}
	return made.setHeaders(headers.Fields())
}

func (c *call) setHeaders(fields []exchange.Field) error {
	c.header = make(http.Header, len(fields)+1)
	for _, f := range fields {
		switch {
		case strings.EqualFold(f.Name, "host"):
			c.host = f.Value
		case !transport(f.Name):
			c.header.Add(f.Name, f.Value)
		}
	}
	if strings.ContainsAny(c.host, " \t/?#@,") {
		return &policies.Error{Reason: exchange.ReasonExpressionFailure, Message: fmt.Sprintf("%q is no valid Host.", c.host)}
	}
	if _, ok := c.header["User-Agent"]; !ok {
		c.header["User-Agent"] = nil // otherwise net/http has one of its own
	}
	return nil
}

// limit is the time that the call may take.
func (m *maker) limit(ctx context.Context, x *exchange.Exchange) (time.Duration, error) {
	if m.timeoutMS.Set() {
		n, err := m.timeoutMS.Get(ctx, x)
		return time.Duration(n) * time.Millisecond, err
	}
	n, err := m.timeout.Get(ctx, x)
	return time.Duration(n) * time.Second, err
}
