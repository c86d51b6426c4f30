package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
)

// A Config is all settings of a command, from flags, environment and file.
type Config struct {
	// Folder the APIs are read from.
	Folder string `mapstructure:"folder"`
	// Gateway is the id of the gateway whose APIs are served; empty serves all.
	Gateway string `mapstructure:"gateway"`
	// Environment chooses configuration.<environment>.yaml in the folder.
	Environment string `mapstructure:"environment"`
	// SecretsFile holds subscription keys and secret named values; empty: the folder's own.
	SecretsFile string `mapstructure:"secrets-file"`
	// ServiceName and Region are what context.Deployment tells.
	ServiceName string `mapstructure:"service-name"`
	Region      string `mapstructure:"region"`
	// Listen is where Envoy takes requests.
	Listen string `mapstructure:"listen"`
	// TLSListen is where Envoy takes requests with TLS; empty: nowhere. TLSCertificates and
	// TLSKeys are the files of its key pairs, ClientCertificates asks its clients for theirs.
	TLSListen          string   `mapstructure:"tls-listen"`
	TLSCertificates    []string `mapstructure:"tls-cert"`
	TLSKeys            []string `mapstructure:"tls-key"`
	ClientCertificates bool     `mapstructure:"client-certificates"`
	// Admin is Envoy's admin interface: host:port, or unix:path.
	Admin string `mapstructure:"admin"`
	// Echo is where the echo backend listens; empty: there is none.
	Echo string `mapstructure:"echo"`
	// SocketDir holds the sockets between Envoy and apimgw.
	SocketDir string `mapstructure:"socket-dir"`
	// StateDir holds the last good configuration; empty: it is not kept.
	StateDir string `mapstructure:"state-dir"`
	// AccessLog logs a line for each request.
	AccessLog bool `mapstructure:"access-log"`
	// LogFormat is "text" or "json"; LogLevel "debug", "info", "warn" or "error".
	LogFormat string `mapstructure:"log-format"`
	LogLevel  string `mapstructure:"log-level"`
	// Concurrency is the number of Envoy's worker threads; 0 is one for each CPU.
	Concurrency int `mapstructure:"concurrency"`
	// IgnoreProtocols serves APIs that are published for https only by http as well.
	IgnoreProtocols bool `mapstructure:"ignore-protocols"`
	// Strict applies API Management's allow-list to expressions.
	Strict bool `mapstructure:"strict"`
	// MaxBody is the size in bytes up to which a body that a policy reads is buffered.
	MaxBody int `mapstructure:"max-body"`
	// CalloutAllow and CalloutDeny are networks that policies may and may not call.
	CalloutAllow []string `mapstructure:"callout-allow"`
	CalloutDeny  []string `mapstructure:"callout-deny"`
	// Grace is how long Envoy keeps what a new configuration no longer names.
	Grace time.Duration `mapstructure:"grace"`
	// Format of what validate prints: "text", "json" or "sarif".
	Format string `mapstructure:"format"`
}

// environmentPrefix begins the names of all environment variables that are read.
const environmentPrefix = "APIMGW"

// load reads the settings of a command.
func load(c *cobra.Command) (Config, error) {
	v := viper.New()
	v.SetEnvPrefix(environmentPrefix)
	v.SetEnvKeyReplacer(strings.NewReplacer("-", "_"))
	v.AutomaticEnv()
	if err := v.BindPFlags(c.Flags()); err != nil {
		return Config{}, fmt.Errorf("read the flags: %w", err)
	}
	if file := v.GetString("config"); file != "" {
		v.SetConfigFile(file)
		if err := v.ReadInConfig(); err != nil {
			return Config{}, fmt.Errorf("read the settings: %w", err)
		}
		if err := unknownSettings(v, c.Flags(), file); err != nil {
			return Config{}, err
		}
	}
	var cfg Config
	if err := v.Unmarshal(&cfg); err != nil {
		return Config{}, &usageError{c.CommandPath(), fmt.Errorf("read the settings: %w", err)}
	}
	if err := errors.Join(resolve("--listen", &cfg.Listen), resolve("--tls-listen", &cfg.TLSListen), cfg.checkTLS()); err != nil {
		return Config{}, &usageError{c.CommandPath(), err}
	}
	return cfg, nil
}

