package folder

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

// A contract is what a specification says of an API. It is remembered with its file.
type contract struct {
	operations []contractOperation
	serviceURL string
	diags      diag.List
	read       reading
}

// A contractOperation is an operation with its name as the document has it.
type contractOperation struct {
	catalog.Operation
	written string
}

// A reading is how a specification is to be read: what the API's settings say about it.
type reading struct {
	kind catalog.APIType
	// translate makes required query parameters part of the template.
	translate bool
	// service and endpoint choose among those of a WSDL.
	service, endpoint string
}

// Endings of specifications.
const (
	endingWSDL = ".wsdl"
	endingXML  = ".xml"
	endingWADL = ".wadl"
)

var openAPI = []string{".yaml", ".yml", ".json"}

// endings of the specifications that an API of a type may have. The first one that is there
// is read.
func endings(kind catalog.APIType) []string {
	switch kind {
	case catalog.SOAP:
		return append([]string{endingWSDL, endingXML}, openAPI...)
	case catalog.GRPC:
		return []string{".proto"}
	case catalog.OData:
		return append([]string{endingXML, ".csdl", ".edmx", ".edm"}, openAPI...)
	case catalog.GraphQL:
		return []string{".graphql", ".graphqls", ".gql"}
	case catalog.WebSocket:
		return nil
	}
	return append(slices.Clone(openAPI), endingWADL)
}

// contract reads the specification of an API; an API without one has an empty contract.
func (e *entry) contract(a *api, how reading) *contract {
	f := e.specification(a)
	if f == nil || f.err != nil {
		return &contract{}
	}
	if f.contract == nil || f.contract.read != how {
		f.contract = how.contract(f)
		f.contract.read = how
	}
	return f.contract
}

// contract reads a specification in the language that its ending and the type of its API
// tell.
func (how reading) contract(f *file) *contract {
	ending := strings.ToLower(filepath.Ext(f.name))
	switch {
	case how.kind == catalog.GraphQL:
		return &contract{} // what it has is for policies to look at
	case how.kind == catalog.GRPC:
		return readProto(f)
	case ending == endingWADL:
		return readWADL(f, how.translate)
	case how.kind == catalog.SOAP && !slices.Contains(openAPI, ending):
		return readWSDL(f, how.service, how.endpoint)
	case how.kind == catalog.OData && !isOpenAPI(f):
		return readCSDL(f)
	}
	return readContract(f, how.translate)
}

// isOpenAPI reports whether a specification is an OpenAPI document.
func isOpenAPI(f *file) bool { return versionLine.MatchString(f.text) }

// specification chooses the document of an API among its files.
func (e *entry) specification(a *api) *file {
	var chosen *file
	known := endings(a.Type)
	for _, ending := range known {
		f := e.dir.file("specification" + ending)
		if f != nil && chosen != nil {
			e.diags.Warnf(f.source.Range(0, 0), CodeDuplicate, "this is not read: %s is", chosen.name)
		}
		if chosen == nil {
			chosen = f
		}
	}
	if chosen == nil {
		e.unread(a, known)
	}
	return chosen
}

// unread reports specifications in languages that are not read for APIs of the type. What
// they say is lost, unless the operations are declared otherwise.
func (e *entry) unread(a *api, known []string) {
	for _, f := range inOrder(e.dir.files) {
		ending := strings.ToLower(filepath.Ext(f.name))
		if !strings.HasPrefix(strings.ToLower(f.name), "specification.") || a.Type == catalog.WebSocket {
			continue
		}
		severity := diag.Error
		if d := e.dir.sub("operations"); d != nil && len(d.dirs) > 0 || a.Type == catalog.GraphQL {
			severity = diag.Warning
		}
		e.diags = append(e.diags, diag.Diagnostic{
			Severity: severity, Code: CodeUnsupported,
			Message: f.rel + ": specifications in " + strings.ToUpper(strings.TrimPrefix(ending, ".")) + " are not read for APIs of the type " +
				string(a.Type) + "; the API " + a.ID + " has the operations of its folders only",
			Help: "one of: specification" + strings.Join(known, ", specification"),
		})
	}
}

// find returns the index of the operation that a folder is named after; -1 for none. The
// folder has the operation's resource name, or its name in the specification.
func (c *contract) find(name string) int {
	if i := slices.IndexFunc(c.operations, func(o contractOperation) bool { return strings.EqualFold(o.ID, name) }); i >= 0 {
		return i
	}
	if i := slices.IndexFunc(c.operations, func(o contractOperation) bool { return o.written == name }); i >= 0 {
		return i
	}
	normal := normalName(name)
	return slices.IndexFunc(c.operations, func(o contractOperation) bool { return o.ID == normal })
}

func (c *contract) names() []string {
	return ids(c.operations, func(o contractOperation) string { return o.ID })
}

// errorf reports that a specification cannot be read.
func (c *contract) errorf(f *file, at diag.Range, format string, args ...any) {
	if at.IsZero() {
		at = f.source.Range(0, min(1, len(f.text)))
	}
	c.diags.Errorf(at, CodeSpecification, format, args...)
}

// quoted is the first place where a text stands in the file.
func (f *file) quoted(s string) diag.Range {
	i := strings.Index(f.text, s)
	if i < 0 || s == "" {
		return diag.Range{}
	}
	return f.source.Range(i, i+len(s))
}

// nameOperations gives the operations their resource names: normalised, and a number
// where two come out the same.
func (c *contract) nameOperations() {
	taken := map[string]bool{}
	for i := range c.operations {
		op := &c.operations[i]
		name := op.written
		if name == "" {
			name = op.Method + " " + op.URLTemplate
		}
		name = normalName(name)
		op.ID = name
		for n := 1; taken[op.ID]; n++ {
			op.ID = name + "-" + strconv.Itoa(n)
		}
		taken[op.ID] = true
	}
}

// longestName is how long a normalised name may be; a number may follow.
const longestName = 76

// normalName is the resource name that API Management makes of an operationId.
func normalName(s string) string {
	var out strings.Builder
	gap := false
	for _, c := range strings.ToLower(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			gap = true
			continue
		}
		if gap && out.Len() > 0 {
			out.WriteByte('-')
		}
		gap = false
		out.WriteRune(c)
	}
	name := out.String()
	if len(name) > longestName {
		name = strings.TrimRight(name[:longestName], "-")
	}
	return name
}
