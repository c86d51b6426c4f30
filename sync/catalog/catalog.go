package catalog

import (
	"crypto/sha256"
	"time"
)

// A Catalog is everything that one gateway serves.
type Catalog struct {
	// Version is the hash of the contents; set by Seal.
	Version string `json:"version"`
	// Gateway is the id of the gateway the catalog was made for; may be empty.
	Gateway string `json:"gateway,omitempty"`
	// Service tells context.Deployment.
	Service Service `json:"service"`

	// Policy of all APIs; nil when there is none.
	Policy        *Policy         `json:"policy,omitempty"`
	APIs          []*API          `json:"apis,omitempty"`
	VersionSets   []*VersionSet   `json:"versionSets,omitempty"`
	Products      []*Product      `json:"products,omitempty"`
	Subscriptions []*Subscription `json:"subscriptions,omitempty"`
	Users         []*User         `json:"users,omitempty"`
	Groups        []*Group        `json:"groups,omitempty"`
	Backends      []*Backend      `json:"backends,omitempty"`
	NamedValues   []*NamedValue   `json:"namedValues,omitempty"`
	Fragments     []*Fragment     `json:"fragments,omitempty"`
	Certificates  []*Certificate  `json:"certificates,omitempty"`
	Hostnames     []*Hostname     `json:"hostnames,omitempty"`
}

// A Service is the API Management instance that the gateway belongs to.
type Service struct {
	Name   string `json:"name,omitempty"`
	Region string `json:"region,omitempty"`
}

// A Policy is one policy document as its author wrote it.
type Policy struct {
	// File is what messages call it: a path relative to the source's root.
	File string `json:"file"`
	Text string `json:"text"`
}

// APIType says how an API is spoken.
type APIType string

// The types of an API.
const (
	HTTP      APIType = "http"
	SOAP      APIType = "soap"
	WebSocket APIType = "websocket"
	GraphQL   APIType = "graphql"
	GRPC      APIType = "grpc"
	OData     APIType = "odata"
)

// An API is one revision of one version of an API.
type API struct {
	// ID is the resource name without a revision, such as "orders".
	ID          string `json:"id"`
	DisplayName string `json:"displayName,omitempty"`
	// Path below the gateway's root, without slashes at its ends; may be empty.
	Path string `json:"path"`
	// Protocols are among "http", "https", "ws" and "wss".
	Protocols []string `json:"protocols,omitempty"`
	// ServiceURL is where requests go when no policy says otherwise; may be empty.
	ServiceURL string  `json:"serviceUrl,omitempty"`
	Type       APIType `json:"type"`

	SubscriptionRequired bool `json:"subscriptionRequired"`
	// KeyHeader and KeyQuery name the subscription key's parameters; never empty.
	KeyHeader string `json:"keyHeader"`
	KeyQuery  string `json:"keyQuery"`

	// VersionSet is the id of the version set; empty for an API without versions.
	VersionSet string `json:"versionSet,omitempty"`
	// Version is the identifier in the set; empty is the original.
	Version   string `json:"version,omitempty"`
	Revision  string `json:"revision"`
	IsCurrent bool   `json:"isCurrent"`
	IsOnline  bool   `json:"isOnline"`

	Operations []*Operation `json:"operations,omitempty"`
	Policy     *Policy      `json:"policy,omitempty"`
	// File is where the API was declared, for messages.
	File string `json:"file,omitempty"`

	// sum is the hash of the API once a Seal has made it: sources take over what did
	// not change, and then it is not hashed again.
	sum [sha256.Size]byte
}

// An Operation of an API.
type Operation struct {
	// ID is the resource name.
	ID          string `json:"id"`
	DisplayName string `json:"displayName,omitempty"`
	Method      string `json:"method"`
	// URLTemplate as API Management writes it: "/orders/{id}?state={state}", "/files/*".
	URLTemplate string `json:"urlTemplate"`
	// Place is where the template was written, for messages; nil when that is not known.
	// It is no part of what is published.
	Place     *Place     `json:"-"`
	Responses []Response `json:"responses,omitempty"`
	Policy    *Policy    `json:"policy,omitempty"`
}

