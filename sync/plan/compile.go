package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
)

// Codes of what can be wrong with a catalog.
const (
	// CodeTemplate: an operation's urlTemplate cannot be read.
	CodeTemplate diag.Code = "url-template"
	// CodeDuplicate: two operations, or two APIs, that no request could tell apart.
	CodeDuplicate diag.Code = "duplicate"
	// CodeReference: something names an entity that does not exist.
	CodeReference diag.Code = "unknown-reference"
	// CodeURL: a service or backend URL that is not an absolute http or https URL.
	CodeURL diag.Code = "url"
	// CodeUnsupported: a setting that this gateway does not have yet.
	CodeUnsupported diag.Code = "not-built-yet"
)

// Options of Compile.
type Options struct {
	// Kinds are the policies; Known the names of those that APIM has and we do not; Skipped
	// those that its self-hosted gateways do not have.
	Kinds          []policies.Kind
	Known, Skipped []string
	// Services that policies use; they outlive plans.
	Services *policies.Services
	// Strict applies APIM's allow-list to expressions.
	Strict bool
	// IgnoreProtocols serves APIs by http although they are published for https only, as
	// is fitting on a laptop or behind something that terminates TLS.
	IgnoreProtocols bool
	// InstanceID names this process in context.Deployment.
	InstanceID string
	// Proxy finds the proxy on the way to a URL where no backend entity and no policy names
	// one, as http.ProxyFromEnvironment does; nil finds none.
	Proxy func(*url.URL) (*url.URL, error)
}

// Compile makes a plan of a catalog. What did not change since the previous plan, which
// may be nil, is taken over. All mistakes come back at once; operations that have none
// serve, the others answer 500.
func Compile(c *catalog.Catalog, o Options, previous *Plan) (*Plan, diag.List) {
	b := &builder{options: o, catalog: c, previous: previous, plan: &Plan{
		version: c.Version, ignoreProtocols: o.IgnoreProtocols,
		keys: keys{}, products: map[string]*exchange.Product{},
	}}
	b.indexCatalog()
	b.deployment()
	b.policies()
	b.compileAPIs()
	b.facts()
	b.connections()
	b.diags.Sort()
	return b.plan, b.diags
}

// builder makes one plan.
type builder struct {
	options  Options
	catalog  *catalog.Catalog
	previous *Plan
	shared   *sharing // of the previous plan, if its programs can be taken over
	plan     *Plan
	diags    diag.List

	sources    map[*catalog.Policy]*diag.Source
	sets       map[string]*catalog.VersionSet
	apiIDs     map[string]bool // lower-case
	backends   *backends
	products   map[string]*productPolicy   // by lower-case id
	productsOf map[string][]*productPolicy // by lower-case API id
}

type productPolicy struct {
	source *catalog.Product
	compiled
}

// sharing is what all of a plan's programs depend on; where it equals the previous
// plan's, programs are taken over.
type sharing struct {
	environment [sha256.Size]byte
	backends    *backends
	engineDiags diag.List
	broad       map[broadKey]broad // documents of the global and the product scope
	products    map[string]*productPolicy
	apis        map[string]*api // by id and revision
	diags       map[*api]diag.List
}

// A broadKey names a document of the global scope or of a product, in lower case, and the
// traffic it is for.
type broadKey struct {
	product string
	traffic policies.Traffic
}

// broad is a document of a scope broader than an API, as it was compiled.
type broad struct {
	source *catalog.Policy
	parent compiled
	compiled
	diags diag.List
}

func (b *builder) indexCatalog() {
	b.sources = map[*catalog.Policy]*diag.Source{}
	b.sets = map[string]*catalog.VersionSet{}
	for _, s := range b.catalog.VersionSets {
		b.sets[strings.ToLower(s.ID)] = s
	}
	b.apiIDs = map[string]bool{}
	for _, a := range b.catalog.APIs {
		b.apiIDs[strings.ToLower(a.ID)] = true
	}
	b.productsOf = map[string][]*productPolicy{}
	b.products = map[string]*productPolicy{}
}

func (b *builder) deployment() {
	b.plan.deployment = &exchange.Deployment{
		Region: b.catalog.Service.Region, ServiceName: b.catalog.Service.Name, ServiceID: b.catalog.Service.Name,
		GatewayID: b.catalog.Gateway, InstanceID: b.options.InstanceID, Certificates: deploymentCertificates(b.catalog),
	}
}

