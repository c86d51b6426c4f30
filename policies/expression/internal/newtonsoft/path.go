package newtonsoft

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// A Query is a compiled JSONPath. It may be used by any number of goroutines.
type Query struct{ filters []filter }

// CompilePath compiles the argument of SelectToken.
func CompilePath(path string) (*Query, error) {
	p := pathParser{text: path}
	filters, err := p.main()
	if err != nil {
		return nil, err
	}
	return &Query{filters: filters}, nil
}

// A pathParser reads a JSONPath as Json.NET does.
type pathParser struct {
	text   string
	pos    int
	depth  int
	joined int
}

// How deep filters may be nested in a path, and how many comparisons may be joined.
const (
	maxFilters     = 64
	maxComparisons = 1000
)

func (p *pathParser) main() ([]filter, error) {
	p.skipSpace()
	if p.pos == len(p.text) { // the token itself
		return nil, nil
	}
	start := p.pos
	if p.text[p.pos] == '$' {
		if len(p.text) == 1 {
			return nil, nil
		}
		// $ may also be the first letter of a name.
		if p.pos+1 < len(p.text) && (p.text[p.pos+1] == '.' || p.text[p.pos+1] == '[') {
			p.pos++
			start = p.pos
		}
	}
	filters, done, err := p.path(nil, start, false)
	if err != nil || done {
		return filters, err
	}
	last := p.pos
	p.skipSpace()
	if p.pos < len(p.text) {
		return nil, p.errorf("Unexpected character while parsing path: %s", p.charAt(last))
	}
	return filters, nil
}

// path reads steps until the text ends (done) or something that is no step comes.
func (p *pathParser) path(filters []filter, start int, query bool) (_ []filter, done bool, err error) {
	scan, indexed, dotted := false, false, false
	for ended := false; p.pos < len(p.text) && !ended; {
		switch c := p.text[p.pos]; {
		case c == '[' || c == '(':
			if p.pos > start {
				filters = append(filters, fieldStep(p.text[start:p.pos], scan))
				scan = false
			}
			f, err := p.indexer(c, scan)
			if err != nil {
				return nil, false, err
			}
			filters = append(filters, f)
			scan = false
			p.pos++
			start, indexed, dotted = p.pos, true, false
		case c == ']' || c == ')':
			ended = true
		case c == ' ':
			ended = true
		case c == '.':
			if p.pos > start {
				filters = append(filters, fieldStep(p.text[start:p.pos], scan))
				scan = false
			}
			if strings.HasPrefix(p.text[p.pos:], "..") {
				scan = true
				p.pos++
			}
			p.pos++
			start, indexed, dotted = p.pos, false, true
		case query && strings.IndexByte("=<!>|&", c) >= 0:
			ended = true
		case indexed:
			return nil, false, p.errorf("Unexpected character following indexer: %s", p.charAt(p.pos))
		default:
			p.pos++
		}
	}
	atEnd := p.pos == len(p.text)
	if p.pos > start {
		filters = append(filters, fieldStep(strings.TrimRight(p.text[start:p.pos], " \t\r\n"), scan))
	} else if dotted && (atEnd || query) {
		return nil, false, p.errorf("Unexpected end while parsing path.")
	}
	return filters, atEnd, nil
}

func fieldStep(name string, scan bool) filter {
	every := name == "*"
	if scan {
		return scanFilter{names: []string{name}, every: every}
	}
	return fieldFilter{names: []string{name}, every: every}
}

func (p *pathParser) indexer(opening byte, scan bool) (filter, error) {
	p.pos++
	closing := byte(']')
	if opening == '(' {
		closing = ')'
	}
	if err := p.openIndexer(); err != nil {
		return nil, err
	}
	p.skipSpace()
	if err := p.openIndexer(); err != nil {
		return nil, err
	}
	switch p.text[p.pos] {
	case '\'':
		return p.quotedNames(closing, scan)
	case '?':
		return p.query(closing, scan)
	}
	return p.arrayIndexer(closing)
}

func (p *pathParser) openIndexer() error {
	return p.more("Path ended with open indexer.")
}

// endIndexer goes to the bracket that has to close what was read.
func (p *pathParser) endIndexer(closing byte) error {
	if err := p.openIndexer(); err != nil {
		return err
	}
	p.skipSpace()
	if err := p.openIndexer(); err != nil {
		return err
	}
	if p.text[p.pos] != closing {
		return p.unexpected()
	}
	return nil
}

func (p *pathParser) more(message string) error {
	if p.pos >= len(p.text) {
		return p.errorf("%s", message)
	}
	return nil
}

