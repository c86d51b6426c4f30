package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"

	"golang.org/x/net/http/httpproxy"
	"golang.org/x/sync/errgroup"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/extproc"
	"github.com/apimgw/apimgw/extproc/relay"
	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/follow"
	"github.com/apimgw/apimgw/sync/plan"
	"github.com/apimgw/apimgw/sync/source/folder"
	"github.com/apimgw/apimgw/xds"
)

// A gateway is the parts that serve Envoy, tied together.
type gateway struct {
	config  Config
	logger  *slog.Logger
	current plan.Current
	xds     *xds.Server
	extproc *extproc.Server
	relay   *relay.Relay
	source  *folder.Folder
	// services are what policies of all plans share.
	services *policies.Services
	// keyPairs are shown to clients with TLS, until their files have others.
	keyPairs []xds.KeyPair
	// messages is where people read what is wrong.
	messages io.Writer
	// namesIdle tells once that host names are of no use.
	namesIdle sync.Once
	// published is called after each plan that took effect.
	published func(*plan.Plan)
}

// newGateway makes the parts of a gateway; nothing runs yet.
func newGateway(cfg Config, logger *slog.Logger, messages io.Writer, published func(*plan.Plan)) (*gateway, error) {
	source, err := folder.New(cfg.Folder, cfg.folderOptions(logger))
	if err != nil {
		return nil, err
	}
	services, err := cfg.services(logger)
	if err != nil {
		return nil, err
	}
	admin, err := envoy.ParseAddress(cfg.Admin)
	if err != nil {
		return nil, fmt.Errorf("--admin: %w", err)
	}
	pairs, err := cfg.keyPairs()
	if err != nil {
		return nil, err
	}
	g := &gateway{config: cfg, logger: logger, source: source, services: services, keyPairs: pairs, messages: messages, published: published}
	g.xds = xds.NewServer(xds.ServerOptions{
		Options: xds.Options{
			Listen: cfg.Listen, CAFile: xds.SystemCAFile(), BodyLimit: cfg.MaxBody, EgressSocket: cfg.egressSocket(),
			TLSListen: cfg.TLSListen, KeyPairs: cfg.TLSCertificates, ClientCertificates: cfg.ClientCertificates,
		},
		Logger: logger, Grace: cfg.Grace, Warm: xds.WarmClusters(envoy.NewAdmin(admin)),
	})
	g.relay = relay.New(relay.Options{EgressSocket: cfg.egressSocket(), Logger: logger})
	o := extproc.Options{Plan: &g.current, Logger: logger, BodyLimit: cfg.MaxBody, Relay: g.relay}
	if cfg.AccessLog {
		o.Log, o.ObserveResponses = g.logRequest, true
	}
	g.extproc = extproc.New(o)
	return g, nil
}

// gcPercent lets the heap grow to five times what is live before it is collected. Little is
// live beside the plan, so that costs some megabytes and saves a part of each request.
const gcPercent = 400

// run serves until ctx is done.
func (g *gateway) run(ctx context.Context) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	xdsListener, err := extproc.Listen(ctx, g.config.xdsSocket())
	if err != nil {
		return err
	}
	extprocListener, err := extproc.Listen(ctx, g.config.extprocSocket())
	if err != nil {
		return err
	}
	relayListener, err := extproc.Listen(ctx, g.config.relaySocket())
	if err != nil {
		return err
	}
	g.logger.Info("serving envoy", slog.String("xds", g.config.xdsSocket()), slog.String("ext_proc", g.config.extprocSocket()), slog.String("folder", g.config.Folder))
	for _, pair := range g.keyPairs {
		if err := g.xds.PublishKeyPair(ctx, pair); err != nil {
			return err
		}
	}
	defer g.finishCalls() // when no request makes further ones
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return g.xds.FollowKeyFiles(ctx, g.config.keyFiles(), renewalInterval) })
	group.Go(func() error { return g.xds.Run(ctx, xdsListener) })
	group.Go(func() error { return g.extproc.Run(ctx, extprocListener) })
	group.Go(func() error { return g.relay.Run(ctx, relayListener) })
	group.Go(func() error { return g.follow(ctx) })
	return group.Wait()
}

