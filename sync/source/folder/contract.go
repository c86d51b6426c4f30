package folder

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

// A contract is what an OpenAPI document says of an API. It is remembered with its file.
type contract struct {
	operations []contractOperation
	serviceURL string
	diags      diag.List
	translate  bool
}

// A contractOperation is an operation with its operationId as the document has it.
type contractOperation struct {
	catalog.Operation
	written string
}

// contract reads the specification of an API; an API without one has an empty contract.
func (e *entry) contract(a *api, translate bool) *contract {
	f := e.specification(a)
	if f == nil || f.err != nil {
		return &contract{}
	}
	if f.contract == nil || f.contract.translate != translate {
		f.contract = readContract(f, translate)
	}
	return f.contract
}

// specification chooses the document of an API among its files.
func (e *entry) specification(a *api) *file {
	var chosen *file
	for _, name := range []string{"specification.yaml", "specification.yml", "specification.json"} {
		f := e.dir.file(name)
		if f != nil && chosen != nil {
			e.diags.Warnf(f.source.Range(0, 0), CodeDuplicate, "this is not read: %s is", chosen.name)
		}
		if chosen == nil {
			chosen = f
		}
	}
	if chosen != nil {
		return chosen
	}
	for _, f := range inOrder(e.dir.files) {
		if kind := strings.ToLower(filepath.Ext(f.name)); strings.HasPrefix(strings.ToLower(f.name), "specification.") {
			e.diags.Warnf(diag.Range{}, CodeUnsupported, "%s: specifications in %s are not read yet; the API %s has the operations of its folders only", f.rel, strings.ToUpper(kind[1:]), a.ID)
		}
	}
	return nil
}

// find returns the index of the operation that a folder is named after; -1 for none. The
// folder has the operation's resource name, or its operationId.
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
