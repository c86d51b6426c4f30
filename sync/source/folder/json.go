package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
)

// deepest is how many levels of JSON or YAML are read.
const deepest = 64

// parseJSON reads a JSON file. shown is what messages point into: the text itself, or the
// text with its secrets masked. It returns nil when the text is not JSON, and then says so.
func parseJSON(content string, shown *diag.Source, diags *diag.List) *node {
	p := &jsonParser{src: shown, text: content, diags: diags}
	p.d = json.NewDecoder(strings.NewReader(p.text))
	p.d.UseNumber()
	n, err := p.value(0)
	if err == nil {
		err = p.nothingMore()
	}
	if err != nil {
		p.report(err)
		return nil
	}
	return n
}

type jsonParser struct {
	src   *diag.Source
	text  string
	d     *json.Decoder
	diags *diag.List
}

var (
	errTooDeep = errors.New("this is nested too deeply")
	errMore    = errors.New("there is text after the end of the JSON value")
)

func (p *jsonParser) value(depth int) (*node, error) {
	if depth > deepest {
		return nil, errTooDeep
	}
	start := p.next()
	token, err := p.d.Token()
	if err != nil {
		return nil, err
	}
	n := &node{}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			n.kind, err = object, p.object(n, depth)
		} else {
			n.kind, err = list, p.list(n, depth)
		}
	case string:
		n.kind, n.text = text, t
	case json.Number:
		n.kind, n.text = number, t.String()
	case bool:
		n.kind, n.text = boolean, fmt.Sprint(t)
	}
	n.at = p.src.Range(start, int(p.d.InputOffset()))
	return n, err
}

func (p *jsonParser) object(n *node, depth int) error {
	for p.d.More() {
		start := p.next()
		token, err := p.d.Token()
		if err != nil {
			return err
		}
		name, ok := token.(string)
		if !ok {
			return fmt.Errorf("the name of a setting is a text, not %v", token)
		}
		f := field{name: name, at: p.src.Range(start, int(p.d.InputOffset()))}
		if f.value, err = p.value(depth + 1); err != nil {
			return err
		}
		n.fields = append(n.fields, f)
	}
	_, err := p.d.Token()
	return err
}

func (p *jsonParser) list(n *node, depth int) error {
	for p.d.More() {
		item, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	_, err := p.d.Token()
	return err
}

func (p *jsonParser) nothingMore() error {
	_, err := p.d.Token()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	return errMore
}

// next is where the next token begins.
func (p *jsonParser) next() int {
	i := int(p.d.InputOffset())
	for i < len(p.text) && strings.IndexByte(" \t\r\n,:", p.text[i]) >= 0 {
		i++
	}
	return i
}

func (p *jsonParser) report(err error) {
	at := p.next()
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		end := len(strings.TrimRight(p.text, " \t\r\n"))
		p.diags.Errorf(p.src.Range(max(end-1, 0), end), CodeSyntax, "the JSON ends too early")
		return
	case errors.As(err, &syntax):
		at = p.offender(int(syntax.Offset))
	}
	end := min(at+1, len(p.text))
	p.diags.Errorf(p.src.Range(min(at, end), end), CodeSyntax, "this is not JSON: %s", err)
}

// offender is the place of the character a syntax error is about: its offset counts the
// bytes that were read, the offending one included or not.
func (p *jsonParser) offender(offset int) int {
	i := max(offset-1, 0)
	for i < len(p.text) && strings.IndexByte(" \t\r\n", p.text[i]) >= 0 {
		i++
	}
	return i
}
