package library

import (
	"cmp"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func contextClass() *Class {
	return &Class{
		Name: "IProxyRequestContext", Kind: types.Interface, Go: TypeFor[*exchange.Exchange](),
		Doc: "The parameter context of every expression.",
		Members: []Member{
			M("IReadOnlyDictionary<string, object> Variables { get; }", "The variables of this request.",
				F1(func(x *exchange.Exchange) *exchange.Variables { return &x.Variables })),
			M("IRequest Request { get; }", "The request.", F1(func(x *exchange.Exchange) *exchange.Request { return x.Request })),
			M("IResponse Response { get; }", "The response; null while there is none.",
				F1(func(x *exchange.Exchange) *exchange.Response { return x.Response })),
			M("IApi Api { get; }", "The API that was matched.", F1(func(x *exchange.Exchange) *exchange.API { return x.API }),
				`context.Api.Id => "echo"`),
			M("IOperation Operation { get; }", "The operation that was matched.",
				F1(func(x *exchange.Exchange) *exchange.Operation { return x.Operation }), `context.Operation.Method => "GET"`),
			M("IProduct Product { get; }", "The product of the subscription, or null.",
				F1(func(x *exchange.Exchange) *exchange.Product { return x.Product }), `context.Product?.Name => "Starter"`),
			M("ISubscription Subscription { get; }", "The subscription whose key was sent, or null.",
				F1(func(x *exchange.Exchange) *exchange.Subscription { return x.Subscription }), `context.Subscription?.Id => "sub-1"`),
			M("IUser User { get; }", "The owner of the subscription, or null.",
				F1(func(x *exchange.Exchange) *exchange.User { return x.User }), `context.User?.Email => "ada@example.com"`),
			M("IDeployment Deployment { get; }", "The gateway and the service it belongs to.",
				F1(func(x *exchange.Exchange) *exchange.Deployment { return x.Deployment }), `context.Deployment.Region => "West Europe"`),
			M("ProxyError LastError { get; }", "What failed last, or null.",
				F1(func(x *exchange.Exchange) *ProxyError { return (*ProxyError)(x.LastError) }), `context.LastError == null => true`),
			M("Guid RequestId { get; }", "The identity of the request.",
				F1(func(x *exchange.Exchange) clr.Guid { return guidOf(x.ID) }),
				`context.RequestId.ToString() => "00112233-4455-4677-8899-aabbccddeeff"`),
			M("DateTime Timestamp { get; }", "When the request was received, in UTC.",
				F1(func(x *exchange.Exchange) clr.DateTime { return clr.DateTimeFromTime(x.Received) })),
			M("TimeSpan Elapsed { get; }", "The time since the request was received.",
				C1(func(c Call, x *exchange.Exchange) (clr.TimeSpan, error) {
					return span(x.Elapsed(c.Services.Now())), nil
				})),
			M("bool Tracing { get; }", "Whether the request is traced.", F1(func(x *exchange.Exchange) bool { return x.Tracing }),
				`context.Tracing => false`),
			M("void Trace(string message)", "Adds a message to the trace.", F2(trace)),
			M("void Trace(string source, object data)", "Adds data to the trace, under a name.", F3(traceData)),
			M("IGraphQL GraphQL { get; }", "What a GraphQL resolver is called with; null elsewhere.", F1(none),
				`context.GraphQL == null => true`, `context.GraphQL?.Arguments["id"] => null`),
			M("IMessageBody ParentResult { get; }", "The object that the field of a GraphQL resolver belongs to; null elsewhere.", F1(none),
				`context.ParentResult == null => true`),
			M("IWorkspace Workspace { get; }", "The workspace of the API, or null.", F1(none), `context.Workspace?.Id => null`),
			M("IBackend Backend { get; }", "The backend entity that was chosen, or null.", F1(backendOf)),
		},
	}
}

func none(*exchange.Exchange) any { return nil }

func backendOf(x *exchange.Exchange) *exchange.Backend {
	if x.Backend == nil || x.Backend.ID == "" {
		return nil
	}
	return x.Backend
}

func guidOf(id [16]byte) clr.Guid { return clr.Guid(id) }

func span(d time.Duration) clr.TimeSpan { return clr.TimeSpan(d / 100) }

func trace(x *exchange.Exchange, message NullString) Void {
	if x.Trace != nil {
		x.Trace.Trace("context.Trace", exchange.Information, message.Text, nil)
	}
	return Void{}
}

func traceData(x *exchange.Exchange, source NullString, data any) Void {
	if x.Trace != nil {
		x.Trace.Trace(source.Text, exchange.Information, clr.ToString(data), nil)
	}
	return Void{}
}

func graphQLClass() *Class {
	return &Class{
		Name: "IGraphQL", Kind: types.Interface, Doc: "What a GraphQL resolver is called with.",
		Members: []Member{
			M("IGraphQLDataObject Arguments { get; }", "The field's arguments.", F1(same)),
			M("IGraphQLDataObject GraphQLArguments { get; }", "The field's arguments.", F1(same)),
			M("IGraphQLDataObject Parent { get; }", "The object that the field belongs to.", F1(same)),
		},
	}
}

func same(v any) any { return v }

func graphQLDataClass() *Class {
	return &Class{
		Name: "IGraphQLDataObject", Kind: types.Interface, Doc: "Arguments or a parent object of a GraphQL field.",
		Members: []Member{M("JToken this[string key] { get; }", "The value of an argument or a field.", F2(func(v any, _ string) any { return v }))},
	}
}

func workspaceClass() *Class {
	return &Class{
		Name: "IWorkspace", Kind: types.Interface, Doc: "A workspace.",
		Members: []Member{
			M("string Id { get; }", "The identity of the workspace.", F1(func(any) string { return "" })),
			M("string Name { get; }", "The name of the workspace.", F1(func(any) string { return "" })),
		},
	}
}

func backendClass() *Class {
	return &Class{
		Name: "IBackend", Kind: types.Interface, Go: TypeFor[*exchange.Backend](), Doc: "A backend entity.",
		Members: []Member{
			M("string Id { get; }", "The identity of the backend.", F1(func(b *exchange.Backend) string { return b.ID })),
			M("BackendType Type { get; }", "Single or Pool.", Boxed(backendType)),
			M("string AzureRegion { get; }", "The backend's Azure region, or null.", F1(func(*exchange.Backend) NullString { return NullString{} })),
		},
	}
}

// backendType is Pool for a backend that has no place of its own.
func backendType(c Call, args []any) (any, error) {
	if b, ok := args[0].(*exchange.Backend); ok && b.URL.Host == "" {
		return EnumOf(c.Result, 1), nil
	}
	return EnumOf(c.Result, 0), nil
}

func backendTypeEnum() *Class {
	return &Class{Name: "BackendType", Kind: types.Enum, Doc: "The kinds of backends.", Values: "Single Pool"}
}

func messageClass() *Class {
	return &Class{
		Name: "IMessage", Kind: types.Interface, Doc: "What request and response have in common.",
		Members: []Member{
			M("IReadOnlyDictionary<string, string[]> Headers { get; }", "The headers; names compare without regard to case.", F1(headersOf),
				`context.Request.Headers["X-Many"][1] => "b"`, `context.Request.Headers.ContainsKey("x-one") => true`),
			M("IMessageBody Body { get; }", "The body; null of a request without one.", F1(bodyOf),
				`context.Request.Body.As<string>(preserveContent: true) => "{\"a\":1}"`),
		},
	}
}

func headersOf(message any) *exchange.Headers {
	switch m := message.(type) {
	case *exchange.Request:
		return &m.Headers
	case *exchange.Response:
		return &m.Headers
	}
	return nil
}

func requestClass() *Class {
	return &Class{
		Name: "IRequest", Kind: types.Interface, Bases: "IMessage", Go: TypeFor[*exchange.Request](), Doc: "The request.",
		Members: []Member{
			M("string Method { get; }", "The method, as received.", F1(func(r *exchange.Request) string { return r.Method }),
				`context.Request.Method => "POST"`),
			M("string OriginalMethod { get; }", "The method the client sent.", F1(func(r *exchange.Request) string { return r.OriginalMethod })),
			M("IUrl Url { get; }", "The URL as it goes to the backend.", F1(func(r *exchange.Request) *URL { return (*URL)(&r.URL) }),
				`context.Request.Url.Path => "/orders/1"`),
			M("IUrl OriginalUrl { get; }", "The URL the client asked for.", F1(func(r *exchange.Request) *URL { return (*URL)(&r.OriginalURL) }),
				`context.Request.OriginalUrl.ToString() => "https://api.example.com/echo/orders/1?a=1&b=x%20y"`),
			M("string IpAddress { get; }", "The address of the client.", F1(func(r *exchange.Request) string { return r.IPAddress }),
				`context.Request.IpAddress => "192.0.2.1"`),
			M("IReadOnlyDictionary<string, string> MatchedParameters { get; }", "The parameters of the operation's template.",
				F1(func(r *exchange.Request) *Parameters { return (*Parameters)(r) }), `context.Request.MatchedParameters["id"] => "1"`),
			M("X509Certificate2 Certificate { get; }", "The client's certificate, or null.", E1(clientCertificate), `context.Request.Certificate == null => true`),
			M("bool HasBody { get; }", "Whether the request has a body.", F1(func(r *exchange.Request) bool { return r.Body.Present() })),
			M("IPrivateEndpointConnection PrivateEndpointConnection { get; }", "Null: there are no private endpoints here.",
				F1(func(*exchange.Request) any { return nil })),
			M("IFoundry Foundry { get; }", "Null: there is no AI Foundry here.", F1(func(*exchange.Request) any { return nil })),
		},
	}
}

func privateEndpointClass() *Class {
	nothing := F1(func(any) string { return "" })
	return &Class{
		Name: "IPrivateEndpointConnection", Kind: types.Interface, Doc: "A private endpoint connection.",
		Members: []Member{
			M("string Name { get; }", "The name of the connection.", nothing),
			M("string GroupId { get; }", "The group of the connection.", nothing),
			M("string MemberName { get; }", "The member of the connection.", nothing),
		},
	}
}

func foundryClass() *Class {
	return &Class{
		Name: "IFoundry", Kind: types.Interface, Doc: "An AI Foundry deployment.",
		Members: []Member{M("string Deployment { get; }", "The name of the deployment.", F1(func(any) string { return "" }))},
	}
}

func responseClass() *Class {
	return &Class{
		Name: "IResponse", Kind: types.Interface, Bases: "IMessage", Go: TypeFor[*exchange.Response](), Doc: "A response.",
		Members: []Member{
			M("int StatusCode { get; }", "The status code.", F1(func(r *exchange.Response) int { return r.StatusCode }),
				`((IResponse)context.Variables["reply"]).StatusCode => 404`),
			M("string StatusReason { get; }", "The reason phrase.", F1(reasonOf),
				`((IResponse)context.Variables["reply"]).StatusReason => "Not Found"`),
		},
	}
}

// A URL is an IUrl.
type URL exchange.URL

func (u *URL) url() *exchange.URL { return (*exchange.URL)(u) }

// TypeName is the interface's name.
func (u *URL) TypeName() string { return "IUrl" }

// ToString is the whole URL.
func (u *URL) ToString() string { return u.url().String() }

func urlClass() *Class {
	return &Class{
		Name: "IUrl", Kind: types.Interface, Go: TypeFor[*URL](), Doc: "A URL.",
		Members: []Member{
			M("string Scheme { get; }", "The scheme, such as https.", F1(func(u *URL) string { return u.Scheme }),
				`context.Request.OriginalUrl.Scheme => "https"`),
			M("string Host { get; }", "The host, without a port.", F1(func(u *URL) string { return u.Host }),
				`context.Request.OriginalUrl.Host => "api.example.com"`),
			M("int Port { get; }", "The port, be it the scheme's own.", F1(func(u *URL) int { return u.url().EffectivePort() }), `context.Request.OriginalUrl.Port => 443`),
			M("string Path { get; }", "The path, escaped, with a leading slash.", F1(func(u *URL) string { return cmp.Or(u.Path, "/") }),
				`context.Request.OriginalUrl.Path => "/echo/orders/1"`),
			M("IReadOnlyDictionary<string, string[]> Query { get; }", "The query parameters, decoded.",
				F1(func(u *URL) *Query { return (*Query)(u) }),
				`context.Request.Url.Query.GetValueOrDefault("b", "") => "x y"`),
			M("string QueryString { get; }", "The query with its question mark, or nothing.", F1(queryString),
				`context.Request.Url.QueryString => "?a=1&b=x%20y"`),
			M("string ToString()", "The whole URL.", F1((*URL).ToString)),
			M("Uri ToUri()", "The URL as a Uri.", E1(func(u *URL) (*clr.URI, error) { return clr.ParseURI(u.ToString(), clr.URIAbsolute) }),
				`context.Request.OriginalUrl.ToUri().AbsolutePath => "/echo/orders/1"`),
		},
	}
}

func queryString(u *URL) string {
	if u.Query == "" {
		return ""
	}
	return "?" + u.Query
}
