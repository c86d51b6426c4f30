package library

// jsonClasses are Newtonsoft.Json and LINQ to XML.
func jsonClasses() []func() *Class {
	return []func() *Class{}
}
