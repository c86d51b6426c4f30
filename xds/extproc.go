package xds

import (
	"net/http"
	"strings"

	xdscorev3 "github.com/cncf/xds/go/xds/core/v3"
	xdsmatcherv3 "github.com/cncf/xds/go/xds/type/matcher/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/config/accesslog/v3"
	mutationrulesv3 "github.com/envoyproxy/go-control-plane/envoy/config/common/mutation_rules/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	celfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/filters/cel/v3"
	matchingv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/common/matching/v3"
	skipv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/common/matcher/action/v3"
	extprocfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_proc/v3"
	headermutationfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/header_mutation/v3"
	luav3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/lua/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	earlyheadermutationv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/http/early_header_mutation/header_mutation/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/sync/plan"
)

// extProcFilter is the name under which routes enable ext_proc.
const extProcFilter = "apim.ext_proc"

// extProc is the filter that runs policies. It is off until a route turns it on: an
// always-on one would turn Envoy's answers to malformed requests into empty replies.
//
// It asks for the request's headers alone. What else a policy needs, ext_proc asks for with
// its first answer.
func extProc(o Options) *hcmv3.HttpFilter {
	return &hcmv3.HttpFilter{
		Name: extProcFilter, Disabled: true,
		ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: wrap(&extprocfilterv3.ExternalProcessor{
			GrpcService: &corev3.GrpcService{TargetSpecifier: &corev3.GrpcService_EnvoyGrpc_{
				EnvoyGrpc: &corev3.GrpcService_EnvoyGrpc{ClusterName: envoy.ClusterExtProc},
			}},
			ProcessingMode: &extprocfilterv3.ProcessingMode{
				RequestHeaderMode:  extprocfilterv3.ProcessingMode_SEND,
				ResponseHeaderMode: extprocfilterv3.ProcessingMode_SKIP,
			},
			AllowModeOverride: true,
			MessageTimeout:    seconds(o.MessageTimeout),
			// Policies may change whatever they like; what Envoy cannot take is an error, not
			// silently dropped.
			MutationRules: &mutationrulesv3.HeaderMutationRules{
				AllowAllRouting: wrapperspb.Bool(true), AllowEnvoy: wrapperspb.Bool(true), DisallowIsError: wrapperspb.Bool(true),
			},
			EmitClientSpan: wrapperspb.Bool(false),
		})},
	}
}

// strip removes what clients must not send, and writes the header by which the virtual host
// is picked, and others. It runs after the path is normalised and before anything is chosen.
func strip(o Options, others ...*corev3.HeaderValueOption) *corev3.TypedExtensionConfig {
	mutations := []*mutationrulesv3.HeaderMutation{
		removeMatching(&matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Prefix{Prefix: "x-apim-"}}),
		removeMatching(&matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Exact{Exact: "x-envoy-original-dst-host"}}),
		{Action: &mutationrulesv3.HeaderMutation_Append{Append: overwrite(plan.HeaderKey, "%PATH(NQ:PATH)%/.")}},
	}
	if o.TrustedHops == 0 {
		const peer = "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%"
		mutations = append(mutations,
			&mutationrulesv3.HeaderMutation{Action: &mutationrulesv3.HeaderMutation_Append{Append: overwrite(plan.HeaderAddress, peer)}},
			// Envoy's own way of appending takes another address for a peer on the same host.
			&mutationrulesv3.HeaderMutation{Action: &mutationrulesv3.HeaderMutation_Append{Append: &corev3.HeaderValueOption{
				Header:       &corev3.HeaderValue{Key: "x-forwarded-for", Value: peer},
				AppendAction: corev3.HeaderValueOption_APPEND_IF_EXISTS_OR_ADD,
			}}},
		)
	}
	for _, header := range others {
		mutations = append(mutations, &mutationrulesv3.HeaderMutation{Action: &mutationrulesv3.HeaderMutation_Append{Append: header}})
	}
	return &corev3.TypedExtensionConfig{Name: "apim.strip", TypedConfig: wrap(&earlyheadermutationv3.HeaderMutation{Mutations: mutations})}
}

func removeMatching(names *matcherv3.StringMatcher) *mutationrulesv3.HeaderMutation {
	return &mutationrulesv3.HeaderMutation{Action: &mutationrulesv3.HeaderMutation_RemoveOnMatch_{
		RemoveOnMatch: &mutationrulesv3.HeaderMutation_RemoveOnMatch{KeyMatcher: names},
	}}
}

func overwrite(name, value string) *corev3.HeaderValueOption {
	return &corev3.HeaderValueOption{
		Header:       &corev3.HeaderValue{Key: name, Value: value},
		AppendAction: corev3.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
	}
}

