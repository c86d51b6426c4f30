package xds

import (
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	matchingv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/common/matching/v3"
	setfilterstatev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/common/set_filter_state/v3"
	setfilterstatehttpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/set_filter_state/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"

	"github.com/apimgw/apimgw/sync/plan"
)

// destination is the filter that turns what ext_proc and the relay say of a backend that the
// plan does not know into filter state, from which Envoy takes it: so a request's Host is
// free to be another one. It stands behind ext_proc, and requests without plan.HeaderDial skip
// it.
func destination() *hcmv3.HttpFilter {
	config := &setfilterstatehttpv3.Config{OnRequestHeaders: []*setfilterstatev3.FilterStateValue{
		fromHeader("envoy.upstream.dynamic_host", plan.HeaderDial, ""),
		fromHeader("envoy.network.upstream_server_name", plan.HeaderServerName, ""),
		fromHeader("envoy.network.upstream_subject_alt_names", plan.HeaderCheckedName, ""),
		fromHeader(tunnelState, plan.HeaderTunnel, hashable),
		fromHeader(proxyState, plan.HeaderDial, hashable),
		fromHeader(authorizationState, plan.HeaderProxyAuthorization, hashable),
	}}
	return &hcmv3.HttpFilter{
		Name: "apim.destination",
		ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: wrap(&matchingv3.ExtensionWithMatcher{
			ExtensionConfig: &corev3.TypedExtensionConfig{Name: "apim.destination", TypedConfig: wrap(config)},
			XdsMatcher:      skipUnless(inRequest(plan.HeaderDial)),
		})},
	}
}

// hashable makes filter state by which connections are told apart.
const hashable = "envoy.hashable_string"

// fromHeader is filter state made of a header, for the request and the tunnel that it goes by;
// there is none without the header.
func fromHeader(key, header, factory string) *setfilterstatev3.FilterStateValue {
	return &setfilterstatev3.FilterStateValue{
		Key:                &setfilterstatev3.FilterStateValue_ObjectKey{ObjectKey: key},
		FactoryKey:         factory,
		SharedWithUpstream: setfilterstatev3.FilterStateValue_ONCE,
		Value: &setfilterstatev3.FilterStateValue_FormatString{FormatString: &corev3.SubstitutionFormatString{
			OmitEmptyValues: true,
			Format: &corev3.SubstitutionFormatString_TextFormatSource{TextFormatSource: &corev3.DataSource{
				Specifier: &corev3.DataSource_InlineString{InlineString: "%REQ(" + header + ")%"},
			}},
		}},
		SkipIfEmpty: true,
	}
}
