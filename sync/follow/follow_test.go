package follow

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A fake is a source, and what the follower is tied to.
type fake struct {
	t       *testing.T
	changed chan<- struct{}
	ready   chan struct{}

	mu         sync.Mutex
	catalog    *catalog.Catalog
	mistakes   diag.List
	err        error
	publishErr error
	watchErrs  int // how often Watch fails
	pulls      int

	published chan *catalog.Catalog
	previous  []string
	reports   []string
	log       *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newFake(t *testing.T) *fake {
	return &fake{t: t, ready: make(chan struct{}), published: make(chan *catalog.Catalog, 16), log: &lockedBuffer{}}
}

func (s *fake) Pull(context.Context) (*catalog.Catalog, diag.List, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulls++
	if s.err != nil {
		return nil, nil, s.err
	}
	return s.catalog, s.mistakes, nil
}

func (s *fake) Watch(ctx context.Context, changed chan<- struct{}) error {
	s.mu.Lock()
	failing := s.watchErrs > 0
	s.watchErrs--
	s.mu.Unlock()
	if failing {
		return errors.New("no watches left")
	}
	s.changed = changed
	close(s.ready)
	changed <- struct{}{}
	<-ctx.Done()
	return nil
}

// Compile finds the word "bad" in policies to be an error, "odd" a warning. Plans are
// catalogs here.
func (s *fake) compile(c, previous *catalog.Catalog) (*catalog.Catalog, diag.List) {
	before := ""
	if previous != nil {
		before = previous.Version
	}
	s.previous = append(s.previous, before)
	var l diag.List
	for _, a := range c.APIs {
		if a.Policy == nil {
			continue
		}
		src := diag.NewSource(a.Policy.File, a.Policy.Text)
		if i := strings.Index(a.Policy.Text, "bad"); i >= 0 {
			l.Errorf(src.Range(i, i+3), "bad", "this is bad")
		}
		if i := strings.Index(a.Policy.Text, "odd"); i >= 0 {
			l.Warnf(src.Range(i, i+3), "odd", "this is odd")
		}
	}
	return c, l
}

func (s *fake) publish(_ context.Context, c *catalog.Catalog) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.publishErr != nil {
		return s.publishErr
	}
	s.published <- c
	return nil
}

func (s *fake) report(l diag.List) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reports = append(s.reports, l.String())
}

// set changes what is published, and tells so.
func (s *fake) set(c *catalog.Catalog, mistakes diag.List, err error) {
	s.mu.Lock()
	s.catalog, s.mistakes, s.err = c, mistakes, err
	s.mu.Unlock()
	select {
	case <-s.ready:
		s.changed <- struct{}{}
	default:
	}
}

func (s *fake) start(store *Store) *Follower[*catalog.Catalog] {
	f := New(Options[*catalog.Catalog]{
		Source: s, Compile: s.compile, Publish: s.publish, Report: s.report, Store: store,
		Logger: slog.New(slog.NewTextHandler(s.log, nil)), Retry: time.Millisecond,
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	s.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Errorf("Run ended with %v", err)
		}
	})
	return f
}

func (s *fake) wantPublished(version string) {
	s.t.Helper()
	select {
	case c := <-s.published:
		if c.Version != version {
			s.t.Fatalf("published version %s, want %s", c.Version, version)
		}
	case <-time.After(10 * time.Second):
		s.t.Fatalf("version %s was never published; log:\n%s", version, s.log)
	}
}

// eventually waits until something is so.
func (s *fake) eventually(what string, ok func() bool) {
	s.t.Helper()
	deadline, tick := time.After(10*time.Second), time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatalf("never: %s; log:\n%s", what, s.log)
		}
	}
}

func sealed(t *testing.T, policy string) *catalog.Catalog {
	t.Helper()
	c := &catalog.Catalog{
		APIs: []*catalog.API{{
			ID: "a", Path: "a", Policy: &catalog.Policy{File: "apis/a/policy.xml", Text: policy},
			Operations: []*catalog.Operation{{ID: "o"}, {ID: "p"}},
		}},
		Subscriptions: []*catalog.Subscription{{ID: "s", PrimaryKey: "hunter2", State: "active"}},
	}
	if err := c.Seal(); err != nil {
		t.Fatal(err)
	}
	return c
}

