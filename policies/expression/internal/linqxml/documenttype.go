package linqxml

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

// DocumentTypeParts are what a document type declaration tells. An empty part is null.
type DocumentTypeParts struct{ Name, PublicID, SystemID, InternalSubset string }

// An XDocumentType is a document type declaration. It is only written, never obeyed.
type XDocumentType struct {
	node
	DocumentTypeParts
}

// NewDocumentType makes a declaration.
func NewDocumentType(parts DocumentTypeParts) (*XDocumentType, error) {
	if n := nameLength(parts.Name); n == 0 || n < len(parts.Name) {
		return nil, clr.ClassXML.Throw(badNameMessage(parts.Name+" ", n))
	}
	return &XDocumentType{DocumentTypeParts: parts}, nil
}

// NodeType is DocumentType.
func (t *XDocumentType) NodeType() NodeType { return DocumentTypeNode }

// TypeName is the full name of the class.
func (t *XDocumentType) TypeName() string { return "System.Xml.Linq.XDocumentType" }

// ToString is the declaration as it is written.
func (t *XDocumentType) ToString() string { return text(t) }

func (t *XDocumentType) clone(b *clr.Budget) (Node, error) {
	return &XDocumentType{DocumentTypeParts: t.DocumentTypeParts}, b.Take(nodeBytes)
}

func (t *XDocumentType) write(w *writer) error {
	w.indent()
	w.out = append(append(w.out, "<!DOCTYPE "...), t.Name...)
	switch {
	case t.PublicID != "":
		w.out = append(append(append(append(append(w.out, ` PUBLIC "`...), t.PublicID...), `" "`...), t.SystemID...), '"')
	case t.SystemID != "":
		w.out = append(append(append(w.out, ` SYSTEM "`...), t.SystemID...), '"')
	default:
		w.out = append(w.out, ' ')
	}
	if t.InternalSubset != "" {
		w.out = append(append(append(w.out, '['), t.InternalSubset...), ']')
	}
	w.out = append(w.out, '>')
	return nil
}
