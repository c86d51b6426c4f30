package plan

import "time"

// The names by which ext_proc and Envoy's configuration understand each other. Clients
// can send none of them: Envoy strips x-apim-* before anything else.
const (
	// HeaderKey holds the request path without its query, followed by "/."; Envoy picks
	// the virtual host by it.
	HeaderKey = "x-apim-key"
	// HeaderCluster names the cluster that GenericKey's virtual host forwards to.
	HeaderCluster = "x-apim-cluster"
	// GenericKey is the value of HeaderKey for a backend that is not the API's own. No
	// request can make it, for a path ends before a question mark.
	GenericKey = "?generic"
	// HeaderAddress holds the address of the gateway's peer, without a port. X-Forwarded-For
	// does not always: for a peer on the same host Envoy appends another address.
	HeaderAddress = "x-apim-ip"
	// HeaderCertificate holds the client's certificate: its leaf in PEM, percent-encoded.
	// Envoy writes it where it asks clients for one.
	HeaderCertificate = "x-apim-certificate"
	// HeaderDetails carries Envoy's response code details of a reply that Envoy made
	// itself; Envoy removes it from what clients get.
	HeaderDetails = "x-apim-details"
	// HeaderReason carries the reason phrase of the status line; an empty one is the
	// standard phrase. Envoy removes it.
	HeaderReason = "x-apim-reason"
	// HeaderLength carries the content-length of a body that ext_proc replaced. Envoy
	// removes it.
	HeaderLength = "x-apim-cl"
	// HeaderDial says what the dynamic clusters connect to, host:port: the backend, or the proxy
	// on the way to it. They need it; others leave it alone.
	HeaderDial = "x-apim-dial"
	// HeaderServerName is the name that the dynamic clusters ask for in TLS. Without it they ask
	// for none.
	HeaderServerName = "x-apim-server-name"
	// HeaderCheckedName is the name or address that the certificate must be for which a dynamic
	// cluster is shown. Without it any name will do.
	HeaderCheckedName = "x-apim-checked-name"
	// HeaderTunnel says where a tunnel leads, host:port, through the proxy that HeaderDial names.
	HeaderTunnel = "x-apim-tunnel"
	// HeaderProxyAuthorization is what that proxy is told; without it, it is told nothing.
	HeaderProxyAuthorization = "x-apim-proxy-authorization"
	// HeaderToken names to the relay the session whose request this is, once.
	HeaderToken = "x-apim-token"
	// DetailsPrefix begins the details of every reply that ext_proc makes: Envoy's own
	// replies are told by its absence.
	DetailsPrefix = "apim_"
	// UsualTimeout is how long a backend may take until its response headers, unless
	// ext_proc says otherwise: forward-request's default.
	UsualTimeout = 300 * time.Second
	// ConnectTimeout is how long Envoy waits for a connection to a backend, for TCP and TLS
	// together. Its timeout for headers only begins then.
	ConnectTimeout = 10 * time.Second
	// UsualBodyLimit is the largest body that a policy can have, in bytes, where the settings do
	// not say.
	UsualBodyLimit = 32 << 20
	// ClusterDynamicHTTP and ClusterDynamicHTTPS forward to whatever HeaderDial names, by DNS.
	ClusterDynamicHTTP  = "dynamic/http"
	ClusterDynamicHTTPS = "dynamic/https"
)

// DynamicTargets are those that no plan names and that are always there: whatever a request
// names, in each version of HTTP.
func DynamicTargets() []Target {
	return []Target{
		{Dynamic: true},
		{Dynamic: true, HTTP2: true},
		{Dynamic: true, TLS: true},
		{Dynamic: true, TLS: true, HTTP2: true},
		{Dynamic: true, TLS: true, Negotiate: true},
	}
}
