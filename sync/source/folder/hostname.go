package folder

import (
	"context"
	"regexp"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

// A hostname is what a gateway's folder says of one name.
type hostname struct {
	catalog.Hostname
	certificate certificateRef // empty name for none
	file        string
	at          diag.Range // of the name
}

// readHostnames reads the host names of the gateway, or of all of them where all APIs are
// served. They are in gateways/ID/hostnameConfigurations/NAME, a folder for each, or in a
// list of gatewayInformation.json.
func (b *builder) readHostnames(ctx context.Context) error {
	first := map[string]diag.Range{}
	for _, d := range b.section("gateways") {
		if g := b.folder.options.Gateway; g != "" && !strings.EqualFold(d.name, g) {
			continue
		}
		all, err := b.hostnamesOf(ctx, d)
		if err != nil {
			return err
		}
		for _, h := range all {
			key := strings.ToLower(h.Name)
			if other, twice := first[key]; twice {
				b.duplicate(h.at, other, "host name", h.Name)
				continue
			}
			first[key] = h.at
			b.addHostname(h)
		}
	}
	return nil
}

func (b *builder) addHostname(h *hostname) {
	made := h.Hostname
	if h.certificate.name != "" {
		made.Certificate = b.certificateIDs([]certificateRef{h.certificate}, h.file)[0]
	}
	b.catalog.Hostnames = append(b.catalog.Hostnames, &made)
}

// hostnamesOf reads those of one gateway.
func (b *builder) hostnamesOf(ctx context.Context, d *dir) ([]*hostname, error) {
	var out []*hostname
	if d.file(gatewayInformation) != nil {
		listed, err := readSection(ctx, b, "gateways", []*dir{d}, (*entry).listedHostnames)
		if err != nil {
			return nil, err
		}
		for _, r := range listed {
			out = append(out, *r.value...)
		}
	}
	if below := d.sub("hostnameConfigurations"); below != nil {
		own, err := readSection(ctx, b, "hostnameconfigurations", inOrder(below.dirs), (*entry).hostname)
		if err != nil {
			return nil, err
		}
		for _, r := range own {
			out = append(out, r.value)
		}
	}
	return out, nil
}

const gatewayInformation = "gatewayInformation.json"

// listedHostnames are those of gatewayInformation.json.
func (e *entry) listedHostnames() *[]*hostname {
	s := e.settings(e.dir, gatewayInformation)
	var out []*hostname
	for _, item := range s.list("hostnameConfigurations") {
		if item.kind != object {
			e.diags.Errorf(item.at, CodeType, `"hostnameConfigurations" holds %s, not %s`, item.kind, object)
			continue
		}
		out = append(out, readHostname(&settings{node: item, diags: &e.diags}, e.dir.rel+"/"+gatewayInformation))
	}
	s.alsoKnown("description", "locationData")
	s.finish()
	return &out
}

// hostname reads one that has a folder of its own.
func (e *entry) hostname() *hostname {
	const file = "hostnameConfigurationInformation.json"
	return readHostname(e.settings(e.dir, file), e.dir.rel+"/"+file)
}

// validHostname is a name, or a wildcard for all of one level below it.
var validHostname = regexp.MustCompile(`^(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$`)

func readHostname(s *settings, file string) *hostname {
	h := &hostname{file: file}
	if !s.exists() {
		return h
	}
	h.Name, h.at = s.required("hostname")
	if h.Name != "" && !validHostname.MatchString(h.Name) {
		s.diags.Errorf(h.at, CodeValue, "%q is no host name, nor one like *.example.com", h.Name)
	}
	h.Name = strings.ToLower(h.Name)
	id, at := s.text("certificateId")
	h.certificate = certificateRef{lastSegment(id), at}
	h.NegotiateClientCertificate = s.flag("negotiateClientCertificate", false)
	h.HTTP1Only = !s.flag("http2Enabled", true)
	for _, name := range []string{"tls10Enabled", "tls11Enabled"} {
		if s.flag(name, false) {
			s.diags.Warnf(s.field(name).at, CodeUnsupported, "%q has no effect: TLS 1.2 and newer are spoken", name)
		}
	}
	s.finish()
	return h
}
