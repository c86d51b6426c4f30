package linqxml

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// maxDepth is how deep elements may be nested in a text.
const maxDepth = 4096

// indexFrom is how many attributes an element has before their names are put in a map.
const indexFrom = 16

// maxBindings is how many namespace declarations may be in force at one place of a text:
// each prefix is looked for among them.
const maxBindings = 1024

// LoadOptions is the enumeration System.Xml.Linq.LoadOptions; the other options of C# have
// no effect here.
type LoadOptions int32

// The options that matter.
const (
	// DropWhiteSpace between elements.
	DropWhiteSpace LoadOptions = 0
	// PreserveWhiteSpace keeps all white space.
	PreserveWhiteSpace LoadOptions = 1
)

// ParseElement is XElement.Parse.
func ParseElement(b *clr.Budget, text string, o LoadOptions) (*XElement, error) {
	d, err := ParseDocument(b, text, o)
	if err != nil {
		return nil, err
	}
	root := d.Root()
	return root, Remove(root)
}

// ParseDocument is XDocument.Parse.
func ParseDocument(b *clr.Budget, text string, o LoadOptions) (*XDocument, error) {
	p := parser{text: text, budget: b, keep: o&PreserveWhiteSpace != 0, document: &XDocument{}}
	if err := p.run(); err != nil {
		return nil, err
	}
	return p.document, nil
}

// A parser reads one text.
type parser struct {
	text     string
	pos      int
	budget   *clr.Budget
	keep     bool // all white space
	document *XDocument
	open     []openElement
	// scope are the namespace declarations in force, innermost last.
	scope []binding
}

// An openElement is an element whose end tag has not been read.
type openElement struct {
	element *XElement
	// tag is the name as written, and at its place.
	tag string
	at  int
	// bindings is how many declarations were in force before the element.
	bindings int
	// keep: xml:space says to keep white space.
	keep bool
}

type binding struct{ prefix, uri string }

func (p *parser) run() error {
	if err := p.declaration(); err != nil {
		return err
	}
	for p.pos < len(p.text) {
		var err error
		switch {
		case p.text[p.pos] == '<':
			err = p.markup()
		case len(p.open) == 0:
			err = p.outside()
		default:
			err = p.characters()
		}
		if err != nil {
			return err
		}
	}
	return p.finish()
}

func (p *parser) finish() error {
	if len(p.open) > 0 {
		names := make([]string, 0, len(p.open))
		for i := len(p.open) - 1; i >= 0; i-- {
			names = append(names, p.open[i].tag)
		}
		return p.errorf("Unexpected end of file has occurred. The following elements are not closed: %s.", strings.Join(names, ", "))
	}
	if p.document.Root() == nil {
		return clr.ClassXML.Throw("Root element is missing.")
	}
	return nil
}

// declaration reads <?xml …?>, which only the very beginning may have.
func (p *parser) declaration() error {
	if !strings.HasPrefix(p.text, "<?xml") || len(p.text) > 5 && nameLength(p.text[5:6]) > 0 {
		return nil
	}
	p.pos = 5
	d := &XDeclaration{}
	seen := 0
	for {
		spaced := p.space()
		if strings.HasPrefix(p.text[p.pos:], "?>") && seen > 0 {
			p.pos += 2
			p.document.declaration = d
			return nil
		}
		n := nameLength(p.text[p.pos:])
		name := p.text[p.pos : p.pos+n]
		rank := map[string]int{"version": 1, "encoding": 2, "standalone": 3}[name]
		if !spaced || rank == 0 || rank <= seen || seen == 0 && rank != 1 {
			return p.badDeclaration()
		}
		seen = rank
		p.pos += n
		value, err := p.declared()
		if err != nil {
			return err
		}
		if err := p.setDeclared(d, name, value); err != nil {
			return err
		}
	}
}

func (p *parser) badDeclaration() error { return p.errorf("Syntax for an XML declaration is invalid.") }

