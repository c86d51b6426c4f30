// Package follow keeps the gateway at what is published: it pulls a catalog, has it
// compiled, and publishes the plan, once at the start and again whenever the source tells
// of a change.
//
// A plan is published whole or not at all:
//
//   - A catalog with errors, found while reading or compiling, does not replace a good plan:
//     that goes on serving, and the errors are reported.
//   - At a start there is none. The last good catalog that was kept on disk then serves, be
//     it that the new one has errors or that the source is not there.
//   - Without a kept one, a catalog with errors is better than none: what is good in it
//     serves, what is not answers with an error. Until the first good one comes, each
//     catalog replaces the one before.
package follow

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/source"
)

// Options of New. P is the type of plans.
type Options[P any] struct {
	Source source.Source
	// Compile makes a plan of a catalog. previous is the plan that serves, for what can be
	// taken over; the zero P when there is none. One Compile runs at a time.
	Compile func(c *catalog.Catalog, previous P) (P, diag.List)
	// Publish puts a plan in effect and returns when it is.
	Publish func(ctx context.Context, plan P) error
	// Store keeps the last good catalog; nil keeps none.
	Store *Store
	// Report is told the mistakes of a catalog: all errors, and the warnings that it was
	// not told with the catalog before. Nil logs them.
	Report func(diag.List)
	// Logger is required.
	Logger *slog.Logger
	// Retry is how long to wait at first after the source or Publish failed; each further
	// wait is twice as long, up to 32 times. Zero: one second.
	Retry time.Duration
}

// A Status says what serves.
type Status struct {
	// Version of the catalog that serves; empty while nothing does.
	Version string
	// Since when it serves.
	Since time.Time
	// Kept: it came from the store, and the source has not confirmed it yet.
	Kept bool
	// Errors that the catalog that serves has; nil for a good one.
	Errors diag.List
	// Refused is the version of a newer catalog that was refused for its errors; empty when
	// what serves is what is published.
	Refused string
	// RefusedFor are the errors of the refused catalog.
	RefusedFor diag.List
}

// A Follower runs the loop.
type Follower[P any] struct {
	options Options[P]
	log     *slog.Logger
	status  atomic.Pointer[Status]
	saves   chan *catalog.Catalog

	// The loop's own: the plan that serves and the warnings that compiling it gave, the
	// messages of the last report, and the failures since the last success.
	plan     P
	warnings diag.List
	said     map[string]bool
	failures int
	failed   string
}

// New makes a Follower.
func New[P any](o Options[P]) *Follower[P] {
	if o.Retry <= 0 {
		o.Retry = time.Second
	}
	f := &Follower[P]{options: o, log: o.Logger, saves: make(chan *catalog.Catalog, 1)}
	f.status.Store(&Status{})
	return f
}

// Status tells what serves. It may be called at any time.
func (f *Follower[P]) Status() Status { return *f.status.Load() }

// Run follows the source until ctx is done, and then returns nil.
func (f *Follower[P]) Run(ctx context.Context) error {
	changed := make(chan struct{}, 1)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return f.watch(ctx, changed) })
	g.Go(func() error { return f.keep(ctx) })
	g.Go(func() error { return f.loop(ctx, changed) })
	return g.Wait()
}

func (f *Follower[P]) loop(ctx context.Context, changed <-chan struct{}) error {
	for {
		var retry <-chan time.Time
		if f.failures > 0 {
			retry = time.After(f.wait())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-retry:
		}
		f.follow(ctx)
	}
}

// wait is how long to wait after the last failure.
func (f *Follower[P]) wait() time.Duration { return f.options.Retry << min(f.failures-1, 5) }

