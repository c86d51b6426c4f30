// Package identity gets access tokens of Microsoft Entra for the identity that the gateway
// runs as, wherever it runs: a workload identity in Kubernetes, a managed identity of a
// virtual machine or an app, or an application with a secret.
package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options of a Client. The zero Options work.
type Options struct {
	// LookupEnv looks up an environment variable; nil is os.LookupEnv.
	LookupEnv func(string) (string, bool)
	// HTTP makes the requests; nil is a client of the package's own.
	HTTP *http.Client
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Metadata is the address of the cloud's metadata service; empty is Azure's.
	Metadata string
}

const (
	metadata = "http://169.254.169.254"
	// patience is how long getting a token may take.
	patience = 15 * time.Second
	// margin is how long before its end a token is no longer given out.
	margin = 5 * time.Minute
	// pause is how long after a failure nobody is asked again, so that requests do not queue up
	// behind somebody who does not answer.
	pause = 5 * time.Second
	// largest is how long an answer may be.
	largest = 1 << 20
)

// A Client gets tokens and keeps them until they expire. Any number of goroutines may use it.
type Client struct {
	options Options

	mu     sync.Mutex
	tokens map[key]*token
}

// A key is what a token is for.
type key struct{ resource, client string }

// A token is got by one goroutine at a time.
type token struct {
	mu      sync.Mutex
	text    string
	expires time.Time
	// problem of the last try, which is not repeated before retry.
	problem error
	retry   time.Time
}

// New makes a client.
func New(o Options) *Client {
	if o.LookupEnv == nil {
		o.LookupEnv = os.LookupEnv
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{
			Timeout: patience,
			Transport: &http.Transport{
				Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
				TLSHandshakeTimeout: 5 * time.Second, IdleConnTimeout: time.Minute, MaxIdleConns: 4,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Metadata == "" {
		o.Metadata = metadata
	}
	return &Client{options: o, tokens: map[key]*token{}}
}

// Token returns an access token for a resource: an App ID URI, or the id of an application.
// The client id is that of a user-assigned identity; empty is the gateway's own.
func (c *Client) Token(ctx context.Context, resource, client string) (string, error) {
	t := c.token(key{resource, client})
	t.mu.Lock()
	defer t.mu.Unlock()
	now := c.options.Now()
	if t.text != "" && now.Before(t.expires.Add(-margin)) {
		return t.text, nil
	}
	if now.Before(t.retry) && now.After(t.expires) {
		return "", t.problem
	}
	fresh, err := c.fetch(ctx, resource, client)
	if err != nil {
		if ctx.Err() == nil {
			t.problem, t.retry = err, now.Add(pause)
		}
		if t.text != "" && now.Before(t.expires) {
			return t.text, nil // it still counts
		}
		return "", err
	}
	t.text, t.expires = fresh.Token, fresh.expires(now)
	return t.text, nil
}

func (c *Client) token(k key) *token {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tokens[k] == nil {
		c.tokens[k] = &token{}
	}
	return c.tokens[k]
}

// fetch asks whoever knows the gateway's identity, as the environment tells.
func (c *Client) fetch(ctx context.Context, resource, client string) (*answer, error) {
	env := func(name string) string {
		v, _ := c.options.LookupEnv(name)
		return v
	}
	if fixed := env("APIMGW_IDENTITY_TOKEN"); fixed != "" {
		return &answer{Token: fixed}, nil
	}
	if client == "" {
		client = env("AZURE_CLIENT_ID")
	}
	file, secret, endpoint := env("AZURE_FEDERATED_TOKEN_FILE"), env("AZURE_CLIENT_SECRET"), env("IDENTITY_ENDPOINT")
	switch {
	case file != "":
		assertion, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the token of the workload identity: %w", err)
		}
		return c.fromEntra(ctx, env, resource, client, url.Values{
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {strings.TrimSpace(string(assertion))},
		})
	case secret != "":
		return c.fromEntra(ctx, env, resource, client, url.Values{"client_secret": {secret}})
	case endpoint != "":
		return c.fromService(ctx, endpoint, "2019-08-01", resource, client, "X-IDENTITY-HEADER", env("IDENTITY_HEADER"))
	}
	return c.fromService(ctx, c.options.Metadata+"/metadata/identity/oauth2/token", "2018-02-01", resource, client, "Metadata", "true")
}

// fromEntra asks Entra itself for a token of an application.
func (c *Client) fromEntra(ctx context.Context, env func(string) string, resource, client string, credentials url.Values) (*answer, error) {
	tenant, authority := env("AZURE_TENANT_ID"), env("AZURE_AUTHORITY_HOST")
	if tenant == "" || client == "" {
		return nil, errors.New("AZURE_TENANT_ID and AZURE_CLIENT_ID say whose identity the gateway has; one is not set")
	}
	if authority == "" {
		authority = "https://login.microsoftonline.com"
	}
	credentials.Set("grant_type", "client_credentials")
	credentials.Set("client_id", client)
	credentials.Set("scope", strings.TrimSuffix(resource, "/.default")+"/.default")
	to := strings.TrimRight(authority, "/") + "/" + url.PathEscape(tenant) + "/oauth2/v2.0/token"
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(credentials.Encode()))
	if err != nil {
		return nil, fmt.Errorf("ask Entra for a token: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(r)
}

// fromService asks the service of a platform that has identities.
func (c *Client) fromService(ctx context.Context, endpoint, version, resource, client, header, value string) (*answer, error) {
	query := url.Values{"api-version": {version}, "resource": {resource}}
	if client != "" {
		query.Set("client_id", client)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask for a token: %w", err)
	}
	r.Header.Set(header, value)
	return c.do(r)
}

// An answer has a token, and when it ends: in seconds, or in seconds since 1970.
type answer struct {
	Token     string `json:"access_token"`
	ExpiresIn number `json:"expires_in"`
	ExpiresOn number `json:"expires_on"`
}

// A number is written as one or as a text.
type number int64

// UnmarshalJSON reads either.
func (n *number) UnmarshalJSON(text []byte) error {
	v, err := strconv.ParseInt(strings.Trim(string(text), `"`), 10, 64)
	*n = number(v)
	return err
}

func (a *answer) expires(now time.Time) time.Time {
	switch {
	case a.ExpiresOn > 0:
		return time.Unix(int64(a.ExpiresOn), 0)
	case a.ExpiresIn > 0:
		return now.Add(time.Duration(a.ExpiresIn) * time.Second)
	}
	return now // it is asked for again
}

func (c *Client) do(r *http.Request) (*answer, error) {
	who := r.URL.Scheme + "://" + r.URL.Host
	resp, err := c.options.HTTP.Do(r)
	if err != nil {
		return nil, fmt.Errorf("ask %s for a token: %w", who, err)
	}
	defer func() { _ = resp.Body.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(resp.Body, largest))
	if err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", who, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s gives no token: %s%s", who, resp.Status, reasonOf(text))
	}
	var a answer
	if err := json.Unmarshal(text, &a); err != nil || a.Token == "" {
		return nil, fmt.Errorf("the answer of %s has no token", who)
	}
	return &a, nil
}

// reasonOf is what an error of OAuth says.
func reasonOf(text []byte) string {
	var e struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	if json.Unmarshal(text, &e) != nil || e.Code == "" {
		return ""
	}
	line, _, _ := strings.Cut(e.Description, "\n")
	return ": " + e.Code + ": " + strings.TrimSpace(line)
}
