package document

import "github.com/apimgw/apimgw/policies/diag"

// The codes of messages about policy documents.
const (
	// TooLarge: a policy document is at most 256 KiB, a fragment at most 512 KiB; named
	// values may make at most 4 MiB of it.
	TooLarge diag.Code = "document-too-large"
	// TooDeep: elements nest at most 256 deep.
	TooDeep diag.Code = "document-too-deep"
	// MalformedXML: the document is no XML even with its expressions taken out.
	//
	//	<value>a & b</value>
	MalformedXML diag.Code = "malformed-xml"
	// UnclosedTag: a tag is closed by that of another name, or not at all.
	//
	//	<inbound><base></inbound>
	UnclosedTag diag.Code = "unclosed-tag"
	// NoDTD: a document type or an entity of one's own; neither is read.
	//
	//	<!DOCTYPE policies>
	NoDTD diag.Code = "no-dtd"
	// DuplicateAttribute: an attribute is there twice.
	//
	//	<value id="a" id="b" />
	DuplicateAttribute diag.Code = "duplicate-attribute"
	// UnknownNamedValue: {{name}} names no named value.
	//
	//	<value>{{no-such-name}}</value>
	UnknownNamedValue diag.Code = "unknown-named-value"
	// UnclosedExpression: an expression does not end, and what follows cannot be made out.
	// Where it can be, the message and its code come from the expression's own syntax.
	UnclosedExpression diag.Code = "unclosed-expression"
	// MixedExpression: an expression is the whole value or none of it.
	//
	//	<value>Bearer @(context.Variables["token"])</value>
	MixedExpression diag.Code = "mixed-expression"
)
