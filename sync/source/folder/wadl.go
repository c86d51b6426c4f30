package folder

import (
	"encoding/xml"
	"strings"

	"github.com/apimgw/apimgw/sync/catalog"
)

// wadl is what matters of a WADL document.
type wadl struct {
	XMLName   xml.Name `xml:"application"`
	Resources []struct {
		Base string `xml:"base,attr"`
		wadlResource
	} `xml:"resources"`
}

type wadlResource struct {
	Path      string         `xml:"path,attr"`
	Params    []wadlParam    `xml:"param"`
	Methods   []wadlMethod   `xml:"method"`
	Resources []wadlResource `xml:"resource"`
}

type wadlMethod struct {
	ID     string      `xml:"id,attr"`
	Name   string      `xml:"name,attr"`
	Params []wadlParam `xml:"request>param"`
	Doc    struct {
		Title string `xml:"title,attr"`
	} `xml:"doc"`
}

type wadlParam struct {
	Name     string `xml:"name,attr"`
	Style    string `xml:"style,attr"`
	Required string `xml:"required,attr"`
}

// readWADL reads the operations of a WADL document. translate makes required query
// parameters part of the template.
func readWADL(f *file, translate bool) *contract {
	c := &contract{}
	var doc wadl
	if err := readXML(f, &doc); err != nil {
		c.errorf(f, xmlPlace(f, err), "this is not a WADL document: %v", err)
		return c
	}
	for i := range doc.Resources {
		r := &doc.Resources[i]
		if c.serviceURL == "" {
			c.serviceURL = strings.TrimRight(r.Base, "/")
		}
		c.resource(f, &r.wadlResource, "", nil, translate)
	}
	c.nameOperations()
	return c
}

// resource adds the methods of a resource and of those below it.
func (c *contract) resource(f *file, r *wadlResource, above string, params []wadlParam, translate bool) {
	path := above
	if p := strings.Trim(r.Path, "/"); p != "" {
		path += "/" + p
	}
	params = append(params[:len(params):len(params)], r.Params...)
	for _, m := range r.Methods {
		c.operations = append(c.operations, contractOperation{
			Operation: catalog.Operation{
				DisplayName: m.title(), Method: strings.ToUpper(m.Name),
				URLTemplate: join(path+slash(path), requiredQuery(append(params[:len(params):len(params)], m.Params...), translate)),
				Place:       placeOf(f.quoted(`"` + r.Path + `"`)),
			},
			written: m.ID,
		})
	}
	for i := range r.Resources {
		c.resource(f, &r.Resources[i], path, params, translate)
	}
}

func slash(path string) string {
	if path == "" {
		return "/"
	}
	return ""
}

func (m *wadlMethod) title() string {
	if m.Doc.Title != "" {
		return cut(m.Doc.Title, 300)
	}
	return m.ID
}

func requiredQuery(params []wadlParam, translate bool) []string {
	var out []string
	for _, p := range params {
		if translate && p.Style == "query" && p.Required == "true" {
			out = append(out, p.Name+"={"+p.Name+"}")
		}
	}
	return out
}
