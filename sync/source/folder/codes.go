package folder

import "github.com/apimgw/apimgw/policies/diag"

// Codes of what can be wrong in a folder.
const (
	// CodeSyntax: a file is not JSON or YAML, as in {"properties": {,}}.
	CodeSyntax diag.Code = "syntax"
	// CodeType: a setting has a value of another type, as in "subscriptionRequired": "no".
	CodeType diag.Code = "wrong-type"
	// CodeMissing: a setting or a file that must be there is not.
	CodeMissing diag.Code = "missing"
	// CodeValue: a value is not among those that are allowed, as in "protocols": ["htp"].
	CodeValue diag.Code = "unknown-value"
	// CodeProperty: a setting whose name is surely a typing error, as in "serviceURl".
	CodeProperty diag.Code = "unknown-property"
	// CodeFolder: a folder whose name is surely a typing error, as in "api" for "apis".
	CodeFolder diag.Code = "unknown-folder"
	// CodeReference: something names an entity that the folder does not have, as a product
	// with an API that does not exist.
	CodeReference diag.Code = "unknown-reference"
	// CodeDuplicate: two things that must differ are the same, as the paths of two APIs.
	CodeDuplicate diag.Code = "duplicate"
	// CodeURL: an address that is not an absolute URL.
	CodeURL diag.Code = "url"
	// CodeOpenAPI: an OpenAPI document that cannot be read or does not follow its standard.
	CodeOpenAPI diag.Code = "openapi"
	// CodeSpecification: a WSDL, Protobuf, WADL or OData document that cannot be read or does
	// not follow its standard.
	CodeSpecification diag.Code = "specification"
	// CodeUnsupported: something of API Management that the gateway does not have yet.
	CodeUnsupported diag.Code = "not-built-yet"
	// CodeSecret: a secret that is not in the folder and was not given otherwise.
	CodeSecret diag.Code = "secret"
	// CodeCertificate: a certificate that cannot be used, or will not be for long: its password
	// is wrong, its key is missing, it has expired.
	CodeCertificate diag.Code = "certificate"
	// CodeUnreadable: a file that is there and cannot be read.
	CodeUnreadable diag.Code = "unreadable"
	// CodeEmpty: an API without operations, which answers 404 to everything.
	CodeEmpty diag.Code = "empty"
)
