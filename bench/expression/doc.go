// Package expression compares policy expressions with cel-go and expr-lang on the same
// logic: go test -bench . here, or make bench. It is a module of its own, so that the
// gateway does not depend on what it is compared with.
package expression
