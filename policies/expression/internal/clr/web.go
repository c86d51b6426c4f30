package clr

import (
	"html"
	"strings"
	"unicode/utf8"
)

const upperHex = "0123456789ABCDEF"

// escape percent-encodes the UTF-8 bytes of s but those that keep holds.
func escape(b *Budget, s string, keep func(byte) bool, plus bool) (string, error) {
	s = WellFormed(s)
	n := 0
	for i := range len(s) {
		if !keep(s[i]) {
			n++
		}
	}
	if n == 0 {
		return s, nil
	}
	if err := b.Take(int64(len(s) + 2*n)); err != nil {
		return "", err
	}
	out := make([]byte, 0, len(s)+2*n)
	for i := range len(s) {
		switch c := s[i]; {
		case keep(c):
			out = append(out, c)
		case plus && c == ' ':
			out = append(out, '+')
		default:
			out = append(out, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(out), nil
}

func alphanumeric(c byte) bool { return isLetter(c) || isDigit(c) }

// URLEncode is WebUtility.UrlEncode.
func URLEncode(b *Budget, s string) (string, error) {
	return escape(b, s, func(c byte) bool { return alphanumeric(c) || strings.IndexByte("-_.!*()", c) >= 0 }, true)
}

// URLDecode is WebUtility.UrlDecode: a bad sequence stays as it is.
func URLDecode(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '+':
			out = append(out, ' ')
		case '%':
			if v, ok := hexByte(s[i+1:]); ok {
				out = append(out, v)
				i += 2
				continue
			}
			out = append(out, c)
		default:
			out = append(out, c)
		}
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}

func hexByte(s string) (byte, bool) {
	if len(s) < 2 {
		return 0, false
	}
	high, ok := hexDigit(s[0])
	low, ok2 := hexDigit(s[1])
	return high<<4 | low, ok && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case isDigit(c):
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// HTMLEncode is WebUtility.HtmlEncode.
func HTMLEncode(b *Budget, s string) (string, error) {
	s = WellFormed(s)
	first := strings.IndexFunc(s, htmlSpecial)
	if first < 0 {
		return s, nil
	}
	if err := b.Take(6 * int64(len(s))); err != nil {
		return "", err
	}
	var out strings.Builder
	out.WriteString(s[:first])
	for _, r := range s[first:] {
		switch {
		case r == '<':
			out.WriteString("&lt;")
		case r == '>':
			out.WriteString("&gt;")
		case r == '&':
			out.WriteString("&amp;")
		case r == '"':
			out.WriteString("&quot;")
		case htmlSpecial(r):
			out.WriteString("&#" + itoa(int(r)) + ";")
		default:
			out.WriteRune(r)
		}
	}
	return out.String(), nil
}

func htmlSpecial(r rune) bool {
	switch r {
	case '<', '>', '&', '"', '\'':
		return true
	}
	return r >= 0xA0 && r < 0x100 || r >= 0x10000
}

// HTMLDecode is WebUtility.HtmlDecode: references of HTML 4 that end with a semicolon.
func HTMLDecode(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	var out []byte
	for i := 0; i < len(s); {
		if s[i] == '&' {
			if end := strings.IndexAny(s[i+1:], ";&"); end >= 0 && s[i+1+end] == ';' {
				if text, ok := entity(s[i+1 : i+1+end]); ok {
					out = append(out, text...)
					i += end + 2
					continue
				}
			}
		}
		out = append(out, s[i])
		i++
	}
	return string(out)
}

// entity is what a reference without & and ; stands for.
func entity(name string) (string, bool) {
	if strings.HasPrefix(name, "#") {
		return numericEntity(name[1:])
	}
	if !html4[name] {
		return "", false
	}
	return html.UnescapeString("&" + name + ";"), true
}

func numericEntity(digits string) (string, bool) {
	base := uint32(10)
	if len(digits) > 1 && digits[0]|0x20 == 'x' {
		digits, base = digits[1:], 16
	}
	n := uint32(0)
	for i := range len(digits) {
		d, ok := hexDigit(digits[i])
		if !ok || uint32(d) >= base || n > utf8.MaxRune {
			return "", false
		}
		n = n*base + uint32(d)
	}
	if digits == "" || n > utf8.MaxRune || n >= firstHigh && n <= lastLow {
		return "", false
	}
	return string(rune(n)), true
}

// html4 are the names that HTML 4 defines, and apos.
var html4 = func() map[string]bool {
	const names = "quot amp apos lt gt nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn " +
		"sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring " +
		"AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash " +
		"Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml " +
		"igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn " +
		"yuml OElig oelig Scaron scaron Yuml fnof circ tilde Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu " +
		"Nu Xi Omicron Pi Rho Sigma Tau Upsilon Phi Chi Psi Omega alpha beta gamma delta epsilon zeta eta theta iota kappa lambda " +
		"mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega thetasym upsih piv ensp emsp thinsp zwnj zwj lrm rlm " +
		"ndash mdash lsquo rsquo sbquo ldquo rdquo bdquo dagger Dagger bull hellip permil prime Prime lsaquo rsaquo oline frasl " +
		"euro image weierp real trade alefsym larr uarr rarr darr harr crarr lArr uArr rArr dArr hArr forall part exist empty nabla " +
		"isin notin ni prod sum minus lowast radic prop infin ang and or cap cup int there4 sim cong asymp ne equiv le ge sub sup " +
		"nsub sube supe oplus otimes perp sdot lceil rceil lfloor rfloor lang rang loz spades clubs hearts diams"
	m := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		m[name] = true
	}
	return m
}()

// EscapeDataString is Uri.EscapeDataString.
func EscapeDataString(b *Budget, s string) (string, error) {
	return escape(b, s, unreserved, false)
}

func unreserved(c byte) bool { return alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~' }

// EscapeURIString is Uri.EscapeUriString: reserved characters stay.
func EscapeURIString(b *Budget, s string) (string, error) {
	return escape(b, s, func(c byte) bool { return unreserved(c) || strings.IndexByte(reserved, c) >= 0 }, false)
}

const reserved = ":/?#[]@!$&'()*+,;="

// UnescapeDataString is Uri.UnescapeDataString: sequences that are no UTF-8 stay.
func UnescapeDataString(s string) string {
	return unescape(s, func(rune) bool { return true })
}

// unescape decodes the percent-encoded characters that want holds.
func unescape(s string, want func(rune) bool) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] != '%' {
			out = append(out, s[i])
			i++
			continue
		}
		r, n := escapedRune(s[i:])
		if n == 0 || !want(r) {
			n = max(n, 1)
			out = append(out, s[i:i+n]...)
		} else {
			out = utf8.AppendRune(out, r)
		}
		i += n
	}
	return string(out)
}

// escapedRune decodes a percent-encoded character at the start of s and tells its length,
// which is 0 when there is none.
func escapedRune(s string) (rune, int) {
	var raw [utf8.UTFMax]byte
	for n := 0; n < len(raw) && len(s) >= 3*(n+1) && s[3*n] == '%'; n++ {
		v, ok := hexByte(s[3*n+1:])
		if !ok {
			break
		}
		raw[n] = v
		if utf8.FullRune(raw[:n+1]) {
			if r, size := utf8.DecodeRune(raw[:n+1]); size == n+1 && (r != utf8.RuneError || size == 3) {
				return r, 3 * size
			}
			break
		}
	}
	return 0, 0
}
