package plan

import (
	"strings"
	"time"
)

// settleTime is how long after a change Envoy, all of its workers and the requests they
// have begun, may still go by the paths of the plan before. It takes milliseconds; on a
// stalled machine, or with an Envoy that has lost its connection to us, longer.
const settleTime = time.Minute

// settleForwards notes for each API path to which cluster Envoy forwards by itself, and
// from when on that is certain, so that ext_proc need not tell it. A request prepared for
// one backend must not reach another, so where a path leads has to have been the same for a
// while; until then ext_proc names the cluster with each request. The first plan's paths
// are certain at once: an Envoy that knows others has been told by an earlier process.
func (p *Plan) settleForwards(previous *Plan, now time.Time) {
	clusters := make(map[string]string, len(p.routes))
	for _, r := range p.routes {
		clusters[lowerPath(r.Path)] = r.Cluster
	}
	for path, g := range p.apis.groups {
		g.forwards = clusters[path]
		if previous == nil {
			continue
		}
		if old := previous.apis.longest(path); old != nil && old.forwards == g.forwards {
			g.certain = old.certain
		} else {
			g.certain = now.Add(settleTime)
		}
	}
	if previous == nil {
		return
	}
	// Below a path, Envoy may still have a longer one that is gone.
	for path, old := range previous.apis.groups {
		if p.apis.groups[path] != nil {
			continue
		}
		if g := p.apis.longest(path); g != nil && g.forwards != old.forwards {
			g.certain = now.Add(settleTime)
		}
	}
}

func lowerPath(path string) string { return strings.ToLower(strings.TrimPrefix(path, "/")) }

// longest is the group whose path is the lower-case path or the longest above it; nil if
// there is none.
func (t *apiTable) longest(path string) *group {
	for path != "" {
		if g := t.groups[path]; g != nil {
			return g
		}
		path = path[:max(0, strings.LastIndexByte(path, '/'))]
	}
	return t.groups[""]
}
