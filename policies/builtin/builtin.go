// Package builtin lists the policies of the gateway. Each is a room: a package below this
// one that has everything about it.
package builtin

import (
	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/authenticationbasic"
	"github.com/apimgw/apimgw/policies/builtin/authenticationcertificate"
	"github.com/apimgw/apimgw/policies/builtin/authenticationmanagedidentity"
	"github.com/apimgw/apimgw/policies/builtin/checkheader"
	"github.com/apimgw/apimgw/policies/builtin/choose"
	"github.com/apimgw/apimgw/policies/builtin/cors"
	"github.com/apimgw/apimgw/policies/builtin/crossdomain"
	"github.com/apimgw/apimgw/policies/builtin/findandreplace"
	"github.com/apimgw/apimgw/policies/builtin/forwardrequest"
	"github.com/apimgw/apimgw/policies/builtin/includefragment"
	"github.com/apimgw/apimgw/policies/builtin/ipfilter"
	"github.com/apimgw/apimgw/policies/builtin/jsonp"
	"github.com/apimgw/apimgw/policies/builtin/jsontoxml"
	"github.com/apimgw/apimgw/policies/builtin/limitconcurrency"
	"github.com/apimgw/apimgw/policies/builtin/mockresponse"
	"github.com/apimgw/apimgw/policies/builtin/proxy"
	"github.com/apimgw/apimgw/policies/builtin/redirectcontenturls"
	"github.com/apimgw/apimgw/policies/builtin/retry"
	"github.com/apimgw/apimgw/policies/builtin/returnresponse"
	"github.com/apimgw/apimgw/policies/builtin/rewriteuri"
	"github.com/apimgw/apimgw/policies/builtin/sendrequest"
	"github.com/apimgw/apimgw/policies/builtin/setbackendservice"
	"github.com/apimgw/apimgw/policies/builtin/setbody"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/builtin/setmethod"
	"github.com/apimgw/apimgw/policies/builtin/setqueryparameter"
	"github.com/apimgw/apimgw/policies/builtin/setstatus"
	"github.com/apimgw/apimgw/policies/builtin/setvariable"
	"github.com/apimgw/apimgw/policies/builtin/trace"
	"github.com/apimgw/apimgw/policies/builtin/wait"
	"github.com/apimgw/apimgw/policies/builtin/xmltojson"
)

// Kinds are the policies that are built, in the order of the reference.
var Kinds = []policies.Kind{
	// Rate limiting and quotas
	limitconcurrency.Kind,
	// Authentication and authorization
	authenticationbasic.Kind,
	authenticationcertificate.Kind,
	authenticationmanagedidentity.Kind,
	checkheader.Kind,
	ipfilter.Kind,
	// Routing
	forwardrequest.Kind,
	proxy.Kind,
	setbackendservice.Kind,
	// Transformation
	findandreplace.Kind,
	jsontoxml.Kind,
	mockresponse.Kind,
	redirectcontenturls.Kind,
	rewriteuri.Kind,
	setbody.Kind,
	setheader.Kind,
	setmethod.Kind,
	setqueryparameter.Kind,
	setstatus.Kind,
	xmltojson.Kind,
	// Cross-domain
	cors.Kind,
	crossdomain.Kind,
	jsonp.Kind,
	// Integration and external communication
	sendrequest.OneWay,
	sendrequest.Kind,
	// Logging
	trace.Kind,
	// Policy control and flow
	choose.Kind,
	includefragment.Kind,
	retry.Kind,
	returnresponse.Kind,
	setvariable.Kind,
	wait.Kind,
}

// Known are the names of all policies of API Management, by chapter of its reference, be
// they built or not. One that is not built is refused in those words, where any other
// element would be skipped with a warning.
var Known = []string{
	// Rate limiting and quotas
	"limit-concurrency", "quota", "quota-by-key", "rate-limit", "rate-limit-by-key",
	// Authentication and authorization
	"authentication-basic", "authentication-certificate", "authentication-managed-identity", "check-header",
	"get-authorization-context", "ip-filter", "validate-azure-ad-token", "validate-client-certificate", "validate-jwt",
	// Content validation
	"validate-content", "validate-headers", "validate-odata-request", "validate-parameters", "validate-status-code",
	// Routing
	"forward-request", "proxy", "set-backend-service",
	// Caching
	"cache-lookup", "cache-lookup-value", "cache-remove-value", "cache-store", "cache-store-value",
	// Transformation
	"find-and-replace", "json-to-xml", "mock-response", "redirect-content-urls", "rewrite-uri", "set-body", "set-header",
	"set-method", "set-query-parameter", "set-status", "xml-to-json", "xsl-transform",
	// Cross-domain
	"cors", "cross-domain", "jsonp",
	// Integration and external communication
	"invoke-dapr-binding", "invoke-request", "publish-to-dapr", "send-one-way-request", "send-request",
	"send-service-bus-message",
	// Logging
	"emit-metric", "log-to-eventhub", "trace",
	// Policy control and flow
	"choose", "include-fragment", "retry", "return-response", "set-variable", "wait",
	// AI gateway
	"azure-openai-emit-token-metric", "azure-openai-semantic-cache-lookup", "azure-openai-semantic-cache-store",
	"azure-openai-token-limit", "llm-content-safety", "llm-emit-token-metric", "llm-semantic-cache-lookup",
	"llm-semantic-cache-store", "llm-token-limit",
	// GraphQL resolvers
	"cosmosdb-data-source", "http-data-source", "publish-event", "sql-data-source", "validate-graphql-request",
}

// Skipped are those of the known policies that API Management's own self-hosted gateway does
// not have. It skips them, and so does this one, with a warning.
var Skipped = []string{
	"cosmosdb-data-source", "get-authorization-context", "http-data-source", "publish-event", "send-service-bus-message", "sql-data-source",
}
