package document

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/beevik/etree"

	"github.com/apimgw/apimgw/policies/diag"
)

const (
	largestPolicy   = 256 << 10
	largestFragment = 512 << 10
	deepest         = 256
)

// Parse reads a policy document or a fragment. {{name}} is replaced by the named value of
// that name, once, in attribute values and in text, before expressions are looked for in
// the value; in the body of a Liquid template a name that is unknown is left alone.
//
// All mistakes come back, each with its place. The element is nil when the text cannot be
// read as a tree at all; otherwise it is complete, mistakes and all.
func Parse(src *diag.Source, values NamedValues) (*Element, diag.List) {
	m := newMasker(src)
	if len(m.s) > largestFragment {
		m.errorf(0, 0, TooLarge, "", "%d bytes are too many: a policy may have 256 KiB, a fragment 512 KiB", len(m.s))
		return nil, m.list
	}
	if !m.checkCharacters() {
		return nil, m.list
	}
	m.run()
	m.abandoned()
	w := walker{masker: m}
	if !w.run() {
		m.unclosed()
		m.list.Sort()
		return nil, m.list
	}
	tree := etree.NewDocument()
	tree.ReadSettings = etree.ReadSettings{PreserveDuplicateAttrs: true, MaxDepth: deepest}
	if err := tree.ReadFromString(string(m.mask)); err != nil {
		m.errorf(0, 0, MalformedXML, "", "the document cannot be read: %v", err)
		return nil, m.list
	}
	r := &reader{masker: m, values: values, bare: m.bareDocument(), events: w.events}
	root := r.element(tree.Root(), nil)
	if len(m.s) > largestPolicy && root.Name != "fragment" {
		m.list.Errorf(root.Open, TooLarge, "%d bytes are too many: a policy may have 256 KiB", len(m.s))
	}
	m.list.Sort()
	return root, m.list
}

// An event is what the XML decoder sees at a place.
type event struct {
	kind eventKind
	span
}

type eventKind uint8

const (
	startEvent eventKind = iota
	endEvent
	textEvent
	otherEvent
)

// A walker goes through the mask with the standard decoder and notes where things are. It
// pairs the tags, so that all that do not match are reported at once and by name.
type walker struct {
	*masker
	events []event
	open   []tag
	tag    int // of masker.tags: the next to come
	roots  int
	ok     bool
}

func (w *walker) run() bool {
	w.ok = true
	d := xml.NewDecoder(strings.NewReader(string(w.mask)))
	for {
		start := int(d.InputOffset())
		t, err := d.RawToken()
		at := span{start, int(d.InputOffset())}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			w.syntaxError(at.end, err)
			return false
		}
		w.token(t, at)
	}
	for _, t := range w.open {
		w.unclosed(t, diag.Range{})
	}
	if w.roots == 0 && !w.list.HasErrors() {
		w.errorf(0, 0, MalformedXML, "a policy begins with <policies>, a fragment with <fragment>", "the document is empty")
	}
	return w.ok && w.roots > 0
}

func (w *walker) syntaxError(offset int, err error) {
	message := err.Error()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		message = syntax.Msg
	}
	offset = min(offset, len(w.s))
	w.errorf(offset, offset, MalformedXML, "", "%s", message)
}

func (w *walker) token(t xml.Token, at span) {
	switch t := t.(type) {
	case xml.StartElement:
		w.start(at)
	case xml.EndElement:
		w.end(at, qualified(t.Name))
	case xml.CharData:
		w.events = append(w.events, event{textEvent, at})
		if len(w.open) == 0 {
			w.outside(at)
		}
	default:
		w.events = append(w.events, event{otherEvent, at})
	}
}

