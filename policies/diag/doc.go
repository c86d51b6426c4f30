// Package diag holds positions in what authors wrote and the messages that point at them.
//
// A [Source] is one file as its author wrote it. A [Text] is a piece of text that
// came out of a source, perhaps with XML entities decoded or named values put in;
// it knows for every byte where it came from, so a message about the text points at
// what was written. A [Diagnostic] is one message: what is wrong, where, and what to
// write instead. Messages are collected in a [List], all of them, never the first only.
package diag
