package folder

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/goccy/go-yaml"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

// readContract reads an OpenAPI document. translate makes required query parameters part
// of the template.
func readContract(f *file, translate bool) *contract {
	r := &contractReader{file: f, contract: &contract{read: reading{translate: translate}}}
	doc := r.load()
	if doc == nil {
		return r.contract
	}
	r.contract.serviceURL = serviceURL(doc.Servers)
	r.operations(doc)
	r.contract.nameOperations()
	return r.contract
}

type contractReader struct {
	file     *file
	contract *contract
}

// versionLine finds which OpenAPI a document is written in.
var versionLine = regexp.MustCompile(`(?m)^[ \t{]*["']?(swagger|openapi)["']?[ \t]*:[ \t]*["']?([0-9.]+)|[{,]\s*"(swagger|openapi)"\s*:\s*"([0-9.]+)`)

func (r *contractReader) load() *openapi3.T {
	m := versionLine.FindStringSubmatch(r.file.text)
	if m == nil {
		r.errorAt(diag.Range{}, `this is not an OpenAPI document: neither "openapi" nor "swagger" says its version`)
		return nil
	}
	doc, err := r.document(m[2] + m[4])
	if err != nil {
		r.report(err, diag.Error)
		return nil
	}
	return doc
}

// document has the library read the text. A document that the library panics on is one
// that cannot be read: it must not end the gateway.
func (r *contractReader) document(version string) (doc *openapi3.T, err error) {
	defer func() {
		if p := recover(); p != nil {
			doc, err = nil, fmt.Errorf("the document cannot be read: the OpenAPI library fails with %v", p)
		}
	}()
	content, err := r.withMSPaths()
	if err != nil {
		return nil, err
	}
	switch {
	case version == "2" || strings.HasPrefix(version, "2."):
		doc, err = loadVersion2(content)
	case strings.HasPrefix(version, "3."):
		doc, err = loadVersion3(content)
	default:
		err = fmt.Errorf("OpenAPI %s cannot be read, only 2 and 3", version)
	}
	if err != nil {
		return nil, err
	}
	r.validate(doc)
	return doc, nil
}

func loadVersion3(content []byte) (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	return loader.LoadFromData(content)
}

func loadVersion2(content []byte) (*openapi3.T, error) {
	asJSON, err := toJSON(content)
	if err != nil {
		return nil, err
	}
	var doc openapi2.T
	if err := json.Unmarshal(asJSON, &doc); err != nil {
		return nil, err
	}
	return openapi2conv.ToV3(&doc)
}

// toJSON makes JSON of a document that may be YAML.
func toJSON(content []byte) ([]byte, error) {
	if json.Valid(content) {
		return content, nil
	}
	return yaml.YAMLToJSON(content)
}

