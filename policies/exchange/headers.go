package exchange

import "strings"

// A Field is a name and a value: a header line, a parameter, a metadata entry.
type Field struct{ Name, Value string }

// Headers are the header lines of a message in their order. Names compare without
// regard to case. The zero Headers is empty and ready.
type Headers struct{ fields []Field }

// NewHeaders makes headers of lines as they were received; it keeps the slice.
func NewHeaders(fields []Field) Headers { return Headers{fields: fields} }

// Fields are all lines in order. The slice belongs to the headers: do not change it.
func (h *Headers) Fields() []Field { return h.fields }

// Has reports whether there is a line of that name.
func (h *Headers) Has(name string) bool {
	_, ok := h.First(name)
	return ok
}

// First returns the value of the first line of that name.
func (h *Headers) First(name string) (string, bool) {
	for i := range h.fields {
		if equalName(h.fields[i].Name, name) {
			return h.fields[i].Value, true
		}
	}
	return "", false
}

// Values of all lines of that name, in order; nil when there is none.
func (h *Headers) Values(name string) []string {
	var out []string
	for i := range h.fields {
		if equalName(h.fields[i].Name, name) {
			out = append(out, h.fields[i].Value)
		}
	}
	return out
}

// Joined returns the values of all lines of that name, joined with commas, and whether
// there is one. It allocates only when there are several.
func (h *Headers) Joined(name string) (string, bool) {
	first, found := "", false
	for i := range h.fields {
		if !equalName(h.fields[i].Name, name) {
			continue
		}
		if found {
			return strings.Join(h.Values(name), ","), true
		}
		first, found = h.fields[i].Value, true
	}
	return first, found
}

// Set replaces all lines of that name by one line for each value. Without values it
// removes them.
func (h *Headers) Set(name string, values ...string) {
	out := h.fields[:0:0]
	placed := false
	for _, f := range h.fields {
		if !equalName(f.Name, name) {
			out = append(out, f)
			continue
		}
		if !placed {
			placed = true
			for _, v := range values {
				out = append(out, Field{name, v})
			}
		}
	}
	if !placed {
		for _, v := range values {
			out = append(out, Field{name, v})
		}
	}
	h.fields = out
}

// Add appends a line for each value behind the existing ones.
func (h *Headers) Add(name string, values ...string) {
	out := make([]Field, len(h.fields), len(h.fields)+len(values))
	copy(out, h.fields)
	for _, v := range values {
		out = append(out, Field{name, v})
	}
	h.fields = out
}

// Remove removes all lines of that name.
func (h *Headers) Remove(name string) {
	if h.Has(name) {
		h.Set(name)
	}
}

// Clone returns a copy whose changes are its own.
func (h *Headers) Clone() Headers {
	return Headers{fields: append([]Field(nil), h.fields...)}
}

// equalName compares ASCII names without regard to case; the usual case, equal bytes,
// is fast.
func equalName(a, b string) bool {
	return len(a) == len(b) && (a == b || strings.EqualFold(a, b))
}
