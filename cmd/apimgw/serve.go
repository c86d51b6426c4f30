package main

import (
	"errors"

	"github.com/spf13/cobra"
)

func newServe() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve an Envoy that runs beside this process, as in a pod",
		Long: `serve is apimgw as a sidecar: it opens Unix sockets, xds.sock, extproc.sock and relay.sock,
in the socket directory, for an Envoy that was started with what 'apimgw bootstrap' prints. That
Envoy may be started before or after, and restarted at any time; the same holds for serve.

xds.sock and extproc.sock speak gRPC with reflection and health checks. Envoy opens a
fourth, egress.sock, by which the relay forwards.`,
		Example: `  apimgw serve --folder /etc/apis --socket-dir /run/apimgw --state-dir /apim/config
  grpcurl -plaintext -unix /run/apimgw/extproc.sock grpc.health.v1.Health/Check`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := load(c)
			if err != nil {
				return err
			}
			if cfg.Folder == "" {
				return &usageError{c.CommandPath(), errors.New("--folder (or APIMGW_FOLDER) says where the APIs are; it is not set")}
			}
			logger, err := cfg.logger(c.ErrOrStderr())
			if err != nil {
				return &usageError{c.CommandPath(), err}
			}
			if _, err := cfg.sockets(); err != nil {
				return err
			}
			g, err := newGateway(cfg, logger, c.ErrOrStderr(), nil)
			if err != nil {
				return err
			}
			return g.run(c.Context())
		},
	}
	f := c.Flags()
	gatewayFlags(f)
	logFlags(f)
	f.String("folder", "", "folder of the APIs, in APIOps layout")
	f.String("socket-dir", "/run/apimgw", "directory of the sockets between Envoy and apimgw")
	f.String("listen", "0.0.0.0:8080", "where Envoy takes requests")
	f.String("admin", "127.0.0.1:9901", "Envoy's admin interface: host:port, or unix:PATH")
	f.Bool("access-log", false, "log a line for each request that a policy or a key check concerns")
	f.Bool("ignore-protocols", false, "serve APIs that are published for https only by http as well, as behind a proxy that ends TLS")
	return c
}
