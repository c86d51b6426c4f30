package policies

import (
	"context"
	"fmt"
	"strconv"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression"
)

// A Compiler compiles one document. Policies ask it for what they need while they are
// compiled; none keeps it.
type Compiler struct {
	engine  *Engine
	parent  *Program // nil when there is no broader scope
	scope   Scope
	section Section
	traffic Traffic

	seq     *sequence // that the current policy is in
	current *document.Element
	path    string // of the current policy: "choose[1]/when[2]/retry[1]"
	made    *instruction

	includes []include // that lead to the current policy
	needs    *Needs    // of the current policy

	list     diag.List
	mistakes int
}

// An include is a fragment being put in.
type include struct {
	id string
	at diag.Range
}

// A sequence is a list of policies being compiled.
type sequence struct {
	path   string // of the elements around, empty at the top
	top    bool   // directly in the section
	counts map[string]int
	base   bool
	steps  Steps
}

// Section is the section that the current policy stands in.
func (c *Compiler) Section() Section { return c.section }

// Scope is the scope whose document has the current policy. What a fragment holds has the
// scope of the document that includes it.
func (c *Compiler) Scope() Scope { return c.scope }

// Here is where the name of the current policy stands, for messages about the whole of it.
func (c *Compiler) Here() diag.Range { return c.current.Open }

// Services are what policies use; none of them is nil.
func (c *Compiler) Services() *Services { return c.engine.services }

// Errorf reports that settings of the current policy do not go together.
func (c *Compiler) Errorf(r diag.Range, format string, args ...any) {
	c.report(r, InvalidSettings, "", format, args...)
}

// NotBuiltYet reports that the gateway does not have something that APIM has. What is the
// thing in the author's words.
func (c *Compiler) NotBuiltYet(r diag.Range, what string) {
	c.report(r, NotBuiltYet, "", "%s is not built yet", what)
}

// Warnf reports something that works, but probably not as its author meant.
func (c *Compiler) Warnf(r diag.Range, format string, args ...any) {
	c.add(diag.Diagnostic{Severity: diag.Warning, Code: InvalidSettings, Range: r, Message: fmt.Sprintf(format, args...)})
}

// report adds an error.
func (c *Compiler) report(r diag.Range, code diag.Code, help, format string, args ...any) {
	c.add(diag.Diagnostic{Code: code, Range: r, Message: fmt.Sprintf(format, args...), Help: help})
}

// add adds a message, and where the fragment that it is about was included.
func (c *Compiler) add(d diag.Diagnostic) {
	d.Message = c.engine.secrets.Replace(d.Message)
	if d.Severity == diag.Error {
		c.mistakes++
	}
	for i := len(c.includes) - 1; i >= 0; i-- {
		d.Related = append(d.Related, diag.Related{
			Range: c.includes[i].at, Message: fmt.Sprintf("the fragment %q is included here", c.includes[i].id),
		})
	}
	c.list = append(c.list, d)
}

// expression compiles an expression and notes what it needs.
func (c *Compiler) expression(text diag.Text, want expression.Want) (*expression.Program, bool) {
	p, list := expression.Compile(text, want, c.engine.expressions)
	for _, d := range list {
		c.add(d)
	}
	if p == nil || list.HasErrors() {
		return nil, false
	}
	c.expressionNeeds(p.Needs())
	return p, true
}

func (c *Compiler) expressionNeeds(n expression.Needs) {
	if n.RequestBody {
		c.ReadsRequestBody()
	}
	if n.ResponseBody {
		c.ReadsResponseBody()
	}
}

// ReadsRequestBody notes that the current policy reads the request's body.
func (c *Compiler) ReadsRequestBody() {
	c.streamsRequest(Always)
	c.needs.RequestBody = Always
}

// ReadsResponseBody notes that the current policy reads the response's body.
func (c *Compiler) ReadsResponseBody() {
	c.streamsResponse(Always)
	c.needs.ResponseBody = Always
	c.NeedsResponse()
}

// MayReadRequestBody notes that the current policy reads the request's body for some
// requests, so that it is asked for only when it is touched.
func (c *Compiler) MayReadRequestBody() {
	c.streamsRequest(Maybe)
	c.needs.RequestBody = max(c.needs.RequestBody, Maybe)
}

// MayReadResponseBody notes that the current policy reads the response's body for some
// responses.
func (c *Compiler) MayReadResponseBody() {
	c.streamsResponse(Maybe)
	c.needs.ResponseBody = max(c.needs.ResponseBody, Maybe)
	c.NeedsResponse()
}

// NeedsResponse notes that the current policy, although it does not stand behind the
// forward, has to do with the backend's answer.
func (c *Compiler) NeedsResponse() { c.needs.Response = true }

