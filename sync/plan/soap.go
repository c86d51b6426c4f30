package plan

import (
	"mime"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
)

// actionParameter is the query parameter that tells the operations of a SOAP API apart. Few
// clients send it: SOAP has a header of its own for the action.
const actionParameter = "soapAction"

// soapTemplate is the template of a SOAP API's operation as it is matched. What the portal
// shows for all actions together, "/soapAction={any}", looks like a path and is none.
func soapTemplate(template string) string {
	rest := strings.TrimPrefix(template, "/")
	if len(rest) > len(actionParameter) && strings.EqualFold(rest[:len(actionParameter)+1], actionParameter+"=") {
		return "/?" + rest
	}
	return template
}

// query is the URL by whose query an operation is chosen: the request's. For SOAP it has the
// action, if only a header has it.
func (a *api) query(r *exchange.Request) *exchange.URL {
	if a.source.Type != catalog.SOAP || r.OriginalURL.Parameter(actionParameter) != nil {
		return &r.OriginalURL
	}
	u := r.OriginalURL
	u.AddParameter(actionParameter, soapAction(&r.Headers))
	return &u
}

// soapAction is the action of a SOAP message, quoted or not: SOAP 1.1 has it in a header of
// its own, 1.2 in the content type. A message without one has the empty action.
func soapAction(h *exchange.Headers) string {
	if action, ok := h.First("SOAPAction"); ok {
		return strings.Trim(strings.TrimSpace(action), `"`)
	}
	contentType, _ := h.First("Content-Type")
	if _, parameters, err := mime.ParseMediaType(contentType); err == nil {
		return parameters["action"]
	}
	return ""
}
