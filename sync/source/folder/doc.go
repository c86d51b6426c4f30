// Package folder reads a catalog from a folder in the layout of APIOps, and watches it.
//
//	policy.xml                                   policy of all APIs
//	apis/<api>/apiInformation.json               an API; apis/<api>;rev=<n> is another revision of it
//	apis/<api>/specification.{yaml,yml,json}     its OpenAPI document (2 or 3); also .wadl
//	apis/<api>/specification.{wsdl,xml}          of a SOAP API: WSDL 1.1
//	apis/<api>/specification.proto               of a gRPC API
//	apis/<api>/specification.{xml,json}          of an OData API: its metadata, in XML or JSON
//	apis/<api>/specification.graphql             of a GraphQL API
//	apis/<api>/policy.xml
//	apis/<api>/operations/<operation>/policy.xml
//	apis/<api>/operations/<operation>/operationInformation.json
//	backends/<backend>/backendInformation.json
//	certificates/<id>/                           a certificate and its key, as PFX or PEM; certificateInformation.json
//	gateways/<gateway>/apis/<api>/               the APIs of a gateway; also gateways/<gateway>/apis.json
//	gateways/<gateway>/hostnameConfigurations/<name>/hostnameConfigurationInformation.json
//	gateways/<gateway>/gatewayInformation.json   may list the same
//	groups/<group>/groupInformation.json
//	named values/<id>/namedValueInformation.json
//	policy fragments/<fragment>/policy.xml
//	products/<product>/productInformation.json, policy.xml
//	products/<product>/apis/<api>/               also products/<product>/apis.json
//	products/<product>/groups/<group>/           also products/<product>/groups.json
//	subscriptions/<id>/subscriptionInformation.json
//	users/<id>/userInformation.json
//	version sets/<id>/versionSetInformation.json
//	configuration.<environment>.yaml             changes of settings for one environment
//	secrets.yaml                                 keys and secret values; not for version control
//
// An operation is declared by the specification, by its operationInformation.json, or by
// both; the latter then has the last word. A WebSocket API has the one operation onHandshake.
// All other folders and files are left alone. docs/folder.md tells authors the same, and more.
//
// # Secrets
//
// APIOps trees hold no subscription keys and no values of secret named values. They are
// looked up, in this order:
//
//  1. The environment: APIMGW_SUBSCRIPTION_<ID>_PRIMARY_KEY, APIMGW_SUBSCRIPTION_<ID>_SECONDARY_KEY,
//     APIMGW_NAMED_VALUE_<ID> and APIMGW_CERTIFICATE_<ID>_PASSWORD. <ID> is the name of the entity's folder in capitals, each run of
//     other characters than letters and digits an underscore.
//
//  2. [Options.SecretsFile], a YAML file outside of the folder.
//
//  3. secrets.yaml in the folder:
//
//     subscriptions:
//     team-a: {primaryKey: …, secondaryKey: …}
//     namedValues:
//     backend-key: …
//     certificates:
//     shop: {password: …}
//
//  4. primaryKey and secondaryKey in subscriptionInformation.json, value in
//     namedValueInformation.json, password in certificateInformation.json.
//
// Messages never show them.
package folder
