package oracle

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
)

// A Context is what expressions see, as contexts.json has it.
type Context struct {
	ID          string            `json:"id"`
	Method      string            `json:"method"`
	IP          string            `json:"ip"`
	URL         string            `json:"url"`
	OriginalURL string            `json:"originalUrl"`
	Headers     fields            `json:"headers"`
	Body        *string           `json:"body"`
	Matched     map[string]string `json:"matched"`
	Response    *reply            `json:"response"`
	Variables   map[string][]any  `json:"variables"`
}

type reply struct {
	Status  int     `json:"status"`
	Reason  string  `json:"reason"`
	Headers fields  `json:"headers"`
	Body    *string `json:"body"`
}

// fields are headers in their order; each has one value or more.
type fields []exchange.Field

// UnmarshalJSON keeps the order of the names.
func (f *fields) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(strings.NewReader(string(text)))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var values []string
		if err := d.Decode(&values); err != nil {
			return err
		}
		for _, v := range values {
			*f = append(*f, exchange.Field{Name: name.(string), Value: v})
		}
	}
	return nil
}

// ReadContexts reads contexts.json.
func ReadContexts(text []byte) (map[string]*Context, error) {
	var out map[string]*Context
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, fmt.Errorf("read contexts: %w", err)
	}
	return out, nil
}

// Exchange makes an exchange of a context; each evaluation needs one of its own, since
// bodies are read and objects are changed.
func (c *Context) Exchange() (*exchange.Exchange, error) {
	url, err := exchange.ParseURL(c.URL)
	if err != nil {
		return nil, fmt.Errorf("make an exchange: %w", err)
	}
	original, err := exchange.ParseURL(c.OriginalURL)
	if err != nil {
		return nil, fmt.Errorf("make an exchange: %w", err)
	}
	r := &exchange.Request{
		Method: c.Method, OriginalMethod: c.Method, URL: url, OriginalURL: original, IPAddress: c.IP,
		Headers: exchange.NewHeaders(append([]exchange.Field(nil), c.Headers...)),
	}
	if c.Body != nil {
		r.Body = exchange.BodyOf([]byte(*c.Body))
	}
	for name, value := range c.Matched {
		r.MatchedParameters = append(r.MatchedParameters, exchange.Field{Name: name, Value: value})
	}
	x := exchange.New(nil, r)
	if _, err := hex.Decode(x.ID[:], []byte(strings.ReplaceAll(c.ID, "-", ""))); err != nil {
		return nil, fmt.Errorf("make an exchange: %w", err)
	}
	x.Received = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	if c.Response != nil {
		x.Response = c.Response.response()
	}
	for name, v := range c.Variables {
		value, err := variable(v)
		if err != nil {
			return nil, fmt.Errorf("make variable %s: %w", name, err)
		}
		x.Variables.Set(name, value)
	}
	return x, nil
}

func (r *reply) response() *exchange.Response {
	out := exchange.NewResponse(r.Status, r.Reason)
	for _, f := range r.Headers {
		out.Headers.Add(f.Name, f.Value)
	}
	if r.Body != nil {
		out.Body = exchange.BodyOf([]byte(*r.Body))
	}
	return out
}

func variable(v []any) (any, error) {
	kind, _ := v[0].(string)
	switch kind {
	case "null":
		return nil, nil
	case "int":
		return int32(v[1].(float64)), nil
	case "long":
		return int64(v[1].(float64)), nil
	case "string", "bool", "double":
		return v[1], nil
	case "json":
		return newtonsoft.Parse(v[1].(string), newtonsoft.ReadOptions{})
	case "response":
		text, err := json.Marshal(v[1])
		if err != nil {
			return nil, err
		}
		var r reply
		if err := json.Unmarshal(text, &r); err != nil {
			return nil, err
		}
		return r.response(), nil
	}
	return nil, fmt.Errorf("no such kind: %v", v[0])
}
