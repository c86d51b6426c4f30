package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/samples"
	"github.com/apimgw/apimgw/sync/plan"
	"github.com/apimgw/apimgw/xds"
)

// sampleFolder is where the sample APIs are put for people to edit.
const sampleFolder = "apimgw-samples"

func newRun() *cobra.Command {
	c := &cobra.Command{
		Use:   "run [FOLDER]",
		Short: "Serve the APIs of a folder through an Envoy of its own",
		Long: `run gets the pinned Envoy if it is not there yet, starts it, and serves the APIs of a folder
in APIOps layout. Edit the folder while it runs: a change is in effect as soon as it is
saved, and one with a mistake is reported while the last good configuration serves on.

Without a folder it serves sample APIs, which it puts into ./` + sampleFolder + ` for you to edit,
with an echo backend of its own.`,
		Example: `  apimgw run
  apimgw run ./apis --listen 127.0.0.1:8080 --log-format json`,
		Args: atMostOne,
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := load(c)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				cfg.Folder = args[0]
			}
			logger, err := cfg.logger(c.ErrOrStderr())
			if err != nil {
				return &usageError{c.CommandPath(), err}
			}
			return cfg.run(c.Context(), logger, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	f := c.Flags()
	gatewayFlags(f)
	logFlags(f)
	f.String("socket-dir", "", "directory of the sockets between Envoy and apimgw (default: one that is made and removed)")
	f.String("listen", "127.0.0.1:8080", "where Envoy takes requests; port 0 is any free one")
	f.String("admin", "", "Envoy's admin interface: host:port, or unix:PATH (default: a socket of its own)")
	f.String("echo", "", "where the echo backend listens (default: 127.0.0.1:8181 for the sample APIs, otherwise there is none)")
	f.Int("concurrency", 0, "Envoy's worker threads (default: one for each CPU)")
	f.Bool("access-log", true, "log a line for each request")
	f.Bool("ignore-protocols", true, "serve APIs that are published for https only by http as well")
	return c
}

// run serves everything: the gateway, its Envoy, and the echo backend.
func (c *Config) run(ctx context.Context, logger *slog.Logger, out, messages io.Writer) error {
	if err := errors.Join(checkPort(ctx, "--listen", c.Listen), checkPort(ctx, "--tls-listen", c.TLSListen)); err != nil {
		return err
	}
	echo, err := c.listenEcho(ctx)
	if err != nil {
		return err
	}
	if echo != nil {
		defer func() { _ = echo.Close() }() // for what fails before it serves
	}
	if err := c.prepareSamples(logger); err != nil {
		return err
	}
	remove, err := c.sockets()
	if err != nil {
		return err
	}
	defer remove()
	if c.Admin == "" {
		c.Admin = "unix:" + c.SocketDir + "/admin.sock"
	}
	binary, err := envoy.Find(ctx, envoy.Options{Logger: logger})
	if err != nil {
		return err
	}
	process, err := c.process(binary, logger)
	if err != nil {
		return err
	}
	first := make(chan *plan.Plan, 1)
	var once sync.Once
	g, err := newGateway(*c, logger, messages, func(p *plan.Plan) { once.Do(func() { first <- p }) })
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	if echo != nil {
		group.Go(func() error { return serveEcho(ctx, echo) })
	}
	// Envoy is stopped first, while what it needs to finish its requests is still there.
	serving, stopServing := context.WithCancel(context.WithoutCancel(ctx))
	group.Go(func() error {
		defer stopServing()
		return process.Run(ctx)
	})
	group.Go(func() error { return g.run(serving) })
	group.Go(func() error { return c.welcome(ctx, g, process, first, out) })
	return group.Wait()
}

// listenEcho listens for the echo backend, if there is one; Echo is its address then.
func (c *Config) listenEcho(ctx context.Context) (net.Listener, error) {
	if c.Echo == "" && c.Folder == "" {
		c.Echo = samples.Backend
	}
	if c.Echo == "" {
		return nil, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Echo)
	if err != nil {
		return nil, fmt.Errorf("listen for the echo backend (--echo says where): %w", err)
	}
	c.Echo = l.Addr().String()
	return l, nil
}

// prepareSamples chooses the sample APIs when no folder is named. Files that are there
// stay as they are.
func (c *Config) prepareSamples(logger *slog.Logger) error {
	if c.Folder != "" {
		return c.checkFolder()
	}
	c.Folder = sampleFolder
	if _, err := os.Stat(c.Folder); err == nil {
		logger.Info("serving the sample APIs that are here already", "folder", c.Folder)
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	logger.Info("writing sample APIs", "folder", c.Folder)
	return samples.Write(c.Folder, c.Echo)
}

// checkFolder refuses a folder that is none. One that is not there yet is waited for only
// where a last good configuration may serve meanwhile.
func (c *Config) checkFolder() error {
	info, err := os.Stat(c.Folder)
	switch {
	case errors.Is(err, fs.ErrNotExist) && c.StateDir == "":
		return fmt.Errorf("there is no folder %s", c.Folder)
	case err == nil && !info.IsDir():
		return fmt.Errorf("%s is not a folder", c.Folder)
	}
	return nil
}

// checkPort finds out whether Envoy will be able to listen. Envoy itself would not always
// tell: it shares a port with other Envoys of the same user, each taking some of the
// requests.
func checkPort(ctx context.Context, flag, address string) error {
	if address == "" {
		return nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("the gateway cannot listen (%s chooses another address): %w", flag, err)
	}
	return l.Close()
}

// process is Envoy as a child of this process.
func (c *Config) process(binary envoy.Binary, logger *slog.Logger) (*envoy.Process, error) {
	b, err := c.bootstrap()
	if err != nil {
		return nil, err
	}
	text, err := b.Render()
	if err != nil {
		return nil, err
	}
	return &envoy.Process{
		Binary: binary, Config: text, Dir: c.SocketDir, Admin: b.Admin,
		Concurrency: c.Concurrency, Logger: logger, DrainMax: 10 * time.Second,
	}, nil
}

// welcome prints what can be called, once it can be.
func (c *Config) welcome(ctx context.Context, g *gateway, process *envoy.Process, first <-chan *plan.Plan, out io.Writer) error {
	var p *plan.Plan
	select {
	case p = <-first:
	case <-ctx.Done():
		return nil
	}
	if err := g.xds.Acknowledged(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("envoy cannot listen at %s: %w", strings.TrimSuffix(c.Listen+" and "+c.TLSListen, " and "), err)
	}
	if err := process.WaitReady(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	bases, err := c.bases(ctx, process.Admin)
	if err != nil {
		return err
	}
	return c.table(out, p, bases)
}

// bases are what the gateway's URLs begin with: with TLS first, if it has it.
func (c *Config) bases(ctx context.Context, admin envoy.Address) ([]string, error) {
	listeners, err := envoy.NewAdmin(admin).Listeners(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask envoy where it listens: %w", err)
	}
	plain, err := base("http", listeners[xds.ListenerName])
	if err != nil || c.TLSListen == "" {
		return []string{plain}, err
	}
	secure, err := base("https", listeners[xds.TLSListenerName])
	return []string{secure, plain}, err
}

// base is the begin of the URLs of a listener, as one can call them.
func base(scheme, address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("envoy does not listen for %s: %w", scheme, err)
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port), nil
}

// baseOf is what an operation's URL begins with.
func (c *Config) baseOf(e plan.Endpoint, bases []string) string {
	secure := func(protocol string) bool {
		return strings.EqualFold(protocol, "https") || strings.EqualFold(protocol, "wss")
	}
	base := bases[len(bases)-1]
	if c.IgnoreProtocols || len(e.Protocols) == 0 || slices.ContainsFunc(e.Protocols, secure) {
		base = bases[0]
	}
	if e.Handshake {
		return strings.Replace(base, "http", "ws", 1)
	}
	return base
}

// mostRows of the table; a big configuration is not printed whole.
const mostRows = 40

// table prints the operations with their URLs and keys.
func (c *Config) table(out io.Writer, p *plan.Plan, bases []string) error {
	var b strings.Builder
	endpoints := p.Endpoints()
	fmt.Fprintf(&b, "\nServing %s at %s (Ctrl-C ends it)\n\n", c.Folder, strings.Join(bases, " and "))
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "API\tOPERATION\tMETHOD\tURL\tKEY")
	for i, e := range endpoints {
		if i == mostRows {
			fmt.Fprintf(w, "…\tand %d more\t\t\t\n", len(endpoints)-i)
			break
		}
		key := "-"
		if e.KeyRequired {
			key = cmp.Or(p.Key(e.API), "(none is there)")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s%s\t%s\n", e.API, e.Operation, e.Method, c.baseOf(e, bases), e.Path, key)
	}
	_ = w.Flush() // into a strings.Builder
	b.WriteString(c.hints(endpoints, p, bases))
	_, err := io.WriteString(out, b.String())
	return err
}

// hints say what to try.
func (c *Config) hints(endpoints []plan.Endpoint, p *plan.Plan, bases []string) string {
	for _, e := range endpoints {
		if e.Method != "GET" || e.Handshake || strings.ContainsAny(e.Path, "{*?") || e.KeyRequired && p.Key(e.API) == "" {
			continue
		}
		key := ""
		if e.KeyRequired {
			key = fmt.Sprintf(" -H '%s: %s'", e.KeyHeader, p.Key(e.API))
		}
		base, unverified := c.baseOf(e, bases), ""
		if strings.HasPrefix(base, "https:") {
			unverified = "k" // for an address whose certificate is another name's
		}
		return fmt.Sprintf("\nTry:  curl -i%s%s %s%s\nThen: edit %s/apis/%s/operations/%s/policy.xml, save, and call it again\n\n", unverified, key, base, e.Path, c.Folder, e.API, e.Operation)
	}
	return "\n"
}