func (p *parser) setDeclared(d *XDeclaration, name, value string) error {
	switch name {
	case "version":
		if value != "1.0" {
			return p.errorAt(p.pos-1-len(value), "Version number '%s' is invalid.", value)
		}
		d.Version = value
	case "encoding":
		d.Encoding = value
	default:
		if value != "yes" && value != "no" {
			return p.badDeclaration()
		}
		d.Standalone = value
	}
	return nil
}

// declared reads ="value" in the declaration.
func (p *parser) declared() (string, error) {
	p.space()
	if p.peek() != '=' {
		return "", p.badDeclaration()
	}
	p.pos++
	p.space()
	quote := p.peek()
	if quote != '"' && quote != '\'' {
		return "", p.badDeclaration()
	}
	end := strings.IndexByte(p.text[p.pos+1:], quote)
	if end < 0 {
		return "", p.unclosed()
	}
	value := p.text[p.pos+1 : p.pos+1+end]
	p.pos += end + 2
	return value, nil
}

func (p *parser) unclosed() error {
	p.pos = len(p.text)
	return p.errorf("There is an unclosed literal string.")
}

// outside reads white space outside of the outermost element.
func (p *parser) outside() error {
	start := p.pos
	if p.space(); p.pos == start {
		return p.badRoot()
	}
	if p.keep {
		return p.add(&XText{value: lineEnds(p.text[start:p.pos])})
	}
	return nil
}

func (p *parser) badRoot() error { return p.errorf("Data at the root level is invalid.") }

// markup reads what begins with <.
func (p *parser) markup() error {
	rest := p.text[p.pos:]
	switch {
	case len(p.open) == 0 && len(rest) < 4:
		// .NET looks at four characters before it decides what they begin.
		return p.badRoot()
	case strings.HasPrefix(rest, "<!--"):
		return p.comment()
	case strings.HasPrefix(rest, "<![") && len(p.open) > 0:
		return p.cdata()
	case strings.HasPrefix(rest, "<!DOCTYPE"):
		return p.errorAt(p.pos+2, "For security reasons DTD is prohibited in this XML document. To enable DTD processing set the DtdProcessing property on XmlReaderSettings to Parse and pass the settings into XmlReader.Create method.")
	case strings.HasPrefix(rest, "<!"):
		p.pos += 2
		return p.errorf("'%s' is an unexpected token. The expected token is '<!--' or '<[CDATA['.", p.token())
	case strings.HasPrefix(rest, "<?"):
		return p.instruction()
	case strings.HasPrefix(rest, "</"):
		return p.endTag()
	}
	return p.startTag()
}

// token is what a message shows of the text that was not expected.
func (p *parser) token() string {
	n := nameLength(p.text[p.pos:])
	if n == 0 && p.pos < len(p.text) {
		_, n = utf8.DecodeRuneInString(p.text[p.pos:])
	}
	return p.text[p.pos : p.pos+n]
}

func (p *parser) comment() error {
	start := p.pos + 4
	end := strings.Index(p.text[start:], "--")
	if end < 0 {
		// .NET looks back from the last character, and from a hyphen once more.
		p.pos = len(strings.TrimSuffix(p.text, "-")) - 1
		return p.errorf("Unexpected end of file while parsing Comment has occurred.")
	}
	if err := p.checkText(start, start+end); err != nil {
		return err
	}
	p.pos = start + end
	if !strings.HasPrefix(p.text[p.pos:], "-->") {
		return p.errorf("An XML comment cannot contain '--', and '-' cannot be the last character.")
	}
	p.pos += 3
	return p.add(&XComment{value: lineEnds(p.text[start : start+end])})
}

func (p *parser) cdata() error {
	start := p.pos + 3
	if !strings.HasPrefix(p.text[start:], "CDATA[") {
		p.pos = start
		return p.errorf("'%s' is an unexpected token. The expected token is 'CDATA['.", p.token())
	}
	start += len("CDATA[")
	end := strings.Index(p.text[start:], "]]>")
	if end < 0 {
		p.pos = len(p.text)
		return p.errorf("Unexpected end of file while parsing CDATA has occurred.")
	}
	if err := p.checkText(start, start+end); err != nil {
		return err
	}
	p.pos = start + end + 3
	return p.add(&XCData{value: lineEnds(p.text[start : start+end])})
}

