package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/plan"
	"github.com/apimgw/apimgw/sync/source/folder"
)

func newValidate() *cobra.Command {
	c := &cobra.Command{
		Use:   "validate FOLDER",
		Short: "Tell all mistakes of a configuration folder",
		Long: `validate reads the folder and compiles all its policies, as the gateway does, and prints every
mistake with its file, line and column. The exit code is 1 when there are errors, and 0 when
there are none or only warnings.`,
		Example: `  apimgw validate ./apis
  apimgw validate ./apis --format sarif > apimgw.sarif`,
		Args: exactlyOne,
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := load(c)
			if err != nil {
				return err
			}
			cfg.Folder = args[0]
			return cfg.validate(c.Context(), c.OutOrStdout())
		},
	}
	sourceFlags(c.Flags())
	c.Flags().String("format", "text", "text, json or sarif")
	return c
}

func (c *Config) validate(ctx context.Context, w io.Writer) error {
	show, ok := formats[c.Format]
	if !ok {
		return &usageError{"apimgw validate", fmt.Errorf("--format is text, json or sarif, not %q", c.Format)}
	}
	source, err := folder.New(c.Folder, c.folderOptions(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	read, diags, err := source.Pull(ctx)
	if err != nil {
		return err
	}
	p, more := plan.Compile(read, c.planOptions(nil), nil)
	diags = append(diags, more...)
	diags.Sort()
	if err := show(w, diags, fmt.Sprintf("%d operations", len(p.Endpoints()))); err != nil {
		return err
	}
	if diags.HasErrors() {
		return errFound
	}
	return nil
}

// formats in which diagnostics are printed.
var formats = map[string]func(w io.Writer, l diag.List, read string) error{
	"text": showText, "json": showJSON, "sarif": showSARIF,
}

func showText(w io.Writer, l diag.List, read string) error {
	errors, warnings := count(l)
	if _, err := fmt.Fprint(w, l); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s, %s in %s\n", plural(errors, "error"), plural(warnings, "warning"), read)
	return err
}

func count(l diag.List) (errors, warnings int) {
	for _, d := range l {
		if d.Severity == diag.Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// A message is a diagnostic in JSON.
type message struct {
	Severity string     `json:"severity"`
	Code     string     `json:"code,omitempty"`
	Message  string     `json:"message"`
	Help     string     `json:"help,omitempty"`
	Place    *place     `json:"place,omitempty"`
	Related  []relation `json:"related,omitempty"`
}

type relation struct {
	Message string `json:"message"`
	Place   *place `json:"place,omitempty"`
}

// A place is a range; lines and columns count from 1, and the end is exclusive.
type place struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

func placeOf(r diag.Range) *place {
	if r.IsZero() {
		return nil
	}
	start, end := r.Source.Position(r.Start), r.Source.Position(r.End)
	return &place{r.Source.Name(), start.Line, start.Column, end.Line, end.Column}
}

func showJSON(w io.Writer, l diag.List, _ string) error {
	out := make([]message, 0, len(l))
	for _, d := range l {
		m := message{Severity: d.Severity.String(), Code: string(d.Code), Message: d.Message, Help: d.Help, Place: placeOf(d.Range)}
		for _, r := range d.Related {
			m.Related = append(m.Related, relation{r.Message, placeOf(r.Range)})
		}
		out = append(out, m)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// showSARIF prints SARIF 2.1.0, which code hosts show beside the lines.
func showSARIF(w io.Writer, l diag.List, _ string) error {
	type object = map[string]any
	location := func(r diag.Range) object {
		p := placeOf(r)
		if p == nil {
			return nil
		}
		return object{"physicalLocation": object{
			"artifactLocation": object{"uri": p.File, "uriBaseId": "FOLDER"},
			"region":           object{"startLine": p.Line, "startColumn": p.Column, "endLine": p.EndLine, "endColumn": p.EndColumn},
		}}
	}
	rules, seen := []object{}, map[diag.Code]bool{}
	results := make([]object, 0, len(l))
	for _, d := range l {
		if d.Code != "" && !seen[d.Code] {
			seen[d.Code] = true
			rules = append(rules, object{"id": string(d.Code)})
		}
		text := d.Message
		if d.Help != "" {
			text += " (" + d.Help + ")"
		}
		result := object{"ruleId": string(d.Code), "level": d.Severity.String(), "message": object{"text": text}}
		if at := location(d.Range); at != nil {
			result["locations"] = []object{at}
		}
		for _, r := range d.Related {
			if at := location(r.Range); at != nil {
				at["message"] = object{"text": r.Message}
				related, _ := result["relatedLocations"].([]object)
				result["relatedLocations"] = append(related, at)
			}
		}
		results = append(results, result)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
		"version": "2.1.0",
		"runs": []object{{
			"tool":       object{"driver": object{"name": "apimgw", "version": buildVersion(), "rules": rules}},
			"columnKind": "unicodeCodePoints",
			"results":    results,
		}},
	})
}
