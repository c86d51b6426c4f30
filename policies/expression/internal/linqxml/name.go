package linqxml

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// The namespaces of the prefixes xml and xmlns.
const (
	xmlURI   = "http://www.w3.org/XML/1998/namespace"
	xmlnsURI = "http://www.w3.org/2000/xmlns/"
)

// An XNamespace is the name of a namespace; "" is no namespace. In C# they are interned,
// so Go's == decides their identity.
type XNamespace struct{ uri string }

// The predefined namespaces.
var (
	NoNamespace    = XNamespace{}
	XMLNamespace   = XNamespace{xmlURI}
	XMLNSNamespace = XNamespace{xmlnsURI}
)

// Namespace makes a namespace of its name, as the conversion from string does.
func Namespace(name string) XNamespace { return XNamespace{name} }

// NamespaceName is the namespace's name.
func (n XNamespace) NamespaceName() string { return n.uri }

// TypeName is the full name of the class.
func (XNamespace) TypeName() string { return "System.Xml.Linq.XNamespace" }

// ToString is the namespace's name.
func (n XNamespace) ToString() string { return n.uri }

// Name is namespace + "local".
func (n XNamespace) Name(local string) (XName, error) {
	if err := checkNCName(local); err != nil {
		return XName{}, err
	}
	return XName{space: n.uri, local: local}, nil
}

// An XName is the name of an element or an attribute. In C# they are interned, so Go's ==
// decides their identity.
type XName struct{ space, local string }

// ParseName makes a name of "local" or "{namespace}local", as the conversion from string
// does.
func ParseName(expanded string) (XName, error) {
	if expanded == "" {
		return XName{}, badExpandedName(expanded)
	}
	if expanded[0] != '{' {
		return NoNamespace.Name(expanded)
	}
	i := strings.LastIndexByte(expanded, '}')
	if i <= 1 || i == len(expanded)-1 {
		return XName{}, badExpandedName(expanded)
	}
	return Namespace(expanded[1:i]).Name(expanded[i+1:])
}

func badExpandedName(s string) error {
	return clr.ClassArgument.Throwf("'%s' is an invalid expanded name.", s)
}

// LocalName is the name without the namespace.
func (n XName) LocalName() string { return n.local }

// Namespace is the name's namespace.
func (n XName) Namespace() XNamespace { return XNamespace{n.space} }

// NamespaceName is the name of the name's namespace.
func (n XName) NamespaceName() string { return n.space }

// TypeName is the full name of the class.
func (XName) TypeName() string { return "System.Xml.Linq.XName" }

// ToString is "local" or "{namespace}local".
func (n XName) ToString() string {
	if n.space == "" {
		return n.local
	}
	return "{" + n.space + "}" + n.local
}

// nameLength is how many bytes at the start of s are a name without a colon.
func nameLength(s string) int {
	for i, c := range s {
		if c == utf8.RuneError || !isNameChar(c) || (i == 0 && !isNameStart(c)) {
			return i
		}
	}
	return len(s)
}

func isNameStart(c rune) bool {
	return c < utf8.RuneSelf && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_') ||
		c >= utf8.RuneSelf && (unicode.IsLetter(c) || unicode.Is(unicode.Nl, c))
}

func isNameChar(c rune) bool {
	return isNameStart(c) || c >= '0' && c <= '9' || c == '-' || c == '.' || c == 0xb7 ||
		c >= utf8.RuneSelf && (unicode.IsDigit(c) || unicode.IsMark(c))
}

func checkNCName(name string) error {
	if name == "" {
		return clr.ArgumentError("The empty string '' is not a valid local name.", "")
	}
	if n := nameLength(name); n < len(name) {
		return clr.ClassXML.Throw(badNameMessage(name, n))
	}
	return nil
}

// badNameMessage tells why the character at an offset cannot be in a name.
func badNameMessage(s string, at int) string {
	c, _ := utf8.DecodeRuneInString(s[at:])
	if at == 0 {
		return "Name cannot begin with the '" + printable(c) + "' character, hexadecimal value " + hexadecimal(c) + "."
	}
	return "The '" + printable(c) + "' character, hexadecimal value " + hexadecimal(c) + ", cannot be included in a name."
}

// printable is a character in a message; a zero is shown as a point.
func printable(c rune) string {
	if c == 0 {
		return "."
	}
	return string(c)
}

func hexadecimal(c rune) string {
	s := strings.ToUpper(strconv.FormatInt(int64(c), 16))
	if len(s) < 2 {
		s = "0" + s
	}
	return "0x" + s
}
