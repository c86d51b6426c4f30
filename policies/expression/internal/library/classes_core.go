package library

// coreClasses are the language's own types, delegates, collections and LINQ.
func coreClasses() []func() *Class {
	return []func() *Class{
		objectClass,
		nullableClass,
		exceptionBaseClass,
	}
}
