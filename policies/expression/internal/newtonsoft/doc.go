// Package newtonsoft is the part of Json.NET that policy expressions use: the tree of
// Newtonsoft.Json.Linq, its lenient reader, its writer, its casts and its paths, and
// JsonConvert.
//
// The tree has C#'s shape: a JObject holds JProperty tokens and each of those holds one
// value, children know their parent, and a token that has a parent already is copied when
// it is put somewhere else. Values are held as package clr says, integers beyond long as
// BigInteger. A null reference is a nil JToken, which is not the same as a JSON null.
//
// Failures are *clr.Exception with the message that Json.NET 13 has on .NET 8. What copies
// or prints a tree takes a *clr.Budget; nil means without limit.
//
// A tree may be read by one goroutine at a time: looking for a property may build an index.
package newtonsoft
