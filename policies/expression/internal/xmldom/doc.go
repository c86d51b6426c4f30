// Package xmldom is the part of .NET's System.Xml that policy expressions use: XmlDocument
// and its nodes, XPath over them and over LINQ to XML, and XmlReader.
//
// Texts are read by package linqxml, so document type declarations are refused and there
// are no entities but the predefined ones. Failures are *clr.Exception with the message
// that .NET 8 has. What reads or copies a tree takes a *clr.Budget; nil means without limit.
//
// XmlDocumentType, entities, change events, schemas and XPathNavigator are left out.
package xmldom
