// Package oracle holds expressions against what a C# compiler and its run time, those of
// Mono, say about them.
//
// The cases are templates in files (see [Read]); their answers are kept beside them and
// written by the program regenerate (make oracle), so that the tests need no Mono. Where
// Mono is known to differ from .NET 8, corrections.txt has the right answer and the reason.
// [Describe] writes a value of ours as the oracle writes its own.
package oracle