// outside reports text that is not in the root element.
func (w *walker) outside(at span) {
	text := strings.TrimLeft(string(w.mask[at.start:at.end]), space)
	if text != "" {
		w.errorf(at.end-len(text), at.end-len(text)+len(strings.TrimRight(text, space)), MalformedXML, "", "text outside of the root element")
		w.ok = false
	}
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func (w *walker) start(at span) {
	if w.tag >= len(w.tags) || w.tags[w.tag].start != at.start {
		w.errorf(at.start, at.end, MalformedXML, "", "this tag cannot be read")
		w.ok = false
		return
	}
	t := w.tags[w.tag]
	w.tag++
	if len(w.open) == 0 {
		if w.roots++; w.roots == 2 {
			w.errorf(t.name.start, t.name.end, MalformedXML, "", "a second root element, <%s>", w.s[t.name.start:t.name.end])
			w.ok = false
		}
	}
	w.open = append(w.open, t)
	if len(w.open) == deepest+1 {
		w.errorf(t.name.start, t.name.end, TooDeep, "", "elements nest more than %d deep", deepest)
		w.ok = false
	}
	w.events = append(w.events, event{startEvent, at})
}

// end pairs an end tag with the start tag of its name.
func (w *walker) end(at span, name string) {
	i := len(w.open) - 1
	for i >= 0 && w.name(w.open[i]) != name {
		i--
	}
	if i < 0 {
		w.strayEnd(at, name)
		return
	}
	for _, t := range w.open[i+1:] {
		w.unclosed(t, w.src.Range(at.start, at.end))
	}
	w.open = w.open[:i]
	w.events = append(w.events, event{endEvent, at})
}

func (w *walker) name(t tag) string { return w.s[t.name.start:t.name.end] }

func (w *walker) strayEnd(at span, name string) {
	w.ok = false
	if len(w.open) == 0 {
		w.errorf(at.start, at.end, UnclosedTag, "", "</%s> closes nothing", name)
		return
	}
	t := w.open[len(w.open)-1]
	w.errorf(at.start, at.end, UnclosedTag, "", "</%s> does not close <%s>", name, w.name(t))
	w.relate(t)
}

// unclosed reports a start tag without an end tag; by is the end tag that came instead.
func (w *walker) unclosed(t tag, by diag.Range) {
	w.ok = false
	help := "write </" + w.name(t) + ">, or close it at once: <" + w.name(t) + " />"
	w.errorf(t.name.start, t.name.end, UnclosedTag, help, "<%s> is not closed", w.name(t))
	if !by.IsZero() {
		d := &w.list[len(w.list)-1]
		d.Message += " before " + by.Text()
		d.Related = append(d.Related, diag.Related{Range: by, Message: by.Text() + " is here"})
	}
}

// relate adds where a tag was opened to the last message.
func (w *walker) relate(t tag) {
	d := &w.list[len(w.list)-1]
	d.Related = append(d.Related, diag.Related{
		Range:   w.src.Range(t.name.start, t.name.end),
		Message: "<" + w.name(t) + "> is opened here",
	})
}

// A reader makes elements of the parsed mask, the events and the author's text.
type reader struct {
	*masker
	values NamedValues
	bare   bool // the document has expressions as XML cannot have them
	events []event
	next   int // of events
	tag    int // of tags

	expanded int // bytes that named values made
}

func (r *reader) event() event {
	r.next++
	return r.events[r.next-1]
}

// element makes the element that etree parsed from the next event on.
func (r *reader) element(et *etree.Element, parent *Element) *Element {
	start := r.event()
	for start.kind != startEvent { // white space and comments before the root
		start = r.event()
	}
	t := r.tags[r.tag]
	r.tag++
	e := &Element{
		Name:   et.FullTag(),
		Open:   r.src.Range(t.name.start, t.name.end),
		Parent: parent,
		reader: r,
		inner:  span{start: t.end},
	}
	for _, a := range t.attrs {
		e.Attributes = append(e.Attributes, r.attribute(a, parent != nil && parent.liquid))
	}
	e.liquid = parent != nil && parent.liquid || isLiquid(e)
	content := r.content(t.end, e.liquid)
	for _, child := range et.Child {
		switch child := child.(type) {
		case *etree.Element:
			e.Children = append(e.Children, r.element(child, e))
		case *etree.CharData:
			content.text(r.event().span)
		default:
			r.event()
		}
	}
	end := r.event()
	e.inner.end = max(end.start, e.inner.start)
	e.Range = r.src.Range(t.start, end.end)
	e.Content = content.done()
	return e
}

// isLiquid reports whether the element's text is a Liquid template, whose own {{ }} look
// like named values.
func isLiquid(e *Element) bool {
	a, ok := e.Attr("template")
	return ok && e.Name == "set-body" && strings.EqualFold(strings.Trim(a.Value.String(), space), "liquid")
}

func (r *reader) attribute(a attr, liquid bool) Attribute {
	v := r.value(a.value, liquid)
	return Attribute{
		Name:      r.s[a.name.start:a.name.end],
		NameRange: r.src.Range(a.name.start, a.name.end),
		Value:     v,
	}
}
