// Package exchange is one request and its response while policies work on them.
//
// An [Exchange] is made by a driver (ext_proc's session, the relay, the test runner)
// from what it received; the plan fills in which API and operation it is for; policies
// read and change it; and the driver turns what has changed into whatever its
// transport wants. The package knows no driver and no policy: only the standard
// library is below it.
//
// The driver is met at three places, and there the goroutine that runs the policies
// simply waits: reading a [Body] that has not been fetched, [Exchange.Forward], and
// the end.
//
// An Exchange belongs to one goroutine at a time; [Exchange.Branch] is how several take
// turns. What it points to in the plan (API, Operation, Product, …) is shared by all
// exchanges and never changes.
package exchange
