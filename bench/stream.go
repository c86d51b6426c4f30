package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"text/tabwriter"
	"time"
)

// streamed is how many bytes go each way.
const streamed = 1 << 30

// A stream is one large body through a variant.
type stream struct {
	v      *variant
	what   string
	took   time.Duration
	before [2]int // megabytes of Envoy and of the Go server
	most   [2]int
}

// streams sends a large body up and down through variants, and watches the memory of both
// processes meanwhile.
func (b *bench) streams(ctx context.Context, variants []*variant) ([]stream, error) {
	var out []stream
	for _, v := range variants {
		if !v.streams {
			continue
		}
		for _, up := range []bool{true, false} {
			s, err := v.stream(ctx, up)
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", v.name, s.what, err)
			}
			out = append(out, s)
		}
	}
	return out, nil
}

// stream streams up or down once.
func (v *variant) stream(ctx context.Context, up bool) (s stream, err error) {
	s = stream{v: v, what: "down"}
	if up {
		s.what = "up"
	}
	if s.before, err = v.memory(); err != nil {
		return s, err
	}
	watching, stop := context.WithCancel(ctx)
	most := make(chan [2]int, 1)
	go func() { most <- v.watch(watching) }()
	begin := time.Now()
	err = v.transfer(ctx, up)
	s.took = time.Since(begin)
	stop()
	s.most = <-most
	return s, err
}

// transfer is the request.
func (v *variant) transfer(ctx context.Context, up bool) error {
	url := "http://" + v.address + v.path
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"?size="+strconv.Itoa(streamed), http.NoBody)
	if up {
		request, err = http.NewRequestWithContext(ctx, http.MethodPost, url, io.LimitReader(zeros{}, streamed))
	}
	if err != nil {
		return err
	}
	if up {
		request.ContentLength = streamed
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // only read
	n, err := io.Copy(io.Discard, response.Body)
	switch {
	case err != nil:
		return fmt.Errorf("after %d bytes: %w", n, err)
	case response.StatusCode != http.StatusOK || !up && n != streamed:
		return fmt.Errorf("answered %s, %d bytes", response.Status, n)
	}
	return nil
}

// watch is the most memory that the processes have until the context ends.
func (v *variant) watch(ctx context.Context) (most [2]int) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if now, err := v.memory(); err == nil {
			most = [2]int{max(most[0], now[0]), max(most[1], now[1])}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return most
		}
	}
}

// memory of Envoy and of the Go server, in megabytes.
func (v *variant) memory() (out [2]int, err error) {
	for i, pid := range []int{v.envoy, v.server} {
		if pid == 0 {
			continue
		}
		if out[i], err = resident(pid); err != nil {
			return out, err
		}
	}
	return out, nil
}

// resident is how much memory a process has, in megabytes.
func resident(pid int) (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(text) {
		if value, ok := bytes.CutPrefix(line, []byte("VmRSS:")); ok {
			kilobytes, err := strconv.Atoi(string(bytes.Fields(value)[0]))
			return kilobytes >> 10, err
		}
	}
	return 0, fmt.Errorf("process %d tells no resident size", pid)
}

// reportStreams prints a row for each stream.
func reportStreams(out io.Writer, streams []stream) error {
	if len(streams) == 0 {
		return nil
	}
	fmt.Fprintf(out, "\n%d MB in one body; resident memory before, and the most while it streamed\n\n", streamed>>20)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "variant\tdirection\tMB/s\tEnvoy MB\tmost\tGo MB\tmost\t")
	for _, s := range streams {
		fmt.Fprintf(w, "%s\t%s\t%.0f\t%d\t%d\t%d\t%d\t\n", s.v.name, s.what, (streamed>>20)/s.took.Seconds(), s.before[0], s.most[0], s.before[1], s.most[1])
	}
	return w.Flush()
}

type zeros struct{}

// Read reads zeros.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
