// Package plan is a catalog compiled: what the gateway runs.
//
// A [Plan] answers one question, [Plan.Resolve]: which API and operation a request is
// for, whose key it carries, and so which program of policies it runs. It tells xds
// what Envoy must know: the APIs by path ([Plan.Routes]) and what they connect to
// ([Plan.Targets]). A plan is made once by [Compile], whole, and never changes; what a
// new catalog has in common with the one before is taken over from the plan before.
//
// Matching is done here and nowhere else. Envoy picks a virtual host by the API's path,
// in the same way; operations, versions, revisions and keys are Go's alone.
package plan