// quotedNames reads 'a' or 'a','b'.
func (p *pathParser) quotedNames(closing byte, scan bool) (filter, error) {
	var names []string
	for p.pos < len(p.text) {
		name, err := p.quoted()
		if err != nil {
			return nil, err
		}
		names = append(names, name)
		p.skipSpace()
		if err := p.openIndexer(); err != nil {
			return nil, err
		}
		switch p.text[p.pos] {
		case closing:
			if scan {
				return scanFilter{names: names}, nil
			}
			return fieldFilter{names: names, several: len(names) > 1}, nil
		case ',':
			p.pos++
			p.skipSpace()
		default:
			return nil, p.unexpected()
		}
	}
	return nil, p.openIndexer()
}

func (p *pathParser) unexpected() error {
	return p.errorf("Unexpected character while parsing path indexer: %s", p.charAt(p.pos))
}

// quoted reads a string in single quotes, in which a backslash escapes.
func (p *pathParser) quoted() (string, error) {
	var b strings.Builder
	p.pos++
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		p.pos++
		switch c {
		case '\'':
			return b.String(), nil
		case '\\':
			if p.pos == len(p.text) {
				b.WriteByte(c)
				continue
			}
			escaped := strings.IndexByte(`btnfr\"'/`, p.text[p.pos])
			if escaped < 0 {
				return "", p.errorf(`Unknown escape character: \%s`, p.charAt(p.pos))
			}
			b.WriteByte("\b\t\n\f\r\\\"'/"[escaped])
			p.pos++
		default:
			b.WriteByte(c)
		}
	}
	return "", p.errorf("Path ended with an open string.")
}

// arrayIndexer reads n, n,m, a:b:c or *.
func (p *pathParser) arrayIndexer(closing byte) (filter, error) {
	if p.text[p.pos] == '*' {
		p.pos++
		if err := p.endIndexer(closing); err != nil {
			return nil, err
		}
		return indexFilter{every: true}, nil
	}
	start := p.pos
	for p.pos < len(p.text) && p.text[p.pos] != closing {
		c := p.text[p.pos]
		if (c < '0' || c > '9') && strings.IndexByte("-,: ", c) < 0 {
			return nil, p.unexpected()
		}
		p.pos++
	}
	if err := p.openIndexer(); err != nil {
		return nil, err
	}
	text := p.text[start:p.pos]
	if strings.ContainsRune(text, ':') {
		return p.slice(text)
	}
	return p.indexes(text)
}

func (p *pathParser) indexes(text string) (filter, error) {
	var f indexFilter
	for part := range strings.SplitSeq(text, ",") {
		n, err := p.index(part)
		if err != nil {
			return nil, err
		}
		if n == nil {
			return nil, p.errorf("Array index expected.")
		}
		f.indexes = append(f.indexes, *n)
	}
	return f, nil
}

func (p *pathParser) slice(text string) (filter, error) {
	parts := strings.Split(text, ":")
	if len(parts) > 3 || strings.ContainsRune(text, ',') {
		return nil, p.unexpected()
	}
	var bounds [3]*int
	for i, part := range parts {
		n, err := p.index(part)
		if err != nil {
			return nil, err
		}
		bounds[i] = n
	}
	return sliceFilter{start: bounds[0], end: bounds[1], step: bounds[2]}, nil
}

// index reads an index; nothing gives nil.
func (p *pathParser) index(text string) (*int, error) {
	text = strings.Trim(text, " ")
	if text == "" {
		return nil, nil
	}
	if _, after, ok := strings.Cut(text, " "); ok {
		return nil, p.errorf("Unexpected character while parsing path indexer: %s", strings.TrimLeft(after, " ")[:1])
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		if strings.Trim(text, "-0123456789") == "" && strings.LastIndexByte(text, '-') <= 0 && text != "-" {
			return nil, clr.ClassOverflow.Throw("Value was either too large or too small for an Int32.")
		}
		return nil, clr.FormatError("The input string '" + text + "' was not in a correct format.")
	}
	i := int(n)
	return &i, nil
}

// query reads ?(condition).
func (p *pathParser) query(closing byte, scan bool) (filter, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxFilters {
		return nil, p.errorf("Path has too many nested filters.")
	}
	p.pos++
	if err := p.openIndexer(); err != nil {
		return nil, err
	}
	if p.text[p.pos] != '(' {
		return nil, p.unexpected()
	}
	p.pos++
	c, err := p.condition()
	if err != nil {
		return nil, err
	}
	p.pos++
	if err := p.endIndexer(closing); err != nil {
		return nil, err
	}
	return queryFilter{condition: c, scan: scan}, nil
}

const openQuery = "Path ended with open query."