// policies makes the engine and the programs of the global and the product scope.
func (b *builder) policies() {
	env := b.environment()
	b.shared = b.previousSharing(env)
	b.plan.sharing = &sharing{
		environment: env, products: b.products,
		broad: map[broadKey]broad{}, apis: map[string]*api{}, diags: map[*api]diag.List{},
	}
	b.makeEngine()
	b.plan.empty = b.plan.engine.Empty()
	b.plan.global = b.compileBroad("", document{scope: policies.Global, text: b.catalog.Policy}, compiled{program: b.plan.empty})
	for _, p := range b.catalog.Products {
		made := &productPolicy{source: p}
		made.compiled = b.compileBroad(p.ID, document{scope: policies.Product, text: p.Policy}, b.plan.global)
		b.products[strings.ToLower(p.ID)] = made
		for _, id := range p.APIs {
			id, _, _ = strings.Cut(strings.ToLower(id), ";")
			b.productsOf[id] = append(b.productsOf[id], made)
		}
	}
}

// makeEngine takes over the previous plan's engine or makes one.
func (b *builder) makeEngine() {
	s := b.plan.sharing
	if b.shared != nil {
		b.plan.engine, s.backends, s.engineDiags = b.previous.engine, b.shared.backends, b.shared.engineDiags
	} else {
		s.backends = newBackends(b.catalog, b.options)
		b.plan.engine, s.engineDiags = policies.NewEngine(policies.Options{
			Kinds: b.options.Kinds, Known: b.options.Known, Skipped: b.options.Skipped, Services: b.options.Services, Strict: b.options.Strict,
			NamedValues: b.namedValues(), Fragments: b.fragments(), Backend: s.backends.resolve, BackendWatches: s.backends.watch(),
			Connector: connector{s.backends},
		})
	}
	b.backends = s.backends
	b.diags = append(b.diags, s.engineDiags...)
}

// source of a document: one for all contexts in which it is compiled, so that a mistake in
// it is said once.
func (b *builder) source(p *catalog.Policy) *diag.Source {
	if b.sources[p] == nil {
		b.sources[p] = diag.NewSource(p.File, p.Text)
	}
	return b.sources[p]
}

// A document is that of one scope, compiled for one kind of traffic.
type document struct {
	scope   policies.Scope
	traffic policies.Traffic
	text    *catalog.Policy
}

// compileBroad compiles the document of the global scope or of a product, or takes it
// over.
func (b *builder) compileBroad(product string, d document, parent compiled) compiled {
	key := broadKey{strings.ToLower(product), d.traffic}
	if made, ok := b.plan.sharing.broad[key]; ok {
		return made.compiled // for another API
	}
	made := broad{source: d.text, parent: parent}
	if b.shared != nil {
		if old, ok := b.shared.broad[key]; ok && samePolicy(old.source, d.text) && old.parent == parent {
			made = old
		}
	}
	if made.program == nil {
		before := len(b.diags)
		made.compiled = b.compile(d, parent)
		made.diags = slices.Clone(b.diags[before:])
	} else {
		b.diags = append(b.diags, made.diags...)
	}
	b.plan.sharing.broad[key] = made
	return made.compiled
}

// environment is the hash of everything that any program may depend on beside its own
// documents.
func (b *builder) environment() [sha256.Size]byte {
	h := sha256.New()
	// Encoding plain structs into a hash cannot fail.
	_ = json.NewEncoder(h).Encode([]any{b.catalog.NamedValues, b.catalog.Fragments, b.catalog.Backends, b.catalog.Certificates})
	return [sha256.Size]byte(h.Sum(nil))
}

// previousSharing is the previous plan's, if its programs can be taken over.
func (b *builder) previousSharing(env [sha256.Size]byte) *sharing {
	if b.previous == nil || b.previous.sharing.environment != env {
		return nil
	}
	return b.previous.sharing
}

func samePolicy(a, b *catalog.Policy) bool {
	return a == b || a != nil && b != nil && *a == *b
}

