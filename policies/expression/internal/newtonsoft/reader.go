package newtonsoft

import (
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// DefaultDepth is how deep containers may be nested in a text unless options say otherwise.
const DefaultDepth = 64

// ReadOptions change how a text is read. The zero value is what Json.NET does by default.
type ReadOptions struct {
	// KeepDates leaves strings that look like dates as they are.
	KeepDates bool
	// MaxDepth is how deep containers may be nested; 0 means DefaultDepth.
	MaxDepth int
	// Budget pays for the tree; nil means without limit.
	Budget *clr.Budget

	// to is what JsonConvert makes of the text; nil when the text is only parsed.
	to *Target
}

// Parse reads a text as JToken.Parse does: any one value.
func Parse(text string, o ReadOptions) (JToken, error) {
	r := newReader(text, o)
	defer r.release()
	comment, err := r.leadingComment()
	if err != nil {
		return nil, err
	}
	t, end, err := r.first("JToken")
	switch {
	case comment != nil && end == endOfText:
		return comment, nil
	case err != nil:
		return nil, err
	case end != 0:
		return nil, r.mismatch(end, "None")
	case comment != nil:
		t = comment
	}
	return t, r.finish()
}

// leadingComment is the comment that a text begins with, or nil. To JToken.Parse it is the
// token; what follows is only read.
func (r *reader) leadingComment() (JToken, error) {
	r.skipSpace()
	if r.pos >= len(r.text) || r.text[r.pos] != '/' || r.opts.to != nil {
		return nil, nil
	}
	s, err := r.comment()
	if err != nil {
		return nil, err
	}
	return NewComment(s), nil
}

// ParseObject reads a text as JObject.Parse does.
func ParseObject(text string, o ReadOptions) (*JObject, error) {
	r := newReader(text, o)
	defer r.release()
	r.only = '{'
	t, end, err := r.first("JObject")
	if err != nil {
		return nil, err
	}
	object, ok := t.(*JObject)
	if !ok {
		return nil, r.notA("JObject", "object", t, end)
	}
	return object, r.finish()
}

// ParseArray reads a text as JArray.Parse does.
func ParseArray(text string, o ReadOptions) (*JArray, error) {
	r := newReader(text, o)
	defer r.release()
	r.only = '['
	t, end, err := r.first("JArray")
	if err != nil {
		return nil, err
	}
	array, ok := t.(*JArray)
	if !ok {
		return nil, r.notA("JArray", "array", t, end)
	}
	return array, r.finish()
}

// endOfText is what value and afterValue return where the text ends.
const endOfText = 0xff

// A reader reads one text. It follows Json.NET's tokenizer, so that a text is accepted or
// refused for the same reason, at the same place.
type reader struct {
	text string
	pos  int
	opts ReadOptions
	// root is the class of the outermost container.
	root string
	// only, when set, is the bracket that the outermost value must begin with: another
	// container is not read further than its bracket.
	only byte
	// stack tells where the reader is; the innermost container is the last.
	stack []position
	// started: a token other than a comment has been read. commented: so has a comment.
	started, commented bool

	// values and slots are tokens made in advance; moreValues and moreSlots is how many
	// the rest of the text seems to need.
	values                []JValue
	slots                 []JProperty
	moreValues, moreSlots int
	// pending are the properties, and items the children, that have been read for the
	// containers that are open.
	pending []*JProperty
	items   []JToken
}

// most is how many tokens are made at once.
const most = 256

// readers keeps readers for their stacks.
var readers = sync.Pool{New: func() any { return &reader{} }}

func newReader(text string, o ReadOptions) *reader {
	if o.MaxDepth == 0 {
		o.MaxDepth = DefaultDepth
	}
	r := readers.Get().(*reader)
	// A tree has one comma less than leaves, and a property has a colon.
	*r = reader{
		text: text, opts: o, stack: r.stack, pending: r.pending, items: r.items,
		moreValues: strings.Count(text, ",") + 1, moreSlots: strings.Count(text, `":`),
	}
	return r
}

// release gives a reader back, without the tokens that it has seen.
func (r *reader) release() {
	if cap(r.pending) > maxKept || cap(r.items) > maxKept {
		return
	}
	clear(r.stack[:cap(r.stack)])
	clear(r.pending[:cap(r.pending)])
	clear(r.items[:cap(r.items)])
	*r = reader{stack: r.stack[:0], pending: r.pending[:0], items: r.items[:0]}
	readers.Put(r)
}

// maxKept is how long the stacks of a reader may be that is kept.
const maxKept = 1024

// first reads the outermost value.
func (r *reader) first(class string) (JToken, byte, error) {
	r.root = class
	t, end, err := r.value()
	if err == nil && end == endOfText {
		err = r.errorf("Error reading %s from JsonReader.", class)
	}
	return t, end, err
}

// finish makes sure that nothing but comments follows the outermost value.
func (r *reader) finish() error {
	for {
		r.skipSpace()
		if r.pos >= len(r.text) {
			return nil
		}
		if r.text[r.pos] != '/' {
			return r.errorf("Additional text encountered after finished reading JSON content: %s.", r.char())
		}
		if _, err := r.comment(); err != nil {
			return err
		}
	}
}

func (r *reader) notA(class, noun string, t JToken, end byte) error {
	if end != 0 {
		return r.mismatch(end, "None")
	}
	token := t.Type().String()
	switch t.Type() {
	case Object, Array, Constructor:
		token = "Start" + token
	}
	return r.errorf("Error reading %s from JsonReader. Current JsonReader item is not an %s: %s.", class, noun, token)
}

// value reads one value. It returns a closing bracket, or endOfText, when that is what
// came instead.
func (r *reader) value() (JToken, byte, error) {
	for r.pos < len(r.text) {
		switch c := r.text[r.pos]; c {
		case ' ', '\t', '\n', '\r', 0:
			r.pos++
		case '"', '\'':
			t, err := r.stringValue(c)
			return t, 0, err
		case '{':
			t, err := r.object()
			return t, 0, err
		case '[':
			t, err := r.array()
			return t, 0, err
		case '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			t, err := r.number()
			return t, 0, err
		case 't', 'f', 'n', 'N', 'I', 'u':
			t, err := r.literal(c)
			return t, 0, err
		case '/':
			if _, err := r.comment(); err != nil {
				return nil, 0, err
			}
		case ']', ')':
			r.pos++
			return nil, c, nil
		case ',':
			// The comma stays: it also ends this missing value.
			t, err := r.newValue()
			if err != nil {
				return nil, 0, err
			}
			t.kind = Undefined
			r.read()
			return t, 0, nil
		default:
			if err := r.oddValue(); err != nil {
				return nil, 0, err
			}
		}
	}
	return nil, endOfText, nil
}

// oddValue passes unusual white space, and refuses what begins no value.
func (r *reader) oddValue() error {
	c, n := utf8.DecodeRuneInString(r.text[r.pos:])
	switch {
	case isSpace(c):
		r.pos += n
		return nil
	case unicode.IsNumber(c):
		return r.errorf("Unexpected character encountered while parsing number: %c.", c)
	}
	return r.errorf("Unexpected character encountered while parsing value: %c.", c)
}

// read notes that a value of the innermost container has been read.
func (r *reader) read() {
	r.started = true
	if n := len(r.stack); n > 0 {
		top := &r.stack[n-1]
		if !top.named {
			top.index++
			top.fresh = false
		}
	}
}

// push notes that a container has been opened.
func (r *reader) push(kind JTokenType) error {
	r.read()
	r.stack = append(r.stack, position{kind: kind, named: kind == Object, index: -1, fresh: true})
	if len(r.stack) > r.opts.MaxDepth {
		return r.errorf("The reader's MaxDepth of %d has been exceeded.", r.opts.MaxDepth)
	}
	return nil
}

// pop closes the innermost container with a bracket, which has been passed.
func (r *reader) pop(bracket byte) error {
	top := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	if closes(bracket) != top.kind {
		return r.mismatch(bracket, top.kind.String())
	}
	return nil
}

func closes(bracket byte) JTokenType {
	switch bracket {
	case '}':
		return Object
	case ']':
		return Array
	}
	return Constructor
}

func (r *reader) mismatch(bracket byte, container string) error {
	r.started = true
	return r.errorf("JsonToken End%s is not valid for closing JsonType %s.", closes(bracket), container)
}

func (r *reader) object() (JToken, error) {
	r.pos++
	if err := r.push(Object); err != nil {
		return nil, err
	}
	o := &JObject{}
	if len(r.stack) == 1 {
		r.root = "JObject"
		if r.only == '[' {
			return o, nil
		}
	}
	base := len(r.pending)
	for {
		c, err := r.beforeProperty()
		if err != nil {
			return nil, err
		}
		if c == 0 {
			c, err = r.property(o, base)
			if err != nil {
				return nil, err
			}
		}
		switch c {
		case ',':
		case endOfText:
			return nil, r.unfinished()
		default:
			if err := r.pop(c); err != nil {
				return nil, err
			}
			return o, r.collect(o, base)
		}
	}
}

// collect gives an object the properties that were read for it.
func (r *reader) collect(o *JObject, base int) error {
	n := len(r.pending) - base
	if err := r.opts.take(objectBytes + int64(n)*8); err != nil {
		return err
	}
	if n > 0 {
		o.props = make([]*JProperty, n)
		copy(o.props, r.pending[base:])
		r.pending = r.pending[:base]
	}
	return nil
}

func (o ReadOptions) take(bytes int64) error {
	if o.Budget == nil {
		return nil
	}
	return o.Budget.Take(bytes)
}

// beforeProperty passes space and comments up to a property's name. It returns the
// closing brace, or endOfText, when that came instead.
func (r *reader) beforeProperty() (byte, error) {
	for {
		r.skipSpace()
		if r.pos >= len(r.text) {
			return endOfText, nil
		}
		switch r.text[r.pos] {
		case '}':
			r.pos++
			return '}', nil
		case '/':
			if _, err := r.comment(); err != nil {
				return 0, err
			}
		default:
			return 0, nil
		}
	}
}

// property reads a property with its value, and what follows: a comma, a closing
// bracket, or endOfText.
func (r *reader) property(o *JObject, base int) (byte, error) {
	name, err := r.propertyName()
	if err != nil {
		return 0, err
	}
	top := &r.stack[len(r.stack)-1]
	top.name, top.fresh = name, false
	p, err := r.newProperty(o, base, name)
	if err != nil {
		return 0, err
	}
	value, end, err := r.value()
	if err != nil {
		return 0, err
	}
	if end == endOfText {
		return 0, r.unfinished()
	}
	if end != 0 {
		return 0, r.pop(end)
	}
	value.setParent(p)
	p.value = value
	return r.afterValue()
}

// newProperty makes room for a property: the place of the one of the same name, if there
// is one, or else the end.
func (r *reader) newProperty(o *JObject, base int, name string) (*JProperty, error) {
	read := r.pending[base:]
	if o.index == nil && len(read) >= indexFrom {
		o.index = make(map[string]*JProperty, 2*len(read))
		for _, p := range read {
			o.index[p.name] = p
		}
	}
	if o.index != nil {
		if p := o.index[name]; p != nil {
			return p, nil
		}
	} else {
		for _, p := range read {
			if p.name == name {
				return p, nil
			}
		}
	}
	if len(r.slots) == 0 {
		n := min(max(r.moreSlots, 4), most)
		r.moreSlots -= n
		if err := r.opts.take(int64(n) * propertyBytes); err != nil {
			return nil, err
		}
		r.slots = make([]JProperty, n)
	}
	p := &r.slots[0]
	r.slots = r.slots[1:]
	p.parent, p.name = o, name
	r.pending = append(r.pending, p)
	if o.index != nil {
		o.index[name] = p
	}
	return p, nil
}

func (r *reader) propertyName() (string, error) {
	var name string
	var err error
	switch c := r.text[r.pos]; c {
	case '"', '\'':
		name, err = r.quoted(c)
	default:
		name, err = r.unquotedName()
	}
	if err != nil {
		return "", err
	}
	r.skipSpace()
	if r.pos >= len(r.text) || r.text[r.pos] != ':' {
		return "", r.errorf("Invalid character after parsing property name. Expected ':' but got: %s.", r.char())
	}
	r.pos++
	return name, nil
}

func (r *reader) unquotedName() (string, error) {
	start := r.pos
	for r.pos < len(r.text) {
		c, n := utf8.DecodeRuneInString(r.text[r.pos:])
		switch {
		case c == '_' || c == '$' || isLetterOrDigit(c):
			r.pos += n
		case r.pos == start:
			return "", r.errorf("Invalid property identifier character: %c.", c)
		case c == ':' || c == 0 || isSpace(c):
			return r.text[start:r.pos], nil
		default:
			return "", r.errorf("Invalid JavaScript property identifier character: %c.", c)
		}
	}
	return "", r.errorf("Unexpected end while parsing unquoted property name.")
}

func (r *reader) array() (JToken, error) {
	r.pos++
	if err := r.push(Array); err != nil {
		return nil, err
	}
	a := &JArray{}
	if len(r.stack) == 1 {
		r.root = "JArray"
		if r.only == '{' {
			return a, nil
		}
	}
	items, err := r.elements(a)
	if err != nil {
		return nil, err
	}
	a.items = items
	return a, nil
}

// elements reads the children of an array or a constructor, and the closing bracket.
func (r *reader) elements(parent JContainer) ([]JToken, error) {
	base := len(r.items)
	for {
		t, end, err := r.value()
		if err != nil {
			return nil, err
		}
		if end == 0 {
			t.setParent(parent)
			r.items = append(r.items, t)
			end, err = r.afterValue()
			if err != nil {
				return nil, err
			}
		}
		switch end {
		case ',':
		case endOfText:
			return nil, r.unfinished()
		default:
			if err := r.pop(end); err != nil {
				return nil, err
			}
			return r.collectItems(parent, base)
		}
	}
}

func (r *reader) collectItems(parent JContainer, base int) ([]JToken, error) {
	n := len(r.items) - base
	if err := r.opts.take(arrayBytes + int64(n)*16); err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, nil
	}
	out := make([]JToken, n)
	copy(out, r.items[base:])
	r.items = r.items[:base]
	if r.commented {
		for _, t := range out {
			t.setParent(parent)
		}
	}
	return out, nil
}

