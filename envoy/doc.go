// Package envoy gets the pinned Envoy, writes its bootstrap and looks after its process.
//
// [Find] returns the binary: the one that the operator names, one on PATH, the cache, or
// else a download into the cache. A [Bootstrap] renders the envoy.yaml that an Envoy is
// started with; all else reaches it later over xDS. A [Process] is Envoy as a child of
// ours: started, its log folded into ours, started again after a crash, drained and ended
// with us. An [Admin] asks a running Envoy what it knows.
//
// Tests start a real Envoy with the package envoytest.
package envoy
