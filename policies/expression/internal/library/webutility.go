package library

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

// nullable makes code of a function on text that leaves null as it is.
func nullable(f func(c Call, s string) (string, error)) Code {
	return C1(func(c Call, s NullString) (NullString, error) {
		if !s.Valid {
			return s, nil
		}
		text, err := f(c, s.Text)
		return Some(text), err
	})
}

func webUtilityClass() *Class {
	return &Class{
		Name: "System.Net.WebUtility", Doc: "Encodings of the web.", Static: true,
		Members: []Member{
			M("static string UrlEncode(string value)", "The text as it stands in a form: blanks are +, and all but letters, digits and -_.!*() is percent-encoded.",
				nullable(func(c Call, s string) (string, error) { return clr.URLEncode(c.Budget(), s) }),
				`System.Net.WebUtility.UrlEncode("a b/ü~") => "a+b%2F%C3%BC%7E"`),
			M("static string UrlDecode(string encodedValue)", "The text that was encoded in a form.",
				nullable(func(c Call, s string) (string, error) { return clr.URLDecode(s), c.Budget().Take(int64(len(s))) }),
				`System.Net.WebUtility.UrlDecode("a+b%2F") => "a b/"`),
			M("static string HtmlEncode(string value)", "The text as it stands in HTML.",
				nullable(func(c Call, s string) (string, error) { return clr.HTMLEncode(c.Budget(), s) }),
				`System.Net.WebUtility.HtmlEncode("<a href=\"x\">&'é€") => "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&#233;€"`),
			M("static string HtmlDecode(string value)", "The text that stands in HTML.",
				nullable(func(c Call, s string) (string, error) { return clr.HTMLDecode(s), c.Budget().Take(int64(len(s))) }),
				`System.Net.WebUtility.HtmlDecode("&lt;&eacute;&#65;&x;") => "<éA&x;"`),
		},
	}
}
