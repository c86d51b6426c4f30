package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// clients and pace of a load: connections, and the time between two requests of one.
const (
	clients = 8
	pace    = 4 * time.Millisecond
)

// A load keeps requests coming on connections that stay open, and counts the answers by
// their kind.
type load struct {
	t        testing.TB
	address  string
	requests []string // each client has one of them
	classify func(sent, *http.Response, string) string
	limit    time.Duration // for an answer

	stopping chan struct{}
	running  sync.WaitGroup
	ended    sync.Once

	mu      sync.Mutex
	kinds   map[string]*kind
	longest time.Duration // that an answer took
}

// A sent is what is known of a request when its answer comes.
type sent struct {
	request string
	begin   time.Time
}

// A kind of answer.
type kind struct {
	count int
	// first and last are when such requests began.
	first, last time.Time
}

// Kinds of answers that are none.
const (
	noConnection = "no connection"
	noAnswer     = "no answer"
	hung         = "no answer in time"
)

// startLoad sends GETs for a target until it is stopped. classify names the kind of an
// answer; nil does it by status line and body.
func startLoad(t testing.TB, address, target string, classify func(r *http.Response, body string) string) *load {
	t.Helper()
	if classify == nil {
		classify = lineAndBody
	}
	request := "GET " + target + " HTTP/1.1\r\nHost: gateway.test\r\n\r\n"
	return startLoads(t, address, []string{request}, func(_ sent, r *http.Response, body string) string { return classify(r, body) }, patience)
}

// startLoads sends requests, each client one of them over and over, until it is stopped. An answer
// that takes longer than the limit is none.
func startLoads(t testing.TB, address string, requests []string, classify func(sent, *http.Response, string) string, limit time.Duration) *load {
	t.Helper()
	l := &load{t: t, address: address, requests: requests, classify: classify, limit: limit, stopping: make(chan struct{}), kinds: map[string]*kind{}}
	for i := range clients {
		l.running.Go(func() { l.client(requests[i%len(requests)]) })
	}
	t.Cleanup(l.stop)
	return l
}

func lineAndBody(r *http.Response, body string) string { return r.Status + ": " + body }

// client is one connection at a time.
func (l *load) client(request string) {
	var conn net.Conn
	var in *bufio.Reader
	drop := func() {
		if conn != nil {
			_ = conn.Close() // nothing is expected of it any more
			conn = nil
		}
	}
	defer drop()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		select {
		case <-l.stopping:
			return
		case <-tick.C:
		}
		begin := time.Now()
		if conn == nil {
			c, err := net.DialTimeout("tcp", l.address, patience)
			if err != nil {
				l.count(noConnection, begin)
				continue
			}
			conn, in = c, bufio.NewReader(c)
		}
		r, body, err := l.exchange(conn, in, request)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			l.count(hung, begin)
		case err != nil:
			l.count(noAnswer, begin)
		default:
			l.count(l.classify(sent{request, begin}, r, body), begin)
		}
		if err != nil {
			drop()
			continue
		}
		if r.Close {
			drop()
		}
	}
}

func (l *load) exchange(conn net.Conn, in *bufio.Reader, request string) (*http.Response, string, error) {
	if err := conn.SetDeadline(time.Now().Add(l.limit)); err != nil {
		return nil, "", err
	}
	if _, err := io.WriteString(conn, request); err != nil {
		return nil, "", err
	}
	r, err := http.ReadResponse(in, nil)
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(r.Body)
	return r, string(body), err
}

func (l *load) count(name string, begin time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.kinds[name]
	if k == nil {
		k = &kind{first: begin}
		l.kinds[name] = k
	}
	k.count++
	l.longest = max(l.longest, time.Since(begin))
	if begin.Before(k.first) {
		k.first = begin
	}
	if begin.After(k.last) {
		k.last = begin
	}
}

// of is what is known of a kind.
func (l *load) of(name string) kind {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k := l.kinds[name]; k != nil {
		return *k
	}
	return kind{}
}

// since waits for an answer of a kind to a request that began after a time, and returns how
// much after it began.
func (l *load) since(begin time.Time, name string) time.Duration {
	l.t.Helper()
	var last kind
	eventually(l.t, patience, "an answer like "+name, func() bool {
		last = l.of(name)
		return last.last.After(begin)
	})
	if last.first.After(begin) {
		return last.first.Sub(begin)
	}
	return last.last.Sub(begin)
}

// settled waits until only answers of a kind come, and returns how long after a time the
// last request began that got another one.
func (l *load) settled(begin time.Time, name string) time.Duration {
	l.t.Helper()
	l.since(begin, name)
	var others time.Time
	eventually(l.t, patience, "only answers like "+name, func() bool {
		others = begin
		l.mu.Lock()
		defer l.mu.Unlock()
		for n, k := range l.kinds {
			if n != name && k.last.After(others) {
				others = k.last
			}
		}
		return l.kinds[name].last.After(others.Add(20 * pace))
	})
	return others.Sub(begin)
}

// stop ends the load.
func (l *load) stop() {
	l.ended.Do(func() { close(l.stopping) })
	l.running.Wait()
}

// only ends the load and fails the test if there were other answers than of these kinds, or
// none of the first.
func (l *load) only(names ...string) {
	l.t.Helper()
	l.stop()
	l.t.Logf("answers:\n%s", l)
	for name, k := range l.kinds {
		if !slices.Contains(names, name) {
			l.t.Errorf("%d answers should not have been: %s", k.count, name)
		}
	}
	if l.kinds[names[0]] == nil {
		l.t.Errorf("there was no answer like %s", names[0])
	}
}

// String lists the kinds and how many answers there were of each.
func (l *load) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(l.kinds)) {
		fmt.Fprintf(&b, "%7d  %s\n", l.kinds[name].count, name)
	}
	return b.String()
}
