package policytest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/diag"
)

// A Case is one archive.
type Case struct {
	// Name of the file without its extension, and the sentence it begins with.
	Name, Comment string
	// Documents from the broadest scope to the narrowest.
	Documents []policies.Document
	// NamedValues and Fragments that the documents refer to.
	NamedValues map[string]policies.NamedValue
	Fragments   map[string]*diag.Source
	// Request the client sends; nil in a case that is only compiled.
	Request *Message
	// Upstream are the backend's answers in order; the last one is repeated.
	Upstream []*Message
	// UpstreamError is refused, reset or timeout where the backend does not answer.
	UpstreamError string
	Context       Context
	// Callees are the services that policies call, by host name.
	Callees map[string]*Callee
	// InProcess says why the case cannot be run through Envoy; empty if it can.
	InProcess string
	// Want is what is to come out, by name: "errors", "upstream", "callee", "response",
	// "trace".
	Want map[string]string

	file    string
	archive *txtar.Archive
}

// Context is what a case happens in: an API with one operation.
type Context struct {
	// API has by default the id "test", the name "Test", the path "/api" and the service
	// URL "http://backend.test/base".
	API APIFacts `json:"api"`
	// Operation has by default the id "call", the name "Call", the method of the request
	// and the template "/*".
	Operation    OperationFacts    `json:"operation"`
	Product      *NamedFacts       `json:"product"`
	Subscription *SubscriptionFact `json:"subscription"`
	User         *UserFacts        `json:"user"`
	Backends     []BackendFacts    `json:"backends"`
	// Certificates of the service, by id. All are the same one.
	Certificates []string `json:"certificates"`
}

// APIFacts of a case. A ServiceURL of "none" is an API without one.
type APIFacts struct {
	ID, Name, Path, ServiceURL, Version, Revision string
}

// OperationFacts of a case.
type OperationFacts struct {
	ID, Name, Method, URLTemplate string
	Responses                     []ResponseFacts
}

// ResponseFacts are a documented response of the operation.
type ResponseFacts struct {
	StatusCode      int
	Representations []struct {
		ContentType, Sample string
		Examples            []string
	}
}

// NamedFacts are an entity with an id and a name.
type NamedFacts struct{ ID, Name string }

// SubscriptionFact is the subscription whose key the request has.
type SubscriptionFact struct{ ID, Name, Key string }

// UserFacts are whose subscription it is.
type UserFacts struct {
	ID, FirstName, LastName, Email string
	Groups                         []NamedFacts
}

// BackendFacts are a backend entity: a single one, or a pool if it has members.
type BackendFacts struct {
	ID, URL        string
	Headers, Query map[string]string
	CircuitBreaker *BreakerFacts
	Members        []MemberFacts
	// AffinityCookie is the name of the cookie of a pool's session affinity.
	AffinityCookie string
}

// BreakerFacts are a circuit breaker. Its interval is a minute, and its trip duration too.
type BreakerFacts struct {
	Count, Percentage int
	StatusCodes       []StatusRange
	ErrorReasons      []string
}

// StatusRange is a range of status codes that are failures.
type StatusRange struct{ Min, Max int }

// MemberFacts are a backend of a pool.
type MemberFacts struct {
	ID       string
	Priority int
	// Weight is 1 if it is not said.
	Weight *int
}

// Load reads the archives of a folder.
func Load(dir string) ([]*Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	var out []*Case
	for _, file := range files {
		c, err := Read(file)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// Read reads one archive.
func Read(file string) (*Case, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read archive: %w", err)
	}
	c := &Case{
		Name: strings.TrimSuffix(filepath.Base(file), ".txtar"), file: file, archive: txtar.Parse(text),
		NamedValues: map[string]policies.NamedValue{}, Fragments: map[string]*diag.Source{}, Want: map[string]string{},
		Callees: map[string]*Callee{},
	}
	c.Comment = strings.TrimSpace(string(c.archive.Comment))
	for _, f := range c.archive.Files {
		if err := c.add(f.Name, string(f.Data)); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, f.Name, err)
		}
	}
	c.complete()
	return c, nil
}

