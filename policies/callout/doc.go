// Package callout makes the HTTP calls that policies make to other services.
//
// Policies are written by authors of APIs, who are not always those who run the gateway: a
// call may not reach what its author could not reach otherwise. So [Networks] say which
// addresses may be called. They are asked when a connection is made, about the address to
// which it is made, so that a name that resolves to something else the second time gains
// nothing.
package callout
