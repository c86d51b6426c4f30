package folder

import (
	"strings"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

// readProto reads the methods of the services of a Protobuf file. What it imports is not
// needed for that: messages go through the gateway unseen.
func readProto(f *file) *contract {
	c := &contract{}
	handler := reporter.NewHandler(reporter.NewReporter(func(err reporter.ErrorWithPos) error {
		c.errorf(f, protoPlace(f, err.GetPosition()), "%v", err.Unwrap())
		return nil
	}, nil))
	doc, err := parser.Parse(f.name, strings.NewReader(f.text), handler)
	if err != nil && len(c.diags) == 0 {
		c.errorf(f, diag.Range{}, "this is not a Protobuf file: %v", err)
	}
	if doc == nil || c.diags.HasErrors() {
		return c
	}
	prefix := ""
	for _, decl := range doc.Decls {
		if p, ok := decl.(*ast.PackageNode); ok {
			prefix = string(p.Name.AsIdentifier()) + "."
		}
	}
	for _, decl := range doc.Decls {
		if s, ok := decl.(*ast.ServiceNode); ok {
			c.service(f, doc, s, prefix)
		}
	}
	c.nameOperations()
	return c
}

// service adds the methods of a service.
func (c *contract) service(f *file, doc *ast.FileNode, s *ast.ServiceNode, prefix string) {
	for _, decl := range s.Decls {
		m, ok := decl.(*ast.RPCNode)
		if !ok {
			continue
		}
		c.operations = append(c.operations, contractOperation{
			Operation: catalog.Operation{
				DisplayName: m.Name.Val, Method: "POST",
				URLTemplate: "/" + prefix + s.Name.Val + "/" + m.Name.Val,
				Place:       placeOf(protoPlace(f, doc.NodeInfo(m.Name).Start())),
			},
			written: m.Name.Val,
		})
	}
}

// protoPlace is the word at a position of the parser's.
func protoPlace(f *file, p ast.SourcePos) diag.Range {
	start := min(max(p.Offset, 0), len(f.text))
	end := start
	for end < len(f.text) && !strings.ContainsRune(" \t\r\n(){};", rune(f.text[end])) {
		end++
	}
	return f.source.Range(start, max(end, min(start+1, len(f.text))))
}
