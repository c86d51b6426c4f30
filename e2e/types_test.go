package e2e

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/coder/websocket"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// typesBackend tells what it was asked, fails like a SOAP service, and takes WebSockets.
func typesBackend(t testing.TB) *backend {
	return newBackendOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" {
			conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"graphql-transport-ws"}})
			if err != nil {
				return // the client is told
			}
			defer func() { _ = conn.CloseNow() }() // the client may be gone
			echo(r.Context(), conn)
			return
		}
		body, _ := io.ReadAll(r.Body) // what came of it is not the backend's affair
		w.Header().Set("Content-Type", "text/plain")
		if string(body) == "fault" {
			w.Header().Set("Content-Type", "text/xml; charset=utf-8")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, soapFault) // the client may be gone
			return
		}
		fmt.Fprintf(w, "%s %s %s %s", r.Header.Get("X-Operation"), r.Method, r.URL.RequestURI(), body)
	}))
}

const soapFault = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode></s:Fault></s:Body></s:Envelope>`

func typesTree(t testing.TB, address string) tree {
	return newTree(t, address, `
-- policy.xml --
<policies>
	<inbound><set-header name="X-Operation" exists-action="override"><value>@(context.Operation.Name.Replace(" ", "-"))</value></set-header></inbound>
	<backend><forward-request /></backend><outbound /><on-error />
</policies>
-- apis/calculator/apiInformation.json --
{"properties": {"displayName": "Calculator", "path": "soap", "protocols": ["https"], "type": "soap", "subscriptionRequired": false}}
-- apis/calculator/specification.wsdl --
<wsdl:definitions xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns="http://tempuri.org/" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/">
  <wsdl:binding name="CalculatorSoap" type="tns:CalculatorSoap">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http" />
    <wsdl:operation name="Add"><soap:operation soapAction="http://tempuri.org/Add" /></wsdl:operation>
    <wsdl:operation name="Subtract"><soap:operation soapAction="http://tempuri.org/Subtract" /></wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="Calculator"><wsdl:port name="CalculatorSoap" binding="tns:CalculatorSoap"><soap:address location="http://$BACKEND/service.svc" /></wsdl:port></wsdl:service>
</wsdl:definitions>
-- apis/calculator/operations/subtract/policy.xml --
<policies><inbound><base /><set-header name="X-Operation" exists-action="override"><value>own</value></set-header></inbound></policies>
-- apis/graph/apiInformation.json --
{"properties": {"displayName": "Graph", "path": "graph", "protocols": ["http"], "serviceUrl": "http://$BACKEND/query", "type": "graphql", "subscriptionRequired": false}}
-- apis/graph/specification.graphql --
type Query { hello: String }
-- apis/trips/apiInformation.json --
{"properties": {"displayName": "Trips", "path": "trips", "protocols": ["http"], "serviceUrl": "http://$BACKEND/odata", "type": "odata", "subscriptionRequired": false}}
-- apis/trips/specification.xml --
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
  <Schema Namespace="T" xmlns="http://docs.oasis-open.org/odata/ns/edm"><EntityContainer Name="C">
    <EntitySet Name="People" EntityType="T.Person" /><FunctionImport Name="Nearest" Function="T.Nearest" />
  </EntityContainer></Schema></edmx:DataServices></edmx:Edmx>
`)
}

// SOAP, GraphQL and OData APIs pass what is theirs to their backends as it is.
func TestTypesOfAPIs(t *testing.T) {
	t.Parallel()
	b := typesBackend(t)
	g := runGateway(t, typesTree(t, b.address))
	const ok, missing = "HTTP/1.1 200 OK", "HTTP/1.1 404 Resource Not Found"
	for _, test := range []struct {
		name, request, line, body string
	}{
		{"SOAP 1.1", envoytest.Request("POST", "/soap", "<a/>", `SOAPAction: "http://tempuri.org/Add"`, "Content-Type: text/xml"), ok, "Add POST /service.svc <a/>"},
		{"SOAP 1.2", envoytest.Request("POST", "/soap", "<a/>", `Content-Type: application/soap+xml; action="http://tempuri.org/Add"`), ok, "Add POST /service.svc <a/>"},
		{"SOAP, action in the query", envoytest.Request("POST", "/soap/?soapAction=http://tempuri.org/Add", "<a/>"), ok, "Add POST /service.svc/?soapAction=http://tempuri.org/Add <a/>"},
		{"SOAP, an operation's policy", envoytest.Request("POST", "/soap", "<a/>", "SOAPAction: http://tempuri.org/Subtract"), ok, "own POST /service.svc <a/>"},
		{"SOAP, no such action", envoytest.Request("POST", "/soap", "<a/>", "SOAPAction: urn:none"), missing, notFound},
		{"SOAP fault", envoytest.Request("POST", "/soap", "fault", "SOAPAction: http://tempuri.org/Add"), "HTTP/1.1 500 Internal Server Error", soapFault},

		{"GraphQL query", envoytest.Request("POST", "/graph", `{"query":"{hello}"}`, "Content-Type: application/json"), ok, `GraphQL POST /query {"query":"{hello}"}`},
		{"GraphQL introspection in the URL", envoytest.Request("GET", "/graph?query=%7B__schema%7Btypes%7Bname%7D%7D%7D", ""), ok, "GraphQL GET /query?query=%7B__schema%7Btypes%7Bname%7D%7D%7D "},
		{"below GraphQL", envoytest.Request("POST", "/graph/x", "{}"), missing, notFound},

		{"OData service document", envoytest.Request("GET", "/trips/", ""), ok, "GET-service-document GET /odata/ "},
		{"OData metadata", envoytest.Request("GET", "/trips/$metadata", ""), ok, "GET-$metadata GET /odata/$metadata "},
		{"OData batch", envoytest.Request("POST", "/trips/$batch", "--x--"), ok, "POST-$batch POST /odata/$batch --x--"},
		{"OData set", envoytest.Request("GET", "/trips/People?$filter=Age%20gt%201", ""), ok, "GET-People GET /odata/People?$filter=Age%20gt%201 "},
		{"OData entity", envoytest.Request("PATCH", "/trips/People('a')", "{}"), ok, "PATCH-People-by-key PATCH /odata/People('a') {}"},
		{"OData, further", envoytest.Request("GET", "/trips/People('a')/Friends/$count", ""), ok, "GET-People-by-key GET /odata/People('a')/Friends/$count "},
		{"OData function", envoytest.Request("GET", "/trips/Nearest(lat=1,lon=2)", ""), ok, "GET-Nearest-by-key GET /odata/Nearest(lat=1,lon=2) "},
		{"OData, no such set", envoytest.Request("GET", "/trips/Places", ""), missing, notFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			if r := envoytest.Exchange(t, g.address, test.request); r.Line != test.line || r.Body != test.body {
				t.Errorf("got\n%s\nwant\n%s\n\n%s", r, test.line, test.body)
			}
		})
	}

	t.Run("GraphQL subscription", func(t *testing.T) {
		conn, _, err := websocket.Dial(t.Context(), "ws://"+g.address+"/graph", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.CloseNow() }() // enough is seen by then
		const subscribe = `{"type":"subscribe","id":"1","payload":{"query":"subscription{x}"}}`
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(subscribe)); err != nil {
			t.Fatal(err)
		}
		if _, got, err := conn.Read(t.Context()); err != nil || string(got) != subscribe || conn.Subprotocol() != "graphql-transport-ws" {
			t.Errorf("by %q came %q, %v", conn.Subprotocol(), got, err)
		}
	})
}