// Forwards notes that the current policy forwards the request, with settings that are
// zero where they are not literals.
func (c *Compiler) Forwards(f exchange.Forward) {
	c.needs.Forwards++
	c.needs.Forward = append(c.needs.Forward, f)
}

// Relays notes that the current policy forwards in a way that is more than sending once and
// waiting for an answer.
func (c *Compiler) Relays() {
	c.needs.Relay = true
	c.NeedsResponse()
}

// Repeats notes that the current policy may run its children more than once.
func (c *Compiler) Repeats() {
	if c.needs.Forwards > 0 {
		c.needs.Forwards *= 2
		c.needs.Response = true
	}
}

// DynamicBackend notes that the current policy computes the backend.
func (c *Compiler) DynamicBackend() { c.needs.DynamicBackend = true }

// Backend finds the backend that a literal names, and notes that the program may use it.
// It reports what is wrong with the reference and returns nil then.
func (c *Compiler) Backend(r diag.Range, ref BackendRef) *exchange.Backend {
	b, err := c.engine.backend(ref)
	if err != nil {
		c.report(r, UnknownBackend, "", "%s", err)
		return nil
	}
	if b.Balancer != nil && b.Balancer.Watches() {
		c.NeedsResponse()
	}
	c.needs.Backends = append(c.needs.Backends, ref)
	return b
}

// ResolveBackend finds a backend while a program runs, for a reference that an expression
// made. It may be any, so if one of them must see its answers, the program needs them.
func (c *Compiler) ResolveBackend() func(BackendRef) (*exchange.Backend, error) {
	if c.engine.watches {
		c.NeedsResponse()
	}
	return c.engine.backend
}

// Preflight gives the current policy a say in CORS preflight requests, for which nothing
// else of the pipeline runs. Only policies directly in inbound are asked, in order, until
// one answers with x.Finish.
func (c *Compiler) Preflight(step Step) {
	if c.section == Inbound && c.seq.top {
		c.made.preflight = step
	}
}

// Unmatched gives the current policy a say in requests that are for no operation, for which
// nothing else of the pipeline runs. Only policies directly in inbound are asked, in order,
// until one answers with x.Finish.
func (c *Compiler) Unmatched(step Step) {
	if c.section == Inbound && c.seq.top {
		c.made.unmatched = step
	}
}

// Steps compiles the policies inside an element, which all run when the current policy
// runs them.
func (c *Compiler) Steps(e *document.Element) Steps {
	steps, needs := c.children(e)
	c.needs.then(needs)
	return steps
}

// Choice compiles the policies inside several elements, of which at most one is run.
func (c *Compiler) Choice(elements ...*document.Element) []Steps {
	out := make([]Steps, len(elements))
	var any Needs
	for i, e := range elements {
		var needs Needs
		out[i], needs = c.children(e)
		any.or(needs.maybe())
	}
	c.needs.then(any)
	return out
}

func (c *Compiler) children(e *document.Element) (Steps, Needs) {
	var needs Needs
	seq := &sequence{path: c.pathTo(e), counts: map[string]int{}}
	c.sequence(seq, e, &needs)
	return seq.steps, needs
}

// pathTo is the path of an element of the current policy: "choose[1]/when[2]".
func (c *Compiler) pathTo(e *document.Element) string {
	if e == c.current || e.Parent == nil {
		return c.path
	}
	n := 0
	for _, sibling := range e.Parent.Children {
		if sibling.Name == e.Name {
			n++
		}
		if sibling == e {
			break
		}
	}
	return join(c.pathTo(e.Parent), e.Name, n)
}

func join(path, name string, n int) string {
	if path != "" {
		path += "/"
	}
	return path + name + "[" + strconv.Itoa(n) + "]"
}

// sequence compiles the policies that are the children of an element.
func (c *Compiler) sequence(seq *sequence, e *document.Element, needs *Needs) {
	outer := c.seq
	c.seq = seq
	for _, child := range e.Children {
		if child.Name == "base" {
			c.base(child, needs)
		} else {
			c.policy(child, needs)
		}
	}
	c.seq = outer
}

// base puts in the steps of the broader scope.
func (c *Compiler) base(e *document.Element, needs *Needs) {
	if len(e.Attributes)+len(e.Children) > 0 || e.Content.TrimSpace().Len() > 0 {
		c.report(e.Open, MisplacedBase, "write <base />", "<base> is empty")
	}
	switch {
	case len(c.includes) > 0:
		c.report(e.Open, MisplacedBase, "put it where the fragment is included", "a fragment has no <base />")
	case c.seq.base:
		c.report(e.Open, MisplacedBase, "", "<base /> is here twice; the broader scopes' policies would run twice")
	case c.parent == nil:
		c.add(diag.Diagnostic{
			Severity: diag.Warning, Code: MisplacedBase, Range: e.Open,
			Message: "<base /> has no effect at the global scope, which is the broadest",
		})
	default:
		part := &c.parent.sections[c.section]
		for _, in := range part.steps {
			if !c.seq.top {
				in.preflight, in.unmatched = nil, nil
			}
			c.seq.steps = append(c.seq.steps, in)
		}
		needs.then(part.needs)
	}
	c.seq.base = true
}

