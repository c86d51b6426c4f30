package folder

import (
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

// wsdl is what matters of a WSDL 1.1 document: which SOAP actions there are, and where.
type wsdl struct {
	XMLName  xml.Name `xml:"definitions"`
	Bindings []struct {
		Name       string          `xml:"name,attr"`
		SOAP11     *struct{}       `xml:"http://schemas.xmlsoap.org/wsdl/soap/ binding"`
		SOAP12     *struct{}       `xml:"http://schemas.xmlsoap.org/wsdl/soap12/ binding"`
		Operations []wsdlOperation `xml:"operation"`
	} `xml:"binding"`
	Services []struct {
		Name  string     `xml:"name,attr"`
		Ports []wsdlPort `xml:"port"`
	} `xml:"service"`
}

type wsdlOperation struct {
	Name   string      `xml:"name,attr"`
	SOAP11 *soapAction `xml:"http://schemas.xmlsoap.org/wsdl/soap/ operation"`
	SOAP12 *soapAction `xml:"http://schemas.xmlsoap.org/wsdl/soap12/ operation"`
}

type soapAction struct {
	Action string `xml:"soapAction,attr"`
}

type wsdlPort struct {
	Name    string `xml:"name,attr"`
	Binding string `xml:"binding,attr"`
	Address struct {
		Location string `xml:"location,attr"`
	} `xml:"address"`
}

// readWSDL reads the operations of one endpoint of a WSDL document: the one that is named,
// or the first that speaks SOAP.
func readWSDL(f *file, service, endpoint string) *contract {
	c := &contract{}
	var doc wsdl
	if err := readXML(f, &doc); err != nil {
		c.errorf(f, xmlPlace(f, err), "this is not a WSDL 1.1 document: %v", err)
		return c
	}
	port, operations := doc.port(service, endpoint)
	if port == nil {
		c.errorf(f, diag.Range{}, "the WSDL document has no service with an endpoint that speaks SOAP%s", selected(service, endpoint))
		return c
	}
	c.serviceURL = port.Address.Location
	actions := map[string]string{}
	for _, op := range operations {
		action := op.action()
		if first, twice := actions[action]; twice {
			c.diags.Warnf(f.quoted(`"`+op.Name+`"`), CodeDuplicate, "the operations %q and %q have the same SOAP action %q: requests for either run as %q", first, op.Name, action, first)
			continue
		}
		actions[action] = op.Name
		c.operations = append(c.operations, contractOperation{
			Operation: catalog.Operation{
				DisplayName: op.Name, Method: "POST", URLTemplate: "/?soapAction=" + action,
				Place: placeOf(f.quoted(`"` + cmp.Or(action, op.Name) + `"`)),
			},
			written: op.Name,
		})
	}
	c.nameOperations()
	return c
}

func selected(service, endpoint string) string {
	if service == "" && endpoint == "" {
		return ""
	}
	return " and is the one of wsdlSelector"
}

// port finds an endpoint and the operations of its binding.
func (w *wsdl) port(service, endpoint string) (*wsdlPort, []wsdlOperation) {
	for _, s := range w.Services {
		if service != "" && s.Name != service {
			continue
		}
		for i := range s.Ports {
			p := &s.Ports[i]
			if endpoint != "" && p.Name != endpoint {
				continue
			}
			for _, b := range w.Bindings {
				if b.Name == localName(p.Binding) && (b.SOAP11 != nil || b.SOAP12 != nil) {
					return p, b.Operations
				}
			}
		}
	}
	return nil, nil
}

func (o *wsdlOperation) action() string {
	switch {
	case o.SOAP11 != nil:
		return o.SOAP11.Action
	case o.SOAP12 != nil:
		return o.SOAP12.Action
	}
	return ""
}

func localName(name string) string { return name[strings.IndexByte(name, ':')+1:] }

// readXML reads a document. Files that are not UTF-8 are refused before, so what charset it
// says it is in does not count.
func readXML(f *file, into any) error {
	d := xml.NewDecoder(strings.NewReader(f.text))
	d.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	return d.Decode(into)
}

// xmlPlace is the line that an error of the XML decoder is about.
func xmlPlace(f *file, err error) diag.Range {
	var syntax *xml.SyntaxError
	if !errors.As(err, &syntax) {
		return diag.Range{}
	}
	start := offset(f.source, syntax.Line, 1)
	return f.source.Range(start, start+len(f.source.Line(syntax.Line)))
}
