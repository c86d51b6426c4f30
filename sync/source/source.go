// Package source says where a catalog is pulled from: a folder, Azure's management API,
// our own management plane. Each has a package below this one.
package source

import (
	"context"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

// A Source is one place where APIs and policies are published.
type Source interface {
	// Pull reads all that is published now. The catalog is sealed and immutable; what did
	// not change since the pull before is, as far as the source can tell, the same
	// pointers. The list holds the mistakes found in what was read, sorted: what has an
	// error is left out of the catalog, all else is in it. An error is for a source that
	// could not be read as a whole; there is no catalog then. One Pull runs at a time.
	Pull(ctx context.Context) (*catalog.Catalog, diag.List, error)

	// Watch tells on changed whenever another Pull may find something new, until ctx is
	// done; it then returns nil. It tells once when it is ready, for what changed before.
	// It never waits for a receiver: give it a channel with room for one, in which many
	// changes become one notice. An error says that the source cannot be watched at all.
	Watch(ctx context.Context, changed chan<- struct{}) error
}