// reasonScript sets what an ext_proc filter cannot: the reason phrase of the status line,
// and the content-length of a body that was replaced. It also takes away the details that
// the floor adds, where no response phase has.
const reasonScript = `function envoy_on_response(handle)
  local headers = handle:headers()
  headers:remove("` + plan.HeaderDetails + `")
  local reason = headers:get("` + plan.HeaderReason + `")
  if reason ~= nil then
    headers:remove("` + plan.HeaderReason + `")
    headers:setHttp1ReasonPhrase(reason)
  end
  local length = headers:get("` + plan.HeaderLength + `")
  if length ~= nil then
    headers:remove("` + plan.HeaderLength + `")
    headers:replace("content-length", length)
  end
end
`

// reason is the filter that runs reasonScript, and is skipped by responses that have none
// of its headers. It stands in front of ext_proc, so responses come to it behind ext_proc.
func reason() *hcmv3.HttpFilter {
	script := &luav3.Lua{DefaultSourceCode: &corev3.DataSource{Specifier: &corev3.DataSource_InlineString{InlineString: reasonScript}}}
	return &hcmv3.HttpFilter{
		Name: "apim.reason",
		ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: wrap(&matchingv3.ExtensionWithMatcher{
			ExtensionConfig: &corev3.TypedExtensionConfig{Name: "apim.reason", TypedConfig: wrap(script)},
			XdsMatcher:      skipUnless(inResponse(plan.HeaderReason), inResponse(plan.HeaderLength), inResponse(plan.HeaderDetails)),
		})},
	}
}

// length is the filter that gives a request whose body ext_proc has replaced its
// content-length, which Envoy has taken away. It stands behind ext_proc.
func length() *hcmv3.HttpFilter {
	return &hcmv3.HttpFilter{
		Name: "apim.length",
		ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: wrap(&headermutationfilterv3.HeaderMutation{Mutations: &headermutationfilterv3.Mutations{
			RequestMutations: []*mutationrulesv3.HeaderMutation{
				{Action: &mutationrulesv3.HeaderMutation_Append{Append: overwrite("content-length", "%REQ("+plan.HeaderLength+")%")}},
				{Action: &mutationrulesv3.HeaderMutation_Remove{Remove: plan.HeaderLength}},
			},
		}})},
	}
}

// skipUnless skips a filter unless one of the predicates holds.
func skipUnless(any ...*xdsmatcherv3.Matcher_MatcherList_Predicate) *xdsmatcherv3.Matcher {
	one := any[0]
	if len(any) > 1 {
		one = &xdsmatcherv3.Matcher_MatcherList_Predicate{MatchType: &xdsmatcherv3.Matcher_MatcherList_Predicate_OrMatcher{
			OrMatcher: &xdsmatcherv3.Matcher_MatcherList_Predicate_PredicateList{Predicate: any},
		}}
	}
	none := &xdsmatcherv3.Matcher_MatcherList_Predicate{MatchType: &xdsmatcherv3.Matcher_MatcherList_Predicate_NotMatcher{NotMatcher: one}}
	skip := &xdsmatcherv3.Matcher_OnMatch{OnMatch: &xdsmatcherv3.Matcher_OnMatch_Action{
		Action: &xdscorev3.TypedExtensionConfig{Name: "skip", TypedConfig: wrap(&skipv3.SkipFilter{})},
	}}
	return &xdsmatcherv3.Matcher{MatcherType: &xdsmatcherv3.Matcher_MatcherList_{MatcherList: &xdsmatcherv3.Matcher_MatcherList{
		Matchers: []*xdsmatcherv3.Matcher_MatcherList_FieldMatcher{{Predicate: none, OnMatch: skip}},
	}}}
}

// inResponse holds for responses with the header.
func inResponse(header string) *xdsmatcherv3.Matcher_MatcherList_Predicate {
	return present(header, &matcherv3.HttpResponseHeaderMatchInput{HeaderName: header})
}

// inRequest holds for requests with the header.
func inRequest(header string) *xdsmatcherv3.Matcher_MatcherList_Predicate {
	return present(header, &matcherv3.HttpRequestHeaderMatchInput{HeaderName: header})
}

