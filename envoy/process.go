package envoy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A Process is Envoy as a child of this process. [Process.Run] owns it: it starts Envoy,
// starts it again after a crash, and ends it when its context does. Envoy is in a process
// group of its own, so Ctrl-C in a terminal reaches only us and we can drain it; on Linux
// the kernel kills it should we die without ending it.
type Process struct {
	// Binary to run.
	Binary Binary
	// Config is the text of its envoy.yaml, usually by [Bootstrap.Render].
	Config []byte
	// Dir is where the envoy.yaml is written; it must exist.
	Dir string
	// Admin is where the config puts the admin interface.
	Admin Address
	// Args are further arguments, such as --config-yaml with something to merge.
	Args []string
	// Concurrency is the number of worker threads; 0 means one for each CPU.
	Concurrency int
	// Logger for Envoy's log and for what happens to it; nil is silent.
	Logger *slog.Logger
	// Backoff between a crash and the next start.
	Backoff Backoff
	// DrainMin is how long Envoy goes on serving after it was told to drain, even if
	// nobody asks: the time a load balancer needs to hear of it.
	DrainMin time.Duration
	// DrainMax is how long requests under way may take to finish. 0 means 15 s.
	DrainMax time.Duration

	setup sync.Once
	log   *slog.Logger
	admin *Admin
	pid   atomic.Int64
}

// Run starts Envoy and returns when it has ended: nil after the context was cancelled and
// Envoy drained and stopped, an error if it cannot be started or crashes again and again.
// It is called once.
func (p *Process) Run(ctx context.Context) error {
	p.prepare()
	config := filepath.Join(p.Dir, "envoy.yaml")
	if err := os.WriteFile(config, p.Config, 0o600); err != nil {
		return fmt.Errorf("write envoy's bootstrap: %w", err)
	}
	backoff := p.Backoff
	for ctx.Err() == nil {
		started := time.Now()
		err := p.once(ctx, config)
		if ctx.Err() != nil {
			return err
		}
		ran := time.Since(started).Round(time.Millisecond)
		wait, again := backoff.next(ran)
		if !again {
			return fmt.Errorf("envoy does not stay up: %w", err)
		}
		p.log.ErrorContext(ctx, "envoy ended; starting it again", "error", err, "ran", ran, "wait", wait)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
	return nil
}

// WaitReady waits until Envoy has its first configuration and takes requests.
func (p *Process) WaitReady(ctx context.Context) error {
	p.prepare()
	return p.admin.WaitReady(ctx)
}

// PID of the running Envoy; 0 if none is running.
func (p *Process) PID() int { return int(p.pid.Load()) }

func (p *Process) prepare() {
	p.setup.Do(func() {
		p.log, p.admin = p.Logger, NewAdmin(p.Admin)
		if p.log == nil {
			p.log = slog.New(slog.DiscardHandler)
		}
	})
}

// once runs Envoy from start to end. The error is nil only if it ended because the context did.
func (p *Process) once(ctx context.Context, config string) error {
	// The kernel's promise to kill the child (see ownGroup) is bound to the thread that
	// started it, so this thread must live as long as the child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	cmd := exec.Command(p.Binary.Path, p.args(ctx, config)...) //nolint:gosec // the operator's own binary
	cmd.SysProcAttr = ownGroup()
	out, in, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("start envoy: %w", err)
	}
	cmd.Stdout, cmd.Stderr = in, in
	err = cmd.Start()
	if err := errors.Join(err, in.Close()); err != nil {
		return errors.Join(fmt.Errorf("start envoy: %w", err), out.Close())
	}
	p.pid.Store(int64(cmd.Process.Pid))
	p.log.InfoContext(ctx, "envoy started", "pid", cmd.Process.Pid, "version", p.Binary.Version, "path", p.Binary.Path)

	last := make(chan string, 1)
	go func() {
		last <- foldLog(context.WithoutCancel(ctx), out, p.log, func() bool { return ctx.Err() != nil })
	}()
	ended := make(chan struct{})
	var stopped sync.WaitGroup
	stopped.Go(func() { p.stopWith(ctx, cmd.Process, ended) })
	err = cmd.Wait()
	p.pid.Store(0)
	close(ended)
	stopped.Wait()
	said := <-last
	return p.outcome(ctx, errors.Join(err, out.Close()), said)
}