// resolve makes a host's name in an address an IP address, which is all that Envoy takes.
func resolve(flag string, address *string) error {
	if *address == "" {
		return nil // it is not set, or the command has no such flag
	}
	resolved, err := net.ResolveTCPAddr("tcp", *address)
	if err != nil {
		return fmt.Errorf("%s is HOST:PORT, not %q: %w", flag, *address, err)
	}
	*address = resolved.String()
	return nil
}

// unknownSettings refuses a file with a setting that no flag of the command has.
func unknownSettings(v *viper.Viper, flags *pflag.FlagSet, file string) error {
	for _, key := range v.AllKeys() {
		if v.InConfig(key) && flags.Lookup(key) == nil {
			return fmt.Errorf("%s: unknown setting %q", file, key)
		}
	}
	return nil
}

func logFlags(f *pflag.FlagSet) {
	f.String("log-format", "text", "text, or json for machines")
	f.String("log-level", "info", "debug, info, warn or error")
}

func sourceFlags(f *pflag.FlagSet) {
	f.String("gateway", "", "id of the gateway whose APIs are served (gateways/ID in the folder); empty serves all")
	f.String("environment", "", "environment whose configuration.ENVIRONMENT.yaml is applied; empty: none")
	f.String("secrets-file", "", "YAML file with subscription keys and secret named values (default: secrets.yaml in the folder)")
	f.String("service-name", "apimgw", "context.Deployment.ServiceName")
	f.String("region", "local", "context.Deployment.Region")
	f.Bool("strict", false, "apply API Management's allow-list of types and members to expressions")
}

func gatewayFlags(f *pflag.FlagSet) {
	sourceFlags(f)
	tlsFlags(f)
	f.String("state-dir", "", "directory where the last good configuration is kept; it serves a start without the source")
	f.Int("max-body", 4<<20, "bytes up to which a body that a policy reads is buffered")
	calloutFlags(f)
	f.Duration("grace", 5*time.Minute, "how long Envoy keeps what a new configuration no longer names")
}

// logger makes the logger of a command.
func (c *Config) logger(w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, fmt.Errorf("--log-level: %w", err)
	}
	o := &slog.HandlerOptions{Level: level}
	switch c.LogFormat {
	case "json":
		return slog.New(slog.NewJSONHandler(w, o)), nil
	case "text":
		o.ReplaceAttr = readable
		return slog.New(slog.NewTextHandler(w, o)), nil
	}
	return nil, fmt.Errorf("--log-format is text or json, not %q", c.LogFormat)
}

// readable leaves out of the log what people on a terminal need not read: the day, and
// digits of durations that tell nothing.
func readable(groups []string, a slog.Attr) slog.Attr {
	switch {
	case len(groups) == 0 && a.Key == slog.TimeKey:
		return slog.String(slog.TimeKey, a.Value.Time().Format("15:04:05.000"))
	case a.Value.Kind() == slog.KindDuration:
		return slog.Duration(a.Key, rounded(a.Value.Duration()))
	}
	return a
}

// rounded is a duration with two to four digits that count.
func rounded(d time.Duration) time.Duration {
	switch {
	case d >= time.Second:
		return d.Round(10 * time.Millisecond)
	case d >= time.Millisecond:
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(time.Microsecond)
}

// sockets makes the directory of the sockets. The returned function removes one that was
// made for this run only.
func (c *Config) sockets() (remove func(), err error) {
	if c.SocketDir != "" {
		if err := os.MkdirAll(c.SocketDir, 0o750); err != nil {
			return nil, fmt.Errorf("make the directory of the sockets: %w", err)
		}
		return func() {}, nil
	}
	dir, err := os.MkdirTemp("", "apimgw-")
	if err != nil {
		return nil, fmt.Errorf("make the directory of the sockets: %w", err)
	}
	c.SocketDir = dir
	return func() { _ = os.RemoveAll(dir) }, nil
}

// xdsSocket, extprocSocket and relaySocket are where apimgw serves Envoy, and egressSocket is
// where Envoy serves the relay.
func (c *Config) xdsSocket() string     { return filepath.Join(c.SocketDir, "xds.sock") }
func (c *Config) extprocSocket() string { return filepath.Join(c.SocketDir, "extproc.sock") }
func (c *Config) relaySocket() string   { return filepath.Join(c.SocketDir, "relay.sock") }
func (c *Config) egressSocket() string  { return filepath.Join(c.SocketDir, "egress.sock") }
