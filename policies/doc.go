// Package policies is what a policy is, and the compiler from policy documents to
// programs.
//
// A policy is a [Kind]: a name, where it may stand, a struct that is the schema of its
// element, and a function that makes a [Step] of what was decoded into it. The policies
// themselves are rooms below policies/builtin.
//
// An [Engine] is made once for a set of kinds, named values and fragments. It compiles
// the document of one scope on top of the [Program] of the scopes around it: where the
// document says <base/>, the broader scope's steps are put in. What comes out is the
// effective policy, a program with four lists of steps and the [Needs] they have.
//
// A program runs on any number of exchanges at once: inbound, backend, outbound, and
// on-error when one of them fails. Nothing is parsed, decoded or looked up by name while
// it runs.
package policies