// afterValue passes space and comments after a value, up to and with a comma or a closing
// bracket, which it returns, or endOfText.
func (r *reader) afterValue() (byte, error) {
	for r.pos < len(r.text) {
		switch c := r.text[r.pos]; c {
		case ',', '}', ']', ')':
			r.pos++
			return c, nil
		case ' ', '\t', '\n', '\r', 0:
			r.pos++
		case '/':
			if _, err := r.comment(); err != nil {
				return 0, err
			}
		default:
			c, n := utf8.DecodeRuneInString(r.text[r.pos:])
			if !isSpace(c) {
				return 0, r.errorf("After parsing a value an unexpected character was encountered: %c.", c)
			}
			r.pos += n
		}
	}
	return endOfText, nil
}

// unfinished is the error for a text that ends inside a container.
func (r *reader) unfinished() error {
	if r.opts.to != nil {
		return r.unfinishedFor(r.opts.to)
	}
	if len(r.stack) == 1 && r.stack[0].fresh && !r.commented {
		return r.errorf("Error reading %s from JsonReader.", r.root)
	}
	return r.errorf("Unexpected end of content while loading %s.", r.root)
}

func (r *reader) newValue() (*JValue, error) {
	if len(r.values) == 0 {
		n := min(max(r.moreValues, 4), most)
		r.moreValues -= n
		if err := r.opts.take(int64(n) * valueBytes); err != nil {
			return nil, err
		}
		r.values = make([]JValue, n)
	}
	v := &r.values[0]
	r.values = r.values[1:]
	return v, nil
}

