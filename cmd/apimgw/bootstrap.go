package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/apimgw/apimgw/envoy"
)

func newBootstrap() *cobra.Command {
	c := &cobra.Command{
		Use:   "bootstrap",
		Short: "Print the envoy.yaml that Envoy is started with",
		Long: `bootstrap prints the envoy.yaml of an Envoy that runs beside 'apimgw serve', as it does in
a pod: it names the sockets; listeners, routes and clusters come over them.`,
		Example: `  apimgw bootstrap --socket-dir /run/apimgw > envoy.yaml
  envoy -c envoy.yaml & apimgw serve --socket-dir /run/apimgw --folder ./apis`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := load(c)
			if err != nil {
				return err
			}
			b, err := cfg.bootstrap()
			if err != nil {
				return err
			}
			text, err := b.Render()
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(text)
			return err
		},
	}
	c.Flags().String("socket-dir", "/run/apimgw", "directory of the sockets between Envoy and apimgw")
	c.Flags().String("admin", "127.0.0.1:9901", "Envoy's admin interface: host:port, or unix:PATH")
	return c
}

// bootstrap of the Envoy that these settings are for.
func (c *Config) bootstrap() (envoy.Bootstrap, error) {
	admin, err := envoy.ParseAddress(c.Admin)
	if err != nil {
		return envoy.Bootstrap{}, fmt.Errorf("--admin: %w", err)
	}
	return envoy.Bootstrap{
		NodeCluster: c.Gateway, Admin: admin,
		XDSSocket: c.xdsSocket(), ExtProcSocket: c.extprocSocket(), RelaySocket: c.relaySocket(),
	}, nil
}
