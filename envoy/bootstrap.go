package envoy

import (
	_ "embed"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"text/template"
)

// Names of the clusters that every bootstrap has: apimgw's own sockets. Routes and filters
// that come by xDS name them.
const (
	// ClusterXDS is the server of listeners, routes and clusters.
	ClusterXDS = "apim_xds"
	// ClusterExtProc is the ext_proc server, which runs policies.
	ClusterExtProc = "apim_ext_proc"
	// ClusterRelay is the relay, which runs a backend section by itself. It is there only
	// if the bootstrap names a socket for it.
	ClusterRelay = "apim_relay"
)

// maxSocketPath is the longest path that a Unix socket takes on Linux and macOS.
const maxSocketPath = 103

// DefaultMaxConnections is the number of client connections when a bootstrap names none.
const DefaultMaxConnections = 50_000

//go:embed bootstrap.yaml.tmpl
var bootstrapText string

var bootstrapTemplate = template.Must(template.New("envoy.yaml").Funcs(template.FuncMap{"quote": strconv.Quote}).Parse(bootstrapText))

// A Bootstrap is what an Envoy is started with. It tells where apimgw's sockets are; all
// else comes over them.
type Bootstrap struct {
	// NodeID names this Envoy among others; empty means "apimgw".
	NodeID string
	// NodeCluster names the gateway it belongs to; empty means "apimgw".
	NodeCluster string
	// Admin is where Envoy's admin interface listens.
	Admin Address
	// XDSSocket is the path of the Unix socket of the xDS server.
	XDSSocket string
	// ExtProcSocket is the path of the Unix socket of the ext_proc server.
	ExtProcSocket string
	// RelaySocket is the path of the Unix socket of the relay; empty if there is none.
	RelaySocket string
	// MaxConnections from clients at a time; 0 means DefaultMaxConnections.
	MaxConnections int
	// MaxHeap in bytes at which Envoy begins to turn requests away; 0 means no limit. In a
	// container it belongs somewhat below the memory limit.
	MaxHeap uint64
}

// A service is one of apimgw's sockets, as the template shows it.
type service struct {
	Name, Comment, Socket string
	HTTP2                 bool
	Streams               bool // bodies, of any length
}

// Render returns the envoy.yaml.
func (b Bootstrap) Render() ([]byte, error) {
	if err := b.check(); err != nil {
		return nil, fmt.Errorf("render envoy's bootstrap: %w", err)
	}
	services := []service{
		{ClusterXDS, "apimgw's configuration server.", b.XDSSocket, true, false},
		{ClusterExtProc, "apimgw's policies: asked about each request whose API has some.", b.ExtProcSocket, true, false},
	}
	if b.RelaySocket != "" {
		services = append(services, service{ClusterRelay, "apimgw's relay: backend sections that are more than one plain forward.", b.RelaySocket, true, true})
	}
	data := struct {
		Bootstrap
		EnvoyVersion, ClusterXDS string
		Services                 []service
	}{b.withDefaults(), Version, ClusterXDS, services}
	var text strings.Builder
	if err := bootstrapTemplate.Execute(&text, data); err != nil {
		return nil, fmt.Errorf("render envoy's bootstrap: %w", err)
	}
	return []byte(text.String()), nil
}

func (b Bootstrap) withDefaults() Bootstrap {
	if b.NodeID == "" {
		b.NodeID = "apimgw"
	}
	if b.NodeCluster == "" {
		b.NodeCluster = "apimgw"
	}
	if b.MaxConnections == 0 {
		b.MaxConnections = DefaultMaxConnections
	}
	return b
}

func (b Bootstrap) check() error {
	errs := []error{checkSocket("xDS", b.XDSSocket), checkSocket("ext_proc", b.ExtProcSocket)}
	if b.RelaySocket != "" {
		errs = append(errs, checkSocket("relay", b.RelaySocket))
	}
	if b.Admin.IsUnix() {
		errs = append(errs, checkSocket("admin", b.Admin.Path()))
	} else if b.Admin.address == "" {
		errs = append(errs, errors.New("the admin address is missing"))
	}
	if b.MaxConnections < 0 {
		errs = append(errs, fmt.Errorf("%d connections at most: cannot be negative", b.MaxConnections))
	}
	return errors.Join(errs...)
}

func checkSocket(what, path string) error {
	switch {
	case path == "":
		return fmt.Errorf("the path of the %s socket is missing", what)
	case len(path) > maxSocketPath:
		return fmt.Errorf("the path of the %s socket is %d bytes long, but Unix sockets take %d at most: %s", what, len(path), maxSocketPath, path)
	}
	return nil
}

// An Address is where a server listens: a Unix socket or a TCP port.
type Address struct{ network, address string }

// ParseAddress reads "unix:/run/apimgw/admin.sock" or "127.0.0.1:9901".
func ParseAddress(text string) (Address, error) {
	if path, ok := strings.CutPrefix(text, "unix:"); ok {
		if path == "" {
			return Address{}, fmt.Errorf("address %q: the path of the socket is missing", text)
		}
		return UnixAddress(path), nil
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return Address{}, fmt.Errorf("address %q: want unix:PATH or HOST:PORT: %w", text, err)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return Address{}, fmt.Errorf("address %q: the port is not a number up to 65535", text)
	}
	if host == "" {
		return Address{}, fmt.Errorf("address %q: the host is missing", text)
	}
	return Address{"tcp", net.JoinHostPort(host, port)}, nil
}

// UnixAddress is the address of a Unix socket.
func UnixAddress(path string) Address { return Address{"unix", path} }

// IsUnix reports whether the address is a Unix socket.
func (a Address) IsUnix() bool { return a.network == "unix" }

// Path of the Unix socket.
func (a Address) Path() string { return a.address }

// Host of the TCP address.
func (a Address) Host() string {
	host, _, _ := net.SplitHostPort(a.address) // ParseAddress has checked it
	return host
}

// Port of the TCP address.
func (a Address) Port() string {
	_, port, _ := net.SplitHostPort(a.address) // ParseAddress has checked it
	return port
}

// String is what ParseAddress reads.
func (a Address) String() string {
	if a.IsUnix() {
		return "unix:" + a.address
	}
	return a.address
}
