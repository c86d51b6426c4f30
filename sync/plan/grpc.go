package plan

import (
	"cmp"
	"slices"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/sync/catalog"
)

// callTargets adds the backends that policies of gRPC APIs name in HTTP/2, in which they are
// called whatever forward-request says.
func (b *builder) callTargets() {
	present := map[string]bool{}
	for _, t := range b.plan.targets {
		present[t.Cluster()] = true
	}
	for _, cluster := range b.calledClusters() {
		t := b.backends.targets[cluster]
		name := ClusterFor(cluster, "2")
		if t.HTTP2, t.Negotiate = true, false; !present[name] {
			present[name] = true
			b.plan.targets = append(b.plan.targets, t)
		}
	}
	slices.SortFunc(b.plan.targets, func(a, b Target) int { return cmp.Compare(a.Cluster(), b.Cluster()) })
}

// calledClusters are those of the backends that policies of gRPC APIs name: all entities, if
// an expression names one.
func (b *builder) calledClusters() []string {
	var clusters []string
	dynamic, seen := false, map[*policies.Program]bool{}
	for _, program := range b.callPrograms() {
		if program == nil || seen[program] {
			continue
		}
		seen[program] = true
		needs := program.Needs()
		dynamic = dynamic || needs.DynamicBackend
		for _, ref := range needs.Backends {
			clusters = append(clusters, b.backends.clusters(ref)...)
		}
	}
	if dynamic {
		for _, e := range b.backends.entities {
			clusters = append(clusters, e.clusters...)
		}
	}
	return clusters
}

// callPrograms are the programs of gRPC APIs.
func (b *builder) callPrograms() []*policies.Program {
	var out []*policies.Program
	for _, a := range b.plan.list {
		if a.source.Type != catalog.GRPC {
			continue
		}
		for i := range a.contexts {
			out = append(out, a.contexts[i].program)
		}
		for _, o := range a.list {
			for i := range o.own {
				out = append(out, o.own[i].program)
			}
		}
	}
	return out
}
