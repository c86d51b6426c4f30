// Package check resolves an expression: every name, member and overload, every
// conversion. Its result is a tree of its own ([Unit]) in which nothing is left to look
// up, and the list of all mistakes; what the expression needs of the exchange is noted on
// the way. All its messages are in errors.go.
package check
