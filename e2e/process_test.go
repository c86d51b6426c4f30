package e2e

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what should take a moment, on a busy machine.
const patience = 30 * time.Second

// eventually waits until done says so, and returns how long that took.
func eventually(t testing.TB, limit time.Duration, what string, done func() bool) time.Duration {
	t.Helper()
	begin := time.Now()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		if time.Since(begin) > limit {
			t.Fatalf("waited %v in vain: %s", limit, what)
		}
		<-tick.C
	}
	return time.Since(begin)
}

// A process is apimgw with some arguments. It ends with its test, and what it printed is
// shown only if the test fails.
type process struct {
	t        testing.TB
	cmd      *exec.Cmd
	out, err transcript
	ended    chan struct{}
	exit     error // of the process, once ended
}

// A command says how apimgw is started.
type command struct {
	args []string
	env  []string // in addition to ours, as NAME=value
	dir  string
	// program to start; empty means apimgw.
	program string
	// quiet leaves it to the test to show what was printed.
	quiet bool
}

func (c command) start(t testing.TB) *process {
	t.Helper()
	p := &process{t: t, ended: make(chan struct{})}
	p.cmd = exec.Command(cmp.Or(c.program, apimgw), c.args...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = c.dir, &p.out, &p.err
	p.cmd.Env = append(p.cmd.Environ(), c.env...)
	p.cmd.SysProcAttr = endsWithUs()
	p.cmd.WaitDelay = 5 * time.Second // a grandchild may hold what it prints to
	started := make(chan error, 1)
	go func() {
		// The kernel's promise to kill the child with us is bound to the thread that starts it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(p.ended)
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.exit = p.cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		t.Fatalf("start apimgw: %v", err)
	}
	t.Cleanup(func() {
		p.stop()
		if t.Failed() && !c.quiet {
			t.Logf("apimgw %s\nstandard output:\n%s\nstandard error:\n%s", strings.Join(c.args, " "), p.out.String(), p.err.excerpt())
		}
	})
	return p
}

// stop ends the process as Ctrl-C does, and returns its exit code.
func (p *process) stop() int {
	p.t.Helper()
	select {
	case <-p.ended:
		return p.code()
	default:
	}
	p.signal(syscall.SIGINT)
	return p.wait()
}

// kill ends the process without a chance to do anything about it.
func (p *process) kill() {
	p.t.Helper()
	p.signal(syscall.SIGKILL)
	<-p.ended
}

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, syscall.ESRCH) {
		select {
		case <-p.ended:
		default:
			p.t.Errorf("signal apimgw: %v", err)
		}
	}
}

// wait waits for the process to end by itself, and returns its exit code.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Errorf("apimgw has not ended after %v", patience)
		_ = p.cmd.Process.Kill() // it may just have ended
		<-p.ended
	}
	return p.code()
}

// code is the exit code; -1 for a process that a signal has ended.
func (p *process) code() int { return p.cmd.ProcessState.ExitCode() }

// alive fails the test if the process has ended.
func (p *process) alive() {
	p.t.Helper()
	select {
	case <-p.ended:
		p.t.Fatalf("apimgw has ended: %v", p.exit)
	default:
	}
}

// prints waits until the process has printed something to match the pattern, and returns
// the match and its groups.
func (p *process) prints(to *transcript, pattern string) []string {
	p.t.Helper()
	return p.printsSince(to, 0, pattern)
}

// printsSince is prints for what is printed behind an offset.
func (p *process) printsSince(to *transcript, offset int, pattern string) []string {
	p.t.Helper()
	re := regexp.MustCompile(pattern)
	var match []string
	eventually(p.t, patience, "apimgw prints "+pattern, func() bool {
		if match = re.FindStringSubmatch(to.String()[offset:]); match == nil {
			p.alive()
		}
		return match != nil
	})
	return match
}

// A record is a line of the log in JSON.
type record map[string]any

// has reports whether the record has the values, given as key, value, key, value…
func (r record) has(pairs ...any) bool {
	for i := 0; i < len(pairs); i += 2 {
		if got, ok := r[pairs[i].(string)]; !ok || got != pairs[i+1] {
			return false
		}
	}
	return true
}

// records are those of the log that have a message and values.
func (p *process) records(message string, pairs ...any) []record {
	var out []record
	for line := range strings.Lines(p.err.String()) {
		var r record
		if strings.Contains(line, message) && json.Unmarshal([]byte(line), &r) == nil && r.has("msg", message) && r.has(pairs...) {
			out = append(out, r)
		}
	}
	return out
}

// logs waits until there are n records with a message and values, and returns the last.
func (p *process) logs(n int, message string, pairs ...any) record {
	p.t.Helper()
	var found []record
	eventually(p.t, patience, "apimgw logs "+message, func() bool {
		if found = p.records(message, pairs...); len(found) < n {
			p.alive()
		}
		return len(found) >= n
	})
	return found[n-1]
}

// A transcript is what a process has printed until now.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *transcript) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *transcript) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// excerpt is the transcript without requests that went well, of which a load makes many, and
// without Envoy's word for each request that failed because apimgw was gone.
func (o *transcript) excerpt() string {
	var b strings.Builder
	left := 0
	for line := range strings.Lines(o.String()) {
		if strings.Contains(line, `"msg":"request"`) && strings.Contains(line, `"status":200`) ||
			strings.Contains(line, "msg=request ") && strings.Contains(line, "status=200 ") || strings.Contains(line, "Received gRPC error on stream") {
			left++
			continue
		}
		b.WriteString(line)
	}
	return fmt.Sprintf("%s(%d lines left out)", b.String(), left)
}

// run runs apimgw to its end.
func run(t testing.TB, args ...string) (code int, out, err string) {
	t.Helper()
	return command{args: args}.run(t)
}

func (c command) run(t testing.TB) (code int, out, err string) {
	t.Helper()
	c.quiet = true
	p := c.start(t)
	code = p.wait()
	return code, p.out.String(), p.err.String()
}
