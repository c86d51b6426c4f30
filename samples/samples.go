// Package samples holds the sample APIs that the gateway serves when it is given no folder.
// The tree is one that people read and edit, in the layout of APIOps.
package samples

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backend is the address of the backend that the samples forward to: host and port.
const Backend = "127.0.0.1:8181"

//go:embed all:tree
var tree embed.FS

// FS is the sample tree.
func FS() fs.FS {
	sub, err := fs.Sub(tree, "tree")
	if err != nil {
		panic(err) // the path is a valid one
	}
	return sub
}

// Write puts the sample tree, with another backend than Backend if need be, into a folder
// that does not exist yet. The folder is there whole, or not at all.
func Write(dir, backend string) error {
	dir = filepath.Clean(dir)
	if _, err := os.Lstat(dir); err == nil {
		return fmt.Errorf("write the samples: %w", &fs.PathError{Op: "create", Path: dir, Err: fs.ErrExist})
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return fmt.Errorf("write the samples: %w", err)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".samples-")
	if err != nil {
		return fmt.Errorf("write the samples: %w", err)
	}
	err = errors.Join(copyTree(tmp, backend), os.Chmod(tmp, 0o755))
	if err == nil {
		err = os.Rename(tmp, dir)
	}
	if err != nil {
		return fmt.Errorf("write the samples: %w", errors.Join(err, os.RemoveAll(tmp)))
	}
	return nil
}

func copyTree(dir, backend string) error {
	return fs.WalkDir(FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err != nil || entry.IsDir() {
			return errors.Join(err, os.MkdirAll(to, 0o755))
		}
		text, err := fs.ReadFile(FS(), name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, bytes.ReplaceAll(text, []byte(Backend), []byte(backend)), 0o644)
	})
}
