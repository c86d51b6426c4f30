package folder

import (
	"context"
	"reflect"
	"regexp"
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
		// A WebSocket API may have the path of another one: handshakes are told from requests.
		key := strings.ToLower(a.Path + "\x00" + a.VersionSet + "\x00" + a.Version)
		if a.Type == catalog.WebSocket {
			key += "\x00handshake"
		}
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
	how := s.reading(a.Type)
	s.alsoKnown("description", "apiRevisionDescription", "apiVersionDescription", "sourceApiId", "authenticationSettings",
		"contact", "license", "termsOfServiceUrl", "apiVersionSet", "format", "value", "provisioningState")
	s.finish()
	a.Policy = e.policy(e.dir)
	e.resolvers(a)
	e.operations(a, how)
	e.reuse(a)
	return a
}

// reading is how the API's specification is to be read.
func (s *settings) reading(kind catalog.APIType) reading {
	how := reading{kind: kind}
	translate, _ := s.text("translateRequiredQueryParameters")
	how.translate = !strings.EqualFold(translate, "query")
	selector := s.object("wsdlSelector")
	how.service, _ = selector.text("wsdlServiceName")
	how.endpoint, _ = selector.text("wsdlEndpointName")
	selector.finish()
	return how
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

// resolvers reports those of a GraphQL API: without them its fields would be answered by
// nobody, or by the wrong backend.
func (e *entry) resolvers(a *api) {
	d := e.dir.sub("resolvers")
	if d == nil {
		return
	}
	for _, r := range inOrder(d.dirs) {
		if r.empty() {
			continue
		}
		at := diag.Range{}
		for _, f := range inOrder(r.files) {
			if at.IsZero() && f.err == nil {
				at = f.source.Range(0, min(1, len(f.text)))
			}
		}
		e.diags.Errorf(at, CodeUnsupported, "%s: resolvers of GraphQL APIs are not built yet; the API %s can be served without them only, as one that passes queries on", r.rel, a.ID)
	}
}

// operations puts together what the specification and the operations' folders say.
func (e *entry) operations(a *api, how reading) {
	c := e.contract(a, how)
	e.diags = append(e.diags, c.diags...)
	if a.ServiceURL == "" {
		a.ServiceURL = c.serviceURL
	}
	if fixed := fixedOperations(a.Type); fixed != nil {
		c = &contract{operations: fixed}
	}
	declared := make([]*catalog.Operation, len(c.operations))
	for i := range c.operations {
		op := c.operations[i].Operation // remembered with the file: not to be written to
		declared[i] = &op
	}
	if d := e.dir.sub("operations"); d != nil {
		for _, od := range inOrder(d.dirs) {
			if !od.empty() {
				declared = e.operation(a, od, c, declared)
			}
		}
	}
	a.Operations = declared
	if len(declared) == 0 && !e.diags.HasErrors() {
		e.diags.Warnf(diag.Range{}, CodeEmpty, "%s: the API has neither a specification nor operations: it answers 404 to everything", a.File)
		e.diags[len(e.diags)-1].Help = "put specification" + strings.Join(endings(a.Type), ", specification") + " beside it, or folders into operations/"
	}
}

// fixedOperations are those of APIs of a type that has the same ones always; nil for others.
func fixedOperations(kind catalog.APIType) []contractOperation {
	one := func(id, name, method string) contractOperation {
		return contractOperation{written: id, Operation: catalog.Operation{ID: id, DisplayName: name, Method: method, URLTemplate: "/"}}
	}
	switch kind {
	case catalog.WebSocket:
		return []contractOperation{one("onHandshake", "onHandshake", "GET")}
	case catalog.GraphQL:
		return []contractOperation{one("graphql-post", "GraphQL", "POST"), one("graphql-get", "GraphQL", "GET")}
	}
	return nil
}

// placeOf a range; nil when it is nowhere.
func placeOf(r diag.Range) *catalog.Place {
	if r.IsZero() {
		return nil
	}
	return &catalog.Place{File: r.Source.Name(), Text: r.Source.Text(), Start: r.Start, End: r.End}
}

// operation reads operations/<name>: the policy of an operation, and its settings.
func (e *entry) operation(a *api, d *dir, c *contract, declared []*catalog.Operation) []*catalog.Operation {
	i := c.find(d.name)
	if d.file(operationFile) == nil {
		if i < 0 {
			e.noOperation(d, c)
			return declared
		}
		declared[i].Policy = e.policy(d)
		return declared
	}
	s := e.operationSettings(d)
	if fixedOperations(a.Type) != nil {
		e.fixedOperation(a, d, s, c, i, declared)
		return declared
	}
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

// fixedOperation reads the settings of an operation that is as it is: they may stand there,
// but say nothing.
func (e *entry) fixedOperation(a *api, d *dir, s *settings, c *contract, i int, declared []*catalog.Operation) {
	if i < 0 {
		e.diags.Errorf(s.at(), CodeReference, "%s: an API of the type %s has no other operations than %s", d.rel, a.Type, strings.Join(c.names(), " and "))
		return
	}
	s.declare(new(catalog.Operation))
	declared[i].Policy = e.policy(d)
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
