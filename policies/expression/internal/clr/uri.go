package clr

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A URI is C#'s Uri. Its parts are held in their escaped form.
type URI struct {
	original string
	absolute bool
	scheme   string
	// slashes is whether an authority follows the scheme.
	slashes  bool
	userInfo string
	host     string
	port     int
	path     string
	// query and fragment have their ? and #.
	query, fragment string
}

// URIKind says what a text may be.
type URIKind int32

// The kinds of Uri.
const (
	URIRelativeOrAbsolute URIKind = iota
	URIAbsolute
	URIRelative
)

// URIPart is a UriPartial: how much GetLeftPart returns.
type URIPart int32

// The parts of GetLeftPart.
const (
	SchemePart URIPart = iota
	AuthorityPart
	PathPart
	QueryPart
)

// HostType is a UriHostNameType.
type HostType int32

// The kinds of host.
const (
	HostUnknown HostType = iota
	HostBasic
	HostDNS
	HostIPv4
	HostIPv6
)

var defaultPorts = map[string]int{
	"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21, "mailto": 25, "ldap": 389, "gopher": 70,
	"nntp": 119, "news": -1, "telnet": 23, "net.tcp": 808, "net.pipe": -1, "file": -1, "uuid": -1,
}

// needHost are the schemes of which .NET asks for a host.
var needHost = []string{"http", "https", "ws", "wss", "ftp", "gopher", "nntp", "telnet", "net.tcp", "net.pipe"}

func uriError(message string) *Exception { return ClassURIFormat.Throw("Invalid URI: " + message) }

// ParseURI is new Uri(text, kind).
func ParseURI(text string, kind URIKind) (*URI, error) {
	u, err := parseAbsolute(text)
	switch {
	case kind < URIRelativeOrAbsolute || kind > URIRelative:
		return nil, ArgumentError("The value '"+itoa(int(kind))+"' passed for the UriKind parameter is invalid.", "uriKind")
	case kind == URIRelative && err == nil && !strings.HasPrefix(text, "/"):
		return nil, ClassURIFormat.Throw("A relative URI cannot be created because the 'uriString' parameter represents an absolute URI.")
	case kind == URIAbsolute || err == nil && kind != URIRelative:
		return u, err
	}
	return &URI{original: text}, nil
}

// parseAbsolute reads an absolute URI.
func parseAbsolute(text string) (*URI, error) {
	trimmed := Trim(text)
	if trimmed == "" {
		return nil, uriError("The URI is empty.")
	}
	u := &URI{original: text, absolute: true, port: -1}
	if trimmed[0] == '/' && !strings.HasPrefix(trimmed, "//") {
		u.scheme, u.slashes = "file", true
		u.path = compressPath(canonical(strings.NewReplacer("?", "%3F", "#", "%23").Replace(trimmed)))
		return u, nil
	}
	scheme, rest, found := strings.Cut(trimmed, ":")
	if !found || strings.ContainsAny(scheme, "/?#") {
		return nil, uriError("The format of the URI could not be determined.")
	}
	if !ValidScheme(scheme) {
		return nil, uriError("The URI scheme is not valid.")
	}
	u.scheme = strings.ToLower(scheme)
	if u.isHierarchical() {
		rest = backslashes(rest)
	}
	rest, fragment, hasFragment := strings.Cut(rest, "#")
	if hasFragment {
		u.fragment = "#" + canonical(fragment)
	}
	if u.scheme == "mailto" {
		u.mail(rest)
		return u, nil
	}
	rest, query, hasQuery := strings.Cut(rest, "?")
	if hasQuery {
		u.query = "?" + canonical(query)
	}
	return u, u.setAuthority(rest)
}

// isHierarchical is true for schemes that .NET reads like file paths.
func (u *URI) isHierarchical() bool {
	return u.scheme == "file" || slices.Contains(needHost, u.scheme)
}