// policy compiles one policy element.
func (c *Compiler) policy(e *document.Element, needs *Needs) {
	kind, ok := c.engine.kinds[e.Name]
	if c.skips(e.Name, e.Open) {
		return
	}
	if !ok {
		c.unknown(e)
		return
	}
	if !kind.Sections.Has(c.section) {
		c.report(e.Open, WrongPlace, "it may be in "+orList(kind.Sections.List()), "<%s> may not be in <%s>", e.Name, c.section)
	}
	if !kind.Scopes.Has(c.scope) {
		c.report(e.Open, WrongPlace, "it may be at these scopes: "+orList(kind.Scopes.List()), "<%s> may not be in a policy of the %s scope", e.Name, c.scope)
	}
	c.seq.counts[e.Name]++
	in := instruction{place: &place{
		name: e.Name, scope: c.scope, section: c.section, path: c.seq.path, id: c.id(e),
	}}
	var own Needs
	c.inside(e, &in, &own, func() {
		c.streamsOwn(e.Name)
		in.step = kind.compile(c, e)
	})
	needs.then(own)
	if in.step != nil {
		c.seq.steps = append(c.seq.steps, in)
	}
}

// inside compiles with a policy as the current one.
func (c *Compiler) inside(e *document.Element, in *instruction, needs *Needs, compile func()) {
	current, path, made, outer := c.current, c.path, c.made, c.needs
	c.current, c.path, c.made, c.needs = e, join(c.seq.path, e.Name, c.seq.counts[e.Name]), in, needs
	compile()
	c.current, c.path, c.made, c.needs = current, path, made, outer
}

// id is the policy's id attribute.
func (c *Compiler) id(e *document.Element) string {
	a, ok := e.Attr("id")
	if !ok {
		return ""
	}
	if document.IsExpression(a.Value) {
		c.report(a.Value.Whole(), LiteralOnly, "", "the attribute \"id\" of <%s> cannot be an expression", e.Name)
	}
	return a.Value.String()
}

func (c *Compiler) unknown(e *document.Element) {
	if c.engine.skipped[e.Name] {
		c.add(diag.Diagnostic{
			Severity: diag.Warning, Code: NotSelfHosted, Range: e.Open,
			Message: fmt.Sprintf("self-hosted gateways do not have <%s>; it is skipped", e.Name),
		})
		return
	}
	if c.engine.known[e.Name] {
		c.report(e.Open, NotBuiltYet, "", "<%s> is not built yet", e.Name)
		return
	}
	d := diag.Diagnostic{
		Severity: diag.Warning, Code: UnknownPolicy, Range: e.Open,
		Message: fmt.Sprintf("unknown policy <%s> is skipped", e.Name),
	}
	if best := diag.Nearest(e.Name, c.engine.names); best != "" {
		d.Help = "did you mean <" + best + ">?"
	}
	c.add(d)
}

// Include puts in the policies of a fragment in place of the current policy.
func (c *Compiler) Include(r diag.Range, id string) {
	if len(c.includes) > 0 {
		c.report(r, InvalidSettings, "", "a fragment cannot include another one")
		return
	}
	fragment, ok := c.engine.fragments[id]
	if !ok {
		c.report(r, UnknownFragment, diag.DidYouMean(id, c.engine.fragmentIDs), "there is no fragment %q", id)
		return
	}
	if fragment == nil { // its mistakes were reported when the engine was made
		c.report(r, UnknownFragment, "", "the fragment %q cannot be read", id)
		return
	}
	c.includes = append(c.includes, include{id, r})
	c.sequence(c.seq, fragment, c.needs)
	c.includes = c.includes[:len(c.includes)-1]
}

func orList[T fmt.Stringer](list []T) string {
	s := ""
	for i, v := range list {
		switch {
		case i == 0:
		case i == len(list)-1:
			s += " or "
		default:
			s += ", "
		}
		s += v.String()
	}
	return s
}

// Steps are compiled policies that another policy runs.
type Steps []instruction

// An instruction is a step and where it was written.
type instruction struct {
	step      Step
	preflight Step
	unmatched Step
	place     *place
}

// Run runs the steps in order, until one fails or answers the caller.
func (s Steps) Run(ctx context.Context, x *exchange.Exchange) error {
	for i := range s {
		if err := s[i].step(ctx, x); err != nil {
			return s[i].place.fail(ctx, err)
		}
		if x.Finished() {
			return nil
		}
	}
	return nil
}
