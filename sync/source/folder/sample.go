package folder

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// sample makes a text of a schema, as mock-response answers where there is no example: a
// JSON text, or for other content types the text of a simple value. It is empty when the
// schema or the content type does not allow one.
func sample(ref *openapi3.SchemaRef, contentType string) string {
	s := sampler{}
	v := s.value(ref)
	if v == nil {
		return ""
	}
	if jsonType(contentType) {
		return string(v)
	}
	var simple string
	if json.Unmarshal(v, &simple) == nil {
		return simple
	}
	if v[0] != '{' && v[0] != '[' {
		return string(v)
	}
	return ""
}

// jsonType reports whether a content type is JSON.
func jsonType(contentType string) bool {
	t, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	t = strings.TrimSpace(t)
	return t == "application/json" || t == "text/json" || t == "*/*" || strings.HasSuffix(t, "+json")
}

// deepestSample is how many levels of objects and lists a sample has.
const deepestSample = 12

// A sampler makes one value of a schema. The way down to where it is keeps it from going
// round in circles.
type sampler struct {
	way []*openapi3.Schema
}

// value is the JSON of a schema's sample; nil when there can be none.
func (s *sampler) value(ref *openapi3.SchemaRef) json.RawMessage {
	if ref == nil || ref.Value == nil || len(s.way) > deepestSample || slices.Contains(s.way, ref.Value) {
		return nil
	}
	schema := ref.Value
	s.way = append(s.way, schema)
	defer func() { s.way = s.way[:len(s.way)-1] }()
	for _, given := range givenValues(schema) {
		if text, err := json.Marshal(given); given != nil && err == nil {
			return text
		}
	}
	for _, choice := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		if len(choice) > 0 && schema.Properties == nil {
			return s.value(choice[0])
		}
	}
	switch {
	case schema.Type.Includes(openapi3.TypeObject), len(schema.Properties) > 0, len(schema.AllOf) > 0:
		return s.object(schema)
	case schema.Type.Includes(openapi3.TypeArray):
		return s.array(schema)
	}
	return simpleValue(schema)
}

// givenValues are the values that a schema names itself, best first.
func givenValues(schema *openapi3.Schema) []any {
	out := []any{schema.Example}
	out = append(out, schema.Examples...)
	out = append(out, schema.Default, schema.Const)
	return append(out, schema.Enum...)
}

func (s *sampler) array(schema *openapi3.Schema) json.RawMessage {
	item := s.value(schema.Items)
	if item == nil {
		return json.RawMessage("[]")
	}
	return slices.Concat([]byte("["), item, []byte("]"))
}

// object makes an object of the properties, those of allOf first, in the order of the
// document.
func (s *sampler) object(schema *openapi3.Schema) json.RawMessage {
	var out bytes.Buffer
	out.WriteByte('{')
	seen := map[string]bool{}
	s.members(&out, schema, seen)
	out.WriteByte('}')
	if len(schema.AllOf) == 1 && len(seen) == 0 {
		return s.value(schema.AllOf[0])
	}
	return out.Bytes()
}

func (s *sampler) members(out *bytes.Buffer, schema *openapi3.Schema, seen map[string]bool) {
	for _, part := range schema.AllOf {
		if part != nil && part.Value != nil && !slices.Contains(s.way, part.Value) {
			s.way = append(s.way, part.Value)
			s.members(out, part.Value, seen)
			s.way = s.way[:len(s.way)-1]
		}
	}
	names := slices.SortedFunc(maps.Keys(schema.Properties), func(a, b string) int {
		return cmp.Or(cmp.Compare(schemaLine(schema.Properties[a]), schemaLine(schema.Properties[b])), cmp.Compare(a, b))
	})
	for _, name := range names {
		property := schema.Properties[name]
		if property == nil || seen[name] || property.Value != nil && property.Value.WriteOnly {
			continue
		}
		v := s.value(property)
		if v == nil {
			continue
		}
		if len(seen) > 0 {
			out.WriteByte(',')
		}
		seen[name] = true
		fmt.Fprintf(out, "%s:%s", quoteJSON(name), v)
	}
}

func schemaLine(ref *openapi3.SchemaRef) int {
	if ref == nil {
		return 0
	}
	if ref.Origin != nil {
		return line(ref.Origin)
	}
	if ref.Value == nil {
		return 0
	}
	return line(ref.Value.Origin)
}

// textSamples are samples of texts by their format.
var textSamples = map[string]string{
	"date":      "2026-01-31",
	"date-time": "2026-01-31T12:00:00Z",
	"time":      "12:00:00Z",
	"duration":  "PT1H",
	"uuid":      "3fa85f64-5717-4562-b3fc-2c963f66afa6",
	"email":     "user@example.com",
	"hostname":  "example.com",
	"ipv4":      "192.0.2.1",
	"ipv6":      "2001:db8::1",
	"uri":       "https://example.com",
	"url":       "https://example.com",
	"byte":      "c2FtcGxl",
}

func simpleValue(schema *openapi3.Schema) json.RawMessage {
	switch {
	case schema.Type.Includes(openapi3.TypeString):
		if v, ok := textSamples[schema.Format]; ok {
			return json.RawMessage(quoteJSON(v))
		}
		return json.RawMessage(`"string"`)
	case schema.Type.Includes(openapi3.TypeInteger), schema.Type.Includes(openapi3.TypeNumber):
		if schema.Min != nil {
			return json.RawMessage(fmt.Sprint(*schema.Min))
		}
		return json.RawMessage("0")
	case schema.Type.Includes(openapi3.TypeBoolean):
		return json.RawMessage("true")
	}
	return nil
}

// valueText is an example of a document as it is sent.
func valueText(v any, contentType string) string {
	s, simple := v.(string)
	switch {
	case simple && jsonType(contentType):
		return jsonText(s)
	case simple:
		return s
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// jsonText is a text as the example of a JSON body: as it is when it is JSON, which is how
// API Management writes examples; quoted when it is not.
func jsonText(s string) string {
	if t := strings.TrimSpace(s); t != "" && json.Valid([]byte(t)) {
		return s
	}
	return quoteJSON(s)
}

func quoteJSON(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return `""` // cannot be: every string has a JSON form
	}
	return string(text)
}
