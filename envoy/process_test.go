package envoy_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/envoy/envoytest"
)

// A child is an Envoy process of ours whose Run is under way.
type child struct {
	*envoy.Process
	stop func()
	err  chan error
	log  *envoytest.Log
}

func run(t *testing.T, config string, change func(*envoy.Process)) *child {
	t.Helper()
	dir := envoytest.Dir(t)
	c := &child{err: make(chan error, 1), log: &envoytest.Log{}}
	admin := envoy.UnixAddress(filepath.Join(dir, "admin.sock"))
	c.Process = &envoy.Process{
		Binary: envoytest.Binary(t), Dir: dir, Admin: admin, Concurrency: 1,
		Config: []byte(fmt.Sprintf("admin: {address: {pipe: {path: %q}}}\n", admin.Path()) + config),
		Logger: slog.New(slog.NewTextHandler(c.log, nil)),
	}
	if change != nil {
		change(c.Process)
	}
	ctx, cancel := context.WithCancel(t.Context())
	c.stop = cancel
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.err <- c.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		if t.Failed() {
			t.Logf("log:\n%s", c.log)
		}
	})
	return c
}

func (c *child) ready(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := c.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
}

func (c *child) ended(t *testing.T) error {
	t.Helper()
	select {
	case err := <-c.err:
		return err
	case <-time.After(30 * time.Second):
		t.Fatal("Run does not return")
		return nil
	}
}

func TestProcessRestartsAfterACrash(t *testing.T) {
	t.Parallel()
	c := run(t, "", func(p *envoy.Process) { p.Backoff.First = time.Millisecond })
	c.ready(t)
	first := c.PID()
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	envoytest.Eventually(t, "another Envoy runs", func() bool { return c.PID() != 0 && c.PID() != first })
	c.ready(t)
	c.stop()
	if err := c.ended(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	if !strings.Contains(c.log.String(), "starting it again") {
		t.Errorf("the crash is not logged:\n%s", c.log)
	}
	if gone := syscall.Kill(first, 0); !errors.Is(gone, syscall.ESRCH) {
		t.Errorf("the first Envoy is still there: %v", gone)
	}
}

func TestProcessGivesUp(t *testing.T) {
	t.Parallel()
	c := run(t, "nonsense: 1", func(p *envoy.Process) { p.Backoff = envoy.Backoff{First: time.Millisecond, Limit: 2} })
	err := c.ended(t)
	if err == nil || !strings.Contains(err.Error(), "does not stay up") || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("error %v, want one that says why", err)
	}
	if n := strings.Count(c.log.String(), "envoy started"); n != 3 {
		t.Errorf("started %d times, want 3", n)
	}
}

func TestProcessWithoutBinary(t *testing.T) {
	t.Parallel()
	c := run(t, "", func(p *envoy.Process) {
		p.Binary.Path = "/does/not/exist"
		p.Backoff.Limit = -1
	})
	if err := c.ended(t); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want that there is no such file", err)
	}
}

// A request that is under way when Envoy is told to stop gets its answer.
func TestProcessDrains(t *testing.T) {
	t.Parallel()
	arrived, answer := make(chan struct{}), make(chan struct{})
	backend := envoytest.HTTPBackend(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		select {
		case <-answer:
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, "late") // the client is the test
	}))
	c := run(t, proxy(t, backend), nil)
	c.ready(t)
	listeners, err := envoy.NewAdmin(c.Admin).Listeners(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn := envoytest.Dial(t, listeners["proxy"])
	conn.Send(envoytest.Request("GET", "/", ""))
	<-arrived
	c.stop()
	envoytest.Eventually(t, "other clients are told to go", func() bool {
		return envoytest.Get(t, listeners["proxy"], "/none").Header("connection") == "close"
	})
	close(answer)
	if r := conn.Read("GET"); r.Status() != 200 || r.Body != "late" || r.Header("connection") != "close" {
		t.Errorf("the request under way got:\n%s", r)
	}
	if err := c.ended(t); err != nil {
		t.Errorf("Run: %v", err)
	}
}

// A request that takes longer than the drain is cut off; Envoy ends all the same.
func TestProcessStopsInTime(t *testing.T) {
	t.Parallel()
	c := run(t, proxy(t, envoytest.SilentBackend(t)), func(p *envoy.Process) { p.DrainMax = 200 * time.Millisecond })
	c.ready(t)
	listeners, err := envoy.NewAdmin(c.Admin).Listeners(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	envoytest.Dial(t, listeners["proxy"]).Send(envoytest.Request("GET", "/", ""))
	envoytest.Eventually(t, "the request is under way", func() bool {
		stats, err := envoy.NewAdmin(c.Admin).Stats(t.Context(), "downstream_rq_active")
		return err == nil && stats["http.proxy.downstream_rq_active"] == 1
	})
	c.stop()
	if err := c.ended(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	if !strings.Contains(c.log.String(), "still under way") {
		t.Errorf("the cut is not logged:\n%s", c.log)
	}
}

// TestProcessDiesWithUs kills a process that runs an Envoy outright; the Envoy must go too.
func TestProcessDiesWithUs(t *testing.T) {
	t.Parallel()
	if os.Getenv("ENVOY_TEST_PARENT") != "" {
		parent(t)
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("this system cannot bind the life of a child to its parent's")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestProcessDiesWithUs$")
	cmd.Env = append(os.Environ(), "ENVOY_TEST_PARENT=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Fscanf(out, "envoy %d\n", &pid); err != nil {
		t.Fatalf("read the pid of Envoy: %v", err)
	}
	if err := syscall.Kill(pid, 0); err != nil {
		t.Fatalf("Envoy does not run: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	envoytest.Eventually(t, "Envoy is gone", func() bool { return !running(pid) })
}

// running reports whether a process lives; a zombie that nobody waits for does not.
func running(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func parent(t *testing.T) {
	c := run(t, "", nil)
	c.ready(t)
	fmt.Printf("envoy %d\n", c.PID())
	select {} // until killed
}

// proxy is a configuration with one listener, "proxy", in front of a backend.
func proxy(t *testing.T, backend string) string {
	t.Helper()
	host, port, err := net.SplitHostPort(backend)
	if err != nil {
		t.Fatal(err)
	}
	return `
static_resources:
  listeners:
  - name: proxy
    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: proxy
          http_filters: [{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
          route_config:
            virtual_hosts:
            - {name: all, domains: ["*"], routes: [{match: {path: /}, route: {cluster: backend, timeout: 0s}}]}
  clusters:
  - name: backend
    type: STATIC
    load_assignment: {cluster_name: backend, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: ` + host + `, port_value: ` + port + `}}}}]}]}
`
}
