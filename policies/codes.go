package policies

import "github.com/apimgw/apimgw/policies/diag"

// The codes of messages about policies.
const (
	// BadDocument: the root or a section is not one of a policy document.
	//
	//	<policies><inbond /></policies>
	BadDocument diag.Code = "policy-document"
	// UnknownPolicy: there is no such policy. It is skipped, as APIM's gateway does.
	//
	//	<set-heder name="a" />
	UnknownPolicy diag.Code = "unknown-policy"
	// NotBuiltYet: APIM has it, this gateway does not have it yet.
	//
	//	<quota-by-key />
	NotBuiltYet diag.Code = "not-built-yet"
	// NotSelfHosted: APIM's self-hosted gateway does not have the policy. It is skipped, as
	// it is there.
	//
	//	<get-authorization-context provider-id="a" authorization-id="b" context-variable-name="c" />
	NotSelfHosted diag.Code = "not-self-hosted"
	// WrongPlace: a policy in a section or scope where it may not stand.
	//
	//	<outbound><rewrite-uri template="/" /></outbound>
	WrongPlace diag.Code = "wrong-place"
	// UnknownAttribute: the element has no such attribute.
	//
	//	<set-header name="a" exist-action="skip" />
	UnknownAttribute diag.Code = "unknown-attribute"
	// UnknownElement: the element has no such child.
	//
	//	<set-header name="a"><val>b</val></set-header>
	UnknownElement diag.Code = "unknown-element"
	// MissingAttribute: the element needs the attribute.
	//
	//	<set-header><value>a</value></set-header>
	MissingAttribute diag.Code = "missing-attribute"
	// MissingElement: the element needs the child, or the text.
	//
	//	<choose />
	MissingElement diag.Code = "missing-element"
	// DuplicateElement: a child is there twice that may be there once.
	//
	//	<return-response><set-body>a</set-body><set-body>b</set-body></return-response>
	DuplicateElement diag.Code = "duplicate-element"
	// UnexpectedText: the element has no text.
	//
	//	<choose>if</choose>
	UnexpectedText diag.Code = "unexpected-text"
	// InvalidValue: a literal is not of the setting's type, or not one of those allowed.
	//
	//	<set-header name="a" exists-action="replace" />
	InvalidValue diag.Code = "invalid-value"
	// LiteralOnly: an expression where only a literal may be.
	//
	//	<set-variable name="@(1)" value="a" />
	LiteralOnly diag.Code = "literal-only"
	// InvalidSettings: the policy's settings do not go together.
	//
	//	<set-header name="a" exists-action="delete"><value>b</value></set-header>
	InvalidSettings diag.Code = "invalid-settings"
	// MisplacedBase: <base /> where there is nothing to put in.
	//
	//	<fragment><base /></fragment>
	MisplacedBase diag.Code = "misplaced-base"
	// StreamBody: a policy of a WebSocket or gRPC API needs a body, and has a stream or nothing.
	//
	//	<set-body>a</set-body> in inbound of a gRPC API
	StreamBody diag.Code = "stream-body"
	// UnknownFragment: there is no fragment of that id.
	//
	//	<include-fragment fragment-id="nosuch" />
	UnknownFragment diag.Code = "unknown-fragment"
	// UnknownBackend: a backend that cannot be used.
	//
	//	<set-backend-service backend-id="nosuch" />
	UnknownBackend diag.Code = "unknown-backend"
	// UnknownCertificate: a certificate that does not exist, or cannot be shown because its key
	// is missing.
	//
	//	<authentication-certificate certificate-id="nosuch" />
	UnknownCertificate diag.Code = "unknown-certificate"
)
