// Package eval turns a resolved expression into Go closures over a frame of slots, and
// runs them. Closures are typed: conditions return a bool, whole numbers an int64, texts a
// string, and nothing of these is boxed on the way; every other value is held as package
// clr says. Failures are returned, each with its place in the text; nothing panics.
package eval
