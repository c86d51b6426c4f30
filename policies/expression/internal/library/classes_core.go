package library

import "slices"

// coreClasses are the language's own types, delegates, collections and LINQ.
func coreClasses() []func() *Class {
	return slices.Concat(delegateClasses(), tupleClasses(), argumentClasses(), dictPartClasses(), []func() *Class{
		objectClass, nullableClass, exceptionBaseClass, enumClass, typeClass, arrayClass, disposableClass,
		untypedEnumerableClass, enumerableClass, enumeratorClass, collectionClass, readOnlyCollectionClass,
		listInterface, readOnlyListInterface, readOnlyDictionaryClass, pairClass, listClass, readOnlyCollectionOfClass,
		dictionaryInterface, dictionaryClass, hashSetClass, setInterface, queueClass, stackClass,
		stringComparerClass, equalityComparerInterface, comparerInterface,
		linqClass, groupingClass, orderedClass, lookupClass,
	})
}
