package plan

import (
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
)

// apiTable finds the API for a request: the longest API path that equals the leading
// whole segments of the request's, without regard to case, then the version and the
// revision. There is no way back: when that API has no operation for the request, no
// API with a shorter path is tried.
type apiTable struct {
	groups map[string]*group // by lower-case path, without slashes at the ends
	depth  int               // of the longest path, in segments
}

// A group is all APIs with one path: versions of one set, revisions of each.
type group struct {
	path     string
	versions []*version
	// scheme is that of the version set: "", "Segment", "Query" or "Header".
	scheme, queryName, headerName string
	// forwards is the cluster to which Envoy forwards by itself, certain from when on.
	forwards string
	certain  time.Time
}

type version struct {
	id        string // lower case; "" is the original
	revisions []*api
}

func (t *apiTable) add(path string) *group {
	key := strings.ToLower(path)
	if t.groups == nil {
		t.groups = map[string]*group{}
	}
	g := t.groups[key]
	if g == nil {
		g = &group{path: path}
		t.groups[key] = g
		if path != "" {
			t.depth = max(t.depth, strings.Count(path, "/")+1)
		}
	}
	return g
}

func (g *group) version(id string) *version {
	for _, v := range g.versions {
		if strings.EqualFold(v.id, id) {
			return v
		}
	}
	return nil
}

func (g *group) addVersion(id string) *version {
	if v := g.version(id); v != nil {
		return v
	}
	v := &version{id: strings.ToLower(id)}
	g.versions = append(g.versions, v)
	return v
}

// revision by its number; "" is the current one. Nil when there is none, or it is
// offline. A WebSocket API has the handshakes to a path, and another API all the rest, and
// the handshakes too where it is alone.
func (v *version) revision(n string, handshake bool) *api {
	var found *api
	for _, a := range v.revisions {
		if (n != "" || !a.source.IsCurrent) && (n == "" || a.source.Revision != n) {
			continue
		}
		if found == nil || a.sockets() == handshake {
			found = a
		}
	}
	if found == nil || !found.source.IsOnline {
		return nil
	}
	return found
}

// sockets reports whether the API is of the type WebSocket.
func (a *api) sockets() bool { return a.source.Type == catalog.WebSocket }

// found is what a path leads to. The group is set as soon as an API path fits, the API
// only when version and revision exist too; rest is the path behind them, without its
// leading slash.
type found struct {
	group *group
	api   *api
	rest  string
	// slash reports whether anything, be it a lone slash, follows the API's own part.
	slash bool
}

// maxDepth bounds how many segments an API path may have.
const maxDepth = 32

// find the API for the request.
func (t *apiTable) find(r *exchange.Request) found {
	path := strings.TrimPrefix(r.OriginalURL.Path, "/")
	var space [256]byte
	lower := appendLower(space[:0], path)
	var ends [maxDepth]int
	n := 0
	for i := 0; n < min(t.depth, maxDepth) && i < len(lower); i++ {
		if lower[i] == '/' {
			ends[n] = i
			n++
		}
	}
	if n < min(t.depth, maxDepth) {
		ends[n] = len(lower)
		n++
	}
	for i := n - 1; i >= 0; i-- {
		key := lower[:ends[i]]
		name, rev := cutRevision(key)
		if g := t.groups[string(name)]; g != nil {
			return g.resolve(r, path[ends[i]:], string(rev))
		}
	}
	if g := t.groups[""]; g != nil {
		rest := path
		rev := ""
		if strings.HasPrefix(rest, ";") {
			head, tail := cutSegment(rest)
			rev = revisionOf(head)
			rest = tail
		} else if rest != "" { // the slash of "/" is not the request's, but HTTP's
			rest = "/" + rest
		}
		return g.resolve(r, rest, rev)
	}
	return found{}
}

// cutRevision splits ";rev=N" off the end of a path's bytes.
func cutRevision(key []byte) (name, rev []byte) {
	for i := len(key) - 1; i >= 0 && key[i] != '/'; i-- {
		if key[i] == ';' {
			if r := key[i+1:]; len(r) > len("rev=") && string(r[:4]) == "rev=" {
				return key[:i], r[4:]
			}
			return key, nil
		}
	}
	return key, nil
}

func revisionOf(segment string) string {
	_, rev, ok := strings.Cut(segment, ";")
	if !ok || len(rev) <= 4 || !strings.EqualFold(rev[:4], "rev=") {
		return ""
	}
	return rev[4:]
}

// cutSegment splits a path without a leading slash behind its first segment; the tail
// keeps its slash.
func cutSegment(path string) (head, tail string) {
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// resolve finds version and revision; rest is what follows the API path and begins with
// a slash if it is not empty.
func (g *group) resolve(r *exchange.Request, rest, rev string) found {
	f := found{group: g}
	id := ""
	switch g.scheme {
	case "Query":
		if v := r.OriginalURL.Parameter(g.queryName); len(v) > 0 {
			id = v[0]
		}
	case "Header":
		id, _ = r.Headers.First(g.headerName)
	case "Segment":
		head, tail := cutSegment(strings.TrimPrefix(rest, "/"))
		name, _, _ := strings.Cut(head, ";")
		if g.version(name) != nil && name != "" {
			id, rest = name, tail
			if r := revisionOf(head); r != "" {
				rev = r
			}
		}
	}
	if v := g.version(id); v != nil {
		f.api = v.revision(rev, isHandshake(r.OriginalURL.Scheme))
	}
	f.rest, f.slash = strings.TrimPrefix(rest, "/"), rest != ""
	return f
}
