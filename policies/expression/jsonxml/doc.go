// Package jsonxml converts documents between JSON and XML, as the policies json-to-xml and
// xml-to-json do. It is a door to the trees that expressions have (newtonsoft and linqxml),
// so that a policy accepts and refuses the same documents as an expression.
//
// The conversions follow what answers of API Management show (docs/fidelity.md has the
// list) and, where none was seen, those of Json.NET's XmlNodeConverter.
//
// A document costs time and memory in proportion to its length; one that is too large or
// nested too deeply is refused.
package jsonxml

import (
	"errors"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

const (
	// memory is what one conversion may take, tree and result; the result alone has the
	// limit of every text, clr.MaxText.
	memory = 256 << 20
	// maxDepth is how deep a document may be nested.
	maxDepth = 256
)

// schemaInstance is the namespace of xsi:nil.
const schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"

var (
	errTooLarge = errors.New("the document is too large to be converted")
	errTooDeep  = errors.New("the document is nested too deeply")
)

// own puts what a limit of the trees says in the words of a conversion.
func own(err error) error {
	var limit *clr.LimitError
	if errors.As(err, &limit) {
		return errTooLarge
	}
	return err
}
