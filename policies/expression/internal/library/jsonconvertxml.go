package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/xmldom"
)

// jsonConvertXML are the members of JsonConvert that make JSON of XML and XML of JSON. API
// Management's allow-list has none of them.
func jsonConvertXML() []Member {
	const omit = " Without the outermost element's name, if that is left out."
	return []Member{
		M("static string SerializeXNode(XObject node)", "The JSON text of XML, on one line.",
			C1(func(c Call, n linqxml.Object) (string, error) { return serializeXNode(c, n, newtonsoft.Compact, false) }),
			`JsonConvert.SerializeXNode(XElement.Parse("<a b='1'><c>2</c></a>")) => "{\"a\":{\"@b\":\"1\",\"c\":\"2\"}}"`).Denied(),
		M("static string SerializeXNode(XObject node, Newtonsoft.Json.Formatting formatting)", "The JSON text of XML.",
			C2(func(c Call, n linqxml.Object, f newtonsoft.Formatting) (string, error) {
				return serializeXNode(c, n, f, false)
			})).Denied(),
		M("static string SerializeXNode(XObject node, Newtonsoft.Json.Formatting formatting, bool omitRootObject)", "The JSON text of XML."+omit,
			C3(serializeXNode)).Denied(),
		M("static string SerializeXmlNode(System.Xml.XmlNode node)", "The JSON text of XML, on one line.",
			C1(func(c Call, n xmldom.Node) (string, error) { return serializeXMLNode(c, n, newtonsoft.Compact, false) }),
			`@{ var d = new XmlDocument(); d.LoadXml("<a><b>1</b><b>2</b></a>"); return JsonConvert.SerializeXmlNode(d); } => "{\"a\":{\"b\":[\"1\",\"2\"]}}"`).Denied(),
		M("static string SerializeXmlNode(System.Xml.XmlNode node, Newtonsoft.Json.Formatting formatting)", "The JSON text of XML.",
			C2(func(c Call, n xmldom.Node, f newtonsoft.Formatting) (string, error) {
				return serializeXMLNode(c, n, f, false)
			})).Denied(),
		M("static string SerializeXmlNode(System.Xml.XmlNode node, Newtonsoft.Json.Formatting formatting, bool omitRootObject)", "The JSON text of XML."+omit,
			C3(serializeXMLNode)).Denied(),
		M("static XDocument DeserializeXNode(string value, string deserializeRootElementName = null, bool writeArrayAttribute = false, bool encodeSpecialCharacters = false)",
			"A JSON text as XML: @name is an attribute, #text a text, an array one element for each item.", Boxed(deserializeXNode),
			`JsonConvert.DeserializeXNode("{a:{'@b':1,c:['x','y']}}").ToString(SaveOptions.DisableFormatting) => "<a b=\"1\"><c>x</c><c>y</c></a>"`).Denied(),
		M("static XmlDocument DeserializeXmlNode(string value, string deserializeRootElementName = null, bool writeArrayAttribute = false, bool encodeSpecialCharacters = false)",
			"A JSON text as XML: @name is an attribute, #text a text, an array one element for each item.", Boxed(deserializeXMLNode),
			`JsonConvert.DeserializeXmlNode("{b:1}", "a").OuterXml => "<a><b>1</b></a>"`).Denied(),
	}
}

func serializeXNode(c Call, n linqxml.Object, f newtonsoft.Formatting, omitRoot bool) (string, error) {
	if n == nil {
		return "null", nil
	}
	return newtonsoft.SerializeXNode(c.Budget(), n, f, omitRoot)
}

func serializeXMLNode(c Call, n xmldom.Node, f newtonsoft.Formatting, omitRoot bool) (string, error) {
	if n == nil {
		return "null", nil
	}
	x, err := newtonsoft.XNodeOf(c.Budget(), n)
	if err != nil {
		return "", err
	}
	return newtonsoft.SerializeXNode(c.Budget(), x, f, omitRoot)
}

// xmlOfJSON reads a JSON text as XML, with the arguments that both methods have.
func xmlOfJSON(c Call, args []any, dom bool) (*linqxml.XDocument, error) {
	text, ok := args[0].(string)
	if !ok {
		return nil, NullArgument("value")
	}
	root, _ := args[1].(string)
	return newtonsoft.DeserializeXNode(text, newtonsoft.XMLOptions{
		Root: root, ArrayAttribute: args[2].(bool), EncodeSpecial: args[3].(bool), DOM: dom,
	}, c.reading())
}

func deserializeXNode(c Call, args []any) (any, error) {
	d, err := xmlOfJSON(c, args, false)
	if d == nil || err != nil {
		return nil, err
	}
	return d, nil
}

func deserializeXMLNode(c Call, args []any) (any, error) {
	x, err := xmlOfJSON(c, args, true)
	if x == nil || err != nil {
		return nil, err
	}
	text, err := linqxml.Text(c.Budget(), x, linqxml.DisableFormatting)
	if err != nil {
		return nil, err
	}
	if d := x.Declaration(); d != nil {
		text = d.ToString() + text
	}
	out := xmldom.NewDocument()
	if x.Root() == nil {
		return out, nil
	}
	return out, out.LoadXML(c.Budget(), text)
}
