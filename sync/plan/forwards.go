package plan

import "strings"

// settleForwards notes for each API path to which cluster Envoy forwards by itself, so that
// ext_proc need not tell it. Only what leads to the same cluster in the plan before counts:
// while one plan follows the other, Envoy has the paths of either, and a request prepared
// for one backend must not reach another. A path that moved counts from the next plan on,
// and until then ext_proc names its cluster with each request.
func (p *Plan) settleForwards(previous *Plan) {
	before := map[string]string{}
	if previous != nil {
		before = clustersByPath(previous.routes)
	}
	now := clustersByPath(p.routes)
	for _, g := range p.apis.groups {
		path := "/" + strings.ToLower(g.path)
		if cluster := now[path]; previous == nil || longest(before, path) == cluster {
			g.forwards = cluster
		}
	}
	// Below a path, Envoy may still have a longer one that is gone.
	for path, cluster := range before {
		if _, stays := now[path]; stays {
			continue
		}
		if g := p.apis.longest(path); g != nil && g.forwards != cluster {
			g.forwards = ""
		}
	}
}

func clustersByPath(routes []Route) map[string]string {
	clusters := make(map[string]string, len(routes))
	for _, r := range routes {
		clusters[strings.ToLower(r.Path)] = r.Cluster
	}
	return clusters
}

// longest is the cluster of the longest of the paths that is the path or above it; empty if
// there is none.
func longest(clusters map[string]string, path string) string {
	for ; path != ""; path = above(path) {
		if cluster, ok := clusters[path]; ok {
			return cluster
		}
	}
	return clusters["/"]
}

// longest group whose path is the path or above it; nil if there is none.
func (t *apiTable) longest(path string) *group {
	for ; path != ""; path = above(path) {
		if g := t.groups[path[1:]]; g != nil {
			return g
		}
	}
	return t.groups[""]
}

// above is the path without its last segment; "" above the first.
func above(path string) string { return path[:strings.LastIndexByte(path, '/')] }