// A Place is a piece of a file: the bytes from Start up to End of its text.
type Place struct {
	File, Text string
	Start, End int
}

// A Response is one documented response of an operation.
type Response struct {
	StatusCode      int              `json:"statusCode"`
	Representations []Representation `json:"representations,omitempty"`
}

// A Representation is one content type of a documented response.
type Representation struct {
	ContentType string `json:"contentType"`
	// Examples in their order, as text to be sent.
	Examples []string `json:"examples,omitempty"`
	// Sample is a text made from the schema, when there is one.
	Sample string `json:"sample,omitempty"`
}

// A VersionSet says where the version identifier of its APIs stands.
type VersionSet struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName,omitempty"`
	// Scheme is "Segment", "Query" or "Header".
	Scheme     string `json:"scheme"`
	QueryName  string `json:"queryName,omitempty"`
	HeaderName string `json:"headerName,omitempty"`
}

// A Product bundles APIs for subscribers.
type Product struct {
	ID                   string `json:"id"`
	DisplayName          string `json:"displayName,omitempty"`
	Published            bool   `json:"published"`
	SubscriptionRequired bool   `json:"subscriptionRequired"`
	ApprovalRequired     bool   `json:"approvalRequired"`
	SubscriptionsLimit   *int   `json:"subscriptionsLimit,omitempty"`
	// APIs and Groups are ids.
	APIs   []string `json:"apis,omitempty"`
	Groups []string `json:"groups,omitempty"`
	Policy *Policy  `json:"policy,omitempty"`
}

// A Subscription gives a key a scope.
type Subscription struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName,omitempty"`
	// Scope is "/products/{id}", "/apis/{id}", "/apis" or "/" (all access).
	Scope string `json:"scope"`
	// Owner is the id of a user; may be empty.
	Owner        string `json:"owner,omitempty"`
	PrimaryKey   Secret `json:"primaryKey,omitempty"`
	SecondaryKey Secret `json:"secondaryKey,omitempty"`
	// State is "active", "suspended", "submitted", "rejected", "cancelled" or
	// "expired". Only an active one lets requests pass.
	State        string     `json:"state"`
	AllowTracing bool       `json:"allowTracing,omitempty"`
	Created      time.Time  `json:"created,omitzero"`
	Start        *time.Time `json:"start,omitempty"`
	End          *time.Time `json:"end,omitempty"`
}

// A User owns subscriptions.
type User struct {
	ID         string     `json:"id"`
	FirstName  string     `json:"firstName,omitempty"`
	LastName   string     `json:"lastName,omitempty"`
	Email      string     `json:"email,omitempty"`
	Note       string     `json:"note,omitempty"`
	Registered time.Time  `json:"registered,omitzero"`
	Groups     []string   `json:"groups,omitempty"`
	Identities []Identity `json:"identities,omitempty"`
}

// An Identity a user signs in with.
type Identity struct {
	ID       string `json:"id"`
	Provider string `json:"provider"`
}

// A Group of users.
type Group struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName,omitempty"`
}

