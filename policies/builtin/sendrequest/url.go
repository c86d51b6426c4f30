package sendrequest

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
)

// parseURL reads an absolute URL. What may not be in one is encoded, as .NET's Uri does.
func parseURL(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	u, err := url.Parse(encode(text))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is not an absolute http or https URL", text)
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	return u, nil
}

// encode writes what may not be in a URL as %XX, and leaves the rest as it is.
func encode(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		c := s[i]
		stray := c == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]))
		if c <= ' ' || c >= 0x7f || stray || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.WriteString(string([]byte{'%', hex[c>>4], hex[c&15]}))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// forwarded is the URL to which the request would be forwarded.
func forwarded(x *exchange.Exchange) string {
	u, r := x.Backend.URL, &x.Request.URL
	rest := strings.TrimPrefix(r.Path, "/")
	if r.Path != "" || u.Path == "" {
		u.Path = strings.TrimRight(u.Path, "/") + "/" + rest
	}
	if u.Query != "" && r.Query != "" {
		u.Query += "&"
	}
	u.Query += r.Query
	return u.String()
}
