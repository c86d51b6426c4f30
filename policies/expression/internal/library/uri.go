package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func uriKindEnum() *Class {
	return &Class{
		Name: "System.UriKind", Kind: types.Enum, Doc: "Whether a URI is absolute.", Access: AllowSome,
		Values: "RelativeOrAbsolute Absolute Relative",
	}
}

func uriPartialEnum() *Class {
	return &Class{
		Name: "System.UriPartial", Kind: types.Enum, Doc: "How much of a URI GetLeftPart returns.", Values: "Scheme Authority Path Query",
	}
}

func uriHostNameTypeEnum() *Class {
	return &Class{
		Name: "System.UriHostNameType", Kind: types.Enum, Doc: "What sort of host a URI names.", Access: AllowSome,
		Values: "Unknown Basic Dns IPv4 IPv6",
	}
}

func uriClass() *Class {
	c := &Class{Name: "System.Uri", Go: TypeFor[*clr.URI](), Doc: "A URI."}
	for _, part := range [][]Member{uriMaking(), uriEscaping(), uriParts(), uriRelations()} {
		c.Members = append(c.Members, part...)
	}
	return c
}

func absoluteURI(text string) (*clr.URI, error) { return clr.ParseURI(text, clr.URIAbsolute) }

func resolveURI(base *clr.URI, relative string) (*clr.URI, error) {
	if base == nil {
		return nil, NullArgument("baseUri")
	}
	return clr.ResolveURI(base, relative)
}

// tryURI is a TryCreate: the last argument is the result.
func tryURI(args []any, u *clr.URI, err error) (any, error) {
	*args[len(args)-1].(*any) = nil
	if err == nil && u != nil {
		*args[len(args)-1].(*any) = u
	}
	return err == nil && u != nil, nil
}

func uriMaking() []Member {
	return []Member{
		M("Uri(string uriString)", "An absolute URI.", E1(absoluteURI), `new Uri("HTTP://Example.com:80/a b").AbsoluteUri => "http://example.com/a%20b"`,
			`new Uri("abc") => UriFormatException: Invalid URI: The format of the URI could not be determined.`),
		M("Uri(string uriString, UriKind uriKind)", "A URI that is absolute, relative, or either.", E2(clr.ParseURI),
			`new Uri("a/b", UriKind.Relative).ToString() => "a/b"`),
		M("Uri(Uri baseUri, string relativeUri)", "A reference, resolved against a base.", E2(resolveURI), `new Uri(new Uri("http://a/b/c"), "../x").ToString() => "http://a/x"`),
		M("Uri(Uri baseUri, Uri relativeUri)", "A reference, resolved against a base.",
			E2(func(base, relative *clr.URI) (*clr.URI, error) {
				if base == nil || relative == nil {
					return nil, NullArgument("baseUri")
				}
				return clr.ResolveReference(base, relative)
			})),
		M("static bool TryCreate(string uriString, UriKind uriKind, out Uri result)", "Whether the text is a URI of that kind, which result becomes.",
			Boxed(func(_ Call, args []any) (any, error) {
				text, ok := args[0].(string)
				if !ok {
					return tryURI(args, nil, nil)
				}
				u, err := clr.ParseURI(text, clr.URIKind(args[1].(clr.Enum).Value))
				return tryURI(args, u, err)
			})),
		M("static bool TryCreate(Uri baseUri, string relativeUri, out Uri result)", "Whether the reference can be resolved; result becomes the URI.",
			Boxed(func(_ Call, args []any) (any, error) {
				base, _ := args[0].(*clr.URI)
				relative, _ := args[1].(string)
				u, err := resolveURI(base, relative)
				return tryURI(args, u, err)
			})),
		M("static bool IsWellFormedUriString(string uriString, UriKind uriKind)", "Whether the text is a URI in which everything is escaped that must be.",
			F2(func(text NullString, kind clr.URIKind) bool {
				return text.Valid && clr.IsWellFormedURI(text.Text, kind)
			}),
			`Uri.IsWellFormedUriString("http://a/b c", UriKind.Absolute) => false`),
		M("static UriHostNameType CheckHostName(string name)", "What sort of host the name is.",
			F1(func(name NullString) clr.HostType { return clr.HostNameType(name.Text) }), `Uri.CheckHostName("1.2.3.4").ToString() => "IPv4"`),
		M("static bool CheckSchemeName(string schemeName)", "Whether the name can be a scheme.",
			F1(func(name NullString) bool { return clr.ValidScheme(name.Text) }), `Uri.CheckSchemeName("a b") => false`),
		Const("const string SchemeDelimiter", "What follows a scheme.", "://"),
		M("static string UriSchemeHttp", "http.", F0(func() string { return "http" })),
		M("static string UriSchemeHttps", "https.", F0(func() string { return "https" }), `Uri.UriSchemeHttps => "https"`),
	}
}

func uriEscaping() []Member {
	return []Member{
		M("static string EscapeDataString(string stringToEscape)", "The text with all but letters, digits and -_.~ percent-encoded.",
			C1(func(c Call, s string) (string, error) { return clr.EscapeDataString(c.Budget(), s) }),
			`Uri.EscapeDataString("a b/é!") => "a%20b%2F%C3%A9%21"`),
		M("static string EscapeUriString(string stringToEscape)", "The text with what no URI may have percent-encoded.",
			C1(func(c Call, s string) (string, error) { return clr.EscapeURIString(c.Budget(), s) }),
			`Uri.EscapeUriString("http://a/b c?d") => "http://a/b%20c?d"`),
		M("static string UnescapeDataString(string stringToUnescape)", "The text with what is percent-encoded decoded; + stays.",
			built(clr.UnescapeDataString), `Uri.UnescapeDataString("a%20b+%zz") => "a b+%zz"`),
	}
}