// A Backend is a named place to forward requests to.
type Backend struct {
	ID string `json:"id"`
	// Type is "Single" or "Pool".
	Type string `json:"type"`
	// URL of a single backend.
	URL string `json:"url,omitempty"`
	// Headers and Query are credentials; values may hold {{named values}}, resolved by
	// the plan.
	Headers map[string][]Secret `json:"headers,omitempty"`
	Query   map[string][]Secret `json:"query,omitempty"`
	// AuthorizationScheme and AuthorizationParameter make an Authorization header.
	AuthorizationScheme    string `json:"authorizationScheme,omitempty"`
	AuthorizationParameter Secret `json:"authorizationParameter,omitempty"`
	// SkipChain and SkipName switch off validation of the server's certificate.
	SkipChain bool `json:"skipCertificateChain,omitempty"`
	SkipName  bool `json:"skipCertificateName,omitempty"`
	// Certificates that are shown to the backend, by id.
	Certificates []string `json:"certificates,omitempty"`
	// Proxy that the backend is reached through, or nil.
	Proxy *Proxy `json:"proxy,omitempty"`
	// CircuitBreaker of a single backend, or nil.
	CircuitBreaker *CircuitBreaker `json:"circuitBreaker,omitempty"`
	// Members of a pool, by backend id.
	Members []PoolMember `json:"members,omitempty"`
	// AffinityCookie binds a client to a member of the pool; empty for none.
	AffinityCookie string `json:"affinityCookie,omitempty"`
	// Unsupported names settings that this gateway does not have yet, such as
	// "circuitBreaker": a backend with any is refused where it is used.
	Unsupported []string `json:"unsupported,omitempty"`
	File        string   `json:"file,omitempty"`
}

// A PoolMember is one backend of a pool.
type PoolMember struct {
	ID       string `json:"id"`
	Priority int    `json:"priority"`
	Weight   int    `json:"weight"`
}

// A Proxy is an HTTP proxy on the way to a backend.
type Proxy struct {
	URL      string `json:"url"`
	Username string `json:"username,omitempty"`
	Password Secret `json:"password,omitempty"`
}

// A CircuitBreaker says when nothing is sent to a backend for a while.
type CircuitBreaker struct {
	Name string `json:"name,omitempty"`
	// Count of failures in the interval that trips it, or Percentage of the requests in
	// the interval; the other is 0.
	Count      int           `json:"count,omitempty"`
	Percentage int           `json:"percentage,omitempty"`
	Interval   time.Duration `json:"interval"`
	// StatusCodes and ErrorReasons are what counts as a failure.
	StatusCodes  []StatusRange `json:"statusCodes,omitempty"`
	ErrorReasons []string      `json:"errorReasons,omitempty"`
	TripDuration time.Duration `json:"tripDuration"`
	// AcceptRetryAfter takes the time from the Retry-After header of the answer that trips
	// it, where it has one.
	AcceptRetryAfter bool `json:"acceptRetryAfter,omitempty"`
}

// A StatusRange is a range of status codes, both ends included.
type StatusRange struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// A Certificate of the service: shown to backends, used for host names, and in
// context.Deployment.Certificates.
type Certificate struct {
	ID string `json:"id"`
	// Thumbprint is the SHA-1 hash of the leaf in upper-case hexadecimal digits.
	Thumbprint string `json:"thumbprint"`
	// PEM is the chain, the leaf first.
	PEM string `json:"pem"`
	// Key is the private key in PEM; empty when it is not known.
	Key  Secret `json:"key,omitempty"`
	File string `json:"file,omitempty"`
}

// A NamedValue is put into policy texts for {{DisplayName}}.
type NamedValue struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
	Value       Secret `json:"value"`
	Secret      bool   `json:"secret,omitempty"`
}

// A Fragment is a policy text that others include.
type Fragment struct {
	ID     string `json:"id"`
	Policy Policy `json:"policy"`
}

// A Hostname is a name the gateway answers to.
type Hostname struct {
	Name string `json:"name"`
	// Certificate that is shown for the name, by id; empty where the gateway's own settings
	// say which.
	Certificate string `json:"certificate,omitempty"`
	// NegotiateClientCertificate asks clients for a certificate.
	NegotiateClientCertificate bool `json:"negotiateClientCertificate,omitempty"`
	// HTTP1Only keeps HTTP/2 from its clients.
	HTTP1Only bool `json:"http1Only,omitempty"`
}

// A Secret is a text that logs and messages must not show.
type Secret string

// String hides the secret.
func (Secret) String() string { return "[redacted]" }

// GoString hides the secret.
func (Secret) GoString() string { return "[redacted]" }

// Reveal returns the secret.
func (s Secret) Reveal() string { return string(s) }
