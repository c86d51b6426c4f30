package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
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

// serveEcho answers every request with what it was, and sends back what comes by a WebSocket,
// until ctx is done.
func serveEcho(ctx context.Context, l net.Listener) error {
	s := &http.Server{
		Handler: http.HandlerFunc(answerEcho), ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx }, // which ends WebSockets
	}
	stopped := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stopped()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the echo backend: %w", err)
	}
	return nil
}

func answerEcho(w http.ResponseWriter, r *http.Request) {
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		repeat(w, r)
		return
	}
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

// repeat sends the messages of a WebSocket back. It answers a handshake that is none by itself.
func repeat(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // pages of any origin may try it
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }() // it is closed by then, or broken
	conn.SetReadLimit(maxEcho)
	for {
		kind, message, err := conn.Read(r.Context())
		if err != nil {
			return
		}
		if conn.Write(r.Context(), kind, message) != nil {
			return
		}
	}
}
