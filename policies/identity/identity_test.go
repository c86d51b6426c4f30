package identity_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/identity"
)

// A provider answers every request for a token, and keeps what it was asked.
type provider struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []string
	answer string
	status int
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{answer: `{"access_token": "t1", "expires_in": 3600}`, status: http.StatusOK}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.asked = append(p.asked, fmt.Sprintf("%s %s [%s%s] %s", r.Method, r.URL, r.Header.Get("Metadata"), r.Header.Get("X-Identity-Header"), body))
		w.WriteHeader(p.status)
		_, _ = io.WriteString(w, p.answer) // the client is ours
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *provider) say(status int, answer string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status, p.answer = status, answer
}

func (p *provider) last() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[len(p.asked)-1]
}

func (p *provider) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.asked)
}

func lookup(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := env[name]; return v, ok }
}

func TestWhoIsAsked(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("assertion\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env    map[string]string
		client string
		want   string
	}{
		"virtual machine": {nil, "", "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.test [true] "},
		"user-assigned":   {nil, "u1", "GET /metadata/identity/oauth2/token?api-version=2018-02-01&client_id=u1&resource=https%3A%2F%2Fvault.test [true] "},
		"app":             {map[string]string{"IDENTITY_ENDPOINT": p.URL + "/msi", "IDENTITY_HEADER": "h"}, "", "GET /msi?api-version=2019-08-01&resource=https%3A%2F%2Fvault.test [h] "},
		"secret":          {map[string]string{"AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "s", "AZURE_AUTHORITY_HOST": p.URL + "/"}, "", "POST /t/oauth2/v2.0/token [] client_id=c&client_secret=s&grant_type=client_credentials&scope=https%3A%2F%2Fvault.test%2F.default"},
		"workload":        {map[string]string{"AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_FEDERATED_TOKEN_FILE": file, "AZURE_AUTHORITY_HOST": p.URL}, "u2", "POST /t/oauth2/v2.0/token [] client_assertion=assertion&client_assertion_type=" + url.QueryEscape("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") + "&client_id=u2&grant_type=client_credentials&scope=https%3A%2F%2Fvault.test%2F.default"},
	} {
		c0 := identity.New(identity.Options{LookupEnv: lookup(c.env), Metadata: p.URL})
		got, err := c0.Token(t.Context(), "https://vault.test", c.client)
		if err != nil || got != "t1" || p.last() != c.want {
			t.Errorf("%s: %q, %v, asked\n%s\nwant\n%s", name, got, err, p.last(), c.want)
		}
	}
	fixed := identity.New(identity.Options{LookupEnv: lookup(map[string]string{"APIMGW_IDENTITY_TOKEN": "mine"})})
	if got, err := fixed.Token(t.Context(), "r", ""); got != "mine" || err != nil {
		t.Errorf("a token of the environment: %q, %v", got, err)
	}
}

func TestTokensAreKept(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	now := time.Now()
	c := identity.New(identity.Options{LookupEnv: lookup(nil), Metadata: p.URL, Now: func() time.Time { return now }})
	token := func(resource, want string, asked int) {
		t.Helper()
		if got, err := c.Token(t.Context(), resource, ""); got != want || err != nil || p.count() != asked {
			t.Errorf("%q, %v, asked %d times; want %q, %d", got, err, p.count(), want, asked)
		}
	}
	token("a", "t1", 1)
	token("a", "t1", 1)
	p.say(http.StatusOK, fmt.Sprintf(`{"access_token": "t2", "expires_on": "%d"}`, now.Add(2*time.Hour).Unix()))
	token("b", "t2", 2)
	now = now.Add(56 * time.Minute) // the first is about to end
	token("a", "t2", 3)
	token("b", "t2", 3)
	p.say(http.StatusServiceUnavailable, "")
	now = now.Add(62 * time.Minute)
	token("b", "t2", 4) // it still counts
	now = now.Add(time.Hour)
	if got, err := c.Token(t.Context(), "b", ""); err == nil {
		t.Errorf("an expired token is given out: %q", got)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	for name, c := range map[string]struct {
		env    map[string]string
		status int
		answer string
		want   string
	}{
		"refused":     {nil, 400, `{"error": "invalid_resource", "error_description": "AADSTS500011: unknown\nTrace: 1"}`, "gives no token: 400 Bad Request: invalid_resource: AADSTS500011: unknown"},
		"no token":    {nil, 200, `{}`, "has no token"},
		"no client":   {map[string]string{"AZURE_TENANT_ID": "t", "AZURE_CLIENT_SECRET": "s"}, 200, "", "AZURE_CLIENT_ID"},
		"no file":     {map[string]string{"AZURE_FEDERATED_TOKEN_FILE": "/nowhere"}, 200, "", "read the token of the workload identity"},
		"unreachable": {map[string]string{"IDENTITY_ENDPOINT": "http://127.0.0.1:1/secret"}, 200, "", "ask http://127.0.0.1:1 for a token"},
	} {
		p.say(c.status, c.answer)
		_, err := identity.New(identity.Options{LookupEnv: lookup(c.env), Metadata: p.URL}).Token(t.Context(), "r", "")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
