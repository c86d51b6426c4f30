package policies

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
)

// A Background runs what requests leave to be done without waiting for it, such as the
// calls of send-one-way-request. How much of it there may be is limited, and whoever ends
// the process can wait for it.
type Background struct {
	options BackgroundOptions
	ctx     context.Context // the lifetime of the work, not of a request
	cancel  context.CancelFunc
	group   sync.WaitGroup

	mu          sync.Mutex
	jobs, bytes int
	closed      bool
}

// BackgroundOptions of a Background. The zero options work.
type BackgroundOptions struct {
	// Jobs that may go on at once; 0 is 1024.
	Jobs int
	// Bytes that jobs may hold at once; 0 is 64 MiB.
	Bytes int
	// Logger is told of panics; nil discards that.
	Logger *slog.Logger
}

// Why a Background does not take a job.
var (
	ErrBackgroundFull   = errors.New("too much is going on in the background")
	ErrBackgroundClosed = errors.New("the gateway is stopping")
)

// NewBackground makes a Background, in which nothing runs yet.
func NewBackground(o BackgroundOptions) *Background {
	if o.Jobs == 0 {
		o.Jobs = 1024
	}
	if o.Bytes == 0 {
		o.Bytes = 64 << 20
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	b := &Background{options: o}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	return b
}

// Go runs a job that holds about so many bytes. The job ends soon after its context does.
// An error says that it was not begun.
func (b *Background) Go(bytes int, job func(ctx context.Context)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return ErrBackgroundClosed
	case b.jobs >= b.options.Jobs, b.bytes+bytes > b.options.Bytes:
		return ErrBackgroundFull
	}
	b.jobs, b.bytes = b.jobs+1, b.bytes+bytes
	b.group.Go(func() {
		defer b.ended(bytes)
		job(b.ctx)
	})
	return nil
}

func (b *Background) ended(bytes int) {
	if fault := recover(); fault != nil {
		b.options.Logger.LogAttrs(b.ctx, slog.LevelError, "background job panicked",
			slog.String("panic", fmt.Sprint(fault)), slog.String("stack", string(debug.Stack())))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.jobs, b.bytes = b.jobs-1, b.bytes-bytes
}

// Close takes no further jobs and waits for those that are going on. When ctx is done they
// are cancelled; it returns how many that were.
func (b *Background) Close(ctx context.Context) int {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	done := make(chan struct{})
	go func() {
		b.group.Wait()
		close(done)
	}()
	cancelled := 0
	select {
	case <-done:
	case <-ctx.Done():
		b.mu.Lock()
		cancelled = b.jobs
		b.mu.Unlock()
	}
	b.cancel()
	<-done
	return cancelled
}
