package folder

import (
	"strconv"
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies/diag"
)

// settings reads the members of one object of a file. Each read names a member, so that
// finish knows which ones are there by mistake. Names are compared as API Management does,
// without regard to case. All reads work on a missing object, too.
type settings struct {
	node  *node
	over  *node // replaces members of node; may be nil
	diags *diag.List
	known []string
}

// field returns a member's value; nil when it is missing or null.
func (s *settings) field(name string) *node {
	s.known = append(s.known, name)
	for _, n := range []*node{s.over, s.node} {
		if v := n.field(name); v != nil {
			return v
		}
	}
	return nil
}

func (n *node) field(name string) *node {
	if n == nil {
		return nil
	}
	for i := len(n.fields) - 1; i >= 0; i-- {
		if f := n.fields[i]; strings.EqualFold(f.name, name) && f.value.kind != null {
			return f.value
		}
	}
	return nil
}

// want returns a member of a kind; nil when it is missing or of another kind, which it
// then says.
func (s *settings) want(name string, k kind) *node {
	n := s.field(name)
	if n != nil && n.kind != k {
		s.diags.Errorf(n.at, CodeType, "%q is %s, not %s", name, k, n.kind)
		return nil
	}
	return n
}

// text returns a text member and its place; the empty text when it is missing.
func (s *settings) text(name string) (string, diag.Range) {
	n := s.field(name)
	switch {
	case n == nil:
		return "", s.at()
	case n.kind == text:
		return n.text, n.at
	case n.kind == number: // "apiVersion": 2
		return n.text, n.at
	}
	s.diags.Errorf(n.at, CodeType, "%q is %s, not %s", name, text, n.kind)
	return "", n.at
}

// required is text for a member that must be there and not be empty.
func (s *settings) required(name string) (string, diag.Range) {
	v, at := s.text(name)
	if v == "" {
		s.diags.Errorf(at, CodeMissing, "%q is missing", name)
	}
	return v, at
}

// flag returns a boolean member.
func (s *settings) flag(name string, fallback bool) bool {
	n := s.want(name, boolean)
	if n == nil {
		return fallback
	}
	return n.text == "true"
}

// whole returns a member that is a whole number; nil when it is missing.
func (s *settings) whole(name string) *int {
	n := s.want(name, number)
	if n == nil {
		return nil
	}
	v, err := strconv.Atoi(n.text)
	if err != nil {
		s.diags.Errorf(n.at, CodeType, "%q is a whole number, not %s", name, n.text)
		return nil
	}
	return &v
}

// choice returns a text member that is one of some texts, spelled as these are.
func (s *settings) choice(name, fallback string, among ...string) string {
	v, at := s.text(name)
	if v == "" {
		return fallback
	}
	return oneOf(s.diags, at, name, v, fallback, among)
}

func oneOf(diags *diag.List, at diag.Range, name, v, fallback string, among []string) string {
	for _, a := range among {
		if strings.EqualFold(a, v) {
			return a
		}
	}
	diags.Errorf(at, CodeValue, "%q is not a value of %q", v, name)
	(*diags)[len(*diags)-1].Help = "one of: " + strings.Join(among, ", ")
	return fallback
}

// date returns a member that is a time; nil when it is missing.
func (s *settings) date(name string) *time.Time {
	v, at := s.text(name)
	if v == "" {
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, v); err == nil {
			return &t
		}
	}
	s.diags.Errorf(at, CodeType, "%q is a date such as 2026-01-31T12:00:00Z, not %q", name, v)
	return nil
}

// object returns the settings of a member.
func (s *settings) object(name string) *settings {
	out := &settings{node: s.node.field(name), over: s.over.field(name), diags: s.diags}
	s.known = append(s.known, name)
	for _, n := range []*node{out.node, out.over} {
		if n != nil && n.kind != object {
			s.diags.Errorf(n.at, CodeType, "%q is %s, not %s", name, object, n.kind)
		}
	}
	return out
}

// list returns the items of a member.
func (s *settings) list(name string) []*node {
	n := s.want(name, list)
	if n == nil {
		return nil
	}
	return n.items
}

// exists reports whether the object is there.
func (s *settings) exists() bool { return s.node != nil || s.over != nil }

// at is the place to say that something is missing: the start of the object.
func (s *settings) at() diag.Range {
	n := s.node
	if n == nil {
		n = s.over
	}
	if n == nil {
		return diag.Range{}
	}
	return n.at.Source.Range(n.at.Start, min(n.at.Start+1, n.at.End))
}

// alsoKnown names members that API Management has and the gateway does not need.
func (s *settings) alsoKnown(names ...string) { s.known = append(s.known, names...) }

// finish warns of members that are there twice, and of those whose name is surely a typing
// error. Other members that no one read are left alone: API Management has many.
func (s *settings) finish() {
	for _, n := range []*node{s.node, s.over} {
		if n == nil {
			continue
		}
		for i, f := range n.fields {
			s.check(n, i, f)
		}
	}
}

func (s *settings) check(n *node, i int, f field) {
	for _, before := range n.fields[:i] {
		if strings.EqualFold(before.name, f.name) {
			s.diags.Warnf(f.at, CodeDuplicate, "%q is here twice; the last one counts", f.name)
			return
		}
	}
	if name := typo(f.name, s.known); name != "" {
		s.diags.Warnf(f.at, CodeProperty, "there is no setting %q", f.name)
		(*s.diags)[len(*s.diags)-1].Help = didYouMean(name)
	}
}
