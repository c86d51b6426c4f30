// Package xds tells Envoy what a plan needs of it: a listener, the APIs' virtual hosts, and
// clusters to connect to.
//
// [NewSnapshot] is a pure function from a plan to Envoy's resources: one file each for the
// listener, the filters around ext_proc, the routes and the clusters. [Server] serves
// snapshots over delta ADS, and changes from one to the next without a gap: what a new plan
// adds is there and acknowledged before the plan is used, and what it no longer names goes
// some time after.
//
// Envoy knows APIs, not operations or policies. So an edit of a policy changes no resource,
// and nothing is sent.
//
// # What Envoy decides
//
// The path without its query, which an early header mutation writes into plan.HeaderKey,
// picks the virtual host: the longest API path, in whole segments, whatever its case. A
// path that no API has ends in the virtual host "*". All of them go through ext_proc. Where
// ext_proc wants another backend than the API's own, it sets plan.HeaderKey to
// plan.GenericKey, plan.HeaderCluster to a cluster, and clears the route cache.
//
// # What fails closed
//
// A malformed request has no route, so no ext_proc, and is answered by Envoy. Every answer
// that Envoy makes by itself has one JSON form, the floor; ours pass it untouched, since
// their details begin with plan.DetailsPrefix.
package xds
