package plan_test

import (
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
)

// forwards is a catalog of APIs, a path and a host each; the host "" is no service URL.
func forwards(pairs ...string) *catalog.Catalog {
	c := &catalog.Catalog{}
	for i := 0; i < len(pairs); i += 2 {
		a := &catalog.API{
			ID: "api" + pairs[i], Path: pairs[i], Type: catalog.HTTP, KeyHeader: "k", KeyQuery: "k", Revision: "1", IsCurrent: true, IsOnline: true,
			Operations: []*catalog.Operation{{ID: "all", Method: "GET", URLTemplate: "/*"}},
		}
		if pairs[i+1] != "" {
			a.ServiceURL = "http://" + pairs[i+1]
		}
		c.APIs = append(c.APIs, a)
	}
	return c
}

// Envoy is trusted to forward by itself only what leads to the same cluster before and after.
func TestForwards(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before, after *catalog.Catalog
		want          map[string]string // cluster by request path
	}{
		"first plan":            {nil, forwards("a", "x"), map[string]string{"/a/1": "http/x/80"}},
		"nothing changes":       {forwards("a", "x"), forwards("a", "x"), map[string]string{"/a/1": "http/x/80"}},
		"only the case changes": {forwards("A", "x"), forwards("a", "x"), map[string]string{"/A/1": "http/x/80"}},
		"another is added":      {forwards("a", "x"), forwards("a", "x", "b", "y"), map[string]string{"/a/1": "http/x/80", "/b/1": ""}},
		"it moves":              {forwards("a", "x", "b", "y"), forwards("a", "z", "b", "y"), map[string]string{"/a/1": "", "/b/1": "http/y/80"}},
		"it loses its backend":  {forwards("a", "x"), forwards("a", ""), map[string]string{"/a/1": ""}},
		"one below is added":    {forwards("a", "x"), forwards("a", "x", "a/b", "y"), map[string]string{"/a/1": "http/x/80", "/a/b/1": ""}},
		"the same below":        {forwards("a", "x"), forwards("a", "x", "a/b", "x"), map[string]string{"/a/1": "http/x/80", "/a/b/1": "http/x/80"}},
		"one below goes":        {forwards("a", "x", "a/b/c", "y"), forwards("a", "x"), map[string]string{"/a/1": "", "/a/b/c/1": ""}},
		"the same below goes":   {forwards("a", "x", "a/b/c", "x"), forwards("a", "x"), map[string]string{"/a/1": "http/x/80"}},
		"the root is added":     {forwards("a", "x"), forwards("a", "x", "", "y"), map[string]string{"/a/1": "http/x/80", "/1": ""}},
		"one goes to the root":  {forwards("a", "x", "", "y"), forwards("", "y"), map[string]string{"/1": "", "/a/1": ""}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var before *plan.Plan
			if tt.before != nil {
				before, _ = plan.Compile(tt.before, plan.Options{}, nil)
			}
			after, diags := plan.Compile(tt.after, plan.Options{}, before)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			next, _ := plan.Compile(tt.after, plan.Options{}, after)
			for path, want := range tt.want {
				for name, p := range map[string]*plan.Plan{"after": after, "next": next} {
					if got := clusterOf(p, path, time.Now()); got != want {
						t.Errorf("%s, %s: forwarded to %q, want %q", path, name, got, want)
					}
					x := asked(path)
					x.Received = time.Now().Add(2 * time.Minute)
					settled := p.Resolve(x).Cluster
					if x.Backend != nil && settled != x.Backend.Cluster {
						t.Errorf("%s, %s: settled at %q, want %q", path, name, settled, x.Backend.Cluster)
					}
				}
			}
		})
	}
}

// Versions of an API share its virtual host, so Envoy forwards to the first one's backend.
func TestForwardsOfVersions(t *testing.T) {
	t.Parallel()
	c := forwards("a", "x", "a", "y")
	c.VersionSets = []*catalog.VersionSet{{ID: "set", Scheme: "Query", QueryName: "v"}}
	for i, version := range []string{"", "2"} {
		c.APIs[i].ID += version
		c.APIs[i].VersionSet, c.APIs[i].Version = "set", version
	}
	p, diags := plan.Compile(c, plan.Options{}, nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	x := asked("/a/1?v=2")
	if r := p.Resolve(x); r.Cluster != "http/x/80" || x.Backend.Cluster != "http/y/80" {
		t.Errorf("forwarded to %q with the backend %q", r.Cluster, x.Backend.Cluster)
	}
}

func clusterOf(p *plan.Plan, target string, at time.Time) string {
	x := asked(target)
	x.Received = at
	return p.Resolve(x).Cluster
}

func asked(target string) *exchange.Exchange {
	x := exchange.New(nil, &exchange.Request{OriginalMethod: "GET"})
	u, err := exchange.ParseURL("http://gateway.test" + target)
	if err != nil {
		panic(err)
	}
	x.Request.OriginalURL = u
	return x
}
