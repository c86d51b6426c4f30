// Command bench measures what the gateway costs: the same requests through a plain Envoy,
// through Envoy with an empty Go ext_proc server as everybody writes it, and through
// apimgw, all up at once and loaded in turn, so that what disturbs the machine disturbs
// all of them. Its figures are ratios within one run. Then it sends a large body up and down, and
// tells how much memory the processes took for it.
//
//	go run ./bench [-rounds N] [-slice D] [-connections N] [-only NAME,…] [-streams=false]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// settings of a run.
type settings struct {
	rounds      int
	slice       time.Duration
	connections int
	only        string
	apimgw      string
	streams     bool
	verbose     bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 2 {
		// The program starts itself for the parts that must be processes of their own.
		switch args[0] {
		case "backend":
			return serveBackend(ctx, args[1])
		case "empty":
			return serveEmpty(ctx, args[1])
		}
	}
	var s settings
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.IntVar(&s.rounds, "rounds", 8, "how often each variant is loaded")
	f.DurationVar(&s.slice, "slice", time.Second, "how long each time")
	f.IntVar(&s.connections, "connections", 16, "connections at a time")
	f.StringVar(&s.only, "only", "", "variants to measure, separated by commas; plain is always among them")
	f.StringVar(&s.apimgw, "apimgw", "", "apimgw binary (default: built from this checkout)")
	f.BoolVar(&s.streams, "streams", true, "also stream a large body up and down")
	f.BoolVar(&s.verbose, "v", false, "show the logs of all parts")
	if err := f.Parse(args); err != nil {
		return err
	}
	logger := slog.New(slog.DiscardHandler)
	if s.verbose {
		logger = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	b := &bench{settings: s, dir: dir, logger: logger}
	defer b.stop()
	fmt.Fprintln(os.Stderr, "starting backend, Envoys and servers")
	if err := b.start(ctx); err != nil {
		return err
	}
	variants := b.chosen(s.only)
	for round := range s.rounds + 1 {
		for _, v := range variants {
			if err := b.measure(ctx, v, round > 0); err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
		}
		// The first round warms everything up and does not count.
		fmt.Fprintf(os.Stderr, "\rround %d of %d", round, s.rounds)
	}
	fmt.Fprintln(os.Stderr)
	if err := report(out, s, variants); err != nil || !s.streams {
		return err
	}
	streams, err := b.streams(ctx, variants)
	return errors.Join(err, reportStreams(out, streams))
}

func (b *bench) chosen(only string) []*variant {
	if only == "" {
		return b.variants
	}
	var out []*variant
	for i, v := range b.variants {
		if i == 0 || strings.Contains(","+only+",", ","+v.name+",") {
			out = append(out, v)
		}
	}
	return out
}
