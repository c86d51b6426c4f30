package balance

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
)

// token is what a cookie calls a member of a pool: the same in every gateway of a fleet and
// after a restart, and nothing that tells where the member is.
func token(pool, member string) string {
	sum := sha256.Sum256([]byte("apimgw session affinity\x00" + strings.ToLower(pool) + "\x00" + strings.ToLower(member)))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// bound is the member that the client's cookie names; nil if there is none, or it is tripped.
func (p *Pool) bound(x *exchange.Exchange) *member {
	if p.cookie == "" {
		return nil
	}
	value := cookieOf(x.Request, p.cookie)
	for _, group := range p.groups {
		for i := range group {
			if m := &group[i]; m.token == value {
				if m.tripped() {
					return nil
				}
				return m
			}
		}
	}
	return nil
}

// bind gives the client a cookie for the member that has answered, unless it has that already.
func (p *Pool) bind(x *exchange.Exchange, b *exchange.Backend) {
	m := p.member(b)
	if m == nil || cookieOf(x.Request, p.cookie) == m.token {
		return
	}
	text := p.cookie + "=" + m.token + "; Path=/; HttpOnly"
	if x.Request.OriginalURL.Scheme == "https" {
		text += "; Secure"
	}
	x.Response.Headers.Add("Set-Cookie", text)
}

// member is the one that a backend is.
func (p *Pool) member(b *exchange.Backend) *member {
	for _, group := range p.groups {
		for i := range group {
			if group[i].Backend == b {
				return &group[i]
			}
		}
	}
	return nil
}

// cookieOf is the value of a cookie of the request, or empty.
func cookieOf(r *exchange.Request, name string) string {
	for _, line := range r.Headers.Values("Cookie") {
		for pair := range strings.SplitSeq(line, ";") {
			if got, value, _ := strings.Cut(strings.TrimSpace(pair), "="); got == name {
				return strings.Trim(value, `"`)
			}
		}
	}
	return ""
}