func (b *builder) namedValues() map[string]policies.NamedValue {
	out := make(map[string]policies.NamedValue, len(b.catalog.NamedValues))
	for _, v := range b.catalog.NamedValues {
		out[v.DisplayName] = policies.NamedValue{Value: v.Value.Reveal(), Secret: v.Secret}
	}
	return out
}

func (b *builder) fragments() map[string]*diag.Source {
	out := make(map[string]*diag.Source, len(b.catalog.Fragments))
	for _, f := range b.catalog.Fragments {
		out[f.ID] = diag.NewSource(f.Policy.File, f.Policy.Text)
	}
	return out
}

// compile a document of one scope on top of the broader ones'. Without a document the
// broader scope's policy is in force as it is.
func (b *builder) compile(d document, parent compiled) compiled {
	if d.text == nil {
		return parent
	}
	program, diags := b.plan.engine.Compile(policies.Document{Scope: d.scope, Traffic: d.traffic, Source: b.source(d.text)}, parent.programOr(b.plan.empty))
	b.diags = append(b.diags, diags...)
	if diags.HasErrors() {
		return compiled{program: parent.program, broken: true}
	}
	return compiled{program: program, broken: parent.broken}
}

func (b *builder) compileAPIs() {
	for _, source := range b.catalog.APIs {
		b.prepare(source)
		before := len(b.diags)
		a := b.takeOver(source)
		if a == nil {
			a = b.compileAPI(source)
			b.plan.sharing.diags[a] = slices.Clone(b.diags[before:])
		} else {
			b.plan.sharing.diags[a] = b.shared.diags[a]
			b.diags = append(b.diags, b.shared.diags[a]...)
		}
		b.plan.list = append(b.plan.list, a)
		b.plan.sharing.apis[source.ID+";"+source.Revision] = a
		b.place(a)
	}
}

// takeOver returns the API as the previous plan compiled it, if nothing that it depends on
// has changed.
func (b *builder) takeOver(source *catalog.API) *api {
	if b.shared == nil || b.previous.global != b.plan.global {
		return nil
	}
	a := b.shared.apis[source.ID+";"+source.Revision]
	if a == nil || !a.source.Same(source) {
		return nil
	}
	products := b.productsOf[strings.ToLower(source.ID)]
	if len(products) != len(a.contexts)-1 {
		return nil
	}
	for i, p := range products {
		c := &a.contexts[i+1]
		if c.product != p.source.ID || a.open == i+1 == p.source.SubscriptionRequired {
			return nil
		}
		if old := b.shared.products[strings.ToLower(p.source.ID)]; old == nil || old.compiled != p.compiled {
			return nil
		}
	}
	return a
}

func (b *builder) compileAPI(source *catalog.API) *api {
	a := &api{source: source, facts: apiFacts(source), open: -1}
	b.serviceURL(a)
	own := document{scope: policies.API, traffic: trafficOf(source), text: source.Policy}
	a.contexts = []apiContext{{compiled: b.compile(own, b.globalFor(own.traffic))}}
	for _, p := range b.productsOf[strings.ToLower(source.ID)] {
		if !p.source.SubscriptionRequired {
			if a.open >= 0 {
				b.errorf(source.File, CodeDuplicate, "the API %q is in two products that need no subscription: %q and %q", source.ID, a.contexts[a.open].product, p.source.ID)
			}
			a.open = len(a.contexts)
		}
		a.contexts = append(a.contexts, apiContext{product: p.source.ID, compiled: b.compile(own, b.productFor(p, own.traffic))})
	}
	for i, o := range source.Operations {
		b.compileOperation(a, o, i)
	}
	return a
}

func apiFacts(source *catalog.API) *exchange.API {
	return &exchange.API{
		ID: source.ID, Name: cmp.Or(source.DisplayName, source.ID), Path: "/" + source.Path, Protocols: source.Protocols,
		Version: source.Version, Revision: source.Revision, IsCurrent: source.IsCurrent,
		KeyHeader: source.KeyHeader, KeyQuery: source.KeyQuery,
	}
}

func (b *builder) serviceURL(a *api) {
	if a.source.ServiceURL == "" {
		return
	}
	backend, err := b.backends.base(a.source.ServiceURL, a.source.Type)
	if err != nil {
		b.errorf(a.source.File, CodeURL, "the service URL of the API %q: %v", a.source.ID, err)
		return
	}
	a.facts.ServiceURL = &backend.URL
	a.backend, a.cluster = backend, backend.Cluster
}