func (p *parser) instruction() error {
	p.pos += 2
	at := p.pos
	n := nameLength(p.text[p.pos:])
	if n == 0 {
		return p.badName(0)
	}
	target := p.text[p.pos : p.pos+n]
	if isXML(target) {
		return p.errorAt(at, "Unexpected XML declaration. The XML declaration must be the first node in the document, and no white space characters are allowed to appear before it.")
	}
	p.pos += n
	if !p.space() && !strings.HasPrefix(p.text[p.pos:], "?>") {
		return p.badName(n)
	}
	end := strings.Index(p.text[p.pos:], "?>")
	if end < 0 {
		p.pos = len(p.text)
		return p.errorf("Unexpected end of file while parsing PI has occurred.")
	}
	data := p.text[p.pos : p.pos+end]
	if err := p.checkText(p.pos, p.pos+end); err != nil {
		return err
	}
	p.pos += end + 2
	return p.add(&XProcessingInstruction{target: target, data: lineEnds(data)})
}

func isXML(target string) bool { return strings.EqualFold(target, "xml") }

// badName refuses the character at the parser's place, after so many of a name.
func (p *parser) badName(read int) error {
	if p.pos >= len(p.text) {
		return p.errorf("Unexpected end of file while parsing Name has occurred.")
	}
	c, _ := utf8.DecodeRuneInString(p.text[p.pos:])
	if read == 0 {
		return p.errorf("%s", badNameMessage(string(c), 0))
	}
	return p.errorf("%s", badNameMessage("a"+string(c), 1))
}

// qualifiedName reads a name with an optional prefix.
func (p *parser) qualifiedName() (prefix, local string, err error) {
	n := nameLength(p.text[p.pos:])
	if n == 0 {
		return "", "", p.badName(0)
	}
	local = p.text[p.pos : p.pos+n]
	p.pos += n
	if p.peek() != ':' {
		return "", local, nil
	}
	p.pos++
	prefix = local
	if n = nameLength(p.text[p.pos:]); n == 0 {
		return "", "", p.badName(0)
	}
	local = p.text[p.pos : p.pos+n]
	p.pos += n
	if p.peek() == ':' {
		return "", "", p.badName(n)
	}
	return prefix, local, nil
}

// An attribute as it was read, before prefixes are resolved.
type rawAttribute struct {
	prefix, local, value string
	// at is where the name begins, and quoteAt where the value's quotes open.
	at, quoteAt int
}

func (a rawAttribute) tag() string {
	if a.prefix == "" {
		return a.local
	}
	return a.prefix + ":" + a.local
}

func (p *parser) startTag() error {
	if len(p.open) >= maxDepth {
		return &clr.LimitError{What: "elements are nested more than " + strconv.Itoa(maxDepth) + " deep"}
	}
	p.pos++
	at := p.pos
	if len(p.open) == 0 && p.document.Root() != nil {
		return p.errorf("There are multiple root elements.")
	}
	prefix, local, err := p.qualifiedName()
	if err != nil {
		return err
	}
	tag := p.text[at:p.pos]
	attributes, empty, err := p.attributes()
	if err != nil {
		return err
	}
	o := openElement{element: &XElement{prefix: prefix}, tag: tag, at: at, bindings: len(p.scope), keep: p.keepsSpace(attributes)}
	if err := p.declare(attributes); err != nil {
		return err
	}
	if o.element.name, err = p.resolve(prefix, local, true, at); err != nil {
		return err
	}
	if err := p.setAttributes(o.element, attributes); err != nil {
		return err
	}
	if err := p.add(o.element); err != nil {
		return err
	}
	if empty {
		p.scope = p.scope[:o.bindings]
		return nil
	}
	o.element.text = true
	p.open = append(p.open, o)
	return nil
}