func present(header string, input proto.Message) *xdsmatcherv3.Matcher_MatcherList_Predicate {
	return &xdsmatcherv3.Matcher_MatcherList_Predicate{
		MatchType: &xdsmatcherv3.Matcher_MatcherList_Predicate_SinglePredicate_{
			SinglePredicate: &xdsmatcherv3.Matcher_MatcherList_Predicate_SinglePredicate{
				Input: &xdscorev3.TypedExtensionConfig{Name: header, TypedConfig: wrap(input)},
				Matcher: &xdsmatcherv3.Matcher_MatcherList_Predicate_SinglePredicate_ValueMatch{
					ValueMatch: &xdsmatcherv3.StringMatcher{MatchPattern: &xdsmatcherv3.StringMatcher_SafeRegex{
						SafeRegex: &xdsmatcherv3.RegexMatcher{EngineType: &xdsmatcherv3.RegexMatcher_GoogleRe2{GoogleRe2: &xdsmatcherv3.RegexMatcher_GoogleRE2{}}, Regex: ".*"},
					}},
				},
			},
		},
	}
}

// routerFailures begin the details of the replies that Envoy makes when it could not get an
// answer from a backend. They go through the filters, so ext_proc sees them, and Lua takes
// the details away again. Others do not: the details of a reply that Envoy makes because
// ext_proc failed in the response phase would reach the client, and tell too much.
var routerFailures = []string{
	"upstream_", "response_timeout", "no_healthy_upstream", "cluster_not_found", "maintenance_mode",
	"dns_resolution_failure", "dns_cache_", "stream_idle_timeout", "max_duration_timeout",
}

// brokenOff begins the details of a reply that Envoy makes when a backend's answer breaks off
// while ext_proc still has its head. Envoy sends it past all filters, so nothing would take
// the details away again.
const brokenOff = "upstream_reset_after_response_started"

// tooLarge begins the details of the reply to a request whose body is above the limit.
const tooLarge = "request_payload_too_large"

// floor is the form of every answer that Envoy makes by itself. Ours are told by their
// details and pass untouched. Where ext_proc may want to know what happened, the details
// go along as a header. A backend that does not answer is a 500, as it is in API Management,
// also where no policy looks at it.
func floor() *hcmv3.LocalReplyConfig {
	var failures []string
	for _, details := range routerFailures {
		failures = append(failures, begins(details))
	}
	const notOurs = "!response.code_details.startsWith('" + plan.DetailsPrefix + "') && response.code_details != 'direct_response'"
	body := inWords("Internal server error")
	tellDetails := []*corev3.HeaderValueOption{overwrite(plan.HeaderDetails, "%RESPONSE_CODE_DETAILS%")}
	return &hcmv3.LocalReplyConfig{Mappers: []*hcmv3.ResponseMapper{
		{
			Filter:             expression("xds.route_name != '' && " + begins(brokenOff)),
			StatusCode:         wrapperspb.UInt32(http.StatusInternalServerError),
			BodyFormatOverride: body,
		},
		{
			Filter:             expression("xds.route_name != '' && (" + strings.Join(failures, " || ") + ")"),
			StatusCode:         wrapperspb.UInt32(http.StatusInternalServerError),
			HeadersToAdd:       tellDetails,
			BodyFormatOverride: body,
		},
		{
			Filter:             expression("xds.route_name != '' && " + begins(tooLarge)),
			HeadersToAdd:       tellDetails,
			BodyFormatOverride: inWords("The request's body is too large."),
		},
		{
			// apimgw is hung: to whoever calls that is no other failure than that it is away.
			Filter:             expression(begins("ext_proc_error")),
			StatusCode:         wrapperspb.UInt32(http.StatusInternalServerError),
			BodyFormatOverride: body,
		},
		{
			// What is wrong with the request, Envoy has found before there was a route.
			Filter:             expression("response.code < 500 && " + notOurs),
			BodyFormatOverride: inWords("The request is malformed or too large."),
		},
		{
			Filter:             expression(notOurs),
			BodyFormatOverride: body,
		},
	}}
}

// inWords is the body of an answer of Envoy's own.
func inWords(message string) *corev3.SubstitutionFormatString {
	return &corev3.SubstitutionFormatString{
		ContentType: "application/json",
		Format: &corev3.SubstitutionFormatString_TextFormatSource{TextFormatSource: &corev3.DataSource{
			Specifier: &corev3.DataSource_InlineString{InlineString: `{ "statusCode": %RESPONSE_CODE%, "message": "` + message + `" }`},
		}},
	}
}

func begins(details string) string { return "response.code_details.startsWith('" + details + "')" }

func expression(cel string) *accesslogv3.AccessLogFilter {
	return &accesslogv3.AccessLogFilter{FilterSpecifier: &accesslogv3.AccessLogFilter_ExtensionFilter{
		ExtensionFilter: &accesslogv3.ExtensionFilter{
			Name:       "cel",
			ConfigType: &accesslogv3.ExtensionFilter_TypedConfig{TypedConfig: wrap(&celfilterv3.ExpressionFilter{Expression: cel})},
		},
	}}
}
