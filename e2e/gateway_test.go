package e2e

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/envoy/envoytest"
)

// A gateway is 'apimgw run' with the Envoy that it starts.
type gateway struct {
	*process
	// address of Envoy's listener.
	address string
	admin   *envoy.Admin
}

// runGateway runs 'apimgw run' on a folder and waits until it serves. Flags come after
// those of the harness and so win over them.
func runGateway(t testing.TB, f tree, flags ...string) *gateway {
	t.Helper()
	dir := envoytest.Dir(t)
	envoytest.Binary(t) // so that no test's clock runs while it is fetched
	c := command{args: slices.Concat([]string{
		"run", f.path, "--listen", "127.0.0.1:0", "--socket-dir", dir, "--concurrency", "1", "--log-format", "json",
	}, flags)}
	g := &gateway{process: c.start(t), admin: envoy.NewAdmin(envoy.UnixAddress(filepath.Join(dir, "admin.sock")))}
	g.address = g.prints(&g.out, `(?:at|and) http://(\S+)`)[1]
	return g
}

// envoyPID is the process of the Envoy that was started last.
func (g *gateway) envoyPID() int {
	g.t.Helper()
	started := g.records("envoy started")
	if len(started) == 0 {
		g.t.Fatal("the log tells of no Envoy")
	}
	return int(started[len(started)-1]["pid"].(float64))
}

// A sidecar is 'apimgw serve', and an Envoy that was started on its own with what 'apimgw
// bootstrap' prints, as in a pod.
type sidecar struct {
	*process
	t       testing.TB
	command command
	// address of Envoy's listener.
	address string
	admin   *envoy.Admin
	sockets string
	envoy   *envoy.Process
	// said is the log of the Envoy.
	said *transcript
}

// serve starts a sidecar on a folder and an Envoy beside it, and waits until they serve.
func serve(t testing.TB, f tree, flags ...string) *sidecar {
	t.Helper()
	s := newSidecar(t, f, flags...)
	s.start()
	s.ready()
	return s
}

// newSidecar starts the Envoy, but not yet the sidecar.
func newSidecar(t testing.TB, f tree, flags ...string) *sidecar {
	t.Helper()
	dir := envoytest.Dir(t)
	admin := filepath.Join(dir, "admin.sock")
	code, config, message := run(t, "bootstrap", "--socket-dir", dir, "--admin", "unix:"+admin)
	if code != 0 {
		t.Fatalf("apimgw bootstrap: exit code %d: %s", code, message)
	}
	s := &sidecar{t: t, admin: envoy.NewAdmin(envoy.UnixAddress(admin)), sockets: dir}
	s.command.args = slices.Concat([]string{
		"serve", "--folder", f.path, "--socket-dir", dir, "--listen", freePort(t), "--admin", "unix:" + admin, "--log-format", "json",
		"--ignore-protocols",
	}, flags)
	s.envoy = &envoy.Process{
		Binary: envoytest.Binary(t), Config: []byte(config), Dir: dir, Admin: envoy.UnixAddress(admin),
		Concurrency: 1, DrainMax: 100 * time.Millisecond,
	}
	s.said = startEnvoy(t, s.envoy)
	return s
}

// start starts apimgw serve: at first, or again after it was killed.
func (s *sidecar) start() { s.process = s.command.start(s.t) }

// ready waits until Envoy has what apimgw tells it.
func (s *sidecar) ready() {
	s.t.Helper()
	eventually(s.t, patience, "envoy listens", func() bool {
		s.alive()
		listeners, err := s.admin.Listeners(s.t.Context())
		s.address = listeners["gateway"]
		return err == nil && s.address != "" && s.admin.Ready(s.t.Context()) == nil
	})
}

// startEnvoy runs an Envoy until the test ends; its log is shown if the test fails.
func startEnvoy(t testing.TB, p *envoy.Process) *transcript {
	t.Helper()
	log := &transcript{}
	p.Logger = slog.New(slog.NewTextHandler(log, nil))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("envoy: %v", err)
		}
		if t.Failed() {
			t.Logf("envoy's log:\n%s", log.excerpt())
		}
	})
	return log
}

// freePort is an address on which nobody listens, for a gateway that has to come back to it.
// It is none of those that the system gives to whoever asks for any.
func freePort(t testing.TB) string {
	t.Helper()
	for range 100 {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(20_000+rand.IntN(10_000)))
		if l, err := net.Listen("tcp", address); err == nil {
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			return address
		}
	}
	t.Fatal("there is no free port")
	return ""
}

// updates are Envoy's counters of what it was sent: they stay as they are when nothing is.
func updates(t testing.TB, admin *envoy.Admin) map[string]uint64 {
	t.Helper()
	stats, err := admin.Stats(t.Context(), `^(cluster_manager\.cds|listener_manager\.lds|http\.gateway\.rds\..*)\.(update_|version|config_reload)`)
	if err != nil {
		t.Fatal(err)
	}
	if len(stats) == 0 {
		t.Fatal("envoy has no counters of updates")
	}
	return stats
}
