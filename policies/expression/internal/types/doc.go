// Package types has the static types of expressions: what a type is, how types convert
// into each other, and how type arguments are inferred.
//
// Types are immutable and compared with [Identical]. Which members a type has is the
// business of package library; a [Def] is only its name, its type parameters and its
// bases. Conversions that a class declares itself (operators) are found by package check,
// which knows the library.
package types
