package folder

import (
	"strings"

	"github.com/apimgw/apimgw/sync/catalog"
)

// maxMembers is how many members a pool may have, maxShare the highest priority and weight.
const (
	maxMembers = 30
	maxShare   = 100
)

// pool reads what makes a backend a pool.
func (v *backend) pool(backend *settings) {
	s := backend.object("pool")
	items := s.list("services")
	for i, item := range items {
		if i == maxMembers {
			s.diags.Errorf(item.at, CodeValue, "a pool has at most %d backends", maxMembers)
		}
		v.addMember(&settings{node: item, diags: s.diags})
	}
	if len(items) == 0 {
		at := backend.at()
		if s.exists() {
			at = s.at()
		}
		s.diags.Errorf(at, CodeMissing, `a backend of the type Pool has "services" in "pool"`)
	}
	v.sessionAffinity(s.object("sessionAffinity"))
	if n := s.field("failureResponse"); n != nil {
		s.diags.Warnf(n.at, CodeUnsupported, `"failureResponse" is not built yet: callers get a 503 when no backend can be called`)
	}
	s.finish()
}

func (v *backend) addMember(m *settings) {
	id, at := m.required("id")
	member := catalog.PoolMember{ID: lastSegment(id), Priority: m.share("priority", 0), Weight: m.share("weight", 1)}
	m.alsoKnown("preferred", "sourceIPAddress")
	m.finish()
	for _, other := range v.Members {
		if id != "" && strings.EqualFold(other.ID, member.ID) {
			m.diags.Errorf(at, CodeDuplicate, "the backend %q is in the pool twice", member.ID)
		}
	}
	v.Members, v.members = append(v.Members, member), append(v.members, at)
}

// share is a priority or a weight.
func (s *settings) share(name string, fallback int) int {
	n := s.whole(name)
	switch {
	case n == nil:
		return fallback
	case *n < 0 || *n > maxShare:
		s.diags.Errorf(s.field(name).at, CodeValue, "%q is from 0 to %d, not %d", name, maxShare, *n)
		return fallback
	}
	return *n
}

// sessionAffinity reads the cookie that binds a client to a member.
func (v *backend) sessionAffinity(s *settings) {
	if !s.exists() {
		return
	}
	id := s.object("sessionId")
	if !id.exists() {
		s.diags.Errorf(s.at(), CodeMissing, `"sessionId" is missing`)
		return
	}
	id.choice("source", "Cookie", "Cookie")
	name, at := id.required("name")
	if strings.ContainsFunc(name, notInToken) {
		s.diags.Errorf(at, CodeValue, "%q is no name of a cookie", name)
		name = ""
	}
	v.AffinityCookie = name
	id.finish()
	s.finish()
}

// notInToken reports whether a letter cannot be in the name of a cookie.
func notInToken(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r)
}

// checkMembers makes the members of a pool those that the folder has, and reports those that
// it does not have, or that are pools themselves.
func (b *builder) checkMembers(rel string, v *backend, names []string, pools map[string]bool) {
	for i, m := range v.Members {
		name, ok := find(names, m.ID)
		switch {
		case m.ID == "": // reported
		case !ok:
			unknown(&b.diags, link{m.ID, rel, v.members[i]}, "backend", names)
		case pools[name]:
			b.diags.Errorf(v.members[i], CodeValue, "the backend %q is a pool, and pools have single backends only", name)
			b.diags[len(b.diags)-1].Help = "put its backends here"
		default:
			v.Members[i].ID = name
		}
	}
}
