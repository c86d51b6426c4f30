package envoytest

import (
	"bytes"
	"strings"
	"sync"
)

// A Log collects what several goroutines write, for a test to look at. The zero Log is ready.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds to the log.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String is what was written until now, without white space around it.
func (l *Log) String() string { return strings.TrimSpace(l.Since(0)) }

// Len is how many bytes were written until now.
func (l *Log) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Len()
}

// Since is what was written after the first n bytes.
func (l *Log) Since(n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text.Bytes()[n:])
}
