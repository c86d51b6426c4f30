package extproc

import (
	"fmt"
	"strings"

	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/policies/exchange"
)

// maxLines is how many header lines one reply may set. Envoy refuses more than its
// max_headers_count, which xds sets to the same number.
const maxLines = 1000

// changeHeaders adds to the reply what turns the lines of from into those of to. The names
// of from are those that Envoy sent; the values of to are checked, since Envoy checks
// little.
func changeHeaders(r *wire.Reply, from, to []exchange.Field) error {
	same := 0
	for same < len(from) && same < len(to) && from[same] == to[same] {
		same++
	}
	for i := same; i < len(from); i++ {
		if !hasName(from[same:i], from[i].Name) {
			if err := changeHeader(r, from[i].Name, from, to); err != nil {
				return err
			}
		}
	}
	for i := same; i < len(to); i++ {
		if !hasName(from[same:], to[i].Name) && !hasName(to[same:i], to[i].Name) {
			if err := changeHeader(r, to[i].Name, from, to); err != nil {
				return err
			}
		}
	}
	if len(r.Set) > maxLines {
		return fmt.Errorf("a message takes %d header lines at most, and these are %d", maxLines, len(r.Set))
	}
	return nil
}

// changeHeader does it for one name.
func changeHeader(r *wire.Reply, name string, from, to []exchange.Field) error {
	if notOurs(name) || sameLines(name, from, to) {
		return nil
	}
	first := true
	for i := range to {
		if !equalName(to[i].Name, name) {
			continue
		}
		if err := setLine(r, to[i].Name, to[i].Value, !first); err != nil {
			return err
		}
		first = false
	}
	if first {
		r.Remove = append(r.Remove, name)
	}
	return nil
}

// setLines adds all lines to a reply that ends the request.
func setLines(r *wire.Reply, lines []exchange.Field) error {
	for i := range lines {
		name := lines[i].Name
		if notOurs(name) {
			continue
		}
		if err := setLine(r, name, lines[i].Value, hasName(lines[:i], name)); err != nil {
			return err
		}
	}
	return nil
}

func setLine(r *wire.Reply, name, value string, add bool) error {
	value = strings.Trim(value, " \t")
	if err := checkLine(name, value); err != nil {
		return err
	}
	r.Set = append(r.Set, wire.Line{Name: name, Value: value, Append: add})
	return nil
}

func checkLine(name, value string) error {
	switch {
	case !isToken(name):
		return fmt.Errorf("%q is no name of a header", name)
	case hasControl(value):
		return fmt.Errorf("the value of the header %q has control characters", name)
	}
	return nil
}

// wholeLines are the lines of a message that is sent as it is, not as a change of another.
func wholeLines(lines []exchange.Field) ([]exchange.Field, error) {
	out := make([]exchange.Field, 0, len(lines))
	for _, f := range lines {
		if notOurs(f.Name) {
			continue
		}
		f.Value = strings.Trim(f.Value, " \t")
		if err := checkLine(f.Name, f.Value); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	if len(out) > maxLines {
		return nil, fmt.Errorf("a message takes %d header lines at most, and these are %d", maxLines, len(out))
	}
	return out, nil
}

// sameLines reports whether both have the same values of the name.
func sameLines(name string, from, to []exchange.Field) bool {
	i, j := 0, 0
	for {
		for i < len(from) && !equalName(from[i].Name, name) {
			i++
		}
		for j < len(to) && !equalName(to[j].Name, name) {
			j++
		}
		switch {
		case i == len(from) || j == len(to):
			return i == len(from) && j == len(to)
		case from[i].Value != to[j].Value:
			return false
		}
		i++
		j++
	}
}

func hasName(lines []exchange.Field, name string) bool {
	for i := range lines {
		if equalName(lines[i].Name, name) {
			return true
		}
	}
	return false
}

func equalName(a, b string) bool {
	return len(a) == len(b) && (a == b || strings.EqualFold(a, b))
}

// notOurs reports whether a header is none that a policy can set or remove: it frames the
// message, belongs to the connection, is the authority, or is a helper between Envoy and us.
func notOurs(name string) bool {
	switch len(name) {
	case len("te"):
		return strings.EqualFold(name, "te")
	case len("host"):
		return strings.EqualFold(name, "host")
	case len("trailer"): // and upgrade
		if strings.EqualFold(name, "trailer") || strings.EqualFold(name, "upgrade") {
			return true
		}
	case len("connection"): // and keep-alive
		if strings.EqualFold(name, "connection") || strings.EqualFold(name, "keep-alive") {
			return true
		}
	case len("content-length"):
		if strings.EqualFold(name, "content-length") {
			return true
		}
	case len("proxy-connection"):
		if strings.EqualFold(name, "proxy-connection") {
			return true
		}
	case len("transfer-encoding"):
		if strings.EqualFold(name, "transfer-encoding") {
			return true
		}
	}
	return isHelper(name)
}

const helperPrefix = "x-apim-"

// isHelper reports whether the header is one between Envoy and us.
func isHelper(name string) bool {
	return len(name) > len(helperPrefix) && strings.EqualFold(name[:len(helperPrefix)], helperPrefix)
}

// tokenBytes are those of names and methods.
var tokenBytes = func() (t [256]bool) {
	for c := range t {
		t[c] = '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte("!#$%&'*+-.^_`|~", byte(c)) >= 0
	}
	return t
}()

func isToken(s string) bool {
	for i := range len(s) {
		if !tokenBytes[s[i]] {
			return false
		}
	}
	return s != ""
}

// hasControl reports whether a header's value has bytes that none may have.
func hasControl(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return true
		}
	}
	return false
}

// escapePath percent-encodes what may not stand in a request line; in the usual case that
// is nothing. It is what .NET's URLs do.
func escapePath(s string) string {
	for i := range len(s) {
		if !plainInPath(s[i]) {
			return escapeFrom(s, i)
		}
	}
	return s
}

func escapeFrom(s string, start int) string {
	const hex = "0123456789ABCDEF"
	out := append(make([]byte, 0, len(s)+16), s[:start]...)
	for i := start; i < len(s); i++ {
		if c := s[i]; plainInPath(c) {
			out = append(out, c)
		} else {
			out = append(out, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(out)
}

func plainInPath(c byte) bool { return c > ' ' && c < 0x7f && c != '#' }
