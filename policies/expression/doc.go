// Package expression compiles policy expressions, @( … ) and @{ … }, a subset of C# 7.3,
// to programs that run on an exchange.
//
// [Compile] is the door: everything about an expression that can be wrong is told when it
// is compiled, with its place in the author's text; what it needs of the exchange is known
// before it first runs ([Program.Needs]). Below, each knowing only those before it: syntax
// makes a tree, types has the static types, library declares the .NET surface (clr and
// newtonsoft have its semantics), check resolves every name, and eval makes closures.
package expression
