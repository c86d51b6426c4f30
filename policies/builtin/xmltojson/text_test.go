package xmltojson

import (
	"testing"

	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

func TestTextOfADocument(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ contentType, content, want string }{
		{"", "<a>\xc3\xa9</a>", "<a>é</a>"},
		{"text/xml", "\xef\xbb\xbf<a/>", "<a/>"},
		{"text/xml", "<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>", "<?xml version='1.0' encoding='iso-8859-1'?><a>é</a>"},
		{"text/xml; charset=utf-8", "<?xml version='1.0' encoding='iso-8859-1'?><a>\xc3\xa9</a>", "<?xml version='1.0' encoding='iso-8859-1'?><a>é</a>"},
		{"text/xml; charset=iso-8859-1", "<a>\xe9</a>", "<a>é</a>"},
		{"text/xml; charset=utf-16", "<\x00a\x00/\x00>\x00", "<a/>"},
		{"text/xml", "<a encoding='iso-8859-1'>\xc3\xa9</a>", "<a encoding='iso-8859-1'>é</a>"},
	} {
		h, b := exchange.NewHeaders(nil), exchange.BodyOf([]byte(c.content))
		if c.contentType != "" {
			h.Set("Content-Type", c.contentType)
		}
		if got, err := textOf(t.Context(), message.Part{Headers: &h, Body: &b}); err != nil || got != c.want {
			t.Errorf("%q as %q is %q, %v", c.content, c.contentType, got, err)
		}
	}
}