// withMSPaths moves the paths of x-ms-paths, which differ by their query, to the others.
func (r *contractReader) withMSPaths() ([]byte, error) {
	content := []byte(r.file.text)
	if !strings.Contains(r.file.text, "x-ms-paths") {
		return content, nil
	}
	asJSON, err := toJSON(content)
	if err != nil {
		return nil, err
	}
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(asJSON, &doc); err != nil {
		return nil, err
	}
	all := map[string]json.RawMessage{}
	for _, name := range []string{"x-ms-paths", "paths"} {
		if doc[name] == nil {
			continue
		}
		if err := json.Unmarshal(doc[name], &all); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	delete(doc, "x-ms-paths")
	if doc["paths"], err = json.Marshal(all); err != nil {
		return nil, err
	}
	return json.Marshal(doc)
}

// validate warns of what does not follow the standard. It stops nothing: API Management
// takes many documents that do not.
func (r *contractReader) validate(doc *openapi3.T) {
	options := []openapi3.ValidationOption{
		openapi3.EnableMultiError(), openapi3.DisableExamplesValidation(),
		openapi3.DisableSchemaPatternValidation(), openapi3.DisableSchemaDefaultsValidation(),
	}
	err := doc.Validate(context.Background(), options...)
	var many openapi3.MultiError
	if !errors.As(err, &many) {
		if err != nil {
			r.report(err, diag.Warning)
		}
		return
	}
	for _, one := range many {
		r.report(one, diag.Warning)
	}
}

// serviceURL is the first https server, or else the first one with a host.
func serviceURL(servers openapi3.Servers) string {
	first := ""
	for _, s := range servers {
		if s == nil {
			continue
		}
		address := strings.TrimRight(s.URL, "/")
		for name, v := range s.Variables {
			if v != nil {
				address = strings.ReplaceAll(address, "{"+name+"}", v.Default)
			}
		}
		lower := strings.ToLower(address)
		if strings.ContainsAny(address, "?{") {
			continue
		}
		if strings.HasPrefix(lower, "https://") {
			return address
		}
		if first == "" && strings.HasPrefix(lower, "http://") {
			first = address
		}
	}
	return first
}

// placed is an operation of the document with what decides its place among the others.
type placed struct {
	line         int
	path, method string
	item         *openapi3.PathItem
	op           *openapi3.Operation
}

// operations collects the operations in the order of the document; where that is not
// known, by path and method.
func (r *contractReader) operations(doc *openapi3.T) {
	var all []placed
	for path, item := range doc.Paths.Map() {
		if item == nil {
			continue
		}
		for method, op := range item.Operations() {
			all = append(all, placed{line(op.Origin), path, method, item, op})
		}
	}
	slices.SortFunc(all, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.path, b.path), cmp.Compare(a.method, b.method))
	})
	for _, p := range all {
		if !strings.HasPrefix(p.path, "/") {
			r.errorAt(r.quoted(p.path), "the path %q does not begin with a slash", p.path)
			continue
		}
		r.contract.operations = append(r.contract.operations, contractOperation{
			Operation: catalog.Operation{
				DisplayName: cmp.Or(cut(p.op.Summary, 300), p.op.OperationID),
				Method:      p.method,
				URLTemplate: r.template(p),
				Place:       placeOf(r.quoted(p.path)),
				Responses:   responses(p.op),
			},
			written: p.op.OperationID,
		})
	}
}

func line(o *openapi3.Origin) int {
	if o == nil || o.Key == nil {
		return 0
	}
	return o.Key.Line
}

// template is the path with the query parameters that are required.
func (r *contractReader) template(p placed) string {
	path, query, _ := strings.Cut(p.path, "?")
	var parts []string
	if query != "" {
		parts = strings.Split(query, "&")
	}
	if !r.contract.read.translate {
		return join(path, parts)
	}
	named := map[string]bool{}
	for _, part := range parts {
		name, _, _ := strings.Cut(part, "=")
		named[name] = true
	}
	for _, params := range []openapi3.Parameters{p.op.Parameters, p.item.Parameters} {
		for _, ref := range params {
			if ref == nil || ref.Value == nil || ref.Value.In != openapi3.ParameterInQuery || named[ref.Value.Name] {
				continue
			}
			named[ref.Value.Name] = true
			if ref.Value.Required {
				parts = append(parts, ref.Value.Name+"={"+ref.Value.Name+"}")
			}
		}
	}
	return join(path, parts)
}

func join(path string, query []string) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + strings.Join(query, "&")
}

// responses are those of an operation in the order of their codes; "2XX" and "default"
// have no code that a mock could answer with.
func responses(op *openapi3.Operation) []catalog.Response {
	if op.Responses == nil {
		return nil
	}
	byCode := op.Responses.Map()
	var out []catalog.Response
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		status, err := strconv.Atoi(code)
		if ref := byCode[code]; err == nil && ref != nil && ref.Value != nil {
			out = append(out, catalog.Response{StatusCode: status, Representations: representations(ref.Value.Content)})
		}
	}
	return out
}

func representations(content openapi3.Content) []catalog.Representation {
	var out []catalog.Representation
	types := slices.SortedFunc(maps.Keys(content), func(a, b string) int {
		return cmp.Or(cmp.Compare(mediaLine(content[a]), mediaLine(content[b])), cmp.Compare(a, b))
	})
	for _, name := range types {
		m := content[name]
		if m == nil {
			continue
		}
		rep := catalog.Representation{ContentType: name, Examples: examples(m, name)}
		if m.Schema != nil {
			rep.Sample = sample(m.Schema, name)
		}
		out = append(out, rep)
	}
	return out
}

