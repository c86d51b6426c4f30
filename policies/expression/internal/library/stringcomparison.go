package library

import "github.com/apimgw/apimgw/policies/expression/internal/types"

func stringComparisonEnum() *Class {
	return &Class{
		Name: "System.StringComparison", Kind: types.Enum, Doc: "How texts are compared.",
		Values: "CurrentCulture CurrentCultureIgnoreCase InvariantCulture InvariantCultureIgnoreCase Ordinal OrdinalIgnoreCase",
	}
}
