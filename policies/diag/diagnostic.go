package diag

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// A Severity says what a message means for what is being loaded.
type Severity int

const (
	// Error: what the message is about cannot be used.
	Error Severity = iota
	// Warning: it is used, but probably not as its author meant.
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// A Code names a kind of mistake, in kebab-case, such as "unknown-attribute". Codes are
// stable: tools and documentation refer to them.
type Code string

// A Diagnostic is one message about what an author wrote.
type Diagnostic struct {
	Severity Severity
	Code     Code
	// Range is where the mistake is; zero when it has no place.
	Range Range
	// Message is one lower-case line without a period, in the author's words.
	Message string
	// Help says what to write instead; may be empty.
	Help string
	// Related are other places that belong to the message, such as where a fragment
	// with the mistake was included.
	Related []Related
}

// Related is a second place of a message.
type Related struct {
	Range   Range
	Message string
}

// Where is "file:line:column", or "" for a message without a place.
func (d Diagnostic) Where() string { return where(d.Range) }

func where(r Range) string {
	if r.IsZero() {
		return ""
	}
	p := r.Position()
	return fmt.Sprintf("%s:%d:%d", r.Source.Name(), p.Line, p.Column)
}

// Error returns the message on one line: place, message and code. It makes a
// Diagnostic an error.
func (d Diagnostic) Error() string {
	var b strings.Builder
	if w := d.Where(); w != "" {
		b.WriteString(w)
		b.WriteString(": ")
	}
	if d.Severity == Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(d.Message)
	if d.Code != "" {
		fmt.Fprintf(&b, " [%s]", d.Code)
	}
	return b.String()
}

// String returns the message as it is shown to people: the line of Error, the line of
// the source with the place marked, the help, and the related places.
func (d Diagnostic) String() string {
	var b strings.Builder
	b.WriteString(d.Error())
	b.WriteByte('\n')
	if !d.Range.IsZero() {
		excerpt(&b, d.Range)
	}
	if d.Help != "" {
		fmt.Fprintf(&b, "   %s\n", d.Help)
	}
	for _, r := range d.Related {
		fmt.Fprintf(&b, "   %s: %s\n", where(r.Range), r.Message)
	}
	return b.String()
}

// widest is how many characters of a line are shown; longer lines are cut around the
// place.
const widest = 160

func excerpt(b *strings.Builder, r Range) {
	p := r.Position()
	line := strings.ReplaceAll(r.Source.Line(p.Line), "\t", " ")
	column := p.Column - 1
	length := utf8.RuneCountInString(r.Text())
	if i := strings.IndexByte(r.Text(), '\n'); i >= 0 {
		length = utf8.RuneCountInString(r.Text()[:i])
	}
	runes := []rune(line)
	if len(runes) > widest {
		from := max(0, min(column-widest/4, len(runes)-widest))
		runes = runes[from:min(len(runes), from+widest)]
		column -= from
	}
	length = max(1, min(length, len(runes)-column))
	number := fmt.Sprintf("%5d | ", p.Line)
	fmt.Fprintf(b, "%s%s\n", number, string(runes))
	fmt.Fprintf(b, "%s%s%s\n", strings.Repeat(" ", len(number)-2)+"| ", strings.Repeat(" ", column), strings.Repeat("^", length))
}

// A List collects messages. The zero List is empty and ready.
type List []Diagnostic

// Errorf adds an error at a place.
func (l *List) Errorf(r Range, code Code, format string, args ...any) {
	*l = append(*l, Diagnostic{Severity: Error, Code: code, Range: r, Message: fmt.Sprintf(format, args...)})
}

// Warnf adds a warning at a place.
func (l *List) Warnf(r Range, code Code, format string, args ...any) {
	*l = append(*l, Diagnostic{Severity: Warning, Code: code, Range: r, Message: fmt.Sprintf(format, args...)})
}

// HasErrors reports whether any message is an error.
func (l List) HasErrors() bool {
	for _, d := range l {
		if d.Severity == Error {
			return true
		}
	}
	return false
}

// Sort orders the messages by source name, then by position; messages of one place keep
// their order. Messages said twice are dropped.
func (l *List) Sort() {
	sort.SliceStable(*l, func(i, j int) bool {
		a, b := (*l)[i].Range, (*l)[j].Range
		an, bn := sourceName(a), sourceName(b)
		if an != bn {
			return an < bn
		}
		return a.Start < b.Start
	})
	out := (*l)[:0]
	for i, d := range *l {
		if i > 0 {
			p := out[len(out)-1]
			if p.Range == d.Range && p.Message == d.Message && p.Code == d.Code {
				continue
			}
		}
		out = append(out, d)
	}
	*l = out
}

func sourceName(r Range) string {
	if r.Source == nil {
		return ""
	}
	return r.Source.Name()
}

// String returns all messages as people read them.
func (l List) String() string {
	var b strings.Builder
	for _, d := range l {
		b.WriteString(d.String())
	}
	return b.String()
}

// Err returns the list as an error, or nil when it holds no error.
func (l List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return listError(l)
}

type listError List

func (l listError) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

func (l listError) Unwrap() []error {
	errs := make([]error, len(l))
	for i, d := range l {
		errs[i] = d
	}
	return errs
}
