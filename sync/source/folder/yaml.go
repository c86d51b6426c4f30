package folder

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/apimgw/apimgw/policies/diag"
)

// parseYAML reads a YAML file of settings. shown is what messages point into: the text
// itself, or the text with its secrets masked. It returns nil when the text is not YAML,
// and then says so; an empty file is an object without members.
func parseYAML(content string, shown *diag.Source, diags *diag.List) *node {
	p := yamlParser{src: shown, diags: diags}
	file, err := parseTokens(content)
	if err != nil {
		p.report(err)
		return nil
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return &node{kind: object, at: shown.Range(0, 0)}
	}
	if len(file.Docs) > 1 {
		diags.Warnf(p.at(file.Docs[1].GetToken()), CodeSyntax, "only the first document of the file is read")
	}
	return p.value(file.Docs[0].Body, 0)
}

// parseTokens has the library read the text. A text that the library panics on is one that
// cannot be read: it must not end the gateway.
func parseTokens(content string) (file *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the YAML library fails with %v", p)
		}
	}()
	return parser.ParseBytes([]byte(content), 0)
}

type yamlParser struct {
	src   *diag.Source
	diags *diag.List
}

func (p *yamlParser) value(n ast.Node, depth int) *node {
	out := &node{at: p.at(n.GetToken())}
	if depth > deepest {
		p.diags.Errorf(out.at, CodeSyntax, "this is nested too deeply")
		return out
	}
	switch t := n.(type) {
	case *ast.MappingNode:
		p.mapping(out, t.Values, depth)
	case *ast.MappingValueNode:
		p.mapping(out, []*ast.MappingValueNode{t}, depth)
	case *ast.SequenceNode:
		out.kind = list
		for _, item := range t.Values {
			out.items = append(out.items, p.value(item, depth+1))
		}
	case *ast.StringNode:
		out.kind, out.text = text, t.Value
	case *ast.LiteralNode:
		out.kind, out.text = text, t.Value.Value
	case *ast.BoolNode:
		out.kind, out.text = boolean, fmt.Sprint(t.Value)
	case *ast.IntegerNode, *ast.FloatNode:
		out.kind, out.text = number, n.GetToken().Value
	case *ast.NullNode, *ast.CommentGroupNode:
	default:
		p.diags.Errorf(out.at, CodeSyntax, "anchors, aliases, tags and merged keys are not read here")
	}
	return out
}

func (p *yamlParser) mapping(out *node, values []*ast.MappingValueNode, depth int) {
	out.kind = object
	for _, v := range values {
		key := v.Key.GetToken()
		out.fields = append(out.fields, field{name: key.Value, at: p.at(key), value: p.value(v.Value, depth+1)})
	}
	if len(out.fields) > 0 {
		out.at = out.fields[0].at
	}
}

// at is the place of a token, by its line and column: its offset counts characters.
func (p *yamlParser) at(t *token.Token) diag.Range {
	if t == nil || t.Position == nil {
		return p.src.Range(0, 0)
	}
	start := offset(p.src, t.Position.Line, t.Position.Column)
	end := start + len(strings.TrimSpace(t.Origin))
	if i := strings.IndexByte(p.src.Text()[start:], '\n'); i >= 0 {
		end = min(end, start+i)
	}
	return p.src.Range(start, min(end, len(p.src.Text())))
}

func (p *yamlParser) report(err error) {
	var syntax yaml.Error
	if !errors.As(err, &syntax) {
		p.diags.Errorf(p.src.Range(0, 0), CodeSyntax, "this is not YAML")
		return
	}
	p.diags.Errorf(p.at(syntax.GetToken()), CodeSyntax, "this is not YAML: %s", syntax.GetMessage())
}

// offset of a line and a column, both from 1, columns in characters.
func offset(src *diag.Source, line, column int) int {
	rest := src.Text()
	start := 0
	for range line - 1 {
		i := strings.IndexByte(rest[start:], '\n')
		if i < 0 {
			return len(rest)
		}
		start += i + 1
	}
	for i := range rest[start:] {
		if column--; column <= 0 || rest[start+i] == '\n' {
			return start + i
		}
	}
	return len(rest)
}
