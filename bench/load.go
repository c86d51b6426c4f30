package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A slice of load: how many requests were answered and how long each took.
type result struct {
	requests  int
	elapsed   time.Duration
	latencies []time.Duration
}

// load sends the request over and over on each connection until the time is up, and checks
// every answer.
func load(ctx context.Context, address string, request []byte, check func(*http.Response) error, connections int, d time.Duration) (result, error) {
	start := time.Now()
	stop := start.Add(d)
	var mu sync.Mutex
	var all result
	var first error
	var wg sync.WaitGroup
	for range connections {
		wg.Go(func() {
			latencies, err := drive(ctx, address, request, check, stop)
			mu.Lock()
			defer mu.Unlock()
			all.latencies = append(all.latencies, latencies...)
			if err != nil && first == nil {
				first = err
			}
		})
	}
	wg.Wait()
	all.elapsed, all.requests = time.Since(start), len(all.latencies)
	slices.Sort(all.latencies)
	return all, first
}

// drive one connection.
func drive(ctx context.Context, address string, request []byte, check func(*http.Response) error, stop time.Time) ([]time.Duration, error) {
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(stop.Add(30 * time.Second)); err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(conn, 16<<10)
	var out []time.Duration
	for {
		sent := time.Now()
		if sent.After(stop) || ctx.Err() != nil {
			return out, ctx.Err()
		}
		if _, err := conn.Write(request); err != nil {
			return out, err
		}
		response, err := http.ReadResponse(r, nil)
		if err != nil {
			return out, err
		}
		if err := check(response); err != nil {
			return out, fmt.Errorf("request %d: %w", len(out), err)
		}
		_ = response.Body.Close()
		out = append(out, time.Since(sent))
	}
}
