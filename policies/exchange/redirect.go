package exchange

import (
	"net/http"
	"net/url"
	"strings"
)

// MaxRedirects is how many redirects are followed in a row; the answer to the last one is
// the answer.
const MaxRedirects = 50

// A Redirect is the request that an answer leads to.
type Redirect struct {
	URL    URL
	Method string
	// Bare: the body, and the headers that describe it, do not go along.
	Bare bool
}

// RedirectOf follows an answer to a request as .NET's client does. It reports false where
// the answer is no redirect or one that is not followed, such as one from https to http.
func RedirectOf(method string, from URL, status int, location string) (Redirect, bool) {
	if !isRedirect(status) || location == "" {
		return Redirect{}, false
	}
	base := &url.URL{Scheme: from.Scheme, Host: from.Authority()}
	if i := strings.IndexByte(location, '#'); i >= 0 {
		location = location[:i]
	}
	base.Path, base.RawPath = UnescapePath(from.Path), from.Path
	to, err := base.Parse(location)
	if err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https" || from.Scheme == "https" && to.Scheme == "http" {
		return Redirect{}, false
	}
	r := Redirect{Method: method, URL: URL{Scheme: to.Scheme, Path: to.EscapedPath(), Query: to.RawQuery}}
	r.URL.Host, r.URL.Port = SplitHost(to.Host)
	if r.URL.Path == "" {
		r.URL.Path = "/"
	}
	if becomesGet(status, method) {
		r.Method, r.Bare = http.MethodGet, true
	}
	return r, true
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMultipleChoices, http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

func becomesGet(status int, method string) bool {
	switch status {
	case http.StatusMultipleChoices, http.StatusMovedPermanently, http.StatusFound:
		return method == http.MethodPost
	case http.StatusSeeOther:
		return method != http.MethodGet && method != http.MethodHead
	}
	return false
}

// Headers are those of a request that follows a redirect: without Authorization, and
// without those of a body that does not go along.
func (r *Redirect) Headers(lines []Field) []Field {
	out := make([]Field, 0, len(lines))
	for _, f := range lines {
		content := len(f.Name) > len("content-") && strings.EqualFold(f.Name[:len("content-")], "content-")
		if strings.EqualFold(f.Name, "authorization") || r.Bare && content {
			continue
		}
		out = append(out, f)
	}
	return out
}
