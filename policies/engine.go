package policies

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression"
)

// Options of an engine. The zero Options make one that knows no policy.
type Options struct {
	// Kinds of policies.
	Kinds []Kind
	// Known are the names of APIM's policies that are not built; they are refused in those
	// words. Names that are also in Kinds do not matter.
	Known []string
	// Skipped are the names of APIM's policies that self-hosted gateways do not have; they
	// are skipped with a warning. Those that are also in Kinds are not.
	Skipped []string
	// Services that policies use; nil is the zero Services.
	Services *Services
	// NamedValues by display name.
	NamedValues map[string]NamedValue
	// Fragments by id.
	Fragments map[string]*diag.Source
	// Backend finds a backend that a policy names; nil finds none. It is called when
	// documents are compiled and, where an expression names the backend, for requests: by
	// any number of them at once.
	Backend func(BackendRef) (*exchange.Backend, error)
	// BackendWatches reports that some backend entity has a balancer that watches.
	BackendWatches bool
	// Connector finds certificates and proxies; nil finds none.
	Connector Connector
	// Strict applies APIM's allow-list to expressions.
	Strict bool
}

// A NamedValue is what {{name}} stands for.
type NamedValue struct {
	Value string
	// Secret values are not shown by messages and traces.
	Secret bool
}

// An Engine compiles policy documents. Any number of goroutines may use it.
type Engine struct {
	kinds       map[string]Kind
	known       map[string]bool
	skipped     map[string]bool
	names       []string // of both
	services    *Services
	values      document.NamedValues
	secrets     *strings.Replacer            // of secret named values in messages
	fragments   map[string]*document.Element // nil elements are those that cannot be read
	fragmentIDs []string
	backend     func(BackendRef) (*exchange.Backend, error)
	watches     bool // some backend entity does
	connector   Connector
	expressions expression.Options
	empty       *Program
}

// NewEngine makes an engine. Fragments are read here, once; what is wrong with their text
// is in the list, and what is wrong with their policies is told where they are included.
func NewEngine(o Options) (*Engine, diag.List) {
	e := &Engine{
		kinds: map[string]Kind{}, known: map[string]bool{}, skipped: map[string]bool{}, services: o.Services.complete(),
		values: document.NamedValues{}, fragments: map[string]*document.Element{},
		backend: o.Backend, watches: o.BackendWatches,
	}
	e.expressions = expression.Options{Strict: o.Strict, Now: e.services.Now, Random: e.services.Random}
	if e.connector = o.Connector; e.connector == nil {
		e.connector = noConnector{}
	}
	if e.backend == nil {
		e.backend = func(BackendRef) (*exchange.Backend, error) { return nil, errors.New("there are no backends") }
	}
	for _, k := range o.Kinds {
		e.kinds[k.Name] = k
		e.names = append(e.names, k.Name)
	}
	for _, name := range o.Known {
		e.known[name] = true
		e.names = append(e.names, name)
	}
	for _, name := range o.Skipped {
		e.skipped[name] = true
	}
	var secrets []string
	for name, v := range o.NamedValues {
		e.values[name] = v.Value
		if v.Secret && v.Value != "" {
			secrets = append(secrets, v.Value, "[redacted]")
		}
	}
	e.secrets = strings.NewReplacer(secrets...)
	e.empty = e.defaultProgram()
	return e, e.readFragments(o.Fragments)
}

func (e *Engine) readFragments(sources map[string]*diag.Source) diag.List {
	var list diag.List
	e.fragmentIDs = slices.Sorted(maps.Keys(sources))
	for _, id := range e.fragmentIDs {
		root, mistakes := document.Parse(sources[id], e.values)
		list = append(list, mistakes...)
		if root != nil && root.Name != "fragment" {
			list.Errorf(root.Open, BadDocument, "a fragment's root is <fragment>, not <%s>", root.Name)
			root = nil
		}
		if mistakes.HasErrors() {
			root = nil
		}
		e.fragments[id] = root
	}
	list.Sort()
	return list
}

// DefaultForward are the settings of a <forward-request /> without attributes.
var DefaultForward = exchange.Forward{Timeout: 300 * time.Second, HTTPVersion: "1"}

// defaultProgram is what APIM's global policy is until someone edits it: the backend
// section forwards, the others are empty.
func (e *Engine) defaultProgram() *Program {
	p := &Program{services: e.services}
	forward := func(ctx context.Context, x *exchange.Exchange) error { return x.Forward(ctx, DefaultForward) }
	p.sections[Backend] = part{
		steps: Steps{{step: forward, place: &place{name: "forward-request", scope: Global, section: Backend}}},
		needs: Needs{Forwards: 1, Forward: []exchange.Forward{DefaultForward}},
	}
	p.complete()
	return p
}

// Empty is the program where there is no document at any scope: the request is forwarded.
func (e *Engine) Empty() *Program { return e.empty }

// A Document is the policy of one scope.
type Document struct {
	Scope  Scope
	Source *diag.Source
	// Traffic of the APIs that the program is for. The parent's is the same.
	Traffic Traffic
}

// Compile makes the effective program of a document. The parent is the effective program of
// the broader scopes; at the global scope it does not matter. All mistakes come back at
// once; when there is an error the program is nil.
func (e *Engine) Compile(d Document, parent *Program) (*Program, diag.List) {
	root, list := document.Parse(d.Source, e.values)
	c := &Compiler{engine: e, parent: parent, scope: d.Scope, traffic: d.Traffic, list: list}
	absent := parent
	if d.Scope == Global || parent == nil {
		c.parent, absent = nil, e.empty
	}
	var program *Program
	if root != nil {
		program = c.document(root, absent)
	}
	c.list.Sort()
	if c.list.HasErrors() {
		return nil, c.list
	}
	return program, c.list
}

// document compiles the sections. One that is absent is that of another program.
func (c *Compiler) document(root *document.Element, absent *Program) *Program {
	p := &Program{sections: absent.sections, services: c.engine.services}
	if root.Name != "policies" {
		c.report(root.Open, BadDocument, "", "a policy's root is <policies>, not <%s>", root.Name)
		return p
	}
	if text := root.Content.TrimSpace(); text.Len() > 0 {
		c.report(text.Whole(), UnexpectedText, "", "<policies> has no text")
	}
	var seen Sections
	for _, e := range root.Children {
		section := Section(slices.Index(sectionNames[:], e.Name))
		switch {
		case section < 0:
			help := diag.DidYouMean(e.Name, sectionNames[:])
			if _, ok := c.engine.kinds[e.Name]; ok || e.Name == "base" {
				help = "put it into a section: " + orList(Anywhere.List())
			}
			c.report(e.Open, BadDocument, help, "<%s> is not a section", e.Name)
		case seen.Has(section):
			c.report(e.Open, BadDocument, "", "<%s> is here twice", e.Name)
		default:
			seen |= In(section)
			p.sections[section] = c.compileSection(section, e)
		}
	}
	p.complete()
	return p
}

func (c *Compiler) compileSection(section Section, e *document.Element) part {
	for i := range e.Attributes {
		c.report(e.Attributes[i].NameRange, UnknownAttribute, "", "<%s> has no attributes", e.Name)
	}
	if text := e.Content.TrimSpace(); text.Len() > 0 {
		c.report(text.Whole(), UnexpectedText, "", "<%s> has no text", e.Name)
	}
	var needs Needs
	seq := &sequence{top: true, counts: map[string]int{}}
	c.section = section
	c.sequence(seq, e, &needs)
	return part{steps: seq.steps, needs: needs}
}
