package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/apimgw/apimgw/envoy"
)

// A bench is all parts of a run.
type bench struct {
	settings settings
	dir      string
	logger   *slog.Logger
	binary   envoy.Binary
	backend  string
	variants []*variant
	cleanup  []func()
}

// A variant is one way to the backend.
type variant struct {
	name string
	what string
	// address and path of its requests, and a header line that they have beside the usual ones.
	address, path, header string
	envoy, server         int // process ids; server is 0 without one
	// check that an answer is what the variant must give: a benchmark that skips the work
	// measures nothing.
	check func(*http.Response) error
	// streams says that large bodies are sent through it, too.
	streams bool

	slices []slice
}

// A slice is one measurement of a variant.
type slice struct {
	perSecond  float64
	p50, p99   time.Duration
	envoy, own time.Duration // CPU time for each request
}

// start everything.
func (b *bench) start(ctx context.Context) error {
	var err error
	if b.binary, err = envoy.Find(ctx, envoy.Options{Logger: b.logger}); err != nil {
		return err
	}
	if b.backend, err = freeAddress(); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if _, err := b.spawn(self, "backend", b.backend); err != nil {
		return err
	}
	if err := await(ctx, "tcp", b.backend); err != nil {
		return err
	}
	return errors.Join(b.startPlain(ctx), b.startEmpty(ctx, self), b.startOurs(ctx))
}

func (b *bench) startPlain(ctx context.Context) error {
	address, pid, err := b.startEnvoy(ctx, "plain", "", "")
	if err != nil {
		return err
	}
	b.variants = append(b.variants, &variant{
		name: "plain", what: "Envoy alone", address: address, path: "/x", envoy: pid, check: answered(""), streams: true,
	})
	return nil
}

func (b *bench) startEmpty(ctx context.Context, self string) error {
	socket := filepath.Join(b.dir, "empty.sock")
	server, err := b.spawn(self, "empty", socket)
	if err != nil {
		return err
	}
	if err := await(ctx, "unix", socket); err != nil {
		return err
	}
	for _, v := range []struct{ name, what, mode string }{
		{"empty", "an empty ext_proc server, request headers", "SKIP"},
		{"empty-both", "an empty ext_proc server, both phases", "SEND"},
	} {
		address, pid, err := b.startEnvoy(ctx, v.name, socket, v.mode)
		if err != nil {
			return err
		}
		b.variants = append(b.variants, &variant{
			name: v.name, what: v.what, address: address, path: "/x", envoy: pid, server: server.Pid, check: answered(""),
		})
	}
	return nil
}

// startEnvoy starts an Envoy with a configuration written by hand.
func (b *bench) startEnvoy(ctx context.Context, name, extproc, responseMode string) (string, int, error) {
	address, err := freeAddress()
	if err != nil {
		return "", 0, err
	}
	admin := filepath.Join(b.dir, name+"-admin.sock")
	file := filepath.Join(b.dir, name+".yaml")
	if err := os.WriteFile(file, []byte(plainYAML(address, b.backend, admin, extproc, responseMode)), 0o600); err != nil {
		return "", 0, err
	}
	p, err := b.spawn(b.binary.Path, "-c", file, "--concurrency", "1", "--disable-hot-restart", "--log-level", "warning")
	if err != nil {
		return "", 0, err
	}
	return address, p.Pid, await(ctx, "tcp", address)
}

// startOurs starts apimgw and an Envoy beside it, as in a pod.
func (b *bench) startOurs(ctx context.Context) error {
	binary := b.settings.apimgw
	if binary == "" {
		binary = filepath.Join(b.dir, "apimgw")
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/apimgw").CombinedOutput(); err != nil {
			return fmt.Errorf("build apimgw: %w\n%s", err, out)
		}
	}
	folder := filepath.Join(b.dir, "apis")
	if err := writeAPIs(folder, b.backend); err != nil {
		return err
	}
	sockets := filepath.Join(b.dir, "s")
	address, err := freeAddress()
	if err != nil {
		return err
	}
	server, err := b.spawn(binary, "serve", "--folder", folder, "--socket-dir", sockets, "--listen", address, "--log-level", "warn", "--ignore-protocols")
	if err != nil {
		return err
	}
	for _, name := range []string{"xds.sock", "extproc.sock", "relay.sock"} {
		if err := await(ctx, "unix", filepath.Join(sockets, name)); err != nil {
			return err
		}
	}
	boot := envoy.Bootstrap{
		Admin:     envoy.UnixAddress(filepath.Join(b.dir, "ours-admin.sock")),
		XDSSocket: filepath.Join(sockets, "xds.sock"), ExtProcSocket: filepath.Join(sockets, "extproc.sock"),
		RelaySocket: filepath.Join(sockets, "relay.sock"),
	}
	text, err := boot.Render()
	if err != nil {
		return err
	}
	file := filepath.Join(b.dir, "ours.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	p, err := b.spawn(b.binary.Path, "-c", file, "--concurrency", "1", "--disable-hot-restart", "--log-level", "warning")
	if err != nil {
		return err
	}
	if err := await(ctx, "tcp", address); err != nil {
		return err
	}
	for _, api := range apis {
		header := ""
		if api.key {
			header = "Ocp-Apim-Subscription-Key: " + key + "\r\n"
		}
		b.variants = append(b.variants, &variant{
			name: api.name, what: api.what, address: address, path: "/" + api.name + "/x", header: header,
			envoy: p.Pid, server: server.Pid, check: answered(api.header), streams: api.name == "outbound" || api.name == "retry",
		})
	}
	return nil
}