func (b *builder) compileOperation(a *api, source *catalog.Operation, order int) {
	written := source.URLTemplate
	if a.source.Type == catalog.SOAP {
		written = soapTemplate(written)
	}
	t, err := parseTemplate(written)
	if err != nil {
		b.diags.Errorf(placed(source), CodeTemplate, "the operation %q of the API %q has a URL template that cannot be read: %v", source.ID, a.source.ID, err)
		return
	}
	o := &operation{template: t, facts: operationFacts(source)}
	if twin := a.operations.add(o, order); twin != nil {
		b.diags.Errorf(placed(source), CodeDuplicate, "the operations %q and %q of the API %q have the same method and URL template %q", twin.facts.ID, source.ID, a.source.ID, source.URLTemplate)
		return
	}
	if source.Policy != nil {
		for i := range a.contexts {
			d := document{scope: policies.Operation, traffic: trafficOf(a.source), text: source.Policy}
			o.own = append(o.own, b.compile(d, a.contexts[i].compiled))
		}
	}
	a.list = append(a.list, o)
}

func operationFacts(source *catalog.Operation) *exchange.Operation {
	o := &exchange.Operation{
		ID: source.ID, Name: cmp.Or(source.DisplayName, source.ID),
		Method: strings.ToUpper(source.Method), URLTemplate: source.URLTemplate,
	}
	for _, r := range source.Responses {
		made := exchange.OperationResponse{StatusCode: r.StatusCode}
		for _, rep := range r.Representations {
			made.Representations = append(made.Representations, exchange.Representation{ContentType: rep.ContentType, Examples: rep.Examples, Sample: rep.Sample})
		}
		o.Responses = append(o.Responses, made)
	}
	return o
}

// place puts an API into the table by which requests find it.
func (b *builder) place(a *api) {
	g := b.plan.apis.add(a.source.Path)
	if a.source.VersionSet != "" {
		set := b.sets[strings.ToLower(a.source.VersionSet)]
		switch {
		case set == nil:
			b.errorf(a.source.File, CodeReference, "the API %q names the version set %q, which does not exist", a.source.ID, a.source.VersionSet)
			return
		case g.scheme == "":
			g.scheme, g.queryName, g.headerName = set.Scheme, set.QueryName, set.HeaderName
		}
	}
	v := g.addVersion(a.source.Version)
	for _, other := range v.revisions {
		if other.sockets() == a.sockets() && (other.source.ID != a.source.ID || other.source.Revision == a.source.Revision) {
			b.errorf(a.source.File, CodeDuplicate, "the APIs %q and %q have the same path %q and the same version", other.source.ID, a.source.ID, a.source.Path)
			return
		}
	}
	v.revisions = append(v.revisions, a)
}

// errorf reports a mistake of which only the file is known, if that.
func (b *builder) errorf(file string, code diag.Code, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if file != "" {
		message = file + ": " + message
	}
	b.diags.Errorf(diag.Range{}, code, "%s", message)
}

// placed is where an operation's template was written, or nowhere.
func placed(o *catalog.Operation) diag.Range {
	if o.Place == nil {
		return diag.Range{}
	}
	return diag.NewSource(o.Place.File, o.Place.Text).Range(o.Place.Start, o.Place.End)
}

// connections lists what Envoy must know.
func (b *builder) connections() {
	p := b.plan
	for _, g := range p.apis.groups {
		r := Route{Path: "/" + g.path}
		if a := g.first(); a != nil {
			r.Name, r.Cluster = a.source.ID, a.cluster
		}
		p.routes = append(p.routes, r)
	}
	slices.SortFunc(p.routes, func(a, b Route) int { return cmp.Compare(a.Path, b.Path) })
	b.hostnames()
	clusters := b.clusters()
	for _, name := range slices.Sorted(maps.Keys(clusters)) {
		p.targets = append(p.targets, clusters[name])
	}
	b.callTargets()
	p.settleForwards(b.previous, b.now())
}

func (b *builder) now() time.Time {
	if s := b.options.Services; s != nil && s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// first is the API whose backend is the path's own.
func (g *group) first() *api {
	for _, v := range g.versions {
		if len(v.revisions) > 0 {
			return v.revisions[0]
		}
	}
	return nil
}