// backslashes makes slashes of backslashes before the query.
func backslashes(s string) string {
	end := strings.IndexAny(s, "?#")
	if end < 0 {
		end = len(s)
	}
	return strings.ReplaceAll(s[:end], `\`, "/") + s[end:]
}

func (u *URI) mail(rest string) {
	address, query, hasQuery := strings.Cut(rest, "?")
	if hasQuery {
		u.query = "?" + canonical(query)
	}
	if user, host, ok := strings.Cut(address, "@"); ok {
		u.userInfo, u.host = user, strings.ToLower(host)
	} else {
		u.path = canonical(address)
	}
	u.port = defaultPorts[u.scheme]
}

func (u *URI) setAuthority(rest string) error {
	authority, ok := strings.CutPrefix(rest, "//")
	if !ok {
		if slices.Contains(needHost, u.scheme) {
			return uriError("The Authority/Host could not be parsed.")
		}
		u.slashes = u.scheme == "file"
		u.path = canonical(rest)
		return nil
	}
	u.slashes = true
	path := ""
	if i := strings.IndexByte(authority, '/'); i >= 0 {
		authority, path = authority[:i], authority[i:]
	}
	if err := u.setHost(authority); err != nil {
		return err
	}
	u.path = canonical(path)
	if u.isHierarchical() || u.host != "" {
		u.path = compressPath(u.path)
		if u.path == "" {
			u.path = "/"
		}
	}
	return nil
}

func (u *URI) setHost(authority string) error {
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		u.userInfo, authority = canonical(authority[:at]), authority[at+1:]
	}
	host, port := authority, ""
	if end := strings.LastIndexByte(authority, ']'); end >= 0 || strings.Contains(authority, ":") {
		if colon := strings.IndexByte(authority[end+1:], ':'); colon >= 0 {
			host, port = authority[:end+1+colon], authority[end+2+colon:]
		}
	}
	if host == "" && (u.scheme == "file" || !slices.Contains(needHost, u.scheme)) && port == "" {
		return nil
	}
	kind := HostNameType(host)
	if kind == HostUnknown || host == "" {
		return uriError("The hostname could not be parsed.")
	}
	u.host = strings.ToLower(host)
	if kind == HostIPv6 {
		u.host = "[" + netip.MustParseAddr(strings.Trim(host, "[]")).String() + "]"
	}
	return u.setPort(port)
}

func (u *URI) setPort(port string) error {
	u.port = -1
	if p, ok := defaultPorts[u.scheme]; ok {
		u.port = p
	}
	if port == "" {
		return nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return uriError("Invalid port specified.")
	}
	u.port = int(n)
	return nil
}

// HostNameType is Uri.CheckHostName.
func HostNameType(host string) HostType {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		if a, err := netip.ParseAddr(inner); ok && err == nil && a.Is6() {
			return HostIPv6
		}
		return HostUnknown
	}
	if a, err := netip.ParseAddr(host); err == nil {
		if a.Is4() {
			return HostIPv4
		}
		return HostIPv6
	}
	if host == "" || len(host) > 255 {
		return HostUnknown
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if !validLabel(label) {
			return HostUnknown
		}
	}
	return HostDNS
}

func validLabel(label string) bool {
	if label == "" || len(label) > 63 {
		return false
	}
	for _, r := range label {
		if r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// ValidScheme is Uri.CheckSchemeName.
func ValidScheme(scheme string) bool {
	for i := range len(scheme) {
		c := scheme[i]
		if !isLetter(c) && (i == 0 || !isDigit(c) && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return scheme != ""
}

// canonical escapes what a URI may not have, and decodes what need not be escaped.
func canonical(s string) string {
	s = WellFormed(s)
	out := make([]byte, 0, len(s)+8)
	for i := 0; i < len(s); {
		c := s[i]
		if c != '%' {
			if unreserved(c) || strings.IndexByte(reserved, c) >= 0 {
				out = append(out, c)
			} else {
				out = append(out, '%', upperHex[c>>4], upperHex[c&15])
			}
			i++
			continue
		}
		v, ok := hexByte(s[i+1:])
		switch {
		case !ok:
			out = append(out, "%25"...)
			i++
			continue
		case v < 0x80 && (unsafeToUnescape(rune(v)) || v == '[' || v == ']'):
			out = append(out, s[i:i+3]...)
		case unreserved(v) || strings.IndexByte("!'()*:", v) >= 0:
			out = append(out, v)
		default:
			out = append(out, '%', upperHex[v>>4], upperHex[v&15])
		}
		i += 3
	}
	return string(out)
}

// unsafeToUnescape are the characters that would mean something else if they were decoded.
func unsafeToUnescape(r rune) bool {
	return r < ' ' || r >= 0x7F && r <= 0x9F || strings.ContainsRune(";/?@=#$%&+,\\", r)
}

// compressPath removes . and .. segments.
func compressPath(path string) string {
	if path == "" {
		return ""
	}
	var out []string
	segments := strings.Split(path[1:], "/")
	for i, s := range segments {
		last := i == len(segments)-1
		switch s {
		case ".", "..":
			if s == ".." && len(out) > 0 {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, s)
		}
	}
	return "/" + strings.Join(out, "/")
}

// ResolveURI is new Uri(base, relative).
func ResolveURI(base *URI, relative string) (*URI, error) {
	if !base.absolute {
		return nil, OutOfRangeError("baseUri", "")
	}
	relative = Trim(relative)
	scheme, rest, hasScheme := strings.Cut(relative, ":")
	if hasScheme && ValidScheme(scheme) {
		if !strings.EqualFold(scheme, base.scheme) || strings.HasPrefix(rest, "/") {
			return parseAbsolute(relative)
		}
		relative = rest // http:g is taken as relative to an http base
	}
	if base.isHierarchical() {
		relative = backslashes(relative)
	}
	switch {
	case strings.HasPrefix(relative, "//"):
		return parseAbsolute(base.scheme + ":" + relative)
	case relative == "":
		return parseAbsolute(base.part(QueryPart) + base.fragment)
	case relative[0] == '#':
		return parseAbsolute(base.part(QueryPart) + relative)
	case relative[0] == '?':
		return parseAbsolute(base.part(PathPart) + relative)
	case relative[0] == '/':
		return parseAbsolute(base.part(AuthorityPart) + relative)
	}
	directory := base.path[:strings.LastIndexByte(base.path, '/')+1]
	return parseAbsolute(base.part(AuthorityPart) + directory + relative)
}

// ResolveReference is new Uri(base, Uri).
func ResolveReference(base, relative *URI) (*URI, error) {
	if relative.absolute {
		return relative, nil
	}
	return ResolveURI(base, relative.original)
}

// TypeName is the class.
func (u *URI) TypeName() string { return "System.Uri" }

// ToString is the URI with what is safe unescaped.
func (u *URI) ToString() string {
	if !u.absolute {
		return u.original
	}
	return unescape(u.part(QueryPart)+u.fragment, func(r rune) bool { return !unsafeToUnescape(r) })
}

// Equals compares all but user information and fragment.
func (u *URI) Equals(other any) bool {
	o, ok := other.(*URI)
	if !ok || u.absolute != o.absolute {
		return false
	}
	if !u.absolute {
		return u.original == o.original
	}
	return u.scheme == o.scheme && u.host == o.host && u.port == o.port && u.path == o.path && u.query == o.query
}

// EqualityKey is the same for equal addresses.
func (u *URI) EqualityKey() any {
	if !u.absolute {
		return u.original
	}
	return EqualityKeys(u.scheme, u.host, u.port, u.path, u.query)
}

// Hash is GetHashCode().
func (u *URI) Hash() int32 {
	if !u.absolute {
		return HashText(u.original)
	}
	return HashText(u.scheme + "://" + u.host + ":" + itoa(u.port) + u.path + u.query)
}

// OriginalString is the text the URI was made of.
func (u *URI) OriginalString() string { return u.original }

// IsAbsolute is IsAbsoluteUri.
func (u *URI) IsAbsolute() bool { return u.absolute }

// absoluteOnly gives a part that only an absolute URI has.
func (u *URI) absoluteOnly(part string) (string, error) {
	if !u.absolute {
		return "", ClassInvalidOperation.Throw("This operation is not supported for a relative URI.")
	}
	return part, nil
}

// AbsoluteURI is AbsoluteUri, all escaped.
func (u *URI) AbsoluteURI() (string, error) {
	return u.absoluteOnly(u.part(QueryPart) + u.fragment)
}

// Scheme is the Scheme property.
func (u *URI) Scheme() (string, error) { return u.absoluteOnly(u.scheme) }

// Host is the Host property.
func (u *URI) Host() (string, error) { return u.absoluteOnly(u.host) }

// DNSSafeHost is DnsSafeHost.
func (u *URI) DNSSafeHost() (string, error) { return u.absoluteOnly(strings.Trim(u.host, "[]")) }

// UserInfo is the UserInfo property.
func (u *URI) UserInfo() (string, error) { return u.absoluteOnly(u.userInfo) }

// Port is the Port property: -1 when none is known.
func (u *URI) Port() (int32, error) {
	_, err := u.absoluteOnly("")
	return int32(u.port), err
}

// IsDefaultPort is the IsDefaultPort property.
func (u *URI) IsDefaultPort() (bool, error) {
	_, err := u.absoluteOnly("")
	return u.hasDefaultPort(), err
}

func (u *URI) hasDefaultPort() bool {
	p, ok := defaultPorts[u.scheme]
	return u.port == -1 || ok && p == u.port
}

// Authority is the Authority property: host and, if it is not the default, port.
func (u *URI) Authority() (string, error) { return u.absoluteOnly(u.hostAndPort()) }

func (u *URI) hostAndPort() string {
	if u.hasDefaultPort() {
		return u.host
	}
	return u.host + ":" + itoa(u.port)
}

// AbsolutePath is the AbsolutePath property.
func (u *URI) AbsolutePath() (string, error) { return u.absoluteOnly(u.path) }

// LocalPath is the LocalPath property: the path unescaped.
func (u *URI) LocalPath() (string, error) {
	return u.absoluteOnly(unescape(u.path, func(rune) bool { return true }))
}

// Query is the Query property, with its ?.
func (u *URI) Query() (string, error) { return u.absoluteOnly(u.query) }

// Fragment is the Fragment property, with its #.
func (u *URI) Fragment() (string, error) { return u.absoluteOnly(u.fragment) }

// PathAndQuery is the PathAndQuery property.
func (u *URI) PathAndQuery() (string, error) { return u.absoluteOnly(u.path + u.query) }

// Segments is the Segments property.
func (u *URI) Segments() ([]string, error) {
	if _, err := u.absoluteOnly(""); err != nil {
		return nil, err
	}
	if u.path == "" {
		return []string{}, nil
	}
	segments := strings.SplitAfter(u.path, "/")
	if segments[len(segments)-1] == "" {
		segments = segments[:len(segments)-1]
	}
	return segments, nil
}

// IsFile is the IsFile property.
func (u *URI) IsFile() (bool, error) {
	scheme, err := u.Scheme()
	return scheme == "file", err
}

// IsLoopback is the IsLoopback property.
func (u *URI) IsLoopback() (bool, error) {
	host, err := u.DNSSafeHost()
	a, parseErr := netip.ParseAddr(host)
	loopback := host == "localhost" || host == "loopback" || parseErr == nil && a.IsLoopback() || host == "" && u.scheme == "file"
	return loopback, err
}

// HostNameType is the HostNameType property.
func (u *URI) HostNameType() (HostType, error) {
	host, err := u.Host()
	switch {
	case host != "":
		return HostNameType(host), err
	case u.slashes:
		return HostBasic, err
	}
	return HostUnknown, err
}

// LeftPart is GetLeftPart.
func (u *URI) LeftPart(part URIPart) (string, error) {
	if _, err := u.absoluteOnly(""); err != nil {
		return "", err
	}
	if part < SchemePart || part > QueryPart {
		return "", ArgumentError("The specified value is not valid.", "part")
	}
	return u.part(part), nil
}

func (u *URI) part(part URIPart) string {
	out := u.scheme + ":"
	if u.slashes {
		out += "//"
	}
	switch {
	case part == SchemePart:
		return out
	case part == AuthorityPart && !u.slashes:
		return ""
	}
	if u.userInfo != "" {
		out += u.userInfo + "@"
	}
	out += u.hostAndPort()
	if part >= PathPart {
		out += u.path
	}
	if part == QueryPart {
		out += u.query
	}
	return out
}

// IsBaseOf reports whether other lies in the directory of u.
func (u *URI) IsBaseOf(other *URI) bool {
	if !u.absolute {
		return false
	}
	if !other.absolute {
		return true
	}
	directory := u.path[:strings.LastIndexByte(u.path, '/')+1]
	return u.scheme == other.scheme && u.host == other.host && u.port == other.port && strings.HasPrefix(other.path, directory)
}

// MakeRelative is MakeRelativeUri: how to get to other from u.
func (u *URI) MakeRelative(other *URI) (*URI, error) {
	if !u.absolute || !other.absolute {
		return nil, ClassInvalidOperation.Throw("This operation is not supported for a relative URI.")
	}
	if u.scheme != other.scheme || u.host != other.host || u.port != other.port {
		return other, nil
	}
	relative := relativePath(u.path, other.path)
	if relative == "" && u.path != other.path {
		relative = "./"
	}
	if before, _, _ := strings.Cut(relative, "/"); strings.Contains(before, ":") {
		relative = "./" + relative
	}
	return &URI{original: relative + other.query + other.fragment}, nil
}

func relativePath(from, to string) string {
	if from == to {
		return ""
	}
	common := 0
	for i := 0; i < len(from) && i < len(to) && from[i] == to[i]; i++ {
		if from[i] == '/' {
			common = i + 1
		}
	}
	return strings.Repeat("../", strings.Count(from[common:], "/")) + to[common:]
}

// IsWellFormedURI is Uri.IsWellFormedUriString.
func IsWellFormedURI(text string, kind URIKind) bool {
	u, err := ParseURI(text, kind)
	if err != nil {
		return false
	}
	if !u.absolute {
		return canonical(text) == text && !strings.Contains(text, `\`)
	}
	if strings.Contains(text, `\`) || !strings.Contains(text, ":") {
		return false
	}
	_, rest, _ := strings.Cut(text, ":")
	return rest == WellFormed(rest) && wellEscaped(rest)
}

func wellEscaped(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c == '%' {
			if _, ok := hexByte(s[i+1:]); !ok {
				return false
			}
			continue
		}
		if c < 0x80 && !unreserved(c) && strings.IndexByte(reserved, c) < 0 {
			return false
		}
	}
	return true
}