func (r *reader) stringValue(quote byte) (JToken, error) {
	s, err := r.quoted(quote)
	if err != nil {
		return nil, err
	}
	v, err := r.newValue()
	if err != nil {
		return nil, err
	}
	r.read()
	if !r.opts.KeepDates {
		if date, ok := dateIn(s); ok {
			v.setDate(date)
			return v, nil
		}
	}
	v.setString(s)
	return v, nil
}

// quoted reads a string. One without escapes is a piece of the text.
func (r *reader) quoted(quote byte) (string, error) {
	r.pos++
	start := r.pos
	for i := start; i < len(r.text); i++ {
		switch r.text[i] {
		case quote:
			r.pos = i + 1
			return r.text[start:i], nil
		case '\\':
			r.pos = i
			return r.escaped(quote, start)
		}
	}
	r.pos = len(r.text)
	return "", r.unterminated(quote)
}

func (r *reader) unterminated(quote byte) error {
	return r.errorf("Unterminated string. Expected delimiter: %c.", quote)
}

// escaped reads the rest of a string from its first backslash.
func (r *reader) escaped(quote byte, start int) (string, error) {
	var b strings.Builder
	b.Grow(r.pos - start + 64)
	b.WriteString(r.text[start:r.pos])
	for r.pos < len(r.text) {
		c := r.text[r.pos]
		r.pos++
		switch c {
		case quote:
			if err := r.opts.take(int64(b.Len())); err != nil {
				return "", err
			}
			return b.String(), nil
		case '\\':
			if err := r.escape(&b, quote); err != nil {
				return "", err
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", r.unterminated(quote)
}

const simpleEscapes = "b\bt\tn\nf\fr\r\\\\\"\"''//"

func (r *reader) escape(b *strings.Builder, quote byte) error {
	if r.pos >= len(r.text) {
		return r.unterminated(quote)
	}
	c := r.text[r.pos]
	r.pos++
	if c == 'u' {
		return r.unicodeEscape(b)
	}
	for i := 0; i < len(simpleEscapes); i += 2 {
		if simpleEscapes[i] == c {
			b.WriteByte(simpleEscapes[i+1])
			return nil
		}
	}
	r.pos--
	shown := r.char()
	r.pos++
	return r.errorf("Bad JSON escape sequence: \\%s.", shown)
}

// unicodeEscape reads the digits of an escape, and a second escape that makes a pair with
// the first. Half a pair becomes the replacement character.
func (r *reader) unicodeEscape(b *strings.Builder) error {
	c, err := r.hex4()
	if err != nil {
		return err
	}
	for c >= 0xd800 && c < 0xdc00 {
		if !strings.HasPrefix(r.text[r.pos:], `\u`) {
			c = utf8.RuneError
			break
		}
		r.pos += 2
		low, err := r.hex4()
		if err != nil {
			return err
		}
		if low >= 0xdc00 && low < 0xe000 {
			b.WriteRune((c-0xd800)<<10 | (low - 0xdc00) + 0x10000)
			return nil
		}
		b.WriteRune(utf8.RuneError)
		c = low
	}
	if c >= 0xdc00 && c < 0xe000 {
		c = utf8.RuneError
	}
	b.WriteRune(c)
	return nil
}

func (r *reader) hex4() (rune, error) {
	if r.pos+4 > len(r.text) {
		return 0, r.errorf("Unexpected end while parsing Unicode escape sequence.")
	}
	digits := r.text[r.pos : r.pos+4]
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return 0, r.errorf(`Invalid Unicode escape sequence: \u%s.`, digits)
	}
	r.pos += 4
	return rune(n), nil
}

// comment reads a comment, with its slash ahead. Where the text becomes a token of
// JsonConvert, an array keeps it.
func (r *reader) comment() (string, error) {
	s, err := r.commentText()
	if err != nil || r.opts.to == nil {
		return s, err
	}
	if n := len(r.stack); n > 0 && !r.stack[n-1].named && r.opts.to.keepsComments(r.stack) {
		r.items = append(r.items, NewComment(s))
	}
	return s, nil
}

func (r *reader) commentText() (string, error) {
	r.commented = true
	r.pos++
	// Json.NET wants one character more than it needs to tell the kind of comment.
	if r.pos+1 >= len(r.text) {
		return "", r.errorf("Unexpected end while parsing comment.")
	}
	start := r.pos + 1
	switch r.text[r.pos] {
	case '/':
		r.pos++
		if i := strings.IndexAny(r.text[r.pos:], "\r\n"); i >= 0 {
			r.pos += i
		} else {
			r.pos = len(r.text)
		}
		return r.text[start:r.pos], nil
	case '*':
		r.pos++
		i := strings.Index(r.text[r.pos:], "*/")
		if i < 0 {
			r.pos = len(r.text)
			return "", r.errorf("Unexpected end while parsing comment.")
		}
		r.pos += i + 2
		return r.text[start : r.pos-2], nil
	}
	return "", r.errorf("Error parsing comment. Expected: *, got %s.", r.char())
}

func (r *reader) skipSpace() {
	for r.pos < len(r.text) {
		switch c := r.text[r.pos]; {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == 0:
			r.pos++
		case c < utf8.RuneSelf && c != '\v' && c != '\f' && (c < 0x1c || c > 0x1f):
			return
		default:
			c, n := utf8.DecodeRuneInString(r.text[r.pos:])
			if !isSpace(c) {
				return
			}
			r.pos += n
		}
	}
}

// isSpace is char.IsWhiteSpace.
func isSpace(c rune) bool { return unicode.IsSpace(c) }

// char is the character at the reader's place, as a message shows it.
func (r *reader) char() string {
	if r.pos >= len(r.text) {
		return "\x00"
	}
	_, n := utf8.DecodeRuneInString(r.text[r.pos:])
	return r.text[r.pos : r.pos+n]
}

// errorf makes a JsonReaderException for the place where the reader is.
func (r *reader) errorf(format string, args ...any) error {
	line, column := r.place()
	e := clr.ClassJSONReader.Throwf(format, args...)
	e.Message += " Path '" + r.path() + "', line " + strconv.Itoa(line) + ", position " + strconv.Itoa(column) + "."
	return e
}

func (r *reader) path() string {
	steps := r.stack
	if n := len(steps); n > 0 && steps[n-1].fresh {
		steps = steps[:n-1]
	}
	return buildPath(steps)
}

// place counts lines from 1 and characters from 0. Before anything was read it is 0, 0.
func (r *reader) place() (line, column int) {
	line, start := 1, 0
	for i := 0; i < r.pos; i++ {
		switch r.text[i] {
		case '\r':
			if i+1 < r.pos && r.text[i+1] == '\n' {
				i++
			}
			line, start = line+1, i+1
		case '\n':
			line, start = line+1, i+1
		}
	}
	column = clr.Length(r.text[start:r.pos])
	if !r.started && !r.commented && column == 0 {
		line = 0
	}
	return line, column
}

// isLetterOrDigit is char.IsLetterOrDigit.
func isLetterOrDigit(c rune) bool { return unicode.IsLetter(c) || unicode.Is(unicode.Nd, c) }
