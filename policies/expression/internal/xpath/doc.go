// Package xpath is XPath 1.0 over any tree whose nodes implement [Node]: what System.Xml's
// SelectSingleNode and SelectNodes and System.Xml.XPath's extensions do.
//
// [Compile] reads a query, [Query.Evaluate] runs it. Results are float64, string, bool or a
// []Node in document order without doubles. Failures are *clr.Exception with the message
// that .NET 8 has; each node that is looked at is one step of the evaluation's budget.
//
// The namespace axis is empty, and id() finds nothing, since there are no document types.
// Variables are refused, as .NET refuses them without an XsltContext.
package xpath
