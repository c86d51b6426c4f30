package xds

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	tlsinspectorv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/listener/tls_inspector/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/apimgw/apimgw/sync/plan"
)

// TLSListenerName is the name of the listener with TLS, by which Envoy's admin interface
// tells its address.
const TLSListenerName = "gateway-tls"

// handshakeTimeout ends connections that do not get through with TLS.
const handshakeTimeout = 15 * time.Second

// A PrivateKey is a key in PEM. It prints as "[redacted]".
type PrivateKey []byte

// String hides the key.
func (PrivateKey) String() string { return "[redacted]" }

// Format hides the key, whatever the verb.
func (PrivateKey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted]")) } // to fmt's own buffer

// MarshalText hides the key from encoders.
func (PrivateKey) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }

// A KeyPair is a certificate that the gateway shows, with its key.
type KeyPair struct {
	// Name of the secret at Envoy, one of Options.KeyPairs.
	Name string
	// Certificate is the leaf and what is between it and its root, in PEM.
	Certificate []byte
	// Key of the leaf.
	Key PrivateKey
}

func (k KeyPair) equal(other KeyPair) bool {
	return k.Name == other.Name && bytes.Equal(k.Certificate, other.Certificate) && bytes.Equal(k.Key, other.Key)
}

// secret is the key pair as Envoy takes it. Envoy does not show its key in config dumps.
func (k KeyPair) secret() *tlsv3.Secret {
	inline := func(text []byte) *corev3.DataSource {
		return &corev3.DataSource{Specifier: &corev3.DataSource_InlineBytes{InlineBytes: text}}
	}
	return &tlsv3.Secret{Name: k.Name, Type: &tlsv3.Secret_TlsCertificate{TlsCertificate: &tlsv3.TlsCertificate{
		CertificateChain: inline(k.Certificate), PrivateKey: inline(k.Key),
	}}}
}

// PublishKeyPair gives Envoy a key pair, in place of the one of the same name. It is in
// effect for new connections; those that are there stay. Each of Options.KeyPairs has to be
// published before the first plan is. If Envoy refuses the key pair, the one before stays,
// and the error is a [RefusedError].
func (s *Server) PublishKeyPair(ctx context.Context, k KeyPair) error {
	s.keys.Lock()
	defer s.keys.Unlock()
	before, was := s.keyPairs[k.Name]
	if was && before.equal(k) {
		return nil
	}
	next := map[string]types.Resource{k.Name: k.secret()}
	if err := s.send(ctx, resourcev3.SecretType, next, nil); err != nil {
		old := map[string]types.Resource{}
		if was {
			old[k.Name] = before.secret()
		}
		return fmt.Errorf("publish a key pair to envoy: %w", errors.Join(err, s.revert(resourcev3.SecretType, next, old)))
	}
	s.keyPairs[k.Name] = k
	return nil
}

// keyPair is the one of the name that was published last.
func (s *Server) keyPair(name string) KeyPair {
	s.keys.Lock()
	defer s.keys.Unlock()
	return s.keyPairs[name]
}

// keyPairsAcknowledged waits until each connected Envoy has the key pairs; none changes
// meanwhile. Where there is no TLS, Envoy never asks for one.
func (s *Server) keyPairsAcknowledged(ctx context.Context) error {
	if s.options.TLSListen == "" {
		return nil
	}
	s.keys.Lock()
	defer s.keys.Unlock()
	all := make(map[string]types.Resource, len(s.keyPairs))
	for name, k := range s.keyPairs {
		all[name] = k.secret()
	}
	versions, err := versionsOf(all, nil)
	if err != nil {
		return err
	}
	return s.tracker.wait(ctx, resourcev3.SecretType, versions, true)
}

// tlsListener takes the gateway's requests with TLS. Key pairs are secrets, which come and
// change without it. Each host name has a filter chain; when one changes, connections by the
// others stay. Unknown names get the last one.
func tlsListener(hostnames []plan.Hostname, o Options) (*listenerv3.Listener, error) {
	address, err := socketAddress(o.TLSListen)
	if err != nil {
		return nil, fmt.Errorf("the gateway's address for TLS: %w", err)
	}
	if len(o.KeyPairs) == 0 {
		return nil, errors.New("the gateway's address for TLS: there is no certificate for it")
	}
	l := &listenerv3.Listener{
		Name: TLSListenerName, Address: address,
		PerConnectionBufferLimitBytes: connectionBuffer(o),
		// Also without host names: a listener's filters cannot change without its connections.
		ListenerFilters: []*listenerv3.ListenerFilter{{
			Name:       "apim.names",
			ConfigType: &listenerv3.ListenerFilter_TypedConfig{TypedConfig: wrap(&tlsinspectorv3.TlsInspector{})},
		}},
	}
	for _, h := range hostnames {
		l.FilterChains = append(l.FilterChains, hostnameChain(h, o))
	}
	l.FilterChains = append(l.FilterChains, tlsChain(downstreamTLS(o), o))
	return l, nil
}

