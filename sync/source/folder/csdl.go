package folder

import (
	"encoding/json"
	"encoding/xml"
	"maps"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

// csdl is what matters of the metadata of an OData service: what its container exposes.
type csdl struct {
	XMLName    xml.Name        `xml:"Edmx"`
	Containers []csdlContainer `xml:"DataServices>Schema>EntityContainer"`
}

type csdlContainer struct {
	EntitySets      []exposed `xml:"EntitySet"`
	Singletons      []exposed `xml:"Singleton"`
	FunctionImports []exposed `xml:"FunctionImport"`
	ActionImports   []exposed `xml:"ActionImport"`
}

// exposed is something with a name in the URLs of an OData service.
type exposed struct {
	Name string `xml:"Name,attr"`
	// Method of a function import of OData 2 and 3.
	Method string `xml:"HttpMethod,attr"`
}

// Methods of what an OData service exposes. Actions and functions bound to entities stand
// below these.
var (
	ofEntities = []string{"GET", "POST", "PUT", "PATCH", "MERGE", "DELETE"}
	ofFunction = []string{"GET"}
	ofAction   = []string{"POST"}
)

// readCSDL reads the operations of an OData service: those of its entity sets, singletons,
// functions and actions, the service document, its metadata and batches.
func readCSDL(f *file) *contract {
	c := &contract{}
	containers, err := containersOf(f)
	if err != nil {
		c.errorf(f, xmlPlace(f, err), "this is not the metadata of an OData service: %v", err)
		return c
	}
	if len(containers) == 0 {
		c.errorf(f, diag.Range{}, "the metadata have no EntityContainer, so the service exposes nothing")
		return c
	}
	for _, container := range containers {
		c.container(f, &container)
	}
	c.odata(f, "service document", ofFunction, "/")
	for _, fixed := range []struct{ name, method string }{{"$metadata", "GET"}, {"$batch", "POST"}, {"$all", "GET"}, {"$entity", "GET"}} {
		c.odata(f, fixed.name, []string{fixed.method}, "/"+fixed.name+"/*")
	}
	c.odata(f, "$crossjoin", ofFunction, "/$crossjoin({sets})")
	c.nameOperations()
	return c
}

func (c *contract) container(f *file, k *csdlContainer) {
	for _, s := range k.EntitySets {
		c.odata(f, s.Name, ofEntities, "/"+s.Name+"/*", "/"+s.Name+"({key})/*")
	}
	for _, s := range k.Singletons {
		c.odata(f, s.Name, ofEntities, "/"+s.Name+"/*")
	}
	for _, i := range k.FunctionImports {
		methods := ofFunction
		if i.Method != "" {
			methods = []string{strings.ToUpper(i.Method)}
		}
		c.odata(f, i.Name, methods, "/"+i.Name+"/*", "/"+i.Name+"({parameters})/*")
	}
	for _, i := range k.ActionImports {
		c.odata(f, i.Name, ofAction, "/"+i.Name+"/*")
	}
}

// odata adds the operations of one name, which may be called below it as well: OData's paths
// lead from entity to entity.
func (c *contract) odata(f *file, name string, methods []string, templates ...string) {
	for _, method := range methods {
		for i, template := range templates {
			title := method + " " + name
			if i > 0 {
				title += " by key"
			}
			c.operations = append(c.operations, contractOperation{
				Operation: catalog.Operation{DisplayName: title, Method: method, URLTemplate: template, Place: placeOf(f.quoted(`"` + name + `"`))},
				written:   title,
			})
		}
	}
}

// containersOf the metadata, in XML or JSON.
func containersOf(f *file) ([]csdlContainer, error) {
	if strings.HasPrefix(strings.TrimSpace(f.text), "{") {
		return containersOfJSON(f.text)
	}
	var doc csdl
	err := readXML(f, &doc)
	return doc.Containers, err
}

// containersOfJSON reads the JSON form of metadata: a member for each schema, in which one
// is the container. What begins with a dollar sign is no name.
func containersOfJSON(text string) ([]csdlContainer, error) {
	var schemas map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &schemas); err != nil {
		return nil, err
	}
	var out []csdlContainer
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		var elements map[string]json.RawMessage
		if strings.HasPrefix(name, "$") || json.Unmarshal(schemas[name], &elements) != nil {
			continue // a setting of the document
		}
		for _, element := range slices.Sorted(maps.Keys(elements)) {
			var members map[string]json.RawMessage
			if json.Unmarshal(elements[element], &members) == nil && string(members["$Kind"]) == `"EntityContainer"` {
				out = append(out, containerOfJSON(members))
			}
		}
	}
	return out, nil
}

func containerOfJSON(members map[string]json.RawMessage) csdlContainer {
	var k csdlContainer
	for _, name := range slices.Sorted(maps.Keys(members)) {
		var m map[string]json.RawMessage
		if strings.ContainsAny(name, "$@") || json.Unmarshal(members[name], &m) != nil {
			continue // a setting or an annotation
		}
		e := exposed{Name: name}
		switch {
		case m["$Function"] != nil:
			k.FunctionImports = append(k.FunctionImports, e)
		case m["$Action"] != nil:
			k.ActionImports = append(k.ActionImports, e)
		case string(m["$Collection"]) == "true":
			k.EntitySets = append(k.EntitySets, e)
		default:
			k.Singletons = append(k.Singletons, e)
		}
	}
	return k
}