// watch has the source tell of changes. A source that cannot be watched is pulled once and
// tried again.
func (f *Follower[P]) watch(ctx context.Context, changed chan<- struct{}) error {
	for wait := f.options.Retry; ; wait = min(2*wait, 32*f.options.Retry) {
		err := f.options.Source.Watch(ctx, changed)
		if ctx.Err() != nil {
			return nil
		}
		f.log.Error("the source cannot be watched", "error", err, "retry", wait)
		select {
		case changed <- struct{}{}:
		default:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// A pull is what one round of the loop found, and how long it took.
type pull struct {
	catalog            *catalog.Catalog
	mistakes, compiled diag.List
	start, read, made  time.Time
}

// follow pulls, compiles and publishes once.
func (f *Follower[P]) follow(ctx context.Context) {
	p := pull{start: time.Now()}
	var err error
	if p.catalog, p.mistakes, err = f.options.Source.Pull(ctx); err != nil {
		f.fail(ctx, "read the source", err)
		f.serveKept(ctx)
		return
	}
	p.read = time.Now()
	if s := f.Status(); p.catalog.Version == s.Version && !p.mistakes.HasErrors() && s.Errors == nil {
		f.unchanged(p.mistakes)
		return
	}
	plan, compiled := f.options.Compile(p.catalog, f.plan)
	p.compiled, p.made = compiled, time.Now()
	p.mistakes = slices.Concat(p.mistakes, compiled)
	p.mistakes.Sort()
	f.report(p.mistakes)
	if p.mistakes.HasErrors() && f.refuse(ctx, p) {
		return
	}
	if f.publish(ctx, plan) {
		f.apply(ctx, plan, p)
	}
}

// apply notes that a plan is in effect.
func (f *Follower[P]) apply(ctx context.Context, plan P, p pull) {
	errs := errorsOf(p.mistakes)
	f.serve(plan, p.compiled, Status{Version: p.catalog.Version, Since: time.Now(), Errors: errs})
	attrs := append(counts(p.catalog),
		slog.Int("errors", len(errs)), slog.Int("warnings", len(p.mistakes)-len(errs)),
		slog.Duration("duration", time.Since(p.start)), slog.Duration("read", p.read.Sub(p.start)),
		slog.Duration("compiled", p.made.Sub(p.read)), slog.Duration("published", time.Since(p.made)))
	if errs != nil {
		f.log.LogAttrs(ctx, slog.LevelWarn, "configuration applied without what has errors: there is no better one to serve", attrs...)
		return
	}
	f.log.LogAttrs(ctx, slog.LevelInfo, "configuration applied", attrs...)
	f.save(p.catalog)
}

// counts is what a catalog holds.
func counts(c *catalog.Catalog) []slog.Attr {
	operations := 0
	for _, a := range c.APIs {
		operations += len(a.Operations)
	}
	return []slog.Attr{
		slog.String("version", c.Version), slog.Int("apis", len(c.APIs)), slog.Int("operations", operations),
		slog.Int("products", len(c.Products)), slog.Int("subscriptions", len(c.Subscriptions)),
	}
}

// unchanged notes that what is published is what serves, perhaps after a mistake was taken
// back.
func (f *Follower[P]) unchanged(mistakes diag.List) {
	all := slices.Concat(mistakes, f.warnings)
	all.Sort()
	f.report(all)
	f.failures, f.failed = 0, ""
	if s := f.Status(); s.Refused != "" || s.Kept {
		s.Refused, s.RefusedFor, s.Kept = "", nil, false
		f.status.Store(&s)
		f.log.Info("configuration is the one that serves already", "version", s.Version)
	}
}

// refuse keeps a catalog with errors from replacing a good one. It reports whether there is
// a good one: the one that serves, or the kept one, which then does.
func (f *Follower[P]) refuse(ctx context.Context, p pull) bool {
	if f.Status().Errors != nil || f.Status().Version == "" && !f.serveKept(ctx) {
		return false
	}
	f.failures, f.failed = 0, ""
	s := f.Status()
	s.Refused, s.RefusedFor = p.catalog.Version, errorsOf(p.mistakes)
	f.status.Store(&s)
	f.log.Error("configuration refused, still serving the version before",
		"version", s.Version, "refused", s.Refused, "errors", len(s.RefusedFor))
	return true
}

// publish puts a plan in effect; when that fails, it will be tried again.
func (f *Follower[P]) publish(ctx context.Context, plan P) bool {
	if err := f.options.Publish(ctx, plan); err != nil {
		f.fail(ctx, "put the new configuration in effect", err)
		return false
	}
	return true
}

// serve notes what serves now.
func (f *Follower[P]) serve(plan P, compiled diag.List, s Status) {
	f.plan, f.warnings, f.failures, f.failed = plan, nil, 0, ""
	for _, d := range compiled {
		if d.Severity == diag.Warning {
			f.warnings = append(f.warnings, d)
		}
	}
	f.status.Store(&s)
}

// fail counts a failure and logs it, unless it is the one before again.
func (f *Follower[P]) fail(ctx context.Context, doing string, err error) {
	if ctx.Err() != nil {
		return
	}
	f.failures++
	if text := doing + ": " + err.Error(); text != f.failed {
		f.failed = text
		f.log.Error("the configuration cannot be brought up to date", "failed", doing, "error", err,
			"retry", f.wait(), "version", f.Status().Version)
	}
}

// serveKept serves the catalog on disk if nothing serves yet, and reports whether it does.
func (f *Follower[P]) serveKept(ctx context.Context) bool {
	if f.options.Store == nil || f.Status().Version != "" {
		return false
	}
	c, kept, err := f.options.Store.Load()
	if err != nil {
		f.log.Warn("the last good configuration cannot be used", "error", err)
		return false
	}
	if c == nil {
		return false
	}
	plan, mistakes := f.options.Compile(c, f.plan)
	if err := mistakes.Err(); err != nil {
		f.log.Warn("the last good configuration cannot be used: this gateway finds errors in it", "version", c.Version, "error", err)
		return false
	}
	failures, failed := f.failures, f.failed // of the source, which is still to be tried
	if !f.publish(ctx, plan) {
		return false
	}
	f.serve(plan, mistakes, Status{Version: c.Version, Since: time.Now(), Kept: true})
	f.failures, f.failed = failures, failed
	f.log.LogAttrs(ctx, slog.LevelWarn, "the last good configuration serves", append(counts(c), slog.Time("kept", kept))...)
	return true
}

// report tells the mistakes: errors each time, warnings when they are new.
func (f *Follower[P]) report(all diag.List) {
	said := make(map[string]bool, len(all))
	var fresh diag.List
	for _, d := range all {
		text := d.Error()
		said[text] = true
		if d.Severity == diag.Error || !f.said[text] {
			fresh = append(fresh, d)
		}
	}
	f.said = said
	if len(fresh) == 0 {
		return
	}
	if f.options.Report != nil {
		f.options.Report(fresh)
		return
	}
	for _, d := range fresh {
		level := slog.LevelError
		if d.Severity == diag.Warning {
			level = slog.LevelWarn
		}
		f.log.Log(context.Background(), level, "mistake in the configuration",
			"at", d.Where(), "problem", d.Message, "code", string(d.Code), "text", d.String())
	}
}

func errorsOf(all diag.List) diag.List {
	var out diag.List
	for _, d := range all {
		if d.Severity == diag.Error {
			out = append(out, d)
		}
	}
	return out
}
