package library

// jsonClasses are Newtonsoft.Json and LINQ to XML.
func jsonClasses() []func() *Class {
	return []func() *Class{
		formattingEnum,
		jTokenTypeEnum,
		jEnumerableClass,
		jTokenClass,
		jContainerClass,
		jObjectClass,
		jArrayClass,
		jConstructorClass,
		jPropertyClass,
		jValueClass,
		jRawClass,
		jsonConvertClass,
		jsonExtensionsClass,
		xmlNodeTypeEnum,
		saveOptionsEnum,
		loadOptionsEnum,
		xNameClass,
		xNamespaceClass,
		xObjectClass,
		xNodeClass,
		xContainerClass,
		xElementClass,
		xAttributeClass,
		xDocumentClass,
		xDeclarationClass,
		xTextClass,
		xCDataClass,
		xCommentClass,
		xProcessingInstructionClass,
		xmlExtensionsClass,
	}
}
