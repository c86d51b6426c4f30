package main

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
)

// A scene is what a single request happens in: the file of eval's --context.
type scene struct {
	API struct {
		ID, Name, Path, ServiceURL, Version, Revision string
	} `json:"api"`
	Operation struct {
		ID, Name, Method, URLTemplate string
	} `json:"operation"`
	Product      *struct{ ID, Name string }      `json:"product"`
	Subscription *struct{ ID, Name, Key string } `json:"subscription"`
	User         *struct {
		ID, FirstName, LastName, Email string
		Groups                         []struct{ ID, Name string }
	} `json:"user"`
	LastError *struct {
		Source, Reason, Message, Scope, Section, Path, PolicyID string
	} `json:"lastError"`
}

// readScene reads the file of a scene; without a name there is nothing in it.
func readScene(file string) (*scene, error) {
	s := new(scene)
	if file == "" {
		return s, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return s, nil
}

// exchange makes the exchange of a request, matched to the scene's operation as the gateway
// does it.
func (s *scene) exchange(r *exchange.Request) (*exchange.Exchange, error) {
	made, diags := plan.Compile(s.catalog(r.OriginalMethod), plan.Options{IgnoreProtocols: true, InstanceID: "eval"}, nil)
	if err := diags.Err(); err != nil {
		return nil, fmt.Errorf("the context: %w", err)
	}
	x := exchange.New(nil, r)
	x.Received = time.Now().UTC()
	_, _ = rand.Read(x.ID[:])                               // never fails
	x.ID[6], x.ID[8] = x.ID[6]&0x0f|0x40, x.ID[8]&0x3f|0x80 // a random UUID
	if made.Resolve(x).Failure != nil {
		return nil, fmt.Errorf("%s %s is not a request for the operation of the context", r.OriginalMethod, r.OriginalURL.PathAndQuery())
	}
	s.caller(x)
	if e := s.LastError; e != nil {
		x.LastError = &exchange.Error{Source: e.Source, Reason: e.Reason, Message: e.Message, Scope: e.Scope, Section: e.Section, Path: e.Path, PolicyID: e.PolicyID}
	}
	return x, nil
}

// catalog has the API with its operation, which is one of the method unless the scene says
// otherwise.
func (s *scene) catalog(method string) *catalog.Catalog {
	a, o := &s.API, &s.Operation
	return &catalog.Catalog{
		Service: catalog.Service{Name: "apimgw", Region: "local"},
		APIs: []*catalog.API{{
			ID: cmp.Or(a.ID, "eval"), DisplayName: cmp.Or(a.Name, a.ID, "eval"), Path: strings.Trim(a.Path, "/"),
			ServiceURL: cmp.Or(a.ServiceURL, "http://backend.test"), Version: a.Version, Revision: cmp.Or(a.Revision, "1"),
			Type: catalog.HTTP, KeyHeader: "Ocp-Apim-Subscription-Key", KeyQuery: "subscription-key", IsCurrent: true, IsOnline: true,
			Operations: []*catalog.Operation{{
				ID: cmp.Or(o.ID, "eval"), DisplayName: cmp.Or(o.Name, o.ID, "eval"),
				Method: cmp.Or(o.Method, method), URLTemplate: cmp.Or(o.URLTemplate, "/*"),
			}},
		}},
	}
}

// caller fills in who calls.
func (s *scene) caller(x *exchange.Exchange) {
	if p := s.Product; p != nil {
		x.Product = &exchange.Product{ID: p.ID, Name: p.Name, Published: true, APIs: []*exchange.API{x.API}}
	}
	if c := s.Subscription; c != nil {
		x.Subscription = &exchange.Subscription{ID: c.ID, Name: c.Name, Key: c.Key, PrimaryKey: c.Key, CreatedDate: x.Received}
	}
	if u := s.User; u != nil {
		x.User = &exchange.User{ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, RegistrationDate: x.Received}
		for _, g := range u.Groups {
			x.User.Groups = append(x.User.Groups, exchange.Group(g))
		}
	}
}

// readRequest reads a file with a request, whose target is a path or a whole URL.
func readRequest(file string) (*exchange.Request, error) {
	start, headers, body, err := readMessage(file)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(start)
	if len(words) < 2 || len(words) > 3 {
		return nil, fmt.Errorf("%s: the first line is %q, not a method, a target and HTTP/1.1", file, start)
	}
	u, err := url.Parse(words[1])
	if err != nil {
		return nil, fmt.Errorf("%s: the target: %w", file, err)
	}
	if !strings.HasPrefix(u.Path, "/") && u.Host == "" {
		return nil, fmt.Errorf("%s: the target %q is neither a path nor a URL", file, words[1])
	}
	r := &exchange.Request{OriginalMethod: words[0], Headers: headers, Body: body}
	host, hasHost := headers.First("host")
	r.Headers.Remove("host") // the URL has it
	if !hasHost || u.Host != "" {
		host = cmp.Or(u.Host, "localhost")
	}
	r.OriginalURL = exchange.URL{Scheme: cmp.Or(u.Scheme, "http"), Path: cmp.Or(u.EscapedPath(), "/"), Query: u.RawQuery}
	r.OriginalURL.Host, r.OriginalURL.Port = exchange.SplitHost(host)
	return r, nil
}

// readResponse reads a file with a response.
func readResponse(file string) (*exchange.Response, error) {
	start, headers, body, err := readMessage(file)
	if err != nil {
		return nil, err
	}
	protocol, rest, _ := strings.Cut(start, " ")
	code, reason, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if err != nil || !strings.HasPrefix(protocol, "HTTP/") {
		return nil, fmt.Errorf("%s: the first line is %q, not HTTP/1.1, a status and a reason", file, start)
	}
	made := exchange.NewResponse(status, reason)
	made.Headers, made.Body = headers, body
	return made, nil
}

// readMessage reads a file as HTTP writes messages, whichever way its lines end. The last
// line's end is not part of the body.
func readMessage(file string) (start string, headers exchange.Headers, body exchange.Body, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", headers, body, err
	}
	head, content, hasBody := strings.Cut(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n\n")
	lines := strings.Split(strings.TrimRight(head, "\n"), "\n")
	for i, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return "", headers, body, fmt.Errorf("%s:%d: %q is no header", file, i+2, line)
		}
		headers.Add(name, strings.TrimSpace(value))
	}
	if content = strings.TrimSuffix(content, "\n"); hasBody && content != "" {
		body = exchange.BodyOf([]byte(content))
	}
	if lines[0] == "" {
		err = errors.New(file + " is empty")
	}
	return lines[0], headers, body, err
}
