package xds

import (
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	rawbufferv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/raw_buffer/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"

	"github.com/apimgw/apimgw/sync/plan"
)

// Names of secrets. That of a client certificate has the hash of its contents: another one is
// another secret, for another cluster. That of a host name stays when its certificate is
// renewed, so that its listener stays, too.
func certificateSecretName(c plan.Certificate) string { return "certificate/" + c.Name }
func hostnameSecretName(h plan.Hostname) string       { return "hostname/" + h.Name }

// secrets are those that clusters and listeners of a plan name.
func secrets(targets []plan.Target, hostnames []plan.Hostname, o Options) map[string]*tlsv3.Secret {
	all := map[string]*tlsv3.Secret{}
	for _, t := range targets {
		if t.Certificate.Name != "" {
			add(all, certificateSecret(certificateSecretName(t.Certificate), t.Certificate))
		}
	}
	for _, p := range proxies(targets) {
		if p.Username != "" {
			add(all, proxySecret(p))
		}
	}
	if o.TLSListen == "" {
		return all
	}
	for _, h := range hostnames {
		if h.Certificate.Name != "" {
			add(all, certificateSecret(hostnameSecretName(h), h.Certificate))
		}
	}
	return all
}

func add(all map[string]*tlsv3.Secret, s *tlsv3.Secret) { all[s.GetName()] = s }

// certificateSecret is a certificate with its key as Envoy takes it.
func certificateSecret(name string, c plan.Certificate) *tlsv3.Secret {
	return KeyPair{Name: name, Certificate: []byte(c.Chain), Key: PrivateKey(c.Key.Reveal())}.secret()
}

// showing adds the certificate that is shown to a target.
func showing(common *tlsv3.CommonTlsContext, t plan.Target) {
	if t.Certificate.Name != "" {
		common.TlsCertificateSdsSecretConfigs = []*tlsv3.SdsSecretConfig{{Name: certificateSecretName(t.Certificate), SdsConfig: overADS()}}
	}
}

func rawBuffer() *corev3.TransportSocket_TypedConfig {
	return &corev3.TransportSocket_TypedConfig{TypedConfig: wrap(&rawbufferv3.RawBuffer{})}
}