func mediaLine(m *openapi3.MediaType) int {
	if m == nil {
		return 0
	}
	return line(m.Origin)
}

func examples(m *openapi3.MediaType, contentType string) []string {
	var out []string
	if m.Example != nil {
		out = append(out, valueText(m.Example, contentType))
	}
	for _, name := range slices.Sorted(maps.Keys(m.Examples)) {
		if ref := m.Examples[name]; ref != nil && ref.Value != nil && ref.Value.Value != nil {
			out = append(out, valueText(ref.Value.Value, contentType))
		}
	}
	return out
}

// report says what the library says, at the place it knows or the text tells.
func (r *contractReader) report(err error, severity diag.Severity) {
	message := strings.TrimPrefix(strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", " "), "failed to unmarshal data: ")
	d := diag.Diagnostic{Severity: severity, Code: CodeOpenAPI, Range: r.place(err), Message: message}
	if d.Range.IsZero() {
		d.Message = r.file.rel + ": " + message
	}
	r.contract.diags = append(r.contract.diags, d)
}

func (r *contractReader) errorAt(at diag.Range, format string, args ...any) {
	r.report(fmt.Errorf(format, args...), diag.Error)
	last := &r.contract.diags[len(r.contract.diags)-1]
	if !at.IsZero() {
		last.Range, last.Message = at, fmt.Sprintf(format, args...)
	}
}

var lineNumber = regexp.MustCompile(`\bline (\d+)`)

// place finds out where an error is: by the origin it carries, the line it mentions, or
// the path or reference it is about.
func (r *contractReader) place(err error) diag.Range {
	if o := origin(err); o != nil && o.Key != nil {
		start := offset(r.file.source, o.Key.Line, o.Key.Column)
		return r.file.source.Range(start, min(start+len(o.Key.Name), len(r.file.text)))
	}
	if m := lineNumber.FindStringSubmatch(err.Error()); m != nil {
		if n, conv := strconv.Atoi(m[1]); conv == nil {
			return r.lineRange(n)
		}
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && !json.Valid([]byte(r.file.text)) && strings.HasPrefix(strings.TrimSpace(r.file.text), "{") {
		at := min(max(int(syntax.Offset)-1, 0), len(r.file.text))
		return r.file.source.Range(at, min(at+1, len(r.file.text)))
	}
	var path *openapi3.PathValidationError
	var external *openapi3.DisallowedExternalRefError
	switch {
	case errors.As(err, &path):
		return r.quoted(path.Path)
	case errors.As(err, &external):
		return r.quoted(external.Ref)
	}
	best := diag.Range{}
	for _, m := range quotedText.FindAllStringSubmatch(err.Error(), -1) {
		if at := r.quoted(m[1]); len(m[1]) > 3 && at.End-at.Start > best.End-best.Start {
			best = at
		}
	}
	return best
}

var quotedText = regexp.MustCompile(`"([^"]+)"`)

// lineRange is a line without the blanks it begins with.
func (r *contractReader) lineRange(n int) diag.Range {
	start := offset(r.file.source, n, 1)
	text := r.file.source.Line(n)
	blanks := len(text) - len(strings.TrimLeft(text, " \t"))
	return r.file.source.Range(start+blanks, start+len(text))
}

// quoted is the first place where a text stands in the document.
func (r *contractReader) quoted(s string) diag.Range {
	i := strings.Index(r.file.text, s)
	if i < 0 || s == "" {
		return diag.Range{}
	}
	return r.file.source.Range(i, i+len(s))
}

// origin finds the innermost origin that an error of the library carries. Its errors are
// many types, most of which have a field of that name.
func origin(err error) *openapi3.Origin {
	var found *openapi3.Origin
	for ; err != nil; err = errors.Unwrap(err) {
		v := reflect.Indirect(reflect.ValueOf(err))
		if v.Kind() != reflect.Struct {
			continue
		}
		if f := v.FieldByName("Origin"); f.IsValid() && f.CanInterface() {
			if o, ok := f.Interface().(*openapi3.Origin); ok && o != nil {
				found = o
			}
		}
	}
	return found
}

func cut(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}
