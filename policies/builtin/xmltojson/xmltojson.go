// Package xmltojson implements xml-to-json, which converts a body from XML to JSON: the
// request's in inbound, the response's in outbound and on-error.
//
// An element becomes a property; elements of one name become an array, in the place of the
// first. The colon behind a prefix becomes a dollar sign, and the parts of the XML
// declaration become properties beside the outermost element. Values are text; an element
// without content is null.
//
// In the kind direct an attribute is @name, also one that declares a namespace; text beside
// attributes or elements is #text, a CDATA section #cdata-section. In the kind
// javascript-friendly an attribute has its own name, all text of an element that has
// attributes or elements is $t, and declarations of namespaces and processing instructions
// are left out. Comments are left out in both.
//
// The body is left as it is when it is empty, when apply asks for XML and the content type
// names none, or when the client does not ask for JSON and its Accept header is considered;
// a range such as */* asks for nothing. Content-Type becomes application/json. A body that
// is no XML, or that has a document type declaration, fails the request.
package xmltojson

import (
	"context"
	"regexp"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/conversion"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression"
	"github.com/apimgw/apimgw/policies/expression/jsonxml"
)

// Kind is the xml-to-json policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "xml-to-json",
	Chapter:  policies.Transformation,
	Sections: policies.In(policies.Inbound, policies.Outbound, policies.OnError),
	Compile:  compile,
})

type config struct {
	// Kind of the result: direct reflects the structure of the document,
	// javascript-friendly is easy to use from JavaScript.
	Kind policies.Value[string] `attr:"kind,required" oneof:"javascript-friendly direct"`
	// Apply says which bodies are converted: all, or those whose Content-Type names XML.
	Apply policies.Value[string] `attr:"apply,required" oneof:"always content-type-xml"`
	// ConsiderAccept converts only for clients whose Accept header asks for JSON.
	ConsiderAccept policies.Value[bool] `attr:"consider-accept-header" default:"true"`
	// AlwaysArrays makes an array of every child element, also of one that is alone.
	AlwaysArrays policies.Value[bool] `attr:"always-array-child-elements" default:"false"`
	// KeepWhiteSpace keeps text between elements that is nothing but white space.
	KeepWhiteSpace policies.Value[bool] `attr:"preserve-whitespace-nodes" default:"false"`
	// TrimValues takes white space off the ends of texts and attributes.
	TrimValues policies.Value[bool] `attr:"trim-values" default:"false"`
	// EmptyValues says what an element without content becomes: an empty text (preserve), or
	// null (as-null). Without it, that is null for an empty tag alone.
	EmptyValues policies.Value[string] `attr:"empty-values" oneof:"preserve as-null"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	v := &conversion.Conversion{
		From: "XML", Apply: cfg.Apply, IsFrom: message.IsXML, Accept: cfg.ConsiderAccept, IsTo: message.IsJSON,
		ContentType: "application/json",
	}
	v.Convert = func(ctx context.Context, x *exchange.Exchange, part message.Part) ([]byte, error) {
		o, err := cfg.options(ctx, x)
		if err != nil {
			return nil, err
		}
		text, err := textOf(ctx, part)
		if err != nil {
			return nil, err
		}
		made, err := jsonxml.ToJSON(text, o)
		if err != nil {
			return nil, v.Failed(err)
		}
		return made, nil
	}
	return v.Step(c)
}

// emptyValues are what empty-values says.
var emptyValues = map[string]jsonxml.Empty{"": jsonxml.EmptyAsWritten, "preserve": jsonxml.EmptyAsText, "as-null": jsonxml.EmptyAsNull}

// options evaluates the settings for an exchange.
func (cfg *config) options(ctx context.Context, x *exchange.Exchange) (o jsonxml.JSONOptions, err error) {
	kind, err := cfg.Kind.Get(ctx, x)
	if err != nil {
		return o, err
	}
	empty, err := cfg.EmptyValues.Get(ctx, x)
	if err != nil {
		return o, err
	}
	o.JavaScriptFriendly, o.Empty = kind == "javascript-friendly", emptyValues[empty]
	for _, setting := range [...]struct {
		value *policies.Value[bool]
		put   *bool
	}{{&cfg.AlwaysArrays, &o.AlwaysArrays}, {&cfg.KeepWhiteSpace, &o.KeepWhiteSpace}, {&cfg.TrimValues, &o.TrimValues}} {
		if *setting.put, err = setting.value.Get(ctx, x); err != nil {
			return o, err
		}
	}
	return o, nil
}

var (
	charset  = regexp.MustCompile(`(?i);\s*charset\s*=`)
	declared = regexp.MustCompile(`^(?:\x{FEFF})?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)
)

// textOf is the text of a document. When the content type does not say how it is encoded,
// its XML declaration does.
func textOf(ctx context.Context, part message.Part) (string, error) {
	content, err := part.Body.Bytes(ctx)
	if err != nil {
		return "", err
	}
	contentType := part.ContentType()
	if m := declared.FindSubmatch(content[:min(len(content), 200)]); m != nil && !charset.MatchString(contentType) {
		contentType = "text/xml; charset=" + string(m[1])
	}
	return expression.BodyText(content, contentType)
}
