// Package catalog is what was published: APIs, operations, products, subscriptions,
// backends, named values, policy texts.
//
// A [Catalog] is complete and never changes once its source has returned it. It is the
// same whatever the source: a folder, Azure's management API, our own management plane.
// It holds texts and settings as they were written; package plan compiles them.
//
// A catalog can be written to disk and read back ([Catalog.Encode], [Decode]): the last
// good one serves a start when its source is not there. The file holds secrets.
package catalog