func readError() diag.List {
	var l diag.List
	l.Errorf(diag.NewSource("apis/b/apiInformation.json", "{").Range(0, 1), "syntax", "this is not JSON")
	return l
}

func TestGoodThenBadThenGood(t *testing.T) {
	t.Parallel()
	s := newFake(t)
	one, bad, two := sealed(t, "one"), sealed(t, "line\nbad"), sealed(t, "two")
	s.catalog = one
	f := s.start(nil)
	s.wantPublished(one.Version)
	s.eventually("version one serves", func() bool { return f.Status().Version == one.Version })

	s.set(bad, nil, nil)
	s.eventually("the bad one is refused", func() bool { return f.Status().Refused == bad.Version })
	if st := f.Status(); st.Version != one.Version || len(st.RefusedFor) != 1 {
		t.Errorf("after a bad catalog the status is %+v", st)
	}
	s.mu.Lock()
	report := strings.Join(s.reports, "")
	s.mu.Unlock()
	if want := "apis/a/policy.xml:2:1: this is bad [bad]\n    2 | bad\n"; !strings.HasPrefix(report, want) {
		t.Errorf("reported\n%s\nwant\n%s", report, want)
	}

	s.set(one, nil, nil)
	s.eventually("the mistake is taken back", func() bool { return f.Status().Refused == "" })
	s.set(one, readError(), nil)
	s.eventually("errors of the source refuse it as well", func() bool { return f.Status().Refused != "" })
	s.set(two, nil, nil)
	s.wantPublished(two.Version)
	s.eventually("version two serves", func() bool { st := f.Status(); return st.Version == two.Version && st.Refused == "" })
	if got := s.previous[len(s.previous)-1]; got != one.Version {
		t.Errorf("version two was compiled beside %q", got)
	}
	log := s.log.String()
	for _, want := range []string{
		`msg="configuration applied" version=` + one.Version + " apis=1 operations=2",
		`msg="configuration refused, still serving the version before" version=` + one.Version + " refused=" + bad.Version,
		`msg="configuration is the one that serves already" version=` + one.Version,
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not have %s:\n%s", want, log)
		}
	}
	if len(s.published) != 0 {
		t.Error("more was published than was good")
	}
}

func TestStartWithErrorsServesWhatIsGood(t *testing.T) {
	t.Parallel()
	s := newFake(t)
	bad, worse, good := sealed(t, "bad"), sealed(t, "bad bad"), sealed(t, "good")
	s.catalog = bad
	f := s.start(&Store{Path: filepath.Join(t.TempDir(), "none")})
	s.wantPublished(bad.Version)
	s.set(worse, nil, nil)
	s.wantPublished(worse.Version)
	s.eventually("its errors are known", func() bool { st := f.Status(); return st.Version == worse.Version && len(st.Errors) == 1 })
	s.set(good, nil, nil)
	s.wantPublished(good.Version)
	s.eventually("the good one serves", func() bool { return f.Status().Version == good.Version })
	s.set(bad, nil, nil)
	s.eventually("the bad one is refused now", func() bool { return f.Status().Refused == bad.Version })
}

