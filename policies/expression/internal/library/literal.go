package library

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// Literal shows a value as documentation and tests write it: texts and characters in
// quotes, arrays and other sequences in brackets, everything else as its text.
func Literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return quote(v)
	case bool:
		if v {
			return "true"
		}
		return "false"
	case clr.Char:
		return "'" + v.String() + "'"
	case []byte:
		return literals(each0(v))
	case Enumerable:
		return literals(each0(v))
	}
	if l := lookupOf(v); l != nil {
		return literals(each0(v))
	}
	return clr.ToString(v)
}

// each0 goes through something that is enumerable.
func each0(v any) func(func(any) error) error {
	return func(f func(any) error) error { return each(v, f) }
}

func literals(run func(func(any) error) error) string {
	var parts []string
	err := run(func(item any) error {
		parts = append(parts, Literal(item))
		return nil
	})
	if err != nil && !errors.Is(err, ErrStop) {
		parts = append(parts, "!"+err.Error())
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `"` + s + `"`
	}
	return strings.TrimSuffix(b.String(), "\n")
}