func (p *parser) keepsSpace(attributes []rawAttribute) bool {
	keep := len(p.open) > 0 && p.open[len(p.open)-1].keep
	for _, a := range attributes {
		if a.prefix == "xml" && a.local == "space" {
			keep = a.value == "preserve"
		}
	}
	return keep
}

// attributes reads attributes up to and with the end of the tag.
func (p *parser) attributes() (out []rawAttribute, empty bool, err error) {
	for {
		spaced := p.space()
		switch c := p.peek(); {
		case p.pos >= len(p.text):
			return nil, false, p.endInName()
		case c == '>':
			p.pos++
			return out, false, nil
		case c == '/':
			if !strings.HasPrefix(p.text[p.pos:], "/>") {
				return nil, false, p.errorf("'/' is an unexpected token. The expected token is '>'.")
			}
			p.pos += 2
			return out, true, nil
		case !spaced:
			if len(out) == 0 {
				return nil, false, p.badName(1)
			}
			return nil, false, p.errorf("'%s' is an unexpected token. Expecting white space.", p.token())
		}
		a := rawAttribute{at: p.pos}
		if a.prefix, a.local, err = p.qualifiedName(); err != nil {
			return nil, false, err
		}
		if a.value, a.quoteAt, err = p.attributeValue(); err != nil {
			return nil, false, err
		}
		out = append(out, a)
	}
}

func (p *parser) endInName() error {
	return p.errorf("Unexpected end of file while parsing Name has occurred.")
}

func (p *parser) attributeValue() (value string, quoteAt int, err error) {
	p.space()
	if p.peek() != '=' {
		return "", 0, p.unexpected("=")
	}
	p.pos++
	p.space()
	quote := p.peek()
	if quote != '"' && quote != '\'' {
		return "", 0, p.unexpected(`"' or ''`)
	}
	p.pos++
	end := strings.IndexByte(p.text[p.pos:], quote)
	if end < 0 {
		return "", 0, p.unclosed()
	}
	start, stop := p.pos, p.pos+end
	if i := strings.IndexByte(p.text[start:stop], '<'); i >= 0 {
		return "", 0, p.errorAt(start+i, "'<', hexadecimal value 0x3C, is an invalid attribute character.")
	}
	if err := p.checkText(start, stop); err != nil {
		return "", 0, err
	}
	value, err = p.decode(p.text[start:stop], normalized)
	p.pos = stop + 1
	return value, start - 1, err
}

func (p *parser) unexpected(wanted string) error {
	if p.pos >= len(p.text) {
		return p.endInName()
	}
	return p.errorf("'%s' is an unexpected token. The expected token is '%s'.", p.token(), wanted)
}

// normalized is what plain text in an attribute becomes: white space is blanks.
func normalized(s string) string {
	if !strings.ContainsAny(s, "\t\r\n") {
		return s
	}
	return strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\t", " ").Replace(s)
}

// lineEnds is what plain text becomes: every line ends with \n.
func lineEnds(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
}

// declare takes the namespace declarations among attributes.
func (p *parser) declare(attributes []rawAttribute) error {
	for _, a := range attributes {
		if len(p.scope) >= maxBindings {
			return &clr.LimitError{What: "more than " + strconv.Itoa(maxBindings) + " namespace declarations are in force at one place"}
		}
		switch {
		case a.prefix == "" && a.local == "xmlns":
			p.scope = append(p.scope, binding{"", a.value})
		case a.prefix == "xmlns":
			if err := p.checkBinding(a); err != nil {
				return err
			}
			p.scope = append(p.scope, binding{a.local, a.value})
		}
	}
	return nil
}

func (p *parser) checkBinding(a rawAttribute) error {
	switch {
	case a.value == "":
		return p.errorAt(a.quoteAt, "Invalid namespace declaration.")
	case a.local == "xml" && a.value != xmlURI || a.local != "xml" && a.value == xmlURI:
		return p.errorAt(a.at, `Prefix "xml" is reserved for use by XML and can be mapped only to namespace name "http://www.w3.org/XML/1998/namespace".`)
	case a.local == "xmlns" || a.value == xmlnsURI:
		return p.errorAt(a.at, `Prefix "xmlns" is reserved for use by XML.`)
	}
	return nil
}