// documents are the names of files that are policies, and their scopes.
var documents = map[string]policies.Scope{
	"global.xml": policies.Global, "workspace.xml": policies.Workspace, "product.xml": policies.Product,
	"api.xml": policies.API, "operation.xml": policies.Operation, "policy.xml": policies.Operation,
}

func (c *Case) add(name, text string) (err error) {
	scope, isDocument := documents[name]
	kind, rest, _ := strings.Cut(name, "/")
	switch {
	case isDocument:
		c.document(policies.Document{Scope: scope, Source: diag.NewSource(name, text)})
	case name == "request":
		c.Request, err = ParseMessage(text)
	case kind == "upstream":
		var m *Message
		m, err = parseAnswer(text)
		c.Upstream = append(c.Upstream, m)
	case name == "upstream-error":
		c.UpstreamError = strings.TrimSpace(text)
		if _, ok := failures[c.UpstreamError]; !ok {
			err = fmt.Errorf("a backend does not fail like %q", c.UpstreamError)
		}
	case kind == "callee" && rest != "":
		err = c.callee(rest, text)
	case name == "in-process":
		c.InProcess = strings.TrimSpace(text)
	case name == "named-values":
		err = c.namedValues(text)
	case kind == "fragments":
		c.Fragments[strings.TrimSuffix(rest, ".xml")] = diag.NewSource(name, text)
	case name == "context.json":
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		err = d.Decode(&c.Context)
	case kind == "want" && wants[rest] != nil:
		c.Want[rest] = text
	default:
		err = fmt.Errorf("a case has no file of that name")
	}
	return err
}

// parseAnswer reads an answer of a backend, or how it fails to.
func parseAnswer(text string) (*Message, error) {
	if word := strings.TrimSpace(text); word == "reset" || word == "timeout" {
		return &Message{Start: word}, nil
	}
	return ParseMessage(text)
}

// document puts a document behind those of broader scopes.
func (c *Case) document(d policies.Document) {
	i := len(c.Documents)
	for i > 0 && c.Documents[i-1].Scope > d.Scope {
		i--
	}
	c.Documents = append(c.Documents[:i:i], append([]policies.Document{d}, c.Documents[i:]...)...)
}

func (c *Case) namedValues(text string) error {
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimRight(line, "\n"), "=")
		if !ok {
			return fmt.Errorf("%q is not name=value", line)
		}
		name, secret := strings.CutPrefix(name, "secret ")
		c.NamedValues[name] = policies.NamedValue{Value: value, Secret: secret}
	}
	return nil
}

// complete fills in what most cases have in common.
func (c *Case) complete() {
	a, o := &c.Context.API, &c.Context.Operation
	a.ID, a.Name, a.Path = cmp.Or(a.ID, "test"), cmp.Or(a.Name, "Test"), cmp.Or(a.Path, "/api")
	a.ServiceURL, a.Revision = cmp.Or(a.ServiceURL, "http://backend.test/base"), cmp.Or(a.Revision, "1")
	o.ID, o.Name, o.URLTemplate = cmp.Or(o.ID, "call"), cmp.Or(o.Name, "Call"), cmp.Or(o.URLTemplate, "/*")
	if c.Request != nil && o.Method == "" {
		o.Method, _, _ = strings.Cut(c.Request.Start, " ")
	}
	if len(c.Upstream) == 0 {
		c.Upstream = []*Message{{Start: "HTTP/1.1 200 OK", Body: []byte("from the backend")}}
	}
}

// update rewrites what the archive wants.
func (c *Case) update(r Result) error {
	if len(c.Want) == 0 {
		names := []string{"upstream", "response"}
		if len(c.Callees) > 0 {
			names = []string{"upstream", "callee", "response"}
		}
		for _, name := range names {
			c.archive.Files = append(c.archive.Files, txtar.File{Name: "want/" + name})
		}
	}
	for i := range c.archive.Files {
		f := &c.archive.Files[i]
		if name, ok := strings.CutPrefix(f.Name, "want/"); ok {
			f.Data = []byte(*wants[name](&r))
		}
	}
	if err := os.WriteFile(c.file, txtar.Format(c.archive), 0o644); err != nil {
		return fmt.Errorf("update archive: %w", err)
	}
	return nil
}
