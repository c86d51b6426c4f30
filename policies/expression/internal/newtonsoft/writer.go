package newtonsoft

import (
	"encoding/base64"
	"math"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// maxWriteDepth stops the printing of trees that no reader would have made.
const maxWriteDepth = 10000

// Text is C#'s ToString(): the bare value of a JValue, or else indented JSON.
func Text(b *clr.Budget, t JToken) (string, error) {
	v, ok := t.(*JValue)
	if !ok {
		return JSON(b, t, Indented)
	}
	switch v.holds {
	case holdsNothing:
		return "", nil
	case holdsText:
		return v.text, nil
	}
	return clr.ToString(v.Value()), nil
}

// JSON is C#'s ToString(Formatting).
func JSON(b *clr.Budget, t JToken, f Formatting) (string, error) {
	w := writers.Get().(*writer)
	*w = writer{out: w.out[:0], budget: b, indented: f == Indented}
	defer w.release()
	if err := t.write(w, 0); err != nil {
		return "", err
	}
	if err := w.pay(); err != nil {
		return "", err
	}
	return string(w.out), nil
}

// writers are kept with their buffers, unless those are large.
var writers = sync.Pool{New: func() any { return &writer{out: make([]byte, 0, 512)} }}

const keptBuffer = 64 << 10

func (w *writer) release() {
	w.budget = nil
	if cap(w.out) <= keptBuffer {
		writers.Put(w)
	}
}

// A writer builds JSON text.
type writer struct {
	out      []byte
	indented bool
	budget   *clr.Budget
	paid     int
}

// pay takes from the budget what has been written since it last did.
func (w *writer) pay() error {
	if len(w.out) > clr.MaxText {
		return w.budget.Take(int64(len(w.out)))
	}
	if w.budget == nil {
		return nil
	}
	n := len(w.out) - w.paid
	w.paid = len(w.out)
	return w.budget.Take(int64(n))
}

// check keeps a writer within its limits; called once for each container.
func (w *writer) check(depth int) error {
	if depth > maxWriteDepth {
		return &clr.LimitError{What: "a JSON tree is nested too deeply to be written"}
	}
	if len(w.out)-w.paid > 1<<16 {
		return w.pay()
	}
	return nil
}

func (w *writer) line(depth int) {
	if !w.indented {
		return
	}
	w.out = append(w.out, '\n')
	for range depth {
		w.out = append(w.out, ' ', ' ')
	}
}

func (o *JObject) write(w *writer, depth int) error {
	if err := w.check(depth); err != nil {
		return err
	}
	w.out = append(w.out, '{')
	empty := true
	for _, p := range o.props {
		if p.name == commentName {
			if err := p.value.write(w, depth+1); err != nil {
				return err
			}
			continue
		}
		if !empty {
			w.out = append(w.out, ',')
		}
		empty = false
		w.line(depth + 1)
		if err := p.write(w, depth+1); err != nil {
			return err
		}
	}
	if !empty {
		w.line(depth)
	}
	w.out = append(w.out, '}')
	return nil
}

func (p *JProperty) write(w *writer, depth int) error {
	w.string(p.name)
	w.out = append(w.out, ':')
	if w.indented {
		w.out = append(w.out, ' ')
	}
	return p.value.write(w, depth)
}

func (a *JArray) write(w *writer, depth int) error { return w.list('[', ']', a.items, depth) }

func (c *JConstructor) write(w *writer, depth int) error {
	w.out = append(w.out, "new "...)
	w.out = append(w.out, c.name...)
	return w.list('(', ')', c.items, depth)
}

func (w *writer) list(opening, closing byte, items []JToken, depth int) error {
	if err := w.check(depth); err != nil {
		return err
	}
	w.out = append(w.out, opening)
	// To Json.NET a comment is no element: no comma comes before it, nor after it when it is
	// the first.
	empty := true
	for _, t := range items {
		if t.Type() != Comment {
			if !empty {
				w.out = append(w.out, ',')
			}
			empty = false
		}
		w.line(depth + 1)
		if err := t.write(w, depth+1); err != nil {
			return err
		}
	}
	if !empty {
		w.line(depth)
	}
	w.out = append(w.out, closing)
	return nil
}

func (v *JValue) write(w *writer, _ int) error {
	switch v.kind {
	case Comment:
		w.out = append(w.out, "/*"...)
		w.out = append(w.out, v.text...)
		w.out = append(w.out, "*/"...)
	case Raw:
		if v.holds != holdsNothing {
			w.out = append(w.out, clr.ToString(v.Value())...)
		}
	case Undefined:
		w.out = append(w.out, "undefined"...)
	default:
		w.value(v)
	}
	return nil
}

func (w *writer) value(v *JValue) {
	switch v.holds {
	case holdsNothing:
		w.out = append(w.out, "null"...)
	case holdsText:
		w.string(v.text)
	case holdsInteger:
		w.out = strconv.AppendInt(w.out, int64(v.number), 10)
	case holdsDouble:
		w.double(math.Float64frombits(v.number))
	case holdsBoolean:
		w.out = strconv.AppendBool(w.out, v.number != 0)
	case holdsDate:
		w.quote(dateText(v.date()))
	default:
		w.other(v.other)
	}
}

// other writes the values that a JValue does not hold directly.
func (w *writer) other(value any) {
	switch x := value.(type) {
	case BigInteger:
		w.out = x.n.Append(w.out, 10)
	case float32:
		w.float(float64(x), 32)
	case clr.Decimal:
		w.out = appendPlaces(w.out, x.String())
	case []byte:
		w.out = append(w.out, '"')
		w.out = base64.StdEncoding.AppendEncode(w.out, x)
		w.out = append(w.out, '"')
	case clr.DateTimeOffset:
		w.quote(offsetText(x))
	case clr.Enum:
		w.out = strconv.AppendInt(w.out, x.Value, 10)
	case *clr.URI:
		w.string(x.OriginalString())
	case clr.Guid, clr.TimeSpan:
		w.quote(clr.ToString(value))
	default:
		// What is left are the other integers.
		w.out = append(w.out, clr.ToString(value)...)
	}
}

func (w *writer) double(d float64) { w.float(d, 64) }

func (w *writer) float(d float64, bits int) {
	switch {
	case math.IsNaN(d):
		w.quote("NaN")
	case math.IsInf(d, 1):
		w.quote("Infinity")
	case math.IsInf(d, -1):
		w.quote("-Infinity")
	case bits == 32:
		w.out = appendPlaces(w.out, clr.SingleText(float32(d)))
	case d == math.Trunc(d) && math.Abs(d) < 1e15 && (d != 0 || !math.Signbit(d)):
		w.out = strconv.AppendInt(w.out, int64(d), 10)
		w.out = append(w.out, ".0"...)
	default:
		w.out = appendPlaces(w.out, clr.DoubleText(d))
	}
}

// appendPlaces writes a number so that it shows it is no integer.
func appendPlaces(out []byte, number string) []byte {
	out = append(out, number...)
	for i := range len(number) {
		if c := number[i]; c == '.' || c == 'E' || c == 'e' {
			return out
		}
	}
	return append(out, ".0"...)
}

// quote writes text that needs no escapes.
func (w *writer) quote(s string) {
	w.out = append(w.out, '"')
	w.out = append(w.out, s...)
	w.out = append(w.out, '"')
}

func (w *writer) string(s string) {
	w.out = append(w.out, '"')
	w.out = appendEscaped(w.out, s, '"')
	w.out = append(w.out, '"')
}

// plain tells for each ASCII character whether a string holds it as it is, whatever the
// quotes.
var plain = func() (t [utf8.RuneSelf]bool) {
	for c := range t {
		t[c] = c >= ' ' && c != '"' && c != '\'' && c != '\\'
	}
	return t
}()

// appendEscaped writes a string as Json.NET does: it escapes the quote, the backslash,
// control characters, and the line ends of Unicode.
func appendEscaped(out []byte, s string, quote byte) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if !plain[c] {
				if escape := asciiEscape(c, quote); escape != "" {
					out = append(append(out, s[start:i]...), escape...)
					start = i + 1
				}
			}
			i++
			continue
		}
		escape, n := unicodeLineEnd(s[i:])
		if escape != "" {
			out = append(append(out, s[start:i]...), escape...)
			start = i + n
		}
		i += n
	}
	return append(out, s[start:]...)
}

func asciiEscape(c, quote byte) string {
	switch c {
	case '"', '\'':
		if c != quote {
			return ""
		}
		return string([]byte{'\\', c})
	case '\\':
		return `\\`
	case '\b':
		return `\b`
	case '\t':
		return `\t`
	case '\n':
		return `\n`
	case '\f':
		return `\f`
	case '\r':
		return `\r`
	}
	const digits = "0123456789abcdef"
	return `\u00` + string([]byte{digits[c>>4], digits[c&15]})
}

// unicodeLineEnd returns the escape of a line end, or "", and the bytes to pass.
func unicodeLineEnd(s string) (string, int) {
	switch {
	case len(s) >= 2 && s[0] == 0xc2 && s[1] == 0x85:
		return `\u0085`, 2
	case len(s) >= 3 && s[0] == 0xe2 && s[1] == 0x80 && s[2] == 0xa8:
		return `\u2028`, 3
	case len(s) >= 3 && s[0] == 0xe2 && s[1] == 0x80 && s[2] == 0xa9:
		return `\u2029`, 3
	}
	return "", 1
}
