// Package linqxml is the part of .NET's System.Xml.Linq that policy expressions use: the
// tree, its parser, its writer, and the conversions between text and values.
//
// Nodes know their parent; a node that has one is copied when it is put somewhere else.
// Values are held as package clr says. Failures are *clr.Exception with the message that
// .NET 8 has. What copies or prints a tree takes a *clr.Budget; nil means without limit.
//
// A text with a document type declaration is refused, so there are no entities but the predefined ones.
// XStreamingElement, annotations and change events are left out.
package linqxml
