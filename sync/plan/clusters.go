package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies"
)

// clusters are the targets of all clusters that the APIs and their programs name.
func (b *builder) clusters() map[string]Target {
	c := clusterSet{backends: b.backends, named: map[string]Target{}, ways: map[*policies.Program]ways{}}
	for _, a := range b.plan.list {
		c.add(a.cluster, ways{})
		for i := range a.contexts {
			c.visit(a, a.contexts[i].program)
		}
		for _, o := range a.list {
			for i := range o.own {
				c.visit(a, o.own[i].program)
			}
		}
	}
	if c.dynamic {
		// An expression may name any entity.
		for _, e := range b.backends.entities {
			for _, cluster := range e.clusters {
				c.add(cluster, c.ofDynamic)
			}
		}
	}
	return c.named
}

// ways are those in which a backend is reached beside its own: versions of HTTP, and by name
// certificates that it is shown and proxies on the way.
type ways struct{ versions, certificates, proxies []string }

// with has the ways of both.
func (w ways) with(more ways) ways {
	return ways{with(w.versions, more.versions), with(w.certificates, more.certificates), with(w.proxies, more.proxies)}
}

// with is a list with what it lacks of another one.
func with(list, more []string) []string {
	list = slices.Clip(list)
	for _, v := range more {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

func (w ways) none() bool { return len(w.versions)+len(w.certificates)+len(w.proxies) == 0 }

// each calls f for every combination but that of none.
func (w ways) each(f func(version, certificate, proxy string)) {
	for _, v := range append([]string{"1"}, w.versions...) {
		for _, certificate := range append([]string{""}, w.certificates...) {
			for _, proxy := range append([]string{""}, w.proxies...) {
				if v != "1" || certificate != "" || proxy != "" {
					f(v, certificate, proxy)
				}
			}
		}
	}
}

// clusterSet gathers clusters.
type clusterSet struct {
	backends *backends
	named    map[string]Target
	ways     map[*policies.Program]ways
	dynamic  bool
	// ofDynamic are the ways to backends that expressions name.
	ofDynamic ways
}

// visit adds what a program of the API may forward to.
func (c *clusterSet) visit(a *api, program *policies.Program) {
	if program == nil {
		return
	}
	w, seen := c.ways[program]
	if !seen {
		w = c.program(program)
	}
	if !w.none() {
		c.add(a.cluster, w)
	}
}

// program adds the backends that a program itself names, and returns the ways in which it
// reaches backends.
func (c *clusterSet) program(program *policies.Program) ways {
	needs := program.Needs()
	w := ways{certificates: needs.Certificates, proxies: needs.Proxies}
	for _, f := range needs.Forward {
		if f.HTTPVersion != "1" {
			w.versions = with(w.versions, []string{f.HTTPVersion})
		}
	}
	if needs.DynamicCertificate {
		w.certificates = with(w.certificates, c.backends.certificates.names())
	}
	c.ways[program] = w
	for _, ref := range needs.Backends {
		for _, cluster := range c.backends.clusters(ref) {
			c.add(cluster, w)
		}
	}
	if needs.DynamicBackend {
		c.dynamic = true
		c.ofDynamic = c.ofDynamic.with(w)
		c.addDynamic(w.certificates, len(w.proxies) > 0)
	}
	c.addDynamic(nil, len(w.proxies) > 0) // where redirects may lead as well
	return w
}

// add a cluster, and those that reach the same in other ways.
func (c *clusterSet) add(cluster string, w ways) {
	if cluster == "" {
		return
	}
	t := c.backends.targets[cluster]
	c.named[cluster] = t
	w.each(func(version, certificate, proxy string) {
		if name := ClusterFor(ClusterBy(cluster, certificate, proxy), version); name != cluster {
			other := c.backends.by(t, certificate, proxy)
			if !t.HTTP2 {
				other.HTTP2, other.Negotiate = version == "2", version == "2or1" && t.TLS
			}
			c.named[name] = other
		}
	})
}

// by is the target with a certificate and through a proxy.
func (b *backends) by(t Target, certificate, proxy string) Target {
	if certificate != "" && t.TLS {
		t.Certificate = b.certificates.byName[certificate]
	}
	if proxy != "" {
		t.Proxy = b.proxies.byName[proxy]
	}
	return t
}

// addDynamic adds the clusters that forward to whatever a request names, with certificates
// and through the proxy that it names. Those without either are always there.
func (c *clusterSet) addDynamic(certificates []string, proxied bool) {
	vias := []string{""}
	if proxied {
		vias = append(vias, policies.AnyProxy)
	}
	for _, t := range DynamicTargets() {
		for _, certificate := range append([]string{""}, certificates...) {
			for _, via := range vias {
				if made := c.backends.by(t, certificate, via); made != t {
					c.named[made.Cluster()] = made
				}
			}
		}
	}
}

// names of those that can be shown, sorted.
func (c *certificates) names() []string {
	all := map[string]bool{}
	for _, made := range c.byID {
		if made.problem == nil {
			all[made.shown.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Suffixes of clusters that show a certificate of the name, and that go through a proxy.
const (
	suffixCertificate = "+cert-"
	suffixProxy       = "+via-"
)

// ClusterBy is the cluster that reaches what the cluster reaches while it shows a certificate
// and goes through a proxy, both by name; an empty one is as the cluster has it. Without TLS
// no certificate is shown.
func ClusterBy(cluster, certificate, proxy string) string {
	if cluster == "" || certificate == "" && proxy == "" {
		return cluster
	}
	base, version := cutVersion(cluster)
	base, via := cutSuffix(base, suffixProxy)
	base, shown := cutSuffix(base, suffixCertificate)
	if certificate != "" && hasTLS(cluster) {
		shown = suffixCertificate + certificate
	}
	if proxy != "" {
		via = suffixProxy + proxy
	}
	return base + shown + via + version
}

func cutVersion(cluster string) (base, version string) {
	for _, suffix := range []string{suffixHTTP2, suffixNegotiate} {
		if base, ok := strings.CutSuffix(cluster, suffix); ok {
			return base, suffix
		}
	}
	return cluster, ""
}

// cutSuffix cuts the last part of a name that begins with a prefix.
func cutSuffix(cluster, prefix string) (base, suffix string) {
	if i := strings.LastIndex(cluster, prefix); i >= 0 {
		return cluster[:i], cluster[i:]
	}
	return cluster, ""
}

func hasTLS(cluster string) bool {
	return strings.HasPrefix(cluster, "https/") || strings.HasPrefix(cluster, ClusterDynamicHTTPS)
}

// Proxied reports whether a cluster goes through a proxy, and whether it asks the proxy for
// whole URLs, whose host is the request's authority: it does without TLS. Otherwise there is
// a tunnel.
func Proxied(cluster string) (proxied, byURL bool) {
	if !strings.Contains(cluster, suffixProxy) {
		return false, false
	}
	return true, !hasTLS(cluster) && !strings.HasSuffix(cluster, suffixHTTP2)
}

// connector is what policies ask for certificates and proxies.
type connector struct{ *backends }

var _ policies.Connector = connector{}
