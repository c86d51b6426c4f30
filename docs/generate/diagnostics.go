package main

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// A diagnosis is a code with its explanation.
type diagnosis struct{ code, text string }

// areas are the packages that have codes, by what their messages are about.
var areas = []struct{ dir, title, language string }{
	{"policies/document", "Policy documents", "xml"},
	{"policies", "Policies", "xml"},
	{"policies/expression/internal/syntax", "How an expression is written", "csharp"},
	{"policies/expression/internal/check", "What an expression means", "csharp"},
	{"sync/source/folder", "The folder", "json"},
	{"sync/plan", "APIs, operations and backends", "json"},
}

const diagnosticText = "`apimgw validate` and the log of a gateway tell every mistake with its file, line and column, and with a code in brackets that names the kind of mistake. " +
	"Codes are stable: `apimgw validate --format json` and `--format sarif` have them, too."

// diagnosticPages is the page of all codes.
func diagnosticPages(s *source) (map[string]string, error) {
	if err := s.checkAreas(); err != nil {
		return nil, err
	}
	found := make([][]diagnosis, len(areas))
	scratch := newPage("Diagnostics") // has the headings of the page, for their anchors
	var index [][]string
	for i, area := range areas {
		var err error
		if found[i], err = s.diagnoses(area.dir, area.language); err != nil {
			return nil, err
		}
		scratch.anchor(area.title)
		for _, d := range found[i] {
			index = append(index, []string{fmt.Sprintf("[%s](#%s)", code(d.code), scratch.anchor(d.code)), area.title})
		}
	}
	slices.SortStableFunc(index, func(a, b []string) int { return strings.Compare(a[0], b[0]) })

	p := newPage("Diagnostics")
	p.text("[Reference](README.md)")
	p.text(diagnosticText)
	p.table([]string{"code", "about"}, index)
	for i, area := range areas {
		p.heading(2, area.title)
		for _, d := range found[i] {
			p.heading(3, d.code)
			p.text(d.text)
		}
	}
	return map[string]string{"diagnostics.md": p.String()}, nil
}

// checkAreas makes sure that no package with codes is left out.
func (s *source) checkAreas() error {
	for _, below := range []string{"cmd", "extproc", "policies", "sync", "xds"} {
		folders, err := s.folders(below)
		if err != nil {
			return err
		}
		for _, dir := range folders {
			known := slices.ContainsFunc(areas, func(a struct{ dir, title, language string }) bool { return a.dir == dir })
			found, err := s.diagnoses(dir, "")
			if err != nil {
				return err
			}
			if !known && len(found) > 0 {
				return fmt.Errorf("%s has codes of diagnostics, and is not in the list of areas", dir)
			}
		}
	}
	return nil
}

// diagnoses reads the constants of type diag.Code that a package declares.
func (s *source) diagnoses(dir, language string) ([]diagnosis, error) {
	files, err := s.pkg(dir)
	if err != nil {
		return nil, err
	}
	var out []diagnosis
	for spec := range specs(files) {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || !isCode(v.Type) || len(v.Values) != 1 {
			continue
		}
		name, ok := text(v.Values[0])
		if !ok {
			continue
		}
		_, about, ok := strings.Cut(v.Doc.Text(), ": ")
		if !ok {
			return nil, fmt.Errorf("%s: the code %s has no comment of the form \"%s: what it is\"", dir, name, v.Names[0].Name)
		}
		out = append(out, diagnosis{name, markdown(capital(about), language)})
	}
	return out, nil
}

// isCode reports whether a type is diag.Code.
func isCode(e ast.Expr) bool {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Code" {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && pkg.Name == "diag"
}
