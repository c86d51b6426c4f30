// Command apimgw is the Azure API Management gateway on Envoy: it serves APIs with their
// policies from a folder, next to an Envoy that carries the data path.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1 // what was asked for failed, or validate found errors
	exitUsage   = 2 // the command line is wrong
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		// The first signal asks us to end; another one must be able to end us at once.
		<-ctx.Done()
		stop()
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: its exit code says how it went.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var usage *usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFound):
		return exitFailure
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "apimgw: %v\n\nSee '%s --help'.\n", err, usage.command)
		return exitUsage
	}
	fmt.Fprintf(stderr, "apimgw: %v\n", err)
	return exitFailure
}

// errFound is the error of a command that has already said what is wrong.
var errFound = errors.New("errors were found")

// A usageError is a mistake in the command line.
type usageError struct {
	command string
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "apimgw",
		Short: "The Azure API Management gateway, on Envoy",
		Long: `apimgw serves APIs with their API Management policies from a folder, through Envoy.

Settings come from flags, from the environment (APIMGW_LISTEN for --listen), and from the
file that --config names; a flag wins over the environment, and both over the file.`,
		Example: `  apimgw run                     serve sample APIs; shows what to try
  apimgw run ./apis              serve the APIs of a folder, and every change of it
  apimgw validate ./apis         tell all mistakes of a folder
  apimgw bootstrap > envoy.yaml  what to start an Envoy of your own with`,
		SilenceUsage:               true,
		SilenceErrors:              true,
		Args:                       cobra.ArbitraryArgs,
		SuggestionsMinimumDistance: 2,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			return unknownCommand(c, args[0])
		},
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return &usageError{c.CommandPath(), err}
	})
	root.PersistentFlags().String("config", "", "file with settings (YAML, TOML or JSON)")
	root.AddCommand(newRun(), newServe(), newValidate(), newEval(), newBootstrap(), newVersion())
	return root
}

func unknownCommand(root *cobra.Command, name string) error {
	err := fmt.Errorf("there is no command %q", name)
	if similar := root.SuggestionsFor(name); len(similar) > 0 {
		err = fmt.Errorf("%w; did you mean %q?", err, similar[0])
	}
	return &usageError{root.CommandPath(), err}
}

// atMostOne is the argument check of commands that take one folder.
func atMostOne(c *cobra.Command, args []string) error {
	if len(args) > 1 {
		return &usageError{c.CommandPath(), fmt.Errorf("%s takes one folder, not %d", c.CommandPath(), len(args))}
	}
	return nil
}

func exactlyOne(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return &usageError{c.CommandPath(), fmt.Errorf("%s takes one folder", c.CommandPath())}
	}
	return nil
}

func none(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return &usageError{c.CommandPath(), fmt.Errorf("%s takes no argument, but got %q", c.CommandPath(), args[0])}
	}
	return nil
}
