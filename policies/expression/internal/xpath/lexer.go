package xpath

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// A kind of token.
type tokenKind uint8

const (
	end      tokenKind = iota
	operator           // ( ) [ ] . .. @ , :: / // | + - = != < <= > >= * $ and or div mod
	name               // a, p:a, p:*, but for operators
	literal
	number
)

type token struct {
	kind tokenKind
	text string
}

// lex splits a query into tokens.
func lex(s string) ([]token, error) {
	var out []token
	for i := 0; ; {
		i += len(s[i:]) - len(strings.TrimLeft(s[i:], " \t\r\n"))
		if i == len(s) {
			return append(out, token{end, ""}), nil
		}
		t, n, err := next(s, i, out)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		i += n
	}
}

// next reads the token at i and tells how long it is written.
func next(s string, i int, before []token) (token, int, error) {
	rest := s[i:]
	switch c := rest[0]; {
	case c == '"' || c == '\'':
		n := strings.IndexByte(rest[1:], c)
		if n < 0 {
			return token{}, 0, errorf("This is an unclosed string.")
		}
		return token{literal, rest[1 : 1+n]}, n + 2, nil
	case c >= '0' && c <= '9' || c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		n := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if n < len(rest) && rest[n] == '.' {
			n++
			n = len(rest) - len(strings.TrimLeft(rest[n:], "0123456789"))
		}
		return token{number, rest[:n]}, n, nil
	}
	if n := nameLength(rest); n > 0 {
		text := rest[:n]
		if wantsOperator(before) {
			switch text {
			case "and", "or", "div", "mod":
				return token{operator, text}, n, nil
			}
			return token{}, 0, badToken(s)
		}
		n += prefixedLength(rest[n:])
		return token{name, rest[:n]}, n, nil
	}
	for _, op := range []string{"::", "//", "..", "!=", "<=", ">=", "(", ")", "[", "]", ".", "@", ",", "/", "|", "+", "-", "=", "<", ">", "*", "$"} {
		if strings.HasPrefix(rest, op) {
			if op == "*" && !wantsOperator(before) {
				return token{name, op}, 1, nil
			}
			return token{operator, op}, len(op), nil
		}
	}
	return token{}, 0, badToken(s)
}

// prefixedLength is how much of s goes on a name: :local or :*, but not :: of an axis.
func prefixedLength(s string) int {
	if len(s) < 2 || s[0] != ':' || s[1] == ':' {
		return 0
	}
	if s[1] == '*' {
		return 2
	}
	if n := nameLength(s[1:]); n > 0 {
		return 1 + n
	}
	return 0
}

// wantsOperator reports whether * multiplies, and a name is an operator, after these tokens.
func wantsOperator(before []token) bool {
	if len(before) == 0 {
		return false
	}
	t := before[len(before)-1]
	return t.kind != operator || t.text == ")" || t.text == "]" || t.text == "." || t.text == ".."
}

func nameLength(s string) int {
	for i, c := range s {
		if c == '_' || unicode.IsLetter(c) || i > 0 && (c == '-' || c == '.' || unicode.IsDigit(c) || unicode.Is(unicode.M, c)) {
			continue
		}
		return i
	}
	return len(s)
}

func errorf(format string, args ...any) error { return clr.ClassXPath.Throwf(format, args...) }

func badToken(query string) error {
	if !utf8.ValidString(query) || query == "" {
		return errorf("The XPath expression is not valid.")
	}
	return errorf("'%s' has an invalid token.", query)
}
