// Command generate writes the reference of apimgw, docs/reference, from the program itself:
// the policies from their schemas, comments and test archives, the expressions from the
// library's declarations, the diagnostics from the constants of their codes. The page of
// the commands, commands.md, is written by the tests of cmd/apimgw, which know them. It also puts
// the table of failures, which tests have recorded, into docs/fidelity.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

//go:generate go run . -root ../..

// reference is the folder of the pages below the repository's root.
const reference = "docs/reference"

func main() {
	root := flag.String("root", ".", "root of the repository")
	flag.Parse()
	if err := errors.Join(generate(*root), writeFailures(*root)); err != nil {
		fmt.Fprintf(os.Stderr, "generate: %v\n", err)
		os.Exit(1)
	}
}

// generate writes all pages, and removes those that are no longer made.
func generate(root string) error {
	pages, err := render(root)
	if err != nil {
		return err
	}
	folder := filepath.Join(root, reference)
	for name, text := range pages {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return fmt.Errorf("write the reference: %w", err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return fmt.Errorf("write the reference: %w", err)
		}
	}
	written, err := generated(folder)
	if err != nil {
		return err
	}
	for name := range written {
		if _, ok := pages[name]; ok {
			continue
		}
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			return fmt.Errorf("remove an old page: %w", err)
		}
	}
	return nil
}

// generated reads the pages of a folder that this program has written, by name.
func generated(folder string) (map[string]string, error) {
	out := map[string]string{}
	err := filepath.WalkDir(folder, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, file)
		if strings.HasPrefix(string(text), marker) {
			out[filepath.ToSlash(name)] = string(text)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the reference: %w", err)
	}
	return out, nil
}

// render makes all pages by name.
func render(root string) (map[string]string, error) {
	s := newSource(root)
	out := map[string]string{"README.md": overview()}
	for _, part := range []func(*source) (map[string]string, error){policyPages, expressionPages, diagnosticPages} {
		pages, err := part(s)
		if err != nil {
			return nil, err
		}
		for name, text := range pages {
			out[name] = text
		}
	}
	return out, nil
}

func overview() string {
	p := newPage("Reference")
	p.text("What apimgw knows, page by page. The pages are generated from the program: what they say is what is built, and every example has run.")
	p.text("- [Policies](policies/README.md): where each may stand, its settings, examples\n" +
		"- [Expressions](expressions.md): the types and members that `@(…)` and `@{…}` may use\n" +
		"- [Diagnostics](diagnostics.md): the codes of messages about what is wrong in a folder\n" +
		"- [Commands](commands.md): the commands of `apimgw`, their flags, and the settings")
	p.text("To change a page, change what it is made of and run `make generate`.")
	return p.String()
}
