package exchange

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
)

// A URL is context.Request.Url or OriginalUrl. Path and Query are in the escaped form
// in which they were received.
type URL struct {
	Scheme string
	// Host without a port; an IPv6 address keeps its brackets.
	Host string
	// Port is 0 for the scheme's own.
	Port int
	// Path starts with a slash. That of a request to its API's path alone, without a slash
	// behind it, is empty: the backend's URL is called as it is.
	Path string
	// Query without the question mark; empty when there is none.
	Query string
}

// ParseURL reads an absolute URL, as service URLs and base URLs are written.
func ParseURL(s string) (URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return URL{}, err
	}
	out := URL{Scheme: strings.ToLower(u.Scheme), Path: u.EscapedPath(), Query: u.RawQuery}
	out.Host, out.Port = SplitHost(u.Host)
	return out, nil
}

// SplitHost splits an authority into host and port; the port is 0 when there is none.
func SplitHost(authority string) (host string, port int) {
	i := strings.LastIndexByte(authority, ':')
	if i < 0 || strings.IndexByte(authority[i:], ']') >= 0 {
		return authority, 0
	}
	n, err := strconv.ParseUint(authority[i+1:], 10, 16)
	if err != nil {
		return authority, 0
	}
	return authority[:i], int(n)
}

// DefaultPort of the scheme: 443 for https and wss, otherwise 80.
func (u *URL) DefaultPort() int {
	if u.Scheme == "https" || u.Scheme == "wss" {
		return 443
	}
	return 80
}

// EffectivePort is Port, or the scheme's own.
func (u *URL) EffectivePort() int {
	if u.Port != 0 {
		return u.Port
	}
	return u.DefaultPort()
}

// Authority is the host, with the port unless it is the scheme's own.
func (u *URL) Authority() string {
	if u.Port == 0 || u.Port == u.DefaultPort() {
		return u.Host
	}
	return u.Host + ":" + strconv.Itoa(u.Port)
}

// PathAndQuery is what stands in a request line.
func (u *URL) PathAndQuery() string {
	path := cmp.Or(u.Path, "/")
	if u.Query == "" {
		return path
	}
	return path + "?" + u.Query
}

// String is the whole URL, without the scheme's own port.
func (u *URL) String() string {
	return u.Scheme + "://" + u.Authority() + u.PathAndQuery()
}

// Parameters yields the query's parameters in order, decoded.
func (u *URL) Parameters(yield func(name, value string) bool) {
	eachParameter(u.Query, func(raw, name, value string) bool { return yield(name, value) })
}

// Parameter returns the values of a query parameter, decoded; nil when it is absent.
// Names compare without regard to case.
func (u *URL) Parameter(name string) []string {
	var out []string
	for n, v := range u.Parameters {
		if strings.EqualFold(n, name) {
			out = append(out, v)
		}
	}
	return out
}

// SetParameter replaces a query parameter by one for each value, in its place; without
// values it removes it. All other parameters stay byte for byte as they were.
func (u *URL) SetParameter(name string, values ...string) {
	var out []string
	placed := false
	eachParameter(u.Query, func(raw, n, _ string) bool {
		if !strings.EqualFold(n, name) {
			out = append(out, raw)
			return true
		}
		if !placed {
			placed = true
			out = appendParameters(out, name, values)
		}
		return true
	})
	if !placed {
		out = appendParameters(out, name, values)
	}
	u.Query = strings.Join(out, "&")
}

// AddParameter appends a query parameter for each value.
func (u *URL) AddParameter(name string, values ...string) {
	var out []string
	if u.Query != "" {
		out = append(out, u.Query)
	}
	u.Query = strings.Join(appendParameters(out, name, values), "&")
}

func appendParameters(out []string, name string, values []string) []string {
	for _, v := range values {
		out = append(out, EscapeQuery(name)+"="+EscapeQuery(v))
	}
	return out
}

func eachParameter(query string, yield func(raw, name, value string) bool) {
	for query != "" {
		var raw string
		raw, query, _ = strings.Cut(query, "&")
		if raw == "" {
			continue
		}
		name, value, _ := strings.Cut(raw, "=")
		if !yield(raw, UnescapeQuery(name), UnescapeQuery(value)) {
			return
		}
	}
}

// UnescapeQuery decodes a piece of a query string; what is not a valid escape stays as
// it is.
func UnescapeQuery(s string) string { return unescape(s, true) }

// UnescapePath decodes a piece of a path; what is not a valid escape stays as it is.
func UnescapePath(s string) string { return unescape(s, false) }

func unescape(s string, plus bool) string {
	if !strings.ContainsRune(s, '%') && (!plus || !strings.ContainsRune(s, '+')) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		case s[i] == '+' && plus:
			out = append(out, ' ')
		default:
			out = append(out, s[i])
		}
	}
	return string(out)
}

// EscapeQuery encodes a name or a value of a query parameter: everything but letters,
// digits and -._~ as %XX.
func EscapeQuery(s string) string { return escape(s, "-._~") }

// EscapePath encodes a piece of a path: everything but what a segment may have. A slash in
// it becomes %2F.
func EscapePath(s string) string { return escape(s, "-._~!$&'()*+,;=:@") }

// escape encodes everything but letters, digits and some others as %XX.
func escape(s, others string) string {
	const hex = "0123456789ABCDEF"
	plain := func(c byte) bool {
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(others, c) >= 0
	}
	i := 0
	for i < len(s) && plain(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	out := append(make([]byte, 0, len(s)+8), s[:i]...)
	for ; i < len(s); i++ {
		if plain(s[i]) {
			out = append(out, s[i])
			continue
		}
		out = append(out, '%', hex[s[i]>>4], hex[s[i]&15])
	}
	return string(out)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
