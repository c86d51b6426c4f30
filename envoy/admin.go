package envoy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// An Admin asks a running Envoy through its admin interface. It is safe for concurrent use.
type Admin struct {
	address Address
	client  *http.Client
}

// NewAdmin makes a client of the admin interface at the address.
func NewAdmin(address Address) *Admin {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, address.network, address.address)
	}
	// Without keep-alive: an idle connection would count among Envoy's clients when it drains.
	return &Admin{address: address, client: &http.Client{
		Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true},
		Timeout:   30 * time.Second,
	}}
}

// Get reads a page, such as "/config_dump?resource=dynamic_listeners".
func (a *Admin) Get(ctx context.Context, page string) ([]byte, error) {
	return a.do(ctx, http.MethodGet, page)
}

// Post sends an order, such as "/healthcheck/fail".
func (a *Admin) Post(ctx context.Context, page string) ([]byte, error) {
	return a.do(ctx, http.MethodPost, page)
}

func (a *Admin) do(ctx context.Context, method, page string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://envoy"+page, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask envoy for %s: %w", page, err)
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask envoy at %s for %s: %w", a.address, page, err)
	}
	defer func() { _ = resp.Body.Close() }() // only read
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("ask envoy at %s for %s: %w", a.address, page, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask envoy at %s for %s: it answers %s: %s", a.address, page, resp.Status, bytes.TrimSpace(body))
	}
	return body, nil
}

// Ready returns nil if Envoy has its first configuration and takes requests.
func (a *Admin) Ready(ctx context.Context) error {
	_, err := a.Get(ctx, "/ready")
	return err
}

// WaitReady waits until Envoy is ready. If the context ends first, the error also tells
// what Envoy answered last.
func (a *Admin) WaitReady(ctx context.Context) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	last := a.Ready(ctx)
	for last != nil {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for envoy to be ready: %w (last answer: %w)", context.Cause(ctx), last)
		case <-tick.C:
		}
		if err := a.Ready(ctx); ctx.Err() == nil {
			last = err
		}
	}
	return nil
}

// ConfigDump returns what Envoy runs, as JSON. The mask is a resource such as
// "dynamic_route_configs"; empty means everything.
func (a *Admin) ConfigDump(ctx context.Context, resource string) ([]byte, error) {
	page := "/config_dump"
	if resource != "" {
		page += "?resource=" + url.QueryEscape(resource)
	}
	return a.Get(ctx, page)
}

// Stats returns the counters and gauges whose names match the regular expression.
func (a *Admin) Stats(ctx context.Context, filter string) (map[string]uint64, error) {
	body, err := a.Get(ctx, "/stats?format=json&filter="+url.QueryEscape(filter))
	if err != nil {
		return nil, err
	}
	var page struct {
		Stats []struct {
			Name  string          `json:"name"`
			Value json.RawMessage `json:"value"`
		} `json:"stats"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, fmt.Errorf("read envoy's stats: %w", err)
	}
	stats := make(map[string]uint64, len(page.Stats))
	for _, s := range page.Stats {
		if n, err := strconv.ParseUint(string(s.Value), 10, 64); err == nil { // others are histograms and texts
			stats[s.Name] = n
		}
	}
	return stats, nil
}

// Listeners returns the addresses, host:port, at which Envoy listens, by listener name.
// Where a listener has port 0, this is how its port is learnt. Unix sockets are left out.
func (a *Admin) Listeners(ctx context.Context) (map[string]string, error) {
	body, err := a.Get(ctx, "/listeners?format=json")
	if err != nil {
		return nil, err
	}
	var page struct {
		Statuses []struct {
			Name  string `json:"name"`
			Local struct {
				Socket *struct {
					Address string `json:"address"`
					Port    int    `json:"port_value"`
				} `json:"socket_address"`
			} `json:"local_address"`
		} `json:"listener_statuses"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, fmt.Errorf("read envoy's listeners: %w", err)
	}
	listeners := make(map[string]string, len(page.Statuses))
	for _, s := range page.Statuses {
		if s.Local.Socket != nil {
			listeners[s.Name] = net.JoinHostPort(s.Local.Socket.Address, strconv.Itoa(s.Local.Socket.Port))
		}
	}
	return listeners, nil
}

// drain asks Envoy to tell its clients to go: responses carry "connection: close", HTTP/2
// gets GOAWAY. Envoy goes on serving.
func (a *Admin) drain(ctx context.Context) error {
	_, err := a.Post(ctx, "/drain_listeners?graceful&skip_exit")
	return err
}

// quit ends Envoy.
func (a *Admin) quit(ctx context.Context) error {
	_, err := a.Post(ctx, "/quitquitquit")
	return err
}

// activeRequests is the number of requests that are being served, those to the admin
// interface not counted.
func (a *Admin) activeRequests(ctx context.Context) (uint64, error) {
	stats, err := a.Stats(ctx, `^http\..*\.downstream_rq_active$`)
	if err != nil {
		return 0, err
	}
	var n uint64
	for name, active := range stats {
		if name != "http.admin.downstream_rq_active" {
			n += active
		}
	}
	return n, nil
}