func (p *parser) resolve(prefix, local string, isElement bool, at int) (XName, error) {
	switch {
	case prefix == "" && !isElement:
		return XName{local: local}, nil
	case prefix == "xml":
		return XName{xmlURI, local}, nil
	case prefix == "xmlns":
		return XName{xmlnsURI, local}, nil
	}
	for i := len(p.scope) - 1; i >= 0; i-- {
		if p.scope[i].prefix == prefix {
			return XName{p.scope[i].uri, local}, nil
		}
	}
	if prefix == "" {
		return XName{local: local}, nil
	}
	return XName{}, p.errorAt(at, "'%s' is an undeclared prefix.", prefix)
}

func (p *parser) setAttributes(e *XElement, attributes []rawAttribute) error {
	var seen map[XName]bool // an element with many attributes is not gone through for each
	if len(attributes) > indexFrom {
		seen = make(map[XName]bool, len(attributes))
	}
	for _, a := range attributes {
		name, err := p.resolve(a.prefix, a.local, false, a.at)
		if err != nil {
			return err
		}
		if seen[name] || seen == nil && e.Attribute(name) != nil {
			return p.errorAt(a.at, "'%s' is a duplicate attribute name.", a.tag())
		}
		if seen != nil {
			seen[name] = true
		}
		if err := p.budget.Take(nodeBytes); err != nil {
			return err
		}
		e.attrs = append(e.attrs, &XAttribute{name: name, value: a.value, in: e, prefix: a.prefix})
	}
	return nil
}

func (p *parser) endTag() error {
	p.pos += 2
	at := p.pos
	if len(p.open) == 0 {
		return p.errorf("Unexpected end tag.")
	}
	o := p.open[len(p.open)-1]
	if _, _, err := p.qualifiedName(); err != nil {
		return err
	}
	if tag := p.text[at:p.pos]; tag != o.tag {
		line, column := p.place(o.at)
		return p.errorAt(at, "The '%s' start tag on line %d position %d does not match the end tag of '%s'.", o.tag, line, column, tag)
	}
	p.space()
	if p.peek() != '>' {
		return p.unexpected(">")
	}
	p.pos++
	p.open = p.open[:len(p.open)-1]
	p.scope = p.scope[:o.bindings]
	return nil
}

// characters reads text up to the next markup.
func (p *parser) characters() error {
	start := p.pos
	end := strings.IndexByte(p.text[start:], '<')
	if end < 0 {
		end = len(p.text) - start
	}
	stop := start + end
	if i := strings.Index(p.text[start:stop], "]]>"); i >= 0 {
		return p.errorAt(start+i, "']]>' is not allowed in character data.")
	}
	if err := p.checkText(start, stop); err != nil {
		return err
	}
	s, err := p.decode(p.text[start:stop], lineEnds)
	if err != nil {
		return err
	}
	p.pos = stop
	if !p.keep && !p.open[len(p.open)-1].keep && strings.Trim(s, " \t\r\n") == "" {
		return nil
	}
	return p.add(&XText{value: s})
}

// decode resolves the references in a piece of the text that begins at the parser's place;
// plain changes what is between them.
func (p *parser) decode(s string, plain func(string) string) (string, error) {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return plain(s), nil
	}
	var b strings.Builder
	at := p.pos
	for {
		b.WriteString(plain(s[:i]))
		c, n, err := p.reference(s[i:], at+i)
		if err != nil {
			return "", err
		}
		b.WriteString(c)
		at += i + n
		s = s[i+n:]
		if i = strings.IndexByte(s, '&'); i < 0 {
			b.WriteString(plain(s))
			return b.String(), nil
		}
	}
}

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "apos": "'", "quot": `"`}

