package folder

import (
	"context"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

const (
	apiFile       = "apiInformation.json"
	operationFile = "operationInformation.json"
)

// An api is one revision of an API with the places that later checks point at.
type api struct {
	catalog.API
	path, versionSet diag.Range
}

func (b *builder) readAPIs(ctx context.Context) error {
	apis, err := readSection(ctx, b, "apis", b.apis, (*entry).api)
	if err != nil {
		return err
	}
	b.checkAPIs(apis)
	for _, r := range apis {
		b.catalog.APIs = append(b.catalog.APIs, &r.value.API)
	}
	return nil
}

// checkAPIs reports APIs that no request could tell apart, and version sets that are not
// there.
func (b *builder) checkAPIs(apis []read[*api]) {
	sets := index(ids(b.catalog.VersionSets, func(v *catalog.VersionSet) string { return v.ID }))
	all := ids(b.section("versionsets"), func(d *dir) string { return d.name })
	paths, revisions := map[string]*api{}, map[string]*api{}
	for _, r := range apis {
		a := r.value
		revision := strings.ToLower(a.ID + ";" + a.Revision)
		if first := revisions[revision]; first != nil {
			b.duplicate(a.path, first.path, "revision "+a.Revision+" of the API", a.ID)
		}
		revisions[revision] = a
		if a.VersionSet != "" {
			if sets[strings.ToLower(a.VersionSet)] == "" {
				unknown(&b.diags, link{a.VersionSet, r.dir.rel, a.versionSet}, "version set", all)
			}
		}
		if !a.IsCurrent {
			continue
		}
		key := strings.ToLower(a.Path + "\x00" + a.VersionSet + "\x00" + a.Version)
		if first := paths[key]; first != nil {
			b.duplicate(a.path, first.path, "API with the path", a.Path)
		}
		paths[key] = a
	}
}

// apiID is the name of an API's folder without the revision.
func apiID(name string) string {
	id, _ := splitRevision(name)
	return id
}

var revisionSuffix = regexp.MustCompile(`(?i)^(.+);rev=(\d+)$`)

func splitRevision(name string) (id, revision string) {
	if m := revisionSuffix.FindStringSubmatch(name); m != nil {
		return m[1], m[2]
	}
	return name, ""
}

// api reads apis/<name>.
func (e *entry) api() *api {
	s := e.settings(e.dir, apiFile)
	if !s.exists() {
		return nil
	}
	a := &api{API: catalog.API{File: e.dir.rel + "/" + apiFile}}
	var revision string
	a.ID, revision = splitRevision(e.id)
	e.apiSettings(a, s, revision)
	e.apiVersion(a, s)
	s.alsoKnown("description", "apiRevisionDescription", "apiVersionDescription", "sourceApiId", "authenticationSettings",
		"contact", "license", "termsOfServiceUrl", "apiVersionSet", "format", "value", "wsdlSelector",
		"translateRequiredQueryParameters", "provisioningState")
	s.finish()
	a.Policy = e.policy(e.dir)
	if !e.readable(a) {
		return nil
	}
	e.operations(a, !strings.EqualFold(s.translate(), "query"))
	e.reuse(a)
	return a
}

func (s *settings) translate() string {
	v, _ := s.text("translateRequiredQueryParameters")
	return v
}

func (e *entry) apiSettings(a *api, s *settings, revision string) {
	a.DisplayName, _ = s.text("displayName")
	if s.field("path") == nil {
		s.required("path")
	}
	a.Path, a.path = s.text("path")
	a.Path = strings.Trim(a.Path, "/")
	if strings.ContainsAny(a.Path, "?#{}* ") {
		e.diags.Errorf(a.path, CodeValue, "%q is not the path of an API", a.Path)
	}
	address, at := s.text("serviceUrl")
	if a.ServiceURL = address; address != "" {
		checkURL(&e.diags, at, "serviceUrl", address, "http", "https", "ws", "wss", "grpc", "grpcs")
	}
	types := []string{"http", "soap", "websocket", "graphql", "grpc", "odata"}
	hint := s.choice("apiType", "http", types...)
	a.Type = catalog.APIType(s.choice("type", hint, types...))
	a.Protocols = e.protocols(s)
	a.SubscriptionRequired = s.flag("subscriptionRequired", true)
	names := s.object("subscriptionKeyParameterNames")
	if a.KeyHeader, _ = names.text("header"); a.KeyHeader == "" {
		a.KeyHeader = "Ocp-Apim-Subscription-Key"
	}
	if a.KeyQuery, _ = names.text("query"); a.KeyQuery == "" {
		a.KeyQuery = "subscription-key"
	}
	names.finish()
	written, at := s.text("apiRevision")
	switch a.Revision = written; {
	case revision != "" && written != "" && written != revision:
		e.diags.Errorf(at, CodeValue, "the folder is of revision %s, not %s", revision, written)
	case revision != "":
		a.Revision = revision
	case written == "":
		a.Revision = "1"
	}
	a.IsCurrent = s.flag("isCurrent", revision == "")
	a.IsOnline = s.flag("isOnline", true)
}

func (e *entry) protocols(s *settings) []string {
	items := s.list("protocols")
	if len(items) == 0 {
		return []string{"https"}
	}
	var out []string
	for _, item := range items {
		if item.kind != text {
			e.diags.Errorf(item.at, CodeType, `"protocols" holds %s, not %s`, item.kind, text)
			continue
		}
		if p := oneOf(&e.diags, item.at, "protocols", item.text, "", []string{"http", "https", "ws", "wss"}); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func (e *entry) apiVersion(a *api, s *settings) {
	var at diag.Range
	a.Version, at = s.text("apiVersion")
	a.VersionSet, a.versionSet = s.text("apiVersionSetId")
	a.VersionSet = lastSegment(a.VersionSet)
	if a.VersionSet == "" {
		// The whole set may be in its place.
		set := s.object("apiVersionSet")
		a.VersionSet, a.versionSet = set.text("id")
		a.VersionSet = lastSegment(a.VersionSet)
	}
	if a.Version != "" && a.VersionSet == "" {
		e.diags.Errorf(at, CodeMissing, `"apiVersion" needs an "apiVersionSetId"`)
	}
}

// readable reports whether the gateway can serve this type of API.
func (e *entry) readable(a *api) bool {
	switch a.Type {
	case catalog.GraphQL, catalog.GRPC, catalog.OData:
		e.diags.Warnf(diag.Range{}, CodeUnsupported, "%s: APIs of the type %s are not built yet; it is not served", a.File, a.Type)
		return false
	}
	return true
}

// operations puts together what the OpenAPI document and the operations' folders say.
func (e *entry) operations(a *api, translate bool) {
	c := e.contract(a, translate)
	e.diags = append(e.diags, c.diags...)
	if a.ServiceURL == "" {
		a.ServiceURL = c.serviceURL
	}
	declared := make([]*catalog.Operation, len(c.operations))
	for i := range c.operations {
		op := c.operations[i].Operation // remembered with the file: not to be written to
		declared[i] = &op
	}
	if d := e.dir.sub("operations"); d != nil {
		for _, od := range inOrder(d.dirs) {
			if !od.empty() {
				declared = e.operation(od, c, declared)
			}
		}
	}
	if a.Type == catalog.WebSocket && !slices.ContainsFunc(declared, handshake) {
		declared = append(declared, &catalog.Operation{ID: "onHandshake", DisplayName: "onHandshake", Method: "GET", URLTemplate: "/"})
	}
	a.Operations = declared
	if len(declared) == 0 && !e.diags.HasErrors() {
		e.diags.Warnf(diag.Range{}, CodeEmpty, "%s: the API has neither an OpenAPI document nor operations: it answers 404 to everything", a.File)
	}
}

// placeOf a range; nil when it is nowhere.
func placeOf(r diag.Range) *catalog.Place {
	if r.IsZero() {
		return nil
	}
	return &catalog.Place{File: r.Source.Name(), Text: r.Source.Text(), Start: r.Start, End: r.End}
}

func handshake(op *catalog.Operation) bool { return strings.EqualFold(op.ID, "onHandshake") }

// operation reads operations/<name>: the policy of an operation, and its settings.
func (e *entry) operation(d *dir, c *contract, declared []*catalog.Operation) []*catalog.Operation {
	i := c.find(d.name)
	if d.file(operationFile) == nil {
		if i < 0 && !strings.EqualFold(d.name, "onHandshake") {
			e.noOperation(d, c)
			return declared
		}
		if i < 0 {
			declared = append(declared, &catalog.Operation{ID: d.name, DisplayName: d.name, Method: "GET", URLTemplate: "/"})
			i = len(declared) - 1
		}
		declared[i].Policy = e.policy(d)
		return declared
	}
	s := e.operationSettings(d)
	op := &catalog.Operation{ID: d.name}
	if i >= 0 {
		op = declared[i]
	} else {
		declared = append(declared, op)
	}
	s.declare(op)
	op.Policy = e.policy(d)
	return declared
}

func (e *entry) noOperation(d *dir, c *contract) {
	at := diag.Range{}
	if f := d.file("policy.xml"); f != nil && f.err == nil {
		at = f.source.Range(0, min(1, len(f.text)))
	}
	if e.diags.HasErrors() {
		return // the document could not be read: it may well have the operation
	}
	unknown(&e.diags, link{d.name, d.rel, at}, "operation", c.names())
}

func (e *entry) operationSettings(d *dir) *settings {
	over := e.over
	e.over = nil
	s := e.settings(d, operationFile)
	e.over = over
	return s
}

// declare sets what the settings say of an operation, over what is said of it already.
func (s *settings) declare(op *catalog.Operation) {
	if v, _ := s.text("displayName"); v != "" {
		op.DisplayName = v
	}
	method, at := s.text("method")
	if method == "" && op.Method == "" {
		s.required("method")
	}
	if method != "" {
		op.Method = strings.ToUpper(method)
		if strings.ContainsAny(method, " \t/:,;") {
			s.diags.Errorf(at, CodeValue, "%q is not a method", method)
		}
	}
	template, at := s.text("urlTemplate")
	if template == "" && op.URLTemplate == "" {
		s.required("urlTemplate")
	}
	if template != "" {
		op.URLTemplate, op.Place = template, placeOf(at)
		if template[0] != '/' && template[0] != '?' && template[0] != '*' {
			s.diags.Errorf(at, CodeValue, `"urlTemplate" begins with a slash`)
		}
	}
	if responses := s.list("responses"); len(responses) > 0 {
		op.Responses = nil
		for _, r := range responses {
			op.Responses = append(op.Responses, s.response(r))
		}
	}
	s.alsoKnown("description", "templateParameters", "request", "policies")
	s.finish()
}

func (s *settings) response(n *node) catalog.Response {
	r := &settings{node: n, diags: s.diags}
	var out catalog.Response
	if code := r.whole("statusCode"); code != nil {
		out.StatusCode = *code
	}
	for _, item := range r.list("representations") {
		p := &settings{node: item, diags: s.diags}
		rep := catalog.Representation{}
		rep.ContentType, _ = p.text("contentType")
		if examples := p.object("examples"); examples.node != nil {
			for _, f := range examples.node.fields {
				rep.Examples = append(rep.Examples, exampleText(f.value.field("value"), rep.ContentType))
			}
		}
		if sample, _ := p.text("sample"); sample != "" {
			rep.Sample = sample
		}
		p.alsoKnown("schemaId", "typeName", "formParameters", "generatedSample")
		p.finish()
		out.Representations = append(out.Representations, rep)
	}
	r.alsoKnown("description", "headers")
	r.finish()
	return out
}

// exampleText is an example as it is sent: a text as it is, anything else as JSON.
func exampleText(n *node, contentType string) string {
	switch {
	case n == nil:
		return ""
	case n.kind == text && jsonType(contentType):
		return jsonText(n.text)
	case n.kind == text:
		return n.text
	}
	return n.json()
}

// json is the value as JSON text, its members in the order they were written.
func (n *node) json() string {
	switch n.kind {
	case null:
		return "null"
	case text:
		return quoteJSON(n.text)
	case list:
		items := ids(n.items, (*node).json)
		return "[" + strings.Join(items, ",") + "]"
	case object:
		members := ids(n.fields, func(f field) string { return quoteJSON(f.name) + ":" + f.value.json() })
		return "{" + strings.Join(members, ",") + "}"
	}
	return n.text
}

// reuse takes over the operations of the last time that are still the same, so that what
// was made of them is, too.
func (e *entry) reuse(a *api) {
	before, ok := e.before.(*api)
	if !ok || before == nil {
		return
	}
	old := make(map[string]*catalog.Operation, len(before.Operations))
	for _, op := range before.Operations {
		old[op.ID] = op
	}
	for i, op := range a.Operations {
		if same := old[op.ID]; same != nil && reflect.DeepEqual(same, op) {
			a.Operations[i] = same
		}
	}
}