// follow keeps the gateway at what the source publishes.
func (g *gateway) follow(ctx context.Context) error {
	options := g.config.planOptions(g.services)
	o := follow.Options[*plan.Plan]{
		Source: g.source,
		Compile: func(c *catalog.Catalog, previous *plan.Plan) (*plan.Plan, diag.List) {
			return plan.Compile(c, options, previous)
		},
		Publish: g.publish,
		Report:  g.report,
		Logger:  g.logger,
	}
	if g.config.StateDir != "" {
		o.Store = &follow.Store{Path: filepath.Join(g.config.StateDir, "catalog.json"), Origin: g.config.origin()}
	}
	return follow.New(o).Run(ctx)
}

// publish makes a plan the one in effect.
func (g *gateway) publish(ctx context.Context, p *plan.Plan) error {
	err := g.xds.Publish(ctx, p, func() { g.current.Store(p) })
	if err != nil {
		return err
	}
	g.extproc.Ready()
	if len(p.Hostnames()) > 0 && g.config.TLSListen == "" {
		g.namesIdle.Do(func() {
			g.logger.Info("host names of the folder have no effect: --tls-listen says where to listen with TLS, and is not set")
		})
	}
	if g.published != nil {
		g.published(p)
	}
	return nil
}

// report tells the mistakes of a configuration: to people as they read them, with the line,
// and to machines as records.
func (g *gateway) report(l diag.List) {
	if g.config.LogFormat == "text" {
		// What is written to standard error has nowhere else to go when that fails.
		_, _ = fmt.Fprintf(g.messages, "\n%s\n", l)
		return
	}
	for _, d := range l {
		level := slog.LevelError
		if d.Severity == diag.Warning {
			level = slog.LevelWarn
		}
		at := d.Range.Position()
		file := ""
		if !d.Range.IsZero() {
			file = d.Range.Source.Name()
		}
		g.logger.Log(context.Background(), level, "mistake in the configuration",
			"code", string(d.Code), "problem", d.Message, "help", d.Help, "file", file, "line", at.Line, "column", at.Column)
	}
}

// logRequest writes the access log's line of a request.
func (g *gateway) logRequest(r extproc.Record) {
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("path", r.Path), slog.Int("status", r.Status),
		slog.Duration("duration", r.Duration), slog.String("api", r.API), slog.String("operation", r.Operation),
		slog.String("ip", r.IPAddress), slog.String("id", uuid(r.ID)),
	}
	if r.Backend > 0 {
		attrs = append(attrs, slog.Duration("backend", r.Backend))
	}
	if r.Err != nil {
		attrs = append(attrs, slog.String("policy", r.Err.Source), slog.String("reason", r.Err.Reason), slog.String("error", r.Err.Message))
	}
	g.logger.LogAttrs(context.Background(), slog.LevelInfo, "request", attrs...)
}

// uuid writes 16 bytes in the usual form.
func uuid(id [16]byte) string {
	s := hex.EncodeToString(id[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// folderOptions are what the settings say about the folder.
func (c *Config) folderOptions(logger *slog.Logger) folder.Options {
	return folder.Options{
		Gateway: c.Gateway, Environment: c.Environment, SecretsFile: c.SecretsFile,
		Service: catalog.Service{Name: c.ServiceName, Region: c.Region}, Logger: logger,
	}
}

// planOptions are what the settings say about compiling.
func (c *Config) planOptions(services *policies.Services) plan.Options {
	return plan.Options{
		Kinds: builtin.Kinds, Known: builtin.Known, Skipped: builtin.Skipped, Services: services, Strict: c.Strict,
		IgnoreProtocols: c.IgnoreProtocols, InstanceID: instanceID(),
		Proxy: environmentProxy(),
	}
}

// environmentProxy is what HTTP_PROXY, HTTPS_PROXY and NO_PROXY say; nil if nothing.
func environmentProxy() func(*url.URL) (*url.URL, error) {
	c := httpproxy.FromEnvironment()
	if c.HTTPProxy == "" && c.HTTPSProxy == "" {
		return nil
	}
	return c.ProxyFunc()
}

// origin names the source, so that a catalog that was kept of another is not taken for
// this one's.
func (c *Config) origin() string {
	abs, err := filepath.Abs(c.Folder)
	if err != nil {
		return c.Folder
	}
	return abs
}

// instanceID names this process: the host's name, which in Kubernetes is the pod's.
func instanceID() string {
	if name, err := os.Hostname(); err == nil {
		return name
	}
	return rand.Text()
}
