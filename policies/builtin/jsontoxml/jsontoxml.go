// Package jsontoxml implements json-to-xml, which converts a body from JSON to XML: the
// request's in inbound, the response's in outbound and on-error.
//
// A property becomes an element, an array the same element several times, a null an
// element with xsi:nil. A document that has not exactly one element to be the outermost
// one is wrapped in <Document>. Characters that names in XML cannot have are written as
// _xHHHH_. Numbers, booleans and dates become text as in .NET: true becomes True.
// Properties named @name are attributes, #text is text and #cdata-section a CDATA section,
// as in Json.NET.
//
// The body is left as it is when it is empty, when apply asks for JSON and the content type
// names none, or when the client does not ask for XML and its Accept header is considered; a
// range such as */* asks for nothing. Content-Type becomes text/xml. A body that is no JSON
// fails the request.
package jsontoxml

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/conversion"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/jsonxml"
)

// Kind is the json-to-xml policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "json-to-xml",
	Chapter:  policies.Transformation,
	Sections: policies.In(policies.Inbound, policies.Outbound, policies.OnError),
	Compile:  compile,
})

type config struct {
	// Apply says which bodies are converted: all, or those whose Content-Type names JSON.
	Apply policies.Value[string] `attr:"apply,required" oneof:"always content-type-json"`
	// ConsiderAccept converts only for clients whose Accept header asks for XML.
	ConsiderAccept policies.Value[bool] `attr:"consider-accept-header" default:"true"`
	// ParseDate writes text that looks like a date as .NET writes dates; otherwise it is
	// copied.
	ParseDate bool `attr:"parse-date" default:"true"`
	// Separator is the character between a namespace's prefix and the name, in names of
	// properties. A prefix that no property declares is part of the name.
	Separator policies.Value[string] `attr:"namespace-separator" default:"_"`
	// NamespacePrefix is the name of properties that declare namespaces, usually xmlns; with
	// separator and prefix behind it for that prefix. Without it, there are none.
	NamespacePrefix policies.Value[string] `attr:"namespace-prefix"`
	// AttributeBlock is the name of the property whose members are attributes. Without it,
	// there is none.
	AttributeBlock policies.Value[string] `attr:"attribute-block-name"`
	// AttributePrefix begins the names of properties that are attributes.
	AttributePrefix policies.Value[string] `attr:"attribute-prefix"`
	// NamespaceBlock is the name of the property whose members declare namespaces, by their
	// prefixes; the default namespace's is $.
	NamespaceBlock policies.Value[string] `attr:"namespace-block-name"`
	// InvalidCharacters is written for each character that a name in XML cannot have.
	InvalidCharacters policies.Value[string] `attr:"invalid-character-replacement"`
	// NullValues has no effect: what it does is documented nowhere.
	NullValues policies.Value[string] `attr:"null-values"`
	// TrimValues takes white space off the ends of texts.
	TrimValues policies.Value[bool] `attr:"trim-values" default:"false"`
	// EmptyValues says what an empty text becomes: an element with an empty text (preserve),
	// or the same as a null (as-null).
	EmptyValues policies.Value[string] `attr:"empty-values" default:"preserve" oneof:"preserve as-null"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if s, ok := cfg.Separator.Constant(); ok && utf8.RuneCountInString(s) != 1 {
		c.Errorf(cfg.Separator.Range, "the namespace separator is one character")
	}
	if cfg.NullValues.Set() {
		c.Warnf(cfg.NullValues.Range, "what null-values does is documented nowhere: it has no effect")
	}
	v := &conversion.Conversion{
		From: "JSON", Apply: cfg.Apply, IsFrom: message.IsJSON, Accept: cfg.ConsiderAccept, IsTo: message.IsXML,
		ContentType: "text/xml",
	}
	v.Convert = func(ctx context.Context, x *exchange.Exchange, part message.Part) ([]byte, error) {
		o, err := cfg.options(ctx, x)
		if err != nil {
			return nil, err
		}
		text, err := part.Text(ctx)
		if err != nil {
			return nil, err
		}
		made, err := jsonxml.ToXML(text, o)
		if err != nil {
			return nil, v.Failed(err)
		}
		return made, nil
	}
	return v.Step(c)
}

// options evaluates the settings for an exchange.
func (cfg *config) options(ctx context.Context, x *exchange.Exchange) (o jsonxml.XMLOptions, err error) {
	o.ParseDates = cfg.ParseDate
	for _, setting := range [...]struct {
		value *policies.Value[string]
		put   *string
	}{
		{&cfg.Separator, &o.Separator},
		{&cfg.NamespacePrefix, &o.NamespacePrefix},
		{&cfg.NamespaceBlock, &o.NamespaceBlock},
		{&cfg.AttributeBlock, &o.AttributeBlock},
		{&cfg.AttributePrefix, &o.AttributePrefix},
		{&cfg.InvalidCharacters, &o.InvalidCharacters},
	} {
		if *setting.put, err = setting.value.Get(ctx, x); err != nil {
			return o, err
		}
	}
	if o.TrimValues, err = cfg.TrimValues.Get(ctx, x); err != nil {
		return o, err
	}
	empty, err := cfg.EmptyValues.Get(ctx, x)
	if err != nil {
		return o, err
	}
	o.EmptyAsNull = empty == "as-null"
	if utf8.RuneCountInString(o.Separator) != 1 {
		return o, &policies.Error{
			Reason:  exchange.ReasonExpressionFailure,
			Message: fmt.Sprintf("The expression's value %q is no namespace separator, which is one character.", o.Separator),
		}
	}
	return o, nil
}