// condition reads comparisons joined by && and ||, up to a closing parenthesis. The
// operators have no precedence: each applies to all that follows it.
func (p *pathParser) condition() (condition, error) {
	left, err := p.comparison()
	if err != nil {
		return nil, err
	}
	if p.text[p.pos] == ')' {
		return left, nil
	}
	and := p.match("&&")
	if !and && !p.match("||") {
		return nil, p.badCondition()
	}
	if p.joined++; p.joined > maxComparisons {
		return nil, p.errorf("Path has too many comparisons.")
	}
	right, err := p.condition()
	if err != nil {
		return nil, err
	}
	return joined{and: and, left: left, right: right}, nil
}

func (p *pathParser) comparison() (condition, error) {
	left, err := p.side()
	if err != nil {
		return nil, err
	}
	p.skipSpace()
	if err := p.more(openQuery); err != nil {
		return nil, err
	}
	c := comparison{left: left, operator: exists}
	if strings.IndexByte(")|&", p.text[p.pos]) >= 0 {
		return c, nil
	}
	if c.operator, err = p.operator(); err != nil {
		return nil, err
	}
	if c.right, err = p.side(); err != nil {
		return nil, err
	}
	p.skipSpace()
	if err := p.more(openQuery); err != nil {
		return nil, err
	}
	return c, nil
}

// side reads a path that begins with @ or $, or a value.
func (p *pathParser) side() (operand, error) {
	p.skipSpace()
	if err := p.more(openQuery); err != nil {
		return operand{}, err
	}
	first := p.text[p.pos]
	if first != '@' && first != '$' {
		v, err := p.value()
		return operand{value: v}, err
	}
	p.pos++
	filters, done, err := p.path(nil, p.pos, true)
	if err == nil && done {
		err = p.errorf("%s", openQuery)
	}
	return operand{path: filters, isPath: true, fromRoot: first == '$'}, err
}

func (p *pathParser) value() (*JValue, error) {
	switch c := p.text[p.pos]; {
	case c == '\'':
		s, err := p.quoted()
		return NewString(s), err
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	case c == '/':
		return p.regex()
	case c == 't' && p.match("true"):
		return NewBoolean(true), nil
	case c == 'f' && p.match("false"):
		return NewBoolean(false), nil
	case c == 'n' && p.match("null"):
		return NewNull(), nil
	}
	return nil, p.badValue()
}

func (p *pathParser) badValue() error {
	if err := p.more(openQuery); err != nil {
		return err
	}
	return p.badCondition()
}

func (p *pathParser) badCondition() error {
	return p.errorf("Unexpected character while parsing path query: %s", p.charAt(p.pos))
}

func (p *pathParser) number() (*JValue, error) {
	start := p.pos
	for p.pos < len(p.text) && p.text[p.pos] != ' ' && p.text[p.pos] != ')' {
		p.pos++
	}
	text := p.text[start:p.pos]
	if p.pos == len(p.text) {
		return nil, p.badValue()
	}
	if strings.ContainsAny(text, ".eE") {
		d, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, p.badValue()
		}
		return NewDouble(d), nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, p.badValue()
	}
	return NewInteger(n), nil
}

// regex reads /pattern/options. The token has all of it, as Json.NET's has.
func (p *pathParser) regex() (*JValue, error) {
	start := p.pos
	for p.pos++; p.pos < len(p.text); p.pos++ {
		if p.text[p.pos] == '\\' {
			p.pos++
			continue
		}
		if p.text[p.pos] != '/' {
			continue
		}
		for p.pos++; p.pos < len(p.text); p.pos++ {
			if c, _ := utf8.DecodeRuneInString(p.text[p.pos:]); !unicode.IsLetter(c) {
				break
			}
		}
		return NewString(p.text[start:p.pos]), nil
	}
	return nil, p.errorf("Path ended with an open regex.")
}

func (p *pathParser) operator() (operator, error) {
	if p.pos+1 >= len(p.text) {
		return 0, p.errorf("%s", openQuery)
	}
	for _, o := range operators {
		if p.match(o.text) {
			return o.operator, nil
		}
	}
	return 0, p.errorf("Could not read query operator.")
}

func (p *pathParser) match(s string) bool {
	if !strings.HasPrefix(p.text[p.pos:], s) {
		return false
	}
	p.pos += len(s)
	return true
}

func (p *pathParser) skipSpace() {
	for p.pos < len(p.text) && p.text[p.pos] == ' ' {
		p.pos++
	}
}

func (p *pathParser) charAt(i int) string {
	_, n := utf8.DecodeRuneInString(p.text[i:])
	return p.text[i : i+n]
}

func (p *pathParser) errorf(format string, args ...any) error {
	return clr.ClassJSON.Throwf(format, args...)
}