func uriParts() []Member {
	part := func(name, doc string, f func(*clr.URI) (string, error), example string) Member {
		return M("string "+name+" { get; }", doc, E1(f), example)
	}
	return []Member{
		part("AbsoluteUri", "The URI, escaped.", (*clr.URI).AbsoluteURI, `new Uri("http://a").AbsoluteUri => "http://a/"`),
		part("Scheme", "The scheme.", (*clr.URI).Scheme, `new Uri("HTTPS://a").Scheme => "https"`),
		part("Host", "The host, in lower case.", (*clr.URI).Host, `new Uri("http://A:81/").Host => "a"`),
		part("DnsSafeHost", "The host without brackets.", (*clr.URI).DNSSafeHost, `new Uri("http://[::1]/").DnsSafeHost => "::1"`),
		part("IdnHost", "The host without brackets.", (*clr.URI).DNSSafeHost, `new Uri("http://a/").IdnHost => "a"`),
		part("Authority", "Host and port, without the port if it is the scheme's.", (*clr.URI).Authority, `new Uri("http://a:81/").Authority => "a:81"`),
		part("UserInfo", "User name and password.", (*clr.URI).UserInfo, `new Uri("http://u:p@a/").UserInfo => "u:p"`),
		part("AbsolutePath", "The path, escaped.", (*clr.URI).AbsolutePath, `new Uri("http://a/b c?d").AbsolutePath => "/b%20c"`),
		part("LocalPath", "The path, unescaped.", (*clr.URI).LocalPath, `new Uri("http://a/b%20c").LocalPath => "/b c"`),
		part("PathAndQuery", "Path and query.", (*clr.URI).PathAndQuery, `new Uri("http://a/b?c#d").PathAndQuery => "/b?c"`),
		part("Query", "The query with its question mark.", (*clr.URI).Query, `new Uri("http://a/b?c#d").Query => "?c"`),
		part("Fragment", "The fragment with its hash.", (*clr.URI).Fragment, `new Uri("http://a/b?c#d").Fragment => "#d"`),
		M("string OriginalString { get; }", "The text the URI was made of.", F1((*clr.URI).OriginalString), `new Uri("HTTP://a").OriginalString => "HTTP://a"`),
		M("int Port { get; }", "The port; -1 when it is not known.", E1((*clr.URI).Port), `new Uri("https://a").Port => 443`),
		M("bool IsDefaultPort { get; }", "Whether the port is the scheme's.", E1((*clr.URI).IsDefaultPort)),
		M("bool IsAbsoluteUri { get; }", "Whether the URI is absolute.", F1((*clr.URI).IsAbsolute)),
		M("bool IsFile { get; }", "Whether the URI names a file.", E1((*clr.URI).IsFile)),
		M("bool IsLoopback { get; }", "Whether the host is this machine.", E1((*clr.URI).IsLoopback), `new Uri("http://localhost/").IsLoopback => true`),
		M("UriHostNameType HostNameType { get; }", "What sort of host the URI names.", E1((*clr.URI).HostNameType)),
		M("string[] Segments { get; }", "The parts of the path, each with its slash.", E1((*clr.URI).Segments), `new Uri("http://a/b/c").Segments[1] => "b/"`),
		M("string GetLeftPart(UriPartial part)", "The URI up to a part.", E2((*clr.URI).LeftPart),
			`new Uri("http://a/b?c#d").GetLeftPart(UriPartial.Path) => "http://a/b"`),
		M("string ToString()", "The URI, with what is safe unescaped.", F1((*clr.URI).ToString), `new Uri("http://a/b%20c%2Fd").ToString() => "http://a/b c%2Fd"`),
	}
}

func uriRelations() []Member {
	same := func(a, b *clr.URI) bool {
		if a == nil || b == nil {
			return a == b
		}
		return a.Equals(b)
	}
	return []Member{
		M("bool Equals(object comparand)", "Whether both are equal but for user name and fragment.", F2(func(u *clr.URI, other any) bool { return u.Equals(other) })),
		M("int GetHashCode()", "A number that is equal for equal URIs.", F1((*clr.URI).Hash)),
		M("bool IsBaseOf(Uri uri)", "Whether uri is in the URI's directory.", F2((*clr.URI).IsBaseOf), `new Uri("http://a/b/").IsBaseOf(new Uri("http://a/b/c")) => true`),
		M("Uri MakeRelativeUri(Uri uri)", "How to get to uri from the URI.", E2((*clr.URI).MakeRelative),
			`new Uri("http://a/b/c").MakeRelativeUri(new Uri("http://a/x")).ToString() => "../x"`),
		M("static bool operator ==(Uri uri1, Uri uri2)", "Whether both are equal but for user name and fragment.", F2(same),
			`new Uri("http://a/b#c") == new Uri("http://A:80/b") => true`),
		M("static bool operator !=(Uri uri1, Uri uri2)", "Whether both differ.", F2(func(a, b *clr.URI) bool { return !same(a, b) })),
	}
}
