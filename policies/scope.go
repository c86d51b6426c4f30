package policies

// A Section is one of the four lists of policies in a policy document.
type Section int

// The sections, in the order in which a request meets them.
const (
	Inbound Section = iota
	Backend
	Outbound
	OnError
	sections = iota
)

var sectionNames = [sections]string{"inbound", "backend", "outbound", "on-error"}

// String returns the section's element name, which is also context.LastError.Section.
func (s Section) String() string { return sectionNames[s] }

// Sections is a set of sections: where a policy may stand.
type Sections uint8

// Anywhere is every section.
const Anywhere = Sections(1<<sections - 1)

// In makes a set of sections.
func In(list ...Section) Sections {
	var s Sections
	for _, section := range list {
		s |= 1 << section
	}
	return s
}

// Has reports whether a section is in the set.
func (s Sections) Has(section Section) bool { return s&(1<<section) != 0 }

// List returns the sections of the set in order.
func (s Sections) List() []Section {
	var out []Section
	for section := range Section(sections) {
		if s.Has(section) {
			out = append(out, section)
		}
	}
	return out
}

// A Scope is what a policy document is attached to.
type Scope int

// The scopes, from broad to narrow.
const (
	Global Scope = iota
	Workspace
	Product
	API
	Operation
	scopes = iota
)

var scopeNames = [scopes]string{"global", "workspace", "product", "api", "operation"}

// String returns the scope as context.LastError.Scope has it.
func (s Scope) String() string { return scopeNames[s] }

// Scopes is a set of scopes: where a policy's documents may be attached. The zero set
// stands for all of them.
type Scopes uint8

// At makes a set of scopes.
func At(list ...Scope) Scopes {
	var s Scopes
	for _, scope := range list {
		s |= 1 << scope
	}
	return s
}

// Has reports whether a scope is in the set.
func (s Scopes) Has(scope Scope) bool { return s == 0 || s&(1<<scope) != 0 }

// List returns the scopes of the set from broad to narrow.
func (s Scopes) List() []Scope {
	var out []Scope
	for scope := range Scope(scopes) {
		if s.Has(scope) {
			out = append(out, scope)
		}
	}
	return out
}
