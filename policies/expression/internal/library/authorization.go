package library

import (
	"net/url"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// An Authorization is what get-authorization-context stores.
type Authorization struct {
	AccessToken string
	Claims      *Dict
}

func authorizationClass() *Class {
	return &Class{
		Name: "Authorization", Go: TypeFor[*Authorization](), Doc: "What get-authorization-context stores.",
		Members: []Member{
			M("string AccessToken { get; }", "The access token.", F1(func(a *Authorization) string { return a.AccessToken })),
			M("IReadOnlyDictionary<string, object> Claims { get; }", "The claims.", F1(func(a *Authorization) *Dict { return a.Claims })),
		},
	}
}

// formExtensions write forms.
func formExtensions() []Member {
	return []Member{
		M("static string ToFormUrlEncodedContent(this IDictionary<string, IList<string>> fields)", "The fields as the body of a form.", C1(func(c Call, v any) (string, error) { return formText(c, v, "") })),
		M("static string ToQueryString(this IDictionary<string, IList<string>> fields)", "The fields as a query string with a question mark.", C1(func(c Call, v any) (string, error) { return formText(c, v, "?") })),
	}
}

func formText(c Call, v any, prefix string) (string, error) {
	if v == nil {
		return "", NullArgument("fields")
	}
	out := ""
	for name, values := range lookupOf(v).Entries() {
		err := c.Each(values, func(item any) error {
			if out != "" {
				out += "&"
			}
			out += url.QueryEscape(clr.ToString(name)) + "=" + url.QueryEscape(clr.ToString(item))
			return c.Budget().Take(int64(len(out)))
		})
		if err != nil {
			return "", err
		}
	}
	return prefix + out, nil
}
