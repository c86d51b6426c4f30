package library

import "github.com/apimgw/apimgw/policies/expression/internal/types"

func stringSplitOptionsEnum() *Class {
	return &Class{
		Name: "System.StringSplitOptions", Kind: types.Enum, Doc: "What Split does with empty parts and white space.",
		Values: "None RemoveEmptyEntries TrimEntries", Flags: true,
	}
}
