// Package envoytest starts the pinned Envoy for tests.
//
// [Start] gives a test an Envoy of its own with a configuration, which ends with the test.
// Its log is shown only if the test fails. A test never skips for want of an Envoy: if none
// can be had, it fails and says what to do.
//
// Envoy takes no random port that a test could know before, so listeners name port 0 and
// the test asks [Envoy.Address]. [Dial] speaks HTTP/1 in raw bytes, for what an HTTP client
// would hide; [Backend] and its relatives are servers with good and bad manners.
package envoytest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy"
)

// startLimit is how long Envoy may take to be ready, on a busy machine.
const startLimit = 30 * time.Second

// Options of an Envoy. Config is needed.
type Options struct {
	// Config is the bootstrap in YAML. Its admin interface is put where the test finds it,
	// whatever the config says.
	Config string
	// Concurrency is the number of workers; 0 means 1.
	Concurrency int
	// Level of Envoy's log; the zero value is slog.LevelInfo, at which Envoy logs warnings.
	Level slog.Level
	// NoWait returns before Envoy is ready: for a configuration that will come later.
	NoWait bool
}

// An Envoy is a running Envoy of a test.
type Envoy struct {
	// Admin asks it what it knows.
	Admin *envoy.Admin

	t       testing.TB
	process *envoy.Process
	cancel  context.CancelFunc
	ended   chan struct{}
	err     error // of the process, once ended
	log     *Log
}

var binary = sync.OnceValues(func() (envoy.Binary, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	return envoy.Find(ctx, envoy.Options{Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo}))})
})

// Binary returns the pinned Envoy. The test fails if there is none.
func Binary(t testing.TB) envoy.Binary {
	t.Helper()
	b, err := binary()
	if err != nil {
		t.Fatalf("this test runs a real Envoy, and there is none: %v", err)
	}
	return b
}

// Start starts an Envoy that ends with the test. It returns when Envoy is ready.
func Start(t testing.TB, o Options) *Envoy {
	t.Helper()
	dir := Dir(t)
	admin := envoy.UnixAddress(filepath.Join(dir, "admin.sock"))
	e := &Envoy{t: t, Admin: envoy.NewAdmin(admin), ended: make(chan struct{}), log: &Log{}}
	e.process = &envoy.Process{
		Binary: Binary(t), Config: []byte(o.Config), Dir: dir, Admin: admin,
		Args:        []string{"--config-yaml", fmt.Sprintf("admin: {address: {pipe: {path: %q}}}", admin.Path())},
		Concurrency: max(1, o.Concurrency),
		Logger:      slog.New(slog.NewTextHandler(e.log, &slog.HandlerOptions{Level: o.Level})),
		Backoff:     envoy.Backoff{Limit: -1},
		DrainMax:    100 * time.Millisecond, // a test that ends has asked all it wants to
	}
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	go func() {
		defer close(e.ended)
		e.err = e.process.Run(ctx)
	}()
	t.Cleanup(e.end)
	if !o.NoWait {
		e.WaitReady()
	}
	return e
}

// WaitReady waits until Envoy is ready. The test fails if it is not in time, or has ended.
func (e *Envoy) WaitReady() {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-e.ended:
			cancel()
		case <-stop:
		}
	}()
	err := e.Admin.WaitReady(ctx)
	select {
	case <-e.ended:
		e.t.Fatalf("envoy did not start: %v", e.err)
	default:
	}
	if err != nil {
		e.t.Fatalf("envoy: %v", err)
	}
}

// Address at which a listener listens, as host:port.
func (e *Envoy) Address(listener string) string {
	e.t.Helper()
	listeners, err := e.Admin.Listeners(e.t.Context())
	if err != nil {
		e.t.Fatalf("envoy: %v", err)
	}
	address, ok := listeners[listener]
	if !ok {
		e.t.Fatalf("envoy has no listener %q, only %v", listener, listeners)
	}
	return address
}

// Log is what Envoy has logged until now.
func (e *Envoy) Log() string { return e.log.String() }

// Stop ends Envoy before the test ends.
func (e *Envoy) Stop() {
	e.cancel()
	<-e.ended
}

func (e *Envoy) end() {
	e.Stop()
	if e.err != nil && !e.t.Failed() {
		e.t.Errorf("envoy: %v", e.err)
	}
	if e.t.Failed() {
		e.t.Logf("envoy's log:\n%s", e.log)
	}
}

// Dir returns a folder with a path short enough for Unix sockets, which a folder of
// t.TempDir may not be. It is removed with the test.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "envoy")
	if err != nil {
		t.Fatalf("make a folder for sockets: %v", err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove the folder for sockets: %v", err)
		}
	})
	return dir
}
