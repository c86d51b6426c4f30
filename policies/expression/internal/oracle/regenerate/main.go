// Command regenerate asks the oracle again and rewrites the answers, beside the cases that
// are in the folder it is given.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/oracle"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: regenerate FOLDER")
		os.Exit(2)
	}
	if err := regenerate(ctx, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

func regenerate(ctx context.Context, folder string) (err error) {
	contexts, err := os.ReadFile(filepath.Join(folder, "contexts.json"))
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.cases"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no cases in %s: %w", folder, err)
	}
	dir, err := os.MkdirTemp("", "oracle")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	o, err := oracle.New(dir, contexts)
	if err != nil {
		return err
	}
	total := 0
	for _, file := range files {
		n, err := answer(ctx, o, file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		total += n
	}
	fmt.Printf("oracle: %d answers in %d files\n", total, len(files))
	return nil
}

func answer(ctx context.Context, o *oracle.Oracle, file string) (int, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	cases, err := oracle.Read(string(text))
	if err != nil {
		return 0, err
	}
	answers, err := o.Ask(ctx, cases)
	if err != nil {
		return 0, err
	}
	note := "# Written by make oracle from " + filepath.Base(file) + "; corrections.txt says where Mono is not to be followed.\n"
	name := strings.TrimSuffix(file, ".cases") + ".answers"
	return len(cases), os.WriteFile(name, []byte(note+oracle.Write(cases, answers)), 0o644)
}