// reference resolves the reference that s begins with, and tells its length.
func (p *parser) reference(s string, at int) (string, int, error) {
	if strings.HasPrefix(s, "&#") {
		return p.numericReference(s, at)
	}
	n := nameLength(s[1:])
	if n == 0 || 1+n >= len(s) || s[1+n] != ';' {
		return "", 0, p.errorAt(at+1, "An error occurred while parsing EntityName.")
	}
	c, ok := entities[s[1:1+n]]
	if !ok {
		return "", 0, p.errorAt(at+1, "Reference to undeclared entity '%s'.", s[1:1+n])
	}
	return c, n + 2, nil
}

func (p *parser) numericReference(s string, at int) (string, int, error) {
	start, base, kind := 2, 10, "decimal"
	if len(s) > 2 && s[2] == 'x' {
		start, base, kind = 3, 16, "hexadecimal"
	}
	n := start
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || base == 16 && (s[n]|0x20) >= 'a' && (s[n]|0x20) <= 'f') {
		n++
	}
	if n == start || n >= len(s) || s[n] != ';' {
		return "", 0, p.errorAt(at+n, "Invalid syntax for a %s numeric entity reference.", kind)
	}
	c, err := strconv.ParseInt(s[start:n], base, 32)
	if err != nil || c > utf8.MaxRune {
		return "", 0, p.errorAt(at+2, "'%s' is an invalid character.", s[:n+1])
	}
	if !isXMLChar(rune(c)) {
		return "", 0, p.errorAt(at+start, "'%s', hexadecimal value %s, is an invalid character.", printable(rune(c)), hexadecimal(rune(c)))
	}
	return string(rune(c)), n + 1, nil
}

// isXMLChar reports whether XML 1.0 allows a character.
func isXMLChar(c rune) bool {
	return c >= 0x20 && c <= 0xd7ff || c == '\t' || c == '\n' || c == '\r' || c >= 0xe000 && c <= 0xfffd || c >= 0x10000
}

// checkText refuses characters that XML does not allow.
func (p *parser) checkText(start, stop int) error {
	if i := badChar(p.text[start:stop]); i >= 0 {
		c, _ := utf8.DecodeRuneInString(p.text[start+i:])
		return p.errorAt(start+i, "'%s', hexadecimal value %s, is an invalid character.", printable(c), hexadecimal(c))
	}
	return nil
}

// badChar is where s has a character that XML does not allow, or -1.
func badChar(s string) int {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < ' ' && c != '\t' && c != '\n' && c != '\r':
			return i
		case c == 0xef && i+2 < len(s) && s[i+1] == 0xbf && s[i+2] >= 0xbe:
			return i
		}
	}
	return -1
}

// add puts a node at the end of the innermost open element.
func (p *parser) add(n Node) error {
	if err := p.budget.Take(nodeBytes); err != nil {
		return err
	}
	var c Container = p.document
	if len(p.open) > 0 {
		c = p.open[len(p.open)-1].element
	}
	held := c.children()
	held.nodes = append(held.nodes, n)
	held.text = false
	n.setOwner(c)
	return nil
}

// space passes white space and reports whether there was any.
func (p *parser) space() bool {
	start := p.pos
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.pos]) >= 0 {
		p.pos++
	}
	return p.pos > start
}

func (p *parser) peek() byte {
	if p.pos >= len(p.text) {
		return 0
	}
	return p.text[p.pos]
}

func (p *parser) errorf(format string, args ...any) error { return p.errorAt(p.pos, format, args...) }

func (p *parser) errorAt(at int, format string, args ...any) error {
	line, column := p.place(at)
	e := clr.ClassXML.Throwf(format, args...)
	e.Message += " Line " + strconv.Itoa(line) + ", position " + strconv.Itoa(column) + "."
	return e
}

// place counts lines and characters from 1.
func (p *parser) place(at int) (line, column int) {
	before := p.text[:min(at, len(p.text))]
	line, start := 1, 0
	for i := range len(before) {
		if before[i] == '\n' || before[i] == '\r' && !strings.HasPrefix(before[i+1:], "\n") {
			line, start = line+1, i+1
		}
	}
	return line, clr.Length(before[start:]) + 1
}
