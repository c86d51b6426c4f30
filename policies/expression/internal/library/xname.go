package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func xNameClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XName", Doc: "The name of an element or an attribute.", Go: TypeFor[linqxml.XName](), Abstract: true,
		Members: []Member{
			M("static XName Get(string expandedName)", "The name of \"local\" or \"{namespace}local\".", E1(linqxml.ParseName),
				`XName.Get("{urn:x}a").LocalName => "a"`, `XName.Get("{a") => ArgumentException: '{a' is an invalid expanded name.`),
			M("static XName Get(string localName, string namespaceName)", "A name in a namespace.",
				E2(func(local, namespace string) (linqxml.XName, error) { return linqxml.Namespace(namespace).Name(local) }),
				`XName.Get("a", "urn:x").ToString() => "{urn:x}a"`),
			M("string LocalName { get; }", "The name without the namespace.", F1(linqxml.XName.LocalName)),
			M("XNamespace Namespace { get; }", "The name's namespace.", F1(linqxml.XName.Namespace),
				`XName.Get("{urn:x}a").Namespace == XNamespace.Get("urn:x") => true`),
			M("string NamespaceName { get; }", "The name of the name's namespace.", F1(linqxml.XName.NamespaceName)),
			M("string ToString()", "The name as \"local\" or \"{namespace}local\".", F1(linqxml.XName.ToString)),
			M("static bool operator ==(XName left, XName right)", "Whether both are the same name.", F2(Same),
				`XName.Get("a") == "a" => true`),
			M("static bool operator !=(XName left, XName right)", "Whether the names differ.",
				F2(func(a, b any) bool { return !Same(a, b) })),
			M("static implicit operator XName(string expandedName)", "A name of \"local\" or \"{namespace}local\".",
				E1(func(s NullString) (any, error) {
					if !s.Valid {
						return nil, nil
					}
					n, err := linqxml.ParseName(s.Text)
					if err != nil {
						return nil, err
					}
					return n, nil
				})),
		},
	}
}

func xNamespaceClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XNamespace", Doc: "The name of a namespace.", Go: TypeFor[linqxml.XNamespace](), Abstract: true,
		Members: []Member{
			M("static XNamespace Get(string namespaceName)", "A namespace of its name.", F1(linqxml.Namespace)),
			M("static XNamespace None { get; }", "No namespace.", F0(func() linqxml.XNamespace { return linqxml.NoNamespace })),
			M("static XNamespace Xml { get; }", "The namespace of the prefix xml.", F0(func() linqxml.XNamespace { return linqxml.XMLNamespace })),
			M("static XNamespace Xmlns { get; }", "The namespace of the prefix xmlns.", F0(func() linqxml.XNamespace { return linqxml.XMLNSNamespace })),
			M("string NamespaceName { get; }", "The namespace's name.", F1(linqxml.XNamespace.NamespaceName)),
			M("XName GetName(string localName)", "A name in the namespace.", E2(linqxml.XNamespace.Name)),
			M("string ToString()", "The namespace's name.", F1(linqxml.XNamespace.ToString)),
			M("static XName operator +(XNamespace ns, string localName)", "A name in the namespace.",
				E2(func(ns any, local string) (linqxml.XName, error) {
					n, ok := ns.(linqxml.XNamespace)
					if !ok {
						return linqxml.XName{}, NullArgument("ns")
					}
					return n.Name(local)
				}),
				`(XNamespace.Get("urn:x") + "a").ToString() => "{urn:x}a"`),
			M("static bool operator ==(XNamespace left, XNamespace right)", "Whether both are the same namespace.", F2(Same)),
			M("static bool operator !=(XNamespace left, XNamespace right)", "Whether the namespaces differ.",
				F2(func(a, b any) bool { return !Same(a, b) })),
			M("static implicit operator XNamespace(string namespaceName)", "A namespace of its name.",
				F1(func(s NullString) any {
					if !s.Valid {
						return nil
					}
					return linqxml.Namespace(s.Text)
				})),
		},
	}
}

func xmlNodeTypeEnum() *Class {
	return &Class{
		Name: "System.Xml.XmlNodeType", Kind: types.Enum, Doc: "What a node of an XML document is.",
		Values: "None Element Attribute Text CDATA EntityReference Entity ProcessingInstruction Comment Document DocumentType " +
			"DocumentFragment Notation Whitespace SignificantWhitespace EndElement EndEntity XmlDeclaration",
	}
}

func saveOptionsEnum() *Class {
	return &Class{
		Name: "System.Xml.Linq.SaveOptions", Kind: types.Enum, Flags: true, Doc: "How XML is written.",
		Values: "None=0 DisableFormatting=1 OmitDuplicateNamespaces=2",
	}
}

func loadOptionsEnum() *Class {
	return &Class{
		Name: "System.Xml.Linq.LoadOptions", Kind: types.Enum, Flags: true, Doc: "How XML is read.",
		Values: "None=0 PreserveWhitespace=1 SetBaseUri=2 SetLineInfo=4",
	}
}
