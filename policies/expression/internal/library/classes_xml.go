package library

import "slices"

// xmlClasses are System.Xml but for LINQ to XML.
func xmlClasses() []func() *Class {
	return slices.Concat(xmlLeafClasses(), []func() *Class{
		xmlNodeClass,
		xmlLinkedNodeClass,
		xmlCharacterDataClass,
		xmlDocumentClass,
		xmlElementClass,
		xmlAttributeClass,
		xmlNodeListClass,
		xmlNamedNodeMapClass,
		xmlAttributeCollectionClass,
		xmlNamespaceResolverInterface,
		xmlNamespaceManagerClass,
		xmlNameTableClass,
		nameTableClass,
		xmlReaderClass,
		xmlReaderSettingsClass,
		conformanceLevelEnum,
		xmlWriterSettingsClass,
		xmlWriterClass,
		xpathExtensionsClass,
		xpathNodeTypeEnum,
		xpathNavigatorClass,
		xpathNodeIteratorClass,
	})
}
