package policies_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies"
)

func TestBackgroundIsWaitedFor(t *testing.T) {
	t.Parallel()
	b := policies.NewBackground(policies.BackgroundOptions{})
	proceed, done := make(chan struct{}), false
	if err := b.Go(1, func(context.Context) { <-proceed; done = true }); err != nil {
		t.Fatal(err)
	}
	close(proceed)
	if n := b.Close(t.Context()); n != 0 || !done {
		t.Errorf("%d jobs were cancelled, done %t", n, done)
	}
	if err := b.Go(1, func(context.Context) { t.Error("it runs") }); !errors.Is(err, policies.ErrBackgroundClosed) {
		t.Errorf("after the end: %v", err)
	}
	if n := b.Close(t.Context()); n != 0 {
		t.Errorf("a second Close cancels %d", n)
	}
}

func TestBackgroundIsCancelled(t *testing.T) {
	t.Parallel()
	b := policies.NewBackground(policies.BackgroundOptions{})
	for range 3 {
		if err := b.Go(1, func(ctx context.Context) { <-ctx.Done() }); err != nil {
			t.Fatal(err)
		}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if n := b.Close(over); n != 3 {
		t.Errorf("%d jobs were cancelled", n)
	}
}

func TestBackgroundHasLimits(t *testing.T) {
	t.Parallel()
	b := policies.NewBackground(policies.BackgroundOptions{Jobs: 2, Bytes: 100})
	proceed, ended := make(chan struct{}), make(chan struct{})
	if err := b.Go(60, func(context.Context) { <-proceed; close(ended) }); err != nil {
		t.Fatal(err)
	}
	if err := b.Go(50, func(context.Context) {}); !errors.Is(err, policies.ErrBackgroundFull) {
		t.Errorf("too many bytes: %v", err)
	}
	if err := b.Go(40, func(ctx context.Context) { <-ctx.Done() }); err != nil {
		t.Errorf("a job that fits: %v", err)
	}
	if err := b.Go(0, func(context.Context) {}); !errors.Is(err, policies.ErrBackgroundFull) {
		t.Errorf("too many jobs: %v", err)
	}
	close(proceed)
	<-ended
	over, cancel := context.WithCancel(t.Context())
	cancel()
	b.Close(over)
}

func TestBackgroundLogsPanics(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	b := policies.NewBackground(policies.BackgroundOptions{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err := b.Go(1, func(context.Context) { panic("oops") }); err != nil {
		t.Fatal(err)
	}
	b.Close(t.Context())
	if !strings.Contains(log.String(), "panic=oops") || !strings.Contains(log.String(), "TestBackgroundLogsPanics") {
		t.Errorf("the log is %q", log.String())
	}
}