// tlsChain takes requests on connections with TLS.
func tlsChain(c *tlsv3.DownstreamTlsContext, o Options) *listenerv3.FilterChain {
	return &listenerv3.FilterChain{
		TransportSocketConnectTimeout: seconds(handshakeTimeout),
		TransportSocket: &corev3.TransportSocket{
			Name:       "envoy.transport_sockets.tls",
			ConfigType: &corev3.TransportSocket_TypedConfig{TypedConfig: wrap(c)},
		},
		Filters: []*listenerv3.Filter{{
			Name:       "apim.http",
			ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: wrap(tlsConnectionManager(o))},
		}},
	}
}

// hostnameChain is that of a host name. Where the name has no certificate of its own, it shows
// those of unknown names.
func hostnameChain(h plan.Hostname, o Options) *listenerv3.FilterChain {
	o.ClientCertificates = h.Negotiate
	c := downstreamTLS(o)
	if h.Certificate.Name != "" {
		c.CommonTlsContext.TlsCertificateSdsSecretConfigs = []*tlsv3.SdsSecretConfig{{Name: hostnameSecretName(h), SdsConfig: overADS()}}
	}
	if h.HTTP1Only {
		c.CommonTlsContext.AlpnProtocols = []string{"http/1.1"}
	}
	chain := tlsChain(c, o)
	chain.Name = h.Name
	chain.FilterChainMatch = &listenerv3.FilterChainMatch{ServerNames: []string{h.Name}}
	return chain
}

// tlsConnectionManager is the HTTP of requests with TLS.
func tlsConnectionManager(o Options) *hcmv3.HttpConnectionManager {
	m := connectionManager(o)
	m.SchemeHeaderTransformation = scheme(o, "https")
	if o.ClientCertificates {
		m.EarlyHeaderMutationExtensions = []*corev3.TypedExtensionConfig{
			strip(o, overwrite(plan.HeaderCertificate, "%DOWNSTREAM_PEER_CERT%")),
		}
	}
	return m
}

// scheme makes requests that of their connection: in HTTP/2, and with a whole URL as the
// target, clients may name any. Behind proxies that are trusted it is what they say.
func scheme(o Options, name string) *corev3.SchemeHeaderTransformation {
	if o.TrustedHops > 0 {
		return nil
	}
	return &corev3.SchemeHeaderTransformation{Transformation: &corev3.SchemeHeaderTransformation_SchemeToOverwrite{SchemeToOverwrite: name}}
}

// downstreamTLS is the gateway's TLS. Envoy picks the key pair by the name that the client
// asks for.
func downstreamTLS(o Options) *tlsv3.DownstreamTlsContext {
	common := &tlsv3.CommonTlsContext{
		TlsParams: &tlsv3.TlsParameters{
			TlsMinimumProtocolVersion: tlsv3.TlsParameters_TLSv1_2, TlsMaximumProtocolVersion: tlsv3.TlsParameters_TLSv1_3,
		},
		AlpnProtocols: []string{"h2", "http/1.1"},
	}
	for _, name := range o.KeyPairs {
		common.TlsCertificateSdsSecretConfigs = append(common.TlsCertificateSdsSecretConfigs, &tlsv3.SdsSecretConfig{Name: name, SdsConfig: overADS()})
	}
	if o.ClientCertificates {
		// Whoever has none, or one of an authority that we do not know, gets in: Envoy proves
		// only that the client has the key. Its word on the chain would be of no use anyhow:
		// on resumed sessions it says no.
		common.ValidationContextType = &tlsv3.CommonTlsContext_ValidationContext{ValidationContext: &tlsv3.CertificateValidationContext{
			TrustChainVerification: tlsv3.CertificateValidationContext_ACCEPT_UNTRUSTED,
		}}
	}
	return &tlsv3.DownstreamTlsContext{CommonTlsContext: common, RequireClientCertificate: wrapperspb.Bool(false)}
}

// overADS says that a resource comes on the stream that all come on, and is waited for.
func overADS() *corev3.ConfigSource {
	return &corev3.ConfigSource{
		ResourceApiVersion:    corev3.ApiVersion_V3,
		InitialFetchTimeout:   seconds(0),
		ConfigSourceSpecifier: &corev3.ConfigSource_Ads{Ads: &corev3.AggregatedConfigSource{}},
	}
}
