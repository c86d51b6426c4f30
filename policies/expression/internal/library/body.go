package library

import (
	"errors"
	"mime"
	"net/http"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A MessageBody is the body of a message, with the headers that tell how it is encoded.
type MessageBody struct {
	body    *exchange.Body
	headers *exchange.Headers
}

func bodyOf(message any) any {
	switch m := message.(type) {
	case *exchange.Request:
		if m.Body.Present() {
			return &MessageBody{&m.Body, &m.Headers}
		}
	case *exchange.Response:
		return &MessageBody{&m.Body, &m.Headers}
	}
	return nil
}

func reasonOf(r *exchange.Response) string {
	if r.Reason != "" {
		return r.Reason
	}
	return http.StatusText(r.StatusCode)
}

func messageBodyClass() *Class {
	const taken = " Unless preserveContent is true the message goes on without it."
	return &Class{
		Name: "IMessageBody", Kind: types.Interface, Go: TypeFor[*MessageBody](), Doc: "The body of a message.",
		Members: []Member{
			M("T As<T>(bool preserveContent = false)", "The body as "+BodyTypes+"."+taken, C2(bodyAs),
				`(string)context.Request.Body.As<JObject>()["a"] => "1"`,
				`context.Request.Body.As<JArray>() => JsonReaderException: The message body is not a valid JSON. Error reading JArray from JsonReader. Current JsonReader item is not an array: StartObject. Path '', line 1, position 1.`),
			M("JToken AsJToken(bool preserveContent = false)", "The body as JSON."+taken, C2(func(c Call, b *MessageBody, keep bool) (any, error) { return b.json(c, keep, "JToken") })),
			M("JObject AsJObject(bool preserveContent = false)", "The body as a JSON object."+taken, C2(func(c Call, b *MessageBody, keep bool) (any, error) { return b.json(c, keep, "JObject") })),
			M("JArray AsJArray(bool preserveContent = false)", "The body as a JSON array."+taken, C2(func(c Call, b *MessageBody, keep bool) (any, error) { return b.json(c, keep, "JArray") })),
			M("IDictionary<string, IList<string>> AsFormUrlEncodedContent(bool preserveContent = false)", "The fields of a form."+taken, C2(formContent)),
		},
	}
}

// BodyTypes names what a body can be read as.
const BodyTypes = "string, byte[], JObject, JArray, JToken, XElement, XDocument or XNode"

// IsBodyClass reports whether a body can be read as the class of that name.
func IsBodyClass(name string) bool {
	switch name {
	case "JToken", "JObject", "JArray", "XElement", "XDocument", "XNode":
		return true
	}
	return false
}

func bodyAs(c Call, b *MessageBody, keep bool) (any, error) {
	t := c.TypeArgs[0]
	switch {
	case t.Kind == types.String:
		return b.text(c, keep)
	case types.Identical(t, types.ByteArray):
		return b.bytes(c, keep)
	case t.Def == nil:
	case t.Def.Name == "JToken", t.Def.Name == "JObject", t.Def.Name == "JArray":
		return b.json(c, keep, t.Def.Name)
	case t.Def.Name == "XElement", t.Def.Name == "XDocument", t.Def.Name == "XNode":
		return b.xml(c, keep, t.Def.Name)
	}
	return nil, clr.ClassNotSupported.Throwf("a body is not read as %s, but as %s", t, BodyTypes)
}

func (b *MessageBody) bytes(c Call, keep bool) ([]byte, error) {
	read := b.body.Take
	if keep {
		read = b.body.Bytes
	}
	content, err := read(c.Context)
	if errors.Is(err, exchange.ErrBodyTaken) {
		return nil, clr.ClassMessageBodyConsumed.New()
	}
	if err != nil {
		return nil, err
	}
	if err := c.Budget().Take(int64(len(content))); err != nil {
		return nil, err
	}
	if content == nil {
		content = []byte{}
	}
	if keep {
		content = append(make([]byte, 0, len(content)), content...)
	}
	return content, nil
}

func (b *MessageBody) text(c Call, keep bool) (string, error) {
	content, err := b.bytes(c, keep)
	if err != nil {
		return "", err
	}
	contentType, _ := b.headers.First("content-type")
	return BodyText(c.Budget(), content, contentType)
}

// BodyText is the text of a body in the encoding that its content type names: UTF-8 when it
// names none, or none that is known.
func BodyText(budget *clr.Budget, content []byte, contentType string) (string, error) {
	return bodyEncoding(contentType).Text(budget, withoutMark(content))
}

// withoutMark drops the byte order mark of UTF-8.
func withoutMark(content []byte) []byte {
	if len(content) >= 3 && content[0] == 0xEF && content[1] == 0xBB && content[2] == 0xBF {
		return content[3:]
	}
	return content
}

func bodyEncoding(contentType string) *clr.Encoding {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return clr.EncodingUTF8
	}
	if e, err := clr.FindEncoding(params["charset"]); err == nil && e != nil {
		return e
	}
	return clr.EncodingUTF8
}

func (b *MessageBody) json(c Call, keep bool, class string) (any, error) {
	text, err := b.text(c, keep)
	if err != nil {
		return nil, err
	}
	v, err := parseJSON(text, class, newtonsoft.ReadOptions{Budget: c.Budget()})
	if e := clr.AsException(err); e != nil && e.IsA(clr.ClassJSON) {
		return nil, &clr.Exception{Class: e.Class, Message: "The message body is not a valid JSON. " + e.Message, Inner: e}
	}
	return v, err
}

func parseJSON(text, class string, o newtonsoft.ReadOptions) (any, error) {
	switch class {
	case "JObject":
		return orNil(newtonsoft.ParseObject(text, o))
	case "JArray":
		return orNil(newtonsoft.ParseArray(text, o))
	}
	return newtonsoft.Parse(text, o)
}

// orNil drops the nil pointer that comes with an error.
func orNil[T any](v *T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (b *MessageBody) xml(c Call, keep bool, class string) (any, error) {
	text, err := b.text(c, keep)
	if err != nil {
		return nil, err
	}
	if class == "XDocument" {
		return orNil(linqxml.ParseDocument(c.Budget(), text, linqxml.DropWhiteSpace))
	}
	return orNil(linqxml.ParseElement(c.Budget(), text, linqxml.DropWhiteSpace))
}

// formContent reads the fields of application/x-www-form-urlencoded content, in order. The
// dictionary is the author's to change: ToFormUrlEncodedContent writes what it has become.
func formContent(c Call, b *MessageBody, keep bool) (*Dict, error) {
	text, err := b.text(c, keep)
	if err != nil {
		return nil, err
	}
	fields := newDict(types.StringType, types.IList.Of(types.StringType), nil)
	u := exchange.URL{Query: text}
	for name, value := range u.Parameters {
		values, ok := fields.Get(name)
		if !ok {
			values = &List{Elem: types.StringType}
			fields.set(name, values)
		}
		if err := values.(*List).add(c, value); err != nil {
			return nil, err
		}
	}
	return fields, c.Budget().Take(int64(fields.Len()) * entrySize)
}
