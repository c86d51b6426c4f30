package policies

import (
	"context"
	"fmt"
	"reflect"

	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

// A Step is one compiled policy. It runs on any number of exchanges at once.
type Step func(ctx context.Context, x *exchange.Exchange) error

// A Chapter of the policy reference.
type Chapter string

// The chapters, as APIM's reference has them.
const (
	Limits         Chapter = "Rate limiting and quotas"
	Authentication Chapter = "Authentication and authorization"
	Validation     Chapter = "Content validation"
	Routing        Chapter = "Routing"
	Caching        Chapter = "Caching"
	Transformation Chapter = "Transformation"
	CrossDomain    Chapter = "Cross-domain"
	Integration    Chapter = "Integration and external communication"
	Logging        Chapter = "Logging"
	Control        Chapter = "Policy control and flow"
	AI             Chapter = "AI gateway"
	GraphQL        Chapter = "GraphQL resolvers"
)

// A Spec describes a policy whose settings decode into a C, a struct that is the schema of
// the policy's element. Its fields have one of these tags:
//
//	attr:"name"      an attribute
//	elem:"name"      a child element: its text, or a struct of its own; a slice for several
//	text:""          the element's own text; text:"raw" with the white space around it
//	element:""       a *document.Element: the element itself
//	element:"steps"  the same; its children are policies, for Compiler.Steps
//	element:"any"    the same; its children are not looked at
//
// and may say more: "name,required" after attr and elem, "required" in text, default:"…",
// oneof:"a b c", min:"…" and max:"…". A field of type Value[T] takes a literal or an
// expression; a bare string, bool, int or float64 takes only a literal.
type Spec[C any] struct {
	// Name of the element.
	Name    string
	Chapter Chapter
	// Sections in which the policy may stand.
	Sections Sections
	// Scopes whose documents may have it; zero stands for all.
	Scopes Scopes
	// Compile makes the step of decoded settings. It is called only when decoding found
	// no mistake. A nil step is nothing to run.
	Compile func(*Compiler, C) Step
}

// A Kind is a policy that an engine knows.
type Kind struct {
	// Name of the element.
	Name string
	// Chapter of the reference it is described in.
	Chapter Chapter
	// Sections and Scopes it may stand in.
	Sections Sections
	Scopes   Scopes

	schema  *schema
	compile func(c *Compiler, e *document.Element) Step
}

// Define makes a Kind. It panics when C is no schema, which is a mistake of the program.
func Define[C any](s Spec[C]) Kind {
	schema, err := schemaOf(reflect.TypeFor[C]())
	if err != nil {
		panic(fmt.Sprintf("policy %s: %v", s.Name, err))
	}
	return Kind{
		Name: s.Name, Chapter: s.Chapter, Sections: s.Sections, Scopes: s.Scopes, schema: schema,
		compile: func(c *Compiler, e *document.Element) Step {
			var settings C
			if !c.decode(schema, e, reflect.ValueOf(&settings).Elem(), true) {
				return nil
			}
			return s.Compile(c, settings)
		},
	}
}

// Settings returns the schema of the policy's element, for the reference.
func (k Kind) Settings() Settings { return k.schema.settings() }
