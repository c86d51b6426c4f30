package exchange

import "time"

// An API is context.Api.
type API struct {
	ID, Name string
	// Path with a leading slash; "/" for the API without a path.
	Path       string
	Protocols  []string
	ServiceURL *URL // nil when the API has none
	Version    string
	Revision   string
	IsCurrent  bool
	// KeyHeader and KeyQuery are the names of the subscription key parameters.
	KeyHeader, KeyQuery string
}

// An Operation is context.Operation.
type Operation struct {
	ID, Name, Method, URLTemplate string
	// Responses documented for it, for mock-response.
	Responses []OperationResponse
}

// An OperationResponse is one documented response of an operation.
type OperationResponse struct {
	StatusCode      int
	Representations []Representation
}

// A Representation is one content type of a documented response.
type Representation struct {
	ContentType string
	// Examples in order, as they are to be sent; Sample is one made from the schema.
	Examples []string
	Sample   string
}

// A Product is context.Product.
type Product struct {
	ID, Name                               string
	Published                              bool
	ApprovalRequired, SubscriptionRequired bool
	SubscriptionsLimit                     *int
	APIs                                   []*API
	Groups                                 []Group
}

// A Subscription is context.Subscription. Key is the key that was sent.
type Subscription struct {
	ID, Name                      string
	Key, PrimaryKey, SecondaryKey string
	CreatedDate                   time.Time
	StartDate, EndDate            *time.Time
}

// A User is context.User.
type User struct {
	ID, FirstName, LastName, Email, Note string
	RegistrationDate                     time.Time
	Groups                               []Group
	Identities                           []Identity
}

// A Group a user belongs to.
type Group struct{ ID, Name string }

// An Identity a user signs in with.
type Identity struct{ ID, Provider string }

// A Deployment is context.Deployment.
type Deployment struct {
	Region, ServiceName, ServiceID string
	// GatewayID is "managed" only in Azure; InstanceID names this process.
	GatewayID, InstanceID string
	// Certificates of the service by id and by thumbprint.
	Certificates map[string]Certificate
}

// A Certificate of the service, in PEM; the key may be empty.
type Certificate struct{ CertificatePEM, KeyPEM string }

// A Backend is where a request is forwarded to.
type Backend struct {
	// ID of the backend entity; empty for a bare base URL.
	ID string
	// URL is the base: scheme, host, port and the path that comes before the
	// operation's. It is zero for a pool.
	URL URL
	// Cluster is the driver's name for scheme, host, port and TLS settings; empty when
	// the base URL came from an expression and so was not known when the plan was
	// compiled.
	Cluster string
	// Headers and Query are the entity's credentials, applied when the request is sent.
	Headers, Query []Field
	// Balancer decides at each forward where it goes; nil for a backend that is always
	// called itself.
	Balancer Balancer
}

// A Connection is how a backend is connected to, by the driver's names. What is empty is as
// the backend itself has it.
type Connection struct {
	// Certificate that is shown to the backend where it asks for one.
	Certificate string
	// Proxy that the backend is reached through.
	Proxy string
	// ProxyAddress is where the proxy is, host:port, and ProxyAuthorization the value of the
	// header that it is sent; empty if there is none. Both are set with Proxy, for backends and
	// proxies that the driver does not know by a name.
	ProxyAddress, ProxyAuthorization string
}

// A Balancer stands before a backend entity: a circuit breaker, or a pool that spreads
// requests over its members. Any number of exchanges use it at once.
type Balancer interface {
	// Pick chooses the backend that a forward goes to. If there is none that may be called,
	// it gives x a response that says so, and returns an *Error.
	Pick(x *Exchange) (*Backend, error)
	// Done is told how a forward to what Pick chose has ended: with x.Response, or with the
	// driver's error. It may change the headers of x.Response.
	Done(x *Exchange, b *Backend, err error)
	// Watches reports whether Done needs to see the answers. Then a program that may use the
	// backend needs the response.
	Watches() bool
}
