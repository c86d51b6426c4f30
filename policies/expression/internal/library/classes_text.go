package library

// textClasses are text, numbers, dates, encodings, cryptography, regular expressions.
func textClasses() []func() *Class {
	return []func() *Class{
		stringClass,
		stringComparisonEnum,
	}
}