// answered checks that the backend's answer came, with the header that the policy sets.
func answered(header string) func(*http.Response) error {
	return func(r *http.Response) error {
		body := make([]byte, len(answer)+1)
		n := 0
		for {
			m, err := r.Body.Read(body[n:])
			n += m
			if err != nil || n == len(body) {
				break
			}
		}
		if r.StatusCode != http.StatusOK || string(body[:n]) != answer {
			return fmt.Errorf("answered %s %q", r.Status, body[:n])
		}
		if header != "" && r.Header.Get(header) == "" {
			return fmt.Errorf("answered without the header %s", header)
		}
		return nil
	}
}

// measure loads a variant once.
func (b *bench) measure(ctx context.Context, v *variant, counts bool) error {
	request := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: bench.example\r\nUser-Agent: bench/1\r\nAccept: */*\r\nX-Tenant: contoso\r\nAuthorization: Bearer abc.def.ghi\r\n%s\r\n", v.path, v.header)
	before, err := v.cpu()
	if err != nil {
		return err
	}
	r, err := load(ctx, v.address, []byte(request), v.check, b.settings.connections, b.settings.slice)
	if err != nil {
		return err
	}
	after, err := v.cpu()
	if err != nil {
		return err
	}
	if counts {
		n := time.Duration(r.requests)
		v.slices = append(v.slices, slice{
			perSecond: float64(r.requests) / r.elapsed.Seconds(),
			p50:       r.latencies[r.requests/2], p99: r.latencies[r.requests*99/100],
			envoy: (after[0] - before[0]) / n, own: (after[1] - before[1]) / n,
		})
	}
	return nil
}

// cpu of Envoy and of the Go server.
func (v *variant) cpu() ([2]time.Duration, error) {
	var out [2]time.Duration
	for i, pid := range []int{v.envoy, v.server} {
		if pid == 0 {
			continue
		}
		used, err := cpu(pid)
		if err != nil {
			return out, err
		}
		out[i] = used
	}
	return out, nil
}

// plainYAML is a configuration as one writes it by hand for one route.
func plainYAML(address, backend, admin, extproc, responseMode string) string {
	host, port, _ := strings.Cut(address, ":")
	backendHost, backendPort, _ := strings.Cut(backend, ":")
	filter, cluster := "", ""
	if extproc != "" {
		filter = fmt.Sprintf(`
          - name: ext_proc
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor
              grpc_service: {envoy_grpc: {cluster_name: ext_proc}}
              processing_mode: {request_header_mode: SEND, response_header_mode: %s}
              message_timeout: 5s`, responseMode)
		cluster = fmt.Sprintf(`
  - name: ext_proc
    type: STATIC
    typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {"@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: {http2_protocol_options: {}}}}
    load_assignment: {cluster_name: ext_proc, endpoints: [{lb_endpoints: [{endpoint: {address: {pipe: {path: %q}}}}]}]}`, extproc)
	}
	return fmt.Sprintf(`admin: {address: {pipe: {path: %q}}}
static_resources:
  listeners:
  - name: l
    address: {socket_address: {address: %s, port_value: %s}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: h
          normalize_path: true
          use_remote_address: true
          route_config: {virtual_hosts: [{name: v, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: backend, timeout: 0s}}]}]}
          http_filters:%s
          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - name: backend
    type: STATIC
    load_assignment: {cluster_name: backend, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: %s, port_value: %s}}}}]}]}%s
`, admin, host, port, filter, backendHost, backendPort, cluster)
}