// outcome is what Run tells of an Envoy that has ended.
func (p *Process) outcome(ctx context.Context, err error, said string) error {
	switch {
	case ctx.Err() != nil:
		p.log.InfoContext(ctx, "envoy stopped", "exit", fmt.Sprint(err))
		return nil
	case err == nil:
		return errors.New("envoy ended by itself, without an error")
	case said != "":
		return fmt.Errorf("envoy: %w: %s", err, said)
	default:
		return fmt.Errorf("envoy: %w", err)
	}
}

func (p *Process) args(ctx context.Context, config string) []string {
	concurrency := p.Concurrency
	if concurrency == 0 {
		concurrency = runtime.NumCPU()
	}
	drain := max(1, int(p.drainMax().Seconds()))
	args := []string{
		"--config-path", config,
		"--concurrency", strconv.Itoa(concurrency),
		"--log-level", logLevel(ctx, p.log), "--log-format", logFormat, "--log-format-escaped",
		"--disable-hot-restart", // a pod is replaced, a laptop's restart is seen by nobody else
		"--drain-time-s", strconv.Itoa(drain), "--drain-strategy", "immediate",
	}
	if !p.log.Enabled(ctx, slog.LevelDebug) {
		args = append(args, "--component-log-level", QuietComponents)
	}
	return append(args, p.Args...)
}

func (p *Process) drainMax() time.Duration {
	return max(p.DrainMin, orElse(p.DrainMax, 15*time.Second))
}

// stopWith stops Envoy when the context ends; it returns when Envoy has ended.
func (p *Process) stopWith(ctx context.Context, process *os.Process, ended <-chan struct{}) {
	select {
	case <-ended:
		return
	case <-ctx.Done():
	}
	ctx = context.WithoutCancel(ctx)
	p.drain(ctx, ended)
	steps := []struct {
		name string
		do   func() error
		wait time.Duration
	}{
		{"ask it to quit", func() error { return p.admin.quit(ctx) }, 3 * time.Second},
		{"SIGTERM", func() error { return process.Signal(syscall.SIGTERM) }, 2 * time.Second},
		{"SIGKILL", process.Kill, 10 * time.Second},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			p.log.DebugContext(ctx, "stop envoy", "step", step.name, "error", err)
			if step.name == "ask it to quit" {
				continue // nobody heard it, so there is nothing to wait for
			}
		}
		select {
		case <-ended:
			return
		case <-time.After(step.wait):
			p.log.WarnContext(ctx, "envoy has not stopped yet", "after", step.name, "waited", step.wait)
		}
	}
	<-ended
}

// drain lets requests under way finish: clients are told to go, and Envoy goes on until no
// request is left, at least DrainMin and at most DrainMax.
func (p *Process) drain(ctx context.Context, ended <-chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, p.drainMax())
	defer cancel()
	if err := p.admin.drain(ctx); err != nil {
		p.log.DebugContext(ctx, "envoy does not drain", "error", err)
		return
	}
	started := time.Now()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		active, err := p.admin.activeRequests(ctx)
		switch {
		case ctx.Err() != nil:
			p.log.WarnContext(ctx, "requests were still under way when envoy was stopped", "waited", p.drainMax(), "requests", active)
			return
		case err != nil:
			p.log.DebugContext(ctx, "envoy is gone while draining", "error", err)
			return
		case active == 0 && time.Since(started) >= p.DrainMin:
			return
		}
		select {
		case <-ended:
			return
		case <-tick.C:
		}
	}
}