func TestKeptCatalog(t *testing.T) {
	t.Parallel()
	store := &Store{Path: filepath.Join(t.TempDir(), "state", "catalog.json"), Origin: "folder"}
	kept, next := sealed(t, "kept"), sealed(t, "next")
	t.Run("is written", func(t *testing.T) {
		s := newFake(t)
		s.catalog = kept
		s.start(store)
		s.wantPublished(kept.Version)
		s.eventually("it is kept", func() bool { c, _, err := store.Load(); return err == nil && c != nil })
		info, err := os.Stat(store.Path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file has the mode %v, %v", info.Mode(), err)
		}
		left, err := filepath.Glob(filepath.Join(filepath.Dir(store.Path), "*.tmp"))
		if err != nil || len(left) > 0 {
			t.Errorf("left over: %v, %v", left, err)
		}
	})
	t.Run("serves while the source is missing", func(t *testing.T) {
		s := newFake(t)
		s.err = os.ErrNotExist
		f := s.start(store)
		s.wantPublished(kept.Version)
		s.eventually("it serves", func() bool { return f.Status().Kept })
		s.eventually("the source is tried again", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.pulls > 2 })
		s.set(kept, nil, nil)
		s.eventually("the source confirms it", func() bool { return !f.Status().Kept })
		s.set(next, nil, nil)
		s.wantPublished(next.Version)
	})
	if err := store.Save(kept); err != nil {
		t.Fatal(err)
	}
	t.Run("serves rather than errors", func(t *testing.T) {
		s := newFake(t)
		s.catalog, s.mistakes = next, readError()
		f := s.start(store)
		s.wantPublished(kept.Version)
		s.eventually("the other is refused", func() bool { return f.Status().Refused == next.Version })
	})
	t.Run("of another origin is not used", func(t *testing.T) {
		s := newFake(t)
		s.catalog, s.mistakes = next, readError()
		s.start(&Store{Path: store.Path, Origin: "another folder"})
		s.wantPublished(next.Version)
	})
}

func TestStoreRefusesDamage(t *testing.T) {
	t.Parallel()
	store := &Store{Path: filepath.Join(t.TempDir(), "catalog.json")}
	if c, _, err := store.Load(); c != nil || err != nil {
		t.Fatalf("no file loads as %v, %v", c, err)
	}
	if err := store.Save(sealed(t, "policy")); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(store.Path)
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string][]byte{
		"changed": bytes.Replace(content, []byte("policy\""), []byte("polity\""), 1),
		"cut":     content[:len(content)-20],
		"empty":   {},
		"garbage": []byte("garbage"),
	} {
		if bytes.Equal(damaged, content) {
			t.Fatalf("%s: nothing was damaged", name)
		}
		if err := os.WriteFile(store.Path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if c, _, err := store.Load(); err == nil || c != nil {
			t.Errorf("%s: a damaged file loads as %v, %v", name, c, err)
		}
	}
}

func TestPublishIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := newFake(t)
	s.catalog, s.publishErr = sealed(t, "one"), errors.New("Envoy does not answer")
	s.start(nil)
	s.eventually("it fails some times", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.pulls > 2 })
	s.mu.Lock()
	s.publishErr = nil
	s.mu.Unlock()
	s.wantPublished(s.catalog.Version)
	if n := strings.Count(s.log.String(), "Envoy does not answer"); n != 1 {
		t.Errorf("the same failure is logged %d times", n)
	}
}

func TestWatchIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := newFake(t)
	s.catalog, s.watchErrs = sealed(t, "one"), 2
	s.start(nil)
	s.wantPublished(s.catalog.Version)
	s.eventually("it watches", func() bool {
		select {
		case <-s.ready:
			return true
		default:
			return false
		}
	})
}

func TestWarningsAreSaidOnce(t *testing.T) {
	t.Parallel()
	s := newFake(t)
	odd, odd2 := sealed(t, "odd"), sealed(t, "odd, and more")
	s.catalog = odd
	s.start(nil)
	s.wantPublished(odd.Version)
	s.set(odd2, nil, nil)
	s.wantPublished(odd2.Version)
	s.set(sealed(t, "fine"), nil, nil)
	s.wantPublished(sealed(t, "fine").Version)
	s.set(odd, nil, nil)
	s.wantPublished(odd.Version)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.reports) != 2 {
		t.Errorf("the warning was told %d times: %v", len(s.reports), s.reports)
	}
}

func TestMistakesAreLogged(t *testing.T) {
	t.Parallel()
	s := newFake(t)
	s.catalog = sealed(t, "bad and odd")
	f := New(Options[*catalog.Catalog]{Source: s, Compile: s.compile, Publish: s.publish, Logger: slog.New(slog.NewTextHandler(s.log, nil))})
	f.follow(t.Context())
	s.wantPublished(s.catalog.Version)
	log := s.log.String()
	for _, want := range []string{"level=ERROR", "level=WARN", "apis/a/policy.xml:1:1", `problem="this is bad"`, "code=odd", "^^^"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not have %s:\n%s", want, log)
		}
	}
	if strings.Contains(log, "hunter2") {
		t.Error("the log has a key in it")
	}
}
