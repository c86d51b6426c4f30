package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// module is the path of the repository's module.
const module = "github.com/apimgw/apimgw"

// A source is the repository's Go source: its comments are the descriptions.
type source struct {
	root     string
	files    *token.FileSet
	packages map[string][]*ast.File // by folder
}

func newSource(root string) *source {
	return &source{root: root, files: token.NewFileSet(), packages: map[string][]*ast.File{}}
}

// pkg parses the files of a folder, without its tests.
func (s *source) pkg(dir string) ([]*ast.File, error) {
	if files, ok := s.packages[dir]; ok {
		return files, nil
	}
	names, err := filepath.Glob(filepath.Join(s.root, dir, "*.go"))
	if err != nil {
		return nil, fmt.Errorf("list the files of %s: %w", dir, err)
	}
	var out []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(s.files, name, nil, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", name, err)
		}
		out = append(out, f)
	}
	s.packages[dir] = out
	return out, nil
}

// folders lists the folders below one, itself included, that have Go files.
func (s *source) folders(below string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(filepath.Join(s.root, below), func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if d.Name() == "testdata" {
			return filepath.SkipDir
		}
		dir, err := filepath.Rel(s.root, path)
		if err != nil {
			return err
		}
		files, err := s.pkg(dir)
		if len(files) > 0 {
			out = append(out, filepath.ToSlash(dir))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the folders of %s: %w", below, err)
	}
	return out, nil
}

// packageComment returns the comment of a package.
func (s *source) packageComment(dir string) (string, error) {
	files, err := s.pkg(dir)
	if err != nil {
		return "", err
	}
	for _, f := range files {
		if f.Doc != nil {
			return f.Doc.Text(), nil
		}
	}
	return "", fmt.Errorf("the package %s has no comment", dir)
}

// specs goes through what files declare.
func specs(files []*ast.File) iter.Seq[ast.Spec] {
	return func(yield func(ast.Spec) bool) {
		for _, f := range files {
			for _, d := range f.Decls {
				d, ok := d.(*ast.GenDecl)
				if !ok {
					continue
				}
				for _, spec := range d.Specs {
					if !yield(spec) {
						return
					}
				}
			}
		}
	}
}

// structOf finds the declaration of a named struct type.
func (s *source) structOf(t reflect.Type) (*ast.StructType, error) {
	dir := strings.TrimPrefix(strings.TrimPrefix(t.PkgPath(), module), "/")
	files, err := s.pkg(dir)
	if err != nil {
		return nil, err
	}
	for spec := range specs(files) {
		if spec, ok := spec.(*ast.TypeSpec); ok && spec.Name.Name == t.Name() {
			if st, ok := spec.Type.(*ast.StructType); ok {
				return st, nil
			}
		}
	}
	return nil, fmt.Errorf("there is no struct %s in %s", t.Name(), dir)
}

// fieldOf finds a field of a struct, with its comment.
func fieldOf(st *ast.StructType, name string) (*ast.Field, string, error) {
	for _, f := range st.Fields.List {
		for _, n := range f.Names {
			if n.Name != name {
				continue
			}
			if text := strings.TrimSpace(f.Doc.Text()); text != "" {
				return f, text, nil
			}
			return f, "", fmt.Errorf("the field %s has no comment", name)
		}
	}
	return nil, "", fmt.Errorf("there is no field %s", name)
}

// anonymous returns the struct that a field's type is written as: itself, a pointer to it
// or a slice of it.
func anonymous(f *ast.Field) (*ast.StructType, error) {
	e := f.Type
	for {
		switch t := e.(type) {
		case *ast.StarExpr:
			e = t.X
		case *ast.ArrayType:
			e = t.Elt
		case *ast.StructType:
			return t, nil
		default:
			return nil, errors.New("it is no struct")
		}
	}
}

// text returns the value of a string literal.
func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

var element = regexp.MustCompile(`\\<(/?[a-zA-Z][a-zA-Z0-9-]*(?: /)?)>`)

// markdown makes Markdown of a comment's text. Its code is in the language.
func markdown(text, language string) string {
	doc := new(comment.Parser).Parse(text)
	var parts []string
	for _, block := range doc.Content {
		if c, ok := block.(*comment.Code); ok {
			parts = append(parts, "```"+language+"\n"+strings.TrimRight(c.Text, "\n")+"\n```")
			continue
		}
		made := new(comment.Printer).Markdown(&comment.Doc{Content: []comment.Block{block}, Links: doc.Links})
		parts = append(parts, strings.TrimSpace(element.ReplaceAllString(string(made), "`<$1>`")))
	}
	return strings.Join(parts, "\n\n")
}

// line makes one line of Markdown of a comment's text.
func line(text string) string { return strings.Join(strings.Fields(markdown(text, "")), " ") }
