package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// maxEcho is how much of a request's body the echo backend repeats, in bytes.
const maxEcho = 1 << 20

// An echo tells what arrived.
type echo struct {
	Method  string              `json:"method"`
	URL     string              `json:"url"`
	Host    string              `json:"host"`
	Headers map[string][]string `json:"headers"`
	Body    string              `json:"body,omitempty"`
}

// serveEcho answers every request with what it was, until ctx is done.
func serveEcho(ctx context.Context, l net.Listener) error {
	s := &http.Server{Handler: http.HandlerFunc(answerEcho), ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stopped()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the echo backend: %w", err)
	}
	return nil
}

func answerEcho(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEcho))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	// An error here means that the client has gone.
	_ = e.Encode(echo{r.Method, r.URL.RequestURI(), r.Host, r.Header, string(body)})
}
