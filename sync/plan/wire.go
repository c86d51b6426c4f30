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
	// HeaderToken names to the relay the session whose request this is, once.
	HeaderToken = "x-apim-token"
	// DetailsPrefix begins the details of every reply that ext_proc makes: Envoy's own
	// replies are told by its absence.
	DetailsPrefix = "apim_"
	// UsualTimeout is how long a backend may take until its response headers, unless
	// ext_proc says otherwise: forward-request's default.
	UsualTimeout = 300 * time.Second
	// ClusterDynamicHTTP and ClusterDynamicHTTPS forward to whatever host the request's
	// authority names, by DNS.
	ClusterDynamicHTTP  = "dynamic/http"
	ClusterDynamicHTTPS = "dynamic/https"
)
