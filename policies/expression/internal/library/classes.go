package library

// lists are the lists of classes, one for each part of the library.
func lists() [][]func() *Class {
	return [][]func() *Class{coreClasses(), contextClasses(), textClasses(), jsonClasses(), xmlClasses()}
}
