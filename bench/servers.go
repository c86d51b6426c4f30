package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"google.golang.org/grpc"
)

// answer is what the backend sends: the same for every request.
const answer = "{\"ok\":true,\"from\":\"backend\"}\n"

// serveBackend answers every request at once, when it has read its body. The query size asks for a
// body of so many bytes.
func serveBackend(ctx context.Context, address string) error {
	s := &http.Server{
		Addr: address, ReadHeaderTimeout: time.Minute,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				n, err := io.Copy(io.Discard, r.Body)
				if err != nil || n != r.ContentLength {
					http.Error(w, fmt.Sprintf("%d of %d bytes came: %v", n, r.ContentLength, err), http.StatusBadRequest)
					return
				}
			}
			if size, err := strconv.ParseInt(r.URL.Query().Get("size"), 10, 64); err == nil {
				w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
				_, _ = io.CopyN(w, zeros{}, size)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, answer)
		}),
	}
	defer context.AfterFunc(ctx, func() { _ = s.Close() })()
	if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// empty is an ext_proc server as everybody writes it, that does nothing: generated code,
// and an answer for each message.
type empty struct {
	extprocv3.UnimplementedExternalProcessorServer
}

func serveEmpty(ctx context.Context, socket string) error {
	l, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	s := grpc.NewServer()
	extprocv3.RegisterExternalProcessorServer(s, empty{})
	defer context.AfterFunc(ctx, s.Stop)()
	return s.Serve(l)
}

// Process answers every message with an empty answer of its kind.
func (empty) Process(stream extprocv3.ExternalProcessor_ProcessServer) error {
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var r extprocv3.ProcessingResponse
		switch m.Request.(type) {
		case *extprocv3.ProcessingRequest_RequestHeaders:
			r.Response = &extprocv3.ProcessingResponse_RequestHeaders{RequestHeaders: &extprocv3.HeadersResponse{}}
		case *extprocv3.ProcessingRequest_ResponseHeaders:
			r.Response = &extprocv3.ProcessingResponse_ResponseHeaders{ResponseHeaders: &extprocv3.HeadersResponse{}}
		default:
			return errors.New("a message that was not asked for")
		}
		if err := stream.Send(&r); err != nil {
			return err
		}
	}
}
