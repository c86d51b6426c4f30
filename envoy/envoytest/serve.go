package envoytest

import (
	"context"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// patience is how long [Eventually] waits, on a busy machine.
const patience = 20 * time.Second

// Serve runs a server on a Unix socket until the test ends, or until it is stopped.
func Serve(t testing.TB, socket string, run func(context.Context, net.Listener) error) (stop func()) {
	t.Helper()
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, l) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("server of %s: %v", filepath.Base(socket), err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// Eventually waits until something holds; what says what it is if it does not in time.
func Eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-limit.C:
			t.Fatalf("not in time: %s", what)
		case <-tick.C:
		}
	}
}
