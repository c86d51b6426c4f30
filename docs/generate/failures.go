package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The table of failures is recorded by the tests of extproc, which make them happen, and has its
// place in a page that is written by hand.
const (
	fidelity     = "docs/fidelity.md"
	failures     = "extproc/testdata/failures.md"
	beginFailure = "<!-- made of " + failures + " by docs/generate; DO NOT EDIT: begin -->\n"
	endFailure   = "<!-- made of " + failures + ": end -->\n"
)

// withFailures is the page on fidelity with the table as it is recorded now.
func withFailures(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, fidelity))
	if err != nil {
		return "", fmt.Errorf("read the page on fidelity: %w", err)
	}
	table, err := os.ReadFile(filepath.Join(root, failures))
	if err != nil {
		return "", fmt.Errorf("read the table of failures: %w", err)
	}
	before, rest, found := strings.Cut(string(text), beginFailure)
	_, after, ended := strings.Cut(rest, endFailure)
	if !found || !ended {
		return "", fmt.Errorf("%s has no place for the table of failures, between %q and %q", fidelity, strings.TrimSpace(beginFailure), strings.TrimSpace(endFailure))
	}
	return before + beginFailure + "\n" + strings.TrimSpace(string(table)) + "\n\n" + endFailure + after, nil
}

// writeFailures writes the table into the page.
func writeFailures(root string) error {
	text, err := withFailures(root)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, fidelity), []byte(text), 0o644); err != nil {
		return fmt.Errorf("write the page on fidelity: %w", err)
	}
	return nil
}
