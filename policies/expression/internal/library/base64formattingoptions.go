package library

import "github.com/apimgw/apimgw/policies/expression/internal/types"

type base64Options int32

const insertLineBreaks base64Options = 1

func base64FormattingOptionsEnum() *Class {
	return &Class{
		Name: "System.Base64FormattingOptions", Kind: types.Enum, Doc: "Whether Base64 text is broken into lines.",
		Values: "None InsertLineBreaks", Flags: true,
	}
}
