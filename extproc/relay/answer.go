package relay

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/apimgw/apimgw/policies/exchange"
)

// An Answer is what Envoy gets in the end.
type Answer struct {
	Status int
	// Lines of the head, checked, without those that frame the message.
	Lines []exchange.Field
	// Length of the body, or the one that is told in answer to HEAD; negative when it is
	// not known.
	Length int64
	// Body is streamed and closed; nil is none.
	Body io.ReadCloser
}

// buffers are for streaming.
var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// write writes the answer to a request with the method.
func (a *Answer) write(w http.ResponseWriter, method string) error {
	if a.Body != nil {
		defer func() { _ = a.Body.Close() }() // only read
	}
	h := w.Header()
	h["Date"], h["Content-Type"] = nil, nil // none of the server's own
	for _, f := range a.Lines {
		name := http.CanonicalHeaderKey(f.Name)
		h[name] = append(h[name], f.Value)
	}
	if a.Length >= 0 && a.Status != http.StatusNoContent {
		h.Set("Content-Length", strconv.FormatInt(a.Length, 10))
	}
	w.WriteHeader(a.Status)
	flush := http.NewResponseController(w).Flush
	if err := flush(); err != nil {
		return err
	}
	if a.Body == nil || method == http.MethodHead || a.Status == http.StatusNoContent || a.Status == http.StatusNotModified {
		return nil
	}
	return stream(w, a.Body, flush)
}

// stream passes on what comes as soon as it comes.
func stream(to io.Writer, from io.Reader, flush func() error) error {
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	for {
		n, err := from.Read(buffer[:])
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return err
			}
			if err := flush(); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
