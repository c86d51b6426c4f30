package library

import "github.com/apimgw/apimgw/policies/expression/internal/linqxml"

func xDocumentTypeClass() *Class {
	part := func(of func(*linqxml.XDocumentType) *string) (get, set Code) {
		return F1(func(t *linqxml.XDocumentType) NullString { return someOrNull(*of(t)) }),
			F2(func(t *linqxml.XDocumentType, s NullString) Void { *of(t) = s.Text; return Void{} })
	}
	public, setPublic := part(func(t *linqxml.XDocumentType) *string { return &t.PublicID })
	system, setSystem := part(func(t *linqxml.XDocumentType) *string { return &t.SystemID })
	subset, setSubset := part(func(t *linqxml.XDocumentType) *string { return &t.InternalSubset })
	return &Class{
		Name: "System.Xml.Linq.XDocumentType", Doc: "A document type declaration, which is only written. A text that has one is not read.",
		Bases: "XNode", Go: TypeFor[*linqxml.XDocumentType](),
		Members: []Member{
			M("XDocumentType(string name, string publicId, string systemId, string internalSubset)", "A declaration; null leaves a part out.",
				E4(func(name string, public, system, subset NullString) (*linqxml.XDocumentType, error) {
					return linqxml.NewDocumentType(linqxml.DocumentTypeParts{Name: name, PublicID: public.Text, SystemID: system.Text, InternalSubset: subset.Text})
				}),
				`new XDocument(new XDocumentType("html", null, null, null), new XElement("html")).ToString() => "<!DOCTYPE html >\n<html />"`),
			M("XDocumentType(XDocumentType other)", "A copy of a declaration.",
				E1(func(other *linqxml.XDocumentType) (*linqxml.XDocumentType, error) {
					if other == nil {
						return nil, NullArgument("other")
					}
					return linqxml.NewDocumentType(other.DocumentTypeParts)
				})),
			M("string Name { get; }", "The name of the outermost element.", F1(func(t *linqxml.XDocumentType) string { return t.Name })),
			M("string PublicId { get; set; }", "The public identifier, or null.", public).Set(setPublic),
			M("string SystemId { get; set; }", "The system identifier, or null.", system).Set(setSystem),
			M("string InternalSubset { get; set; }", "The declarations within, or null.", subset).Set(setSubset),
		},
	}
}
