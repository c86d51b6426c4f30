package library

import (
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func apiClass() *Class {
	text := func(f func(*exchange.API) string) Code { return F1(f) }
	return &Class{
		Name: "IApi", Kind: types.Interface, Go: TypeFor[*exchange.API](), Doc: "An API.",
		Members: []Member{
			M("string Id { get; }", "The identity of the API.", text(func(a *exchange.API) string { return a.ID })),
			M("string Name { get; }", "The display name.", text(func(a *exchange.API) string { return a.Name }), `context.Api.Name => "Echo API"`),
			M("string Path { get; }", "The API's URL suffix, with a leading slash.", text(func(a *exchange.API) string { return a.Path }),
				`context.Api.Path => "/echo"`),
			M("string Version { get; }", "The version, or nothing.", text(func(a *exchange.API) string { return a.Version })),
			M("string Revision { get; }", "The revision.", text(func(a *exchange.API) string { return a.Revision }), `context.Api.Revision => "1"`),
			M("bool IsCurrentRevision { get; }", "Whether the revision is the current one.",
				F1(func(a *exchange.API) bool { return a.IsCurrent }), `context.Api.IsCurrentRevision => true`),
			M("IUrl ServiceUrl { get; }", "The URL of the backend, or null.", F1(func(a *exchange.API) *URL { return (*URL)(a.ServiceURL) })),
			M("IEnumerable<string> Protocols { get; }", "The protocols the API is served with.",
				F1(func(a *exchange.API) *Array { return Strings(a.Protocols...) })),
			M("SubscriptionKeyParameterNames SubscriptionKeyParameterNames { get; }", "Where the subscription key is sent.",
				F1(func(a *exchange.API) keyNames { return keyNames{a.KeyHeader, a.KeyQuery} }),
				`context.Api.SubscriptionKeyParameterNames.Header => "Ocp-Apim-Subscription-Key"`),
		},
	}
}

type keyNames struct{ header, query string }

func keyNamesClass() *Class {
	return &Class{
		Name: "SubscriptionKeyParameterNames", Kind: types.Struct, Go: TypeFor[keyNames](), Doc: "Names of the subscription key's parameters.",
		Members: []Member{
			M("string Header { get; }", "The header's name.", F1(func(k keyNames) string { return k.header })),
			M("string Query { get; }", "The query parameter's name.", F1(func(k keyNames) string { return k.query })),
		},
	}
}

func operationClass() *Class {
	text := func(f func(*exchange.Operation) string) Code { return F1(f) }
	return &Class{
		Name: "IOperation", Kind: types.Interface, Go: TypeFor[*exchange.Operation](), Doc: "An operation of an API.",
		Members: []Member{
			M("string Id { get; }", "The identity of the operation.", text(func(o *exchange.Operation) string { return o.ID }), `context.Operation.Id => "get-order"`),
			M("string Name { get; }", "The display name.", text(func(o *exchange.Operation) string { return o.Name }), `context.Operation.Name => "Get order"`),
			M("string Method { get; }", "The method.", text(func(o *exchange.Operation) string { return o.Method })),
			M("string UrlTemplate { get; }", "The URL template.", text(func(o *exchange.Operation) string { return o.URLTemplate }),
				`context.Operation.UrlTemplate => "/orders/{id}"`),
		},
	}
}

func productClass() *Class {
	limit := F1(func(p *exchange.Product) any {
		if p.SubscriptionsLimit == nil {
			return nil
		}
		return int32(*p.SubscriptionsLimit)
	})
	return &Class{
		Name: "IProduct", Kind: types.Interface, Go: TypeFor[*exchange.Product](), Doc: "A product.",
		Members: []Member{
			M("string Id { get; }", "The identity of the product.", F1(func(p *exchange.Product) string { return p.ID }), `context.Product.Id => "starter"`),
			M("string Name { get; }", "The display name.", F1(func(p *exchange.Product) string { return p.Name })),
			M("ProductState State { get; }", "Whether the product is published.", Boxed(productState), `context.Product.State => Published`),
			M("bool ApprovalRequired { get; }", "Whether subscriptions need approval.", F1(func(p *exchange.Product) bool { return p.ApprovalRequired })),
			M("bool SubscriptionRequired { get; }", "Whether a subscription is needed.", F1(func(p *exchange.Product) bool { return p.SubscriptionRequired })),
			M("int? SubscriptionsLimit { get; }", "How many subscriptions a user may have, or null.", limit),
			M("int? SubscriptionLimit { get; }", "How many subscriptions a user may have, or null.", limit),
			M("IEnumerable<IGroup> Groups { get; }", "The groups that see the product.", C1(func(c Call, p *exchange.Product) (*Array, error) { return groups(c, p.Groups), nil })),
			M("IEnumerable<IApi> Apis { get; }", "The APIs of the product.", C1(func(c Call, p *exchange.Product) (*Array, error) { return listOf(c, p.APIs), nil })),
		},
	}
}

// listOf makes an array of pointers, for a result of type IEnumerable<T>.
func listOf[T any](c Call, list []*T) *Array {
	out := &Array{Elem: c.Result.Args[0], Data: make([]any, len(list))}
	for i, v := range list {
		out.Data[i] = v
	}
	return out
}

func groups(c Call, list []exchange.Group) *Array {
	pointers := make([]*exchange.Group, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	return listOf(c, pointers)
}

func productState(c Call, args []any) (any, error) {
	if args[0].(*exchange.Product).Published {
		return EnumOf(c.Result, 1), nil
	}
	return EnumOf(c.Result, 0), nil
}

func productStateEnum() *Class {
	return &Class{Name: "ProductState", Kind: types.Enum, Doc: "Whether a product is published.", Values: "NotPublished Published"}
}

func date(t time.Time) clr.DateTime { return clr.DateTimeFromTime(t) }

func optionalDate(t *time.Time) any {
	if t == nil {
		return nil
	}
	return date(*t)
}

func subscriptionClass() *Class {
	text := func(f func(*exchange.Subscription) string) Code { return F1(f) }
	created := F1(func(s *exchange.Subscription) clr.DateTime { return date(s.CreatedDate) })
	return &Class{
		Name: "ISubscription", Kind: types.Interface, Go: TypeFor[*exchange.Subscription](), Doc: "A subscription.",
		Members: []Member{
			M("string Id { get; }", "The identity of the subscription.", text(func(s *exchange.Subscription) string { return s.ID })),
			M("string Name { get; }", "The display name.", text(func(s *exchange.Subscription) string { return s.Name })),
			M("string Key { get; }", "The key that was sent.", text(func(s *exchange.Subscription) string { return s.Key })),
			M("string PrimaryKey { get; }", "The primary key.", text(func(s *exchange.Subscription) string { return s.PrimaryKey })),
			M("string SecondaryKey { get; }", "The secondary key.", text(func(s *exchange.Subscription) string { return s.SecondaryKey })),
			M("DateTime CreatedDate { get; }", "When it was created.", created),
			M("DateTime CreatedTime { get; }", "When it was created.", created),
			M("DateTime? StartDate { get; }", "When it became active, or null.", F1(func(s *exchange.Subscription) any { return optionalDate(s.StartDate) })),
			M("DateTime? EndDate { get; }", "When it ends, or null.", F1(func(s *exchange.Subscription) any { return optionalDate(s.EndDate) })),
		},
	}
}

func userClass() *Class {
	text := func(f func(*exchange.User) string) Code { return F1(f) }
	return &Class{
		Name: "IUser", Kind: types.Interface, Go: TypeFor[*exchange.User](), Doc: "A developer.",
		Members: []Member{
			M("string Id { get; }", "The identity of the user.", text(func(u *exchange.User) string { return u.ID })),
			M("string Email { get; }", "The e-mail address.", text(func(u *exchange.User) string { return u.Email })),
			M("string FirstName { get; }", "The first name.", text(func(u *exchange.User) string { return u.FirstName })),
			M("string LastName { get; }", "The last name.", text(func(u *exchange.User) string { return u.LastName })),
			M("string Note { get; }", "A note about the user.", text(func(u *exchange.User) string { return u.Note })),
			M("DateTime RegistrationDate { get; }", "When the user registered.", F1(func(u *exchange.User) clr.DateTime { return date(u.RegistrationDate) })),
			M("IEnumerable<IGroup> Groups { get; }", "The groups the user belongs to.",
				C1(func(c Call, u *exchange.User) (*Array, error) { return groups(c, u.Groups), nil })),
			M("IEnumerable<IUserIdentity> Identities { get; }", "The identities the user signs in with.",
				C1(func(c Call, u *exchange.User) (*Array, error) {
					list := make([]*exchange.Identity, len(u.Identities))
					for i := range u.Identities {
						list[i] = &u.Identities[i]
					}
					return listOf(c, list), nil
				})),
		},
	}
}

func groupClass() *Class {
	return &Class{
		Name: "IGroup", Kind: types.Interface, Go: TypeFor[*exchange.Group](), Doc: "A group of users.",
		Members: []Member{
			M("string Id { get; }", "The identity of the group.", F1(func(g *exchange.Group) string { return g.ID })),
			M("string Name { get; }", "The name of the group.", F1(func(g *exchange.Group) string { return g.Name })),
		},
	}
}

func identityClass() *Class {
	return &Class{
		Name: "IUserIdentity", Kind: types.Interface, Go: TypeFor[*exchange.Identity](), Doc: "An identity a user signs in with.",
		Members: []Member{
			M("string Id { get; }", "The identity.", F1(func(i *exchange.Identity) string { return i.ID })),
			M("string Provider { get; }", "Who vouches for it.", F1(func(i *exchange.Identity) string { return i.Provider })),
		},
	}
}

type gateway exchange.Deployment

func deploymentClass() *Class {
	text := func(f func(*exchange.Deployment) string) Code { return F1(f) }
	return &Class{
		Name: "IDeployment", Kind: types.Interface, Go: TypeFor[*exchange.Deployment](), Doc: "The service and the gateway.",
		Members: []Member{
			M("string Region { get; }", "The region's display name.", text(func(d *exchange.Deployment) string { return d.Region })),
			M("string ServiceName { get; }", "The name of the service.", text(func(d *exchange.Deployment) string { return d.ServiceName }),
				`context.Deployment.ServiceName => "contoso"`),
			M("string ServiceId { get; }", "The identity of the service.", text(func(d *exchange.Deployment) string { return d.ServiceID })),
			M("string GatewayId { get; }", "The identity of the gateway.", text(func(d *exchange.Deployment) string { return d.GatewayID })),
			M("IGateway Gateway { get; }", "The gateway.", F1(func(d *exchange.Deployment) *gateway { return (*gateway)(d) }),
				`context.Deployment.Gateway.Id => "gw"`),
			M("IReadOnlyDictionary<string, X509Certificate2> Certificates { get; }", "The service's certificates, by id and by thumbprint.",
				F1(func(d *exchange.Deployment) *Certificates { return (*Certificates)(d) }), `context.Deployment.Certificates.ContainsKey("none") => false`),
			M("ISustainabilityInfo SustainabilityInfo { get; }", "Null: nothing is known of it here.", F1(func(*exchange.Deployment) any { return nil })),
		},
	}
}

func gatewayClass() *Class {
	return &Class{
		Name: "IGateway", Kind: types.Interface, Go: TypeFor[*gateway](), Doc: "A gateway.",
		Members: []Member{
			M("string Id { get; }", "The identity of the gateway; managed in Azure.", F1(func(g *gateway) string { return g.GatewayID })),
			M("string InstanceId { get; }", "The identity of this process.", F1(func(g *gateway) string { return g.InstanceID })),
			M("bool IsManaged { get; }", "Whether the gateway runs in Azure.", F1(func(g *gateway) bool { return g.GatewayID == "managed" }),
				`context.Deployment.Gateway.IsManaged => false`),
		},
	}
}

func sustainabilityClass() *Class {
	return &Class{
		Name: "ISustainabilityInfo", Kind: types.Interface, Doc: "What is known of the carbon intensity.",
		Members: []Member{M("string CurrentCarbonIntensity { get; }", "The current carbon intensity.", F1(func(any) string { return "" }))},
	}
}

// A ProxyError is context.LastError.
type ProxyError exchange.Error

func proxyErrorClass() *Class {
	text := func(f func(*ProxyError) string) Code {
		return F1(func(e *ProxyError) NullString {
			s := f(e)
			return NullString{s, s != ""}
		})
	}
	zero := F1(func(*ProxyError) int { return 0 })
	return &Class{
		Name: "ProxyError", Go: TypeFor[*ProxyError](), Doc: "What failed.",
		Members: []Member{
			M("string Source { get; }", "The policy or step that failed.", text(func(e *ProxyError) string { return e.Source })),
			M("string Reason { get; }", "A word for what failed.", text(func(e *ProxyError) string { return e.Reason })),
			M("string Message { get; }", "What failed, for people.", text(func(e *ProxyError) string { return e.Message })),
			M("string Scope { get; }", "The scope of the policy.", text(func(e *ProxyError) string { return e.Scope })),
			M("string Section { get; }", "The section of the policy.", text(func(e *ProxyError) string { return e.Section })),
			M("string Path { get; }", "Where the policy is, such as choose[3]/when[2].", text(func(e *ProxyError) string { return e.Path })),
			M("string PolicyId { get; }", "The id attribute of the policy; empty if it has none.", F1(func(e *ProxyError) NullString { return NullString{e.PolicyID, e.Section != ""} })),
			M("int Elapsed { get; }", "Zero.", zero),
			M("int HttpErrorCode { get; }", "The status of the failure.", F1(func(e *ProxyError) int { return e.Status })),
			M("int TransportErrorCode { get; }", "Zero.", zero),
			M("string ToString()", "All of it, as JSON.", F1((*ProxyError).ToString)),
		},
	}
}

// TypeName is the class.
func (e *ProxyError) TypeName() string { return "ProxyError" }

// ToString is all of it, as JSON.
func (e *ProxyError) ToString() string {
	parts := map[string]string{"source": e.Source, "reason": e.Reason, "message": e.Message, "scope": e.Scope, "section": e.Section, "path": e.Path, "policyId": e.PolicyID}
	names := make([]string, 0, len(parts))
	for name := range parts {
		names = append(names, name)
	}
	sort.Strings(names)
	for i, name := range names {
		names[i] = strconv.Quote(name) + ":" + strconv.Quote(parts[name])
	}
	return "{" + strings.Join(names, ",") + "}"
}
